//! What has happened: requests and notices, the newest last, bounded.

use std::{collections::VecDeque, time::Duration};

use chrono::{DateTime, Utc};

use crate::{
    model::{ApiError, Cursor, Lane, PageReply},
    policy,
};

/// The messages screen's memory.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Log {
    entries: VecDeque<Entry>,
    requests: u64,
    count: u64,
    last: Option<Duration>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub outcome: Outcome,
}

/// What a request or a key came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A page came: whose walk, whether the first page, how many rows, after how long.
    Page(Lane, bool, usize, Duration),
    /// No page came: whose walk, why, after how long.
    Trouble(Lane, ApiError, Duration),
    /// Something else worth telling.
    Note(Level, String),
}

/// How much a note matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// For the record.
    Info,
    /// Something is not as it should be.
    Warning,
}

impl Log {
    /// The entries, the oldest first.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> + ExactSizeIterator {
        self.entries.iter()
    }

    /// Entries there ever were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Requests that were answered or failed, in the whole session.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// How long the last answer took.
    pub fn last_answer(&self) -> Option<Duration> {
        self.last
    }

    /// Remembers a reply.
    pub fn reply(&mut self, reply: &PageReply) {
        self.requests += 1;
        let outcome = match &reply.result {
            Ok(page) => {
                self.last = Some(reply.took);
                Outcome::Page(reply.lane, reply.cursor == Cursor::First, page.jobs.len(), reply.took)
            }
            Err(error) => Outcome::Trouble(reply.lane, error.clone(), reply.took),
        };
        self.push(Entry { at: reply.at, outcome });
    }

    /// Remembers a note.
    pub fn note(&mut self, at: DateTime<Utc>, level: Level, text: impl Into<String>) {
        self.push(Entry { at, outcome: Outcome::Note(level, text.into()) });
    }

    fn push(&mut self, entry: Entry) {
        self.count += 1;
        if self.entries.len() >= policy::LOG_ENTRIES {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }
}
