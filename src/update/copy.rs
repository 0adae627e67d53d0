//! Copying: ids for a ticket. What is copied, and how, is said in a notice; what is too long for a terminal is not copied at all.

use super::Effect;
use crate::{
    format,
    model::JobId,
    policy,
    state::{Clipboard, State},
    text::Safe,
};

/// Longer ids are nobody's.
const ID_COLUMNS: usize = 200;

/// Copies the ids of the marked jobs, else that of the selected one: what a support ticket asks for.
pub(super) fn ids(state: &mut State, effects: &mut Vec<Effect>) {
    let shown = |id: &JobId| id.text().line(ID_COLUMNS);
    let loaded = state.marked_rows().into_iter().map(|row| shown(&state.store.job(row).id));
    let elsewhere = state.marked_elsewhere().into_iter().map(shown);
    let mut ids: Vec<Safe> = loaded.chain(elsewhere).collect();
    if ids.is_empty() {
        ids.extend(state.table.selected.as_ref().map(shown));
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
    let size = text.as_str().len();
    if size > policy::COPY_BYTES {
        let count = |bytes| format::count(bytes as u64);
        state.notice = Some(format!(
            "not copied: {} bytes are more than the {} that terminals take; W writes a file",
            count(size),
            count(policy::COPY_BYTES)
        ));
        return;
    }
    let way = match state.clipboard {
        Clipboard::Terminal => "OSC 52",
        Clipboard::Tmux => "OSC 52 through tmux, where set-clipboard or allow-passthrough is on",
    };
    state.notice = Some(format!("{what} copied to the terminal's clipboard ({way})"));
    effects.push(Effect::Copy(text));
}
