//! The detail pane: title, tabs, and the visible lines of the job's document.

use ratatui::{layout::Rect, style::Style};

use super::{
    Bar, finding,
    paint::{Painter, beyond, cells_of, inset, line},
};
use crate::{
    document::{self, Line, Part},
    format,
    keymap::{Action, Context, Step},
    layout,
    model::{Counts, Job},
    state::{Focus, State, Tab},
};

pub(super) fn draw(state: &State, area: Rect, painter: &mut Painter) {
    let Some(detail) = state.detail else { return };
    let text = inset(area);
    let Some(job) = state.selected() else {
        painter.text(text, "no job is selected", painter.theme.quiet());
        return;
    };
    title(&job, line(text, 0), painter);
    let lines = document::lines(state, &job, detail.tab, layout::text_width(area));
    let rows = usize::from(text.height.saturating_sub(2));
    tabs(state, detail.tab, area, painter);
    if lines.len() > rows {
        let last = (detail.scroll + rows).min(lines.len());
        let key = |step| state.keymap.key(Context::Table, Action::ScrollDetail(step));
        let more =
            if last < lines.len() { format!("{} {} scroll", key(Step::Down), key(Step::Up)) } else { "end".to_owned() };
        painter.right(line(text, 1), &format!("{more} {last}/{}", lines.len()), painter.theme.quiet());
    }
    for (at, content) in lines.iter().skip(detail.scroll).take(rows).enumerate() {
        let place = line(text, u16::try_from(at + 2).unwrap_or(u16::MAX));
        draw_line(content, place, painter);
        if state.find.is_some() && state.is_reading() {
            finding::mark(state, detail.scroll + at, &content.text(), place, painter);
        }
    }
}

fn title(job: &Job, area: Rect, painter: &mut Painter) {
    let theme = painter.theme;
    let word = job.status.map_or("status unknown".into(), crate::model::Status::word);
    let kind = job.job_type.map_or(format::UNKNOWN.into(), crate::model::JobType::short);
    let style = theme.status(job.status).patch(theme.strong());
    painter.pieces(
        area,
        &[(format!("{} {word}", format::glyph(job.status)), style), (format!("  {kind}"), theme.strong())],
    );
}

fn tabs(state: &State, open: Tab, area: Rect, painter: &mut Painter) {
    let theme = painter.theme;
    let focused = state.focus == Focus::Detail;
    let style = |tab: Tab| match (tab == open, focused) {
        (true, true) => theme.cursor(),
        (true, false) => theme.accent(),
        (false, _) => theme.quiet(),
    };
    for (tab, place) in document::tabs(area) {
        painter.text(place, &format!(" {} ", tab.title()), style(tab));
    }
}

fn draw_line(content: &Line, area: Rect, painter: &mut Painter) {
    let theme = painter.theme;
    let part = |part: Part| match part {
        Part::Plain => theme.plain(),
        Part::Quiet => theme.quiet(),
        Part::Bad => theme.bad(),
        Part::Doubtful => theme.doubtful(),
    };
    match content {
        Line::Blank => {}
        Line::Heading(text) => {
            painter.text(area, text, theme.accent());
        }
        Line::Text(text, role) => {
            painter.text(area, text, part(*role));
        }
        Line::Field(name, value, role) => {
            painter.pieces(area, &[(name.clone(), theme.quiet()), (value.clone(), part(*role))]);
        }
        Line::Bar(counts) => bar(*counts, area, painter),
        Line::Run(when, status, outcome, current) => {
            let style = if *current { theme.strong() } else { theme.plain() };
            let mark = (if *current { "▸" } else { " " }.to_owned(), theme.accent());
            let pieces =
                [mark, (format!("{when:>15}  "), style), (format::glyph(*status).to_owned(), theme.status(*status))];
            let used = painter.pieces(area, &pieces);
            painter.text(beyond(area, used + 2), outcome, style);
            debug_assert!(cells_of(&pieces) < 24);
        }
    }
}

/// The objects by outcome, to scale; whatever is there is seen, if only by one cell.
pub(super) fn bar(counts: Counts, area: Rect, painter: &mut Painter) {
    let Some(total) = counts.total.filter(|total| *total > 0) else {
        painter.text(area, &"┈".repeat(usize::from(area.width)), painter.theme.quiet());
        return;
    };
    let width = u64::from(area.width);
    let parts = [(counts.ok, Bar::Ok, "█"), (counts.skipped, Bar::Doubtful, "▒"), (counts.failed, Bar::Bad, "█")];
    let cells = |count: Option<u64>| {
        count.filter(|count| *count > 0).map_or(0, |count| (count.min(total) * width / total).max(1))
    };
    let mut widths: Vec<u64> = parts.iter().map(|(count, ..)| cells(*count)).collect();
    // Rounding is settled by the widest part, so that the bar is as long as its area when all objects are accounted for.
    let known: u64 = parts.iter().filter_map(|(count, ..)| *count).sum();
    let sum: u64 = widths.iter().sum();
    if let Some(widest) = widths.iter_mut().max_by_key(|width| **width)
        && (known >= total || sum > width)
    {
        *widest = (*widest + width).saturating_sub(sum);
    }
    let solid =
        |part: Bar, sign: &'static str| if part == Bar::Bad && !painter.theme.has_colors() { "░" } else { sign };
    let mut pieces: Vec<(String, Style)> = Vec::new();
    for ((_, part, sign), cells) in parts.iter().zip(widths) {
        pieces.push((solid(*part, sign).repeat(usize::try_from(cells).unwrap_or(0)), painter.theme.bar(*part)));
    }
    let used = painter.pieces(area, &pieces);
    let rest = beyond(area, used);
    painter.text(rest, &"┈".repeat(usize::from(rest.width)), painter.theme.quiet());
}
