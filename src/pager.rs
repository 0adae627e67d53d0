//! What of a list is loaded, under way, failed or ended, and what to ask for next. A pure state machine: it is told the time
//! and the replies, and knows neither HTTP nor the clock.
//!
//! Two requests for one page cannot be expressed: a request is taken only out of [`Tail::More`] (or a failure that may be
//! tried again), which becomes [`Tail::Loading`] by that. A reply is taken only for what is under way in the current
//! generation; any other is dropped and counted.

mod attempt;
mod beside;
mod budget;
mod gate;
mod jitter;
mod pace;
mod rate;
mod reading;
mod refresh;
mod seen;
mod size;
mod tail;
#[cfg(test)]
mod tests;
mod windows;

use std::{collections::HashSet, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    model::{ApiError, Cursor, Generation, Lane, Page, PageReply, PageRequest, Query, SkipToken},
    policy,
};
pub use attempt::Attempt;
use pace::Pace;
pub use reading::{Brought, Reading, Walks};
pub use refresh::{Call, Refresh, Refreshed};
use size::PageSize;
pub use size::Reach;
use windows::Windows;

/// The end of what is loaded.
#[derive(Debug, Clone, PartialEq)]
pub enum Tail {
    /// There is more behind this cursor.
    More(Cursor),
    /// The page behind the cursor has been ordered.
    Loading(Attempt),
    /// The page behind the cursor did not come.
    Failed(Attempt, ApiError),
    /// There is no more.
    End,
}

/// What became of a reply.
#[derive(Debug, Clone, PartialEq)]
pub enum Arrival {
    /// It belonged to an older list or an order that was replaced.
    Dropped,
    /// It brought a page; `first` when that is the first of its generation.
    Page(Page, Lane, First),
    /// It brought trouble, which [`Pager::trouble`] names where nothing else goes on.
    Failed,
    /// It brought a page of a window, whose rows come with [`Pager::deliver`] when it is their turn.
    Held,
}

/// Whether a page is the first that its generation brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// It is: what an older generation loaded goes now.
    Yes,
    /// It is not.
    No,
}

/// How much of the list is loaded, as honestly as the server lets us know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// No answer yet.
    Unknown,
    /// So many of so many; the total is the server's last word.
    Partial(u64, Option<u64>),
    /// The list has ended, and as many jobs as the server counts are here.
    All(u64),
    /// The list has ended, yet fewer jobs are here than the server counts.
    Missing(u64, u64),
}

/// One list's paging.
#[derive(Debug, Clone)]
pub struct Pager {
    generation: Generation,
    query: Query,
    size: PageSize,
    reach: Reach,
    /// Jobs that were held after the last page.
    held: usize,
    tail: Tail,
    refresh: Refresh,
    tokens: HashSet<SkipToken>,
    barren: u8,
    /// Pages still to come that may bring nothing new, since they were read before or by a refresh.
    familiar: usize,
    pages: u32,
    /// Pages that were read down the list.
    depth: u32,
    restarted: bool,
    rechecked: bool,
    total: Option<u64>,
    as_of: Option<DateTime<Utc>>,
    trouble: Option<ApiError>,
    /// The clock says that what is loaded is older than it seems.
    doubted: bool,
    dropped: u64,
    pace: Pace,
    /// The walk down the list goes on in the list of what is no later than this, where a window has led it.
    until: Option<DateTime<Utc>>,
    /// Jobs above that.
    above: u64,
    /// Walks beside the one down the list, while all of it is wanted.
    windows: Windows,
}

impl Pager {
    /// A list of which nothing is loaded. No page is larger than `ceiling`, where the user names one; `seed` spreads the waits
    /// of many clients.
    pub fn new(query: Query, ceiling: Option<u16>, seed: u64) -> Self {
        Self {
            generation: Generation::default(),
            query,
            size: PageSize::new(ceiling),
            reach: Reach::default(),
            held: 0,
            tail: Tail::More(Cursor::First),
            refresh: Refresh::default(),
            tokens: HashSet::new(),
            barren: 0,
            familiar: 0,
            pages: 0,
            depth: 0,
            restarted: false,
            rechecked: false,
            total: None,
            as_of: None,
            trouble: None,
            doubted: false,
            dropped: 0,
            pace: Pace::new(seed),
            until: None,
            above: 0,
            windows: Windows::default(),
        }
    }

