//! A profile that is being made: what it holds, whether it connects, and how it gets into the configuration file without
//! touching anything else there. It asks nobody anything.

use std::path::{Path, PathBuf};

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value, value};

use super::{
    ConfigError, Environment, Lookup,
    credential::Credential,
    file::{Settings, place},
    origin::{Layer, NO_ADDRESS, NO_TOKEN_URL},
    secret,
};
use crate::{
    api::{Endpoint, Trust},
    catalogue::DataCenterRow,
    disk,
    text::Foreign,
};

/// A profile that is being made.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its name; see [`Draft::check_name`].
    pub name: String,
    /// Where the tenant is.
    pub site: Site,
    /// The app registration's id.
    pub client_id: String,
    /// What it signs in with.
    pub keep: Keep,
    /// Certificates to trust beside the system's.
    pub ca_file: Option<PathBuf>,
}

/// Where a tenant is.
#[derive(Debug, Clone)]
pub enum Site {
    /// In a data centre, from which both addresses follow.
    Region(&'static DataCenterRow),
    /// At these addresses.
    Addresses {
        /// Of the API.
        base_url: Url,
        /// Of the token service.
        token_url: Url,
    },
}

/// What a profile signs in with, and where that is kept.
#[derive(Debug, Clone)]
pub enum Keep {
    /// A secret that is to be written to a file beside the configuration, for its owner alone.
    NewFile(SecretString),
    /// A secret in a file that is there.
    File(PathBuf),
    /// A secret that a command prints.
    Command(Vec<String>),
    /// A certificate, with its key.
    Certificate {
        /// The certificate's file.
        cert_file: PathBuf,
        /// The key's, where it is another.
        key_file: Option<PathBuf>,
        /// What prints the key's password, where it has one.
        password_command: Option<Vec<String>>,
    },
}

/// What writing a profile has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The configuration file.
    pub file: PathBuf,
    /// The file that holds the secret, where one was written.
    pub secret: Option<PathBuf>,
    /// The profile that is shown without `--profile`, where that was decided now.
    pub default: Option<String>,
}

/// The keys of a profile. A new answer replaces all of them but the last.
pub const PROFILE_KEYS: [&str; 11] = [
    "region",
    "base_url",
    "token_url",
    "client_id",
    "secret_file",
    "secret_command",
    "cert_file",
    "key_file",
    "key_password_command",
    "ca_file",
    "portal_url",
];

