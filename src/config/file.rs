//! The configuration file: where it lies, what it may hold, and what is wrong with it. It resolves nothing.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, de::IgnoredAny};
use toml::de::DeTable;

use super::{
    Concern, ConfigError, Environment, keys,
    table::{self, Finding, line_and_column},
    ui::Ui,
};
use crate::{keymap::Keymap, policy, text::Foreign};

/// A configuration file that was read.
pub(super) struct Settings {
    path: PathBuf,
    content: Content,
    keymap: Keymap,
}

/// What the file holds.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    default_profile: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
    #[serde(default)]
    ui: Ui,
    /// It is read with the places of its parts, see [`keys`].
    #[serde(default, rename = "keys")]
    _keys: IgnoredAny,
}

/// One tenant's settings, as they were written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Profile {
    pub(super) region: Option<String>,
    pub(super) base_url: Option<String>,
    pub(super) token_url: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) secret_file: Option<PathBuf>,
    pub(super) secret_command: Option<Vec<String>>,
    pub(super) cert_file: Option<PathBuf>,
    pub(super) key_file: Option<PathBuf>,
    pub(super) key_password_command: Option<Vec<String>>,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) portal_url: Option<String>,
}

impl Settings {
    /// Reads the file that `--config` or `JOBTOP_CONFIG` names, which must be there, or the one at its usual place, which need
    /// not.
    pub(super) fn load(named: Option<&Path>, env: Environment<'_>) -> Result<Option<Self>, ConfigError> {
        match explicit_place(named, env)? {
            Some(path) => {
                let text = read(&path).map_err(|error| unreadable(&path, &error))?;
                Self::parse(path, &text).map(Some)
            }
            None => usual_place(env)?.map_or(Ok(None), |path| Self::load_if_there(&path)),
        }
    }

    /// Reads a file that need not be there.
    pub(super) fn load_if_there(path: &Path) -> Result<Option<Self>, ConfigError> {
        Self::text_if_there(path)?.map(|text| Self::parse(path.to_owned(), &text)).transpose()
    }

    /// The text of a file that need not be there.
    pub(super) fn text_if_there(path: &Path) -> Result<Option<String>, ConfigError> {
        match read(path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unreadable(path, &error)),
        }
    }

    /// Reads a file's text.
    pub(super) fn parse(path: PathBuf, text: &str) -> Result<Self, ConfigError> {
        let wrong = |at, reason| {
            let (line, column) = line_and_column(text, at);
            Err(ConfigError::File { path: path.clone(), place: format!(":{line}:{column}"), reason })
        };
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => return wrong(error.span().map_or(0, |span| span.start), message(&error)),
        };
        if let Some(Finding { at, key, told }) = table::findings(table.get_ref()).into_iter().next() {
            return wrong(at, format!("{key}: {told}"));
        }
        let section = table.get_ref().get("keys").and_then(|keys| keys.get_ref().as_table());
        let keymap = section.map_or_else(Keymap::default, |keys| keys::keymap(keys).0);
        match toml::from_str(text) {
            Ok(content) => Ok(Self { path, content, keymap }),
            Err(error) => wrong(error.span().map_or(0, |span| span.start), message(&error)),
        }
    }

    /// Where the file is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How things look and keep up.
    pub(super) fn ui(&self) -> &Ui {
        &self.content.ui
    }

    /// The keys in force.
    pub(super) fn keymap(&self) -> &Keymap {
        &self.keymap
    }

    /// The profile of a name; without one the default, or the only one there is.
    pub(super) fn profile(&self, wanted: Option<&str>) -> Result<Option<(&str, &Profile)>, ConfigError> {
        let only = || self.content.profiles.keys().next().filter(|_| self.content.profiles.len() == 1);
        let name = wanted.or(self.content.default_profile.as_deref()).or_else(|| only().map(String::as_str));
        let Some(name) = name else { return Ok(None) };
        match self.content.profiles.get_key_value(name) {
            Some((name, profile)) => Ok(Some((name, profile))),
            None => Err(self.no_profile(name)),
        }
    }

    /// All profiles by name.
    pub(super) fn profiles(&self) -> impl Iterator<Item = (&str, &Profile)> {
        self.content.profiles.iter().map(|(name, profile)| (name.as_str(), profile))
    }

    fn no_profile(&self, name: &str) -> ConfigError {
        let names: Vec<String> =
            self.content.profiles.keys().map(|name| Foreign::from(name.as_str()).line(40).into()).collect();
        let known = match names.as_slice() {
            [] => "is none at all".to_owned(),
            [one] => format!("is {one}"),
            many => format!("are {}", many.join(", ")),
        };
        ConfigError::NoProfile { name: Foreign::from(name).line(40), path: self.path.clone(), known }
    }

    /// A profile was asked for by name, and there is no file.
    pub(super) fn missing(name: &str, named: Option<&Path>, env: Environment<'_>) -> ConfigError {
        let usual = usual_place(env).ok().flatten();
        let path = named.map(Path::to_owned).or(usual).unwrap_or_else(|| PathBuf::from("config.toml"));
        ConfigError::NoProfile { name: Foreign::from(name).line(40), path, known: "is no such file".to_owned() }
    }

    /// A path of the file: `~/` is the home, anything relative lies beside the file.
    pub(super) fn beside(&self, path: &Path, env: Environment<'_>) -> PathBuf {
        let home = env.text("HOME").ok().flatten();
        match (path.strip_prefix("~"), home) {
            (Ok(rest), Some(home)) => Path::new(&home).join(rest),
            _ => self.path.parent().unwrap_or(Path::new("")).join(path),
        }
    }
}

