//! Moments as others write them: the API's times in all their forms, HTTP's dates, `Retry-After`.
//! It reads no clock.

use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use crate::policy;

/// What a time of the API says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// At this time. `exact` if its ISO 8601 UTC form says no more and no less.
    At {
        /// UTC.
        at: DateTime<Utc>,
        /// Whether nothing of the text is lost.
        exact: bool,
    },
    /// It has not been: empty, or one of .NET's bounds.
    Never,
    /// It can't be read.
    Unclear,
}

/// Between 0001-01-01, where .NET counts from, and 1970-01-01, in ticks of 100 ns.
const TICKS_TO_UNIX: i64 = 621_355_968_000_000_000;
const TICKS_PER_SECOND: i64 = 10_000_000;

/// Reads ISO 8601 with or without offset (then UTC) and fraction. A year of 1 or less, or of 9999, means never.
pub(super) fn moment(text: &str) -> Moment {
    let text = text.trim();
    if text.is_empty() || text.starts_with("0001-01-01") {
        return Moment::Never;
    }
    let Some((local, offset, exact)) = iso(text) else { return Moment::Unclear };
    if is_bound(local.year()) {
        return Moment::Never;
    }
    match local.checked_sub_signed(TimeDelta::minutes(offset)) {
        Some(utc) => Moment::At { at: utc.and_utc(), exact },
        None => Moment::Unclear,
    }
}

/// Reads .NET ticks. A small number that is not 0 counts something else, such as Unix seconds.
pub(super) fn moment_of_ticks(ticks: i64) -> Moment {
    if ticks == 0 {
        return Moment::Never;
    }
    let unix = ticks.saturating_sub(TICKS_TO_UNIX);
    let nanos = u32::try_from(unix.rem_euclid(TICKS_PER_SECOND) * 100).unwrap_or_default();
    match DateTime::from_timestamp(unix.div_euclid(TICKS_PER_SECOND), nanos) {
        Some(at) if at.year() >= 9999 => Moment::Never,
        Some(at) if at.year() > 1 => Moment::At { at, exact: false },
        _ => Moment::Unclear,
    }
}

fn is_bound(year: i32) -> bool {
    year <= 1 || year >= 9999
}

/// The local time, its offset in minutes, and whether it is plain `YYYY-MM-DDTHH:MM:SS[.fffffff]Z`.
fn iso(text: &str) -> Option<(NaiveDateTime, i64, bool)> {
    let mut scan = Scan(text.as_bytes());
    let year = i32::try_from(scan.digits(4)?).ok()?;
    let month = scan.after(b'-')?.digits(2)?;
    let day = scan.after(b'-')?.digits(2)?;
    let plain_separator = scan.takes(b'T');
    if !plain_separator && !scan.takes(b't') && !scan.takes(b' ') {
        return None;
    }
    let hour = scan.digits(2)?;
    let minute = scan.after(b':')?.digits(2)?;
    let second = scan.after(b':')?.digits(2)?;
    let dot = scan.takes(b'.');
    let (nanos, plain_fraction) = if dot || scan.takes(b',') { scan.fraction()? } else { (0, true) };
    let plain_fraction = plain_fraction && (dot || nanos == 0);
    let (offset, plain_zone) = scan.offset()?;
    let leap = second == 60;
    let local = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_nano_opt(
        hour,
        minute,
        if leap { 59 } else { second },
        nanos,
    )?;
    let local = local.checked_add_signed(TimeDelta::seconds(i64::from(leap)))?;
    Some((local, offset, plain_separator && plain_fraction && plain_zone && !leap))
}

struct Scan<'a>(&'a [u8]);

impl Scan<'_> {
    fn takes(&mut self, byte: u8) -> bool {
        let Some(rest) = self.0.strip_prefix(&[byte]) else { return false };
        self.0 = rest;
        true
    }

    fn after(&mut self, byte: u8) -> Option<&mut Self> {
        self.takes(byte).then_some(self)
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        digits.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0')))
    }

    /// One to nine digits, as nanoseconds, and whether there are as many as the number tells: .NET's seven, or nine.
    fn fraction(&mut self) -> Option<(u32, bool)> {
        let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let scale = 10_u32.pow(9_u32.checked_sub(u32::try_from(count).ok()?)?);
        let nanos = if count == 0 { None } else { Some(self.digits(count)? * scale) }?;
        let plain = nanos > 0 && count == if nanos.is_multiple_of(100) { 7 } else { 9 };
        Some((nanos, plain))
    }

    /// What is left as an offset in minutes, and whether it is a plain `Z`.
    fn offset(&mut self) -> Option<(i64, bool)> {
        match self.0 {
            b"Z" => return Some((0, true)),
            b"" | b"z" => return Some((0, false)),
            _ => {}
        }
        let sign = if self.takes(b'-') { -1 } else { i64::from(self.takes(b'+')) };
        let hours = i64::from(self.digits(2)?);
        let minutes = if self.takes(b':') || !self.0.is_empty() { i64::from(self.digits(2)?) } else { 0 };
        let legal = sign != 0 && hours <= 23 && minutes <= 59 && self.0.is_empty();
        legal.then_some((sign * (hours * 60 + minutes), false))
    }
}

