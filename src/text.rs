//! Foreign text → safe text: the only maker of what may be displayed, printed, logged or copied.
//! Everyone may import it; it knows nothing else of jobtop.
//!
//! A server's text can move the cursor, set the clipboard or pass itself off as something else. So text from outside is a
//! [`Foreign`], which has no `Display`; the one way to show it goes through [`Foreign::line`] or [`Foreign::lines`], which
//! show every control and every deceiving character as a code instead of letting it act or vanish.

use std::{
    borrow::Cow,
    fmt::{self, Write},
};

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// More combining marks than this on one base are an attack on the terminal, not a language.
const MARKS_PER_BASE: usize = 4;

/// Text from outside the program: a server's, a file's. It can be compared and searched, never displayed as it is.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Foreign(Box<str>);

/// Text that a terminal can show without acting on it. Only this room makes one out of foreign text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Safe(String);

/// Whether two texts are the same, of which both are empty as a rule and which are compared with every key. An empty `String` has
/// no address: a processor that masks the bytes of it stumbles over that, and `==` takes 0.1 µs there in place of 0.001.
pub fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len() && (one.is_empty() || one == other)
}

impl Foreign {
    /// Takes text in as it came.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text as it came, for comparing, searching and sending back to its server. Never for showing.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One line of at most `columns` terminal columns; line breaks become `⏎`, what does not fit ends in `…`.
    pub fn line(&self, columns: usize) -> Safe {
        let mut line = String::new();
        self.put_line(columns, &mut line);
        Safe(line)
    }

    /// The same behind what is written already.
    pub fn put_line(&self, columns: usize, out: &mut String) {
        put_line(self.raw(), columns, out);
    }

    /// All of it, up to `bytes` bytes, broken at its own line breaks.
    pub fn lines(&self, bytes: usize) -> Vec<Safe> {
        let end = self.0.floor_char_boundary(bytes);
        let mut lines: Vec<Safe> = self.0[..end].lines().map(|line| Safe(sanitise(line, "⏎"))).collect();
        if end < self.0.len() {
            lines.push(Safe(format!("… +{} bytes", self.0.len() - end)));
        }
        lines
    }
}

/// Shows the text as Rust would quote it: for logs and failing tests, where it must not act either.
impl fmt::Debug for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.line(300).as_str())
    }
}

impl From<&str> for Foreign {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Foreign {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl Safe {
    /// The text, ready for a terminal.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Several, one behind the other, with words of our own between them: `; `, a line break.
    pub fn joined(parts: impl IntoIterator<Item = Self>, between: &'static str) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect::<Vec<_>>().join(between))
    }

    /// How many terminal columns it takes.
    pub fn width(&self) -> usize {
        self.0.width()
    }
}

impl fmt::Display for Safe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<Safe> for String {
    fn from(text: Safe) -> Self {
        text.0
    }
}

/// Writes text from outside as [`Foreign::line`] has it.
pub fn put_line(foreign: &str, columns: usize, out: &mut String) {
    // A column takes at most a few characters of a real language, so a bounded prefix is enough to fill the line.
    let bound = columns.saturating_mul(1 + MARKS_PER_BASE).saturating_add(8);
    let end = foreign.char_indices().nth(bound).map_or(foreign.len(), |(end, _)| end);
    let cut = &foreign[..end];
    if cut.chars().all(is_even) {
        out.push_str(&fit(cut, columns));
    } else {
        out.push_str(&fit(&sanitise(cut, "⏎"), columns));
    }
}

/// Whether a character takes one terminal column whatever stands beside it, and neither acts nor hides: nearly all that is
/// shown are, and need no look at their neighbours.
pub fn is_even(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{24f}' | '–' | '…' | '─'..='◼' | '✓' | '✗')
}

/// How many terminal columns a text takes.
pub fn width(text: &str) -> usize {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.len();
    }
    let even = text.chars().try_fold(0, |columns, c| is_even(c).then_some(columns + 1));
    even.unwrap_or_else(|| text.width())
}

/// Cuts `text` to `columns` terminal columns, never inside a grapheme; a cut is marked with `…`.
pub fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let width = grapheme.width();
        if used + width + 1 > columns {
            break;
        }
        out.push_str(grapheme);
        used += width;
    }
    if columns > 0 {
        out.push('…');
    }
    Cow::Owned(out)
}

