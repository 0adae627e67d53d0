//! The command line: what may be written, and what it says. Pure: no environment, no files, no clock, no screen.

use std::{path::PathBuf, time::Duration};

#[cfg(feature = "demo")]
use chrono::{DateTime, Datelike, Utc};
use clap::{Args, Parser, ValueEnum};

use crate::{
    catalogue::{DataCenterRow, catalogue},
    model::{JobType, Service, Status},
    policy,
};

/// The options, as they were written.
#[derive(Debug, Clone, Parser)]
#[command(name = "jobtop", version, about = ABOUT, long_about = None, after_help = AFTER, max_term_width = 100)]
pub struct Cli {
    /// What the dashboard connects to.
    #[command(flatten)]
    pub connection: ConnectionFlags,
    /// The embedded server.
    #[cfg(feature = "demo")]
    #[command(flatten)]
    pub demo: DemoFlags,
    /// Which jobs are shown at first.
    #[command(flatten)]
    pub filter: FilterFlags,
    /// How they are shown.
    #[command(flatten)]
    pub display: DisplayFlags,
}

const ABOUT: &str = "\
A terminal dashboard for the backup jobs of AvePoint Cloud Backup for IaaS + PaaS.

It reads jobs and never changes anything. Without options it shows the last seven days of the tenant
that the environment names; with --demo it needs neither account nor network.";

const AFTER: &str = "\
Environment (an option beats it):
  JOBTOP_PROFILE, JOBTOP_CONFIG            tenant and configuration file, as --profile and --config
  JOBTOP_REGION                            data centre, as --region
  JOBTOP_BASE_URL, JOBTOP_TOKEN_URL        addresses, as --base-url and --token-url
  JOBTOP_CLIENT_ID, JOBTOP_CLIENT_SECRET   the app registration's id and secret
  JOBTOP_ACCESS_TOKEN                      a token that you have, in place of id and secret
  NO_COLOR, NO_MOTION                      no colours; nothing moves by itself
  HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE     the way through your network

Examples:
  jobtop --demo
  jobtop --region us --client-id 1b9b… --secret-file ~/.jobtop-secret
  jobtop --since 24h --status failed,exception
  jobtop --from 2024-10-01 --to 2024-10-27 --service azure-vm

In the dashboard, ? shows the keys and q quits.";

/// Options that say where jobs come from.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Connection")]
pub struct ConnectionFlags {
    /// Tenant to show, by its name in the configuration file
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Configuration file [default: ~/.config/jobtop/config.toml]
    #[arg(long, value_name = "PATH")]
    pub config: Option<PathBuf>,
    /// Data centre, by its code: the addresses follow from it
    #[arg(long, value_name = "CODE", value_parser = region)]
    pub region: Option<&'static DataCenterRow>,
    /// Address of the API, where no region fits
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Address that gives access tokens, where no region fits
    #[arg(long, value_name = "URL")]
    pub token_url: Option<String>,
    /// Id of the app registration
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// File that holds the app registration's secret, readable by you alone
    #[arg(long, value_name = "PATH")]
    pub secret_file: Option<PathBuf>,
    /// Certificate to sign in with instead of a secret: PEM, DER, or a PFX with its key
    #[arg(long, value_name = "PATH")]
    pub cert_file: Option<PathBuf>,
    /// The certificate's private key, where it is a file of its own, readable by you alone
    #[arg(long, value_name = "PATH")]
    pub key_file: Option<PathBuf>,
}

/// Options of the embedded server.
#[cfg(feature = "demo")]
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Demo")]
pub struct DemoFlags {
    /// Show a made-up tenant, served by jobtop itself: no account, no network
    #[arg(long)]
    pub demo: bool,
    /// How many jobs it has, at most 1,000,000
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = jobs, requires = "demo")]
    pub demo_jobs: usize,
    /// Another number makes another tenant
    #[arg(long, value_name = "N", default_value_t = 1, requires = "demo")]
    pub demo_seed: u64,
    /// How long each answer takes, such as 50ms or 2s
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration, requires = "demo")]
    pub demo_latency: Duration,
    /// Stop the clock at this moment, such as 2026-11-23T13:02:11Z, for pictures
    #[arg(long, value_name = "TIME", value_parser = moment, requires = "demo")]
    pub demo_now: Option<DateTime<Utc>>,
}

#[cfg(feature = "demo")]
impl Default for DemoFlags {
    fn default() -> Self {
        Self { demo: false, demo_jobs: 20_000, demo_seed: 1, demo_latency: Duration::ZERO, demo_now: None }
    }
}

