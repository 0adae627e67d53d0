//! The sanitiser over every character there is, against a rule of its own.

use std::{fmt::Write, ops::RangeInclusive};

use jobtop::text::Foreign;

use crate::support::deception::{is_forbidden, is_right_behind};

/// Characters that are looked at together.
const BATCH: u32 = 512;

/// The scalar values of some planes, some at a time.
fn batches(planes: RangeInclusive<u32>) -> impl Iterator<Item = Vec<char>> {
    let batches = planes.start() * 0x1_0000 / BATCH..(planes.end() + 1) * 0x1_0000 / BATCH;
    batches.map(|batch| (batch * BATCH..(batch + 1) * BATCH).filter_map(char::from_u32).collect())
}

/// A text as it is shown, without the breaks between its lines.
fn shown(text: String) -> String {
    Foreign::from(text).lines(usize::MAX).iter().map(|line| line.as_str().to_owned()).collect()
}

/// What a character becomes between two letters.
fn expected(c: char) -> String {
    match c {
        '\t' => " ".to_owned(),
        '\u{7f}' => "^?".to_owned(),
        c if u32::from(c) < 0x20 => format!("^{}", char::from_u32(u32::from(c) + 0x40).unwrap()),
        c if is_forbidden(c) => format!("<U+{:04X}>", u32::from(c)),
        c => c.to_string(),
    }
}

/// The whole of Unicode, between letters: each character that acts or hides is its code, and every other is itself.
#[test]
fn unicode_exhaustive() {
    let mut count = 0;
    for batch in batches(0..=16) {
        // Line breaks have lines of their own.
        let text: Vec<char> = batch.iter().copied().filter(|c| !"\r\n".contains(*c)).collect();
        let (mut raw, mut right) = (String::new(), String::new());
        for c in &text {
            raw.extend(['a', *c, 'b']);
            right.extend(["a", &expected(*c), "b"]);
        }
        let got = shown(raw);
        if got != right {
            let wrong = text.iter().find(|c| shown(format!("a{c}b")) != format!("a{}b", expected(**c)));
            let code = wrong.map_or(0, |c| u32::from(*c));
            panic!("U+{code:04X} is shown as {}", wrong.map_or(got, |c| shown(format!("a{c}b"))));
        }
        count += batch.len();
    }
    assert_eq!(count, 1_112_064);
}

/// Wherever a character stands, and whatever beside it, none that acts or hides comes through but a joiner in its place.
#[test]
fn no_neighbour_lets_a_forbidden_character_through() {
    // The other planes hold ideographs and what is not assigned: nothing that a neighbour changes.
    for batch in batches(0..=1).chain(batches(14..=14)) {
        let mut raw = String::new();
        for c in batch {
            // Behind an emoji, an Arabic letter, a mark, itself and at a line's beginning.
            let _ = write!(
                raw,
                "a\u{1f600}{c}\u{1f600}b\u{628}{c}\u{628}ce\u{301}{c}d{c}{c}\u{2714}{c}\u{fe0f} 1{c}\u{fe0f}f\n{c}\n"
            );
        }
        let shown = shown(raw);
        let pairs = shown.chars().zip(shown.chars().skip(1));
        let wrong = pairs.into_iter().find(|(before, c)| is_forbidden(*c) && !is_right_behind(*before, *c));
        assert_eq!(wrong.map(|(_, c)| format!("U+{:04X}", u32::from(c))), None);
    }
}

#[test]
fn a_line_never_has_a_break_in_it_and_languages_stay_as_they_are() {
    assert_eq!(Foreign::from("a\r\nb\nc\rd").line(80).as_str(), "a⏎b⏎c⏎d");
    for text in [
        "فشل النسخ الاحتياطي رقم ١٢",
        "\u{600}١٢ \u{6dd}٣ \u{110bd}\u{110cd}",
        "הגיבוי נכשל",
        "备份失败：磁盘已满",
        "バックアップに失敗しました",
        "می\u{200c}خواهم क\u{94d}\u{200d}ष",
        "👩\u{200d}💻 ❤\u{fe0f} 1\u{fe0f}\u{20e3} 🇨🇭 👍🏽 ✔\u{fe0f}",
    ] {
        assert_eq!(Foreign::from(text).line(80).as_str(), text);
    }
}
