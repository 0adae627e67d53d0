//! The footer's words: which keys matter where the focus is. Shared by `view`, which paints them, and `update`, which is told that
//! one was clicked.

use unicode_width::UnicodeWidthStr;

use crate::{
    format,
    keymap::{Action, Context, Key, Side},
    state::{Overlay, State},
};

/// A key that matters here, and what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hint {
    /// The key.
    pub key: Key,
    /// What it does, in a word or two.
    pub text: &'static str,
    /// The same as an action.
    pub action: Action,
}

impl Hint {
    /// How many columns it takes, with the gap behind it.
    pub fn width(&self) -> u16 {
        let width = self.key.to_string().width() + self.text.width() + 4;
        u16::try_from(width).unwrap_or(u16::MAX)
    }
}

/// The hints in a footer of `width` columns, as many as fit beside the last request; the way to all of them is never left out.
pub fn hints(state: &State, width: u16) -> Vec<Hint> {
    let marked = state.marks_told().map_or(0, |told| told.width() + 3);
    let beside = u16::try_from(last_request(state).width() + marked).unwrap_or(u16::MAX);
    let room = width.saturating_sub(2).saturating_sub(beside.saturating_add(3));
    let context = state.context();
    // Help is read, not applied.
    let reads = |action| matches!((&state.overlay, action), (Some(Overlay::Help(_)), Action::Open));
    let here = state.keymap.rows().iter().map(|row| row.binding);
    let here = here.filter(|binding| binding.contexts.contains(&context) && !reads(binding.action));
    let key = |action| state.keymap.first_key(context, action);
    let told = |general, action| match (&state.overlay, action) {
        (Some(Overlay::Palette(_)), Action::Open) => Some("do it"),
        _ => word(context, general, action),
    };
    // Most actions have no word there, and are not looked up.
    let hint = |action, general| told(general, action).and_then(|text| Some(Hint { key: key(action)?, text, action }));
    let mut hints: Vec<Hint> = here.filter_map(|b| hint(b.action, b.hint)).collect();
    let mut wanted: u16 = hints.iter().map(Hint::width).sum();
    while wanted > room + 3 {
        let Some(last) = hints.iter().rposition(|hint| hint.action != Action::Help) else { break };
        wanted -= hints.remove(last).width();
    }
    hints
}

/// The action whose hint stands in a column of the footer.
pub fn hint_at(state: &State, width: u16, column: u16) -> Option<Action> {
    let is_written =
        state.find_input().is_some() || matches!(state.overlay, Some(Overlay::Search(_) | Overlay::Save(_)));
    if state.notice.is_some() || is_written {
        return None;
    }
    let mut left = 1;
    for hint in hints(state, width) {
        let right = left + hint.width();
        if (left..right - 3).contains(&column) {
            return Some(hint.action);
        }
        left = right;
    }
    None
}

/// What the footer calls an action; some mean something nearer where the focus is.
fn word(context: Context, general: Option<&'static str>, action: Action) -> Option<&'static str> {
    match (context, action) {
        (Context::Panel, Action::Open) => Some("change"),
        (Context::Panel, Action::Clear) => Some("clear all"),
        (
            Context::Panel
            | Context::Summary
            | Context::Detail
            | Context::Reader
            | Context::Picker
            | Context::Choice
            | Context::Columns
            | Context::Text,
            Action::Back,
        ) => Some("back"),
        (Context::Panel | Context::Picker, Action::Toggle) => Some("tick"),
        (Context::Columns, Action::Toggle) => Some("show or hide"),
        (Context::Picker | Context::Choice | Context::Columns | Context::Text, Action::Open) => Some("apply"),
        (Context::Summary, Action::Open) => Some("open these jobs"),
        (Context::Summary, Action::Side(Side::Right)) => Some("next number"),
        (Context::Detail, Action::Open) => Some("zoom"),
        (Context::Detail, Action::Side(Side::Right)) => Some("next tab"),
        (Context::Detail, Action::NextJob) => Some("next job"),
        // Elsewhere than in the table these are not what one is after.
        (
            Context::Detail | Context::Summary | Context::Panel | Context::Reader | Context::Columns,
            Action::Close | Action::Search | Action::Problems | Action::FilterPanel | Action::RangePicker,
        ) => None,
        _ => general,
    }
}

/// What the last request came to.
pub fn last_request(state: &State) -> String {
    let answered = state.log.last_answer().map(|took| match took.as_millis() {
        0 => "<1 ms".to_owned(),
        millis => format!("{} ms", format::count(u64::try_from(millis).unwrap_or(u64::MAX))),
    });
    match answered {
        Some(took) if state.log.requests() == 1 => format!("1 request · {took}"),
        Some(took) => format!("{} requests · {took}", format::count(state.log.requests())),
        None => String::new(),
    }
}
