//! The answers as they came, kept in a folder so that they can be sent in: one file for each, readable by the user alone, and
//! nothing of what was asked.

use std::{
    fs::{self, DirBuilder},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    Trouble,
    output::{cause, lost, shown},
};
use crate::{api::without_tokens, disk::Draft};

/// The folder, and how many answers are in it.
#[derive(Debug)]
pub(super) struct Archive {
    folder: PathBuf,
    kept: u32,
}

impl Archive {
    /// Opens a folder that is empty or not there yet.
    pub(super) fn open(folder: &Path) -> Result<Self, Trouble> {
        let refused = |reason: &str| Trouble::Usage(format!("invalid value '{}' for '--raw': {reason}", shown(folder)));
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(refused(cause(&error).as_str())),
            _ => {}
        }
        match fs::read_dir(folder).map(|mut inside| inside.next().is_none()) {
            Ok(true) => Ok(Self { folder: folder.to_owned(), kept: 0 }),
            Ok(false) => Err(refused("there is something in it already; name an empty folder or a new one")),
            Err(error) => Err(refused(cause(&error).as_str())),
        }
    }

    /// Keeps an answer's body.
    pub(super) fn keep(&mut self, body: &[u8]) -> Result<(), Trouble> {
        self.kept += 1;
        let path = self.folder.join(format!("{:04}.json", self.kept));
        let written = Draft::of(&path).and_then(|mut draft| {
            draft.write_all(&without_tokens(body))?;
            draft.place()
        });
        written.map_err(|error| Trouble::Failed(lost(&path, false, "--raw", &error)))
    }
}
