//! What surrounds jobtop where it runs: programs that take a text or open an address, and whether the user sits at another
//! machine. It looks at nothing itself.

use super::State;
use crate::text::Safe;

/// What was found around this session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// The user sits at another machine: what is done here with programs, nobody sees.
    pub is_remote: bool,
    /// The program that puts a text into this machine's clipboard.
    pub copier: Option<Program>,
    /// The program that opens an address in a browser of this machine.
    pub opener: Option<Program>,
}

/// How a text gets into the clipboard of whoever sits at the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clipboard {
    /// The terminal is told (OSC 52), on another machine too.
    #[default]
    Terminal,
    /// The same through tmux, which has to allow it.
    Tmux,
}

/// A program that may be there, and what it is called with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// What comes before anything else.
    pub arguments: &'static [&'static str],
}

/// Which way a text is to be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CopyBy {
    /// By a program where the user sits at this machine and there is one, else by the terminal.
    #[default]
    Either,
    /// By the terminal (OSC 52).
    Terminal,
    /// By a program, where there is one.
    Program,
}

/// A text for a program that takes it, and what is said when it has.
#[derive(Debug, Clone, PartialEq)]
pub struct Handing {
    /// The program.
    pub program: Program,
    /// The text.
    pub text: Safe,
    /// What is said before and behind the way it went.
    pub told: [String; 2],
}

impl CopyBy {
    /// All of them with their names.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Either, "auto"), (Self::Terminal, "osc52"), (Self::Program, "command")];
}

impl State {
    /// The program that a text is copied by; none: the terminal.
    pub fn copier(&self) -> Option<Program> {
        match self.preferences.copy_by {
            CopyBy::Terminal => None,
            CopyBy::Either if self.surroundings.is_remote => None,
            CopyBy::Either | CopyBy::Program => self.surroundings.copier,
        }
    }
}
