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

/// The shift that explains most of what changed.
pub(super) fn find(shown: &Buffer, next: &Buffer) -> Option<Shift> {
    let width = usize::from(next.area.width).max(1);
    let (from, to): (Vec<&[Cell]>, Vec<&[Cell]>) =
        (shown.content.chunks_exact(width).collect(), next.content.chunks_exact(width).collect());
    // In the last column stands a bar that does not move with the rows.
    let is_same = |one: &[Cell], other: &[Cell]| {
        let cells = one.iter().zip(other).rev().skip(usize::from(width > 1));
        cells.into_iter().all(|(one, other)| look::is_same(one, other))
    };
    let changed: Vec<usize> = (0..to.len()).filter(|y| !is_same(from[*y], to[*y])).collect();
    let (Some(first), Some(last)) = (changed.first(), changed.last()) else { return None };
    if changed.len() < FEW {
        return None;
    }
    let mut best: Option<(usize, Shift)> = None;
    for by in 1..=last - first {
        for up in [true, false] {
            let rows = *first..=last - by;
            let moved = |y: usize| if up { (y + by, y) } else { (y, y + by) };
            let mut run = 0;
            for y in rows {
                let (before, after) = moved(y);
                run = if is_same(from[before], to[after]) { run + 1 } else { 0 };
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
        let (top, bottom) = (self.top + 1, self.bottom + 1);
        strokes.turn(look::Look::PLAIN);
        if self.up {
            strokes.put(format_args!("\x1b[{top};{bottom}r\x1b[{bottom}H{}", "\n".repeat(self.by)));
        } else {
            strokes.put(format_args!("\x1b[{top};{bottom}r\x1b[{top}H{}", "\x1bM".repeat(self.by)));
        }
        strokes.put(format_args!("\x1b[r"));
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
