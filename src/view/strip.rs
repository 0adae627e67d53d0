//! The summary strip: jobs by status, failed and skipped objects, and a bar per day stacked by how the jobs went.

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
    let words = [Words::Whole, Words::Short, Words::None];
    let fits = |words: &Words| cells_of(&pieces(state, &statuses, *words, painter)) <= text.width;
    let chosen = words.into_iter().find(fits).unwrap_or(Words::None);
    let used = painter.pieces(line(text, 0), &pieces(state, &statuses, chosen, painter));
    if strip.height > 1 {
        let mut second = vec![("objects  ".to_owned(), painter.theme.quiet())];
        second.extend(pieces(state, &objects, Words::Whole, painter));
        let ok = (format!("{} ok", number(state, state.summary.objects.ok)), painter.theme.quiet());
        second.push(ok);
        painter.pieces(line(text, 1), &second);
        if let Some(area) = layout.bars {
            bars(state, area, painter);
        }
    } else {
        painter.pieces(beyond(line(text, 0), used), &pieces(state, &objects, Words::Whole, painter));
    }
}

/// How much is said of a status beside its sign and number.
#[derive(Clone, Copy)]
enum Words {
    Whole,
    Short,
    None,
}

fn pieces(state: &State, cells: &[SummaryCell], words: Words, painter: &Painter) -> Vec<Piece> {
    let theme = painter.theme;
    let mut pieces = Vec::new();
    for cell in cells {
        let (text, count, style) = told(state, *cell, words, painter);
        let focused = state.focus == Focus::Summary(*cell);
        let style = match (focused, count) {
            (true, _) => theme.cursor(),
            (false, 0) => theme.quiet(),
            (false, _) => style,
        };
        pieces.push((text, style));
        pieces.push((if matches!(words, Words::None) { "  " } else { "   " }.to_owned(), Style::new()));
    }
    pieces
}

fn told(state: &State, cell: SummaryCell, words: Words, painter: &Painter) -> (String, u64, Style) {
    let theme = painter.theme;
    match cell {
        SummaryCell::Status(status) => {
            let count = state.summary.status(status);
            let word = match words {
                Words::Whole => format!(" {}", lower(status)),
                Words::Short => format!(" {}", short(status)),
                Words::None => String::new(),
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
                CountField::Ok => (objects.ok, theme.plain()),
            };
            (format!("{} {}", number(state, count), field.name()), count, style)
        }
    }
}

/// Before the first answer nothing is known, which is not 0.
fn number(state: &State, count: u64) -> String {
    if state.store.is_empty() && state.coverage() == Coverage::Unknown {
        format::UNKNOWN.to_owned()
    } else {
        format::count(count)
    }
}

fn lower(status: Status) -> String {
    match status {
        Status::Exception => "with exception".to_owned(),
        Status::InProgress => "running".to_owned(),
        _ => status.word().to_lowercase(),
    }
}

fn short(status: Status) -> String {
    if status == Status::InProgress { "running".to_owned() } else { status.short().to_lowercase() }
}

/// Eighths of a cell, from the bottom.
const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// More days than this are not looked up, however wide the screen is.
const DAYS_MAX: usize = 120;

/// A bar per day, the newest at the right edge; letters of the days above where there is room.
fn bars(state: &State, area: Rect, painter: &mut Painter) {
    let width = usize::from(area.width);
    let oldest = state.store.jobs().last().and_then(|job| job.started);
    let days = filter::days(state.pager.query(), oldest, state.now, state.zones.shown, DAYS_MAX.min(width));
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
            let weekday = date.format("%a").to_string();
            let name = &weekday[..usize::from(bar.width).min(2)];
            painter.text(Rect { y: area.y, height: 1, ..bar }, name, painter.theme.quiet());
        }
        if day.total() == 0 {
            painter.text(
                Rect { y: bar.bottom() - 1, height: 1, ..bar },
                &"·".repeat(usize::from(bar.width)),
                painter.theme.quiet(),
            );
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
    let mut below = 0;
    let mut tops = Vec::new();
    let mut jobs = 0;
    for (count, part) in parts {
        if count > 0 {
            jobs += count;
            // Whatever is there is seen: a part takes at least an eighth.
            below = (jobs * full).div_ceil(highest).max(below + 1).min(full);
            tops.push((below, part));
        }
    }
    for row in 0..area.height {
        let floor = u64::from(row) * 8;
        let inside: Vec<_> = tops.iter().filter(|(top, _)| *top > floor).collect();
        let y = area.bottom() - 1 - row;
        let place = Rect { y, height: 1, ..area };
        let (text, style) = match inside.as_slice() {
            [] => continue,
            [(top, part)] => (eighths(*top - floor), painter.theme.bar(*part)),
            [(top, part), ..] if *top >= floor + 8 => ("█", painter.theme.bar(*part)),
            [(top, lower), (next, upper), ..] => {
                // A cell has two colours at most; its upper one reaches the cell's top only if the bar does.
                let fills = *next >= floor + 8 || inside.len() > 2;
                if fills && painter.theme.has_colors() && *upper != Bar::Other {
                    (eighths(*top - floor), painter.theme.stacked(*lower, *upper))
                } else {
                    let end = inside.last().map_or(*next, |(end, _)| *end);
                    (eighths(end - floor), painter.theme.bar(if *lower == Bar::Bad { Bar::Bad } else { *upper }))
                }
            }
        };
        painter.text(place, &text.repeat(usize::from(area.width)), style);
    }
}

fn eighths(height: u64) -> &'static str {
    EIGHTHS[usize::try_from(height).unwrap_or(8).min(8)]
}
