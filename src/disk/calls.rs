//! The calls to the file system that make a file whole, each of which may fail: one place, so that a test can let each of them
//! fail in turn. It decides nothing.

use std::{
    fs::{self, File, Metadata},
    io::{self, Write},
    path::Path,
};

use tempfile::{NamedTempFile, PersistError};

/// What a draft asks of the file system.
pub trait Calls: Sync {
    /// Makes a folder with those on the way to it, for their owner alone.
    ///
    /// # Errors
    /// When the system refuses.
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(folder)
    }

    /// Makes a file of a new name, for its owner alone, that goes when it is dropped.
    ///
    /// # Errors
    /// When the system refuses.
    fn begin(&self, folder: &Path) -> io::Result<NamedTempFile> {
        tempfile::Builder::new().prefix(".jobtop-").suffix(".partial").tempfile_in(folder)
    }

    /// Writes some of the bytes.
    ///
    /// # Errors
    /// When the system refuses.
    fn write(&self, temp: &mut NamedTempFile, bytes: &[u8]) -> io::Result<usize> {
        temp.write(bytes)
    }

    /// Gives it the rights that another file has.
    ///
    /// # Errors
    /// When the system refuses.
    fn copy_rights(&self, temp: &mut NamedTempFile, other: &Metadata) -> io::Result<()> {
        temp.as_file().set_permissions(other.permissions())
    }

    /// Waits until what was written is on the disk.
    ///
    /// # Errors
    /// When it is not.
    fn sync(&self, temp: &mut NamedTempFile) -> io::Result<()> {
        temp.as_file().sync_all()
    }

    /// Gives it its name, whatever had that before.
    ///
    /// # Errors
    /// When the system refuses; the file is given back.
    fn replace(&self, temp: NamedTempFile, path: &Path) -> Result<(), PersistError> {
        temp.persist(path).map(drop)
    }

    /// Gives it its name, which nothing has.
    ///
    /// # Errors
    /// When something has, or the system refuses; the file is given back.
    fn place(&self, temp: NamedTempFile, path: &Path) -> Result<(), PersistError> {
        temp.persist_noclobber(path).map(drop)
    }

    /// Waits until the names in a folder are on the disk.
    ///
    /// # Errors
    /// When they are not.
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        #[cfg(unix)]
        {
            match File::open(folder).and_then(|folder| folder.sync_all()) {
                // A folder that may be written but not read, and file systems that know no such wish, do without.
                Err(error) if is_beyond(&error) => Ok(()),
                synced => synced,
            }
        }
        #[cfg(not(unix))]
        {
            let _ = (folder, File::open);
            Ok(())
        }
    }

    /// Removes a file.
    ///
    /// # Errors
    /// When the system refuses.
    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }
}

#[cfg(unix)]
fn is_beyond(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    matches!(error.kind(), InvalidInput | PermissionDenied | Unsupported)
}

/// The system's own file system.
pub struct System;

impl Calls for System {}
