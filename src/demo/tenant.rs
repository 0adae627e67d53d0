//! The generated tenant: compact rows, and what each of them shows at a given time.
//! A row is a plan, made once; status, counts and times shown are a pure function of the row and the time, so that
//! jobs go on while one looks, and none ever appears or goes. It must never know HTTP or what a day's work looks like.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::ops::Range;

use chrono::{DateTime, Datelike as _, Timelike as _};

use super::catalogue::Catalogue;
use super::dice::mix;
use super::pages::{Ledger, Position};
use super::query::Filter;
use super::schedule::{STREAMS, Spelling, Stream, plan};
use super::texts;

/// The longest time, in milliseconds, from the creation of a job to its start.
pub(super) const WAIT_MAX: u32 = 600_000;

/// One job, all its life. Times are milliseconds: `filed` since 1970, the others lengths.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    /// When it was created: unique, and what its id is made of.
    pub(super) filed: i64,
    /// From its creation to its start; it is Not Started in the first half and Waiting in the second.
    pub(super) wait: u32,
    /// From its start to its end.
    pub(super) run: u32,
    pub(super) total: u32,
    pub(super) failed: u32,
    pub(super) skipped: u32,
    /// The index in [`STREAMS`].
    pub(super) stream: usize,
    pub(super) fate: Fate,
    pub(super) note: Note,
}

/// How a job ends; the number is the API's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Successful = 2,
    Skipped = 4,
    Exception = 8,
    Failed = 16,
    Stopped = 64,
}

/// Which comment a job ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Note {
    /// One that is usual for its fate: none if it is successful.
    Usual,
    /// The client secret of the Azure SQL plan expired.
    Secret,
    /// Too many objects were locked.
    Locked,
    /// The run before it had not ended.
    Overlap,
}

/// What a row shows at some time.
#[derive(Debug, PartialEq)]
pub(super) struct Shown {
    /// The API's number.
    pub(super) status: u8,
    pub(super) start: Option<i64>,
    pub(super) finish: Option<i64>,
    pub(super) successful: u32,
    pub(super) failed: u32,
    pub(super) skipped: u32,
}

const NOT_STARTED: u8 = 0;
const IN_PROGRESS: u8 = 1;
const WAITING: u8 = 32;

