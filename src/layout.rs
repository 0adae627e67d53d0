//! Where everything is on the screen: pure geometry, shared by `update` (how long a page is) and `view` (where to paint).
//! It knows sizes and which panes are open, nothing else.

mod columns;
mod windows;

use ratatui::layout::Rect;

pub use columns::{Chosen, Columns, Slot, widths};
pub use windows::{Window, inset, inside, side_by_side};

use crate::policy;

/// What takes part in the layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Panes {
    /// The filter panel is open.
    pub panel: bool,
    /// The detail pane is open, and whether it has the whole screen.
    pub detail: Option<Zoom>,
    /// At which side of the table it stands.
    pub side: DetailSide,
    /// There is trouble to tell.
    pub trouble: bool,
}

/// How much of the screen the detail pane takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zoom {
    /// A part, beside or below the table.
    #[default]
    Beside,
    /// All of the body.
    Whole,
}

/// At which side of the table the detail pane stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DetailSide {
    /// At the right of a wide screen, else below.
    #[default]
    Auto,
    /// At the right, where that leaves the table a part.
    Right,
    /// Below, where that leaves the table some rows.
    Below,
}

/// The screen's areas. An area that has no room is empty or `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// The whole screen.
    pub screen: Rect,
    /// Tenant, range, age of the data.
    pub header: Rect,
    /// Jobs by status, objects.
    pub strip: Rect,
    /// A bar per day, at the right of the strip.
    pub bars: Option<Rect>,
    /// Breadcrumb, chips and coverage.
    pub chips: Rect,
    /// The line between chips and body.
    pub top_rule: Option<Rect>,
    /// The table with its head.
    pub table: Option<Rect>,
    /// The filter panel.
    pub panel: Option<Rect>,
    /// Whether the panel covers others instead of standing beside them.
    pub panel_floats: bool,
    /// The detail pane.
    pub detail: Option<Rect>,
    /// The line between table and detail, upright or level.
    pub detail_rule: Option<Rect>,
    /// The line between panel and table.
    pub panel_rule: Option<Rect>,
    /// What went wrong.
    pub trouble: Option<Rect>,
    /// The line between body and footer.
    pub bottom_rule: Option<Rect>,
    /// Hints and requests.
    pub footer: Rect,
}

/// From this width on panes stand side by side by themselves.
pub const WIDE: u16 = 120;
/// From this width on the detail pane does where that is wanted, and from this height of the body on it stands below.
pub const RIGHT_FROM: u16 = 80;
const BELOW_FROM: u16 = 14;
const PANEL_WIDTH: u16 = 36;
const TABLE_MIN: u16 = 60;
const TABLE_LEAST: u16 = 39;
const BARS_FROM: u16 = 80;
const LETTERS_FROM: u16 = 100;

/// Whether the terminal is too small to show anything.
pub fn is_too_small(columns: u16, rows: u16) -> bool {
    columns < policy::MIN_SIZE.0 || rows < policy::MIN_SIZE.1
}

/// The layout of a screen of `columns` × `rows`; `None` where it is too small.
pub fn layout(columns: u16, rows: u16, panes: Panes) -> Option<Layout> {
    if is_too_small(columns, rows) {
        return None;
    }
    let screen = Rect::new(0, 0, columns.min(policy::MAX_SIZE.0), rows.min(policy::MAX_SIZE.1));
    let mut down = Down { area: screen, y: 0 };
    let mut layout = Layout { screen, header: down.take(1), ..Layout::default() };
    layout.strip = down.take(match rows {
        0..10 => 0,
        10..20 => 1,
        _ => 2,
    });
    layout.chips = down.take(1);
    layout.bars = bars(layout.strip, layout.chips);
    layout.top_rule = (rows >= 14).then(|| down.take(1));
    layout.footer = down.take_from_bottom(1);
    layout.bottom_rule = (rows >= 16).then(|| down.take_from_bottom(1));
    layout.trouble = panes.trouble.then(|| down.take_from_bottom(1));
    divide_body(&mut layout, down.area_left(), panes);
    Some(layout)
}

