//! The raw fields of a row as a shape that many rows share: a time that is only spelled in another way is told by the way,
//! a field that says the same in every row by its text. What is peculiar to a row has no shape.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::model::RawField;

/// The longest text of a shape, in bytes: shapes are never forgotten.
const TEXT_BYTES: usize = 256;

/// The raw fields of a row but for what its times say.
pub(super) type Shape = Box<[Piece]>;

/// A raw field's name and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Piece {
    name: Box<str>,
    says: Says,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Says {
    /// Always this.
    This(Box<str>),
    /// The start, with so many digits of a second and this behind it.
    Start(usize, Zone),
    /// The finish likewise.
    Finish(usize, Zone),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Zone {
    /// `+00:00`
    Offset,
    /// Nothing.
    Unsaid,
}

/// The start and the finish of a row.
pub(super) type Times = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// The shape of raw fields.
pub(super) fn of(raw: &[RawField], times: Times) -> Option<Shape> {
    let pieces: Shape = raw.iter().map(|field| piece(field, times)).collect();
    let bytes: usize = pieces.iter().map(Piece::bytes).sum();
    (bytes <= TEXT_BYTES).then_some(pieces)
}

/// The raw fields of a shape.
pub(super) fn fields(shape: &[Piece], times: Times) -> Box<[RawField]> {
    let json = |says: &Says| match says {
        Says::This(text) => text.clone().into(),
        Says::Start(digits, zone) => spelled(times.0, *digits, *zone).unwrap_or_default(),
        Says::Finish(digits, zone) => spelled(times.1, *digits, *zone).unwrap_or_default(),
    };
    shape.iter().map(|piece| RawField { name: (&*piece.name).into(), json: json(&piece.says).into() }).collect()
}

impl Piece {
    fn bytes(&self) -> usize {
        let text = if let Says::This(text) = &self.says { text.len() } else { 0 };
        self.name.len() + text
    }
}

fn piece(field: &RawField, (started, finished): Times) -> Piece {
    let (name, json) = (field.name.raw(), field.json.raw());
    // `"2024-10-27T08:17:06` and perhaps `.1234567` stand before the zone.
    let digits = json.find('.').map_or(0, |dot| json[dot + 1..].bytes().take_while(u8::is_ascii_digit).count());
    let zone = if json.ends_with("+00:00\"") { Zone::Offset } else { Zone::Unsaid };
    let is = |at: Option<DateTime<Utc>>| json.starts_with('"') && spelled(at, digits, zone).as_deref() == Some(json);
    let start_first = name.to_ascii_lowercase().starts_with('s');
    let says = match (is(started), is(finished)) {
        (true, false) => Says::Start(digits, zone),
        (true, true) if start_first => Says::Start(digits, zone),
        (_, true) => Says::Finish(digits, zone),
        (false, false) => Says::This(json.into()),
    };
    Piece { name: name.into(), says }
}

fn spelled(at: Option<DateTime<Utc>>, digits: usize, zone: Zone) -> Option<String> {
    let at = at?;
    let mut text = at.to_rfc3339_opts(SecondsFormat::Nanos, true);
    // `2024-10-27T08:17:06.123456700Z`, where the year may have more digits.
    let point = text.len().checked_sub(11)?;
    text.truncate(if digits == 0 { point } else { (point + 1 + digits).min(text.len() - 1) });
    Some(format!("\"{text}{}\"", if zone == Zone::Offset { "+00:00" } else { "" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, json: &str) -> RawField {
        RawField { name: name.into(), json: json.into() }
    }

    #[test]
    fn rows_that_differ_in_their_times_alone_share_a_shape_and_come_back() {
        let row = |start: &str, finish: &str, suffix: &str| {
            let raw = [
                field("startTime", &format!("\"{start}{suffix}\"")),
                field("finishTime", &format!("\"{finish}{suffix}\"")),
                field("region", "\"eu\""),
            ];
            let time = |text: &str| format!("{text}Z").parse().ok();
            let times = (time(start), time(finish));
            let shape = of(&raw, times).unwrap();
            assert_eq!(*fields(&shape, times), raw);
            shape
        };
        for suffix in ["", "+00:00"] {
            for fraction in ["", ".1234567", ".10"] {
                let days = ["2026-11-23", "2024-02-29"].map(|day| {
                    let at = |clock: &str| format!("{day}T{clock}{fraction}");
                    row(&at("10:00:00"), &at("10:20:30"), suffix)
                });
                assert_eq!(days[0], days[1], "{fraction}{suffix}");
            }
        }
        assert_ne!(
            row("2026-11-23T10:00:00", "2026-11-23T10:00:00.5", ""),
            row("2026-11-23T10:00:00", "2026-11-23T10:00:00", "")
        );
    }

    #[test]
    fn what_is_said_in_no_known_way_is_kept_as_it_is_and_long_texts_have_no_shape() {
        let at = "2026-11-23T10:00:00Z".parse().ok();
        for json in ["\"2026-11-23 10:00:00\"", "1763892000", "\"2026-11-23T11:00:00+01:00\"", "\"", "\".\"", "\"é.1\""]
        {
            let raw = [field("startTime", json)];
            assert_eq!(*fields(&of(&raw, (at, None)).unwrap(), (at, None)), raw);
        }
        assert_eq!(of(&[field("a", &"x".repeat(TEXT_BYTES))], (at, None)), None);
    }
}
