//! The first screen, where no tenant is set up: what is needed, and the demo one key away.

use ratatui::{layout::Rect, style::Style};

use super::{
    footer, overlay,
    paint::{Painter, inset, line},
};
use crate::{
    keymap::{Action, Context},
    layout::Layout,
    state::State,
};

pub(super) fn draw(state: &State, layout: &Layout, painter: &mut Painter) {
    let theme = painter.theme;
    let key = theme.accent().patch(theme.strong());
    let of = |action| state.keymap.key(Context::FirstRun, action);
    let (demo, set_up, quit) = (of(Action::Demo), of(Action::SetUp), of(Action::Close));
    let text: [(&str, &str, Style); 11] = [
        ("", "No tenant is set up yet.", theme.strong()),
        ("", "", theme.plain()),
        (&demo, "look around in the demo: no account, no network", theme.plain()),
        (&set_up, "set up your tenant: some questions, a test, done (jobtop login)", theme.plain()),
        (&quit, "quit", theme.plain()),
        ("", "", theme.plain()),
        ("", "Your own jobs need an app registration in AvePoint Online Services", theme.plain()),
        ("", "with platformbackup.readwrite.all (read-write; jobtop only reads): its", theme.plain()),
        ("", "client id, its secret or certificate, and your data centre.", theme.plain()),
        ("", "", theme.plain()),
        ("", "jobtop --help tells the options and variables that do the same.", theme.quiet()),
    ];
    painter.text(inset(layout.header), "jobtop", key);
    let height = u16::try_from(text.len()).unwrap_or(u16::MAX);
    let body = Rect { y: layout.header.bottom(), height: layout.footer.y - layout.header.bottom(), ..layout.screen };
    let top = body.height.saturating_sub(height) / 2;
    let left = body.width.saturating_sub(74) / 2 + 2;
    for (at, (name, told, style)) in text.iter().enumerate() {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        let place = line(Rect { x: body.x + left, width: body.width - left, ..body }, top.saturating_add(at));
        let used = painter.text(place, name, key);
        let gap = if name.is_empty() { 0 } else { 8 - used.min(8) };
        let rest = Rect { x: place.x + used + gap, width: place.width.saturating_sub(used + gap), ..place };
        painter.text(rest, told, *style);
    }
    footer::draw(state, layout.footer, painter);
    overlay::draw(state, layout, painter);
}
