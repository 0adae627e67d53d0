//! Writing a file so that it is whole whatever happens: as it was, or as it shall be.

use std::{fs, io, io::Write, path::Path};

/// Who may read what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Its owner alone.
    Private,
    /// Whoever could read it before; its owner alone where it is new.
    AsItWas,
}

/// Writes a file beside its place, makes sure of it, and puts it there in one step. Folders on the way are made.
pub(super) fn replace(path: &Path, bytes: &[u8], mode: Mode) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder(folder)?;
    // Made for its owner alone.
    let mut file = tempfile::Builder::new().prefix(".jobtop-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let (Mode::AsItWas, Ok(before)) = (mode, fs::metadata(path)) {
        file.as_file().set_permissions(before.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    // The name is only safe when the folder is.
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}
