//! Pages: what comes in, and what to ask for next. The list is a value; what to fetch is derived from what is shown.

use std::{collections::HashSet, time::Duration};

use super::{Effect, clocks, settle, watch};
use crate::{
    keymap::{Action, Context, Step},
    model::{ApiError, Job, JobId, Lane, Page, PageReply, PageRequest},
    pager::{Arrival, Call, Coverage, First, Reach, Refreshed, Tail},
    policy,
    state::{Level, Load, State},
    store::Merged,
};

/// Takes a reply in.
pub(super) fn take_in(state: &mut State, mut reply: PageReply, effects: &mut Vec<Effect>) {
    // It came before the clock was read; if not, the clock was set meanwhile.
    reply.at = reply.at.min(state.now);
    state.log.reply(&reply);
    let at = reply.at;
    clocks::compare(state, &reply);
    if reply.lane == Lane::Watch {
        return watch::take_in(state, reply, effects);
    }
    let took = reply.took;
    if let Arrival::Page(page, lane, first) = state.pager.arrived(reply, state.now) {
        if first == First::Yes && state.outdated {
            state.outdated = false;
            state.store.clear();
            state.table.unseen_above = 0;
            settle::recount(state);
        }
        let before = state.table.index;
        watch::saw(state, &page.jobs, effects);
        if lane == Lane::View {
            let fresh = page.jobs.iter().filter(|job| state.store.row(&job.id).is_none()).count();
            state.pager.walked(&page, fresh, took);
        }
        merge(state, page, lane, at);
        settle::anchor(state);
        if lane == Lane::Refresh && !state.table.follows {
            state.table.unseen_above += state.table.index.saturating_sub(before);
        }
    }
    for jobs in state.pager.deliver() {
        watch::saw(state, &jobs, effects);
        let merged = count_in(state, jobs, at);
        state.pager.progress(merged.added.len(), state.store.len());
        settle::anchor(state);
    }
}

fn merge(state: &mut State, page: Page, lane: Lane, at: chrono::DateTime<chrono::Utc>) {
    let seen: Vec<JobId> = page.jobs.iter().map(|job| job.id.clone()).collect();
    let merged = count_in(state, page.jobs, at);
    match lane {
        Lane::View => state.pager.progress(merged.added.len(), state.store.len()),
        Lane::Watch | Lane::Window(_) => {}
        Lane::Refresh => {
            let added = merged.added.iter().map(|row| state.store.id(*row)).collect();
            let refreshed = state.pager.refreshed(&seen, added, page.next);
            if refreshed == Refreshed::Done {
                watch::round(state);
            }
            // A list that has grown too long is begun anew with what is newest.
            let too_long = state.store.len() > policy::ROWS_MAX + policy::PAGE_ROWS;
            if refreshed == Refreshed::Lost || too_long || is_another_day(state) {
                settle::ask_anew(state);
            }
        }
    }
}

/// Takes jobs in, and counts them.
pub(super) fn count_in(state: &mut State, jobs: Vec<Job>, at: chrono::DateTime<chrono::Utc>) -> Merged {
    let merged = state.store.upsert(jobs, at);
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
    merged
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
    effects.extend(state.pager.hold(state.now).into_iter().map(Effect::FetchPage));
    check_end(state, effects);
    finish_loading(state);
    state.pager.read(reach(state));
    let ordered = order_more(state);
    // A seat is left before another takes it.
    effects.extend(state.pager.called_off().map(Effect::Cancel));
    effects.extend(ordered.into_iter().map(Effect::FetchPage));
    effects.extend(state.pager.order_refresh_again(state.now).map(Effect::FetchPage));
    effects.extend(state.pager.order_refresh_next(state.now).map(Effect::FetchPage));
    schedule(state, effects);
    watch::ask(state, effects);
}

