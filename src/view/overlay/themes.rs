//! The list of themes. The screen around it is painted in the one under the cursor.

use ratatui::layout::Rect;

use super::{items, keys, note, typed_window};
use crate::{
    keymap::Context,
    layout::Window,
    state::{State, ThemePicker},
    view::paint::{Painter, beyond, cells},
};

/// Cells that a name takes, with the gap behind it.
const NAME: u16 = 16;

pub(in crate::view) fn list(state: &State, picker: &ThemePicker, window: Window, painter: &mut Painter) {
    let theme = painter.theme;
    typed_window("Theme", &picker.input, window, painter);
    items(&picker.items(), picker.cursor, window, painter, |name, place, painter| {
        let used = if *name == state.theme { "in use" } else { "" };
        painter.text(place, name.name(), theme.plain());
        let about = beyond(place, NAME);
        let room = about.width.saturating_sub(cells(used) + 1);
        painter.text(Rect { width: room, ..about }, name.about(), theme.quiet());
        painter.right(place, used, theme.quiet());
    });
    note(window.area, &keys(state, Context::Choice, "show", "keeps"), painter);
}
