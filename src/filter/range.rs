//! The range of time: what a user may write, what it means at a moment, how it shifts, what it is called.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

/// A range of time. A relative one moves with the clock whenever the list is read anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Range {
    /// From the first job on.
    All,
    /// The last so many units, or a window of that length further back.
    Last {
        /// How many units long.
        amount: u32,
        /// Of what.
        unit: Unit,
        /// How many windows before the current one.
        back: u32,
    },
    /// Between two moments; an open end stays open.
    Between {
        /// The earliest moment.
        from: Option<DateTime<Utc>>,
        /// The latest moment.
        to: Option<DateTime<Utc>>,
    },
}

/// The unit of a relative range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 60 s.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
}

/// Which end of a range a moment is meant for: a bare date means its first or its last moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The beginning.
    Start,
    /// The end, which a bare date includes.
    End,
}

/// Text that is no range, with what is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is no time; accepted are 7d, 24h, 30m, 2w, today, yesterday 18:00, monday, 2024-10-01, 2024-10-01 18:00, A..B, all"
)]
pub struct RangeError(pub crate::text::Safe);

impl Default for Range {
    fn default() -> Self {
        Self::last(7, Unit::Day)
    }
}

impl Unit {
    const ALL: [Self; 4] = [Self::Minute, Self::Hour, Self::Day, Self::Week];

    fn seconds(self) -> i64 {
        match self {
            Self::Minute => 60,
            Self::Hour => 3_600,
            Self::Day => 86_400,
            Self::Week => 604_800,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
        }
    }

    /// How it is written behind a number: `d` of `7d`.
    pub fn letter(self) -> char {
        self.name().chars().next().unwrap_or_default()
    }
}

impl Range {
    /// The last `amount` units.
    pub fn last(amount: u32, unit: Unit) -> Self {
        Self::Last { amount, unit, back: 0 }
    }

    /// What it means at `now`: its first and last moment. A range that ends now has no end, so that new jobs appear.
    pub fn resolve(&self, now: DateTime<Utc>) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        match self {
            Self::All => (None, None),
            Self::Between { from, to } => (*from, *to),
            Self::Last { amount, unit, back } => {
                let length = length(*amount, *unit);
                let before = |windows: u32| now.checked_sub_signed(length.checked_mul(i32::try_from(windows).ok()?)?);
                (before(back.saturating_add(1)), if *back == 0 { None } else { before(*back) })
            }
        }
    }

    /// Whether it means something else as time goes by.
    pub fn is_relative(&self) -> bool {
        matches!(self, Self::Last { .. })
    }

    /// The window of the same length before this one; `None` where there is none. One that is open at its end lasts until now.
    pub fn earlier(&self, now: DateTime<Utc>) -> Option<Self> {
        self.shifted(1, now)
    }

    /// The window of the same length after this one; `None` where it would lie in the future. One that reaches until now or
    /// further is open at its end, so that new jobs appear.
    pub fn later(&self, now: DateTime<Utc>) -> Option<Self> {
        let later = self.shifted(-1, now).filter(|range| range.resolve(now).0.is_some_and(|from| from < now))?;
        Some(match later {
            Self::Between { from, to } => Self::Between { from, to: to.filter(|to| *to < now) },
            range => range,
        })
    }

    fn shifted(&self, windows_back: i32, now: DateTime<Utc>) -> Option<Self> {
        match self {
            Self::All => None,
            Self::Last { amount, unit, back } => {
                let back = back.checked_add_signed(windows_back)?;
                Some(Self::Last { amount: *amount, unit: *unit, back })
            }
            Self::Between { from, to } => {
                let (from, to) = ((*from)?, to.unwrap_or(now));
                let by = Some(to - from).filter(|length| *length > TimeDelta::zero())?.checked_mul(windows_back)?;
                Some(Self::Between { from: from.checked_sub_signed(by), to: to.checked_sub_signed(by) })
            }
        }
    }

    /// Its name: `last 7 days`.
    pub fn name(&self, zone: Tz) -> String {
        match self {
            Self::All => "all time".to_owned(),
            Self::Last { amount, unit, back } => {
                let plural = if *amount == 1 { "" } else { "s" };
                let length = format!("{amount} {}{plural}", unit.name());
                match back {
                    0 => format!("last {length}"),
                    1 => format!("the {length} before"),
                    n => format!("{length}, {n} windows back"),
                }
            }
            Self::Between { from, to } => {
                let show = |at: DateTime<Utc>| at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string();
                match (from, to) {
                    (Some(from), Some(to)) => format!("{} to {}", show(*from), show(*to)),
                    (Some(from), None) => format!("since {}", show(*from)),
                    (None, Some(to)) => format!("until {}", show(*to)),
                    (None, None) => "all time".to_owned(),
                }
            }
        }
    }

    /// Reads a beginning that lasts until now: `7d`, `yesterday`, `2024-10-01 18:00`.
    ///
    /// # Errors
    /// When it is no moment; the error says what is accepted.
    pub fn since(text: &str, now: DateTime<Utc>, zone: Tz) -> Result<Self, RangeError> {
        match parse_length(&text.trim().to_lowercase()) {
            Some((amount, unit)) => Ok(Self::last(amount, unit)),
            None => Ok(Self::Between { from: Some(parse_moment(text, now, zone, Edge::Start)?), to: None }),
        }
    }

    /// Reads what a user writes: `7d`, `today`, `yesterday`, `yesterday 18:00`, `since last business day`,
    /// `2024-10-01..2024-10-27`, `all`.
    ///
    /// # Errors
    /// When it is none of these; the error says what is accepted.
    pub fn parse(text: &str, now: DateTime<Utc>, zone: Tz) -> Result<Self, RangeError> {
        let wrong = || RangeError(crate::text::Foreign::from(text).line(60));
        let folded = text.trim().to_lowercase();
        if folded == "all" || folded == "all time" {
            return Ok(Self::All);
        }
        if let Some((amount, unit)) = parse_length(folded.trim_start_matches("last ")) {
            return Ok(Self::last(amount, unit));
        }
        let moment = |part: &str, edge| parse_moment(part, now, zone, edge).map_err(|_| wrong());
        if let Some(beginning) = folded.strip_prefix("since ") {
            return Self::since(beginning, now, zone).map_err(|_| wrong());
        }
        if let Some((from, to)) = folded.split_once("..") {
            let end =
                |part: &str, edge| Some(part.trim()).filter(|p| !p.is_empty()).map(|p| moment(p, edge)).transpose();
            let (from, to) = (end(from, Edge::Start)?, end(to, Edge::End)?);
            let backwards = from.zip(to).is_some_and(|(from, to)| from > to);
            return if backwards || (from, to) == (None, None) { Err(wrong()) } else { Ok(Self::Between { from, to }) };
        }
        let from = moment(&folded, Edge::Start)?;
        // A bare day means that day; a moment means everything since.
        let end = moment(&folded, Edge::End)?;
        Ok(Self::Between { from: Some(from), to: Some(end).filter(|end| end > &from && end < &now) })
    }
}

