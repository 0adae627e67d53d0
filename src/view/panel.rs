//! The filter panel: what may be chosen, what is chosen, and who does it.

use ratatui::layout::Rect;

use super::{
    footer,
    paint::{Painter, beyond, cells, inset, line},
    strip,
};
use crate::{
    document::panel::{Line, TICK, inside, lines},
    filter::Place,
    format,
    layout::Layout,
    state::{Field, Focus, Panel, State},
};

pub(super) fn draw(state: &State, layout: &Layout, area: Rect, painter: &mut Painter) {
    let Some(panel) = &state.panel else { return };
    if layout.panel_floats {
        painter.frame(area, "Filter");
    } else {
        let style = if state.focus == Focus::Panel {
            painter.theme.accent().patch(painter.theme.strong())
        } else {
            painter.theme.quiet()
        };
        painter.text(line(inset(area), 0), "Filter", style);
    }
    for (content, place) in lines(panel, inside(layout, area)) {
        match content {
            Line::Blank => {
                let error = panel.error.as_ref().map_or(String::new(), |error| error.why.clone());
                painter.text(place, &error, painter.theme.bad());
            }
            Line::Note(text) => painter.right(place, text, painter.theme.quiet()),
            Line::Heading(text) => {
                painter.text(place, text, painter.theme.quiet());
            }
            Line::Field(field) => draw_field(state, panel, field, place, painter),
        }
    }
}

fn draw_field(state: &State, panel: &Panel, field: Field, area: Rect, painter: &mut Painter) {
    let theme = painter.theme;
    let here = panel.field() == field && state.focus == Focus::Panel;
    let (name, value) = filled(state, field);
    let value_style = match field {
        Field::Status(status) => theme.status(Some(status)),
        _ => theme.plain(),
    };
    let name_width = if field.is_tick() { TICK } else { 9 };
    painter.text(area, name, if field.is_tick() { theme.plain() } else { theme.quiet() });
    let rest = beyond(area, name_width);
    if let (Some(input), true) = (&panel.editing, here) {
        footer::text_field(input, rest, painter);
        footer::underline(input, panel.error.as_ref(), rest, painter);
        return;
    }
    let beside = beside(state, field);
    let room = rest.width.saturating_sub(cells(&beside) + 1);
    painter.text(Rect { width: room, ..rest }, &value, value_style);
    painter.right(rest, &beside, theme.quiet());
    if here {
        painter.style(area, theme.cursor());
    }
}

/// A field's name, or its tick, and what it is filled with.
fn filled(state: &State, field: Field) -> (&'static str, String) {
    let filter = &state.filter;
    match field {
        Field::Range => ("Range", filter.range.name(state.zones.shown)),
        Field::Services => {
            ("Service", chosen(&filter.services.iter().map(|service| service.short().into_owned()).collect::<Vec<_>>()))
        }
        Field::Types => {
            ("Type", chosen(&filter.types.iter().map(|job_type| job_type.short().into_owned()).collect::<Vec<_>>()))
        }
        Field::SearchText => ("Search", text(&filter.search)),
        Field::Text => ("Text", text(filter.text.as_str())),
        Field::Problems => (ticked(filter.problems), "problems only".to_owned()),
        Field::Status(status) => {
            (ticked(filter.statuses.contains(&status)), format!("{} {}", format::glyph(Some(status)), status.word()))
        }
    }
}

/// The same for whoever does not see the tick or the sign.
pub(super) fn said(state: &State, field: Field) -> (String, String) {
    let (name, value) = filled(state, field);
    let value = if let Field::Status(status) = field { status.word().into_owned() } else { value };
    let tick = if name == ticked(true) { "ticked" } else { "not ticked" };
    if field.is_tick() { (value, tick.to_owned()) } else { (name.to_owned(), value) }
}

/// Who does a field, or how many jobs it would leave.
pub(super) fn beside(state: &State, field: Field) -> String {
    let filter = &state.filter;
    match field {
        Field::Status(status) => strip::number(state, state.summary.status(status)),
        Field::Problems => strip::number(state, state.summary.problems),
        Field::Services => place(filter.services_place()),
        Field::Types => place(filter.types_place()),
        Field::Range | Field::SearchText => place(Place::Server),
        Field::Text => place(Place::Here),
    }
}

fn place(place: Place) -> String {
    match place {
        Place::Server => "server".to_owned(),
        Place::Here => "here".to_owned(),
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
