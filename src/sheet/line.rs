//! A job as a JSON line, written straight from its parts: the same that its cells would say, which is most of what a long list
//! costs. Whatever is not plain is left to them.

use std::{borrow::Cow, io};

use chrono::{DateTime, Datelike, Timelike, Utc};

use super::{
    column::{Column, seconds},
    json,
};
use crate::model::{Job, JobType, Service, Status, TimeSpan};

const DIGITS: &[u8; 10] = b"0123456789";

/// Writes a job that could be read, without the line's end.
pub(super) fn write(out: &mut Vec<u8>, columns: &[Column], job: &Job) -> io::Result<()> {
    out.push(b'{');
    for (at, column) in columns.iter().enumerate() {
        out.extend_from_slice(if at == 0 { b"\"" } else { b",\"" });
        out.extend_from_slice(column.names().0.as_bytes());
        out.extend_from_slice(b"\":");
        let is_written = match column.written(job).map(|field| field.json.raw()) {
            None => value(out, *column, job),
            Some(json) if *column != Column::Id && is_plain_string(json) => {
                out.extend_from_slice(json.as_bytes());
                true
            }
            Some(_) => false,
        };
        if !is_written {
            json::write(&mut *out, &column.cell(job))?;
        }
    }
    out.push(b'}');
    Ok(())
}

/// Writes what a column holds of a job, or nothing at all where it is not plain.
fn value(out: &mut Vec<u8>, column: Column, job: &Job) -> bool {
    let counts = &job.counts;
    match column {
        Column::Id => text(out, job.id.text().raw()),
        Column::Comment => text(out, job.comment.raw()),
        Column::Type => signed(out, job.job_type.map(|known| known.0)),
        Column::Status => signed(out, job.status.map(Status::number)),
        Column::Service => signed(out, job.service().map(|known| known.0)),
        Column::Seconds => signed(out, seconds(job)),
        Column::Failed => count(out, counts.failed),
        Column::Ok => count(out, counts.ok),
        Column::Skipped => count(out, counts.skipped),
        Column::Total => count(out, counts.total),
        Column::Started => moment(out, job.started),
        Column::Finished => moment(out, job.finished),
        Column::Duration => span(out, job.duration),
        Column::TypeLabel => label(out, job.job_type.map(JobType::label)),
        Column::ServiceLabel => label(out, job.service().map(Service::label)),
        Column::StatusLabel => label(out, job.status.map(Status::word)),
    }
}

fn nothing(out: &mut Vec<u8>) -> bool {
    out.extend_from_slice(b"null");
    true
}

fn label(out: &mut Vec<u8>, label: Option<Cow<'_, str>>) -> bool {
    match label {
        Some(label) => text(out, &label),
        None => nothing(out),
    }
}

/// Whether a text stands in a JSON string as it is, and no terminal acts on it.
fn is_plain(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'))
}

fn is_plain_string(json: &str) -> bool {
    let inside = json.strip_prefix('"').and_then(|json| json.strip_suffix('"'));
    inside.is_some_and(|inside| is_plain(inside.as_bytes()))
}

fn text(out: &mut Vec<u8>, text: &str) -> bool {
    let plain = is_plain(text.as_bytes());
    if plain {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    }
    plain
}

fn count(out: &mut Vec<u8>, number: Option<u64>) -> bool {
    let Some(mut rest) = number else { return nothing(out) };
    let (mut digits, mut first) = ([0; 20], 20);
    while first == 20 || rest > 0 {
        first -= 1;
        digits[first] = DIGITS[(rest % 10) as usize];
        rest /= 10;
    }
    out.extend_from_slice(&digits[first..]);
    true
}

fn signed(out: &mut Vec<u8>, number: Option<i64>) -> bool {
    if number.is_some_and(i64::is_negative) {
        out.push(b'-');
    }
    count(out, number.map(i64::unsigned_abs))
}

/// Two digits.
fn pair(number: u32) -> [u8; 2] {
    [DIGITS[(number / 10 % 10) as usize], DIGITS[(number % 10) as usize]]
}

/// A fraction of a second in so many digits.
fn fraction(out: &mut Vec<u8>, mut number: u64, width: usize) {
    let mut digits = [b'.'; 10];
    for at in (1..=width).rev() {
        digits[at] = DIGITS[(number % 10) as usize];
        number /= 10;
    }
    out.extend_from_slice(&digits[..=width]);
}

