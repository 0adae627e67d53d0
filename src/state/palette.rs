//! The command palette and the help: what the keymap offers, narrowed by a text, and why some of it cannot be done now.
//! It performs nothing.

use tui_input::Input;

use super::{State, panes::best_matches};
use crate::{
    keymap::{Action, Binding, Context, Keymap, Row},
    pager::Coverage,
};

/// The keys, in a list that typing narrows.
#[derive(Debug, Clone, Default)]
pub struct Help {
    /// The text that narrows the list.
    pub input: Input,
    /// Lines scrolled away at the top.
    pub scroll: usize,
}

impl Help {
    /// The rows of the key table left by the text, the best match first; what only the palette does is no key.
    pub fn rows<'a>(&self, keymap: &'a Keymap) -> Vec<&'a Row> {
        let rows = keymap.rows().iter().filter(|row| !(row.keys.is_empty() && row.binding.keys.is_empty()));
        let rows = rows.map(|row| (format!("{} {}", row.shown_keys(), row.binding.help), row));
        let rows = best_matches(self.input.value(), rows.collect(), |(told, _)| told);
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

/// Every action by its name, in a list that typing narrows.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    /// The text that narrows the list.
    pub input: Input,
    /// The action under the cursor, among those left.
    pub cursor: usize,
}

/// An action of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What it does.
    pub action: Action,
    /// What it is called.
    pub name: String,
    /// The keys that do it.
    pub keys: String,
    /// Why it cannot be done now, where it cannot.
    pub why_not: Option<String>,
}

impl Palette {
    /// The actions left by the text, the best match first; those that can be done before those that cannot.
    pub fn items(&self, state: &State) -> Vec<Command> {
        let text = self.input.value().trim();
        let mut items = best_matches(text, all(state), |command| &command.name);
        if text.is_empty() {
            items.sort_by_key(|command| command.why_not.is_some());
        } else {
            // Who types a name whole means that and nothing else.
            items.sort_by_key(|command| !is_called(command.action, text));
        }
        items
    }
}

/// Whether a text is an action's name, or that of the theme that it sets.
fn is_called(action: Action, text: &str) -> bool {
    let name = action.name();
    name == text || matches!(action, Action::Theme(_)) && name.strip_prefix("theme-") == Some(text)
}

/// Every action of the key table once, in its order.
fn all(state: &State) -> Vec<Command> {
    let pane = state.pane();
    let mut commands: Vec<Command> = Vec::new();
    for row in state.keymap.rows() {
        let action = row.binding.action;
        if commands.iter().any(|command| command.action == action) {
            continue;
        }
        let same: Vec<&Row> = state.keymap.rows().iter().filter(|other| other.binding.action == action).collect();
        let here = same.iter().map(|row| row.binding).find(|binding| binding.contexts.contains(&pane));
        let mut keys: Vec<String> = same.iter().flat_map(|row| &row.keys).map(ToString::to_string).collect();
        let mut seen = std::collections::HashSet::new();
        keys.retain(|key| seen.insert(key.clone()));
        let contexts: Vec<Context> = same.iter().flat_map(|row| row.binding.contexts).copied().collect();
        commands.push(Command {
            action,
            name: name(state, here.unwrap_or(row.binding)),
            keys: keys.join(" "),
            why_not: if here.is_some() { why_not(state, action) } else { Some(only_in(&contexts)) },
        });
    }
    commands
}

/// What a key does; what the user called a view is said instead of its digit.
fn name(state: &State, binding: &Binding) -> String {
    let saved = match binding.action {
        Action::View(digit @ 1..) => state.views().into_iter().nth(usize::from(digit) - 1),
        _ => None,
    };
    saved.map_or_else(|| binding.help.to_owned(), |saved| format!("view: {}", saved.name))
}

/// Where the keys of an action are live.
fn only_in(contexts: &[Context]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for context in contexts {
        let name = match context {
            Context::Table => "the table",
            Context::Summary => "the summary",
            Context::Panel => "the filter panel",
            Context::Detail => "the detail pane",
            Context::Reader => "the messages",
            Context::Columns => "the choice of columns",
            Context::Picker | Context::Choice => "a list beside a text",
            Context::FirstRun => "the first screen",
            Context::Text => "a line of text",
            Context::TooSmall => continue,
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.as_slice() {
        [one] => format!("only in {one}"),
        [before @ .., last] => format!("only in {} or {last}", before.join(", ")),
        [] => "nowhere".to_owned(),
    }
}

/// Why an action that has its key here would do nothing.
fn why_not(state: &State, action: Action) -> Option<String> {
    let range = &state.filter.range;
    let why = match action {
        Action::Open if state.pane() != Context::Table => return None,
        Action::Open
        | Action::Copy
        | Action::Keep
        | Action::Exclude
        | Action::Mark
        | Action::Watch
        | Action::MarkRange
        | Action::MarkAll
        | Action::NextJob
        | Action::PreviousJob
        | Action::Problem(_)
            if state.selected().is_none() =>
        {
            "no job is shown"
        }
        Action::Match(_) if state.find.is_none() => "nothing is looked for",
        Action::ScrollDetail(_) if state.detail.is_none() => "the detail pane is closed",
        Action::LoadAll if matches!(state.coverage(), Coverage::All(_)) => "all is loaded",
        Action::Tenants if state.tenants.len() < 2 => "no other tenant is set up",
        Action::Earlier if range.earlier(state.now).is_none() => "this range has no length",
        Action::Later if range.later(state.now).is_none() => "there is no later window yet",
        Action::View(digit) if usize::from(digit) > state.views().len() => "nothing is saved under it",
        Action::Undo if state.history.steps().0 == 0 => "nothing has changed yet",
        Action::Redo if state.history.steps().1 == 0 => "nothing was undone",
        Action::Mouse if state.is_plain() => "plain lines have no mouse to take",
        Action::Themes | Action::Theme(_) if state.is_plain() => "plain lines have no colours",
        Action::DetailSide if state.is_plain() => "plain lines have no sides",
        Action::Zone if state.zones.local == chrono_tz::Tz::UTC => "this machine's zone is UTC",
        _ => return None,
    };
    Some(why.to_owned())
}
