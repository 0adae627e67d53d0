//! The table's columns: which there are, in which order and how wide.

use super::overlays::moved_round;
use crate::{
    keymap::{Action, Context, Side, Step},
    layout,
    state::{ColumnChooser, Overlay, State},
    store::Column,
};

/// Cells by which a key makes a column narrower or wider.
const STEP: u16 = 2;

pub(super) fn open(state: &mut State) {
    state.overlay = Some(Overlay::Columns(ColumnChooser::new(&state.columns, state.table.column)));
}

pub(super) fn act(state: &mut State, action: Action) {
    let Some(Overlay::Columns(chooser)) = &mut state.overlay else { return };
    let told = match action {
        Action::Open => {
            state.columns = chooser.columns();
            state.overlay = None;
            Ok(())
        }
        Action::Toggle => chooser.tick(),
        Action::ShiftColumn(step) => chooser.shift(step == Step::Up),
        Action::PinColumn => {
            chooser.pin();
            Ok(())
        }
        Action::ResetColumns => {
            chooser.reset();
            Ok(())
        }
        Action::Move(step) => {
            chooser.cursor = moved_round(chooser.cursor, step, chooser.items.len());
            Ok(())
        }
        _ => Ok(()),
    };
    state.notice = told.err().map(str::to_owned);
}

/// Makes the column under the cursor narrower or wider, as far as the table has room.
pub(super) fn resize(state: &mut State, side: Side) {
    let column = state.table.column;
    let width = |state: &State| state.slots().iter().find(|slot| slot.column == column).map(|slot| slot.width);
    let Some(before) = width(state) else { return };
    if state.columns.wide {
        let key = state.keymap.key(Context::Table, Action::Wide);
        state.notice = Some(format!("in wide mode columns are as wide as what they hold; {key} ends it"));
        return;
    }
    let (bounds, name) = (layout::widths(column), column.title());
    let wanted = match side {
        Side::Left => before.saturating_sub(STEP),
        Side::Right => before.saturating_add(STEP),
    };
    let wanted = wanted.clamp(*bounds.start(), *bounds.end());
    let old = state.columns.clone();
    state.columns.set_width(column, wanted);
    if width(state) == Some(wanted) && wanted != before {
        return;
    }
    state.columns = old;
    state.notice = Some(match side {
        Side::Left => format!("{name} is as narrow as it can be read"),
        Side::Right => format!("there is no room for {name} to be wider"),
    });
}

/// Wide mode on or off.
pub(super) fn toggle_wide(state: &mut State) {
    state.columns.wide = !state.columns.wide;
    state.notice = Some(if state.columns.wide {
        format!("columns are as wide as what they hold; {} ends it", state.keymap.key(Context::Table, Action::Wide))
    } else {
        "columns share the table's width".to_owned()
    });
}

/// The cursor stands on a column that is there: its own, else the nearest before it, else the first.
pub(super) fn settle(state: &mut State) {
    state.place_columns();
    let slots = state.slots();
    let is_there = |column: Column| slots.iter().any(|slot| slot.column == column);
    let Some(first) = slots.first().filter(|_| !is_there(state.table.column)) else { return };
    let chosen = state.columns.chosen().iter().map(|one| one.column);
    let before: Vec<Column> = chosen.take_while(|column| *column != state.table.column).collect();
    let is_chosen = before.len() < state.columns.chosen().len();
    let nearest = before.into_iter().rev().find(|column| is_chosen && is_there(*column));
    state.table.column = nearest.unwrap_or(first.column);
}
