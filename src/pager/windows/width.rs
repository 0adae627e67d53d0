//! How many requests may be under way at once: as few as bring nearly the most pages in the same time. Twice as many are tried, and
//! half as many where each waits long for the others, less and less often while that brings nothing. Where pages come at once, to
//! read and to write them is all the work there is, and more requests would only wait for each other.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::policy;

/// The number of requests, and what was measured.
#[derive(Debug, Clone)]
pub(super) struct Width {
    pub(super) at: usize,
    /// Never more: so many failed, or are more than fits into memory.
    most: usize,
    /// The shortest time that a full page took.
    alone: Option<Duration>,
    sample: Sample,
    /// The number that this one is tried instead of, and how many pages a second that brought.
    instead: Option<(usize, f64)>,
    /// Samples until another number is tried, and how many were in vain.
    rest: u32,
    vain: u32,
}

/// Answers since the number was changed.
#[derive(Debug, Clone, Copy, Default)]
struct Sample {
    answers: usize,
    /// When the last one came that had been asked for before.
    since: Option<DateTime<Utc>>,
    /// How long those took that were asked for since.
    took: Duration,
}

impl Default for Width {
    fn default() -> Self {
        let (most, sample) = (policy::LANES_MAX, Sample::default());
        Self { at: 1, most, alone: None, sample, instead: None, rest: 0, vain: 0 }
    }
}

impl Width {
    /// A page of so many rows took so long, and came at a moment.
    pub(super) fn measured(&mut self, took: Duration, rows: usize, page: u16, at: DateTime<Utc>) {
        if rows < usize::from(page) {
            return;
        }
        let by_memory = (policy::LANES_ROWS / usize::from(page.max(1))).clamp(1, policy::LANES_MAX);
        self.most = self.most.min(by_memory);
        if self.alone.is_none() && took > policy::LANES_SLOW + policy::LANES_ROW.saturating_mul(page.into()) {
            self.turn(self.most);
        }
        self.alone = Some(self.alone.map_or(took, |alone| alone.min(took)));
        self.sample.answers += 1;
        if self.sample.answers <= self.at {
            self.sample.since = Some(at);
            return;
        }
        self.sample.took += took;
        let counted = self.sample.answers - self.at;
        let Some(lasted) = self.sample.since.and_then(|since| (at - since).to_std().ok()) else {
            // The clock was set back.
            return self.turn(self.at);
        };
        if counted >= policy::LANES_SAMPLES.max(2 * self.at) && lasted >= policy::LANES_SPAN {
            let mean = self.sample.took.as_secs_f64() / counted as f64;
            let waits = self.alone.unwrap_or(took).as_secs_f64() < mean * policy::LANES_TOO_MANY;
            self.decide(counted as f64 / lasted.as_secs_f64(), waits);
        }
    }

    /// So many bring so many pages a second; `waits`: each takes much longer than one alone.
    fn decide(&mut self, rate: f64, waits: bool) {
        let (half, double) = ((self.at / 2).max(1), (self.at * 2).min(self.most));
        let half = if waits { half } else { self.at };
        match self.instead.take() {
            Some((fewer, before)) if fewer < self.at && rate >= before * policy::LANES_GAIN => {
                self.attempt(double, rate);
            }
            Some((more, before)) if more > self.at && before < rate * policy::LANES_GAIN => {
                if half < self.at {
                    self.attempt(half, rate);
                } else {
                    self.stay(self.at);
                }
            }
            Some((other, _)) => self.stay(other),
            None if self.rest > 0 => {
                self.rest -= 1;
                self.turn(self.at);
            }
            // In turns: what was in vain upwards may not be downwards.
            None if double == self.at || (self.vain % 2 == 1 && half < self.at) => self.attempt(half, rate),
            None => self.attempt(double, rate),
        }
    }

    /// A request failed: fewer from now on.
    pub(super) fn fall(&mut self) {
        self.most = (self.at / 2).max(1);
        self.instead = None;
        self.turn(self.most);
    }

    /// Tries a number instead of this one, which brings so many pages a second.
    fn attempt(&mut self, to: usize, rate: f64) {
        self.instead = (to != self.at).then_some((self.at, rate));
        self.turn(to);
    }

    /// Tries no other for a while.
    fn stay(&mut self, at: usize) {
        self.rest = policy::LANES_REST << self.vain.min(policy::LANES_VAIN);
        self.vain += 1;
        self.turn(at);
    }

