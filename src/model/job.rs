//! One job, as far as its row could be read. Every part is optional: what is unknown is never shown as 0.

use std::fmt;

use chrono::{DateTime, Utc};

use super::{JobType, Service, Status, TimeSpan};
use crate::{policy, text::Foreign};

/// What names a job: the API's id, or a made-up one for a row that has none.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(Foreign);

/// One row of the API's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Unique within a tenant.
    pub id: JobId,
    /// What it does.
    pub job_type: Option<JobType>,
    /// What became of it.
    pub status: Option<Status>,
    /// Its objects by outcome.
    pub counts: Counts,
    /// When it began, UTC.
    pub started: Option<DateTime<Utc>>,
    /// When it ended, UTC; `None` while it has not.
    pub finished: Option<DateTime<Utc>>,
    /// How long it took, in the server's words.
    pub duration: Option<TimeSpan>,
    /// The server's remark.
    pub comment: Foreign,
    /// Why the row could not be read, for one that could not.
    pub unreadable: Option<&'static str>,
    /// Fields that the typed parts above can't give back exactly: unknown, unparsable, or in an odd form.
    pub raw: Box<[RawField]>,
}

/// The parts of a job that are no text: small, and copied at no cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// What it does.
    pub job_type: Option<JobType>,
    /// What became of it.
    pub status: Option<Status>,
    /// Its objects by outcome.
    pub counts: Counts,
    /// When it began, UTC.
    pub started: Option<DateTime<Utc>>,
    /// When it ended, UTC; `None` while it has not.
    pub finished: Option<DateTime<Utc>>,
    /// How long it took, in the server's words.
    pub duration: Option<TimeSpan>,
    /// Why the row could not be read, for one that could not.
    pub unreadable: Option<&'static str>,
}

/// Numbers of objects; `None` where the server gave none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Objects done.
    pub ok: Option<u64>,
    /// Objects that failed.
    pub failed: Option<u64>,
    /// Objects left out.
    pub skipped: Option<u64>,
    /// All objects of the job.
    pub total: Option<u64>,
}

/// A field as it came: its name and its JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawField {
    /// The field's name.
    pub name: Foreign,
    /// Its value, as JSON text.
    pub json: Foreign,
}

impl JobId {
    /// The id that a server gave.
    pub fn new(id: impl Into<Box<str>>) -> Self {
        Self(Foreign::new(id))
    }

    /// The id as text from outside.
    pub fn text(&self) -> &Foreign {
        &self.0
    }
}

impl fmt::Debug for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Job {
    /// A job of which only the id is known.
    pub fn new(id: JobId) -> Self {
        Self {
            id,
            job_type: None,
            status: None,
            counts: Counts::default(),
            started: None,
            finished: None,
            duration: None,
            comment: Foreign::default(),
            unreadable: None,
            raw: Box::default(),
        }
    }

    /// The parts of it that are no text.
    pub fn facts(&self) -> Facts {
        let Self { job_type, status, counts, started, finished, duration, unreadable, .. } = *self;
        Facts { job_type, status, counts, started, finished, duration, unreadable }
    }

    /// The service, which the API leaves to the job type to tell.
    pub fn service(&self) -> Option<Service> {
        self.facts().service()
    }

    /// Whether it can still change.
    pub fn is_unfinished(&self) -> bool {
        self.facts().is_unfinished()
    }

    /// How long it took, or has been running as of `now`. From start and finish when both are known, else as parsed.
    pub fn took(&self, now: DateTime<Utc>) -> Option<TimeSpan> {
        self.facts().took(now)
    }

    /// The share of its objects that were skipped, 0 to 1.
    pub fn skipped_share(&self) -> Option<f64> {
        self.facts().skipped_share()
    }

    /// Whether it says that it finished although it left out a great part of its objects.
    pub fn is_skip_heavy(&self) -> bool {
        self.facts().is_skip_heavy()
    }

    /// Whether somebody should look at it: failed, with exceptions, with failed objects, or skip-heavy.
    pub fn is_problem(&self) -> bool {
        self.facts().is_problem()
    }
}

impl From<&Job> for Facts {
    fn from(job: &Job) -> Self {
        job.facts()
    }
}

impl From<Job> for Facts {
    fn from(job: Job) -> Self {
        job.facts()
    }
}

impl Facts {
    /// The service, which the API leaves to the job type to tell.
    pub fn service(&self) -> Option<Service> {
        self.job_type.and_then(JobType::service)
    }

    /// Whether it can still change.
    pub fn is_unfinished(&self) -> bool {
        self.status.is_some_and(Status::is_unfinished)
    }

    /// How long it took, or has been running as of `now`. From start and finish when both are known, else as parsed.
    pub fn took(&self, now: DateTime<Utc>) -> Option<TimeSpan> {
        match (self.started, self.finished, self.status) {
            (Some(started), Some(finished), _) => Some(TimeSpan::between(started, finished)),
            (Some(started), None, Some(Status::InProgress)) => Some(TimeSpan::between(started, now)),
            _ if self.is_unfinished() => None,
            _ => self.duration,
        }
    }

    /// The share of its objects that were skipped, 0 to 1.
    pub fn skipped_share(&self) -> Option<f64> {
        let (skipped, total) = (self.counts.skipped?, self.counts.total?);
        (total > 0).then(|| skipped as f64 / total as f64)
    }

    /// Whether it says that it finished although it left out a great part of its objects.
    pub fn is_skip_heavy(&self) -> bool {
        let finished = matches!(self.status, Some(Status::Finished | Status::Exception));
        finished && self.skipped_share().is_some_and(|share| share >= policy::SKIP_HEAVY)
    }

    /// Whether somebody should look at it: failed, with exceptions, with failed objects, or skip-heavy.
    pub fn is_problem(&self) -> bool {
        matches!(self.status, Some(Status::Failed | Status::Exception))
            || self.counts.failed.is_some_and(|failed| failed > 0)
            || self.is_skip_heavy()
    }
}
