//! The section `[keys]`: names of actions, and the keys that the user wants for them. It knows no state and no screen.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::table::{Finding, unknown};
use crate::keymap::{Action, Context, Key, Keymap, Wish};

/// The key that takes an action's keys away.
pub(super) const NO_KEY: &str = "none";

/// The keys in force with what the section says, and what is wrong with it.
pub(super) fn keymap(section: &DeTable<'_>) -> (Keymap, Vec<Finding>) {
    let mut found = Vec::new();
    let mut wishes: Vec<(Wish, usize)> = Vec::new();
    for (name, value) in section {
        let Some(action) = Action::from_name(name.get_ref()) else {
            found.push(unknown("keys.", "action", name, Action::all().map(Action::name)));
            continue;
        };
        let keys = keys(action, value, &mut found);
        wishes.push((Wish { action, keys }, value.span().start));
    }
    // The later in the file is to blame for a clash.
    wishes.sort_by_key(|(_, at)| *at);
    let (wishes, places): (Vec<Wish>, Vec<usize>) = wishes.into_iter().unzip();
    let (keymap, clashes) = Keymap::with(&wishes);
    for clash in clashes {
        let other = clash.other.name();
        let told = if clash.other == Action::Quit {
            format!("{} quits everywhere, and cannot be lost; choose another key", clash.key)
        } else {
            format!(
                "{} is {other} {}; choose another key, or give {other} another one or \"{NO_KEY}\"",
                clash.key,
                clash.context.place()
            )
        };
        found.push(Finding { at: places[clash.wish], key: key_of(wishes[clash.wish].action), told });
    }
    if !is_left_by_a_key(&keymap)
        && let Some(at) = wishes.iter().position(|wish| wish.action == Action::Close)
    {
        let told = "one key has to quit beside Ctrl-c; write another key, or give quit a further one".to_owned();
        found.push(Finding { at: places[at], key: key_of(Action::Close), told });
    }
    (keymap, found)
}

/// Whether a key beside Ctrl-c quits in the table.
fn is_left_by_a_key(keymap: &Keymap) -> bool {
    let quits = |key: &Key| matches!(keymap.action(Context::Table, *key), Some(Action::Close | Action::Quit));
    keymap.rows().iter().flat_map(|row| &row.keys).any(|key| *key != Key::CTRL_C && quits(key))
}

fn key_of(action: Action) -> String {
    format!("keys.{}", action.name())
}

fn keys(action: Action, value: &Spanned<DeValue<'_>>, found: &mut Vec<Finding>) -> Vec<Key> {
    let mut wrong = |value: &Spanned<DeValue<'_>>, told: String| {
        found.push(Finding { at: value.span().start, key: key_of(action), told });
    };
    let texts: Vec<&Spanned<DeValue<'_>>> = match value.get_ref() {
        DeValue::String(text) if text.trim() == NO_KEY && action == Action::Quit => {
            wrong(value, "Ctrl-c always quits; write further keys, or drop this line".to_owned());
            return Vec::new();
        }
        DeValue::String(text) if text.trim() == NO_KEY => return Vec::new(),
        DeValue::String(_) => vec![value],
        DeValue::Array(list) => list.iter().collect(),
        _ => Vec::new(),
    };
    let mut keys = Vec::new();
    for text in &texts {
        match text.get_ref().as_str().map(|name| name.trim().parse::<Key>()) {
            Some(Ok(key)) => keys.push(key),
            Some(Err(error)) => wrong(text, error.to_string()),
            None => wrong(text, ACCEPTED.to_owned()),
        }
    }
    if texts.is_empty() {
        wrong(value, ACCEPTED.to_owned());
    }
    keys
}

const ACCEPTED: &str = "accepted are a key such as \"ctrl-d\", a list of keys, or \"none\"";
