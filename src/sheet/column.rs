//! The columns of a list of jobs: what each is called in machines' formats and for people, what it holds, and the order by it.

use chrono_tz::Tz;

use super::{Format, Head, Row, cell::Cell};
use crate::{
    model::{Job, RawField},
    store::{self, Direction, Lens, RowNo, Sort, Store},
    text::{Foreign, Safe},
};

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// `jobId`
    Id,
    /// `jobType`, the API's number.
    Type,
    /// `status`, the API's number.
    Status,
    /// `failedCount`
    Failed,
    /// `successfulCount`
    Ok,
    /// `skippedCount`
    Skipped,
    /// `totalCount`
    Total,
    /// `startTime`
    Started,
    /// `finishTime`
    Finished,
    /// `duration`, in the API's words.
    Duration,
    /// `comments`
    Comment,
    /// `jobTypeLabel`
    TypeLabel,
    /// `serviceType`, the API's number.
    Service,
    /// `serviceLabel`
    ServiceLabel,
    /// `statusLabel`, the portal's word.
    StatusLabel,
    /// `durationSeconds`, from start to finish.
    Seconds,
}

/// An order by a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The column.
    pub column: Column,
    /// Which end comes first.
    pub direction: Direction,
}

impl Column {
    /// All of them: the API's eleven fields, then what is derived from them.
    pub const ALL: [Self; 16] = [
        Self::Id,
        Self::Type,
        Self::Status,
        Self::Failed,
        Self::Ok,
        Self::Skipped,
        Self::Total,
        Self::Started,
        Self::Finished,
        Self::Duration,
        Self::Comment,
        Self::TypeLabel,
        Self::Service,
        Self::ServiceLabel,
        Self::StatusLabel,
        Self::Seconds,
    ];

    /// Those that people see when they name none.
    pub const TABLE: [Self; 10] = [
        Self::StatusLabel,
        Self::TypeLabel,
        Self::Started,
        Self::Seconds,
        Self::Ok,
        Self::Failed,
        Self::Skipped,
        Self::Total,
        Self::Id,
        Self::Comment,
    ];

    /// The name in JSON and CSV, and the short one where it has one.
    pub fn names(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Id => ("jobId", Some("id")),
            Self::Type => ("jobType", None),
            Self::Status => ("status", None),
            Self::Failed => ("failedCount", Some("failed")),
            Self::Ok => ("successfulCount", Some("ok")),
            Self::Skipped => ("skippedCount", Some("skipped")),
            Self::Total => ("totalCount", Some("total")),
            Self::Started => ("startTime", Some("started")),
            Self::Finished => ("finishTime", Some("finished")),
            Self::Duration => ("duration", None),
            Self::Comment => ("comments", Some("comment")),
            Self::TypeLabel => ("jobTypeLabel", Some("type")),
            Self::Service => ("serviceType", None),
            Self::ServiceLabel => ("serviceLabel", Some("service")),
            Self::StatusLabel => ("statusLabel", None),
            Self::Seconds => ("durationSeconds", Some("dur")),
        }
    }

    /// The column of either name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        let is = |known: &str| known.eq_ignore_ascii_case(name);
        Self::ALL.into_iter().find(|column| is(column.names().0) || column.names().1.is_some_and(is))
    }

    /// Those of a list for which none are named.
    pub(crate) fn usual(format: Format) -> Vec<Self> {
        if format.is_for_people() { Self::TABLE.to_vec() } else { Self::ALL.to_vec() }
    }

    /// What stands above columns.
    pub(crate) fn heads(columns: &[Self], zone: Tz) -> Vec<Head> {
        columns.iter().map(|column| Head { key: column.names().0, title: column.title(zone) }).collect()
    }

    /// A job in columns.
    pub(crate) fn row(columns: &[Self], job: &Job) -> Row {
        let unreadable = job.unreadable.and_then(|_| job.raw.first()).map(|field| field.json.clone());
        Row { cells: columns.iter().map(|column| column.cell(job)).collect(), unreadable }
    }

    /// All that it holds of a job, as machines read it; none where it holds nothing.
    pub fn whole(self, job: &Job) -> Option<Safe> {
        let text = self.cell(job).machine();
        (!text.is_empty()).then(|| Safe::joined(Foreign::from(text).lines(usize::MAX), "\n"))
    }

    /// What people see above it.
    pub(crate) fn title(self, zone: Tz) -> String {
        let title = match self {
            Self::Id => "Job id",
            Self::Type => "Type number",
            Self::Status | Self::StatusLabel => "Status",
            Self::Failed => "Failed",
            Self::Ok => "OK",
            Self::Skipped => "Skipped",
            Self::Total => "Total",
            Self::Started => "Started",
            Self::Finished => "Finished",
            Self::Duration => "Duration",
            Self::Comment => "Comment",
            Self::TypeLabel => "Type",
            Self::Service => "Service number",
            Self::ServiceLabel => "Service",
            Self::Seconds => "Took",
        };
        match self {
            Self::Started | Self::Finished => format!("{title} ({})", zone.name()),
            _ => title.to_owned(),
        }
    }

    /// The names that the API gives it; none where it is derived.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Id => &["jobId"],
            Self::Type => &["jobType"],
            Self::Status => &["status", "state"],
            Self::Failed => &["failedCount"],
            Self::Ok => &["successfulCount"],
            Self::Skipped => &["skippedCount"],
            Self::Total => &["totalCount"],
            Self::Started => &["startTime"],
            Self::Finished => &["finishTime"],
            Self::Duration => &["duration"],
            Self::Comment => &["comments"],
            Self::TypeLabel | Self::Service | Self::ServiceLabel | Self::StatusLabel | Self::Seconds => &[],
        }
    }

    /// How it was written, where that is worth keeping.
    pub(super) fn written(self, job: &Job) -> Option<&RawField> {
        let is_named = |name: &Foreign| self.fields().iter().any(|known| known.eq_ignore_ascii_case(name.raw()));
        job.raw.iter().find(|field| is_named(&field.name))
    }

    /// What was read, and how it was written, where that is worth keeping.
    fn odd(self, job: &Job, read: Cell) -> Cell {
        match self.written(job) {
            Some(field) => Cell::Odd(field.json.clone(), Box::new(read)),
            None => read,
        }
    }

    /// What it holds of a job.
    pub(crate) fn cell(self, job: &Job) -> Cell {
        let counts = &job.counts;
        match self {
            // A row that names no job has an id of our making.
            Self::Id if job.unreadable.is_some() => Cell::Nothing,
            Self::Id => match self.odd(job, Cell::Foreign(job.id.text().clone())) {
                // A field that comes twice names the job the first time.
                Cell::Odd(json, id) if serde_json::from_str::<String>(json.raw()).is_ok() => *id,
                id => id,
            },
            Self::Type => self.odd(job, job.job_type.map_or(Cell::Nothing, |number| Cell::Code(number.0))),
            Self::Status => {
                let status = job.status.map_or(Cell::Nothing, Cell::StatusCode);
                self.odd(job, status)
            }
            Self::Failed => self.odd(job, count(counts.failed)),
            Self::Ok => self.odd(job, count(counts.ok)),
            Self::Skipped => self.odd(job, count(counts.skipped)),
            Self::Total => self.odd(job, count(counts.total)),
            Self::Started => self.odd(job, job.started.map_or(Cell::Nothing, Cell::Moment)),
            Self::Finished => self.odd(job, job.finished.map_or(Cell::Nothing, Cell::Moment)),
            Self::Duration => self.odd(job, job.duration.map_or(Cell::Nothing, Cell::Span)),
            Self::Comment if let Some(reason) = job.unreadable => Cell::Aside(format!("unreadable row ({reason})")),
            Self::Comment => self.odd(job, Cell::Foreign(job.comment.clone())),
            Self::TypeLabel => job.job_type.map_or(Cell::Nothing, |known| Cell::Words(known.label().into_owned())),
            Self::Service => job.service().map_or(Cell::Nothing, |service| Cell::Code(service.0)),
            Self::ServiceLabel => job.service().map_or(Cell::Nothing, |known| Cell::Words(known.label().into_owned())),
            Self::StatusLabel => job.status.map_or(Cell::Nothing, Cell::Status),
            Self::Seconds => seconds(job).map_or(Cell::Nothing, |seconds| Cell::Seconds(seconds as f64)),
        }
    }
}

