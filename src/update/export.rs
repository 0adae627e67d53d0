//! Writing to a file: the form, and the order to write what is shown or marked as it is now.

use std::path::PathBuf;

use super::{Effect, overlays::moved_round};
use crate::{
    keymap::Action,
    state::{ExportForm, Level, Overlay, State},
};

pub(super) fn open(state: &mut State) {
    if state.store.shown().is_empty() && state.marks.is_empty() {
        state.notice = Some("no job is shown, so there is nothing to write".to_owned());
        return;
    }
    state.overlay = Some(Overlay::Export(ExportForm::new(state)));
}

pub(super) fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let Some(Overlay::Export(mut form)) = state.overlay.take() else { return };
    match action {
        Action::Move(step) => form.choose(moved_round(form.format, step, ExportForm::FORMATS.len())),
        Action::Open if form.path.value().trim().is_empty() => {
            state.notice = Some("a file needs a name".to_owned());
        }
        Action::Open => {
            let (format, ..) = ExportForm::FORMATS[form.format];
            let export = state.export(format, PathBuf::from(form.path.value().trim()));
            state.notice = Some(format!("writing {}", export.told));
            effects.push(Effect::Export(Box::new(export)));
            return;
        }
        _ => {}
    }
    state.overlay = Some(Overlay::Export(form));
}

/// A file is there.
pub(super) fn done(state: &mut State, told: String) {
    state.log.note(state.now, Level::Info, told.as_str());
    state.notice = Some(told);
}
