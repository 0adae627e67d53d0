//! Keys, clicks, pastes and answers out of the bytes that a terminal sends, however they are cut. It reads from nowhere.

use std::{collections::VecDeque, mem, time::Duration};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use termina::{
    Parser,
    escape::osc::{ColorOrQuery, DynamicColorNumber, Osc},
    event as told,
};

use crate::{policy, runtime::Heard, state::Shade};

const PASTE_BEGINS: &[u8] = b"\x1b[200~";
const PASTE_ENDS: &[u8] = b"\x1b[201~";
/// Answers about colours.
const ANSWER_BEGINS: &[u8] = b"\x1b]1";

/// What was read and not yet asked for.
#[derive(Debug, Default)]
pub(super) struct Bytes {
    /// The beginning of a sequence.
    open: Vec<u8>,
    /// What has been pasted, until its end comes.
    paste: Option<Vec<u8>>,
    heard: VecDeque<Heard>,
}

impl Bytes {
    /// What the terminal sent next.
    pub(super) fn hear(&mut self, bytes: &[u8]) {
        let mut all = mem::take(&mut self.open);
        all.extend_from_slice(bytes);
        let mut rest = all.as_slice();
        while !rest.is_empty() {
            let mark = if self.paste.is_some() { PASTE_ENDS } else { PASTE_BEGINS };
            let Some(at) = place(rest, mark) else {
                let open = rest.len() - if self.paste.is_some() { beginning(rest, mark) } else { unfinished(rest) };
                self.take(&rest[..open]);
                self.open = rest[open..].to_vec();
                return;
            };
            self.take(&rest[..at]);
            rest = &rest[at + mark.len()..];
            match self.paste.take() {
                Some(text) => self.pasted(&text),
                None => self.paste = Some(Vec::new()),
            }
        }
    }

    /// What can be said of it.
    pub(super) fn next(&mut self) -> Option<Heard> {
        self.heard.pop_front()
    }

    /// How long to wait for more before [`Bytes::end`].
    pub(super) fn patience(&self) -> Option<Duration> {
        match (&self.paste, self.open.is_empty()) {
            (Some(_), _) => Some(policy::PASTE_PAUSE),
            (None, false) if self.open.starts_with(ANSWER_BEGINS) => Some(policy::ANSWER_PAUSE),
            (None, false) => Some(policy::KEY_PAUSE),
            (None, true) => None,
        }
    }

