//! A text that is looked for: its places in what is read, and the field that it is written in.

use ratatui::layout::Rect;

use super::{
    footer::text_field,
    paint::{Painter, beyond, cells},
};
use crate::{
    document::finding,
    keymap::{Action, Context},
    state::State,
};

/// Marks where the text that is looked for stands in a line, which is one of what is read.
pub(super) fn mark(state: &State, line: usize, text: &str, area: Rect, painter: &mut Painter) {
    let Some(find) = state.find.as_ref().filter(|_| !area.is_empty()) else { return };
    let width = |upto: usize| cells(&text.chars().take(upto).collect::<String>()).min(area.width);
    for place in finding::places(text, &find.text) {
        let (from, to) = (width(place.start), width(place.end));
        let style = painter.theme.found(find.at == Some(line));
        painter.style(Rect { x: area.x + from, width: to - from, height: 1, ..area }, style);
    }
}

/// The field, with what it comes to.
pub(super) fn draw(state: &State, input: &tui_input::Input, area: Rect, painter: &mut Painter) {
    let theme = painter.theme;
    let key = |action| state.keymap.key(Context::Text, action);
    let (hint, style) = match finding::told(state) {
        Some((0, _)) => ("not found".to_owned(), theme.bad()),
        Some((at, all)) => {
            (format!("{at} of {all} · {} finds · {} back", key(Action::Open), key(Action::Back)), theme.quiet())
        }
        None => (format!("{} finds · {} back", key(Action::Open), key(Action::Back)), theme.quiet()),
    };
    let used = painter.text(area, "find ", theme.accent().patch(theme.strong()));
    let rest = beyond(area, used);
    let room = cells(&hint) + 2;
    let fits = rest.width > room + 12;
    text_field(input, Rect { width: if fits { rest.width - room } else { rest.width }, ..rest }, painter);
    if fits {
        painter.right(rest, &hint, style);
    }
}