impl Layout {
    /// How many rows of jobs the table shows.
    pub fn table_rows(&self) -> usize {
        self.table.map_or(0, |table| usize::from(table.height.saturating_sub(1)))
    }

    /// At which side of the table the detail pane stands; none where it is closed or stands alone.
    pub fn detail_side(&self) -> Option<DetailSide> {
        let rule = self.detail_rule?;
        Some(if rule.width > 1 { DetailSide::Below } else { DetailSide::Right })
    }

    /// How many lines the detail pane shows below its title and tabs.
    pub fn detail_rows(&self) -> usize {
        self.detail.map_or(0, |detail| usize::from(detail.height.saturating_sub(2)))
    }
}

/// How many columns of text a pane takes: a blank stays free at each side.
pub fn text_width(pane: Rect) -> usize {
    usize::from(pane.width.saturating_sub(2))
}

/// The bars take the right of the strip, and of the chips' line too where days get their letters.
fn bars(strip: Rect, chips: Rect) -> Option<Rect> {
    if strip.width < BARS_FROM || strip.height < 2 {
        return None;
    }
    let width = strip.width / 4;
    let height = if strip.width >= LETTERS_FROM { strip.height + chips.height } else { strip.height };
    Some(Rect::new(strip.right() - width - 1, strip.y, width, height))
}

fn divide_body(layout: &mut Layout, body: Rect, panes: Panes) {
    let wide = body.width >= WIDE;
    let mut rest = body;
    if let Some(zoom) = panes.detail {
        let side = side(body, panes.side).filter(|_| zoom == Zoom::Beside);
        if side.is_none() {
            layout.detail = Some(rest);
            rest.height = 0;
        } else if side == Some(DetailSide::Right) {
            let width = (body.width * 3 / 8).clamp(44, 72).min(body.width - TABLE_LEAST - 1);
            layout.detail = Some(Rect::new(body.right() - width, body.y, width, body.height));
            layout.detail_rule = Some(Rect::new(body.right() - width - 1, body.y, 1, body.height));
            rest.width -= width + 1;
        } else {
            let height = (body.height / 2).max(7);
            layout.detail = Some(Rect::new(body.x, body.bottom() - height, body.width, height));
            layout.detail_rule = Some(Rect::new(body.x, body.bottom() - height - 1, body.width, 1));
            rest.height -= height + 1;
        }
    }
    if panes.panel {
        if rest.width >= PANEL_WIDTH + 1 + TABLE_MIN && rest.height > 0 && wide {
            layout.panel = Some(Rect { width: PANEL_WIDTH, ..rest });
            layout.panel_rule = Some(Rect::new(rest.x + PANEL_WIDTH, rest.y, 1, rest.height));
            rest.x += PANEL_WIDTH + 1;
            rest.width -= PANEL_WIDTH + 1;
        } else {
            let at_right = layout.detail.filter(|_| layout.detail_side() == Some(DetailSide::Right));
            // It floats at the right, over the detail where that is, so that status and type of the jobs stay in sight.
            let width = (PANEL_WIDTH + 2).max(at_right.map_or(0, |detail| detail.width)).min(body.width);
            layout.panel = Some(Rect { x: body.right() - width, width, ..body });
            layout.panel_floats = true;
        }
    }
    layout.table = Some(rest).filter(|table| table.height > 0);
}

/// The side at which the detail pane has room beside a table: the one that is wanted, else one that there is.
fn side(body: Rect, wanted: DetailSide) -> Option<DetailSide> {
    let (wide, high) = (body.width >= WIDE, body.height >= BELOW_FROM);
    match wanted {
        DetailSide::Right if body.width >= RIGHT_FROM => Some(DetailSide::Right),
        DetailSide::Below if high => Some(DetailSide::Below),
        _ if wide => Some(DetailSide::Right),
        _ => high.then_some(DetailSide::Below),
    }
}

/// Takes areas off a screen from the top and from the bottom.
struct Down {
    area: Rect,
    y: u16,
}

