//! One value of a report, and how it reads: as JSON, as text for machines, and for people. What a server wrote in an odd form is
//! kept for machines as it came; what people see is always safe for a terminal.

use chrono::{DateTime, Datelike, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::{
    format,
    model::{Status, TimeSpan},
    text::Foreign,
};

/// Columns that one value may take where people read it; a comment is cut there.
const WIDTH: usize = 200;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// None is known.
    Nothing,
    /// A number of things.
    Count(u64),
    /// One of the API's numbers.
    Code(i64),
    /// A share of 1.
    Share(f64),
    /// A length of time in seconds.
    Seconds(f64),
    /// A moment.
    Moment(DateTime<Utc>),
    /// A length of time in the API's words.
    Span(TimeSpan),
    /// What became of a job.
    Status(Status),
    /// The same as the API's number.
    StatusCode(Status),
    /// Words of our own.
    Words(String),
    /// Words of our own that are for people alone.
    Aside(String),
    /// Text from outside.
    Foreign(Foreign),
    /// JSON as it came, and what could be read from it.
    Odd(Foreign, Box<Cell>),
}

impl Cell {
    /// The text for machines, before any quoting.
    pub(crate) fn machine(&self) -> String {
        match self {
            Self::Nothing | Self::Aside(_) => String::new(),
            Self::StatusCode(status) => status.number().to_string(),
            Self::Count(number) => number.to_string(),
            Self::Code(number) => number.to_string(),
            Self::Share(number) | Self::Seconds(number) => number.to_string(),
            Self::Moment(at) => moment(*at),
            Self::Span(span) => span.to_string(),
            Self::Status(status) => status.word().into_owned(),
            Self::Words(words) => words.clone(),
            Self::Foreign(text) => text.raw().to_owned(),
            Self::Odd(json, _) => plain(json),
        }
    }

    /// The text for people, one line.
    pub(crate) fn shown(&self, zone: Tz) -> String {
        match self {
            Self::Nothing => format::UNKNOWN.to_owned(),
            Self::Count(number) => format::count(*number),
            Self::Code(_) | Self::Span(_) | Self::Words(_) => self.machine(),
            Self::Share(share) => format::percent(*share),
            Self::Seconds(seconds) => format::took(TimeSpan::from_seconds(whole(*seconds))),
            Self::Moment(at) => at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string(),
            Self::Status(status) | Self::StatusCode(status) => {
                format!("{} {}", format::glyph(Some(*status)), status.short())
            }
            Self::Aside(words) => words.clone(),
            Self::Foreign(text) => text.line(WIDTH).into(),
            Self::Odd(json, read) if **read == Self::Nothing => Foreign::from(plain(json)).line(WIDTH).into(),
            Self::Odd(_, read) => read.shown(zone),
        }
    }

    /// Whether it stands at the right of its column.
    pub(crate) fn is_number(&self) -> bool {
        match self {
            Self::Count(_) | Self::Code(_) | Self::Share(_) | Self::Seconds(_) | Self::Span(_) => true,
            Self::Odd(_, read) => read.is_number(),
            _ => false,
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing | Self::Aside(_) => serializer.serialize_unit(),
            Self::StatusCode(status) => serializer.serialize_i64(status.number()),
            Self::Count(number) => serializer.serialize_u64(*number),
            Self::Code(number) => serializer.serialize_i64(*number),
            Self::Share(number) | Self::Seconds(number) if number.fract() == 0.0 => {
                serializer.serialize_i64(whole(*number))
            }
            Self::Share(number) | Self::Seconds(number) => serializer.serialize_f64(*number),
            Self::Odd(json, _) => match serde_json::from_str::<&RawValue>(json.raw()) {
                Ok(value) => value.serialize(serializer),
                // A field that was too long to be kept whole.
                Err(_) => serializer.serialize_str(json.raw()),
            },
            Self::Words(words) => serializer.serialize_str(words),
            Self::Foreign(text) => serializer.serialize_str(text.raw()),
            _ => serializer.serialize_str(&self.machine()),
        }
    }
}

/// A moment as the API writes it.
fn moment(at: DateTime<Utc>) -> String {
    let nanos = at.nanosecond();
    let fraction = match nanos {
        0 => String::new(),
        nanos if nanos.is_multiple_of(100) => format!(".{:07}", nanos / 100),
        nanos => format!(".{nanos:09}"),
    };
    // Field by field, since a pattern would be read anew for each of a million rows.
    let (year, month, day) = (at.year(), at.month(), at.day());
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// The text of a JSON string; of any other value its JSON.
fn plain(json: &Foreign) -> String {
    serde_json::from_str(json.raw()).unwrap_or_else(|_| json.raw().to_owned())
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "of seconds and shares, which are small; too large a one saturates"
)]
fn whole(number: f64) -> i64 {
    number as i64
}
