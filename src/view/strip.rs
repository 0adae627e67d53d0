//! The summary strip: jobs by status, failed and skipped objects, and a bar per day stacked by how the jobs went.

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use ratatui::{layout::Rect, style::Style};

use super::{
    Bar,
    canvas::{Key, Pane},
    paint::{Painter, beyond, line},
};
pub(super) use crate::document::strip::number;
use crate::{
    document::strip::{self, Number},
    filter::{self, CountField},
    insight::{Day, Summary},
    layout::Layout,
    model::{Query, Status},
    pager::Coverage,
    state::{Focus, State, SummaryCell},
};

/// What the strip is painted from.
#[derive(Debug)]
pub(super) struct Look {
    summary: Summary,
    query: Query,
    coverage: Coverage,
    /// Nothing is loaded.
    empty: bool,
    today: NaiveDate,
    zone: Tz,
    focus: Focus,
    layout: Layout,
}

impl Look {
    fn of(state: &State, layout: &Layout) -> Self {
        Self {
            summary: state.summary.clone(),
            query: state.pager.query().clone(),
            coverage: state.coverage(),
            empty: state.store.is_empty(),
            today: state.today(),
            zone: state.zones.shown,
            focus: state.focus,
            layout: *layout,
        }
    }

    fn is_of(&self, state: &State, layout: &Layout) -> bool {
        let counts = self.summary == state.summary && self.coverage == state.coverage();
        let times = (self.today, self.zone) == (state.today(), state.zones.shown);
        let whole = self.empty == state.store.is_empty() && self.query == *state.pager.query();
        counts && times && whole && self.focus == state.focus && self.layout == *layout
    }
}

pub(super) fn draw(state: &State, layout: &Layout, painter: &mut Painter) {
    let edition = painter.canvas.strip.edition(|look| look.is_of(state, layout), || Look::of(state, layout));
    let area = layout.bars.map_or(layout.strip, |bars| bars.union(layout.strip));
    painter.part(area, Key { pane: Pane::Strip, edition, item: 0 }, |painter| paint(state, layout, painter));
}

fn paint(state: &State, layout: &Layout, painter: &mut Painter) {
    let numbers = strip::numbers(state, layout);
    for Number { cell, text, place } in &numbers {
        let style =
            if state.focus == Focus::Summary(*cell) { painter.theme.cursor() } else { style(state, *cell, painter) };
        painter.text(*place, text, style);
    }
    if layout.strip.height > 1 {
        let second = line(strip::text_area(layout), 1);
        painter.text(second, strip::OBJECTS, painter.theme.quiet());
        let used = numbers.last().map_or(0, |last| last.place.right().saturating_sub(second.x) + strip::GAP);
        let ok = format!("{} ok", number(state, state.summary.objects.ok));
        painter.text(beyond(second, used), &ok, painter.theme.quiet());
        if let Some(area) = layout.bars {
            bars(state, area, painter);
        }
    }
}

fn style(state: &State, cell: SummaryCell, painter: &Painter) -> Style {
    let theme = painter.theme;
    match cell {
        _ if strip::count(state, cell) == 0 => theme.quiet(),
        SummaryCell::Status(Status::Finished) | SummaryCell::Objects(CountField::Ok | CountField::Total) => {
            theme.plain()
        }
        SummaryCell::Status(status) => theme.status(Some(status)),
        SummaryCell::Unreadable | SummaryCell::Objects(CountField::Failed) => theme.bad(),
        SummaryCell::Objects(CountField::Skipped) => theme.doubtful(),
    }
}

/// A number in words: what it counts instead of a sign.
pub(super) fn words(state: &State, cell: SummaryCell) -> String {
    let number = number(state, strip::count(state, cell));
    match cell {
        SummaryCell::Status(status) => format!("{number} {}", strip::word(status)),
        SummaryCell::Unreadable => format!("{number} unreadable"),
        SummaryCell::Objects(field) => format!("{number} objects {}", field.name()),
    }
}

/// Eighths of a cell, from the bottom.
const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// More days than this are not looked up, however wide the screen is.
const DAYS_MAX: usize = 120;

