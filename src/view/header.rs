//! The first line: whose jobs, which range, how old the picture is.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use ratatui::layout::Rect;

use super::{
    canvas::{Key, Pane},
    paint::{Painter, Piece, beyond, cells, cells_of, inset},
};
use crate::{
    filter::Range,
    format,
    state::{Live, State, Tenant},
};

/// What the header is painted from.
#[derive(Debug)]
pub(super) struct Look {
    tenant: Tenant,
    range: Range,
    badge: Option<String>,
    times: Times,
    area: Rect,
}

/// The part of it that is no text.
#[derive(Debug, PartialEq)]
struct Times {
    ends: [Option<DateTime<Utc>>; 2],
    zone: Tz,
    /// No zone changes its name within a minute.
    minute: i64,
    as_of: Option<DateTime<Utc>>,
    stale: bool,
    live: Live,
    spinner: Option<&'static str>,
}

impl Look {
    fn of(state: &State, area: Rect) -> Self {
        let (tenant, range) = (state.tenant.clone(), state.filter.range.clone());
        Self { tenant, range, badge: state.skew.badge(), times: Times::of(state), area }
    }

    fn is_of(&self, state: &State, area: Rect) -> bool {
        let words = self.tenant == state.tenant && self.range == state.filter.range;
        words && self.times == Times::of(state) && self.badge == state.skew.badge() && self.area == area
    }
}

impl Times {
    fn of(state: &State) -> Self {
        let query = state.pager.query();
        Self {
            ends: [query.from, query.to],
            zone: state.zones.shown,
            minute: state.now.timestamp().div_euclid(60),
            as_of: state.pager.as_of(),
            stale: state.is_stale(),
            live: state.live,
            spinner: (state.motion && state.pager.is_busy(state.now)).then(|| spinner(state)),
        }
    }
}

pub(super) fn draw(state: &State, area: Rect, painter: &mut Painter) {
    let edition = painter.canvas.header.edition(|look| look.is_of(state, area), || Look::of(state, area));
    let key = Key { pane: Pane::Header, edition, item: 0 };
    painter.part(area, key, |painter| paint(state, area, painter));
}

fn paint(state: &State, area: Rect, painter: &mut Painter) {
    let theme = painter.theme;
    let area = inset(area);
    let age = age(state, painter);
    let range = state.filter.range.name(state.zones.shown);
    let zone = format::zone_name(state.now, state.zones.shown);
    let name = vec![
        ("jobtop".to_owned(), theme.accent().patch(theme.strong())),
        ("  ".to_owned(), theme.plain()),
        (state.tenant.name.clone(), theme.tenant(&state.tenant.name)),
    ];
    let place = (format!("  {}", state.tenant.place), theme.quiet());
    let spans = [format!("{range}  {} {zone}", limits(state)), format!("{range}  {zone}"), range];

    painter.right(area, &age.0, age.1);
    let free = area.width.saturating_sub(cells(&age.0) + 2);
    let badge = state.skew.badge().filter(|badge| cells_of(&name) + cells(badge) + 4 <= free);
    let free = badge.map_or(free, |badge| {
        painter.right(Rect { width: free, ..area }, &badge, theme.quiet());
        free.saturating_sub(cells(&badge) + 2)
    });
    let mut left = name;
    if cells_of(&left) + cells(&place.0) + cells(&spans[0]) + 4 <= free {
        left.push(place);
    }
    let used = painter.pieces(Rect { width: free, ..area }, &left);
    let middle = beyond(Rect { width: free, ..area }, used + 2);
    if let Some(span) = spans.iter().find(|span| cells(span) <= middle.width) {
        painter.centered(middle, span, theme.plain());
    }
}

/// The range's two ends.
fn limits(state: &State) -> String {
    let query = state.pager.query();
    let zone = state.zones.shown;
    let end = |at: Option<_>, open: &str| at.map_or(open.to_owned(), |at| format::day_and_clock(at, zone));
    format!("{} – {}", end(query.from, "the first job"), end(query.to, "now"))
}

fn age(state: &State, painter: &Painter) -> Piece {
    let theme = painter.theme;
    let at = state.pager.as_of().map(|at| format::clock(at, state.zones.shown));
    let busy = state.pager.is_busy(state.now);
    match (at, state.is_stale()) {
        (None, _) => ("no answer yet".to_owned(), theme.quiet()),
        (Some(at), true) => (format!("stale since {at}"), theme.bad()),
        (Some(at), false) => {
            let live =
                if state.live.on { format!("live {}s", state.live.every.as_secs()) } else { "live off".to_owned() };
            let mark = if busy && state.motion { spinner(state) } else { "" };
            (format!("{mark} {live}  as of {at}"), theme.quiet())
        }
    }
}

/// A sign that moves with the clock while something is under way, four steps a second.
pub(super) fn spinner(state: &State) -> &'static str {
    const FRAMES: [&str; 4] = ["⠋", "⠙", "⠴", "⠦"];
    let step = state.now.timestamp_millis().div_euclid(250).rem_euclid(4);
    FRAMES[usize::try_from(step).unwrap_or(0)]
}
