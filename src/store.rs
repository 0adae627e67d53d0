//! The loaded jobs, unique by id, and the order they are shown in: a lens (predicate and sort) over row numbers that is
//! kept up to date as jobs arrive. It knows neither pages nor HTTP nor the screen.

mod order;

use std::{
    cmp::Ordering,
    collections::{HashMap, HashSet},
};

use chrono::{DateTime, Utc};

pub use order::{Column, Direction, Sort};

use crate::{
    filter::Predicate,
    model::{Job, JobId, JobType},
};

/// A job's place in the store, stable until the store is emptied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowNo(u32);

/// What is shown, and in which order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lens {
    /// Which jobs.
    pub predicate: Predicate,
    /// By which column; none: the newest first.
    pub sort: Option<Sort>,
}

/// What an arrival changed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Merged {
    /// Rows that were not here before.
    pub added: Vec<RowNo>,
    /// Rows that were here and now say something else, as they were.
    pub replaced: Vec<(RowNo, Job)>,
}

/// The loaded jobs.
#[derive(Debug, Clone, Default)]
pub struct Store {
    jobs: Vec<Job>,
    rows: HashMap<JobId, RowNo>,
    runs: HashMap<JobType, Vec<RowNo>>,
    unfinished: HashSet<RowNo>,
    lens: Lens,
    as_of: DateTime<Utc>,
    shown: Vec<RowNo>,
}

impl Store {
    /// How many jobs are loaded.
    pub fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    /// The job of a row.
    pub fn job(&self, row: RowNo) -> &Job {
        &self.jobs[row.0 as usize]
    }

    /// The row of a job.
    pub fn row(&self, id: &JobId) -> Option<RowNo> {
        self.rows.get(id).copied()
    }