fn moment(out: &mut Vec<u8>, at: Option<DateTime<Utc>>) -> bool {
    let Some(at) = at else { return nothing(out) };
    let (Ok(year), nanos) = (u32::try_from(at.year()), at.nanosecond()) else { return false };
    if year > 9_999 || nanos >= 1_000_000_000 {
        return false;
    }
    let mut written = *b"\"0000-00-00T00:00:00";
    let parts = [year / 100, year % 100, at.month(), at.day(), at.hour(), at.minute(), at.second()];
    for (part, place) in parts.into_iter().zip([1, 3, 6, 9, 12, 15, 18]) {
        written[place..place + 2].copy_from_slice(&pair(part));
    }
    out.extend_from_slice(&written);
    match nanos {
        0 => {}
        nanos if nanos.is_multiple_of(100) => fraction(out, u64::from(nanos / 100), 7),
        nanos => fraction(out, nanos.into(), 9),
    }
    out.extend_from_slice(b"Z\"");
    true
}

fn span(out: &mut Vec<u8>, span: Option<TimeSpan>) -> bool {
    let Some(ticks) = span.map(TimeSpan::ticks) else { return nothing(out) };
    let Ok(ticks) = u64::try_from(ticks) else { return false };
    let (seconds, rest) = (ticks / 10_000_000, ticks % 10_000_000);
    let days = seconds / 86_400;
    out.push(b'"');
    if days > 0 {
        count(out, Some(days));
        out.push(b'.');
    }
    let mut written = *b"00:00:00";
    for (part, place) in [seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60].into_iter().zip([0, 3, 6]) {
        written[place..place + 2].copy_from_slice(&pair(u32::try_from(part).unwrap_or_default()));
    }
    out.extend_from_slice(&written);
    if rest > 0 {
        fraction(out, rest, 7);
    }
    out.push(b'"');
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        model::{Counts, JobId, RawField},
        sheet::{Record, Row},
    };
    use chrono_tz::Tz;

    fn by_cells(job: &Job) -> String {
        let row: Row = Column::row(&Column::ALL, job);
        let mut out = Vec::new();
        json::write(&mut out, &Record { heads: &Column::heads(&Column::ALL, Tz::UTC), row: &row }).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn words() -> impl Strategy<Value = String> {
        prop_oneof![4 => "[ -~]{0,30}", 1 => "\\PC{0,12}", 1 => Just("\u{9b}2J\u{202e}\n\"\\".to_owned())]
    }

    fn moments() -> impl Strategy<Value = Option<DateTime<Utc>>> {
        let seconds = prop_oneof![8 => 0..4_000_000_000_i64, 1 => -70_000_000_000..300_000_000_000_i64];
        let nanos = prop_oneof![Just(0_u32), (0..10_000_000_u32).prop_map(|part| part * 100), 0..1_000_000_000_u32];
        prop::option::weighted(
            0.9,
            (seconds, nanos).prop_map(|(at, nanos)| DateTime::from_timestamp(at, nanos).unwrap()),
        )
    }

    fn fields() -> impl Strategy<Value = Vec<RawField>> {
        let names = Column::ALL.map(|column| column.names().0).to_vec();
        let name = prop_oneof![prop::sample::select(names), Just("STATE"), Just("tenant"), Just("JobID")];
        let json = prop_oneof![
            words().prop_map(|text| serde_json::to_string(&text).unwrap()),
            Just("\"cut".to_owned()),
            Just("{\"a\" : [1,\n null]}".to_owned()),
            any::<f64>().prop_map(|number| number.to_string()),
        ];
        let field = (name, json).prop_map(|(name, json)| RawField { name: name.into(), json: json.into() });
        prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec(field, 1..4)]
    }

    prop_compose! {
        fn jobs()(
            (id, comment, raw) in (words(), words(), fields()),
            numbers in (prop::option::of(any::<i64>()), prop::option::of(0..70_i64)),
            known in prop::sample::select(vec![1_i64, 128, 20_016, 90_130]),
            counts in prop::array::uniform4(prop::option::of(prop_oneof![0..100_u64, any::<u64>()])),
            (started, finished) in (moments(), moments()),
            ticks in prop::option::of(prop_oneof![0..9_000_000_000_000_i64, any::<i64>()]),
        ) -> Job {
            let [ok, failed, skipped, total] = counts;
            Job {
                job_type: Some(JobType(numbers.0.unwrap_or(known))).filter(|_| known != 128),
                status: numbers.1.map(Status::from_number),
                counts: Counts { ok, failed, skipped, total },
                started,
                finished,
                duration: ticks.map(TimeSpan::from_ticks),
                comment: comment.into(),
                raw: raw.into(),
                ..Job::new(JobId::new(id))
            }
        }
    }

    proptest! {
        #[test]
        fn a_line_is_what_its_cells_would_have_written(job in jobs()) {
            let mut line = Vec::new();
            write(&mut line, &Column::ALL, &job).unwrap();
            prop_assert_eq!(String::from_utf8(line).unwrap(), by_cells(&job));
        }
    }
}
