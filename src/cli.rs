//! The command line: what may be written, and what it says. Pure: no environment, no files, no clock, no screen.

mod flags;
mod report;
#[cfg(test)]
mod tests;
mod values;

use std::ffi::OsString;

use clap::{ArgAction, Args, Command as Grammar, CommandFactory, Parser, Subcommand, ValueEnum};

pub use flags::{ConnectionFlags, FilterFlags, LogFlags, LookFlags, SessionFlags};
#[cfg(feature = "demo")]
pub use flags::{DemoFlags, EmulateFlags};
pub use report::{CheckFlags, LimitFlags, ListFlags, OutputFlags, SummaryFlags};
pub use values::{By, Refresh, When, Words, command, nearest, page_size, refresh, region};

use crate::text::Foreign;

/// The command line, as it was written.
#[derive(Debug, Clone, Parser)]
#[command(name = "jobtop", version, about = ABOUT, long_about = None, after_help = AFTER, max_term_width = 100)]
#[command(disable_help_subcommand = true, subcommand_help_heading = "Commands (without one: the dashboard)")]
pub struct Cli {
    /// What is to be done; without a command, the dashboard.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// What the dashboard shows.
    #[command(flatten)]
    pub session: SessionFlags,
    /// How it keeps up.
    #[command(flatten)]
    pub live: LiveFlags,
}

/// The names of the themes.
pub const THEMES: [&str; 6] = ["terminal", "dark", "light", "high-contrast", "colour-blind", "auto"];

/// Options of the dashboard alone.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Display")]
pub struct LiveFlags {
    /// How often the list is read again: 5s or more, or off [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = values::refresh)]
    pub refresh: Option<Refresh>,
    /// Begin with this view, built in or saved with Ctrl-s; options replace their parts of it
    #[arg(long, short = 'v', value_name = "NAME")]
    pub view: Option<String>,
    /// Do not begin with what the last session ended with: its tenant, view and panes
    #[arg(long)]
    pub clean: bool,
    /// Tell each change as a line of text, for screen readers: no full screen, colours or motion; also where TERM is dumb
    #[arg(long)]
    pub plain: bool,
    /// Colours, in place of the configuration's: terminal, dark, light, high-contrast, colour-blind, or auto (dark or light, as the
    /// terminal's background is)
    #[arg(long, value_name = "NAME", value_parser = THEMES, hide_possible_values = true)]
    pub theme: Option<String>,
}

/// Options of the diagnosis.
#[derive(Debug, Clone, Args)]
pub struct DoctorFlags {
    /// What is examined.
    #[command(flatten)]
    pub connection: ConnectionFlags,
    /// How it looks.
    #[command(flatten)]
    pub look: LookFlags,
    /// text, or json for a support ticket: it holds no secret
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ReportFormat,
}

/// Options of the set-up. What they do not say is asked.
#[derive(Debug, Clone, Args)]
pub struct LoginFlags {
    /// What the tenant is to be called, such as contoso
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// What it connects to.
    #[command(flatten)]
    pub connection: ConnectionFlags,
    /// Command that prints the secret, such as "pass avepoint/contoso"; it is run without a shell
    #[arg(long, value_name = "COMMAND", value_parser = values::command, conflicts_with_all = ["secret_file", "cert_file"])]
    pub secret_command: Option<Words>,
    /// Command that prints the password of the certificate's key
    #[arg(long, value_name = "COMMAND", value_parser = values::command, requires = "cert_file")]
    pub key_password_command: Option<Words>,
    /// Ask nothing: all that is needed is said, and a profile of that name may be replaced
    #[arg(long)]
    pub yes: bool,
    /// Write the profile without trying it
    #[arg(long)]
    pub no_test: bool,
    /// Open the dashboard when it is done
    #[arg(long)]
    pub open: bool,
    /// How it looks.
    #[command(flatten)]
    pub look: LookFlags,
}

/// Options of the settings.
#[derive(Debug, Clone, Args)]
pub struct ConfigFlags {
    /// What to tell of the settings
    pub task: ConfigTask,
    /// What it connects to.
    #[command(flatten)]
    pub connection: ConnectionFlags,
    /// Which jobs.
    #[command(flatten)]
    pub filter: FilterFlags,
    /// How they look.
    #[command(flatten)]
    pub look: LookFlags,
    /// What is written down.
    #[command(flatten)]
    pub log: LogFlags,
    /// How it keeps up.
    #[command(flatten)]
    pub live: LiveFlags,
}

