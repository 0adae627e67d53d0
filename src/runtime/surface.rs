//! What the loop asks of a backend beside drawing: to show a frame as a whole.

use std::{convert::Infallible, io};

use crossterm::{
    QueueableCommand,
    terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate},
};
use ratatui::backend::{Backend, CrosstermBackend, TestBackend};

/// A backend that can hold back what it is sent until a frame is whole.
pub trait Surface: Backend {
    /// What follows belongs together.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    fn begin_frame(&mut self) -> Result<(), Self::Error>;

    /// The frame is whole: show it.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    fn end_frame(&mut self) -> Result<(), Self::Error>;
}

impl<W: io::Write> Surface for CrosstermBackend<W> {
    fn begin_frame(&mut self) -> io::Result<()> {
        self.queue(BeginSynchronizedUpdate)?;
        Ok(())
    }

    fn end_frame(&mut self) -> io::Result<()> {
        self.queue(EndSynchronizedUpdate)?;
        io::Write::flush(self)
    }
}

impl Surface for TestBackend {
    fn begin_frame(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn end_frame(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
