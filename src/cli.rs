//! The command line as it is written: names, forms and help. What it means together with the environment is `config`'s.

use std::{path::PathBuf, time::Duration};

use chrono::{DateTime, Utc};
use clap::{Parser, ValueEnum, builder::styling};

use crate::{
    catalogue::catalogue,
    model::{JobType, Service, Status},
    policy,
};

/// The backup jobs of AvePoint Cloud Backup for IaaS + PaaS, in a terminal.
#[derive(Debug, Clone, Parser)]
#[command(name = "jobtop", version, max_term_width = 100, styles = STYLES, after_help = EXAMPLES)]
pub struct Cli {
    /// Open on an embedded API server with generated jobs: no account, no network
    #[arg(long, help_heading = "Demo")]
    pub demo: bool,
    /// How many jobs the demo has
    #[arg(long, value_name = "N", default_value_t = 20_000, help_heading = "Demo")]
    pub demo_jobs: usize,
    /// Another seed, another tenant
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Demo")]
    pub demo_seed: u64,
    /// How long the demo's server takes to answer
    #[arg(long, value_name = "TIME", default_value = "0ms", value_parser = duration, help_heading = "Demo")]
    pub demo_latency: Duration,
    /// Let the demo's clock stand still at this moment, for pictures
    #[arg(long, value_name = "RFC3339", value_parser = instant, help_heading = "Demo")]
    pub demo_now: Option<DateTime<Utc>>,

    /// Data centre, which decides base URL and token URL [env: JOBTOP_REGION]
    #[arg(long, value_name = "CODE", help_heading = "Connection")]
    pub region: Option<String>,
    /// Where the API is [env: JOBTOP_BASE_URL]
    #[arg(long, value_name = "URL", help_heading = "Connection")]
    pub base_url: Option<String>,
    /// Where tokens are given [env: JOBTOP_TOKEN_URL]
    #[arg(long, value_name = "URL", help_heading = "Connection")]
    pub token_url: Option<String>,
    /// Client id of the app registration [env: JOBTOP_CLIENT_ID; its secret: JOBTOP_CLIENT_SECRET, or a ready token:
    /// JOBTOP_ACCESS_TOKEN]
    #[arg(long, value_name = "ID", help_heading = "Connection")]
    pub client_id: Option<String>,
    /// File that holds the client secret, readable by you alone
    #[arg(long, value_name = "PATH", help_heading = "Connection")]
    pub secret_file: Option<PathBuf>,

    /// Jobs since then: 24h, 7d, 2w, yesterday, "2026-10-01 18:00" [default: 7d]
    #[arg(long, value_name = "TIME", conflicts_with_all = ["from", "to", "all_time"], help_heading = "Filter")]
    pub since: Option<String>,
    /// Jobs from this moment on, in local time
    #[arg(long, value_name = "TIME", help_heading = "Filter")]
    pub from: Option<String>,
    /// Jobs up to this moment; a day is included
    #[arg(long, value_name = "TIME", help_heading = "Filter")]
    pub to: Option<String>,
    /// Jobs of any time
    #[arg(long, conflicts_with_all = ["from", "to"], help_heading = "Filter")]
    pub all_time: bool,
    /// Only these services, by slug or number; several with commas
    #[arg(long, value_name = "SLUG", value_delimiter = ',', value_parser = service, help_heading = "Filter")]
    pub service: Vec<Service>,
    /// Only these job types, by slug or number; several with commas
    #[arg(long = "type", value_name = "SLUG", value_delimiter = ',', value_parser = job_type, help_heading = "Filter")]
    pub job_type: Vec<JobType>,
    /// Only these statuses: failed, exception, skipped, stopped, in-progress, waiting, not-started, finished
    #[arg(long, value_name = "SLUG", value_delimiter = ',', value_parser = status, help_heading = "Filter")]
    pub status: Vec<Status>,
    /// Show only what fulfils this expression, over what is loaded: "failed>0 type:azure-sql-backup !retention"
    #[arg(long, value_name = "EXPR", help_heading = "Filter")]
    pub filter: Option<String>,
    /// Let the server look for this text in id and description
    #[arg(long, value_name = "TEXT", help_heading = "Filter")]
    pub search: Option<String>,
    /// Jobs asked for at once
    #[arg(long, value_name = "N", default_value_t = policy::PAGE_SIZE, help_heading = "Filter",
          value_parser = clap::value_parser!(u16).range(1..=i64::from(policy::PAGE_SIZE_MAX)))]
    pub page_size: u16,

    /// How often the list is refreshed: 30s, 5m, or off
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = refresh, help_heading = "Screen")]
    pub refresh: Refresh,
    /// Whether to use colours; NO_COLOR turns them off too
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Screen")]
    pub color: ColorChoice,
}

