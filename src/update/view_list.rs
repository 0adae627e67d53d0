//! The list of views: showing one, renaming one, deleting one when that is asked for twice.

use tui_input::Input;

use super::{Effect, overlays::moved_round, views};
use crate::{
    keymap::{Action, Context},
    state::{Memo, Overlay, State, ViewItem, ViewList, view_name},
};

pub(super) fn open(state: &mut State) {
    state.overlay = Some(Overlay::Views(Box::default()));
}

pub(super) fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let Some(Overlay::Views(mut list)) = state.overlay.take() else { return };
    let items = list.items(state);
    let item = items.get(list.cursor);
    match (action, item) {
        (Action::Open, _) if list.renamed.is_some() => rename(state, &mut list, effects),
        (Action::Open, Some(item)) => {
            if let Some(saved) = state.view_named(&item.name) {
                return views::show_saved(state, saved);
            }
        }
        (Action::Move(step), _) if list.renamed.is_none() => {
            list.cursor = moved_round(list.cursor, step, items.len());
            list.doomed = None;
        }
        (Action::Rename | Action::Delete, Some(item)) if !item.is_own => {
            state.notice = Some(format!("“{}” comes with jobtop; only views that you saved can be changed", item.name));
        }
        (Action::Rename, Some(item)) => list.renamed = Some((item.name.clone(), Input::from(item.name.clone()))),
        (Action::Delete, Some(item)) => delete(state, &mut list, item, effects),
        _ => {}
    }
    state.overlay = Some(Overlay::Views(list));
}

/// Esc: back from a name or a question to the list, else out of it.
pub(super) fn back(state: &mut State, mut list: Box<ViewList>) {
    if list.renamed.take().is_some() || list.doomed.take().is_some() {
        state.overlay = Some(Overlay::Views(list));
    }
}

fn delete(state: &mut State, list: &mut ViewList, item: &ViewItem, effects: &mut Vec<Effect>) {
    if list.doomed.as_ref() != Some(&item.name) {
        let key = |action| state.keymap.key(Context::Choice, action);
        state.notice =
            Some(format!("{} again deletes “{}”; {} keeps it", key(Action::Delete), item.name, key(Action::Back)));
        list.doomed = Some(item.name.clone());
        return;
    }
    list.doomed = None;
    state.own_views.retain(|own| own.name != item.name);
    if state.view_name.as_ref().is_some_and(|name| state.view_named(name).is_none()) {
        state.view_name = None;
    }
    list.cursor = list.cursor.min(list.items(state).len().saturating_sub(1));
    state.notice = Some(format!("view “{}” is deleted; what is shown stays as it is", item.name));
    effects.push(Effect::Remember(Memo::Forgotten(item.name.clone())));
}

fn rename(state: &mut State, list: &mut ViewList, effects: &mut Vec<Effect>) {
    let Some((from, input)) = &list.renamed else { return };
    let is_taken = |name: &String| name != from && state.view_named(name).is_some();
    let to = view_name(input.value())
        .and_then(|name| if is_taken(&name) { Err(format!("there is a view “{name}” already")) } else { Ok(name) });
    let to = match to {
        Ok(to) => to,
        Err(why) => {
            state.notice = Some(why);
            return;
        }
    };
    let from = from.clone();
    if let Some(own) = state.own_views.iter_mut().find(|own| own.name == from) {
        own.name.clone_from(&to);
    }
    if state.view_name.as_ref() == Some(&from) {
        state.view_name = Some(to.clone());
    }
    list.renamed = None;
    list.cursor = list.items(state).iter().position(|item| item.name == to).unwrap_or(0);
    state.notice = Some(format!("view “{from}” is called “{to}” now"));
    effects.push(Effect::Remember(Memo::Renamed { from, to }));
}
