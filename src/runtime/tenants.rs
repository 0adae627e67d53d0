//! The tenants of one session: the one that is shown, and those that wait with their rows, filters and cursors.

use std::io;

use tokio::sync::mpsc::Receiver;

use super::{Console, Session, Turn, fetcher, fetcher::Fetcher};
use crate::{
    model::{Lane, PageReply},
    state::State,
    update::{Message, Target},
};

/// One tenant's part of a session.
pub(super) struct Desk {
    pub(super) state: State,
    /// Nobody to ask, on the first run.
    pub(super) server: Option<(Fetcher, Receiver<PageReply>)>,
    /// Entries of its messages that the journal has.
    pub(super) noted: u64,
}

impl Desk {
    /// One of which nothing is written down.
    pub(super) fn new(state: State, server: Option<(Fetcher, Receiver<PageReply>)>) -> Self {
        Self { state, server, noted: 0 }
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
                    let server = fetcher::spawn(source, self.clock, self.journal.clone());
                    (Desk::new(state, Some(server)), Message::Tick(self.read_clock()))
                }
                Err(why) => return self.apply(Message::Refused(why), turn),
            },
        };
        let left = std::mem::replace(&mut self.desk, desk);
        // A view that was saved meanwhile is there for every tenant.
        self.desk.state.own_views.clone_from(&left.state.own_views);
        if let Some((fetcher, _)) = &left.server {
            for lane in Lane::ALL {
                fetcher.cancel(lane);
            }
            self.parked.insert(left.state.tenant.name.clone(), left);
        }
        turn.timed = false;
        self.apply(first, turn)?;
        if let Some(preferences) = self.preferences.clone() {
            self.desk.state.prefer(preferences);
        }
        self.measure(turn)
    }
}
