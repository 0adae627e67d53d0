//! The mouse in a window above the panes: an item gets the cursor, and the one that has it gets what Enter or Space does.

use ratatui::layout::Position;
use tui_input::Input;

use super::super::{Effect, keys, overlays};
use crate::{
    document::panel::TICK,
    keymap::Action,
    layout::Window,
    state::{ExportForm, Overlay, State},
};

pub(super) fn press(state: &mut State, window: Window, at: Position, effects: &mut Vec<Effect>) {
    if !window.area.contains(at) {
        return keys::act(state, state.context(), Action::Back, effects);
    }
    if let Some(Overlay::Export(form)) = &mut state.overlay {
        let hit = ExportForm::places(&window).iter().position(|place| place.contains(at));
        return form.choose(hit.unwrap_or(form.format));
    }
    let Some(item) = window.item_at(at) else { return };
    let len = state.list().map_or(0, |(_, len)| len);
    let (Some(cursor), true) = (cursor(state), item < len) else { return };
    let was_chosen = std::mem::replace(cursor, item) == item;
    let ticks = matches!(state.overlay, Some(Overlay::Pick(_) | Overlay::Sort(_) | Overlay::Columns(_)));
    match &mut state.overlay {
        // A preset counts only where nothing is written.
        Some(Overlay::Range(picker)) if !picker.input.value().trim().is_empty() => {
            (picker.input, picker.error) = (Input::default(), None);
            return;
        }
        Some(Overlay::Views(list)) if !was_chosen => list.doomed = None,
        _ => {}
    }
    let in_tick = ticks && at.x < window.list.x + TICK;
    if was_chosen || in_tick {
        overlays::act(state, if ticks { Action::Toggle } else { Action::Open }, effects);
    }
}

/// The place of the cursor in a list that has one.
fn cursor(state: &mut State) -> Option<&mut usize> {
    match state.overlay.as_mut()? {
        Overlay::Palette(palette) => Some(&mut palette.cursor),
        Overlay::Range(picker) => Some(&mut picker.cursor),
        Overlay::Pick(picker) => Some(&mut picker.cursor),
        Overlay::Sort(picker) => Some(&mut picker.cursor),
        Overlay::Columns(chooser) => Some(&mut chooser.cursor),
        Overlay::Copy(picker) => Some(&mut picker.cursor),
        Overlay::Tenants(picker) => Some(&mut picker.cursor),
        Overlay::Themes(picker) => Some(&mut picker.cursor),
        // While a name is written, the list waits.
        Overlay::Views(list) if list.renamed.is_none() => Some(&mut list.cursor),
        Overlay::Views(_)
        | Overlay::Help(_)
        | Overlay::Messages(_)
        | Overlay::Export(_)
        | Overlay::Search(_)
        | Overlay::Save(_) => None,
    }
}
