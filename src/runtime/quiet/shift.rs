//! Rows that moved up or down as a block, which a terminal can do by itself. It knows nothing of jobs and tables.

use ratatui::buffer::{Buffer, Cell};

use super::{
    look,
    strokes::{Pen, Strokes},
};

/// Fewer changed rows are written: to move them would cost as much.
const FEW: usize = 4;

/// A block of rows that move; what leaves it at one end is lost, and blank rows come in at the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shift {
    top: usize,
    /// Its last row.
    bottom: usize,
    by: usize,
    up: bool,
}

/// The shift that explains most of what changed, which is in these rows.
pub(super) fn find(shown: &Buffer, next: &Buffer, changed: &[usize]) -> Option<Shift> {
    if changed.len() < FEW {
        return None;
    }
    let width = usize::from(next.area.width).max(1);
    let (from, to): (Vec<&[Cell]>, Vec<&[Cell]>) =
        (shown.content.chunks_exact(width).collect(), next.content.chunks_exact(width).collect());
    // In the last column stands a bar that does not move with the rows.
    let moving = width - usize::from(width > 1);
    let is_same =
        |one: &[Cell], other: &[Cell]| one[..moving].iter().zip(other).all(|(one, other)| look::is_same(one, other));
    let changed: Vec<usize> = changed.iter().copied().filter(|y| !is_same(from[*y], to[*y])).collect();
    let (Some(first), Some(last)) = (changed.first(), changed.last()) else { return None };
    if changed.len() < FEW {
        return None;
    }
    let number = |row: &[Cell]| {
        let letters = row[..moving].iter().flat_map(|cell| cell.symbol().bytes());
        letters.fold(0_u64, |number, letter| {
            (number.rotate_left(5) ^ u64::from(letter)).wrapping_mul(0x517c_c1b7_2722_0a95)
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
                    best = Some((run, Shift { top: y + 1 - run, bottom: y + by, by, up }));
                }
            }
        }
    }
    best.map(|(_, shift)| shift)
}

impl Shift {
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
