//! Where the next window begins: so many rows below the lowest one, or within the longest way that one walk has before it. Counts
//! are the server's; how many jobs lie between two moments is a guess by those that lay between the last two.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use super::{Windows, window::Place};
use crate::policy;

/// The way from where one walk stands to where the next began.
#[derive(Debug)]
struct Gap {
    /// The place of a window in it.
    at: usize,
    rows: u64,
    high: DateTime<Utc>,
    low: Option<DateTime<Utc>>,
}

impl Windows {
    /// The place and the moment of the window that should begin next, if one should.
    pub(super) fn next_window(&self, from: Option<DateTime<Utc>>) -> Option<(usize, DateTime<Utc>)> {
        let page = u64::from(self.page.max(1));
        let head = self.head.as_ref()?;
        if head.total <= page * policy::WINDOWS_PAGES {
            return None;
        }
        let (inner, last) = self.gaps(head, from.max(self.floor));
        let length = self.length(inner.iter().chain([&last]).map(|gap| gap.rows).sum());
        let worth = |gap: &&Gap| gap.rows > policy::WINDOW_PAGES_SPLIT * page;
        let wide = inner.iter().find(|gap| gap.rows > 2 * length);
        let widest = || inner.iter().max_by_key(|gap| gap.rows).filter(worth);
        let half = |gap: &Gap| gap.moment(self.within((gap.rows / 2).div_ceil(page) * page, page));
        wide.and_then(|gap| gap.moment(length))
            .or_else(|| {
                Some(&last).filter(worth).and_then(|gap| {
                    gap.below(length.min(self.within((gap.rows - 1) / page * page, page)), self.density)
                })
            })
            .or_else(|| widest().and_then(half))
    }

    /// Whether the answers that are under way will be the last ones, as far as can be told.
    pub(super) fn end_with_these(&self) -> bool {
        let Some(head) = self.head.as_ref().filter(|_| self.have_begun()) else { return false };
        let (inner, last) = self.gaps(head, None);
        let page = u64::from(self.page.max(1));
        let is_left = (0..self.list.len()).any(|at| {
            let window = &self.list[at];
            window.is_waiting() && !window.joined && !self.is_answered_below(at)
        });
        !is_left && inner.iter().chain([&last]).all(|gap| gap.rows <= page)
    }

    /// What the first page of the lowest window that has one tells: how close jobs lie, from the uppermost walk down to there.
    pub(super) fn learn(&mut self, at: usize, total: u64) {
        let above = self.list.iter().take(at).find_map(|window| window.place.as_ref()).or(self.head.as_ref());
        let Some(above) = above else { return };
        let rows = above.below().saturating_sub(total);
        let seconds = (above.oldest - self.list[at].to).num_seconds();
        self.density = match rows {
            _ if seconds <= 0 => return,
            0 => self.density / 8.0,
            rows => rows as f64 / seconds as f64,
        };
    }

    /// Rows that the next window should have, with so many left for all walks. The first ones grow, so that walks that begin
    /// together do not end together, and rows need not wait for long; the last ones shrink, so that all end together.
    fn length(&self, left: u64) -> u64 {
        let (page, lanes) = (u64::from(self.page.max(1)), self.width.at.max(1) as u64);
        let most = policy::WINDOW_ROWS.clamp(policy::WINDOW_PAGES_MIN * page, policy::WINDOW_PAGES_MAX * page);
        let first = most * (u64::from(self.begun) * 4 / lanes + 1) / 4;
        self.within(most.min(first).min(left / lanes).max(page) / page * page, page)
    }

    /// So many rows, less as much as it takes for a walk to meet the next one before its last page ends.
    fn within(&self, rows: u64, page: u64) -> u64 {
        rows.saturating_sub(self.margin.rows(page)).max(1)
    }

    /// How many rows are below a moment, where so many are below another, as if between the two they lay as close as above.
    fn rows_below(&self, to: DateTime<Utc>, high: DateTime<Utc>, below: u64) -> u64 {
        #[expect(clippy::cast_possible_truncation, reason = "whole rows; what is too large is all of them then")]
        let between = ((high - to).num_seconds() as f64 * self.density) as i64;
        below.saturating_add_signed(between.saturating_neg())
    }

    /// The ways between walks, newest first, and the one below the lowest.
    fn gaps(&self, head: &Place, low: Option<DateTime<Utc>>) -> (Vec<Gap>, Gap) {
        let mut inner = Vec::new();
        // Where the walk above stands, how many are below it, and whether that is known.
        let mut above = Some((head.oldest, head.below(), true)).filter(|_| !self.carries);
        let mut joined = false;
        for (at, window) in self.list.iter().enumerate() {
            if let (Some((high, below, true)), Some(place), false) = (above, &window.place, joined) {
                inner.push(Gap { at, rows: below.saturating_sub(place.total), high, low: Some(window.to) });
            }
            let guessed = || {
                let rows = above.map_or(0, |(high, below, _)| self.rows_below(window.to, high, below));
                (window.to, rows, false)
            };
            above = Some(window.place.as_ref().map_or_else(guessed, |place| (place.oldest, place.below(), true)));
            joined = window.joined;
        }
        let (high, rows, _) = above.unwrap_or((head.oldest, head.below(), true));
        (inner, Gap { at: self.list.len(), rows, high, low })
    }
}

