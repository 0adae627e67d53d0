//! What the user wants to see: the filter, and its split into the server's `Query` and our own `Predicate`.
//! It knows neither HTTP nor the screen.

mod language;
mod predicate;
mod range;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

pub use language::{Expression, FIELDS, LanguageError, literal};
pub use predicate::{Comparison, CountField, Instant, Predicate, Share, Term, contains_folded};
pub use range::{Edge, Range, RangeError, Unit, parse_moment};

use crate::model::{JobType, Query, Service, Status};

/// Everything that narrows the list. The server does the range, one service, one type and the search text; the rest is ours.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    /// The range of time.
    pub range: Range,
    /// Any of these services; none chosen: all.
    pub services: BTreeSet<Service>,
    /// Any of these job types; none chosen: all.
    pub types: BTreeSet<JobType>,
    /// Any of these statuses; none chosen: all.
    pub statuses: BTreeSet<Status>,
    /// Text that the server looks for in id and description.
    pub search: String,
    /// What we look for in what is loaded, in the filter language.
    pub text: Expression,
    /// Problems only.
    pub problems: bool,
    /// What a drill-down asks for besides.
    pub drill: Vec<Term>,
}

/// Who does a part of the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The server, for the whole list.
    Server,
    /// jobtop, over what is loaded.
    Here,
}

impl Filter {
    /// Splits the filter: what the server does, resolved at `now`, and what is left to us.
    pub fn split(&self, now: DateTime<Utc>) -> (Query, Predicate) {
        let (from, to) = self.range.resolve(now);
        let query = Query {
            search: Some(self.search.trim().to_owned()).filter(|text| !text.is_empty()),
            from,
            to,
            service: only(&self.services),
            job_type: only(&self.types),
        };
        (query, self.predicate(|place| place == Place::Here))
    }

    /// All of the filter but the range and the search text, as a predicate: for rows that an older query has brought.
    pub fn whole(&self) -> Predicate {
        self.predicate(|_| true)
    }

    /// What the server does of it; the list is another one when this changes.
    pub fn server_part(&self) -> (&Range, &str, Option<Service>, Option<JobType>) {
        (&self.range, self.search.trim(), only(&self.services), only(&self.types))
    }

    /// The same list without our own narrowing but the choice of services and types.
    #[must_use]
    pub fn scope(&self) -> Self {
        Self {
            statuses: BTreeSet::new(),
            text: Expression::default(),
            problems: false,
            drill: Vec::new(),
            ..self.clone()
        }
    }

    /// Who does the choice of services.
    pub fn services_place(&self) -> Place {
        if self.services.len() > 1 { Place::Here } else { Place::Server }
    }

    /// Who does the choice of types.
    pub fn types_place(&self) -> Place {
        if self.types.len() > 1 { Place::Here } else { Place::Server }
    }

    /// Whether anything but the range narrows the list.
    pub fn is_narrow(&self) -> bool {
        self != &Self { range: self.range.clone(), ..Self::default() }
    }

    fn predicate(&self, ours: impl Fn(Place) -> bool) -> Predicate {
        let mut terms = Vec::new();
        if !self.services.is_empty() && ours(self.services_place()) {
            terms.push(Term::Service(self.services.iter().copied().collect()));
        }
        if !self.types.is_empty() && ours(self.types_place()) {
            terms.push(Term::Type(self.types.iter().copied().collect()));
        }
        if !self.statuses.is_empty() {
            terms.push(Term::Status(self.statuses.iter().copied().collect()));
        }
        if self.problems {
            terms.push(Term::Problem);
        }
        terms.extend(self.text.terms().iter().cloned());
        terms.extend(self.drill.iter().cloned());
        Predicate::all(terms)
    }
}

/// The one chosen value, which is all that the server takes.
fn only<T: Copy + Ord>(chosen: &BTreeSet<T>) -> Option<T> {
    chosen.first().copied().filter(|_| chosen.len() == 1)
}

/// The days that a range touches in a zone, oldest first, as far as `now`; at most `max`, the newest.
pub fn days(
    query: &Query,
    oldest: Option<chrono::NaiveDate>,
    now: DateTime<Utc>,
    zone: Tz,
    max: usize,
) -> Vec<chrono::NaiveDate> {
    let date = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    let last = date(query.to.map_or(now, |to| to.min(now)));
    let first = query.from.map(date).or(oldest).unwrap_or(last).min(last);
    let mut days: Vec<_> = std::iter::successors(Some(last), chrono::NaiveDate::pred_opt)
        .take_while(|day| *day >= first)
        .take(max)
        .collect();
    days.reverse();
    days
}
