//! What of a list is loaded, under way, failed or ended, and what to ask for next. A pure state machine: it is told the time
//! and the replies, and knows neither HTTP nor the clock.
//!
//! Two requests for one page cannot be expressed: a request is taken only out of [`Tail::More`] (or a failure that may be
//! tried again), which becomes [`Tail::Loading`] by that. A reply is taken only for what is under way in the current
//! generation; any other is dropped and counted.

mod refresh;
mod retry;

use std::{collections::HashSet, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    model::{ApiError, Cursor, ErrorKind, Generation, Lane, Page, PageReply, PageRequest, Query, SkipToken},
    policy,
};
pub use refresh::{Refresh, Refreshed};
use retry::Jitter;

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

/// The order of one page, perhaps not the first try.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Which page.
    pub cursor: Cursor,
    /// Which try, from 1.
    pub number: u8,
    /// When it is or was to be sent, if not at once.
    pub not_before: Option<DateTime<Utc>>,
}

/// What became of a reply.
#[derive(Debug, Clone, PartialEq)]
pub enum Arrival {
    /// It belonged to an older list or an order that was replaced.
    Dropped,
    /// It brought a page; `first` when that is the first of its generation.
    Page(Page, Lane, First),
    /// It brought trouble, which [`Pager::trouble`] names.
    Failed,
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
    page_size: u16,
    tail: Tail,
    refresh: Refresh,
    tokens: HashSet<SkipToken>,
    barren: u8,
    /// Pages still to come that may bring nothing new, since they were read before or by a refresh.
    familiar: usize,
    pages: u32,
    restarted: bool,
    rechecked: bool,
    total: Option<u64>,
    as_of: Option<DateTime<Utc>>,
    trouble: Option<ApiError>,
    dropped: u64,
    jitter: Jitter,
}

impl Pager {
    /// A list of which nothing is loaded. `seed` spreads the waits of many clients.
    pub fn new(query: Query, page_size: u16, seed: u64) -> Self {
        Self {
            generation: Generation::default(),
            query,
            page_size,
            tail: Tail::More(Cursor::First),
            refresh: Refresh::default(),
            tokens: HashSet::new(),
            barren: 0,
            familiar: 0,
            pages: 0,
            restarted: false,
            rechecked: false,
            total: None,
            as_of: None,
            trouble: None,
            dropped: 0,
            jitter: Jitter::new(seed),
        }
    }

