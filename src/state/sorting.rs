//! The choice of columns to sort by: at most two, in the order in which they were chosen.

use tui_input::Input;

use super::panes::best_matches;
use crate::store::{Column, Direction, Sort};

/// The choice of columns to sort by, in a list that typing narrows.
#[derive(Debug, Clone, Default)]
pub struct SortPicker {
    /// The text that narrows the list.
    pub input: Input,
    /// The column under the cursor, among those left.
    pub cursor: usize,
    /// The columns chosen so far, the first key first.
    pub keys: Vec<Sort>,
}

impl SortPicker {
    /// Sorting has so many keys.
    pub const KEYS: usize = 2;

    /// The columns left by the text, the best match first.
    pub fn items(&self) -> Vec<Column> {
        best_matches(self.input.value(), Column::ALL.to_vec(), |column| column.title())
    }

    /// Chooses a column, turns its direction, or drops it. One too many takes the place of the last.
    pub fn tick(&mut self, column: Column) {
        let Some(at) = self.keys.iter().position(|sort| sort.column == column) else {
            self.keys.truncate(Self::KEYS - 1);
            self.keys.push(Sort { column, direction: Direction::Ascending });
            return;
        };
        match Sort::next(Some(self.keys[at]), column) {
            Some(sort) => self.keys[at] = sort,
            None => drop(self.keys.remove(at)),
        }
    }
}
