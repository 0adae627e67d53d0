//! Files that are whole whatever happens: as they were, or as they shall be; and the lock that two jobtops take in turn.
//! It knows nothing of what is in them.

mod calls;
mod draft;

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::Path,
};

pub use calls::{Calls, System};
use draft::folder_of;
pub use draft::{Draft, is_in_place};

use crate::{clock, policy};

/// Who may read what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Its owner alone.
    Private,
    /// Whoever could read it before; its owner alone where it is new.
    AsItWas,
}

/// Writes a file beside its place, makes sure of it, and puts it there in one step. Folders on the way are made.
///
/// # Errors
/// When that is not possible; the file is as it was then, unless the error [`is_in_place`].
pub fn replace(path: &Path, bytes: &[u8], mode: Mode) -> io::Result<()> {
    replace_by(&System, path, bytes, mode)
}

/// The same by other calls than the system's.
///
/// # Errors
/// As [`replace`].
pub fn replace_by(calls: &'static dyn Calls, path: &Path, bytes: &[u8], mode: Mode) -> io::Result<()> {
    drafted(calls, path, bytes, mode)?.replace()
}

/// The same for its owner alone, and what a power cut may take back: there is this file then or the one before, whole. For what is
/// written while somebody waits.
///
/// # Errors
/// When that is not possible; the file is as it was then.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    drafted(&System, path, bytes, Mode::Private)?.put()
}

fn drafted(calls: &'static dyn Calls, path: &Path, bytes: &[u8], mode: Mode) -> io::Result<Draft> {
    calls.make_folder(folder_of(path))?;
    // Made for its owner alone.
    let mut draft = Draft::by(calls, path)?;
    draft.write_all(bytes)?;
    if let (Mode::AsItWas, Ok(before)) = (mode, fs::metadata(path)) {
        draft.readable_as(&before)?;
    }
    Ok(draft)
}

/// Holds the lock file at `path` until it is dropped. Another jobtop holds it for a moment at most; it is waited for.
///
/// # Errors
/// When the file cannot be made, or is held for longer.
pub fn lock(path: &Path) -> io::Result<File> {
    System.make_folder(folder_of(path))?;
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    for _ in 0..policy::LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => clock::block(policy::LOCK_PAUSE),
            // A file system without locks: to write without is better than not at all.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::WouldBlock, "another jobtop holds it"))
}
