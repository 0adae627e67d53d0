//! One row of a page → one job. A row that can't be read becomes a job that says so: none is ever dropped.
//! It knows nothing of the page around it but how many equal rows came before.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use serde_json::value::RawValue;

use super::field::{self, Fields, Value};
use crate::{
    model::{Counts, Job, JobId, JobType, RawField, Status},
    policy,
    text::Foreign,
};

/// A longer job id is none: the documented ones have 19 characters.
pub(super) const ID_BYTES: usize = 1_024;
/// Bytes kept of the name of a field that the contract does not know.
const NAME_BYTES: usize = 256;

/// How many rows of each text, by its hash, came before in the page.
pub(super) type Twins = HashMap<u64, u32>;

/// Reads a row.
pub(super) fn job(raw: &RawValue, twins: &mut Twins) -> Job {
    let Ok(fields) = Fields::read(raw.get()) else { return unreadable(raw, "the row is no object", twins) };
    let mut row = Row { fields, odd: Vec::new() };
    let id = match row.id() {
        Ok(id) => id,
        Err(reason) => return unreadable(raw, reason, twins),
    };
    Job {
        id,
        job_type: row.read(&["jobType"], |raw| field::number(raw, named_type)).map(JobType),
        status: row.read(&["status", "state"], |raw| field::number(raw, named_status)).map(Status::from_number),
        counts: Counts {
            ok: row.read(&["successfulCount"], field::count),
            failed: row.read(&["failedCount"], field::count),
            skipped: row.read(&["skippedCount"], field::count),
            total: row.read(&["totalCount"], field::count),
        },
        started: row.read(&["startTime"], field::time),
        finished: row.read(&["finishTime"], field::time),
        duration: row.read(&["duration"], field::span),
        comment: row.read(&["comments"], field::text).map(|text| cut(&text, policy::FIELD_BYTES)).unwrap_or_default(),
        unreadable: None,
        raw: row.kept(),
    }
}

struct Row<'a> {
    fields: Fields<'a>,
    odd: Vec<RawField>,
}

impl Row<'_> {
    fn id(&mut self) -> Result<JobId, &'static str> {
        let text = self.read(&["jobId"], |raw| match field::text(raw) {
            // A number names a job as well as a text does.
            Value::Odd(None) if raw.get().starts_with(|c: char| c.is_ascii_digit()) => {
                Value::Odd(Some(raw.get().to_owned()))
            }
            other => other,
        });
        match text {
            Some(text) if text.len() > ID_BYTES => Err("the row's job id is too long"),
            Some(text) if !text.trim().is_empty() => Ok(JobId::new(text)),
            _ => Err("the row has no job id"),
        }
    }

    /// Takes the first field that bears one of these names. A repetition stays among the rest, kept as it came.
    fn read<T>(&mut self, names: &[&str], read: impl Fn(&RawValue) -> Value<T>) -> Option<T> {
        let (name, raw) = names.iter().find_map(|name| self.fields.take(name))?;
        match read(raw) {
            Value::Nothing => None,
            Value::Exact(value) => Some(value),
            Value::Odd(value) => {
                self.odd.push(raw_field(&name, raw));
                value
            }
        }
    }

    fn kept(self) -> Box<[RawField]> {
        let rest = self.fields.rest().map(|(name, raw)| raw_field(&name, raw));
        self.odd.into_iter().chain(rest).collect()
    }
}

fn named_status(name: &str) -> Option<i64> {
    Status::from_name(name).map(Status::number)
}

fn named_type(name: &str) -> Option<i64> {
    JobType::from_name(name).map(|known| known.0)
}

/// A job that stands for a row's text. Its id is made of that text, so that a refresh recognises it.
fn unreadable(raw: &RawValue, reason: &'static str, twins: &mut Twins) -> Job {
    let mut hasher = DefaultHasher::new();
    raw.get().hash(&mut hasher);
    let hash = hasher.finish();
    let twin = twins.entry(hash).or_default();
    *twin += 1;
    let id = JobId::new(format!("unreadable-{hash:016x}-{twin}"));
    Job { unreadable: Some(reason), raw: Box::new([raw_field("row", raw)]), ..Job::new(id) }
}

fn raw_field(name: &str, raw: &RawValue) -> RawField {
    RawField { name: cut(name, NAME_BYTES), json: cut(raw.get(), policy::FIELD_BYTES) }
}

