//! The mouse: what lies under it, and which key would do the same. Where things are is the layout's.

use ratatui::layout::{Margin, Position, Rect};

use super::{Click, Effect, columns, keys, overlays, panes, table};
use crate::{
    document::{
        chips::{Part, chip_at},
        hints::hint_at,
    },
    keymap::{Action, Context, Step},
    layout::Layout,
    state::{Field, Focus, Mouse, Overlay, Panel, State},
};

/// Rows that one notch of the wheel moves.
const NOTCH: usize = 3;

pub(super) fn apply(state: &mut State, click: Click, effects: &mut Vec<Effect>) {
    if !state.has_mouse() {
        return;
    }
    let Some(layout) = state.layout() else { return };
    match click {
        Click::At(column, row) => press(state, &layout, Position::new(column, row), effects),
        Click::Wheel(step, column, row) => wheel(state, &layout, step, Position::new(column, row), effects),
    }
}

/// The mouse is ours, or the terminal's again.
pub(super) fn toggle(state: &mut State) {
    (state.mouse, state.notice) = match state.mouse {
        Mouse::Ours => (Mouse::Terminals, Some("the mouse is the terminal's: it selects text".to_owned())),
        Mouse::Terminals => (Mouse::Ours, Some("the mouse clicks and scrolls here".to_owned())),
    };
}

fn press(state: &mut State, layout: &Layout, at: Position, effects: &mut Vec<Effect>) {
    if layout.footer.contains(at) {
        let action = hint_at(state, layout.footer.width, at.x - layout.footer.x);
        state.notice = None;
        if let Some(action) = action {
            keys::act(state, state.context(), action, effects);
        }
        return;
    }
    state.notice = None;
    if matches!(state.overlay, Some(Overlay::Columns(_))) {
        in_chooser(state, layout, at);
    }
    if state.overlay.is_some() || state.first_run {
        return;
    }
    let within = |area: Option<Rect>| area.is_some_and(|area| area.contains(at));
    if within(layout.panel) {
        state.focus = Focus::Panel;
    } else if within(layout.detail) {
        state.focus = Focus::Detail;
    } else if within(layout.table) {
        in_table(state, layout, at, effects);
    } else if layout.chips.contains(at)
        && !within(layout.bars)
        && let Some(part) = chip_at(state, at.x - layout.chips.x)
    {
        edit(state, part, effects);
    }
}

/// A column is shown or hidden.
fn in_chooser(state: &mut State, layout: &Layout, at: Position) {
    let list = layout.chooser().inner(Margin::new(2, 1));
    if let Some(Overlay::Columns(chooser)) = &state.overlay
        && list.contains(at)
    {
        let top = chooser.top(list.height);
        columns::click(state, top + usize::from(at.y - list.y));
    }
}

/// The head sorts, a row is selected.
fn in_table(state: &mut State, layout: &Layout, at: Position, effects: &mut Vec<Effect>) {
    let Some(area) = layout.table else { return };
    state.focus = Focus::Table;
    let Some(row) = usize::from(at.y - area.y).checked_sub(1) else {
        let column = at.x - area.x;
        let hit = state.slots().into_iter().find(|slot| (slot.x..slot.x + slot.width).contains(&column));
        if let Some(slot) = hit {
            state.table.column = slot.column;
            keys::act(state, Context::Table, Action::Sort, effects);
        }
        return;
    };
    table::select_row(state, state.table.top + row);
}

/// Opens what changes a part of the filter.
fn edit(state: &mut State, part: Part, effects: &mut Vec<Effect>) {
    match part {
        Part::Drill => {
            table::leave_drill(state);
        }
        Part::View => keys::act(state, Context::Table, Action::SaveView, effects),
        Part::Sort => keys::act(state, Context::Table, Action::SortPicker, effects),
        Part::Field(Field::SearchText | Field::Text, _) => overlays::open_search(state),
        Part::Field(field, _) => {
            let cursor = Field::ALL.iter().position(|other| *other == field).unwrap_or(0);
            state.panel = Some(Panel { cursor, ..Panel::default() });
            state.focus = Focus::Panel;
            if !field.is_tick() {
                panes::act_in_panel(state, Action::Open);
            }
        }
    }
}

/// The wheel moves what is under it, and in a window the window's cursor.
fn wheel(state: &mut State, layout: &Layout, step: Step, at: Position, effects: &mut Vec<Effect>) {
    if state.overlay.is_some() {
        // In the live filter the keys call texts of before back, which nobody means by the wheel.
        if !matches!(state.overlay, Some(Overlay::Search(_) | Overlay::Save(_))) {
            overlays::act(state, Action::Move(step), effects);
        }
        return;
    }
    let within = |area: Option<Rect>| area.is_some_and(|area| area.contains(at));
    for _ in 0..NOTCH {
        if within(layout.panel) {
            panes::act_in_panel(state, Action::Move(step));
            return;
        } else if within(layout.detail) {
            panes::scroll_detail(state, step);
        } else if within(layout.table) {
            table::go(state, step);
        }
    }
}
