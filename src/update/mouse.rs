//! The mouse: what lies under it, and which key would do the same. Where things are is the layout's.

mod windows;

use ratatui::layout::{Position, Rect};

use super::{Click, Effect, keys, overlays, panes, table};
use crate::{
    document::{
        self,
        chips::{Part, chip_at},
        hints::hint_at,
        panel::field_at,
        strip::number_at,
    },
    keymap::{Action, Context, Step},
    layout::Layout,
    state::{Field, Focus, Mouse, Overlay, Panel, State},
};

/// Why there is no mouse to take where lines are told.
const NO_MOUSE: &str = "plain lines have no mouse to take: it is always the terminal's";
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
    if state.is_plain() {
        state.notice = Some(NO_MOUSE.to_owned());
        return;
    }
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
    if let Some(window) = state.window(layout) {
        return windows::press(state, window, at, effects);
    }
    if state.overlay.is_some() || state.first_run {
        return;
    }
    let within = |area: Option<Rect>| area.is_some_and(|area| area.contains(at));
    if within(layout.panel) {
        in_panel(state, layout, at);
    } else if let Some(detail) = layout.detail.filter(|detail| detail.contains(at)) {
        in_detail(state, detail, at);
    } else if let Some(cell) = number_at(state, layout, at) {
        state.focus = Focus::Summary(cell);
        keys::act(state, Context::Summary, Action::Open, effects);
    } else if within(layout.table) {
        in_table(state, layout, at, effects);
    } else if layout.chips.contains(at)
        && !within(layout.bars)
        && let Some(part) = chip_at(state, at.x - layout.chips.x)
    {
        edit(state, part, effects);
    }
}

/// A field gets the cursor; where it has it, or by its tick, it is changed.
fn in_panel(state: &mut State, layout: &Layout, at: Position) {
    let hit = field_at(state, layout, at);
    let had_focus = state.focus == Focus::Panel;
    state.focus = Focus::Panel;
    let (Some((field, is_tick)), Some(panel)) = (hit, &mut state.panel) else { return };
    let is_under_cursor = panel.field() == field && had_focus;
    if is_under_cursor && panel.editing.is_some() {
        return;
    }
    // A text that was not taken yet is left as Esc leaves it.
    (panel.editing, panel.error) = (None, None);
    panel.cursor = Field::ALL.iter().position(|other| *other == field).unwrap_or(0);
    if is_tick || is_under_cursor {
        panes::act_in_panel(state, Action::Open);
    }
}

/// A tab is opened.
fn in_detail(state: &mut State, area: Rect, at: Position) {
    state.focus = Focus::Detail;
    let hit = document::tabs(area).into_iter().find(|(_, place)| place.contains(at));
    if let (Some((tab, _)), Some(detail)) = (hit, &mut state.detail)
        && detail.tab != tab
    {
        (detail.tab, detail.scroll) = (tab, 0);
    }
}

/// The head sorts, a cell is selected, and the selected one is opened.
fn in_table(state: &mut State, layout: &Layout, at: Position, effects: &mut Vec<Effect>) {
    let Some(area) = layout.table else { return };
    let had_focus = std::mem::replace(&mut state.focus, Focus::Table) == Focus::Table;
    let column = at.x - area.x;
    let hit = state.slots().iter().copied().find(|slot| (slot.x..slot.x + slot.width).contains(&column));
    let column = hit.map(|slot| slot.column);
    let Some(row) = usize::from(at.y - area.y).checked_sub(1) else {
        if let Some(column) = column {
            state.table.column = column;
            keys::act(state, Context::Table, Action::Sort, effects);
        }
        return;
    };
    let row = state.table.top + row;
    if row >= state.store.shown().len() {
        return;
    }
    let is_under_cursor = had_focus && state.table.index == row && column == Some(state.table.column);
    table::select_row(state, row);
    state.table.column = column.unwrap_or(state.table.column);
    if is_under_cursor {
        keys::act(state, Context::Table, Action::Open, effects);
    }
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
