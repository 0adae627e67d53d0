//! What a client asks for: the query parameters of the jobs endpoint, read strictly.
//! It must never know the jobs; a parameter that cannot be understood is refused by name, never guessed.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

use super::catalogue::Catalogue;
use super::dice::hash;
use super::pages::Position;
use super::seal::Seal;

/// Rows of a page when `pageSize` is not given.
const PAGE_SIZE: usize = 10;

/// One page of the jobs that match.
#[derive(Debug, PartialEq)]
pub(super) struct Query {
    pub(super) filter: Filter,
    pub(super) place: Place,
    /// Rows at most, 1 or more.
    pub(super) size: usize,
}

/// Which jobs match: all conditions that are given.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Filter {
    /// In lower case: the id or the comments contain it.
    pub(super) text: Option<String>,
    /// Milliseconds since 1970, inclusive.
    pub(super) from: Option<i64>,
    /// Milliseconds since 1970, inclusive.
    pub(super) until: Option<i64>,
    pub(super) service: Option<u32>,
    pub(super) job_type: Option<u32>,
}

/// Where the page begins among them.
#[derive(Debug, PartialEq)]
pub(super) enum Place {
    /// The page of this number, the first is 0.
    Number(usize),
    /// After the job at this position.
    After(Position),
}

impl Filter {
    /// What a skip token is bound to: with another filter it would go on in another list.
    pub(super) fn fingerprint(&self) -> u64 {
        hash(0, format!("{self:?}").as_bytes())
    }

    /// Whether a time, in milliseconds since 1970, is within the bounds.
    pub(super) fn spans(&self, at: i64) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at <= until)
    }

    /// Whether a job of this type and service is meant.
    pub(super) fn names(&self, job_type: Option<u32>, service: Option<u32>) -> bool {
        (self.job_type.is_none() || self.job_type == job_type) && (self.service.is_none() || self.service == service)
    }
}

impl Query {
    /// Reads the decoded parameters; the error is a sentence for the client.
    pub(super) fn read(
        pairs: &[(String, String)],
        catalogue: &Catalogue,
        seal: &Seal,
        size_max: usize,
    ) -> Result<Self, String> {
        let given = Given(pairs);
        let filter = Filter {
            text: given.one("searchText")?.map(str::to_lowercase),
            from: given.parsed("startTime", "a date and time in ISO 8601, UTC", instant)?,
            until: given.parsed("finishTime", "a date and time in ISO 8601, UTC", instant)?,
            service: given.parsed("serviceType", "a service type", |text| {
                text.parse().ok().filter(|value| catalogue.has_service(*value))
            })?,
            job_type: given.parsed("jobType", "a job type", |text| {
                text.parse().ok().filter(|value| catalogue.has_job_type(*value))
            })?,
        };
        let size =
            given.parsed("pageSize", "a whole number from 1", |text| text.parse().ok().filter(|size| *size > 0))?;
        let after = given.parsed("skiptoken", "a token of this query", |text| {
            Position::from_bytes(&seal.open(filter.fingerprint(), text)?)
        })?;
        let place = match after {
            Some(position) => Place::After(position),
            None => Place::Number(
                given.parsed("pageNumber", "a whole number from 0", |text| text.parse().ok())?.unwrap_or(0),
            ),
        };
        Ok(Self { filter, place, size: size.unwrap_or(PAGE_SIZE).min(size_max.max(1)) })
    }
}

/// The parameters as they were given. Names are compared without regard to case; an empty value is no value.
struct Given<'a>(&'a [(String, String)]);

impl<'a> Given<'a> {
    fn one(&self, name: &str) -> Result<Option<&'a str>, String> {
        let mut values = self.0.iter().filter(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_empty());
        let first = values.next().map(|(_, value)| value.as_str());
        if values.next().is_some() {
            return Err(format!("The parameter '{name}' was given more than once."));
        }
        Ok(first)
    }

    fn parsed<T>(&self, name: &str, wanted: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, String> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        match parse(text) {
            Some(value) => Ok(Some(value)),
            None => Err(format!("The value '{text}' of the parameter '{name}' is not {wanted}.")),
        }
    }
}

/// Reads an ISO 8601 time as milliseconds since 1970; one without a zone is UTC, a date is its midnight.
pub(super) fn instant(text: &str) -> Option<i64> {
    let zoned = DateTime::parse_from_rfc3339(text).map(|time| time.timestamp_millis());
    let bare = || text.parse::<NaiveDateTime>().map(|time| time.and_utc().timestamp_millis());
    let date = || text.parse::<NaiveDate>().map(|date| date.and_time(NaiveTime::MIN).and_utc().timestamp_millis());
    zoned.or_else(|_| bare()).or_else(|_| date()).ok()
}
