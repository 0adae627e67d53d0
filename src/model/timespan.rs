//! A length of time as the API writes it: a .NET `TimeSpan`, `[-][d.]hh:mm:ss[.fffffff]`.

use std::fmt;

use chrono::TimeDelta;

/// A length of time in ticks of 100 nanoseconds, exact in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct TimeSpan(i64);

const TICKS_PER_SECOND: i64 = 10_000_000;

impl TimeSpan {
    /// A length of whole seconds.
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(TICKS_PER_SECOND))
    }

    /// A length of ticks of 100 ns.
    pub fn from_ticks(ticks: i64) -> Self {
        Self(ticks)
    }

    /// The length between two moments, never negative: clocks differ.
    pub fn between(start: chrono::DateTime<chrono::Utc>, end: chrono::DateTime<chrono::Utc>) -> Self {
        Self::from_delta((end - start).max(TimeDelta::zero()))
    }

    fn from_delta(delta: TimeDelta) -> Self {
        Self::from_seconds(delta.num_seconds()).plus(i64::from(delta.subsec_nanos()) / 100)
    }

    fn plus(self, ticks: i64) -> Self {
        Self(self.0.saturating_add(ticks))
    }

    /// Ticks of 100 ns.
    pub fn ticks(self) -> i64 {
        self.0
    }

    /// Whole seconds, cut toward zero.
    pub fn seconds(self) -> i64 {
        self.0 / TICKS_PER_SECOND
    }

    /// Reads the same as far as it is `[d.]hh:mm:ss`, and as [`fmt::Display`] writes it.
    pub fn parse_plain(text: &str) -> Option<Self> {
        let (days, time) = text.as_bytes().split_last_chunk::<8>()?;
        let [h, hh, b':', m, mm, b':', s, ss] = *time else { return None };
        let days = match days.split_last() {
            None => 0,
            Some((b'.', [b'1'..=b'9', ..])) => number(text.get(..days.len() - 1)?, 10_675_199)?,
            Some(_) => return None,
        };
        let (hours, minutes, seconds) = (pair([h, hh], 23)?, pair([m, mm], 59)?, pair([s, ss], 59)?);
        (((days * 24 + hours) * 60 + minutes) * 60 + seconds).checked_mul(TICKS_PER_SECOND).map(Self)
    }

    /// Reads `[-][d.]hh:mm:ss[.fffffff]`; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut parts = text.split(':');
        let (days_hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let (days, hours) = days_hours.split_once('.').unwrap_or(("0", days_hours));
        let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
        if fraction.len() > 7 || [hours, minutes, seconds].iter().any(|part| part.len() != 2) {
            return None;
        }
        let (days, hours) = (number(days, 10_675_199)?, number(hours, 23)?);
        let (minutes, seconds) = (number(minutes, 59)?, number(seconds, 59)?);
        let ticks = number(&format!("{fraction:0<7}"), TICKS_PER_SECOND - 1)?;
        let whole = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
        let ticks = whole.checked_mul(TICKS_PER_SECOND)?.checked_add(ticks)?;
        Some(Self(if negative { -ticks } else { ticks }))
    }
}

/// Two digits.
fn pair(digits: [u8; 2], most: i64) -> Option<i64> {
    let number =
        digits.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')));
    number.filter(|number| *number <= most)
}

fn number(text: &str, max: i64) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|n| digits && *n <= max)
}

/// Writes the API's own form.
impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ticks = self.0.unsigned_abs();
        let per_second = TICKS_PER_SECOND.unsigned_abs();
        let (seconds, fraction) = (ticks / per_second, ticks % per_second);
        let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
        f.write_str(if self.0 < 0 { "-" } else { "" })?;
        if days > 0 {
            write!(f, "{days}.")?;
        }
        write!(f, "{hours:02}:{:02}:{:02}", seconds / 60 % 60, seconds % 60)?;
        if fraction > 0 {
            write!(f, ".{fraction:07}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_documented_forms_are_read() {
        for (text, seconds) in [("00:04:01", 241), ("1.16:00:44", 144_044), ("-00:00:05", -5), ("00:00:01.9999999", 1)]
        {
            let span = TimeSpan::parse(text).unwrap();
            assert_eq!((span.seconds(), span.to_string()), (seconds, text.to_owned()));
        }
    }

    #[test]
    fn nothing_is_written_without_a_sign_and_the_time_between_moments_is_kept_to_its_ticks() {
        assert_eq!(TimeSpan(0).to_string(), "00:00:00");
        let start = chrono::DateTime::UNIX_EPOCH;
        let span = TimeSpan::between(start, start + TimeDelta::nanoseconds(1_500_000_700));
        assert_eq!((span.to_string().as_str(), span.ticks()), ("00:00:01.5000007", 15_000_007));
        assert_eq!(TimeSpan::between(start, start - TimeDelta::seconds(1)), TimeSpan(0));
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "5",
            "4:01",
            "24:00:00",
            "00:60:00",
            "0:00:00",
            "1.00:00",
            "00:00:00.12345678",
            "00:00:00:00",
            "+1.00:00:00",
            "x.00:00:00",
            "00:0+:00",
        ] {
            assert_eq!(TimeSpan::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(ticks in any::<i64>()) {
            let span = TimeSpan(ticks.clamp(-i64::MAX, i64::MAX));
            prop_assert_eq!(TimeSpan::parse(&span.to_string()), Some(span));
        }

        #[test]
        fn what_is_plain_is_read_the_same_and_written_back(
            text in prop_oneof!["([0-9]{1,9}\\.)?[0-9]{2}:[0-9]{2}:[0-9]{2}", "([1-9][0-9]?\\.)?[0-2][0-9]:[0-5][0-9]:[0-5][0-9]", ".{0,40}"],
        ) {
            let exact = TimeSpan::parse(&text).filter(|span| span.to_string() == text);
            let whole = exact.filter(|span| span.ticks() % TICKS_PER_SECOND == 0 && span.ticks() >= 0);
            prop_assert_eq!(TimeSpan::parse_plain(&text), whole);
        }
    }
}
