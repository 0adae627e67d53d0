//! The gate that every lane goes through: while the server wants to be left alone it is closed, and nothing is sent by itself.
//! A person may ask past it, now and then. It is told the time.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{model::ApiError, policy};

/// The gate. It is open at first.
#[derive(Debug, Clone, Default)]
pub(super) struct Gate {
    closed: Option<(DateTime<Utc>, ApiError)>,
    /// When a person last asked.
    asked: Option<DateTime<Utc>>,
}

impl Gate {
    /// When it opens, while it is closed.
    pub(super) fn until(&self) -> Option<DateTime<Utc>> {
        self.closed.as_ref().map(|(until, _)| *until)
    }

    /// Why it is closed.
    pub(super) fn reason(&self) -> Option<&ApiError> {
        self.closed.as_ref().map(|(_, reason)| reason)
    }

    /// The earliest moment, `at` or later, at which something may be sent.
    pub(super) fn after(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.until().map_or(at, |until| until.max(at))
    }

    /// Closes it for `pause`, if it is not closed for longer.
    pub(super) fn close(&mut self, now: DateTime<Utc>, pause: Duration, reason: &ApiError) {
        let until = now + TimeDelta::from_std(pause.min(policy::RETRY_AFTER_MAX)).unwrap_or_default();
        if until > now && self.until().is_none_or(|earlier| earlier < until) {
            self.closed = Some((until, reason.clone()));
        }
    }

    /// Keeps it closed as long as another gate to the same server is.
    pub(super) fn join(&mut self, other: &Self) {
        if other.until() > self.until() {
            self.closed.clone_from(&other.closed);
        }
        self.asked = self.asked.max(other.asked);
    }

    /// Opens it when its time has come.
    pub(super) fn pass(&mut self, now: DateTime<Utc>) {
        if self.until().is_some_and(|until| until <= now) {
            self.closed = None;
        }
    }

    /// Lets a person ask now, or says how long that must wait.
    pub(super) fn ask(&mut self, now: DateTime<Utc>) -> Result<(), Duration> {
        let every = if self.closed.is_some() { policy::FORCE_EVERY } else { policy::ASK_EVERY };
        let since = self.asked.map_or(every, |asked| (now - asked).to_std().unwrap_or_default());
        if since < every {
            return Err(every.saturating_sub(since));
        }
        self.asked = Some(now);
        Ok(())
    }

    /// The time of day was set: what is remembered of it moves along.
    pub(super) fn shift(&mut self, drift: TimeDelta) {
        if let Some((until, _)) = &mut self.closed {
            *until += drift;
        }
        self.asked = self.asked.map(|at| at + drift);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ErrorKind;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn it_opens_when_the_longest_pause_is_over_and_never_later_than_in_an_hour() {
        let throttled = ApiError::new(ErrorKind::Throttled(None));
        let mut gate = Gate::default();
        gate.close(at(0), Duration::from_secs(40), &throttled);
        gate.close(at(10), Duration::from_secs(5), &throttled);
        assert_eq!((gate.after(at(12)), gate.after(at(50))), (at(40), at(50)));
        gate.pass(at(39));
        assert_eq!(gate.until(), Some(at(40)));
        gate.pass(at(40));
        assert_eq!(gate.until(), None);
        gate.close(at(40), Duration::MAX, &throttled);
        assert_eq!(gate.until(), Some(at(3_640)));
        gate.pass(at(4_000));
        gate.close(at(4_000), Duration::ZERO, &throttled);
        assert_eq!(gate.until(), None);
    }

    #[test]
    fn a_person_may_ask_every_two_seconds_and_past_a_closed_gate_every_ten() {
        let mut gate = Gate::default();
        let asked = |gate: &mut Gate| (0..60).filter(|second| gate.ask(at(*second)).is_ok()).count();
        assert_eq!(asked(&mut gate), 30);
        gate.close(at(60), Duration::from_secs(600), &ApiError::new(ErrorKind::Throttled(None)));
        gate.shift(TimeDelta::seconds(-60));
        assert_eq!(gate.until(), Some(at(600)));
        assert_eq!(gate.ask(at(0)), Err(Duration::from_secs(8)));
        assert_eq!(asked(&mut gate), 6);
    }
}
