//! Where we are, what narrows the list, and how much of it is loaded: never a number without its coverage.

use ratatui::layout::Rect;

use super::paint::{Painter, Piece, beyond, cells, cells_of, inset};
use crate::{
    document::chips::{self, Part},
    filter::{Place, Term},
    format,
    keymap::{Action, Context, Step},
    layout::Layout,
    model::Status,
    pager::Coverage,
    state::{Load, State},
};

pub(super) fn draw(state: &State, layout: &Layout, painter: &mut Painter) {
    let beside_bars = layout.bars.filter(|bars| bars.bottom() > layout.chips.y);
    let width = beside_bars.map_or(layout.chips.width, |bars| bars.x - layout.chips.x);
    let area = inset(Rect { width, ..layout.chips });
    let chips = chips(state, painter);
    let wanted = cells_of(&chips);
    let coverages = coverages(state);
    let room = area.width.saturating_sub(if chips.is_empty() { 0 } else { wanted + 3 });
    let coverage = coverages.iter().find(|text| cells(text) <= room).or(coverages.last()).cloned().unwrap_or_default();
    let style = match state.coverage() {
        Coverage::Missing(..) => painter.theme.doubtful(),
        Coverage::All(_) => painter.theme.plain(),
        _ => painter.theme.strong(),
    };
    if chips.is_empty() {
        painter.text(area, &coverage, style);
        return;
    }
    let left = Rect { width: area.width.saturating_sub(cells(&coverage) + 2), ..area };
    let used = painter.pieces(left, &chips);
    painter.right(beyond(area, used), &coverage, style);
}

/// The server's parts in the accent colour, ours as they are.
fn chips(state: &State, painter: &Painter) -> Vec<Piece> {
    let theme = painter.theme;
    let style = |part| match part {
        Part::Drill | Part::View => theme.strong(),
        Part::Field(_, Place::Server) => theme.accent(),
        Part::Field(_, Place::Here) | Part::Sort => theme.plain(),
    };
    let mut pieces: Vec<Piece> = Vec::new();
    for chip in chips::chips(state) {
        if !pieces.is_empty() {
            pieces.push((chips::BETWEEN.to_owned(), theme.quiet()));
        }
        pieces.push((chip.text, style(chip.part)));
    }
    pieces
}

/// What the rows shown are of, the longest wording first.
pub(super) fn coverages(state: &State) -> Vec<String> {
    let rows = state.store.shown().len() as u64;
    let narrowed = !state.store.lens().predicate.is_all();
    let number = format::count;
    let key = |action| state.keymap.key(Context::Table, action);
    let (refresh, all_key, stop) = (key(Action::Refresh), key(Action::LoadAll), key(Action::Back));
    let of = |total: Option<u64>| total.map_or("an unknown number".to_owned(), number);
    match state.coverage() {
        Coverage::Unknown if state.outdated => {
            vec!["reading the new list; these rows are of the one before".to_owned(), "reading the new list".to_owned()]
        }
        Coverage::Unknown => vec!["reading the first page".to_owned()],
        Coverage::All(all) if narrowed => vec![
            format!("{} {} of all {}", number(rows), noun(state), number(all)),
            format!("{} of all {}", number(rows), number(all)),
        ],
        Coverage::All(all) => vec![format!("all {}", number(all))],
        Coverage::Missing(loaded, total) => vec![
            format!(
                "{} of {}: the list changed while loading · {refresh} reads it again",
                number(loaded),
                number(total)
            ),
            format!("{} of {}, list changed · {refresh}", number(loaded), number(total)),
        ],
        Coverage::Partial(loaded, total) => {
            let part = format!("{} of {} loaded", number(loaded), of(total));
            let part = if narrowed { format!("{} {} in {part}", number(rows), noun(state)) } else { part };
            let (long, short) = match state.load {
                Load::All(since, before) => {
                    let progress = progress(state, since, before, total);
                    (format!("{progress} · {stop} stops"), format!(" · {stop} stops"))
                }
                Load::Seek => (format!(" · looking for a problem · {stop} stops"), format!(" · {stop} stops")),
                Load::Stopped => {
                    let down = key(Action::Move(Step::Down));
                    (format!(" · stopped · {down} or {all_key} goes on"), " · stopped".to_owned())
                }
                Load::AsNeeded => (format!(" · {all_key} loads all"), format!(" · {all_key}")),
            };
            vec![format!("{part}{long}"), format!("{part}{short}"), part]
        }
    }
}

fn progress(state: &State, since: chrono::DateTime<chrono::Utc>, before: usize, total: Option<u64>) -> String {
    let seconds = (state.now - since).as_seconds_f64();
    let loaded = state.store.len();
    let share = total.filter(|total| *total > 0).map(|total| loaded as f64 / total as f64);
    let share = share.map_or(String::new(), |share| format!(" · {}", format::percent(share.min(1.0))));
    let rate = if seconds >= 1.0 { loaded.saturating_sub(before) as f64 / seconds } else { 0.0 };
    let rate = if rate >= 1.0 { format!(" · {rate:.0} a second") } else { String::new() };
    format!("{share}{rate}")
}

/// What the rows that pass our part of the filter are called.
fn noun(state: &State) -> String {
    let filter = &state.filter;
    let of_statuses = |statuses: &[Status]| match statuses {
        [one] => one.short().to_lowercase(),
        _ => "match".to_owned(),
    };
    let chosen: Vec<Status> = filter.statuses.iter().copied().collect();
    match (filter.drill.as_slice(), chosen.as_slice(), filter.problems, filter.text.is_empty()) {
        ([Term::Status(statuses)], [], false, true) => of_statuses(statuses),
        ([], [], true, true) => "problems".to_owned(),
        ([], statuses, false, true) => of_statuses(statuses),
        _ => "match".to_owned(),
    }
}
