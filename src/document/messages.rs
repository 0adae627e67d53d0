//! What the messages say: requests and notices in words.

use crate::{
    format,
    model::Lane,
    state::{Entry, Outcome},
};

/// What happened.
pub fn words(entry: &Entry) -> String {
    let walk = |lane: Lane| match lane {
        Lane::View => "list",
        Lane::Refresh => "refresh",
        Lane::Watch => "watched",
        Lane::Window(_) => "beside",
    };
    match &entry.outcome {
        Outcome::Page(lane, first, rows, took) => {
            let which = if *first { "first page" } else { "next page" };
            format!("{}: {which}, {} jobs, {} ms", walk(*lane), format::count(*rows as u64), took.as_millis())
        }
        Outcome::Trouble(lane, error, took) => {
            format!("{}: {error}, after {} ms. {}", walk(*lane), took.as_millis(), error.advice())
        }
        Outcome::Note(_, text) => text.clone(),
    }
}
