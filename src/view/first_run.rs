//! The first screen, where no tenant is set up: what is needed, and the demo one key away.

use ratatui::{layout::Rect, style::Style};

use super::{
    footer, overlay,
    paint::{Painter, inset, line},
};
use crate::{
    format,
    keymap::{Action, Context},
    layout::Layout,
    state::State,
};

/// Cells that a key takes, with the gap behind it.
const KEY: usize = 8;

pub(super) fn draw(state: &State, layout: &Layout, painter: &mut Painter) {
    let theme = painter.theme;
    let key = theme.accent().patch(theme.strong());
    let text = text(state);
    painter.text(inset(layout.header), "jobtop", key);
    let body = Rect { y: layout.header.bottom(), height: layout.footer.y - layout.header.bottom(), ..layout.screen };
    let left = body.width.saturating_sub(74) / 2 + 2;
    let width = usize::from((body.width - left).min(74));
    let mut rows: Vec<(&str, String, Style)> = Vec::new();
    for (at, (name, told)) in text.iter().enumerate() {
        let style = match at {
            0 => theme.strong(),
            at if at + 1 == text.len() => theme.quiet(),
            _ => theme.plain(),
        };
        let gap = if name.is_empty() { 0 } else { KEY };
        let names = std::iter::once(name.as_str()).chain(std::iter::repeat(""));
        rows.extend(
            names
                .zip(format::wrap(told, width - gap))
                .map(|(name, told)| (name, if gap > 0 { format!("{:gap$}{told}", "") } else { told }, style)),
        );
    }
    // Where there are few rows, what is said is worth more than the room around it.
    if rows.len() > usize::from(body.height) {
        rows.retain(|(_, told, _)| !told.is_empty());
    }
    let top = body.height.saturating_sub(u16::try_from(rows.len()).unwrap_or(u16::MAX)) / 2;
    for (at, (name, told, style)) in rows.iter().enumerate() {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        let place = line(Rect { x: body.x + left, width: body.width - left, ..body }, top.saturating_add(at));
        painter.text(place, told, *style);
        painter.text(place, name, key);
    }
    footer::draw(state, layout.footer, painter);
    overlay::draw(state, layout, painter);
}

/// What is said, with the keys that it is said of.
fn text(state: &State) -> [(String, &'static str); 9] {
    let none = String::new;
    let of = |action| state.keymap.key(Context::FirstRun, action);
    let (demo, set_up, quit) = (of(Action::Demo), of(Action::SetUp), of(Action::Close));
    [
        (none(), "No tenant is set up yet."),
        (none(), ""),
        (demo, "look around in the demo: no account, no network"),
        (set_up, "set up your tenant: some questions, a test, done (jobtop login)"),
        (quit, "quit"),
        (none(), ""),
        (
            none(),
            "Your own jobs need an app registration in AvePoint Online Services with platformbackup.readwrite.all (read-write; \
             jobtop only reads): its client id, its secret or certificate, and your data centre.",
        ),
        (none(), ""),
        (none(), "jobtop --help tells the options and variables that do the same."),
    ]
}

/// The same in sentences.
pub(super) fn words(state: &State) -> Vec<String> {
    let said = |(key, told): (String, &str)| if key.is_empty() { told.to_owned() } else { format!("{key}: {told}") };
    text(state).into_iter().map(said).filter(|told| !told.is_empty()).collect()
}
