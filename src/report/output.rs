//! Where a report goes: standard output, or a file that is there whole or not at all.

use std::{
    fs,
    io::{self, BufWriter, Stdout, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::Trouble;
use crate::text::{Foreign, Safe};

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
    Standard(BufWriter<Stdout>),
    File { temp: BufWriter<NamedTempFile>, path: PathBuf, force: bool },
}

impl Output {
    /// Opens it; a file must be one that may be written.
    pub(super) fn open(target: &Target) -> Result<Self, Trouble> {
        let Some(path) = &target.path else { return Ok(Self::Standard(BufWriter::new(io::stdout()))) };
        let refused =
            |reason: &str| Trouble::Usage(format!("invalid value '{}' for '--output': {reason}", shown(path)));
        match fs::metadata(path) {
            Ok(known) if !known.is_file() => return Err(refused("it is no regular file")),
            Ok(_) if !target.force => return Err(refused("it is there already; --force replaces it")),
            _ => {}
        }
        // What a link names is replaced, not the link.
        let path = if target.force { path.canonicalize().unwrap_or_else(|_| path.clone()) } else { path.clone() };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let temp = tempfile::Builder::new().prefix(".jobtop-").suffix(".partial").tempfile_in(folder);
        let temp = temp.map_err(|error| refused(&format!("no file can be made there: {}", cause(&error))))?;
        Ok(Self::File { temp: BufWriter::new(temp), path, force: target.force })
    }

    /// Whether it is standard output.
    pub(super) fn is_standard(&self) -> bool {
        matches!(self, Self::Standard(_))
    }

    /// Makes a file appear, on the disk and whole.
    pub(super) fn commit(self) -> Result<(), Trouble> {
        let Self::File { temp, path, force } = self else { return Ok(()) };
        let written = || -> io::Result<()> {
            let temp = temp.into_inner().map_err(io::IntoInnerError::into_error)?;
            temp.as_file().sync_all()?;
            let placed = if force { temp.persist(&path) } else { temp.persist_noclobber(&path) };
            placed.map_err(|error| error.error)?;
            // The name is on the disk only when its folder is.
            #[cfg(unix)]
            fs::File::open(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))?
                .sync_all()?;
            Ok(())
        };
        written().map_err(|error| Trouble::Failed(format!("{} could not be written: {}", shown(&path), cause(&error))))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::File { temp, .. } => temp.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::File { temp, .. } => temp.flush(),
        }
    }
}

/// What it means that a report could not be written.
pub(super) fn unwritten(error: &io::Error) -> Trouble {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Trouble::Closed;
    }
    Trouble::Failed(format!("the report could not be written: {}", cause(error)))
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
