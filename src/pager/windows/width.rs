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
