//! What lies above the panes: help, messages, the pickers.

mod columns;
mod out;
mod themes;
mod views;

use ratatui::{layout::Rect, style::Style};
use tui_input::Input;

use super::{
    footer,
    paint::{Painter, beyond, cells, line},
};
use crate::{
    document::messages,
    format,
    keymap::{Action, Context, Step},
    layout::{Layout, Window},
    state::{
        Entry, Help, Level, Outcome, Overlay, Palette, Picker, PickerKind, RangePicker, SortPicker, State, TenantPicker,
    },
    store::{Column, Direction, Sort},
};

pub(super) fn draw(state: &State, layout: &Layout, painter: &mut Painter) {
    let (Some(overlay), Some(window)) = (&state.overlay, state.window(layout)) else { return };
    match overlay {
        Overlay::Help(keys) => help(state, keys, window, painter),
        Overlay::Palette(commands) => palette(state, commands, window, painter),
        Overlay::Messages(_) => messages(state, window, painter),
        Overlay::Range(picker) => range(state, picker, window, painter),
        Overlay::Pick(picker) => pick(state, picker, window, painter),
        Overlay::Copy(picker) => out::copy(state, picker, window, painter),
        Overlay::Export(form) => out::export(state, form, window, painter),
        Overlay::Sort(picker) => sort(picker, window, painter),
        Overlay::Views(list) => views::list(state, list, window, painter),
        Overlay::Themes(picker) => themes::list(state, picker, window, painter),
        Overlay::Columns(chooser) => columns::draw(state, chooser, window, painter),
        Overlay::Tenants(picker) => tenants(state, picker, window, painter),
        Overlay::Search(_) | Overlay::Save(_) => {}
    }
}

fn help(state: &State, help: &Help, window: Window, painter: &mut Painter) {
    let theme = painter.theme;
    typed_window("Keys", &help.input, window, painter);
    let Window { area, list, top } = window;
    let rows = help.rows(&state.keymap);
    if rows.is_empty() {
        painter.text(list, "no key does this; Backspace widens", theme.quiet());
    }
    let visible = usize::from(list.height);
    for (at, row) in rows.iter().skip(top).take(visible).enumerate() {
        let place = line(list, u16::try_from(at).unwrap_or(u16::MAX));
        if row.keys.is_empty() {
            painter.text(place, "none", theme.quiet());
        }
        let keys = painter.keys(&row.shown_keys());
        painter.text(Rect { width: place.width.min(13), ..place }, &keys, theme.accent());
        painter.text(beyond(place, 14), row.binding.help, theme.plain());
    }
    let told = match rows.len() {
        all if all > visible => {
            let told = format!("{}–{} of {all} · ↑ ↓ scroll · type to narrow", top + 1, (top + visible).min(all));
            // The way back stands in the footer, too.
            let closes = format!("{told} · Esc closes");
            if cells(&closes) + 6 <= area.width { closes } else { told }
        }
        _ => "type to narrow · Esc closes".to_owned(),
    };
    note(area, &told, painter);
}

/// Every action with its key; what cannot be done now is dim, with the reason.
fn palette(state: &State, palette: &Palette, window: Window, painter: &mut Painter) {
    let theme = painter.theme;
    typed_window("Actions", &palette.input, window, painter);
    items(&palette.items(state), palette.cursor, window, painter, |command, place, painter| {
        let (style, why) = match &command.why_not {
            Some(why) => (theme.quiet(), format!("{why}  ")),
            None => (theme.plain(), String::new()),
        };
        let beside = cells(&why) + cells(&command.keys);
        let room = place.width.saturating_sub(beside + 2);
        painter.text(Rect { width: room, ..place }, &command.name, style);
        let right = beyond(place, place.width.saturating_sub(beside));
        let used = painter.text(right, &why, theme.quiet());
        painter.text(beyond(right, used), &command.keys, if why.is_empty() { theme.accent() } else { theme.quiet() });
    });
    note(window.area, "↑ ↓ choose · Enter does it · Esc back", painter);
}

