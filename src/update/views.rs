//! Views: setting one, and undoing and redoing what changed it.

use crate::{
    layout::Zoom,
    state::{Detail, Focus, Moment, Overlay, Panel, State, View},
};

/// Shows a view. The selected job stays selected where the view has it.
fn set(state: &mut State, view: View) {
    state.filter = view.filter;
    state.sort = view.sort;
    state.then = view.then;
    state.crumbs.clear();
    state.focus = Focus::Table;
    let Some(panes) = view.panes else { return };
    state.panel = panes.panel.then(Panel::default);
    state.detail = panes.detail.map(|(tab, zoom)| Detail { tab, zoom, scroll: 0 });
    if panes.detail.is_some_and(|(_, zoom)| zoom == Zoom::Whole) {
        state.focus = Focus::Detail;
    }
}

/// Takes note of a change of the view. A text that is being written is one change when it is written.
pub(super) fn note(state: &mut State) {
    if !matches!(state.overlay, Some(Overlay::Search(_))) {
        let now = state.moment();
        state.history.note(now);
    }
}

pub(super) fn undo(state: &mut State) {
    let focus = state.focus;
    match state.history.undo() {
        Some(moment) => come_back(state, moment, focus),
        None => state.notice = Some("nothing to undo: filter, sort and range are as they were at first".to_owned()),
    }
}

pub(super) fn redo(state: &mut State) {
    let focus = state.focus;
    match state.history.redo() {
        Some(moment) => come_back(state, moment, focus),
        None => state.notice = Some("nothing to redo".to_owned()),
    }
}

fn come_back(state: &mut State, moment: Moment, focus: Focus) {
    set(state, moment.view);
    state.crumbs = moment.crumbs;
    state.focus = focus;
    let (undo, redo) = state.history.steps();
    state.notice = Some(format!("{undo} more to undo with u, {redo} to redo with U"));
}
