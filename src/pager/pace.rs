//! When something may be sent: never through a closed gate, a retry only while its operation lasts and the budget pays for it,
//! exponential waits with full jitter, and ever longer pauses between operations that fail. It outlives the list, since the
//! server is the same.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Attempt, Reach, budget::Budget, gate::Gate, jitter::Jitter, rate::Rate};
use crate::{
    model::{ApiError, Cursor, ErrorKind},
    policy,
};

/// The pace of all lanes.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    pub(super) gate: Gate,
    /// How fast pages are looked through, where somebody looks.
    pub(super) rate: Option<Rate>,
    budget: Budget,
    jitter: Jitter,
    /// Operations that failed since the last success.
    failures: u8,
}

impl Pace {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            gate: Gate::default(),
            rate: Some(Rate::default()),
            budget: Budget::default(),
            jitter: Jitter::new(seed),
            failures: 0,
        }
    }

    /// Begins an operation of at most `within`, no earlier than after `delay` and not through a closed gate.
    pub(super) fn first(&self, cursor: Cursor, now: DateTime<Utc>, delay: Duration, within: Duration) -> Attempt {
        let at = self.gate.after(now + delta(delay));
        Attempt { cursor, number: 1, not_before: (at > now).then_some(at), deadline: at + delta(within) }
    }

    /// Begins the operation of the next page down the list; no sooner than one who looks through it needs it.
    pub(super) fn next(&mut self, cursor: Cursor, now: DateTime<Utc>, reach: Reach) -> Attempt {
        let rate = self.rate.as_mut().filter(|_| reach != Reach::Whole);
        // Those that wait for the gate do not all go when it opens.
        let open = self.gate.after(now);
        let at = rate.map_or(now, |rate| rate.next(open));
        self.first(cursor, now, (at - now).to_std().unwrap_or_default(), policy::OPERATION)
    }

    /// The same at once, past the gate: a person asks for it.
    pub(super) fn by_hand(cursor: Cursor, now: DateTime<Utc>) -> Attempt {
        Attempt { cursor, number: 1, not_before: None, deadline: now + delta(policy::OPERATION) }
    }

    /// The next try after a failure; `None` when it would not help, or the operation has had its share of tries, time or
    /// budget.
    pub(super) fn again(&mut self, failed: &Attempt, error: &ApiError, now: DateTime<Utc>) -> Option<Attempt> {
        if !error.is_transient() || failed.number >= policy::ATTEMPTS {
            return None;
        }
        let wait = self.backoff(failed.number, error).max(error.retry_after().unwrap_or_default());
        let at = self.gate.after(now + delta(wait));
        if at > now + delta(policy::WAIT_MAX) || at >= failed.deadline || !self.budget.pay(now) {
            return None;
        }
        Some(Attempt { number: failed.number + 1, not_before: Some(at), ..failed.clone() })
    }

    /// A request failed: where the server wants to be left alone, the gate closes for every lane.
    pub(super) fn failed(&mut self, error: &ApiError, tries: u8, now: DateTime<Utc>) {
        let pause = match (error.retry_after(), &error.kind) {
            (None, ErrorKind::Throttled(_)) => self.backoff(tries, error),
            (pause, _) => pause.unwrap_or_default(),
        };
        self.gate.close(now, pause, error);
    }

    /// A request succeeded.
    pub(super) fn succeeded(&mut self, tries: u8) {
        self.budget.earn(tries);
        self.failures = 0;
    }

    /// An operation failed for good: the next one waits longer.
    pub(super) fn count_failure(&mut self) {
        self.failures = self.failures.saturating_add(1);
    }

    /// The pause before the next operation that nobody asks for: the interval, longer after failures, spread a little.
    pub(super) fn pause(&mut self, every: Duration) -> Duration {
        let doublings = u32::from(self.failures.saturating_sub(policy::REFRESH_FAILURES - 1).min(8));
        let pause = every.saturating_mul(1 << doublings).min(policy::REFRESH_MAX.max(every));
        let spread = if doublings == 0 { policy::REFRESH_SPREAD } else { policy::REFRESH_SPREAD_FAILING };
        self.jitter.near(pause, spread)
    }

    /// The time of day was set: what is remembered of it moves along.
    pub(super) fn shift(&mut self, drift: TimeDelta) {
        self.gate.shift(drift);
        self.rate.iter_mut().for_each(|rate| rate.shift(drift));
        self.budget.shift(drift);
    }

    fn backoff(&mut self, tries: u8, error: &ApiError) -> Duration {
        let first = match error.kind {
            ErrorKind::Throttled(_) => policy::BACKOFF_THROTTLED,
            _ => policy::BACKOFF_TRANSIENT,
        };
        self.jitter.up_to(first.saturating_mul(1 << tries.min(16)).min(policy::BACKOFF_MAX))
    }
}

