//! Marks: the jobs that the user has picked out, by id, so that they outlive filter, sort and refresh. What is copied or written
//! to a file are these where there are some. It knows neither keys nor the screen.

use std::{collections::HashSet, ops::RangeInclusive};

use super::State;
use crate::{format, model::JobId, store::RowNo};

/// The jobs that the user has picked out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Marks {
    /// Their ids, but for those of a range that has no end yet.
    pub ids: HashSet<JobId>,
    /// Where a range began that reaches to the cursor.
    pub range: Option<JobId>,
}

impl Marks {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.range.is_none()
    }

    /// Marks a job, or takes its mark off.
    pub fn turn(&mut self, id: JobId) {
        if !self.ids.remove(&id) {
            self.ids.insert(id);
        }
    }
}

impl State {
    /// The places of the range that has no end yet. Where its beginning is not shown, it is the cursor's job alone.
    pub fn range_places(&self) -> Option<RangeInclusive<usize>> {
        let begin = self.marks.range.as_ref()?;
        let index = self.table.index;
        let begin = self.store.row(begin).and_then(|row| self.store.position(row)).unwrap_or(index);
        Some(begin.min(index)..=begin.max(index))
    }

    /// The marked jobs that are loaded: those that are shown in their order, then the others.
    pub fn marked_rows(&self) -> Vec<RowNo> {
        let ids = self.marks.ids.iter().filter_map(|id| self.store.row(id));
        let range = self.range_places().into_iter().flatten().filter_map(|place| self.store.shown().get(place));
        let mut rows: Vec<RowNo> = ids.chain(range).collect();
        rows.sort_unstable();
        rows.dedup();
        let place = |row: &RowNo| self.store.position(*row).unwrap_or(usize::MAX);
        rows.sort_by_cached_key(place);
        rows
    }

    /// The marked jobs that are not loaded, in the order of their ids.
    pub fn marked_elsewhere(&self) -> Vec<&JobId> {
        let mut ids: Vec<&JobId> = self.marks.ids.iter().filter(|id| self.store.row(id).is_none()).collect();
        ids.sort_unstable_by_key(|id| id.text());
        ids
    }

    /// How many are marked, as the footer says it.
    pub fn marks_told(&self) -> Option<String> {
        let marked = self.marks.ids.len();
        let range = self.range_places().map(|places| format!("range of {}", counted(places.count())));
        let marked = (marked > 0).then(|| format!("{} marked", counted(marked)));
        let told: Vec<String> = marked.into_iter().chain(range).collect();
        (!told.is_empty()).then(|| told.join(" + "))
    }
}

fn counted(number: usize) -> String {
    format::count(number as u64)
}
