//! A screen as rows of strokes. What is painted is noted first, and only rows whose notes differ from those of the last frame
//! become cells: a frame costs what it changes. It knows nothing of jobs.

use std::{mem, sync::LazyLock};

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
    style::{Color, Style},
};

use super::Theme;
use crate::text;

/// Frames of one screen, one after the other.
#[derive(Debug, Default)]
pub struct Canvas {
    area: Rect,
    theme: Theme,
    rows: Vec<Row>,
    /// Those of the last frame.
    before: Vec<Row>,
}

/// What is put into one row, in order.
#[derive(Debug, Default, PartialEq)]
struct Row {
    strokes: Vec<Stroke>,
    /// The texts of its strokes, one behind the other.
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Stroke {
    x: u16,
    width: u16,
    kind: Kind,
    style: Style,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// So many bytes of the row's text.
    Text(usize),
    /// A style over what is there.
    Style,
    /// Nothing any more.
    Empty,
}

impl Canvas {
    /// Begins a frame.
    pub(super) fn begin(&mut self, area: Rect, theme: Theme) {
        if (self.area, self.theme) != (area, theme) {
            *self = Self { area, theme, ..Self::default() };
        }
        let rows = if area.is_empty() { 0 } else { usize::from(area.height) };
        self.rows.resize_with(rows, Row::default);
        for row in &mut self.rows {
            row.strokes.clear();
            row.text.clear();
        }
    }

    /// Puts what differs from the last frame into cells, which show that one. Gives the rows that were touched.
    pub(super) fn end(&mut self, buffer: &mut Buffer) -> Vec<usize> {
        let width = usize::from(self.area.width);
        let mut touched = Vec::new();
        for (y, row) in self.rows.iter().enumerate() {
            if self.before.get(y) != Some(row) {
                row.paint(&mut buffer.content[y * width..(y + 1) * width], self.theme);
                touched.push(y);
            }
        }
        mem::swap(&mut self.rows, &mut self.before);
        touched
    }

    pub(super) fn area(&self) -> Rect {
        self.area
    }

    /// Puts a text, which fits, into an area's first line.
    pub(super) fn text(&mut self, area: Rect, text: &str, style: Style) {
        let row = &mut self.rows[usize::from(area.y - self.area.y)];
        row.text.push_str(text);
        row.strokes.push(Stroke { x: area.x - self.area.x, width: area.width, kind: Kind::Text(text.len()), style });
    }

    /// Puts a style over everything in an area.
    pub(super) fn style(&mut self, area: Rect, style: Style) {
        self.each(area, Kind::Style, style);
    }

    /// Empties an area.
    pub(super) fn empty(&mut self, area: Rect) {
        self.each(area, Kind::Empty, Style::new());
    }

    fn each(&mut self, area: Rect, kind: Kind, style: Style) {
        let area = area.intersection(self.area);
        for y in area.top()..area.bottom() {
            let (x, width) = (area.x - self.area.x, area.width);
            self.rows[usize::from(y - self.area.y)].strokes.push(Stroke { x, width, kind, style });
        }
    }
}

impl Row {
    fn paint(&self, cells: &mut [Cell], theme: Theme) {
        empty(cells, theme);
        let mut text = self.text.as_str();
        for stroke in &self.strokes {
            let cells = &mut cells[usize::from(stroke.x)..usize::from(stroke.x + stroke.width)];
            match stroke.kind {
                Kind::Text(length) => {
                    let (own, rest) = text.split_at(length);
                    put(own, stroke.style, theme, cells);
                    text = rest;
                }
                Kind::Style => {
                    for cell in cells {
                        cell.set_style(stroke.style);
                    }
                }
                Kind::Empty => empty(cells, theme),
            }
        }
    }
}

fn empty(cells: &mut [Cell], theme: Theme) {
    let ground = theme.ground();
    for cell in cells {
        cell.reset();
        cell.set_style(ground);
    }
}

fn put(text: &str, style: Style, theme: Theme, cells: &mut [Cell]) {
    if text.bytes().all(is_letter) {
        // Most of the screen is ASCII.
        let (front, behind) = (style.fg.unwrap_or(Color::Reset), style.bg.unwrap_or(Color::Reset));
        for (cell, byte) in cells.iter_mut().zip(text.bytes()) {
            cell.clone_from(&LETTERS[usize::from(byte - b' ')]);
            (cell.fg, cell.bg, cell.modifier) = (front, behind, style.add_modifier);
        }
    } else if text.chars().all(text::is_even) {
        // A cell each: nobody need look for those that belong together.
        for (cell, sign) in cells.iter_mut().zip(text.chars()) {
            cell.set_char(if theme.is_ascii() { text::ascii_sign(sign) } else { sign }).set_style(style);
        }
    } else {
        let text = if theme.is_ascii() { text::ascii(text).into() } else { std::borrow::Cow::Borrowed(text) };
        let width = u16::try_from(cells.len()).unwrap_or(u16::MAX);
        let mut line = Buffer::empty(Rect::new(0, 0, width, 1));
        line.content.clone_from_slice(cells);
        line.set_stringn(0, 0, &text, cells.len(), style);
        cells.clone_from_slice(&line.content);
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
