//! Rows that moved up or down as a block, which a terminal can do by itself. It knows nothing of jobs and tables.

use std::ops::{Range, RangeInclusive};

use ratatui::buffer::{Buffer, Cell};

use super::{
    look,
    strokes::{Pen, Strokes},
};

/// Fewer changed rows are written: to move them would cost as much.
const FEW: usize = 4;

/// One letter in so many goes into a row's number.
const SAMPLED: usize = 3;

/// A block of rows that move; what leaves it at one end is lost, and blank rows come in at the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shift {
    top: usize,
    /// Its last row.
    bottom: usize,
    by: usize,
    up: bool,
}

/// The columns that move: in the last one stands a bar that does not.
fn moving(width: usize) -> usize {
    width - usize::from(width > 1)
}

/// The shift that explains most of what changed, which is in these rows.
pub(super) fn find(shown: &Buffer, next: &Buffer, changed: &[usize]) -> Option<Shift> {
    if changed.len() < FEW {
        return None;
    }
    let width = usize::from(next.area.width).max(1);
    let (from, to): (Vec<&[Cell]>, Vec<&[Cell]>) =
        (shown.content.chunks_exact(width).collect(), next.content.chunks_exact(width).collect());
    let moving = moving(width);
    let is_same =
        |one: &[Cell], other: &[Cell]| one[..moving].iter().zip(other).all(|(one, other)| look::is_same(one, other));
    let changed: Vec<usize> = changed.iter().copied().filter(|y| !is_same(from[*y], to[*y])).collect();
    let (Some(first), Some(last)) = (changed.first(), changed.last()) else { return None };
    if changed.len() < FEW {
        return None;
    }
    let number = |row: &[Cell]| {
        // Those that are taken to be the same are held against each other anyway: a part of the letters is enough.
        let letters = row[..moving].iter().step_by(SAMPLED).map(|cell| cell.symbol().as_bytes().first().unwrap_or(&0));
        letters.fold(0_u64, |number, letter| {
            (number.rotate_left(5) ^ u64::from(*letter)).wrapping_mul(0x517c_c1b7_2722_0a95)
        })
    };
    // Each row is held against nearly every other, and on a large screen most are blank: those that are the same are one kind.
    let mut kinds: Vec<(u64, &[Cell])> = Vec::new();
    let of_kind: Vec<usize> = from[*first..=*last]
        .iter()
        .chain(&to[*first..=*last])
        .map(|row| {
            let number = number(row);
            let known = kinds.iter().position(|(other, kind)| *other == number && is_same(kind, row));
            known.unwrap_or_else(|| {
                kinds.push((number, row));
                kinds.len() - 1
            })
        })
        .collect();
    let (before_in, after_in) = of_kind.split_at(last - first + 1);
    let is_moved = |before: usize, after: usize| before_in[before - first] == after_in[after - first];
    let mut best: Option<(usize, Shift)> = None;
    for by in 1..=last - first {
        for up in [true, false] {
            let rows = *first..=last - by;
            let moved = |y: usize| if up { (y + by, y) } else { (y, y + by) };
            let mut run = 0;
            for y in rows {
                let (before, after) = moved(y);
                run = if is_moved(before, after) { run + 1 } else { 0 };
                if run > best.map_or(FEW - 2, |(most, _)| most) {
                    let top = y + 1 - run;
                    best = Some((run, Shift { top, bottom: y + by, by, up }));
                }
            }
        }
    }
    best.map(|(_, shift)| shift)
}

impl Shift {
    /// The rows of the block.
    pub(super) fn rows(self) -> RangeInclusive<usize> {
        self.top..=self.bottom
    }

    /// The rows that show what they are to show once they have moved, but for the last column.
    fn moved(self) -> Range<usize> {
        if self.up { self.top..self.bottom + 1 - self.by } else { self.top + self.by..self.bottom + 1 }
    }

    /// Leaves those of the rows that still differ when the block has moved.
    pub(super) fn keep_changed(self, rows: &mut Vec<usize>, shown: &Buffer, next: &Buffer) {
        let width = usize::from(next.area.width).max(1);
        rows.retain(|y| {
            let from = if self.moved().contains(y) { moving(width) } else { 0 };
            let cells = y * width + from..(y + 1) * width;
            let (from, to) = (&shown.content[cells.clone()], &next.content[cells]);
            from.iter().zip(to).any(|(from, to)| !look::is_same(from, to))
        });
    }

    /// Whether it explains most of so many changed rows, so that to write them as they are need not be tried.
    pub(super) fn is_most_of(self, changed: usize) -> bool {
        self.moved().len() * 2 > changed
    }

    /// Lets the terminal move the rows, by means that any has: a region, and line feeds at its end.
    pub(super) fn write(self, strokes: &mut Strokes) {
        let number = |row: usize| u16::try_from(row + 1).unwrap_or(u16::MAX);
        let (top, bottom) = (number(self.top), number(self.bottom));
        strokes.turn(look::Look::PLAIN);
        strokes.sequence(&[top, bottom], b'r');
        strokes.sequence(&[if self.up { bottom } else { top }], b'H');
        strokes.out.extend((if self.up { "\n" } else { "\x1bM" }).repeat(self.by).bytes());
        strokes.sequence(&[], b'r');
        strokes.pen = Pen { at: None, ..strokes.pen };
    }

    /// What is shown then.
    pub(super) fn apply(self, shown: &mut Buffer) {
        let width = usize::from(shown.area.width);
        let cells = &mut shown.content[self.top * width..(self.bottom + 1) * width];
        let moved = self.by * width;
        if self.up {
            cells.rotate_left(moved);
            let left = cells.len() - moved;
            cells[left..].fill(Cell::EMPTY);
        } else {
            cells.rotate_right(moved);
            cells[..moved].fill(Cell::EMPTY);
        }
    }
}
