//! The job table: only the visible slice becomes cells, so that a frame costs the screen and not the list.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use ratatui::{layout::Rect, style::Style};

use super::{
    canvas::{Key, Pane},
    header,
    paint::{Painter, beyond, line},
    scrollbar,
};
use crate::{
    format,
    keymap::{Action, Context},
    layout::{self, Layout, Slot},
    model::{ApiError, Job, JobId, Status},
    pager::{Coverage, Tail},
    policy,
    state::{Focus, State},
    store::{Column, Direction, Sort},
};

/// What a row's words are painted from, but for the row itself.
#[derive(Debug)]
pub(super) struct Look {
    tenant: String,
    /// Of the tenant's jobs and of what is shown of them.
    revision: u64,
    as_of: DateTime<Utc>,
    today: NaiveDate,
    zone: Tz,
    slots: Vec<Slot>,
    wide: bool,
    area: Rect,
}

impl Look {
    fn of(state: &State, slots: &[Slot], area: Rect) -> Self {
        Self {
            tenant: state.tenant.name.clone(),
            revision: state.store.revision(),
            as_of: state.store.as_of(),
            today: state.today(),
            zone: state.zones.shown,
            slots: slots.to_vec(),
            wide: state.columns.wide,
            area,
        }
    }

    fn is_of(&self, state: &State, slots: &[Slot], area: Rect) -> bool {
        let times = (self.as_of, self.today, self.zone) == (state.store.as_of(), state.today(), state.zones.shown);
        let place = (self.wide, self.area) == (state.columns.wide, area) && self.slots == slots;
        times && place && self.revision == state.store.revision() && self.tenant == state.tenant.name
    }
}

pub(super) fn draw(state: &State, layout: &Layout, area: Rect, painter: &mut Painter) {
    let slots = state.slots();
    let (theme, range) = (painter.theme, state.range_places());
    let picks = !state.marks.ids.is_empty() || !state.watches.jobs.is_empty();
    let is_same = |look: &Look| look.is_of(state, &slots, area);
    let edition = painter.canvas.table.edition(is_same, || Look::of(state, &slots, area));
    let key = Key { pane: Pane::TableHead, edition, item: head_item(state) };
    painter.part(line(area, 0), key, |painter| head(state, &slots, line(area, 0), painter));
    let mut told = String::new();
    let rows = state.store.shown().from(state.table.top).take(layout.table_rows());
    for (at, row) in rows.enumerate() {
        let area = line(area, u16::try_from(at + 1).unwrap_or(u16::MAX));
        let place = state.table.top + at;
        let selected = place == state.table.index;
        let id = picks.then(|| state.store.id(row));
        let picked = |holds: &dyn Fn(&JobId) -> bool| id.as_ref().is_some_and(holds);
        let marked =
            picked(&|id| state.marks.ids.contains(id)) || range.as_ref().is_some_and(|range| range.contains(&place));
        let watched = picked(&|id| state.watches.holds(id));
        let key = Key { pane: Pane::Table, edition, item: row.number().into() };
        painter.part(area, key, |painter| {
            draw_job(state, &state.store.sight(row), (&slots, area), &mut told, painter);
        });
        if selected {
            mark_cursor(state, &slots, area, painter);
        }
        painter.text(area, format::row_mark(selected, marked, watched), theme.accent());
    }
    if state.store.shown().is_empty() {
        nothing(state, area, painter);
    }
    scrollbar::draw(state, layout, area, painter);
}

/// The cursor's row is marked over its whole length; the words below stay as they are, whether it stands there or not.
fn mark_cursor(state: &State, slots: &[Slot], area: Rect, painter: &mut Painter) {
    let theme = painter.theme;
    if state.focus != Focus::Table {
        painter.style(area, theme.strong());
        return;
    }
    painter.style(Rect { width: area.width.saturating_sub(1), ..area }, theme.cursor());
    let under = slots.iter().find(|slot| slot.column == state.table.column);
    if let Some(slot) = under.filter(|slot| is_count(slot.column)) {
        painter.style(place(area, *slot), theme.cursor_cell());
    }
}

