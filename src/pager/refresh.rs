//! Refresh as a head sync: pages from the top are merged until they overlap what is loaded and every unfinished job has been
//! seen again. Loaded rows are never thrown away.
//!
//! A walk that ends before it has met what is loaded leaves a gap below what it brought. Those jobs are *afloat*: the next
//! walk passes over them, so that the gap is closed.

use std::{collections::HashSet, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};

use super::{Attempt, Pager, pace::Pace};
use crate::{
    model::{ApiError, Cursor, JobId, Lane, PageRequest, SkipToken},
    policy,
};

/// The walk from the top.
#[derive(Debug, Clone, Default)]
pub struct Refresh {
    walk: Option<Walk>,
    /// Jobs from the top that have not been joined to what was loaded before.
    afloat: HashSet<JobId>,
    /// Unfinished jobs that a whole walk did not meet: they are gone, or too far down to be looked for again.
    pub(super) unmet: HashSet<JobId>,
}

#[derive(Debug, Clone)]
struct Walk {
    attempt: Attempt,
    /// Whether the attempt has been ordered.
    ordered: bool,
    /// How long the tries and waits for one page may take.
    within: Duration,
    pages: u32,
    tokens: HashSet<SkipToken>,
    unseen: HashSet<JobId>,
    /// Whether a page has overlapped what is loaded.
    met: bool,
    failed: Option<ApiError>,
}

/// Who wants a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// A person, now.
    ByHand,
    /// Live mode, which asks so often.
    Live {
        /// How long to wait with it.
        pause: Duration,
        /// How often; no refresh is tried for longer.
        every: Duration,
    },
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

    /// Whether it is ordered for later.
    pub fn is_waiting(&self, now: DateTime<Utc>) -> bool {
        self.walk.as_ref().is_some_and(|walk| walk.attempt.is_waiting(now))
    }

    /// Whether it is on its way.
    pub fn is_walking(&self, now: DateTime<Utc>) -> bool {
        !self.is_idle() && !self.is_waiting(now)
    }

    /// Which try of this page is under way, if it is.
    pub(super) fn awaits(&self, cursor: &Cursor) -> Option<u8> {
        let walk = self.walk.as_ref()?;
        let awaited = walk.ordered && walk.failed.is_none() && walk.attempt.cursor == *cursor;
        awaited.then_some(walk.attempt.number)
    }

    pub(super) fn failed(&mut self, error: &ApiError) {
        if let Some(walk) = &mut self.walk {
            walk.failed = Some(error.clone());
        }
    }

    /// Moves an order that waits behind a gate that has closed meanwhile.
    pub(super) fn hold(&mut self, now: DateTime<Utc>, until: DateTime<Utc>) -> Option<Attempt> {
        let attempt = &mut self.walk.as_mut().filter(|walk| walk.ordered)?.attempt;
        attempt.hold(now, until).then(|| attempt.clone())
    }

    pub(super) fn shift(&mut self, drift: TimeDelta) {
        if let Some(walk) = &mut self.walk {
            walk.attempt.shift(drift);
        }
    }
}

impl Pager {
    /// Orders a refresh, in place of one that waits already; `unfinished` are the jobs to see again.
    pub fn order_refresh(&mut self, now: DateTime<Utc>, call: Call, unfinished: HashSet<JobId>) -> PageRequest {
        let (attempt, within) = match call {
            Call::ByHand => (Pace::by_hand(Cursor::First, now), policy::OPERATION),
            Call::Live { pause, every } => {
                let within = every.min(policy::OPERATION);
                (self.pace.first(Cursor::First, now, pause, within), within)
            }
        };
        let request = self.request(Lane::Refresh, &attempt, now);
        let unseen = unfinished.into_iter().filter(|id| !self.refresh.unmet.contains(id)).collect();
        let (tokens, failed) = (HashSet::new(), None);
        self.refresh.walk = Some(Walk { attempt, ordered: true, within, pages: 0, tokens, unseen, met: false, failed });
        request
    }

    /// A request that is no part of the list failed: the server may want to be left alone.
    pub fn heard(&mut self, error: &ApiError, now: DateTime<Utc>) {
        self.pace.failed(error, 1, now);
    }

    /// What is loaded is older than it seems, until the next good answer.
    pub fn doubt(&mut self) {
        self.doubted = true;
    }

    /// These are looked for again, although a walk did not meet them.
    pub fn look_again(&mut self, jobs: &[JobId]) {
        for id in jobs {
            self.refresh.unmet.remove(id);
        }
    }

    /// Forgets a refresh that is ordered; its reply will be dropped.
    pub fn cancel_refresh(&mut self) {
        self.refresh.walk = None;
    }

    /// The next order of a walk that has failed or goes on, if there is one.
    pub fn order_refresh_again(&mut self, now: DateTime<Utc>) -> Option<PageRequest> {
        let walk = self.refresh.walk.as_mut()?;
        let error = walk.failed.take()?;
        let Some(attempt) = self.pace.again(&walk.attempt, &error, now) else {
            self.refresh.walk = None;
            self.pace.count_failure();
            return None;
        };
        walk.attempt = attempt.clone();
        Some(self.request(Lane::Refresh, &attempt, now))
    }

    /// Says what a refreshed page came to: the jobs it held, those of them that were not loaded before, what comes next.
    pub fn refreshed(&mut self, jobs: &[JobId], added: Vec<JobId>, next: Option<SkipToken>) -> Refreshed {
        let Refresh { walk: slot, afloat, unmet, .. } = &mut self.refresh;
        let Some(mut walk) = slot.take() else { return Refreshed::Done };
        walk.pages += 1;
        for id in jobs {
            walk.unseen.remove(id);
        }
        // With tokens that count rows, the pages below shift by as many.
        self.familiar += usize::from(!added.is_empty());
        afloat.extend(added);
        let overlaps = jobs.iter().any(|id| !afloat.contains(id));
        // Below the last page that is loaded nothing is looked for.
        let is_beyond = walk.met && !overlaps && !jobs.is_empty();
        walk.met |= overlaps;
        let is_whole = is_beyond || (walk.met && walk.unseen.is_empty());
        match next.filter(|_| !is_whole) {
            Some(token) if !walk.tokens.insert(token.clone()) => Refreshed::Done,
            Some(token) if walk.pages < policy::REFRESH_PAGES => {
                walk.attempt.cursor = Cursor::After(token);
                walk.ordered = false;
                *slot = Some(walk);
                Refreshed::Continues
            }
            Some(_) if !walk.met && !afloat.is_empty() => Refreshed::Lost,
            _ => {
                unmet.extend(walk.unseen);
                afloat.clear();
                Refreshed::Done
            }
        }
    }

    /// Takes the order for the next page of a walk that [`Refreshed::Continues`].
    pub fn order_refresh_next(&mut self, now: DateTime<Utc>) -> Option<PageRequest> {
        let walk = self.refresh.walk.as_mut().filter(|walk| !walk.ordered)?;
        walk.ordered = true;
        walk.attempt = self.pace.first(walk.attempt.cursor.clone(), now, Duration::ZERO, walk.within);
        let attempt = walk.attempt.clone();
        Some(self.request(Lane::Refresh, &attempt, now))
    }
}
