//! Command line and environment → one resolved `Config`. Pure but for the one file that may hold the secret.
//! It knows neither the screen nor the network.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use secrecy::SecretString;

use crate::{
    api::{Auth, Endpoint, parse_address},
    catalogue::catalogue,
    cli::{Cli, ColorChoice, Refresh, unknown},
    filter::{Edge, Expression, Filter, Range, parse_moment},
    state::{Live, Tenant},
};

/// What a session is started with.
#[derive(Debug)]
pub struct Config {
    /// Where the jobs come from.
    pub source: Source,
    /// The filter to begin with.
    pub filter: Filter,
    /// Jobs asked for at once.
    pub page_size: u16,
    /// Live mode.
    pub live: Live,
    /// Whether to use colours.
    pub color: bool,
    /// Whether anything may move by itself.
    pub motion: bool,
}

/// Where the jobs come from.
#[derive(Debug)]
pub enum Source {
    /// The embedded server.
    Demo(Demo),
    /// A real one.
    Server(Box<Endpoint>, Tenant),
}

/// The embedded server's tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demo {
    /// How many jobs.
    pub jobs: usize,
    /// Which ones.
    pub seed: u64,
    /// How long an answer takes.
    pub latency: std::time::Duration,
    /// Where the clock stands still, for pictures.
    pub now: Option<DateTime<Utc>>,
}

/// Settings that don't fit together, with what is accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// No server and no demo.
    #[error(
        "no tenant is set up yet

  jobtop --demo     looks around in generated jobs: no account, no network

For your own jobs it needs an app registration in AvePoint Online Services with the permission
platformbackup.readwrite.all (a read-write permission, of which jobtop only reads), and

  --region CODE     the data centre, or --base-url and --token-url
  --client-id ID    the app's client id
  --secret-file F   a file with its secret, or the variable JOBTOP_CLIENT_SECRET

A ready access token in JOBTOP_ACCESS_TOKEN does without client id and secret."
    )]
    Nothing,
    /// A value that is not accepted.
    #[error("{name} {value}: {why}")]
    Value {
        /// The option or variable.
        name: &'static str,
        /// What it was given.
        value: String,
        /// Why that is not accepted, and what is.
        why: String,
    },
    /// Something is missing.
    #[error("{0}")]
    Missing(&'static str),
    /// Two credentials in one layer.
    #[error("{0}: only one credential may be given at once; drop one of the two")]
    Two(&'static str),
}

/// Looks a variable of the environment up; one that is set to nothing counts as not set.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Config {
    /// Resolves what was given. A flag beats the environment; `--demo` overrides every connection setting.
    ///
    /// # Errors
    /// When something is missing, contradicts itself, or is not accepted.
    pub fn resolve(cli: &Cli, env: Lookup<'_>, now: DateTime<Utc>, zone: Tz) -> Result<Self, ConfigError> {
        let now = cli.demo_now.unwrap_or(now);
        let source = if cli.demo {
            Source::Demo(Demo {
                jobs: cli.demo_jobs,
                seed: cli.demo_seed,
                latency: cli.demo_latency,
                now: cli.demo_now,
            })
        } else {
            server(cli, env)?
        };
        let still = cli.demo && cli.demo_now.is_some();
        let live = match cli.refresh {
            Refresh::Every(every) => Live { on: !still, every },
            Refresh::Off => Live { on: false, ..Live::default() },
        };
        let color = match cli.color {
            ColorChoice::Auto => env("NO_COLOR").is_none(),
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        };
        let filter = filter(cli, now, zone)?;
        Ok(Self { source, filter, page_size: cli.page_size, live, color, motion: env("NO_MOTION").is_none() && !still })
    }
}

fn filter(cli: &Cli, now: DateTime<Utc>, zone: Tz) -> Result<Filter, ConfigError> {
    let refused = |name, value: &str, why: crate::filter::RangeError| ConfigError::Value {
        name,
        value: crate::text::Foreign::from(value).line(60).to_string(),
        why: why.to_string(),
    };
    let moment = |name, text: &Option<String>, edge| {
        text.as_deref()
            .map(|text| parse_moment(text, now, zone, edge).map_err(|why| refused(name, text, why)))
            .transpose()
    };
    let (from, to) = (moment("--from", &cli.from, Edge::Start)?, moment("--to", &cli.to, Edge::End)?);
    let range = match (&cli.since, from, to, cli.all_time) {
        (_, _, _, true) => Range::All,
        (Some(since), ..) => Range::since(since, now, zone).map_err(|why| refused("--since", since, why))?,
        (None, None, None, false) => Range::default(),
        (None, from, to, false) => Range::Between { from, to: to.filter(|to| *to < now) },
    };
    let text = cli.filter.as_deref().map_or(Ok(Expression::default()), |text| {
        Expression::parse(text, now, zone).map_err(|why| ConfigError::Value {
            name: "--filter",
            value: crate::text::Foreign::from(text).line(120).to_string(),
            why: why.to_string(),
        })
    })?;
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(ConfigError::Missing("--from must not be later than --to"));
    }
    Ok(Filter {
        range,
        services: cli.service.iter().copied().collect(),
        types: cli.job_type.iter().copied().collect(),
        statuses: cli.status.iter().copied().collect(),
        search: cli.search.clone().unwrap_or_default(),
        text,
        ..Filter::default()
    })
}

