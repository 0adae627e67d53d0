//! A long list read side by side: the walk from the top is joined by walks that begin at earlier moments, each in a window of its
//! own. What such a walk brought is taken only where the one before it runs into it, with as many rows below by the server's
//! count, so that the rows come as one walk would have brought them. It is told the time and the replies, like the pager.

mod plan;
mod rows;
mod width;
mod window;

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

use super::{Pager, Tail};
use crate::{
    model::{Job, Page, PageReply, PageRequest},
    policy,
};
use width::Width;
use window::{Course, Meeting, Place, Window};

/// Names a window's walk: a reply for one that is gone is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(pub(super) u32);

/// The walks beside the pager's own, which has the last word: it alone tries again what failed, and goes on where they end.
#[derive(Debug, Default)]
pub(super) struct Windows {
    /// How far the walk has come whose rows were delivered.
    head: Option<Place>,
    /// Newest first.
    list: VecDeque<Window>,
    /// Whether the first of them goes on for the pager.
    carries: bool,
    width: Width,
    /// Orders that were given and not answered.
    under_way: usize,
    /// Rows of one page.
    page: u16,
    /// Rows a second where the last window began.
    density: f64,
    /// Nothing is older than this.
    floor: Option<DateTime<Utc>>,
    /// How many have begun.
    begun: u32,
    /// How many of them brought nothing.
    vain: u8,
}

impl Windows {
    /// The pager's own walk has brought a page, with so many new jobs, and is to take the rows of [`Self::deliver`] next.
    pub(super) fn walked(&mut self, pager: &Pager, page: &Page, fresh: usize, took: std::time::Duration) {
        if self.carries {
            return;
        }
        self.page = pager.size.asked;
        self.width.measured(took, page.jobs.len(), self.page);
        let fresh = fresh as u64;
        let total = match &self.head {
            // What has come in at the top meanwhile is not below.
            Some(head) if pager.until.is_none() => Some(head.total),
            _ => page.total,
        };
        let place = total.zip(Place::last(&page.jobs));
        let walked = self.head.take().map_or(0, |head| head.walked) + fresh;
        let Some((total, (last, oldest))) = place else { return self.stop() };
        let newest = page.jobs.iter().find_map(|job| job.started);
        match newest.map(|newest| (newest - oldest).num_milliseconds()) {
            // Oldest first, or in no order by time: a window would begin anywhere.
            None | Some(i64::MIN..0) => return self.stop(),
            Some(span) if self.density == 0.0 => self.density = fresh as f64 * 1_000.0 / span.max(1) as f64,
            Some(_) => {}
        }
        self.head = Some(Place { total, walked, last, oldest });
    }

    /// The order for another page beside the pager's own, if there should be one.
    pub(super) fn order(&mut self, pager: &mut Pager, now: DateTime<Utc>) -> Option<(Ticket, PageRequest)> {
        pager.pass(now);
        if pager.gate().is_some() {
            // To wait is for the pager.
            if self.carries && !self.list.front().is_some_and(Window::is_loading) {
                self.hand_over(pager);
            }
            return None;
        }
        let pager_asks = !self.carries || matches!(pager.tail(), Tail::Loading(_));
        if self.under_way + usize::from(pager_asks) >= self.width.at {
            return None;
        }
        let order = self.next_order(pager);
        self.under_way += usize::from(order.is_some());
        order
    }

    fn next_order(&mut self, pager: &Pager) -> Option<(Ticket, PageRequest)> {
        let held: usize = self.list.iter().map(|window| window.rows.len()).sum();
        let is_full = held >= policy::WINDOW_ROWS_HELD;
        let mut open = self.list.iter_mut().filter(|window| !window.joined);
        let next = if is_full { open.next().filter(|_| self.carries) } else { open.find(|window| window.is_waiting()) };
        if let Some(window) = next.filter(|window| window.is_waiting()) {
            return window.order(pager);
        }
        if is_full || self.vain > policy::WINDOWS_VAIN {
            return None;
        }
        let (at, to) = self.next_window(pager.query().from)?;
        self.begun += 1;
        let mut window = Window::new(Ticket(self.begun), to, self.page);
        let order = window.order(pager);
        self.list.insert(at, window);
        order
    }

