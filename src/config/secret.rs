//! The file that holds the secret: read only when nobody else can read or change it. It knows no other setting.

use std::{
    fmt,
    fs::{File, Metadata, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use secrecy::{SecretString, zeroize::Zeroizing};

use crate::{policy, text::Foreign};

/// Reads a secret, without the line break at its end. What is judged is the file that was opened, whatever its name leads to a
/// moment later.
pub(super) fn read_secret(path: &Path) -> Result<SecretString, Refusal> {
    let file = open_secret(path)?;
    let meta = file.metadata().map_err(Refusal::Unreadable)?;
    if !meta.is_file() {
        return Err(Refusal::NoFile);
    }
    judge(path, &meta)?;
    if meta.len() > policy::SECRET_BYTES {
        return Err(Refusal::Large);
    }
    let mut text = Zeroizing::new(String::new());
    file.take(policy::SECRET_BYTES).read_to_string(&mut text).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => Refusal::NoText,
        _ => Refusal::Unreadable(error),
    })?;
    line_of(&text).ok_or(Refusal::NoText)
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

#[cfg(unix)]
fn open_secret(path: &Path) -> Result<File, Refusal> {
    use std::os::unix::fs::OpenOptionsExt;

    use rustix::{fs::OFlags, io::Errno};

    // A link may be led elsewhere by whoever owns its folder; a pipe that nobody writes to must not be waited for.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|error| {
        let is_link = error.raw_os_error() == Some(Errno::LOOP.raw_os_error());
        if is_link { Refusal::NoFile } else { Refusal::Unreadable(error) }
    })
}

#[cfg(not(unix))]
fn open_secret(path: &Path) -> Result<File, Refusal> {
    OpenOptions::new().read(true).open(path).map_err(Refusal::Unreadable)
}

#[cfg(unix)]
fn judge(path: &Path, meta: &Metadata) -> Result<(), Refusal> {
    use std::os::unix::fs::MetadataExt;

    if meta.mode() & 0o077 != 0 {
        return Err(Refusal::Open(path.to_owned()));
    }
    let own = rustix::process::geteuid().as_raw();
    if meta.uid() == own || meta.uid() == 0 { Ok(()) } else { Err(Refusal::Foreign) }
}

#[cfg(not(unix))]
fn judge(_: &Path, _: &Metadata) -> Result<(), Refusal> {
    Ok(())
}

/// Why a secret's file is not accepted.
#[derive(Debug)]
pub enum Refusal {
    /// It cannot be read.
    Unreadable(io::Error),
    /// Others can read it, and it is to be shut with this path.
    Open(PathBuf),
    /// It belongs to somebody else.
    Foreign,
    /// It is a folder, a link or a device.
    NoFile,
    /// It is larger than any secret.
    Large,
    /// It is empty or no text.
    NoText,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(cause) => write!(f, "cannot be read: {cause}"),
            Self::Open(path) => {
                write!(f, "can be read by others; shut it with\n\n  chmod 600 {}\n", shell_word(path))
            }
            Self::Foreign => f.write_str("belongs to another user, who could change it; copy it to a file of your own"),
            Self::NoFile => f.write_str("is not a plain file; name the file itself, not a link, a folder or a device"),
            Self::Large => write!(f, "is larger than {} bytes, which no secret is", policy::SECRET_BYTES),
            Self::NoText => f.write_str("holds no secret; it should hold nothing else, as one line of text"),
        }
    }
}

/// A path as a shell takes it.
pub(super) fn shell_word(path: &Path) -> String {
    let text = Foreign::from(path.to_string_lossy().as_ref()).line(4_096).to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+,:@%".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
