//! What `update` is told of a terminal's events, letters of a word together, and whether the terminal tells what the mouse does. It
//! decides nothing.

use std::io;

use crossterm::event::{Event, KeyEventKind, MouseButton, MouseEventKind};

use super::{Console, Session, Turn, console::Heard};
use crate::{
    keymap::Step,
    update::{Click, Message, typed},
};

/// Nothing of key releases, focus, and what the mouse does beside clicks and wheel.
fn message(heard: Heard) -> Option<Message> {
    let event = match heard {
        Heard::Event(event) => event,
        Heard::Background(shade) => return Some(Message::Background(shade)),
    };
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => Some(Message::Key(key.into())),
        Event::Paste(text) => Some(Message::Paste(text)),
        Event::Resize(columns, rows) => Some(Message::Resize(columns, rows)),
        Event::Mouse(mouse) => {
            let click = match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => Click::At(mouse.column, mouse.row),
                MouseEventKind::ScrollUp => Click::Wheel(Step::Up, mouse.column, mouse.row),
                MouseEventKind::ScrollDown => Click::Wheel(Step::Down, mouse.column, mouse.row),
                _ => return None,
            };
            Some(Message::Mouse(click))
        }
        Event::Key(_) | Event::FocusGained | Event::FocusLost => None,
    }
}

impl<C: Console> Session<C> {
    /// Takes in what was heard. What is typed is kept until the next thing happens that is something else.
    pub(super) fn hear(&mut self, heard: Heard, turn: &mut Turn) -> io::Result<()> {
        let Some(message) = message(heard) else { return Ok(()) };
        turn.urgent = true;
        match message {
            Message::Key(key) if let Some(typed) = typed(&self.desk.state, key) => turn.typed.push(typed),
            message => self.apply(message, turn)?,
        }
        Ok(())
    }

    /// Applies what was typed.
    pub(super) fn write_out(&mut self, turn: &mut Turn) -> io::Result<()> {
        match std::mem::take(&mut turn.typed) {
            typed if typed.is_empty() => Ok(()),
            typed => self.apply(Message::Typed(typed), turn),
        }
    }

    /// Takes the mouse or gives it back to the terminal, as the state has it.
    pub(super) fn share_mouse(&mut self) -> io::Result<()> {
        let wanted = self.desk.state.has_mouse();
        if wanted != self.has_mouse {
            self.has_mouse = wanted;
            self.console.take_mouse(wanted)?;
        }
        Ok(())
    }
}
