//! Where one is in the job table, and what a drill-down comes back to. It knows no job but by its id.

use super::Focus;
use crate::{filter::Filter, model::JobId, store::Column};

/// The job table's cursor and viewport.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The selected job. Selection is an id, never a row number.
    pub selected: Option<JobId>,
    /// Where it stands among the shown rows.
    pub index: usize,
    /// The first row in the viewport.
    pub top: usize,
    /// The column under the cursor.
    pub column: Column,
    /// The cursor has not left the top: it stays there as new jobs arrive.
    pub follows: bool,
    /// Jobs that arrived above the viewport and were not looked at.
    pub unseen_above: usize,
}

impl Default for Table {
    fn default() -> Self {
        Self { selected: None, index: 0, top: 0, column: Column::Type, follows: true, unseen_above: 0 }
    }
}

/// What a drill-down comes back to.
#[derive(Debug, Clone, PartialEq)]
pub struct Crumb {
    /// The filter before.
    pub filter: Filter,
    /// The cursor before.
    pub table: Table,
    /// The focus before.
    pub focus: Focus,
}
