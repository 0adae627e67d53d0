//! Files that are whole or absent: written beside their place, made sure of, and put there in one step. It knows no format and
//! says nothing.

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

/// A file that nobody sees yet, readable by its owner alone. Dropped, it was never there.
pub struct Draft {
    temp: BufWriter<NamedTempFile>,
    path: PathBuf,
}

/// Names that are tried beside one that is taken.
const OTHERS: usize = 99;

impl Draft {
    /// Begins a file in the folder of its place.
    ///
    /// # Errors
    /// When no file can be made there.
    pub fn of(path: &Path) -> io::Result<Self> {
        let temp = tempfile::Builder::new().prefix(".jobtop-").suffix(".partial").tempfile_in(folder_of(path))?;
        Ok(Self { temp: BufWriter::new(temp), path: path.to_owned() })
    }

    /// The same rights as another file has.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn readable_as(&self, other: &fs::Metadata) -> io::Result<()> {
        self.temp.get_ref().as_file().set_permissions(other.permissions())
    }

    /// Puts it in its place, whatever is there.
    ///
    /// # Errors
    /// When it could not be written to the disk: then what was there is still there.
    pub fn replace(self) -> io::Result<()> {
        let Self { temp, path } = self;
        written(temp)?.persist(&path).map_err(|error| error.error)?;
        sure_of_name(&path)
    }

    /// Puts it in its place, where nothing is.
    ///
    /// # Errors
    /// When something is, or it could not be written to the disk: then nothing is new.
    pub fn place(self) -> io::Result<()> {
        let Self { temp, path } = self;
        written(temp)?.persist_noclobber(&path).map_err(|error| error.error)?;
        sure_of_name(&path)
    }

    /// Puts it in its place, or beside it under the first name that is free: `jobs-1.csv`. Gives where it is.
    ///
    /// # Errors
    /// When it could not be written to the disk: then nothing is new.
    pub fn place_beside(self) -> io::Result<PathBuf> {
        let Self { temp, path } = self;
        let mut temp = written(temp)?;
        let mut place = path.clone();
        for other in 1..=OTHERS + 1 {
            match temp.persist_noclobber(&place) {
                Ok(_) => return sure_of_name(&place).map(|()| place),
                Err(taken) if taken.error.kind() == io::ErrorKind::AlreadyExists && other <= OTHERS => {
                    temp = taken.file;
                    place = beside(&path, other);
                }
                Err(error) => return Err(error.error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.temp.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.temp.flush()
    }
}

fn written(temp: BufWriter<NamedTempFile>) -> io::Result<NamedTempFile> {
    let temp = temp.into_inner().map_err(io::IntoInnerError::into_error)?;
    temp.as_file().sync_all()?;
    Ok(temp)
}

/// A name is on the disk only when its folder is.
fn sure_of_name(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::File::open(folder_of(path))?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// The folder of a file.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn beside(path: &Path, number: usize) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_whole_or_absent_and_never_takes_the_place_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jobs.csv");
        for (text, expected) in [("a", "jobs.csv"), ("b", "jobs-1.csv"), ("c", "jobs-2.csv")] {
            let mut draft = Draft::of(&path).unwrap();
            draft.write_all(text.as_bytes()).unwrap();
            assert_eq!(draft.place_beside().unwrap(), folder.path().join(expected));
            assert_eq!(fs::read_to_string(folder.path().join(expected)).unwrap(), text);
        }
        let mut given_up = Draft::of(&path).unwrap();
        given_up.write_all(b"half").unwrap();
        drop(given_up);
        let refused = Draft::of(&path).unwrap().place().unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(names(folder.path()), ["jobs-1.csv", "jobs-2.csv", "jobs.csv"]);
        assert_eq!(fs::read_to_string(&path).unwrap(), "a");
    }

    #[test]
    fn a_file_that_replaces_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings");
        fs::write(&path, "old").unwrap();
        let mut draft = Draft::of(&path).unwrap();
        draft.write_all(b"new").unwrap();
        draft.replace().unwrap();
        assert_eq!(
            (names(folder.path()), fs::read_to_string(&path).unwrap()),
            (vec!["settings".to_owned()], "new".to_owned())
        );
    }
}
