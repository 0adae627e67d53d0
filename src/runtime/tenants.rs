//! The tenants of one session: the one that is shown, and those that wait with their rows, filters and cursors.

use std::io;

use tokio::sync::mpsc::Receiver;

use super::{Console, Session, Turn, fetcher, fetcher::Fetcher};
use crate::{
    clock::Clock,
    config::Source,
    journal::Journal,
    model::PageReply,
    state::State,
    update::{Message, Target},
};

/// One tenant's part of a session.
pub(super) struct Desk {
    pub(super) state: State,
    /// Nobody to ask, on the first run.
    pub(super) server: Option<(Fetcher, Receiver<PageReply>)>,
    /// The server, as scheme, host and port; none where it is like no other.
    host: Option<String>,
    /// Entries of its messages that the journal has.
    pub(super) noted: u64,
}

impl Desk {
    /// One that asks the source, if there is one; of which nothing is written down yet.
    pub(super) fn new(state: State, source: Option<Source>, clock: Clock, journal: &Journal) -> Self {
        let host = source.as_ref().and_then(Source::host);
        let server = source.map(|source| fetcher::spawn(source, clock, journal.clone()));
        Self { state, server, host, noted: 0 }
    }

    /// What the same server has told another tenant's session holds for this one.
    fn heed(&mut self, other: &Self) {
        if self.host.is_some() && self.host == other.host {
            self.state.pager.share_gate(&other.state.pager);
        }
    }
}

impl<C: Console> Session<C> {
    /// Reads the credential again, which may have been exchanged; where that fails, the one from before stays.
    pub(super) fn sign_in_anew(&mut self, turn: &mut Turn) -> io::Result<()> {
        match (self.connect)(&Target::Same(self.desk.state.tenant.name.clone())) {
            Ok((_, source)) => self.desk.server = Some(fetcher::spawn(source, self.clock, self.journal.clone())),
            Err(why) => self.apply(Message::Refused(why), turn)?,
        }
        Ok(())
    }

    /// Shows another tenant: as it was left, or from the start. The one that was shown asks for nothing meanwhile.
    pub(super) fn connect(&mut self, target: &Target, turn: &mut Turn) -> io::Result<()> {
        let parked = match target {
            Target::Tenant(name) => self.parked.remove(name),
            Target::Demo | Target::Same(_) => None,
        };
        let (desk, first) = match parked {
            Some(desk) => (desk, Message::Returned),
            None => match (self.connect)(target) {
                Ok((state, source)) => {
                    let desk = Desk::new(state, Some(source), self.clock, &self.journal);
                    (desk, Message::Tick(self.read_clock()))
                }
                Err(why) => return self.apply(Message::Refused(why), turn),
            },
        };
        let left = std::mem::replace(&mut self.desk, desk);
        for other in self.parked.values().chain([&left]) {
            self.desk.heed(other);
        }
        // A view that was saved meanwhile is there for every tenant.
        let state = &mut self.desk.state;
        state.own_views.clone_from(&left.state.own_views);
        (state.theme, state.background) = (left.state.theme, left.state.background);
        if state.view_name.as_ref().is_some_and(|name| state.view_named(name).is_none()) {
            state.view_name = None;
        }
        let watched = left
            .state
            .watches_told()
            .map(|told| format!("{told} of {}: asked for when it is shown again", left.state.tenant.name));
        if let Some((fetcher, _)) = &left.server {
            fetcher.cancel_all();
            self.parked.insert(left.state.tenant.name.clone(), left);
        }
        turn.timed = false;
        self.apply(first, turn)?;
        if let Some(preferences) = self.preferences.clone() {
            let theme = self.desk.state.theme;
            self.desk.state.prefer(preferences);
            self.desk.state.theme = theme;
        }
        if let Some(told) = watched {
            self.apply(Message::Done(told), turn)?;
        }
        self.measure(turn)
    }
}
