//! How many requests may be under way at once: as many as are answered nearly as soon as one alone. Where pages come at once,
//! to read and to write them is all the work there is, and more requests would only wait for each other.

use std::time::Duration;

use crate::policy;

/// The number of requests, and what was measured.
#[derive(Debug, Clone)]
pub(super) struct Width {
    pub(super) at: usize,
    /// Never more: so many were too many.
    most: usize,
    /// The shortest time that a full page took.
    alone: Option<Duration>,
    /// Answers since the number was changed, and how long those took that were asked for since.
    answers: usize,
    took: Duration,
}

impl Default for Width {
    fn default() -> Self {
        Self { at: 1, most: policy::LANES_MAX, alone: None, answers: 0, took: Duration::ZERO }
    }
}

impl Width {
    /// A page of so many rows took so long.
    pub(super) fn measured(&mut self, took: Duration, rows: usize, page: u16) {
        if rows < usize::from(page) {
            return;
        }
        let by_memory = (policy::LANES_ROWS / usize::from(page.max(1))).clamp(1, policy::LANES_MAX);
        self.most = self.most.min(by_memory);
        if self.alone.is_none() && took > policy::LANES_SLOW + policy::LANES_ROW.saturating_mul(page.into()) {
            self.turn(self.most);
        }
        self.alone = Some(self.alone.map_or(took, |alone| alone.min(took)));
        self.answers += 1;
        if self.answers <= self.at {
            return;
        }
        self.took += took;
        let counted = self.answers - self.at;
        if counted < policy::LANES_SAMPLES.max(2 * self.at) {
            return;
        }
        let mean = self.took.as_secs_f64() / counted as f64;
        let share = self.alone.unwrap_or(took).as_secs_f64() / mean.max(f64::MIN_POSITIVE);
        if share < policy::LANES_TOO_MANY && self.at > 1 {
            self.most = self.at / 2;
            self.turn(self.at / 2);
        } else if share > policy::LANES_TOO_FEW {
            self.turn((self.at * 2).min(self.most));
        } else {
            self.turn(self.at);
        }
    }

    /// A request failed: fewer from now on.
    pub(super) fn fall(&mut self) {
        self.most = (self.at / 2).max(1);
        self.turn(self.most);
    }

    fn turn(&mut self, to: usize) {
        (self.at, self.answers, self.took) = (to, 0, Duration::ZERO);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// After how many full pages that took so long the number was another one, and which.
    fn turns(width: &mut Width, took: Duration, pages: usize) -> Vec<(usize, usize)> {
        let mut turn = |page| {
            let before = width.at;
            width.measured(took, 100, 100);
            (before != width.at).then_some((page, width.at))
        };
        (1..=pages).filter_map(&mut turn).collect()
    }

    #[test]
    fn it_is_doubled_while_pages_come_as_soon_as_one_alone_and_halved_for_good_where_they_wait_for_each_other() {
        let mut width = Width::default();
        assert_eq!(turns(&mut width, millis(2), 40), [(9, 2), (19, 4), (31, 8)]);
        assert_eq!(turns(&mut width, millis(2), 15 + 24), [], "no more than there are lanes");
        assert_eq!(turns(&mut width, millis(5), 24), [], "two fifths of one alone are enough to stay");
        assert_eq!(turns(&mut width, millis(6), 24), [(24, 4)], "of which eight were asked for before");
        assert_eq!(turns(&mut width, millis(2), 96), []);
        assert_eq!(turns(&mut width, millis(20), 100), [(12, 2), (22, 1)]);
        assert_eq!(turns(&mut width, millis(2), 96), []);
    }

    #[test]
    fn pages_that_take_a_little_longer_than_one_alone_leave_it_as_it_is() {
        let after = |first, then| {
            let mut width = Width::default();
            width.measured(millis(first), 100, 100);
            turns(&mut width, millis(then), 8)
        };
        assert_eq!(after(7, 10), []);
        assert_eq!(after(8, 10), [(8, 2)]);
        assert_eq!(after(1, 100), [], "one is the least");
    }

    #[test]
    fn all_lanes_open_where_the_first_page_was_waited_for_and_as_many_rows_as_those_are_fit_into_memory() {
        let after = |took: &[Duration], page: u16| {
            let mut width = Width::default();
            for took in took {
                width.measured(*took, page.into(), page);
            }
            width.at
        };
        assert_eq!(after(&[millis(16)], 100), 1);
        assert_eq!(after(&[millis(16) + Duration::from_micros(1)], 100), 8);
        assert_eq!(after(&[millis(1), millis(500)], 100), 1, "only the first one tells");
        assert_eq!(after(&[millis(500)], 5_000), 2);
        let mut width = Width::default();
        width.measured(millis(500), 99, 100);
        assert_eq!(width.at, 1, "the end of a list tells nothing");
    }

    #[test]
    fn a_failure_halves_it_for_good_and_one_is_the_least() {
        let mut width = Width { at: 8, ..Width::default() };
        let mut fallen = || {
            width.fall();
            (width.at, turns(&mut width, millis(2), 100).len())
        };
        assert_eq!(std::array::from_fn(|_| fallen()), [(4, 0), (2, 0), (1, 0), (1, 0)]);
    }
}
