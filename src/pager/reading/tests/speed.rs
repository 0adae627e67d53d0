//! How many requests a long list takes side by side, how long they last where some answers take longer than others, and how many
//! rows wait for their turn: `cargo test --lib speed -- --nocapture` prints them.

use std::collections::HashMap;

use super::*;

/// A tenant of jobs that have all begun, which has a page ready at once however long the list is.
struct Tenant {
    jobs: Vec<Job>,
    places: HashMap<JobId, usize>,
}

impl Tenant {
    fn new(plans: &[Plan]) -> Self {
        let Server { jobs, .. } = Server::new(plans, Range::Start, 1);
        let places = jobs.iter().enumerate().map(|(place, job)| (job.id.clone(), place)).collect();
        Self { jobs, places }
    }

    fn page(&self, request: &PageRequest) -> Page {
        let top = request.query.to.map_or(0, |to| self.jobs.partition_point(|job| job.started > Some(to)));
        let first = match &request.cursor {
            Cursor::First => top,
            Cursor::After(token) => self.places[&JobId::new(token.encoded())] + 1,
        };
        let end = (first + usize::from(request.page_size)).min(self.jobs.len());
        let jobs = self.jobs[first..end].to_vec();
        let next = jobs.last().filter(|_| end < self.jobs.len()).map(|job| SkipToken::new(job.id.text().raw()));
        Page { jobs, total: Some((self.jobs.len() - top) as u64), next }
    }
}

/// What reading all of a list takes.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Taken {
    requests: usize,
    /// In answers that take as long as they do on average.
    rounds: f64,
    /// The most rows that waited.
    held: usize,
}

/// Each answer takes 50 ms and up to so many more.
fn read(tenant: &Tenant, size: u16, longer: u32, seed: u64) -> Taken {
    let mut reading = Reading::new(Query::default(), Some(size), 1, Reach::Whole, Walks::Several);
    let (mut requests, mut held, mut now, mut dice) = (0, 0, at(10), dice(seed));
    let mut under_way: Vec<(DateTime<Utc>, Duration, PageRequest)> = Vec::new();
    loop {
        for request in std::iter::from_fn(|| reading.order(now)) {
            requests += 1;
            let took = Duration::from_millis(50 + u64::from(dice.next().unwrap_or(0) % (longer + 1)));
            under_way.push((now + took, took, request));
        }
        let Some(next) = (0..under_way.len()).min_by_key(|place| under_way[*place].0) else { break };
        let (answered, took, request) = under_way.swap_remove(next);
        now = answered;
        let page = tenant.page(&request);
        let PageRequest { lane, generation, cursor, .. } = request;
        reading.arrived(PageReply { lane, generation, cursor, at: now, date: None, took, result: Ok(page) }, now);
        held = held.max(reading.pager.windows.held());
    }
    assert!(matches!(reading.coverage(), Coverage::All(all) if all == tenant.jobs.len() as u64));
    let rounds = (now - at(10)).num_milliseconds() as f64 / (50.0 + f64::from(longer) / 2.0);
    Taken { requests, rounds, held }
}

/// The mean of some readings, and the most rows that waited in any of them.
fn mean(tenant: &Tenant, size: u16, longer: u32) -> (f64, f64, usize) {
    let seeds = if longer == 0 { 1 } else { 5 };
    let taken: Vec<Taken> = (0..seeds).map(|seed| read(tenant, size, longer, seed * 7_919 + 7)).collect();
    let mean = |of: fn(&Taken) -> f64| taken.iter().map(of).sum::<f64>() / taken.len() as f64;
    let held = taken.iter().map(|taken| taken.held).max().unwrap();
    (mean(|taken| taken.requests as f64), mean(|taken| taken.rounds), held)
}

#[test]
fn few_pages_come_twice_all_lanes_work_to_the_end_and_no_more_rows_wait_than_may() {
    println!("tenant     jobs  page  ms longer  requests  rounds  rows held");
    for (jobs, size, evenly, by_night) in [
        (100_000, 1_000, (104.5, 14.5), (129.0, 18.0)),
        (60_000, 1_000, (63.5, 9.6), (79.0, 11.8)),
        (100_000, 100, (1_009.0, 127.6), (1_099.0, 140.0)),
        (20_000, 100, (205.5, 27.2), (245.0, 33.4)),
        (4_000, 10, (414.0, 53.5), (446.0, 58.0)),
    ] {
        for (name, plans, most) in [("steady", steady(jobs), evenly), ("nightly", nightly(jobs), by_night)] {
            let tenant = Tenant::new(&plans);
            for longer in [0, 7, 40] {
                let (requests, rounds, held) = mean(&tenant, size, longer);
                println!("{name:8} {jobs:6} {size:5} {longer:10} {requests:9.1} {rounds:7.1} {held:10}");
                let told = format!("{name}, {jobs} by {size}, {longer} ms longer: {requests} requests, {rounds}");
                assert!(requests <= most.0 && rounds <= most.1, "{told}");
                assert!(held <= policy::WINDOW_ROWS_HELD + 8 * usize::from(size), "{told}: {held}");
            }
        }
    }
}
