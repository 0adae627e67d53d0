//! The configuration of a session: options and environment, resolved to one value. It reads the secret's file, and knows
//! neither the screen nor the network.

mod check;
mod credential;
mod draft;
mod error;
mod file;
mod keys;
mod origin;
mod schema;
mod secret;
mod show;
mod table;
mod ui;
mod watch;

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

#[cfg(feature = "demo")]
use crate::cli::DemoFlags;
use crate::{
    api::{Auth, Endpoint},
    cli::{ConnectionFlags, FilterFlags, Refresh, SessionFlags},
    clock::Clock,
    filter::{Edge, Expression, Filter, Range, parse_moment},
    journal::{self, Journal},
    policy,
    state::{Live, Preferences, Tenant},
    text::{Foreign, Safe},
    view::Theme,
};
pub use check::{Checked, check, config_path};
pub use draft::{Draft, Keep, PROFILE_KEYS, Site, Written};
pub use error::{Concern, ConfigError};
use file::Settings;
use origin::{Origin, server_origin};
pub use schema::{default_file, schema};
use secret::Terminal;
pub use secret::{Refusal, read_secret};
pub use show::show;
use ui::Ui;
pub use watch::{Looks, Watch, WatchFlags};

/// Everything that a session is made of.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the jobs come from.
    pub source: Source,
    /// Whose they are.
    pub tenant: Tenant,
    /// The tenants of the configuration file, by their profiles.
    pub tenants: Vec<Tenant>,
    /// Which are shown at first.
    pub filter: Filter,
    /// Rows that one request may ask for at most, where the user says so.
    pub page_size: Option<u16>,
    /// Live mode.
    pub live: Live,
    /// The theme.
    pub theme: Theme,
    /// Whether anything may move by itself.
    pub motion: bool,
    /// Whether plain lines are told instead of a screen.
    pub plain: bool,
    /// The clock.
    pub clock: Clock,
    /// The zone in which times are shown.
    pub zone: Tz,
    /// Keys, order and mouse at first.
    pub preferences: Preferences,
    /// What is written down of it.
    pub journal: Journal,
    /// The portal, for a browser.
    pub portal: String,
    /// What the user should know of it, for the messages screen.
    pub notes: Vec<String>,
    /// How it came to be.
    pub provenance: Provenance,
}

/// What a configuration was put together from, for the doctor.
#[derive(Debug, Clone, Default)]
pub struct Provenance {
    /// The configuration file, if there is one.
    pub file: Option<PathBuf>,
    /// How many profiles it has.
    pub profiles: usize,
    /// The profile in use, and what chose it.
    pub profile: Option<(Safe, &'static str)>,
    /// What kind of credential, and what names it.
    pub credential: Option<(&'static str, &'static str)>,
    /// How long it took to read it, or to ask a command for it.
    pub credential_took: Duration,
}

/// Where jobs come from.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "there is one of them")]
pub enum Source {
    /// A server.
    Server(Endpoint),
    /// The embedded one.
    #[cfg(feature = "demo")]
    Demo(Demo),
}

/// The embedded server's tenant.
#[cfg(feature = "demo")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demo {
    /// How many jobs.
    pub jobs: usize,
    /// Which ones.
    pub seed: u64,
    /// How long an answer takes.
    pub latency: Duration,
    /// What its server does wrong.
    pub faults: Vec<crate::demo::Fault>,
}

/// Looks an environment variable up.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// What surrounds the process.
pub struct World<'a> {
    /// An environment variable's value.
    pub env: Lookup<'a>,
    /// The machine's zone, or the name that is none.
    pub zone: Result<Tz, String>,
    /// The machine's clock.
    pub clock: Clock,
}

impl Config {
    /// The same session for another tenant of the configuration file, by its profile alone.
    ///
    /// # Errors
    /// With what is missing or wrong with the profile.
    pub fn for_tenant(&self, name: &str, flags: &ConnectionFlags, env: Lookup<'_>) -> Result<Self, ConfigError> {
        // Options and variables that name a server belong to the tenant that jobtop was started with.
        let own = |variable: &str| {
            if variable.starts_with("JOBTOP_") && variable != "JOBTOP_CONFIG" { None } else { env(variable) }
        };
        let flags = ConnectionFlags {
            profile: Some(name.to_owned()),
            config: flags.config.clone(),
            ..ConnectionFlags::default()
        };
        let Origin { source, tenant, provenance, portal, .. } =
            server_origin(flags, Environment(&own), Terminal::Taken)?;
        Ok(Self { source, tenant, portal, provenance, ..self.clone() })
    }

