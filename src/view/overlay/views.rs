//! The list of views. It paints what the state says, and knows no view's filter.

use super::{items, note, typed_window};
use crate::{
    keymap::{Action, Context},
    layout::Window,
    state::{State, ViewList},
    view::paint::{Painter, beyond, cells},
};

pub(in crate::view) fn list(state: &State, list: &ViewList, window: Window, painter: &mut Painter) {
    let theme = painter.theme;
    let views = list.items(state);
    let title = if list.renamed.is_some() { "Another name" } else { "Views" };
    let input = list.renamed.as_ref().map_or(&list.input, |(_, name)| name);
    typed_window(title, input, window, painter);
    items(&views, list.cursor, window, painter, |item, place, painter| {
        let digit = item.digit.map_or(String::new(), |digit| digit.to_string());
        let style = if list.doomed.as_ref() == Some(&item.name) { theme.bad() } else { theme.plain() };
        let right = if item.is_own { "saved" } else { "" };
        painter.text(beyond(place, 3), &item.name, style);
        painter.text(place, &digit, theme.accent());
        painter.right(place, right, theme.quiet());
    });
    let key = |action| state.keymap.key(Context::Choice, action);
    let told = match &state.notice {
        Some(notice) => notice.clone(),
        None if list.renamed.is_some() => format!("{} renames · {} back", key(Action::Open), key(Action::Back)),
        None => {
            let (open, rename, delete) = (key(Action::Open), key(Action::Rename), key(Action::Delete));
            let told = format!("{open} shows · {rename} renames · {delete} deletes");
            // The way back stands in the footer, too.
            let back = format!("{told} · {} back", key(Action::Back));
            if cells(&back) + 6 <= window.area.width { back } else { told }
        }
    };
    let fits = cells(&told) + 6 <= window.area.width;
    if state.notice.is_none() || fits {
        note(window.area, &told, painter);
    }
}
