//! The numbers of the summary strip that can be drilled into.

use super::State;
use crate::{
    filter::{CountField, Term},
    model::Status,
};

/// A number of the summary strip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SummaryCell {
    /// The jobs of a status.
    Status(Status),
    /// Rows that could not be read.
    Unreadable,
    /// The objects of an outcome, over all jobs.
    Objects(CountField),
}

impl SummaryCell {
    /// The condition that exactly the jobs behind the number fulfil.
    pub fn term(self) -> Term {
        match self {
            Self::Status(status) => Term::Status(vec![status]),
            Self::Unreadable => Term::Unreadable,
            Self::Objects(field) => Term::some(field),
        }
    }
}

/// Statuses that are worth a place even at none.
const ALWAYS: [Status; 4] = [Status::Failed, Status::Exception, Status::InProgress, Status::Finished];

/// The numbers of the strip, in its order: statuses from the worst on, then objects.
pub fn summary_cells(state: &State) -> Vec<SummaryCell> {
    let known = Status::ALL.into_iter().filter(|status| ALWAYS.contains(status) || state.summary.status(*status) > 0);
    let unknown = state.summary.statuses().map(|(status, _)| status).filter(|status| !Status::ALL.contains(status));
    let statuses = known.chain(unknown).map(SummaryCell::Status);
    let unreadable = (state.summary.unreadable > 0).then_some(SummaryCell::Unreadable);
    let objects = [CountField::Failed, CountField::Skipped].map(SummaryCell::Objects);
    statuses.chain(unreadable).chain(objects).collect()
}
