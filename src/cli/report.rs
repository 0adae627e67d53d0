//! The options of the commands that report: what is listed, summed up and checked, and where it goes.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use super::{
    SessionFlags,
    values::{self, By},
};
use crate::report::{Column, Extent, Format, Grouping, Limit, Limits, Listing, Order, Target};

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

/// `jobtop summary`.
#[derive(Debug, Clone, Args)]
pub struct SummaryFlags {
    /// Where jobs come from, and which.
    #[command(flatten)]
    pub session: SessionFlags,
    /// How the groups are written.
    #[command(flatten)]
    pub output: OutputFlags,
    /// Group by status, service, type or day, or by two of them: type,day
    #[arg(long, value_name = "WHAT", default_value = "status", value_parser = values::by, help_heading = "Output")]
    pub by: By,
}

impl SummaryFlags {
    /// Divides it into the session and how it is summed up.
    pub fn divide(self) -> (SessionFlags, Grouping) {
        let Self { session, output, by } = self;
        let format = output.format;
        (session, Grouping { by: by.0, format, target: output.target() })
    }
}

/// `jobtop check`.
#[derive(Debug, Clone, Args)]
pub struct CheckFlags {
    /// Where jobs come from, and which.
    #[command(flatten)]
    pub session: SessionFlags,
    /// When it is to be told.
    #[command(flatten)]
    pub limits: LimitFlags,
}

/// What is checked. More than a limit is a problem.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits (--max is critical, --warn is a warning)")]
pub struct LimitFlags {
    /// Failed jobs
    #[arg(long, value_name = "N", value_parser = values::number)]
    pub max_failed: Option<u64>,
    /// Failed jobs, for a warning
    #[arg(long, value_name = "N", value_parser = values::number)]
    pub warn_failed: Option<u64>,
    /// Jobs that finished with an exception
    #[arg(long, value_name = "N", value_parser = values::number)]
    pub max_exception: Option<u64>,
    /// Jobs that finished with an exception, for a warning
    #[arg(long, value_name = "N", value_parser = values::number)]
    pub warn_exception: Option<u64>,
    /// Skipped objects, percent of the objects of all jobs
    #[arg(long, value_name = "P", value_parser = values::percent)]
    pub max_skipped_percent: Option<f64>,
    /// Skipped objects, for a warning
    #[arg(long, value_name = "P", value_parser = values::percent)]
    pub warn_skipped_percent: Option<f64>,
    /// Time since the last successful job, such as 26h or 2d: of each chosen --type, or of any
    #[arg(long, value_name = "DURATION", value_parser = values::age)]
    pub max_age: Option<Duration>,
    /// Time since the last successful job, for a warning
    #[arg(long, value_name = "DURATION", value_parser = values::age)]
    pub warn_age: Option<Duration>,
}

impl CheckFlags {
    /// Divides it into the session and what is checked of it.
    pub fn divide(self) -> (SessionFlags, Limits) {
        let flags = self.limits;
        let limits = Limits {
            failed: Limit { warning: flags.warn_failed, critical: flags.max_failed },
            exception: Limit { warning: flags.warn_exception, critical: flags.max_exception },
            skipped: Limit { warning: flags.warn_skipped_percent, critical: flags.max_skipped_percent },
            age: Limit { warning: flags.warn_age, critical: flags.max_age },
        };
        (self.session, limits)
    }
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