/// The pages down the list that are wanted now: the next one, and where all are wanted those of windows beside it.
fn order_more(state: &mut State) -> Vec<PageRequest> {
    let now = state.now;
    if !wants_more(state) {
        return Vec::new();
    }
    let mut ordered: Vec<PageRequest> = state.pager.order(now).into_iter().collect();
    if matches!(state.pager.tail(), Tail::Failed(..)) {
        state.pager.leave_windows();
        return ordered;
    }
    ordered.extend(std::iter::from_fn(|| state.pager.order_beside(now)));
    // A window that cannot go on hands over.
    ordered.extend(state.pager.order(now));
    ordered
}

/// At the end of the list: what is missing may have come in at the top meanwhile, and after windows the server is asked once
/// more how many there are. What is missing still has been lost by windows, if there were any: all is walked once more.
fn check_end(state: &mut State, effects: &mut Vec<Effect>) {
    let is_end = *state.pager.tail() == Tail::End && !state.outdated && state.pager.trouble().is_none();
    if !is_end || state.pager.refresh().is_walking(state.now) {
        return;
    }
    let missing = matches!(state.coverage(), Coverage::Missing(..));
    if (missing || state.pager.had_windows()) && state.pager.recheck() {
        refresh_soon(state, effects);
    } else if missing && state.load != Load::Stopped && state.pager.walk_whole() && state.load == Load::AsNeeded {
        state.load = Load::All(state.now, state.store.len());
    }
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

/// What is filtered out, or is no problem, is passed over in larger pages once there is much of it.
fn reach(state: &State) -> Reach {
    let shown = state.store.shown().len();
    let much = policy::FAR_PAGES * usize::from(state.pager.page_size());
    let is_far = match state.load {
        Load::All(..) => return Reach::Whole,
        Load::Seek => shown.saturating_sub(state.table.index) > much,
        Load::AsNeeded | Load::Stopped => state.store.len() >= much && shown < state.store.len() / 10,
    };
    if is_far { Reach::Far } else { Reach::Some }
}

fn finish_loading(state: &mut State) {
    let Load::All(since, before) = state.load else { return };
    let seconds = (state.now - since).as_seconds_f64();
    let loaded = state.store.len();
    // After windows the end is no end before that was checked.
    let is_checked = !state.pager.had_windows() || !state.pager.refresh().is_walking(state.now);
    match (state.pager.tail(), state.outdated) {
        (Tail::End, false) if is_checked => {
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
    if refused {
        return;
    }
    let (now, every) = (state.now, state.live.every);
    let fails = matches!(state.pager.tail(), Tail::Failed(..));
    // Where the server has said when, its page is asked for then; live mode does so with its next refresh.
    let is_told = !state.live.on && state.pager.gate().is_some() && wants_more(state);
    if fails && (is_told || (state.live.on && state.pager.pages() == 0)) {
        let pause = state.pager.refresh_pause(every);
        effects.extend(state.pager.order_again(now, pause).map(Effect::FetchPage));
    } else if state.live.on && state.pager.refresh().is_idle() && state.pager.pages() > 0 {
        let pause = state.pager.refresh_pause(every);
        order_refresh(state, Call::Live { pause, every }, effects);
    }
}

fn order_refresh(state: &mut State, call: Call, effects: &mut Vec<Effect>) {
    let unfound: Vec<JobId> = state.watches.unfound().cloned().collect();
    state.pager.look_again(&unfound);
    let unfinished: HashSet<JobId> = state.store.unfinished().cloned().chain(unfound).collect();
    effects.push(Effect::FetchPage(state.pager.order_refresh(state.now, call, unfinished)));
}

/// A refresh that need not wait for its interval.
fn refresh_soon(state: &mut State, effects: &mut Vec<Effect>) {
    let call = Call::Live { pause: Duration::ZERO, every: state.live.every };
    order_refresh(state, call, effects);
}

/// `r`: ask the server again, now, even where it wants to be left alone.
pub(super) fn refresh(state: &mut State, effects: &mut Vec<Effect>) {
    if state.load == Load::Stopped {
        state.load = Load::AsNeeded;
    }
    let is_listed = state.pager.pages() > 0;
    let under_way =
        if is_listed { state.pager.refresh().is_walking(state.now) } else { state.pager.is_busy(state.now) };
    if under_way {
        state.notice = Some("the server is being asked".to_owned());
    } else if may_ask(state) {
        // It may have been exchanged, or its permission granted, since it was refused.
        if state.pager.trouble().is_some_and(ApiError::needs_a_person) {
            effects.push(Effect::SignInAnew);
            // What was asked with the old one is not answered any more, and is asked for again.
            state.pager.put_back();
            watch::forget(state);
        }
        state.pager.forgive();
        if is_listed {
            order_refresh(state, Call::ByHand, effects);
        } else {
            effects.extend(state.pager.order_by_hand(state.now).map(Effect::FetchPage));
        }
    }
}

/// Whether the user may ask again now; if not, the footer says when.
fn may_ask(state: &mut State) -> bool {
    let wait = state.pager.ask(state.now).err();
    if let Some(wait) = wait {
        let seconds = wait.as_millis().div_ceil(1_000);
        let why = if state.pager.gate().is_some() { "the server asks to wait" } else { "asked just now" };
        state.notice = Some(format!("{why}; r asks again in {seconds} s"));
    }
    wait.is_none()
}

/// After another tenant's session: what was called off then is asked for again, and in live mode what is new at once.
pub(super) fn resume(state: &mut State, effects: &mut Vec<Effect>) {
    state.pager.put_back();
    state.pager.cancel_refresh();
    watch::forget(state);
    if state.live.on && state.pager.pages() > 0 {
        refresh_soon(state, effects);
    }
}

/// After a jump of the clock what is shown is old: one refresh, in place of the one that waits, not one for each that was
/// missed. Without live mode it is only said.
pub(super) fn catch_up(state: &mut State, effects: &mut Vec<Effect>) {
    state.pager.doubt();
    // Before what follows is ordered.
    effects.push(Effect::Reconnect);
    if matches!(state.pager.tail(), Tail::Loading(attempt) if !attempt.is_waiting(state.now)) {
        // What was asked before goes by a connection that is dead by now: it is asked again, if it is still wanted.
        state.pager.put_back();
        effects.push(Effect::Cancel(Lane::View));
    }
    if !state.live.on || state.pager.trouble().is_some_and(ApiError::needs_a_person) {
        return;
    }
    if state.pager.pages() > 0 {
        if state.pager.refresh().is_walking(state.now) {
            effects.push(Effect::Cancel(Lane::Refresh));
        }
        refresh_soon(state, effects);
    } else {
        state.pager.hurry(state.now);
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
    state.load = Load::All(state.now, state.store.len());
    let stopped = match state.pager.tail() {
        Tail::Failed(..) => true,
        // What waits only because so much was scrolled goes on by itself, and soon.
        Tail::Loading(attempt) => attempt.is_waiting(state.now) && state.pager.trouble().is_some(),
        Tail::More(_) | Tail::End => false,
    };
    // What waits for the gate goes on when that opens.
    if stopped && state.pager.gate().is_none() && may_ask(state) {
        state.pager.forgive();
        state.pager.hurry(state.now);
    }
}

/// Esc while the list is being loaded beyond what the screen needs: no more until the user moves on.
pub(super) fn stop(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    let filling = !state.store.lens().predicate.is_all() && matches!(state.pager.tail(), Tail::Loading(_));
    let stops = matches!(state.load, Load::All(..) | Load::Seek) || (filling && state.load == Load::AsNeeded);
    if stops {
        state.load = Load::Stopped;
        state.pager.put_back();
        effects.push(Effect::Cancel(Lane::View));
        let key = |action| state.keymap.key(Context::Table, action);
        let (down, all) = (key(Action::Move(Step::Down)), key(Action::LoadAll));
        state.notice = Some(format!("stopped; {down} or {all} goes on"));
    }
    stops
}
