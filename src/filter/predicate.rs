//! Our own part of a filter: terms that a job must all fulfil, each with the words it is shown in.

use std::{borrow::Borrow, fmt};

use chrono::{DateTime, Utc};

use crate::{
    model::{Facts, Job, JobType, Service, Status, TimeSpan},
    text::{Foreign, Safe},
};

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
    /// One of these kinds, as the catalogue names them.
    Kind(Vec<&'static str>),
    /// The id contains it; kept in lower case.
    Id(String),
    /// The comment contains it; kept in lower case.
    Comment(String),
    /// A number of objects compares so.
    Count(CountField, Comparison, u64),
    /// A share of the objects, 0 to 1, compares so.
    Share(Share, Comparison, f64),
    /// The length of time from start to finish compares so; a running job has none yet.
    Took(Comparison, TimeSpan),
    /// A moment compares so with a span of time: a day, or one moment.
    At(Instant, Comparison, DateTime<Utc>, DateTime<Utc>),
    /// The other term does not hold.
    Not(Box<Term>),
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
    /// All objects.
    Total,
}

/// A share of a job's objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Of those that failed.
    Failed,
    /// Of those left out.
    Skipped,
}

/// A moment of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instant {
    /// Its start.
    Started,
    /// Its end.
    Finished,
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Is,
    /// `!=`
    Not,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
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

    /// The terms.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether a job passes.
    pub fn holds(&self, job: impl Borrow<Job>) -> bool {
        self.terms.iter().all(|term| term.holds(job.borrow()))
    }

    /// Whether whatever passes is sure to pass `other`, too: then `other` need not be asked again.
    pub fn narrows(&self, other: &Self) -> bool {
        other.terms.iter().all(|term| self.terms.iter().any(|own| own.implies(term)))
    }

    /// The terms that `other` does not have.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> Self {
        Self::all(self.terms.iter().filter(|term| !other.terms.contains(term)).cloned().collect())
    }
}

impl Term {
    /// A word to look for, in any case.
    pub fn text(word: &str) -> Self {
        Self::Text(word.to_lowercase())
    }

    /// At least one of these objects.
    pub fn some(field: CountField) -> Self {
        Self::Count(field, Comparison::Above, 0)
    }

    /// Whether a job fulfils it.
    pub fn holds(&self, job: &Job) -> bool {
        match self {
            Self::Text(word) => contains(job, word),
            Self::Id(part) => contains_folded(job.id.text().raw(), part),
            Self::Comment(part) => contains_folded(job.comment.raw(), part),
            Self::Not(other) => !other.holds(job),
            _ => self.holds_of(&job.facts()) == Some(true),
        }
    }

    /// Whether a job of these facts fulfils it; `None` where that is a matter of its texts.
    pub fn holds_of(&self, job: &Facts) -> Option<bool> {
        Some(match self {
            Self::Text(_) | Self::Id(_) | Self::Comment(_) => return None,
            Self::Status(any) => job.status.is_some_and(|status| any.contains(&status)),
            Self::Service(any) => job.service().is_some_and(|service| any.contains(&service)),
            Self::Type(any) => job.job_type.is_some_and(|job_type| any.contains(&job_type)),
            Self::Kind(any) => job.job_type.and_then(JobType::kind).is_some_and(|kind| any.contains(&kind)),
            Self::Count(field, comparison, number) => {
                field.of(*job).is_some_and(|count| comparison.holds(&count, number))
            }
            Self::Share(share, comparison, part) => share.of(job).is_some_and(|share| comparison.holds(&share, part)),
            Self::Took(comparison, span) => {
                let took = if job.is_unfinished() { None } else { job.took(DateTime::UNIX_EPOCH) };
                took.is_some_and(|took| comparison.holds(&took, span))
            }
            Self::At(instant, comparison, from, to) => {
                instant.of(job).is_some_and(|at| comparison.holds_of_span(&at, from, to))
            }
            Self::Not(other) => !other.holds_of(job)?,
            Self::Problem => job.is_problem(),
            Self::Unreadable => job.unreadable.is_some(),
        })
    }

