//! Why there is no configuration: what is wrong, where, and what is accepted. It reads nothing itself.

use std::path::PathBuf;

use super::secret::{Refusal, shell_word};
use crate::{
    api::{FileError, KeyError, TrustError},
    text::Safe,
};

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Nothing says what to connect to.
    #[error("{FIRST_STEPS}")]
    Nothing,
    /// Part of what is needed is not there.
    #[error("{what} is missing: {remedy}")]
    Missing {
        /// What.
        what: &'static str,
        /// How to give it.
        remedy: &'static str,
        /// What part of a configuration it is.
        concern: Concern,
    },
    /// Two credentials, none above the other.
    #[error(
        "both JOBTOP_ACCESS_TOKEN and JOBTOP_CLIENT_SECRET are set, and neither beats the other; unset one of them"
    )]
    TwoCredentials,
    /// A value is not accepted.
    #[error("invalid value '{value}' for '{name}': {reason}")]
    Value {
        /// Which option or variable.
        name: &'static str,
        /// What it was given.
        value: Safe,
        /// What is accepted.
        reason: String,
    },
    /// The same on the command line.
    #[error("--secret-file and --cert-file are both given, and neither beats the other; drop one of them")]
    TwoOptions,
    /// The certificate or its key is not accepted.
    #[error(transparent)]
    Certificate(#[from] KeyError),
    /// A credential twice in one profile.
    #[error("profile {profile} names two credentials, {one} and {other}; keep one of them")]
    TwoInProfile {
        /// Which profile.
        profile: Safe,
        /// One key.
        one: &'static str,
        /// The other.
        other: &'static str,
    },
    /// There is no such profile.
    #[error("there is no profile {name} in {}; there {known}", shell_word(.path))]
    NoProfile {
        /// The name that was asked for.
        name: Safe,
        /// The file that was looked in.
        path: PathBuf,
        /// What there is instead, as the end of a sentence.
        known: String,
    },
    /// The configuration file is not accepted.
    #[error("{}{place}: {reason}", shell_word(.path))]
    File {
        /// Which file.
        path: PathBuf,
        /// Line and column, each behind a colon, or nothing.
        place: String,
        /// What is wrong, and what is accepted.
        reason: String,
    },
    /// The configuration file that was named is not there.
    #[error("{} is not there; jobtop login makes it", shell_word(.path))]
    NoFile {
        /// Which file.
        path: PathBuf,
    },
    /// The file of a key that only a password opens is not accepted.
    #[error("the key's file {} {reason}", shell_word(.path))]
    KeyFile {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: FileError,
    },
    /// The command that gives the secret gave none.
    #[error("the {key} of profile {profile} {reason}")]
    Command {
        /// Which command.
        key: &'static str,
        /// Which profile.
        profile: Safe,
        /// What it did instead.
        reason: String,
    },
    /// The certificates to trust are not accepted.
    #[error("the file of certificates to trust {} {reason}", shell_word(.path))]
    Authorities {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: TrustError,
    },
    /// The range ends before it begins.
    #[error("invalid value for '--to': it is before the time of --from")]
    Backwards,
    /// The secret's file is not accepted.
    #[error("the secret's file {} {reason}", shell_word(.path))]
    SecretFile {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: Refusal,
    },
}

const FIRST_STEPS: &str = "\
jobtop does not know yet which tenant to show.

Look around first, without account and network:

  jobtop --demo

For your own tenant, register an app in AvePoint Online Services with the permission
platformbackup.readwrite.all (a read-write permission, of which jobtop only reads), and set these
environment variables:

  JOBTOP_REGION          your data centre, such as us or we (a wrong one is answered with all)
  JOBTOP_CLIENT_ID       the app registration's id
  JOBTOP_CLIENT_SECRET   its secret; or keep it in a file and name that with --secret-file

jobtop --help shows all options.";

/// What part of a configuration an error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern {
    /// The configuration file.
    File,
    /// Which tenant, and where it is.
    Profile,
    /// What to sign in with.
    Credential,
}

impl ConfigError {
    /// What part of a configuration it is about.
    pub fn concern(&self) -> Concern {
        match self {
            Self::File { .. } | Self::NoFile { .. } => Concern::File,
            Self::Missing { concern, .. } => *concern,
            Self::TwoCredentials
            | Self::TwoOptions
            | Self::TwoInProfile { .. }
            | Self::Certificate(_)
            | Self::KeyFile { .. }
            | Self::Command { .. }
            | Self::SecretFile { .. } => Concern::Credential,
            _ => Concern::Profile,
        }
    }
}