/// What is told of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ConfigTask {
    /// Where the configuration file is, or would be
    Path,
    /// What is wrong with it, one line for each mistake; no command of it is run
    Check,
    /// What would be used: file, profile, addresses, credential (never a secret), jobs, looks
    Show,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// The commands.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Set up a tenant: ask what is missing, try it, and write a profile
    #[command(after_help = LOGIN_EXAMPLES)]
    Login(LoginFlags),
    /// Examine configuration, network, sign-in and API, one step at a time
    #[command(after_help = DOCTOR_EXAMPLES)]
    Doctor(DoctorFlags),
    /// Serve the documented API on this machine, with made-up jobs: for trying out scripts and other clients
    #[cfg(feature = "demo")]
    #[command(after_help = EMULATE_EXAMPLES)]
    Emulate(EmulateFlags),
    /// List jobs, for people and for scripts
    #[command(after_help = LIST_EXAMPLES)]
    List(Box<ListFlags>),
    /// Count jobs and objects in groups, over the whole range
    #[command(after_help = SUMMARY_EXAMPLES)]
    Summary(Box<SummaryFlags>),
    /// Check jobs against limits, as a plug-in of Nagios, Icinga, Zabbix and others
    #[command(after_help = CHECK_EXAMPLES)]
    Check(Box<CheckFlags>),
    /// Tell where the settings are, what is wrong with them, or what would be used
    #[command(after_help = CONFIG_EXAMPLES)]
    Config(Box<ConfigFlags>),
    /// Write the completion of commands, options and names for a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual page, of jobtop or of one of its commands
    #[command(after_help = MAN_EXAMPLES)]
    Man {
        /// The command
        command: Option<String>,
    },
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
  jobtop --view problems
  jobtop --from 2024-10-01 --to 2024-10-27 --service azure-vm

Options may stand before or after the command. In the dashboard, ? shows the keys and q quits.";

const LOGIN_EXAMPLES: &str = "\
Examples:
  jobtop login
  jobtop login --name contoso --region us --client-id 1b9b… --secret-file ~/.contoso-secret --yes
  jobtop login --name contoso --region us --client-id 1b9b… --secret-command \"pass avepoint/contoso\" --yes

A secret that is typed is kept in a file beside the configuration that only you can read. The exit status is 0 when
the profile was written, 1 when the tenant could not be reached with it, 2 where something is missing or wrong.";

const DOCTOR_EXAMPLES: &str = "\
Examples:
  jobtop doctor
  jobtop doctor --profile contoso
  jobtop doctor --format json > ticket.json

The exit status is 0 only when all is well, 2 where the configuration is wrong, otherwise 1.";
#[cfg(feature = "demo")]
const EMULATE_EXAMPLES: &str = "\
The first line on standard output says where it listens: http://127.0.0.1:PORT. The token URL is
that address with /connect/token. It is reached from this machine alone, and ends with Ctrl-c.

A fault that comes now and then meets the first of every three questions; when the same question is
asked again, it is answered. Connections that came to the other server, if any did, are counted at the end.

Examples:
  jobtop emulate --port 8080
  jobtop emulate --jobs 100000 --latency 50ms
  jobtop emulate --fault throttle,odd-rows
  jobtop emulate --client-id app --secret-file ~/.jobtop-secret";

const LIST_EXAMPLES: &str = "\
Examples:
  jobtop list --since 24h --status failed,exception
  jobtop list --since yesterday --status failed --all --format csv --output failed.csv
  jobtop list --filter 'skipped%>50 service:azure-vm' --sort -skipped --limit 20
  jobtop list --status failed --columns status,type,started,failed,comment --format markdown
  jobtop list --all --format ndjson | jq -r 'select(.failedCount > 0) | .jobId'

It ends with 0 if the answer is whole, 1 if the API or the network failed or the answer is not whole, 2 for usage.
A satisfied --limit is a whole answer. Without --sort, jobs come in the server's order, usually the newest first.";

