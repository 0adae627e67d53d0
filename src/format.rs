//! Numbers, lengths of time and moments as people read them. It knows neither the state nor the screen.

use std::fmt::{self, Write};

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::{OffsetName, Tz};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::model::{Status, TimeSpan};

/// What stands for a value that is not known.
pub const UNKNOWN: &str = "–";

/// A number with separators: `1,204,331`.
pub fn count(number: u64) -> String {
    told(|out| put_count(number, out))
}

/// What a function writes. Each that is called for every cell of a table writes behind what there is, into one text for all.
fn told(write: impl FnOnce(&mut String)) -> String {
    let mut out = String::new();
    write(&mut out);
    out
}

/// Writes to a text, which takes everything.
fn put(out: &mut String, text: fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

/// Writes [`count`].
pub fn put_count(number: u64, out: &mut String) {
    // By hand, since most of what the table shows are counts.
    let (mut left, mut digits, mut from) = (number, [b'0'; 26], 26);
    loop {
        from -= 1;
        if (26 - from) % 4 == 0 {
            digits[from] = b',';
            continue;
        }
        digits[from] += u8::try_from(left % 10).unwrap_or_default();
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend(digits[from..].iter().map(|digit| char::from(*digit)));
}

/// A number that may be unknown, which is never shown as 0.
pub fn count_or_unknown(number: Option<u64>) -> String {
    number.map_or_else(|| UNKNOWN.to_owned(), count)
}

/// A share of 1 as a whole percentage: all and none are said only when they are meant.
pub fn percent(share: f64) -> String {
    let rounded = (share * 100.0).round();
    let told = if share > 0.0 && rounded < 1.0 {
        "<1".to_owned()
    } else if share < 1.0 && rounded >= 100.0 {
        ">99".to_owned()
    } else {
        format!("{rounded:.0}")
    };
    format!("{told} %")
}

/// Writes a count in so many columns; one that does not fit tells its size: `12.3M` for 12,345,678.
pub fn put_count_within(number: Option<u64>, room: u16, out: &mut String) {
    const SIZES: [(u64, char); 6] = [
        (1_000_000_000_000_000_000, 'E'),
        (1_000_000_000_000_000, 'P'),
        (1_000_000_000_000, 'T'),
        (1_000_000_000, 'G'),
        (1_000_000, 'M'),
        (1_000, 'k'),
    ];
    let Some(number) = number else { return out.push_str(UNKNOWN) };
    let before = out.len();
    put_count(number, out);
    let is_cut = out.len() - before > usize::from(room);
    if let Some((size, letter)) = SIZES.into_iter().find(|(size, _)| is_cut && number >= *size) {
        out.truncate(before);
        put(out, format_args!("{}.{}{letter}", number / size, number % size / (size / 10)));
    }
}

/// A length of time in its two largest units, at most seven columns: `41s`, `4m 10s`, `1h 12m`, `1d 16h`.
pub fn took(span: TimeSpan) -> String {
    told(|out| put_took(span, out))
}

/// Writes [`took`].
pub fn put_took(span: TimeSpan, out: &mut String) {
    let seconds = span.seconds().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => put(out, format_args!("{seconds}s")),
        (0, 0, _) => put(out, format_args!("{minutes}m {:02}s", seconds % 60)),
        (0, _, _) => put(out, format_args!("{hours}h {minutes:02}m")),
        (1..1000, _, _) => put(out, format_args!("{days}d {hours:02}h")),
        _ => put(out, format_args!("{days}d")),
    }
}

/// A length of time in words: `1 day 16 hours 44 seconds`.
pub fn took_in_words(span: TimeSpan) -> String {
    let seconds = span.seconds().max(0);
    let units = [
        (seconds / 86_400, "day"),
        (seconds / 3_600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
        (seconds % 60, "second"),
    ];
    let told: Vec<String> = units
        .into_iter()
        .filter(|(amount, _)| *amount > 0)
        .map(|(amount, unit)| format!("{} {unit}{}", count(amount.unsigned_abs()), if amount == 1 { "" } else { "s" }))
        .collect();
    if told.is_empty() { "less than a second".to_owned() } else { told.join(" ") }
}

/// A moment as near as it is: `today 13:58`, `yesterday 16:00`, `Fri 20 02:00`, `20 Oct 02:00`, `27 Oct 24 08:17`.
pub fn moment(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    told(|out| put_moment(at, now, zone, out))
}

/// Writes [`moment`].
pub fn put_moment(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz, out: &mut String) {
    let (local, today) = (at.with_timezone(&zone), now.with_timezone(&zone).date_naive());
    let days_ago = today.signed_duration_since(local.date_naive()).num_days();
    let form = match days_ago {
        0 => "today %H:%M",
        1 => "yesterday %H:%M",
        -1 => "tomorrow %H:%M",
        2..=6 => "%a %d %H:%M",
        _ if local.year() == today.year() => "%d %b %H:%M",
        _ => "%d %b %y %H:%M",
    };
    put_form(local, form, out);
}

/// Writes the same in at most twelve columns: `today 13:58`, `Sun 22 16:00`, `20 Oct 02:00`, `27 Oct 2024`.
pub fn put_moment_short(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz, out: &mut String) {
    let (local, today) = (at.with_timezone(&zone), now.with_timezone(&zone).date_naive());
    let days_ago = today.signed_duration_since(local.date_naive()).num_days();
    let form = match days_ago {
        0 => "today %H:%M",
        -6..=6 => "%a %d %H:%M",
        _ if local.year() == today.year() => "%d %b %H:%M",
        _ => "%d %b %Y",
    };
    put_form(local, form, out);
}

/// Without the zone, which is looked up and told by its name otherwise.
fn put_form(local: DateTime<Tz>, form: &str, out: &mut String) {
    // The forms are our own, and a text takes everything.
    let _ = local.naive_local().format(form).write_to(out);
}

/// A moment whole, with its zone: `Mon 23 Nov 2026 02:00:11 CET`.
pub fn moment_whole(at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    format!("{} {}", local.format("%a %d %b %Y %H:%M:%S"), zone_name(at, zone))
}

/// A clock time: `14:02:11`.
pub fn clock(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%H:%M:%S").to_string()
}

/// A day and a clock time: `Mon 16 14:02`.
pub fn day_and_clock(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%a %d %b %H:%M").to_string()
}

/// What a zone is called at a moment: `CET`, or its offset where it has no letters.
pub fn zone_name(at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    let named = local.offset().abbreviation().filter(|name| name.chars().all(|c| c.is_ascii_alphabetic()));
    named.map_or_else(|| format!("UTC{}", local.format("%:z")), str::to_owned)
}

/// What stands left of a job that is selected, marked, or both. Plain letters for it are `>`, `*` and `#`.
pub fn row_mark(selected: bool, marked: bool, watched: bool) -> &'static str {
    match (selected, marked, watched) {
        (false, false, false) => "",
        (true, false, false) => "▌",
        (false, true, false) => "◆",
        (true, true, false) => "◈",
        (false, false, true) => "◎",
        (true, false, true) => "◉",
        (_, true, true) => "❖",
    }
}

/// The sign of a status, which reads without colour.
pub fn glyph(status: Option<Status>) -> &'static str {
    match status {
        Some(Status::Failed) => "✗",
        Some(Status::Exception) => "▲",
        Some(Status::Stopped) => "■",
        Some(Status::Skipped) => "○",
        Some(Status::InProgress) => "▶",
        Some(Status::Waiting) => "◷",
        Some(Status::NotStarted) => "·",
        Some(Status::Finished) => "✓",
        Some(Status::Unknown(_)) | None => "?",
    }
}

