//! The command palette: Enter does what is under the cursor, in the pane that had the focus.

use super::{Effect, keys, overlays::moved_round};
use crate::{
    keymap::Action,
    state::{Overlay, Palette, State},
};

pub(super) fn open(state: &mut State) {
    state.overlay = Some(Overlay::Palette(Palette::default()));
}

pub(super) fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let Some(Overlay::Palette(mut palette)) = state.overlay.take() else { return };
    let items = palette.items(state);
    match action {
        Action::Open => match items.into_iter().nth(palette.cursor) {
            Some(command) if command.why_not.is_none() => {
                let pane = state.pane();
                return keys::act(state, pane, command.action, effects);
            }
            Some(command) => state.notice = command.why_not,
            None => {}
        },
        Action::Move(step) => palette.cursor = moved_round(palette.cursor, step, items.len()),
        _ => {}
    }
    state.overlay = Some(Overlay::Palette(palette));
}