/// The same in ASCII, sign by sign, so that it takes as many columns: signs, borders and bars of our own. Letters of other
/// scripts are data, and stay.
pub fn ascii(text: &str) -> String {
    text.chars().map(ascii_sign).collect()
}

/// One sign of it.
pub fn ascii_sign(sign: char) -> char {
    match sign {
        '·' | '–' | '─' | '—' | '▄' | '⠴' | '╶' => '-',
        '│' | '▐' | '⠋' => '|',
        '╭' | '╮' | '╰' | '╯' | '┬' | '┴' | '┼' | '├' | '┤' | '✓' | '▆' => '+',
        '✗' | '×' => 'x',
        '▲' => '!',
        '■' | '█' | '◈' | '▟' => '#',
        '○' => 'o',
        '▶' | '▸' | '›' | '▌' | '→' => '>',
        '←' => '<',
        '◷' | '…' => '~',
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        '↑' | '▴' => '^',
        '↓' | '▾' => 'v',
        '░' => ':',
        '▒' => '%',
        '┈' | '▂' => '.',
        '▁' => '_',
        '▃' => ',',
        '▅' => '=',
        '▇' | '◆' => '*',
        '◎' | '◉' => '@',
        '❖' => '&',
        '⠙' => '/',
        '⠦' | '⏎' => '\\',
        other => other,
    }
}

fn sanitise(text: &str, line_break: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    // The last base, and the last of anything.
    let (mut before, mut last): (Option<char>, Option<char>) = (None, None);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let behind = last.replace(c);
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' => out.push_str(line_break),
            '\t' => out.push(' '),
            '\u{7f}' => out.push_str("^?"),
            c if c < ' ' => {
                out.push('^');
                out.push(char::from(c as u8 + b'@'));
            }
            c if joins(before, behind, c, chars.peek().copied()) => out.push(c),
            c if is_deceiving(c) || c.is_control() => push_code(&mut out, c),
            c if c.width() == Some(0) => {
                marks += 1;
                if marks <= MARKS_PER_BASE && before.is_some() {
                    out.push(c);
                } else if marks == MARKS_PER_BASE + 1 || before.is_none() {
                    push_code(&mut out, c);
                }
                before = before.or(Some(c));
                continue;
            }
            c => out.push(c),
        }
        marks = 0;
        before = Some(c);
    }
    out
}

fn push_code(out: &mut String, c: char) {
    // Writing to a string cannot fail.
    let _ = write!(out, "<U+{:04X}>", u32::from(c));
}

/// Whether `c` is a joiner or a variation selector where a language or an emoji needs one. A letter's marks may stand between it
/// and a joiner; within an emoji nothing may.
fn joins(base: Option<char>, behind: Option<char>, c: char, after: Option<char>) -> bool {
    let (Some(base), Some(behind)) = (base, behind) else { return false };
    match c {
        '\u{200c}' | '\u{200d}' if is_joining_script(base) => after.is_some_and(is_joining_script),
        '\u{200d}' => (is_emoji(behind) || behind == '\u{fe0f}') && after.is_some_and(is_emoji),
        '\u{fe0f}' if after == Some('\u{20e3}') => matches!(behind, '0'..='9' | '#' | '*'),
        '\u{fe0f}' => is_emoji(behind),
        _ => false,
    }
}

fn is_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x203C | 0x2049 | 0x2122 | 0x2139 | 0x2194..=0x21AA | 0x231A..=0x23FF | 0x25AA..=0x27BF | 0x2934..=0x2935 | 0x2B05..=0x2B55 | 0x1F000..=0x1FAFF)
}

/// Scripts whose letters change shape beside a joiner: Arabic and its kin, and the Indic scripts.
fn is_joining_script(c: char) -> bool {
    matches!(u32::from(c), 0x0600..=0x08FF | 0x0900..=0x0DFF | 0x0F00..=0x109F | 0x1780..=0x17FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFC)
}

