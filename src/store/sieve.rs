//! Which rows a predicate lets through, found out on the columns: what depends on a type, a status or a comment is asked
//! once for each that occurs. Whatever has no column of its own goes through the job's facts, or the job.

use chrono::{DateTime, Utc};

use super::{
    RowNo, Shown,
    columns::{Columns, Count},
    list::List,
    pack,
    pattern::{Hour, IdPattern},
};
use crate::{
    filter::{CountField, Instant, Predicate, Term, contains_folded},
    model::{Facts, JobType, Status},
};

/// What a predicate is asked of.
pub(super) enum Rows<'a> {
    /// A whole list, of which what passes is copied and no more: the memory for all of it takes longer than to look at it.
    All(Shown<'a>),
    /// What another one let through.
    Left(List<RowNo>),
}

impl Rows<'_> {
    fn retain(&mut self, mut test: impl FnMut(RowNo) -> bool) {
        match self {
            Self::All(all) => *self = Self::Left(all.iter().filter(|row| test(*row)).collect()),
            Self::Left(rows) => rows.retain(test),
        }
    }
}

impl Columns {
    /// Those of `rows` that fulfil a predicate, in their order.
    pub(super) fn sift(&self, mut rows: Rows<'_>, predicate: &Predicate) -> List<RowNo> {
        let mut terms: Vec<&Term> = predicate.terms().iter().collect();
        terms.sort_by_key(|term| cost(term));
        for term in terms {
            self.keep(&mut rows, term, term, true);
        }
        match rows {
            Rows::All(all) => all.iter().collect(),
            Rows::Left(rows) => rows,
        }
    }

    /// Whether a row's job fulfils a predicate.
    pub(super) fn holds(&self, row: RowNo, predicate: &Predicate) -> bool {
        predicate.is_all() || predicate.holds(self.job(row))
    }

    /// Whether somebody should look at a row's job.
    #[inline]
    pub(super) fn is_problem(&self, row: RowNo) -> bool {
        if self.has_wholes()
            && let Some(job) = self.whole(row)
        {
            return job.is_problem();
        }
        let of_status = |code: u8| {
            let status = self.known_statuses.value(code.into()).copied();
            Facts { status, ..Facts::default() }.is_problem()
        };
        self.is_problem_by(row, of_status)
    }

    /// The same of a row that fits, where it is known which statuses are problems by themselves. Where no object failed and none was
    /// left out, as in nearly all, the status tells.
    #[inline]
    fn is_problem_by(&self, row: RowNo, of_status: impl Fn(u8) -> bool) -> bool {
        let has = |count| !matches!(self.number(row, count), 0 | pack::NO_NUMBER);
        let has_left_out = has(Count::Failed) || has(Count::Skipped);
        if has_left_out { self.outcome(row).is_problem() } else { of_status(self.status_code(row)) }
    }

