//! The screen as the terminal shows it, and the writing of what changes it: a frame is one write, within a synchronized update
//! where it is more than a few letters, as short as can be, and a frame that equals the last one is no write at all. It knows nothing of what it paints.

mod look;
mod shift;
mod strokes;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use crossterm::{
    clipboard::CopyToClipboard,
    cursor::{Hide, Show},
    queue,
    terminal::{BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate},
};
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect, Size},
};

use self::{
    look::Look,
    strokes::{Pen, Strokes},
};
use super::notify::{ring, through_tmux};
use crate::{
    policy,
    state::{Announcement, Clipboard},
    text::Safe,
};

/// Bytes of room that are kept from one frame to the next; few frames are longer.
const ROOM: usize = 1 << 16;

/// A terminal's screen. Its cursor is taken to be hidden at first.
#[derive(Debug)]
pub struct Quiet<W: Write> {
    writer: W,
    /// What the terminal shows.
    shown: Buffer,
    /// What is being painted.
    next: Buffer,
    /// What the terminal shows is not known.
    is_unknown: bool,
    shows_cursor: bool,
    /// Where the cursor stands, where that is known.
    cursor: Option<Position>,
    erases_in_color: bool,
    /// Room for what is written.
    room: Vec<u8>,
}

impl<W: Write> Quiet<W> {
    /// A screen of which nothing is known. `term` names the terminal.
    pub fn new(writer: W, term: &str) -> Self {
        Self {
            writer,
            shown: Buffer::default(),
            next: Buffer::default(),
            is_unknown: true,
            shows_cursor: false,
            cursor: None,
            erases_in_color: erases_in_color(term),
            room: Vec::new(),
        }
    }

    /// The terminal was given back and taken again: its cursor is hidden, somewhere.
    pub(super) fn taken_again(&mut self) {
        (self.shows_cursor, self.is_unknown) = (false, true);
    }

    /// The next frame is written whole.
    pub(super) fn clear(&mut self) {
        self.is_unknown = true;
    }

    /// Puts a text into the terminal's clipboard (OSC 52), which over SSH is the one of the user's own machine.
    pub(super) fn copy(&mut self, text: &Safe, way: Clipboard) -> io::Result<()> {
        let mut told = Vec::new();
        queue!(told, CopyToClipboard::to_clipboard_from(text.as_str()))?;
        self.writer.write_all(&told)?;
        if way == Clipboard::Tmux {
            // tmux takes the sequence itself where `set-clipboard` is `on`, and hands a wrapped one on where
            // `allow-passthrough` is; which of them it is cannot be asked for.
            write!(self.writer, "{}", through_tmux(&String::from_utf8_lossy(&told)))?;
        }
        self.writer.flush()
    }

    /// Rings, and notifies whoever looks at another window.
    pub(super) fn announce(&mut self, announcement: &Announcement, way: Clipboard) -> io::Result<()> {
        ring(&mut self.writer, announcement, way)?;
        self.writer.flush()
    }

    /// Paints a frame for a terminal of a size, and writes what differs from the last one. The painter gets what it has painted
    /// last, or nothing where the size is another; it gives the place of the cursor, if it is to be seen, and the rows that it
    /// has touched.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(
        &mut self,
        (columns, rows): (u16, u16),
        paint: impl FnOnce(&mut Buffer) -> (Option<Position>, Vec<usize>),
    ) -> io::Result<()> {
        // A terminal may claim any size; there is a buffer for no more than is drawn in.
        let size = Size::new(columns.min(policy::MAX_SIZE.0), rows.min(policy::MAX_SIZE.1));
        let area = Rect::from((Position::ORIGIN, size));
        if self.next.area != area {
            self.is_unknown = true;
            self.next = Buffer::empty(area);
        }
        let (cursor, touched) = paint(&mut self.next);
        self.show(cursor, touched)
    }

    fn show(&mut self, cursor: Option<Position>, touched: Vec<usize>) -> io::Result<()> {
        let pen = Pen { at: None, look: Look::PLAIN };
        let mut body = Strokes { out: std::mem::take(&mut self.room), pen, erases_in_color: self.erases_in_color };
        body.out.clear();
        queue!(body.out, BeginSynchronizedUpdate)?;
        let empty = body.out.len();
        let all = || (0..usize::from(self.next.area.height)).collect();
        let mut differ = touched;
        if std::mem::take(&mut self.is_unknown) {
            queue!(body.out, Clear(ClearType::All))?;
            self.shown = Buffer::empty(self.next.area);
            self.cursor = None;
            differ = all();
        }
        let begun = body.out.len();
        let mut moves = begun > empty;
        let shift = shift::find(&self.shown, &self.next, &differ);
        if !shift.is_some_and(|shift| shift.is_most_of(differ.len())) {
            body.write(&self.shown, &self.next, &differ);
        }
        if let Some(shift) = shift {
            // What is shown is not needed as it is any more: what is painted takes its place below.
            shift.apply(&mut self.shown);
            let mut shifted = Strokes { out: body.out[..begun].to_vec(), pen, ..body };
            shift.write(&mut shifted);
            differ.extend(shift.rows());
            differ.sort_unstable();
            differ.dedup();
            shift.keep_changed(&mut differ, &self.shown, &self.next);
            shifted.write(&self.shown, &self.next, &differ);
            let is_alone = body.out.len() == begun;
            if is_alone || shifted.out.len() < body.out.len() {
                (body, moves) = (shifted, true);
            }
        }
        body.turn(Look::PLAIN);
        if body.out.len() > empty {
            self.cursor = body.pen.at;
        }
        if std::mem::replace(&mut self.shows_cursor, cursor.is_some()) != cursor.is_some() {
            if cursor.is_some() { queue!(body.out, Show)? } else { queue!(body.out, Hide)? }
        }
        if let Some(at) = cursor.filter(|at| self.cursor != Some(*at)) {
            body.pen.at = None;
            body.move_to(at, &[]);
            self.cursor = Some(at);
        }
        let width = usize::from(self.next.area.width);
        for y in differ {
            let cells = y * width..(y + 1) * width;
            self.shown.content[cells.clone()].clone_from_slice(&self.next.content[cells]);
        }
        self.room = body.out;
        if self.room.len() == empty {
            return Ok(());
        }
        if !moves && self.room.len() - empty <= policy::PIECE_BYTES {
            self.writer.write_all(&self.room[empty..])?;
        } else {
            queue!(self.room, EndSynchronizedUpdate)?;
            self.writer.write_all(&self.room)?;
        }
        self.room.shrink_to(ROOM);
        self.writer.flush()
    }
}

/// Whether a terminal, by its name, erases in the colour that is set: what its entry in terminfo says. Where there is doubt
/// blanks are written.
fn erases_in_color(term: &str) -> bool {
    let exact = ["xterm", "xterm-color", "xterm-16color", "xterm-256color", "xterm-direct", "linux"];
    exact.contains(&term) || ["alacritty", "foot", "rxvt"].iter().any(|family| term.starts_with(family))
}
