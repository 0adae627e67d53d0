//! What the loop does for those who take jobs away: it writes them to a file, on a thread of its own, since a disk may be slow
//! and no key waits for it; and it knows the address that they came from. It decides nothing about what is written.

use std::io;

use tokio::{sync::mpsc::Sender, task};

use super::{Console, Desk, Session};
use crate::{
    disk::{self, Draft},
    model::Query,
    sheet::{Column, Look, Sheet},
    state::Export,
    text::{Foreign, Safe},
    update::Message,
};

/// Begins to write; what became of it is told through the channel. When nobody listens any more, it stops, and nothing is left.
pub(super) fn begin(export: Export, told: Sender<Message>) {
    task::spawn_blocking(move || {
        let message = match write(&export, || told.is_closed()) {
            Ok(place) => Message::Done(format!("{} written to {place}", export.told)),
            Err(error) => {
                let path = shown(&export.path);
                let cause = cause(&error);
                Message::Refused(if disk::is_in_place(&error) {
                    format!("what was written to {path} may not last: {cause}")
                } else {
                    format!("nothing was written to {path}; another place may do: {cause}")
                })
            }
        };
        // The loop has ended: there is nobody to tell.
        let _ = told.blocking_send(message);
    });
}

impl<C: Console> Session<C> {
    /// The address of a list's first page, or that it is not known yet.
    pub(super) fn address(&self, query: &Query) -> Message {
        let Desk { state, server, .. } = &self.desk;
        let address = server.as_ref().and_then(|(fetcher, _)| fetcher.address(query, state.pager.page_size()));
        let unknown = || Message::Refused("no request was sent yet, so there is no URL to copy".to_owned());
        address.map_or_else(unknown, Message::Address)
    }
}

/// Gives the file that it was written to.
fn write(export: &Export, is_given_up: impl Fn() -> bool) -> io::Result<Safe> {
    let columns = Column::usual(export.format);
    let look = Look { format: export.format, zone: export.zone, terminal: None };
    let mut sheet = Sheet::new(Column::heads(&columns, export.zone), look, Draft::of(&export.path)?);
    for job in export.jobs.jobs() {
        if is_given_up() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        sheet.job(&columns, &job)?;
    }
    let place = sheet.finish(&export.frame)?.place_beside()?;
    Ok(shown(&place))
}

fn shown(path: &std::path::Path) -> Safe {
    Foreign::from(path.to_string_lossy().as_ref()).line(200)
}

/// A temporary file's name is none that the user knows.
fn cause(error: &io::Error) -> Safe {
    Foreign::from(error.to_string().split(" at path ").next().unwrap_or_default()).line(200)
}
