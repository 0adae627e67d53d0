//! Readings of generated tenants, from servers that take a range of time for this or that: what windows bring is what one walk
//! brings, in its order, or all of the list was walked in the end.

mod speed;

use std::{collections::HashSet, time::Duration};

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::model::{Cursor, ErrorKind, SkipToken, Stage};

/// What a server takes the end of a range for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Range {
    /// Jobs that began before it; one that has not begun is in every range.
    Start,
    /// The same; one that has not begun is in none.
    Begun,
    /// Jobs that ended before it.
    Finish,
    /// Jobs that began before it, but for some that are forgotten in each range.
    Forgetful,
    /// The same, and the server counts them.
    Liar,
    /// Nothing: all jobs are in every range.
    Ignored,
}

const RANGES: [Range; 6] = [Range::Start, Range::Begun, Range::Finish, Range::Forgetful, Range::Liar, Range::Ignored];

/// A job: which, and seconds from the last start to its own, and to its end.
type Plan = (u32, i64, bool);

#[derive(Debug, Clone)]
struct Server {
    /// As they are listed.
    jobs: Vec<Job>,
    range: Range,
    most: usize,
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
}

impl Server {
    fn new(plans: &[Plan], range: Range, most: usize) -> Self {
        let mut start = 0;
        let jobs = plans.iter().enumerate().map(|(number, (gap, run, begun))| {
            start -= i64::from(*gap);
            let id = JobId::new(format!("FB20260101{:09}", number * 7 % 1_000_000));
            let started = begun.then(|| at(start));
            Job { started, finished: started.map(|started| started + TimeDelta::seconds(*run)), ..Job::new(id) }
        });
        let mut jobs: Vec<Job> = jobs.collect();
        // Newest first, and what has not begun at the top.
        jobs.sort_by_key(|job| std::cmp::Reverse(job.started.unwrap_or(DateTime::<Utc>::MAX_UTC)));
        Self { jobs, range, most }
    }

    fn lists(&self, job: &Job, to: DateTime<Utc>) -> bool {
        let before = |time: Option<DateTime<Utc>>| time.is_some_and(|time| time <= to);
        match self.range {
            Range::Start | Range::Forgetful | Range::Liar => job.started.is_none() || before(job.started),
            Range::Begun => before(job.started),
            Range::Finish => before(job.finished),
            Range::Ignored => true,
        }
    }

    fn page(&self, request: &PageRequest) -> Page {
        let to = request.query.to;
        let forgotten = |job: &Job| job.id.text().raw().bytes().map(u32::from).sum::<u32>() % 23 == 0;
        let mut list: Vec<&Job> = self.jobs.iter().filter(|job| to.is_none_or(|to| self.lists(job, to))).collect();
        let counted = list.len();
        if to.is_some() && matches!(self.range, Range::Forgetful | Range::Liar) {
            list.retain(|job| !forgotten(job));
        }
        let first = match &request.cursor {
            Cursor::First => 0,
            Cursor::After(token) => {
                list.iter().position(|job| job.id.text().raw() == token.encoded()).map_or(list.len(), |row| row + 1)
            }
        };
        let size = usize::from(request.page_size).min(self.most);
        let end = (first + size).min(list.len());
        let jobs: Vec<Job> = list[first.min(end)..end].iter().copied().cloned().collect();
        let next = jobs.last().filter(|_| end < list.len()).map(|job| SkipToken::new(job.id.text().raw()));
        let total = if self.range == Range::Liar { counted } else { list.len() };
        Page { jobs, total: Some(total as u64), next }
    }
}

fn dice(seed: u64) -> impl Iterator<Item = u32> {
    let next =
        |state: &u64| Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
    std::iter::successors(next(&seed), next).map(|state| (state >> 33) as u32)
}

struct Told {
    ids: Vec<JobId>,
    reading: Reading,
    requests: usize,
    /// The most that were under way at once.
    side_by_side: usize,
    /// Rows that came with the rows above them.
    ordered: bool,
}

