//! Watching jobs until they end. The list tells of those that it shows; for the others the server is asked by their ids, one
//! at a time, when a refresh is done and has not met them.

use std::time::Duration;

use super::{Effect, paging};
use crate::{
    filter::query_of,
    format,
    keymap::{Action, Context},
    model::{Cursor, Generation, Job, JobId, Lane, PageReply, PageRequest},
    policy,
    state::{Announcement, Level, State, Watched, has_ended},
};

/// `m`: watches the marked jobs that can still end, else the one under the cursor; where all of them are watched, ends that.
pub(super) fn turn(state: &mut State) {
    let rows = state.rows_meant();
    let jobs: Vec<Job> = rows.into_iter().map(|row| state.store.job(row)).collect();
    let (ended, running): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(|job| !job.is_unfinished());
    let told = match (running.as_slice(), ended.as_slice()) {
        ([], []) => "no job to watch: none of the marked ones is loaded".to_owned(),
        ([], [one]) => not_to_be_watched(state, one),
        ([], several) => {
            format!("none of the {} marked jobs can still end, so there is nothing to watch", several.len())
        }
        (running, _) if running.iter().all(|job| state.watches.holds(&job.id)) => {
            for job in running {
                state.watches.end(&job.id);
            }
            format!("{} not watched any more", what(running))
        }
        (running, ended) => begin(state, running, ended.len()),
    };
    state.log.note(state.now, Level::Info, told.as_str());
    state.notice = Some(told);
}

fn not_to_be_watched(state: &State, job: &Job) -> String {
    let id = shown(&job.id);
    let Some(status) = job.status else {
        return format!("{id} cannot be watched: the server does not tell its status");
    };
    let at = job.finished.map(|at| format!(" since {}", format::moment(at, state.now, state.zones.shown)));
    format!("{id} has ended: {}{}; there is nothing to watch", status.word(), at.unwrap_or_default())
}

fn begin(state: &mut State, running: &[Job], ended: usize) -> String {
    let new: Vec<&Job> = running.iter().filter(|job| !state.watches.holds(&job.id)).collect();
    if state.watches.jobs.len() + new.len() > policy::WATCHES {
        return format!("not watched: {} jobs are the most that are watched at a time", policy::WATCHES);
    }
    for job in new {
        // What is on the screen was seen when that came.
        state.watches.jobs.push(Watched { id: job.id.clone(), seen: true, unfound: false });
    }
    let key = |action| state.keymap.key(Context::Table, action);
    let (live, refresh, watch) = (key(Action::Live), key(Action::Refresh), key(Action::Watch));
    let beside = if ended > 0 { format!("; {ended} of the marked have ended already") } else { String::new() };
    let how = if state.live.on {
        format!("its end is told; {watch} ends the watch")
    } else {
        format!("live mode is off: only {refresh} finds out, {live} turns it on")
    };
    format!("{} watched: {how}{beside}", what(running))
}

fn what(jobs: &[Job]) -> String {
    match jobs {
        [one] => shown(&one.id),
        several => format!("{} jobs", several.len()),
    }
}

fn shown(id: &JobId) -> String {
    id.text().line(40).into()
}

/// An answer shows these jobs.
pub(super) fn saw(state: &mut State, jobs: &[Job], effects: &mut Vec<Effect>) {
    if state.watches.jobs.is_empty() {
        return;
    }
    let mut ended = Vec::new();
    for job in jobs {
        if let Some(watched) = state.watches.jobs.iter_mut().find(|watched| watched.id == job.id) {
            watched.seen = true;
            if has_ended(job) {
                ended.push(job);
            }
        }
    }
    // A page may name a job twice.
    ended.retain(|job| state.watches.end(&job.id));
    let ended: Vec<Announcement> = ended.into_iter().map(|job| Announcement::of(job, state)).collect();
    for announcement in &ended {
        state.log.note(state.now, Level::Info, format!("watched {}", announcement.text));
    }
    match ended.as_slice() {
        [] => {}
        [one] => state.notice = Some(format!("watched {}", one.text)),
        several => {
            let key = state.keymap.key(Context::Table, Action::Messages);
            state.notice = Some(format!("{} watched jobs have ended; {key} names them", several.len()));
        }
    }
    effects.extend(ended.into_iter().map(|one| Effect::Announce(Box::new(one))));
}

/// A refresh is done: whom it has not met is asked for by name.
pub(super) fn round(state: &mut State) {
    let watches = &mut state.watches;
    watches.missed = watches.jobs.iter().filter(|watched| !watched.seen).map(|watched| watched.id.clone()).collect();
    watches.jobs.iter_mut().for_each(|watched| watched.seen = false);
}

/// Asks for the next job that a refresh has missed, unless the server wants to be left alone.
pub(super) fn ask(state: &mut State, effects: &mut Vec<Effect>) {
    if state.watches.asked.is_some() || state.pager.gate().is_some() {
        return;
    }
    let Some(id) = state.watches.missed.pop() else { return };
    state.watches.requests = Generation(state.watches.requests.0 + 1);
    effects.push(Effect::FetchPage(PageRequest {
        lane: Lane::Watch,
        generation: state.watches.requests,
        query: query_of(&id),
        cursor: Cursor::First,
        attempt: 1,
        page_size: policy::PAGE_SIZE_MIN.min(state.pager.page_size()),
        delay: Duration::ZERO,
        patience: policy::TOKEN_TIMEOUT + policy::PAGE_TIMEOUT,
    }));
    state.watches.asked = Some(id);
}

/// The server's word on a job that it was asked for by its id.
pub(super) fn take_in(state: &mut State, reply: PageReply, effects: &mut Vec<Effect>) {
    if reply.generation != state.watches.requests {
        return;
    }
    let Some(id) = state.watches.asked.take() else { return };
    let page = match reply.result {
        Ok(page) => page,
        Err(error) => return state.pager.heard(&error, state.now),
    };
    let found = page.jobs.into_iter().find(|job| job.id == id);
    if let Some(watched) = state.watches.jobs.iter_mut().find(|watched| watched.id == id) {
        let was_unfound = std::mem::replace(&mut watched.unfound, found.is_none());
        if found.is_none() && !was_unfound {
            let told = format!(
                "the server does not find {} by its id: its end is noticed only where the list or a refresh of {} pages meets it",
                shown(&id),
                policy::REFRESH_PAGES
            );
            state.log.note(state.now, Level::Warning, told.as_str());
            state.notice = Some(told);
        }
    }
    let Some(job) = found else { return };
    saw(state, std::slice::from_ref(&job), effects);
    if let Some(watched) = state.watches.jobs.iter_mut().find(|watched| watched.id == id) {
        // The next refresh has it to meet all the same.
        watched.seen = false;
    }
    // The list shows it where it has it, and does not take it up where it has not.
    if !state.outdated && state.store.row(&id).is_some() {
        paging::count_in(state, vec![job], reply.at);
    }
}

/// What was asked is not answered any more.
pub(super) fn forget(state: &mut State) {
    state.watches.asked = None;
    state.watches.missed.clear();
}
