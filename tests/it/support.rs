//! What tests stand on: a console without a terminal, and a terminal without a person.

pub mod deception;
#[cfg(unix)]
pub mod oracle;
#[cfg(unix)]
pub mod pty;
pub mod run;
pub mod scripted;
pub mod stand;

use std::time::Duration;

/// A condition that is not met by then never will be.
pub const PATIENCE: Duration = Duration::from_secs(30);