fn position(state: &State, top: usize, visible: usize, all: usize) -> String {
    let key = |action| state.keymap.key(Context::Reader, action);
    let closes = format!("{} closes", key(Action::Back));
    if all <= visible {
        return closes;
    }
    let (down, up) = (key(Action::Move(Step::Down)), key(Action::Move(Step::Up)));
    format!("{}–{} of {all} · {down} {up} scroll · {closes}", top + 1, (top + visible).min(all))
}

/// The keys of a window: `↑ ↓ presets · Enter applies · Esc back`.
fn keys(state: &State, context: Context, moves: &str, opens: &str) -> String {
    let key = |action| state.keymap.key(context, action);
    let (up, down) = (key(Action::Move(Step::Up)), key(Action::Move(Step::Down)));
    format!("{up} {down} {moves} · {} {opens} · {} back", key(Action::Open), key(Action::Back))
}

/// A word in a window's lower border.
fn note(area: Rect, text: &str, painter: &mut Painter) {
    if area.width > 6 && area.height > 1 {
        let border = Rect { y: area.bottom() - 1, height: 1, x: area.x + 2, width: area.width - 4 };
        let text = painter.keys(text);
        painter.right(border, &format!(" {text} "), painter.theme.quiet());
    }
}

fn messages(state: &State, window: Window, painter: &mut Painter) {
    let entries: Vec<&Entry> = state.log.entries().collect();
    let Window { area, list: inner, top } = window;
    painter.frame(area, "Messages and requests, the newest first");
    let visible = usize::from(inner.height);
    if entries.is_empty() {
        painter.text(inner, "nothing has happened yet", painter.theme.quiet());
    }
    let mut y = 0;
    for (number, entry) in entries.iter().rev().enumerate().skip(top) {
        let width = usize::from(inner.width.saturating_sub(10));
        let (text, style) = told(entry, painter);
        for (at, text) in format::wrap(&text, width).into_iter().enumerate() {
            let place = line(inner, y);
            if at == 0 {
                painter.text(place, &format::clock(entry.at, state.zones.shown), painter.theme.quiet());
            }
            painter.text(beyond(place, 10), &text, style);
            super::finding::mark(state, number, &text, beyond(place, 10), painter);
            y += 1;
        }
    }
    let late = state.pager.dropped();
    let late = if late > 0 { format!("{late} late answers dropped · ") } else { String::new() };
    note(area, &format!("{late}{}", position(state, top, visible, entries.len())), painter);
}

fn told(entry: &Entry, painter: &Painter) -> (String, Style) {
    let theme = painter.theme;
    let style = match &entry.outcome {
        Outcome::Page(..) | Outcome::Note(Level::Info, _) => theme.plain(),
        Outcome::Trouble(..) => theme.bad(),
        Outcome::Note(Level::Warning, _) => theme.doubtful(),
    };
    (messages::words(entry), style)
}

fn range(state: &State, picker: &RangePicker, window: Window, painter: &mut Painter) {
    let theme = painter.theme;
    let presets = RangePicker::presets(state);
    let inner = painter.frame(window.area, "Range");
    let used = painter.text(line(inner, 0), "› ", theme.accent());
    footer::text_field(&picker.input, beyond(line(inner, 0), used), painter);
    let written = !picker.input.value().trim().is_empty();
    if !written {
        painter.text(beyond(line(inner, 0), used), "7d, yesterday 18:00, 2026-10-01..2026-10-27 …", theme.quiet());
    }
    let preview = match picker.choice(state) {
        Ok(range) => {
            let (from, to) = range.resolve(state.now);
            let show = |at: Option<_>, open: &str| {
                at.map_or(open.to_owned(), |at| format::moment(at, state.now, state.zones.shown))
            };
            (format!("{} – {}", show(from, "the first job"), show(to, "now")), theme.plain())
        }
        Err(error) if picker.error.is_some() => (error.to_string(), theme.bad()),
        Err(_) => ("not a time yet".to_owned(), theme.quiet()),
    };
    let told: Vec<String> = format::wrap(&preview.0, usize::from(inner.width));
    let room = usize::from(window.list.y.saturating_sub(inner.y + 1)).min(3);
    for (at, text) in told.iter().take(room).enumerate() {
        painter.text(line(inner, 1 + u16::try_from(at).unwrap_or(0)), text, preview.1);
    }
    for (at, preset) in presets.iter().enumerate().skip(window.top) {
        let Some(place) = window.place(at) else { break };
        painter.text(place, preset.label, if written { theme.quiet() } else { theme.plain() });
        if at == picker.cursor && !written {
            painter.style(place, theme.cursor());
        }
    }
    note(window.area, &keys(state, Context::Choice, "presets", "applies"), painter);
}

