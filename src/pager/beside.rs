//! The walk down the list and the windows beside it: what the one tells the others, and where it goes on when they are left.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{Arrival, Pager, Tail, Windows};
use crate::model::{Cursor, Job, Lane, Page, PageReply, PageRequest, Ticket};

impl Pager {
    /// Takes the order for another page beside the walk down the list, while all of it is wanted; to be asked for again until
    /// there is none.
    pub fn order_beside(&mut self, now: DateTime<Utc>) -> Option<PageRequest> {
        self.with_windows(|windows, pager| windows.order(pager, now))
    }

    /// The walk down the list has brought a page, with so many new jobs.
    pub fn walked(&mut self, page: &Page, fresh: usize, took: Duration) {
        self.with_windows(|windows, pager| windows.walked(pager, page, fresh, took));
    }

    /// The rows of windows that come next in the list, page by page, as far as they are known to.
    pub fn deliver(&mut self) -> Vec<Vec<Job>> {
        self.with_windows(Windows::deliver)
    }

    /// The lanes of windows whose answers nobody waits for any more, once.
    pub fn called_off(&mut self) -> impl Iterator<Item = Lane> + use<> {
        self.windows.called_off().into_iter().map(Lane::Window)
    }

    /// Leaves the windows: the walk goes on alone, from where the last row came that was delivered.
    pub fn leave_windows(&mut self) {
        self.with_windows(Windows::leave);
    }

    /// Whether the last pages of the list are under way, and there is room for a look at its top beside them.
    pub(super) fn has_room_at_the_end(&self) -> bool {
        self.gate().is_none() && self.windows.leave_room_at_the_end(self)
    }

    /// No windows in this list from now on.
    pub(super) fn stop_windows(&mut self) {
        self.windows.stop();
    }

    /// Whether there were windows in this list.
    pub fn had_windows(&self) -> bool {
        self.windows.have_begun()
    }

    /// Walks all of the list from the top once more, alone, since windows have lost some of it; true once.
    pub fn walk_whole(&mut self) -> bool {
        if !self.had_windows() || std::mem::replace(&mut self.windows.walked_whole, true) {
            return false;
        }
        self.stop_windows();
        (self.until, self.above) = (None, 0);
        self.begin_again();
        true
    }

    /// Goes on from `cursor` in the walk from the moment `until`, whose list the server counts `total` jobs in.
    pub(super) fn go_on(&mut self, until: DateTime<Utc>, cursor: Option<Cursor>, total: u64) {
        self.above = self.total.unwrap_or_default().saturating_sub(total);
        self.until = Some(until);
        // Another list's tokens: where they count, the same ones name other places.
        self.tokens = cursor.iter().filter_map(Cursor::token).cloned().collect();
        self.tail = cursor.map_or(Tail::End, Tail::More);
    }

    pub(super) fn window_arrived(&mut self, ticket: Ticket, reply: PageReply, now: DateTime<Utc>) -> Arrival {
        if let Err(error) = &reply.result {
            self.pace.failed(error, 1, now);
        }
        if reply.generation != self.generation || !self.windows.expects(ticket) {
            self.dropped += 1;
            return Arrival::Dropped;
        }
        let arrival = match &reply.result {
            Ok(_) => Arrival::Held,
            Err(_) => Arrival::Failed,
        };
        if arrival == Arrival::Held {
            self.pace.succeeded(1);
            self.as_of = Some(reply.at);
        }
        self.windows.arrived(ticket, reply);
        arrival
    }

    fn with_windows<T>(&mut self, work: impl FnOnce(&mut Windows, &mut Self) -> T) -> T {
        let mut windows = std::mem::take(&mut self.windows);
        let result = work(&mut windows, self);
        self.windows = windows;
        result
    }
}
