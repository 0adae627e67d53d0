//! The journal's file, and the one before it: together they never take more than twice a limit. It writes into no file but its
//! own, and knows nothing of what is in a line.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use crate::text::{Foreign, Safe};

/// A file that is moved aside when it is full.
#[derive(Debug)]
pub struct Ring {
    path: PathBuf,
    file: File,
    size: u64,
    limit: u64,
}

/// Why a file is not written to.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It is a link, which may lead anywhere.
    #[error("it is a symbolic link; name the file itself")]
    Link,
    /// It is a folder, a pipe or a device.
    #[error("it is no regular file; name another one, or one that is not there yet")]
    NoFile,
    /// It is somebody else's, or has another name too.
    #[error("it belongs to somebody else, or bears a second name; name another one")]
    Foreign,
    /// Something else is in it.
    #[error("{0} holds something other than a log of jobtop; name another one, or one that is not there yet")]
    Other(Safe),
    /// It is in use.
    #[error("another jobtop writes to it")]
    Taken,
    /// The system refuses.
    #[error("it cannot be written to: {0}")]
    Unwritable(#[from] io::Error),
}

impl Ring {
    /// Opens a file, or makes it for its owner alone, to be moved aside when it has `limit` bytes.
    ///
    /// # Errors
    /// When it is none that may be written to.
    pub fn open(path: &Path, limit: u64) -> Result<Self, Refusal> {
        let older = older(path);
        match fs::symlink_metadata(&older) {
            Ok(about) if !about.is_file() => return Err(Refusal::Other(shown(&older))),
            // It is to be moved over one day.
            Ok(_) => is_ours(&File::open(&older)?, &older)?,
            Err(_) => {}
        }
        let (file, size) = opened(path, false)?;
        Ok(Self { path: path.to_owned(), file, size, limit })
    }

    /// Writes a line at the end, whole or not at all.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn write(&mut self, line: &[u8]) -> io::Result<()> {
        let bytes = line.len() as u64;
        if self.size > 0 && self.size + bytes > self.limit {
            fs::rename(&self.path, older(&self.path))?;
            (self.file, self.size) = opened(&self.path, true).map_err(|refusal| match refusal {
                Refusal::Unwritable(error) => error,
                other => io::Error::other(other.to_string()),
            })?;
        }
        if let Err(error) = self.file.write_all(line) {
            // Half a line would read as something that happened.
            let _ = self.file.set_len(self.size);
            return Err(error);
        }
        self.size += bytes;
        Ok(())
    }
}

/// The file that was written before.
fn older(path: &Path) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(".1");
    name.into()
}

/// Opens it; what is judged is the file that was opened, whatever its name leads to a moment later.
fn opened(path: &Path, is_new: bool) -> Result<(File, u64), Refusal> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).create_new(is_new);
    guard(&mut options);
    let file = options.open(path).map_err(unopened)?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(Refusal::NoFile);
    }
    #[cfg(unix)]
    shut(&file, &about)?;
    if about.len() > 0 {
        is_ours(&file, path)?;
    }
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(Refusal::Taken),
        // A file system without locks: two at once are then the user's care.
        _ => Ok((file, about.len())),
    }
}

#[cfg(unix)]
fn guard(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;

    use rustix::fs::OFlags;

    // A pipe that nobody reads must not be waited for.
    options.mode(0o600).custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
}

#[cfg(not(unix))]
fn guard(_: &mut OpenOptions) {}

#[cfg(unix)]
fn unopened(error: io::Error) -> Refusal {
    use rustix::io::Errno;
    match error.raw_os_error() {
        Some(code) if code == Errno::LOOP.raw_os_error() => Refusal::Link,
        Some(code) if code == Errno::NXIO.raw_os_error() || code == Errno::ISDIR.raw_os_error() => Refusal::NoFile,
        _ => Refusal::Unwritable(error),
    }
}

#[cfg(not(unix))]
fn unopened(error: io::Error) -> Refusal {
    Refusal::Unwritable(error)
}

/// A file of this user alone; one that others can read is shut.
#[cfg(unix)]
fn shut(file: &File, about: &fs::Metadata) -> Result<(), Refusal> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    if about.uid() != rustix::process::geteuid().as_raw() || about.nlink() != 1 {
        return Err(Refusal::Foreign);
    }
    if about.mode() & 0o077 != 0 {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

/// Whether it begins as a journal does: with a moment.
fn is_ours(file: &File, path: &Path) -> Result<(), Refusal> {
    const MOMENT: &[u8] = b"0000-00-00T00:00:00.000Z ";
    let mut start = Vec::new();
    file.take(MOMENT.len() as u64).read_to_end(&mut start)?;
    let same = |(like, byte): (&u8, &u8)| if *like == b'0' { byte.is_ascii_digit() } else { like == byte };
    let is_moment = start.len() == MOMENT.len() && MOMENT.iter().zip(&start).all(same);
    if is_moment || start.is_empty() { Ok(()) } else { Err(Refusal::Other(shown(path))) }
}

fn shown(path: &Path) -> Safe {
    Foreign::from(path.to_string_lossy().as_ref()).line(200)
}
