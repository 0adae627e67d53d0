//! The tenant that a session begins with where nobody names one: the one that was shown last. It reads the state file.

use std::{env, ffi::OsString};

use crate::{
    cli::{ConnectionFlags, SessionFlags},
    memory,
    text::Foreign,
};

/// Variables that name a tenant.
const NAMING: [&str; 7] = [
    "JOBTOP_PROFILE",
    "JOBTOP_REGION",
    "JOBTOP_BASE_URL",
    "JOBTOP_TOKEN_URL",
    "JOBTOP_CLIENT_ID",
    "JOBTOP_CLIENT_SECRET",
    "JOBTOP_ACCESS_TOKEN",
];

/// The same options with the profile that the last session was left at; nothing where an option or a variable says whose jobs
/// are to be shown, or where nothing of an earlier session counts.
pub fn returning(flags: &SessionFlags, clean: bool) -> Option<SessionFlags> {
    let variable = |name: &str| env::var_os(name).filter(|value: &OsString| !value.is_empty());
    #[cfg(feature = "demo")]
    let is_demo = flags.demo.demo;
    #[cfg(not(feature = "demo"))]
    let is_demo = false;
    if clean || is_demo || is_named(&flags.connection) || NAMING.iter().any(|name| variable(name).is_some()) {
        return None;
    }
    let profile = Some(memory::last(&memory::place(&variable, false)?)?);
    Some(SessionFlags { connection: ConnectionFlags { profile, ..flags.connection.clone() }, ..flags.clone() })
}

fn is_named(flags: &ConnectionFlags) -> bool {
    let ConnectionFlags {
        profile,
        config: _,
        region,
        base_url,
        token_url,
        client_id,
        secret_file,
        cert_file,
        key_file,
        ca_file: _,
    } = flags;
    let texts = [profile, base_url, token_url, client_id];
    let files = [secret_file, cert_file, key_file];
    region.is_some() || texts.iter().any(|text| text.is_some()) || files.iter().any(|file| file.is_some())
}

/// What is told where that tenant cannot be shown, and another is.
pub fn not_returned(flags: &SessionFlags, why: &dyn std::fmt::Display) -> String {
    let name = Foreign::from(flags.connection.profile.clone().unwrap_or_default()).line(40);
    format!("{name}, which was shown last, cannot be: {why}")
}
