//! What the clocks tell. The time of day may jump, since it is set or the machine has slept: then waits stay as long as they
//! were, and what is shown is older than it seems.

use chrono::TimeDelta;

use super::{Effect, paging};
use crate::{
    model::{PageReply, Reading},
    policy,
    state::{Level, Load, State},
};

/// Takes a reading of both clocks.
pub(super) fn read(state: &mut State, reading: Reading, effects: &mut Vec<Effect>) {
    let before = state.reading.replace(reading);
    let drift = before.map(|before| reading.drift_since(&before)).unwrap_or_default();
    state.now = reading.wall;
    state.pager.shift(drift);
    state.pager.pass(state.now);
    if let Load::All(since, loaded) = state.load {
        state.load = Load::All(since + drift, loaded);
    }
    if is_long(drift.abs()) {
        state.skew.forget();
        let way = if drift > TimeDelta::zero() { "has moved on" } else { "was set back" };
        let text = format!("the time of day {way} by {} min; what was loaded is old", drift.num_minutes().abs());
        state.log.note(state.now, Level::Info, text);
        paging::catch_up(state, effects);
    }
}

/// An answer shows what time it is at the server.
pub(super) fn compare(state: &mut State, reply: &PageReply) {
    let ahead = reply.date.map(|date| reply.at - date);
    if ahead.is_some_and(|ahead| state.skew.saw(ahead))
        && let Some(text) = state.skew.sentence()
    {
        state.log.note(state.now, Level::Warning, text);
    }
}

/// The process was stopped: in live mode as after a jump, unless it was so short that nothing is old.
pub(super) fn go_on(state: &mut State, effects: &mut Vec<Effect>) {
    let is_old = state.pager.as_of().is_some_and(|at| is_long((state.now - at).abs()));
    if state.live.on && is_old {
        paging::catch_up(state, effects);
    }
}

fn is_long(time: TimeDelta) -> bool {
    time.to_std().is_ok_and(|time| time > policy::CLOCK_JUMP)
}