    /// Whether the jobs are made up.
    pub fn is_demo(&self) -> bool {
        !matches!(self.source, Source::Server(_))
    }

    /// The same session with its credential read again.
    ///
    /// # Errors
    /// With what is missing or wrong with it by now.
    pub fn again(&self, flags: &ConnectionFlags, env: Lookup<'_>) -> Result<Self, ConfigError> {
        #[cfg(feature = "demo")]
        if matches!(self.source, Source::Demo(_)) {
            return Ok(self.clone());
        }
        let Origin { source, provenance, .. } = server_origin(flags.clone(), Environment(env), Terminal::Taken)?;
        Ok(Self { source, provenance, ..self.clone() })
    }

    /// The same session on the embedded server.
    #[cfg(feature = "demo")]
    #[must_use]
    pub fn for_demo(&self) -> Self {
        let (source, tenant) = demo_origin(&DemoFlags::default());
        Self { source, tenant, portal: origin::PORTAL.to_owned(), ..self.clone() }
    }

    /// A session of nobody, for the first screen.
    #[cfg(feature = "demo")]
    ///
    /// # Errors
    /// With what is wrong with the other options.
    pub fn of_nobody(
        flags: SessionFlags,
        refresh: impl Into<Option<Refresh>>,
        world: World<'_>,
    ) -> Result<Self, ConfigError> {
        let demo = DemoFlags { demo: true, ..flags.demo };
        let mut config = Self::resolve(SessionFlags { demo, ..flags }, refresh, world)?;
        config.tenant = Tenant::default();
        Ok(config)
    }

    /// Resolves options and environment: an option beats the environment, a credential of a higher layer replaces the
    /// lower one whole, and the demo needs none.
    ///
    /// # Errors
    /// With what is missing or wrong, and what is accepted.
    pub fn resolve(
        flags: SessionFlags,
        refresh: impl Into<Option<Refresh>>,
        world: World<'_>,
    ) -> Result<Self, ConfigError> {
        let World { env, zone, clock } = world;
        let env = Environment(env);
        let mut notes = Vec::new();
        let zone = zone.unwrap_or_else(|name| {
            let name = Foreign::from(name).line(60);
            notes.push(format!("the time zone {name} is not in the time zone database; times are in UTC"));
            Tz::UTC
        });
        #[cfg(feature = "demo")]
        let (origin, clock) = if flags.demo.demo {
            let clock = flags.demo.demo_now.map_or(clock, Clock::fixed);
            let (source, tenant) = demo_origin(&flags.demo);
            let tenants = origin::known_tenants(&flags.connection, env)?;
            let (provenance, portal) = (Provenance::default(), origin::PORTAL.to_owned());
            (Origin { source, tenant, tenants, provenance, portal }, clock)
        } else {
            (server_origin(flags.connection.clone(), env, Terminal::Free)?, clock)
        };
        #[cfg(not(feature = "demo"))]
        let origin = server_origin(flags.connection.clone(), env, Terminal::Free)?;
        let Origin { source, tenant, tenants, provenance, portal } = origin;
        notes.extend(certificate_note(&source, clock.now(), zone));
        let settings = Settings::load(flags.connection.config.as_deref(), env)?;
        // A clock that stands still never comes to the next refresh.
        let refresh = if clock.is_fixed() { Some(Refresh::Off) } else { refresh.into() };
        let looks = WatchFlags { look: flags.look.clone(), refresh, page_size: flags.filter.page_size };
        let Looks { theme, preferences } = Looks::of(settings.as_ref(), &looks, env);
        let filter = filter(flags.filter, clock.now(), zone)?;
        // Last of all: where something else is wrong, there is no file.
        let journal = opened_journal(flags.log.log_file.as_deref(), clock, &mut notes)?;
        Ok(Self {
            source,
            tenant,
            tenants,
            page_size: preferences.page_size,
            filter,
            live: preferences.live,
            theme,
            preferences,
            plain: settings.as_ref().map_or(&Ui::default(), Settings::ui).plain(env),
            motion: !env.is_set("NO_MOTION") && !clock.is_fixed(),
            clock,
            zone,
            journal,
            portal,
            notes,
            provenance,
        })
    }
}

