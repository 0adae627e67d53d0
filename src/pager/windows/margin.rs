//! By how many rows a window begins higher than where the walk above will end a page, so that the two meet within that page and not
//! in the next one. Those rows come twice; where they are too few, a whole page does. Where jobs lie evenly few are enough, and how
//! far from the place that was meant walks have met tells how evenly they lie.

use crate::policy;

/// Shares of a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Margin {
    /// How far from where they were meant to walks have met, on average.
    astray: f64,
}

impl Default for Margin {
    fn default() -> Self {
        Self { astray: policy::MARGIN_FIRST / policy::MARGIN_TIMES }
    }
}

impl Margin {
    /// A walk has met the next one, which had so many rows of its last page already.
    pub(super) fn met(&mut self, known: usize, page: u16) {
        let past = (known as f64 / f64::from(page.max(1)) - self.share()).rem_euclid(1.0);
        // Nearly a page too far is a little too short.
        let astray = past.min(1.0 - past);
        self.astray += (astray - self.astray) / policy::MARGIN_MEMORY;
    }

    /// The rows of it, at least one: moments are whole seconds.
    pub(super) fn rows(self, page: u64) -> u64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a page")]
        let rows = (page as f64 * self.share()).ceil() as u64;
        rows.max(1)
    }

    fn share(self) -> f64 {
        (self.astray * policy::MARGIN_TIMES).min(policy::MARGIN_MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its rows in pages of so many, after walks have met with so many rows known.
    fn after(page: u16, met: impl IntoIterator<Item = usize>) -> u64 {
        let mut margin = Margin::default();
        met.into_iter().for_each(|known| margin.met(known, page));
        margin.rows(page.into())
    }

    #[test]
    fn it_shrinks_where_walks_meet_as_was_meant_and_grows_where_they_do_not() {
        let evenly = |times| {
            let mut margin = Margin::default();
            for _ in 0..times {
                margin.met(usize::try_from(margin.rows(1_000)).unwrap(), 1_000);
            }
            margin.rows(1_000)
        };
        assert_eq!([0, 8, 16, 100].map(evenly), [84, 30, 11, 3]);
        assert_eq!(after(1_000, [84, 84, 500, 84, 84, 500]), 229);
        assert_eq!(after(1_000, std::iter::repeat_n([100, 600], 40).flatten()), 250, "never more");
    }

    #[test]
    fn a_meeting_a_little_too_far_and_one_a_little_too_short_are_as_bad() {
        assert_eq!((after(1_000, [133]), after(1_000, [33])), (86, 86));
        assert_eq!((after(1_000, [183]), after(1_000, [983])), (98, 98), "short of where the page ends");
    }

    #[test]
    fn one_row_is_the_least() {
        assert_eq!((after(1, []), after(10, []), after(10, std::iter::repeat_n(1, 100))), (1, 1, 1));
    }
}
