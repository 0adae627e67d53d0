//! The walk down a list against servers that differ in what their tokens mean and in how large a page they give: whatever the
//! sizes, every job is met, or it is known that some were not.

mod lanes;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::*;
use crate::model::{ErrorKind, Job, JobId, Stage};

/// What a token of the server means.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Paging {
    /// After so many rows.
    Row,
    /// The page of this number, in words that only the server knows.
    Number,
    /// The same, but its link says so.
    NumberTold,
}

/// What the server does with a page that is too large for it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Over {
    Refuses,
    Clamps,
    Bursts,
    TooSlow,
}

#[derive(Debug, Clone)]
struct Server {
    jobs: usize,
    paging: Paging,
    most: usize,
    over: Over,
}

impl Server {
    fn page(&self, request: &PageRequest) -> Result<Page, ApiError> {
        let asked = usize::from(request.page_size);
        let size = asked.min(self.most);
        let kind = match self.over {
            _ if asked <= self.most => None,
            Over::Clamps => None,
            Over::Refuses => Some(ErrorKind::BadRequest),
            Over::Bursts => Some(ErrorKind::TooLarge),
            Over::TooSlow => Some(ErrorKind::Timeout(Stage::Answer)),
        };
        if let Some(kind) = kind {
            return Err(ApiError::new(kind));
        }
        let at: usize = match &request.cursor {
            Cursor::First => 0,
            Cursor::After(token) => token.encoded().parse().unwrap(),
        };
        let first = if self.paging == Paging::Row { at } else { at * size }.min(self.jobs);
        let end = (first + size).min(self.jobs);
        let next = match self.paging {
            Paging::Row => SkipToken::new(end.to_string()),
            Paging::Number => SkipToken::new((at + 1).to_string()),
            Paging::NumberTold => SkipToken::numbered("pageNumber", u32::try_from(at + 1).unwrap()),
        };
        Ok(Page {
            jobs: (first..end).map(|number| Job::new(JobId::new(number.to_string()))).collect(),
            total: Some(self.jobs as u64),
            next: (end < self.jobs).then_some(next),
        })
    }
}

/// One reader of a server.
struct Reader {
    server: Server,
    pager: Pager,
    now: DateTime<Utc>,
    met: HashSet<String>,
    sizes: Vec<u16>,
}

impl Reader {
    fn new(server: Server, ceiling: Option<u16>) -> Self {
        let pager = Pager::new(Query::default(), ceiling, 1);
        Self { server, pager, now: DateTime::UNIX_EPOCH, met: HashSet::new(), sizes: Vec::new() }
    }

    /// Asks once; false when there is nothing to ask for.
    fn step(&mut self) -> bool {
        let Some(request) = self.pager.order(self.now) else { return false };
        self.now += request.delay;
        self.sizes.push(request.page_size);
        let result = self.server.page(&request);
        let PageRequest { lane, generation, cursor, .. } = request;
        let reply = PageReply { lane, generation, cursor, at: self.now, date: None, took: Duration::ZERO, result };
        if let Arrival::Page(page, ..) = self.pager.arrived(reply, self.now) {
            let before = self.met.len();
            self.met.extend(page.jobs.iter().map(|job| job.id.text().raw().to_owned()));
            self.pager.progress(self.met.len() - before, self.met.len());
        }
        true
    }

    fn read_all(&mut self) {
        self.pager.read(Reach::Whole);
        while self.step() {
            assert!(self.sizes.len() < 2_000, "{:?} is asked without end", self.server);
        }
    }
}