    /// All loaded jobs, in the order of their arrival.
    pub fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.jobs.iter()
    }

    /// The rows that pass the lens, in its order.
    pub fn shown(&self) -> &[RowNo] {
        &self.shown
    }

    /// The lens.
    pub fn lens(&self) -> &Lens {
        &self.lens
    }

    /// The time that elapsed times count to: that of the last answer.
    pub fn as_of(&self) -> DateTime<Utc> {
        self.as_of
    }

    /// Where a row stands among those shown.
    pub fn position(&self, row: RowNo) -> Option<usize> {
        self.shown.binary_search_by(|other| self.compare(*other, row)).ok()
    }

    /// The runs of a type, the newest first.
    pub fn runs(&self, job_type: JobType) -> &[RowNo] {
        self.runs.get(&job_type).map_or(&[], Vec::as_slice)
    }

    /// Where a row stands among the runs of its type.
    pub fn run_position(&self, row: RowNo) -> Option<usize> {
        let runs = self.runs(self.job(row).job_type?);
        runs.binary_search_by(|other| newest_first(&self.jobs, *other, row)).ok()
    }

    /// The ids of the jobs that can still change.
    pub fn unfinished(&self) -> impl Iterator<Item = &JobId> {
        self.unfinished.iter().map(|row| &self.job(*row).id)
    }

    /// Looks through another lens. Linear in the loaded jobs.
    pub fn look_through(&mut self, lens: Lens) {
        if self.lens == lens {
            return;
        }
        let narrowed = lens.predicate != self.lens.predicate;
        self.lens = lens;
        if narrowed {
            let lens = &self.lens;
            self.shown = all_rows(&self.jobs).filter(|row| lens.predicate.holds(&self.jobs[row.0 as usize])).collect();
        }
        self.sort_shown();
    }

    /// Takes jobs in: a job that is here already is replaced by its newer observation.
    pub fn upsert(&mut self, jobs: Vec<Job>, at: DateTime<Utc>) -> Merged {
        // Not the latest of all: a clock may be set back.
        self.as_of = at;
        let mut merged = Merged::default();
        for job in jobs {
            match self.rows.get(&job.id) {
                Some(row) if self.job(*row) == &job => {}
                Some(row) => self.replace(*row, job, &mut merged),
                None => self.add(job, &mut merged),
            }
        }
        self.show(&merged);
        merged
    }

    /// Forgets all jobs and keeps the lens.
    pub fn clear(&mut self) {
        *self = Self { lens: std::mem::take(&mut self.lens), as_of: self.as_of, ..Self::default() };
    }

    fn add(&mut self, job: Job, merged: &mut Merged) {
        let row = RowNo(u32::try_from(self.jobs.len()).unwrap_or(u32::MAX));
        self.rows.insert(job.id.clone(), row);
        self.jobs.push(job);
        self.index(row);
        merged.added.push(row);
    }

    fn replace(&mut self, row: RowNo, job: Job, merged: &mut Merged) {
        self.unindex(row);
        // A row may come twice in one arrival; what it was before the arrival is what counts.
        let before = std::mem::replace(&mut self.jobs[row.0 as usize], job);
        let seen = merged.added.contains(&row) || merged.replaced.iter().any(|(other, _)| *other == row);
        if !seen {
            merged.replaced.push((row, before));
        }
        self.index(row);
    }

    fn index(&mut self, row: RowNo) {
        let job = &self.jobs[row.0 as usize];
        if job.is_unfinished() {
            self.unfinished.insert(row);
        }
        if let Some(job_type) = job.job_type {
            let runs = self.runs.entry(job_type).or_default();
            let at = runs.partition_point(|other| newest_first(&self.jobs, *other, row).is_lt());
            runs.insert(at, row);
        }
    }

    fn unindex(&mut self, row: RowNo) {
        self.unfinished.remove(&row);
        let at = self.run_position(row);
        let runs = self.jobs[row.0 as usize].job_type.and_then(|job_type| self.runs.get_mut(&job_type));
        if let (Some(runs), Some(at)) = (runs, at) {
            runs.remove(at);
        }
    }

    /// Brings the shown rows up to date. Costs the arrival's size where it sorts behind what is shown, as pages do.
    fn show(&mut self, merged: &Merged) {
        if !merged.replaced.is_empty() {
            let replaced: HashSet<RowNo> = merged.replaced.iter().map(|(row, _)| *row).collect();
            self.shown.retain(|row| !replaced.contains(row));
        }
        let arrived = merged.added.iter().copied().chain(merged.replaced.iter().map(|(row, _)| *row));
        let mut fresh: Vec<RowNo> = arrived.filter(|row| self.lens.predicate.holds(self.job(*row))).collect();
        fresh.sort_by(|a, b| self.compare(*a, *b));
        let behind = match (self.shown.last(), fresh.first()) {
            (Some(last), Some(first)) => self.compare(*last, *first).is_lt(),
            _ => true,
        };
        self.shown.append(&mut fresh);
        // Elapsed times of running jobs grow with each answer, so an order by them never holds for long.
        let moves = self.lens.sort.is_some_and(|sort| sort.column == Column::Took);
        if !behind || moves {
            self.sort_shown();
        }
    }

    fn sort_shown(&mut self) {
        let mut shown = std::mem::take(&mut self.shown);
        shown.sort_by(|a, b| self.compare(*a, *b));
        self.shown = shown;
    }

    fn compare(&self, a: RowNo, b: RowNo) -> Ordering {
        let by_column = match self.lens.sort {
            Some(sort) => sort.compare(self.job(a), self.job(b), self.as_of),
            None => Ordering::Equal,
        };
        by_column.then_with(|| newest_first(&self.jobs, a, b))
    }
}

fn all_rows(jobs: &[Job]) -> impl Iterator<Item = RowNo> {
    (0..jobs.len()).map(|row| RowNo(u32::try_from(row).unwrap_or(u32::MAX)))
}