/// Characters that are not seen, reorder their neighbours or hide text: format characters but the few that are shown,
/// fillers, variation selectors, tags, separators and noncharacters.
/// Whether a character hides, turns round or joins what stands beside it, so that a text reads as something else.
pub fn is_deceiving(c: char) -> bool {
    let code = u32::from(c);
    let noncharacter = code & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&code);
    noncharacter
        || matches!(
            code,
            0x00AD
                | 0x034F
                | 0x061C
                | 0x115F..=0x1160
                | 0x17B4..=0x17B5
                | 0x180B..=0x180F
                | 0x200B..=0x200F
                | 0x2028..=0x202E
                | 0x2060..=0x206F
                | 0x3164
                | 0xFE00..=0xFE0F
                | 0xFEFF
                | 0xFFA0
                | 0xFFF0..=0xFFFB
                | 0x13430..=0x1343F
                | 0x1BCA0..=0x1BCA3
                | 0x1D173..=0x1D17A
                | 0xE0000..=0xE0FFF
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> String {
        Foreign::from(text).line(200).into()
    }

    #[test]
    fn nothing_that_acts_or_hides_comes_through() {
        for (text, shown) in [
            ("plain", "plain"),
            ("\u{1b}[31mred", "^[[31mred"),
            ("a\u{9b}2J", "a<U+009B>2J"),
            ("bell\u{7}", "bell^G"),
            ("a\tb\r\nc\rd", "a b⏎c⏎d"),
            ("del\u{7f}", "del^?"),
            ("fa\u{202e}deli", "fa<U+202E>deli"),
            ("a\u{200b}b", "a<U+200B>b"),
            ("\u{feff}bom", "<U+FEFF>bom"),
            ("e\u{301}", "e\u{301}"),
        ] {
            assert_eq!(line(text), shown, "{text:?}");
        }
    }

    #[test]
    fn an_even_character_takes_one_column_whatever_stands_beside_it_and_neither_acts_nor_hides() {
        let even: Vec<char> = (char::MIN..=char::MAX).filter(|c| is_even(*c)).collect();
        assert!(
            even.len() > 500 && !['\u{ad}', '\u{200d}', '◽', '备', '\u{301}', '\u{7f}'].map(is_even).contains(&true)
        );
        for c in &even {
            assert!(c.width() == Some(1) && !is_deceiving(*c) && !c.is_control(), "{c:?}");
            let beside: String =
                ['a', ' ', '©', '▶', '─', '✓'].into_iter().flat_map(|other| [*c, other, *c, *c]).collect();
            let graphemes: Vec<&str> = beside.graphemes(true).collect();
            assert!(graphemes.len() == 24 && beside.width() == 24 && width(&beside) == 24, "{beside}");
            assert_eq!(line(&beside), beside);
        }
    }

    #[test]
    fn languages_and_emoji_stay_readable() {
        for text in ["النسخ الاحتياطي", "גיבוי", "备份失败", "می\u{200c}خواهم", "👩\u{200d}💻", "✔\u{fe0f} ok", "Gültig"]
        {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn a_stack_of_marks_is_cut_and_a_long_text_is_bounded() {
        let stack = format!("a{}", "\u{301}".repeat(1_000_000));
        assert_eq!(line(&stack), format!("a{}<U+0301>", "\u{301}".repeat(4)), "what is left out is said once");
        assert_eq!(line("\u{301}a"), "<U+0301>a", "a mark on nothing");
        // A line is as full as it can be, whatever stands on its letters.
        assert_eq!(Foreign::from(format!("a{}", "\u{301}".repeat(4)).repeat(60)).line(50).width(), 50);
        assert_eq!(Foreign::from("x".repeat(1_000_000)).line(10).width(), 10);
        assert_eq!(Foreign::from("备份备份").line(5).as_str(), "备份…");
        assert_eq!(Foreign::from("one\ntwo").lines(100).len(), 2);
        assert_eq!(Foreign::from("abcdef").lines(3)[1].as_str(), "… +3 bytes");
    }
}