impl Draft {
    /// Whether a profile can have this name.
    ///
    /// # Errors
    /// With what is accepted.
    pub fn check_name(name: &str) -> Result<(), &'static str> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        match name {
            "" => Err("a profile needs a name"),
            _ if name.len() > 24 || name.starts_with(['.', '-']) || !name.chars().all(fits) => {
                Err("accepted are up to 24 letters, digits, '-', '_' and '.', such as contoso")
            }
            _ => Ok(()),
        }
    }

    /// What the profile will connect to. Reads files, and asks commands.
    ///
    /// # Errors
    /// When the credential cannot be had.
    pub fn endpoint(&self) -> Result<Endpoint, ConfigError> {
        let layer = match &self.site {
            Site::Region(region) => Layer { region: Some(region), ..Layer::default() },
            Site::Addresses { base_url, token_url } => {
                Layer { region: None, base_url: Some(base_url.clone()), token_url: Some(token_url.clone()) }
            }
        };
        let (base_url, _) = layer.base_url().transpose()?.ok_or(NO_ADDRESS)?;
        let token_url = layer.token_url().transpose()?.ok_or(NO_TOKEN_URL)?;
        let auth = self.credential()?.sign_in(token_url, self.client_id.clone());
        let trust = self.ca_file.as_deref().map_or(Ok(Trust::default()), super::origin::trusted)?;
        Ok(Endpoint { base_url, auth, trust })
    }

    fn credential(&self) -> Result<Credential, ConfigError> {
        let ask = |key, command: &[String]| {
            let profile = Foreign::from(self.name.as_str()).line(40);
            let asked = secret::ask_command(command, secret::Terminal::Free);
            asked.map_err(|reason| ConfigError::Command { key, profile, reason })
        };
        match &self.keep {
            Keep::NewFile(secret) => Ok(Credential::ClientSecret(secret.clone())),
            Keep::File(path) => Credential::of_file(path),
            Keep::Command(command) => Ok(Credential::ClientSecret(ask("secret_command", command)?)),
            Keep::Certificate { cert_file, key_file, password_command } => {
                let password =
                    password_command.as_ref().map(|command| ask("key_password_command", command)).transpose()?;
                Credential::of_certificate(cert_file, key_file.as_deref(), password.as_ref())
            }
        }
    }

    /// Whether there is a profile of this name already.
    ///
    /// # Errors
    /// When the configuration file cannot be read.
    pub fn exists(name: &str, config: Option<&Path>, env: Lookup<'_>) -> Result<bool, ConfigError> {
        let path = place(config, Environment(env))?;
        let settings = Settings::load_if_there(&path)?;
        Ok(settings.is_some_and(|settings| settings.profiles().any(|(known, _)| known == name)))
    }

    /// Writes the profile into the configuration file, which is made where there is none. Each file is whole afterwards,
    /// as it was or as it shall be.
    ///
    /// # Errors
    /// When the file cannot be read or written; it is then as it was.
    pub fn write(&self, config: Option<&Path>, env: Lookup<'_>) -> Result<Written, ConfigError> {
        let path = place(config, Environment(env))?;
        // A link, as managers of settings make them, stays one: what it leads to is written.
        let path = path.canonicalize().unwrap_or(path);
        let before = Settings::text_if_there(&path)?.unwrap_or_default();
        let failed =
            |path: &Path, reason: String| ConfigError::File { path: path.into(), place: String::new(), reason };
        let (after, default) = self.put(&before).map_err(|reason| failed(&path, reason))?;
        // What would not be read back is not written.
        Settings::parse(path.clone(), &after)?;
        let secret = match &self.keep {
            Keep::NewFile(secret) => {
                let place = path.with_file_name(self.secret_name());
                let text = secret.expose_secret();
                disk::replace(&place, text.as_bytes(), disk::Mode::Private)
                    .map_err(|error| failed(&place, format!("could not be written: {error}")))?;
                Some(place)
            }
            _ => None,
        };
        disk::replace(&path, after.as_bytes(), disk::Mode::AsItWas)
            .map_err(|error| failed(&path, format!("could not be written: {error}")))?;
        Ok(Written { file: path, secret, default })
    }

    fn secret_name(&self) -> String {
        format!("{}.secret", self.name)
    }

    /// The text of a configuration file with the profile in it, and the default that was chosen.
    fn put(&self, text: &str) -> Result<(String, Option<String>), String> {
        let mut document: DocumentMut =
            text.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
        let default = new_default(&document, &self.name);
        let profiles = document.entry("profiles").or_insert_with(|| {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        });
        let profiles = profiles.as_table_like_mut().ok_or("profiles is no table")?;
        let profile = profiles.entry(&self.name).or_insert_with(|| Item::Table(Table::new()));
        let profile = profile.as_table_like_mut().ok_or_else(|| format!("profiles.{} is no table", self.name))?;
        self.fill(profile);
        if let Some(default) = &default {
            document.insert("default_profile", value(default.as_str()));
        }
        Ok((document.to_string(), default))
    }

    fn fill(&self, profile: &mut dyn TableLike) {
        let path = |path: &Path| absolute(path).to_string_lossy().into_owned();
        let list = |words: &[String]| Value::Array(words.iter().map(String::as_str).collect::<Array>());
        let mut entries: Vec<(&str, Value)> = match &self.site {
            Site::Region(region) => vec![("region", region.code.as_str().into())],
            Site::Addresses { base_url, token_url } => {
                vec![("base_url", base_url.as_str().into()), ("token_url", token_url.as_str().into())]
            }
        };
        entries.push(("client_id", self.client_id.as_str().into()));
        match &self.keep {
            Keep::NewFile(_) => entries.push(("secret_file", self.secret_name().into())),
            Keep::File(file) => entries.push(("secret_file", path(file).into())),
            Keep::Command(words) => entries.push(("secret_command", list(words))),
            Keep::Certificate { cert_file, key_file, password_command } => {
                entries.push(("cert_file", path(cert_file).into()));
                entries.extend(key_file.as_ref().map(|file| ("key_file", path(file).into())));
                entries.extend(password_command.as_ref().map(|words| ("key_password_command", list(words))));
            }
        }
        entries.extend(self.ca_file.as_ref().map(|file| ("ca_file", path(file).into())));
        for key in PROFILE_KEYS {
            // No question asks for the portal.
            if key != "portal_url" && !entries.iter().any(|(name, _)| *name == key) {
                profile.remove(key);
            }
        }
        for (key, new) in entries {
            // In place, so that comments beside a key that stays are kept.
            match profile.get_mut(key).and_then(Item::as_value_mut) {
                Some(old) => {
                    let decor = old.decor().clone();
                    *old = new;
                    *old.decor_mut() = decor;
                }
                None => drop(profile.insert(key, Item::Value(new))),
            }
        }
    }
}

