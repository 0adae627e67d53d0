//! The panes beside the table: focus, summary strip, filter panel, detail.

use tui_input::Input;

use super::table;
use crate::{
    filter::{Expression, LanguageError},
    keymap::{Action, Side, Step},
    layout::{DetailSide, RIGHT_FROM, Zoom},
    model::Status,
    state::{
        Detail, Field, Focus, Overlay, Panel, Picker, PickerKind, RangePicker, State, SummaryCell, Tab, summary_cells,
    },
};

/// Gives the focus to the next pane that is open, in the order of the screen.
pub(super) fn focus(state: &mut State, by: isize) {
    let cell = match state.focus {
        Focus::Summary(cell) => cell,
        _ => SummaryCell::Status(Status::Failed),
    };
    let mut order = vec![Focus::Table];
    order.extend(state.detail.map(|_| Focus::Detail));
    let strip = state.layout().is_some_and(|layout| layout.strip.height > 0);
    order.extend(strip.then_some(Focus::Summary(cell)));
    order.extend(state.panel.as_ref().map(|_| Focus::Panel));
    let at = order.iter().position(|focus| *focus == state.focus).unwrap_or(0);
    let next = (at + order.len()).saturating_add_signed(by) % order.len();
    state.focus = order[next];
}

/// Esc in a pane: back to the table. The detail stays open, the panel closes.
pub(super) fn leave(state: &mut State) {
    match state.focus {
        Focus::Panel => close(state),
        Focus::Detail if state.detail.is_some_and(|detail| detail.zoom == Zoom::Whole) => zoom(state),
        _ => state.focus = Focus::Table,
    }
}

/// Closes the pane that has the focus, or the detail that covers the table.
pub(super) fn close(state: &mut State) {
    match state.focus {
        Focus::Panel => state.panel = None,
        Focus::Summary(_) => {}
        Focus::Detail | Focus::Table => state.detail = None,
    }
    state.focus = Focus::Table;
}

/// Opens the panel, gives it the focus, or closes it.
pub(super) fn toggle_panel(state: &mut State) {
    match (&state.panel, state.focus) {
        (None, _) => {
            state.panel = Some(Panel::default());
            state.focus = Focus::Panel;
        }
        (Some(_), Focus::Panel) => close(state),
        (Some(_), _) => state.focus = Focus::Panel,
    }
}

pub(super) fn toggle_detail(state: &mut State) {
    state.detail = match state.detail {
        Some(_) => None,
        None => Some(Detail::default()),
    };
}

/// The detail pane at the other side of the table than it stands; it is opened for that.
pub(super) fn turn_side(state: &mut State) {
    if state.is_plain() {
        state.notice = Some("plain lines have no sides: what is told of a job comes behind it".to_owned());
        return;
    }
    let detail = state.detail.get_or_insert_default();
    if std::mem::take(&mut detail.zoom) == Zoom::Whole {
        state.focus = Focus::Table;
    }
    let shown = |state: &State| state.layout().and_then(|layout| layout.detail_side());
    let other = match shown(state) {
        Some(DetailSide::Right) => DetailSide::Below,
        _ => DetailSide::Right,
    };
    let before = std::mem::replace(&mut state.detail_side, other);
    if shown(state) != Some(other) {
        state.detail_side = before;
        state.notice = Some(match other {
            DetailSide::Below => "below the table there are too few rows for it".to_owned(),
            _ => format!("at the right it has room from {RIGHT_FROM} columns on"),
        });
    }
}

pub(super) fn zoom(state: &mut State) {
    let detail = state.detail.get_or_insert_default();
    detail.zoom = match detail.zoom {
        Zoom::Beside => Zoom::Whole,
        Zoom::Whole => Zoom::Beside,
    };
    // The pane that covers the others takes their keys.
    state.focus = if detail.zoom == Zoom::Whole { Focus::Detail } else { Focus::Table };
}