impl Row {
    pub(super) fn stream(&self) -> &'static Stream {
        &STREAMS[self.stream]
    }

    pub(super) fn start(&self) -> i64 {
        self.filed + i64::from(self.wait)
    }

    pub(super) fn end(&self) -> i64 {
        self.start() + i64::from(self.run)
    }

    pub(super) fn shown(&self, now: i64) -> Shown {
        let waits = now < self.start();
        let ended = !waits && now >= self.end();
        let status = if ended {
            self.fate as u8
        } else if !waits {
            IN_PROGRESS
        } else if now >= self.filed + i64::from(self.wait / 2) {
            WAITING
        } else {
            NOT_STARTED
        };
        let elapsed = u32::try_from((now - self.start()).max(0)).unwrap_or(u32::MAX).min(self.run);
        let part = |count| part(count, elapsed, self.run);
        Shown {
            status,
            start: (!waits).then(|| self.start()),
            finish: ended.then(|| self.end()),
            successful: part(self.total - self.failed - self.skipped),
            failed: part(self.failed),
            skipped: part(self.skipped),
        }
    }

    /// What the list is sorted by: the start as it is written, to the second for most services.
    pub(super) fn rank(&self) -> i64 {
        self.written(self.filed)
    }

    /// A time without what its service does not write.
    fn written(&self, at: i64) -> i64 {
        match self.stream().spelling {
            Spelling::Fraction => at,
            Spelling::Zulu | Spelling::Offset => at - at.rem_euclid(1_000),
        }
    }

    /// Two letters and the time stamp. For one job in four the stamp is some seconds later than its start; that they
    /// are whole eights of milliseconds keeps the stamps unique.
    pub(super) fn id(&self) -> String {
        let lag = match self.filed.rem_euclid(8) {
            6 => 3_000,
            7 => 8_000,
            _ => 0,
        };
        let at = DateTime::from_timestamp_millis(self.filed + lag).unwrap_or_default();
        let mut id = String::with_capacity(19);
        id.push_str(self.stream().letters);
        for (number, width) in parts(at).into_iter().chain([(at.timestamp_subsec_millis(), 3)]) {
            digits(&mut id, number, width);
        }
        id
    }

    fn write(&self, now: i64, json: &mut String) {
        let Shown { status, start, finish, successful, failed, skipped } = self.shown(now);
        let spelling = self.stream().spelling;
        // What stands where a time is not known yet varies as it does between services.
        let variant = usize::try_from(mix(self.filed.cast_unsigned()) % 4).unwrap_or(0);
        let (id, job_type) = (self.id(), self.stream().job_type);
        let total = if status == NOT_STARTED { 0 } else { self.total };
        let _ = write!(
            json,
            r#"{{"jobId":"{id}","jobType":{job_type},"status":{status},"failedCount":{failed},"successfulCount":{successful},"skippedCount":{skipped},"totalCount":{total}"#
        );
        match start {
            Some(at) => write_time(json, "startTime", at, spelling),
            None => json.push_str([r#","startTime":null"#, ""][variant % 2]),
        }
        if let Some(at) = finish {
            write_time(json, "finishTime", at, spelling);
            write_duration(json, self.run / 1_000);
        } else {
            json.push_str(UNFINISHED[variant]);
        }
        if finish.is_some() && (self.fate != Fate::Successful || self.note != Note::Usual) {
            // A JSON text of a string cannot fail.
            let comment = serde_json::to_string(&texts::comment(self)).unwrap_or_default();
            let _ = write!(json, r#","comments":{comment}"#);
        } else if spelling != Spelling::Offset {
            json.push_str(r#","comments":"""#);
        }
        json.push('}');
    }
}

const UNFINISHED: [&str; 4] = [
    r#","finishTime":null,"duration":null"#,
    r#","duration":"00:00:00""#,
    r#","finishTime":"","duration":"00:00:00""#,
    r#","finishTime":"0001-01-01T00:00:00Z","duration":"00:00:00""#,
];

/// The share of a count that is done.
fn part(count: u32, elapsed: u32, run: u32) -> u32 {
    let done = u64::from(count) * u64::from(elapsed) / u64::from(run.max(1));
    u32::try_from(done).unwrap_or(count)
}

fn write_time(json: &mut String, name: &str, at: i64, spelling: Spelling) {
    let time = DateTime::from_timestamp_millis(at).unwrap_or_default();
    json.push_str(",\"");
    json.push_str(name);
    json.push_str("\":\"");
    for ((number, width), behind) in parts(time).into_iter().zip(["-", "-", "T", ":", ":", ""]) {
        digits(json, number, width);
        json.push_str(behind);
    }
    let _ = match spelling {
        Spelling::Zulu => write!(json, "Z\""),
        Spelling::Offset => write!(json, "+00:00\""),
        Spelling::Fraction => {
            write!(json, ".{:03}{:04}Z\"", at.rem_euclid(1_000), mix(at.cast_unsigned()) % 10_000)
        }
    };
}

/// Year to second, and how many digits each has.
fn parts(time: DateTime<chrono::Utc>) -> [(u32, u32); 6] {
    let year = u32::try_from(time.year()).unwrap_or_default();
    [(year, 4), (time.month(), 2), (time.day(), 2), (time.hour(), 2), (time.minute(), 2), (time.second(), 2)]
}

/// A number's last digits: a page has thousands, and to format each would be most of the work.
fn digits(text: &mut String, number: u32, width: u32) {
    for place in (0..width).rev() {
        text.push(char::from_digit(number / 10_u32.pow(place) % 10, 10).unwrap_or('0'));
    }
}

/// `[d.]hh:mm:ss`
fn write_duration(json: &mut String, seconds: u32) {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    json.push_str(r#","duration":""#);
    if days > 0 {
        let _ = write!(json, "{days}.");
    }
    for (number, behind) in [(hours, ":"), (minutes, ":"), (seconds % 60, "\"")] {
        digits(json, number, 2);
        json.push_str(behind);
    }
}

/// Rows, newest first.
pub(super) struct Tenant {
    rows: Vec<Row>,
    /// Those that had not ended when the server started.
    live: Vec<usize>,
    /// The service of each stream.
    services: Vec<Option<u32>>,
}

impl Tenant {
    /// Exactly `jobs` jobs, about `days` back from the anchor (milliseconds since 1970), the time at the start.
    pub(super) fn new(jobs: usize, days: u32, seed: u64, anchor: i64, catalogue: &Catalogue) -> Self {
        let rows = plan(jobs, days, seed, anchor);
        let live = (0..rows.len()).filter(|row| rows[*row].end() > anchor).collect();
        let services = catalogue.services();
        let services = STREAMS.iter().map(|stream| services.get(&stream.job_type).copied()).collect();
        Self { rows, live, services }
    }

    #[cfg(test)]
    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }
}

impl Ledger for Tenant {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn window(&self, filter: &Filter) -> Range<usize> {
        // A job that waited starts later than its rank says.
        let from = filter.from.map(|from| from.saturating_sub(i64::from(WAIT_MAX) + 1_000));
        let start = self.rows.partition_point(|row| filter.until.is_some_and(|until| row.rank() > until));
        let end = self.rows.partition_point(|row| from.is_none_or(|from| row.rank() >= from));
        start..end.max(start)
    }

    /// By time alone, what is as far within the bounds as a job may wait.
    fn sure(&self, filter: &Filter) -> Range<usize> {
        let window = self.window(filter);
        let Filter { text: None, service: None, job_type: None, from, until } = filter else {
            return window.end..window.end;
        };
        let until = until.map(|until| until.saturating_sub(i64::from(WAIT_MAX) + 1_000));
        let start = self.rows.partition_point(|row| until.is_some_and(|until| row.rank() > until));
        let end = self.rows.partition_point(|row| from.is_none_or(|from| row.rank() >= from));
        let end = end.clamp(window.start, window.end);
        start.clamp(window.start, end)..end
    }

    fn matches(&self, row: usize, filter: &Filter, now: i64) -> bool {
        let row = &self.rows[row];
        let time = if now < row.start() { row.filed } else { row.start() };
        filter.names(Some(row.stream().job_type), self.services[row.stream])
            && filter.spans(row.written(time))
            && filter.text.as_ref().is_none_or(|text| row.says(text, now))
    }

    fn live(&self) -> &[usize] {
        &self.live
    }

    fn position(&self, row: usize) -> Position {
        Position { rank: self.rows[row].rank(), id: self.rows[row].id() }
    }

    fn after(&self, position: &Position) -> usize {
        let first = self.rows.partition_point(|row| row.rank() > position.rank);
        let equals = self.rows[first..].iter().take_while(|row| row.rank() == position.rank);
        let last = equals.clone().position(|row| row.id() == position.id);
        first + last.map_or_else(|| equals.count(), |last| last + 1)
    }

    fn write(&self, row: usize, now: i64, json: &mut String) {
        self.rows[row].write(now, json);
    }
}

impl Row {
    /// Whether id or comments contain a text that is in lower case.
    fn says(&self, text: &str, now: i64) -> bool {
        // Most searches are words, and then a million ids need not be written to be compared.
        let may_be_id = text.len() <= 19 && text.bytes().rev().skip_while(u8::is_ascii_digit).count() <= 2;
        (may_be_id && self.id().to_ascii_lowercase().contains(text))
            || (self.fate != Fate::Successful
                && now >= self.end()
                && texts::comment(self).to_lowercase().contains(text))
    }
}

/// Newest first, as [`Ledger`] wants it.
pub(super) fn sort(rows: &mut [Row]) {
    rows.sort_by_key(|row| Reverse((row.rank(), row.filed)));
}