fn server(cli: &Cli, env: Lookup<'_>) -> Result<Source, ConfigError> {
    let either = |flag: &Option<String>, name: &str| flag.clone().or_else(|| env(name));
    let region = either(&cli.region, "JOBTOP_REGION");
    let (base, token_url) = (either(&cli.base_url, "JOBTOP_BASE_URL"), either(&cli.token_url, "JOBTOP_TOKEN_URL"));
    let given = [&region, &base, &cli.client_id].iter().any(|setting| setting.is_some());
    if !given && env("JOBTOP_ACCESS_TOKEN").is_none() && env("JOBTOP_CLIENT_ID").is_none() {
        return Err(ConfigError::Nothing);
    }
    let center = region.as_deref().map(data_center).transpose()?;
    let base = base.or_else(|| center.map(|center| center.base_url.clone()));
    let base =
        base.ok_or(ConfigError::Missing("which server? Name the data centre with --region, or give --base-url"))?;
    let token_url = token_url.or_else(|| center.and_then(|center| catalogue().token_url(center)).map(str::to_owned));
    let base_url = address("--base-url", &base)?;
    let place =
        center.map_or_else(|| base_url.host_str().unwrap_or_default().to_owned(), |center| center.label.clone());
    let (auth, name) = credential(cli, env, token_url)?;
    Ok(Source::Server(Box::new(Endpoint { base_url, auth }), Tenant { name, place }))
}

fn data_center(code: &str) -> Result<&'static crate::catalogue::DataCenterRow, ConfigError> {
    catalogue().data_center(code).ok_or_else(|| ConfigError::Value {
        name: "--region",
        value: crate::text::Foreign::from(code).line(40).to_string(),
        why: unknown(code, catalogue().data_centers.iter().map(|row| row.code.as_str()))
            .replace("a number of the API and ", ""),
    })
}

fn address(name: &'static str, text: &str) -> Result<reqwest::Url, ConfigError> {
    parse_address(text).map_err(|why| ConfigError::Value {
        name,
        value: crate::text::Foreign::from(text).line(120).to_string(),
        why: why.to_string(),
    })
}

/// The credential of the highest layer that has one, whole; with a name for the tenant.
fn credential(cli: &Cli, env: Lookup<'_>, token_url: Option<String>) -> Result<(Auth, String), ConfigError> {
    let secret = match (&cli.secret_file, env("JOBTOP_CLIENT_SECRET"), env("JOBTOP_ACCESS_TOKEN")) {
        (Some(path), ..) => read_secret(path)?,
        (None, Some(_), Some(_)) => return Err(ConfigError::Two("JOBTOP_CLIENT_SECRET and JOBTOP_ACCESS_TOKEN")),
        (None, None, Some(token)) => return Ok((Auth::Token(SecretString::from(token)), "access token".to_owned())),
        (None, Some(secret), None) => SecretString::from(secret),
        (None, None, None) => {
            return Err(ConfigError::Missing(
                "no credential: set JOBTOP_CLIENT_SECRET or JOBTOP_ACCESS_TOKEN, or give --secret-file",
            ));
        }
    };
    let client_id = cli.client_id.clone().or_else(|| env("JOBTOP_CLIENT_ID"));
    let client_id =
        client_id.ok_or(ConfigError::Missing("the secret of which app? Give --client-id or set JOBTOP_CLIENT_ID"))?;
    let token_url = token_url.ok_or(ConfigError::Missing(
        "where are tokens given? Name the data centre with --region, or give --token-url",
    ))?;
    let name = crate::text::Foreign::from(client_id.as_str()).line(12).to_string();
    Ok((Auth::ClientSecret { token_url: address("--token-url", &token_url)?, client_id, secret }, name))
}

/// A secret is a line of text; nobody keeps a book in its file.
const SECRET_BYTES: u64 = 64 << 10;

