//! Copying: ids for a ticket, and whatever is picked. What is copied, and how, is said in a notice; what is too long for a terminal is not copied at all.

use super::{Effect, overlays::moved_round};
use crate::{
    format,
    keymap::{Action, Context},
    model::JobId,
    policy,
    sheet::{Frame, copied},
    state::{Clipboard, CopyBy, CopyItem, CopyPicker, Handing, Level, Overlay, Part, State},
    text::{Foreign, Safe},
};

/// Longer ids are nobody's.
const ID_COLUMNS: usize = 200;

/// Copies the ids of the marked jobs, else that of the selected one: what a support ticket asks for.
pub(super) fn ids(state: &mut State, effects: &mut Vec<Effect>) {
    let shown = |id: &JobId| id.text().line(ID_COLUMNS);
    let loaded = state.marked_rows().into_iter().map(|row| shown(&state.store.id(row)));
    let elsewhere = state.marked_elsewhere().into_iter().map(shown);
    let mut ids: Vec<Safe> = loaded.chain(elsewhere).collect();
    if ids.is_empty() {
        ids.extend(wanted_id(state));
    }
    let what = match ids.as_slice() {
        [] => return,
        [one] => one.to_string(),
        several => format!("{} job ids", format::count(several.len() as u64)),
    };
    copy(state, &what, Safe::joined(ids, ";"), effects);
}

/// Copies a text, and says what it is and which way it went.
pub(super) fn copy(state: &mut State, what: &str, text: Safe, effects: &mut Vec<Effect>) {
    send(state, text, [what.to_owned(), String::new()], effects);
}

/// Copies a text the way that leads to whoever sits here; what is told has that way in its middle.
pub(super) fn send(state: &mut State, text: Safe, told: [String; 2], effects: &mut Vec<Effect>) {
    let size = text.as_str().len();
    let program = state.copier();
    let (most, who) = match program {
        Some(_) => (policy::HANDED_BYTES, "are copied at most"),
        None => (policy::COPY_BYTES, "terminals take"),
    };
    if size > most {
        let count = |bytes| format::count(bytes as u64);
        state.notice = Some(format!(
            "not copied: {} bytes are more than the {} that {who}; {} writes a file",
            count(size),
            count(most),
            state.keymap.key(Context::Table, Action::Export),
        ));
        return;
    }
    if let Some(program) = program {
        return effects.push(Effect::Hand(Box::new(Handing { program, text, told })));
    }
    let way = match state.clipboard {
        Clipboard::Terminal => "OSC 52",
        Clipboard::Tmux => "OSC 52 through tmux, where set-clipboard or allow-passthrough is on",
    };
    let [before, behind] = told;
    let missed = if state.preferences.copy_by == CopyBy::Program { ", for no clipboard program was found" } else { "" };
    state.notice = Some(format!("{before} copied to the terminal's clipboard ({way}{missed}){behind}"));
    effects.push(Effect::Copy(text));
}

/// A program did not take a text: from now on the terminal gets all, this one first.
pub(super) fn not_taken(state: &mut State, handing: Handing, why: &str, effects: &mut Vec<Effect>) {
    state.log.note(state.now, Level::Warning, format!("{why}; texts are copied by the terminal (OSC 52) from now on"));
    state.surroundings.copier = None;
    let [before, behind] = handing.told;
    send(state, handing.text, [before, format!("{behind}; {why}")], effects);
}

/// The id of the job under the cursor.
pub(super) fn wanted_id(state: &State) -> Option<Safe> {
    state.table.selected.as_ref().map(|id| id.text().line(ID_COLUMNS))
}

pub(super) fn open(state: &mut State) {
    state.overlay = Some(Overlay::Copy(CopyPicker::default()));
}

pub(super) fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let Some(Overlay::Copy(mut picker)) = state.overlay.take() else { return };
    let items = picker.items(state);
    match action {
        Action::Open => {
            if let Some(item) = items.into_iter().nth(picker.cursor) {
                return part(state, &item, effects);
            }
        }
        Action::Move(step) => picker.cursor = moved_round(picker.cursor, step, items.len()),
        _ => {}
    }
    state.overlay = Some(Overlay::Copy(picker));
}

fn part(state: &mut State, item: &CopyItem, effects: &mut Vec<Effect>) {
    let text = match item.part {
        Part::Rows(format) => {
            let jobs = state.rows_meant();
            let frame = Frame { complete: state.marked_elsewhere().is_empty(), ..state.frame() };
            Some(copied(jobs.into_iter().map(|row| state.store.job(row)), format, state.zones.shown, &frame))
        }
        Part::Cell(column) => state.selected().and_then(|job| column.whole(&job)),
        Part::Address => {
            let (query, _) = state.filter.split(state.asked_at);
            effects.push(Effect::Address(query));
            return;
        }
        Part::Command => match state.list_command() {
            Ok(command) => Some(command),
            Err(why) => {
                state.notice = Some(why);
                None
            }
        },
    };
    if let Some(text) = text {
        copy(state, &item.name, text, effects);
    }
}

/// The address of the list's first page is known now.
pub(super) fn address(state: &mut State, address: &str, effects: &mut Vec<Effect>) {
    copy(state, "the request's URL", Foreign::from(address).line(usize::MAX), effects);
}
