//! What is written to a file: the form that asks how and where, and the jobs as they were at that moment. It writes nothing.

use std::{fmt, path::PathBuf, sync::Arc};

use chrono_tz::Tz;
use tui_input::Input;

use super::State;
use crate::{
    format,
    model::Job,
    sheet::{Format, Frame},
    store::{RowNo, Store},
};

/// The form while it is filled in.
#[derive(Debug, Clone, Default)]
pub struct ExportForm {
    /// The format, as its place in [`ExportForm::FORMATS`].
    pub format: usize,
    /// The file.
    pub path: Input,
}

impl ExportForm {
    /// The formats, with what their files' names end in.
    pub const FORMATS: [(Format, &str, &str); 5] = [
        (Format::Csv, "CSV", "csv"),
        (Format::Json, "JSON", "json"),
        (Format::Ndjson, "NDJSON", "ndjson"),
        (Format::Markdown, "Markdown", "md"),
        (Format::Html, "HTML", "html"),
    ];

    /// A form for a file that is named after the time, and after nothing that a server said.
    pub fn new(state: &State) -> Self {
        let now = state.now.with_timezone(&state.zones.shown).format("%Y%m%d-%H%M%S");
        Self { format: 0, path: Input::from(format!("jobtop-{now}.{}", Self::FORMATS[0].2)) }
    }

    /// Chooses a format. The end of the file's name goes along, where it is that of the format before.
    pub fn choose(&mut self, format: usize) {
        let (before, next) = (Self::FORMATS[self.format % 5].2, Self::FORMATS[format % 5].2);
        if let Some(stem) = self.path.value().strip_suffix(before).filter(|stem| stem.ends_with('.')) {
            self.path = Input::from(format!("{stem}{next}"));
        }
        self.format = format % 5;
    }
}

/// Jobs that are to be written to a file, as they are now.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// The file. One that is there is never replaced.
    pub path: PathBuf,
    /// How they are written.
    pub format: Format,
    /// The zone of times that people read.
    pub zone: Tz,
    /// How whole the list is.
    pub frame: Frame,
    /// The jobs.
    pub jobs: Snapshot,
    /// What is to be said of them when they are written: `1,200 of 9,431 rows (incomplete)`.
    pub told: String,
}

/// Loaded jobs that nothing changes any more.
#[derive(Clone)]
pub struct Snapshot {
    store: Arc<Store>,
    rows: Vec<RowNo>,
}

impl Snapshot {
    /// The jobs, in their order.
    pub fn jobs(&self) -> impl Iterator<Item = Job> {
        self.rows.iter().map(|row| self.store.job(*row))
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} jobs", self.len())
    }
}

impl PartialEq for Snapshot {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows && Arc::ptr_eq(&self.store, &other.store)
    }
}

impl State {
    /// The marked jobs, or all that is shown, to be written to a file. The snapshot copies the compact rows once.
    pub fn export(&self, format: Format, path: PathBuf) -> Export {
        let all = self.marks.is_empty();
        let rows = if all { self.store.shown().iter().collect() } else { self.marked_rows() };
        let mut frame = self.frame();
        let missing = self.marked_elsewhere().len();
        if !all {
            frame.complete = missing == 0;
        }
        let told = told(&frame, rows.len(), if all { None } else { Some(missing) }, self.predicate().is_all());
        Export {
            path,
            format,
            zone: self.zones.shown,
            frame,
            jobs: Snapshot { store: Arc::new(self.store.clone()), rows },
            told,
        }
    }

    /// What the form says of the jobs that it is for.
    pub fn export_told(&self) -> String {
        let all = self.marks.is_empty();
        let rows = if all { self.store.shown().len() } else { self.marked_rows().len() };
        let missing = (!all).then(|| self.marked_elsewhere().len());
        told(&self.frame(), rows, missing, self.predicate().is_all())
    }
}

/// How many rows, and of how many, where that is not all.
fn told(frame: &Frame, rows: usize, missing: Option<usize>, unfiltered: bool) -> String {
    let count = |number: usize| format::count(number as u64);
    let total = frame.total.map_or(format::UNKNOWN.to_owned(), format::count);
    match missing {
        Some(0) => format!("{} marked rows", count(rows)),
        Some(missing) => {
            format!("{} of {} marked rows (incomplete: the others are not loaded)", count(rows), count(rows + missing))
        }
        None if frame.complete => format!("{} rows", count(rows)),
        None if unfiltered => format!("{} of {total} rows (incomplete)", count(rows)),
        None => format!("{} rows from {} of {total} (incomplete)", count(rows), count(frame.loaded)),
    }
}
