//! The summary strip: jobs by status, failed and skipped objects, and a bar per day stacked by how the jobs went.

use chrono::Datelike;
use ratatui::{layout::Rect, style::Style};

use super::{
    Bar,
    paint::{Painter, Piece, beyond, cells_of, inset, line},
};
use crate::{
    filter,
    filter::CountField,
    format,
    insight::Day,
    layout::Layout,
    model::Status,
    pager::Coverage,
    state::{Focus, State, SummaryCell, summary_cells},
};

pub(super) fn draw(state: &State, layout: &Layout, painter: &mut Painter) {
    let strip = layout.strip;
    if strip.height == 0 {
        return;
    }
    let bars_left = layout.bars.map_or(strip.right(), |bars| bars.x);
    let text = inset(Rect { width: bars_left - strip.x, ..strip });
    let (objects, statuses): (Vec<_>, Vec<_>) =
        summary_cells(state).into_iter().partition(|cell| matches!(cell, SummaryCell::Objects(_)));
    // The words of the least important statuses go first.
    let fits = |worded: &usize| cells_of(&pieces(state, &statuses, *worded, painter)) <= text.width;
    let worded = (1..=BY_WORTH.len()).rev().find(fits).unwrap_or(0);
    let used = painter.pieces(line(text, 0), &pieces(state, &statuses, worded, painter));
    if strip.height > 1 {
        let mut second = vec![("objects  ".to_owned(), painter.theme.quiet())];
        second.extend(pieces(state, &objects, BY_WORTH.len(), painter));
        let ok = (format!("{} ok", number(state, state.summary.objects.ok)), painter.theme.quiet());
        second.push(("  ".to_owned(), Style::new()));
        second.push(ok);
        painter.pieces(line(text, 1), &second);
        if let Some(area) = layout.bars {
            bars(state, area, painter);
        }
    } else {
        let objects = pieces(state, &objects, BY_WORTH.len(), painter);
        let rest = beyond(line(text, 0), used + 3);
        if cells_of(&objects) <= rest.width {
            painter.pieces(rest, &objects);
        }
    }
}

/// Statuses in the order in which their words are worth the room; the sign and the number are always there.
const BY_WORTH: [Status; 8] = [
    Status::Failed,
    Status::Exception,
    Status::InProgress,
    Status::Finished,
    Status::Skipped,
    Status::Stopped,
    Status::Waiting,
    Status::NotStarted,
];

/// The numbers, with words for the first `worded` statuses of [`BY_WORTH`].
fn pieces(state: &State, cells: &[SummaryCell], worded: usize, painter: &Painter) -> Vec<Piece> {
    let theme = painter.theme;
    let mut pieces = Vec::new();
    for cell in cells {
        let (text, count, style) = told(state, *cell, &BY_WORTH[..worded], painter);
        let focused = state.focus == Focus::Summary(*cell);
        let style = match (focused, count) {
            (true, _) => theme.cursor(),
            (false, 0) => theme.quiet(),
            (false, _) => style,
        };
        if !pieces.is_empty() {
            pieces.push(("  ".to_owned(), Style::new()));
        }
        pieces.push((text, style));
    }
    pieces
}

fn told(state: &State, cell: SummaryCell, worded: &[Status], painter: &Painter) -> (String, u64, Style) {
    let theme = painter.theme;
    match cell {
        SummaryCell::Status(status) => {
            let count = state.summary.status(status);
            let word = if worded.contains(&status) || !BY_WORTH.contains(&status) {
                format!(" {}", word(status))
            } else {
                String::new()
            };
            let style = if status == Status::Finished { theme.plain() } else { theme.status(Some(status)) };
            (format!("{} {}{word}", format::glyph(Some(status)), number(state, count)), count, style)
        }
        SummaryCell::Unreadable => {
            let count = state.summary.unreadable;
            (format!("? {} unreadable", number(state, count)), count, theme.bad())
        }
        SummaryCell::Objects(field) => {
            let objects = state.summary.objects;
            let (count, style) = match field {
                CountField::Failed => (objects.failed, theme.bad()),
                CountField::Skipped => (objects.skipped, theme.doubtful()),
                CountField::Ok | CountField::Total => (objects.ok, theme.plain()),
            };
            (format!("{} {}", number(state, count), field.name()), count, style)
        }
    }
}

/// Before the first answer nothing is known, which is not 0; while the list is not whole, there are at least so many.
pub(super) fn number(state: &State, count: u64) -> String {
    match state.coverage() {
        Coverage::Unknown if state.store.is_empty() => format::UNKNOWN.to_owned(),
        Coverage::Partial(..) | Coverage::Unknown => format!("{}+", format::count(count)),
        Coverage::All(_) | Coverage::Missing(..) => format::count(count),
    }
}

/// A number in words: what it counts instead of a sign.
pub(super) fn words(state: &State, cell: SummaryCell) -> String {
    match cell {
        SummaryCell::Status(status) => format!("{} {}", number(state, state.summary.status(status)), word(status)),
        SummaryCell::Unreadable => format!("{} unreadable", number(state, state.summary.unreadable)),
        SummaryCell::Objects(field) => {
            let objects = state.summary.objects;
            let count = match field {
                CountField::Failed => objects.failed,
                CountField::Skipped => objects.skipped,
                CountField::Ok | CountField::Total => objects.ok,
            };
            format!("{} objects {}", number(state, count), field.name())
        }
    }
}

fn word(status: Status) -> String {
    if status == Status::InProgress { "running".to_owned() } else { status.short().to_lowercase() }
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
