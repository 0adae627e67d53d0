//! How many rows one request asks for: few where somebody scrolls, as many as the server takes where all are wanted. What it
//! takes is learned from what it refuses, and remembered for the session. It knows no time.

use crate::{
    model::{ErrorKind, Stage},
    policy,
};

/// How much of the list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// As few pages as will do.
    #[default]
    Some,
    /// A few rows that are far apart: larger pages, so that they are found before one tires of waiting.
    Far,
    /// All of it.
    Whole,
}

/// The size of pages.
#[derive(Debug, Clone)]
pub(super) struct PageSize {
    /// As few pages as will do are so large.
    usual: u16,
    /// Where all is wanted, at most this.
    most: u16,
    /// What the server, the way or we can bear.
    limit: u16,
    /// The same before the server's last 400, which may have been for something else.
    before: Option<u16>,
    /// What has come in time where all is wanted.
    in_time: u16,
    /// The largest that was answered.
    proven: u16,
    /// With how many rows the last page down the list was or is asked for.
    pub(super) asked: u16,
    /// Whether pages of different sizes make the walk: a token may mean another place with another size.
    pub(super) mixed: bool,
}

impl PageSize {
    /// What the user says is a ceiling.
    pub(super) fn new(ceiling: Option<u16>) -> Self {
        let (usual, most) = (ceiling.unwrap_or(policy::PAGE_SIZE), ceiling.unwrap_or(policy::PAGE_SIZE_MAX));
        let (limit, in_time) = (u16::MAX, u16::MAX);
        Self { usual, most, limit, before: None, in_time, proven: 0, asked: 0, mixed: false }
    }

    /// The user says something else; what was learned of the server stays.
    pub(super) fn wish(&mut self, ceiling: Option<u16>) {
        (self.usual, self.most) = (ceiling.unwrap_or(policy::PAGE_SIZE), ceiling.unwrap_or(policy::PAGE_SIZE_MAX));
    }

    /// What to ask for.
    pub(super) fn rows(&self, reach: Reach) -> u16 {
        match reach {
            Reach::Some => self.usual.min(self.limit),
            Reach::Far => self.most.min(policy::PAGE_SIZE_FAR).min(self.limit).min(self.in_time),
            Reach::Whole => self.most.min(self.limit).min(self.in_time),
        }
    }

    /// Whether nothing speaks against so many.
    pub(super) fn bears(&self, rows: u16) -> bool {
        rows <= self.limit && rows <= self.in_time
    }

    /// All of the list is wanted anew: what was slow may be quick now.
    pub(super) fn hope(&mut self) {
        self.in_time = u16::MAX;
    }

    /// A page of so many was answered.
    pub(super) fn answered(&mut self, rows: u16) {
        self.proven = self.proven.max(rows);
        self.before = None;
    }

