//! Our own part of a filter: terms that a job must all fulfil, each with the words it is shown in.

use std::fmt;

use crate::model::{Job, JobType, Service, Status};

/// Terms that must all hold; none: every job passes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Predicate {
    terms: Vec<Term>,
}

/// One condition. An unknown value never fulfils it.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    /// The id, the type's label or the comment contains it; kept in lower case.
    Text(String),
    /// One of these statuses.
    Status(Vec<Status>),
    /// One of these services.
    Service(Vec<Service>),
    /// One of these types.
    Type(Vec<JobType>),
    /// More than none of these objects.
    Some(CountField),
    /// A problem, as `Job::is_problem` says.
    Problem,
    /// A row that could not be read.
    Unreadable,
}

/// A number of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountField {
    /// Objects done.
    Ok,
    /// Objects that failed.
    Failed,
    /// Objects left out.
    Skipped,
}

impl Predicate {
    /// The jobs that fulfil every term.
    pub fn all(terms: Vec<Term>) -> Self {
        Self { terms }
    }

    /// The jobs of these statuses.
    pub fn statuses(statuses: impl IntoIterator<Item = Status>) -> Self {
        Self::all(vec![Term::Status(statuses.into_iter().collect())])
    }

    /// Whether every job passes.
    pub fn is_all(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether a job passes.
    pub fn holds(&self, job: &Job) -> bool {
        self.terms.iter().all(|term| term.holds(job))
    }
}

impl Term {
    /// A word to look for, in any case.
    pub fn text(word: &str) -> Self {
        Self::Text(word.to_lowercase())
    }

    /// Whether a job fulfils it.
    pub fn holds(&self, job: &Job) -> bool {
        match self {
            Self::Text(word) => contains(job, word),
            Self::Status(any) => job.status.is_some_and(|status| any.contains(&status)),
            Self::Service(any) => job.service().is_some_and(|service| any.contains(&service)),
            Self::Type(any) => job.job_type.is_some_and(|job_type| any.contains(&job_type)),
            Self::Some(field) => field.of(job).is_some_and(|count| count > 0),
            Self::Problem => job.is_problem(),
            Self::Unreadable => job.unreadable.is_some(),
        }
    }
}

impl CountField {
    /// The number of a job.
    pub fn of(self, job: &Job) -> Option<u64> {
        match self {
            Self::Ok => job.counts.ok,
            Self::Failed => job.counts.failed,
            Self::Skipped => job.counts.skipped,
        }
    }

    /// Its name in filters.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// The term as the screen names it.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(word) => f.write_str(crate::text::Foreign::from(word.as_str()).line(40).as_str()),
            Self::Status(any) => f.write_str(&joined(any.iter().map(|status| status.short()))),
            Self::Service(any) => f.write_str(&joined(any.iter().map(|service| service.short()))),
            Self::Type(any) => f.write_str(&joined(any.iter().map(|job_type| job_type.short()))),
            Self::Some(field) => write!(f, "{}>0", field.name()),
            Self::Problem => f.write_str("problems"),
            Self::Unreadable => f.write_str("unreadable"),
        }
    }
}

fn joined<'a>(names: impl Iterator<Item = std::borrow::Cow<'a, str>>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

fn contains(job: &Job, word: &str) -> bool {
    let label = job.job_type.map(JobType::label);
    let short = job.job_type.map(JobType::short);
    let own = [label.as_deref(), short.as_deref(), Some(job.id.text().raw()), Some(job.comment.raw())];
    own.into_iter().flatten().any(|text| contains_folded(text, word))
}

/// Whether `text` contains `word`, which is in lower case already, without regard to case.
fn contains_folded(text: &str, word: &str) -> bool {
    if text.is_ascii() && word.is_ascii() {
        let (text, word) = (text.as_bytes(), word.as_bytes());
        return word.is_empty() || text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    }
    text.to_lowercase().contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::JobId;

    #[test]
    fn text_is_looked_for_in_id_label_and_comment_without_regard_to_case() {
        let mut job = Job::new(JobId::new("IB2026"));
        job.job_type = Some(JobType(20016));
        job.comment = "Login FAILED für Ümit".into();
        for word in ["ib20", "azure sql data", "Failed", "ümit", ""] {
            assert!(Term::text(word).holds(&job), "{word:?}");
        }
        assert!(!Term::text("vmware").holds(&job));
    }

    #[test]
    fn an_unknown_value_fulfils_nothing() {
        let job = Job::new(JobId::new("x"));
        for term in [
            Term::Status(vec![Status::Failed]),
            Term::Some(CountField::Failed),
            Term::Problem,
            Term::Type(vec![JobType(1)]),
        ] {
            assert!(!term.holds(&job), "{term:?}");
        }
    }
}