/// Breaks a text into lines of at most `width` columns, between words where it can.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(' ').flat_map(word_and_blank) {
        let line = lines.last_mut().map_or(0, |line| line.width());
        if line + word.width() <= width {
            push(&mut lines, word);
        } else if word.trim().is_empty() {
            // A blank at the end of a line is the break itself.
        } else if word.width() <= width {
            trim_end(&mut lines);
            lines.push(word.to_owned());
        } else {
            break_word(&mut lines, word, width);
        }
    }
    trim_end(&mut lines);
    lines
}

fn word_and_blank(text: &str) -> [&str; 2] {
    let word = text.trim_end_matches(' ');
    [word, &text[word.len()..]]
}

fn break_word(lines: &mut Vec<String>, word: &str, width: usize) {
    for grapheme in word.graphemes(true) {
        let line = lines.last().map_or(0, |line| line.width());
        if line + grapheme.width() > width {
            lines.push(String::new());
        }
        push(lines, grapheme);
    }
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

fn trim_end(lines: &mut [String]) {
    if let Some(line) = lines.last_mut() {
        line.truncate(line.trim_end().len());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_separated_and_never_guessed() {
        let counts: Vec<String> = [0, 999, 1_000, 1_204_331].into_iter().map(count).collect();
        assert_eq!(counts, ["0", "999", "1,000", "1,204,331"]);
        assert_eq!(count_or_unknown(None), "–");
        let within = |number| told(|out| put_count_within(Some(number), 8, out));
        let sizes = [999_999, 1_234_567, 12_345_678, u64::MAX].map(within);
        assert_eq!(sizes, ["999,999", "1.2M", "12.3M", "18.4E"], "a number is never cut to another");
        let shares: Vec<String> = [0.0, 0.001, 0.776, 0.999, 1.0].into_iter().map(percent).collect();
        assert_eq!(shares, ["0 %", "<1 %", "78 %", ">99 %", "100 %"]);
    }

    #[test]
    fn lengths_of_time_are_told_in_two_units_and_in_words() {
        for (seconds, short, words) in [
            (0, "0s", "less than a second"),
            (41, "41s", "41 seconds"),
            (250, "4m 10s", "4 minutes 10 seconds"),
            (4_320, "1h 12m", "1 hour 12 minutes"),
            (144_044, "1d 16h", "1 day 16 hours 44 seconds"),
        ] {
            let span = TimeSpan::from_seconds(seconds);
            assert_eq!((took(span).as_str(), took_in_words(span).as_str()), (short, words));
        }
    }

    #[test]
    fn moments_are_told_as_near_as_they_are() {
        let now: DateTime<Utc> = "2026-11-23T13:02:11Z".parse().unwrap();
        for (at, told) in [
            ("2026-11-23T12:58:00Z", "today 13:58"),
            ("2026-11-22T23:10:00Z", "today 00:10"),
            ("2026-11-22T15:00:00Z", "yesterday 16:00"),
            ("2026-11-20T01:00:00Z", "Fri 20 02:00"),
            ("2026-10-20T01:00:00Z", "20 Oct 03:00"),
            ("2024-10-27T08:17:06Z", "27 Oct 24 09:17"),
            ("2026-11-24T08:00:00Z", "tomorrow 09:00"),
        ] {
            assert_eq!(moment(at.parse().unwrap(), now, chrono_tz::Europe::Berlin), told);
        }
        assert_eq!(moment_whole(now, chrono_tz::Europe::Berlin), "Mon 23 Nov 2026 14:02:11 CET");
        assert_eq!(zone_name(now, chrono_tz::America::Sao_Paulo), "UTC-03:00");
    }

    proptest! {
        #[test]
        fn wrapped_lines_fit_and_lose_no_word(text in "[a-z]{0,12}( [a-z]{1,12}){0,8}", width in 1..20_usize) {
            let lines = wrap(&text, width);
            prop_assert!(lines.iter().all(|line| line.width() <= width));
            let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
