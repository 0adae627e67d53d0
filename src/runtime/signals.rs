//! Signals as values, on systems that have them. One that asks to end is obeyed even while the terminal takes no output.

use std::time::Duration;

use tokio::sync::mpsc;

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// To end, with its number.
    End(i32),
    /// To stop until continued.
    Suspend,
    /// To go on after having been stopped.
    Continue,
}

/// The signals of the process, or none.
pub struct Signals(mpsc::Receiver<Signal>);

/// How long the loop may take to end before the process is ended without it.
const PATIENCE: Duration = Duration::from_millis(500);

impl Signals {
    /// No signals: for a loop whose process is not its own.
    pub fn none() -> (Self, mpsc::Sender<Signal>) {
        let (sender, receiver) = mpsc::channel(1);
        (Self(receiver), sender)
    }

    /// The next signal.
    pub async fn next(&mut self) -> Signal {
        match self.0.recv().await {
            Some(signal) => signal,
            None => std::future::pending().await,
        }
    }

    /// The signals of this process, from now on. `abandon` is called if the loop does not end in time after one that asks for
    /// it: it must not write to the terminal, which may be blocked.
    ///
    /// # Errors
    /// When the system refuses to tell of signals.
    #[cfg(unix)]
    pub fn of_process(abandon: fn(i32)) -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        let (sender, receiver) = mpsc::channel(8);
        let kinds = [
            (SignalKind::terminate(), None),
            (SignalKind::interrupt(), None),
            (SignalKind::hangup(), None),
            (SignalKind::quit(), None),
            (SignalKind::from_raw(signal_hook::consts::SIGTSTP), Some(Signal::Suspend)),
            (SignalKind::from_raw(signal_hook::consts::SIGCONT), Some(Signal::Continue)),
        ];
        for (kind, meaning) in kinds {
            let mut stream = signal(kind)?;
            let sender = sender.clone();
            tokio::spawn(async move {
                while stream.recv().await.is_some() {
                    let number = kind.as_raw_value();
                    let _ = sender.try_send(meaning.unwrap_or(Signal::End(number)));
                    if meaning.is_none() {
                        crate::clock::sleep(PATIENCE).await;
                        abandon(number);
                    }
                }
            });
        }
        Ok(Self(receiver))
    }

    /// The signals of this process: elsewhere there are none to speak of.
    ///
    /// # Errors
    /// Never.
    #[cfg(not(unix))]
    pub fn of_process(_: fn(i32)) -> std::io::Result<Self> {
        Ok(Self::none().0)
    }
}
