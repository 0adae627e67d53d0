//! The set-up of a tenant: what the options do not say is asked, the result is tried against the API, and written as a
//! profile. Nothing is written before it works, or before somebody says that it shall be all the same.

mod ask;

use std::path::PathBuf;

use inquire::InquireError;

use crate::{
    api::parse_address,
    catalogue::DataCenterRow,
    cli::{ConnectionFlags, LoginFlags, Words},
    clock::Clock,
    config::{ConfigError, Draft, Keep, Lookup, Site, Written},
    doctor::{self, Report, Step, Tone},
    text::Foreign,
};

/// What the set-up needs of the world.
pub struct Desk<'a> {
    /// An environment variable's value.
    pub env: Lookup<'a>,
    /// The clock.
    pub clock: Clock,
    /// Whether somebody can be asked.
    pub terminal: bool,
    /// Whether what is told is coloured.
    pub tone: Tone,
    /// Takes what is told on the way, line by line.
    pub tell: &'a dyn Fn(&str),
}

/// Why there is no profile.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Something that is needed was not said, and nobody can be asked.
    #[error("{missing} is missing: {remedy}; or run jobtop login in a terminal, which asks for it")]
    Missing {
        /// What.
        missing: &'static str,
        /// Which option says it.
        remedy: &'static str,
    },
    /// A value is not accepted.
    #[error("invalid value '{value}' for '{option}': {reason}")]
    Value {
        /// Which option.
        option: &'static str,
        /// What it was given.
        value: crate::text::Safe,
        /// What is accepted.
        reason: String,
    },
    /// The configuration, or a credential, is not accepted.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The tenant cannot be reached like this.
    #[error(
        "nothing was written: the tenant could not be reached with this; --no-test writes the profile all the same"
    )]
    Unreachable,
    /// The user left.
    #[error("nothing was written")]
    Left,
    /// The terminal does not work.
    #[error("nothing was written: the terminal cannot be used: {0}")]
    Terminal(String),
    /// There is no runtime to connect with.
    #[error("nothing was written: could not begin: {0}")]
    Runtime(#[from] std::io::Error),
}

impl From<InquireError> for LoginError {
    fn from(error: InquireError) -> Self {
        match error {
            InquireError::OperationCanceled | InquireError::OperationInterrupted => Self::Left,
            other => Self::Terminal(other.to_string()),
        }
    }
}

/// Sets a tenant up, and returns its name.
///
/// # Errors
/// When something is missing or wrong, the tenant cannot be reached, or the user leaves; nothing was written then.
pub fn run(flags: &LoginFlags, desk: &Desk<'_>) -> Result<String, LoginError> {
    let may_ask = desk.terminal && !flags.yes;
    let config = flags.connection.config.clone();
    let draft = if may_ask { asked(flags, desk)? } else { said(flags)? };
    // A mistake in the file is told before anybody waits for the network.
    let exists = Draft::exists(&draft.name, config.as_deref(), desk.env)?;
    let works = flags.no_test || try_out(&draft, desk)?.is_well();
    if !works && (!may_ask || !ask::save_anyway()?) {
        return Err(LoginError::Unreachable);
    }
    if exists && may_ask && !ask::replace(&draft.name)? {
        return Err(LoginError::Left);
    }
    let written = draft.write(config.as_deref(), desk.env)?;
    tell(&draft.name, &written, exists, desk);
    if !flags.open {
        let alone = written.default.as_ref() == Some(&draft.name);
        let named = if alone { String::new() } else { format!(" --profile {}", draft.name) };
        (desk.tell)(&format!("\nNow run: jobtop{named}"));
    }
    Ok(draft.name)
}

/// All that the options say; whatever they do not is missing.
fn said(flags: &LoginFlags) -> Result<Draft, LoginError> {
    let missing = |missing, remedy| LoginError::Missing { missing, remedy };
    let name = name(flags)?.ok_or(missing("the tenant's name", "give --name"))?;
    let site =
        site(&flags.connection)?.ok_or(missing("the data centre", "give --region, or --base-url and --token-url"))?;
    let id = client_id(&flags.connection).ok_or(missing("the app registration's id", "give --client-id"))?;
    let keep = keep(flags)
        .ok_or(missing("the credential", "give --secret-file, --secret-command, or --cert-file and --key-file"))?;
    Ok(Draft { name, site, client_id: id, keep, ca_file: flags.connection.ca_file.clone() })
}

