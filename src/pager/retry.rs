//! When a failed order is tried again: exponential waits with full jitter, never earlier than the server asked for.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::Attempt;
use crate::{
    model::{ApiError, ErrorKind},
    policy,
};

/// A small reproducible source of spread (splitmix64): the same seed waits the same.
#[derive(Debug, Clone)]
pub(super) struct Jitter(u64);

impl Jitter {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A length between none and `max`.
    pub(super) fn up_to(&mut self, max: Duration) -> Duration {
        max.mul_f64(self.fraction())
    }

    /// `around`, up to a tenth more or less.
    pub(super) fn near(&mut self, around: Duration) -> Duration {
        around.mul_f64(0.9 + 0.2 * self.fraction())
    }

    fn fraction(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The next try after a failure; `None` when it would not help or has been tried often enough.
pub(super) fn again(failed: &Attempt, error: &ApiError, now: DateTime<Utc>, jitter: &mut Jitter) -> Option<Attempt> {
    if !error.is_transient() || failed.number >= policy::ATTEMPTS {
        return None;
    }
    let wait = wait(failed.number, error, jitter);
    let not_before = now + TimeDelta::from_std(wait).unwrap_or_default();
    Some(Attempt { cursor: failed.cursor.clone(), number: failed.number + 1, not_before: Some(not_before) })
}

fn wait(tries: u8, error: &ApiError, jitter: &mut Jitter) -> Duration {
    let first = match error.kind {
        ErrorKind::Throttled(_) => policy::BACKOFF_THROTTLED,
        _ => policy::BACKOFF_TRANSIENT,
    };
    let ceiling = first.saturating_mul(1 << tries.min(16)).min(policy::BACKOFF_MAX);
    let asked = error.retry_after().unwrap_or_default().min(policy::RETRY_AFTER_MAX);
    jitter.up_to(ceiling).max(asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Cursor;

    fn failed(number: u8) -> Attempt {
        Attempt { cursor: Cursor::First, number, not_before: None }
    }

    #[test]
    fn only_what_may_pass_is_tried_again_and_not_for_ever() {
        let mut jitter = Jitter::new(7);
        let mut next = |number, kind| again(&failed(number), &ApiError::new(kind), DateTime::UNIX_EPOCH, &mut jitter);
        assert!(next(1, ErrorKind::Offline).is_some());
        assert!(next(policy::ATTEMPTS, ErrorKind::Offline).is_none());
        assert!(next(1, ErrorKind::Forbidden).is_none());
        assert!(next(1, ErrorKind::Server(501, None)).is_none());
    }

    #[test]
    fn waits_stay_within_their_bounds_and_obey_the_server() {
        let mut jitter = Jitter::new(1);
        for tries in 1..=20 {
            let wait = wait(tries, &ApiError::new(ErrorKind::Offline), &mut jitter);
            assert!(wait <= policy::BACKOFF_MAX);
        }
        let asked = Duration::from_secs(17);
        assert!(wait(1, &ApiError::new(ErrorKind::Throttled(Some(asked))), &mut jitter) >= asked);
        let absurd = ApiError::new(ErrorKind::Throttled(Some(Duration::MAX)));
        assert_eq!(wait(1, &absurd, &mut jitter), policy::RETRY_AFTER_MAX);
        let near = jitter.near(Duration::from_secs(30));
        assert!((27.0..=33.0).contains(&near.as_secs_f64()));
    }
}
