//! The values of options: how each is read, what is said of one that is not accepted, and what shells may complete.

use std::{ffi::OsStr, time::Duration};

#[cfg(feature = "demo")]
use chrono::{DateTime, Datelike, Utc};
use clap::{
    Arg, Command, ValueEnum,
    builder::{PossibleValue, TypedValueParser},
};

#[cfg(feature = "demo")]
use crate::demo::{FAULTS, Fault};
use crate::{
    catalogue::{DataCenterRow, catalogue},
    insight::Dimension,
    model::{JobType, Service, Status},
    policy,
    report::{Column, Format, Order},
    store::Direction,
};

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// Unless `NO_COLOR` is set.
    Auto,
    /// Whatever `NO_COLOR` says.
    Always,
    /// Not at all.
    Never,
}

/// How often the list is read again by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// After each of these.
    Every(Duration),
    /// Never.
    Off,
}

/// A parser of names from the catalogue: how one is read, and which a shell may complete.
#[derive(Clone)]
pub(super) struct Named<T: 'static> {
    read: fn(&str) -> Result<T, String>,
    known: fn() -> Vec<PossibleValue>,
}

pub(super) const REGION: Named<&DataCenterRow> =
    Named { read: region, known: || catalogue().data_centers.iter().map(|row| value(&row.code, &row.label)).collect() };
pub(super) const SERVICE: Named<Service> = Named {
    read: service,
    known: || catalogue().service_types.iter().map(|row| value(&row.slug, &row.label)).collect(),
};
pub(super) const JOB_TYPE: Named<JobType> =
    Named { read: job_type, known: || catalogue().job_types.iter().map(|row| value(&row.slug, &row.label)).collect() };
pub(super) const STATUS: Named<Status> =
    Named { read: status, known: || catalogue().statuses.iter().map(|row| value(&row.slug, &row.label)).collect() };

#[cfg(feature = "demo")]
pub(super) const FAULT: Named<Fault> =
    Named { read: fault, known: || FAULTS.iter().map(|(_, name, what)| value(name, what)).collect() };
pub(super) const FORMAT: Named<Format> =
    Named { read: format, known: || Format::ALL.into_iter().map(|(name, _)| PossibleValue::new(name)).collect() };
pub(super) const COLUMN: Named<Column> =
    Named { read: column, known: || column_names().into_iter().map(PossibleValue::new).collect() };

fn value(name: &'static str, help: &'static str) -> PossibleValue {
    PossibleValue::new(name).help(help)
}

impl<T: Clone + Send + Sync> TypedValueParser for Named<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, option: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        self.read.parse_ref(command, option, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.known)().into_iter()))
    }
}

/// Reads a data centre's code.
///
/// # Errors
/// With the nearest code and all others.
pub fn region(code: &str) -> Result<&'static DataCenterRow, String> {
    let rows = || catalogue().data_centers.iter();
    let wrong = || {
        let all: Vec<_> = rows().map(|row| format!("  {:8} {}", row.code, row.label)).collect();
        let nearest = nearest(code, rows().map(|row| row.code.as_str()));
        format!("there is no such data centre; did you mean {nearest}? Accepted are\n{}", all.join("\n"))
    };
    catalogue().data_center(code.trim()).ok_or_else(wrong)
}

fn service(name: &str) -> Result<Service, String> {
    let known = || catalogue().service_types.iter().map(|row| row.slug.as_str());
    Service::from_name(name.trim()).ok_or_else(|| format!("{}, and numbers", unknown("service", name, known())))
}

fn job_type(name: &str) -> Result<JobType, String> {
    let known = || catalogue().job_types.iter().map(|row| row.slug.as_str());
    JobType::from_name(name.trim()).ok_or_else(|| format!("{}, and numbers", unknown("job type", name, known())))
}

fn status(name: &str) -> Result<Status, String> {
    let rows = || catalogue().statuses.iter();
    let known = || rows().map(|row| row.slug.as_str());
    let words = rows().map(|row| row.word.as_str()).collect::<Vec<_>>().join(", ");
    let wrong = || format!("{}; the portal's words ({words}), and numbers", unknown("status", name, known()));
    Status::from_name(name.trim()).ok_or_else(wrong)
}

fn format(name: &str) -> Result<Format, String> {
    let known = || Format::ALL.into_iter().map(|(name, _)| name);
    let found = Format::ALL.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name.trim()));
    found.map(|(_, format)| format).ok_or_else(|| unknown("format", name, known()))
}

/// The names of columns, the short one of each before the one that JSON has.
fn column_names() -> Vec<&'static str> {
    let names = Column::ALL.into_iter().map(Column::names);
    let (long, short): (Vec<_>, Vec<_>) = names.unzip();
    short.into_iter().flatten().chain(long).collect()
}

fn column(name: &str) -> Result<Column, String> {
    Column::from_name(name.trim()).ok_or_else(|| unknown("column", name, column_names().into_iter()))
}

pub(super) fn order(name: &str) -> Result<Order, String> {
    let (name, direction) = match name.trim().strip_prefix('-') {
        Some(name) => (name, Direction::Descending),
        None => (name, Direction::Ascending),
    };
    Ok(Order { column: column(name)?, direction })
}

/// One or two properties that jobs are grouped by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By(pub Vec<Dimension>);

