//! What both clocks show: one is right and may be set, the other is never set and stands still while the machine sleeps.
//! It knows no clock.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// Both clocks at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The time of day.
    pub wall: DateTime<Utc>,
    /// The time since some moment, by a clock that nobody sets.
    pub steady: Duration,
}

impl Reading {
    /// By how much the time of day has moved further than time itself since `earlier`: the machine has slept, or its clock
    /// was set. Less than none where it was set back.
    pub fn drift_since(&self, earlier: &Self) -> TimeDelta {
        let passed = |time: Duration| TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX);
        let steady = match self.steady.checked_sub(earlier.steady) {
            Some(passed_since) => passed(passed_since),
            None => -passed(earlier.steady.saturating_sub(self.steady)),
        };
        (self.wall - earlier.wall).checked_sub(&steady).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_one_clock_did_without_the_other_is_drift() {
        let at = |wall: i64, steady: u64| Reading {
            wall: DateTime::UNIX_EPOCH + TimeDelta::seconds(wall),
            steady: Duration::from_secs(steady),
        };
        for (wall, steady, drift) in [(7, 7, 0), (7 + 3_600, 7, 3_600), (7 - 3_600, 7, -3_600), (0, 9, -9), (9, 0, 9)] {
            assert_eq!(at(100 + wall, 50 + steady).drift_since(&at(100, 50)), TimeDelta::seconds(drift));
        }
        assert_eq!(at(0, 0).drift_since(&at(0, 5)), TimeDelta::seconds(5));
    }
}
