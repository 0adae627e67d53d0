//! Where a report goes: standard output, or a file that is there whole or not at all.

#[cfg(unix)]
use std::os::fd::AsFd;
use std::{
    fs,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use super::Trouble;
use crate::{
    disk::{self, Draft},
    policy,
    text::{Foreign, Safe},
};

/// What the user says of the output.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// The file; none: standard output.
    pub path: Option<PathBuf>,
    /// Whether a file that is there may be replaced.
    pub force: bool,
}

/// An output that is open. A file that is not committed was never there.
pub(super) enum Output {
    Standard(BufWriter<Standard>),
    File { draft: Draft, path: PathBuf, force: bool },
}

impl Output {
    /// Opens it; a file must be one that may be written.
    pub(super) fn open(target: &Target) -> Result<Self, Trouble> {
        let Some(path) = &target.path else {
            return standard().map(Self::Standard).map_err(|error| unwritten(&error, target));
        };
        let refused =
            |reason: &str| Trouble::Usage(format!("invalid value '{}' for '--output': {reason}", shown(path)));
        match fs::metadata(path) {
            Ok(known) if !known.is_file() => return Err(refused("it is no regular file")),
            Ok(_) if !target.force => return Err(refused("it is there already; --force replaces it")),
            _ => {}
        }
        // What a link names is replaced, not the link.
        let path = if target.force { path.canonicalize().unwrap_or_else(|_| path.clone()) } else { path.clone() };
        let draft =
            Draft::of(&path).map_err(|error| refused(&format!("no file can be made there: {}", cause(&error))))?;
        Ok(Self::File { draft, path, force: target.force })
    }

    /// Whether it is standard output.
    pub(super) fn is_standard(&self) -> bool {
        matches!(self, Self::Standard(_))
    }

    /// Makes a file appear, on the disk and whole.
    pub(super) fn commit(self) -> Result<(), Trouble> {
        let Self::File { draft, path, force } = self else { return Ok(()) };
        let placed = if force { draft.replace() } else { draft.place() };
        placed.map_err(|error| Trouble::Failed(lost(&path, force, "--output", &error)))
    }
}

/// Standard output as the system has it: the library's looks for the last line break in all that is written.
#[cfg(unix)]
type Standard = fs::File;
#[cfg(not(unix))]
type Standard = io::Stdout;

#[cfg(unix)]
fn standard() -> io::Result<BufWriter<Standard>> {
    let out = io::stdout().as_fd().try_clone_to_owned()?;
    Ok(BufWriter::with_capacity(policy::OUTPUT_BYTES, out.into()))
}

#[cfg(not(unix))]
fn standard() -> io::Result<BufWriter<Standard>> {
    Ok(BufWriter::with_capacity(policy::OUTPUT_BYTES, io::stdout()))
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::File { draft, .. } => draft.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::File { draft, .. } => draft.flush(),
        }
    }
}

/// What it means that a report could not be written.
pub(super) fn unwritten(error: &io::Error, target: &Target) -> Trouble {
    if let Some(path) = &target.path {
        return Trouble::Failed(lost(path, target.force, "--output", error));
    }
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Trouble::Closed;
    }
    Trouble::Failed(format!(
        "standard output could not be written to its end, so the report is not whole; --output names a file instead: {}",
        cause(error)
    ))
}

/// What it means that a file could not be written.
pub(super) fn lost(path: &Path, force: bool, option: &str, error: &io::Error) -> String {
    let (path, cause) = (shown(path), cause(error));
    match force {
        _ if disk::is_in_place(error) => format!("{path} may not last: {cause}"),
        true => format!("{path} could not be written and is as it was; another {option} may do: {cause}"),
        false => format!("{path} could not be written and is not there; another {option} may do: {cause}"),
    }
}

/// A path for a message.
pub(super) fn shown(path: &Path) -> Safe {
    Foreign::from(path.to_string_lossy().as_ref()).line(200)
}

/// An error of the system for a message.
pub(super) fn cause(error: &io::Error) -> Safe {
    let told = error.to_string();
    // A temporary file's name is none that the user knows.
    Foreign::from(told.split(" at path ").next().unwrap_or_default()).line(200)
}