fn tenants(state: &State, picker: &TenantPicker, window: Window, painter: &mut Painter) {
    let theme = painter.theme;
    typed_window("Tenants", &picker.input, window, painter);
    items(&picker.items(state), picker.cursor, window, painter, |tenant, place, painter| {
        painter.right(place, &tenant.place, theme.quiet());
        painter.text(place, &tenant.name, theme.tenant(&tenant.name));
    });
    note(window.area, &keys(state, Context::Choice, "choose", "switches"), painter);
}

fn pick(state: &State, picker: &Picker, window: Window, painter: &mut Painter) {
    let theme = painter.theme;
    let title = match picker.kind {
        PickerKind::Services => "Services",
        PickerKind::Types => "Job types",
    };
    typed_window(title, &picker.input, window, painter);
    items(&picker.items(state), picker.cursor, window, painter, |item, place, painter| {
        let tick = if picker.chosen.contains(&item.value) { "[x] " } else { "[ ] " };
        painter.pieces(place, &[(tick.to_owned(), theme.plain()), (item.label.clone(), theme.plain())]);
        let loaded = if item.loaded > 0 { format::count(item.loaded as u64) } else { String::new() };
        painter.right(place, &loaded, theme.quiet());
    });
    let key = |action| state.keymap.key(Context::Picker, action);
    let (tick, open) = (key(Action::Toggle), key(Action::Open));
    let ticked = format!("{} ticked · {tick} ticks · {open} applies", picker.chosen.len());
    note(window.area, &ticked, painter);
}

fn sort(picker: &SortPicker, window: Window, painter: &mut Painter) {
    let theme = painter.theme;
    typed_window("Sort by", &picker.input, window, painter);
    items(&picker.items(), picker.cursor, window, painter, |column, place, painter| {
        let key = picker.keys.iter().enumerate().find(|(_, sort)| sort.column == *column);
        let (tick, told) = match key {
            Some((at, sort)) => (format!("[{}] ", at + 1), direction(*sort)),
            None => ("[ ] ".to_owned(), ""),
        };
        painter.pieces(place, &[(tick, theme.plain()), (column.title().to_owned(), theme.plain())]);
        painter.right(place, told, theme.quiet());
    });
    note(window.area, "Space ticks, turns, drops · Enter applies", painter);
}

/// Which end comes first, in words that fit the column.
pub(super) fn direction(sort: Sort) -> &'static str {
    let words = match sort.column {
        Column::Status => ("▴ the worst first", "▾ the best first"),
        Column::Started | Column::Finished => ("▴ the oldest first", "▾ the newest first"),
        Column::Took => ("▴ the shortest first", "▾ the longest first"),
        Column::Type | Column::Service | Column::Id | Column::Comment => ("▴ from A to Z", "▾ from Z to A"),
        _ => ("▴ the fewest first", "▾ the most first"),
    };
    if sort.direction == Direction::Ascending { words.0 } else { words.1 }
}

/// A window with a line of text on top.
fn typed_window(title: &str, input: &Input, window: Window, painter: &mut Painter) {
    let inner = painter.frame(window.area, title);
    let used = painter.text(line(inner, 0), "› ", painter.theme.accent());
    footer::text_field(input, beyond(line(inner, 0), used), painter);
}

/// The items of a list around its cursor.
fn items<T>(items: &[T], cursor: usize, window: Window, painter: &mut Painter, draw: impl Fn(&T, Rect, &mut Painter)) {
    if items.is_empty() {
        painter.text(window.list, "nothing is called so; Backspace widens", painter.theme.quiet());
    }
    for (at, item) in items.iter().enumerate().skip(window.top) {
        let Some(place) = window.place(at) else { break };
        draw(item, place, painter);
        if at == cursor {
            painter.style(place, painter.theme.cursor());
        }
    }
}
