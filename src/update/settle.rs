//! What depends on what: after every message the list follows the filter, the cursor its job, the viewport the cursor.

use super::{Effect, columns, finding, table, theme, views};
use crate::{
    document,
    insight::Summary,
    keymap::Step,
    layout,
    model::Lane,
    state::{Detail, Focus, Load, State, Table, summary_cells},
    store::Lens,
};

pub(super) fn settle(state: &mut State, effects: &mut Vec<Effect>) {
    let generation = state.pager.generation();
    views::note(state);
    apply_filter(state);
    if state.pager.generation() != generation {
        // Whatever the refresh lane waits for belongs to the list before.
        effects.push(Effect::Cancel(Lane::Refresh));
    }
    state.store.look_through(Lens { predicate: state.predicate(), sort: state.sort, then: state.then });
    if state.load == Load::Seek {
        table::step_problem(state, Step::Down);
    }
    anchor(state);
    columns::settle(state);
    focus(state);
    finding::settle(state);
    clamp_detail(state);
    theme::settle(state, effects);
    state.scroll_list();
    state.tick();
}

/// Brings the list in step with the filter. Only a change to the server's part asks the server.
fn apply_filter(state: &mut State) {
    if state.filter == state.applied {
        return;
    }
    let scope_changed = state.filter.scope() != state.applied.scope();
    let server_changed = state.filter.server_part() != state.applied.server_part();
    state.applied = state.filter.clone();
    if server_changed {
        ask_anew(state);
        state.load = Load::AsNeeded;
        return;
    }
    if state.load == Load::Stopped {
        state.load = Load::AsNeeded;
    }
    if scope_changed {
        recount(state);
    }
}

/// Begins the list anew. Its rows stay until the first page of the new one is here.
pub(super) fn ask_anew(state: &mut State) {
    let (query, _) = state.filter.split(state.now);
    state.pager.restart(query);
    state.asked_at = state.now;
    state.outdated = !state.store.is_empty();
    if let Load::Stopped = state.load {
        state.load = Load::AsNeeded;
    }
    recount(state);
}

/// Counts the summary over everything. Linear in the loaded jobs; pages are counted in one by one.
pub(super) fn recount(state: &mut State) {
    let scope = state.scope();
    state.summary = Summary::of(state.store.outcomes_of(&scope), state.zones.shown);
}

/// Keeps the cursor on its job and the job on its line of the screen, where both still exist.
pub(super) fn anchor(state: &mut State) {
    let rows = state.layout().map_or(1, |layout| layout.table_rows()).max(1);
    let shown = state.store.shown();
    let Some(last) = shown.len().checked_sub(1) else {
        state.table = Table { index: 0, top: 0, unseen_above: 0, ..state.table.clone() };
        return;
    };
    let table = &mut state.table;
    let line = table.index.saturating_sub(table.top);
    let kept = table.selected.as_ref().filter(|_| !table.follows);
    let kept = kept.and_then(|id| {
        // Most keys leave the rows as they are: to look for the job among a million would be most of what a key costs.
        let is_there = shown.get(table.index).is_some_and(|row| state.store.has_id(row, id));
        if is_there { Some(table.index) } else { state.store.row(id).and_then(|row| state.store.position(row)) }
    });
    table.index = kept.unwrap_or(if table.follows { 0 } else { table.index.min(last) });
    if kept.is_some() {
        table.top = table.index.saturating_sub(line);
    }
    let under = shown.get(table.index);
    if !under.zip(table.selected.as_ref()).is_some_and(|(row, id)| state.store.has_id(row, id)) {
        table.selected = under.map(|row| state.store.id(row));
    }
    let lowest = table.index.saturating_sub(rows - 1);
    table.top = table.top.clamp(lowest, table.index).min((last + 1).saturating_sub(rows));
    table.unseen_above = if table.follows { 0 } else { table.unseen_above.min(table.top) };
}

/// The focus stands on something that is there.
fn focus(state: &mut State) {
    let lost = match state.focus {
        Focus::Table => false,
        Focus::Panel => state.panel.is_none(),
        Focus::Detail => state.detail.is_none(),
        Focus::Summary(cell) => !summary_cells(state).contains(&cell),
    };
    if lost {
        state.focus = Focus::Table;
    }
    if state.focus != Focus::Panel
        && let Some(panel) = &mut state.panel
    {
        panel.editing = None;
    }
}

/// The detail pane scrolls no further than its text.
fn clamp_detail(state: &mut State) {
    let Some(detail) = state.detail.filter(|detail| detail.scroll > 0) else { return };
    let lines = match (state.selected(), state.layout().and_then(|layout| layout.detail)) {
        (Some(job), Some(area)) => document::lines(state, &job, detail.tab, layout::text_width(area)).len(),
        _ => 0,
    };
    let rows = state.layout().map_or(0, |layout| layout.detail_rows());
    let last = lines.saturating_sub(rows);
    state.detail = Some(Detail { scroll: detail.scroll.min(last), ..detail });
}
