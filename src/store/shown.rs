//! Lists of rows: the natural order, which costs nothing while jobs arrive the newest first, and the view of any order.

use std::cmp::Ordering;

use super::{RowNo, columns::Columns, list::List, rank};

/// Rows in an order.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a>(Held<'a>);

#[derive(Debug, Clone, Copy)]
enum Held<'a> {
    /// The first so many, as they arrived.
    First(usize),
    Listed(&'a [RowNo]),
}

/// All rows, the newest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Natural {
    rows: usize,
    /// Once they did not arrive in this order.
    listed: Option<List<RowNo>>,
}

impl<'a> Shown<'a> {
    /// The rows that arrived first, as they arrived.
    pub(super) fn first(rows: usize) -> Self {
        Self(Held::First(rows))
    }

    pub(super) fn listed(rows: &'a [RowNo]) -> Self {
        Self(Held::Listed(rows))
    }

    /// How many there are.
    pub fn len(self) -> usize {
        match self.0 {
            Held::First(rows) => rows,
            Held::Listed(rows) => rows.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The row at a place.
    pub fn get(self, place: usize) -> Option<RowNo> {
        match self.0 {
            Held::First(rows) => (place < rows).then(|| RowNo::of(place)),
            Held::Listed(rows) => rows.get(place).copied(),
        }
    }

    /// The row at a place that there is.
    pub(super) fn at(self, place: u32) -> RowNo {
        match self.0 {
            Held::First(_) => RowNo(place),
            Held::Listed(rows) => rows[place as usize],
        }
    }

    /// All of them.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = RowNo> + ExactSizeIterator + use<'a> {
        self.from(0)
    }

    /// Those from a place on.
    pub fn from(self, place: usize) -> impl DoubleEndedIterator<Item = RowNo> + ExactSizeIterator + use<'a> {
        (place.min(self.len())..self.len()).map(move |place| self.get(place).unwrap_or(RowNo(u32::MAX)))
    }

    /// The place of the row that compares as equal.
    pub(super) fn position(self, compare: impl Fn(RowNo) -> Ordering) -> Option<usize> {
        match self.0 {
            Held::Listed(rows) => rows.binary_search_by(|row| compare(*row)).ok(),
            Held::First(_) => {
                let (mut from, mut to) = (0, self.len());
                while from < to {
                    let middle = usize::midpoint(from, to);
                    match compare(RowNo::of(middle)) {
                        Ordering::Less => from = middle + 1,
                        Ordering::Greater => to = middle,
                        Ordering::Equal => return Some(middle),
                    }
                }
                None
            }
        }
    }
}

impl Natural {
    pub(super) fn shown(&self) -> Shown<'_> {
        self.listed.as_deref().map_or(Shown::first(self.rows), Shown::listed)
    }

    /// Takes out rows, as long as they still say what they are sorted by.
    pub(super) fn take_out(&mut self, rows: &[RowNo], columns: &Columns) {
        if rows.is_empty() {
            return;
        }
        let place = |row: &RowNo| self.shown().position(|other| columns.newest_first(other, *row));
        let mut places: Vec<usize> = rows.iter().filter_map(place).collect();
        places.sort_unstable();
        rank::take_out(self.list(), &places);
        self.rows -= places.len();
    }

    /// Puts in rows that are not there. What arrives the newest first and older than all others needs no list.
    pub(super) fn put_in(&mut self, mut rows: Vec<RowNo>, columns: &Columns) {
        let newest_first = |a: RowNo, b: RowNo| columns.newest_first(a, b);
        rows.sort_by(|a, b| newest_first(*a, *b));
        let last = self.rows.checked_sub(1).and_then(|last| self.shown().get(last));
        let behind = last.into_iter().chain(rows.first().copied()).is_sorted_by(|a, b| newest_first(*a, *b).is_lt());
        let as_arrived = rows.iter().zip(self.rows..).all(|(row, place)| row.at() == place);
        if !(self.listed.is_none() && behind && as_arrived) {
            rank::merge(self.list(), &rows, newest_first);
        }
        self.rows += rows.len();
    }

    /// Bytes that the list takes, where there is one.
    pub(super) fn bytes(&self) -> usize {
        self.listed.as_ref().map_or(0, List::bytes)
    }

    #[cfg(test)]
    pub(super) fn is_free(&self) -> bool {
        self.listed.is_none()
    }

    fn list(&mut self) -> &mut List<RowNo> {
        let rows = self.rows;
        self.listed.get_or_insert_with(|| RowNo::first(rows).collect())
    }
}
