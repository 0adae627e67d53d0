//! The questions of the set-up, in the terminal. They decide nothing.

use std::path::PathBuf;

use inquire::{
    Confirm, InquireError, Password, PasswordDisplayMode, Select, Text, set_global_render_config, ui::RenderConfig,
    validator::Validation,
};

use super::LoginError;
use crate::{
    api::parse_address,
    catalogue::{DataCenterRow, catalogue},
    cli::{self, Words},
    config::{Draft, Keep, Site},
    doctor::Tone,
};

/// What is said first.
pub(super) const WELCOME: &str = "\
jobtop needs an app registration in AvePoint Online Services (Administration > App registrations)
with the permission platformbackup.readwrite.all: a read-write permission, of which jobtop only reads.
Esc leaves; nothing is written before the end.
";

/// Takes the colours away where there shall be none.
pub(super) fn prepare(tone: Tone) {
    if tone == Tone::Plain {
        set_global_render_config(RenderConfig::empty());
    }
}

/// What the tenant is to be called.
pub(super) fn name() -> Result<String, LoginError> {
    let fits = |name: &str| Ok(validation(Draft::check_name(name.trim()).map_err(str::to_owned)));
    let name = Text::new("What shall the tenant be called?")
        .with_help_message("one word, such as contoso; it is shown in the header and chosen with --profile")
        .with_validator(fits)
        .prompt()?;
    Ok(name.trim().to_owned())
}

/// Where the tenant is.
pub(super) fn site() -> Result<Site, LoginError> {
    const OTHER: &str = "another: I have the addresses";
    let shown = |row: &DataCenterRow| format!("{:8} {}", row.code, row.label);
    let mut places: Vec<String> = catalogue().data_centers.iter().map(shown).collect();
    places.push(OTHER.to_owned());
    let chosen = Select::new("In which data centre is it?", places)
        .with_help_message("type to search; it is the one that the portal's address names")
        .with_page_size(10)
        .raw_prompt()?;
    match catalogue().data_centers.get(chosen.index) {
        Some(row) => Ok(Site::Region(row)),
        None => Ok(Site::Addresses {
            base_url: address("Address of the API", "https://…, below which backup/vm/jobs lies")?,
            token_url: address("Address that gives tokens", "https://…/connect/token")?,
        }),
    }
}

fn address(question: &str, help: &str) -> Result<reqwest::Url, LoginError> {
    let is_address = |text: &str| Ok(validation(parse_address(text).map(drop).map_err(|error| error.to_string())));
    let text = Text::new(question).with_help_message(help).with_validator(is_address).prompt()?;
    parse_address(&text).map_err(|error| LoginError::Terminal(error.to_string()))
}

/// The app registration's id.
pub(super) fn client_id() -> Result<String, LoginError> {
    let text = required(Text::new("Client id of the app registration").with_help_message("as the portal shows it"))?;
    Ok(text)
}

/// What it signs in with.
pub(super) fn keep() -> Result<Keep, LoginError> {
    const TYPED: &str = "a client secret, typed now and kept in a file that only I can read";
    const FILE: &str = "a client secret that is in a file";
    const COMMAND: &str = "a client secret that a command prints (a password manager)";
    const CERTIFICATE: &str = "a certificate";
    let kinds = vec![TYPED, FILE, COMMAND, CERTIFICATE];
    match Select::new("What does the app sign in with?", kinds).without_filtering().prompt()? {
        TYPED => Ok(Keep::NewFile(secret()?.into())),
        FILE => Ok(Keep::File(file("File that holds the secret", "it must be readable for you alone: chmod 600")?)),
        COMMAND => Ok(Keep::Command(command("Command that prints it", "such as: pass avepoint/contoso")?)),
        _ => {
            let cert_file = file("File of the certificate", "PEM, DER, or a PFX that holds its key too")?;
            let key = optional("File of its private key", "empty where the certificate's file holds it")?;
            let password = optional("Command that prints the key's password", "empty where the key has none")?;
            let password = password.map(|text| cli::command(&text).map_err(LoginError::Terminal)).transpose()?;
            Ok(Keep::Certificate {
                cert_file,
                key_file: key.map(|text| home(&text)),
                password_command: password.map(|Words(words)| words),
            })
        }
    }
}

fn secret() -> Result<String, InquireError> {
    let is_there =
        |text: &str| Ok(validation(if text.trim().is_empty() { Err("a secret".to_owned()) } else { Ok(()) }));
    let text = Password::new("Client secret")
        .with_help_message("it is not shown; Enter ends it")
        .with_display_mode(PasswordDisplayMode::Hidden)
        .without_confirmation()
        .with_validator(is_there)
        .prompt()?;
    Ok(text.trim().to_owned())
}

fn file(question: &str, help: &str) -> Result<PathBuf, LoginError> {
    Ok(home(&required(Text::new(question).with_help_message(help))?))
}

fn command(question: &str, help: &str) -> Result<Vec<String>, LoginError> {
    let is_command = |text: &str| Ok(validation(cli::command(text).map(drop)));
    let text = Text::new(question).with_help_message(help).with_validator(is_command).prompt()?;
    cli::command(&text).map(|Words(words)| words).map_err(LoginError::Terminal)
}

fn required(question: Text<'_, '_>) -> Result<String, InquireError> {
    let is_there =
        |text: &str| Ok(validation(if text.trim().is_empty() { Err("it is needed".to_owned()) } else { Ok(()) }));
    Ok(question.with_validator(is_there).prompt()?.trim().to_owned())
}

fn optional(question: &str, help: &str) -> Result<Option<String>, InquireError> {
    let text = Text::new(question).with_help_message(help).prompt()?;
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

/// A path as people type it.
fn home(text: &str) -> PathBuf {
    match (text.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(text),
    }
}

/// Whether a profile that does not work shall be written.
pub(super) fn save_anyway() -> Result<bool, InquireError> {
    Confirm::new("Write the profile all the same?").with_default(false).prompt()
}

/// Whether the profile that is there shall be replaced.
pub(super) fn replace(name: &str) -> Result<bool, InquireError> {
    Confirm::new(&format!("There is a profile {name} already. Replace it?")).with_default(false).prompt()
}

fn validation(checked: Result<(), String>) -> Validation {
    match checked {
        Ok(()) => Validation::Valid,
        Err(reason) => Validation::Invalid(reason.into()),
    }
}
