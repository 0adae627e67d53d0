//! What the loop writes into the journal: the notes of the messages screen as they come. It decides nothing about them.

use std::io;

use super::{Console, Session, Turn};
use crate::{
    journal::Journal,
    state::{Level, Log, Outcome},
    update::Message,
};

impl<C: Console> Session<C> {
    /// Writes down what is new, and tells once where nothing can be written any more.
    pub(super) fn look_at_journal(&mut self, turn: &mut Turn) -> io::Result<()> {
        self.desk.noted = write_down(&self.journal, &self.desk.state.log, self.desk.noted);
        match self.journal.trouble().map(str::to_owned) {
            Some(why) if !self.gave_up => {
                self.gave_up = true;
                turn.changed = true;
                self.apply(Message::Refused(why), turn)
            }
            _ => Ok(()),
        }
    }
}

/// Writes down the notes since the first `noted` entries; gives how many there were by now.
fn write_down(journal: &Journal, log: &Log, noted: u64) -> u64 {
    let new = usize::try_from(log.count() - noted).unwrap_or(usize::MAX);
    let entries = log.entries();
    let known = entries.len().saturating_sub(new);
    for entry in entries.skip(known) {
        // Requests are written down where they are made.
        if let Outcome::Note(level, text) = &entry.outcome {
            let about = if *level == Level::Warning { "warning" } else { "notice" };
            journal.tell(about, format_args!("{text}"));
        }
    }
    log.count()
}
