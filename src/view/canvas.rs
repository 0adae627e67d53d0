//! A screen as rows of strokes. What is painted is noted first, and only rows whose notes differ from those of the last frame
//! become cells: a frame costs what it changes. It knows nothing of jobs.

mod cells;

use std::ops::Range;

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
    style::Style,
};

use self::cells::{Form, empty, empty_up_to, put};
use super::{Theme, footer, header, strip, table};
use crate::layout::Layout;

/// Frames of one screen, one after the other.
#[derive(Debug, Default)]
pub struct Canvas {
    area: Rect,
    theme: Theme,
    /// Those that are being painted.
    fresh: Vec<Fresh>,
    /// Those of the last frame.
    rows: Vec<Row>,
    /// How far below its place what was kept last stood in the last frame.
    moved: isize,
    /// What the header was painted from.
    pub(super) header: Memory<header::Look>,
    /// What the footer was painted from.
    pub(super) footer: Memory<footer::Look>,
    /// What the lines between panes were painted from.
    pub(super) rules: Memory<Layout>,
    /// What the table's rows were painted from.
    pub(super) table: Memory<table::Look>,
    /// What the summary strip was painted from.
    pub(super) strip: Memory<strip::Look>,
}

/// What a part of a row is painted from: two parts with the same key have the same strokes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) pane: Pane,
    /// Of what the whole pane is painted from.
    pub(super) edition: u64,
    /// What else the part is painted from.
    pub(super) item: u64,
}

/// Panes that are painted in parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pane {
    Header,
    Footer,
    Strip,
    Rule,
    TableHead,
    Table,
}

/// What a pane was painted from last, numbered: most keys change none of it, and then nothing need be put into words again.
#[derive(Debug)]
pub(super) struct Memory<L> {
    look: Option<L>,
    edition: u64,
}

impl<L> Default for Memory<L> {
    fn default() -> Self {
        Self { look: None, edition: 0 }
    }
}

impl<L> Memory<L> {
    /// The number of what the pane is painted from now; another one where it is not the same as before.
    pub(super) fn edition(&mut self, is_same: impl FnOnce(&L) -> bool, look: impl FnOnce() -> L) -> u64 {
        if !self.look.as_ref().is_some_and(is_same) {
            self.look = Some(look());
            self.edition += 1;
        }
        self.edition
    }
}

/// What is put into one row, in order.
#[derive(Debug, Default)]
struct Row {
    strokes: Vec<Stroke>,
    /// The texts of its strokes, one behind the other.
    text: String,
    parts: Vec<Part>,
}

/// A row that is being painted. As long as it is painted like the last frame's, nothing is written down anew.
#[derive(Debug, Default)]
struct Fresh {
    /// How much of the last frame's row is at its front.
    same: Begun,
    same_parts: usize,
    /// The row, once something else comes behind that; of its parts only those that are new.
    own: Row,
    is_other: bool,
}

/// Strokes of a row that belong together, and their texts.
#[derive(Debug, Clone)]
struct Part {
    key: Key,
    strokes: Range<usize>,
    text: Range<usize>,
}

/// How many strokes and bytes of text stand before a part.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Begun {
    strokes: usize,
    text: usize,
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
        self.fresh.resize_with(rows, Fresh::default);
        for row in &mut self.fresh {
            row.begin();
        }
    }

    /// Puts what differs from the last frame into cells, which show that one. Gives the rows that were touched.
    pub(super) fn end(&mut self, buffer: &mut Buffer) -> Vec<usize> {
        let width = usize::from(self.area.width);
        // Of the first frame every row is new, also one that is empty.
        let known = self.rows.len();
        self.rows.resize_with(self.fresh.len(), Row::default);
        let mut touched = Vec::new();
        for (y, (fresh, row)) in self.fresh.iter_mut().zip(&mut self.rows).enumerate() {
            let is_same = y < known && fresh.is_same(row);
            fresh.put_into(row);
            if !is_same {
                row.paint(&mut buffer.content[y * width..(y + 1) * width], self.theme);
                touched.push(y);
            }
        }
        touched
    }

    pub(super) fn area(&self) -> Rect {
        self.area
    }

    /// Puts a text, which fits, into an area's first line.
    pub(super) fn text(&mut self, area: Rect, text: &str, style: Style) {
        let kind = Kind::Text(text.len());
        self.add(area.y - self.area.y, Stroke { x: area.x - self.area.x, width: area.width, kind, style }, text);
    }

    /// Puts a part of the last frame into rows, wherever it was; whether it was there with that key.
    pub(super) fn keep(&mut self, rows: Range<u16>, key: Key) -> bool {
        let rows = usize::from(rows.start - self.area.y)..usize::from(rows.end - self.area.y);
        let has = |at: usize| self.rows.get(at).is_some_and(|row| row.part(key).is_some());
        let begins = |from: &usize| (0..rows.len()).all(|at| has(from + at));
        // Rows that scroll move all alike.
        let near = rows.start.checked_add_signed(self.moved).filter(begins);
        let Some(from) = near.or_else(|| (0..self.rows.len()).find(begins)) else { return false };
        self.moved = from.cast_signed() - rows.start.cast_signed();
        for at in 0..rows.len() {
            let fresh = &mut self.fresh[rows.start + at];
            if self.moved == 0 && fresh.go_on(&self.rows[from + at], key) {
                continue;
            }
            fresh.become_other(self.rows.get(rows.start + at));
            fresh.take(&self.rows[from + at], key);
        }
        true
    }

    /// Where parts of rows begin.
    pub(super) fn begin_part(&self, rows: Range<u16>) -> Vec<Begun> {
        rows.map(|y| self.fresh[usize::from(y - self.area.y)].length()).collect()
    }

    /// What was put into the rows since then is kept for the next frame.
    pub(super) fn end_part(&mut self, rows: Range<u16>, begun: Vec<Begun>, key: Key) {
        for (y, begun) in rows.zip(begun) {
            self.fresh[usize::from(y - self.area.y)].end(begun, key);
        }
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
            self.add(y - self.area.y, Stroke { x, width, kind, style }, "");
        }
    }

    fn add(&mut self, y: u16, stroke: Stroke, text: &str) {
        let y = usize::from(y);
        let (fresh, before) = (&mut self.fresh[y], self.rows.get(y));
        if !before.is_some_and(|row| fresh.is_next(row, stroke, text)) {
            fresh.become_other(before);
            fresh.own.strokes.push(stroke);
            fresh.own.text.push_str(text);
        }
    }
}

