//! Where things are at the moment: what is painted in a pane or a window above them, and clicked there, is found by one answer.

use ratatui::layout::Rect;

use super::{ExportForm, Overlay, RangePicker, State, ThemeName};
use crate::layout::{self, Layout, Panes, Window, side_by_side};

impl State {
    /// Where everything is on the screen; `None` where it is too small.
    pub fn layout(&self) -> Option<Layout> {
        let panes = Panes {
            panel: self.panel.is_some(),
            detail: self.detail.as_ref().map(|detail| detail.zoom),
            side: self.detail_side,
            trouble: self.pager.trouble().is_some() && !self.store.is_empty(),
        };
        layout::layout(self.size.0, self.size.1, panes)
    }

    /// The window above the panes. The lines at the foot of the screen are none.
    pub fn window(&self, layout: &Layout) -> Option<Window> {
        Some(match self.overlay.as_ref()? {
            Overlay::Help(help) => layout.help(self.keymap.rows().len(), help.rows(&self.keymap).len(), help.scroll),
            Overlay::Messages(scroll) => layout.messages(self.log.entries().len(), *scroll),
            Overlay::Palette(_) => layout.palette(self.list_top),
            Overlay::Range(_) => layout.ranges(RangePicker::presets(self).len(), self.list_top),
            Overlay::Pick(_) => layout.picker(self.list_top),
            Overlay::Sort(_) => layout.sorts(self.list_top),
            Overlay::Copy(_) => layout.copies(self.list_top),
            Overlay::Tenants(_) => layout.names(self.tenants.len(), self.list_top),
            Overlay::Views(_) => layout.names(self.views().len() + 1, self.list_top),
            Overlay::Themes(_) => layout.names(ThemeName::ALL.len(), self.list_top),
            Overlay::Columns(_) => layout.chooser(self.list_top),
            Overlay::Export(_) => layout.export(),
            Overlay::Search(_) | Overlay::Save(_) => return None,
        })
    }

    /// The cursor in the list above the panes, and how many items that has.
    pub fn list(&self) -> Option<(usize, usize)> {
        Some(match self.overlay.as_ref()? {
            Overlay::Palette(palette) => (palette.cursor, palette.items(self).len()),
            Overlay::Range(picker) => (picker.cursor, RangePicker::presets(self).len()),
            Overlay::Pick(picker) => (picker.cursor, picker.items(self).len()),
            Overlay::Sort(picker) => (picker.cursor, picker.items().len()),
            Overlay::Columns(chooser) => (chooser.cursor, chooser.items.len()),
            Overlay::Copy(picker) => (picker.cursor, picker.items(self).len()),
            Overlay::Tenants(picker) => (picker.cursor, picker.items(self).len()),
            Overlay::Views(list) => (list.cursor, list.items(self).len()),
            Overlay::Themes(picker) => (picker.cursor, picker.items().len()),
            Overlay::Help(_) | Overlay::Messages(_) | Overlay::Export(_) | Overlay::Search(_) | Overlay::Save(_) => {
                return None;
            }
        })
    }

    /// Brings the item under the cursor into sight, and moves the list no further than that takes: what is clicked twice stays
    /// where it is.
    pub fn scroll_list(&mut self) {
        let window = self.layout().and_then(|layout| self.window(&layout));
        let (Some(window), Some((cursor, len))) = (window, self.list()) else {
            self.list_top = 0;
            return;
        };
        let visible = usize::from(window.list.height);
        let least = (cursor + 1).saturating_sub(visible);
        self.list_top = self.list_top.min(len.saturating_sub(visible)).clamp(least, cursor.max(least));
    }
}

impl ExportForm {
    /// What stands before the formats.
    pub const LEAD: &str = "format  ";

    /// Where the name of each format is, a blank at each side.
    pub fn places(window: &Window) -> Vec<Rect> {
        let widths = std::iter::once(Self::LEAD.len()).chain(Self::FORMATS.iter().map(|(_, name, _)| name.len() + 2));
        side_by_side(window.list, 0, widths).split_off(1)
    }
}
