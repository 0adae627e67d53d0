//! What a session begins with: what was asked for, else what the last one of the tenant left.

use super::Memory;
use crate::{
    cli::FilterFlags,
    filter::Filter,
    state::{EVERYTHING, SavedView, View, views},
};

/// What the command line asks for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Its filter.
    pub filter: Filter,
    /// The options that the filter is made of, to tell which were given.
    pub flags: FilterFlags,
    /// A view by its name.
    pub view: Option<SavedView>,
    /// Nothing of an earlier session.
    pub clean: bool,
}

/// The view that a tenant's session begins with, and its name. An option replaces its part of a view that was asked for, and
/// the filter of an earlier session whole.
pub fn open(memory: &Memory, tenant: &str, asked: &Asked) -> (View, Option<String>) {
    let filter = asked.filter.clone();
    let left = memory.sessions.get(tenant).filter(|_| !asked.clean).cloned();
    if let Some(SavedView { name, view }) = asked.view.clone() {
        // A view that says nothing of columns leaves them as they were.
        let columns = view.columns.or_else(|| left.and_then(|left| left.view.columns));
        return (View { filter: over(view.filter, filter, &asked.flags), columns, ..view }, Some(name));
    }
    match left {
        None => (View { filter, ..View::default() }, None),
        Some(left) if asked.flags.names_a_filter() => (View { filter, ..left.view }, None),
        Some(left) => match views(&memory.views).into_iter().find(|saved| saved.name == left.name) {
            Some(saved) => {
                let View { columns, panes, .. } = left.view;
                (View { columns: saved.view.columns.or(columns), panes, ..saved.view }, Some(saved.name))
            }
            None => (left.view.clone(), Some(left.name).filter(|name| name == EVERYTHING)),
        },
    }
}

/// A view's filter with those parts replaced that options name.
fn over(view: Filter, asked: Filter, flags: &FilterFlags) -> Filter {
    Filter {
        range: if flags.names_a_range() { asked.range } else { view.range },
        services: if flags.services.is_empty() { view.services } else { asked.services },
        types: if flags.types.is_empty() { view.types } else { asked.types },
        statuses: if flags.statuses.is_empty() { view.statuses } else { asked.statuses },
        search: if flags.search.is_some() { asked.search } else { view.search },
        text: if flags.expression.is_some() { asked.text } else { view.text },
        ..view
    }
}