const SUMMARY_EXAMPLES: &str = "\
Examples:
  jobtop summary --since 30d
  jobtop summary --by day --since 14d --format csv
  jobtop summary --by type,status --format json
  jobtop summary --by service --filter 'kind:backup' --format markdown

Of two groups, table and Markdown show the jobs, one down and one across; the other formats show every measure.
Success is the share of the ended jobs that finished without an exception; a run that was skipped has ended.
Median and 95 % are of the durations of ended jobs. It ends with 0 if the answer is whole, 1 if the API or the
network failed or the answer is not whole, 2 for usage.";

const CHECK_EXAMPLES: &str = "\
Examples:
  jobtop check --since 24h --max-failed 0 --warn-exception 0
  jobtop check --type azure-vm-backup,azure-sql-backup --max-age 26h --warn-age 25h
  jobtop check --since 7d --service azure-storage --warn-skipped-percent 20 --max-skipped-percent 50

It writes one line, OK, WARNING, CRITICAL or UNKNOWN with what was found, a bar, and performance data, and ends with
0, 1, 2 or 3. UNKNOWN is whatever could not be known: no answer or not a whole one, wrong options, no configuration.";

const CONFIG_EXAMPLES: &str = "\
Examples:
  jobtop config path
  jobtop config check
  jobtop config show --profile contoso

The exit status is 0 when all is well, and 2 where something is wrong.";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  jobtop completions bash > ~/.local/share/bash-completion/completions/jobtop
  jobtop completions zsh > ~/.zfunc/_jobtop
  jobtop completions fish > ~/.config/fish/completions/jobtop.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  jobtop man | man -l -
  jobtop man > ~/.local/share/man/man1/jobtop.1";

impl Cli {
    /// Reads a command line, the program's name first. Options may stand on either side of the command.
    ///
    /// # Errors
    /// With what is not accepted, or with what `--help` and `--version` ask for.
    pub fn read(line: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        Self::try_parse_from(command_first(line.into_iter().collect()))
    }

    /// Whether a command line, the program's name first, asks for a check: what is wrong with it is told as a check's result.
    pub fn is_check(line: impl IntoIterator<Item = OsString>) -> bool {
        command_first(line.into_iter().collect()).get(1).is_some_and(|word| word == "check")
    }

    /// Writes the completion for a shell.
    pub fn completions(shell: clap_complete::Shell) -> Vec<u8> {
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut Self::command(), "jobtop", &mut text);
        text
    }

    /// Writes the manual page of jobtop, or of a command.
    ///
    /// # Errors
    /// When there is no such command, with those that there are.
    pub fn manual(command: Option<&str>) -> Result<Vec<u8>, String> {
        let mut grammar = Self::command();
        grammar.build();
        let page = match command {
            None => grammar,
            Some(name) => grammar.find_subcommand(name).cloned().ok_or_else(|| no_command(&grammar, name))?,
        };
        let mut text = Vec::new();
        clap_mangen::Man::new(page).render(&mut text).map_err(|error| error.to_string())?;
        Ok(text)
    }
}

fn no_command(grammar: &Grammar, name: &str) -> String {
    let known: Vec<&str> = grammar.get_subcommands().map(Grammar::get_name).collect();
    format!("there is no command {}; there are {}", Foreign::from(name).line(40), known.join(", "))
}

/// Puts the command before all options, so that each command's own grammar reads them, wherever they stand.
fn command_first(mut line: Vec<OsString>) -> Vec<OsString> {
    let grammar = Cli::command();
    let takes_value = |long: &str| {
        let all = grammar.get_subcommands().chain([&grammar]).flat_map(Grammar::get_arguments);
        let mut named = all.filter(|option| option.get_long() == Some(long));
        named.any(|option| matches!(option.get_action(), ArgAction::Set | ArgAction::Append))
    };
    let mut at = 1;
    while let Some(word) = line.get(at).map(|word| word.to_string_lossy()) {
        match word.strip_prefix("--") {
            Some("") => break,
            Some(long) => at += if takes_value(long) { 2 } else { 1 },
            None if word.starts_with('-') => at += 1,
            None => {
                if grammar.find_subcommand(&*word).is_some() {
                    line[1..=at].rotate_right(1);
                }
                break;
            }
        }
    }
    line
}