/// Options that narrow the list.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Jobs")]
pub struct FilterFlags {
    /// From then until now: 7d, 24h, 30m, 2w, yesterday, "monday 18:00", 2024-10-01 [default: 7d]
    #[arg(long, value_name = "TIME", conflicts_with_all = ["from", "to", "all_time"])]
    pub since: Option<String>,
    /// From this day or moment, in the local time zone
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// To this day, the day included, or moment
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// From the first job on
    #[arg(long, conflicts_with_all = ["from", "to"])]
    pub all_time: bool,
    /// Only these services: names as azure-vm, or the API's numbers; several with commas
    #[arg(long = "service", value_name = "SLUG", value_delimiter = ',', value_parser = service)]
    pub services: Vec<Service>,
    /// Only these job types: names as azure-vm-backup, or the API's numbers
    #[arg(long = "type", value_name = "SLUG", value_delimiter = ',', value_parser = job_type)]
    pub types: Vec<JobType>,
    /// Only these statuses: failed, exception, successful …, the portal's words, or numbers
    #[arg(long = "status", value_name = "SLUG", value_delimiter = ',', value_parser = status)]
    pub statuses: Vec<Status>,
    /// Only what fulfils this expression, over what is loaded: "failed>0 type:azure-sql-backup !retention"
    #[arg(long = "filter", value_name = "EXPR")]
    pub expression: Option<String>,
    /// Text that the server looks for in job ids and descriptions
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
}

/// Options of the screen and of how pages are asked for.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Display")]
pub struct DisplayFlags {
    /// How often the list is read again: 5s or more, or off
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = refresh)]
    pub refresh: Refresh,
    /// Jobs that one request asks for, 1 to 5000
    #[arg(long, value_name = "N", default_value_t = policy::PAGE_SIZE, value_parser = page_size)]
    pub page_size: u16,
    /// Colours: always, never, or auto, which obeys the environment
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    pub color: When,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// Unless `NO_COLOR` is set.
    Auto,
    /// Whatever `NO_COLOR` says.
    Always,
    /// Not at all.
    Never,
}

/// How often the list is read again by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// After each of these.
    Every(Duration),
    /// Never.
    Off,
}

/// Reads a data centre's code.
///
/// # Errors
/// With the nearest code and all others.
pub fn region(code: &str) -> Result<&'static DataCenterRow, String> {
    let rows = || catalogue().data_centers.iter();
    let wrong = || {
        let all: Vec<_> = rows().map(|row| format!("  {:8} {}", row.code, row.label)).collect();
        let nearest = nearest(code, rows().map(|row| row.code.as_str()));
        format!("there is no such data centre; did you mean {nearest}? Accepted are\n{}", all.join("\n"))
    };
    catalogue().data_center(code.trim()).ok_or_else(wrong)
}

fn service(name: &str) -> Result<Service, String> {
    let known = || catalogue().service_types.iter().map(|row| row.slug.as_str());
    Service::from_name(name.trim()).ok_or_else(|| format!("{}, and numbers", unknown("service", name, known())))
}

fn job_type(name: &str) -> Result<JobType, String> {
    let known = || catalogue().job_types.iter().map(|row| row.slug.as_str());
    JobType::from_name(name.trim()).ok_or_else(|| format!("{}, and numbers", unknown("job type", name, known())))
}

fn status(name: &str) -> Result<Status, String> {
    let rows = || catalogue().statuses.iter();
    let known = || rows().map(|row| row.slug.as_str());
    let words = rows().map(|row| row.word.as_str()).collect::<Vec<_>>().join(", ");
    let wrong = || format!("{}; the portal's words ({words}), and numbers", unknown("status", name, known()));
    Status::from_name(name.trim()).ok_or_else(wrong)
}

#[cfg(feature = "demo")]
fn jobs(text: &str) -> Result<usize, String> {
    let accepted = |jobs: &usize| *jobs <= policy::ROWS_MAX;
    text.parse().ok().filter(accepted).ok_or_else(|| format!("accepted are numbers from 0 to {}", policy::ROWS_MAX))
}

#[cfg(feature = "demo")]
fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    let at = DateTime::parse_from_rfc3339(text.trim()).ok().map(|at| at.to_utc());
    at.filter(|at| (1970..=9000).contains(&at.year()))
        .ok_or_else(|| "accepted are moments such as 2026-11-23T13:02:11Z (RFC 3339)".to_owned())
}

fn page_size(text: &str) -> Result<u16, String> {
    let accepted = |size: &u16| (1..=policy::PAGE_SIZE_MAX).contains(size);
    text.parse()
        .ok()
        .filter(accepted)
        .ok_or_else(|| format!("accepted are numbers from 1 to {}", policy::PAGE_SIZE_MAX))
}