impl Down {
    fn take(&mut self, height: u16) -> Rect {
        let taken = Rect { y: self.y, height, ..self.area };
        self.y += height;
        taken
    }

    fn take_from_bottom(&mut self, height: u16) -> Rect {
        self.area.height -= height;
        Rect { y: self.area.height, height, ..self.area }
    }

    fn area_left(&self) -> Rect {
        Rect { y: self.y, height: self.area.height.saturating_sub(self.y), ..self.area }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e17_the_detail_is_at_the_right_of_a_wide_screen_else_below_else_alone() {
        let place = |columns, rows, zoom| {
            let panes = Panes { detail: Some(zoom), ..Panes::default() };
            let layout = layout(columns, rows, panes).unwrap();
            (layout.table, layout.detail.unwrap())
        };
        let (table, detail) = place(WIDE, 40, Zoom::Beside);
        assert!(table.is_some_and(|table| table.y == detail.y && table.right() < detail.x));
        let (table, detail) = place(WIDE - 1, 40, Zoom::Beside);
        assert!(table.is_some_and(|table| table.x == detail.x && table.bottom() < detail.y));
        for (columns, rows, zoom) in [(80, 15, Zoom::Beside), (WIDE, 40, Zoom::Whole), (80, 24, Zoom::Whole)] {
            let (table, detail) = place(columns, rows, zoom);
            assert!(table.is_none() && detail.width == columns, "{columns}x{rows}");
        }
    }

    #[test]
    fn e17_the_side_that_is_wanted_is_taken_where_there_is_room_for_it() {
        let place = |columns, rows, side| {
            let panes = Panes { detail: Some(Zoom::Beside), side, ..Panes::default() };
            let layout = layout(columns, rows, panes).unwrap();
            (layout.detail_side(), layout.table.map(|table| (table.width, table.height)))
        };
        let (right, below) = (Some(DetailSide::Right), Some(DetailSide::Below));
        assert_eq!(place(80, 24, DetailSide::Right), (right, Some((39, 17))));
        assert_eq!(place(79, 24, DetailSide::Right).0, below);
        assert_eq!(place(200, 60, DetailSide::Below), (below, Some((200, 26))));
        assert_eq!(place(200, 15, DetailSide::Below).0, right, "below there is no room for it");
        assert_eq!(place(79, 15, DetailSide::Right), (None, None));
        assert_eq!(place(200, 60, DetailSide::Auto).0, right);
    }

    #[test]
    fn at_every_size_areas_stay_on_the_screen_and_columns_in_the_table() {
        for (columns, rows) in (0..=260).flat_map(|c| (0..=70).map(move |r| (c, r))) {
            for panes in 0..36 {
                let detail = [None, Some(Zoom::Beside), Some(Zoom::Whole)][panes % 3];
                let side = [DetailSide::Auto, DetailSide::Right, DetailSide::Below][panes / 12];
                let panes = Panes { panel: panes % 2 == 0, detail, side, trouble: panes % 12 > 5 };
                let Some(layout) = layout(columns, rows, panes) else { continue };
                let some = [
                    layout.bars,
                    layout.top_rule,
                    layout.table,
                    layout.panel,
                    layout.detail,
                    layout.detail_rule,
                    layout.panel_rule,
                    layout.trouble,
                    layout.bottom_rule,
                ];
                let all = [layout.header, layout.strip, layout.chips, layout.footer]
                    .into_iter()
                    .chain(some.into_iter().flatten());
                for area in all {
                    assert!(layout.screen.contains_rect(area), "{columns}x{rows} {panes:?} {area:?}");
                }
                let Some(width) = layout.table.map(|table| table.width) else { continue };
                for slot in Columns::default().slots(width, |_| 0) {
                    assert!(slot.x + slot.width < width, "{columns}x{rows} {panes:?} {slot:?}");
                }
            }
        }
    }

    trait Contains {
        fn contains_rect(&self, other: Rect) -> bool;
    }

    impl Contains for Rect {
        fn contains_rect(&self, other: Rect) -> bool {
            other.right() <= self.right() && other.bottom() <= self.bottom()
        }
    }
}
