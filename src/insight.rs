//! What the loaded jobs say taken together: the summary, the breakdown and the history of a type. Pure; it never knows the screen.

mod breakdown;
mod stretch;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;

pub use breakdown::{Breakdown, Dimension, Group, Slot};
use stretch::Stretch;

use crate::{
    model::{Facts, Job, JobId, Status, TimeSpan},
    store::{RowNo, Store},
};

/// Counts over jobs, kept up by adding and taking away one job at a time, so that a page costs its own size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    zone: Tz,
    statuses: BTreeMap<Status, u64>,
    days: BTreeMap<NaiveDate, Day>,
    /// Jobs that somebody should look at.
    pub problems: u64,
    /// Rows that could not be read.
    pub unreadable: u64,
    /// Objects of all jobs, as far as they are known.
    pub objects: Objects,
}

/// Numbers of objects by outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Objects {
    /// Done.
    pub ok: u64,
    /// Failed.
    pub failed: u64,
    /// Left out.
    pub skipped: u64,
}

/// The jobs that started on one day, by how they went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Day {
    /// Failed.
    pub failed: u64,
    /// Finished with exceptions, or finished with most objects skipped.
    pub exception: u64,
    /// Finished well.
    pub finished: u64,
    /// Everything else: running, waiting, skipped, stopped.
    pub other: u64,
}

impl Day {
    /// All jobs of the day.
    pub fn total(&self) -> u64 {
        self.failed + self.exception + self.finished + self.other
    }
}

impl Summary {
    /// Of no jobs; days are those of `zone`.
    pub fn new(zone: Tz) -> Self {
        Self {
            zone,
            statuses: BTreeMap::new(),
            days: BTreeMap::new(),
            problems: 0,
            unreadable: 0,
            objects: Objects::default(),
        }
    }

    /// Of these jobs.
    pub fn of(jobs: impl Iterator<Item = impl Into<Facts>>, zone: Tz) -> Self {
        let mut summary = Self::new(zone);
        // Many jobs have few statuses, and follow on each other day by day: the maps are asked once for each.
        let mut statuses: Vec<(Status, u64)> = Vec::new();
        let mut stretch: Option<(Stretch, Day)> = None;
        for job in jobs {
            let job: Facts = job.into();
            summary.count_objects(&job, u64::saturating_add);
            if let Some(status) = job.status {
                match statuses.iter_mut().find(|(other, _)| *other == status) {
                    Some((_, jobs)) => *jobs += 1,
                    None => statuses.push((status, 1)),
                }
            }
            let Some(started) = job.started else { continue };
            match &mut stretch {
                Some((stretch, day)) if stretch.contains(started) => *day.slot(&job) += 1,
                other => {
                    let mut day = Day::default();
                    *day.slot(&job) += 1;
                    let ended = other.replace((Stretch::around(started, zone), day));
                    if let Some((stretch, day)) = ended {
                        summary.add_day(stretch.date, day);
                    }
                }
            }
        }
        if let Some((stretch, day)) = stretch {
            summary.add_day(stretch.date, day);
        }
        for (status, jobs) in statuses {
            *summary.statuses.entry(status).or_default() += jobs;
        }
        summary
    }

    /// The jobs of a status.
    pub fn status(&self, status: Status) -> u64 {
        self.statuses.get(&status).copied().unwrap_or(0)
    }

    /// The statuses that occur, the worst first, with their jobs.
    pub fn statuses(&self) -> impl Iterator<Item = (Status, u64)> {
        self.statuses.iter().map(|(status, jobs)| (*status, *jobs)).filter(|(_, jobs)| *jobs > 0)
    }

    /// The jobs that started on a day.
    pub fn day(&self, day: NaiveDate) -> Day {
        self.days.get(&day).copied().unwrap_or_default()
    }

    /// The oldest day that a counted job started on.
    pub fn oldest_day(&self) -> Option<NaiveDate> {
        self.days.iter().find(|(_, day)| day.total() > 0).map(|(date, _)| *date)
    }

    /// Counts a job in.
    pub fn add(&mut self, job: impl Into<Facts>) {
        self.count(job.into(), u64::saturating_add);
    }

    /// Takes a job out again, as it was when it was counted in.
    pub fn remove(&mut self, job: impl Into<Facts>) {
        self.count(job.into(), u64::saturating_sub);
    }

    fn count(&mut self, job: Facts, step: impl Fn(u64, u64) -> u64) {
        let apply = |number: &mut u64, by: u64| *number = step(*number, by);
        if let Some(status) = job.status {
            apply(self.statuses.entry(status).or_default(), 1);
        }
        if let Some(started) = job.started {
            let day = self.days.entry(started.with_timezone(&self.zone).date_naive()).or_default();
            apply(day.slot(&job), 1);
        }
        self.count_objects(&job, step);
    }

    /// Counts everything but the status and the day.
    #[inline]
    fn count_objects(&mut self, job: &Facts, step: impl Fn(u64, u64) -> u64) {
        let apply = |number: &mut u64, by: u64| *number = step(*number, by);
        apply(&mut self.problems, u64::from(job.is_problem()));
        apply(&mut self.unreadable, u64::from(job.unreadable.is_some()));
        apply(&mut self.objects.ok, job.counts.ok.unwrap_or(0));
        apply(&mut self.objects.failed, job.counts.failed.unwrap_or(0));
        apply(&mut self.objects.skipped, job.counts.skipped.unwrap_or(0));
    }

