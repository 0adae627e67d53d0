//! Pages: the rows of a ledger, newest first, cut by a query and written as the documented answer.
//! It must never know HTTP, nor where the rows come from.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::query::{Filter, Place, Query};
use super::seal::Seal;

/// Filters whose totals are kept: a client pages through a few at a time (the view, its refresh, a bulk load of eight).
const TOTALS_KEPT: usize = 32;

/// Bytes of one job in JSON, about; room to write a page without growing.
const JOB_BYTES: usize = 260;

/// Rows in a fixed order, newest first. Times are milliseconds since 1970.
pub(super) trait Ledger: Send + Sync {
    /// The number of rows; it never changes.
    fn count(&self) -> usize;
    /// Rows outside this range are known not to match, without a look at each.
    fn window(&self, filter: &Filter) -> Range<usize>;
    /// Rows within that range that are known to match, without a look at each.
    fn sure(&self, filter: &Filter) -> Range<usize>;
    /// Whether a row matches at this time.
    fn matches(&self, row: usize, filter: &Filter, now: i64) -> bool;
    /// The rows whose contents change with time. The answer of `matches` for any other is for good.
    fn live(&self) -> &[usize];
    /// Where a row stands, in terms that outlive this server.
    fn position(&self, row: usize) -> Position;
    /// The first row after a position.
    fn after(&self, position: &Position) -> usize;
    /// Appends a row's JSON object as it is at this time.
    fn write(&self, row: usize, now: i64, json: &mut String);
}

/// Where a row stands in the order: what a skip token carries.
#[derive(Debug, PartialEq)]
pub(super) struct Position {
    /// What the ledger sorts by.
    pub(super) rank: i64,
    /// Tells rows of the same rank apart.
    pub(super) id: String,
}

impl Position {
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (rank, id) = bytes.split_first_chunk()?;
        Some(Self { rank: i64::from_be_bytes(*rank), id: str::from_utf8(id).ok()?.to_owned() })
    }

    fn to_bytes(&self) -> Vec<u8> {
        [&self.rank.to_be_bytes()[..], self.id.as_bytes()].concat()
    }
}

/// A ledger, read page by page.
pub(super) struct Pages {
    ledger: Box<dyn Ledger>,
    /// Of the rows that are not live, how many match: counted once per filter.
    settled: Mutex<VecDeque<(Filter, usize)>>,
}

/// One page of an answer.
pub(super) struct Page {
    /// How many jobs match.
    pub(super) total: usize,
    /// Their JSON objects, with commas between.
    pub(super) jobs: String,
    /// What follows.
    pub(super) link: Link,
    /// What the link is called.
    pub(super) link_name: &'static str,
}

/// The link to the next page.
#[derive(Debug, PartialEq)]
pub(super) enum Link {
    /// None.
    Missing,
    /// One that is empty.
    Empty,
    /// A skip token, encoded, or what holds one.
    To(String),
}

impl Page {
    /// The answer.
    pub(super) fn text(&self) -> String {
        let mut json = String::with_capacity(self.jobs.len() + JOB_BYTES);
        let _ = write!(json, r#"{{"totalCount":{},"jobs":[{}]"#, self.total, self.jobs);
        match &self.link {
            Link::Missing => {}
            Link::Empty => {
                let _ = write!(json, r#","{}":"""#, self.link_name);
            }
            Link::To(link) => {
                let _ = write!(json, r#","{}":"{link}""#, self.link_name);
            }
        }
        json.push('}');
        json
    }
}

/// What may be wrong with the walk from page to page.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Twist {
    /// Rows of the page before that are sent once more.
    pub(super) repeated: usize,
    /// One row is never sent.
    pub(super) loses_one: bool,
    /// From the third page on, the link leads back to the second.
    pub(super) loops: bool,
}

impl Pages {
    pub(super) fn new(ledger: Box<dyn Ledger>) -> Self {
        Self { ledger, settled: Mutex::default() }
    }

    /// The page that answers a query.
    pub(super) fn page(&self, query: &Query, twist: Twist, seal: &Seal, now: i64) -> Page {
        let Query { filter, place, size } = query;
        let everything = *filter == Filter::default();
        let window = self.ledger.window(filter);
        let matches = |row: &usize| everything || self.ledger.matches(*row, filter, now);
        let (first, skip) = match place {
            Place::After(position) => (self.ledger.after(position), 0),
            Place::Number(number) if everything => (number.saturating_mul(*size), 0),
            Place::Number(number) => (0, number.saturating_mul(*size)),
        };
        let mut first = first.max(window.start);
        // A page of one job that repeats another would never come to an end.
        let repeated = if *place == Place::Number(0) { 0 } else { twist.repeated.min(size - 1) };
        if let Some(row) = (window.start..first).rev().filter(matches).take(repeated).last() {
            first = row;
        }
        let middle = usize::midpoint(window.start, window.end);
        let omitted = || (middle..window.end).find(matches).or_else(|| (window.start..middle).find(matches));
        let omitted = if twist.loses_one { omitted() } else { None };
        let mut rows = (first..window.end).filter(|row| omitted != Some(*row)).filter(matches).skip(skip);

        let mut json = String::with_capacity(JOB_BYTES * size.min(&self.ledger.count()) + JOB_BYTES);
        let mut last = None;
        for row in rows.by_ref().take(*size) {
            if last.replace(row).is_some() {
                json.push(',');
            }
            self.ledger.write(row, now, &mut json);
        }
        let mut more = rows.next().is_some();
        if twist.loops && !window.is_empty() && (!more || first >= window.start + 2 * size) {
            last = Some(window.end.min(window.start + size) - 1);
            more = true;
        }
        // At the end the link is empty, or not there at all; clients have to know both.
        let link = match last {
            Some(last) if more => {
                let token = seal.close(filter.fingerprint(), &self.ledger.position(last).to_bytes());
                Link::To(percent_encoded(&token))
            }
            Some(_) => Link::Empty,
            None => Link::Missing,
        };
        Page { total: self.total(filter, now), jobs: json, link, link_name: "nextLink" }
    }

    fn total(&self, filter: &Filter, now: i64) -> usize {
        if *filter == Filter::default() {
            return self.ledger.count();
        }
        let live = self.ledger.live().iter().filter(|row| self.ledger.matches(**row, filter, now)).count();
        let settled = || self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, count)) = settled().iter().find(|(known, _)| known == filter) {
            return count + live;
        }
        // Counted without the lock: others need not wait, and to count twice does no harm.
        let (window, sure) = (self.ledger.window(filter), self.ledger.sure(filter));
        let open = (window.start..sure.start).chain(sure.end..window.end);
        let total = sure.len() + open.filter(|row| self.ledger.matches(*row, filter, now)).count();
        let mut settled = settled();
        settled.push_front((filter.clone(), total - live));
        settled.truncate(TOTALS_KEPT);
        total
    }
}

/// Of the standard Base64 alphabet only these three mean something in a query.
pub(super) fn percent_encoded(token: &str) -> String {
    token.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}