    /// A page of so many did not come. Whether the same question is worth asking at once, for fewer.
    pub(super) fn failed(&mut self, rows: u16, kind: &ErrorKind) -> bool {
        let half = (rows / 2).max(policy::PAGE_SIZE_MIN);
        match kind {
            ErrorKind::TooLarge if half < rows => self.limit = self.limit.min(half),
            // Each try takes half a minute, and there are three.
            ErrorKind::Timeout(Stage::Answer) => {
                let quarter = (rows / 4).max(policy::PAGE_SIZE_MIN);
                if quarter < rows {
                    self.in_time = self.in_time.min(quarter);
                }
                return false;
            }
            // A server may have a largest page size that its documentation does not tell.
            ErrorKind::BadRequest => {
                let safe = self.proven.max(policy::PAGE_SIZE);
                if rows <= safe {
                    self.limit = self.before.take().unwrap_or(self.limit);
                    return false;
                }
                self.before.get_or_insert(self.limit);
                self.limit = self.limit.min(half.max(safe));
            }
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is asked for until an answer comes, or it is given up.
    fn asked(size: &mut PageSize, mut verdict: impl FnMut(u16) -> Option<ErrorKind>) -> Vec<u16> {
        let mut asked = Vec::new();
        loop {
            let rows = size.rows(Reach::Whole);
            asked.push(rows);
            match verdict(rows) {
                None => size.answered(rows),
                Some(kind) if size.failed(rows, &kind) => continue,
                Some(_) => {}
            }
            return asked;
        }
    }

    #[test]
    fn what_the_user_says_is_a_ceiling_and_otherwise_all_is_read_in_the_largest_pages() {
        let size = PageSize::new(None);
        assert_eq!((size.rows(Reach::Some), size.rows(Reach::Whole)), (100, 5_000));
        for ceiling in [1, 7, 100, 900, 5_000] {
            let size = PageSize::new(Some(ceiling));
            assert_eq!((size.rows(Reach::Some), size.rows(Reach::Whole)), (ceiling, ceiling));
        }
    }

    #[test]
    fn a_size_that_is_refused_is_halved_and_what_is_accepted_is_remembered() {
        let over = |most: u16| move |rows: u16| (rows > most).then_some(ErrorKind::BadRequest);
        let mut size = PageSize::new(None);
        assert_eq!(asked(&mut size, over(1_000)), [5_000, 2_500, 1_250, 625]);
        assert_eq!(asked(&mut size, over(1_000)), [625]);
        let mut size = PageSize::new(None);
        let huge = |rows: u16| (rows > 40).then_some(ErrorKind::TooLarge);
        assert_eq!(asked(&mut size, huge).last(), Some(&39));
        assert_eq!(size.rows(Reach::Some), 39, "nor does scrolling ask for more");
    }

    #[test]
    fn a_question_that_is_refused_at_any_size_teaches_nothing_of_the_size() {
        let mut size = PageSize::new(None);
        size.answered(100);
        assert_eq!(asked(&mut size, |_| Some(ErrorKind::BadRequest)).last(), Some(&100));
        assert_eq!(size.rows(Reach::Whole), 5_000);
    }

    #[test]
    fn what_does_not_come_in_time_is_asked_for_in_quarters_and_scrolling_is_not_touched() {
        let mut size = PageSize::new(None);
        let slow = ErrorKind::Timeout(Stage::Answer);
        assert!(!size.failed(5_000, &slow), "the wait before the next try stays");
        assert_eq!((size.rows(Reach::Whole), size.rows(Reach::Some)), (1_250, 100));
        (0..20).for_each(|_| assert!(!size.failed(size.rows(Reach::Whole), &slow)));
        assert_eq!((size.rows(Reach::Whole), size.rows(Reach::Some)), (policy::PAGE_SIZE_MIN, 100));
        size.hope();
        assert_eq!(size.rows(Reach::Whole), 5_000);
    }

    proptest! {
        #[test]
        fn no_server_is_asked_often_for_what_it_refuses(
            ceiling in prop::option::of(1..=5_000_u16),
            most in 1..=6_000_u16,
            too_large: bool,
        ) {
            let kind = if too_large { ErrorKind::TooLarge } else { ErrorKind::BadRequest };
            let mut size = PageSize::new(ceiling);
            let asked = asked(&mut size, |rows| (rows > most).then_some(kind.clone()));
            prop_assert!(asked.len() <= 10, "{asked:?}");
            prop_assert!(asked.is_sorted_by(|a, b| a > b), "{asked:?}");
            prop_assert!(asked.iter().all(|rows| ceiling.is_none_or(|ceiling| *rows <= ceiling)));
            let least = if too_large { policy::PAGE_SIZE_MIN } else { policy::PAGE_SIZE };
            let found = asked.last().is_some_and(|last| *last <= most);
            prop_assert!(found || most < least, "{asked:?}");
            prop_assert!(!found || asked.len() == 1 || size.rows(Reach::Whole) >= most / 2, "no smaller than must be");
        }
    }

    #[test]
    fn what_the_user_wishes_anew_is_the_ceiling_and_what_was_learned_stays() {
        let mut size = PageSize::new(None);
        assert!(size.failed(1_000, &ErrorKind::TooLarge));
        assert!(size.bears(500) && !size.bears(501));
        size.wish(Some(50));
        assert_eq!((size.rows(Reach::Some), size.rows(Reach::Whole)), (50, 50));
        size.wish(None);
        assert_eq!((size.rows(Reach::Some), size.rows(Reach::Whole)), (100, 500));
        assert!(!size.failed(400, &ErrorKind::Timeout(Stage::Answer)));
        assert!(size.bears(100) && !size.bears(101) && !size.bears(501));
    }

    #[test]
    fn a_page_that_cannot_be_smaller_is_not_asked_for_again_at_once_and_teaches_nothing() {
        for rows in [1, policy::PAGE_SIZE_MIN - 1, policy::PAGE_SIZE_MIN] {
            let mut size = PageSize::new(Some(rows));
            assert!(!size.failed(rows, &ErrorKind::TooLarge), "{rows}");
            assert!(!size.failed(rows, &ErrorKind::Timeout(Stage::Answer)), "{rows}");
            size.wish(None);
            assert_eq!(size.rows(Reach::Whole), policy::PAGE_SIZE_MAX, "{rows}");
        }
        assert!(PageSize::new(None).failed(policy::PAGE_SIZE_MIN + 1, &ErrorKind::TooLarge));
    }

    #[test]
    fn what_was_answered_once_is_not_blamed_for_a_refusal() {
        let mut size = PageSize::new(None);
        asked(&mut size, |rows| (rows > 1_000).then_some(ErrorKind::BadRequest));
        assert!(!size.failed(625, &ErrorKind::BadRequest), "it is something else in the question");
        assert_eq!(size.rows(Reach::Whole), 625);
    }
}
