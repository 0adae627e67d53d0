//! The filter panel: what may be chosen, what is chosen, and who does it.

use ratatui::layout::Rect;

use super::{
    footer,
    paint::{Painter, beyond, inset, line},
    strip,
};
use crate::{
    filter::Place,
    format,
    layout::Layout,
    state::{Field, Focus, Panel, State},
};

pub(super) fn draw(state: &State, layout: &Layout, area: Rect, painter: &mut Painter) {
    let Some(panel) = &state.panel else { return };
    let inner = if layout.panel_floats {
        painter.frame(area, "Filter")
    } else {
        let inner = inset(area);
        let style = if state.focus == Focus::Panel {
            painter.theme.accent().patch(painter.theme.strong())
        } else {
            painter.theme.quiet()
        };
        painter.text(line(inner, 0), "Filter", style);
        Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner }
    };
    let lines = lines(state);
    let cursor =
        lines.iter().position(|entry| matches!(entry, Entry::Field(field) if *field == panel.field())).unwrap_or(0);
    let rows = usize::from(inner.height);
    let top = (cursor + 2).saturating_sub(rows).min(lines.len().saturating_sub(rows));
    for (at, entry) in lines.iter().skip(top).take(rows).enumerate() {
        let place = line(inner, u16::try_from(at).unwrap_or(u16::MAX));
        match entry {
            Entry::Blank => {}
            Entry::Place(text) => {
                painter.text(place, text, painter.theme.quiet());
            }
            Entry::Field(field) => draw_field(state, panel, *field, place, painter),
        }
    }
}

enum Entry {
    Blank,
    Place(&'static str),
    Field(Field),
}

/// The fields under the heading of who answers them: the choice of several services moves from one to the other.
fn lines(state: &State) -> Vec<Entry> {
    let place = |field: &Field| match field {
        Field::Range | Field::SearchText => Place::Server,
        Field::Services => state.filter.services_place(),
        Field::Types => state.filter.types_place(),
        Field::Text | Field::Problems | Field::Status(_) => Place::Here,
    };
    let of = |wanted: Place| Field::ALL.into_iter().filter(move |field| place(field) == wanted).map(Entry::Field);
    let mut lines = vec![Entry::Place("the server does, for all jobs")];
    lines.extend(of(Place::Server));
    lines.push(Entry::Blank);
    lines.push(Entry::Place("jobtop does, over what is loaded"));
    lines.extend(of(Place::Here));
    lines
}

fn draw_field(state: &State, panel: &Panel, field: Field, area: Rect, painter: &mut Painter) {
    let theme = painter.theme;
    let filter = &state.filter;
    let here = panel.field() == field && state.focus == Focus::Panel;
    let (name, value) = match field {
        Field::Range => ("Range", filter.range.name(state.zones.shown)),
        Field::Services => {
            ("Service", chosen(&filter.services.iter().map(|service| service.short().into_owned()).collect::<Vec<_>>()))
        }
        Field::Types => {
            ("Type", chosen(&filter.types.iter().map(|job_type| job_type.short().into_owned()).collect::<Vec<_>>()))
        }
        Field::SearchText => ("Search", text(&filter.search)),
        Field::Text => ("Text", text(&filter.text)),
        Field::Problems => (ticked(filter.problems), "problems only".to_owned()),
        Field::Status(status) => {
            (ticked(filter.statuses.contains(&status)), format!("{} {}", format::glyph(Some(status)), status.word()))
        }
    };
    let is_tick = matches!(field, Field::Problems | Field::Status(_));
    let value_style = match field {
        Field::Status(status) => theme.status(Some(status)),
        _ => theme.plain(),
    };
    let name_width = if is_tick { 4 } else { 9 };
    painter.text(area, name, if is_tick { theme.plain() } else { theme.quiet() });
    let rest = beyond(area, name_width);
    if let (Some(input), true) = (&panel.editing, here) {
        footer::text_field(input, rest, painter);
        return;
    }
    painter.text(rest, &value, value_style);
    if let Field::Status(status) = field {
        painter.right(rest, &strip::number(state, state.summary.status(status)), theme.quiet());
    }
    if here {
        painter.style(area, theme.cursor());
    }
}

fn ticked(on: bool) -> &'static str {
    if on { "[x]" } else { "[ ]" }
}

fn chosen(names: &[String]) -> String {
    match names.len() {
        0 => "any".to_owned(),
        1 | 2 => names.join(", "),
        many => format!("{many} chosen"),
    }
}

fn text(text: &str) -> String {
    if text.is_empty() { "any".to_owned() } else { String::from(crate::text::Foreign::from(text).line(60)) }
}
