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

use crate::{
    catalogue::catalogue,
    model::{JobId, JobType, Query, Service, Status},
    text::is_same,
};

/// Everything that narrows the list. The server does the range, one service, one type and the search text; the rest is ours.
#[derive(Debug, Clone, Default)]
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

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        let Self { range, services, types, statuses, search, text, problems, drill } = other;
        is_same(&self.search, search)
            && self.text == *text
            && (&self.range, &self.problems, &self.drill) == (range, problems, drill)
            && (&self.services, &self.types, &self.statuses) == (services, types, statuses)
    }
}

/// Who does a part of the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The server, for the whole list.
    Server,
    /// jobtop, over what is loaded.
    Here,
}

/// The query that asks for one job, at any time, by its id. What else says the same text comes too.
pub fn query_of(id: &JobId) -> Query {
    Query { search: Some(id.text().raw().to_owned()), ..Query::default() }
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

    /// The same filter with as much as possible in the server's part: one service and one type that the expression asks
    /// for become the choice, unless one is chosen already. What it selects is the same. For what loads a whole range at
    /// once; on a screen, where an expression is typed, rows that are loaded would be asked for again.
    #[must_use]
    pub fn pushed(&self) -> Self {
        let mut pushed = self.clone();
        let mut ours = std::mem::take(&mut pushed.text).terms().to_vec();
        let service = |term: &Term| match term {
            Term::Service(any) => alone(any).filter(|service| catalogue().service(service.0).is_some()),
            _ => None,
        };
        let job_type = |term: &Term| match term {
            Term::Type(any) => alone(any).filter(|job_type| catalogue().job_type(job_type.0).is_some()),
            _ => None,
        };
        if only(&self.services).is_none()
            && let Some(service) = take(&mut ours, service)
        {
            let chosen = std::mem::replace(&mut pushed.services, BTreeSet::from([service]));
            ours.extend((!chosen.is_empty()).then(|| Term::Service(chosen.into_iter().collect())));
        }
        if only(&self.types).is_none()
            && let Some(job_type) = take(&mut ours, job_type)
        {
            let chosen = std::mem::replace(&mut pushed.types, BTreeSet::from([job_type]));
            ours.extend((!chosen.is_empty()).then(|| Term::Type(chosen.into_iter().collect())));
        }
        pushed.drill.extend(ours);
        pushed
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

fn alone<T: Copy>(any: &[T]) -> Option<T> {
    any.first().copied().filter(|_| any.len() == 1)
}

/// Takes out the first term that can be read so.
fn take<T>(terms: &mut Vec<Term>, read: impl Fn(&Term) -> Option<T>) -> Option<T> {
    let (at, value) = terms.iter().enumerate().find_map(|(at, term)| Some((at, read(term)?)))?;
    terms.remove(at);
    Some(value)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Job;

    #[test]
    fn filters_are_the_same_only_where_every_part_is() {
        let now = "2026-11-23T13:02:11Z".parse().unwrap();
        let text = |text| Expression::parse(text, now, chrono_tz::UTC).unwrap();
        let whole = Filter {
            range: Range::All,
            services: [Service(1)].into(),
            types: [JobType(1)].into(),
            statuses: [Status::Failed].into(),
            search: "a".to_owned(),
            text: text("b"),
            problems: true,
            drill: vec![Term::Problem],
        };
        let others = [
            Filter { range: Range::default(), ..whole.clone() },
            Filter { services: [].into(), ..whole.clone() },
            Filter { types: [].into(), ..whole.clone() },
            Filter { statuses: [].into(), ..whole.clone() },
            Filter { search: String::new(), ..whole.clone() },
            Filter { search: "c".to_owned(), ..whole.clone() },
            Filter { text: text("c"), ..whole.clone() },
            Filter { text: text(""), ..whole.clone() },
            Filter { problems: false, ..whole.clone() },
            Filter { drill: vec![], ..whole.clone() },
        ];
        assert_eq!((&whole, &Filter::default()), (&whole.clone(), &Filter::default()));
        for other in others {
            assert_ne!(whole, other);
        }
    }

    fn jobs() -> impl Strategy<Value = Vec<Job>> {
        let types = prop::sample::select(vec![1_i64, 3, 20_016, 64, 90_130]);
        let statuses = prop::sample::select(Status::ALL.to_vec());
        let one = (types, statuses, 0..3_u64).prop_map(|(job_type, status, failed)| {
            let mut job = Job::new(JobId::new("J"));
            (job.job_type, job.status, job.counts.failed) = (Some(JobType(job_type)), Some(status), Some(failed));
            job
        });
        prop::collection::vec(one, 20)
    }

    fn filters() -> impl Strategy<Value = Filter> {
        let term = prop::sample::select(vec![
            "type:1",
            "type:azure-sql-backup",
            "type:90130",
            "type:1,3",
            "!type:1",
            "service:azure-vm",
            "service:2048",
            "service:azure-vm,azure-sql",
            "service:!azure-sql",
            "status:failed",
            "failed>0",
        ]);
        let services = prop::collection::btree_set(prop::sample::select(vec![Service(1), Service(2_048)]), 0..3);
        let types = prop::collection::btree_set(prop::sample::select(vec![JobType(1), JobType(20_016)]), 0..3);
        (prop::collection::vec(term, 0..4), services, types).prop_map(|(terms, services, types)| {
            let text = Expression::parse(&terms.join(" "), DateTime::UNIX_EPOCH, Tz::UTC).unwrap();
            Filter { services, types, text, ..Filter::default() }
        })
    }

    /// What the contract says of a server, in few lines of its own.
    fn serves(query: &Query, job: &Job) -> bool {
        let is_type = query.job_type.is_none_or(|asked| job.job_type == Some(asked));
        let table = catalogue();
        let service = job.job_type.and_then(|known| table.job_types.iter().find(|row| row.value == known.0));
        is_type && query.service.is_none_or(|asked| service.is_some_and(|row| row.service == asked.0))
    }

    proptest! {
        #[test]
        fn the_answer_never_depends_on_where_a_term_is_evaluated(jobs in jobs(), filter in filters()) {
            let answer = |filter: &Filter| {
                let (query, predicate) = filter.split(DateTime::UNIX_EPOCH);
                jobs.iter().map(|job| serves(&query, job) && predicate.holds(job)).collect::<Vec<_>>()
            };
            let here = jobs.iter().map(|job| filter.whole().holds(job)).collect::<Vec<_>>();
            prop_assert_eq!(&answer(&filter), &here);
            prop_assert_eq!(&answer(&filter.pushed()), &here);
        }
    }

    #[test]
    fn one_service_and_one_type_go_to_the_server_and_what_it_may_not_know_stays() {
        for (text, chosen, query) in [
            ("type:1 failed>0 service:azure-vm", vec![], (Some(1), Some(1))),
            ("type:1 type:3", vec![], (None, Some(1))),
            ("type:1", vec![3], (None, Some(3))),
            ("type:1", vec![1, 3], (None, Some(1))),
            ("!type:1 type:1,3 type:90130 azure", vec![], (None, None)),
        ] {
            let text = Expression::parse(text, DateTime::UNIX_EPOCH, Tz::UTC).unwrap();
            let types = chosen.into_iter().map(JobType).collect();
            let (asked, _) = Filter { types, text, ..Filter::default() }.pushed().split(DateTime::UNIX_EPOCH);
            assert_eq!((asked.service.map(|it| it.0), asked.job_type.map(|it| it.0)), query);
        }
    }
}
