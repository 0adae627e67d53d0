//! The reducer in sentences: given keys and replies, the state. Every key of the table does what its help line says.

mod beside;
mod clicks;
mod columns;
mod copying;
mod exporting;
mod filtering;
mod finding;
mod loading;
mod marks;
mod mouse;
mod pace;
mod palette;
mod panes;
mod surroundings;
mod themes;
mod ticks;
mod views;
mod watching;

use jobtop::{
    filter::{Range, Unit},
    keymap::{Action, BINDINGS, Binding, Key, Side, Step},
    layout::{DetailSide, Zoom},
    model::{Lane, Status},
    state::{Focus, Load, Mouse, Overlay, State},
    store::{Column, Direction, Sort},
    update::{Effect, Message},
};

use crate::world::World;

/// An action, what has been typed before, and what must be true then.
struct Row(Action, &'static str, fn(&State, &[Effect]) -> bool);

/// Lines of the table at 80×24.
const PAGE: usize = 16;

#[rustfmt::skip]
const ROWS: &[Row] = &[
    Row(Action::Open, "", |state, _| state.detail.is_some()),
    Row(Action::FilterPanel, "", |state, _| state.panel.is_some() && state.focus == Focus::Panel),
    Row(Action::FilterPanel, "f", |state, _| state.panel.is_none() && state.focus == Focus::Table),
    Row(Action::Search, "", |state, _| matches!(state.overlay, Some(Overlay::Search(_)))),
    Row(Action::Find, "z", |state, _| state.find_input().is_some()),
    Row(Action::Find, "!", |state, _| state.find_input().is_some()),
    Row(Action::Match(Step::Down), "z", |state, _| state.notice.as_deref() == Some("nothing is looked for; / finds a text")),
    Row(Action::Match(Step::Down), "z/s<enter>", |state, _| state.notice.as_deref().is_some_and(|told| told.starts_with("“s”: 2 of "))),
    Row(Action::Match(Step::Up), "z/s<enter>n", |state, _| state.notice.as_deref().is_some_and(|told| told.starts_with("“s”: 1 of "))),
    Row(Action::KeepHere, "/J", |state, _| state.overlay.is_none() && state.filter.text.as_str() == "J"),
    Row(Action::Problems, "", |state, _| state.filter.problems && all_shown(state, jobtop::model::Job::is_problem)),
    Row(Action::RangePicker, "", |state, _| matches!(state.overlay, Some(Overlay::Range(_)))),
    Row(Action::Sort, "", |state, _| state.sort == Some(Sort { column: Column::Type, direction: Direction::Ascending })),
    Row(Action::Sort, "ss", |state, _| state.sort.is_none()),
    Row(Action::Problem(Step::Down), "", |state, _| state.table.index > 0 && state.selected().is_some_and(|job| job.is_problem())),
    Row(Action::Problem(Step::Up), "G", |state, _| state.selected().is_some_and(|job| job.is_problem())),
    Row(Action::Copy, "", |_, effects| matches!(effects, [Effect::Copy(id)] if id.as_str().starts_with('J'))),
    Row(Action::CopyPicker, "", |state, _| matches!(state.overlay, Some(Overlay::Copy(_)))),
    Row(Action::Open, "Ycsv", |state, effects| state.overlay.is_none() && matches!(effects, [Effect::Copy(_)])),
    Row(Action::Export, "", |state, _| matches!(state.overlay, Some(Overlay::Export(_)))),
    Row(Action::Open, "W", |state, effects| state.overlay.is_none() && matches!(effects, [Effect::Export(_)])),
    Row(Action::Move(Step::Down), "W", |state, _| matches!(&state.overlay, Some(Overlay::Export(form)) if form.path.value() == "jobtop-20261123-140211.json")),
    Row(Action::LoadAll, "", |state, effects| matches!(state.load, Load::All(..)) && asks(effects, Lane::View)),
    Row(Action::Help, "", |state, _| matches!(state.overlay, Some(Overlay::Help(_)))),
    Row(Action::Help, "f", |state, _| matches!(state.overlay, Some(Overlay::Help(_)))),
    Row(Action::Palette, "", |state, _| matches!(state.overlay, Some(Overlay::Palette(_)))),
    Row(Action::Palette, "f", |state, _| matches!(state.overlay, Some(Overlay::Palette(_)))),
    Row(Action::Move(Step::PageDown), ":", |state, _| matches!(&state.overlay, Some(Overlay::Palette(palette)) if palette.cursor == 10)),
    Row(Action::Move(Step::PageUp), ":<pgdn><down>", |state, _| matches!(&state.overlay, Some(Overlay::Palette(palette)) if palette.cursor == 1)),
    Row(Action::Open, ":problems only", |state, _| state.overlay.is_none() && state.filter.problems),
    Row(Action::Open, "?", |state, _| state.overlay.is_none()),
    Row(Action::Move(Step::Down), "", |state, _| state.table.index == 1),
    Row(Action::Move(Step::Down), "f", |state, _| state.panel.as_ref().is_some_and(|panel| panel.cursor == 1)),
    Row(Action::Move(Step::Down), "?", |state, _| matches!(state.overlay, Some(Overlay::Help(ref help)) if help.scroll == 1)),
    Row(Action::Move(Step::Down), "z", |state, _| state.detail.is_some_and(|detail| detail.scroll == 1)),
    Row(Action::Move(Step::Down), "fj<enter>", |state, _| matches!(&state.overlay, Some(Overlay::Pick(pick)) if pick.cursor == 1)),
    Row(Action::Move(Step::Up), "jj", |state, _| state.table.index == 1),
    Row(Action::Move(Step::Up), "fj<enter>", |state, _| matches!(&state.overlay, Some(Overlay::Pick(pick)) if pick.cursor == 18)),
    Row(Action::Move(Step::Top), "G", |state, _| state.table.index == 0 && state.table.follows),
    Row(Action::Move(Step::Bottom), "", |state, effects| is_last(state) && asks(effects, Lane::View)),
    Row(Action::Move(Step::HalfDown), "", |state, _| state.table.index == PAGE / 2),
    Row(Action::Move(Step::HalfUp), "G", |state, _| state.table.index == state.store.shown().len() - 1 - PAGE / 2),
    Row(Action::Move(Step::PageDown), "", |state, _| state.table.index == PAGE),
    Row(Action::Move(Step::PageUp), "G", |state, _| state.table.index == state.store.shown().len() - 1 - PAGE),
    Row(Action::Side(Side::Left), "", |state, _| state.table.column == Column::Status),
    Row(Action::Side(Side::Right), "", |state, _| state.table.column == Column::Started),
    Row(Action::FocusNext, "", |state, _| matches!(state.focus, Focus::Summary(_))),
    Row(Action::FocusPrevious, "f<tab>", |state, _| state.focus == Focus::Panel),
    Row(Action::Toggle, "fjjjjjj", |state, _| state.filter.statuses.contains(&Status::Failed) && state.filter.statuses.len() == 1),
    Row(Action::Mark, "", |state, _| state.marks.ids.len() == 1 && state.table.index == 1),
    Row(Action::Mark, " k", |state, _| state.marks.is_empty()),
    Row(Action::MarkRange, "", |state, _| state.range_places() == Some(0..=0)),
    Row(Action::MarkRange, "vjj", |state, _| state.marks.ids.len() == 3 && state.marks.range.is_none()),
    Row(Action::MarkAll, "", |state, _| state.marks.ids.len() == state.store.shown().len()),
    Row(Action::MarkAll, "V", |state, _| state.marks.is_empty()),
    Row(Action::Back, "V", |state, _| state.marks.is_empty()),
    Row(Action::Clear, "F", |state, _| !state.filter.is_narrow()),
    Row(Action::Tenants, "", |state, _| state.notice.as_deref().is_some_and(|told| told.starts_with("no other tenant"))),
    Row(Action::Earlier, "", |state, _| state.filter.range == Range::Last { amount: 7, unit: Unit::Day, back: 1 }),
    Row(Action::Later, "{", |state, _| state.filter.range == Range::last(7, Unit::Day)),
    Row(Action::SortPicker, "", |state, _| matches!(&state.overlay, Some(Overlay::Sort(picker)) if picker.cursor == 1 && picker.keys.is_empty())),
    Row(Action::Toggle, "S", |state, _| matches!(&state.overlay, Some(Overlay::Sort(picker)) if picker.keys.len() == 1)),
    Row(Action::Columns, "", |state, _| matches!(&state.overlay, Some(Overlay::Columns(chooser)) if chooser.cursor == 1)),
    Row(Action::Toggle, "c", |state, _| matches!(&state.overlay, Some(Overlay::Columns(chooser)) if !chooser.items[1].1)),
    Row(Action::ShiftColumn(Step::Up), "c", |state, _| matches!(&state.overlay, Some(Overlay::Columns(chooser)) if chooser.items[0].0.column == Column::Type && chooser.cursor == 0)),
    Row(Action::ShiftColumn(Step::Down), "c", |state, _| matches!(&state.overlay, Some(Overlay::Columns(chooser)) if chooser.items[2].0.column == Column::Type && chooser.cursor == 2)),
    Row(Action::PinColumn, "c", |state, _| matches!(&state.overlay, Some(Overlay::Columns(chooser)) if chooser.items[0].0.column == Column::Type && chooser.items[0].0.pinned)),
    Row(Action::ResetColumns, "c<space>", |state, _| matches!(&state.overlay, Some(Overlay::Columns(chooser)) if chooser.items[1].1)),
    Row(Action::Open, "c<space>", |state, _| state.overlay.is_none() && state.columns.chosen().len() == 9),
    Row(Action::Close, "c<space>", |state, _| state.overlay.is_none() && state.columns.chosen().len() == 10),
    Row(Action::Back, "c<space>", |state, _| state.overlay.is_none() && state.columns.chosen().len() == 10),
    Row(Action::ColumnWidth(Side::Left), "", |state, _| state.columns.chosen()[1].width.is_some()),
    Row(Action::ColumnWidth(Side::Right), "", |state, _| state.columns.chosen()[1].width.is_some()),
    Row(Action::Wide, "", |state, _| state.columns.wide),
    Row(Action::Wide, "w", |state, _| !state.columns.wide),
    Row(Action::Keep, "h", |state, _| state.filter.text.as_str() == "status:failed" && all_shown(state, |job| job.status == Some(Status::Failed))),
    Row(Action::Exclude, "h", |state, _| state.filter.text.as_str() == "!status:failed" && all_shown(state, |job| job.status != Some(Status::Failed))),
    Row(Action::View(0), "", |state, _| state.filter.range == Range::All && !state.filter.is_narrow()),
    Row(Action::View(1), "", |state, _| state.filter.range == Range::last(24, Unit::Hour) && state.view_name.as_deref() == Some("last 24 h")),
    Row(Action::View(2), "", |state, _| state.filter.problems && all_shown(state, jobtop::model::Job::is_problem)),
    Row(Action::View(3), "", |state, _| state.filter.statuses == [Status::InProgress, Status::Waiting].into()),
    Row(Action::View(4), "", |state, _| state.filter.text.as_str() == "kind:restore,export" && state.filter.text.terms().len() == 1),
    Row(Action::View(5), "", |state, _| state.filter.text.as_str() == "kind:deletion,retention" && state.filter.text.terms().len() == 1),
    Row(Action::View(6), "", |state, _| state.notice.as_deref() == Some("no view is saved under 6; Ctrl-s saves this one")),
    Row(Action::View(7), "", |state, _| state.notice.as_deref() == Some("no view is saved under 7; Ctrl-s saves this one")),
    Row(Action::View(8), "", |state, _| state.notice.as_deref() == Some("no view is saved under 8; Ctrl-s saves this one")),
    Row(Action::View(9), "", |state, _| state.notice.as_deref() == Some("no view is saved under 9; Ctrl-s saves this one")),
    Row(Action::View(6), "s<ctrl-s>mine<enter>s0", |state, _| state.sort.is_some() && state.view_name.as_deref() == Some("mine")),
    Row(Action::NextView, "2", |state, _| state.view_name.as_deref() == Some("running")),
    Row(Action::NextView, "5", |state, _| state.view_name.as_deref() == Some("everything")),
    Row(Action::PreviousView, "2", |state, _| state.view_name.as_deref() == Some("last 24 h")),
    Row(Action::PreviousView, "0", |state, _| state.view_name.as_deref() == Some("deletions and retention")),
    Row(Action::SaveView, "", |state, _| matches!(state.overlay, Some(Overlay::Save(_)))),
    Row(Action::Undo, "F", |state, _| !state.filter.problems),
    Row(Action::Undo, "", |state, _| state.notice.as_deref().is_some_and(|told| told.starts_with("nothing to undo"))),
    Row(Action::Redo, "Fu", |state, _| state.filter.problems),
    Row(Action::Redo, "", |state, _| state.notice.as_deref() == Some("nothing to redo")),
    Row(Action::Detail, "", |state, _| state.detail.is_some() && state.focus == Focus::Table),
    Row(Action::Detail, "p", |state, _| state.detail.is_none()),
    Row(Action::DetailSide, "", |state, _| state.detail.is_some() && state.detail_side == DetailSide::Right),
    Row(Action::DetailSide, "P", |state, _| state.detail.is_some() && state.detail_side == DetailSide::Below),
    Row(Action::Zoom, "", |state, _| state.detail.is_some_and(|detail| detail.zoom == Zoom::Whole)),
    Row(Action::Zoom, "z", |state, _| state.detail.is_some_and(|detail| detail.zoom == Zoom::Beside)),
    Row(Action::ScrollDetail(Step::Down), "p", |state, _| state.detail.is_some_and(|detail| detail.scroll == 1)),
    Row(Action::ScrollDetail(Step::Up), "pJJ", |state, _| state.detail.is_some_and(|detail| detail.scroll == 1)),
    Row(Action::NextJob, "z", |state, _| state.table.index == 1 && state.focus == Focus::Detail),
    Row(Action::PreviousJob, "z))", |state, _| state.table.index == 1 && state.focus == Focus::Detail),
    Row(Action::Views, "", |state, _| matches!(&state.overlay, Some(Overlay::Views(list)) if list.items(state).len() == 6)),
    Row(Action::Rename, "M", |state, _| state.notice.as_deref().is_some_and(|told| told.starts_with("“everything” comes with jobtop"))),
    Row(Action::Delete, "M", |state, _| state.notice.as_deref().is_some_and(|told| told.starts_with("“everything” comes with jobtop"))),
    Row(Action::Portal, "", |state, effects| state.notice.as_deref().is_some_and(|told| told.starts_with("the portal: ")) && matches!(effects, [Effect::Copy(_)])),
    Row(Action::Watch, "", |state, _| state.notice.as_deref().is_some_and(|told| told.contains("has ended"))),
    Row(Action::Refresh, "", |_, effects| asks(effects, Lane::Refresh)),
    Row(Action::Live, "", |state, effects| state.live.on && asks(effects, Lane::Refresh)),
    Row(Action::Live, "R", |state, effects| !state.live.on && effects.contains(&Effect::Cancel(Lane::Refresh))),
    Row(Action::Zone, "", |state, _| state.zones.shown == chrono_tz::Tz::UTC),
    Row(Action::Mouse, "", |state, _| state.mouse == Mouse::Ours && state.has_mouse()),
    Row(Action::Mouse, "%", |state, _| state.mouse == Mouse::Terminals && !state.has_mouse()),
    Row(Action::Messages, "", |state, _| matches!(state.overlay, Some(Overlay::Messages(0)))),
    Row(Action::Back, "p", |state, _| state.detail.is_none()),
    Row(Action::Close, "!", |state, _| state.overlay.is_none()),
    Row(Action::Close, "", |_, effects| effects.contains(&Effect::Quit)),
    Row(Action::Quit, "", |_, effects| effects.contains(&Effect::Quit)),
    Row(Action::Redraw, "", |_, effects| effects == [Effect::Redraw]),
    Row(Action::Suspend, "", |_, effects| effects == [Effect::Suspend]),
];

fn asks(effects: &[Effect], lane: Lane) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::FetchPage(request) if request.lane == lane))
}