impl Gap {
    /// The moment so many rows below its upper end, as if they lay evenly.
    fn moment(&self, rows: u64) -> Option<(usize, DateTime<Utc>)> {
        let span = (self.high - self.low?).num_seconds();
        let part = i128::from(span) * i128::from(rows) / i128::from(self.rows.max(1));
        self.before(i64::try_from(part).ok()?)
    }

    /// The same by how close they lay above.
    fn below(&self, rows: u64, density: f64) -> Option<(usize, DateTime<Utc>)> {
        #[expect(clippy::cast_possible_truncation, reason = "seconds; what is too large is no moment then")]
        let seconds = (rows as f64 / density).ceil() as i64;
        self.before(seconds.max(1)).or_else(|| self.moment(rows))
    }

    fn before(&self, seconds: i64) -> Option<(usize, DateTime<Utc>)> {
        let moment = self.high.checked_sub_signed(TimeDelta::try_seconds(seconds)?)?.trunc_subsecs(0);
        (moment < self.high && self.low.is_none_or(|low| moment > low)).then_some((self.at, moment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::JobId,
        pager::windows::{width::Width, window::Window},
    };

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn windows(page: u16, begun: u32) -> Windows {
        let mut width = Width::default();
        width.at = 8;
        Windows { width, page, begun, ..Windows::default() }
    }

    #[test]
    fn the_first_windows_grow_the_last_shrink_and_each_ends_a_little_before_a_page_does() {
        let length = |page, begun, left| windows(page, begun).length(left);
        let grown: Vec<u64> = [0, 2, 4, 6, 100].map(|begun| length(10, begun, 100_000)).to_vec();
        assert_eq!(grown, [159, 319, 479, 639, 639]);
        assert_eq!([800, 808, 400, 10].map(|left| length(10, 100, left)), [99, 99, 49, 9]);
        assert_eq!((length(100, 100, 1_000_000), length(5_000, 100, 1_000_000)), (1_191, 9_583), "two pages at least");
    }

    #[test]
    fn a_window_begins_below_the_walk_above_it_and_above_the_next_one() {
        let gap = Gap { at: 3, rows: 20, high: at(100), low: Some(at(90)) };
        let begun = [0, 1, 9, 10, i64::MAX].map(|seconds| gap.before(seconds));
        assert_eq!(begun, [None, Some((3, at(99))), Some((3, at(91))), None, None]);
        assert_eq!((gap.moment(10), gap.moment(20)), (Some((3, at(95))), None));
        assert_eq!((gap.below(6, 1.5), gap.below(6, 0.5)), (Some((3, at(96))), Some((3, at(97)))), "or as if evenly");
    }

    #[test]
    fn a_window_is_as_long_as_what_is_left_for_each_lane_and_begins_within_the_list() {
        // Jobs that lie a second apart, walked so far from the top and in some windows.
        let begins = |total: u64, walked: &[u64]| {
            let place = |total, row: u64| {
                let oldest = at(1_000_000 - i64::try_from(row).unwrap());
                Place { total, walked: 0, last: JobId::new("9"), oldest }
            };
            let mut windows = Windows { density: 1.0, head: Some(place(total, 0)), ..windows(10, 100) };
            for row in walked {
                let place = place(total - row, *row);
                let mut window = Window::new(1, place.oldest, 10);
                window.place = Some(place);
                windows.list.push_back(window);
            }
            windows.next_window(None).map(|(at, moment)| (at, 1_000_000 - moment.timestamp()))
        };
        assert_eq!(begins(2_000, &[]), Some((0, 249)), "an eighth in whole pages, but for a row");
        assert_eq!(begins(525, &[100, 200, 300, 400, 500]), Some((5, 519)), "not the 59 rows below that an eighth is");
        assert_eq!(begins(510, &[100, 200, 300, 400, 500]), Some((4, 449)), "a page is left at the end: half a gap");
    }

    #[test]
    fn how_many_rows_are_below_a_window_of_which_nothing_came_is_told_by_where_it_begins() {
        let mut windows = Windows { density: 0.5, ..windows(10, 1) };
        windows.list.push_back(Window::new(1, at(800), 10));
        let head = |oldest| Place { total: 1_000, walked: 10, last: JobId::new("9"), oldest: at(oldest) };
        let rows = |oldest| windows.gaps(&head(oldest), None).1.rows;
        assert_eq!([1_000, 800, 780, 1_000_000].map(rows), [890, 990, 1_000, 0], "or above where the walk has come to");
    }

    #[test]
    fn how_close_jobs_lie_is_told_by_those_between_two_walks_and_where_there_are_none_they_lie_much_wider() {
        let place = Place { total: 1_000, walked: 10, last: JobId::new("9"), oldest: at(1_000) };
        let told = |to, total| {
            let mut windows = Windows { density: 4.0, head: Some(place.clone()), ..windows(10, 1) };
            windows.list.push_back(Window::new(1, at(to), 10));
            windows.learn(0, total);
            windows.density
        };
        let expected = [2.0, 0.5, 0.5, 4.0, 4.0];
        let density = [told(900, 790), told(900, 990), told(900, 995), told(1_000, 790), told(1_001, 790)];
        assert!(density.iter().zip(expected).all(|(told, expected)| told.total_cmp(&expected).is_eq()), "{density:?}");
    }
}
