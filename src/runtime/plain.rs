//! A terminal that is only ever written to at its end: lines for a screen reader, or for a terminal that cannot move its cursor.
//! Keys come one by one as on the other one. It decides nothing of what is told.

use std::{
    io::{self, Write},
    pin::Pin,
    task::{Context, Poll},
};

use crossterm::{clipboard::CopyToClipboard, event::Event, queue};
use futures_util::{Stream, StreamExt};

use super::{
    Console, Heard,
    notify::through_tmux,
    terminal::{Hold, Keys, Output},
};
use crate::{
    policy,
    state::{Announcement, Clipboard, State},
    text::Safe,
    view::{Theme, plain::Teller},
};

/// The terminal that jobtop was started in, ours until this is dropped.
#[derive(Debug)]
pub struct Plain {
    hold: Hold,
    output: Output,
    typed: Typed,
    teller: Teller,
    /// It takes no sequences at all: what is copied is written out.
    is_dumb: bool,
}

impl Plain {
    /// Takes the terminal, where `hold` is a plain one.
    ///
    /// # Errors
    /// When it cannot be switched to raw mode.
    pub fn open(hold: Hold) -> io::Result<Self> {
        let output = Output(hold.clone());
        let is_dumb = super::terminal::is_dumb();
        let plain = Self { hold, output, typed: Typed::default(), teller: Teller::default(), is_dumb };
        plain.hold.take()?;
        Ok(plain)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.output.write_all(bytes)?;
        self.output.flush()
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        self.hold.give_back();
    }
}

impl Console for Plain {
    type Events = Typed;

    fn events(&mut self) -> &mut Typed {
        &mut self.typed
    }

    /// That of no terminal: what is told depends on none, and fits into every one.
    fn size(&self) -> io::Result<(u16, u16)> {
        Ok(policy::PLAIN_SIZE)
    }

    fn show(&mut self, state: &State, theme: &Theme) -> io::Result<()> {
        let typed = std::mem::take(&mut self.typed.some);
        let lines = self.teller.tell(state, typed, theme.is_ascii());
        if lines.is_empty() {
            return Ok(());
        }
        // In raw mode a line break is no return.
        let told: String = lines.iter().flat_map(|line| [line.as_str(), "\r\n"]).collect();
        self.write(told.as_bytes())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.teller.forget();
        Ok(())
    }

    fn copy(&mut self, text: &Safe, way: Clipboard) -> io::Result<()> {
        if self.is_dumb {
            return self.write(format!("to copy: {text}\r\n").as_bytes());
        }
        let mut told = Vec::new();
        queue!(told, CopyToClipboard::to_clipboard_from(text.as_str()))?;
        if way == Clipboard::Tmux {
            told.extend(through_tmux(&String::from_utf8_lossy(&told)).into_bytes());
        }
        self.write(&told)
    }

    /// The bell alone: what has happened is told as a notice.
    fn announce(&mut self, _: &Announcement, _: Clipboard) -> io::Result<()> {
        self.write(b"\x07")
    }

    /// There are no colours to fit to it.
    fn ask_background(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn take_mouse(&mut self, _: bool) -> io::Result<()> {
        Ok(())
    }

    #[cfg(unix)]
    fn suspend(&mut self) -> io::Result<()> {
        self.typed = Typed::default();
        self.hold.stop()?;
        self.hold.take()?;
        self.clear()
    }

    #[cfg(not(unix))]
    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn resume(&mut self) -> io::Result<()> {
        Hold::take_modes()?;
        self.hold.take()?;
        self.clear()
    }
}

/// What is typed; a new size is nothing to know of.
#[derive(Debug, Default)]
pub struct Typed {
    keys: Keys,
    /// Something was, and is to be answered.
    some: bool,
}

impl Stream for Typed {
    type Item = io::Result<Heard>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let next = self.keys.poll_next_unpin(cx);
            match &next {
                Poll::Ready(Some(Ok(Heard::Event(Event::Resize(..))))) => {}
                Poll::Ready(Some(Ok(Heard::Event(Event::Key(key))))) => {
                    self.some |= key.is_press();
                    return next;
                }
                _ => return next,
            }
        }
    }
}