pub(super) fn delta(time: Duration) -> TimeDelta {
    TimeDelta::from_std(time).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn throttled(seconds: u64) -> ApiError {
        ApiError::new(ErrorKind::Throttled(Some(Duration::from_secs(seconds))))
    }

    fn tried(pace: &Pace, number: u8) -> Attempt {
        Attempt { number, ..pace.first(Cursor::First, at(0), Duration::ZERO, policy::OPERATION) }
    }

    #[test]
    fn only_what_may_pass_is_tried_again_and_not_for_ever() {
        let mut pace = Pace::new(7);
        let mut next = |number, kind| {
            let failed = tried(&pace, number);
            pace.again(&failed, &ApiError::new(kind), at(0)).is_some()
        };
        assert!(next(1, ErrorKind::Offline) && next(1, ErrorKind::Server(408, None)));
        assert!(!next(policy::ATTEMPTS, ErrorKind::Offline));
        assert!(!next(1, ErrorKind::Forbidden) && !next(1, ErrorKind::Server(501, None)));
    }

    #[test]
    fn waits_stay_within_their_bounds_and_obey_the_server() {
        let mut pace = Pace::new(1);
        for tries in 1..=20 {
            assert!(pace.backoff(tries, &ApiError::new(ErrorKind::Offline)) <= policy::BACKOFF_MAX);
        }
        let failed = tried(&pace, 1);
        for (seconds, at_earliest) in [(0, Some(0)), (17, Some(17)), (30, Some(30)), (31, None), (u64::MAX, None)] {
            let next = pace.again(&failed, &throttled(seconds), at(0));
            assert_eq!(next.is_some(), at_earliest.is_some(), "{seconds}");
            assert!(next.is_none_or(|next| next.not_before >= at_earliest.map(at)));
        }
    }

    #[test]
    fn no_retry_begins_after_its_operation() {
        let mut pace = Pace::new(1);
        let failed = tried(&pace, 1);
        assert!(pace.again(&failed, &throttled(20), at(39)).is_some());
        assert!(pace.again(&failed, &throttled(20), at(40)).is_none());
    }

    #[test]
    fn what_closes_the_gate_holds_for_what_begins_later() {
        let mut pace = Pace::new(1);
        pace.failed(&ApiError::new(ErrorKind::Server(502, None)), 1, at(0));
        assert_eq!(pace.gate.until(), None);
        pace.failed(&ApiError::new(ErrorKind::Throttled(None)), 1, at(0));
        assert!(pace.gate.until().is_some_and(|until| until <= at(2)));
        pace.failed(&throttled(200), 1, at(0));
        assert_eq!(pace.first(Cursor::First, at(1), Duration::ZERO, policy::OPERATION).not_before, Some(at(200)));
        assert_eq!(Pace::by_hand(Cursor::First, at(1)).not_before, None);
        let other = ApiError::new(ErrorKind::Offline);
        let (far, near) = (tried(&pace, 1), Attempt { deadline: at(300), ..tried(&pace, 1) });
        assert!(pace.again(&far, &other, at(100)).is_none(), "that is too long to wait for");
        assert_eq!(pace.again(&near, &other, at(180)).unwrap().not_before, Some(at(200)));
    }

    #[test]
    fn failures_double_the_pause_up_to_five_minutes_and_success_ends_that() {
        let mut pace = Pace::new(3);
        let every = Duration::from_secs(30);
        for (failures, middle, spread) in
            [(0, 30.0, 0.1), (1, 30.0, 0.1), (2, 30.0, 0.1), (3, 60.0, 0.2), (4, 120.0, 0.2), (9, 300.0, 0.2)]
        {
            pace.failures = failures;
            let pauses: Vec<f64> = (0..200).map(|_| pace.pause(every).as_secs_f64()).collect();
            let (least, most) = (middle * (1.0 - spread), middle * (1.0 + spread));
            assert!(pauses.iter().all(|pause| (least..=most).contains(pause)), "{failures}: {pauses:?}");
            assert!(pauses.iter().any(|pause| *pause > middle * (1.0 + spread / 2.0)), "{failures}");
        }
        pace.succeeded(1);
        assert_eq!(pace.failures, 0);
        assert!(pace.pause(Duration::from_secs(600)) >= Duration::from_secs(540), "never more often than wished");
    }

    #[test]
    fn a_server_that_throttles_is_given_twice_as_long_as_one_that_stumbles() {
        let longest = |kind: ErrorKind, tries| {
            let mut pace = Pace::new(7);
            let error = ApiError::new(kind);
            (0..200).map(|_| pace.backoff(tries, &error)).max().unwrap_or_default().as_secs_f64()
        };
        for tries in [0, 1, 2] {
            let (stumbles, throttles) = (0.5 * f64::from(1 << tries), f64::from(1 << tries));
            let found = (longest(ErrorKind::Offline, tries), longest(ErrorKind::Throttled(None), tries));
            assert!(found.0 <= stumbles && found.0 > stumbles * 0.9, "{tries}: {found:?}");
            assert!(found.1 <= throttles && found.1 > throttles * 0.9, "{tries}: {found:?}");
        }
    }
}
