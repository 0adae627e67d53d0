//! What can be said of a configuration file without connecting: whether all that it names is there and can be used. It runs no
//! command.

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::{
    ConfigError, Environment, Lookup,
    credential::{Credential, KEY_ALONE, only_one},
    file::{Profile, Settings, message, place},
    origin::trusted,
    secret,
    table::{self, Finding, PROFILE, line_and_column},
};
use crate::{
    api::{read_private, shell_word},
    cli::ConnectionFlags,
    text::Foreign,
};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// Nothing is wrong with the file, which has so many profiles.
    Well(PathBuf, usize),
    /// There is no file, and none has to be.
    None(PathBuf),
    /// What is wrong, a line each: file, line, column, key, what is accepted.
    Wrong(Vec<String>),
}

/// Where the configuration file is, or would be.
///
/// # Errors
/// When the environment names no place for it.
pub fn config_path(flags: &ConnectionFlags, env: Lookup<'_>) -> Result<PathBuf, ConfigError> {
    place(flags.config.as_deref(), Environment(env))
}

/// Examines the configuration file and every profile in it.
///
/// # Errors
/// When it cannot be read.
pub fn check(flags: &ConnectionFlags, env: Lookup<'_>) -> Result<Checked, ConfigError> {
    let env = Environment(env);
    let path = place(flags.config.as_deref(), env)?;
    let is_named = flags.config.is_some() || env.is_set("JOBTOP_CONFIG");
    let text = match Settings::text_if_there(&path)? {
        Some(text) => text,
        None if is_named => return Err(ConfigError::NoFile { path }),
        None => return Ok(Checked::None(path)),
    };
    let (profiles, found) = findings(&path, &text, env);
    if found.is_empty() {
        return Ok(Checked::Well(path, profiles));
    }
    let line = |Finding { at, key, told }: Finding| {
        let (line, column) = line_and_column(&text, at);
        let key = if key.is_empty() { String::new() } else { format!(" {key}:") };
        // A finding is a line, whatever it says.
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{}:{line}:{column}:{key} {told}", shell_word(&path))
    };
    Ok(Checked::Wrong(found.into_iter().map(line).collect()))
}

fn findings(path: &Path, text: &str, env: Environment<'_>) -> (usize, Vec<Finding>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let finding = |error: &toml::de::Error| Finding {
            at: error.span().map_or(0, |span| span.start),
            key: String::new(),
            told: message(error),
        };
        return (0, errors.iter().map(finding).collect());
    }
    let table = table.get_ref();
    let mut found = table::findings(table);
    let parsed = Settings::parse(path.to_owned(), text);
    if let (Err(error), true) = (&parsed, found.is_empty()) {
        found.push(of_error(error, "", 0));
    }
    // What has the wrong form cannot be looked at more closely.
    let settings = parsed.ok().filter(|_| found.is_empty());
    if let Some(settings) = &settings {
        if let Err(error) = settings.profile(None) {
            found.push(of_error(&error, "default_profile", place_of(table, &["default_profile"])));
        }
        for (name, profile) in settings.profiles() {
            let examined = Examined { settings, name, profile, table, env };
            examined.values(&mut found);
            examined.files(&mut found);
        }
    }
    found.sort_by_key(|finding| finding.at);
    (settings.map_or(0, |settings| settings.profiles().count()), found)
}

/// A profile that is looked at.
struct Examined<'a> {
    settings: &'a Settings,
    name: &'a str,
    profile: &'a Profile,
    table: &'a DeTable<'a>,
    env: Environment<'a>,
}

impl Examined<'_> {
    /// Whether what it says means something.
    fn values(&self, found: &mut Vec<Finding>) {
        for row in PROFILE {
            let value = get(self.table, &["profiles", self.name, row.name]);
            if let Some((at, value)) = value
                && let Err(told) = row.kind.meaning(value)
            {
                let value = Foreign::from(value.as_str().unwrap_or_default()).line(80);
                found.push(Finding { at, key: self.key(row.name), told: format!("invalid value '{value}': {told}") });
            }
        }
        if self.profile.base_url.is_some() && self.profile.region.is_none() && self.profile.token_url.is_none() {
            let told = "a base_url needs its token_url, or a region beside it".to_owned();
            found.push(Finding { at: self.at("base_url"), key: self.key("base_url"), told });
        }
    }

    /// Whether the files that it names can be used.
    fn files(&self, found: &mut Vec<Finding>) {
        let profile = self.profile;
        let beside = |path: &Path| self.settings.beside(path, self.env);
        let mut judge = |key: &str, judged: Result<(), ConfigError>| {
            found.extend(judged.err().map(|error| of_error(&error, &self.key(key), self.at(key))));
        };
        if let Err(error) = only_one(self.name, profile) {
            judge("secret_command", Err(error));
        }
        if let Some(path) = profile.secret_file.as_deref().map(beside) {
            let read = secret::read_secret(&path).map(drop);
            judge("secret_file", read.map_err(|reason| ConfigError::SecretFile { path, reason }));
        }
        for (key, command) in
            [("secret_command", &profile.secret_command), ("key_password_command", &profile.key_password_command)]
        {
            if command.as_ref().is_some_and(Vec::is_empty) {
                let reason = "is empty; write it as a list, program first".to_owned();
                let profile = Foreign::from(self.name).line(40);
                let key = if key == "secret_command" { "secret_command" } else { "key_password_command" };
                judge(key, Err(ConfigError::Command { key, profile, reason }));
            }
        }
        if let Some(path) = profile.ca_file.as_deref().map(beside) {
            judge("ca_file", trusted(&path).map(drop));
        }
        let key = profile.key_file.as_deref().map(beside);
        match (profile.cert_file.as_deref().map(beside), key, &profile.key_password_command) {
            (Some(certificate), key, None) => {
                judge("cert_file", Credential::of_certificate(&certificate, key.as_deref(), None).map(drop));
            }
            // Without the password, which only the command knows, there is no more to see than that the file is private.
            (Some(certificate), key, Some(_)) => {
                let (name, path) = key.map_or(("cert_file", certificate), |key| ("key_file", key));
                let read = read_private(&path).map(drop);
                judge(name, read.map_err(|reason| ConfigError::KeyFile { path, reason }));
            }
            (None, Some(_), _) => judge("key_file", Err(KEY_ALONE)),
            (None, None, _) => {}
        }
    }

    fn key(&self, name: &str) -> String {
        format!("profiles.{}.{name}", Foreign::from(self.name).line(60))
    }

    fn at(&self, name: &str) -> usize {
        place_of(self.table, &["profiles", self.name, name])
    }
}

fn of_error(error: &ConfigError, key: &str, at: usize) -> Finding {
    Finding { at, key: key.to_owned(), told: error.to_string() }
}

/// Where a value stands, or else the section that it should stand in.
fn place_of(table: &DeTable<'_>, path: &[&str]) -> usize {
    let places = (1..=path.len()).rev().filter_map(|length| get(table, &path[..length]));
    places.map(|(at, _)| at).next().unwrap_or(0)
}

fn get<'a>(table: &'a DeTable<'a>, path: &[&str]) -> Option<(usize, &'a DeValue<'a>)> {
    let (last, sections) = path.split_last()?;
    let mut table = table;
    for section in sections {
        table = table.get(*section)?.get_ref().as_table()?;
    }
    let value = table.get(*last)?;
    Some((value.span().start, value.get_ref()))
}