    /// The same for one who looks at nothing: no page waits for another's sake.
    #[must_use]
    pub fn unpaced(mut self) -> Self {
        self.pace.rate = None;
        self
    }

    /// Asks for pages of at most so many rows from now on; nothing named: as many as is usual, and more where all are wanted.
    pub fn ask_for(&mut self, page_size: Option<u16>) {
        self.size.wish(page_size);
    }

    /// Rows of a page where as few pages as will do are wanted.
    pub fn page_size(&self) -> u16 {
        self.size.rows(Reach::Some)
    }

    /// Begins another list: replies to the old one are dropped from now on.
    pub fn restart(&mut self, query: Query) {
        let next = Generation(self.generation.0 + 1);
        let (as_of, doubted, dropped, reach) = (self.as_of, self.doubted, self.dropped, self.reach);
        let (pace, size) = (self.pace.clone(), self.size.clone());
        let windows = std::mem::take(&mut self.windows).begin_anew();
        let anew = Self::new(query, None, 0);
        *self = Self { generation: next, as_of, doubted, dropped, pace, size, reach, windows, ..anew };
    }

    /// The query of the list.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// The current generation.
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// The end of what is loaded.
    pub fn tail(&self) -> &Tail {
        &self.tail
    }

    /// The walk from the top.
    pub fn refresh(&self) -> &Refresh {
        &self.refresh
    }

    /// Pages of this generation.
    pub fn pages(&self) -> u32 {
        self.pages
    }

    /// How many jobs the server counts, by its last word.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// When the last good answer came.
    pub fn as_of(&self) -> Option<DateTime<Utc>> {
        self.as_of
    }

    /// What went wrong since the last good answer, what has stopped the list before that, or why the gate is closed.
    pub fn trouble(&self) -> Option<&ApiError> {
        let stopped = match &self.tail {
            Tail::Failed(_, error) => Some(error),
            _ => None,
        };
        self.trouble.as_ref().or(stopped).or(self.pace.gate.reason())
    }

    /// Whether the last request brought no answer, or the last answer is older than it seems.
    pub fn is_outdated(&self) -> bool {
        self.trouble.is_some() || self.doubted
    }

    /// Replies that came too late.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// When the next try is due, while one is waiting because of trouble.
    pub fn next_try(&self) -> Option<DateTime<Utc>> {
        self.trouble.as_ref().or(self.pace.gate.reason())?;
        let view = match &self.tail {
            Tail::Loading(attempt) => attempt.not_before,
            _ => None,
        };
        view.or_else(|| self.refresh.due())
    }

    /// Until when nothing is sent by itself, while the server wants to be left alone.
    pub fn gate(&self) -> Option<DateTime<Utc>> {
        self.pace.gate.until()
    }

    /// Leaves the server alone as long as another list of the same server has to.
    pub fn share_gate(&mut self, other: &Self) {
        self.pace.gate.join(&other.pace.gate);
    }

    /// Whether something is under way now (a refresh that waits for its interval is not).
    pub fn is_busy(&self, now: DateTime<Utc>) -> bool {
        let view = matches!(&self.tail, Tail::Loading(attempt) if !attempt.is_waiting(now));
        view || self.refresh.is_walking(now) || self.windows.are_under_way()
    }

    /// How much is loaded, when the store holds `loaded` jobs.
    pub fn coverage(&self, loaded: usize) -> Coverage {
        let loaded = loaded as u64;
        match (&self.tail, self.total) {
            _ if self.pages == 0 => Coverage::Unknown,
            (Tail::End, Some(total)) if loaded < total => Coverage::Missing(loaded, total),
            (Tail::End, _) => Coverage::All(loaded),
            (_, total) => Coverage::Partial(loaded, total.map(|total| total.max(loaded))),
        }
    }