fn refresh(text: &str) -> Result<Refresh, String> {
    if text.trim() == "off" {
        return Ok(Refresh::Off);
    }
    let every = duration(text).ok().filter(|every| *every >= policy::REFRESH_MIN);
    let least = policy::REFRESH_MIN.as_secs();
    every
        .map(Refresh::Every)
        .ok_or_else(|| format!("accepted are lengths such as 30s or 2m, at least {least}s, and off"))
}

/// Reads a length of time: `50ms`, `2s`, `1m`, `1h`.
fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (amount, unit) = text.split_at(digits);
    let milliseconds = match unit.trim() {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" | "min" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    let length = amount.parse::<u64>().ok().zip(milliseconds).and_then(|(amount, unit)| amount.checked_mul(unit));
    length
        .map(Duration::from_millis)
        .filter(|length| *length <= policy::OPTION_DURATION_MAX)
        .ok_or_else(|| "accepted are lengths such as 50ms, 2s, 1m, at most 24h".to_owned())
}

/// Says that there is no such word, which comes nearest, and which there are.
fn unknown<'a>(what: &str, given: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let nearest = nearest(given, known.clone());
    let all = known.collect::<Vec<_>>().join(", ");
    format!("there is no such {what}; did you mean {nearest}? Accepted are {all}")
}

fn nearest<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> &'a str {
    let near = known.map(|word| (strsim::jaro_winkler(&given.trim().to_lowercase(), word), word));
    near.max_by(|one, other| one.0.total_cmp(&other.0)).map_or("", |(_, word)| word)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &str) -> Result<Cli, String> {
        Cli::try_parse_from(["jobtop"].into_iter().chain(line.split_whitespace())).map_err(|error| error.to_string())
    }

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_option_takes_a_secret() {
        for option in Cli::command().get_arguments().filter_map(clap::Arg::get_long) {
            assert!(!option.contains("token") || option == "token-url", "{option}");
            assert!(!option.contains("secret") || option == "secret-file", "{option}");
        }
    }

    #[test]
    fn lists_are_repeated_or_separated_and_names_have_three_forms() {
        let cli = parse("--status failed,8 --status Finished --service azure-vm,2048 --type azure-sql-backup").unwrap();
        assert_eq!(cli.filter.statuses, [Status::Failed, Status::Exception, Status::Finished]);
        assert_eq!(cli.filter.services, [Service(1), Service(2048)]);
        assert_eq!(cli.filter.types, [JobType(20016)]);
        assert_eq!((cli.display.page_size, cli.display.refresh), (100, Refresh::Every(Duration::from_secs(30))));
    }

    #[test]
    fn a_wrong_value_is_told_with_its_option_and_what_is_accepted() {
        for (line, parts) in [
            ("--status fialed", ["--status <SLUG>", "did you mean failed?", "stopped"]),
            ("--service azurevm", ["--service <SLUG>", "did you mean azure-vm?", "numbers"]),
            ("--type azure-vm-bakup", ["--type <SLUG>", "did you mean azure-vm-backup?", "numbers"]),
            ("--page-size 0", ["--page-size <N>", "'0'", "from 1 to 5000"]),
            ("--page-size 5001", ["--page-size <N>", "'5001'", "from 1 to 5000"]),
            ("--refresh 4s", ["--refresh <TIME>", "'4s'", "at least 5s, and off"]),
            ("--refresh 999999999999h", ["--refresh <TIME>", "accepted are lengths", "off"]),
            ("--color maybe", ["--color <WHEN>", "'maybe'", "auto, always, never"]),
            ("--region mars", ["--region <CODE>", "did you mean", "Accepted are"]),
            ("--demo --demo-now yesterday", ["--demo-now <TIME>", "'yesterday'", "RFC 3339"]),
            ("--demo-jobs 5", ["--demo", "required", "--help"]),
            ("--since 7d --all-time", ["--since <TIME>", "--all-time", "cannot be used"]),
        ] {
            let error = parse(line).unwrap_err();
            for part in parts {
                assert!(error.contains(part), "{line}: {part:?} is not in\n{error}");
            }
        }
    }

    #[test]
    fn every_region_is_known_in_any_case() {
        for row in &catalogue().data_centers {
            assert_eq!(region(&row.code.to_uppercase()).unwrap().code, row.code);
        }
    }

    #[test]
    fn lengths_of_time_are_read() {
        for (text, milliseconds) in [("50ms", 50), ("2s", 2_000), ("1m", 60_000), ("24h", 86_400_000)] {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)));
        }
        for text in ["", "5", "ms", "-1s", "1.5s", "25h", "1d", "99999999999999999999s"] {
            assert!(duration(text).is_err(), "{text:?}");
        }
    }
}
