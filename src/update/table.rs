//! The job table: moving, ranges, drilling into counts and the way back.

use super::panes;
use crate::{
    filter::{CountField, Filter, Term},
    insight::Summary,
    keymap::{Action, Side, Step},
    model::JobType,
    pager::Tail,
    state::{Crumb, Detail, Focus, Load, State, SummaryCell, Table},
    store::Column,
};

pub(super) fn act(state: &mut State, action: Action) {
    match action {
        Action::Move(step) => go(state, step),
        Action::Side(side) => column(state, side),
        Action::Open => open(state),
        _ => {}
    }
}

/// Moves the cursor among the shown rows.
pub(super) fn go(state: &mut State, step: Step) {
    let page = state.layout().map_or(1, |layout| layout.table_rows()).max(1);
    let last = state.store.shown().len().saturating_sub(1);
    let index = state.table.index;
    let target = moved(index, step, page, last);
    let goes_on = matches!(step, Step::Down | Step::HalfDown | Step::PageDown | Step::Bottom);
    if state.load == Load::Seek || (goes_on && state.load == Load::Stopped) {
        state.load = Load::AsNeeded;
    }
    if matches!(step, Step::PageDown | Step::PageUp | Step::HalfDown | Step::HalfUp) {
        // The viewport moves along, so that the cursor keeps its line on the screen.
        let line = index.saturating_sub(state.table.top);
        state.table.top = target.saturating_sub(line);
    }
    select(state, target);
    state.table.follows = target == 0 && (step == Step::Top || state.table.follows);
}

/// The next or previous job, from wherever the focus is.
pub(super) fn step_job(state: &mut State, step: Step) {
    go(state, step);
}

/// The next problem among the shown rows, or the one before. Where none is loaded below, pages are until there is one.
pub(super) fn step_problem(state: &mut State, step: Step) {
    let shown = state.store.shown();
    let is_problem = |at: &usize| shown.get(*at).is_some_and(|row| state.store.facts(row).is_problem());
    let index = state.table.index;
    let found = match step {
        Step::Up => (0..index.min(shown.len())).rev().find(is_problem),
        _ => (index + 1..shown.len()).find(is_problem),
    };
    let more = !matches!(state.pager.tail(), Tail::End) || state.outdated;
    match found {
        Some(at) => {
            state.load = if state.load == Load::Seek { Load::AsNeeded } else { state.load };
            select(state, at);
            state.table.follows = false;
        }
        None if step == Step::Up => state.notice = Some("no problem above".to_owned()),
        None if more => state.load = if matches!(state.load, Load::All(..)) { state.load } else { Load::Seek },
        None => {
            state.load = Load::AsNeeded;
            state.notice = Some("no more problems in this range".to_owned());
        }
    }
}

/// Where a step leads from `index`, when a page has `page` lines and `last` is the last line.
pub(super) fn moved(index: usize, step: Step, page: usize, last: usize) -> usize {
    let half = (page / 2).max(1);
    let target = match step {
        Step::Up => index.saturating_sub(1),
        Step::Down => index.saturating_add(1),
        Step::HalfUp => index.saturating_sub(half),
        Step::HalfDown => index.saturating_add(half),
        Step::PageUp => index.saturating_sub(page),
        Step::PageDown => index.saturating_add(page),
        Step::Top => 0,
        Step::Bottom => last,
    };
    target.min(last)
}

/// Puts the cursor on a row, if it is there.
pub(super) fn select_row(state: &mut State, index: usize) {
    if index < state.store.shown().len() {
        select(state, index);
        state.table.follows = false;
    }
}

fn select(state: &mut State, index: usize) {
    let Some(row) = state.store.shown().get(index) else { return };
    let id = state.store.id(row);
    if state.table.selected.as_ref() != Some(&id) {
        panes::rewind_detail(state);
    }
    state.table.selected = Some(id);
    state.table.index = index;
}

