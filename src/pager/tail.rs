//! The walk down the list: from page to page as they are wanted, until it ends, fails or is stopped.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{Attempt, Pager, Reach, Tail, pace::Pace};
use crate::{
    model::{ApiError, Cursor, ErrorKind, Lane, Limit, PageRequest, SkipToken},
    policy,
};

impl Pager {
    /// Takes the order for the next page, if there is one to be had. While a window goes on for this walk there is none.
    pub fn order(&mut self, now: DateTime<Utc>) -> Option<PageRequest> {
        if self.windows.carries() || (self.reach == Reach::Whole && self.windows.answer_for_the_walk()) {
            return None;
        }
        let attempt = match &mut self.tail {
            Tail::More(cursor) => self.pace.next(cursor.clone(), now, self.reach),
            Tail::Failed(attempt, error) => {
                let again = self.pace.again(attempt, error, now);
                if again.is_none() {
                    // What was decided is not decided anew because time has passed.
                    attempt.number = policy::ATTEMPTS;
                }
                again?
            }
            Tail::Loading(_) | Tail::End => return None,
        };
        Some(self.load(attempt, now))
    }

    /// Orders the page that failed for a passing reason once more after `delay`.
    pub fn order_again(&mut self, now: DateTime<Utc>, delay: Duration) -> Option<PageRequest> {
        let Tail::Failed(attempt, error) = &self.tail else { return None };
        if !error.is_transient() {
            return None;
        }
        let first = self.pace.first(attempt.cursor.clone(), now, delay, policy::OPERATION);
        self.pace.count_failure();
        Some(self.load(Attempt { number: policy::ATTEMPTS, ..first }, now))
    }

    /// Orders the page that comes next at once, unless it is under way: a person asks for it.
    pub fn order_by_hand(&mut self, now: DateTime<Utc>) -> Option<PageRequest> {
        let cursor = match &self.tail {
            Tail::More(cursor) => cursor,
            Tail::Failed(attempt, _) => &attempt.cursor,
            Tail::Loading(attempt) if attempt.is_waiting(now) => &attempt.cursor,
            Tail::Loading(_) | Tail::End => return None,
        };
        Some(self.load(Pace::by_hand(cursor.clone(), now), now))
    }

    /// How much is wanted: all of it is read in pages as large as can be, and as quickly.
    pub fn read(&mut self, reach: Reach) {
        if reach != self.reach {
            self.reach = reach;
            if reach == Reach::Whole {
                self.size.hope();
            }
            self.leave_windows();
        }
    }

    fn load(&mut self, mut attempt: Attempt, now: DateTime<Utc>) -> PageRequest {
        let rows = self.size.rows(self.reach);
        let is_numbered = matches!(&attempt.cursor, Cursor::After(token) if token.is_numbered());
        // A page's number is a place only together with the size, so that a page of another size is begun from the top; not
        // only to ask for less than was taken well.
        let stays = is_numbered && rows < self.size.asked && self.size.bears(self.size.asked);
        let rows = if stays { self.size.asked } else { rows };
        if is_numbered && rows != self.size.asked {
            self.begin_again();
            attempt.cursor = Cursor::First;
        }
        self.size.mixed = attempt.cursor != Cursor::First && (self.size.mixed || rows != self.size.asked);
        self.size.asked = rows;
        let request = self.request(Lane::View, &attempt, now);
        self.tail = Tail::Loading(attempt);
        request
    }

    /// Says how many new jobs the last page down the list brought, and how many are held now: page after page without any
    /// ends the walk, and so does a list that is too long.
    pub fn progress(&mut self, added: usize, held: usize) {
        self.barren = match (added, self.familiar) {
            (0, 0) => self.barren.saturating_add(1),
            _ => 0,
        };
        self.held = held;
        if added == 0 {
            self.familiar = self.familiar.saturating_sub(1);
        }
        if held >= policy::ROWS_MAX {
            self.stop(ErrorKind::Limit(Limit::Rows));
        }
        let is_barren = self.barren >= policy::EMPTY_PAGES;
        // Where tokens have a meaning that we do not know, pages of one size find what those of several have passed over.
        let lacks = self.tail == Tail::End && self.total.is_none_or(|total| (held as u64) < total);
        if self.size.mixed && (lacks || is_barren) {
            self.begin_again();
        } else if is_barren {
            self.stop(ErrorKind::NoProgress);
        }
    }

