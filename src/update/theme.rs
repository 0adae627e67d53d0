//! Choosing a theme: from a list in which the one under the cursor is seen at once, or by its name in the palette.

use super::{Effect, overlays::moved_round};
use crate::{
    keymap::Action,
    state::{Memo, Overlay, State, ThemeName, ThemePicker},
};

/// Opens the list, on the theme that is there.
pub(super) fn open(state: &mut State) {
    let at = ThemeName::ALL.iter().position(|theme| *theme == state.theme).unwrap_or(0);
    state.background.doubt();
    state.overlay = Some(Overlay::Themes(ThemePicker { cursor: at, ..ThemePicker::default() }));
}

pub(super) fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let Some(Overlay::Themes(mut picker)) = state.overlay.take() else { return };
    match (action, picker.chosen()) {
        (Action::Open, Some(theme)) => return choose(state, theme, effects),
        (Action::Move(step), _) => picker.cursor = moved_round(picker.cursor, step, picker.items().len()),
        _ => {}
    }
    state.overlay = Some(Overlay::Themes(picker));
}

/// The theme of a number, counted from 1 as they are listed.
pub(super) fn set(state: &mut State, number: u8, effects: &mut Vec<Effect>) {
    if let Some(theme) = usize::from(number).checked_sub(1).and_then(|at| ThemeName::ALL.get(at)) {
        state.background.doubt();
        choose(state, *theme, effects);
    }
}

/// A theme that follows the background asks for it, once for each time that it is chosen.
pub(super) fn settle(state: &mut State, effects: &mut Vec<Effect>) {
    if !state.is_plain() && state.theme_wanted() == ThemeName::Auto && state.background.ask(state.now) {
        effects.push(Effect::AskBackground);
    }
}

fn choose(state: &mut State, theme: ThemeName, effects: &mut Vec<Effect>) {
    state.theme = theme;
    state.notice = Some(format!("theme {}: {}", theme.name(), theme.about()));
    effects.push(Effect::Remember(Memo::Theme(state.theme_choice())));
}
