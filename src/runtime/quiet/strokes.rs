//! A short way to write the rows that changed: what becomes blank is erased where it is much, and what did not change is passed
//! over. It knows nothing of frames.

use std::ops::Range;

use ratatui::{
    buffer::{Buffer, Cell, CellWidth},
    layout::Position,
    style::Color,
};

use super::look::{self, Look};

/// Where the terminal's cursor stands, if that is known, and how it writes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    pub(super) at: Option<Position>,
    pub(super) look: Look,
}

/// More blanks in a row than this are erased at once: each stretch of them is passed over then, at some four bytes.
const ERASED_FROM: usize = 16;

/// What is written, and the pen that writes it.
#[derive(Debug, Clone)]
pub(super) struct Strokes {
    pub(super) out: Vec<u8>,
    pub(super) pen: Pen,
    /// The terminal erases in the colour that is set, and not only in its own.
    pub(super) erases_in_color: bool,
}

impl Strokes {
    /// Turns what is shown into what is to be shown, which has the same size, where these rows differ.
    pub(super) fn write(&mut self, shown: &Buffer, next: &Buffer, rows: &[usize]) {
        let width = usize::from(next.area.width).max(1);
        let mut differs = vec![false; width];
        for y in rows {
            let cells = y * width..(y + 1) * width;
            let (from, to) = (&shown.content[cells.clone()], &next.content[cells]);
            self.write_row(u16::try_from(*y).unwrap_or(u16::MAX), from, to, &mut differs);
        }
    }

    /// Moves the cursor; `row` is what its row shows, as far as it is passed over.
    pub(super) fn move_to(&mut self, to: Position, row: &[Cell]) {
        let width = row.len();
        match self.pen.at.replace(to) {
            Some(at) if at == to => {}
            // Behind the last column a terminal waits before it wraps.
            Some(at) if at.y == to.y && at.x < to.x && usize::from(at.x) < width => {
                let passed = &row[usize::from(at.x)..usize::from(to.x)];
                let is_plain = |cell: &Cell| cell.symbol().len() == 1 && self.pen.look.for_cell(cell) == self.pen.look;
                if passed.len() <= 4 && passed.iter().all(is_plain) {
                    for cell in passed {
                        self.out.extend_from_slice(cell.symbol().as_bytes());
                    }
                } else {
                    self.forward(to.x - at.x);
                }
            }
            Some(at) if at.y.checked_add(1) == Some(to.y) => {
                self.out.extend_from_slice(b"\r\n");
                self.forward(to.x);
            }
            _ if to.x == 0 => self.sequence(&[to.y + 1], b'H'),
            _ => self.sequence(&[to.y + 1, to.x + 1], b'H'),
        }
    }

    /// A sequence of the terminal with its numbers.
    pub(super) fn sequence(&mut self, numbers: &[u16], end: u8) {
        self.out.extend_from_slice(b"\x1b[");
        for (at, number) in numbers.iter().enumerate() {
            if at > 0 {
                self.out.push(b';');
            }
            look::put_number(*number, &mut self.out);
        }
        self.out.push(end);
    }

    /// Writes in another look from now on.
    pub(super) fn turn(&mut self, look: Look) {
        self.pen.look.turn(look, &mut self.out);
        self.pen.look = look;
    }

    fn forward(&mut self, columns: u16) {
        match columns {
            0 => {}
            1 => self.out.extend_from_slice(b"\x1b[C"),
            columns => self.sequence(&[columns], b'C'),
        }
    }

    /// Writes a row; `differs` is room to note which of its cells do.
    fn write_row(&mut self, y: u16, from: &[Cell], to: &[Cell], differs: &mut [bool]) {
        let mut columns: Option<Range<usize>> = None;
        // What is behind the last cell that becomes blank, and how many become like it.
        let (mut behind, mut blanks) = (None, 0);
        for x in (0..to.len()).rev() {
            differs[x] = !look::is_same(&from[x], &to[x]);
            if !differs[x] {
                continue;
            }
            columns = Some(x..columns.map_or(x + 1, |columns| columns.end));
            if look::is_blank(&to[x]) && *behind.get_or_insert(to[x].bg) == to[x].bg {
                blanks += 1;
            }
        }
        let behind = behind.filter(|behind| self.erases_in_color || *behind == Color::Reset);
        match (columns, behind) {
            (None, _) => {}
            // To erase a half of a wide letter takes its other half with it, which nothing else would write again.
            (Some(columns), Some(behind)) if blanks > ERASED_FROM && !has_wide(from) && !has_wide(to) => {
                self.erase_and_write(y, columns, behind, (from, to));
            }
            _ => self.write_cells(y, |x| (&from[x], differs[x]), to),
        }
    }

    /// Makes columns blank, then writes what they show.
    fn erase_and_write(&mut self, y: u16, columns: Range<usize>, behind: Color, (from, to): (&[Cell], &[Cell])) {
        let mut blank = Cell::EMPTY;
        blank.bg = behind;
        let at = Position::new(u16::try_from(columns.start).unwrap_or(u16::MAX), y);
        self.move_to(at, to);
        self.turn(self.pen.look.for_cell(&blank));
        if columns.end == to.len() {
            self.out.extend_from_slice(b"\x1b[K");
        } else {
            self.sequence(&[u16::try_from(columns.len()).unwrap_or(u16::MAX)], b'X');
        }
        let now = |x| if columns.contains(&x) { &blank } else { &from[x] };
        self.write_cells(y, |x| (now(x), !look::is_same(now(x), &to[x])), to);
    }

    /// Writes the cells that differ; `from` tells what is shown in a column, and whether it does.
    fn write_cells<'a>(&mut self, y: u16, from: impl Fn(usize) -> (&'a Cell, bool), to: &[Cell]) {
        let (mut x, mut touched) = (0, 0);
        while x < to.len() {
            let (cell, width) = (&to[x], columns(&to[x]));
            if x < touched || from(x).1 {
                self.move_to(Position::new(u16::try_from(x).unwrap_or(u16::MAX), y), to);
                self.turn(self.pen.look.for_cell(cell));
                self.out.extend_from_slice(cell.symbol().as_bytes());
                // Terminals differ in how wide they draw what is more than a letter.
                let is_sure = cell.symbol().len() == 1 || (width == 1 && cell.symbol().chars().nth(1).is_none());
                self.pen.at = self.pen.at.filter(|_| is_sure).map(|at| Position::new(at.x + 1, y));
                touched = touched.max(x + width);
                // What stood here may have been wide, and goes as a whole.
                for at in x..to.len().min(x + width) {
                    touched = touched.max(at + columns(from(at).0));
                }
            }
            x += width;
        }
    }
}

fn has_wide(row: &[Cell]) -> bool {
    row.iter().any(|cell| columns(cell) > 1)
}

/// The columns that a cell's text takes.
fn columns(cell: &Cell) -> usize {
    // A single byte is a letter: nothing of another width, and nothing else, is ever painted.
    if cell.symbol().len() == 1 { 1 } else { usize::from(cell.cell_width().max(1)) }
}