    /// Takes in what came for an order of this.
    pub(super) fn arrived(&mut self, pager: &mut Pager, ticket: Ticket, reply: PageReply, now: DateTime<Utc>) {
        self.under_way = self.under_way.saturating_sub(1);
        match &reply.result {
            Ok(page) => {
                pager.window_succeeded(&reply);
                self.width.measured(reply.took, page.jobs.len(), self.page);
            }
            Err(error) => {
                pager.window_failed(error, now);
                self.width.fall();
                self.vain = if error.is_transient() { self.vain } else { u8::MAX };
            }
        }
        let awaits = |window: &Window| window.ticket == ticket && window.is_loading();
        let Some(at) = self.list.iter().position(awaits) else { return };
        let is_first = self.list[at].place.is_none();
        self.list[at].take_in(reply.result);
        match &self.list[at].place {
            None => {
                // A window without jobs says that none are below.
                if self.list[at].course == Course::Ended {
                    self.floor = self.floor.max(Some(self.list[at].to));
                } else {
                    self.vain = self.vain.saturating_add(1);
                }
                self.list.remove(at);
            }
            Some(place) if is_first && at + 1 == self.list.len() => {
                let total = place.total;
                self.learn(at, total);
            }
            Some(_) => {}
        }
        self.join();
    }

    /// The rows that come next in the list, as far as they are known to, in pages. Where a window's walk cannot go on, the pager does.
    pub(super) fn deliver(&mut self, pager: &mut Pager) -> Vec<Vec<Job>> {
        let mut brought = Vec::new();
        while let Some(front) = self.list.front_mut() {
            if !self.carries {
                let Some(head) = &self.head else { break };
                match window::meeting(head, front) {
                    Meeting::Here(known) => {
                        front.rows.skip(known);
                        self.carries = true;
                    }
                    Meeting::Past => self.drop_window(0),
                    Meeting::NotYet => break,
                }
                continue;
            }
            brought.extend(front.rows.take());
            if front.joined {
                self.list.pop_front();
            } else if matches!(front.course, Course::Ended | Course::Broken(_)) {
                self.hand_over(pager);
            } else {
                break;
            }
        }
        if !self.carries && *pager.tail() == Tail::End {
            self.list.clear();
        }
        brought
    }

    /// Whether one of these goes on for the pager, which asks for nothing then.
    pub(super) fn carries(&self) -> bool {
        self.carries
    }

    /// Whether any has begun.
    pub(super) fn have_begun(&self) -> bool {
        self.begun > 0
    }

    /// Begins no other, and forgets those that are under way.
    pub(super) fn stop(&mut self) {
        *self = Self { begun: self.begun, under_way: self.under_way, vain: u8::MAX, ..Self::default() };
    }

    /// Lets the pager go on where the first one stands.
    fn hand_over(&mut self, pager: &mut Pager) {
        self.carries = false;
        if let Some(Window { to, place: Some(place), course, .. }) = self.list.pop_front() {
            pager.go_on(to, course.cursor(), place.total);
            self.head = Some(place);
        }
    }

    /// Ends each walk that has run into the one below it.
    fn join(&mut self) {
        let mut at = 0;
        while at + 1 < self.list.len() {
            let (above, below) = (&self.list[at], &self.list[at + 1]);
            let place = above.place.as_ref().filter(|_| !above.joined);
            match place.map(|place| window::meeting(place, below)) {
                Some(Meeting::Here(known)) => {
                    self.list[at].joined = true;
                    self.list[at].course = Course::Ended;
                    self.list[at + 1].rows.skip(known);
                }
                Some(Meeting::Past) => {
                    self.drop_window(at + 1);
                    continue;
                }
                Some(Meeting::NotYet) | None => {}
            }
            at += 1;
        }
    }

    /// The walk above has passed all of it and met nothing.
    fn drop_window(&mut self, at: usize) {
        self.list.remove(at);
        self.vain = self.vain.saturating_add(1);
    }
}

impl Pager {
    /// Goes on from `cursor` in the walk from the moment `until`, whose list the server counts `total` jobs in.
    fn go_on(&mut self, until: DateTime<Utc>, cursor: Option<crate::model::Cursor>, total: u64) {
        self.above = self.total.unwrap_or_default().saturating_sub(total);
        self.until = Some(until);
        self.tail = cursor.map_or(Tail::End, Tail::More);
    }

    /// Walks all of the list from the top once more: windows have lost some of it.
    pub(super) fn walk_whole(&mut self) {
        (self.until, self.above) = (None, 0);
        self.begin_again();
    }

    fn window_succeeded(&mut self, reply: &PageReply) {
        self.pace.succeeded(1);
        self.as_of = Some(reply.at);
    }

    fn window_failed(&mut self, error: &crate::model::ApiError, now: DateTime<Utc>) {
        self.pace.failed(error, 1, now);
    }
}
