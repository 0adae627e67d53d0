//! jobtop: reads the command line, opens the terminal, runs the dashboard, gives the terminal back.

use std::{io, process::ExitCode};

use chrono_tz::Tz;
use clap::Parser;
use crossterm::event::EventStream;
use jobtop::{
    api::{Client, Endpoint},
    cli::Cli,
    clock::{self, Clock},
    config::{Config, Source},
    policy,
    runtime::{App, Ending, Screen, Signals, abandon, guard_against_panics, watch_over},
    state::{Level, Start, State, Tenant},
    view::{Colors, Theme},
};

/// The exit code of wrong usage and of wrong settings.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let zone = clock::local_zone();
    let clock = cli.demo_now.filter(|_| cli.demo).map_or(Clock::system(), Clock::fixed);
    let shown_zone = zone.as_ref().copied().unwrap_or(Tz::UTC);
    let lookup = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let config = match Config::resolve(&cli, &lookup, clock.now(), shown_zone) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("jobtop: {error}");
            return ExitCode::from(USAGE);
        }
    };
    guard_against_panics();
    match run(config, clock, zone) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("jobtop: {error}");
            ExitCode::from(if error.kind() == io::ErrorKind::Unsupported { USAGE } else { 1 })
        }
    }
}

fn run(config: Config, clock: Clock, zone: Result<Tz, String>) -> io::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let ending = runtime.block_on(dashboard(config, clock, zone));
    // Whatever a task is still doing, the user is not to wait for it.
    runtime.shutdown_timeout(policy::QUIT_GRACE);
    match ending? {
        Ending::Signal(number) => Ok(ExitCode::from(u8::try_from(128 + number).unwrap_or(1))),
        Ending::TerminalLost => Ok(ExitCode::from(129)),
        Ending::FetcherLost => Ok(ExitCode::from(101)),
        Ending::Quit | Ending::Suspend | Ending::Continue => Ok(ExitCode::SUCCESS),
    }
}

async fn dashboard(config: Config, clock: Clock, zone: Result<Tz, String>) -> io::Result<Ending> {
    let mut screen = Screen::take()?;
    watch_over();
    let mut signals = Signals::of_process(abandon)?;
    let theme = Theme::new(if config.color { Colors::Sixteen } else { Colors::None });
    let (endpoint, tenant, _server) = open(config.source, clock).await?;
    let mut state = State::new(Start {
        now: clock.now(),
        tenant,
        zone: zone.as_ref().copied().unwrap_or(Tz::UTC),
        filter: config.filter,
        page_size: config.page_size,
        live: config.live,
        seed: clock.now().timestamp_subsec_nanos().into(),
    });
    state.motion = config.motion;
    if let Err(name) = &zone {
        let name = jobtop::text::Foreign::from(name.as_str()).line(60);
        let text = format!("the time zone {name} is not known; times are shown in UTC");
        state.log.note(clock.now(), Level::Warning, text);
    }
    let mut app = App::new(state, theme, Client::new(endpoint, clock), clock);
    loop {
        let mut input = EventStream::new();
        let ending = app.run(screen.terminal(), &mut input, &mut signals).await?;
        drop(input);
        match ending {
            Ending::Suspend => screen.suspend()?,
            Ending::Continue => screen.retake()?,
            ending => return Ok(ending),
        }
    }
}

#[cfg(feature = "demo")]
type Server = jobtop::demo::Server;
#[cfg(not(feature = "demo"))]
type Server = ();

/// The endpoint to ask and whose jobs it has; the demo's server runs as long as it is held.
#[cfg_attr(not(feature = "demo"), allow(clippy::unused_async))]
async fn open(source: Source, clock: Clock) -> io::Result<(Endpoint, Tenant, Option<Server>)> {
    match source {
        Source::Server(endpoint, tenant) => Ok((*endpoint, tenant, None)),
        #[cfg(not(feature = "demo"))]
        Source::Demo(_) => Err(io::Error::other("this jobtop was built without the demo")),
        #[cfg(feature = "demo")]
        Source::Demo(demo) => {
            use std::sync::Arc;

            use jobtop::{api, demo as server};

            let options = server::Options {
                jobs: demo.jobs,
                seed: demo.seed,
                latency: demo.latency,
                ..server::Options::default()
            };
            let pace = server::Clock {
                now: Arc::new(move || clock.now()),
                pause: Arc::new(|time| Box::pin(clock::sleep(time))),
            };
            let running = server::serve(options, pace).await?;
            let address = |text: &str| api::parse_address(text).map_err(io::Error::other);
            let auth = api::Auth::ClientSecret {
                token_url: address(&running.token_url())?,
                client_id: "demo".to_owned(),
                secret: "demo".into(),
            };
            let tenant = Tenant { name: "contoso-demo".to_owned(), place: "demo server".to_owned() };
            Ok((Endpoint { base_url: address(&running.base_url())?, auth }, tenant, Some(running)))
        }
    }
}
