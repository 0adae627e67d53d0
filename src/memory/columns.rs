//! The table's columns in the state file: their names in order, those that are pinned, and widths. A name that is not known, of a
//! later jobtop say, costs that column and nothing else.

use std::collections::BTreeMap;

use toml_edit::{InlineTable, Value};

use crate::{
    layout::{Chosen, Columns},
    store::Column,
};

/// The columns as the file calls them, which is as they are sorted by on the command line.
const COLUMNS: [(Column, &str); 12] = [
    (Column::Status, "status"),
    (Column::Type, "type"),
    (Column::Service, "service"),
    (Column::Started, "started"),
    (Column::Finished, "finished"),
    (Column::Took, "dur"),
    (Column::Ok, "ok"),
    (Column::Failed, "failed"),
    (Column::Skipped, "skipped"),
    (Column::Total, "total"),
    (Column::Id, "id"),
    (Column::Comment, "comment"),
];

/// What the file calls a column.
pub(super) fn name(column: Column) -> &'static str {
    COLUMNS.iter().find(|(other, _)| *other == column).map_or("", |(_, name)| name)
}

/// The column of a name.
pub(super) fn from_name(name: &str) -> Option<Column> {
    COLUMNS.iter().find(|(_, known)| *known == name).map(|(column, _)| *column)
}

/// The columns that a view names; none where it names none that is known.
pub(super) fn read(names: &[String], pinned: &[String], widths: &BTreeMap<String, u16>, wide: bool) -> Option<Columns> {
    let chosen = names.iter().filter_map(|name| {
        let column = from_name(name)?;
        Some(Chosen { column, pinned: pinned.contains(name), width: widths.get(name).copied() })
    });
    Columns::of(chosen, wide)
}

/// The names of some of the columns, in their order.
pub(super) fn names(columns: &Columns, which: impl Fn(&Chosen) -> bool) -> Vec<String> {
    columns.chosen().iter().filter(|one| which(one)).map(|one| name(one.column).to_owned()).collect()
}

/// The widths that the user has set.
pub(super) fn widths(columns: &Columns) -> Option<Value> {
    let set = columns.chosen().iter().filter_map(|one| Some((name(one.column), i64::from(one.width?))));
    let table: InlineTable = set.collect();
    (!table.is_empty()).then(|| table.into())
}
