//! The steps of a diagnosis: what is looked at, and how it went. They look at nothing themselves.

use std::{fmt, time::Duration};

/// What is looked at, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// The configuration file.
    Configuration,
    /// The tenant that is meant.
    Profile,
    /// The secret, token or certificate.
    Credential,
    /// The servers' names.
    Name,
    /// The connection, and that the servers are who they should be.
    Tls,
    /// The clock of this machine.
    Clock,
    /// Signing in.
    Token,
    /// What the token is good for.
    Scope,
    /// That it is the API that answers.
    Api,
    /// That the app may read jobs.
    Permission,
    /// One page of jobs.
    Jobs,
}

impl Topic {
    /// All of them, in order.
    pub const ALL: [Self; 11] = [
        Self::Configuration,
        Self::Profile,
        Self::Credential,
        Self::Name,
        Self::Tls,
        Self::Clock,
        Self::Token,
        Self::Scope,
        Self::Api,
        Self::Permission,
        Self::Jobs,
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Profile => "profile",
            Self::Credential => "credential",
            Self::Name => "name resolution",
            Self::Tls => "TLS",
            Self::Clock => "clock",
            Self::Token => "token",
            Self::Scope => "scope",
            Self::Api => "API",
            Self::Permission => "permission",
            Self::Jobs => "jobs",
        }
    }
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As it should.
    Ok,
    /// Not as it should.
    Failed,
    /// It could not be looked at, or need not be.
    Skipped,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        })
    }
}

/// One step of the diagnosis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was looked at.
    pub topic: Topic,
    /// How it went.
    pub outcome: Outcome,
    /// How long it took, where it took time.
    pub took: Option<Duration>,
    /// What was found, one line without secrets.
    pub told: String,
    /// What to do about it, where it failed.
    pub advice: Option<String>,
}