    /// Nothing more came: the beginning of a sequence is all there was of it.
    pub(super) fn end(&mut self) {
        let open = mem::take(&mut self.open);
        self.take(&open);
        if let Some(text) = self.paste.take() {
            self.pasted(&text);
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        if let Some(paste) = &mut self.paste {
            let room = policy::PASTE_BYTES.saturating_sub(paste.len());
            paste.extend_from_slice(&bytes[..bytes.len().min(room)]);
            return;
        }
        // One for each time: what it still waits for of a sequence that never ends would swallow the keys that follow.
        let mut parser = Parser::default();
        parser.parse(bytes, false);
        while let Some(event) = parser.pop() {
            let answer = || background(&event).map(Heard::Background);
            self.heard.extend(translated(&event).map(Heard::Event).or_else(answer));
        }
    }

    fn pasted(&mut self, text: &[u8]) {
        self.heard.push_back(Heard::Event(Event::Paste(String::from_utf8_lossy(text).into_owned())));
    }
}

/// Where a mark begins, which has its first byte but once.
fn place(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    (0..bytes.len()).find(|at| bytes[*at] == mark[0] && bytes[*at..].starts_with(mark))
}

/// How many bytes at the end may be the beginning of a mark.
fn beginning(bytes: &[u8], mark: &[u8]) -> usize {
    (1..mark.len().min(bytes.len() + 1)).rev().find(|length| bytes.ends_with(&mark[..*length])).unwrap_or(0)
}

/// How many bytes at the end are the beginning of a key's sequence or of a letter.
fn unfinished(bytes: &[u8]) -> usize {
    let near = &bytes[bytes.len().saturating_sub(policy::KEY_BYTES)..];
    // Answers, which end with a bell or with Esc and a backslash: the latter may be cut in two.
    let begins = |pair: &[u8]| matches!(pair, [b'\x1b', b']' | b'P']);
    if let Some(answer) = near.windows(2).rposition(begins).map(|at| &near[at..]) {
        let said = answer[2..].strip_suffix(b"\x1b").unwrap_or(&answer[2..]);
        if !said.contains(&7) && !said.contains(&b'\x1b') {
            return answer.len();
        }
    }
    let sequence = near.iter().rposition(|byte| *byte == b'\x1b').map(|at| &near[at..]);
    match sequence {
        Some([_] | [_, b'O']) => return sequence.map_or(0, <[u8]>::len),
        Some([_, b'[', numbers @ ..]) if numbers.iter().all(|byte| matches!(byte, b' '..=b'?')) => {
            return numbers.len() + 2;
        }
        // F1 to F5 of the Linux console.
        Some([_, b'[', b'[']) => return 3,
        _ => {}
    }
    let letter = &bytes[bytes.len().saturating_sub(3)..];
    let begins = letter.iter().rposition(|byte| *byte >= 0xc0).map(|at| &letter[at..]);
    begins
        .filter(|letter| std::str::from_utf8(letter).is_err_and(|error| error.error_len().is_none()))
        .map_or(0, <[u8]>::len)
}

/// What the terminal's background is, where that is told.
fn background(event: &told::Event) -> Option<Shade> {
    let told::Event::Osc(Osc::ChangeDynamicColors(DynamicColorNumber::TextBackgroundColor, colors)) = event else {
        return None;
    };
    match colors.as_slice() {
        [ColorOrQuery::Color(color)] => Some(Shade::of(color.red, color.green, color.blue)),
        _ => None,
    }
}

/// The same in the terms of the library that the rest of jobtop speaks; nothing of answers that nobody asked for.
fn translated(event: &told::Event) -> Option<Event> {
    match event {
        told::Event::Key(key) => {
            let kind = match key.kind {
                told::KeyEventKind::Press => KeyEventKind::Press,
                told::KeyEventKind::Release => KeyEventKind::Release,
                told::KeyEventKind::Repeat => KeyEventKind::Repeat,
            };
            Some(Event::Key(KeyEvent::new_with_kind(code(key.code)?, modifiers(key.modifiers), kind)))
        }
        told::Event::Mouse(mouse) => {
            let button = |button| match button {
                told::MouseButton::Left => MouseButton::Left,
                told::MouseButton::Right => MouseButton::Right,
                told::MouseButton::Middle => MouseButton::Middle,
            };
            let kind = match mouse.kind {
                told::MouseEventKind::Down(one) => MouseEventKind::Down(button(one)),
                told::MouseEventKind::Up(one) => MouseEventKind::Up(button(one)),
                told::MouseEventKind::Drag(one) => MouseEventKind::Drag(button(one)),
                told::MouseEventKind::Moved => MouseEventKind::Moved,
                told::MouseEventKind::ScrollDown => MouseEventKind::ScrollDown,
                told::MouseEventKind::ScrollUp => MouseEventKind::ScrollUp,
                told::MouseEventKind::ScrollLeft => MouseEventKind::ScrollLeft,
                told::MouseEventKind::ScrollRight => MouseEventKind::ScrollRight,
            };
            let (column, row, modifiers) = (mouse.column, mouse.row, modifiers(mouse.modifiers));
            Some(Event::Mouse(MouseEvent { kind, column, row, modifiers }))
        }
        _ => None,
    }
}

fn modifiers(held: told::Modifiers) -> KeyModifiers {
    let pairs = [
        (told::Modifiers::SHIFT, KeyModifiers::SHIFT),
        (told::Modifiers::ALT, KeyModifiers::ALT),
        (told::Modifiers::CONTROL, KeyModifiers::CONTROL),
        (told::Modifiers::SUPER, KeyModifiers::SUPER),
        (told::Modifiers::HYPER, KeyModifiers::HYPER),
        (told::Modifiers::META, KeyModifiers::META),
    ];
    pairs.into_iter().filter(|(theirs, _)| held.contains(*theirs)).map(|(_, ours)| ours).collect()
}

/// Nothing of keys that do nothing by themselves.
fn code(code: told::KeyCode) -> Option<KeyCode> {
    Some(match code {
        told::KeyCode::Char(sign) => KeyCode::Char(sign),
        told::KeyCode::Enter => KeyCode::Enter,
        told::KeyCode::Backspace => KeyCode::Backspace,
        told::KeyCode::Tab => KeyCode::Tab,
        told::KeyCode::BackTab => KeyCode::BackTab,
        told::KeyCode::Escape => KeyCode::Esc,
        told::KeyCode::Left => KeyCode::Left,
        told::KeyCode::Right => KeyCode::Right,
        told::KeyCode::Up => KeyCode::Up,
        told::KeyCode::Down => KeyCode::Down,
        told::KeyCode::Home => KeyCode::Home,
        told::KeyCode::End => KeyCode::End,
        told::KeyCode::PageUp => KeyCode::PageUp,
        told::KeyCode::PageDown => KeyCode::PageDown,
        told::KeyCode::Insert => KeyCode::Insert,
        told::KeyCode::Delete => KeyCode::Delete,
        told::KeyCode::Function(number) => KeyCode::F(number),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::keymap::Key;

    fn told(bytes: &mut Bytes) -> Vec<String> {
        let told = |heard| match heard {
            Heard::Event(Event::Key(key)) => Key::from(key).to_string(),
            Heard::Event(Event::Paste(text)) => format!("pasted {text:?}"),
            Heard::Event(Event::Mouse(mouse)) => format!("{:?} at {},{}", mouse.kind, mouse.column, mouse.row),
            Heard::Background(shade) => format!("background {shade:?}"),
            other @ Heard::Event(_) => format!("{other:?}"),
        };
        std::iter::from_fn(|| bytes.next()).map(told).collect()
    }

    fn heard(sent: &[u8]) -> Vec<String> {
        let mut bytes = Bytes::default();
        bytes.hear(sent);
        bytes.end();
        told(&mut bytes)
    }

    /// What terminals send for keys, and the key.
    const SENT: &[(&str, &str)] = &[
        ("j", "j"),
        ("G", "G"),
        (" ", "Space"),
        ("é", "é"),
        ("名", "名"),
        ("\r", "Enter"),
        ("\t", "Tab"),
        ("\x7f", "Backspace"),
        ("\x03", "Ctrl-c"),
        ("\x1b[A", "↑"),
        ("\x1bOB", "↓"),
        ("\x1b[1;5C", "Ctrl-→"),
        ("\x1b[D", "←"),
        ("\x1b[2~", "Insert"),
        ("\x1b[Z", "Shift-Tab"),
        ("\x1b[5~", "PgUp"),
        ("\x1b[6~", "PgDn"),
        ("\x1b[3~", "Del"),
        ("\x1b[H", "Home"),
        ("\x1bOF", "End"),
        ("\x1b[1~", "Home"),
        ("\x1bOP", "F1"),
        ("\x1b[12~", "F2"),
        ("\x1b[[A", "F1"),
        ("\x1b[24~", "F12"),
        ("\x1bf", "Alt-f"),
        ("\x1b[106u", "j"),
        ("\x1b[<0;12;5M", "Down(Left) at 11,4"),
        ("\x1b[<65;1;1M", "ScrollDown at 0,0"),
        ("\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", "background Dark"),
        ("\x1b]11;rgb:ffff/ffff/ffff\x07", "background Light"),
        ("\x1b[200~two\nlines\x1b[201~", "pasted \"two\\nlines\""),
    ];

    #[test]
    fn what_terminals_send_for_a_key_is_that_key() {
        for (sent, key) in SENT {
            assert_eq!(heard(sent.as_bytes()), [*key], "{sent:?}");
        }
        assert_eq!(heard(b"\x1b"), ["Esc"]);
    }

    proptest! {
        /// Over slow lines the bytes of one key come apart.
        #[test]
        fn it_does_not_matter_where_the_bytes_are_cut(
            which in prop::collection::vec(0..SENT.len(), 1..20),
            cuts in prop::collection::vec(1_usize..9, 1..60),
        ) {
            let sent: Vec<u8> = which.iter().flat_map(|at| SENT[*at].0.bytes()).collect();
            let keys: Vec<&str> = which.iter().map(|at| SENT[*at].1).collect();
            let (mut bytes, mut rest, mut cuts) = (Bytes::default(), sent.as_slice(), cuts.iter().cycle());
            while !rest.is_empty() {
                let cut = cuts.next().map_or(1, |cut| (*cut).min(rest.len()));
                bytes.hear(&rest[..cut]);
                rest = &rest[cut..];
            }
            prop_assert_eq!(bytes.patience(), None);
            prop_assert_eq!(told(&mut bytes), keys);
        }

        /// Whatever comes, the next key is told, at the latest when it was silent for a while.
        #[test]
        fn no_bytes_swallow_the_keys_that_follow(noise in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = Bytes::default();
            bytes.hear(&noise);
            bytes.end();
            told(&mut bytes);
            prop_assert_eq!(bytes.patience(), None);
            bytes.hear(b"j");
            prop_assert_eq!(told(&mut bytes), ["j"]);
        }
    }

    /// Alt-[, Alt-], Alt-O and Alt-P are how longer sequences begin.
    #[test]
    fn the_beginning_of_a_sequence_is_waited_for_but_for_a_moment() {
        for sent in ["\x1b", "\x1b[", "\x1b]", "\x1bO", "\x1bP", "\x1b[1;"] {
            let mut bytes = Bytes::default();
            bytes.hear(sent.as_bytes());
            assert_eq!((told(&mut bytes), bytes.patience()), (vec![], Some(policy::KEY_PAUSE)), "{sent:?}");
            bytes.end();
            assert_eq!(bytes.patience(), None, "{sent:?}");
            told(&mut bytes);
            bytes.hear(b"j");
            assert_eq!(told(&mut bytes), ["j"], "{sent:?}");
        }
    }

    #[test]
    fn the_rest_of_an_answer_is_waited_for_longer_than_that_of_a_key() {
        let mut bytes = Bytes::default();
        bytes.hear(b"\x1b]11;rgb:fdfd/f6");
        assert_eq!((told(&mut bytes), bytes.patience()), (vec![], Some(policy::ANSWER_PAUSE)));
        bytes.hear(b"f6/e3e3\x1b");
        assert_eq!((told(&mut bytes), bytes.patience()), (vec![], Some(policy::ANSWER_PAUSE)));
        bytes.hear(b"\\q");
        assert_eq!(told(&mut bytes), ["background Light", "q"]);
    }

    #[test]
    fn a_paste_is_one_thing_however_long_it_takes_and_keeps_to_its_limit() {
        let mut bytes = Bytes::default();
        bytes.hear(b"\x1b[200~q");
        assert_eq!((told(&mut bytes), bytes.patience()), (vec![], Some(policy::PASTE_PAUSE)));
        for _ in 0..policy::PASTE_BYTES {
            bytes.hear(b"qq");
        }
        bytes.hear(b"\x1b[201~j");
        let Some(Heard::Event(Event::Paste(text))) = bytes.next() else { panic!("no paste") };
        assert_eq!((text.len(), told(&mut bytes)), (policy::PASTE_BYTES, vec!["j".to_owned()]));
    }

    #[test]
    fn a_paste_that_never_ends_is_over_after_a_while() {
        let mut bytes = Bytes::default();
        bytes.hear(b"\x1b[200~lost");
        bytes.end();
        bytes.hear(b"q");
        assert_eq!(told(&mut bytes), ["pasted \"lost\"", "q"]);
    }

    #[test]
    fn an_answer_is_over_with_its_end_and_the_next_key_need_not_wait() {
        for end in ["\x07", "\x1b\\"] {
            let mut bytes = Bytes::default();
            bytes.hear(b"\x1b]11;rgb:1e1e/1e1e");
            assert_eq!(bytes.patience(), Some(policy::ANSWER_PAUSE), "{end:?}");
            bytes.hear(end.as_bytes());
            assert_eq!(bytes.patience(), None, "{end:?}");
            bytes.hear(b"j");
            assert_eq!(told(&mut bytes), ["j"], "{end:?}");
        }
    }

    #[test]
    fn e20_what_the_terminal_answers_is_no_key_and_of_its_background_it_is_told_whether_that_is_dark() {
        assert_eq!(heard(b"\x1b]11;rgb:1e1e/1e1e/2e2e\x07j"), ["background Dark", "j"]);
        assert_eq!(heard(b"k\x1b]11;rgb:fd/f6/e3\x1b\\j"), ["k", "background Light", "j"]);
        assert_eq!(heard(b"\x1b]11;#ffffff\x07"), ["background Light"]);
        for other in
            ["\x1b[?62;4c\x1b[?1;2$y", "\x1b]10;rgb:ffff/ffff/ffff\x07", "\x1b]11;?\x07", "\x1b]11;nonsense\x07"]
        {
            assert_eq!(heard(format!("{other}j").as_bytes()), ["j"], "{other:?}");
        }
    }
}
