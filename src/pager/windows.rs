//! A long list read side by side: the walk from the top is joined by walks that begin at earlier moments, each in a window of its
//! own. What such a walk brought is taken only where the one before it runs into it, with as many rows below by the server's
//! count, so that the rows come as one walk would have brought them. It is told the time and the replies, like the pager.

mod margin;
mod plan;
mod rows;
#[cfg(test)]
mod tests;
mod width;
mod window;

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

use super::{Pager, Reach, Tail};
use crate::{
    model::{Job, Page, PageReply, PageRequest, Ticket},
    policy,
};
use margin::Margin;
use width::Width;
use window::{Course, Meeting, Place, Window};

/// The walks beside the pager's own, which has the last word: it alone tries again what failed, and goes on where they end.
#[derive(Debug, Clone, Default)]
pub(super) struct Windows {
    /// How far the walk has come whose rows were delivered.
    head: Option<Place>,
    /// Newest first.
    list: VecDeque<Window>,
    /// Whether the first of them goes on for the pager.
    carries: bool,
    width: Width,
    margin: Margin,
    /// Orders that were given, and neither answered nor called off: each has a seat of its own.
    under_way: Vec<Ticket>,
    /// Orders that nobody waits for any more, until that is told.
    called_off: Vec<Ticket>,
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
    /// Whether all of the list was walked once more, after these had lost some.
    pub(super) walked_whole: bool,
}

impl Windows {
    /// The pager's own walk has brought a page, with so many new jobs, and is to take the rows of [`Self::deliver`] next.
    pub(super) fn walked(&mut self, pager: &Pager, page: &Page, fresh: usize, took: std::time::Duration) {
        if self.carries {
            return;
        }
        self.page = pager.size.asked;
        if pager.reach == Reach::Whole {
            self.width.measured(took, page.jobs.len(), self.page, pager.as_of.unwrap_or_default());
        }
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
    pub(super) fn order(&mut self, pager: &mut Pager, now: DateTime<Utc>) -> Option<PageRequest> {
        pager.pass(now);
        if pager.gate().is_some() {
            // To wait is for the pager.
            let is_idle =
                !matches!(pager.tail(), Tail::Loading(_)) && !self.list.front().is_some_and(Window::is_loading);
            if self.carries && is_idle {
                self.hand_over(pager);
            }
            return None;
        }
        if pager.reach != Reach::Whole {
            return None;
        }
        if !self.have_room(pager) {
            return None;
        }
        let seat = (0..policy::LANES_MAX).find(|seat| self.under_way.iter().all(|ticket| ticket.seat != *seat))?;
        let (ticket, request) = self.next_order(pager, seat)?;
        self.under_way.push(ticket);
        Some(request)
    }

    /// Whether another request may be under way.
    fn have_room(&self, pager: &Pager) -> bool {
        let pager_asks = !self.carries || matches!(pager.tail(), Tail::Loading(_));
        self.under_way.len() + usize::from(pager_asks) < self.width.at
    }

    /// Whether what is under way is the last of the list, and a request of another kind may go beside it.
    pub(super) fn leave_room_at_the_end(&self, pager: &Pager) -> bool {
        self.are_under_way() && self.have_room(pager) && self.end_with_these()
    }

    fn next_order(&mut self, pager: &Pager, seat: usize) -> Option<(Ticket, PageRequest)> {
        let is_full = self.held() >= policy::WINDOW_ROWS_HELD;
        let is_open = |at: &usize| !self.list[*at].joined;
        let mut open = (0..self.list.len()).filter(is_open);
        let next = if is_full {
            open.next().filter(|_| self.carries)
        } else {
            open.find(|at| self.list[*at].is_waiting() && !self.is_answered_below(*at))
        };
        if let Some(at) = next.filter(|at| self.list[*at].is_waiting()) {
            return self.list[at].order(pager, seat);
        }
        if is_full || self.vain > policy::WINDOWS_VAIN {
            return None;
        }
        let (at, to) = self.next_window(pager.query().from)?;
        self.begun += 1;
        let mut window = Window::new(self.begun, to, self.page);
        let order = window.order(pager, seat);
        self.list.insert(at, window);
        order
    }

    /// Whether the rows that come next for a walk are those that the next one has asked for already.
    fn is_answered_below(&self, at: usize) -> bool {
        let place = self.list[at].place.as_ref();
        place.zip(self.list.get(at + 1)).is_some_and(|(place, below)| below.begins_above(place))
    }

    /// The same for the pager's own walk: it waits for that answer.
    pub(super) fn answer_for_the_walk(&self) -> bool {
        !self.carries && self.head.as_ref().zip(self.list.front()).is_some_and(|(head, below)| below.begins_above(head))
    }

    /// How many rows have come before it is their turn.
    pub(super) fn held(&self) -> usize {
        self.list.iter().map(|window| window.rows.len()).sum()
    }

    /// Whether an order of this has been given and neither answered nor called off.
    pub(super) fn expects(&self, ticket: Ticket) -> bool {
        self.under_way.contains(&ticket)
    }

    /// Takes in what came for an order of this.
    pub(super) fn arrived(&mut self, ticket: Ticket, reply: PageReply) {
        self.under_way.retain(|other| *other != ticket);
        match &reply.result {
            Ok(page) => {
                self.width.measured(reply.took, page.jobs.len(), self.page, reply.at);
            }
            Err(error) => {
                self.width.fall();
                self.vain = if error.is_transient() { self.vain } else { u8::MAX };
            }
        }
        let awaits = |window: &Window| window.number == ticket.window && window.is_loading();
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
            Some(place) if is_first && self.list.iter().skip(at + 1).all(|below| below.place.is_none()) => {
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
                        self.margin.met(known, self.page);
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
            } else if matches!(front.course, Course::Ended | Course::Broken(_))
                && !matches!(pager.tail(), Tail::Loading(_))
            {
                self.hand_over(pager);
            } else {
                break;
            }
        }
        if !self.carries && *pager.tail() == Tail::End {
            self.leave(pager);
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

    /// Whether anything has been asked for and not answered.
    pub(super) fn are_under_way(&self) -> bool {
        !self.under_way.is_empty()
    }

    /// Begins no other, and forgets those that are under way.
    pub(super) fn stop(&mut self) {
        let former = std::mem::take(self);
        *self = Self { begun: former.begun, walked_whole: former.walked_whole, vain: u8::MAX, ..former.begin_anew() };
    }

    /// Those of another list, of which nothing is known.
    pub(super) fn begin_anew(mut self) -> Self {
        self.called_off.append(&mut self.under_way);
        Self { called_off: self.called_off, ..Self::default() }
    }

    /// Forgets those that are under way, until all is wanted again. Where the first went on for the pager, that goes on there.
    pub(super) fn leave(&mut self, pager: &mut Pager) {
        if self.carries && !matches!(pager.tail(), Tail::Failed(..)) {
            self.hand_over(pager);
        }
        self.carries = false;
        self.list.clear();
        self.called_off.append(&mut self.under_way);
        self.width = Width::default();
    }

    /// The orders that nobody waits for any more, once.
    pub(super) fn called_off(&mut self) -> Vec<Ticket> {
        std::mem::take(&mut self.called_off)
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
                    self.margin.met(known, self.page);
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
