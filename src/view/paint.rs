//! Putting text into rows: the only place that touches the canvas, so that nothing is ever painted outside its area.

use ratatui::{
    layout::{Position, Rect},
    style::Style,
};

use super::{Canvas, Theme, canvas::Key};
pub(super) use crate::layout::inset;
use crate::{layout::inside, text};

/// Text with its style.
pub(super) type Piece = (String, Style);

/// A canvas to paint on.
pub(super) struct Painter<'a> {
    pub(super) canvas: &'a mut Canvas,
    pub(super) theme: Theme,
    /// Where the terminal's cursor is to stand, for a text field.
    pub(super) cursor: Option<Position>,
}

impl<'a> Painter<'a> {
    pub(super) fn new(canvas: &'a mut Canvas, theme: Theme) -> Self {
        Self { canvas, theme, cursor: None }
    }

    /// Paints one line of text at the left of an area's first line, cut to its width. Gives the columns it took.
    pub(super) fn text(&mut self, area: Rect, text: &str, style: Style) -> u16 {
        let area = area.intersection(self.canvas.area());
        if area.is_empty() || text.is_empty() {
            return 0;
        }
        let style = Style::reset().patch(self.theme.ground()).patch(style);
        let columns = cells(text);
        if columns <= area.width {
            self.canvas.text(area, text, style);
            return columns;
        }
        let fitted = text::fit(text, usize::from(area.width));
        self.canvas.text(area, &fitted, style);
        cells(&fitted)
    }

    /// The same at the right.
    pub(super) fn right(&mut self, area: Rect, text: &str, style: Style) {
        let width = cells(text).min(area.width);
        self.text(Rect { x: area.right() - width, width, ..area }, text, style);
    }

    /// The same in the middle.
    pub(super) fn centered(&mut self, area: Rect, text: &str, style: Style) {
        let fitted = text::fit(text, usize::from(area.width));
        let width = cells(&fitted);
        self.text(Rect { x: area.x + (area.width - width) / 2, width, ..area }, &fitted, style);
    }

    /// Paints pieces one after the other. Gives the columns they took.
    pub(super) fn pieces(&mut self, area: Rect, pieces: &[Piece]) -> u16 {
        let mut used = 0;
        for (text, style) in pieces {
            used += self.text(beyond(area, used), text, *style);
        }
        used
    }

    /// Keys as they are named: a sign for an arrow could be taken for a letter where signs keep to ASCII.
    pub(super) fn keys(&self, text: &str) -> String {
        if !self.theme.is_ascii() {
            return text.to_owned();
        }
        [("↑", "Up"), ("↓", "Down"), ("←", "Left"), ("→", "Right")]
            .into_iter()
            .fold(text.to_owned(), |text, (arrow, word)| text.replace(arrow, word))
    }

    /// Paints parts of an area's lines, or takes them over from the last frame, where they were painted from the same.
    pub(super) fn part(&mut self, area: Rect, key: Key, paint: impl FnOnce(&mut Self)) {
        let area = area.intersection(self.canvas.area());
        let rows = area.top()..area.bottom();
        if area.is_empty() || self.canvas.keep(rows.clone(), key) {
            return;
        }
        let begun = self.canvas.begin_part(rows.clone());
        paint(self);
        self.canvas.end_part(rows, begun, key);
    }

    /// Puts a style over everything in an area.
    pub(super) fn style(&mut self, area: Rect, style: Style) {
        self.canvas.style(area, style);
    }

    /// Empties an area and frames it, with a title; gives the inside.
    pub(super) fn frame(&mut self, area: Rect, title: &str) -> Rect {
        let area = area.intersection(self.canvas.area());
        let (border, head) = (self.theme.quiet(), self.theme.accent());
        self.canvas.empty(area);
        if area.width < 4 || area.height < 3 {
            return area;
        }
        let level = "─".repeat(usize::from(area.width - 2));
        self.text(area, &format!("╭{level}╮"), border);
        self.text(Rect { y: area.bottom() - 1, ..area }, &format!("╰{level}╯"), border);
        for y in area.top() + 1..area.bottom() - 1 {
            self.text(Rect::new(area.x, y, 1, 1), "│", border);
            self.text(Rect::new(area.right() - 1, y, 1, 1), "│", border);
        }
        self.text(Rect { x: area.x + 2, width: area.width - 4, ..area }, &format!(" {title} "), head);
        inside(area)
    }
}

/// The columns of a text.
pub(super) fn cells(text: &str) -> u16 {
    u16::try_from(text::width(text)).unwrap_or(u16::MAX)
}

/// The columns of pieces.
pub(super) fn cells_of(pieces: &[Piece]) -> u16 {
    pieces.iter().map(|(text, _)| cells(text)).sum()
}

/// What is left of an area behind its first `used` columns.
pub(super) fn beyond(area: Rect, used: u16) -> Rect {
    let used = used.min(area.width);
    Rect { x: area.x + used, width: area.width - used, ..area }
}

/// One line of an area, counted from its top; empty below its bottom.
pub(super) fn line(area: Rect, at: u16) -> Rect {
    let height = u16::from(at < area.height);
    Rect { y: area.y + at.min(area.height), height, ..area }
}
