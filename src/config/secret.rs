//! The file that holds the secret: read only when nobody else can read or change it. It knows no other setting.

use std::{
    fmt,
    io::Read,
    path::Path,
    process::{Command, Stdio},
};

use secrecy::{SecretString, zeroize::Zeroizing};

pub(super) use crate::api::shell_word;
use crate::{
    api::{FileError, read_private},
    policy,
    text::Foreign,
};

/// Reads a secret, without the line break at its end.
///
/// # Errors
/// When it is no file for a secret, or holds none.
pub fn read_secret(path: &Path) -> Result<SecretString, Refusal> {
    let bytes = read_private(path).map_err(Refusal::File)?;
    std::str::from_utf8(&bytes).ok().and_then(line_of).ok_or(Refusal::NoText)
}

/// Whether a command that gives a secret may talk to the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Terminal {
    /// It has the terminal.
    Free,
    /// The dashboard has it: the command gets no input, and what it complains of is not shown.
    Taken,
}

/// Asks a command for the secret: an argument list, no shell. What it prints on standard output is the secret, and is never
/// shown.
pub(super) fn ask_command(command: &[String], terminal: Terminal) -> Result<SecretString, String> {
    let [program, arguments @ ..] = command else {
        return Err("is empty; write it as a list, program first".to_owned());
    };
    let shown = Foreign::from(program.as_str()).line(60);
    let mut asked = Command::new(program);
    asked.args(arguments).stdout(Stdio::piped());
    if terminal == Terminal::Taken {
        asked.stdin(Stdio::null()).stderr(Stdio::null());
    }
    let mut child = asked.spawn().map_err(|error| format!("could not be run: {shown}: {error}"))?;
    let mut text = Zeroizing::new(String::new());
    let read = child.stdout.take().map_or(Ok(0), |output| output.take(policy::SECRET_BYTES).read_to_string(&mut text));
    let status = child.wait().map_err(|error| format!("could not be waited for: {shown}: {error}"))?;
    match (status.success(), read) {
        (false, _) if terminal == Terminal::Taken => {
            Err(format!("failed: {shown} ended with {status}; it may have to ask you: start jobtop with --profile"))
        }
        (false, _) => Err(format!("failed: {shown} ended with {status}")),
        (true, Err(_)) => Err(format!("gave no text: {shown}")),
        (true, Ok(_)) => line_of(&text).ok_or_else(|| format!("gave no secret: {shown} printed nothing")),
    }
}

/// The secret in a text, without the line break at its end.
fn line_of(text: &str) -> Option<SecretString> {
    let secret = text.strip_suffix('\n').unwrap_or(text);
    let secret = secret.strip_suffix('\r').unwrap_or(secret);
    (!secret.trim().is_empty()).then(|| SecretString::from(secret))
}

/// Why a secret's file is not accepted.
#[derive(Debug)]
pub enum Refusal {
    /// It is no file for a secret.
    File(FileError),
    /// It is empty or no text.
    NoText,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::NoText => f.write_str("holds no secret; it should hold nothing else, as one line of text"),
        }
    }
}
