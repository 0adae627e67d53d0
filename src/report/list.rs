//! `jobtop list`: the jobs themselves. Without an order it stops as soon as enough have passed; what is written as it comes is
//! not kept.

use std::path::PathBuf;

use chrono_tz::Tz;

use super::{
    Column, Ending, Errand, Format, Order, Target, Trouble,
    archive::Archive,
    deliver,
    output::{Output, unwritten},
    walk::Walk,
};
use crate::{
    filter::Predicate,
    model::Job,
    pager::Reach,
    sheet::{Head, Look, Sheet},
};

/// How many jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// At most so many, after filter and order.
    First(usize),
    /// All of them.
    All,
}

/// What is listed, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// How it is written.
    pub format: Format,
    /// How many.
    pub extent: Extent,
    /// In which order; none: the server's.
    pub order: Option<Order>,
    /// Which columns; none: what is usual for the format.
    pub columns: Vec<Column>,
    /// Where to.
    pub target: Target,
    /// The folder for the answers as they came.
    pub raw: Option<PathBuf>,
}

/// Writes the jobs.
///
/// # Errors
/// When what is asked for cannot be done, or the output fails. An answer that is not whole is no error here but an ending.
pub async fn list(errand: Errand, listing: Listing) -> Result<Ending, Trouble> {
    let archive = listing.raw.as_deref().map(Archive::open).transpose()?;
    let output = Output::open(&listing.target)?;
    let (query, predicate) = errand.filter.pushed().split(errand.clock.now());
    let is_part = listing.order.is_none() && listing.extent != Extent::All;
    let mut walk = Walk::new(&errand, query, if is_part { Reach::Some } else { Reach::Whole }, archive);
    let terminal = errand.columns.filter(|_| output.is_standard());
    // Rows and progress would write over each other.
    if terminal.is_some() && listing.format.streams() {
        walk.progress.silence();
    }
    let mut writer = Writer {
        sheet: Sheet::new(
            listing.heads(errand.zone),
            Look { format: listing.format, zone: errand.zone, terminal },
            output,
        ),
        columns: listing.shown_columns(),
        left: match listing.extent {
            Extent::First(limit) => limit,
            Extent::All => usize::MAX,
        },
        target: listing.target.clone(),
    };
    match listing.order {
        Some(order) => writer.sorted(&mut walk, predicate, order).await?,
        None => writer.as_it_comes(&mut walk, &predicate).await?,
    }
    writer.finish(&walk, &listing)
}

impl Listing {
    fn shown_columns(&self) -> Vec<Column> {
        if self.columns.is_empty() { Column::usual(self.format) } else { self.columns.clone() }
    }

    fn heads(&self, zone: Tz) -> Vec<Head> {
        Column::heads(&self.shown_columns(), zone)
    }
}

struct Writer {
    sheet: Sheet<Output>,
    target: Target,
    columns: Vec<Column>,
    /// How many more jobs are wanted.
    left: usize,
}

impl Writer {
    async fn as_it_comes(&mut self, walk: &mut Walk<'_>, predicate: &Predicate) -> Result<(), Trouble> {
        while self.left > 0
            && let Some(page) = walk.next().await?
        {
            for (job, _) in page.jobs.iter().zip(page.fresh).filter(|(_, fresh)| *fresh) {
                if predicate.holds(job) {
                    self.job(job)?;
                }
            }
            // What follows at once need not wait for what is written to be read.
            if !walk.has_more_at_hand() {
                self.sheet.flush().map_err(|error| unwritten(&error, &self.target))?;
            }
        }
        Ok(())
    }

    async fn sorted(&mut self, walk: &mut Walk<'_>, predicate: Predicate, order: Order) -> Result<(), Trouble> {
        let mut store = walk.load(predicate).await?;
        for row in order.of(&mut store) {
            self.job(&store.job(row))?;
        }
        Ok(())
    }

    fn job(&mut self, job: &Job) -> Result<(), Trouble> {
        if self.left == 0 {
            return Ok(());
        }
        self.left -= 1;
        self.sheet.job(&self.columns, job).map_err(|error| unwritten(&error, &self.target))
    }

    fn finish(self, walk: &Walk<'_>, listing: &Listing) -> Result<Ending, Trouble> {
        // Enough is a whole answer, whatever comes below.
        let enough = self.left == 0 && listing.order.is_none();
        let shortfall = if enough { None } else { walk.shortfall() };
        deliver(self.sheet, "jobs", shortfall, walk, &listing.target)
    }
}
