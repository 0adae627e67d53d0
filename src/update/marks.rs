//! Marks: one job, a range of them, all that are shown; and none.

use super::table;
use crate::{
    keymap::{Action, Context, Step},
    state::{Marks, State},
};

/// Marks the job under the cursor, or takes its mark off, and goes down. A range that has no end yet ends here.
pub(super) fn mark(state: &mut State) {
    if !end_range(state) {
        let Some(id) = state.table.selected.clone() else { return };
        state.marks.turn(id);
    }
    table::go(state, Step::Down);
    state.table.follows = false;
}

/// Begins a range at the cursor, or ends it.
pub(super) fn range(state: &mut State) {
    if !end_range(state) {
        state.marks.range.clone_from(&state.table.selected);
        // The job that it begins at stays under the cursor, whatever arrives above.
        state.table.follows = false;
        let key = state.keymap.key(Context::Table, Action::MarkRange);
        state.notice = Some(format!("a range: move to extend it, {key} ends it"));
    }
}

/// Marks all that is shown; where all of it is marked already, takes all marks off.
pub(super) fn all(state: &mut State) {
    end_range(state);
    let shown = state.store.shown();
    let is_marked = |row| state.marks.ids.contains(&state.store.id(row));
    let all_are = state.marks.ids.len() >= shown.len() && shown.iter().all(is_marked);
    if all_are {
        clear(state);
    } else {
        state.marks.ids.extend(shown.iter().map(|row| state.store.id(row)));
    }
}

/// Esc: ends a range, else takes all marks off. Gives whether there was anything to do.
pub(super) fn back(state: &mut State) -> bool {
    end_range(state) || clear(state)
}

fn clear(state: &mut State) -> bool {
    let marks = std::mem::take(&mut state.marks);
    if marks.is_empty() {
        return false;
    }
    state.notice = Some("nothing is marked any more".to_owned());
    true
}

/// What a range holds is marked from now on, whatever the cursor does.
fn end_range(state: &mut State) -> bool {
    let Some(places) = state.range_places() else { return false };
    let shown = state.store.shown();
    let ids: Vec<_> = places.filter_map(|place| shown.get(place)).map(|row| state.store.id(row)).collect();
    let Marks { ids: marked, range } = &mut state.marks;
    marked.extend(ids);
    *range = None;
    true
}
