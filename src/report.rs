//! The headless twin of the dashboard: lists, summaries and checks, on the same store, filter, insight, pager and client, so
//! that its numbers are the screen's. It never knows the screen. Data goes to standard output, everything else to standard error.

mod archive;
mod check;
mod list;
mod output;
mod progress;
mod summary;
mod walk;

use std::io::{self, Write};

use chrono_tz::Tz;

pub use crate::sheet::{Column, Format, Order};
pub use check::{Level, Limit, Limits, Verdict, check};
pub use list::{Extent, Listing, list};
pub use output::Target;
pub use summary::{Grouping, summary};

use output::{Output, shown, unwritten};
use walk::Walk;

use crate::{
    api::Client,
    clock::Clock,
    filter::Filter,
    sheet::{Frame, Sheet},
};

/// What every report is made from.
pub struct Errand {
    /// Who asks the server.
    pub client: Client,
    /// The clock.
    pub clock: Clock,
    /// The zone of days, and of times that people read.
    pub zone: Tz,
    /// Which jobs.
    pub filter: Filter,
    /// Rows that one request may ask for at most, where the user says so.
    pub page_size: Option<u16>,
    /// Spreads the waits of many clients.
    pub seed: u64,
    /// Columns of the terminal that standard output is, if it is one.
    pub columns: Option<usize>,
    /// Whether standard error is a terminal, where progress may be seen.
    pub progress: bool,
}

/// How a report ended that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It is the whole answer.
    Whole,
    /// It is not, and this says why.
    Incomplete(String),
}

/// Why a report was not written to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// What was asked for cannot be done.
    Usage(String),
    /// Something failed.
    Failed(String),
    /// Nobody reads any more.
    Closed,
}

/// Writes what is held to the end, and says whether it is the whole answer. A file is not written from a list that broke off.
fn deliver(
    sheet: Sheet<Output>,
    name: &'static str,
    shortfall: Option<String>,
    walk: &Walk<'_>,
    target: &Target,
) -> Result<Ending, Trouble> {
    if let (Some(why), Some(path), true) = (&shortfall, &target.path, walk.broke_off()) {
        return Err(Trouble::Failed(format!("{why}\n{} was not written.", shown(path))));
    }
    if let (Some(why), false) = (&shortfall, walk.has_begun()) {
        return Err(Trouble::Failed(why.clone()));
    }
    let frame = Frame { complete: shortfall.is_none(), total: walk.total(), loaded: walk.loaded(), name };
    let output = sheet.finish(&frame).map_err(|error| unwritten(&error, target))?;
    output.commit()?;
    Ok(shortfall.map_or(Ending::Whole, Ending::Incomplete))
}

/// Says something to the person, beside the data.
pub fn tell(text: &str) {
    // Where standard error is shut, the status has to do.
    let _ = writeln!(io::stderr(), "{text}");
}
