//! How fast pages are looked through: a few at once, then so many a second, however long a key is held. It is told the time.

use chrono::{DateTime, TimeDelta, Utc};

use super::pace::delta;
use crate::policy;

/// The rate. Nothing has been sent at first.
#[derive(Debug, Clone, Default)]
pub(super) struct Rate {
    /// When as many as can be may be sent at once again.
    rested: Option<DateTime<Utc>>,
    /// When the last page is or was to be sent.
    last: Option<DateTime<Utc>>,
}

impl Rate {
    /// When the next page may be sent.
    pub(super) fn next(&mut self, now: DateTime<Utc>) -> DateTime<Utc> {
        // One that still waits is replaced by this one, and leaves its turn to it.
        if let Some(last) = self.last.filter(|last| *last > now) {
            return last;
        }
        let rested = self.rested.map_or(now, |rested| rested.max(now));
        let at = now.max(rested - delta(policy::PAGE_EVERY * (policy::PAGE_BURST - 1)));
        self.rested = Some(rested + delta(policy::PAGE_EVERY));
        self.last = Some(at);
        at
    }

    /// The page that waits is sent no sooner than this.
    pub(super) fn hold(&mut self, until: DateTime<Utc>) {
        self.last = self.last.max(Some(until));
        self.rested = self.rested.max(Some(until + delta(policy::PAGE_EVERY)));
    }

    /// The time of day was set: what is remembered of it moves along.
    pub(super) fn shift(&mut self, drift: TimeDelta) {
        self.rested = self.rested.map(|at| at + drift);
        self.last = self.last.map(|at| at + drift);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::milliseconds(millis)
    }

    #[test]
    fn three_at_once_then_five_a_second() {
        let (mut rate, mut now) = (Rate::default(), at(0));
        let mut sent = Vec::new();
        for _ in 0..8 {
            now = rate.next(now);
            sent.push((now - at(0)).num_milliseconds());
        }
        assert_eq!(sent, [0, 0, 0, 200, 400, 600, 800, 1_000]);
        assert_eq!(rate.next(at(60_000)), at(60_000));
        assert_eq!(
            [rate.next(at(60_000)), rate.next(at(60_000)), rate.next(at(60_000))],
            [60_000, 60_000, 60_200].map(at)
        );
    }

    #[test]
    fn what_waits_behind_a_gate_takes_its_turn_when_that_opens() {
        let mut rate = Rate::default();
        rate.next(at(0));
        rate.hold(at(20_000));
        let turns = [20_000; 3].map(|now| rate.next(at(now)));
        assert_eq!(turns, [20_000, 20_000, 20_200].map(at), "with the one that was held: three at once");
    }

    #[test]
    fn what_is_replaced_before_it_is_sent_takes_one_turn_however_often() {
        let mut rate = Rate::default();
        let turns: Vec<_> = (0..100).map(|_| rate.next(at(0))).collect();
        assert_eq!((turns[2], turns[3], turns[99]), (at(0), at(200), at(200)));
        rate.shift(TimeDelta::milliseconds(-5_000));
        assert_eq!(rate.next(at(-5_000)), at(-4_800));
    }
}