/// Reads a moment: `now`, `7d` (ago), `today`, `yesterday 18:00`, `monday`, `2024-10-01`, `2024-10-01 18:00`, `18:00`, RFC 3339.
/// Dates and clock times are those of `zone`; a bare date means its first moment, or its last for [`Edge::End`].
///
/// # Errors
/// When it is none of these, or in a year that no job can have.
pub fn parse_moment(text: &str, now: DateTime<Utc>, zone: Tz, edge: Edge) -> Result<DateTime<Utc>, RangeError> {
    let wrong = || RangeError(crate::text::Foreign::from(text).line(60));
    let folded = text.trim().to_lowercase();
    if folded == "now" {
        return Ok(now);
    }
    if let Some((amount, unit)) = parse_length(folded.trim_end_matches(" ago").trim_start_matches('-')) {
        return now.checked_sub_signed(length(amount, unit)).ok_or_else(wrong);
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(&folded.to_uppercase()) {
        return Ok(at.to_utc());
    }
    let today = now.with_timezone(&zone).date_naive();
    let split = folded.rsplit_once(' ').or_else(|| folded.split_once('t'));
    let (day, clock) = match split.filter(|(day, _)| parse_day(day, today).is_some()) {
        Some((day, clock)) => (parse_day(day, today), Some(clock.trim())),
        None if folded.contains(':') => (Some(today), Some(folded.as_str())),
        None => (parse_day(&folded, today), None),
    };
    let day = day.filter(|day| (1970..=9000).contains(&day.year())).ok_or_else(wrong)?;
    match (clock, edge) {
        (Some(clock), _) => Ok(at_local(day.and_time(parse_clock(clock).ok_or_else(wrong)?), zone)),
        (None, Edge::Start) => Ok(at_local(day.and_time(NaiveTime::MIN), zone)),
        (None, Edge::End) => {
            let next = day.checked_add_days(Days::new(1)).ok_or_else(wrong)?;
            Ok(at_local(next.and_time(NaiveTime::MIN), zone) - TimeDelta::seconds(1))
        }
    }
}

fn length(amount: u32, unit: Unit) -> TimeDelta {
    TimeDelta::try_seconds(i64::from(amount).saturating_mul(unit.seconds())).unwrap_or(TimeDelta::MAX)
}

/// A length of time like `90m` in seconds.
pub(super) fn parse_length_seconds(text: &str) -> Option<i64> {
    if let Some(seconds) = text.strip_suffix('s').and_then(|digits| digits.parse::<u32>().ok()) {
        return Some(seconds.into());
    }
    parse_length(&text.to_lowercase()).map(|(amount, unit)| length(amount, unit).num_seconds())
}

fn parse_length(text: &str) -> Option<(u32, Unit)> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let amount: u32 = text[..digits].parse().ok().filter(|amount| (1..=100_000).contains(amount))?;
    let word = text[digits..].trim();
    let unit = Unit::ALL.into_iter().find(|unit| {
        word == unit.name() || word.strip_suffix('s') == Some(unit.name()) || word.parse() == Ok(unit.letter())
    })?;
    Some((amount, unit))
}

fn parse_day(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    match text {
        "today" => Some(today),
        "yesterday" => today.pred_opt(),
        "last business day" | "business day" => {
            let is_weekend = |day: NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            let before = std::iter::successors(today.pred_opt(), NaiveDate::pred_opt);
            before.take(7).find(|day| !is_weekend(*day))
        }
        _ => {
            if let Ok(weekday) = text.trim_start_matches("last ").parse::<Weekday>() {
                let back = (7 + today.weekday().num_days_from_monday() - weekday.num_days_from_monday()) % 7;
                return today.checked_sub_days(Days::new(u64::from(back)));
            }
            NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
        }
    }
}

fn parse_clock(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S")).ok()
}

/// A clock time of a zone as UTC. In the hour that a zone leaves out in spring, the same distance after the jump; in the one
/// that it repeats in autumn, the first.
fn at_local(at: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let hour = TimeDelta::hours(1);
    let in_gap = || zone.from_local_datetime(&(at - hour)).earliest().map(|before| before + hour);
    zone.from_local_datetime(&at).earliest().or_else(in_gap).map_or_else(|| at.and_utc(), |at| at.to_utc())
}