fn place(area: Rect, slot: Slot) -> Rect {
    Rect { x: area.x + slot.x, width: slot.width, ..area }
}

fn is_right(column: Column) -> bool {
    !matches!(column, Column::Status | Column::Type | Column::Service | Column::Id | Column::Comment)
}

/// What the head is painted from beside the columns' places, as a number.
fn head_item(state: &State) -> u64 {
    let sort = |sort: Option<Sort>| {
        sort.map_or(0, |sort| 1 | u64::from(sort.direction == Direction::Ascending) << 1 | (sort.column as u64) << 2)
    };
    let signs = [matches!(state.coverage(), Coverage::All(_)), state.focus == Focus::Table];
    let signs = signs.into_iter().fold(0, |signs, sign| signs << 1 | u64::from(sign));
    signs | (state.table.column as u64) << 8 | sort(state.sort) << 16 | sort(state.then) << 24
}

fn head(state: &State, slots: &[Slot], area: Rect, painter: &mut Painter) {
    let theme = painter.theme;
    let focused = state.focus == Focus::Table;
    for slot in slots {
        let arrow = match state.sort {
            Some(sort) if sort.column == slot.column => match (sort.direction, state.coverage()) {
                (Direction::Ascending, Coverage::All(_)) => "▴",
                (Direction::Descending, Coverage::All(_)) => "▾",
                (Direction::Ascending, _) => "▴~",
                (Direction::Descending, _) => "▾~",
            },
            None if slot.column == Column::Started => "▾",
            _ if state.then.is_some_and(|sort| sort.column == slot.column) => {
                match state.then.map(|sort| sort.direction) {
                    Some(Direction::Ascending) => "▴2",
                    _ => "▾2",
                }
            }
            _ => "",
        };
        let title = if slot.width < 4 { "" } else { slot.column.title() };
        let text = format!("{title}{}{arrow}", if arrow.is_empty() { "" } else { " " });
        let text = if crate::view::paint::cells(&text) > slot.width { format!("{title}{arrow}") } else { text };
        let style = match (focused, slot.column == state.table.column) {
            (true, true) => theme.accent().patch(theme.strong()),
            (true, false) => theme.strong(),
            (false, _) => theme.quiet(),
        };
        if is_right(slot.column) {
            painter.right(place(area, *slot), &text, style);
        } else {
            painter.text(place(area, *slot), &text, style);
        }
    }
}

fn draw_job(state: &State, job: &Job, (slots, area): (&[Slot], Rect), told: &mut String, painter: &mut Painter) {
    if let Some(reason) = job.unreadable {
        let raw = job.raw.first().map(|field| field.json.line(200)).unwrap_or_default();
        painter.text(
            Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area },
            &format!("? unreadable row ({reason}): {raw}"),
            painter.theme.bad(),
        );
    } else {
        for slot in slots {
            told.clear();
            // In wide mode a cell says all that it has; what there is no room for is cut with a sign for it.
            let room = if state.columns.wide { u16::MAX } else { slot.width };
            state.tell(job, slot.column, room.min(policy::MAX_SIZE.0), told);
            cell(job, slot.column, told, place(area, *slot), painter);
        }
    }
}

fn is_count(column: Column) -> bool {
    matches!(column, Column::Ok | Column::Failed | Column::Skipped)
}

fn cell(job: &Job, column: Column, told: &str, area: Rect, painter: &mut Painter) {
    let theme = painter.theme;
    let count = |count: Option<u64>, style| if count.is_some_and(|count| count > 0) { style } else { theme.quiet() };
    match column {
        Column::Status => status(job, told, area, painter),
        Column::Took if job.is_unfinished() => painter.right(area, told, theme.status(job.status)),
        Column::Failed => painter.right(area, told, count(job.counts.failed, theme.bad())),
        Column::Skipped => {
            let heavy = job.skipped_share().is_some_and(|share| share >= policy::SKIP_HEAVY);
            let style = if heavy && job.status != Some(Status::Skipped) { theme.doubtful() } else { theme.plain() };
            painter.right(area, told, count(job.counts.skipped, style));
        }
        // What is unknown and what is 0 stand back.
        Column::Ok => painter.right(area, told, count(job.counts.ok, theme.plain())),
        Column::Total => painter.right(area, told, count(job.counts.total, theme.plain())),
        Column::Id => drop(painter.text(area, told, theme.quiet())),
        column if is_right(column) => painter.right(area, told, theme.plain()),
        _ => drop(painter.text(area, told, theme.plain())),
    }
}

