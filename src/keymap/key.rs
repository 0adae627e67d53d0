//! A key as it is written: `j`, `G`, `ctrl-d`, `pgdn`; and scripts of keys, `jj/fail<enter>`.

use std::{fmt, str::FromStr};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers, in one normal form: Shift is in the character itself, and kept only for keys without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

const NAMES: &[(&str, KeyCode, &str)] = &[
    ("up", KeyCode::Up, "↑"),
    ("down", KeyCode::Down, "↓"),
    ("left", KeyCode::Left, "←"),
    ("right", KeyCode::Right, "→"),
    ("enter", KeyCode::Enter, "Enter"),
    ("esc", KeyCode::Esc, "Esc"),
    ("tab", KeyCode::Tab, "Tab"),
    ("space", KeyCode::Char(' '), "Space"),
    ("home", KeyCode::Home, "Home"),
    ("end", KeyCode::End, "End"),
    ("pgup", KeyCode::PageUp, "PgUp"),
    ("pgdn", KeyCode::PageDown, "PgDn"),
    ("backspace", KeyCode::Backspace, "Backspace"),
    ("del", KeyCode::Delete, "Del"),
    ("lt", KeyCode::Char('<'), "<"),
];

const MODIFIERS: [(&str, KeyModifiers, &str); 3] = [
    ("ctrl-", KeyModifiers::CONTROL, "Ctrl-"),
    ("alt-", KeyModifiers::ALT, "Alt-"),
    ("shift-", KeyModifiers::SHIFT, "Shift-"),
];

/// Keys that a terminal cannot tell from others.
const SENT_AS: [(&str, &str); 3] = [("ctrl-i", "tab"), ("ctrl-m", "enter"), ("ctrl-[", "esc")];

impl Key {
    /// The key that always quits.
    pub const CTRL_C: Self = Self { code: KeyCode::Char('c'), modifiers: KeyModifiers::CONTROL };

    /// The character that it types, if it does.
    pub fn text(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.modifiers.is_empty() => Some(c),
            _ => None,
        }
    }

    /// The key as an event, for a text field.
    pub fn event(self) -> KeyEvent {
        KeyEvent::new(self.code, self.modifiers)
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        let relevant = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        let mut modifiers = event.modifiers & relevant;
        let code = match event.code {
            KeyCode::BackTab => {
                modifiers |= KeyModifiers::SHIFT;
                KeyCode::Tab
            }
            KeyCode::Char(c) => {
                modifiers -= KeyModifiers::SHIFT;
                KeyCode::Char(if modifiers.contains(KeyModifiers::CONTROL) { c.to_ascii_lowercase() } else { c })
            }
            code => code,
        };
        Self { code, modifiers }
    }
}

/// Text that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” names no key; write j, G, ctrl-d, pgdn, enter, esc, space …")]
pub struct KeyError(String);

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut rest = text;
        let mut modifiers = KeyModifiers::empty();
        while let Some((name, modifier, _)) =
            MODIFIERS.iter().find(|(name, ..)| rest.len() > name.len() && rest.starts_with(name))
        {
            modifiers |= *modifier;
            rest = &rest[name.len()..];
        }
        let mut chars = rest.chars();
        let function = || rest.strip_prefix('f')?.parse().ok().filter(|number| (1..=12).contains(number));
        let code = match (chars.next(), chars.next()) {
            (Some(c), None) if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::Char(c.to_ascii_uppercase()),
            (Some(c), None) => KeyCode::Char(c),
            _ => match NAMES.iter().find(|(name, ..)| *name == rest) {
                Some((_, code, _)) => *code,
                None => KeyCode::F(function().ok_or_else(|| KeyError(text.to_owned()))?),
            },
        };
        let key = Self::from(KeyEvent::new(code, modifiers));
        match SENT_AS.iter().find(|(written, _)| *written == text) {
            Some((written, sent)) => Err(KeyError(format!("{written} (which terminals send as {sent})"))),
            None => Ok(key),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (_, modifier, shown) in MODIFIERS {
            if self.modifiers.contains(modifier) {
                f.write_str(shown)?;
            }
        }
        match (NAMES.iter().find(|(_, code, _)| *code == self.code), self.code) {
            (Some((_, _, shown)), _) => f.write_str(shown),
            (None, KeyCode::Char(c)) => write!(f, "{c}"),
            (None, other) => write!(f, "{other}"),
        }
    }
}

/// Reads a script of keys: characters stand for themselves, other keys stand in angle brackets, `jj/fail<enter>`.
///
/// # Errors
/// When a name in brackets is no key.
pub fn script(text: &str) -> Result<Vec<Key>, KeyError> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|tail| tail.split_once('>'));
        let (key, tail) = match named {
            Some((name, tail)) => (name.parse()?, tail),
            None => (Key { code: KeyCode::Char(c), modifiers: KeyModifiers::empty() }, &rest[c.len_utf8()..]),
        };
        keys.push(key);
        rest = tail;
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_written() {
        for (text, shown) in [
            ("j", "j"),
            ("G", "G"),
            ("ctrl-d", "Ctrl-d"),
            ("pgdn", "PgDn"),
            ("shift-tab", "Shift-Tab"),
            ("-", "-"),
            ("space", "Space"),
            ("f5", "F5"),
            ("shift-g", "G"),
            ("ctrl-R", "Ctrl-r"),
        ] {
            assert_eq!(text.parse::<Key>().unwrap().to_string(), shown);
        }
        assert!("ctrl-".parse::<Key>().is_err() && "pagedown".parse::<Key>().is_err());
        assert!("f13".parse::<Key>().is_err() && "ctrl-i".parse::<Key>().is_err());
    }

    #[test]
    fn what_terminals_send_has_one_form() {
        let key = |code, modifiers| Key::from(KeyEvent::new(code, modifiers));
        assert_eq!(key(KeyCode::Char('G'), KeyModifiers::SHIFT), "G".parse().unwrap());
        assert_eq!(key(KeyCode::BackTab, KeyModifiers::SHIFT), "shift-tab".parse().unwrap());
        assert_eq!(key(KeyCode::Char('D'), KeyModifiers::CONTROL | KeyModifiers::SHIFT), "ctrl-d".parse().unwrap());
    }

    #[test]
    fn a_script_is_read_key_by_key() {
        let keys: Vec<String> = script("j/a<enter><lt>").unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(keys, ["j", "/", "a", "Enter", "<"]);
        assert!(script("<nokey>").is_err());
    }
}