    /// Whether whatever fulfils it is sure to fulfil `other`, as far as can be told from the two: a longer word says more.
    fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(own) | Self::Id(own) | Self::Comment(own), Self::Text(word))
            | (Self::Id(own), Self::Id(word))
            | (Self::Comment(own), Self::Comment(word)) => own.contains(word.as_str()),
            (Self::Status(own), Self::Status(any)) => own.iter().all(|status| any.contains(status)),
            _ => self == other,
        }
    }
}

impl CountField {
    /// The number of a job.
    pub fn of(self, job: impl Into<Facts>) -> Option<u64> {
        let counts = job.into().counts;
        match self {
            Self::Ok => counts.ok,
            Self::Failed => counts.failed,
            Self::Skipped => counts.skipped,
            Self::Total => counts.total,
        }
    }

    /// Its name in filters.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Total => "total",
        }
    }
}

impl Share {
    /// The share of a job, 0 to 1.
    pub fn of(self, job: &Facts) -> Option<f64> {
        match self {
            Self::Skipped => job.skipped_share(),
            Self::Failed => {
                let total = job.counts.total.filter(|total| *total > 0)?;
                Some(job.counts.failed? as f64 / total as f64)
            }
        }
    }

    /// Its name in filters.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed%",
            Self::Skipped => "skipped%",
        }
    }
}

impl Instant {
    fn of(self, job: &Facts) -> Option<DateTime<Utc>> {
        match self {
            Self::Started => job.started,
            Self::Finished => job.finished,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Finished => "finished",
        }
    }
}

impl Comparison {
    /// Whether a value compares so with another.
    pub fn holds<T: PartialOrd>(self, value: &T, other: &T) -> bool {
        match self {
            Self::Is => value == other,
            Self::Not => value != other,
            Self::Above => value > other,
            Self::AtLeast => value >= other,
            Self::Below => value < other,
            Self::AtMost => value <= other,
        }
    }

    /// Whether a moment compares so with a span. It is met by what lies in it, left behind by what comes after its end.
    pub fn holds_of_span<T: PartialOrd>(self, at: &T, from: &T, to: &T) -> bool {
        match self {
            Self::Is => at >= from && at <= to,
            Self::Not => at < from || at > to,
            Self::Above => at > to,
            Self::AtLeast => at >= from,
            Self::Below => at < from,
            Self::AtMost => at <= to,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Is => "=",
            Self::Not => "!=",
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::AtMost => "<=",
        }
    }
}

/// The term as the screen names it.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(word) => f.write_str(shown(word).as_str()),
            Self::Status(any) => f.write_str(&joined(any.iter().map(|status| status.short()))),
            Self::Service(any) => f.write_str(&joined(any.iter().map(|service| service.short()))),
            Self::Type(any) => f.write_str(&joined(any.iter().map(|job_type| job_type.short()))),
            Self::Kind(any) => f.write_str(&any.join(", ")),
            Self::Id(part) => write!(f, "id {}", shown(part)),
            Self::Comment(part) => write!(f, "comment {}", shown(part)),
            Self::Count(field, comparison, number) => write!(f, "{}{}{number}", field.name(), comparison.sign()),
            Self::Share(share, comparison, part) => write!(f, "{}{}{}", share.name(), comparison.sign(), part * 100.0),
            Self::Took(comparison, span) => write!(f, "dur{}{span}", comparison.sign()),
            Self::At(instant, comparison, from, _) => {
                write!(f, "{}{}{}", instant.name(), comparison.sign(), from.format("%Y-%m-%dT%H:%M:%SZ"))
            }
            Self::Not(other) => write!(f, "not {other}"),
            Self::Problem => f.write_str("problems"),
            Self::Unreadable => f.write_str("unreadable"),
        }
    }
}

fn shown(text: &str) -> Safe {
    Foreign::from(text).line(40)
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
pub fn contains_folded(text: &str, word: &str) -> bool {
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
            Term::Count(CountField::Failed, Comparison::Above, 0),
            Term::Problem,
            Term::Type(vec![JobType(1)]),
        ] {
            assert!(!term.holds(&job), "{term:?}");
        }
    }
}
