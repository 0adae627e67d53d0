//! The choice of columns: each with a tick, what it says of the selected job, and how it stands in the table.

use super::{
    super::paint::{Painter, beyond, cells},
    note,
};
use crate::{
    keymap::{Action, Context, Step},
    layout::{Chosen, Window},
    state::{ColumnChooser, State},
};

/// Cells that tick and title take.
const TITLE: u16 = 15;

pub(super) fn draw(state: &State, chooser: &ColumnChooser, window: Window, painter: &mut Painter) {
    let theme = painter.theme;
    painter.frame(window.area, "Columns");
    let slots = state.slots_of(&chooser.columns());
    let job = state.selected();
    for (at, (one, ticked)) in chooser.items.iter().enumerate().skip(window.top) {
        let Some(place) = window.place(at) else { break };
        let has_room = slots.iter().any(|slot| slot.column == one.column);
        let style = if *ticked { theme.plain() } else { theme.quiet() };
        painter.text(place, if *ticked { "[x]" } else { "[ ]" }, style);
        painter.text(beyond(place, 4), one.column.title(), style);
        let stands = stands(*one, *ticked, has_room);
        painter.right(place, &stands, if *ticked && !has_room { theme.doubtful() } else { theme.quiet() });
        let rest = beyond(place, TITLE);
        let room = rest.width.saturating_sub(cells(&stands) + 2);
        let says = job.as_ref().map(|job| state.told(job, one.column, room)).unwrap_or_default();
        painter.text(ratatui::layout::Rect { width: room, ..rest }, &says, theme.quiet());
        if at == chooser.cursor {
            painter.style(place, theme.cursor());
        }
    }
    note(window.area, &keys(state, window.area.width), painter);
}

/// How a column stands in the table.
fn stands(one: Chosen, is_shown: bool, has_room: bool) -> String {
    let width = one.width.filter(|_| is_shown).map(|width| format!("{width} wide"));
    let room = (is_shown && !has_room).then(|| "no room here".to_owned());
    let pinned = one.pinned.then(|| "pinned".to_owned());
    [room, width, pinned].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The keys, in few words and as many as the border has room for; what applies stands in the footer, too.
fn keys(state: &State, width: u16) -> String {
    let key = |action| state.keymap.key(Context::Columns, action);
    let shift = |step| key(Action::ShiftColumn(step));
    let fits = |told: &[String]| cells(&told.join(" · ")) + 6 <= width;
    let tick = key(Action::Toggle);
    let all = [
        format!("{tick} shows, hides"),
        format!("{} {} move", shift(Step::Up), shift(Step::Down)),
        format!("{} pins", key(Action::PinColumn)),
        format!("{} resets", key(Action::ResetColumns)),
        format!("{} applies", key(Action::Open)),
    ];
    if fits(&all) {
        return all.join(" · ");
    }
    let all = [&[format!("{tick} shows")], &all[1..]].concat();
    let most = (1..=all.len()).rev().find(|most| fits(&all[..*most]));
    all[..most.unwrap_or(1)].join(" · ")
}