/// Reads a secret from a file that only its owner can read.
fn read_secret(path: &PathBuf) -> Result<SecretString, ConfigError> {
    let refused = |why: String| ConfigError::Value { name: "--secret-file", value: shown(path), why };
    let file = std::fs::File::open(path).map_err(|error| refused(error.to_string()))?;
    let about = file.metadata().map_err(|error| refused(error.to_string()))?;
    if !about.is_file() || about.len() > SECRET_BYTES {
        return Err(refused("accepted is an ordinary file of at most 64 KiB".to_owned()));
    }
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::mode(&about) & 0o077 != 0 {
        return Err(refused(format!("others can read it; run: chmod 600 {}", shown(path))));
    }
    let text = std::io::read_to_string(file).map_err(|error| refused(error.to_string()))?;
    let secret = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if secret.is_empty() {
        return Err(refused("it is empty".to_owned()));
    }
    Ok(SecretString::from(secret))
}

fn shown(path: &Path) -> String {
    crate::text::Foreign::from(path.to_string_lossy().as_ref()).line(200).to_string()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn resolve(arguments: &[&str], env: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let cli = Cli::parse_from(["jobtop"].iter().chain(arguments));
        let lookup = |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Config::resolve(&cli, &lookup, "2026-11-23T13:02:11Z".parse().unwrap(), chrono_tz::Europe::Berlin)
    }

    fn error(arguments: &[&str], env: &[(&str, &str)]) -> String {
        resolve(arguments, env).unwrap_err().to_string()
    }

    #[test]
    fn a_region_gives_both_addresses_and_the_environment_the_credential() {
        let env = [("JOBTOP_CLIENT_ID", "id"), ("JOBTOP_CLIENT_SECRET", "s")];
        let Source::Server(endpoint, tenant) = resolve(&["--region", "US"], &env).unwrap().source else {
            panic!("a server")
        };
        assert_eq!(endpoint.base_url.as_str().trim_end_matches('/'), "https://graph-us.avepointonlineservices.com");
        let Auth::ClientSecret { token_url, .. } = endpoint.auth else { panic!("a secret") };
        assert_eq!(token_url.as_str(), "https://identity.avepointonlineservices.com/connect/token");
        assert_eq!(tenant.place, "US - East");
    }

    #[test]
    fn what_does_not_fit_together_is_refused_with_what_does() {
        let secret = [("JOBTOP_CLIENT_SECRET", "s")];
        for (arguments, env, told) in [
            (&[][..], &[][..], "jobtop --demo"),
            (&["--region", "uss"], &secret, "did you mean us?"),
            (&["--base-url", "http://example.com"], &secret, "https"),
            (&["--region", "us"], &[], "no credential"),
            (&["--region", "us"], &secret, "--client-id"),
            (&["--base-url", "https://a.example", "--client-id", "x"], &secret, "--token-url"),
            (
                &["--region", "us"],
                &[("JOBTOP_CLIENT_SECRET", "s"), ("JOBTOP_ACCESS_TOKEN", "t")],
                "only one credential",
            ),
            (&["--demo", "--since", "soon"], &[], "accepted are 7d"),
            (&["--demo", "--filter", "failed>x"], &[], "a number is needed"),
            (&["--demo", "--from", "2026-02-01", "--to", "2026-01-01"], &[], "later than --to"),
        ] {
            let text = error(arguments, env);
            assert!(text.contains(told), "{arguments:?}: {text}");
        }
    }

    #[test]
    fn the_demo_overrides_every_connection_setting() {
        let env = [("JOBTOP_BASE_URL", "http://nowhere"), ("JOBTOP_ACCESS_TOKEN", "t"), ("JOBTOP_CLIENT_SECRET", "s")];
        assert!(matches!(resolve(&["--demo"], &env).unwrap().source, Source::Demo(_)));
    }

    #[test]
    fn a_day_given_as_the_end_is_included() {
        let filter = resolve(&["--demo", "--from", "2026-10-01", "--to", "2026-10-02"], &[]).unwrap().filter;
        let end = |text: &str| Some(text.parse().unwrap());
        assert_eq!(filter.range, Range::Between { from: end("2026-09-30T22:00:00Z"), to: end("2026-10-02T21:59:59Z") });
    }

    #[test]
    fn no_error_names_the_secret() {
        let env = [("JOBTOP_CLIENT_SECRET", "canary-4711"), ("JOBTOP_ACCESS_TOKEN", "canary-4711")];
        assert!(!error(&["--region", "us"], &env).contains("canary"));
        let config = resolve(&["--region", "us", "--client-id", "i"], &env[..1]).unwrap();
        assert!(!format!("{config:?}").contains("canary"));
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_file_that_others_can_read_is_refused_with_the_remedy() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "s3cret\n").unwrap();
        let text = path.to_str().unwrap();
        let arguments = ["--region", "us", "--client-id", "i", "--secret-file", text];
        for (mode, accepted) in [(0o600, true), (0o400, true), (0o640, false), (0o644, false), (0o606, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            match resolve(&arguments, &[]) {
                Ok(_) => assert!(accepted, "{mode:o}"),
                Err(error) => assert!(!accepted && error.to_string().contains("chmod 600"), "{mode:o}: {error}"),
            }
        }
    }
}
