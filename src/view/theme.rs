//! Colours by what they mean. The default uses the terminal's own 16 colours, so that it is readable on any background.

use ratatui::style::{Color, Modifier, Style};

use crate::model::Status;

/// Which colours may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colors {
    /// The terminal's own 16.
    #[default]
    Sixteen,
    /// None: only bold, dim, underline and reverse.
    None,
}

/// The styles of every part of the screen.
#[derive(Debug, Clone, Copy, Default)]
pub struct Theme {
    colors: Colors,
}

impl Theme {
    /// The theme for what may be used.
    pub fn new(colors: Colors) -> Self {
        Self { colors }
    }

    fn color(self, color: Color) -> Style {
        match self.colors {
            Colors::Sixteen => Style::new().fg(color),
            Colors::None => Style::new(),
        }
    }

    /// What is simply there.
    pub fn plain(self) -> Style {
        Style::new()
    }

    /// What is beside the point: rules, zeros, hints.
    pub fn quiet(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// What is read first in its line.
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The one accent: where the focus is, and keys in hints.
    pub fn accent(self) -> Style {
        self.color(Color::Cyan)
    }

    /// What is wrong.
    pub fn bad(self) -> Style {
        self.color(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// What should be looked at.
    pub fn doubtful(self) -> Style {
        self.color(Color::Yellow)
    }

    /// What is well.
    pub fn good(self) -> Style {
        self.color(Color::Green)
    }

    /// A tenant's name: the same colour for the same name, none that means trouble.
    pub fn tenant(self, name: &str) -> Style {
        const COLORS: [Color; 4] = [Color::LightBlue, Color::Magenta, Color::Green, Color::LightMagenta];
        let sum = name.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
        self.color(COLORS[sum % COLORS.len()]).add_modifier(Modifier::BOLD)
    }

    /// What is under the cursor of the pane with the focus.
    pub fn cursor(self) -> Style {
        let style = match self.colors {
            Colors::Sixteen => Style::new().fg(Color::White).bg(Color::Blue).add_modifier(Modifier::BOLD),
            Colors::None => Style::new().add_modifier(Modifier::REVERSED),
        };
        style.remove_modifier(Modifier::DIM)
    }

    /// The cell of the cursor's row that the column cursor is on.
    pub fn cursor_cell(self) -> Style {
        match self.colors {
            Colors::Sixteen => self.cursor().add_modifier(Modifier::UNDERLINED),
            Colors::None => self.cursor().add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
        }
    }

    /// The sign and word of a status.
    pub fn status(self, status: Option<Status>) -> Style {
        match status {
            Some(Status::Failed) => self.bad(),
            Some(Status::Exception) => self.doubtful(),
            Some(Status::InProgress) => self.color(Color::LightBlue),
            Some(Status::Waiting | Status::NotStarted | Status::Skipped) => self.quiet(),
            Some(Status::Finished) => self.good(),
            Some(Status::Stopped | Status::Unknown(_)) | None => self.color(Color::Magenta),
        }
    }

    /// A part of a bar; where there is no colour, parts differ by their pattern instead.
    pub fn bar(self, part: Bar) -> Style {
        match part {
            Bar::Ok => self.good(),
            Bar::Doubtful => self.doubtful(),
            Bar::Bad => self.color(Color::Red),
            Bar::Other => self.quiet(),
        }
    }

    /// The cell of a bar where one part stands on another: the lower in front, the upper behind.
    pub fn stacked(self, lower: Bar, upper: Bar) -> Style {
        let behind = self.bar(upper).fg;
        Style { bg: behind, ..self.bar(lower) }
    }

    /// Whether there are colours to tell parts of a bar apart.
    pub fn has_colors(self) -> bool {
        self.colors != Colors::None
    }
}

/// A part of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// Objects done, jobs finished.
    Ok,
    /// Objects skipped, jobs with exceptions.
    Doubtful,
    /// What failed.
    Bad,
    /// What is not known yet.
    Other,
}
