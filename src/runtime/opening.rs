//! What a session is opened with, and why it ends.

use tokio::sync::mpsc::Receiver;

use crate::{
    clock::Clock,
    config::{Looks, Source},
    journal::Journal,
    state::{Memo, State},
    update::Target,
    view::Theme,
};

/// What the system tells the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// To end, with the signal's number.
    End(u8),
    /// To stop until continued.
    Stop,
    /// It was stopped and goes on.
    Continued,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// The user quit.
    Quit,
    /// The user wants to set a tenant up.
    SetUp,
    /// A signal asked for it.
    Signal(u8),
    /// Nothing can be typed any more.
    Closed,
}

/// Gives the state that another tenant's session begins with, and where its jobs come from; or says why there is none. It may
/// read files and run a command that asks the user back.
pub type Connect = Box<dyn Fn(&Target) -> Result<(State, Source), String> + Send>;

/// Keeps something for the next session; or says why it cannot. It writes a file.
pub type Keep = Box<dyn Fn(&Memo) -> Result<(), String> + Send>;

/// Reads what the configuration file says now, if it has changed since the last time; or says what is wrong with it.
pub type Reread = Box<dyn FnMut() -> Option<Result<Looks, String>> + Send>;

/// What a session is opened with.
pub struct Opening {
    /// The state, of which nothing is loaded yet.
    pub state: State,
    /// The theme.
    pub theme: Theme,
    /// The clock.
    pub clock: Clock,
    /// Where the jobs come from; nowhere on the first run.
    pub source: Option<Source>,
    /// Opens another tenant's session.
    pub connect: Connect,
    /// Keeps something for the next session.
    pub keep: Keep,
    /// Reads the configuration again.
    pub reread: Reread,
    /// What the system tells; a closed channel tells nothing.
    pub signals: Receiver<Signal>,
    /// What is written down.
    pub journal: Journal,
}
