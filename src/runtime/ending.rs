//! How a session ends: the terminal is given back first, and only what somebody began and waits for is let come to its end.
//! It decides nothing about why.

use std::{io, mem};

use super::{Console, Leave, Session, terminal::Hold};

impl<C: Console> Session<C> {
    /// Takes turns until the session ends, and gives the terminal back. Gives why, and whether the threads are to be waited
    /// for: where a file is being written or a program was started, or another program is to follow. Else there are but requests
    /// that nobody reads the answers of, and memory that the system takes back by itself, faster than we could.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub async fn run_out(mut self, hold: &Hold) -> io::Result<(Leave, bool)> {
        let leave = self.run().await?;
        let waits = leave == Leave::SetUp || self.is_under_way();
        if !waits {
            hold.give_back();
            mem::forget(self);
        }
        Ok((leave, waits))
    }

    /// Whether a task of the session's own still has something to tell.
    fn is_under_way(&self) -> bool {
        self.told.0.strong_count() > 1
    }
}
