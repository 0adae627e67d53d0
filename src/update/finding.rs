//! Finding a text in what is read: typing leads to the first match, `n` and `N` to the others, Esc ends it.

use tui_input::{Input, InputRequest};

use crate::{
    document::finding,
    keymap::{Action, Context, Step},
    state::{Find, Overlay, State},
};

/// Begins to look for a text in what is read.
pub(super) fn open(state: &mut State) {
    if !state.is_reading() {
        state.notice = Some("there is no text to look in here".to_owned());
        return;
    }
    state.find = Some(Find { input: Some(Input::default()), before: scroll(state), ..Find::default() });
}

/// A change to the text: one is led to its first match from where one was.
pub(super) fn write(state: &mut State, request: InputRequest) {
    let Some(find) = &mut state.find else { return };
    let Some(input) = &mut find.input else { return };
    input.handle(request);
    input.value().clone_into(&mut find.text);
    let before = find.before;
    let matches = matches(state);
    let first = matches.iter().find(|line| **line >= before).or(matches.first()).copied();
    if let Some(line) = first {
        go_to(state, line);
    } else {
        if let Some(find) = &mut state.find {
            find.at = None;
        }
        set_scroll(state, before);
    }
}

/// Enter in the field keeps the text, and the arrows step through its matches.
pub(super) fn act(state: &mut State, action: Action) {
    match action {
        Action::Move(step @ (Step::Up | Step::Down)) => self::step(state, step),
        Action::Open => {
            let Some(find) = &mut state.find else { return };
            find.input = None;
            if find.text.is_empty() {
                state.find = None;
            } else {
                tell(state);
            }
        }
        _ => {}
    }
}

/// Esc: out of the field to where one was, else out of the search. Whether there was one.
pub(super) fn back(state: &mut State) -> bool {
    let Some(find) = state.find.take() else { return false };
    if find.input.is_some() {
        set_scroll(state, find.before);
    }
    true
}

/// The next match, or the one before, round the ends.
pub(super) fn step(state: &mut State, step: Step) {
    let Some(find) = &state.find else {
        let key = state.keymap.key(Context::Detail, Action::Find);
        state.notice = Some(format!("nothing is looked for; {key} finds a text"));
        return;
    };
    let (at, matches) = (find.at.unwrap_or(scroll(state)), matches(state));
    let next = match step {
        Step::Up => matches.iter().rev().find(|line| **line < at).or(matches.last()),
        _ => matches.iter().find(|line| **line > at).or(matches.first()),
    };
    if let Some(line) = next {
        go_to(state, *line);
    }
    tell(state);
}

/// A search ends with what it looks in.
pub(super) fn settle(state: &mut State) {
    if state.find.is_some() && !state.is_reading() && (state.overlay.is_none() || state.find_input().is_some()) {
        state.find = None;
    }
}

fn matches(state: &State) -> Vec<usize> {
    state.find.as_ref().map_or(Vec::new(), |find| finding::matches(&finding::read(state), &find.text))
}

fn tell(state: &mut State) {
    let (Some((at, all)), Some(find)) = (finding::told(state), &state.find) else { return };
    let sought = crate::text::Foreign::from(find.text.as_str()).line(40);
    state.notice = Some(match (all, find.at) {
        (0, _) => format!("“{sought}” is not in this text"),
        // The line is seen on a screen, and else told.
        (_, Some(line)) if state.is_plain() => {
            let lines = finding::read(state);
            format!("“{sought}”, {at} of {all}: {}", lines.get(line).map_or("", |line| line.trim()))
        }
        _ => {
            let key = |step| state.keymap.key(Context::Detail, Action::Match(step));
            format!("“{sought}”: {at} of {all} lines · {} next · {} before", key(Step::Down), key(Step::Up))
        }
    });
}

/// Stands at a match, and brings its line into sight.
fn go_to(state: &mut State, line: usize) {
    if let Some(find) = &mut state.find {
        find.at = Some(line);
    }
    let (top, rows) = (scroll(state), rows(state).max(1));
    if !(top..top + rows).contains(&line) {
        set_scroll(state, line.saturating_sub(rows / 3));
    }
}

/// The first line in sight.
fn scroll(state: &State) -> usize {
    match &state.overlay {
        Some(Overlay::Messages(scroll)) => *scroll,
        _ => state.detail.map_or(0, |detail| detail.scroll),
    }
}

fn set_scroll(state: &mut State, line: usize) {
    match (&mut state.overlay, &mut state.detail) {
        (Some(Overlay::Messages(scroll)), _) => *scroll = line,
        (None, Some(detail)) => detail.scroll = line,
        _ => {}
    }
}

/// How many lines are in sight.
fn rows(state: &State) -> usize {
    let Some(layout) = state.layout() else { return 1 };
    match &state.overlay {
        Some(Overlay::Messages(_)) => state.window(&layout).map_or(1, |window| usize::from(window.list.height)),
        _ => layout.detail_rows(),
    }
}
