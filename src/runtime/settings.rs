//! Following the configuration while a session runs. It knows what changed, not what follows from it.

use std::io;

use super::{Console, Session, Turn};
use crate::{config::Looks, update::Message};

impl<C: Console> Session<C> {
    /// Applies the configuration where its file has changed. Nothing wakes up for it: a key or the live refresh does.
    pub(super) fn look_at_settings(&mut self, turn: &mut Turn) -> io::Result<()> {
        let Some(read) = (self.reread)() else { return Ok(()) };
        turn.changed = true;
        match read {
            Ok(Looks { theme, preferences }) => {
                self.theme = theme;
                self.preferences = Some(preferences.clone());
                self.apply(Message::Configured(Box::new(preferences)), turn)
            }
            Err(why) => self.apply(Message::Refused(why), turn),
        }
    }
}
