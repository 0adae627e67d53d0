//! A backend that writes only what changes the screen: a frame is one write within one synchronized update, and a frame that
//! equals the last one is no write at all. It knows nothing of what it paints.

use std::io::{self, Write};

use crossterm::{
    clipboard::CopyToClipboard,
    cursor::{Hide, MoveTo, Show},
    queue,
    terminal::{BeginSynchronizedUpdate, Clear, EndSynchronizedUpdate},
};
use ratatui::{
    backend::{Backend, ClearType, CrosstermBackend, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};

use crate::{policy, state::Clipboard, text::Safe};

/// The backend. Its terminal's cursor is taken to be hidden at first.
#[derive(Debug)]
pub(super) struct Quiet<W: Write> {
    inner: CrosstermBackend<W>,
    /// Something of the frame has been gathered.
    begun: bool,
    shows_cursor: bool,
    /// Where the cursor stands, where that is known.
    cursor: Option<Position>,
}

impl<W: Write> Quiet<W> {
    pub(super) fn new(writer: W) -> Self {
        Self { inner: CrosstermBackend::new(writer), begun: false, shows_cursor: false, cursor: None }
    }

    /// The terminal was given back and taken again: its cursor is hidden, somewhere.
    pub(super) fn taken_again(&mut self) {
        (self.shows_cursor, self.cursor) = (false, None);
    }

    /// Puts a text into the terminal's clipboard (OSC 52), which over SSH is the one of the user's own machine.
    pub(super) fn copy(&mut self, text: &Safe, way: Clipboard) -> io::Result<()> {
        let mut told = Vec::new();
        queue!(told, CopyToClipboard::to_clipboard_from(text.as_str()))?;
        self.inner.write_all(&told)?;
        if way == Clipboard::Tmux {
            // tmux takes the sequence itself where `set-clipboard` is `on`, and hands a wrapped one on where
            // `allow-passthrough` is; which of them it is cannot be asked for.
            let doubled = String::from_utf8_lossy(&told).replace('\u{1b}', "\u{1b}\u{1b}");
            write!(self.inner, "\u{1b}Ptmux;{doubled}\u{1b}\\")?;
        }
        Write::flush(&mut self.inner)
    }

    fn begin(&mut self) -> io::Result<()> {
        if !self.begun {
            self.begun = true;
            queue!(self.inner, BeginSynchronizedUpdate)?;
        }
        Ok(())
    }
}

impl<W: Write> Backend for Quiet<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.begin()?;
        self.cursor = None;
        self.inner.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.shows_cursor, false) {
            self.begin()?;
            queue!(self.inner, Hide)?;
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.shows_cursor, true) {
            self.begin()?;
            queue!(self.inner, Show)?;
        }
        Ok(())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor != Some(position) {
            self.begin()?;
            queue!(self.inner, MoveTo(position.x, position.y))?;
            self.cursor = Some(position);
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        // To ask the terminal would race with what is typed.
        Ok(self.cursor.unwrap_or_default())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        use crossterm::terminal::ClearType as Part;
        self.begin()?;
        self.cursor = None;
        let part = match region {
            ClearType::All => Part::All,
            ClearType::AfterCursor => Part::FromCursorDown,
            ClearType::BeforeCursor => Part::FromCursorUp,
            ClearType::CurrentLine => Part::CurrentLine,
            ClearType::UntilNewLine => Part::UntilNewLine,
        };
        queue!(self.inner, Clear(part))
    }

    /// A terminal may claim any size; there is a buffer for no more than is drawn in.
    fn size(&self) -> io::Result<Size> {
        let (columns, rows) = crossterm::terminal::size()?;
        Ok(Size::new(columns.min(policy::MAX_SIZE.0), rows.min(policy::MAX_SIZE.1)))
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, false) {
            queue!(self.inner, EndSynchronizedUpdate)?;
            Write::flush(&mut self.inner)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, rc::Rc};

    use super::*;

    /// Keeps what is written.
    #[derive(Clone, Default)]
    struct Tape(Rc<RefCell<Vec<u8>>>);

    impl Write for Tape {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Draws cells, with the cursor at a place or nowhere, and returns what was written for it.
    fn frame(tape: &Tape, to: &mut Quiet<Tape>, cells: &[(u16, u16, &Cell)], cursor: Option<(u16, u16)>) -> String {
        to.draw(cells.iter().copied()).unwrap();
        match cursor {
            Some(at) => {
                to.show_cursor().unwrap();
                to.set_cursor_position(at).unwrap();
            }
            None => to.hide_cursor().unwrap(),
        }
        Backend::flush(to).unwrap();
        String::from_utf8(tape.0.take()).unwrap()
    }

    #[test]
    fn a_frame_that_changes_nothing_is_no_byte() {
        let (tape, cell) = (Tape::default(), Cell::new("x"));
        let mut backend = Quiet::new(tape.clone());
        let first = frame(&tape, &mut backend, &[(3, 2, &cell)], None);
        assert!(first.starts_with("\u{1b}[?2026h") && first.ends_with("\u{1b}[?2026l") && first.contains('x'));
        assert_eq!(frame(&tape, &mut backend, &[], None), "");
    }

    #[test]
    fn e11_a_text_is_copied_by_osc_52_and_through_tmux_wrapped_too() {
        let tape = Tape::default();
        let mut backend = Quiet::new(tape.clone());
        let text = crate::text::Foreign::from("IB1;IB2").line(20);
        backend.copy(&text, Clipboard::Terminal).unwrap();
        let plain = "\u{1b}]52;c;SUIxO0lCMg==\u{1b}\\";
        assert_eq!(String::from_utf8(tape.0.take()).unwrap(), plain);
        backend.copy(&text, Clipboard::Tmux).unwrap();
        let wrapped = "\u{1b}Ptmux;\u{1b}\u{1b}]52;c;SUIxO0lCMg==\u{1b}\u{1b}\\\u{1b}\\";
        assert_eq!(String::from_utf8(tape.0.take()).unwrap(), format!("{plain}{wrapped}"));
    }

    #[test]
    fn a_cursor_is_moved_only_when_it_has_to_be() {
        let (tape, cell) = (Tape::default(), Cell::new("x"));
        let mut backend = Quiet::new(tape.clone());
        let shown = frame(&tape, &mut backend, &[], Some((4, 1)));
        assert_eq!(shown, "\u{1b}[?2026h\u{1b}[?25h\u{1b}[2;5H\u{1b}[?2026l");
        assert_eq!(frame(&tape, &mut backend, &[], Some((4, 1))), "");
        assert!(frame(&tape, &mut backend, &[(0, 0, &cell)], Some((4, 1))).contains("\u{1b}[2;5H"));
        assert_eq!(frame(&tape, &mut backend, &[], None), "\u{1b}[?2026h\u{1b}[?25l\u{1b}[?2026l");
    }
}
