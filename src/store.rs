//! The loaded jobs, unique by id, and the order they are shown in: a lens (predicate and sort) over row numbers that is
//! kept up to date as jobs arrive. It knows neither pages nor HTTP nor the screen.

mod blocks;
mod cell;
mod columns;
mod index;
mod intern;
mod kept;
mod large;
mod list;
mod order;
mod pack;
mod pattern;
mod radix;
mod rank;
mod shape;
mod shown;
mod sieve;
#[cfg(test)]
mod tests;

use std::{cmp::Ordering, collections::HashMap};

use bytemuck::{Pod, Zeroable};
use chrono::{DateTime, Utc};

pub use order::{Column, Direction, Sort};
pub use shown::Shown;

use self::{columns::Columns, index::Index, list::List, shown::Natural, sieve::Rows};
use crate::{
    filter::Predicate,
    model::{Facts, Job, JobId, JobType, Status},
};

/// A job's place in the store, stable until the store is emptied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Pod, Zeroable)]
#[repr(transparent)]
pub struct RowNo(u32);

/// What is shown, and in which order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lens {
    /// Which jobs.
    pub predicate: Predicate,
    /// By which column; none: the newest first.
    pub sort: Option<Sort>,
    /// By which column what is equal in that one.
    pub then: Option<Sort>,
}

/// Columns to sort by, the first one first.
type Keys = [Option<Sort>; 2];

impl Lens {
    fn keys(&self) -> Keys {
        [self.sort, self.then]
    }
}

/// What an arrival changed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Merged {
    /// Rows that were not here before.
    pub added: Vec<RowNo>,
    /// Rows that were here and now say something else, as they were.
    pub replaced: Vec<(RowNo, Job)>,
}

/// The loaded jobs. They are kept in small numbers, and a job is made of them when it is asked for.
#[derive(Debug, Clone, Default)]
pub struct Store {
    columns: Columns,
    index: Index,
    /// The jobs that can still change, few as a rule.
    unfinished: HashMap<RowNo, JobId>,
    runs: HashMap<JobType, usize>,
    lens: Lens,
    /// Counts changes of the rows and of what is shown of them.
    revision: u64,
    as_of: DateTime<Utc>,
    /// All rows, the newest first.
    natural: Natural,
    /// All rows by the lens' column, if it has one.
    sorted: Option<List<RowNo>>,
    /// The rows that pass the lens' predicate in the lens' order, unless it is one that all pass.
    passed: Option<List<RowNo>>,
}

impl Store {
    /// How many jobs are loaded.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that rows and orders take at most, asked of the system itself and not of the allocator: for whoever weighs a store.
    pub fn bytes_mapped(&self) -> usize {
        let orders = self.sorted.iter().chain(&self.passed).map(List::bytes).sum::<usize>();
        self.columns.bytes() + self.natural.bytes() + orders
    }

    /// The job of a row, put together anew: for a few rows at a time.
    pub fn job(&self, row: RowNo) -> Job {
        self.columns.job(row)
    }

    /// The job of a row as far as a table shows it: without the fields as they came, unless it could not be read.
    pub fn sight(&self, row: RowNo) -> Job {
        self.columns.sight(row)
    }

    /// The id of a row's job.
    pub fn id(&self, row: RowNo) -> JobId {
        self.columns.id(row)
    }

    /// Whether a row's job has this id.
    pub fn has_id(&self, row: RowNo, id: &JobId) -> bool {
        self.columns.with_id(row, |own| own == id.text().raw())
    }

    /// The parts of a row's job that are no text, at next to no cost.
    pub fn facts(&self, row: RowNo) -> Facts {
        self.columns.facts(row)
    }

    /// The row of a job.
    pub fn row(&self, id: &JobId) -> Option<RowNo> {
        self.index.row(id.text().raw(), &self.columns)
    }

    /// All loaded jobs, in the order of their arrival.
    pub fn jobs(&self) -> impl Iterator<Item = Job> {
        RowNo::first(self.len()).map(|row| self.job(row))
    }

    /// The facts of all loaded jobs that fulfil a predicate, in the order of their arrival.
    pub fn facts_of(&self, predicate: &Predicate) -> impl Iterator<Item = Facts> {
        let rows = self.columns.sift(Rows::All(Shown::first(self.len())), predicate);
        rows.into_values().map(|row| self.facts(row))
    }

    /// The same but for their types, when they ended and how long they took: at a part of the cost.
    pub fn outcomes_of(&self, predicate: &Predicate) -> impl Iterator<Item = Facts> {
        let all = Shown::first(self.len());
        let some = (!predicate.is_all()).then(|| self.columns.sift(Rows::All(all), predicate));
        let all = if some.is_none() { all } else { Shown::first(0) };
        all.iter().chain(some.into_iter().flat_map(List::into_values)).map(|row| self.columns.outcome_of(row))
    }

