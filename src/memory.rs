//! What jobtop remembers from one session to the next: saved views, and how each tenant's session ended. It lies in a state
//! file of its own, never in the user's configuration; what is wrong with it keeps no session from beginning.

mod columns;
mod opening;
#[cfg(test)]
mod tests;
mod written;

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use toml_edit::{DocumentMut, Item, Table, value};

pub use opening::{Asked, open};

use crate::{
    disk, policy,
    state::{Memo, SavedView, ThemeChoice},
    text::Foreign,
};
use written::{Content, Writing};

/// The version of the file's form. A file of a later one is left alone.
const VERSION: i64 = 1;

/// What was remembered.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Memory {
    /// The views that the user saved.
    pub views: Vec<SavedView>,
    /// What each tenant's session ended with, by the tenant's name.
    pub sessions: BTreeMap<String, SavedView>,
    /// When the user last left each tenant.
    pub visits: BTreeMap<String, DateTime<Utc>>,
    /// The tenant of the configuration that was shown when the user last left.
    pub last: Option<String>,
    /// The theme that the user chose.
    pub theme: Option<ThemeChoice>,
    /// What could not be read, for the messages.
    pub notes: Vec<String>,
}

/// Where the state file is: `$XDG_STATE_HOME/jobtop/state.toml`, or the platform's own place. A demo has none unless
/// `XDG_STATE_HOME` says so, for it is the same for everybody.
pub fn place(env: &dyn Fn(&str) -> Option<OsString>, is_demo: bool) -> Option<PathBuf> {
    let folder = |name: &str| env(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let at_home = || folder("HOME").map(|home| home.join(".local").join("state"));
    let usual = || if cfg!(windows) { folder("LOCALAPPDATA") } else { at_home() };
    let home = folder("XDG_STATE_HOME").or_else(|| if is_demo { None } else { usual() });
    home.map(|home| home.join("jobtop").join("state.toml"))
}

/// Reads what is remembered; nothing where there is no file. Relative times mean what they mean at `now` in `zone`.
pub fn load(path: &Path, now: DateTime<Utc>, zone: Tz) -> Memory {
    let told = |why: String| Memory { notes: vec![why], ..Memory::default() };
    match read(path) {
        Ok(None) => Memory::default(),
        Ok(Some(text)) => match Content::parse(&text) {
            Ok(content) if content.version > VERSION => told(format!("{}; saved views are not shown", newer(path))),
            Ok(content) => content.memory(now, zone),
            Err(why) => told(format!(
                "the state file {} cannot be read, so there are no saved views; the next that is saved sets it aside: {why}",
                shown(path)
            )),
        },
        Err(error) => told(format!("the state file {} cannot be read: {error}", shown(path))),
    }
}

/// The tenant that was shown when the user last left, where that can be read.
pub fn last(path: &Path) -> Option<String> {
    let content = Content::parse(&read(path).ok()??).ok()?;
    content.last_tenant.filter(|_| content.version <= VERSION)
}

/// Adds to what is remembered, in turn with other jobtops; what this one does not know in the file stays there.
///
/// # Errors
/// Says why it could not be kept. The file is as it was then.
pub fn keep(path: &Path, memo: &Memo, now: DateTime<Utc>) -> Result<(), String> {
    let failed = |error: &io::Error| format!("could not be kept for the next session in {}: {error}", shown(path));
    let _held = disk::lock(&path.with_extension("lock")).map_err(|error| failed(&error))?;
    let (text, mut document) = document(path, now)?;
    document["version"] = value(VERSION);
    match memo {
        Memo::View(saved) => Writing::view_in(&mut document, saved),
        Memo::Session { tenant, left } => Writing::session_in(&mut document, tenant, left, now),
        Memo::Last(tenant) => document["last_tenant"] = value(tenant),
        Memo::Theme(choice) => Writing::theme_in(&mut document, *choice),
        Memo::Forgotten(name) => Writing::forget_in(&mut document, name),
        Memo::Renamed { from, to } => Writing::rename_in(&mut document, from, to),
    }
    let kept = document.to_string();
    if text.is_some_and(|text| text == kept) {
        // Whoever leaves a session as it began need not wait for the disk.
        return Ok(());
    }
    let written = match memo {
        // Somebody waits for the shell, and may lose no more than where the last session ended.
        Memo::Session { .. } | Memo::Last(_) => disk::put(path, kept.as_bytes()),
        _ => disk::replace(path, kept.as_bytes(), disk::Mode::Private),
    };
    written.map_err(|error| failed(&error))
}

/// The file as it is, as text too; one that cannot be read is set aside, and a new one begun.
fn document(path: &Path, now: DateTime<Utc>) -> Result<(Option<String>, DocumentMut), String> {
    let aside = |why: &str| {
        let name = format!("state.toml.bad-{}", now.format("%Y%m%dT%H%M%SZ"));
        let moved = fs::rename(path, path.with_file_name(name));
        moved.map(|()| (None, DocumentMut::new())).map_err(|error| {
            format!("could not be kept: {} cannot be read ({why}) nor set aside: {error}", shown(path))
        })
    };
    let text = match read(path) {
        Ok(Some(text)) => text,
        Ok(None) => return Ok((None, DocumentMut::new())),
        Err(error) => return aside(&error.to_string()),
    };
    match (Content::parse(&text), text.parse::<DocumentMut>()) {
        (Ok(content), _) if content.version > VERSION => Err(format!("not kept: {}", newer(path))),
        (Ok(_), Ok(document)) => Ok((Some(text), document)),
        (Err(why), _) => aside(&why),
        (_, Err(error)) => aside(&error.to_string()),
    }
}

fn newer(path: &Path) -> String {
    format!("the state file {} is of a later jobtop, which this one leaves alone", shown(path))
}

fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::metadata(path) {
        Ok(about) if about.is_file() && about.len() <= policy::STATE_BYTES => fs::read_to_string(path).map(Some),
        Ok(_) => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("it is no plain file of at most {} bytes", policy::STATE_BYTES),
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn shown(path: &Path) -> String {
    Foreign::from(&*path.to_string_lossy()).line(200).into()
}

/// A table within another, made where there is none.
fn table_in<'a>(parent: &'a mut Item, key: &str) -> Option<&'a mut Table> {
    let table = parent.as_table_mut()?;
    table.entry(key).or_insert_with(toml_edit::table).as_table_mut()
}