impl Fresh {
    fn begin(&mut self) {
        (self.same, self.same_parts, self.is_other) = (Begun::default(), 0, false);
        self.own.strokes.clear();
        self.own.text.clear();
        self.own.parts.clear();
    }

    fn length(&self) -> Begun {
        if self.is_other { Begun { strokes: self.own.strokes.len(), text: self.own.text.len() } } else { self.same }
    }

    /// From here on it is not painted like the last frame's row.
    fn become_other(&mut self, before: Option<&Row>) {
        if !std::mem::replace(&mut self.is_other, true)
            && let Some(before) = before
        {
            self.own.strokes.extend_from_slice(&before.strokes[..self.same.strokes]);
            self.own.text.push_str(&before.text[..self.same.text]);
        }
    }

    /// Whether a stroke is what comes next in the last frame's row, which then counts as painted.
    fn is_next(&mut self, before: &Row, stroke: Stroke, text: &str) -> bool {
        let is_next = !self.is_other
            && before.strokes.get(self.same.strokes) == Some(&stroke)
            && before.text.as_bytes()[self.same.text..].starts_with(text.as_bytes());
        if is_next {
            self.same.strokes += 1;
            self.same.text += text.len();
        }
        is_next
    }

    /// Whether a part is what comes next in the last frame's row, which then counts as painted.
    fn go_on(&mut self, before: &Row, key: Key) -> bool {
        let is_next = |part: &Part| part.strokes.start == self.same.strokes && !self.is_other;
        let Some(part) = before.part(key).filter(|part| is_next(part)) else { return false };
        self.same = Begun { strokes: part.strokes.end, text: part.text.end };
        if self.own.parts.is_empty() && before.parts.get(self.same_parts).is_some_and(|next| next.key == key) {
            self.same_parts += 1;
        } else {
            self.own.parts.push(part.clone());
        }
        true
    }

    /// Takes over a part of a row of the last frame.
    fn take(&mut self, other: &Row, key: Key) {
        let Some(part) = other.part(key) else { return };
        let begun = self.length();
        self.own.strokes.extend_from_slice(&other.strokes[part.strokes.clone()]);
        self.own.text.push_str(&other.text[part.text.clone()]);
        self.end(begun, key);
    }

    fn end(&mut self, begun: Begun, key: Key) {
        let end = self.length();
        let (strokes, text) = (begun.strokes..end.strokes, begun.text..end.text);
        self.own.parts.push(Part { key, strokes, text });
    }

    /// Whether it is painted like the last frame's row.
    fn is_same(&self, before: &Row) -> bool {
        if self.is_other {
            self.own.strokes == before.strokes && self.own.text == before.text
        } else {
            self.same.strokes == before.strokes.len()
        }
    }

    /// Takes the place of the last frame's row.
    fn put_into(&mut self, row: &mut Row) {
        if self.is_other {
            std::mem::swap(&mut row.strokes, &mut self.own.strokes);
            std::mem::swap(&mut row.text, &mut self.own.text);
        } else {
            row.strokes.truncate(self.same.strokes);
            row.text.truncate(self.same.text);
        }
        row.parts.truncate(self.same_parts);
        row.parts.append(&mut self.own.parts);
    }
}

impl Row {
    fn part(&self, key: Key) -> Option<&Part> {
        self.parts.iter().find(|part| part.key == key)
    }

    fn paint(&self, cells: &mut [Cell], theme: Theme) {
        let mut text = self.text.as_str();
        // Cells before this one are painted; those from it on still show the last frame. What takes the place of cells need not
        // find them empty.
        let mut painted = 0;
        for Stroke { x, width, kind, style } in &self.strokes {
            let (from, to) = (usize::from(*x), usize::from(x + width));
            let end = match kind {
                Kind::Text(length) => {
                    let own;
                    (own, text) = text.split_at(*length);
                    let form = Form::of(own);
                    empty_up_to(if form == Form::Other { to } else { from }, &mut painted, cells, theme);
                    from + put(own, form, *style, theme, &mut cells[from..to])
                }
                Kind::Style => {
                    empty_up_to(to, &mut painted, cells, theme);
                    for cell in &mut cells[from..to] {
                        cell.set_style(*style);
                    }
                    to
                }
                Kind::Empty => {
                    empty_up_to(from, &mut painted, cells, theme);
                    empty(&mut cells[from..to], theme);
                    to
                }
            };
            painted = painted.max(end);
        }
        empty_up_to(cells.len(), &mut painted, cells, theme);
    }
}
