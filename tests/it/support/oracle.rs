//! What may reach a terminal: a strict parser of everything that jobtop writes. Text that deceives nobody, and the sequences of
//! one table; anything else is somebody else's.

use super::deception::{is_forbidden, is_right_behind};

/// Every sequence that jobtop writes, `#` for a number: what it is for.
const SEQUENCES: [(&str, &str); 23] = [
    ("[?1049h", "the alternate screen"),
    ("[?1049l", "back from it"),
    ("[?2004h", "pastes in brackets"),
    ("[?2004l", "plain pastes"),
    ("[?25l", "no cursor"),
    ("[?25h", "the cursor"),
    ("[?1000h", "clicks and the wheel"),
    ("[?1006h", "and where"),
    ("[?1000l", "no clicks"),
    ("[?1006l", "nor where"),
    ("[?2026h", "a frame begins"),
    ("[?2026l", "a frame ends"),
    ("[#;#H", "the cursor's place"),
    ("[#H", "the beginning of a row"),
    ("[C", "a column on"),
    ("[#C", "some columns on"),
    ("[K", "a blank rest of the row"),
    ("[#X", "some blanks"),
    ("[#;#r", "the rows that scroll"),
    ("[r", "all of them"),
    ("M", "a row up, and a new one at the top of those that scroll"),
    ("[2J", "a clear screen"),
    ("[*m", "colours and attributes"),
];

/// Those that the questions of `jobtop login` take besides: no text of a server is shown among them.
const QUESTIONS: [(&str, &str); 6] = [
    ("[#A", "up"),
    ("[#B", "down"),
    ("[#D", "to the left"),
    ("[#G", "to a column"),
    ("[2K", "a clear line"),
    ("[J", "a clear rest of the screen"),
];

/// The sequence that sets the clipboard begins so; base64 follows.
const CLIPBOARD: &str = "]52;c;";

/// The notifications begin so; text follows. The bell is rung before the first, and never else.
const NOTIFICATIONS: [&str; 2] = ["]9;jobtop ", "]777;notify;jobtop "];
/// What tmux hands on begins so; the same sequences follow, with their escape characters doubled.
const TMUX: &str = "Ptmux;";
const END: &str = "\u{1b}\\";

/// The question for the terminal's background, which nobody asks who does not want to know.
pub const QUESTION: &str = "\u{1b}]11;?\u{1b}\\";

/// The output without that question, where it was asked exactly once.
pub fn without_question(output: &[u8]) -> Option<Vec<u8>> {
    let places: Vec<usize> = (0..output.len()).filter(|at| output[*at..].starts_with(QUESTION.as_bytes())).collect();
    let [at] = places.as_slice() else { return None };
    Some([&output[..*at], &output[at + QUESTION.len()..]].concat())
}

fn last_words(output: &[u8], asks: bool) -> Option<String> {
    match str::from_utf8(output) {
        Ok(_) => foreign(output, asks),
        Err(error) => Some(format!("bytes that are no text, {} behind a cut", error.valid_up_to())),
    }
}

/// What stands in the output and may not, where questions are asked too.
pub fn foreign(output: &[u8], asks: bool) -> Option<String> {
    let text = match str::from_utf8(output) {
        Ok(text) => text,
        Err(error) => {
            let (before, rest) = output.split_at(error.valid_up_to());
            let cut = rest.iter().take_while(|byte| **byte >= 0x80).count();
            // The program was ended in the middle of a letter; its last words follow.
            return match rest.get(cut) {
                Some(0x1b) | None if cut < 4 => foreign(before, asks).or_else(|| last_words(&rest[cut..], asks)),
                _ => Some(format!("bytes that are no text at {}", before.len())),
            };
        }
    };
    let (mut rest, mut before) = (text, '\0');
    while let Some(c) = rest.chars().next() {
        let length = match c {
            // The terminal adds a return to each line break; jobtop's words before and after the dashboard have lines.
            '\r' | '\n' => 1,
            '\u{1b}' => match sequence(&rest[1..], asks) {
                Some(length) => 1 + length,
                // The program was ended in the middle of it.
                None if is_cut_off(&rest[1..]) => return None,
                None => return Some(told("an escape sequence", text, rest)),
            },
            '\u{7}' if announces(&rest[1..]) => 1,
            c if is_forbidden(c) && !is_right_behind(before, c) => return Some(told("a character", text, rest)),
            c => c.len_utf8(),
        };
        before = c;
        rest = &rest[length..];
    }
    None
}

/// Whether a notification begins here, behind a bell.
fn announces(text: &str) -> bool {
    let direct = text.strip_prefix('\u{1b}').filter(|text| text.starts_with(NOTIFICATIONS[0]));
    direct.or(text.strip_prefix("\u{1b}Ptmux;\u{1b}\u{1b}").filter(|text| text.starts_with(NOTIFICATIONS[0]))).is_some()
}

/// Whether nothing is missing of a sequence but its end.
fn is_cut_off(text: &str) -> bool {
    text.is_empty()
        || text.strip_prefix('[').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || "?;".contains(c)))
}

fn told(what: &str, text: &str, rest: &str) -> String {
    let at = text.len() - rest.len();
    let part: String = rest.chars().take(24).collect();
    format!("{what} at byte {at}: {}", part.escape_unicode())
}