    fn turn(&mut self, to: usize) {
        (self.at, self.sample) = (to, Sample::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// Lanes that are always full, and the clock.
    #[derive(Default)]
    struct Lanes {
        width: Width,
        now: DateTime<Utc>,
    }

    impl Lanes {
        fn at(width: usize, alone: Duration) -> Self {
            Self { width: Width { at: width, alone: Some(alone), ..Width::default() }, ..Self::default() }
        }

        /// After how many full pages, which take so long with so many lanes, the number was another one, and which.
        fn turns(&mut self, took: impl Fn(usize) -> Duration, pages: usize) -> Vec<(usize, usize)> {
            let mut turn = |page| {
                let (before, took) = (self.width.at, took(self.width.at));
                self.now += took / u32::try_from(before).unwrap();
                self.width.measured(took, 100, 100, self.now);
                (before != self.width.at).then_some((page, self.width.at))
            };
            (1..=pages).filter_map(&mut turn).collect()
        }
    }

    #[test]
    fn it_is_doubled_while_twice_as_many_pages_come_and_left_so() {
        let mut lanes = Lanes::default();
        assert_eq!(lanes.turns(|_| millis(2), 40), [(9, 2), (19, 4), (31, 8)]);
        assert_eq!(lanes.turns(|_| millis(2), 1_000), [], "no more than there are lanes");
        assert_eq!(lanes.turns(|_| millis(5), 1_000), [], "two fifths of one alone are enough to stay");
    }

    #[test]
    fn answers_that_come_at_once_are_counted_for_some_milliseconds() {
        let mut lanes = Lanes::default();
        assert_eq!(lanes.turns(|_| Duration::from_micros(100), 150), [(41, 2), (123, 4)]);
    }

    #[test]
    fn a_clock_that_is_set_back_costs_a_sample_and_no_more() {
        let mut lanes = Lanes::default();
        assert_eq!(lanes.turns(|_| millis(2), 5), []);
        lanes.now -= chrono::TimeDelta::hours(1);
        assert_eq!(lanes.turns(|_| millis(2), 15), [(10, 2)]);
    }

    #[test]
    fn twice_as_many_are_kept_only_where_they_bring_more_pages_in_the_same_time_and_tried_less_and_less_often() {
        let turns = |one: u64, two: u64| {
            let took = |width| Duration::from_micros(if width == 1 { one } else { two });
            Lanes::default().turns(took, 450)
        };
        let back = [(9, 2), (19, 1), (100, 2), (110, 1), (263, 2), (273, 1)];
        assert_eq!(turns(2_000, 4_000), back, "they wait for each other");
        assert_eq!(turns(2_000, 3_700), back, "little more is not worth it");
        assert_eq!(turns(2_000, 3_600)[..2], [(9, 2), (19, 4)], "a tenth more is");
        assert_eq!(turns(2_000, 5_000), back, "fewer even");
    }

    #[test]
    fn half_as_many_are_tried_where_they_wait_for_each_other_and_kept_where_they_bring_nearly_as_many_pages() {
        let turns = |four: u64| {
            let took = |width| if width == 8 { millis(8) } else { Duration::from_micros(four) };
            Lanes::at(8, millis(2)).turns(took, 100)
        };
        assert_eq!(turns(4_400), [(24, 4), (36, 8)], "1,000 a second and 909");
        assert_eq!(turns(4_300), [(24, 4)], "930");
        assert_eq!(turns(6_000), [(24, 4), (36, 8)]);
    }

    #[test]
    fn all_lanes_open_where_the_first_page_was_waited_for_and_as_many_rows_as_those_are_fit_into_memory() {
        let after = |took: &[Duration], page: u16| {
            let mut width = Width::default();
            for took in took {
                width.measured(*took, page.into(), page, DateTime::default());
            }
            width.at
        };
        assert_eq!(after(&[millis(16)], 100), 1);
        assert_eq!(after(&[millis(16) + Duration::from_micros(1)], 100), 8);
        assert_eq!(after(&[millis(1), millis(500)], 100), 1, "only the first one tells");
        assert_eq!(after(&[millis(500)], 5_000), 2);
        let mut width = Width::default();
        width.measured(millis(500), 99, 100, DateTime::default());
        assert_eq!(width.at, 1, "the end of a list tells nothing");
    }

    #[test]
    fn a_failure_halves_it_for_good_and_one_is_the_least() {
        let mut lanes = Lanes::at(8, millis(2));
        let mut fallen = || {
            lanes.width.fall();
            (lanes.width.at, lanes.turns(|_| millis(2), 100).len())
        };
        assert_eq!(std::array::from_fn(|_| fallen()), [(4, 0), (2, 0), (1, 0), (1, 0)]);
    }
}
