//! What is asked of the API and what comes back: a query, a cursor into its pages, a request, a page.

use std::{fmt, hash::BuildHasher, time::Duration};

use chrono::{DateTime, Utc};

use super::{ApiError, Job, JobType, Service};
use crate::policy;

/// The part of a filter that the server does. Two queries that differ are two lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Text that a job's id or description contains.
    pub search: Option<String>,
    /// The earliest moment of the range; none: from the first job on.
    pub from: Option<DateTime<Utc>>,
    /// The latest moment of the range; none: open, so that new jobs appear.
    pub to: Option<DateTime<Utc>>,
    /// The one service.
    pub service: Option<Service>,
    /// The one job type.
    pub job_type: Option<JobType>,
}

/// What continues a list: the token of a next page, percent-encoded as the server wrote it and never decoded here; or the
/// page's number, where that is all that the server's link names.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SkipToken {
    parameter: &'static str,
    value: Box<str>,
}

/// Where in a query's list a page begins.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Cursor {
    /// At the top.
    First,
    /// After the page that gave this token.
    After(SkipToken),
}

impl Cursor {
    /// The token, but at the top.
    pub fn token(&self) -> Option<&SkipToken> {
        match self {
            Self::First => None,
            Self::After(token) => Some(token),
        }
    }
}

/// Counts a tenant's lists: a reply to an older one is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Generation(pub u64);

/// Which walk a request belongs to. Each has at most one request under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Down the list, as it is read.
    View,
    /// From the top again, for what is new.
    Refresh,
    /// One job by its id, for those who watch it.
    Watch,
    /// Down the list from an earlier moment, beside the others.
    Window(Ticket),
}

/// Names the walk of a window and the seat that its request takes: no other is given that seat until the answer is here, or
/// was called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// The window: no other of its list has this number.
    pub window: u32,
    /// One of [`policy::LANES_MAX`] seats.
    pub seat: usize,
}

impl Lane {
    /// Those that there is one of.
    pub const ALL: [Self; 3] = [Self::View, Self::Refresh, Self::Watch];
    /// How many requests may be under way.
    pub const SLOTS: usize = Self::ALL.len() + policy::LANES_MAX;

    /// Where its request is kept, below [`Self::SLOTS`].
    pub fn slot(self) -> usize {
        match self {
            Self::View => 0,
            Self::Refresh => 1,
            Self::Watch => 2,
            Self::Window(ticket) => Self::ALL.len() + ticket.seat % policy::LANES_MAX,
        }
    }
}

/// An order for one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// Whose request it is.
    pub lane: Lane,
    /// The list it belongs to.
    pub generation: Generation,
    /// What is asked.
    pub query: Query,
    /// Where the page begins.
    pub cursor: Cursor,
    /// Which try it is, from 1.
    pub attempt: u8,
    /// How many rows are wanted.
    pub page_size: u16,
    /// How long to wait before sending it.
    pub delay: Duration,
    /// How long to wait for the answer then.
    pub patience: Duration,
}

/// What came back for one order.
#[derive(Debug, Clone, PartialEq)]
pub struct PageReply {
    /// The order's lane.
    pub lane: Lane,
    /// The order's list.
    pub generation: Generation,
    /// The order's cursor.
    pub cursor: Cursor,
    /// When the answer was whole, UTC.
    pub at: DateTime<Utc>,
    /// What the server's clock showed then, where it shows it.
    pub date: Option<DateTime<Utc>>,
    /// How long the server took, the order's own delay left out.
    pub took: Duration,
    /// The page, or why there is none.
    pub result: Result<Page, ApiError>,
}

/// One page of jobs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// Its rows, in the server's order.
    pub jobs: Vec<Job>,
    /// How many jobs match the query in all, as the server counts.
    pub total: Option<u64>,
    /// Where the next page begins; none on the last one.
    pub next: Option<SkipToken>,
}

impl SkipToken {
    /// Keeps a token as the server wrote it.
    pub fn new(encoded: impl Into<Box<str>>) -> Self {
        Self { parameter: "skiptoken", value: encoded.into() }
    }

    /// Keeps a page's number under the name that the server's link gave it.
    pub fn numbered(parameter: &'static str, number: u32) -> Self {
        Self { parameter, value: number.to_string().into() }
    }

    /// The query parameter that it is sent as.
    pub fn parameter(&self) -> &'static str {
        self.parameter
    }

    /// Whether it is a page's number, which means a place only together with the size of pages.
    pub fn is_numbered(&self) -> bool {
        self.parameter != "skiptoken"
    }

    /// The token, ready to stand in a URL's query.
    pub fn encoded(&self) -> &str {
        &self.value
    }
}

/// A token names a place in somebody's data: logs get a fingerprint.
impl fmt::Debug for SkipToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seeded = std::hash::BuildHasherDefault::<std::hash::DefaultHasher>::default();
        write!(f, "SkipToken({:012x})", seeded.hash_one(&self.value) >> 16)
    }
}