fn is_last(state: &State) -> bool {
    state.table.index + 1 == state.store.shown().len()
}

fn all_shown(state: &State, holds: impl Fn(&jobtop::model::Job) -> bool) -> bool {
    !state.store.shown().is_empty() && state.store.shown().iter().all(|row| holds(&state.store.job(row)))
}

fn keys_of(action: Action, world: &World) -> Vec<Key> {
    let here = |binding: &&Binding| binding.action == action && binding.contexts.contains(&world.state.context());
    BINDINGS.iter().filter(here).flat_map(Binding::keys).collect()
}

#[test]
fn every_key_does_what_its_help_line_says() {
    for Row(action, given, holds) in ROWS {
        let after = || {
            let mut world = World::of(120);
            world.keys(given);
            world
        };
        let keys = keys_of(*action, &after());
        assert!(!keys.is_empty(), "no key leads to {action:?} after “{given}”");
        for key in keys {
            let mut world = after();
            let effects = world.tell(Message::Key(key));
            assert!(holds(&world.state, &effects), "{action:?} by {key} after “{given}”");
        }
    }
}

#[test]
fn no_action_is_without_its_row() {
    for binding in BINDINGS {
        // The first screen has a test of its own, and so has what has no key.
        let is_of_first_screen = matches!(binding.action, Action::Demo | Action::SetUp) || binding.keys.is_empty();
        let has_row = is_of_first_screen || ROWS.iter().any(|Row(action, ..)| *action == binding.action);
        assert!(has_row, "{} ({}) has no row", binding.help, binding.keys);
    }
}
