//! What leaves the screen: the choice of what is copied, and the form for a file.

use super::{
    super::paint::{Painter, beyond, line},
    footer, items, keys, note, typed_window, window,
};
use crate::{
    keymap::Context,
    layout::Layout,
    state::{CopyPicker, ExportForm, State},
};

pub(super) fn copy(state: &State, picker: &CopyPicker, layout: &Layout, painter: &mut Painter) {
    let theme = painter.theme;
    let area = window(layout, 84, 28);
    let list = typed_window("Copy", &picker.input, area, painter);
    items(&picker.items(state), picker.cursor, list, painter, |item, place, painter| {
        let used = painter.text(place, &item.name, theme.plain());
        let rest = beyond(place, if item.begins.as_str().is_empty() { used } else { used.max(18) + 1 });
        painter.text(rest, item.begins.as_str(), theme.quiet());
    });
    note(area, &keys(state, Context::Choice, "choose", "copies"), painter);
}

pub(super) fn export(state: &State, form: &ExportForm, layout: &Layout, painter: &mut Painter) {
    let theme = painter.theme;
    let area = window(layout, 72, 8);
    let inner = painter.frame(area, "Write to a file");
    painter.text(line(inner, 0), &state.export_told(), theme.plain());
    let mut place = line(inner, 2);
    place = beyond(place, painter.text(place, "format  ", theme.quiet()));
    for (at, (_, name, _)) in ExportForm::FORMATS.iter().enumerate() {
        let style = if at == form.format { theme.cursor() } else { theme.plain() };
        let used = painter.text(place, &format!(" {name} "), style);
        place = beyond(place, used);
    }
    let place = line(inner, 3);
    let used = painter.text(place, "file     ", theme.quiet());
    footer::text_field(&form.path, beyond(place, used), painter);
    painter.text(line(inner, 5), "A file that is there is never replaced.", theme.quiet());
    note(area, &keys(state, Context::Text, "format", "writes"), painter);
}