/// The length of a sequence of the table, behind its escape character.
fn sequence(text: &str, asks: bool) -> Option<usize> {
    if let Some(payload) = text.strip_prefix(CLIPBOARD) {
        let digits = payload.find(|c: char| !(c.is_ascii_alphanumeric() || "+/=".contains(c)))?;
        return payload[digits..].starts_with("\u{1b}\\").then_some(CLIPBOARD.len() + digits + 2);
    }
    if let Some(start) = NOTIFICATIONS.into_iter().find(|start| text.starts_with(start)) {
        let end = start.len() + text[start.len()..].find(END)?;
        let parts = text[..end].matches(';').count();
        let own = foreign(&text.as_bytes()[start.len()..end], false).is_none()
            && !text[..end].contains(['\r', '\n', '\u{1b}', '\u{7}']);
        return (own && parts == if start == NOTIFICATIONS[0] { 1 } else { 3 }).then_some(end + END.len());
    }
    if let Some(wrapped) = text.strip_prefix(TMUX) {
        let end = wrapped.find("\u{1b}\u{1b}\\\u{1b}\\")? + 3;
        let inner = wrapped[..end].replace("\u{1b}\u{1b}", "\u{1b}");
        let known = inner.starts_with("\u{1b}]") && sequence(&inner[1..], false) == Some(inner.len() - 1);
        return known.then_some(TMUX.len() + end + END.len());
    }
    let questions = QUESTIONS.iter().filter(|_| asks);
    SEQUENCES.iter().chain(questions).find_map(|(form, _)| matched(form, text))
}

/// The length of what matches a form at a text's beginning.
fn matched(form: &str, text: &str) -> Option<usize> {
    let mut at = 0;
    for c in form.chars() {
        let rest = &text[at..];
        at += match c {
            '#' => digits(rest).filter(|digits| *digits > 0)?,
            '*' => attributes(rest)?,
            c => rest.starts_with(c).then_some(c.len_utf8())?,
        };
    }
    Some(at)
}

fn digits(text: &str) -> Option<usize> {
    Some(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())).filter(|digits| *digits <= 4)
}

/// Numbers of attributes, with what may stand between them.
fn attributes(text: &str) -> Option<usize> {
    Some(text.find(|c: char| !(c.is_ascii_digit() || c == ';' || c == ':')).unwrap_or(text.len())).filter(|n| *n <= 40)
}

#[test]
fn the_oracle_knows_what_is_foreign() {
    let good = "\u{1b}[?1049h\u{1b}[12;7Hall\u{1b}[38;5;9m\u{1b}[7;36r\u{1b}[36H\n\u{1b}M\u{1b}[r\u{1b}[9X\u{1b}[K\u{1b}[C 好 👩\u{200d}💻\u{1b}[0m\r\n\u{1b}]52;c;aGk=\u{1b}\\";
    assert_eq!(foreign(good.as_bytes(), false), None);
    let told = "\u{7}\u{1b}]9;jobtop a: job\u{1b}\\\u{1b}]777;notify;jobtop a;job\u{1b}\\\
                \u{7}\u{1b}Ptmux;\u{1b}\u{1b}]9;jobtop a: job\u{1b}\u{1b}\\\u{1b}\\\u{1b}Ptmux;\u{1b}\u{1b}]52;c;aGk=\u{1b}\u{1b}\\\u{1b}\\.";
    assert_eq!(foreign(told.as_bytes(), false), None);
    for bad in [
        "\u{1b}[3J",
        "\u{1b}[6n",
        QUESTION,
        "\u{1b}]10;?\u{1b}\\",
        "\u{1b}]11;#000000\u{1b}\\",
        "\u{1b}]0;title\u{7}",
        "\u{1b}]52;c;?\u{7}",
        "\u{1b}]52;c;aGk=\u{7}",
        "\u{1b}]8;;http://x\u{1b}\\",
        "\u{1b}c",
        "\u{1b}\r",
        "\u{1b}[;H",
        "\u{1b}[1K",
        "\u{1b}[2S",
        "\u{1b}[;9r",
        "\u{1b}[2L",
        "\u{1b}P$q\u{1b}\\",
        "\u{9b}31m",
        "a\u{7}",
        "a\u{8}",
        "a\u{7}\u{1b}[2J",
        "\u{1b}]9;4;1;50\u{1b}\\",
        "\u{1b}]9;jobtop a;b\u{1b}\\",
        "\u{1b}]9;jobtop a\u{7}\u{1b}\\",
        "\u{1b}]9;jobtop a\u{202e}\u{1b}\\",
        "\u{1b}]777;notify;other;b\u{1b}\\",
        "\u{1b}]777;notify;jobtop a;b;c\u{1b}\\",
        "\u{1b}Ptmux;\u{1b}\u{1b}[2J\u{1b}\u{1b}\\\u{1b}\\",
        "\u{1b}Ptmux;\u{1b}\u{1b}]0;t\u{1b}\u{1b}\\\u{1b}\\",
        "a\tb",
        "a\u{202e}b",
        "a\u{200b}b",
        "a\u{200d}b",
        "\u{feff}",
    ] {
        assert!(foreign(bad.as_bytes(), false).is_some(), "{bad:?}");
    }
    assert!(foreign(&[b'a', 0x9B, b'm'], true).is_some());
    let asked = format!("a{QUESTION}b");
    assert_eq!(without_question(asked.as_bytes()).as_deref(), Some(&b"ab"[..]));
    assert_eq!(without_question(asked.repeat(2).as_bytes()), None, "once is enough");
    assert_eq!(without_question(b"ab"), None);
}