    /// Takes a reply in. A page's rows are then to be merged, and [`Pager::progress`] or [`Pager::refreshed`] told what came
    /// of it.
    pub fn arrived(&mut self, reply: PageReply, now: DateTime<Utc>) -> Arrival {
        if let Lane::Window(ticket) = reply.lane {
            return self.window_arrived(ticket, reply, now);
        }
        let tries = match (reply.lane, &self.tail) {
            (Lane::View, Tail::Loading(attempt)) => (attempt.cursor == reply.cursor).then_some(attempt.number),
            (Lane::View | Lane::Watch | Lane::Window(_), _) => None,
            (Lane::Refresh, _) => self.refresh.awaits(&reply.cursor),
        };
        let tries = tries.filter(|_| reply.generation == self.generation);
        if let Err(error) = &reply.result {
            // Whatever list it was for: it is the server that wants to be left alone.
            self.pace.failed(error, tries.unwrap_or(1), now);
        }
        let Some(tries) = tries else {
            self.dropped += 1;
            return Arrival::Dropped;
        };
        match (reply.result, reply.lane) {
            (Ok(page), lane) => {
                let first = if self.pages == 0 { First::Yes } else { First::No };
                self.pages += 1;
                self.trouble = None;
                self.doubted = false;
                self.pace.succeeded(tries);
                self.as_of = Some(reply.at);
                let above = if lane == Lane::View { self.above } else { 0 };
                self.total = page.total.map(|total| total.saturating_add(above)).or(self.total);
                match lane {
                    Lane::View => {
                        self.size.answered(self.size.asked);
                        self.advance(page.next.clone());
                    }
                    Lane::Refresh => self.hurry(now),
                    Lane::Watch | Lane::Window(_) => {}
                }
                Arrival::Page(page, lane, first)
            }
            (Err(error), Lane::View) => {
                self.view_failed(error);
                Arrival::Failed
            }
            (Err(error), Lane::Refresh | Lane::Watch | Lane::Window(_)) => {
                self.refresh.failed(&error);
                self.trouble = Some(error);
                Arrival::Failed
            }
        }
    }

    /// Time has passed.
    pub fn pass(&mut self, now: DateTime<Utc>) {
        self.pace.gate.pass(now);
    }

    /// Moves what waits behind a gate that has closed meanwhile: these orders replace those of their lanes.
    pub fn hold(&mut self, now: DateTime<Utc>) -> Vec<PageRequest> {
        let Some(until) = self.pace.gate.until() else { return Vec::new() };
        let view = match &mut self.tail {
            Tail::Loading(attempt) => attempt.hold(now, until).then(|| (Lane::View, attempt.clone())),
            _ => None,
        };
        if view.is_some() {
            self.pace.rate.iter_mut().for_each(|rate| rate.hold(until));
        }
        let refresh = self.refresh.hold(now, until).map(|attempt| (Lane::Refresh, attempt));
        view.into_iter().chain(refresh).map(|(lane, attempt)| self.request(lane, &attempt, now)).collect()
    }

    /// The user asks again: now, or how long that must wait. So often, and no more, a request passes a closed gate.
    ///
    /// # Errors
    /// With the time that is to pass until the user may ask again.
    pub fn ask(&mut self, now: DateTime<Utc>) -> Result<(), Duration> {
        self.pace.gate.ask(now)
    }

    /// The time of day was set, or has passed while the machine slept: what waits still waits as long as before.
    pub fn shift(&mut self, drift: TimeDelta) {
        if let Tail::Loading(attempt) | Tail::Failed(attempt, _) = &mut self.tail {
            attempt.shift(drift);
        }
        self.refresh.shift(drift);
        self.pace.shift(drift);
    }

    /// The pause before the next live refresh: the interval, longer after failures, spread a little.
    pub fn refresh_pause(&mut self, every: Duration) -> Duration {
        self.pace.pause(every)
    }

    fn request(&self, lane: Lane, attempt: &Attempt, now: DateTime<Utc>) -> PageRequest {
        let sent = attempt.not_before.unwrap_or(now).max(now);
        let left = (attempt.deadline - sent).to_std().unwrap_or_default();
        PageRequest {
            lane,
            generation: self.generation,
            query: Query { to: self.until.filter(|_| lane == Lane::View).or(self.query.to), ..self.query.clone() },
            cursor: attempt.cursor.clone(),
            attempt: attempt.number,
            page_size: match lane {
                Lane::View | Lane::Watch | Lane::Window(_) => self.size.asked,
                // What is missing at the end of all is looked for as it was read.
                Lane::Refresh if self.tail == Tail::End => self.size.rows(self.reach),
                Lane::Refresh => self.size.rows(Reach::Some),
            },
            delay: (sent - now).to_std().unwrap_or_default(),
            // However short the interval: a server that is slow is given the time to answer once.
            patience: if attempt.number > 1 { left } else { left.max(policy::TOKEN_TIMEOUT + policy::PAGE_TIMEOUT) },
        }
    }
}
