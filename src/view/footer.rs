//! The last lines: what went wrong, which keys matter here, what the last request was.

use std::time::Duration;

use ratatui::{layout::Rect, style::Modifier};

use super::{
    canvas::{Key, Pane},
    finding,
    paint::{Painter, Piece, beyond, cells, cells_of, inset},
};
use crate::{
    document::hints::{self, Hint},
    filter::LanguageError,
    format,
    keymap::{Action, Context, Keymap},
    state::{Overlay, SearchBox, State},
};

/// One line of trouble: what happened, what jobtop does next, what the user can do.
pub(super) fn trouble(state: &State, area: Rect, painter: &mut Painter) {
    let Some(error) = state.pager.trouble() else { return };
    let area = inset(area);
    let theme = painter.theme;
    let since =
        state.pager.as_of().map_or(String::new(), |at| format!("stale since {}", format::clock(at, state.zones.shown)));
    let next = next_step(state);
    let used = painter.pieces(area, &[("✗ ".to_owned(), theme.bad())]);
    let rest = beyond(area, used);
    // What is done next is worth more than the details of what happened, which `!` tells whole, and more than since when the
    // rows are old, which the first line tells too.
    let (whole, short) = (error.to_string(), error.kind.to_string());
    let key = |action| state.keymap.key(Context::Table, action);
    let long_tail = format!("{next} · {} now · {} details", key(Action::Refresh), key(Action::Messages));
    let nothing = String::new();
    let beside = cells(&since) + 2;
    let wordings = [(&whole, &long_tail, beside), (&whole, &next, beside), (&short, &next, beside), (&short, &next, 0)];
    let fits = |(told, tail, beside): &&(&String, &String, u16)| cells(told) + cells(tail) + 3 + beside <= rest.width;
    let (told, tail, beside) = *wordings.iter().find(fits).unwrap_or(&(&short, &nothing, 0));
    let room = rest.width.saturating_sub(beside);
    if beside > 0 {
        painter.right(rest, &since, theme.bad());
    }
    let used = painter.text(Rect { width: room, ..rest }, told, theme.bad());
    if !tail.is_empty() {
        painter.text(beyond(Rect { width: room, ..rest }, used), &format!(" · {tail}"), theme.plain());
    }
}

/// What jobtop does about it, and when: counted down where that is soon, else by the clock.
pub(super) fn next_step(state: &State) -> String {
    let clock = |at| format::clock(at, state.zones.shown);
    match (state.pager.next_try(), state.countdown(), state.pager.gate()) {
        (Some(_), Some(left), _) if !left.is_zero() => format!("next try in {} s", left.as_secs() + 1),
        (Some(_), Some(_), _) => "trying again".to_owned(),
        (Some(at), None, _) => format!("next try at {}", clock(at)),
        (None, _, Some(gate)) => format!("nothing is sent before {}", clock(gate)),
        (None, _, None) => "not tried again by itself".to_owned(),
    }
}

pub(super) fn draw(state: &State, area: Rect, painter: &mut Painter) {
    let area = inset(area);
    if let Some(input) = state.find_input() {
        finding::draw(state, input, area, painter);
        return;
    }
    if let Some(Overlay::Search(search)) = &state.overlay {
        field(state, search, area, painter);
        return;
    }
    if let Some(Overlay::Save(name)) = &state.overlay {
        save(state, name, area, painter);
        return;
    }
    if state.overlay.is_some() {
        paint(state, area, painter);
        return;
    }
    let edition = painter.canvas.footer.edition(|look| look.is_of(state, area), || Look::of(state, area));
    let key = Key { pane: Pane::Footer, edition, item: 0 };
    painter.part(area, key, |painter| paint(state, area, painter));
}

/// What the footer is painted from where no window is open.
#[derive(Debug)]
pub(super) struct Look {
    context: Context,
    keymap: Keymap,
    notice: Option<String>,
    marks: Option<String>,
    watches: Option<String>,
    requests: (u64, Option<Duration>),
    area: Rect,
}

impl Look {
    fn of(state: &State, area: Rect) -> Self {
        Self {
            context: state.context(),
            keymap: state.keymap.clone(),
            notice: state.notice.clone(),
            marks: state.marks_told(),
            watches: state.watches_told(),
            requests: (state.log.requests(), state.log.last_answer()),
            area,
        }
    }

    fn is_of(&self, state: &State, area: Rect) -> bool {
        let requests = (state.log.requests(), state.log.last_answer());
        let told =
            self.notice == state.notice && self.marks == state.marks_told() && self.watches == state.watches_told();
        let same = (self.context, self.requests, self.area) == (state.context(), requests, area);
        told && same && self.keymap.is_copy_of(&state.keymap)
    }
}

