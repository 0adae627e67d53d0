//! The dashboard in words, for screen readers and for terminals that cannot move their cursor: what differs between two moments,
//! a line for each difference. It knows no terminal; what a line says is what the screen shows.

mod layer;
mod page;
mod phrase;
mod scene;

use crate::{
    format, policy,
    state::{Load, State},
    text::{self, Foreign, Safe},
};
use layer::Layer;
use page::Page;
pub use scene::Scene;
use scene::{Focused, Row};

/// Tells a session as it goes on.
#[derive(Debug, Default)]
pub struct Teller {
    said: Option<Scene>,
    welcomed: bool,
}

impl Teller {
    /// The lines for what has changed since the last time. Where somebody typed, there is always one.
    pub fn tell(&mut self, state: &State, typed: bool, ascii: bool) -> Vec<Safe> {
        let (now, mut lines) = (Scene::of(state), Vec::new());
        if !std::mem::replace(&mut self.welcomed, true) {
            lines.push(phrase::welcome(state));
        }
        let (told, said) = told(self.said.as_ref(), now, typed);
        lines.extend(told);
        self.said = Some(said);
        let broken = lines.iter().flat_map(|line| format::wrap(line, policy::PLAIN_COLUMNS));
        let signs = broken.map(|line| if ascii { text::ascii(&line) } else { line });
        signs.map(|line| Foreign::from(line).line(policy::PLAIN_COLUMNS)).collect()
    }

    /// The next time all of it is told again.
    pub fn forget(&mut self) {
        self.said = None;
    }
}

/// What is said of a moment after another one, or of the first. Gives what counts as said from now on, too: what is held back
/// is told later.
fn told(before: Option<&Scene>, mut now: Scene, typed: bool) -> (Vec<String>, Scene) {
    let Some(before) = before else { return (whole(&now), now) };
    let mut lines = Vec::new();
    layer(before, &now, &mut lines);
    for (old, new) in before.places().into_iter().zip(now.places()) {
        lines.extend((old != new).then(|| new.to_owned()).filter(|line| !line.is_empty()));
    }
    let covered = now.layer.is_some();
    if covered {
        now.chips.clone_from(&before.chips);
    } else if before.chips != now.chips {
        lines.push(chips(&now.chips));
    }
    coverage(before, &mut now, &mut lines);
    server(before, &mut now, typed, &mut lines);
    if before.marks != now.marks && (now.marks.is_some() || now.notice.is_none()) {
        lines.push(now.marks.clone().unwrap_or_else(|| "nothing marked".to_owned()));
    }
    lines.extend(now.notice.clone().filter(|_| before.notice != now.notice));
    if covered {
        // Told when there is nothing above it any more.
        (now.row, now.detail) = (before.row.clone(), before.detail.clone());
        now.has_detail = before.has_detail;
        now.column.clone_from(&before.column);
        now.focus.clone_from(&before.focus);
    } else {
        focus(before, &now, &mut lines);
        if matches!(now.focus, Focused::Table | Focused::Detail) {
            row(before, &now, typed, &mut lines);
        } else {
            now.row.clone_from(&before.row);
        }
        page(before, &mut now, &mut lines);
        if before.column.0 != now.column.0 {
            lines.push(now.column.1.clone());
        }
    }
    if typed && lines.is_empty() {
        lines.push(here(&now));
    }
    (lines, now)
}

/// Everything at once: at first, and when it is asked for.
fn whole(now: &Scene) -> Vec<String> {
    if !now.first_run.is_empty() {
        return now.first_run.clone();
    }
    let mut lines: Vec<String> = now.places().into_iter().map(str::to_owned).collect();
    lines.retain(|line| !line.is_empty());
    if !now.chips.is_empty() {
        lines.push(chips(&now.chips));
    }
    lines.extend(Some(now.coverage.text.clone()).filter(|told| *told != here(now)));
    lines.extend(now.trouble.iter().map(|(_, told)| told.clone()));
    lines.extend(now.marks.clone());
    lines.extend(now.notice.clone());
    lines.push(here(now));
    lines
}

/// Where the keys go: what is repeated when a key has changed nothing.
fn here(now: &Scene) -> String {
    if let Some(notice) = &now.notice {
        return notice.clone();
    }
    match (&now.layer, &now.focus) {
        (Some(layer), _) => layer.here(),
        (None, Focused::Panel(told) | Focused::Summary(told, _)) => told.clone(),
        (None, Focused::Nothing) => now.first_run.first().cloned().unwrap_or_default(),
        (None, Focused::Table | Focused::Detail) => {
            now.row.as_ref().map_or_else(|| now.nothing().to_owned(), Row::told)
        }
    }
}

fn chips(chips: &[String]) -> String {
    if chips.is_empty() { "no filter".to_owned() } else { format!("filter: {}", chips.join(", ")) }
}