/// Opens the journal where one is wanted. That another jobtop has it is no reason not to begin.
fn opened_journal(path: Option<&Path>, clock: Clock, notes: &mut Vec<String>) -> Result<Journal, ConfigError> {
    let Some(path) = path else { return Ok(Journal::default()) };
    let shown = path.to_string_lossy();
    match Journal::open(path, clock) {
        Err(journal::Refusal::Taken) => {
            notes.push(format!(
                "nothing is logged to {}: {}",
                Foreign::from(&*shown).line(80),
                journal::Refusal::Taken
            ));
            Ok(Journal::default())
        }
        opened => opened.map_err(|refusal| refused("--log-file", &shown, &refusal)),
    }
}

/// What is to be told of a certificate that ends soon, or has ended.
fn certificate_note(source: &Source, now: DateTime<Utc>, zone: Tz) -> Option<String> {
    #[cfg_attr(not(feature = "demo"), allow(irrefutable_let_patterns))]
    let Source::Server(Endpoint { auth: Auth::Certificate { certificate, .. }, .. }) = source else { return None };
    let ends = certificate.ends();
    let day = ends.with_timezone(&zone).format("%d %b %Y");
    if ends <= now {
        return Some(format!("the certificate has ended on {day}: upload a new one to the app registration"));
    }
    let days = (ends - now).num_days();
    let soon = ends - now <= TimeDelta::from_std(policy::CERTIFICATE_WARNING).unwrap_or_default();
    soon.then(|| format!("the certificate ends on {day}, in {days} days: upload a new one to the app registration"))
}

#[cfg(feature = "demo")]
fn demo_origin(flags: &DemoFlags) -> (Source, Tenant) {
    let DemoFlags { demo_jobs: jobs, demo_seed: seed, demo_latency: latency, demo_faults, .. } = flags;
    let demo = Demo { jobs: *jobs, seed: *seed, latency: *latency, faults: demo_faults.clone() };
    let tenant = Tenant { name: "contoso-demo".to_owned(), place: "demo server".to_owned() };
    (Source::Demo(demo), tenant)
}

fn filter(flags: FilterFlags, now: DateTime<Utc>, zone: Tz) -> Result<Filter, ConfigError> {
    let expression = parsed("--filter", flags.expression.clone(), |text| Expression::parse(text, now, zone))?;
    Ok(Filter {
        range: range(&flags, now, zone)?,
        services: BTreeSet::from_iter(flags.services),
        types: BTreeSet::from_iter(flags.types),
        statuses: BTreeSet::from_iter(flags.statuses),
        search: flags.search.unwrap_or_default(),
        text: expression.unwrap_or_default(),
        ..Filter::default()
    })
}

fn range(flags: &FilterFlags, now: DateTime<Utc>, zone: Tz) -> Result<Range, ConfigError> {
    if flags.all_time {
        return Ok(Range::All);
    }
    if let Some(since) = &flags.since {
        return Range::since(since, now, zone).map_err(|error| refused("--since", since, &error));
    }
    let moment = |text: Option<&String>, edge, option| {
        let read = |text: &String| parse_moment(text, now, zone, edge).map_err(|error| refused(option, text, &error));
        text.map(read).transpose()
    };
    let from = moment(flags.from.as_ref(), Edge::Start, "--from")?;
    let to = moment(flags.to.as_ref(), Edge::End, "--to")?;
    match (from, to) {
        (None, None) => Ok(Range::default()),
        (Some(from), Some(to)) if from > to => Err(ConfigError::Backwards),
        // A range that ends now has no end, so that new jobs appear.
        (from, to) => Ok(match (from, to.filter(|to| *to < now)) {
            (None, None) => Range::All,
            (from, to) => Range::Between { from, to },
        }),
    }
}

/// The environment; an empty variable is as good as none.
#[derive(Clone, Copy)]
struct Environment<'a>(Lookup<'a>);

impl Environment<'_> {
    fn is_set(self, variable: &str) -> bool {
        (self.0)(variable).is_some_and(|value| !value.is_empty())
    }

    fn text(self, variable: &'static str) -> Result<Option<String>, ConfigError> {
        let Some(value) = (self.0)(variable).filter(|value| !value.is_empty()) else { return Ok(None) };
        let text = value.into_string();
        text.map(Some).map_err(|value| refused(variable, &value.to_string_lossy(), &"accepted is text in UTF-8"))
    }
}

/// Reads a value that was given, if one was.
fn parsed<T, E: fmt::Display>(
    name: &'static str,
    text: Option<String>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, ConfigError> {
    text.map(|text| parse(&text).map_err(|error| refused(name, &text, &error))).transpose()
}

fn refused(name: &'static str, value: &str, reason: &dyn fmt::Display) -> ConfigError {
    ConfigError::Value { name, value: Foreign::from(value).line(80), reason: reason.to_string() }
}

#[cfg(test)]
mod tests;
