//! What the screen shows: one pure function per pane, over `&State`. It never knows `update` or `api`.
//!
//! ```text
//!  header                tenant · range · age of the data
//!  strip                 jobs by status, objects                bars
//!  chips                 where we are · what narrows · coverage bars
//! ───────────────────────────────────────────────────────────────
//!  panel │ table                                       │ detail
//!  trouble
//! ───────────────────────────────────────────────────────────────
//!  footer                keys · requests
//! ```

mod canvas;
mod chips;
mod detail;
mod finding;
mod first_run;
mod footer;
mod header;
mod overlay;
mod paint;
mod palette;
mod panel;
pub mod plain;
mod scrollbar;
mod strip;
mod table;
mod theme;

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Position, Rect},
};

pub use canvas::Canvas;
pub use theme::{Bar, Colors, Theme};

pub use crate::state::ThemeName;
use crate::{layout::Layout, policy, state::State};
use canvas::{Key, Pane};
use paint::Painter;

/// Paints the whole screen into a frame.
pub fn draw(state: &State, theme: &Theme, frame: &mut Frame) {
    if let Some(at) = paint(state, theme, frame.buffer_mut()) {
        frame.set_cursor_position(at);
    }
}

/// Paints the whole screen into a buffer; gives the place of the terminal's cursor while a text is being written.
pub fn paint(state: &State, theme: &Theme, buffer: &mut Buffer) -> Option<Position> {
    repaint(state, theme, &mut Canvas::default(), buffer).0
}

/// The same into a buffer that shows the canvas's last frame: only rows that differ are painted. Gives those, too.
pub fn repaint(
    state: &State,
    theme: &Theme,
    canvas: &mut Canvas,
    buffer: &mut Buffer,
) -> (Option<Position>, Vec<usize>) {
    let area = buffer.area;
    canvas.begin(area, *theme);
    let mut painter = Painter::new(canvas, *theme);
    match state.layout() {
        // The state may be a moment behind a terminal that has just shrunk.
        Some(layout) if area.union(layout.screen) == area => draw_panes(state, &layout, &mut painter),
        _ => too_small(area, &mut painter),
    }
    let cursor = painter.cursor;
    (cursor, canvas.end(buffer))
}

fn draw_panes(state: &State, layout: &Layout, painter: &mut Painter) {
    if state.first_run {
        first_run::draw(state, layout, painter);
        return;
    }
    header::draw(state, layout.header, painter);
    strip::draw(state, layout, painter);
    chips::draw(state, layout, painter);
    rules(layout, painter);
    if let Some(area) = layout.table {
        table::draw(state, layout, area, painter);
    }
    if let Some(area) = layout.detail {
        detail::draw(state, area, painter);
    }
    if let Some(area) = layout.panel {
        panel::draw(state, layout, area, painter);
    }
    if let Some(area) = layout.trouble {
        footer::trouble(state, area, painter);
    }
    footer::draw(state, layout.footer, painter);
    overlay::draw(state, layout, painter);
}

/// The lines between panes, with their crossings.
fn rules(layout: &Layout, painter: &mut Painter) {
    let edition = painter.canvas.rules.edition(|before| before == layout, || *layout);
    let level = [layout.top_rule, layout.bottom_rule].into_iter().flatten();
    for (rule, item) in level.zip(0..) {
        painter.part(rule, Key { pane: Pane::Rule, edition, item }, |painter| {
            painter.text(rule, &"─".repeat(usize::from(rule.width)), painter.theme.quiet());
        });
    }
    let quiet = painter.theme.quiet();
    for rule in [layout.detail_rule, layout.panel_rule].into_iter().flatten() {
        if rule.width > 1 {
            painter.text(rule, &"─".repeat(usize::from(rule.width)), quiet);
            continue;
        }
        for y in rule.top()..rule.bottom() {
            painter.text(Rect::new(rule.x, y, 1, 1), "│", quiet);
        }
        if let Some(top) = layout.top_rule {
            painter.text(Rect::new(rule.x, top.y, 1, 1), "┬", quiet);
        }
        let mut below = [layout.bottom_rule, layout.detail_rule].into_iter().flatten();
        if let Some(bottom) = below.find(|below| below.width > 1 && below.y == rule.bottom()) {
            painter.text(Rect::new(rule.x, bottom.y, 1, 1), "┴", quiet);
        }
    }
}

fn too_small(area: Rect, painter: &mut Painter) {
    let (columns, rows) = policy::MIN_SIZE;
    let text = format!("needs {columns}×{rows}");
    let line = Rect { y: area.y + area.height / 2, height: area.height.min(1), ..area };
    painter.centered(line, &text, painter.theme.strong());
}
