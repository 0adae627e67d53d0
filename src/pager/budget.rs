//! What retries may spend. Each takes from a bucket that fills with success and slowly with time, so that a server in trouble
//! is left in peace however many operations fail. A pure state machine: it is told the time.

use chrono::{DateTime, TimeDelta, Utc};

use crate::policy;

/// The bucket. It is full at first.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    left: u32,
    /// Up to when time has been counted in.
    counted: Option<DateTime<Utc>>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { left: policy::BUDGET, counted: None }
    }
}

impl Budget {
    /// Pays for a retry, if there is enough.
    pub(super) fn pay(&mut self, now: DateTime<Utc>) -> bool {
        self.refill(now);
        let paid = self.left.checked_sub(policy::BUDGET_RETRY);
        self.left = paid.unwrap_or(self.left);
        paid.is_some()
    }

    /// A request has succeeded, at its first try or later.
    pub(super) fn earn(&mut self, tries: u8) {
        let earned = if tries <= 1 { policy::BUDGET_SUCCESS } else { policy::BUDGET_RETRY };
        self.left = (self.left + earned).min(policy::BUDGET);
    }

    /// The time of day was set: what is remembered of it moves along.
    pub(super) fn shift(&mut self, drift: TimeDelta) {
        self.counted = self.counted.map(|at| at + drift);
    }

    fn refill(&mut self, now: DateTime<Utc>) {
        let since = *self.counted.get_or_insert(now);
        let step = TimeDelta::from_std(policy::BUDGET_REFILL).unwrap_or(TimeDelta::MAX);
        let steps = (now - since).num_milliseconds() / step.num_milliseconds().max(1);
        let Some(steps) = u32::try_from(steps).ok().filter(|steps| *steps > 0) else { return };
        self.left = self.left.saturating_add(steps).min(policy::BUDGET);
        self.counted = Some(since + TimeDelta::milliseconds(step.num_milliseconds().saturating_mul(steps.into())));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn ten_retries_at_once_and_then_one_a_minute() {
        let mut budget = Budget::default();
        assert_eq!((0..50).filter(|_| budget.pay(at(0))).count(), 10);
        let hour = (1..=3_600).filter(|second| budget.pay(at(*second))).count();
        assert_eq!(hour, 60);
    }

    #[test]
    fn a_retry_that_succeeds_costs_nothing_and_success_earns_a_little() {
        let mut budget = Budget::default();
        (0..1_000).for_each(|_| {
            assert!(budget.pay(at(0)));
            budget.earn(2);
        });
        (0..10).for_each(|_| assert!(budget.pay(at(0))));
        (0..9).for_each(|_| budget.earn(1));
        assert!(!budget.pay(at(0)));
        budget.earn(1);
        assert!(budget.pay(at(0)) && !budget.pay(at(0)));
    }

    #[test]
    fn a_clock_that_is_set_gives_nothing_away() {
        let mut budget = Budget::default();
        (0..10).for_each(|_| assert!(budget.pay(at(0))));
        budget.shift(TimeDelta::hours(8));
        assert!(!budget.pay(at(8 * 3_600 + 59)));
        assert!(budget.pay(at(8 * 3_600 + 60)));
        assert!(!budget.pay(at(-8 * 3_600)), "and takes nothing");
    }

    proptest! {
        /// Whatever happens, retries that fail are no more than the bucket and what time and success have brought.
        #[test]
        fn retries_never_outrun_what_was_earned(steps in prop::collection::vec((0..20_i64, 0..3_u8), 1..300)) {
            let mut budget = Budget::default();
            let (mut now, mut paid, mut earned) = (0, 0, 0);
            budget.pay(at(0));
            for (pause, what) in steps {
                now += pause;
                match what {
                    0 => paid += u32::from(budget.pay(at(now))),
                    1 => {
                        budget.earn(1);
                        earned += 1;
                    }
                    _ => {}
                }
            }
            let spent = paid * policy::BUDGET_RETRY;
            let time = u32::try_from(now / 6).unwrap();
            prop_assert!(spent <= policy::BUDGET - policy::BUDGET_RETRY + earned + time);
        }
    }
}