/// A path that means the same from every folder.
fn absolute(path: &Path) -> PathBuf {
    if path.starts_with("~") { path.to_owned() } else { std::path::absolute(path).unwrap_or_else(|_| path.to_owned()) }
}

/// The profile that has to become the default, so that `jobtop` alone shows the same as before: with one profile the
/// choice is none, with a second one it is.
fn new_default(document: &DocumentMut, name: &str) -> Option<String> {
    if document.contains_key("default_profile") {
        return None;
    }
    let profiles = document.get("profiles").and_then(Item::as_table_like);
    let others: Vec<&str> =
        profiles.into_iter().flat_map(TableLike::iter).map(|(other, _)| other).filter(|other| *other != name).collect();
    match others.as_slice() {
        [] => Some(name.to_owned()),
        [only] => Some((*only).to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalogue::catalogue, config::file::Settings};

    fn draft(name: &str, keep: Keep) -> Draft {
        let region = catalogue().data_center("us").unwrap();
        Draft { name: name.to_owned(), site: Site::Region(region), client_id: "id".to_owned(), keep, ca_file: None }
    }

    #[test]
    fn the_first_profile_is_the_default_and_the_only_one_stays_it() {
        let secret = || Keep::NewFile("s3cret".to_owned().into());
        let (first, default) = draft("contoso", secret()).put("").unwrap();
        assert_eq!(default.as_deref(), Some("contoso"));
        assert_eq!(
            first,
            "default_profile = \"contoso\"\n\n[profiles.contoso]\nregion = \"us\"\nclient_id = \"id\"\n\
             secret_file = \"contoso.secret\"\n"
        );
        let (second, default) = draft("fabrikam", secret()).put(&first).unwrap();
        assert_eq!(default, None);
        assert!(second.starts_with(&first), "{second}");
        let hand_made = "[profiles.only]\nregion = \"we\"\n";
        let (text, default) = draft("fabrikam", secret()).put(hand_made).unwrap();
        assert_eq!(default.as_deref(), Some("only"));
        assert!(text.contains("default_profile = \"only\""), "{text}");
    }

    #[test]
    fn nothing_else_in_the_file_is_touched_and_an_old_credential_does_not_stay() {
        let before = "# mine\ndefault_profile = \"a\" # as ever\n\n[profiles.a]\n# where it is\nregion   =  \"we\"  # near\n\
                      client_id = \"old\"\ncert_file = \"x.pem\"\nkey_file = \"x.key\"\nportal_url = \"https://p.example\"\n\n[profiles.b]\nregion = \"us\"\n";
        let keep = Keep::Command(vec!["pass".to_owned(), "avepoint/a b".to_owned()]);
        let (after, default) = draft("a", keep).put(before).unwrap();
        assert_eq!(default, None);
        let expected = before.replace("\"we\"  # near", "\"us\"  # near").replace("\"old\"", "\"id\"").replace(
            "cert_file = \"x.pem\"\nkey_file = \"x.key\"\nportal_url = \"https://p.example\"\n",
            "portal_url = \"https://p.example\"\nsecret_command = [\"pass\", \"avepoint/a b\"]\n",
        );
        assert_eq!(after, expected);
        assert!(Settings::parse("config.toml".into(), &after).is_ok());
    }

    #[test]
    fn the_keys_are_those_that_are_read() {
        let error = Settings::parse("config.toml".into(), "[profiles.a]\nx = 1\n").err().unwrap().to_string();
        let named: Vec<&str> = error.split_once("Accepted are ").unwrap().1.split(", ").collect();
        assert_eq!(named, PROFILE_KEYS, "{error}");
    }

    #[test]
    fn a_name_is_one_word() {
        for name in ["contoso", "a.b-c_9", "UPPER"] {
            assert_eq!(Draft::check_name(name), Ok(()), "{name}");
        }
        for name in ["", "two words", "-x", ".x", "ü", "a/b", &"x".repeat(25)] {
            assert!(Draft::check_name(name).is_err(), "{name}");
        }
    }
}