/// The natural order. A job without a start has only just been created: it comes first.
fn newest_first(jobs: &[Job], a: RowNo, b: RowNo) -> Ordering {
    let (job_a, job_b) = (&jobs[a.0 as usize], &jobs[b.0 as usize]);
    let start = |job: &Job| (job.started.is_some(), std::cmp::Reverse(job.started));
    start(job_a).cmp(&start(job_b)).then_with(|| job_b.id.cmp(&job_a.id)).then_with(|| a.cmp(&b))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::model::Status;

    fn job(id: u32, started: Option<i64>, failed: Option<u64>, status: Status) -> Job {
        let mut job = Job::new(JobId::new(format!("J{id}")));
        job.started = started.map(|s| DateTime::UNIX_EPOCH + TimeDelta::seconds(s));
        job.counts.failed = failed;
        job.status = Some(status);
        job.job_type = Some(JobType(i64::from(id % 3)));
        job
    }

    fn jobs() -> impl Strategy<Value = Vec<Job>> {
        let one = (0..40_u32, proptest::option::of(0..50_i64), proptest::option::of(0..5_u64), 0..8_usize);
        proptest::collection::vec(one.prop_map(|(id, start, failed, s)| job(id, start, failed, Status::ALL[s])), 0..30)
    }

    fn sorts() -> impl Strategy<Value = Option<Sort>> {
        let columns =
            prop_oneof![Just(Column::Failed), Just(Column::Started), Just(Column::Status), Just(Column::Took)];
        let one = (columns, any::<bool>());
        proptest::option::of(one.prop_map(|(column, up)| Sort {
            column,
            direction: if up { Direction::Ascending } else { Direction::Descending },
        }))
    }

    proptest! {
        /// However jobs arrive, the shown rows are those of one pass and one sort over everything.
        #[test]
        fn arrivals_in_pieces_equal_one_arrival(pages in proptest::collection::vec(jobs(), 0..6), sort in sorts(), only_failed in any::<bool>()) {
            let predicate = if only_failed { Predicate::statuses([Status::Failed]) } else { Predicate::default() };
            let lens = Lens { predicate, sort };
            let (mut pieces, mut whole) = (Store::default(), Store::default());
            pieces.look_through(lens.clone());
            let mut last: HashMap<JobId, Job> = HashMap::new();
            for page in pages {
                last.extend(page.iter().map(|job| (job.id.clone(), job.clone())));
                pieces.upsert(page, DateTime::UNIX_EPOCH);
            }
            whole.upsert(last.into_values().collect(), DateTime::UNIX_EPOCH);
            whole.look_through(lens);
            let ids = |store: &Store| store.shown().iter().map(|row| store.job(*row).id.clone()).collect::<Vec<_>>();
            prop_assert_eq!(ids(&pieces), ids(&whole));
            for (at, row) in pieces.shown().iter().enumerate() {
                prop_assert_eq!(pieces.position(*row), Some(at));
            }
            for run in pieces.jobs().filter_map(|job| pieces.row(&job.id)) {
                prop_assert!(pieces.run_position(run).is_some());
            }
            let unfinished = pieces.jobs().filter(|job| job.is_unfinished()).count();
            prop_assert_eq!(pieces.unfinished().count(), unfinished);
        }
    }

    #[test]
    fn a_newer_observation_replaces_and_says_what_was_there() {
        let mut store = Store::default();
        store.upsert(vec![job(1, Some(5), Some(0), Status::InProgress)], DateTime::UNIX_EPOCH);
        let merged = store.upsert(vec![job(1, Some(5), Some(2), Status::Failed)], DateTime::UNIX_EPOCH);
        assert_eq!((store.len(), merged.added.len(), merged.replaced.len()), (1, 0, 1));
        assert_eq!(merged.replaced[0].1.status, Some(Status::InProgress));
        let again = store.upsert(vec![job(1, Some(5), Some(2), Status::Failed)], DateTime::UNIX_EPOCH);
        assert_eq!(again, Merged::default());
    }

    #[test]
    fn blanks_stand_last_in_both_directions() {
        let mut store = Store::default();
        let page = vec![
            job(1, Some(1), None, Status::Failed),
            job(2, Some(2), Some(7), Status::Failed),
            job(3, Some(3), Some(1), Status::Failed),
        ];
        store.upsert(page, DateTime::UNIX_EPOCH);
        for (direction, expected) in
            [(Direction::Ascending, ["J3", "J2", "J1"]), (Direction::Descending, ["J2", "J3", "J1"])]
        {
            store.look_through(Lens { sort: Some(Sort { column: Column::Failed, direction }), ..Lens::default() });
            let ids: Vec<_> = store.shown().iter().map(|row| store.job(*row).id.text().raw()).collect();
            assert_eq!(ids, expected);
        }
    }
}
