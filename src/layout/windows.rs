//! Where the windows above the panes are, and what in them: for who paints an item, and for who is told that one was clicked.
//! It knows sizes, not what stands in a window.

use ratatui::layout::{Position, Rect};

use super::Layout;
use crate::store::Column;

/// A window above the panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// All of it, with its border.
    pub area: Rect,
    /// Where its list is.
    pub list: Rect,
    /// The first item that the list shows.
    pub top: usize,
}

impl Window {
    /// A window whose list begins so many lines below the border.
    fn new(area: Rect, lead: u16, top: usize) -> Self {
        let inner = inside(area);
        let lead = lead.min(inner.height);
        let list = Rect { y: inner.y + lead, height: inner.height - lead, ..inner };
        Self { area, list, top }
    }

    /// The place of an item, where it is in sight.
    pub fn place(&self, item: usize) -> Option<Rect> {
        let at = u16::try_from(item.checked_sub(self.top)?).ok()?;
        (at < self.list.height).then_some(Rect { y: self.list.y + at, height: 1, ..self.list })
    }

    /// The item whose place a position is in; nobody knows here whether there are so many.
    pub fn item_at(&self, at: Position) -> Option<usize> {
        self.list.contains(at).then(|| self.top + usize::from(at.y - self.list.y))
    }
}

/// What a frame leaves of an area: a line above and below, and a blank beside each border.
pub fn inside(area: Rect) -> Rect {
    if area.width < 4 || area.height < 3 {
        return area;
    }
    Rect::new(area.x + 2, area.y + 1, area.width - 4, area.height - 2)
}

/// An area less a blank column at each side.
pub fn inset(area: Rect) -> Rect {
    if area.width < 3 { area } else { Rect { x: area.x + 1, width: area.width - 2, ..area } }
}

/// So many lines as a height.
fn lines(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

impl Layout {
    /// A window of at most `width` × `height` in the middle of the body.
    fn window(&self, width: u16, height: u16) -> Rect {
        let body = Rect {
            y: self.chips.bottom().min(self.screen.bottom()),
            height: self.footer.y.saturating_sub(self.chips.bottom()),
            ..self.screen
        };
        let (width, height) = (width.min(body.width), height.min(body.height));
        Rect::new(body.x + (body.width - width) / 2, body.y + (body.height - height) / 2, width, height)
    }

    /// The keys, `rows` of them, from the one that is scrolled to.
    pub fn help(&self, all: usize, rows: usize, scroll: usize) -> Window {
        let window = Window::new(self.window(96, lines(all).saturating_add(4)), 2, 0);
        Window { top: scroll.min(rows.saturating_sub(usize::from(window.list.height))), ..window }
    }

    /// The messages.
    pub fn messages(&self, entries: usize, scroll: usize) -> Window {
        let width = self.screen.width.saturating_sub(8).min(140);
        let window = Window::new(self.window(width, lines(entries.max(6)).saturating_add(2)), 0, 0);
        Window { top: scroll.min(entries.saturating_sub(usize::from(window.list.height))), ..window }
    }

    /// The palette.
    pub fn palette(&self, top: usize) -> Window {
        Window::new(self.window(92, 24), 2, top)
    }

    /// The range: a line of text, three of what it means, the presets.
    pub fn ranges(&self, presets: usize, top: usize) -> Window {
        let area = self.window(56, lines(presets) + 7);
        // Where there are few rows, presets are worth more than room around what the text means.
        Window::new(area, if area.height < 14 { 3 } else { 5 }, top)
    }

    /// The choice of services or types.
    pub fn picker(&self, top: usize) -> Window {
        Window::new(self.window(62, 24), 2, top)
    }

    /// The choice of an order.
    pub fn sorts(&self, top: usize) -> Window {
        Window::new(self.window(62, lines(Column::ALL.len()) + 4), 2, top)
    }

    /// The choice of what is copied.
    pub fn copies(&self, top: usize) -> Window {
        Window::new(self.window(84, 28), 2, top)
    }

    /// A list of at most so many tenants or views.
    pub fn names(&self, all: usize, top: usize) -> Window {
        Window::new(self.window(62, lines(all).saturating_add(4).min(24)), 2, top)
    }

    /// The choice of columns.
    pub fn chooser(&self, top: usize) -> Window {
        Window::new(self.window(74, lines(Column::ALL.len()) + 2), 0, top)
    }

    /// The form for a file; its list is the line of formats.
    pub fn export(&self) -> Window {
        let window = Window::new(self.window(72, 8), 2, 0);
        Window { list: Rect { height: window.list.height.min(1), ..window.list }, ..window }
    }
}

/// Texts beside each other from the left of an area on, `gap` cells apart, each with its place; what has no room has an empty one.
pub fn side_by_side(area: Rect, gap: u16, widths: impl IntoIterator<Item = usize>) -> Vec<Rect> {
    let mut left = area.x;
    let place = |width| {
        let width = lines(width);
        let place = Rect { x: left, width, height: 1, ..area }.intersection(area);
        left = left.saturating_add(width).saturating_add(gap);
        place
    };
    widths.into_iter().map(place).collect()
}
