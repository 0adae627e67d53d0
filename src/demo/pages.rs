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

impl Pages {
    pub(super) fn new(ledger: Box<dyn Ledger>) -> Self {
        Self { ledger, settled: Mutex::default() }
    }

    /// The body of the answer to a query.
    pub(super) fn body(&self, query: &Query, seal: &Seal, now: i64) -> String {
        let Query { filter, place, size } = query;
        let everything = *filter == Filter::default();
        let window = self.ledger.window(filter);
        let (first, skip) = match place {
            Place::After(position) => (self.ledger.after(position), 0),
            Place::Number(number) if everything => (number.saturating_mul(*size), 0),
            Place::Number(number) => (0, number.saturating_mul(*size)),
        };
        let mut rows = (first.max(window.start)..window.end)
            .filter(|row| everything || self.ledger.matches(*row, filter, now))
            .skip(skip);

        let mut json = String::with_capacity(JOB_BYTES * size.min(&self.ledger.count()) + JOB_BYTES);
        let _ = write!(json, r#"{{"totalCount":{},"jobs":["#, self.total(filter, now));
        let mut last = None;
        for row in rows.by_ref().take(*size) {
            if last.replace(row).is_some() {
                json.push(',');
            }
            self.ledger.write(row, now, &mut json);
        }
        json.push(']');
        // At the end the link is empty, or not there at all; clients have to know both.
        match (last, rows.next()) {
            (Some(last), Some(_)) => {
                let token = seal.close(filter.fingerprint(), &self.ledger.position(last).to_bytes());
                let _ = write!(json, r#","nextLink":"{}""#, percent_encoded(&token));
            }
            (Some(_), None) => json.push_str(r#","nextLink":"""#),
            (None, _) => {}
        }
        json.push('}');
        json
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
        let total = self.ledger.window(filter).filter(|row| self.ledger.matches(*row, filter, now)).count();
        let mut settled = settled();
        settled.push_front((filter.clone(), total - live));
        settled.truncate(TOTALS_KEPT);
        total
    }
}

/// Of the standard Base64 alphabet only these three mean something in a query.
fn percent_encoded(token: &str) -> String {
    token.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}