fn status(job: &Job, told: &str, area: Rect, painter: &mut Painter) {
    let style = painter.theme.status(job.status);
    let word_style = if job.status == Some(Status::Finished) { painter.theme.plain() } else { style };
    let (glyph, word) = told.split_once(' ').unwrap_or((told, ""));
    painter.text(area, glyph, style);
    painter.text(beyond(area, 2), word, word_style);
}

/// An empty table says why it is empty and what to do.
fn nothing(state: &State, area: Rect, painter: &mut Painter) {
    let theme = painter.theme;
    let middle = area.height / 2;
    let failed = match state.pager.tail() {
        Tail::Failed(_, error) => Some(error),
        _ => state.pager.trouble(),
    };
    let lines: Vec<(String, Style)> = match failed.filter(|_| state.store.is_empty()) {
        Some(error) => trouble(state, error, painter),
        None => vec![calm(state, painter), (what_to_do(state), theme.quiet())],
    };
    for (at, (text, style)) in lines.iter().enumerate() {
        let from = middle.saturating_sub(1);
        let y = from + u16::try_from(at).unwrap_or(0);
        let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..line(area, y) };
        painter.centered(inner, text, *style);
    }
}

fn trouble(state: &State, error: &ApiError, painter: &Painter) -> Vec<(String, Style)> {
    let theme = painter.theme;
    let width = state.layout().and_then(|layout| layout.table).map_or(40, layout::text_width);
    let mut lines: Vec<_> = format::wrap(&format!("✗ {error}"), width.saturating_sub(2))
        .into_iter()
        .map(|text| (text, theme.bad()))
        .collect();
    lines.extend(format::wrap(error.advice(), width.saturating_sub(2)).into_iter().map(|text| (text, theme.plain())));
    let next = state
        .pager
        .next_try()
        .map_or(String::new(), |at| format!("next try at {} · ", format::clock(at, state.zones.shown)));
    let key = |action| state.keymap.key(Context::Table, action);
    let (now, details, quits) = (key(Action::Refresh), key(Action::Messages), key(Action::Close));
    lines.push((format!("{next}{now} tries now · {details} details · {quits} quits"), theme.quiet()));
    lines
}

fn calm(state: &State, painter: &Painter) -> (String, Style) {
    let (theme, words) = (painter.theme, calm_words(state));
    if state.coverage() == Coverage::Unknown {
        let mark = if state.motion { header::spinner(state) } else { "…" };
        (format!("{mark} {words}"), theme.plain())
    } else {
        (words, theme.strong())
    }
}

/// Why no row is shown, where nothing went wrong.
pub(super) fn calm_words(state: &State) -> String {
    match state.coverage() {
        Coverage::Unknown => format!("asking {} for jobs", state.tenant.place),
        Coverage::All(0) => format!("no jobs in {}", state.filter.range.name(state.zones.shown)),
        Coverage::Partial(..) => "no match so far".to_owned(),
        Coverage::All(_) | Coverage::Missing(..) => "no job matches".to_owned(),
    }
}

pub(super) fn what_to_do(state: &State) -> String {
    let key = |action| state.keymap.key(Context::Table, action);
    match state.coverage() {
        Coverage::Unknown => String::new(),
        Coverage::All(0) if !state.filter.is_narrow() => format!("{} chooses another range", key(Action::RangePicker)),
        _ => format!("{} clears the filter · {} chooses another range", key(Action::Clear), key(Action::RangePicker)),
    }
}
