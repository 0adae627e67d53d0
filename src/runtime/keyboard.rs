//! What is typed, read by the loop's own thread as soon as the terminal has it: no other thread has to be woken for a key. It
//! never waits within a read, and knows no action.

mod bytes;

use std::{
    io::{self, Stdin},
    pin::Pin,
    task::{Context, Poll, ready},
};

use crossterm::event::Event;
use futures_util::Stream;
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::{Errno, read},
};
use tokio::{
    io::{Interest, unix::AsyncFd},
    signal::unix::{Signal, SignalKind, signal},
};

use self::bytes::Bytes;
use super::Heard;
use crate::{
    clock::{self, Timer},
    policy,
};

/// Standard input, which is a terminal, and its changes of size.
#[derive(Debug)]
pub(super) struct Keyboard {
    terminal: AsyncFd<Stdin>,
    sizes: Signal,
    bytes: Bytes,
    /// Runs while what came may be the beginning of more.
    pause: Option<Timer>,
}

impl Keyboard {
    /// Begins to listen. To be called in the tokio runtime that it is read in.
    ///
    /// # Errors
    /// When the system does not tell when there is something to read.
    #[allow(
        deprecated,
        reason = "what replaces it is unsafe, for descriptors that are closed meanwhile; this one never is"
    )]
    pub(super) fn new() -> io::Result<Self> {
        let terminal = AsyncFd::with_interest(io::stdin(), Interest::READABLE)?;
        let sizes = signal(SignalKind::window_change())?;
        Ok(Self { terminal, sizes, bytes: Bytes::default(), pause: None })
    }

    /// Takes what the terminal has, without waiting; whether it had something. At its end there is an error or nothing.
    fn take(&mut self) -> io::Result<Option<usize>> {
        let input = self.terminal.get_ref();
        // The terminal's descriptor is shared with the shell, and stays one that waits: so it is asked first.
        let mut asked = [PollFd::new(input, PollFlags::IN)];
        match poll(&mut asked, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })) {
            Ok(0) | Err(Errno::INTR) => return Ok(None),
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        let mut some = [0; policy::READ_BYTES];
        match read(input, &mut some) {
            Ok(count) => {
                self.bytes.hear(&some[..count]);
                self.pause = self.bytes.patience().map(clock::timer);
                Ok(Some(count))
            }
            Err(Errno::INTR | Errno::AGAIN) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl Stream for Keyboard {
    type Item = io::Result<Heard>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(heard) = self.bytes.next() {
                return Poll::Ready(Some(Ok(heard)));
            }
            if let Poll::Ready(Some(())) = self.sizes.poll_recv(cx) {
                return Poll::Ready(Some(
                    crossterm::terminal::size().map(|(columns, rows)| Heard::Event(Event::Resize(columns, rows))),
                ));
            }
            match self.take() {
                Ok(Some(0)) => return Poll::Ready(None),
                Ok(Some(_)) => continue,
                Ok(None) => {}
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
            if clock::is_over(&mut self.pause, cx) {
                self.bytes.end();
                continue;
            }
            // What comes from here on makes the terminal ready anew.
            ready!(self.terminal.poll_read_ready(cx))?.clear_ready();
        }
    }
}
