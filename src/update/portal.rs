//! The way to AvePoint's portal: it is opened where there is a browser, else its address is told; the job's id goes into the
//! clipboard, since no link to a job is documented.

use super::{Effect, copy};
use crate::state::{Level, State};

/// `o`.
pub(super) fn open(state: &mut State, effects: &mut Vec<Effect>) {
    let url = state.portal.clone();
    let opener = state.surroundings.opener.filter(|_| !state.surroundings.is_remote);
    let id = copy::wanted_id(state);
    let (how, told) = if let Some(program) = opener {
        effects.push(Effect::Open(program, url.clone()));
        (format!("{} opens {url}", program.name), [String::new(), "; look for it in the portal".to_owned()])
    } else {
        let why = if state.surroundings.is_remote { "open it on your own machine" } else { "no browser was found" };
        (format!("the portal is {url}: {why}"), [format!("the portal: {url} · "), String::new()])
    };
    let beside = "; AvePoint documents no link to a job, so its id is copied, to look for it there";
    state.log.note(state.now, Level::Info, format!("{how}{}", if id.is_some() { beside } else { "" }));
    match id {
        Some(id) => copy::send(state, id.clone(), [format!("{}{id}", told[0]), told[1].clone()], effects),
        None => state.notice = Some(how),
    }
}
