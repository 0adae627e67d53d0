//! What a session signs in with: the credential of the highest layer that has one. Those below are not even looked at.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use reqwest::Url;
use secrecy::SecretString;

use super::{
    Concern, ConfigError, Environment,
    file::{Profile, Settings},
    secret::{Terminal, ask_command, read_secret, shell_word},
};
use crate::{
    api::{Auth, Certificate},
    text::Foreign,
};

/// A credential that was read.
pub(super) enum Credential {
    Token(SecretString),
    ClientSecret(SecretString),
    Certificate(Arc<Certificate>),
}

impl Credential {
    /// What it is.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Token(_) => "access token",
            Self::ClientSecret(_) => "client secret",
            Self::Certificate(_) => "certificate",
        }
    }

    /// The secret in a file.
    pub(super) fn of_file(path: &Path) -> Result<Self, ConfigError> {
        match read_secret(path) {
            Ok(secret) => Ok(Self::ClientSecret(secret)),
            Err(reason) => Err(ConfigError::SecretFile { path: path.to_owned(), reason }),
        }
    }

    /// A certificate with its key.
    pub(super) fn of_certificate(
        certificate: &Path,
        key: Option<&Path>,
        password: Option<&SecretString>,
    ) -> Result<Self, ConfigError> {
        let certificate = Certificate::load(certificate, key, password)?;
        Ok(Self::Certificate(Arc::new(certificate)))
    }

    /// What it signs an app in with at a token URL.
    pub(super) fn sign_in(self, token_url: Url, client_id: String) -> Auth {
        match self {
            Self::Token(token) => Auth::Token(token),
            Self::ClientSecret(secret) => Auth::ClientSecret { token_url, client_id, secret },
            Self::Certificate(certificate) => Auth::Certificate { token_url, client_id, certificate },
        }
    }
}

/// The files that one layer names for its credential.
#[derive(Default)]
pub(super) struct Files {
    secret: Option<PathBuf>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
}

impl Files {
    pub(super) fn of_options(secret: Option<PathBuf>, certificate: Option<PathBuf>, key: Option<PathBuf>) -> Self {
        Self { secret, certificate, key }
    }
}

/// The credential of options, environment or profile, whichever comes first, and what named it.
pub(super) fn credential(
    options: &Files,
    env: Environment<'_>,
    profile: Option<((&str, &Profile), &Settings)>,
    terminal: Terminal,
) -> Result<Option<(Credential, &'static str)>, ConfigError> {
    match options {
        Files { secret: Some(_), certificate: Some(_), .. } => return Err(ConfigError::TwoOptions),
        Files { certificate: Some(certificate), key, .. } => {
            return Ok(Some((Credential::of_certificate(certificate, key.as_deref(), None)?, "--cert-file")));
        }
        Files { key: Some(_), .. } => return Err(KEY_ALONE),
        Files { secret: Some(path), .. } => return Ok(Some((Credential::of_file(path)?, "--secret-file"))),
        Files { secret: None, certificate: None, key: None } => {}
    }
    let secret = |variable| env.text(variable).map(|text| text.map(SecretString::from));
    match (secret("JOBTOP_ACCESS_TOKEN")?, secret("JOBTOP_CLIENT_SECRET")?) {
        (Some(_), Some(_)) => Err(ConfigError::TwoCredentials),
        (Some(token), None) => Ok(Some((Credential::Token(token), "JOBTOP_ACCESS_TOKEN"))),
        (None, Some(secret)) => Ok(Some((Credential::ClientSecret(secret), "JOBTOP_CLIENT_SECRET"))),
        (None, None) => match profile {
            Some(((name, profile), settings)) => of_profile(name, profile, |path| settings.beside(path, env), terminal),
            None => Ok(None),
        },
    }
}

pub(super) const KEY_ALONE: ConfigError = ConfigError::Missing {
    what: "the certificate that belongs to the key",
    remedy: "name it with --cert-file (cert_file in a profile)",
    concern: Concern::Credential,
};