/// The same, and what is missing is asked.
fn asked(flags: &LoginFlags, desk: &Desk<'_>) -> Result<Draft, LoginError> {
    ask::prepare(desk.tone);
    (desk.tell)(ask::WELCOME);
    let name = name(flags)?.map_or_else(ask::name, Ok)?;
    let site = site(&flags.connection)?.map_or_else(ask::site, Ok)?;
    let client_id = client_id(&flags.connection).map_or_else(ask::client_id, Ok)?;
    let keep = keep(flags).map_or_else(ask::keep, Ok)?;
    Ok(Draft { name, site, client_id, keep, ca_file: flags.connection.ca_file.clone() })
}

fn name(flags: &LoginFlags) -> Result<Option<String>, LoginError> {
    let Some(name) = flags.name.as_ref().or(flags.connection.profile.as_ref()) else { return Ok(None) };
    Draft::check_name(name).map_err(|reason| refused("--name", name, reason))?;
    Ok(Some(name.clone()))
}

fn site(ConnectionFlags { region, base_url, token_url, .. }: &ConnectionFlags) -> Result<Option<Site>, LoginError> {
    let address = |option, text: &str| parse_address(text).map_err(|error| refused(option, text, &error.to_string()));
    match (*region, base_url, token_url) {
        (None, None, None) => Ok(None),
        (Some(region), None, None) => Ok(Some(Site::Region(region))),
        (None, Some(base), Some(token)) => Ok(Some(Site::Addresses {
            base_url: address("--base-url", base)?,
            token_url: address("--token-url", token)?,
        })),
        (Some(DataCenterRow { code, .. }), ..) => {
            Err(refused("--region", code, "a data centre has its addresses; drop it, or --base-url and --token-url"))
        }
        (None, None, Some(_)) => Err(LoginError::Missing { missing: "the API's address", remedy: "give --base-url" }),
        (None, Some(_), None) => {
            Err(LoginError::Missing { missing: "the address that gives tokens", remedy: "give --token-url" })
        }
    }
}

fn client_id(flags: &ConnectionFlags) -> Option<String> {
    flags.client_id.as_ref().map(|id| id.trim().to_owned()).filter(|id| !id.is_empty())
}

fn keep(flags: &LoginFlags) -> Option<Keep> {
    let connection = &flags.connection;
    let words = |words: &Words| words.0.clone();
    if let Some(command) = &flags.secret_command {
        return Some(Keep::Command(words(command)));
    }
    if let Some(cert_file) = &connection.cert_file {
        return Some(Keep::Certificate {
            cert_file: cert_file.clone(),
            key_file: connection.key_file.clone(),
            password_command: flags.key_password_command.as_ref().map(words),
        });
    }
    connection.secret_file.clone().map(Keep::File)
}

fn refused(option: &'static str, value: &str, reason: &str) -> LoginError {
    LoginError::Value { option, value: Foreign::from(value).line(80), reason: reason.to_owned() }
}

fn try_out(draft: &Draft, desk: &Desk<'_>) -> Result<Report, LoginError> {
    let endpoint = draft.endpoint()?;
    (desk.tell)(&format!("\nTrying {}:\n", endpoint.base_url.host_str().unwrap_or_default()));
    let tell = |step: &Step| (desk.tell)(step.line(desk.tone).trim_end());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let report = runtime.block_on(doctor::try_out(&endpoint, desk.clock, tell));
    if !report.is_well() {
        (desk.tell)(report.conclusion(desk.tone).trim_end());
    }
    Ok(report)
}

fn tell(name: &str, written: &Written, replaced: bool, desk: &Desk<'_>) {
    let shown = |path: &PathBuf| crate::api::shell_word(path);
    let done = if replaced { "replaced in" } else { "written to" };
    (desk.tell)(&format!("\nProfile {name} was {done} {}.", shown(&written.file)));
    if let Some(secret) = &written.secret {
        (desk.tell)(&format!("Its secret is in {}, which only you can read.", shown(secret)));
    }
    if let Some(default) = written.default.as_ref().filter(|default| *default != name) {
        (desk.tell)(&format!("jobtop alone still shows {default}; default_profile in that file changes it."));
    }
}