fn cut(text: &str, bytes: usize) -> Foreign {
    Foreign::from(&text[..text.floor_char_boundary(bytes)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TimeSpan;

    fn read(json: &str) -> Job {
        job(serde_json::from_str(json).unwrap(), &mut Twins::new())
    }

    fn kept(job: &Job) -> Vec<(&str, &str)> {
        job.raw.iter().map(|field| (field.name.raw(), field.json.raw())).collect()
    }

    #[test]
    fn older_and_odd_forms_are_read_and_kept() {
        let job = read(
            r#"{"JobId": "FB1", "JOBTYPE": "90130", "State": 2.0, "successfulcount": "12", "failedCount": -1,
                "startTime": 638656138260000000, "finishTime": "2024-10-27T08:21:08+00:00", "duration": 2410000000,
                "comments": null, "tenant": {"a": 1}, "jobid": "FB2"}"#,
        );
        assert_eq!((job.id.text().raw(), job.unreadable), ("FB1", None));
        assert_eq!((job.job_type, job.status), (Some(JobType(90130)), Some(Status::Finished)));
        assert_eq!((job.counts.ok, job.counts.failed, job.counts.total), (Some(12), None, None));
        assert_eq!(job.started, "2024-10-27T08:17:06Z".parse().ok());
        assert_eq!(job.finished, "2024-10-27T08:21:08Z".parse().ok());
        assert_eq!((job.duration, job.comment.is_empty()), (Some(TimeSpan::from_seconds(241)), true));
        let names: Vec<_> = kept(&job).into_iter().map(|(name, _)| name).collect();
        let odd = ["JOBTYPE", "State", "successfulcount", "failedCount", "startTime", "finishTime", "duration"];
        assert_eq!(names, [&odd[..], &["tenant", "jobid"]].concat());
        assert_eq!(kept(&job)[7..], [("tenant", r#"{"a": 1}"#), ("jobid", r#""FB2""#)]);
    }

    #[test]
    fn an_unfinished_job_has_no_finish_and_nothing_odd() {
        for finish in ["null", "\"\"", "\"0001-01-01T00:00:00\"", "\"0001-01-01T00:00:00Z\"", "0"] {
            let job = read(&format!(r#"{{"jobId": "FB1", "status": 1, "finishTime": {finish}}}"#));
            assert_eq!((job.finished, job.raw.len()), (None, 0), "{finish}");
        }
        let job = read(r#"{"jobId": "FB1", "finishTime": "soon", "status": {"a": []}}"#);
        assert_eq!((job.finished, job.status), (None, None));
        assert_eq!(kept(&job), [("status", r#"{"a": []}"#), ("finishTime", r#""soon""#)]);
    }

    #[test]
    fn a_row_that_names_no_job_is_shown_as_such() {
        let mut twins = Twins::new();
        for (json, reason) in [
            ("5", "the row is no object"),
            ("[]", "the row is no object"),
            ("{}", "the row has no job id"),
            (r#"{"jobId": null}"#, "the row has no job id"),
            (r#"{"jobId": " "}"#, "the row has no job id"),
            (r#"{"jobId": ["FB1"]}"#, "the row has no job id"),
        ] {
            let job = job(serde_json::from_str(json).unwrap(), &mut twins);
            assert_eq!((job.unreadable, kept(&job)), (Some(reason), vec![("row", json)]));
        }
        let raw = serde_json::from_str("{}").unwrap();
        let (second, third) = (job(raw, &mut twins).id, job(raw, &mut twins).id);
        assert_eq!(second, {
            let mut again = Twins::new();
            job(raw, &mut again);
            job(raw, &mut again).id
        });
        assert_ne!(second, third);
        assert_eq!(read(r#"{"jobId": 42}"#).id.text().raw(), "42");
    }

    #[test]
    fn one_field_never_grows_beyond_its_limit() {
        let long = "é".repeat(policy::FIELD_BYTES);
        let job = read(&format!(r#"{{"jobId": "FB1", "comments": "{long}", "{long}": "{long}"}}"#));
        assert_eq!(job.comment.raw().len(), policy::FIELD_BYTES);
        assert!(job.raw[0].json.raw().len() <= policy::FIELD_BYTES && job.raw[0].name.raw().len() <= NAME_BYTES);
        assert_eq!(read(&format!(r#"{{"jobId": "{long}"}}"#)).unreadable, Some("the row's job id is too long"));
    }
}
