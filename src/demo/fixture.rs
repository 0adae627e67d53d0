//! Given jobs as a ledger: JSON objects that are sent as they came, with as much understood as the filters need.
//! It must never know HTTP, and never mend what a test gave it.

use std::cmp::Reverse;
use std::ops::Range;

use serde_json::Value;

use super::catalogue::Catalogue;
use super::pages::{Ledger, Position};
use super::query::{Filter, instant};

/// Jobs in the order in which they are served.
pub(super) struct Fixture {
    jobs: Vec<Served>,
}

struct Served {
    json: String,
    id: String,
    /// In lower case, the id and the comments.
    searched: [String; 2],
    start: Option<i64>,
    job_type: Option<u32>,
    service: Option<u32>,
}

impl Fixture {
    pub(super) fn new(jobs: &[Value], catalogue: &Catalogue) -> Self {
        let services = catalogue.services();
        let mut jobs: Vec<Served> = jobs.iter().map(Served::new).collect();
        for job in &mut jobs {
            job.service = job.job_type.and_then(|job_type| services.get(&job_type).copied());
        }
        jobs.sort_by_key(|job| Reverse(job.start.unwrap_or(i64::MAX)));
        Self { jobs }
    }
}

impl Served {
    fn new(job: &Value) -> Self {
        let text = |name| field(job, name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let number = |value: &Value| match value {
            Value::String(text) => text.parse().ok(),
            other => other.as_u64().and_then(|number| u32::try_from(number).ok()),
        };
        let id = text("jobId");
        Self {
            json: job.to_string(),
            searched: [id.to_lowercase(), text("comments").to_lowercase()],
            id,
            // .NET's year 1 is its way to say that there is no time.
            start: instant(&text("startTime")).filter(|_| !text("startTime").starts_with("0001")),
            job_type: field(job, "jobType").and_then(number),
            service: None,
        }
    }
}

/// A field by its name without regard to case, as the older forms of the API need it.
fn field<'a>(job: &'a Value, name: &str) -> Option<&'a Value> {
    job.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

impl Ledger for Fixture {
    fn count(&self) -> usize {
        self.jobs.len()
    }

    fn window(&self, _: &Filter) -> Range<usize> {
        0..self.jobs.len()
    }

    fn sure(&self, _: &Filter) -> Range<usize> {
        self.jobs.len()..self.jobs.len()
    }

    /// A job without a start time has none to be filtered by: it is within any bounds.
    fn matches(&self, row: usize, filter: &Filter, _: i64) -> bool {
        let job = &self.jobs[row];
        let found = |text: &String| job.searched.iter().any(|searched| searched.contains(text));
        job.start.is_none_or(|start| filter.spans(start))
            && filter.names(job.job_type, job.service)
            && filter.text.as_ref().is_none_or(found)
    }

    fn live(&self) -> &[usize] {
        &[]
    }

    /// Given jobs may share id and time, so the place in the list is what counts; the id only makes the token longer.
    fn position(&self, row: usize) -> Position {
        Position { rank: i64::try_from(row).unwrap_or(i64::MAX), id: self.jobs[row].id.clone() }
    }

    fn after(&self, position: &Position) -> usize {
        usize::try_from(position.rank).map_or(0, |row| row.saturating_add(1))
    }

    fn write(&self, row: usize, _: i64, json: &mut String) {
        json.push_str(&self.jobs[row].json);
    }
}
