//! Parse, configure, take the terminal, run, give it back, exit status. It decides nothing else.

use std::{
    env,
    ffi::OsString,
    io::{self, IsTerminal, Write},
    mem,
    process::{self, exit},
};

#[cfg(feature = "demo")]
use jobtop::emulate::Trouble;
use jobtop::{
    cli::{
        Cli, Command, ConfigFlags, ConfigTask, ConnectionFlags, DoctorFlags, LiveFlags, LoginFlags, LookFlags, Refresh,
        ReportFormat, SessionFlags, When,
    },
    clock::{self, Clock, Stopwatch},
    config::{self, Checked, Config, ConfigError, Watch, WatchFlags, World},
    doctor::{self, Step, Tone},
    login::{self, LoginError},
    policy,
    report::{self, Errand, Verdict},
    runtime::{
        Leave, Opening, Plain, Recall, Session, errand, not_returned, recall, returning,
        terminal::{self, Hold, Tty},
    },
    text::{self},
};

/// Usage or configuration.
const USAGE: i32 = 2;
/// Something failed that should not have.
const FAILED: i32 = 1;
/// The terminal went away: 128 and the number of SIGHUP.
const HUNG_UP: i32 = 129;

fn main() {
    jobtop::runtime::harden();
    let cli = Cli::read(env::args_os()).unwrap_or_else(|error| {
        if error.use_stderr() && Cli::is_check(env::args_os()) {
            exit(conclude(&Verdict::unknown(error.to_string().trim_start_matches("error: "))));
        }
        error.exit()
    });
    exit(match cli.command {
        #[cfg(feature = "demo")]
        Some(Command::Emulate(flags)) => match jobtop::emulate::run(&flags, &mut io::stdout(), &mut io::stderr()) {
            Ok(()) => 0,
            Err(Trouble::Configuration(error)) => refuse(error),
            Err(error) => fail(FAILED, &format_args!("error: {error}")),
        },
        Some(Command::Completions { shell }) => print(&Cli::completions(shell)),
        Some(Command::Man { command }) => match Cli::manual(command.as_deref()) {
            Ok(page) => print(&page),
            Err(reason) => fail(USAGE, &format_args!("error: {reason}")),
        },
        Some(Command::Login(flags)) => set_up(&flags),
        Some(Command::Doctor(flags)) => diagnose(flags),
        Some(Command::List(flags)) => {
            let (session, listing) = flags.divide();
            errand::status(report(session, |errand| report::list(errand, listing)).unwrap_or_else(refuse))
        }
        Some(Command::Summary(flags)) => {
            let (session, grouping) = flags.divide();
            errand::status(report(session, |errand| report::summary(errand, grouping)).unwrap_or_else(refuse))
        }
        Some(Command::Check(flags)) => {
            let (session, limits) = flags.divide();
            conclude(&errand::verdict(report(session, |errand| report::check(errand, limits))))
        }
        Some(Command::Config(flags)) => settings(*flags),
        None => open_dashboard(&cli.session, cli.live),
    })
}

/// Configures and runs the dashboard.
fn open_dashboard(flags: &SessionFlags, live: LiveFlags) -> i32 {
    let LiveFlags { refresh, view, clean, plain, theme } = live;
    let flags = &SessionFlags { look: LookFlags { theme, ..flags.look.clone() }, ..flags.clone() };
    let (resolved, flags) = resolve(flags, refresh, clean);
    let flags = &flags;
    let connection = flags.connection.clone();
    let (mut config, first_run) = match resolved {
        Ok(config) => (config, false),
        #[cfg(feature = "demo")]
        Err(ConfigError::Nothing) if terminal::check().is_ok() => {
            (Config::of_nobody(flags.clone(), refresh, world()).unwrap_or_else(refuse), true)
        }
        Err(error) => refuse(error),
    };
    config.plain |= plain;
    config.motion &= !config.plain;
    let recall = Recall::of(&config, flags, view.as_deref(), clean)
        .unwrap_or_else(|reason| fail(USAGE, &format_args!("error: {reason}\n\nFor more information, try '--help'.")));
    terminal::check().unwrap_or_else(|reason| fail(USAGE, &format_args!("error: {reason}")));
    let same_file = same_file(&connection);
    // A clock that stands still never comes to the next refresh.
    let refresh = if config.clock.is_fixed() { Some(Refresh::Off) } else { refresh };
    let looks = WatchFlags { look: flags.look.clone(), refresh, page_size: flags.filter.page_size };
    let watch = Watch::new(&connection, looks, &|name| env::var_os(name)).ok();
    match dashboard(config, connection, recall, watch, first_run) {
        Ok(Leave::Quit) => 0,
        Ok(Leave::SetUp) => begin_anew(["login".into(), "--open".into()].into_iter().chain(same_file)),
        Ok(Leave::Signal(number)) => 128 + i32::from(number),
        Ok(Leave::Closed) => HUNG_UP,
        Err(error) if is_hang_up(&error) => HUNG_UP,
        Err(error) => fail(FAILED, &format_args!("error: the dashboard had to stop: {error}")),
    }
}

