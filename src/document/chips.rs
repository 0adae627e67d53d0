//! What narrows the list, in words: shared by `view`, which paints it, and `update`, which is told that one was clicked.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use crate::{
    filter::Place,
    state::{Field, State},
    store::{Direction, Sort},
    text::Foreign,
};

/// Between two chips.
pub const BETWEEN: &str = " · ";

/// A part of what narrows the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// What it says.
    pub text: String,
    /// Which part it is.
    pub part: Part,
}

/// Which part of what narrows the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The way that was drilled down.
    Drill,
    /// A field of the filter, and who does it.
    Field(Field, Place),
    /// A saved view.
    View,
    /// The order.
    Sort,
}

/// The drill-down's breadcrumb, the view's name, then the server's parts, then ours, then the order.
pub fn chips(state: &State) -> Vec<Chip> {
    let filter = &state.filter;
    let mut chips: Vec<Chip> = Vec::new();
    let mut push = |text, part| chips.push(Chip { text, part });
    if !state.crumbs.is_empty() {
        let terms: Vec<String> = filter.drill.iter().map(ToString::to_string).collect();
        push(format!("{}{}", "jobs › ".repeat(state.crumbs.len()), terms.join(" · ")), Part::Drill);
    }
    if let Some((name, is_changed)) = state.shown_view() {
        let changed = if is_changed { ", changed" } else { "" };
        push(format!("view {}{changed}", shown(name)), Part::View);
    }
    if !filter.services.is_empty() {
        let text = names(&filter.services.iter().map(|service| service.short()).collect::<Vec<_>>());
        push(format!("service {text}"), Part::Field(Field::Services, filter.services_place()));
    }
    if !filter.types.is_empty() {
        let text = names(&filter.types.iter().map(|job_type| job_type.short()).collect::<Vec<_>>());
        push(format!("type {text}"), Part::Field(Field::Types, filter.types_place()));
    }
    if !filter.search.trim().is_empty() {
        push(format!("search “{}”", shown(&filter.search)), Part::Field(Field::SearchText, Place::Server));
    }
    if let Some(first) = filter.statuses.first() {
        let text = names(&filter.statuses.iter().map(|status| status.short()).collect::<Vec<_>>());
        push(format!("status {text}"), Part::Field(Field::Status(*first), Place::Here));
    }
    if filter.problems {
        push("problems".to_owned(), Part::Field(Field::Problems, Place::Here));
    }
    if !filter.text.is_empty() {
        push(format!("“{}”", shown(filter.text.as_str())), Part::Field(Field::Text, Place::Here));
    }
    let keys: Vec<String> = state.sort.into_iter().chain(state.then).map(sort_key).collect();
    if !keys.is_empty() {
        push(format!("sort {}", keys.join(", ")), Part::Sort);
    }
    chips
}

/// The chip in a column of the chips' line, which begins with a blank.
pub fn chip_at(state: &State, column: u16) -> Option<Part> {
    let (mut left, column) = (1, usize::from(column));
    for chip in chips(state) {
        let right = left + chip.text.width();
        if (left..right).contains(&column) {
            return Some(chip.part);
        }
        left = right + BETWEEN.width();
    }
    None
}

fn sort_key(sort: Sort) -> String {
    format!("{} {}", sort.column.title(), if sort.direction == Direction::Ascending { "▴" } else { "▾" })
}

fn names(names: &[Cow<'_, str>]) -> String {
    match names {
        [one] => one.to_string(),
        [one, two] => format!("{one}, {two}"),
        many => format!("{} chosen", many.len()),
    }
}

fn shown(text: &str) -> String {
    String::from(Foreign::from(text).line(24))
}
