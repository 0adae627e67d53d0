//! What the table must show, said once more in few lines and independently of the store: filter, then sort everything.

use std::cmp::Ordering;

use jobtop::{
    filter::{Comparison, CountField, Filter, Term},
    insight::Summary,
    model::{Job, Status},
    state::State,
    store::{Column, Direction, Sort},
};

/// The shown rows of a state.
pub fn shown(state: &State) -> Vec<Job> {
    let mut jobs: Vec<Job> = state.store.jobs().filter(|job| passes(state, &state.filter, job)).collect();
    jobs.sort_by(|a, b| by_column(state, a, b).then_with(|| newest_first(a, b)));
    jobs
}

/// The summary of a state, counted anew.
pub fn summary(state: &State) -> Summary {
    let scope = state.filter.scope();
    Summary::of(state.store.jobs().filter(|job| passes(state, &scope, job)), state.zones.shown)
}

fn passes(state: &State, filter: &Filter, job: &Job) -> bool {
    // The server does a single service or type, but it did not do it for rows of an older list.
    let ours = |chosen: usize| chosen > 1 || (chosen == 1 && state.outdated);
    let service = !ours(filter.services.len()) || job.service().is_some_and(|it| filter.services.contains(&it));
    let job_type = !ours(filter.types.len()) || job.job_type.is_some_and(|it| filter.types.contains(&it));
    let status = filter.statuses.is_empty() || job.status.is_some_and(|it| filter.statuses.contains(&it));
    service
        && job_type
        && status
        && (!filter.problems || is_problem(job))
        // What a term means has its own tests; here it counts that the list follows.
        && filter.text.terms().iter().all(|term| term.holds(job))
        && filter.drill.iter().all(|term| drilled(term, job))
}

fn is_problem(job: &Job) -> bool {
    let half_skipped = job.counts.skipped.zip(job.counts.total).is_some_and(|(skipped, total)| 2 * skipped >= total);
    match job.status {
        Some(Status::Failed | Status::Exception) => true,
        Some(Status::Finished) if half_skipped => true,
        _ => job.counts.failed > Some(0),
    }
}

fn drilled(term: &Term, job: &Job) -> bool {
    match term {
        Term::Status(any) => job.status.is_some_and(|status| any.contains(&status)),
        Term::Type(any) => job.job_type.is_some_and(|kind| any.contains(&kind)),
        Term::Count(CountField::Ok, Comparison::Above, 0) => job.counts.ok > Some(0),
        Term::Count(CountField::Failed, Comparison::Above, 0) => job.counts.failed > Some(0),
        Term::Count(CountField::Skipped, Comparison::Above, 0) => job.counts.skipped > Some(0),
        Term::Unreadable => job.unreadable.is_some(),
        other => panic!("no drill-down makes the term {other}"),
    }
}

fn by_column(state: &State, a: &Job, b: &Job) -> Ordering {
    let Some(Sort { column, direction }) = state.sort else { return Ordering::Equal };
    match (cell(state, column, a), cell(state, column, b)) {
        (Some(a), Some(b)) if direction == Direction::Descending => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
        (None, None) => Ordering::Equal,
        (None, _) => Ordering::Greater,
        (_, None) => Ordering::Less,
    }
}

/// What a job has in a column: a number and a text, of which one is always the same.
fn cell(state: &State, column: Column, job: &Job) -> Option<(i128, String)> {
    let number = |number: i128| Some((number, String::new()));
    let text = |text: &str| Some((0, text.to_owned()));
    match column {
        Column::Status => number(Status::ALL.iter().position(|status| Some(*status) == job.status)? as i128),
        Column::Type => text(&job.job_type?.short()),
        Column::Service => text(&job.service()?.short()),
        Column::Finished => number(job.finished?.timestamp_millis().into()),
        Column::Started => number(job.started?.timestamp_millis().into()),
        Column::Took => match (job.started, job.finished) {
            (Some(started), Some(finished)) => number((finished - started).num_seconds().into()),
            (Some(started), None) if job.status == Some(Status::InProgress) => {
                number((state.store.as_of() - started).num_seconds().max(0).into())
            }
            _ if job.is_unfinished() => None,
            _ => number(job.duration?.seconds().into()),
        },
        Column::Ok => number(job.counts.ok?.into()),
        Column::Failed => number(job.counts.failed?.into()),
        Column::Skipped => number(job.counts.skipped?.into()),
        Column::Total => number(job.counts.total?.into()),
        Column::Id => text(job.id.text().raw()),
        Column::Comment => text(job.comment.raw()).filter(|(_, comment)| !comment.is_empty()),
    }
}

/// Jobs without a start have only just been made.
fn newest_first(a: &Job, b: &Job) -> Ordering {
    match (a.started, b.started) {
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (a, b) => b.cmp(&a),
    }
    .then_with(|| b.id.cmp(&a.id))
}