/// A bar per day, the newest at the right edge; letters of the days above where there is room.
fn bars(state: &State, area: Rect, painter: &mut Painter) {
    let width = usize::from(area.width);
    let oldest = state.summary.oldest_day();
    let days = filter::days(state.pager.query(), oldest, state.now, state.zones.shown, DAYS_MAX.min(width));
    let whole = matches!(state.coverage(), Coverage::All(_) | Coverage::Missing(..));
    let slot = (width / days.len().max(1)).clamp(1, 3);
    let highest = days.iter().map(|day| state.summary.day(*day).total()).max().unwrap_or(0).max(1);
    let letters = area.height > 2 && slot > 1;
    let rows = if area.height > 2 { area.height - 1 } else { area.height };
    let left = area.right() - u16::try_from(days.len() * slot).unwrap_or(area.width);
    for (at, date) in days.iter().enumerate() {
        let x = left + u16::try_from(at * slot).unwrap_or(0);
        let bar = Rect::new(x, area.bottom() - rows, u16::try_from(slot).unwrap_or(1).max(2) - 1, rows);
        let day = state.summary.day(*date);
        if letters {
            let weekday = WEEKDAYS[date.weekday().num_days_from_monday() as usize];
            let name = &weekday[..usize::from(bar.width).min(2)];
            painter.text(Rect { y: area.y, height: 1, ..bar }, name, painter.theme.quiet());
        }
        if day.total() == 0 {
            // A day without jobs is not a day that is not loaded yet.
            let unknown = !whole && oldest.is_none_or(|oldest| *date < oldest);
            let sign = if unknown { "░" } else { "·" };
            let foot = Rect { y: bar.bottom() - 1, height: 1, ..bar };
            painter.text(foot, &sign.repeat(usize::from(bar.width)), painter.theme.quiet());
        } else {
            stack(day, highest, bar, painter);
        }
    }
}

/// One day's bar: what failed at the foot in red, then exceptions, the rest, what finished well.
fn stack(day: Day, highest: u64, area: Rect, painter: &mut Painter) {
    let full = u64::from(area.height) * 8;
    let parts =
        [(day.failed, Bar::Bad), (day.exception, Bar::Doubtful), (day.other, Bar::Other), (day.finished, Bar::Ok)];
    let (mut jobs, mut below) = (0, 0);
    let mut spans = Vec::new();
    for (count, part) in parts.into_iter().filter(|(count, _)| *count > 0) {
        jobs += count;
        // Whatever is there is seen: a part takes at least an eighth.
        let top = (jobs * full).div_ceil(highest).max(below + 1).min(full);
        spans.push((below, top, part));
        below = top;
    }
    for row in 0..area.height {
        let place = Rect { y: area.bottom() - 1 - row, height: 1, ..area };
        if let Some((text, style)) = stack_cell(&spans, u64::from(row) * 8, painter) {
            painter.text(place, &text.repeat(usize::from(area.width)), style);
        }
    }
}

/// The cell of a bar that begins `floor` eighths above the ground. A cell has two colours at most: its foot, if something
/// went wrong there, and what takes the most of the rest.
fn stack_cell(spans: &[(u64, u64, Bar)], floor: u64, painter: &Painter) -> Option<(&'static str, Style)> {
    let theme = painter.theme;
    let within = |(from, to, part): &(u64, u64, Bar)| {
        let height = (*to).min(floor + 8).saturating_sub((*from).max(floor));
        (height > 0).then_some((height, *part))
    };
    let inside: Vec<(u64, Bar)> = spans.iter().filter_map(within).collect();
    let height: u64 = inside.iter().map(|(height, _)| height).sum();
    let largest = inside.iter().max_by_key(|(height, _)| *height)?.1;
    let foot = inside.first().filter(|(_, part)| *part != largest && matches!(part, Bar::Bad | Bar::Doubtful));
    match foot {
        Some((foot, part)) if height == 8 && theme.has_colors() && largest != Bar::Other => {
            Some((eighths(*foot), theme.stacked(*part, largest)))
        }
        Some((_, Bar::Bad)) if !theme.has_colors() => Some(("▒", theme.bar(largest))),
        _ => Some((eighths(height), theme.bar(largest))),
    }
}

fn eighths(height: u64) -> &'static str {
    EIGHTHS[usize::try_from(height).unwrap_or(8).min(8)]
}
