//! Texts into cells: the last step to the screen, and most of what a page of rows costs. It knows no strokes and no rows.

use std::sync::LazyLock;

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
    style::{Color, Style},
};

use crate::{text, view::Theme};

/// What a text is made of, and so how it is put into cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Letters of one byte, as most of the screen.
    Letters,
    /// A cell for each character: nobody need look for those that belong together.
    Even,
    Other,
}

impl Form {
    pub(super) fn of(text: &str) -> Self {
        if text.bytes().all(is_letter) {
            Self::Letters
        } else if text.chars().all(text::is_even) {
            Self::Even
        } else {
            Self::Other
        }
    }
}

/// Empties the cells from the last one that is painted up to a column.
pub(super) fn empty_up_to(column: usize, painted: &mut usize, cells: &mut [Cell], theme: Theme) {
    if column > *painted {
        empty(&mut cells[*painted..column], theme);
        *painted = column;
    }
}

/// Empties cells.
pub(super) fn empty(cells: &mut [Cell], theme: Theme) {
    let ground = theme.ground();
    for cell in cells {
        cell.reset();
        cell.set_style(ground);
    }
}

/// Puts a text into cells; gives how many it took.
pub(super) fn put(text: &str, form: Form, style: Style, theme: Theme, cells: &mut [Cell]) -> usize {
    match form {
        Form::Letters => {
            let (front, behind) = (style.fg.unwrap_or(Color::Reset), style.bg.unwrap_or(Color::Reset));
            for (cell, byte) in cells.iter_mut().zip(text.bytes()) {
                cell.clone_from(&LETTERS[usize::from(byte - b' ')]);
                (cell.fg, cell.bg, cell.modifier) = (front, behind, style.add_modifier);
            }
            text.len().min(cells.len())
        }
        Form::Even => {
            let mut taken = 0;
            for (cell, sign) in cells.iter_mut().zip(text.chars()) {
                cell.reset();
                cell.set_char(if theme.is_ascii() { text::ascii_sign(sign) } else { sign }).set_style(style);
                taken += 1;
            }
            taken
        }
        Form::Other => {
            let text = if theme.is_ascii() { text::ascii(text).into() } else { std::borrow::Cow::Borrowed(text) };
            let width = u16::try_from(cells.len()).unwrap_or(u16::MAX);
            let mut line = Buffer::empty(Rect::new(0, 0, width, 1));
            line.content.clone_from_slice(cells);
            line.set_stringn(0, 0, &text, cells.len(), style);
            cells.clone_from_slice(&line.content);
            cells.len()
        }
    }
}

/// Every letter that takes one byte, as a cell.
static LETTERS: LazyLock<Vec<Cell>> = LazyLock::new(|| {
    let letter = |byte| {
        let mut cell = Cell::EMPTY;
        cell.set_char(char::from(byte));
        cell
    };
    (b' '..=b'~').map(letter).collect()
});

fn is_letter(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}
