//! Files that are whole or absent: written beside their place, made sure of, and put there in one step. It knows no format and
//! says nothing.

use std::{
    fs, io,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::calls::{Calls, System};

/// A file that nobody sees yet, readable by its owner alone. Dropped, it was never there.
pub struct Draft {
    temp: BufWriter<Leaf>,
    path: PathBuf,
}

/// What was written so far, and by which calls.
struct Leaf {
    temp: NamedTempFile,
    calls: &'static dyn Calls,
}

/// Names that are tried beside one that is taken.
const OTHERS: usize = 99;

/// Why a file that is in its place may not stay there.
#[derive(Debug, thiserror::Error)]
#[error("it is in its place, but the disk does not say that it stays there after a power cut: {0}")]
struct Unsure(io::Error);

/// Whether this error came when the file was in its place already.
pub fn is_in_place(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Unsure>)
}

impl Draft {
    /// Begins a file in the folder of its place.
    ///
    /// # Errors
    /// When no file can be made there.
    pub fn of(path: &Path) -> io::Result<Self> {
        Self::by(&System, path)
    }

    /// The same by other calls than the system's.
    ///
    /// # Errors
    /// When no file can be made there.
    pub fn by(calls: &'static dyn Calls, path: &Path) -> io::Result<Self> {
        let leaf = Leaf { temp: calls.begin(folder_of(path))?, calls };
        Ok(Self { temp: BufWriter::new(leaf), path: path.to_owned() })
    }

    /// The same rights as another file has.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn readable_as(&mut self, other: &fs::Metadata) -> io::Result<()> {
        let Leaf { temp, calls } = self.temp.get_mut();
        calls.copy_rights(temp, other)
    }

    /// Puts it in its place, whatever is there.
    ///
    /// # Errors
    /// When it could not be written to the disk: then what was there is still there, unless the error [`is_in_place`].
    pub fn replace(self) -> io::Result<()> {
        let (calls, path) = (self.temp.get_ref().calls, self.path.clone());
        self.put()?;
        calls.sync_folder(folder_of(&path)).map_err(|error| io::Error::new(error.kind(), Unsure(error)))
    }

    /// The same, without waiting for its name: after a power cut there is this file or the one before, whole.
    ///
    /// # Errors
    /// When it could not be written to the disk: then what was there is still there.
    pub fn put(self) -> io::Result<()> {
        let Self { temp, path } = self;
        let Leaf { temp, calls } = written(temp)?;
        calls.replace(temp, &path).map_err(|error| error.error)
    }

    /// Puts it in its place, where nothing is.
    ///
    /// # Errors
    /// When something is, or it could not be written to the disk: then nothing is new.
    pub fn place(self) -> io::Result<()> {
        let Self { temp, path } = self;
        let Leaf { temp, calls } = written(temp)?;
        calls.place(temp, &path).map_err(|error| error.error)?;
        sure_of_name(calls, &path)
    }

    /// Puts it in its place, or beside it under the first name that is free: `jobs-1.csv`. Gives where it is.
    ///
    /// # Errors
    /// When it could not be written to the disk: then nothing is new.
    pub fn place_beside(self) -> io::Result<PathBuf> {
        let Self { temp, path } = self;
        let Leaf { mut temp, calls } = written(temp)?;
        let mut place = path.clone();
        for other in 1..=OTHERS + 1 {
            match calls.place(temp, &place) {
                Ok(()) => return sure_of_name(calls, &place).map(|()| place),
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

impl Write for Leaf {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls.write(&mut self.temp, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn written(temp: BufWriter<Leaf>) -> io::Result<Leaf> {
    let mut leaf = temp.into_inner().map_err(|error| {
        let (error, unwritten) = error.into_parts();
        // What could not be written once is not tried again on the way out.
        drop(unwritten.into_parts());
        error
    })?;
    leaf.calls.sync(&mut leaf.temp)?;
    Ok(leaf)
}

/// A name is on the disk only when its folder is. Where that is not so, the file that is new goes again.
fn sure_of_name(calls: &dyn Calls, path: &Path) -> io::Result<()> {
    calls.sync_folder(folder_of(path)).map_err(|error| match calls.remove(path) {
        Ok(()) => error,
        Err(_) => io::Error::new(error.kind(), Unsure(error)),
    })
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
    use std::sync::atomic::{AtomicUsize, Ordering};

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

    /// Counts what is waited for.
    #[derive(Default)]
    struct Waits {
        bytes: AtomicUsize,
        names: AtomicUsize,
    }

    impl Calls for Waits {
        fn sync(&self, temp: &mut NamedTempFile) -> io::Result<()> {
            self.bytes.fetch_add(1, Ordering::SeqCst);
            System.sync(temp)
        }

        fn sync_folder(&self, folder: &Path) -> io::Result<()> {
            self.names.fetch_add(1, Ordering::SeqCst);
            System.sync_folder(folder)
        }
    }

    #[test]
    fn a_file_that_is_put_waits_for_its_bytes_and_one_that_replaces_for_its_name_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let calls: &Waits = Box::leak(Box::default());
        let waits = || (calls.bytes.load(Ordering::SeqCst), calls.names.load(Ordering::SeqCst));
        for (text, expected) in [("put", (1, 0)), ("replaced", (2, 1))] {
            let mut draft = Draft::by(calls, &path).unwrap();
            draft.write_all(text.as_bytes()).unwrap();
            let done = if text == "put" { draft.put() } else { draft.replace() };
            done.unwrap();
            assert_eq!((waits(), fs::read_to_string(&path).unwrap()), (expected, text.to_owned()));
        }
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
