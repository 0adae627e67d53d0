//! A list read from its top to its end, or as far as is wanted: the pager's walk, windows beside it where that helps, and what
//! there is to be done when jobs are missing at the end. It keeps no job, only what it takes to know one again.

#[cfg(test)]
mod tests;

use std::{collections::HashSet, time::Duration};

use chrono::{DateTime, Utc};

use super::{Arrival, Call, Coverage, Pager, Reach, Tail, seen::Seen};
use crate::{
    model::{ApiError, Job, JobId, Lane, Page, PageReply, PageRequest, Query},
    policy,
};

/// A reading.
#[derive(Debug)]
pub struct Reading {
    pager: Pager,
    seen: Seen,
    failure: Option<ApiError>,
    look: Look,
}

/// The look at the top that is taken while the last pages come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Open,
    UnderWay,
    /// It has told how many jobs there are. One that could not be had is no look.
    Taken,
}

/// Jobs that come next in the list.
#[derive(Debug)]
pub struct Brought {
    /// All of them.
    pub jobs: Vec<Job>,
    /// Of each, whether it is met for the first time.
    pub fresh: Vec<bool>,
}

/// How many walks a list may be read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walks {
    /// One, so that page follows page.
    One,
    /// Several, where that is faster.
    Several,
}

impl Reading {
    /// A reading that has not begun.
    pub fn new(query: Query, ceiling: Option<u16>, seed: u64, reach: Reach, walks: Walks) -> Self {
        let mut pager = Pager::new(query, ceiling, seed).unpaced();
        pager.read(reach);
        if walks == Walks::One {
            pager.stop_windows();
        }
        Self { pager, seen: Seen::default(), failure: None, look: Look::Open }
    }

    /// How many different jobs came.
    pub fn loaded(&self) -> usize {
        self.seen.len()
    }

    /// How many jobs the server counts.
    pub fn total(&self) -> Option<u64> {
        self.pager.total()
    }

    /// Whether any page came.
    pub fn has_begun(&self) -> bool {
        self.pager.pages() > 0
    }

    /// What broke it off, so that what is below is not known.
    pub fn failure(&self) -> Option<&ApiError> {
        match self.pager.tail() {
            Tail::Failed(_, error) => self.failure.as_ref().or(Some(error)),
            _ => self.failure.as_ref(),
        }
    }

    /// How much of the list came.
    pub fn coverage(&self) -> Coverage {
        self.pager.coverage(self.loaded())
    }

    /// The next order; to be asked for again until there is none.
    pub fn order(&mut self, now: DateTime<Utc>) -> Option<PageRequest> {
        // A window that cannot go on hands over, and where a look has failed for good the last one comes.
        self.order_walk(now)
            .or_else(|| self.pager.order_beside(now))
            .or_else(|| self.order_walk(now))
            .or_else(|| self.order_look(now))
    }

    /// Takes in what came for an order.
    pub fn arrived(&mut self, reply: PageReply, now: DateTime<Utc>) -> Vec<Brought> {
        let took = reply.took;
        let mut brought = Vec::new();
        if let Arrival::Page(page, lane, _) = self.pager.arrived(reply, now) {
            brought.push(self.take_in(page, lane, took));
        }
        for jobs in self.pager.deliver() {
            let fresh = self.note(&jobs);
            self.pager.progress(count(&fresh), self.loaded());
            brought.push(Brought { jobs, fresh });
        }
        if matches!(self.pager.tail(), Tail::Failed(_, error) if !error.is_transient()) {
            self.pager.stop_windows();
        }
        brought
    }

    fn order_walk(&mut self, now: DateTime<Utc>) -> Option<PageRequest> {
        if self.failure.is_some() || self.pager.windows.carries() {
            return None;
        }
        let request = self.pager.order(now).or_else(|| self.order_recheck(now));
        if matches!(self.pager.tail(), Tail::Failed(..)) {
            self.pager.stop_windows();
        }
        let request = request?;
        if request.delay > policy::WAIT_MAX {
            self.failure = self.pager.trouble().cloned();
            self.pager.stop_windows();
            return None;
        }
        Some(request)
    }

    /// How many jobs there are is asked while the last pages come: after them it would take as long as one of them. What comes in
    /// later is not counted then, and not missed.
    fn order_look(&mut self, now: DateTime<Utc>) -> Option<PageRequest> {
        if self.look != Look::Open || !self.pager.refresh().is_idle() || !self.pager.has_room_at_the_end() {
            return None;
        }
        self.look = Look::UnderWay;
        Some(self.pager.order_refresh(now, Call::ByHand, HashSet::new()))
    }

    /// Jobs that are missing at the end may have come in at the top meanwhile: they are looked for there, once. After windows
    /// the server is asked once more how many there are; if any are lacking still, all of the list is walked.
    fn order_recheck(&mut self, now: DateTime<Utc>) -> Option<PageRequest> {
        if *self.pager.tail() != Tail::End {
            return None;
        }
        if !self.pager.refresh().is_idle() {
            return self.pager.order_refresh_again(now).or_else(|| self.pager.order_refresh_next(now));
        }
        let missing = matches!(self.coverage(), Coverage::Missing(..));
        let is_counted = self.look == Look::Taken || !self.pager.had_windows();
        if (missing || !is_counted) && self.pager.recheck() {
            return Some(self.pager.order_refresh(now, Call::ByHand, HashSet::new()));
        }
        if missing && self.pager.walk_whole() { self.pager.order(now) } else { None }
    }

    fn take_in(&mut self, page: Page, lane: Lane, took: Duration) -> Brought {
        let fresh = self.note(&page.jobs);
        let held = self.loaded();
        match lane {
            Lane::View => {
                self.pager.walked(&page, count(&fresh), took);
                self.pager.progress(count(&fresh), held);
            }
            Lane::Refresh => {
                self.look = Look::Taken;
                let ids: Vec<JobId> = page.jobs.iter().map(|job| job.id.clone()).collect();
                let added = ids.iter().zip(&fresh).filter(|(_, fresh)| **fresh).map(|(id, _)| id.clone()).collect();
                self.pager.refreshed(&ids, added, page.next);
            }
            // Nobody watches a job of a list that is read to its end.
            Lane::Watch | Lane::Window(_) => {}
        }
        Brought { jobs: page.jobs, fresh }
    }

    /// Of each job, whether it is met for the first time.
    fn note(&mut self, jobs: &[Job]) -> Vec<bool> {
        jobs.iter().map(|job| self.seen.insert(&job.id)).collect()
    }
}

fn count(fresh: &[bool]) -> usize {
    fresh.iter().filter(|fresh| **fresh).count()
}
