//! Jobs in groups, by one or two of their properties: how many, their objects, how many succeeded, how long they took.

use std::{cmp::Ordering, collections::HashMap};

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::Objects;
use crate::model::{Job, JobType, Service, Status};

/// A property that jobs are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// What became of them.
    Status,
    /// What they work on.
    Service,
    /// What they do.
    Type,
    /// The day on which they started.
    Day,
}

/// A value of such a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// A status.
    Status(Status),
    /// A service.
    Service(Service),
    /// A type.
    Type(JobType),
    /// A day.
    Day(NaiveDate),
    /// The server does not tell.
    Unknown,
}

/// The jobs that have the same values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Group {
    /// How many.
    pub jobs: u64,
    /// Their objects, as far as they are known.
    objects: Objects,
    /// Jobs of which any number of objects is known.
    counted: u64,
    /// Those that have ended.
    ended: u64,
    /// Those of them that finished, and without an exception.
    finished: u64,
    /// How long those took that have ended, in seconds.
    seconds: Vec<i64>,
}

/// Jobs in groups.
#[derive(Debug, Clone)]
pub struct Breakdown {
    by: Vec<Dimension>,
    zone: Tz,
    groups: HashMap<Vec<Slot>, Group>,
}

impl Dimension {
    /// All of them, with their names.
    pub const ALL: [(&'static str, Self); 4] =
        [("status", Self::Status), ("service", Self::Service), ("type", Self::Type), ("day", Self::Day)];

    fn slot(self, job: &Job, zone: Tz) -> Slot {
        let known = match self {
            Self::Status => job.status.map(Slot::Status),
            Self::Service => job.service().map(Slot::Service),
            Self::Type => job.job_type.map(Slot::Type),
            Self::Day => job.started.map(|at| Slot::Day(at.with_timezone(&zone).date_naive())),
        };
        known.unwrap_or(Slot::Unknown)
    }
}

impl Slot {
    /// The worst status, the oldest day, the first name first; what is not known last.
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Status(a), Self::Status(b)) => a.cmp(b),
            (Self::Service(a), Self::Service(b)) => a.label().cmp(&b.label()).then(a.cmp(b)),
            (Self::Type(a), Self::Type(b)) => a.label().cmp(&b.label()).then(a.cmp(b)),
            (Self::Day(a), Self::Day(b)) => a.cmp(b),
            (a, b) => (*a == Self::Unknown).cmp(&(*b == Self::Unknown)),
        }
    }
}

impl Breakdown {
    /// Of no jobs; days are those of `zone`.
    pub fn new(by: &[Dimension], zone: Tz) -> Self {
        Self { by: by.to_vec(), zone, groups: HashMap::new() }
    }

    /// Counts a job in.
    pub fn add(&mut self, job: &Job) {
        let key = self.by.iter().map(|dimension| dimension.slot(job, self.zone)).collect();
        self.groups.entry(key).or_default().add(job);
    }

    /// The oldest day of a group.
    pub fn oldest_day(&self) -> Option<NaiveDate> {
        let slots = self.groups.keys().flatten();
        slots.filter_map(|slot| if let Slot::Day(day) = slot { Some(*day) } else { None }).min()
    }

    /// Adds groups of no jobs, so that each of these days is there with each value of the other property.
    pub fn fill(&mut self, days: &[NaiveDate]) {
        let Some(place) = self.by.iter().position(|dimension| *dimension == Dimension::Day) else { return };
        let mut known: Vec<Vec<Slot>> = self.groups.keys().cloned().collect();
        if self.by.len() == 1 {
            known.push(vec![Slot::Unknown]);
        }
        for key in known {
            for day in days {
                let mut key = key.clone();
                key[place] = Slot::Day(*day);
                self.groups.entry(key).or_default();
            }
        }
    }

    /// The groups in their order, with what their jobs have in common.
    pub fn groups(&self) -> Vec<(&[Slot], &Group)> {
        let mut groups: Vec<_> = self.groups.iter().map(|(key, group)| (key.as_slice(), group)).collect();
        groups.sort_by(|(a, _), (b, _)| {
            let orders = a.iter().zip(*b).map(|(a, b)| a.compare(b));
            orders.fold(Ordering::Equal, Ordering::then)
        });
        groups
    }
}