/// What lies above the panes: opened, changed, closed.
fn layer(before: &Scene, now: &Scene, lines: &mut Vec<String>) {
    match (&before.layer, &now.layer) {
        (None, None) => {}
        (Some(old), None) => lines.push(format!("{} closed", old.title)),
        (Some(old), Some(new)) if old.title == new.title => lines.extend(new.changes(old)),
        (_, Some(new)) => lines.extend(new.opened()),
    }
}

/// How much is loaded: at once when that is over, now and then while it goes on.
fn coverage(before: &Scene, now: &mut Scene, lines: &mut Vec<String>) {
    let (old, new) = (&before.coverage, &mut now.coverage);
    if new.waits && !old.waits {
        lines.push("loading more".to_owned());
    }
    let in_layer = now.layer.as_ref().is_some_and(Layer::tells_coverage);
    if old.load != new.load && new.load != Load::AsNeeded {
        lines.push(new.whole.clone());
    } else if old.text == new.text {
        new.at = old.at;
        return;
    } else if in_layer && before.layer.as_ref().map(|layer| &layer.text) != now.layer.as_ref().map(|layer| &layer.text)
    {
        // The line of what was typed has it.
    } else if new.busy && old.busy && now.now - old.at < policy::PLAIN_PROGRESS {
        (new.text, new.at) = (old.text.clone(), old.at);
        return;
    } else {
        lines.push(new.text.clone());
    }
    new.at = now.now;
}

/// What the server does: troubles as they come and go, the answer that somebody waits for.
fn server(before: &Scene, now: &mut Scene, typed: bool, lines: &mut Vec<String>) {
    let error = |scene: &Scene| scene.trouble.as_ref().map(|(error, _)| error.clone());
    match (&now.trouble, error(before) != error(now)) {
        (Some((_, told)), true) => lines.push(told.clone()),
        (None, true) => lines.push("the server answers again".to_owned()),
        (_, false) => {}
    }
    now.awaited = before.awaited;
    if typed && now.asks && !before.asks {
        now.awaited = true;
        lines.push("asking the server again".to_owned());
    }
    if now.awaited && !now.asks {
        now.awaited = false;
        lines.extend(now.as_of.clone().filter(|_| now.trouble.is_none()));
    }
    if now.arrived > before.arrived {
        lines.push(format!("{} new above", now.arrived - before.arrived));
    }
}

fn focus(before: &Scene, now: &Scene, lines: &mut Vec<String>) {
    if before.focus == now.focus {
        return;
    }
    match (&before.focus, &now.focus) {
        (Focused::Panel(_), Focused::Panel(told)) | (Focused::Summary(..), Focused::Summary(told, _)) => {
            lines.push(told.clone());
        }
        (_, Focused::Panel(told)) => lines.extend([now.panel_opens.clone(), told.clone()]),
        (_, Focused::Summary(told, all)) => lines.extend([format!("summary: {all}"), told.clone()]),
        (_, Focused::Detail) => lines.push("detail".to_owned()),
        (Focused::Detail, Focused::Table) if !now.has_detail => {}
        (_, Focused::Table) => lines.push("jobs".to_owned()),
        (_, Focused::Nothing) => lines.extend(now.first_run.iter().cloned()),
    }
}

/// The selected job: another one, the same with something else, or in another place after the list was changed.
fn row(before: &Scene, now: &Scene, typed: bool, lines: &mut Vec<String>) {
    match (&before.row, &now.row) {
        (_, None) if !now.first_run.is_empty() => {}
        (Some(_) | None, None) => {
            lines.extend(Some(now.empty.clone()).filter(|told| !told.is_empty() && *told != before.empty));
        }
        (Some(old), Some(new)) if old.id == new.id => {
            let elsewhere = before.chips != now.chips || before.focus != now.focus;
            let moved = typed && old.place != new.place && elsewhere;
            if old.essence != new.essence {
                lines.push(new.told());
            } else if moved {
                lines.push(format!("the same job, {}", new.place));
            }
        }
        (_, Some(new)) => lines.push(new.told()),
    }
}

/// The detail pane: what has come into view of the job that is read.
fn page(before: &Scene, now: &mut Scene, lines: &mut Vec<String>) {
    let reads = now.focus == Focused::Detail;
    let Some(new) = &mut now.detail else {
        lines.extend((before.has_detail && !now.has_detail).then(|| "detail closed".to_owned()));
        return;
    };
    match &before.detail {
        Some(old) if old.is_of(new) && !old.untold => lines.extend(new.beyond(old)),
        Some(old) if !reads && old.scroll == new.scroll && (old.untold || !old.is_of(new)) => new.untold = true,
        // There was no job for a while.
        None if !reads && before.has_detail => new.untold = true,
        _ => lines.extend(Page::told(new)),
    }
}
