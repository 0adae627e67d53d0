//! Parse, configure, take the terminal, run, give it back, exit status. It decides nothing else.

use std::{
    env,
    io::{self, Write},
    process::exit,
};

use clap::Parser;
use jobtop::{
    cli::Cli,
    clock::{self, Clock},
    config::{Config, ConfigError, World},
    policy,
    runtime::{
        Leave, Opening, Session,
        terminal::{self, Hold, Tty},
    },
    state::{Level, Start, State},
};

/// Usage or configuration.
const USAGE: i32 = 2;
/// Something failed that should not have.
const FAILED: i32 = 1;
/// The terminal went away: 128 and the number of SIGHUP.
const HUNG_UP: i32 = 129;

fn main() {
    harden();
    let cli = Cli::parse();
    let world = World { env: &|name| env::var_os(name), zone: clock::local_zone(), clock: Clock::system() };
    let config = Config::resolve(cli, world).unwrap_or_else(|error| match error {
        ConfigError::Nothing => fail(USAGE, &error),
        error => fail(USAGE, &format_args!("error: {error}\n\nFor more information, try '--help'.")),
    });
    terminal::check().unwrap_or_else(|reason| fail(USAGE, &format_args!("error: {reason}")));
    exit(match dashboard(config) {
        Ok(Leave::Quit) => 0,
        Ok(Leave::Signal(number)) => 128 + i32::from(number),
        Ok(Leave::Closed) => HUNG_UP,
        Err(error) if is_hang_up(&error) => HUNG_UP,
        Err(error) => fail(FAILED, &format_args!("error: the dashboard had to stop: {error}")),
    })
}

/// Runs the dashboard. When it returns, the terminal is given back.
fn dashboard(config: Config) -> io::Result<Leave> {
    let hold = Hold::default();
    terminal::restore_on_panic(&hold);
    #[cfg(unix)]
    let signals = jobtop::runtime::signals::listen(hold.clone())?;
    #[cfg(unix)]
    jobtop::runtime::watchdog::watch()?;
    #[cfg(not(unix))]
    let signals = tokio::sync::mpsc::channel(1).1;
    // The loop is this thread; requests and the demo's server get two others, so that neither waits for a frame.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let Config { clock, theme, source, .. } = config.clone();
    let opening = Opening { state: first_state(config), theme, clock, source, signals };
    let tty = Tty::open(hold)?;
    let left = runtime.block_on(async { Session::open(tty, opening)?.run().await });
    // A name that is being looked up cannot be called off, and may take half a minute.
    runtime.shutdown_timeout(policy::QUIT_GRACE);
    left
}

fn first_state(config: Config) -> State {
    let now = config.clock.now();
    let seed = u64::from(std::process::id()) ^ u64::from(now.timestamp_subsec_nanos());
    let Config { tenant, zone, filter, page_size, live, .. } = config;
    let mut state = State::new(Start { now, tenant, zone, filter, page_size, live, seed });
    state.motion = config.motion;
    for note in config.notes {
        state.log.note(now, Level::Warning, note);
    }
    state
}

/// No core file and no other process of the same user may show the secret; a system that does not know how is not to blame.
fn harden() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// A terminal that is gone: there is nobody to tell.
fn is_hang_up(error: &io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) {
        return true;
    }
    error.kind() == io::ErrorKind::BrokenPipe
}

fn fail(status: i32, reason: &dyn std::fmt::Display) -> ! {
    // Where standard error is shut, the status has to do.
    let _ = writeln!(io::stderr(), "{reason}");
    exit(status)
}