/// Where the configuration file is, or would be.
pub(super) fn place(named: Option<&Path>, env: Environment<'_>) -> Result<PathBuf, ConfigError> {
    let place = match explicit_place(named, env)? {
        Some(path) => Some(path),
        None => usual_place(env)?,
    };
    place.ok_or(ConfigError::Missing {
        what: "a place for the configuration file",
        remedy: "set HOME, or name the file with --config",
        concern: Concern::File,
    })
}

fn explicit_place(named: Option<&Path>, env: Environment<'_>) -> Result<Option<PathBuf>, ConfigError> {
    Ok(named.map(Path::to_owned).or(env.text("JOBTOP_CONFIG")?.map(PathBuf::from)))
}

fn unreadable(path: &Path, error: &io::Error) -> ConfigError {
    ConfigError::File { path: path.to_owned(), place: String::new(), reason: format!("cannot be read: {error}") }
}

/// `$XDG_CONFIG_HOME/jobtop/config.toml`, or the platform's own place.
fn usual_place(env: Environment<'_>) -> Result<Option<PathBuf>, ConfigError> {
    let absolute = |path: String| Some(PathBuf::from(path)).filter(|path| path.is_absolute());
    let folder = match env.text("XDG_CONFIG_HOME")?.and_then(absolute) {
        Some(folder) => Some(folder),
        None if cfg!(windows) => env.text("APPDATA")?.map(PathBuf::from),
        None => env.text("HOME")?.map(|home| Path::new(&home).join(".config")),
    };
    Ok(folder.map(|folder| folder.join("jobtop").join("config.toml")))
}

fn read(path: &Path) -> io::Result<String> {
    let about = fs::metadata(path)?;
    if !about.is_file() || about.len() > policy::CONFIG_BYTES {
        let bytes = policy::CONFIG_BYTES;
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("accepted is a plain file of at most {bytes} bytes"),
        ));
    }
    fs::read_to_string(path)
}

/// What is wrong with a text that is no TOML.
pub(super) fn message(error: &toml::de::Error) -> String {
    Foreign::from(error.message()).line(400).into()
}
