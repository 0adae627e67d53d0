//! Phrases of jobs and keys: status first, since that is what is listened for; where one is, last.

use crate::{
    format,
    keymap::{Action, Context},
    model::{Job, JobType, Service, Status, TimeSpan},
    policy,
    state::State,
    store::Column,
};

/// The first line.
pub(super) fn welcome(state: &State) -> String {
    let context = state.context();
    let key = |action| state.keymap.key(context, action);
    format!(
        "jobtop in plain lines. {} tells where you are, {} quits{}.",
        spoken(&key(Action::Redraw)),
        spoken(&key(Action::Close)),
        if context == Context::Table { format!(", {} tells all keys", key(Action::Help)) } else { String::new() },
    )
}

/// Signs of the screen as words.
pub(super) fn spoken(text: &str) -> String {
    const WORDS: [(&str, &str); 14] = [
        (" · ", ", "),
        (" – ", " to "),
        ("✗ ", ""),
        (" ▴~", " ascending so far"),
        (" ▾~", " descending so far"),
        ("▴ ", ""),
        ("▾ ", ""),
        (" ▴", " ascending"),
        (" ▾", " descending"),
        (" › ", ", "),
        ("↑", "Up"),
        ("↓", "Down"),
        ("←", "Left"),
        ("→", "Right"),
    ];
    WORDS.iter().fold(text.to_owned(), |text, (sign, word)| text.replace(sign, word))
}

pub(super) fn status(status: Option<Status>) -> String {
    status.map_or("status unknown".into(), Status::word).into_owned()
}

/// Status and type.
pub(super) fn name(job: &Job) -> String {
    if job.unreadable.is_some() {
        return "unreadable row".to_owned();
    }
    let kind = job.job_type.map_or("type unknown".into(), JobType::short);
    format!("{}, {kind}", status(job.status))
}

/// What a job comes to.
pub(super) fn outcome(job: &Job) -> String {
    if let Some(reason) = job.unreadable {
        return format!("unreadable row: {reason}");
    }
    let counts = job.counts;
    let mut told: Vec<String> = Vec::new();
    for (number, word) in [(counts.failed, "failed"), (counts.skipped, "skipped")] {
        told.extend(number.filter(|n| *n > 0).map(|n| format!("{} {word}", format::count(n))));
    }
    let heavy = job.skipped_share().filter(|share| *share >= policy::SKIP_HEAVY && job.status != Some(Status::Skipped));
    if let (Some(share), Some(last)) = (heavy, told.last_mut()) {
        last.extend([", that is ", &format::percent(share)]);
    }
    if told.is_empty() {
        told.push(counts.ok.map_or("counts unknown".to_owned(), |ok| format!("{} ok", format::count(ok))));
    }
    told.join(", ")
}

/// A length of time to the minute, where it is more than some.
fn length(took: TimeSpan) -> String {
    let told = format::took_in_words(took);
    match told.rsplit_once(' ').and_then(|(rest, _)| rest.rsplit_once(' ')) {
        Some((rest, _)) if rest.contains("hour") && told.contains("second") => rest.to_owned(),
        _ => told,
    }
}

/// A job in one line, without where it stands.
pub(super) fn job(state: &State, job: &Job) -> String {
    if job.unreadable.is_some() {
        return outcome(job);
    }
    let started = job.started.map(|at| format::moment(at, state.now, state.zones.shown));
    let mut told = vec![name(job)];
    told.extend(match started {
        Some(at) => Some(format!("started {at}")),
        None if job.is_unfinished() => None,
        None => Some("started at an unknown time".to_owned()),
    });
    let so_far = if job.is_unfinished() { " so far" } else { "" };
    told.extend(job.took(state.store.as_of()).map(|took| format!("took {}{so_far}", length(took))));
    // Nothing was done yet of what nothing is known of.
    told.extend(Some(outcome(job)).filter(|_| !job.is_unfinished() || job.counts.total.is_some_and(|total| total > 0)));
    told.join(", ")
}

/// A column's name, and what the job has in it.
pub(super) fn cell(state: &State, job: Option<&Job>, column: Column) -> String {
    let title = column.title();
    let Some(job) = job else { return format!("column {title}") };
    let count = |number: Option<u64>| number.map_or("unknown".to_owned(), format::count);
    let value = match column {
        Column::Status => status(job.status),
        Column::Type => job.job_type.map_or("unknown".into(), JobType::short).into_owned(),
        Column::Started => {
            job.started.map_or("unknown".to_owned(), |at| format::moment(at, state.now, state.zones.shown))
        }
        Column::Service => job.service().map_or("unknown".into(), Service::short).into_owned(),
        Column::Finished => {
            job.finished.map_or("unknown".to_owned(), |at| format::moment(at, state.now, state.zones.shown))
        }
        Column::Took => job.took(state.store.as_of()).map_or("unknown".to_owned(), length),
        Column::Ok => count(job.counts.ok),
        Column::Failed => count(job.counts.failed),
        Column::Skipped => count(job.counts.skipped),
        Column::Total => count(job.counts.total),
        Column::Id => job.id.text().line(policy::PLAIN_COLUMNS).to_string(),
        Column::Comment if job.comment.is_empty() => "none".to_owned(),
        Column::Comment => job.comment.line(policy::PLAIN_COLUMNS / 2).to_string(),
    };
    format!("column {title}: {value}")
}
