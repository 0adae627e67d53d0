//! The options of the commands that report: how jobs are listed.

use std::path::PathBuf;

use clap::Args;

use super::{SessionFlags, values};
use crate::report::{Column, Extent, Format, Listing, Order, Target};

/// Where a report goes, and how it is written.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputFlags {
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = values::FORMAT)]
    pub format: Format,
    /// Write to this file, which is then there whole or not at all
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long, requires = "output")]
    pub force: bool,
}

/// `jobtop list`.
#[derive(Debug, Clone, Args)]
pub struct ListFlags {
    /// Where jobs come from, and which.
    #[command(flatten)]
    pub session: SessionFlags,
    /// How they are written.
    #[command(flatten)]
    pub output: OutputFlags,
    /// At most so many jobs, after filter and sort
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = values::limit, conflicts_with = "all", help_heading = "Output")]
    pub limit: usize,
    /// All jobs
    #[arg(long, help_heading = "Output")]
    pub all: bool,
    /// Sort by this column, with - in front from the other end: -failed, started, dur
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true, value_parser = values::order, help_heading = "Output")]
    pub sort: Option<Order>,
    /// Only these columns, in this order: id, type, status, failed, ok, skipped, total, started, finished, dur, service,
    /// comment, or the names that JSON has
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', value_parser = values::COLUMN, hide_possible_values = true, help_heading = "Output")]
    pub columns: Vec<Column>,
    /// Keep the server's answers as they come in this folder, one file each, without anything secret
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub raw: Option<PathBuf>,
}

impl OutputFlags {
    fn target(self) -> Target {
        Target { path: self.output, force: self.force }
    }
}

impl ListFlags {
    /// Divides it into the session and what is listed of it.
    pub fn divide(self) -> (SessionFlags, Listing) {
        let Self { session, output, limit, all, sort, columns, raw } = self;
        let extent = if all { Extent::All } else { Extent::First(limit) };
        let format = output.format;
        (session, Listing { format, extent, order: sort, columns, target: output.target(), raw })
    }
}
