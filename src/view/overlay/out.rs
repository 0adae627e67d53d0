//! What leaves the screen: the choice of what is copied, and the form for a file.

use super::{
    super::paint::{Painter, beyond, line},
    footer, items, keys, note, typed_window,
};
use crate::{
    keymap::Context,
    layout::Window,
    state::{CopyPicker, ExportForm, State},
};

pub(super) fn copy(state: &State, picker: &CopyPicker, window: Window, painter: &mut Painter) {
    let theme = painter.theme;
    typed_window("Copy", &picker.input, window, painter);
    items(&picker.items(state), picker.cursor, window, painter, |item, place, painter| {
        let used = painter.text(place, &item.name, theme.plain());
        let rest = beyond(place, if item.begins.as_str().is_empty() { used } else { used.max(18) + 1 });
        painter.text(rest, item.begins.as_str(), theme.quiet());
    });
    note(window.area, &keys(state, Context::Choice, "choose", "copies"), painter);
}

pub(super) fn export(state: &State, form: &ExportForm, window: Window, painter: &mut Painter) {
    let theme = painter.theme;
    let inner = painter.frame(window.area, "Write to a file");
    painter.text(line(inner, 0), &state.export_told(), theme.plain());
    painter.text(window.list, ExportForm::LEAD, theme.quiet());
    for (at, ((_, name, _), place)) in ExportForm::FORMATS.iter().zip(ExportForm::places(&window)).enumerate() {
        let style = if at == form.format { theme.cursor() } else { theme.plain() };
        painter.text(place, &format!(" {name} "), style);
    }
    let place = line(inner, 3);
    let used = painter.text(place, "file     ", theme.quiet());
    footer::text_field(&form.path, beyond(place, used), painter);
    painter.text(line(inner, 5), "A file that is there is never replaced.", theme.quiet());
    note(window.area, &keys(state, Context::Text, "format", "writes"), painter);
}