    /// Keeps the rows of which a term is as `wanted`; `whole` is the term that it stands in.
    fn keep(&self, rows: &mut Rows<'_>, whole: &Term, term: &Term, wanted: bool) {
        match term {
            Term::Not(other) => self.keep(rows, whole, other, !wanted),
            Term::Status(any) => {
                let table = self.known_statuses.table(|status| status.is_some_and(|status| any.contains(status)));
                self.retain(rows, whole, |row| table[usize::from(self.status_code(row))] == wanted);
            }
            Term::Type(_) | Term::Service(_) | Term::Kind(_) => {
                let of_type = |job_type: Option<&JobType>| {
                    term.holds_of(&Facts { job_type: job_type.copied(), ..Facts::default() }).unwrap_or(false)
                };
                let table = self.known_types.table(of_type);
                self.retain(rows, whole, |row| table[usize::from(self.type_code(row))] == wanted);
            }
            Term::Count(field, comparison, number) => {
                let (count, number) = (column(*field), *number);
                self.retain(rows, whole, |row| {
                    let value = self.number(row, count);
                    (value != pack::NO_NUMBER && comparison.holds(&u64::from(value), &number)) == wanted
                });
            }
            Term::At(instant, comparison, from, to) => {
                let (from, to) = (nanos(*from), nanos(*to));
                self.retain(rows, whole, |row| {
                    let at = match instant {
                        Instant::Started => self.start(row),
                        Instant::Finished => self.finish(row),
                    };
                    (at != pack::NO_TIME && comparison.holds_of_span(&(i128::from(at) * 100), &from, &to)) == wanted
                });
            }
            Term::Text(word) => {
                let says = |text: Option<&str>| text.is_some_and(|text| contains_folded(text, word));
                let of_type = |job_type: Option<&JobType>| {
                    job_type.is_some_and(|job_type| says(Some(&job_type.label())) || says(Some(&job_type.short())))
                };
                let types = self.known_types.table(of_type);
                let comments: Vec<bool> = self.texts.all().map(|text| says(Some(text))).collect();
                let (id, mut hour) = (IdPattern::new(word), Hour::default());
                // A column that cannot say it is not read: memory that was not used for a while takes long.
                let (some_types, some_comments) = (types.contains(&true), comments.contains(&true));
                let some_ids = id.may_hold() || self.has_odd_ids();
                self.retain(rows, whole, |row| {
                    let says = some_types && types[usize::from(self.type_code(row))]
                        || some_comments && comments[self.comment_slot(row) as usize]
                        || some_ids && self.id_says(row, &id, word, &mut hour);
                    says == wanted
                });
            }
            Term::Comment(word) => {
                let comments: Vec<bool> = self.texts.all().map(|text| contains_folded(text, word)).collect();
                self.retain(rows, whole, |row| comments[self.comment_slot(row) as usize] == wanted);
            }
            Term::Id(word) => {
                let (id, mut hour) = (IdPattern::new(word), Hour::default());
                self.retain(rows, whole, |row| self.id_says(row, &id, word, &mut hour) == wanted);
            }
            Term::Problem => {
                let of_status =
                    |status: Option<&Status>| Facts { status: status.copied(), ..Facts::default() }.is_problem();
                let table = self.known_statuses.table(of_status);
                let is_problem = |row| self.is_problem_by(row, |code| table[usize::from(code)]);
                self.retain(rows, whole, |row| is_problem(row) == wanted);
            }
            Term::Share(..) => {
                self.retain(rows, whole, |row| term.holds_of(&self.outcome(row)) == Some(wanted));
            }
            Term::Took(comparison, span) => {
                let ends = self.known_statuses.table(|status| !status.is_some_and(|status| status.is_unfinished()));
                self.retain(rows, whole, |row| {
                    let took = if ends[usize::from(self.status_code(row))] { self.took(row) } else { None };
                    took.is_some_and(|took| comparison.holds(&took, span)) == wanted
                });
            }
            Term::Unreadable => self.retain(rows, whole, |_| !wanted),
        }
    }

    fn retain(&self, rows: &mut Rows<'_>, term: &Term, mut test: impl FnMut(RowNo) -> bool) {
        if self.has_wholes() {
            rows.retain(|row| self.whole(row).map_or_else(|| test(row), |job| term.holds(job)));
        } else {
            rows.retain(test);
        }
    }

    #[inline]
    fn id_says(&self, row: RowNo, pattern: &IdPattern, word: &str, hour: &mut Hour) -> bool {
        match self.odd_id(row) {
            Some(id) => contains_folded(id, word),
            None => pattern.holds_near(self.packed_id(row), hour),
        }
    }
}

/// What costs little comes first, and leaves less for what costs more.
fn cost(term: &Term) -> u8 {
    match term {
        Term::Not(other) => cost(other),
        Term::Status(_) | Term::Type(_) | Term::Service(_) | Term::Kind(_) | Term::Count(..) | Term::At(..) => 0,
        Term::Share(..) | Term::Took(..) | Term::Problem | Term::Unreadable => 1,
        Term::Comment(_) | Term::Id(_) | Term::Text(_) => 2,
    }
}

fn column(field: CountField) -> Count {
    match field {
        CountField::Ok => Count::Ok,
        CountField::Failed => Count::Failed,
        CountField::Skipped => Count::Skipped,
        CountField::Total => Count::Total,
    }
}

/// A moment in nanoseconds, exact whatever it is.
fn nanos(at: DateTime<Utc>) -> i128 {
    i128::from(at.timestamp()) * 1_000_000_000 + i128::from(at.timestamp_subsec_nanos())
}
