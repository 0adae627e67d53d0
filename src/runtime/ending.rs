//! How a session ends: the terminal is given back first, and only what somebody began and waits for is let come to its end.
//! It decides nothing about why.

use std::{future::poll_fn, io, mem, task::Poll};

use futures_util::StreamExt;

use super::{Console, Heard, Leave, Session, terminal::Hold};
use crate::{clock, policy};

impl<C: Console> Session<C> {
    /// Takes turns until the session ends, and gives the terminal back. Gives why, and whether the threads are to be waited
    /// for: where a file is being written or a program was started, or another program is to follow. Else there are but requests
    /// that nobody reads the answers of, and memory that the system takes back by itself, faster than we could.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub async fn run_out(mut self, hold: &Hold) -> io::Result<(Leave, bool)> {
        let leave = self.run().await?;
        self.await_answer().await;
        let waits = leave == Leave::SetUp || self.is_under_way();
        if !waits {
            hold.give_back();
            mem::forget(self);
        }
        Ok((leave, waits))
    }

    /// What the terminal is about to answer must not be left to the shell, which would take it for typed text.
    async fn await_answer(&mut self) {
        let now = self.clock.now();
        if !self.theme.has_colors() || !self.desk.state.background.is_awaited(now) {
            return;
        }
        let mut grace = Some(clock::timer(policy::ANSWER_GRACE));
        let events = self.console.events();
        poll_fn(|cx| {
            while let Poll::Ready(heard) = events.poll_next_unpin(cx) {
                if !matches!(heard, Some(Ok(Heard::Event(_)))) {
                    return Poll::Ready(());
                }
            }
            if clock::is_over(&mut grace, cx) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// Whether a task of the session's own still has something to tell.
    fn is_under_way(&self) -> bool {
        self.told.0.strong_count() > 1
    }
}
