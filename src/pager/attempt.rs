//! One page that is ordered, and when. It knows neither what came of it nor whether it is worth another try.

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::Cursor;

/// The order of one page, perhaps not the first try.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Which page.
    pub cursor: Cursor,
    /// Which try, from 1.
    pub number: u8,
    /// When it is or was to be sent, if not at once.
    pub not_before: Option<DateTime<Utc>>,
    /// The end of its operation: no retry begins later.
    pub deadline: DateTime<Utc>,
}

impl Attempt {
    /// Whether it is to be sent later than now.
    pub fn is_waiting(&self, now: DateTime<Utc>) -> bool {
        self.not_before.is_some_and(|at| at > now)
    }

    /// The time of day was set.
    pub(super) fn shift(&mut self, drift: TimeDelta) {
        self.not_before = self.not_before.map(|at| at + drift);
        self.deadline += drift;
    }

    /// Moves it behind a gate that has closed meanwhile; says whether that was necessary.
    pub(super) fn hold(&mut self, now: DateTime<Utc>, until: DateTime<Utc>) -> bool {
        let early = self.not_before.filter(|at| *at > now && *at < until);
        if let Some(at) = early {
            self.shift(until - at);
        }
        early.is_some()
    }
}
