//! One window: the walk down the list of all that is no later than a moment. It never tries again, and knows no other window but
//! the one that it is compared with.

use std::{collections::HashSet, time::Duration};

use chrono::{DateTime, Utc};

use super::rows::Rows;
use crate::{
    model::{ApiError, Cursor, Job, JobId, Lane, Page, PageRequest, Query, SkipToken, Ticket},
    pager::Pager,
    policy,
};

/// A walk from a moment down.
#[derive(Debug, Clone)]
pub(super) struct Window {
    pub(super) number: u32,
    /// The moment: a whole second, as the API takes it.
    pub(super) to: DateTime<Utc>,
    pub(super) course: Course,
    /// None before its first row.
    pub(super) place: Option<Place>,
    /// Its last rows, those that are still to be delivered.
    pub(super) rows: Rows,
    /// Whether it has run into the next one, which has the rows below.
    pub(super) joined: bool,
    page: u16,
    tokens: HashSet<SkipToken>,
}

/// What comes next in a walk.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Course {
    More(Cursor),
    Loading(Cursor),
    Ended,
    /// The page behind the cursor did not come, or is worth no trust.
    Broken(Cursor),
}

/// How far a walk has come in its list.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// How many jobs the server counts in that list.
    pub(super) total: u64,
    /// How many of them came.
    pub(super) walked: u64,
    pub(super) last: JobId,
    /// The last start that came.
    pub(super) oldest: DateTime<Utc>,
}

/// How two walks stand to each other.
#[derive(Debug, PartialEq)]
pub(super) enum Meeting {
    /// The row that the upper one came to is this many rows into what the lower one holds, and as many are below it in both.
    Here(usize),
    /// The upper one has not come to where they are the same.
    NotYet,
    /// The upper one has passed all that the lower one has.
    Past,
}

impl Place {
    /// How many are still to come.
    pub(super) fn below(&self) -> u64 {
        self.total.saturating_sub(self.walked)
    }

    /// The last row of a page and its last start.
    pub(super) fn last(jobs: &[Job]) -> Option<(JobId, DateTime<Utc>)> {
        Some((jobs.last()?.id.clone(), jobs.iter().rev().find_map(|job| job.started)?))
    }
}

impl Course {
    /// Where to go on, unless it has ended.
    pub(super) fn cursor(self) -> Option<Cursor> {
        match self {
            Self::More(cursor) | Self::Loading(cursor) | Self::Broken(cursor) => Some(cursor),
            Self::Ended => None,
        }
    }
}

/// Compares a walk with one that began further down. A window's list is a part of the whole list in the same order; so where
/// both stand at one job and as many are below, the same are below.
pub(super) fn meeting(above: &Place, below: &Window) -> Meeting {
    let Some(place) = &below.place else { return Meeting::NotYet };
    let Some(count) = place.total.checked_sub(above.below()) else { return Meeting::NotYet };
    if count > place.walked {
        return Meeting::Past;
    }
    let gone = place.walked - below.rows.len() as u64;
    let known = usize::try_from(count.saturating_sub(gone)).unwrap_or(0);
    match known.checked_sub(1).and_then(|at| below.rows.get(at)) {
        Some(row) if row.id == above.last => Meeting::Here(known),
        _ => Meeting::NotYet,
    }
}

impl Window {
    pub(super) fn new(number: u32, to: DateTime<Utc>, page: u16) -> Self {
        let (course, tokens) = (Course::More(Cursor::First), HashSet::new());
        Self { number, to, course, place: None, rows: Rows::default(), joined: false, page, tokens }
    }