/// How often the list is refreshed by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// Never.
    Off,
    /// So often.
    Every(Duration),
}

/// Whether to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// Unless `NO_COLOR` is set.
    Auto,
    /// Whatever is set.
    Always,
    /// In no case.
    Never,
}

const STYLES: styling::Styles = styling::Styles::styled()
    .header(styling::AnsiColor::Cyan.on_default().bold())
    .literal(styling::Style::new().bold());

const EXAMPLES: &str = "Examples:
  jobtop --demo                                     look around, no account needed
  jobtop --demo --status failed --since 30d         the failures of a month
  JOBTOP_CLIENT_SECRET=… jobtop --region us --client-id ID
                                                    your own jobs

Keys: ? shows them all.";

fn service(text: &str) -> Result<Service, String> {
    let known = catalogue().service_types.iter().map(|row| row.slug.as_str());
    Service::from_name(text).ok_or_else(|| unknown(text, known))
}

fn job_type(text: &str) -> Result<JobType, String> {
    let known = catalogue().job_types.iter().map(|row| row.slug.as_str());
    JobType::from_name(text).ok_or_else(|| unknown(text, known))
}

fn status(text: &str) -> Result<Status, String> {
    let known = catalogue().statuses.iter().map(|row| row.slug.as_str()).chain(["finished"]);
    Status::from_name(text).ok_or_else(|| unknown(text, known))
}

/// Says what is accepted: the nearest known word where there is one near, and all of them where they are few.
pub(crate) fn unknown<'a>(text: &str, known: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = known.collect();
    let near = words.iter().map(|word| (strsim::jaro_winkler(text, word), *word)).max_by(|a, b| a.0.total_cmp(&b.0));
    let hint =
        near.filter(|(score, _)| *score > 0.75).map_or(String::new(), |(_, word)| format!("did you mean {word}? "));
    format!("{hint}accepted are a number of the API and {}", words.join(", "))
}

/// Reads `50ms`, `2s`, `5m`.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let amount: u64 = text[..digits].parse().map_err(|_| "accepted are 50ms, 2s, 5m".to_owned())?;
    match &text[digits..] {
        "ms" => Ok(Duration::from_millis(amount)),
        "s" => Ok(Duration::from_secs(amount)),
        "m" => Ok(Duration::from_secs(amount.saturating_mul(60))),
        _ => Err("accepted are 50ms, 2s, 5m".to_owned()),
    }
}

fn refresh(text: &str) -> Result<Refresh, String> {
    if text == "off" {
        return Ok(Refresh::Off);
    }
    let every = duration(text).map_err(|_| "accepted are off, 30s, 5m".to_owned())?;
    let shortest = policy::REFRESH_MIN;
    if every < shortest { Err(format!("the shortest is {}s", shortest.as_secs())) } else { Ok(Refresh::Every(every)) }
}

fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    let wrong = |_| "accepted is a moment like 2026-11-23T13:02:11Z".to_owned();
    DateTime::parse_from_rfc3339(text).map(|at| at.to_utc()).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn bad_values_are_answered_with_what_is_accepted() {
        for (arguments, answer) in [
            (["--status", "finnished"], "did you mean finished?"),
            (["--type", "azure-vm-bakup"], "did you mean azure-vm-backup?"),
            (["--service", "nothing"], "accepted are a number of the API and azure-vm"),
            (["--demo-latency", "fast"], "accepted are 50ms"),
            (["--refresh", "1s"], "the shortest is 5s"),
            (["--page-size", "0"], "1..=5000"),
            (["--demo-now", "noon"], "2026-11-23T13:02:11Z"),
        ] {
            let error = Cli::try_parse_from(["jobtop"].iter().chain(&arguments)).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            let text = error.to_string();
            assert!(text.contains(answer) && text.contains(arguments[0]) && text.contains(arguments[1]), "{text}");
        }
    }

    #[test]
    fn several_values_may_be_given_with_commas_or_again() {
        let cli = Cli::parse_from(["jobtop", "--status", "failed,8", "--status", "Finished", "--type", "90130"]);
        assert_eq!(cli.status, [Status::Failed, Status::Exception, Status::Finished]);
        assert_eq!(cli.job_type, [JobType(90130)]);
    }
}