    /// Begins another list: replies to the old one are dropped from now on.
    pub fn restart(&mut self, query: Query) {
        let next = Generation(self.generation.0 + 1);
        let (as_of, dropped, jitter) = (self.as_of, self.dropped, self.jitter.clone());
        *self = Self { generation: next, as_of, dropped, jitter, ..Self::new(query, self.page_size, 0) };
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

    /// What went wrong since the last good answer, or what has stopped the list before that.
    pub fn trouble(&self) -> Option<&ApiError> {
        match &self.tail {
            Tail::Failed(_, error) => self.trouble.as_ref().or(Some(error)),
            _ => self.trouble.as_ref(),
        }
    }

    /// Whether the last request brought no answer.
    pub fn is_cut_off(&self) -> bool {
        self.trouble.is_some()
    }

    /// Replies that came too late.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// When the next try is due, while one is waiting because of trouble.
    pub fn next_try(&self) -> Option<DateTime<Utc>> {
        self.trouble.as_ref()?;
        let view = match &self.tail {
            Tail::Loading(attempt) => attempt.not_before,
            _ => None,
        };
        view.or_else(|| self.refresh.due())
    }

    /// Whether something is under way now (a refresh that waits for its interval is not).
    pub fn is_busy(&self, now: DateTime<Utc>) -> bool {
        let view = matches!(&self.tail, Tail::Loading(attempt) if attempt.not_before.is_none_or(|at| at <= now));
        view || self.refresh.is_walking(now)
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

    /// Takes the order for the next page, if there is one to be had.
    pub fn order(&mut self, now: DateTime<Utc>) -> Option<PageRequest> {
        let attempt = match &self.tail {
            Tail::More(cursor) => Attempt { cursor: cursor.clone(), number: 1, not_before: None },
            Tail::Failed(attempt, error) => retry::again(attempt, error, now, &mut self.jitter)?,
            Tail::Loading(_) | Tail::End => return None,
        };
        self.tail = Tail::Loading(attempt.clone());
        Some(self.request(Lane::View, &attempt, now))
    }

    /// Takes a reply in. A page's rows are then to be merged, and [`Pager::progress`] or [`Pager::refreshed`] told what came
    /// of it.
    pub fn arrived(&mut self, reply: PageReply) -> Arrival {
        let under_way = match reply.lane {
            Lane::View => matches!(&self.tail, Tail::Loading(attempt) if attempt.cursor == reply.cursor),
            Lane::Refresh => self.refresh.awaits(&reply.cursor),
        };
        if reply.generation != self.generation || !under_way {
            self.dropped += 1;
            return Arrival::Dropped;
        }
        match (reply.result, reply.lane) {
            (Ok(page), lane) => {
                let first = if self.pages == 0 { First::Yes } else { First::No };
                self.pages += 1;
                self.trouble = None;
                self.as_of = Some(reply.at);
                self.total = page.total.or(self.total);
                if lane == Lane::View {
                    self.advance(page.next.clone());
                }
                Arrival::Page(page, lane, first)
            }
            (Err(error), Lane::View) => {
                self.view_failed(error);
                Arrival::Failed
            }
            (Err(error), Lane::Refresh) => {
                self.refresh.failed(&error);
                self.trouble = Some(error);
                Arrival::Failed
            }
        }
    }

    /// Says how many new jobs the last page down the list brought: page after page without any ends the walk.
    pub fn progress(&mut self, added: usize) {
        self.barren = match (added, self.familiar) {
            (0, 0) => self.barren.saturating_add(1),
            _ => 0,
        };
        if added == 0 {
            self.familiar = self.familiar.saturating_sub(1);
        }
        if self.barren >= policy::EMPTY_PAGES {
            self.stop(ErrorKind::NoProgress);
        }
    }

    /// The user asks again: whatever stopped the walk down the list is tried anew, and a waiting try need not wait.
    pub fn forgive(&mut self, now: DateTime<Utc>) {
        self.refresh.unmet.clear();
        let cursor = match &self.tail {
            Tail::Failed(attempt, error) if error.kind == ErrorKind::Loop || is_expired(attempt, error) => {
                return self.begin_again();
            }
            Tail::Failed(attempt, _) => attempt.cursor.clone(),
            Tail::Loading(attempt) if attempt.not_before.is_some_and(|at| at > now) => attempt.cursor.clone(),
            _ => return,
        };
        self.tail = Tail::More(cursor);
        self.barren = 0;
    }

    /// Orders the page that failed for a passing reason once more after `delay`.
    pub fn order_again(&mut self, now: DateTime<Utc>, delay: Duration) -> Option<PageRequest> {
        let Tail::Failed(attempt, error) = &self.tail else { return None };
        if !error.is_transient() {
            return None;
        }
        let not_before = Some(now + TimeDelta::from_std(delay).unwrap_or_default());
        let attempt = Attempt { cursor: attempt.cursor.clone(), number: policy::ATTEMPTS, not_before };
        self.count_failure();
        self.tail = Tail::Loading(attempt.clone());
        Some(self.request(Lane::View, &attempt, now))
    }

    /// The order under way was called off.
    pub fn put_back(&mut self) {
        if let Tail::Loading(attempt) = &self.tail {
            self.tail = Tail::More(attempt.cursor.clone());
        }
    }

    /// Whether jobs that are missing at the end were looked for at the top; true once.
    pub fn recheck(&mut self) -> bool {
        !std::mem::replace(&mut self.rechecked, true)
    }

    /// The server answers again: a page that failed for a passing reason may be asked for again.
    fn revive(&mut self) {
        if let Tail::Failed(attempt, error) = &self.tail
            && error.is_transient()
        {
            self.tail = Tail::More(attempt.cursor.clone());
        }
    }

    fn advance(&mut self, next: Option<SkipToken>) {
        let Some(token) = next else {
            self.tail = Tail::End;
            return;
        };
        let fresh = self.tokens.insert(token.clone());
        self.tail = Tail::More(Cursor::After(token));
        if !fresh || self.pages >= policy::PAGES_MAX {
            self.stop(ErrorKind::Loop);
        }
    }

    /// Ends the walk at the cursor that would come next.
    fn stop(&mut self, kind: ErrorKind) {
        if let Tail::More(cursor) = &self.tail {
            let attempt = Attempt { cursor: cursor.clone(), number: policy::ATTEMPTS, not_before: None };
            self.tail = Tail::Failed(attempt, ApiError::new(kind));
        }
    }

    fn view_failed(&mut self, error: ApiError) {
        let Tail::Loading(attempt) = &self.tail else { return };
        if is_expired(attempt, &error) && !self.restarted {
            self.restarted = true;
            return self.begin_again();
        }
        self.tail = Tail::Failed(attempt.clone(), error.clone());
        self.trouble = Some(error);
    }

    /// Walks the same list from the top once more, merging by id.
    fn begin_again(&mut self) {
        self.familiar += self.tokens.len();
        self.tokens.clear();
        self.barren = 0;
        self.tail = Tail::More(Cursor::First);
    }

    fn request(&self, lane: Lane, attempt: &Attempt, now: DateTime<Utc>) -> PageRequest {
        PageRequest {
            lane,
            generation: self.generation,
            query: self.query.clone(),
            cursor: attempt.cursor.clone(),
            page_size: self.page_size,
            delay: attempt.not_before.and_then(|at| (at - now).to_std().ok()).unwrap_or_default(),
        }
    }
}

/// Whether the token of a next page may have expired while nobody scrolled.
fn is_expired(attempt: &Attempt, error: &ApiError) -> bool {
    let refused = matches!(error.kind, ErrorKind::BadRequest | ErrorKind::NotFound | ErrorKind::Server(410, _));
    refused && attempt.cursor != Cursor::First
}