/// The configuration, for the tenant that was shown last where nobody names one; with the options that it is made of.
fn resolve(flags: &SessionFlags, refresh: Option<Refresh>, clean: bool) -> (Result<Config, ConfigError>, SessionFlags) {
    let named = || Config::resolve(flags.clone(), refresh, world());
    let Some(last) = returning(flags, clean) else { return (named(), flags.clone()) };
    let why = match Config::resolve(last.clone(), refresh, world()) {
        Ok(config) => return (Ok(config), last),
        Err(ConfigError::NoProfile { .. }) => None,
        Err(why) => Some(not_returned(&last, &why)),
    };
    let config = named().map(|mut config| {
        config.notes.extend(why);
        config
    });
    (config, flags.clone())
}

/// Runs the doctor, and tells each step as soon as it is known.
fn diagnose(flags: DoctorFlags) -> i32 {
    let DoctorFlags { connection, look, format } = flags;
    let tone = tone(look.color, io::stdout().is_terminal());
    let ascii = look.ascii;
    let sign = |told: String| if ascii { text::ascii(&told) } else { told };
    let watch = Stopwatch::start();
    let session = SessionFlags { connection, look, ..SessionFlags::default() };
    let config = Config::resolve(session, Refresh::Off, world());
    let misconfigured = config.is_err();
    let tell = |step: &Step| {
        if format == ReportFormat::Text {
            print(sign(step.line(tone)).as_bytes());
        }
    };
    let report = match tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build() {
        Ok(runtime) => {
            let report = runtime.block_on(doctor::examine(config, watch.elapsed(), tell));
            runtime.shutdown_timeout(policy::QUIT_GRACE);
            report
        }
        Err(error) => fail(FAILED, &format_args!("error: could not begin: {error}")),
    };
    match format {
        ReportFormat::Text => print(sign(report.conclusion(tone)).as_bytes()),
        ReportFormat::Json => print(format!("{:#}\n", report.json()).as_bytes()),
    };
    match report.is_well() {
        true => 0,
        false if misconfigured => USAGE,
        false => FAILED,
    }
}

/// Tells where the settings are, what is wrong with them, or what would be used.
fn settings(flags: ConfigFlags) -> i32 {
    let ConfigFlags { task, connection, filter, look, log, live } = flags;
    let world = world();
    let told = match task {
        ConfigTask::Path => {
            config::config_path(&connection, world.env).map(|path| (0, format!("{}\n", path.display())))
        }
        ConfigTask::Show => config::show(connection, filter, (&look, &log), live.refresh, world).map(|text| (0, text)),
        ConfigTask::Check => config::check(&connection, world.env).map(|checked| match checked {
            Checked::Well(path, profiles) => (0, format!("{}: all is well; profiles: {profiles}\n", path.display())),
            Checked::None(path) => (0, format!("{} is not there; jobtop login makes it\n", path.display())),
            Checked::Wrong(lines) => (USAGE, lines.join("\n") + "\n"),
        }),
    };
    match told {
        Ok((status, text)) => print(text.as_bytes()).max(status),
        Err(error) => fail(USAGE, &format_args!("error: {error}")),
    }
}

/// Begins anew with other arguments: nothing of what was is left, neither threads nor hooks.
fn begin_anew(arguments: impl IntoIterator<Item = OsString>) -> i32 {
    let program = env::current_exe().unwrap_or_else(|_| env::args_os().next().unwrap_or_default().into());
    let mut next = process::Command::new(program);
    next.args(arguments);
    #[cfg(unix)]
    let error = std::os::unix::process::CommandExt::exec(&mut next);
    #[cfg(not(unix))]
    let error = match next.status() {
        Ok(status) => return status.code().unwrap_or(FAILED),
        Err(error) => error,
    };
    fail(FAILED, &format_args!("error: jobtop could not be started anew: {error}"))
}

/// The arguments that name the same configuration file.
fn same_file(connection: &ConnectionFlags) -> Vec<OsString> {
    connection.config.iter().flat_map(|path| [OsString::from("--config"), path.into()]).collect()
}

