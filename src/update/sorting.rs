//! Sorting: by the column under the cursor, and by one or two that are picked; keeping or excluding a cell's value.

use super::overlays::moved_round;
use crate::{
    filter::Expression,
    keymap::Action,
    state::{Overlay, SortPicker, State},
    store::Sort,
};

/// Sorts by the column under the cursor; again the other way round; again the newest first.
pub(super) fn by_column(state: &mut State) {
    state.sort = Sort::next(state.sort, state.table.column);
    state.then = None;
    state.notice = state.sort.is_none().then(|| "the newest first".to_owned());
}

pub(super) fn open(state: &mut State) {
    let keys = state.sort.into_iter().chain(state.then).collect();
    let picker = SortPicker { keys, ..SortPicker::default() };
    let wanted = state.sort.map_or(state.table.column, |sort| sort.column);
    let cursor = picker.items().iter().position(|column| *column == wanted).unwrap_or(0);
    state.overlay = Some(Overlay::Sort(SortPicker { cursor, ..picker }));
}

pub(super) fn act(state: &mut State, action: Action) {
    let Some(Overlay::Sort(mut picker)) = state.overlay.take() else { return };
    let items = picker.items();
    match (action, items.get(picker.cursor)) {
        (Action::Open, under) => {
            // Where nothing was ticked, before or now, the column under the cursor is meant.
            if let (Some(column), true, None) = (under, picker.keys.is_empty(), state.sort) {
                picker.tick(*column);
            }
            let mut keys = picker.keys.into_iter();
            (state.sort, state.then) = (keys.next(), keys.next());
            state.notice = state.sort.is_none().then(|| "the newest first".to_owned());
            return;
        }
        (Action::Toggle, Some(column)) => picker.tick(*column),
        (Action::Move(step), _) => picker.cursor = moved_round(picker.cursor, step, items.len()),
        _ => {}
    }
    state.overlay = Some(Overlay::Sort(picker));
}

/// Keeps the jobs that say the same in the column under the cursor, or excludes them: one more term in the filter.
pub(super) fn keep(state: &mut State, keeps: bool) {
    let Some(job) = state.selected() else {
        state.notice = Some("no job is selected".to_owned());
        return;
    };
    let zone = state.zones.shown;
    let term = match state.table.column.term(&job, zone) {
        Ok(term) if keeps => term,
        Ok(term) => format!("!{term}"),
        Err(why) => {
            state.notice = Some(why.to_owned());
            return;
        }
    };
    let text = state.filter.text.as_str();
    if text.split_whitespace().any(|word| word == term) {
        state.notice = Some(format!("{term} is in the filter already"));
        return;
    }
    match Expression::parse(format!("{text} {term}").trim(), state.now, zone) {
        Ok(expression) => {
            state.filter.text = expression;
            state.notice = Some(format!("{term} · u undoes it, x clears all filters"));
        }
        Err(error) => state.notice = Some(error.to_string()),
    }
}
