//! Refresh as a head sync: pages from the top are merged until they overlap what is loaded and every unfinished job has been
//! seen again. Loaded rows are never thrown away.

use std::{collections::HashSet, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};

use super::{Attempt, Pager, retry};
use crate::{
    model::{ApiError, Cursor, JobId, Lane, PageRequest, SkipToken},
    policy,
};

/// The walk from the top.
#[derive(Debug, Clone, Default)]
pub struct Refresh {
    walk: Option<Walk>,
    failures: u8,
}

#[derive(Debug, Clone)]
struct Walk {
    attempt: Attempt,
    /// Whether the attempt has been ordered.
    ordered: bool,
    pages: u32,
    unseen: HashSet<JobId>,
    failed: Option<ApiError>,
}

/// Where a refresh stands after a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refreshed {
    /// Another page is needed: order it.
    Continues,
    /// It has met what is loaded.
    Done,
    /// Page after page was new: too much has happened, and the list is better begun anew.
    Lost,
}

impl Refresh {
    /// When the order that waits is due.
    pub fn due(&self) -> Option<DateTime<Utc>> {
        self.walk.as_ref()?.attempt.not_before
    }

    /// Whether nothing is ordered.
    pub fn is_idle(&self) -> bool {
        self.walk.is_none()
    }

    pub(super) fn is_walking(&self, now: DateTime<Utc>) -> bool {
        self.walk.as_ref().is_some_and(|walk| walk.attempt.not_before.is_none_or(|at| at <= now))
    }

    pub(super) fn awaits(&self, cursor: &Cursor) -> bool {
        self.walk.as_ref().is_some_and(|walk| walk.ordered && walk.failed.is_none() && walk.attempt.cursor == *cursor)
    }

    pub(super) fn failed(&mut self, error: &ApiError) {
        if let Some(walk) = &mut self.walk {
            walk.failed = Some(error.clone());
        }
    }
}

impl Pager {
    /// Orders a refresh after `delay`, in place of one that waits already; `unfinished` are the jobs to see again.
    pub fn order_refresh(&mut self, now: DateTime<Utc>, delay: Duration, unfinished: HashSet<JobId>) -> PageRequest {
        let not_before = (!delay.is_zero()).then(|| now + TimeDelta::from_std(delay).unwrap_or_default());
        let attempt = Attempt { cursor: Cursor::First, number: 1, not_before };
        let request = self.request(Lane::Refresh, &attempt, now);
        self.refresh.walk = Some(Walk { attempt, ordered: true, pages: 0, unseen: unfinished, failed: None });
        request
    }

    /// Another operation failed for good: the next one waits longer.
    pub(super) fn count_failure(&mut self) {
        self.refresh.failures = self.refresh.failures.saturating_add(1);
    }

    /// Forgets a refresh that is ordered; its reply will be dropped.
    pub fn cancel_refresh(&mut self) {
        self.refresh.walk = None;
    }

    /// The pause before the next live refresh: the interval, longer after failures, spread a little.
    pub fn refresh_pause(&mut self, every: Duration) -> Duration {
        let doublings = u32::from(self.refresh.failures.saturating_sub(policy::REFRESH_FAILURES - 1).min(8));
        let pause = every.saturating_mul(1 << doublings).min(policy::REFRESH_MAX.max(every));
        self.jitter.near(pause)
    }

    /// The next order of a walk that has failed or goes on, if there is one.
    pub fn order_refresh_again(&mut self, now: DateTime<Utc>) -> Option<PageRequest> {
        let walk = self.refresh.walk.as_mut()?;
        let error = walk.failed.take()?;
        let Some(attempt) = retry::again(&walk.attempt, &error, now, &mut self.jitter) else {
            self.refresh.walk = None;
            self.count_failure();
            return None;
        };
        walk.attempt = attempt.clone();
        Some(self.request(Lane::Refresh, &attempt, now))
    }

    /// Says what a refreshed page came to: the jobs it held, how many of them were not loaded before, what comes next.
    pub fn refreshed(&mut self, jobs: &[JobId], added: usize, next: Option<SkipToken>) -> Refreshed {
        self.refresh.failures = 0;
        self.revive();
        let Some(walk) = &mut self.refresh.walk else { return Refreshed::Done };
        walk.pages += 1;
        for id in jobs {
            walk.unseen.remove(id);
        }
        let overlaps = added < jobs.len() || jobs.is_empty();
        let more = next.filter(|_| !overlaps || !walk.unseen.is_empty());
        match more {
            Some(token) if walk.pages < policy::REFRESH_PAGES => {
                walk.attempt = Attempt { cursor: Cursor::After(token), number: 1, not_before: None };
                walk.ordered = false;
                Refreshed::Continues
            }
            more => {
                self.refresh.walk = None;
                if more.is_some() && !overlaps { Refreshed::Lost } else { Refreshed::Done }
            }
        }
    }

    /// Takes the order for the next page of a walk that [`Refreshed::Continues`].
    pub fn order_refresh_next(&mut self, now: DateTime<Utc>) -> Option<PageRequest> {
        let walk = self.refresh.walk.as_mut().filter(|walk| !walk.ordered)?;
        walk.ordered = true;
        let attempt = walk.attempt.clone();
        Some(self.request(Lane::Refresh, &attempt, now))
    }
}
