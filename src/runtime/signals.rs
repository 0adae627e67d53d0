//! Signals: a thread that tells the loop of them, and that ends the process itself when the loop cannot. It knows no state.

use std::io;

use signal_hook::{
    consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP},
    iterator::Signals,
};
use tokio::sync::mpsc::{Receiver, channel};

use super::{Signal, terminal::Hold};
use crate::policy;

/// Listens from now on.
///
/// # Errors
/// When the system takes no handler or gives no thread.
pub fn listen(hold: Hold) -> io::Result<Receiver<Signal>> {
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT])?;
    let (sender, receiver) = channel(policy::CHANNEL);
    let listen = move || {
        for number in signals.forever() {
            let signal = match number {
                SIGTSTP => Signal::Stop,
                SIGCONT => Signal::Continued,
                number => Signal::End(u8::try_from(number).unwrap_or_default()),
            };
            // A loop that takes none of so many is stuck.
            let _ = sender.try_send(signal);
            if let Signal::End(number) = signal {
                hold.end_at_last(128 + number);
            }
        }
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(listen)?;
    Ok(receiver)
}