    /// The rows that pass the lens, in its order.
    pub fn shown(&self) -> Shown<'_> {
        match (&self.passed, &self.sorted) {
            (Some(rows), _) | (None, Some(rows)) => Shown::listed(rows),
            (None, None) => self.natural.shown(),
        }
    }

    /// Differs from before when rows have changed, or which are shown, or in which order.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether somebody should look at a row's job.
    pub fn is_problem(&self, row: RowNo) -> bool {
        self.columns.is_problem(row)
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
        self.shown().position(|other| self.compare(other, row))
    }

    /// The runs of a type, the newest first. They are looked for as they are taken.
    pub fn runs(&self, job_type: JobType) -> impl Iterator<Item = RowNo> {
        let code = self.columns.code_of_type(job_type);
        self.natural.shown().iter().filter(move |row| self.columns.is_of_type(*row, code, job_type))
    }

    /// A row and the runs of its type before it, the newest first; nothing for a row without a type.
    pub fn runs_up_to(&self, row: RowNo) -> impl Iterator<Item = RowNo> {
        let job_type = self.facts(row).job_type;
        let code = job_type.map_or(0, |job_type| self.columns.code_of_type(job_type));
        let natural = self.natural.shown();
        let at = natural.position(|other| self.columns.newest_first(other, row)).filter(|_| job_type.is_some());
        let rows = natural.from(at.unwrap_or(self.len()));
        rows.filter(move |row| job_type.is_some_and(|job_type| self.columns.is_of_type(*row, code, job_type)))
    }

    /// How many runs of a type are loaded.
    pub fn count_of_runs(&self, job_type: JobType) -> usize {
        self.runs.get(&job_type).copied().unwrap_or(0)
    }

    /// The ids of the jobs that can still change.
    pub fn unfinished(&self) -> impl Iterator<Item = &JobId> {
        self.unfinished.values()
    }

    /// Looks through another lens. Linear in the loaded jobs, and not even that where the new lens only narrows or clears.
    pub fn look_through(&mut self, lens: Lens) {
        if self.lens == lens {
            return;
        }
        self.revision += 1;
        let before = std::mem::replace(&mut self.lens, lens);
        let predicate = &self.lens.predicate;
        let resorted = before.keys() != self.lens.keys();
        if resorted {
            let rows = self.columns.sorted_by(self.lens.keys(), self.natural.shown(), self.as_of);
            self.sorted = rows.map(|rows| {
                // Where the order before stood: fresh memory takes longer than to write to it.
                let mut sorted = self.sorted.take().unwrap_or_default();
                sorted.truncate(0);
                sorted.extend_from_slice(&rows);
                sorted
            });
        }
        let all = || self.sorted.as_deref().map_or(self.natural.shown(), Shown::listed);
        self.passed = match self.passed.take() {
            _ if predicate.is_all() => None,
            Some(passed) if predicate.narrows(&before.predicate) => {
                let rows = if resorted { in_order_of(all(), &passed, self.len()) } else { passed };
                Some(self.columns.sift(Rows::Left(rows), &predicate.beyond(&before.predicate)))
            }
            _ => Some(self.columns.sift(Rows::All(all()), predicate)),
        };
        self.passed.iter_mut().for_each(List::fit);
    }

    /// Takes jobs in: a job that is here already is replaced by its newer observation. Costs the arrival's size.
    pub fn upsert(&mut self, jobs: Vec<Job>, at: DateTime<Utc>) -> Merged {
        // Not the latest of all: a clock may be set back.
        let (before, as_of) = (self.len(), at);
        let mut changed: HashMap<RowNo, Job> = HashMap::new();
        for job in jobs {
            match self.row(&job.id) {
                // A row may come twice in one arrival; the last one counts.
                Some(row) if row.at() >= before => self.set(row, &job),
                Some(row) if self.job(row) == job => drop(changed.remove(&row)),
                Some(row) => drop(changed.insert(row, job)),
                None => self.add(&job),
            }
        }
        let mut merged = Merged { added: (before..self.len()).map(RowNo::of).collect(), replaced: Vec::new() };
        // Every row that moves is taken out while all orders still hold, and put back when its new place is known.
        let mut moving: Vec<RowNo> = changed.keys().copied().collect();
        moving.sort_unstable();
        let restarted: Vec<RowNo> =
            moving.iter().copied().filter(|row| changed[row].started != self.facts(*row).started).collect();
        moving.extend(self.running().filter(|row| row.at() < before && !changed.contains_key(row)));
        self.take_out(&moving, &restarted);
        self.as_of = as_of;
        for row in moving.iter().copied() {
            if let Some(job) = changed.remove(&row) {
                merged.replaced.push((row, self.job(row)));
                self.set(row, &job);
            }
        }
        moving.extend_from_slice(&merged.added);
        self.revision += u64::from(!moving.is_empty());
        self.put_in(moving, restarted, &merged.added);
        merged
    }

    /// Forgets all jobs and keeps the lens.
    pub fn clear(&mut self) {
        let (lens, revision) = (std::mem::take(&mut self.lens), self.revision + 1);
        *self = Self { lens, revision, as_of: self.as_of, ..Self::default() };
        self.sorted = self.lens.keys().iter().any(Option::is_some).then(List::default);
        self.passed = (!self.lens.predicate.is_all()).then(List::default);
    }

    fn add(&mut self, job: &Job) {
        let row = self.columns.push(job);
        self.index.insert(row, &self.columns);
        self.count(row, job);
    }

    fn set(&mut self, row: RowNo, job: &Job) {
        if let Some(runs) = self.facts(row).job_type.and_then(|job_type| self.runs.get_mut(&job_type)) {
            *runs -= 1;
        }
        self.unfinished.remove(&row);
        self.columns.set(row, job);
        self.count(row, job);
    }

    fn count(&mut self, row: RowNo, job: &Job) {
        if let Some(job_type) = job.job_type {
            *self.runs.entry(job_type).or_default() += 1;
        }
        if job.is_unfinished() {
            self.unfinished.insert(row, job.id.clone());
        }
    }

    /// The rows that an order by elapsed time moves with each answer, if the lens has such an order.
    fn running(&self) -> impl Iterator<Item = RowNo> {
        let moves = self.lens.keys().into_iter().flatten().any(|sort| sort.column == Column::Took);
        let rows = self.unfinished.keys().copied().filter(move |_| moves);
        rows.filter(|row| self.facts(*row).status == Some(Status::InProgress))
    }

    fn take_out(&mut self, moving: &[RowNo], restarted: &[RowNo]) {
        let places = |rows: &[RowNo]| {
            let mut places: Vec<usize> = moving
                .iter()
                .filter_map(|row| Shown::listed(rows).position(|other| self.compare(other, *row)))
                .collect();
            places.sort_unstable();
            places
        };
        let of_sorted = self.sorted.as_deref().map(places).unwrap_or_default();
        let of_passed = self.passed.as_deref().map(places).unwrap_or_default();
        self.sorted.iter_mut().for_each(|rows| rank::take_out(rows, &of_sorted));
        self.passed.iter_mut().for_each(|rows| rank::take_out(rows, &of_passed));
        self.natural.take_out(restarted, &self.columns);
    }

    /// `moving` are the rows that the lens' order has not, `restarted` and `added` those that the natural order has not.
    fn put_in(&mut self, mut moving: Vec<RowNo>, mut restarted: Vec<RowNo>, added: &[RowNo]) {
        let columns = &self.columns;
        restarted.extend_from_slice(added);
        self.natural.put_in(restarted, columns);
        if self.sorted.is_none() && self.passed.is_none() {
            return;
        }
        let (keys, as_of, predicate) = (self.lens.keys(), self.as_of, &self.lens.predicate);
        let compare = |a, b| columns.compare(keys, a, b, as_of);
        moving.sort_by(|a, b| compare(*a, *b));
        self.sorted.iter_mut().for_each(|rows| rank::merge(rows, &moving, compare));
        if let Some(rows) = &mut self.passed {
            moving.retain(|row| columns.holds(*row, predicate));
            rank::merge(rows, &moving, compare);
        }
    }

    fn compare(&self, a: RowNo, b: RowNo) -> Ordering {
        self.columns.compare(self.lens.keys(), a, b, self.as_of)
    }
}

impl RowNo {
    /// The place as a number.
    pub fn number(self) -> u32 {
        self.0
    }

    fn of(row: usize) -> Self {
        Self(u32::try_from(row).unwrap_or(u32::MAX))
    }

    fn at(self) -> usize {
        self.0 as usize
    }

    /// The rows that arrived first.
    fn first(rows: usize) -> impl Iterator<Item = Self> {
        (0..Self::of(rows).0).map(Self)
    }
}

/// Those of `all` that are among `some`, in the order of `all`.
fn in_order_of(all: Shown<'_>, some: &[RowNo], rows: usize) -> List<RowNo> {
    let mut is_in = vec![false; rows];
    for row in some {
        is_in[row.at()] = true;
    }
    all.iter().filter(|row| is_in[row.at()]).collect()
}