    /// The user asks again: what stopped the walk down the list, other than a passing reason, is tried anew.
    pub fn forgive(&mut self) {
        self.refresh.unmet.clear();
        let Tail::Failed(attempt, error) = &self.tail else { return };
        match error.kind {
            ErrorKind::Limit(_) => {}
            ErrorKind::Loop => self.begin_again(),
            _ if is_expired(attempt, error) => self.begin_again(),
            _ if error.is_transient() => {}
            _ => {
                self.tail = Tail::More(attempt.cursor.clone());
                self.barren = 0;
            }
        }
    }

    /// What failed for a passing reason, or waits to be tried again, need not wait any longer.
    pub fn hurry(&mut self, now: DateTime<Utc>) {
        match &self.tail {
            Tail::Failed(attempt, error) if error.is_transient() => self.tail = Tail::More(attempt.cursor.clone()),
            Tail::Loading(attempt) if attempt.is_waiting(now) => self.tail = Tail::More(attempt.cursor.clone()),
            _ => {}
        }
    }

    /// The orders under way were called off.
    pub fn put_back(&mut self) {
        self.leave_windows();
        if let Tail::Loading(attempt) = &self.tail {
            self.tail = Tail::More(attempt.cursor.clone());
        }
    }

    /// Whether jobs that are missing at the end were looked for at the top; true once.
    pub fn recheck(&mut self) -> bool {
        !std::mem::replace(&mut self.rechecked, true)
    }

    pub(super) fn advance(&mut self, next: Option<SkipToken>) {
        self.depth = self.depth.saturating_add(1);
        let Some(token) = next else {
            self.tail = Tail::End;
            return;
        };
        let fresh = self.tokens.insert(token.clone());
        self.tail = Tail::More(Cursor::After(token));
        if !fresh {
            self.stop(ErrorKind::Loop);
        } else if self.depth >= policy::PAGES_MAX {
            self.stop(ErrorKind::Limit(Limit::Pages));
        }
    }

    /// Ends the walk at the cursor that would come next.
    fn stop(&mut self, kind: ErrorKind) {
        if let Tail::More(cursor) = &self.tail {
            let deadline = self.as_of.unwrap_or_default();
            let attempt = Attempt { cursor: cursor.clone(), number: policy::ATTEMPTS, not_before: None, deadline };
            self.tail = Tail::Failed(attempt, ApiError::new(kind));
        }
    }

    pub(super) fn view_failed(&mut self, error: ApiError) {
        let Tail::Loading(attempt) = &self.tail else { return };
        if self.size.failed(self.size.asked, &error.kind) || self.windows.carries() {
            self.tail = Tail::More(attempt.cursor.clone());
            return;
        }
        if is_expired(attempt, &error) && !self.restarted {
            self.restarted = true;
            return self.begin_again();
        }
        self.tail = Tail::Failed(attempt.clone(), error.clone());
        self.trouble = Some(error);
    }

    /// Walks the same list from the top once more, merging by id.
    pub(super) fn begin_again(&mut self) {
        let rows = usize::from(self.size.rows(self.reach).max(1));
        self.familiar += self.tokens.len().max(self.held.div_ceil(rows));
        self.tokens.clear();
        self.barren = 0;
        self.depth = 0;
        self.tail = Tail::More(Cursor::First);
    }
}

/// Whether the token of a next page may have expired while nobody scrolled.
fn is_expired(attempt: &Attempt, error: &ApiError) -> bool {
    let refused = matches!(error.kind, ErrorKind::BadRequest | ErrorKind::NotFound | ErrorKind::Server(410, _));
    refused && attempt.cursor != Cursor::First
}
