//! A report from its beginning to its end: the connection is opened, the report runs beside the thread that waits for signals,
//! and what became of it is an exit status. A report that a signal ends leaves no file behind.

use std::{
    future::Future,
    io::{self, IsTerminal},
    process::id,
};

use tokio::{
    runtime::{Builder, Runtime},
    task::JoinError,
};

use crate::{
    config::{Config, ConfigError},
    policy,
    report::{Ending, Errand, Trouble, Verdict, tell},
};

/// The whole answer was written.
pub const WHOLE: i32 = 0;
/// The API, the network or the output failed, or the answer is not whole.
pub const FAILED: i32 = 1;
/// Usage or configuration.
pub const USAGE: i32 = 2;

/// Runs a report of a session and tells how it ended: with its result, or with the number of the signal that ended it.
///
/// # Errors
/// When the system gives no threads, or the demo's server cannot be started.
pub fn run<T, F>(config: Config, page_size: Option<u16>, report: impl FnOnce(Errand) -> F) -> io::Result<Result<T, u8>>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let journal = config.journal.clone();
    let outcome = runtime.block_on(async {
        let Config { source, clock, zone, filter, motion, journal, .. } = config;
        let connection = source.open(clock, journal).await?;
        let errand = Errand {
            client: connection.client.clone(),
            clock,
            zone,
            filter,
            page_size,
            seed: u64::from(id()) ^ u64::from(clock.now().timestamp_subsec_nanos()),
            columns: io::stdout().is_terminal().then(columns),
            progress: motion && io::stderr().is_terminal(),
        };
        let mut task = tokio::spawn(report(errand));
        tokio::select! {
            done = &mut task => done.map(Ok).map_err(|error| io::Error::other(broken(&error))),
            number = signal() => {
                task.abort();
                Ok(Err(number))
            }
        }
    });
    end(runtime);
    journal.close();
    if let Some(why) = journal.trouble() {
        tell(why);
    }
    outcome
}

/// The exit status of a report; what there is to be said has been said then.
pub fn status(outcome: io::Result<Result<Result<Ending, Trouble>, u8>>) -> i32 {
    match outcome {
        Ok(Ok(Ok(Ending::Whole) | Err(Trouble::Closed))) => WHOLE,
        Ok(Ok(Ok(Ending::Incomplete(why)))) => failed(FAILED, "incomplete", &why),
        Ok(Ok(Err(Trouble::Usage(why)))) => {
            failed(USAGE, "error", &format!("{why}\n\nFor more information, try '--help'."))
        }
        Ok(Ok(Err(Trouble::Failed(why)))) => failed(FAILED, "error", &why),
        Ok(Err(signal)) => 128 + i32::from(signal),
        Err(error) => failed(FAILED, "error", &format!("the report could not be made: {error}")),
    }
}

/// A check's result, also where it could not be made.
pub fn verdict(outcome: Result<io::Result<Result<Verdict, u8>>, ConfigError>) -> Verdict {
    match outcome {
        Ok(Ok(Ok(verdict))) => verdict,
        Ok(Ok(Err(signal))) => Verdict::unknown(&format!("signal {signal} came before the answer was whole")),
        Ok(Err(error)) => Verdict::unknown(&format!("the check could not be made: {error}")),
        Err(ConfigError::Nothing) => Verdict::unknown(
            "no tenant is configured: set JOBTOP_REGION, JOBTOP_CLIENT_ID and JOBTOP_CLIENT_SECRET, or name a --profile",
        ),
        Err(error) => Verdict::unknown(&error.to_string()),
    }
}

fn failed(status: i32, what: &str, why: &str) -> i32 {
    tell(&format!("{what}: {why}"));
    status
}

/// Ends what still runs. A thread that waits for whoever reads standard output cannot be called off.
fn end(runtime: Runtime) {
    runtime.shutdown_timeout(policy::QUIT_GRACE);
}

fn columns() -> usize {
    crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns))
}

fn broken(error: &JoinError) -> &'static str {
    if error.is_panic() { "a part of jobtop has broken" } else { "it was called off" }
}

/// The number of the next signal that asks the process to end.
#[cfg(unix)]
async fn signal() -> u8 {
    use std::future::pending;

    use tokio::signal::unix::{SignalKind, signal};

    let one = async |kind: SignalKind| {
        match signal(kind) {
            Ok(mut signals) => drop(signals.recv().await),
            // Without a handler the signal ends the process by itself.
            Err(_) => pending().await,
        }
        u8::try_from(kind.as_raw_value()).unwrap_or_default()
    };
    tokio::select! {
        number = one(SignalKind::interrupt()) => number,
        number = one(SignalKind::terminate()) => number,
        number = one(SignalKind::hangup()) => number,
    }
}

#[cfg(not(unix))]
async fn signal() -> u8 {
    match tokio::signal::ctrl_c().await {
        Ok(()) => 2,
        Err(_) => std::future::pending().await,
    }
}