/// How long a job took that has ended, in whole seconds.
pub(crate) fn seconds(job: &Job) -> Option<i64> {
    let took = job.took(chrono::DateTime::UNIX_EPOCH).filter(|_| !job.is_unfinished());
    took.map(crate::model::TimeSpan::seconds)
}

fn count(number: Option<u64>) -> Cell {
    number.map_or(Cell::Nothing, Cell::Count)
}

impl Order {
    /// The rows that a store shows, in this order.
    pub(crate) fn of(self, store: &mut Store) -> Vec<RowNo> {
        let predicate = store.lens().predicate.clone();
        let sort = self.known().map(|column| Sort { column, direction: self.direction });
        store.look_through(Lens { predicate, sort, then: None });
        let shown = store.shown();
        if sort.is_some() {
            return shown.iter().collect();
        }
        let mut rows: Vec<_> = shown.iter().map(|row| (self.key(&store.job(row)), row)).collect();
        rows.sort_by(|(a, _), (b, _)| match (a, b) {
            (Some(a), Some(b)) if self.direction == Direction::Descending => b.cmp(a),
            (Some(a), Some(b)) => a.cmp(b),
            // Blanks stand last in both directions.
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// The store's own order by this column, where it has one.
    fn known(self) -> Option<store::Column> {
        match self.column {
            Column::Id => Some(store::Column::Id),
            Column::Type | Column::TypeLabel => Some(store::Column::Type),
            Column::Status | Column::StatusLabel => Some(store::Column::Status),
            Column::Failed => Some(store::Column::Failed),
            Column::Ok => Some(store::Column::Ok),
            Column::Skipped => Some(store::Column::Skipped),
            Column::Total => Some(store::Column::Total),
            Column::Service | Column::ServiceLabel => Some(store::Column::Service),
            Column::Started => Some(store::Column::Started),
            Column::Finished => Some(store::Column::Finished),
            Column::Comment => Some(store::Column::Comment),
            Column::Duration | Column::Seconds => None,
        }
    }

    /// What the other columns are compared by. A running job has no duration here, though a screen shows how long it runs.
    fn key(self, job: &Job) -> Option<i64> {
        match self.column {
            Column::Duration | Column::Seconds => seconds(job),
            _ => None,
        }
    }
}
