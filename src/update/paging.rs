//! Pages: what comes in, and what to ask for next. The list is a value; what to fetch is derived from what is shown.

use std::{collections::HashSet, time::Duration};

use super::{Effect, settle};
use crate::{
    model::{ApiError, JobId, Lane, Page, PageReply},
    pager::{Arrival, Coverage, First, Refreshed, Tail},
    state::{Level, Load, State},
};

/// Takes a reply in.
pub(super) fn take_in(state: &mut State, reply: PageReply) {
    state.now = state.now.max(reply.at);
    state.log.reply(&reply);
    let at = reply.at;
    if let Arrival::Page(page, lane, first) = state.pager.arrived(reply) {
        if first == First::Yes && state.outdated {
            state.outdated = false;
            state.store.clear();
            state.table.unseen_above = 0;
            settle::recount(state);
        }
        let before = state.table.index;
        merge(state, page, lane, at);
        settle::anchor(state);
        if lane == Lane::Refresh && !state.table.follows {
            state.table.unseen_above += state.table.index.saturating_sub(before);
        }
    }
}

fn merge(state: &mut State, page: Page, lane: Lane, at: chrono::DateTime<chrono::Utc>) {
    let seen: Vec<JobId> = page.jobs.iter().map(|job| job.id.clone()).collect();
    let merged = state.store.upsert(page.jobs, at);
    let scope = state.scope();
    for (row, before) in &merged.replaced {
        if scope.holds(before) {
            state.summary.remove(before);
        }
        if scope.holds(state.store.job(*row)) {
            state.summary.add(state.store.job(*row));
        }
    }
    for row in merged.added.iter().filter(|row| scope.holds(state.store.job(**row))) {
        state.summary.add(state.store.job(*row));
    }
    match lane {
        Lane::View => state.pager.progress(merged.added.len()),
        Lane::Refresh => {
            let added = merged.added.iter().map(|row| state.store.job(*row).id.clone()).collect();
            let refreshed = state.pager.refreshed(&seen, added, page.next);
            if refreshed == Refreshed::Lost || is_another_day(state) {
                settle::ask_anew(state);
            }
        }
    }
}

/// A relative range moves on once a day: the list is then read anew, its rows staying until the first page is here.
fn is_another_day(state: &State) -> bool {
    let day = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&state.zones.shown).date_naive();
    state.filter.range.is_relative() && day(state.now) != day(state.asked_at)
}

/// Asks for what the screen needs, if it is not under way already.
pub(super) fn demand(state: &mut State, effects: &mut Vec<Effect>) {
    if state.first_run {
        return;
    }
    finish_loading(state);
    if wants_more(state) {
        effects.extend(state.pager.order(state.now).map(Effect::FetchPage));
    }
    effects.extend(state.pager.order_refresh_again(state.now).map(Effect::FetchPage));
    effects.extend(state.pager.order_refresh_next(state.now).map(Effect::FetchPage));
    let missing = matches!(state.coverage(), Coverage::Missing(..)) && state.pager.trouble().is_none();
    if missing && !state.pager.refresh().is_walking(state.now) && state.pager.recheck() {
        order_refresh(state, Duration::ZERO, effects);
    }
    schedule(state, effects);
}

fn wants_more(state: &State) -> bool {
    // Where the detail pane covers the table, the cursor still moves from job to job.
    let rows = state.layout().map_or(0, |layout| layout.table_rows().max(1));
    let shown = state.store.shown().len();
    match state.load {
        Load::Stopped => false,
        Load::All(..) | Load::Seek => true,
        _ if state.pager.pages() == 0 => true,
        // A narrow filter may have to read far for one row: it fills the screen, and goes on as the cursor moves down.
        Load::AsNeeded if !state.store.lens().predicate.is_all() => shown < state.table.index + 1 + rows,
        Load::AsNeeded => shown < state.table.top + 2 * rows,
    }
}

fn finish_loading(state: &mut State) {
    let Load::All(since, before) = state.load else { return };
    let seconds = (state.now - since).as_seconds_f64();
    let loaded = state.store.len();
    match (state.pager.tail(), state.outdated) {
        (Tail::End, false) => {
            let text = format!("loaded {} jobs in {seconds:.1} s", loaded.saturating_sub(before));
            state.log.note(state.now, Level::Info, text.as_str());
            state.load = Load::AsNeeded;
        }
        (Tail::Failed(_, error), _) if !error.is_transient() => state.load = Load::AsNeeded,
        _ => {}
    }
}

/// Live mode: the next refresh is ordered as soon as the last one is done, with the interval as its delay.
fn schedule(state: &mut State, effects: &mut Vec<Effect>) {
    let refused = state.pager.trouble().is_some_and(ApiError::needs_a_person);
    if refused && state.pager.refresh().is_waiting(state.now) {
        state.pager.cancel_refresh();
        effects.push(Effect::Cancel(Lane::Refresh));
    }
    if !state.live.on || refused || !state.pager.refresh().is_idle() {
        return;
    }
    let pause = state.pager.refresh_pause(state.live.every);
    if state.pager.pages() > 0 {
        order_refresh(state, pause, effects);
    } else if matches!(state.pager.tail(), Tail::Failed(..)) {
        effects.extend(state.pager.order_again(state.now, pause).map(Effect::FetchPage));
    }
}

fn order_refresh(state: &mut State, delay: Duration, effects: &mut Vec<Effect>) {
    let unfinished: HashSet<JobId> = state.store.unfinished().cloned().collect();
    effects.push(Effect::FetchPage(state.pager.order_refresh(state.now, delay, unfinished)));
}

/// `r`: ask the server again, now.
pub(super) fn refresh(state: &mut State, effects: &mut Vec<Effect>) {
    state.pager.forgive(state.now);
    if state.load == Load::Stopped {
        state.load = Load::AsNeeded;
    }
    if state.pager.pages() > 0 {
        order_refresh(state, Duration::ZERO, effects);
    }
}

/// After another tenant's session: what was called off then is asked for again, and in live mode what is new at once.
pub(super) fn resume(state: &mut State, effects: &mut Vec<Effect>) {
    state.pager.put_back();
    state.pager.cancel_refresh();
    if state.live.on && state.pager.pages() > 0 {
        order_refresh(state, Duration::ZERO, effects);
    }
}

/// `R`: live mode on or off.
pub(super) fn toggle_live(state: &mut State, effects: &mut Vec<Effect>) {
    state.live.on = !state.live.on;
    if !state.live.on && !state.pager.refresh().is_idle() {
        state.pager.cancel_refresh();
        effects.push(Effect::Cancel(Lane::Refresh));
    }
}

/// `L`: load the whole range.
pub(super) fn load_all(state: &mut State) {
    if *state.pager.tail() == Tail::End && !state.outdated {
        state.notice = Some("the whole range is loaded".to_owned());
        return;
    }
    state.pager.forgive(state.now);
    state.load = Load::All(state.now, state.store.len());
}

/// Esc while the list is being loaded beyond what the screen needs: no more until the user moves on.
pub(super) fn stop(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    let filling = !state.store.lens().predicate.is_all() && matches!(state.pager.tail(), Tail::Loading(_));
    let stops = matches!(state.load, Load::All(..) | Load::Seek) || (filling && state.load == Load::AsNeeded);
    if stops {
        state.load = Load::Stopped;
        state.pager.put_back();
        effects.push(Effect::Cancel(Lane::View));
        state.notice = Some("stopped; ↓ or L goes on".to_owned());
    }
    stops
}