    fn add_day(&mut self, date: NaiveDate, day: Day) {
        let sum = self.days.entry(date).or_default();
        sum.failed += day.failed;
        sum.exception += day.exception;
        sum.finished += day.finished;
        sum.other += day.other;
    }
}

impl Day {
    #[inline]
    fn slot(&mut self, job: &Facts) -> &mut u64 {
        match job.status {
            Some(Status::Failed) => &mut self.failed,
            Some(Status::Exception) => &mut self.exception,
            Some(Status::Finished) if job.is_problem() => &mut self.exception,
            Some(Status::Finished) => &mut self.finished,
            _ => &mut self.other,
        }
    }
}

/// What the earlier loaded runs of a job's type say about it.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// The job itself and the runs before it, the newest first, at most as many as asked for.
    pub runs: Vec<Job>,
    /// Loaded runs of the type, the job included.
    pub loaded: usize,
    /// How many runs up to this one failed in a row, this one included.
    pub streak: usize,
    /// The last run before this one that finished well, if it is loaded.
    pub last_good: Option<JobId>,
    /// The middle half of the durations of finished runs, in seconds, with the number of runs it was learnt from.
    pub usual: Option<Usual>,
}

/// How long finished runs of a type usually take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usual {
    /// A quarter of the runs took at most this long, in seconds.
    pub low: i64,
    /// Three quarters took at most this long, in seconds.
    pub high: i64,
    /// How many runs it was learnt from.
    pub sample: usize,
}

/// Runs that a history looks back over: bounds its cost whatever is loaded.
const LOOK_BACK: usize = 200;
/// Fewer finished runs teach nothing about what is usual.
const USUAL_SAMPLE: usize = 5;

/// The history of a job among the loaded runs of its type.
pub fn history(store: &Store, job: &Job, max: usize) -> Option<History> {
    let job_type = job.job_type?;
    let back: Vec<(RowNo, Facts)> =
        store.runs_up_to(store.row(&job.id)?).take(LOOK_BACK).map(|row| (row, store.facts(row))).collect();
    let is_good = |run: &Facts| run.status == Some(Status::Finished) && !run.is_problem();
    let finished = back.iter().skip(1).map(|(_, run)| run).filter(|run| run.status == Some(Status::Finished));
    Some(History {
        runs: back.iter().take(max).map(|(row, _)| store.job(*row)).collect(),
        loaded: store.count_of_runs(job_type),
        streak: back.iter().take_while(|(_, run)| run.status == Some(Status::Failed)).count(),
        last_good: back.iter().skip(1).find(|(_, run)| is_good(run)).map(|(row, _)| store.id(*row)),
        usual: usual(finished, store),
    })
}

fn usual<'a>(runs: impl Iterator<Item = &'a Facts>, store: &Store) -> Option<Usual> {
    let mut seconds: Vec<i64> = runs.filter_map(|run| run.took(store.as_of())).map(TimeSpan::seconds).collect();
    seconds.sort_unstable();
    let sample = seconds.len();
    (sample >= USUAL_SAMPLE).then(|| Usual { low: seconds[sample / 4], high: seconds[sample * 3 / 4], sample })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::*;
    use crate::model::JobType;

    fn run(day: i64, status: Status) -> Job {
        let mut job = Job::new(JobId::new(format!("IB{day:03}")));
        let started: DateTime<Utc> = DateTime::UNIX_EPOCH + TimeDelta::days(day) + TimeDelta::hours(23);
        job.started = Some(started);
        job.finished = Some(started + TimeDelta::minutes(day));
        job.status = Some(status);
        job.job_type = Some(JobType(20016));
        job.counts.failed = Some(if status == Status::Failed { 12 } else { 0 });
        job
    }

    #[test]
    fn taking_a_job_out_undoes_counting_it_in() {
        let mut summary = Summary::new(Tz::UTC);
        summary.add(run(1, Status::Finished));
        let before = summary.clone();
        summary.add(run(2, Status::Failed));
        assert_eq!((summary.status(Status::Failed), summary.problems, summary.objects.failed), (1, 1, 12));
        summary.remove(run(2, Status::Failed));
        assert_eq!(summary.statuses().collect::<Vec<_>>(), before.statuses().collect::<Vec<_>>());
        assert_eq!((summary.problems, summary.objects), (before.problems, before.objects));
    }

    #[test]
    fn a_day_is_that_of_the_zone() {
        let late = run(1, Status::Finished);
        let day = |zone: Tz| Summary::of([&late].into_iter(), zone).days.keys().next().copied().unwrap().to_string();
        assert_eq!((day(Tz::UTC), day(chrono_tz::Asia::Tokyo)), ("1970-01-02".into(), "1970-01-03".into()));
    }

    #[test]
    fn a_streak_ends_at_the_last_good_run() {
        let mut store = Store::default();
        let good = (1..=8).map(|day| run(day, Status::Finished));
        store.upsert(good.chain((9..=12).map(|day| run(day, Status::Failed))).collect(), DateTime::UNIX_EPOCH);
        let job = run(12, Status::Failed);
        let history = history(&store, &job, 6).unwrap();
        assert_eq!((history.streak, history.runs.len(), history.loaded), (4, 6, 12));
        assert_eq!(history.last_good, Some(JobId::new("IB008")));
        assert_eq!(history.usual, Some(Usual { low: 3 * 60, high: 7 * 60, sample: 8 }));
    }
}