    pub(super) fn is_loading(&self) -> bool {
        matches!(self.course, Course::Loading(_))
    }

    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.course, Course::More(_))
    }

    /// Whether its first page is under way and begins no lower than where another walk stands.
    pub(super) fn begins_above(&self, other: &Place) -> bool {
        self.place.is_none() && self.is_loading() && other.oldest <= self.to
    }

    /// Takes the order for its next page.
    pub(super) fn order(&mut self, pager: &Pager, seat: usize) -> Option<(Ticket, PageRequest)> {
        let Course::More(cursor) = &self.course else { return None };
        let cursor = cursor.clone();
        self.course = Course::Loading(cursor.clone());
        let ticket = Ticket { window: self.number, seat };
        let request = PageRequest {
            lane: Lane::Window(ticket),
            generation: pager.generation(),
            query: Query { to: Some(self.to), ..pager.query().clone() },
            cursor,
            attempt: 1,
            page_size: self.page,
            delay: Duration::ZERO,
            patience: policy::TOKEN_TIMEOUT + policy::PAGE_TIMEOUT,
        };
        Some((ticket, request))
    }

    /// Takes in the page that it asked for.
    pub(super) fn take_in(&mut self, result: Result<Page, ApiError>) {
        let Course::Loading(cursor) = &self.course else { return };
        let broken = Course::Broken(cursor.clone());
        let Ok(page) = result else {
            self.course = broken;
            return;
        };
        let walked = self.place.as_ref().map_or(0, |place| place.walked) + page.jobs.len() as u64;
        self.course = match (page.total.zip(Place::last(&page.jobs)), page.next) {
            // An empty page before the end, times that cannot be read: that is for the pager.
            (None, None) if page.jobs.is_empty() => Course::Ended,
            (None, _) => {
                self.course = broken;
                return;
            }
            (Some((total, (last, oldest))), next) => {
                self.place = Some(Place { total, walked, last, oldest });
                match next {
                    None => Course::Ended,
                    Some(token) if self.tokens.insert(token.clone()) => Course::More(Cursor::After(token)),
                    Some(token) => Course::Broken(Cursor::After(token)),
                }
            }
        };
        self.rows.push(page.jobs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ErrorKind;

    fn jobs(numbers: std::ops::Range<u32>) -> Vec<Job> {
        let job = |number: u32| Job {
            started: DateTime::from_timestamp(1_000 - i64::from(number), 0),
            ..Job::new(JobId::new(number.to_string()))
        };
        numbers.map(job).collect()
    }

    fn page(numbers: std::ops::Range<u32>, total: Option<u64>, next: Option<&str>) -> Page {
        Page { jobs: jobs(numbers), total, next: next.map(SkipToken::new) }
    }

    fn after(token: &str) -> Cursor {
        Cursor::After(SkipToken::new(token))
    }

    fn ordered(window: &mut Window) {
        assert!(window.order(&Pager::new(Query::default(), None, 7), 0).is_some());
    }

    /// A window that has taken these in, each for an order.
    fn walked(came: impl IntoIterator<Item = Page>) -> Window {
        let mut window = Window::new(1, DateTime::UNIX_EPOCH, 2);
        for page in came {
            ordered(&mut window);
            window.take_in(Ok(page));
        }
        window
    }

    #[test]
    fn a_window_goes_on_while_each_page_leads_to_another_and_ends_with_the_last() {
        let course = |pages: Vec<_>| walked(pages).course;
        assert_eq!(course(vec![page(0..2, Some(4), Some("a"))]), Course::More(after("a")));
        assert_eq!(course(vec![page(0..2, Some(4), Some("a")), page(2..4, Some(4), None)]), Course::Ended);
        assert_eq!(course(vec![page(0..0, None, None)]), Course::Ended, "nothing is so old");
    }

    #[test]
    fn what_is_worth_no_trust_breaks_a_window_off_where_it_came() {
        let first = || page(0..2, Some(6), Some("a"));
        let course = |pages: Vec<_>| walked(pages).course;
        assert_eq!(course(vec![first(), page(2..4, Some(6), Some("a"))]), Course::Broken(after("a")), "a circle");
        assert_eq!(course(vec![first(), page(2..2, Some(6), Some("b"))]), Course::Broken(after("a")), "empty");
        assert_eq!(course(vec![first(), page(2..4, None, Some("b"))]), Course::Broken(after("a")), "not counted");
        assert_eq!(course(vec![page(0..2, None, None)]), Course::Broken(Cursor::First), "nor the last");
        let mut window = walked([first()]);
        ordered(&mut window);
        window.take_in(Err(ApiError::new(ErrorKind::Offline)));
        assert_eq!(window.course, Course::Broken(after("a")), "not come");
    }

    #[test]
    fn two_walks_meet_at_one_job_with_as_many_below() {
        let below = walked([page(10..12, Some(6), Some("a"))]);
        let above = |last: u32, left: u64| Place {
            total: 20,
            walked: 20 - left,
            last: JobId::new(last.to_string()),
            oldest: DateTime::UNIX_EPOCH,
        };
        assert_eq!(meeting(&above(9, 6), &below), Meeting::NotYet, "just above it");
        assert_eq!(meeting(&above(10, 5), &below), Meeting::Here(1));
        assert_eq!(meeting(&above(11, 4), &below), Meeting::Here(2), "its last row so far");
        assert_eq!(meeting(&above(11, 5), &below), Meeting::NotYet, "another job");
        assert_eq!(meeting(&above(12, 3), &below), Meeting::Past);
    }
}