pub(super) fn by(names: &str) -> Result<By, String> {
    let known = || Dimension::ALL.into_iter().map(|(name, _)| name);
    let one = |name: &str| {
        let found = Dimension::ALL.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name.trim()));
        found.map(|(_, dimension)| dimension).ok_or_else(|| unknown("group", name, known()))
    };
    let by: Vec<Dimension> = names.split(',').map(one).collect::<Result<_, _>>()?;
    match by[..] {
        [_] => Ok(By(by)),
        [one, other] if one != other => Ok(By(by)),
        _ => Err("accepted are one or two different of status, service, type, day, such as type,day".to_owned()),
    }
}

pub(super) fn number(text: &str) -> Result<u64, String> {
    text.trim().parse().map_err(|_| "accepted are whole numbers from 0".to_owned())
}

pub(super) fn percent(text: &str) -> Result<f64, String> {
    let percent = text.trim().trim_end_matches('%').trim_end().parse().ok();
    percent
        .filter(|percent: &f64| (0.0..=100.0).contains(percent))
        .ok_or_else(|| "accepted are percentages from 0 to 100, such as 20 or 12.5".to_owned())
}

/// Reads a length of time in days as well: `90m`, `26h`, `2d`, `1w`.
pub(super) fn age(text: &str) -> Result<Duration, String> {
    let accepted = |age: &Duration| (Duration::from_secs(1)..=policy::AGE_MAX).contains(age);
    length(text)
        .filter(accepted)
        .ok_or_else(|| "accepted are lengths such as 90m, 26h, 2d or 1w, at most 3660d".to_owned())
}

pub(super) fn limit(text: &str) -> Result<usize, String> {
    let most = policy::ROWS_MAX;
    let accepted = |limit: &usize| (1..=most).contains(limit);
    text.parse()
        .ok()
        .filter(accepted)
        .ok_or_else(|| format!("accepted are numbers from 1 to {most}; --all has no limit"))
}

#[cfg(feature = "demo")]
fn fault(name: &str) -> Result<Fault, String> {
    let known = || FAULTS.iter().map(|(_, name, _)| *name);
    Fault::from_name(name.trim()).ok_or_else(|| unknown("fault", name, known()))
}

#[cfg(feature = "demo")]
pub(super) fn jobs(text: &str) -> Result<usize, String> {
    let accepted = |jobs: &usize| *jobs <= policy::ROWS_MAX;
    text.parse().ok().filter(accepted).ok_or_else(|| format!("accepted are numbers from 0 to {}", policy::ROWS_MAX))
}

#[cfg(feature = "demo")]
pub(super) fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    let at = DateTime::parse_from_rfc3339(text.trim()).ok().map(|at| at.to_utc());
    at.filter(|at| (1970..=9000).contains(&at.year()))
        .ok_or_else(|| "accepted are moments such as 2026-11-23T13:02:11Z (RFC 3339)".to_owned())
}

/// Reads a number of jobs that one request asks for.
///
/// # Errors
/// With what is accepted.
pub fn page_size(text: &str) -> Result<u16, String> {
    let accepted = |size: &u16| (1..=policy::PAGE_SIZE_MAX).contains(size);
    text.parse()
        .ok()
        .filter(accepted)
        .ok_or_else(|| format!("accepted are numbers from 1 to {}", policy::PAGE_SIZE_MAX))
}

/// Reads how often the list is read again.
///
/// # Errors
/// With what is accepted.
pub fn refresh(text: &str) -> Result<Refresh, String> {
    if text.trim() == "off" {
        return Ok(Refresh::Off);
    }
    let every = duration(text).ok().filter(|every| *every >= policy::REFRESH_MIN);
    let least = policy::REFRESH_MIN.as_secs();
    every
        .map(Refresh::Every)
        .ok_or_else(|| format!("accepted are lengths such as 30s or 2m, at least {least}s, and off"))
}

/// A command as a list, program first; it is run without a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(pub Vec<String>);

/// Splits a command as a shell would, quotes and all, and nothing else that a shell does.
///
/// # Errors
/// When a quote is not closed, or there is nothing.
pub fn command(text: &str) -> Result<Words, String> {
    match shell_words::split(text) {
        Ok(words) if words.is_empty() => Err("accepted is a program with its arguments".to_owned()),
        Ok(words) => Ok(Words(words)),
        Err(_) => Err("a quote is not closed".to_owned()),
    }
}

/// Reads a length of time: `50ms`, `2s`, `1m`, `1h`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    length(text)
        .filter(|length| *length <= policy::OPTION_DURATION_MAX && !text.trim().ends_with(['d', 'w']))
        .ok_or_else(|| "accepted are lengths such as 50ms, 2s, 1m, at most 24h".to_owned())
}

fn length(text: &str) -> Option<Duration> {
    let text = text.trim();
    let (amount, unit) = text.split_at(text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len());
    let milliseconds = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 604_800_000,
        _ => return None,
    };
    amount.parse::<u64>().ok()?.checked_mul(milliseconds).map(Duration::from_millis)
}

/// Says that there is no such word, which comes nearest, and which there are.
fn unknown<'a>(what: &str, given: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let nearest = nearest(given, known.clone());
    let all = known.collect::<Vec<_>>().join(", ");
    format!("there is no such {what}; did you mean {nearest}? Accepted are {all}")
}

/// The word that comes nearest to one that is not known.
pub fn nearest<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> &'a str {
    let near = known.map(|word| (strsim::jaro_winkler(&given.trim().to_lowercase(), word), word));
    near.max_by(|one, other| one.0.total_cmp(&other.0)).map_or("", |(_, word)| word)
}
