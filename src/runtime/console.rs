//! What the loop asks of a terminal, so that it runs on plain lines and on a test's stand-in too. It paints nothing itself.

use std::io;

use crossterm::event::Event;
use futures_util::Stream;

use crate::{
    state::{Announcement, Clipboard, Shade, State},
    text::Safe,
    view::Theme,
};

/// What a terminal sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A key, a click, a paste, another size.
    Event(Event),
    /// What its background is.
    Background(Shade),
}

/// What a session is shown on and typed at: a terminal, or a test's stand-in.
pub trait Console {
    /// What is typed, changes of size, answers.
    type Events: Stream<Item = io::Result<Heard>> + Unpin;

    /// The source of events; the loop keeps no other.
    fn events(&mut self) -> &mut Self::Events;

    /// Columns and rows.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn size(&self) -> io::Result<(u16, u16)>;

    /// Shows the state: writes what differs from what was shown last; nothing where nothing does.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn show(&mut self, state: &State, theme: &Theme) -> io::Result<()>;

    /// Clears the screen: the next frame is written whole.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn clear(&mut self) -> io::Result<()>;

    /// Puts a text into the terminal's clipboard.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn copy(&mut self, text: &Safe, way: Clipboard) -> io::Result<()>;

    /// Tells that a watched job has ended, by bell and notification.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn announce(&mut self, announcement: &Announcement, way: Clipboard) -> io::Result<()>;

    /// Asks for the terminal's background. Nobody waits for the answer, and there may be none.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn ask_background(&mut self) -> io::Result<()>;

    /// Lets the terminal tell clicks and wheel, or keep them to itself, as it does at first.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn take_mouse(&mut self, ours: bool) -> io::Result<()>;

    /// Gives the terminal back, stops the process until it is continued, and takes the terminal again.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn suspend(&mut self) -> io::Result<()>;

    /// Takes the terminal again after somebody else stopped and continued the process.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn resume(&mut self) -> io::Result<()>;
}