/// Reads an HTTP date in any of its three forms.
pub(super) fn http_date(text: &str) -> Option<DateTime<Utc>> {
    ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
        .into_iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text.trim(), form).ok())
        .map(|at| at.and_utc())
}

/// Reads `Retry-After`, seconds or a date as seen from `now`, at most [`policy::RETRY_AFTER_MAX`]. What can't be read
/// is as good as absent.
pub(super) fn retry_after(text: &str, now: DateTime<Utc>) -> Option<Duration> {
    let text = text.trim();
    let pause = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Only a number too large for its type fails here.
        Duration::from_secs(text.parse().unwrap_or(u64::MAX))
    } else {
        (http_date(text)? - now).to_std().unwrap_or_default()
    };
    Some(pause.min(policy::RETRY_AFTER_MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn times_are_read_in_every_form() {
        for (text, utc, exact) in [
            ("2024-10-27T08:17:06Z", "2024-10-27T08:17:06Z", true),
            ("2024-10-27T08:17:06.1234567Z", "2024-10-27T08:17:06.1234567Z", true),
            ("2024-10-27T08:17:06.123456789Z", "2024-10-27T08:17:06.123456789Z", true),
            ("2024-10-27T08:17:06.5Z", "2024-10-27T08:17:06.5Z", false),
            ("2024-10-27T08:17:06.0000000Z", "2024-10-27T08:17:06Z", false),
            ("2024-10-27T08:17:06,1234567Z", "2024-10-27T08:17:06.1234567Z", false),
            ("2024-10-27T08:17:06", "2024-10-27T08:17:06Z", false),
            ("2024-10-27 08:17:06", "2024-10-27T08:17:06Z", false),
            ("2024-10-27T08:17:06+00:00", "2024-10-27T08:17:06Z", false),
            ("2024-10-27T08:17:06.5+05:30", "2024-10-27T02:47:06.5Z", false),
            ("2024-10-27T08:17:06-0800", "2024-10-27T16:17:06Z", false),
            ("2024-10-27T08:17:06+01", "2024-10-27T07:17:06Z", false),
            (" 2024-10-27t08:17:06z ", "2024-10-27T08:17:06Z", false),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", false),
        ] {
            assert_eq!(moment(text), Moment::At { at: at(utc), exact }, "{text:?}");
        }
    }

    #[test]
    fn bounds_mean_never_and_nonsense_is_unclear() {
        for text in [
            "",
            " ",
            "0001-01-01T00:00:00",
            "0001-01-01T00:00:00Z",
            "0001-01-01",
            "0000-12-31T00:00:00Z",
            "9999-12-31T23:59:59.9999999Z",
        ] {
            assert_eq!(moment(text), Moment::Never, "{text:?}");
        }
        for text in [
            "soon",
            "2024-10-27",
            "2024-13-01T00:00:00Z",
            "2024-02-30T00:00:00Z",
            "2024-10-27T24:00:00Z",
            "2024-10-27T08:17:06.Z",
            "2024-10-27T08:17:06.1234567890Z",
            "2024-10-27T08:17:06+25:00",
            "2024-10-27T08:17:06Zx",
            "2024-10-27T08:17:06 01:00",
            "+2024-10-27T08:17:06Z",
            "２024-10-27T08:17:06Z",
        ] {
            assert_eq!(moment(text), Moment::Unclear, "{text:?}");
        }
    }

    #[test]
    fn ticks_are_read_and_other_counts_are_not_taken_for_them() {
        let known = Moment::At { at: at("2024-10-27T08:17:06.5Z"), exact: false };
        assert_eq!(moment_of_ticks(638_656_138_265_000_000), known);
        assert_eq!(moment_of_ticks(0), Moment::Never);
        assert_eq!(moment_of_ticks(3_155_378_975_999_999_999), Moment::Never);
        for other in [1_730_017_026, 1_730_017_026_000, -1, i64::MIN] {
            assert_eq!(moment_of_ticks(other), Moment::Unclear, "{other}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_never_a_trap() {
        let now = at("1994-11-06T08:49:00Z");
        for (text, seconds) in [
            ("0", Some(0)),
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("410400", Some(3_600)),
            ("99999999999999999999999", Some(3_600)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(37)),
            ("Sun Nov  6 08:49:37 1994", Some(37)),
            ("Sun, 06 Nov 1994 08:48:00 GMT", Some(0)),
            ("Mon, 07 Nov 2094 08:48:00 GMT", None),
            ("Sun, 06 Nov 2095 08:49:37 GMT", Some(3_600)),
            ("120.5", None),
            ("-1", None),
            ("+5", None),
            ("1e3", None),
            ("", None),
            ("soon", None),
            ("NaN", None),
        ] {
            assert_eq!(retry_after(text, now).map(|pause| pause.as_secs()), seconds, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_and_no_number_makes_it_panic(
            text in prop_oneof![
                "\\PC{0,40}",
                "[0-9T:.Z+ -]{0,40}",
                "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[Z0-9.:+-]{0,12}",
            ],
            ticks in any::<i64>(),
        ) {
            let _ = (moment(&text), moment_of_ticks(ticks), retry_after(&text, DateTime::UNIX_EPOCH));
        }
    }
}
