//! A cell's value as a term of the filter language: what keeps the jobs that say the same there.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::Column;
use crate::{
    filter::CountField,
    model::{Job, TimeSpan},
};

/// Longer comments are told apart by their beginning.
const COMMENT_CHARS: usize = 120;

impl Column {
    /// The term that the jobs with a job's value in this column fulfil; on a time, those of that day in `zone`.
    ///
    /// # Errors
    /// Says why the value gives no term.
    pub fn term(self, job: &Job, zone: Tz) -> Result<String, &'static str> {
        let unknown = "the value is not known, so there is nothing to keep or exclude";
        let count = |field: CountField| field.of(job).map(|count| format!("{}={count}", field.name())).ok_or(unknown);
        let day = |name: &str, at: Option<DateTime<Utc>>| {
            at.map(|at| format!("{name}={}", at.with_timezone(&zone).format("%Y-%m-%d")))
        };
        match self {
            Self::Status => job.status.map(|status| format!("status:{}", status.slug())).ok_or(unknown),
            Self::Type => job.job_type.map(|job_type| format!("type:{}", job_type.slug())).ok_or(unknown),
            Self::Service => job.service().map(|service| format!("service:{}", service.slug())).ok_or(unknown),
            Self::Started => day("started", job.started).ok_or("this job has not started yet"),
            Self::Finished => day("finished", job.finished).ok_or("this job is not at its end yet"),
            Self::Took if job.is_unfinished() => Err("this job is not at its end, so it has no length yet"),
            Self::Took => {
                let span: Option<TimeSpan> = job.took(DateTime::UNIX_EPOCH);
                span.map(|span| format!("dur={span}")).ok_or(unknown)
            }
            Self::Ok => count(CountField::Ok),
            Self::Failed => count(CountField::Failed),
            Self::Skipped => count(CountField::Skipped),
            Self::Total => count(CountField::Total),
            Self::Id => quoted(job.id.text().raw()).map(|id| format!("id:{id}")).ok_or(unknown),
            Self::Comment => {
                quoted(job.comment.raw()).map(|part| format!("comment:{part}")).ok_or("this job has no comment")
            }
        }
    }
}

/// A text as the language quotes it; it has no quotes within quotes, so the longest part without them stands for the whole.
fn quoted(text: &str) -> Option<String> {
    let part = text.split('"').max_by_key(|part| part.len())?;
    let part: String = part.chars().take(COMMENT_CHARS).collect();
    let part = part.trim();
    let is_word = part.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    match (part.is_empty(), is_word) {
        (true, _) => None,
        (false, true) => Some(part.to_owned()),
        (false, false) => Some(format!("\"{part}\"")),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use proptest::prelude::*;

    use super::*;
    use crate::{
        filter::Expression,
        model::{JobId, JobType, Status},
    };

    fn now() -> DateTime<Utc> {
        "2026-11-23T13:02:11Z".parse().unwrap()
    }

    fn jobs() -> impl Strategy<Value = Job> {
        let comment = prop_oneof!["\\PC{0,200}", Just("said \"no\" to\nall of it: a=b, !c".to_owned())];
        let times = (proptest::option::of(0..9_000_000_i64), 0..100_000_i64);
        let numbers = (proptest::option::of(0..5_u64), proptest::option::of(0..200_i64), 0..8_usize);
        ("\\PC{1,24}", comment, times, numbers).prop_map(|(id, comment, (started, took), (count, job_type, status))| {
            let mut job = Job::new(JobId::new(id));
            job.comment = comment.as_str().into();
            job.started = started.map(|seconds| now() - TimeDelta::seconds(seconds));
            job.status = Some(Status::ALL[status]);
            job.finished = job.started.filter(|_| !job.is_unfinished()).map(|at| at + TimeDelta::milliseconds(took));
            job.counts.failed = count;
            job.job_type = job_type.map(JobType);
            job
        })
    }

    proptest! {
        /// E7: the term of a cell can be read, and the job itself fulfils it.
        #[test]
        fn e7_a_job_fulfils_the_term_of_each_of_its_cells(job in jobs()) {
            let zone = chrono_tz::Europe::Berlin;
            for column in Column::ALL {
                let Ok(term) = column.term(&job, zone) else { continue };
                let read = Expression::parse(&term, now(), zone);
                prop_assert!(read.as_ref().is_ok_and(|read| read.terms().len() == 1), "{term}: {read:?}");
                prop_assert!(read.unwrap().terms()[0].holds(&job), "{term} of {job:?}");
                let not = Expression::parse(&format!("!{term}"), now(), zone).unwrap();
                prop_assert!(!not.terms()[0].holds(&job), "!{term} of {job:?}");
            }
        }
    }
}