/// Hints or a notice at the left; marks, watches and the last request at the right.
fn paint(state: &State, area: Rect, painter: &mut Painter) {
    let theme = painter.theme;
    let request = hints::last_request(state);
    // How much is marked is never left out: what is copied depends on it.
    let mut right: Vec<Piece> = state.marks_told().map(|told| (told, theme.accent())).into_iter().collect();
    let least = cells_of(&right);
    if let Some(told) = state.watches_told() {
        right.push((if least > 0 { format!(" · {told}") } else { told }, theme.quiet()));
    }
    if !request.is_empty() {
        right.push((if right.is_empty() { request } else { format!(" · {request}") }, theme.quiet()));
    }
    let width = cells_of(&right);
    let left = match &state.notice {
        Some(notice) => vec![(notice.clone(), theme.strong())],
        None => hints::hints(state, area.width + 2).iter().flat_map(|hint| pieces(hint, painter)).collect(),
    };
    let room = if least > 0 { area.width.saturating_sub(least + 2) } else { area.width };
    let used = painter.pieces(Rect { width: room, ..area }, &left);
    if used + width + 2 > area.width {
        right.truncate(usize::from(least > 0));
    }
    painter.pieces(beyond(area, area.width.saturating_sub(cells_of(&right))), &right);
}

/// A key and what it does.
fn pieces(hint: &Hint, painter: &Painter) -> [Piece; 2] {
    let theme = painter.theme;
    [(hint.key.to_string(), theme.accent()), (format!(" {}   ", hint.text), theme.plain())]
}

/// The live filter's text field, with what is wrong with the text or what can be done with it.
fn field(state: &State, search: &SearchBox, area: Rect, painter: &mut Painter) {
    let theme = painter.theme;
    let key = |action| state.keymap.key(Context::Text, action);
    let (send, keep, back) = (key(Action::Open), key(Action::KeepHere), key(Action::Back));
    let (hint, style) = match &search.error {
        Some(error) => (error.to_string(), theme.bad()),
        None => (format!("{send} asks the server · {keep} keeps it here · {back} back"), theme.quiet()),
    };
    let used = painter.text(area, "/ ", theme.accent().patch(theme.strong()));
    let rest = beyond(area, used);
    // What is wrong is worth more room than a hint; the text keeps a part in any case.
    let least = if search.error.is_some() { 16.max(cells(search.input.value()) + 2).min(rest.width / 2) } else { 20 };
    let room = rest.width.saturating_sub(least + 2);
    let shown = search.error.is_some() || cells(&hint) <= room;
    let width = if shown { rest.width - cells(&hint).min(room) - 2 } else { rest.width };
    text_field(&search.input, Rect { width, ..rest }, painter);
    underline(&search.input, search.error.as_ref(), Rect { width, ..rest }, painter);
    if shown {
        painter.right(beyond(rest, rest.width - room), &hint, style);
    }
}

/// The name of the view that is to be saved.
fn save(state: &State, name: &tui_input::Input, area: Rect, painter: &mut Painter) {
    let theme = painter.theme;
    let used = painter.text(area, "save view as ", theme.accent().patch(theme.strong()));
    let rest = beyond(area, used);
    let (hint, style) = match &state.notice {
        Some(notice) => (notice.as_str(), theme.bad()),
        None => ("Enter saves · Esc back", theme.quiet()),
    };
    let room = cells(hint) + 2;
    let fits = rest.width > room + 12;
    text_field(name, Rect { width: if fits { rest.width - room } else { rest.width }, ..rest }, painter);
    if fits {
        painter.right(rest, hint, style);
    }
}

/// Underlines the term of a text field that cannot be read.
pub(super) fn underline(input: &tui_input::Input, error: Option<&LanguageError>, area: Rect, painter: &mut Painter) {
    let Some(error) = error.filter(|_| !area.is_empty()) else { return };
    let cells = |text: &mut dyn Iterator<Item = char>| cells(&text.collect::<String>());
    let scroll = u16::try_from(input.visual_scroll(usize::from(area.width.saturating_sub(1)))).unwrap_or(u16::MAX);
    let from = cells(&mut input.value().chars().take(error.at - 1));
    let to = from + cells(&mut input.value().chars().skip(error.at - 1).take(error.length));
    let (from, to) = (from.saturating_sub(scroll).min(area.width), to.saturating_sub(scroll).min(area.width));
    let style = painter.theme.bad().add_modifier(Modifier::UNDERLINED);
    painter.style(Rect { x: area.x + from, width: to - from, height: 1, ..area }, style);
}

/// A line of text that is being written, with the terminal's cursor in it.
pub(super) fn text_field(input: &tui_input::Input, area: Rect, painter: &mut Painter) {
    if area.is_empty() {
        return;
    }
    let width = usize::from(area.width.saturating_sub(1));
    let scroll = input.visual_scroll(width);
    let mut skipped = 0;
    let shown: String = input
        .value()
        .chars()
        .skip_while(|c| {
            let before = skipped < scroll;
            skipped += unicode_width::UnicodeWidthChar::width(*c).unwrap_or(0);
            before
        })
        .collect();
    let shown = crate::text::Foreign::from(shown).line(width + 1);
    painter.text(area, shown.as_str(), painter.theme.plain());
    let at = u16::try_from(input.visual_cursor().saturating_sub(scroll)).unwrap_or(0);
    painter.cursor = Some(ratatui::layout::Position::new(area.x + at.min(area.width - 1), area.y));
}