impl Group {
    fn add(&mut self, job: &Job) {
        let counts = [job.counts.ok, job.counts.failed, job.counts.skipped];
        self.jobs += 1;
        self.counted += u64::from(counts.iter().any(Option::is_some));
        let [ok, failed, skipped] = counts.map(Option::unwrap_or_default);
        self.objects.ok = self.objects.ok.saturating_add(ok);
        self.objects.failed = self.objects.failed.saturating_add(failed);
        self.objects.skipped = self.objects.skipped.saturating_add(skipped);
        let Some(status) = job.status.filter(|status| !status.is_unfinished()) else { return };
        if !matches!(status, Status::Unknown(_)) {
            self.ended += 1;
            self.finished += u64::from(status == Status::Finished);
        }
        let took = job.took(chrono::DateTime::UNIX_EPOCH);
        self.seconds.extend(took.map(crate::model::TimeSpan::seconds));
    }

    /// The objects of its jobs; none where nothing is known of any.
    pub fn objects(&self) -> Option<Objects> {
        (self.jobs == 0 || self.counted > 0).then_some(self.objects)
    }

    /// The share of its ended jobs that finished without an exception, 0 to 1; a run that was skipped is an ended one.
    pub fn success(&self) -> Option<f64> {
        (self.ended > 0).then(|| self.finished as f64 / self.ended as f64)
    }

    /// The middle duration of its ended jobs, in seconds.
    pub fn median(&self) -> Option<f64> {
        let sorted = self.sorted()?;
        let (low, high) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
        Some(f64::midpoint(low as f64, high as f64))
    }

    /// The shortest duration, in seconds, that at least 95 of 100 of its ended jobs did not exceed.
    pub fn p95(&self) -> Option<f64> {
        let sorted = self.sorted()?;
        Some(sorted[(sorted.len() * 95).div_ceil(100) - 1] as f64)
    }

    fn sorted(&self) -> Option<Vec<i64>> {
        let mut sorted = self.seconds.clone();
        sorted.sort_unstable();
        (!sorted.is_empty()).then_some(sorted)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;
    use crate::model::JobId;

    fn job(day: i64, status: Status, minutes: i64) -> Job {
        let mut job = Job::new(JobId::new("J"));
        let started = DateTime::UNIX_EPOCH + TimeDelta::days(day);
        (job.status, job.started) = (Some(status), Some(started));
        job.finished = Some(started + TimeDelta::minutes(minutes));
        job
    }

    #[test]
    fn a_group_tells_its_middle_its_slowest_and_its_share_of_success() {
        let mut all = Breakdown::new(&[], Tz::UTC);
        for minutes in 1..=40 {
            all.add(&job(0, if minutes > 30 { Status::Failed } else { Status::Finished }, minutes));
        }
        all.add(&Job { finished: None, ..job(0, Status::InProgress, 0) });
        all.add(&job(0, Status::Unknown(128), 1));
        let groups = all.groups();
        let group = groups[0].1;
        assert_eq!((groups.len(), group.jobs, group.objects()), (1, 42, None));
        assert_eq!((group.success(), group.median(), group.p95()), (Some(0.75), Some(1_200.0), Some(2_280.0)));
        assert_eq!(Group::default().median(), None);
    }

    #[test]
    fn days_without_jobs_are_there_with_none() {
        let day = |number: i64| (DateTime::UNIX_EPOCH + TimeDelta::days(number)).date_naive();
        let mut by_day = Breakdown::new(&[Dimension::Day], Tz::UTC);
        let mut pivot = Breakdown::new(&[Dimension::Status, Dimension::Day], Tz::UTC);
        for job in [job(2, Status::Finished, 1), job(4, Status::Failed, 1), job(4, Status::Failed, 1)] {
            by_day.add(&job);
            pivot.add(&job);
        }
        let days: Vec<_> = (1..=4).map(day).collect();
        by_day.fill(&days);
        pivot.fill(&days);
        let told: Vec<_> = by_day.groups().iter().map(|(key, group)| (key[0], group.jobs)).collect();
        assert_eq!(told, [1, 2, 3, 4].map(|n| (Slot::Day(day(n)), [0, 1, 0, 2][usize::try_from(n).unwrap() - 1])));
        let told: Vec<u64> = pivot.groups().iter().map(|(_, group)| group.jobs).collect();
        assert_eq!(told, [0, 0, 0, 2, 0, 1, 0, 0]);
        assert_eq!(by_day.oldest_day(), Some(day(1)));
        let mut none = Breakdown::new(&[Dimension::Day], Tz::UTC);
        none.fill(&days);
        assert_eq!(none.groups().len(), 4);
    }
}