/// Reads all; `dice` say which request is answered next, and whether it fails.
fn read(server: &Server, size: u16, walks: Walks, dice: &mut impl Iterator<Item = u32>, failing: bool) -> Told {
    let mut reading = Reading::new(Query::default(), Some(size), 1, Reach::Whole, walks);
    let mut told = Vec::new();
    let (mut now, mut under_way, mut requests, mut side_by_side) = (at(10), Vec::new(), 0, 0);
    let mut answered = HashSet::new();
    loop {
        while let Some(order) = reading.order(now) {
            under_way.push(order);
        }
        // To tell the server to wait is to wait: what is sent while the gate is closed waits behind it.
        side_by_side = side_by_side.max(under_way.len());
        if under_way.is_empty() {
            assert!(!reading.pager.windows.carries(), "nobody goes on");
            break;
        }
        requests += 1;
        assert!(requests < 20_000, "it does not end");
        let roll = dice.next().unwrap_or(0);
        let request: PageRequest = under_way.swap_remove(roll as usize % under_way.len());
        now += TimeDelta::from_std(request.delay).unwrap() + TimeDelta::milliseconds(50);
        let result = match roll / 97 % 40 {
            0 if failing => Err(ErrorKind::Throttled(Some(Duration::from_secs(1)))),
            1 if failing => Err(ErrorKind::Server(502, None)),
            2 if failing => Err(ErrorKind::Timeout(Stage::Connect)),
            _ => Ok(server.page(&request)),
        };
        if let Lane::Window(crate::model::Ticket { window, .. }) = request.lane {
            assert!(answered.insert((window, request.cursor.clone())), "the same page of a window twice");
        }
        let PageRequest { lane, generation, cursor, .. } = request;
        let (result, took) = (result.map_err(ApiError::new), Duration::from_millis(50));
        let reply = PageReply { lane, generation, cursor, at: now, date: None, took, result };
        for Brought { jobs, fresh } in reading.arrived(reply, now) {
            told.extend(jobs.into_iter().zip(fresh).filter(|(_, fresh)| *fresh).map(|(job, _)| job.id));
        }
    }
    let place = |id: &JobId| server.jobs.iter().position(|job| job.id == *id);
    let ordered = told.is_sorted_by_key(place);
    Told { ids: told, reading, requests, side_by_side, ordered }
}

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let gap = prop_oneof![3 => Just(0_u32), 4 => 1..60_u32, 2 => 60..4_000_u32, 1 => 4_000..400_000_u32];
    let run = prop_oneof![8 => 1..1_800_i64, 2 => 1_800..40_000_i64, 1 => 40_000..900_000_i64];
    let begun = prop::bool::weighted(0.995);
    // Bursts: one gap for several jobs in a row.
    let burst = (gap, prop::collection::vec((run, begun), 1..40));
    prop::collection::vec(burst, 0..60).prop_map(|bursts| {
        let jobs =
            bursts.into_iter().flat_map(|(gap, jobs)| jobs.into_iter().map(move |(run, begun)| (gap, run, begun)));
        jobs.take(600).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn windows_bring_what_one_walk_brings_in_its_order_or_all_is_walked_in_the_end(
        plans in plans(),
        range in prop::sample::select(RANGES.to_vec()),
        size in 2..12_u16,
        most in 2..30_usize,
        failing: bool,
        seed: u64,
    ) {
        let server = Server::new(&plans, range, most);
        let all: Vec<JobId> = server.jobs.iter().map(|job| job.id.clone()).collect();
        let one = read(&server, size, Walks::One, &mut std::iter::repeat(7 * 97), false);
        prop_assert_eq!(&one.ids, &all);
        let told = read(&server, size, Walks::Several, &mut dice(seed), failing);
        let unique: HashSet<&JobId> = told.ids.iter().collect();
        prop_assert_eq!(unique.len(), told.ids.len(), "none twice");
        prop_assert!(told.ordered || told.reading.pager.windows.walked_whole, "{:?}", range);
        let complete = told.reading.failure().is_none() && matches!(told.reading.coverage(), Coverage::All(_));
        // Where the last look at a server that fails did not come, all may be there without its being known.
        prop_assert!(!complete || told.ids.len() == all.len(), "{} of {}", told.ids.len(), all.len());
        prop_assert!(complete || failing, "{} of {}, {:?}", told.ids.len(), all.len(), told.reading.failure());
        if complete && !told.reading.pager.windows.walked_whole {
            prop_assert_eq!(&told.ids, &all);
        }
        prop_assert!(!told.reading.pager.windows.walked_whole || range == Range::Liar || failing, "{:?}", range);
        // One that waits at the gate, or whose answer is needed no more, may be beside them.
        prop_assert!(told.side_by_side <= policy::LANES_MAX + 1);
    }
}

/// A tenant with as many jobs by day as at night.
fn steady(jobs: u32) -> Vec<Plan> {
    (0..jobs).map(|number| (40 + number * 13 % 41, 300, true)).collect()
}

/// One that works at night.
fn nightly(jobs: u32) -> Vec<Plan> {
    (0..jobs)
        .map(|number| if number % 200 == 0 { (80_000, 300, true) } else { (number * 13 % 41, 300, true) })
        .collect()
}

/// How many requests were sent at once, each time that all before them had been answered.
fn rounds(plans: &[Plan], range: Range, size: u16) -> Vec<usize> {
    let server = Server::new(plans, range, size.into());
    let mut reading = Reading::new(Query::default(), Some(size), 1, Reach::Whole, Walks::Several);
    let (mut rounds, mut now) = (Vec::new(), at(10));
    loop {
        let orders: Vec<_> = std::iter::from_fn(|| reading.order(now)).collect();
        if orders.is_empty() {
            break;
        }
        rounds.push(orders.len());
        now += TimeDelta::milliseconds(50);
        for request in orders {
            let page = server.page(&request);
            let PageRequest { lane, generation, cursor, .. } = request;
            let took = Duration::from_millis(50);
            let reply = PageReply { lane, generation, cursor, at: now, date: None, took, result: Ok(page) };
            reading.arrived(reply, now);
        }
    }
    assert!(matches!(reading.coverage(), Coverage::All(all) if all == plans.len() as u64));
    rounds
}

#[test]
fn a_look_that_fails_while_the_last_pages_come_is_taken_after_them() {
    // Beside the last pages of so many jobs there is room for it.
    let jobs = 590;
    for (failing, looks) in [(0, 1), (1, 2), (3, 4), (30, 6)] {
        let server = Server::new(&steady(jobs), Range::Start, 10);
        let mut reading = Reading::new(Query::default(), Some(10), 1, Reach::Whole, Walks::Several);
        let (mut looked, mut before_the_end, mut now) = (0, false, at(10));
        loop {
            let orders: Vec<_> = std::iter::from_fn(|| reading.order(now)).collect();
            if orders.is_empty() {
                break;
            }
            before_the_end |= orders.len() > 1 && orders.iter().any(|request| request.lane == Lane::Refresh);
            for request in orders {
                now += TimeDelta::from_std(request.delay).unwrap() + TimeDelta::milliseconds(5);
                looked += usize::from(request.lane == Lane::Refresh);
                let fails = request.lane == Lane::Refresh && looked <= failing;
                let result = if fails { Err(ApiError::new(ErrorKind::Offline)) } else { Ok(server.page(&request)) };
                let PageRequest { lane, generation, cursor, .. } = request;
                let took = Duration::from_millis(50);
                reading.arrived(PageReply { lane, generation, cursor, at: now, date: None, took, result }, now);
            }
        }
        assert!(before_the_end && reading.failure().is_none());
        assert_eq!(looked, looks, "of which {failing} fail");
        assert_eq!(reading.coverage(), Coverage::All(jobs.into()));
    }
}

#[test]
fn the_top_is_looked_at_once_while_the_last_pages_come() {
    let server = Server::new(&steady(600), Range::Start, 10);
    let mut reading = Reading::new(Query::default(), Some(10), 1, Reach::Whole, Walks::Several);
    let (mut under_way, mut looks, mut now) = (Vec::new(), Vec::new(), at(10));
    loop {
        under_way.extend(std::iter::from_fn(|| reading.order(now)));
        // A look is answered before all else.
        let Some(next) = (0..under_way.len()).min_by_key(|at| under_way[*at].lane != Lane::Refresh) else { break };
        let request: PageRequest = under_way.remove(next);
        looks.extend((request.lane == Lane::Refresh).then_some(under_way.len()));
        assert!(looks.len() <= 1, "{looks:?} others were under way");
        now += TimeDelta::milliseconds(50);
        let page = server.page(&request);
        let PageRequest { lane, generation, cursor, .. } = request;
        let took = Duration::from_millis(50);
        reading.arrived(PageReply { lane, generation, cursor, at: now, date: None, took, result: Ok(page) }, now);
    }
    assert!(looks[0] > 0, "it waits for the last pages");
    assert_eq!(reading.coverage(), Coverage::All(600));
}

/// How many requests one walk would have had to wait for, for each that had to be waited for side by side.
fn gain(plans: &[Plan], range: Range) -> f64 {
    let rounds = rounds(plans, range, 10);
    plans.len() as f64 / 10.0 / rounds.len() as f64
}

#[test]
fn eight_walks_take_little_more_than_an_eighth_of_the_time() {
    for (plans, least) in [(steady(20_000), 7.6), (nightly(20_000), 6.4), (steady(2_000), 6.0)] {
        let gain = gain(&plans, Range::Start);
        assert!(gain >= least, "{gain}");
    }
}

#[test]
fn where_ranges_are_not_what_windows_need_it_takes_hardly_longer_than_one_walk() {
    let long: Vec<Plan> = (0..2_000).map(|number| (40, i64::from(number * 7_919 % 300_000), true)).collect();
    for range in RANGES {
        let gain = gain(&long, range);
        assert!(gain > 0.85 || range == Range::Liar, "{range:?}: {gain}");
    }
}

#[test]
fn a_short_list_and_pages_that_come_at_once_are_read_by_one_walk() {
    let server = Server::new(&steady(200), Range::Start, 10);
    let told = read(&server, 10, Walks::Several, &mut std::iter::repeat(7 * 97), false);
    assert_eq!((told.side_by_side, told.requests), (1, 20));
}

fn answered(reading: &mut Reading, order: &PageRequest, result: Result<Page, ApiError>) {
    let PageRequest { lane, generation, cursor, .. } = order.clone();
    let reply = PageReply { lane, generation, cursor, at: at(0), date: None, took: Duration::ZERO, result };
    reading.arrived(reply, at(0));
}

/// Two jobs, the last ones of a list in which the server counts three.
fn lacking() -> Page {
    Page { jobs: ["1", "2"].map(|id| Job::new(JobId::new(id))).to_vec(), total: Some(3), next: None }
}

#[test]
fn a_reading_knows_whether_it_has_begun_how_many_there_are_and_what_broke_it_off() {
    let mut reading = Reading::new(Query::default(), None, 1, Reach::Whole, Walks::One);
    assert_eq!((reading.has_begun(), reading.total(), reading.failure()), (false, None, None));
    let order = reading.order(at(0)).unwrap();
    answered(&mut reading, &order, Ok(Page { next: Some(SkipToken::new("a")), ..lacking() }));
    assert_eq!((reading.has_begun(), reading.total(), reading.failure()), (true, Some(3), None));
    let order = reading.order(at(0)).unwrap();
    answered(&mut reading, &order, Err(ApiError::new(ErrorKind::Forbidden)));
    assert_eq!(reading.failure().map(|error| &error.kind), Some(&ErrorKind::Forbidden));
    assert!(reading.order(at(0)).is_none());
}

#[test]
fn half_a_minute_is_waited_for_where_the_server_asks_for_it_and_longer_is_a_failure_for_good() {
    for (seconds, is_waited_for) in [(30, true), (31, false)] {
        let mut reading = Reading::new(Query::default(), None, 1, Reach::Whole, Walks::One);
        let kind = ErrorKind::Throttled(Some(Duration::from_secs(seconds)));
        reading.pager.heard(&ApiError::new(kind.clone()), at(0));
        let delay = reading.order(at(0)).map(|order| order.delay.as_secs());
        assert_eq!(delay, is_waited_for.then_some(seconds));
        let failure = reading.failure().map(|error| error.kind.clone());
        assert_eq!(failure, (!is_waited_for).then_some(kind));
        assert!(reading.order(at(3_600)).is_none(), "it is under way, or given up");
    }
}

#[test]
fn what_is_missing_at_the_end_is_looked_for_at_the_top_once() {
    let mut reading = Reading::new(Query::default(), None, 1, Reach::Whole, Walks::One);
    let order = reading.order(at(0)).unwrap();
    answered(&mut reading, &order, Ok(lacking()));
    let again = reading.order(at(0)).unwrap();
    assert_eq!((again.lane, &again.cursor), (Lane::Refresh, &Cursor::First));
    answered(&mut reading, &again, Ok(lacking()));
    assert!(reading.order(at(0)).is_none());
    assert_eq!((reading.coverage(), reading.failure()), (Coverage::Missing(2, 3), None));
}

#[test]
fn a_page_of_a_window_is_a_good_answer_and_a_failed_one_is_none() {
    let server = Server::new(&steady(2_000), Range::Start, 10);
    let mut reading = Reading::new(Query::default(), Some(10), 1, Reach::Whole, Walks::Several);
    let (mut now, mut good, mut bad) = (at(10), 0, 0);
    while let Some(orders) =
        Some(std::iter::from_fn(|| reading.order(now)).collect::<Vec<_>>()).filter(|it| !it.is_empty())
    {
        for request in orders {
            now += TimeDelta::milliseconds(50);
            let fails = matches!(request.lane, Lane::Window(_)) && good + bad == 4;
            let result = if fails { Err(ApiError::new(ErrorKind::Offline)) } else { Ok(server.page(&request)) };
            let before = reading.pager.as_of();
            let PageRequest { lane, generation, cursor, .. } = request;
            let took = Duration::from_millis(50);
            reading.arrived(PageReply { lane, generation, cursor, at: now, date: None, took, result }, now);
            if matches!(lane, Lane::Window(_)) {
                assert_eq!(reading.pager.as_of(), if fails { before } else { Some(now) });
                (good, bad) = (good + u32::from(!fails), bad + u32::from(fails));
            }
        }
    }
    assert!(good > 10 && bad == 1, "{good}, {bad}");
}
