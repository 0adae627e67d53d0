//! The list of themes. The screen around it is painted in the one under the cursor.

use super::{items, keys, note, typed_window};
use crate::{
    keymap::Context,
    layout::Window,
    state::{State, ThemePicker},
    view::paint::{Painter, beyond},
};

/// Cells that a name takes, with the gap behind it.
const NAME: u16 = 16;

pub(in crate::view) fn list(state: &State, picker: &ThemePicker, window: Window, painter: &mut Painter) {
    let theme = painter.theme;
    typed_window("Theme", &picker.input, window, painter);
    items(&picker.items(), picker.cursor, window, painter, |name, place, painter| {
        painter.text(place, name.name(), theme.plain());
        painter.text(beyond(place, NAME), name.about(), theme.quiet());
        if *name == state.theme {
            painter.right(place, "in use", theme.quiet());
        }
    });
    note(window.area, &keys(state, Context::Choice, "show", "keeps"), painter);
}
