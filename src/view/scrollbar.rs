//! The scrollbar of the job table: where the viewport stands, and ticks where problems are.

use ratatui::layout::Rect;

use super::paint::Painter;
use crate::{layout::Layout, state::State};

/// Where the viewport stands in what is loaded, or in the whole list where its length is known.
pub(super) fn draw(state: &State, layout: &Layout, area: Rect, painter: &mut Painter) {
    let rows = layout.table_rows();
    let all = state.bar_rows();
    if all <= rows || rows == 0 {
        return;
    }
    let length = (rows * rows / all).clamp(1, rows);
    let top = (state.table.top * (rows - length)).div_ceil((all - rows).max(1)).min(rows - length);
    let (theme, thumb) = (painter.theme, top..top + length);
    for cell in 0..rows {
        let sign = match (thumb.contains(&cell), state.ticks.is_at(cell)) {
            (true, false) => ("▐", theme.quiet()),
            (true, true) => ("▟", theme.bad()),
            (false, true) => ("╶", theme.bad()),
            (false, false) => continue,
        };
        let y = area.y + 1 + u16::try_from(cell).unwrap_or(0);
        painter.text(Rect::new(area.right() - 1, y, 1, 1), sign.0, sign.1);
    }
}