fn servers() -> impl Strategy<Value = Server> {
    let pagings = prop::sample::select(vec![Paging::Row, Paging::Number, Paging::NumberTold]);
    let overs = prop::sample::select(vec![Over::Refuses, Over::Clamps, Over::Bursts]);
    (0..12_000_usize, pagings, 100..6_000_usize, overs).prop_map(|(jobs, paging, most, over)| Server {
        jobs,
        paging,
        most,
        over,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn every_job_is_met_whatever_the_tokens_mean_and_however_large_the_pages_are(
        server in servers(),
        ceiling in prop::option::weighted(0.3, 100..5_000_u16),
        scrolled in prop::collection::vec((any::<bool>(), 0..6_usize), 0..5),
    ) {
        let mut reader = Reader::new(server, ceiling);
        for (whole, pages) in scrolled {
            reader.pager.read(if whole { Reach::Whole } else { Reach::Some });
            for _ in 0..pages {
                reader.step();
            }
        }
        reader.read_all();
        prop_assert_eq!(reader.pager.tail(), &Tail::End);
        prop_assert_eq!(reader.met.len(), reader.server.jobs);
        prop_assert!(reader.sizes.iter().all(|size| ceiling.is_none_or(|ceiling| *size <= ceiling)));
    }
}

#[test]
fn scrolling_takes_pages_of_a_hundred_and_all_is_read_in_the_largest_that_are_taken() {
    let server = Server { jobs: 3_000, paging: Paging::Row, most: 1_000, over: Over::Refuses };
    let mut reader = Reader::new(server, None);
    (0..3).for_each(|_| assert!(reader.step()));
    assert_eq!(reader.sizes, [100, 100, 100]);
    reader.read_all();
    assert_eq!(reader.sizes[3..], [5_000, 2_500, 1_250, 625, 625, 625, 625, 625]);
    reader.pager.restart(Query::default());
    reader.met.clear();
    reader.sizes.clear();
    reader.read_all();
    assert_eq!(reader.sizes, [625; 5], "another list of the session knows it");
}

#[test]
fn what_does_not_come_in_time_comes_in_smaller_pages() {
    let mut reader = Reader::new(Server { jobs: 700, paging: Paging::Row, most: 400, over: Over::TooSlow }, None);
    reader.read_all();
    assert_eq!(reader.sizes, [5_000, 1_250, 312, 312, 312]);
    assert_eq!((reader.met.len(), reader.pager.trouble()), (700, None));
}

#[test]
fn a_page_that_is_known_by_its_number_is_not_asked_for_in_another_size() {
    let server = Server { jobs: 900, paging: Paging::NumberTold, most: 5_000, over: Over::Clamps };
    let mut reader = Reader::new(server, None);
    (0..3).for_each(|_| assert!(reader.step()));
    reader.read_all();
    assert_eq!(reader.sizes, [100, 100, 100, 5_000], "it begins from the top");
    assert_eq!(reader.met.len(), 900);
}

#[test]
fn pages_that_grew_stay_as_they_are_where_a_page_is_known_by_its_number() {
    let server = Server { jobs: 6_000, paging: Paging::NumberTold, most: 1_000, over: Over::Refuses };
    let mut reader = Reader::new(server, None);
    reader.pager.read(Reach::Whole);
    for _ in 0..6 {
        assert!(reader.step());
    }
    assert_eq!(reader.sizes, [5_000, 2_500, 1_250, 625, 625, 625]);
    reader.pager.read(Reach::Some);
    assert!(reader.step());
    assert_eq!(reader.sizes.last(), Some(&625), "a smaller one would be another page");
    assert_eq!(reader.met.len(), 4 * 625);
}

#[test]
fn what_is_under_way_is_not_asked_for_again_and_what_waits_is() {
    let now = DateTime::UNIX_EPOCH;
    let mut pager = Pager::new(Query::default(), None, 7);
    assert!(pager.order(now).is_some());
    assert!(pager.order(now).is_none() && pager.order_by_hand(now).is_none(), "it is under way");
    pager.hurry(now);
    assert!(matches!(pager.tail(), Tail::Loading(_)), "nor is it put back");
    let waiting =
        Attempt { cursor: Cursor::First, number: 2, not_before: Some(now + TimeDelta::seconds(9)), deadline: now };
    pager.tail = Tail::Loading(waiting.clone());
    pager.hurry(now);
    assert_eq!(pager.tail(), &Tail::More(Cursor::First), "one that waits need not");
    pager.tail = Tail::Loading(waiting);
    assert!(pager.order_by_hand(now).is_some_and(|request| request.delay.is_zero()));
}

#[test]
fn pages_whose_jobs_are_known_from_before_are_no_barren_ones() {
    let mut pager = Pager::new(Query::default(), None, 7);
    pager.familiar = 2;
    for page in 1..=2 + policy::EMPTY_PAGES {
        assert_eq!(pager.trouble(), None, "before page {page}");
        pager.progress(0, 10);
    }
    assert_eq!(pager.trouble().map(|error| &error.kind), Some(&ErrorKind::NoProgress));
    pager = Pager::new(Query::default(), None, 7);
    pager.familiar = 1;
    pager.progress(3, 13);
    assert_eq!(pager.familiar, 1, "a page with a new job was not known");
}
