//! Ticks on the scrollbar: where among the shown rows there are problems. They are looked for when the shown rows change, never
//! for a frame, and a cell of the bar is looked through only to its first problem. It paints nothing.

use chrono::{DateTime, TimeDelta, Utc};

use super::State;
use crate::{pager::Coverage, pager::Tail, policy};

/// Where there are problems.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ticks {
    /// For each cell of the bar, from its top, whether rows that it stands for are problems; none where there is no bar.
    cells: Vec<bool>,
    /// What they were looked for in.
    of: Seen,
    /// When.
    at: DateTime<Utc>,
}

/// The rows as they were: their revision, how many are shown, how many the bar stands for, and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Seen {
    revision: u64,
    shown: usize,
    all: usize,
    length: usize,
}

impl Ticks {
    /// Whether a cell of the bar has one.
    pub fn is_at(&self, cell: usize) -> bool {
        self.cells.get(cell).copied().unwrap_or_default()
    }

    /// How many cells have one.
    pub fn count(&self) -> usize {
        self.cells.iter().filter(|cell| **cell).count()
    }
}

impl State {
    /// How many rows the whole scrollbar stands for: those that are shown, or all of the list where none is filtered out.
    pub fn bar_rows(&self) -> usize {
        let shown = self.store.shown().len();
        match self.coverage() {
            Coverage::Partial(_, Some(total)) if self.store.lens().predicate.is_all() => {
                usize::try_from(total).unwrap_or(shown).max(shown)
            }
            _ => shown,
        }
    }

    /// Brings the ticks in step with the rows. While a long list grows it is looked through again only when it is a part
    /// longer, so that all in all every row is looked at a few times, however many pages come.
    pub fn tick(&mut self) {
        let length = self.layout().map_or(0, |layout| layout.table_rows());
        let (shown, all) = (self.store.shown().len(), self.bar_rows());
        let seen = Seen { revision: self.store.revision(), shown, all, length };
        let old = self.ticks.of;
        if seen == old {
            return;
        }
        let grows =
            seen.length == old.length && shown >= old.shown && shown < old.shown + old.shown / policy::TICKS_PART;
        let is_fresh = self.now - self.ticks.at < TimeDelta::seconds(1);
        if shown > policy::TICKS_AT_ONCE && grows && is_fresh && *self.pager.tail() != Tail::End {
            return;
        }
        let cells = if all <= length || self.filter.problems { Vec::new() } else { self.problems_by_cell(all, length) };
        self.ticks = Ticks { cells, of: seen, at: self.now };
    }

    fn problems_by_cell(&self, all: usize, length: usize) -> Vec<bool> {
        let shown = self.store.shown();
        let place = |cell: usize| (cell * all / length).min(shown.len());
        let has_problem = |cell: usize| {
            let (from, to) = (place(cell), place(cell + 1));
            shown.from(from).take(to - from).any(|row| self.store.is_problem(row))
        };
        (0..length).map(has_problem).collect()
    }
}
