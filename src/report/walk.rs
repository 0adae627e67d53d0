//! The walk down a list, page after page, for whoever takes its jobs: the pager says what to ask for and whether to try again,
//! the clock waits. It keeps no job, only what it takes to know one again.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use tokio::task::{JoinError, JoinSet};

use super::{Errand, Trouble, archive::Archive, progress::Progress};
use crate::{
    api::Client,
    clock::{self, Clock, Stopwatch},
    filter::Predicate,
    format,
    model::{ErrorKind, Job, PageReply, PageRequest, Query},
    pager::{Brought, Coverage, Reach, Reading, Walks},
    policy,
    store::{Lens, Store},
};

/// A walk.
pub(super) struct Walk<'a> {
    errand: &'a Errand,
    client: Client,
    reading: Reading,
    reach: Reach,
    under_way: JoinSet<Answer>,
    /// What has come and was not taken yet.
    arrived: VecDeque<Arrived>,
    archive: Option<Archive>,
    pub(super) progress: Progress,
}

/// What came for an order, and its body, where that is to be kept.
struct Answer {
    reply: PageReply,
    body: Option<Vec<u8>>,
}

/// A page's jobs.
pub(super) struct Arrived {
    /// All of them.
    pub(super) jobs: Vec<Job>,
    /// Of each, whether it is met for the first time.
    pub(super) fresh: Vec<bool>,
    /// When they came.
    pub(super) at: DateTime<Utc>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(errand: &'a Errand, query: Query, reach: Reach, archive: Option<Archive>) -> Self {
        // Answers are kept in the order of the list.
        let walks = if archive.is_some() { Walks::One } else { Walks::Several };
        let reading = Reading::new(query, errand.page_size, errand.seed, reach, walks);
        let (under_way, arrived, progress) = (JoinSet::new(), VecDeque::new(), Progress::new(errand.progress));
        Self { errand, client: errand.client.clone(), reading, reach, under_way, arrived, archive, progress }
    }

    /// The next page; none at the end, or where it cannot be had.
    pub(super) async fn next(&mut self) -> Result<Option<Arrived>, Trouble> {
        loop {
            // What has come meanwhile is followed up before anything is written, unless too much waits to be.
            while self.arrived.len() < policy::PAGES_AHEAD
                && let Some(answer) = self.under_way.try_join_next()
            {
                self.receive(answer)?;
            }
            if let Some(arrived) = self.arrived.pop_front() {
                if self.reach == Reach::Whole {
                    // While these rows are written, the next ones come.
                    self.send();
                }
                self.progress.show(self.loaded(), self.total());
                return Ok(Some(arrived));
            }
            self.send();
            let Some(answer) = self.under_way.join_next().await else { break };
            self.receive(answer)?;
        }
        self.progress.clear();
        Ok(None)
    }

    /// All of the list, the newest observation of each job; as much as came.
    pub(super) async fn load(&mut self, predicate: Predicate) -> Result<Store, Trouble> {
        let mut store = Store::default();
        while let Some(page) = self.next().await? {
            store.upsert(page.jobs, page.at);
        }
        store.look_through(Lens { predicate, ..Lens::default() });
        Ok(store)
    }

    /// Whether the next page has come already.
    pub(super) fn has_more_at_hand(&self) -> bool {
        !self.arrived.is_empty()
    }

    /// How many different jobs came.
    pub(super) fn loaded(&self) -> usize {
        self.reading.loaded()
    }

    /// How many jobs the server counts.
    pub(super) fn total(&self) -> Option<u64> {
        self.reading.total()
    }

    /// Whether any page came.
    pub(super) fn has_begun(&self) -> bool {
        self.reading.has_begun()
    }

    /// Why the list that was walked to its end is not whole, if it is not, and what can be done.
    pub(super) fn shortfall(&self) -> Option<String> {
        let of = self.total().map_or(String::new(), |total| format!(" of {}", format::count(total)));
        let loaded = format::count(self.loaded() as u64);
        if let Some(error) = self.reading.failure() {
            let advice = match error.kind {
                ErrorKind::Loop | ErrorKind::NoProgress => "Narrow the range, or try again.",
                _ => error.advice(),
            };
            let read = if self.has_begun() { format!("only {loaded}{of} jobs") } else { "no jobs".to_owned() };
            return Some(format!("{read} could be read: {error}\n{advice}"));
        }
        match self.reading.coverage() {
            Coverage::Missing(..) => Some(format!(
                "the list has ended after {loaded}{of} jobs: the server counts more than it gave\nTry again, or narrow the range."
            )),
            _ => None,
        }
    }

    /// Whether it broke off, so that what is below is not known.
    pub(super) fn broke_off(&self) -> bool {
        self.reading.failure().is_some()
    }

    /// Sends all that may be sent now.
    fn send(&mut self) {
        while let Some(request) = self.reading.order(self.errand.clock.now()) {
            let (client, clock, keeps) = (self.client.clone(), self.errand.clock, self.archive.is_some());
            self.under_way.spawn(exchange(client, clock, request, keeps));
        }
    }

    fn receive(&mut self, answer: Result<Answer, JoinError>) -> Result<(), Trouble> {
        let broken = |_| Trouble::Failed("a part of jobtop has broken".to_owned());
        let Answer { reply, body } = answer.map_err(broken)?;
        if let (Some(archive), Some(body)) = (&mut self.archive, body) {
            archive.keep(&body)?;
        }
        if reply.result.as_ref().is_err_and(|error| matches!(error.kind, ErrorKind::Timeout(_))) {
            // What else is open leads to the same silence.
            self.client = self.client.reconnected();
        }
        let at = reply.at;
        let brought = self.reading.arrived(reply, at);
        self.arrived.extend(brought.into_iter().map(|Brought { jobs, fresh }| Arrived { jobs, fresh, at }));
        Ok(())
    }
}

/// Asks for a page, when its time has come.
async fn exchange(client: Client, clock: Clock, request: PageRequest, keeps: bool) -> Answer {
    client.tell_retry(request.attempt, request.delay);
    let client = client.on_try(request.attempt);
    if !request.delay.is_zero() {
        clock::sleep(request.delay).await;
    }
    let watch = Stopwatch::start();
    let exchange = async {
        if keeps {
            client.page_and_body(&request.query, &request.cursor, request.page_size).await
        } else {
            (client.page(&request.query, &request.cursor, request.page_size).await, None)
        }
    };
    let in_time = clock::within(request.patience, exchange).await;
    let (result, body) = in_time.unwrap_or_else(|| (Err(client.out_of_time()), None));
    let took = watch.elapsed();
    let PageRequest { lane, generation, cursor, .. } = request;
    Answer { reply: PageReply { lane, generation, cursor, at: clock.now(), date: None, took, result }, body }
}

/// Lends each job that a store shows.
pub(super) fn each_shown(store: &Store, mut take: impl FnMut(&Job)) {
    for row in store.shown().iter() {
        take(&store.job(row));
    }
}
