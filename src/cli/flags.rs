//! The options, in the groups that commands share.

use std::path::PathBuf;
#[cfg(feature = "demo")]
use std::time::Duration;

#[cfg(feature = "demo")]
use chrono::{DateTime, Utc};
use clap::Args;

use super::values::{self, When};
#[cfg(feature = "demo")]
use crate::demo::Fault;
use crate::{
    catalogue::DataCenterRow,
    model::{JobType, Service, Status},
};

/// What every command that reads jobs is told.
#[derive(Debug, Clone, Default, Args)]
pub struct SessionFlags {
    /// What it connects to.
    #[command(flatten)]
    pub connection: ConnectionFlags,
    /// The embedded server.
    #[cfg(feature = "demo")]
    #[command(flatten)]
    pub demo: DemoFlags,
    /// Which jobs.
    #[command(flatten)]
    pub filter: FilterFlags,
    /// How they look.
    #[command(flatten)]
    pub look: LookFlags,
    /// What is written down.
    #[command(flatten)]
    pub log: LogFlags,
}

/// Options of what is written down.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Diagnosis")]
pub struct LogFlags {
    /// Write requests, retries and errors to this file, no secret among them; two times 5 MiB at most
    #[arg(long, value_name = "PATH")]
    pub log_file: Option<PathBuf>,
}

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
    #[arg(long, value_name = "CODE", value_parser = values::REGION, hide_possible_values = true)]
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
    /// Certificates to trust beside the system's, as PEM: for a network that inspects TLS
    #[arg(long, value_name = "PATH")]
    pub ca_file: Option<PathBuf>,
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
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = values::jobs, requires = "demo")]
    pub demo_jobs: usize,
    /// Another number makes another tenant
    #[arg(long, value_name = "N", default_value_t = 1, requires = "demo")]
    pub demo_seed: u64,
    /// How long each answer takes, such as 50ms or 2s
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = values::duration, requires = "demo")]
    pub demo_latency: Duration,
    /// What its server does wrong, as --fault of jobtop emulate; several with commas
    #[arg(long = "demo-fault", value_name = "NAME", value_delimiter = ',', value_parser = values::FAULT, hide_possible_values = true, requires = "demo")]
    pub demo_faults: Vec<Fault>,
    /// Stop the clock at this moment, such as 2026-11-23T13:02:11Z, for pictures
    #[arg(long, value_name = "TIME", value_parser = values::moment, requires = "demo")]
    pub demo_now: Option<DateTime<Utc>>,
}

/// Options of the embedded server as a tool of its own.
#[cfg(feature = "demo")]
#[derive(Debug, Clone, Args)]
pub struct EmulateFlags {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,
    /// How many jobs the tenant has, at most 1,000,000; none comes or goes
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = values::jobs)]
    pub jobs: usize,
    /// Another number makes another tenant
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How long each answer takes, such as 50ms or 2s
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = values::duration)]
    pub latency: Duration,
    /// What it does wrong; several with commas
    #[arg(long = "fault", value_name = "NAME", value_delimiter = ',', value_parser = values::FAULT)]
    pub faults: Vec<Fault>,
    /// The one client id that may sign in; without it, any may
    #[arg(long, value_name = "ID", requires = "secret_file")]
    pub client_id: Option<String>,
    /// File that holds the secret for that client id, readable by you alone
    #[arg(long, value_name = "PATH", requires = "client_id")]
    pub secret_file: Option<PathBuf>,
}

#[cfg(feature = "demo")]
impl Default for DemoFlags {
    fn default() -> Self {
        Self {
            demo: false,
            demo_jobs: 20_000,
            demo_seed: 1,
            demo_latency: Duration::ZERO,
            demo_faults: Vec::new(),
            demo_now: None,
        }
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
    #[arg(long = "service", value_name = "SLUG", value_delimiter = ',', value_parser = values::SERVICE, hide_possible_values = true)]
    pub services: Vec<Service>,
    /// Only these job types: names as azure-vm-backup, or the API's numbers
    #[arg(long = "type", value_name = "SLUG", value_delimiter = ',', value_parser = values::JOB_TYPE, hide_possible_values = true)]
    pub types: Vec<JobType>,
    /// Only these statuses: failed, exception, successful …, the portal's words, or numbers
    #[arg(long = "status", value_name = "SLUG", value_delimiter = ',', value_parser = values::STATUS, hide_possible_values = true)]
    pub statuses: Vec<Status>,
    /// Only what fulfils this expression, over what is loaded: "failed>0 type:azure-sql-backup !retention"
    #[arg(long = "filter", value_name = "EXPR")]
    pub expression: Option<String>,
    /// Text that the server looks for in job ids and descriptions
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// Jobs that one request asks for at most, 1 to 5000 [default: 100 while scrolling, as many as the server takes for all]
    #[arg(long, value_name = "N", value_parser = values::page_size)]
    pub page_size: Option<u16>,
}

impl FilterFlags {
    /// Whether one of them says which range of time.
    pub fn names_a_range(&self) -> bool {
        self.since.is_some() || self.from.is_some() || self.to.is_some() || self.all_time
    }

    /// Whether one of them says which jobs.
    pub fn names_a_filter(&self) -> bool {
        let lists = self.services.is_empty() && self.types.is_empty() && self.statuses.is_empty();
        self.names_a_range() || !lists || self.expression.is_some() || self.search.is_some()
    }
}

/// Options of how things look.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Display")]
pub struct LookFlags {
    /// Colours: always, never, or auto, which obeys the environment
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    pub color: When,
    /// Keep signs, borders and bars to ASCII
    #[arg(long)]
    pub ascii: bool,
    /// The dashboard's theme, which has an option there.
    #[arg(skip)]
    pub theme: Option<String>,
}

impl Default for LookFlags {
    fn default() -> Self {
        Self { color: When::Auto, ascii: false, theme: None }
    }
}