/// What kind of credential that would be, and what names it: by the same order, and nothing is read or asked.
pub(super) fn named(
    options: &Files,
    env: Environment<'_>,
    profile: Option<((&str, &Profile), &Settings)>,
) -> Result<Option<(&'static str, String)>, ConfigError> {
    match options {
        Files { secret: Some(_), certificate: Some(_), .. } => return Err(ConfigError::TwoOptions),
        Files { certificate: Some(path), .. } => {
            return Ok(Some(("certificate", format!("--cert-file {}", shell_word(path)))));
        }
        Files { key: Some(_), .. } => return Err(KEY_ALONE),
        Files { secret: Some(path), .. } => {
            return Ok(Some(("client secret", format!("--secret-file {}", shell_word(path)))));
        }
        Files { secret: None, certificate: None, key: None } => {}
    }
    match (env.is_set("JOBTOP_ACCESS_TOKEN"), env.is_set("JOBTOP_CLIENT_SECRET")) {
        (true, true) => return Err(ConfigError::TwoCredentials),
        (true, false) => return Ok(Some(("access token", "JOBTOP_ACCESS_TOKEN".to_owned()))),
        (false, true) => return Ok(Some(("client secret", "JOBTOP_CLIENT_SECRET".to_owned()))),
        (false, false) => {}
    }
    let Some(((name, profile), settings)) = profile else { return Ok(None) };
    only_one(name, profile)?;
    let file = |key: &str, path: &Path| format!("{key} {} of the profile", shell_word(&settings.beside(path, env)));
    let Profile { secret_file, secret_command, cert_file, key_file, .. } = profile;
    Ok(match (secret_file, secret_command, cert_file, key_file) {
        (Some(path), ..) => Some(("client secret", file("secret_file", path))),
        (None, Some(command), ..) => {
            let program = Foreign::from(command.first().map_or("", String::as_str)).line(60);
            Some(("client secret", format!("secret_command of the profile, which runs {program}")))
        }
        (None, None, Some(path), _) => Some(("certificate", file("cert_file", path))),
        (None, None, None, Some(_)) => return Err(KEY_ALONE),
        (None, None, None, None) => None,
    })
}

/// A profile names one credential at most.
pub(super) fn only_one(name: &str, profile: &Profile) -> Result<(), ConfigError> {
    let named = [
        profile.secret_file.as_ref().map(|_| "secret_file"),
        profile.secret_command.as_ref().map(|_| "secret_command"),
        profile.cert_file.as_ref().map(|_| "cert_file"),
    ];
    let mut named = named.into_iter().flatten();
    match (named.next(), named.next()) {
        (Some(one), Some(other)) => {
            Err(ConfigError::TwoInProfile { profile: Foreign::from(name).line(40), one, other })
        }
        _ => Ok(()),
    }
}

fn of_profile(
    name: &str,
    profile: &Profile,
    beside: impl Fn(&Path) -> PathBuf,
    terminal: Terminal,
) -> Result<Option<(Credential, &'static str)>, ConfigError> {
    let shown = || Foreign::from(name).line(40);
    let ask = |key, command: &Vec<String>| {
        ask_command(command, terminal).map_err(|reason| ConfigError::Command { key, profile: shown(), reason })
    };
    only_one(name, profile)?;
    if let Some(path) = &profile.secret_file {
        return Ok(Some((Credential::of_file(&beside(path))?, "secret_file of the profile")));
    }
    if let Some(command) = &profile.secret_command {
        let secret = ask("secret_command", command)?;
        return Ok(Some((Credential::ClientSecret(secret), "secret_command of the profile")));
    }
    let key = profile.key_file.as_deref().map(&beside);
    match (&profile.cert_file, key) {
        (Some(certificate), key) => {
            let command = profile.key_password_command.as_ref();
            let password = command.map(|command| ask("key_password_command", command)).transpose()?;
            let certificate = Credential::of_certificate(&beside(certificate), key.as_deref(), password.as_ref())?;
            Ok(Some((certificate, "cert_file of the profile")))
        }
        (None, Some(_)) => Err(KEY_ALONE),
        (None, None) => Ok(None),
    }
}
