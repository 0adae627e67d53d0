//! The walk down a list, page after page, for whoever takes its jobs: the pager says what to ask for and whether to try again,
//! the clock waits. It keeps no job, only what it takes to know one again.

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
};

use chrono::{DateTime, Utc};

use super::{Errand, Trouble, archive::Archive, progress::Progress};
use crate::{
    clock::{self, Stopwatch},
    filter::Predicate,
    format,
    model::{ApiError, ErrorKind, Job, JobId, Lane, Page, PageReply, PageRequest, Query},
    pager::{Arrival, Call, Coverage, Pager, Reach, Tail},
    policy,
    store::{Lens, Store},
};

/// A walk.
pub(super) struct Walk<'a> {
    errand: &'a Errand,
    pager: Pager,
    seen: Seen,
    archive: Option<Archive>,
    pub(super) progress: Progress,
    failure: Option<ApiError>,
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
        let mut pager = Pager::new(query, errand.page_size, errand.seed);
        pager.read(reach);
        Self { errand, pager, seen: Seen::default(), archive, progress: Progress::new(errand.progress), failure: None }
    }

    /// The next page; none at the end, or where it cannot be had.
    pub(super) async fn next(&mut self) -> Result<Option<Arrived>, Trouble> {
        while let Some(request) = self.order() {
            let reply = self.ask(request).await?;
            let at = reply.at;
            match self.pager.arrived(reply, at) {
                Arrival::Page(page, lane, _) => {
                    let arrived = self.take_in(page, lane, at);
                    self.progress.show(self.loaded(), self.pager.total());
                    return Ok(Some(arrived));
                }
                Arrival::Failed | Arrival::Dropped => {}
            }
        }
        self.progress.clear();
        if let Tail::Failed(_, error) = self.pager.tail() {
            self.failure.get_or_insert_with(|| error.clone());
        }
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

    /// How many different jobs came.
    pub(super) fn loaded(&self) -> usize {
        self.seen.ids.len()
    }

    /// How many jobs the server counts.
    pub(super) fn total(&self) -> Option<u64> {
        self.pager.total()
    }

    /// Whether any page came.
    pub(super) fn has_begun(&self) -> bool {
        self.pager.pages() > 0
    }

    /// Why the list that was walked to its end is not whole, if it is not, and what can be done.
    pub(super) fn shortfall(&self) -> Option<String> {
        let of = self.total().map_or(String::new(), |total| format!(" of {}", format::count(total)));
        let loaded = format::count(self.loaded() as u64);
        if let Some(error) = &self.failure {
            let advice = match error.kind {
                ErrorKind::Loop | ErrorKind::NoProgress => "Narrow the range, or try again.",
                _ => error.advice(),
            };
            let read = if self.has_begun() { format!("only {loaded}{of} jobs") } else { "no jobs".to_owned() };
            return Some(format!("{read} could be read: {error}\n{advice}"));
        }
        match self.pager.coverage(self.loaded()) {
            Coverage::Missing(..) => Some(format!(
                "the list has ended after {loaded}{of} jobs: the server counts more than it gave\nTry again, or narrow the range."
            )),
            _ => None,
        }
    }

    /// Whether it broke off, so that what is below is not known.
    pub(super) fn broke_off(&self) -> bool {
        self.failure.is_some()
    }

    fn order(&mut self) -> Option<PageRequest> {
        let now = self.errand.clock.now();
        if self.failure.is_some() {
            return None;
        }
        let request = self.pager.order(now).or_else(|| self.order_recheck(now))?;
        if request.delay > policy::WAIT_MAX {
            self.failure = self.pager.trouble().cloned();
            return None;
        }
        Some(request)
    }

    /// Jobs that are missing at the end may have come in at the top meanwhile: they are looked for there, once.
    fn order_recheck(&mut self, now: DateTime<Utc>) -> Option<PageRequest> {
        if *self.pager.tail() != Tail::End {
            return None;
        }
        if !self.pager.refresh().is_idle() {
            return self.pager.order_refresh_again(now).or_else(|| self.pager.order_refresh_next(now));
        }
        let missing = matches!(self.pager.coverage(self.loaded()), Coverage::Missing(..));
        let again = missing && self.pager.recheck();
        again.then(|| self.pager.order_refresh(now, Call::ByHand, HashSet::new()))
    }

    async fn ask(&mut self, request: PageRequest) -> Result<PageReply, Trouble> {
        let Errand { client, clock, .. } = self.errand;
        client.tell_retry(request.attempt, request.delay);
        let client = client.on_try(request.attempt);
        if !request.delay.is_zero() {
            clock::sleep(request.delay).await;
        }
        let watch = Stopwatch::start();
        let exchange = async {
            match self.archive {
                None => (client.page(&request.query, &request.cursor, request.page_size).await, None),
                Some(_) => client.page_and_body(&request.query, &request.cursor, request.page_size).await,
            }
        };
        let in_time = clock::within(request.patience, exchange).await;
        let (result, body) = in_time.unwrap_or_else(|| (Err(client.out_of_time()), None));
        let took = watch.elapsed();
        if let (Some(archive), Some(body)) = (&mut self.archive, body) {
            archive.keep(&body)?;
        }
        let PageRequest { lane, generation, cursor, .. } = request;
        Ok(PageReply { lane, generation, cursor, at: clock.now(), took, result })
    }

    fn take_in(&mut self, page: Page, lane: Lane, at: DateTime<Utc>) -> Arrived {
        let fresh: Vec<bool> = page.jobs.iter().map(|job| self.seen.insert(&job.id)).collect();
        let held = self.loaded();
        match lane {
            Lane::View => self.pager.progress(fresh.iter().filter(|fresh| **fresh).count(), held),
            Lane::Refresh => {
                let ids: Vec<JobId> = page.jobs.iter().map(|job| job.id.clone()).collect();
                let added = ids.iter().zip(&fresh).filter(|(_, fresh)| **fresh).map(|(id, _)| id.clone()).collect();
                self.pager.refreshed(&ids, added, page.next);
            }
        }
        Arrived { jobs: page.jobs, fresh, at }
    }
}

/// Lends each job that a store shows.
pub(super) fn each_shown(store: &Store, mut take: impl FnMut(&Job)) {
    for row in store.shown().iter() {
        take(&store.job(row));
    }
}

/// The jobs that were met, by 128 bits of each id: two of a million alike are not to be expected in the life of the universe.
#[derive(Default)]
struct Seen {
    ids: HashSet<u128>,
    keys: [RandomState; 2],
}

impl Seen {
    /// Whether it is met for the first time.
    fn insert(&mut self, id: &JobId) -> bool {
        let [high, low] = self.keys.each_ref().map(|key| u128::from(key.hash_one(id)));
        self.ids.insert(high << 64 | low)
    }
}
