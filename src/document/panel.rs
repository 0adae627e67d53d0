//! The filter panel's lines and where they are. Shared by `view`, which paints them, and `update`, which is told that one was
//! clicked.

use ratatui::layout::{Position, Rect};

use crate::{
    layout::{self, Layout},
    state::{Field, Panel, State},
};

/// Cells that a tick takes, with the blank behind it.
pub const TICK: u16 = 4;

/// One line of the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// What is wrong with a text, if anything.
    Blank,
    /// A word at the right.
    Note(&'static str),
    /// What the lines below have in common.
    Heading(&'static str),
    /// A field.
    Field(Field),
}

/// What a panel's border or title leaves.
pub fn inside(layout: &Layout, area: Rect) -> Rect {
    if layout.panel_floats {
        return layout::inside(area);
    }
    let inner = layout::inset(area);
    Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner }
}

/// The lines in sight, each with its place. Who does a part is said beside it, since that can change with the choice.
pub fn lines(panel: &Panel, inner: Rect) -> Vec<(Line, Rect)> {
    let (ticks, values): (Vec<_>, Vec<_>) = Field::ALL.into_iter().partition(Field::is_tick);
    let mut lines = vec![Line::Note("done by")];
    lines.extend(values.into_iter().map(Line::Field));
    lines.push(Line::Blank);
    lines.push(Line::Heading("Here, over what is loaded"));
    lines.extend(ticks.into_iter().map(Line::Field));
    let cursor = lines.iter().position(|line| *line == Line::Field(panel.field())).unwrap_or(0);
    let rows = usize::from(inner.height);
    let top = (cursor + 2).saturating_sub(rows).min(lines.len().saturating_sub(rows));
    let places = (inner.y..inner.bottom()).map(|y| Rect { y, height: 1, ..inner });
    lines.into_iter().skip(top).zip(places).collect()
}

/// The field that is at a position, and whether its tick is.
pub fn field_at(state: &State, layout: &Layout, at: Position) -> Option<(Field, bool)> {
    let (panel, area) = (state.panel.as_ref()?, layout.panel?);
    let found = lines(panel, inside(layout, area)).into_iter().find(|(_, place)| place.contains(at))?;
    match found {
        (Line::Field(field), place) => Some((field, field.is_tick() && at.x < place.x + TICK)),
        _ => None,
    }
}