/// Scrolls the detail pane; `settle` keeps it within its text.
pub(super) fn scroll_detail(state: &mut State, step: Step) {
    let page = state.layout().map_or(1, |layout| layout.detail_rows()).max(1);
    if let Some(detail) = &mut state.detail {
        detail.scroll = table::moved(detail.scroll, step, page, MAX_SCROLL);
    }
}

/// More lines than any job has; what is shown is clamped to the text by whoever knows its length.
const MAX_SCROLL: usize = 5_000;

/// Another job is shown from its first line on.
pub(super) fn rewind_detail(state: &mut State) {
    if let Some(detail) = &mut state.detail {
        detail.scroll = 0;
    }
}

pub(super) fn act_in_detail(state: &mut State, action: Action) {
    match action {
        Action::Move(step) => scroll_detail(state, step),
        Action::Side(side) => {
            let Some(detail) = &mut state.detail else { return };
            let at = Tab::ALL.iter().position(|tab| *tab == detail.tab).unwrap_or(0);
            let next = beside(at, side, Tab::ALL.len());
            detail.scroll = 0;
            detail.tab = Tab::ALL[next];
        }
        Action::Open => zoom(state),
        _ => {}
    }
}

pub(super) fn act_in_summary(state: &mut State, action: Action) {
    let Focus::Summary(cell) = state.focus else { return };
    match action {
        Action::Side(side) => {
            let cells = summary_cells(state);
            let at = cells.iter().position(|other| *other == cell).unwrap_or(0);
            state.focus = Focus::Summary(cells[beside(at, side, cells.len())]);
        }
        Action::Open => table::drill_into_summary(state, cell),
        Action::Move(_) => state.focus = Focus::Table,
        _ => {}
    }
}

fn beside(at: usize, side: Side, len: usize) -> usize {
    match side {
        Side::Left => at.saturating_sub(1),
        Side::Right => (at + 1).min(len.saturating_sub(1)),
    }
}

pub(super) fn act_in_panel(state: &mut State, action: Action) {
    let Some(panel) = &mut state.panel else { return };
    match action {
        Action::Move(step) => panel.cursor = table::moved(panel.cursor, step, Field::ALL.len(), Field::ALL.len() - 1),
        Action::Open | Action::Toggle => open_field(state),
        _ => {}
    }
}

fn open_field(state: &mut State) {
    let Some(panel) = &mut state.panel else { return };
    let filter = &mut state.filter;
    match panel.field() {
        Field::Range => state.overlay = Some(Overlay::Range(RangePicker::new(state))),
        Field::Services => state.overlay = Some(Overlay::Pick(Picker::new(PickerKind::Services, filter))),
        Field::Types => state.overlay = Some(Overlay::Pick(Picker::new(PickerKind::Types, filter))),
        Field::SearchText => panel.editing = Some(Input::from(filter.search.as_str())),
        Field::Text => panel.editing = Some(Input::from(filter.text.as_str())),
        Field::Problems => filter.problems = !filter.problems,
        Field::Status(status) => {
            if !filter.statuses.remove(&status) {
                filter.statuses.insert(status);
            }
        }
    }
}

/// Enter and Esc in a text field of the panel.
pub(super) fn act_in_panel_text(state: &mut State, action: Action) {
    let Some(panel) = &mut state.panel else { return };
    let field = panel.field();
    let Some(input) = panel.editing.take() else { return };
    panel.error = None;
    if action != Action::Open {
        return;
    }
    let text = input.value().trim();
    let lead = input.value().chars().take_while(|c| c.is_whitespace()).count();
    match field {
        Field::SearchText => text.clone_into(&mut state.filter.search),
        _ => match Expression::parse(text, state.now, state.zones.shown) {
            Ok(expression) => state.filter.text = expression,
            Err(error) => {
                panel.error = Some(LanguageError { at: error.at + lead, ..error });
                panel.editing = Some(input);
            }
        },
    }
}
