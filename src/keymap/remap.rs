//! The keys in force: the table of bindings, and what the user wants otherwise.

use std::{collections::HashMap, sync::Arc};

use super::{Action, BINDINGS, Binding, Context, Key};

/// A binding with the keys that it has in force.
#[derive(Debug, Clone)]
pub struct Row {
    /// The binding.
    pub binding: &'static Binding,
    /// Its keys; none where the user wants none.
    pub keys: Vec<Key>,
}

/// The keys in force.
#[derive(Debug, Clone)]
pub struct Keymap {
    rows: Arc<[Row]>,
    actions: Arc<HashMap<(Context, Key), Action>>,
}

/// Other keys for an action, in place of all that it has; an empty list takes them away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The action.
    pub action: Action,
    /// Its keys.
    pub keys: Vec<Key>,
}

/// A key that would mean two things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clash {
    /// Which wish is to blame, by its place among the wishes.
    pub wish: usize,
    /// The key.
    pub key: Key,
    /// What else it means.
    pub other: Action,
    /// Where.
    pub context: Context,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::with(&[]).0
    }
}

impl PartialEq for Keymap {
    fn eq(&self, other: &Self) -> bool {
        self.actions == other.actions
            && self.rows.iter().map(|row| &row.keys).eq(other.rows.iter().map(|row| &row.keys))
    }
}

impl Keymap {
    /// The table with what the user wants otherwise, and the keys that would mean two things by that. A printable key does
    /// nothing where text is typed: an action that is given no other keeps its own ones there. Ctrl-c always quits.
    pub fn with(wishes: &[Wish]) -> (Self, Vec<Clash>) {
        let wish_of = |action| wishes.iter().rposition(|wish| wish.action == action);
        let (mut rows, mut actions, mut clashes) = (Vec::new(), HashMap::new(), Vec::new());
        let mut claim = |context, key, action, keys: &mut Vec<Key>| {
            if !keys.contains(&key) {
                keys.push(key);
            }
            let before = actions.entry((context, key)).or_insert(action);
            let (other, mine) = (*before, wish_of(action));
            if other != action {
                // The later wish is to blame, or the only one.
                let blamed = mine.max(wish_of(other));
                let other = if blamed == mine { other } else { action };
                let clash = blamed.map(|wish| Clash { wish, key, other, context });
                clashes.extend(
                    clash.filter(|new| !clashes.iter().any(|old: &Clash| (old.wish, old.key) == (new.wish, key))),
                );
            }
        };
        for binding in BINDINGS.iter().filter(|binding| binding.action == Action::Quit) {
            binding.contexts.iter().for_each(|context| claim(*context, Key::CTRL_C, Action::Quit, &mut Vec::new()));
        }
        for binding in BINDINGS {
            let mut keys = Vec::new();
            let wish = wish_of(binding.action).map(|at| &wishes[at].keys);
            for context in binding.contexts {
                let typed = |key: &Key| context.takes_text() && key.text().is_some();
                let wanted: Vec<Key> = wish.into_iter().flatten().filter(|key| !typed(key)).copied().collect();
                let is_kept = wish.is_none_or(|keys| wanted.is_empty() && !keys.is_empty());
                let own = binding.keys().filter(|_| is_kept);
                wanted.into_iter().chain(own).for_each(|key| claim(*context, key, binding.action, &mut keys));
                if binding.action == Action::Quit {
                    claim(*context, Key::CTRL_C, Action::Quit, &mut keys);
                }
            }
            rows.push(Row { binding, keys });
        }
        (Self { rows: rows.into(), actions: actions.into() }, clashes)
    }

    /// Whether it is a copy of the same, at no cost.
    pub fn is_copy_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.rows, &other.rows) && Arc::ptr_eq(&self.actions, &other.actions)
    }

    /// What a key means in a context.
    pub fn action(&self, context: Context, key: Key) -> Option<Action> {
        self.actions.get(&(context, key)).copied()
    }

    /// All bindings with their keys, in the order of help.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The first key of an action in a context.
    pub fn first_key(&self, context: Context, action: Action) -> Option<Key> {
        let rows = self.rows.iter().filter(|row| row.binding.action == action);
        rows.flat_map(|row| row.keys.iter().copied()).find(|key| self.action(context, *key) == Some(action))
    }

    /// The same as it is shown; where there is none, the name of the action.
    pub fn key(&self, context: Context, action: Action) -> String {
        self.first_key(context, action).map_or_else(|| action.name().to_owned(), |key| key.to_string())
    }
}

impl Row {
    /// Its keys as help and README write them: `j ↓`.
    pub fn shown_keys(&self) -> String {
        self.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keymap::Step;

    fn wish(action: Action, keys: &str) -> Wish {
        Wish { action, keys: keys.split_whitespace().map(|key| key.parse().unwrap()).collect() }
    }

    fn key(text: &str) -> Key {
        text.parse().unwrap()
    }

    #[test]
    fn a_wish_replaces_all_keys_of_an_action_and_no_other() {
        let (keymap, clashes) = Keymap::with(&[wish(Action::Refresh, "f5 ctrl-r")]);
        assert_eq!(clashes, []);
        for (text, action) in [("f5", Some(Action::Refresh)), ("ctrl-r", Some(Action::Refresh)), ("r", None)] {
            assert_eq!(keymap.action(Context::Table, key(text)), action, "{text}");
        }
        assert_eq!(keymap.key(Context::Table, Action::Refresh), "F5");
        assert_eq!(keymap.action(Context::Table, key("x")), Some(Action::Clear));
        let (keymap, _) = Keymap::with(&[wish(Action::Refresh, "")]);
        assert_eq!(keymap.key(Context::Table, Action::Refresh), "refresh");
    }

    #[test]
    fn where_text_is_typed_printable_keys_stay_text_and_the_arrows_keep_working() {
        let (keymap, _) = Keymap::with(&[wish(Action::Move(Step::Down), "n")]);
        let down = Some(Action::Move(Step::Down));
        assert_eq!(keymap.action(Context::Table, key("n")), down);
        assert_eq!(keymap.action(Context::Table, key("down")), None);
        assert_eq!(keymap.action(Context::Picker, key("n")), None);
        assert_eq!(keymap.action(Context::Picker, key("down")), down);
        let (keymap, _) = Keymap::with(&[wish(Action::Toggle, "x")]);
        assert_eq!(keymap.action(Context::Picker, key("space")), Some(Action::Toggle));
    }

    #[test]
    fn a_key_that_would_mean_two_things_is_told_once_with_what_it_means() {
        let (_, clashes) = Keymap::with(&[wish(Action::Live, "ctrl-r"), wish(Action::Refresh, "x z")]);
        let told: Vec<_> = clashes.iter().map(|clash| (clash.wish, clash.key, clash.other)).collect();
        assert_eq!(told, [(1, key("x"), Action::Clear), (1, key("z"), Action::Zoom)]);
        let (_, clashes) = Keymap::with(&[wish(Action::Refresh, "x"), wish(Action::Clear, "r")]);
        assert_eq!(clashes, [], "two actions may change places");
    }

    #[test]
    fn ctrl_c_cannot_be_lost() {
        let (keymap, _) = Keymap::with(&[wish(Action::Quit, ""), wish(Action::Close, "")]);
        assert_eq!(keymap.action(Context::Text, Key::CTRL_C), Some(Action::Quit));
        let (keymap, clashes) = Keymap::with(&[wish(Action::Copy, "ctrl-c")]);
        assert_eq!(clashes.len(), 1);
        assert_eq!(keymap.action(Context::Table, Key::CTRL_C), Some(Action::Quit));
    }
}
