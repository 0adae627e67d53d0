//! The columns of a job list and the order by each of them. Blanks stand last in both directions.

use std::{borrow::Cow, cmp::Ordering};

use chrono::{DateTime, Utc};

use crate::model::{Job, JobType, Service};

/// A column of the job table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// What became of it, the worst first.
    Status,
    /// What it does.
    Type,
    /// Whose jobs of this type are.
    Service,
    /// When it began.
    Started,
    /// When it ended.
    Finished,
    /// How long it took, or has been running.
    Took,
    /// Objects done.
    Ok,
    /// Objects that failed.
    Failed,
    /// Objects left out.
    Skipped,
    /// All objects.
    Total,
    /// The job's id.
    Id,
    /// The server's remark.
    Comment,
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The smallest, the earliest, the worst first.
    Ascending,
    /// The other way round.
    Descending,
}

/// An order by one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: Column,
    /// Which end comes first.
    pub direction: Direction,
}

impl Column {
    /// All of them, in the table's order.
    pub const ALL: [Self; 12] = [
        Self::Status,
        Self::Type,
        Self::Service,
        Self::Started,
        Self::Finished,
        Self::Took,
        Self::Ok,
        Self::Failed,
        Self::Skipped,
        Self::Total,
        Self::Id,
        Self::Comment,
    ];

    /// The column's head.
    pub fn title(self) -> &'static str {
        match self {
            Self::Status => "Status",
            Self::Type => "Type",
            Self::Service => "Service",
            Self::Started => "Started",
            Self::Finished => "Finished",
            Self::Took => "Took",
            Self::Ok => "OK",
            Self::Failed => "Failed",
            Self::Skipped => "Skipped",
            Self::Total => "Total",
            Self::Id => "Job id",
            Self::Comment => "Comment",
        }
    }
}

impl Sort {
    /// What another press of the sort key leads to: ascending, descending, the newest first again.
    pub fn next(current: Option<Self>, column: Column) -> Option<Self> {
        match current {
            Some(sort) if sort.column == column => match sort.direction {
                Direction::Ascending => Some(Self { column, direction: Direction::Descending }),
                Direction::Descending => None,
            },
            _ => Some(Self { column, direction: Direction::Ascending }),
        }
    }

    /// The order of two jobs, elapsed times counted to `now`.
    pub fn compare(self, a: &Job, b: &Job, now: DateTime<Utc>) -> Ordering {
        match self.column {
            Column::Status => self.known(a.status, b.status),
            Column::Type => self.known(a.job_type.map(JobType::short), b.job_type.map(JobType::short)),
            Column::Service => self.known(service(a.job_type), service(b.job_type)),
            Column::Started => self.known(a.started, b.started),
            Column::Finished => self.known(a.finished, b.finished),
            Column::Took => self.known(a.took(now), b.took(now)),
            Column::Ok => self.known(a.counts.ok, b.counts.ok),
            Column::Failed => self.known(a.counts.failed, b.counts.failed),
            Column::Skipped => self.known(a.counts.skipped, b.counts.skipped),
            Column::Total => self.known(a.counts.total, b.counts.total),
            Column::Id => self.known(Some(&a.id), Some(&b.id)),
            Column::Comment => self.known(comment(a), comment(b)),
        }
    }

    /// Blanks last.
    pub(super) fn known<T: Ord>(self, a: Option<T>, b: Option<T>) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) if self.direction == Direction::Descending => b.cmp(&a),
            (Some(a), Some(b)) => a.cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    }
}

/// A service's name as it is compared.
pub(super) fn service(job_type: Option<JobType>) -> Option<Cow<'static, str>> {
    job_type.and_then(JobType::service).map(Service::short)
}

fn comment(job: &Job) -> Option<&str> {
    Some(job.comment.raw()).filter(|comment| !comment.is_empty())
}
