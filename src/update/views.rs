//! Views: setting one, saving one under a name, and undoing and redoing what changed it.

use tui_input::Input;

use super::Effect;
use crate::{
    filter::Expression,
    policy,
    state::{Focus, Memo, Moment, Overlay, SavedView, State, View, everything, view_name},
};

/// Shows a view. The selected job stays selected where the view has it.
fn set(state: &mut State, view: View) {
    state.filter = view.filter;
    state.sort = view.sort;
    state.then = view.then;
    if let Some(columns) = view.columns {
        state.columns = columns;
    }
    state.crumbs.clear();
    state.focus = Focus::Table;
    if let Some(panes) = view.panes {
        state.open(panes);
    }
}

/// Takes note of a change of the view. A text that is being written is one change when it is written.
pub(super) fn note(state: &mut State) {
    if !matches!(state.overlay, Some(Overlay::Search(_))) && !state.is_noted() {
        let now = state.moment();
        state.history.note(now);
    }
}

pub(super) fn undo(state: &mut State) {
    let focus = state.focus;
    match state.history.undo() {
        Some(moment) => come_back(state, moment, focus),
        None => {
            state.notice =
                Some("nothing to undo: filter, sort, range and columns are as they were at first".to_owned());
        }
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
    state.view_name = moment.name;
    state.focus = focus;
    let (undo, redo) = state.history.steps();
    state.notice = Some(format!("{undo} more to undo with u, {redo} to redo with U"));
}

/// The view of a digit.
pub(super) fn show(state: &mut State, digit: usize) {
    let saved = match digit.checked_sub(1) {
        None => Some(everything()),
        Some(at) => state.views().into_iter().nth(at),
    };
    match saved {
        Some(saved) => show_saved(state, saved),
        None => state.notice = Some(format!("no view is saved under {digit}; Ctrl-s saves this one")),
    }
}

/// The view after the one that is shown, or the one before; everything stands before the first.
pub(super) fn step(state: &mut State, forward: bool) {
    let views: Vec<SavedView> = std::iter::once(everything()).chain(state.views()).collect();
    let at = views.iter().position(|view| Some(&view.name) == state.view_name.as_ref());
    let next = match (at, forward) {
        (None, true) => 1,
        (None, false) => 0,
        (Some(at), true) => (at + 1) % views.len(),
        (Some(at), false) => (at + views.len() - 1) % views.len(),
    };
    if let Some(saved) = views.into_iter().nth(next) {
        show_saved(state, saved);
    }
}

pub(super) fn show_saved(state: &mut State, saved: SavedView) {
    let SavedView { name, mut view } = saved;
    // What the text says of times is meant as of now.
    let text = view.filter.text.as_str();
    if let Ok(expression) = Expression::parse(text, state.now, state.zones.shown) {
        view.filter.text = expression;
    }
    set(state, view);
    state.view_name = Some(name);
}

/// Asks for the name of the view that is to be saved.
pub(super) fn open_save(state: &mut State) {
    match state.view_to_save() {
        Ok(_) => {
            let is_own = |name: &&String| state.own_views.iter().any(|view| view.name == **name);
            let name = state.view_name.as_ref().filter(is_own).cloned().unwrap_or_default();
            state.overlay = Some(Overlay::Save(Input::from(name)));
        }
        Err(why) => state.notice = Some(why),
    }
}

/// Enter in the name's text field.
pub(super) fn save(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(Overlay::Save(input)) = &state.overlay else { return };
    let named = view_name(input.value()).and_then(|name| Ok((name, state.view_to_save()?)));
    let (name, view) = match named {
        Ok(named) => named,
        Err(why) => {
            state.notice = Some(why);
            return;
        }
    };
    let is_new = state.own_views.iter().all(|view| view.name != name);
    if is_new && state.own_views.len() >= policy::VIEWS {
        state.notice =
            Some(format!("{} views are saved, which is the most; save under one of their names", policy::VIEWS));
        return;
    }
    let saved = SavedView { name: name.clone(), view };
    match state.own_views.iter_mut().find(|view| view.name == name) {
        Some(before) => before.clone_from(&saved),
        None => state.own_views.push(saved.clone()),
    }
    state.overlay = None;
    show_saved(state, saved.clone());
    let digit = state.views().iter().position(|view| view.name == name).map_or(0, |at| at + 1);
    let way = if digit <= 9 { format!("{digit} shows it") } else { "[ and ] lead to it".to_owned() };
    state.notice = Some(format!("view “{name}” is saved; {way}"));
    effects.push(Effect::Remember(Memo::View(saved)));
}

/// The user leaves jobtop: the next session may begin with this tenant.
pub(super) fn leave_for_good(state: &State, effects: &mut Vec<Effect>) {
    leave(state, effects);
    if state.tenants.contains(&state.tenant) {
        effects.push(Effect::Remember(Memo::Last(state.tenant.name.clone())));
    }
}

/// What is shown is to be shown again by the next session.
pub(super) fn leave(state: &State, effects: &mut Vec<Effect>) {
    if !state.first_run {
        effects.push(Effect::Remember(Memo::Session { tenant: state.tenant.name.clone(), left: state.left() }));
    }
}
