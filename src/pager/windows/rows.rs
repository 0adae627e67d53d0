//! The rows of a window that wait to be delivered, page by page as they came, so that none is ever copied.

use std::collections::VecDeque;

use crate::model::Job;

/// Rows in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    pages: VecDeque<Vec<Job>>,
    count: usize,
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn get(&self, mut at: usize) -> Option<&Job> {
        for page in &self.pages {
            match page.get(at) {
                Some(job) => return Some(job),
                None => at -= page.len(),
            }
        }
        None
    }

    pub(super) fn push(&mut self, page: Vec<Job>) {
        self.count += page.len();
        self.pages.push_back(page);
    }

    /// Leaves out the first ones.
    pub(super) fn skip(&mut self, mut rows: usize) {
        while let Some(mut page) = self.pages.pop_front() {
            let known = rows.min(page.len());
            (self.count, rows) = (self.count - known, rows - known);
            if known < page.len() {
                page.drain(..known);
                self.pages.push_front(page);
                return;
            }
        }
    }

    /// All of them, which are here no more.
    pub(super) fn take(&mut self) -> VecDeque<Vec<Job>> {
        self.count = 0;
        std::mem::take(&mut self.pages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::JobId;

    fn rows(rows: &Rows) -> Vec<String> {
        (0..rows.len()).map(|at| rows.get(at).unwrap().id.text().raw().to_owned()).collect()
    }

    #[test]
    fn rows_are_counted_over_pages_from_the_first_that_is_left() {
        let mut kept = Rows::default();
        for page in [&["a", "b"][..], &[], &["c"], &["d", "e", "f"]] {
            kept.push(page.iter().map(|id| Job::new(JobId::new(*id))).collect());
        }
        assert_eq!(rows(&kept), ["a", "b", "c", "d", "e", "f"]);
        assert!(kept.get(6).is_none());
        kept.skip(4);
        assert_eq!(rows(&kept), ["e", "f"]);
        assert_eq!((kept.take().len(), kept.len()), (1, 0));
    }
}
