//! Small files that may hold a secret: read whole, within limits, and with a look at who else can read or change them.
//! It knows nothing of what is in them.

use std::{
    fmt,
    fs::{File, Metadata, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
};

use secrecy::zeroize::Zeroizing;

use crate::{policy, text::Foreign};

/// Why a file is not accepted.
#[derive(Debug)]
pub enum FileError {
    /// It cannot be read.
    Unreadable(io::Error),
    /// Others can read it, and it is to be shut with this path.
    Open(PathBuf),
    /// It belongs to somebody else.
    Foreign,
    /// It is a folder or a device, or, where it holds a secret, a link.
    NoFile,
    /// It is larger than any secret.
    Large,
}

/// What a file holds, wiped from memory when it is dropped.
pub(super) struct Contents {
    /// Its bytes.
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// Why it is refused if it holds a secret: others can read it, or could have changed it.
    pub(super) exposed: Option<FileError>,
}

impl Contents {
    /// Reads a file. What is judged is the file that was opened, whatever its name leads to a moment later.
    pub(super) fn read(path: &Path) -> Result<Self, FileError> {
        let (file, is_link) = open(path)?;
        let meta = file.metadata().map_err(FileError::Unreadable)?;
        if !meta.is_file() {
            return Err(FileError::NoFile);
        }
        if meta.len() > policy::SECRET_BYTES {
            return Err(FileError::Large);
        }
        let exposed = if is_link { Some(FileError::NoFile) } else { exposure(path, &meta) };
        // Room for everything at once: a buffer that grows leaves copies behind.
        let room = usize::try_from(meta.len()).map_err(|_| FileError::Large)?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(room + 1));
        file.take(meta.len()).read_to_end(&mut bytes).map_err(FileError::Unreadable)?;
        Ok(Self { bytes, exposed })
    }
}

/// Opens a file, and tells whether its name is a link, which may be led elsewhere by whoever owns its folder.
#[cfg(unix)]
fn open(path: &Path) -> Result<(File, bool), FileError> {
    use std::os::unix::fs::OpenOptionsExt;

    use rustix::{fs::OFlags, io::Errno};

    // A pipe that nobody writes to must not be waited for.
    let open = |flags: OFlags| OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path);
    match open(OFlags::NOFOLLOW | OFlags::NONBLOCK) {
        Ok(file) => Ok((file, false)),
        Err(error) if error.raw_os_error() == Some(Errno::LOOP.raw_os_error()) => {
            Ok((open(OFlags::NONBLOCK).map_err(FileError::Unreadable)?, true))
        }
        Err(error) => Err(FileError::Unreadable(error)),
    }
}

#[cfg(not(unix))]
fn open(path: &Path) -> Result<(File, bool), FileError> {
    Ok((OpenOptions::new().read(true).open(path).map_err(FileError::Unreadable)?, false))
}

#[cfg(unix)]
fn exposure(path: &Path, meta: &Metadata) -> Option<FileError> {
    use std::os::unix::fs::MetadataExt;

    if meta.mode() & 0o077 != 0 {
        return Some(FileError::Open(path.to_owned()));
    }
    let own = rustix::process::geteuid().as_raw();
    (meta.uid() != own && meta.uid() != 0).then_some(FileError::Foreign)
}

#[cfg(not(unix))]
fn exposure(_: &Path, _: &Metadata) -> Option<FileError> {
    None
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(cause) => write!(f, "cannot be read: {cause}"),
            Self::Open(path) => {
                write!(f, "can be read by others; shut it with\n\n  chmod 600 {}\n", shell_word(path))
            }
            Self::Foreign => f.write_str("belongs to another user, who could change it; copy it to a file of your own"),
            Self::NoFile => f.write_str("is not a plain file; name the file itself, not a link, a folder or a device"),
            Self::Large => write!(f, "is larger than {} bytes, which no secret is", policy::SECRET_BYTES),
        }
    }
}

/// Reads a file that only its owner can read.
///
/// # Errors
///
/// When it cannot be read, is no ordinary small file, or can be read or could have been changed by others.
pub fn read_private(path: &Path) -> Result<Zeroizing<Vec<u8>>, FileError> {
    let Contents { bytes, exposed } = Contents::read(path)?;
    exposed.map_or(Ok(bytes), Err)
}

/// A path as a shell takes it.
pub fn shell_word(path: &Path) -> String {
    let text = Foreign::from(path.to_string_lossy().as_ref()).line(4_096).to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+,:@%".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