fn column(state: &mut State, side: Side) {
    let columns = state.slots();
    let at = columns.iter().position(|slot| slot.column == state.table.column);
    let next = match (at, side) {
        (None, _) => 0,
        (Some(at), Side::Left) => at.saturating_sub(1),
        (Some(at), Side::Right) => (at + 1).min(columns.len().saturating_sub(1)),
    };
    if let Some(slot) = columns.get(next) {
        state.table.column = slot.column;
    }
}

/// Enter on a count drills into it; in the jobs behind that count and anywhere else it opens the job.
fn open(state: &mut State) {
    let field = match state.table.column {
        Column::Ok => Some(CountField::Ok),
        Column::Failed => Some(CountField::Failed),
        Column::Skipped => Some(CountField::Skipped),
        _ => None,
    };
    let Some(job) = state.selected() else { return };
    match field {
        Some(field) if field.of(&job).is_some_and(|count| count > 0) => {
            let same_type = job.job_type.map(|job_type: JobType| Term::Type(vec![job_type]));
            let terms: Vec<Term> = [Term::some(field)].into_iter().chain(same_type).collect();
            if terms == state.filter.drill { open_job(state) } else { drill(state, terms) }
        }
        Some(field) if field.of(&job).is_none() => {
            state.notice = Some(format!("the number of {} objects is not known", field.name()));
        }
        Some(field) => state.notice = Some(format!("this job has no {} objects", field.name())),
        None => open_job(state),
    }
}

fn open_job(state: &mut State) {
    match state.detail {
        None => state.detail = Some(Detail::default()),
        Some(_) => state.focus = Focus::Detail,
    }
}

/// Opens the jobs behind a number of the summary.
pub(super) fn drill_into_summary(state: &mut State, cell: SummaryCell) {
    drill(state, vec![cell.term()]);
    state.table = Table { column: state.table.column, ..Table::default() };
}

fn drill(state: &mut State, terms: Vec<Term>) {
    let filter = state.filter.clone();
    state.crumbs.push(Crumb { filter: filter.clone(), table: state.table.clone(), focus: state.focus });
    state.filter = Filter { drill: terms, ..filter.scope() };
    state.focus = Focus::Table;
    state.table.follows = false;
}

/// Goes back out of the innermost drill-down, to the row it began at.
pub(super) fn leave_drill(state: &mut State) -> bool {
    let Some(crumb) = state.crumbs.pop() else { return false };
    state.filter = crumb.filter;
    state.table = crumb.table;
    state.focus = crumb.focus;
    true
}

/// Clears the live text.
pub(super) fn clear_text(state: &mut State) -> bool {
    !std::mem::take(&mut state.filter.text).as_str().is_empty()
}

/// Clears everything but the range, drill-downs included.
pub(super) fn clear_filters(state: &mut State) {
    if !state.filter.is_narrow() && state.crumbs.is_empty() && state.sort.is_none() {
        state.notice = Some("nothing to clear but the range; d changes it".to_owned());
    }
    state.filter = Filter { range: state.filter.range.clone(), ..Filter::default() };
    state.crumbs.clear();
    (state.sort, state.then) = (None, None);
}

/// The window of time before.
pub(super) fn earlier(state: &mut State) {
    match state.filter.range.earlier(state.now) {
        Some(range) => state.filter.range = range,
        None => state.notice = Some("this range has no length to shift by".to_owned()),
    }
}

/// The window of time after.
pub(super) fn later(state: &mut State) {
    match state.filter.range.later(state.now) {
        Some(range) => state.filter.range = range,
        None => state.notice = Some("there is no later window yet".to_owned()),
    }
}

/// Local time or UTC: only what is shown changes, and which day a job belongs to.
pub(super) fn toggle_zone(state: &mut State) {
    let utc = chrono_tz::Tz::UTC;
    let zones = &mut state.zones;
    zones.shown = if zones.shown == utc { zones.local } else { utc };
    if zones.local == utc {
        state.notice = Some("this machine's zone is UTC already".to_owned());
    }
    let scope = state.scope();
    state.summary = Summary::of(state.store.outcomes_of(&scope), state.zones.shown);
}