/// Sets a tenant up.
fn set_up(flags: &LoginFlags) -> i32 {
    let terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    let tell = |line: &str| drop(writeln!(io::stderr(), "{line}"));
    let env = |name: &str| env::var_os(name);
    let tone = tone(flags.look.color, terminal);
    let desk = login::Desk { env: &env, clock: Clock::system(), terminal, tone, tell: &tell };
    let (open, same_file) = (flags.open, same_file(&flags.connection));
    match login::run(flags, &desk) {
        Ok(name) if open => begin_anew(["--profile".into(), name.into()].into_iter().chain(same_file)),
        Ok(_) => 0,
        Err(error @ (LoginError::Unreachable | LoginError::Left)) => fail(FAILED, &error),
        Err(error) => fail(USAGE, &format_args!("error: {error}")),
    }
}

/// Whether what is told is coloured, as it is asked for or as a terminal has it.
fn tone(when: When, terminal: bool) -> Tone {
    let asked = match when {
        When::Always => true,
        When::Never => false,
        When::Auto => terminal && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    if asked { Tone::Coloured } else { Tone::Plain }
}

/// What surrounds this process.
fn world() -> World<'static> {
    World { env: &|name| env::var_os(name), zone: clock::local_zone(), clock: Clock::system() }
}

/// Writes a check's line; its status holds even where nobody reads the line.
fn conclude(verdict: &Verdict) -> i32 {
    print(format!("{verdict}\n").as_bytes());
    verdict.level.status()
}

/// Configures and makes a report. What the user should know of the configuration is said first.
fn report<T, F>(flags: SessionFlags, report: impl FnOnce(Errand) -> F) -> Result<io::Result<Result<T, u8>>, ConfigError>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let page_size = flags.filter.page_size;
    let config = Config::resolve(flags, Refresh::Off, world())?;
    config.notes.iter().for_each(|note| report::tell(note));
    Ok(errand::run(config, page_size, report))
}

/// Prints what was asked for. A reader that has seen enough is no error.
fn print(bytes: &[u8]) -> i32 {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            fail(FAILED, &format_args!("error: could not write to standard output: {error}"))
        }
        _ => 0,
    }
}

/// Runs the dashboard. When it returns, the terminal is given back.
fn dashboard(
    config: Config,
    flags: ConnectionFlags,
    recall: Recall,
    watch: Option<Watch>,
    first_run: bool,
) -> io::Result<Leave> {
    let plain = config.plain;
    let hold = if plain { Hold::plain() } else { Hold::default() };
    terminal::restore_on_panic(&hold);
    #[cfg(unix)]
    let signals = jobtop::runtime::signals::listen(hold.clone())?;
    #[cfg(unix)]
    jobtop::runtime::watchdog::watch()?;
    #[cfg(not(unix))]
    let signals = tokio::sync::mpsc::channel(1).1;
    // The loop is this thread, which waits for the terminal by itself; requests and the demo's server get two others, so that
    // neither waits for a frame.
    let workers = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let this = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut state = recall.first_state(&config);
    state.first_run = first_run;
    let (theme, clock, source) = (config.theme, config.clock, config.source.clone());
    let (journal, keep) = (config.journal.clone(), recall.keeper(clock));
    let (source, reread) = (Some(source).filter(|_| !first_run), recall::reread(watch));
    let connect = recall.connector(config, flags);
    let opening = Opening { state, theme, clock, source, connect, keep, reread, signals, journal: journal.clone() };
    let among = workers.enter();
    let left = if plain {
        let session = Plain::open(hold.clone()).and_then(|console| Session::open(console, opening));
        session.and_then(|session| this.block_on(session.run_out(&hold)))
    } else {
        let session = Tty::open(hold.clone()).and_then(|console| Session::open(console, opening));
        session.and_then(|session| this.block_on(session.run_out(&hold)))
    };
    drop(among);
    match left {
        Ok((_, false)) => mem::forget(workers),
        // A name that is being looked up cannot be called off, and may take half a minute.
        _ => workers.shutdown_timeout(policy::QUIT_GRACE),
    }
    journal.close();
    left.map(|(leave, _)| leave)
}

/// A terminal that is gone: there is nobody to tell.
fn is_hang_up(error: &io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) {
        return true;
    }
    error.kind() == io::ErrorKind::BrokenPipe
}

fn refuse<T>(error: ConfigError) -> T {
    match error {
        ConfigError::Nothing => fail(USAGE, &error),
        error => fail(USAGE, &format_args!("error: {error}\n\nFor more information, try '--help'.")),
    }
}

fn fail(status: i32, reason: &dyn std::fmt::Display) -> ! {
    // Where standard error is shut, the status has to do.
    let _ = writeln!(io::stderr(), "{reason}");
    exit(status)
}
