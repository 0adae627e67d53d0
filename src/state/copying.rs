//! What can be copied: cells of the job under the cursor in full, jobs in every format, and how to ask for them again. It copies
//! nothing itself.

use tui_input::Input;

use super::{State, panes::best_matches};
use crate::{
    filter::{Filter, Range},
    format,
    model::Job,
    pager::Coverage,
    sheet::{Column, Format, Frame},
    store::{self, Direction, RowNo},
    text::{Foreign, Safe},
};

/// The choice of what is copied, in a list that typing narrows.
#[derive(Debug, Clone, Default)]
pub struct CopyPicker {
    /// The text that narrows the list.
    pub input: Input,
    /// The item under the cursor, among those left.
    pub cursor: usize,
}

/// One thing that can be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyItem {
    /// What it is called.
    pub name: String,
    /// How it begins.
    pub begins: Safe,
    /// What it is.
    pub part: Part,
}

/// What is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The marked jobs, or the one under the cursor.
    Rows(Format),
    /// One cell of the job under the cursor, whole.
    Cell(Column),
    /// The address that the list is asked for by.
    Address,
    /// The command line that lists the same jobs.
    Command,
}

/// So much of a cell is shown.
const BEGINNING: usize = 60;
const FORMATS: [(Format, &str); 4] =
    [(Format::Table, "text"), (Format::Csv, "CSV"), (Format::Json, "JSON"), (Format::Markdown, "Markdown")];

impl CopyPicker {
    /// The items left by the text, the best match first.
    pub fn items(&self, state: &State) -> Vec<CopyItem> {
        best_matches(self.input.value(), all(state), |item| &item.name)
    }
}

fn all(state: &State) -> Vec<CopyItem> {
    let named = |name: String, part| CopyItem { name, begins: Safe::default(), part };
    let rows = state.rows_meant().len();
    let jobs = if state.marks.is_empty() { "this job".to_owned() } else { format!("{} marked jobs", counted(rows)) };
    let formats = FORMATS.iter().filter(|_| rows > 0);
    let mut items: Vec<CopyItem> =
        formats.map(|(format, name)| named(format!("{jobs} as {name}"), Part::Rows(*format))).collect();
    items.push(named("the request's URL, without anything secret".to_owned(), Part::Address));
    items.push(named("the jobtop list command for these rows".to_owned(), Part::Command));
    if let Some(job) = state.selected() {
        items.extend(Column::ALL.into_iter().filter_map(|column| cell(column, &job)));
    }
    items
}

fn cell(column: Column, job: &Job) -> Option<CopyItem> {
    let begins = Foreign::from(column.whole(job)?.as_str()).line(BEGINNING);
    Some(CopyItem { name: column.names().0.to_owned(), begins, part: Part::Cell(column) })
}

fn counted(number: usize) -> String {
    format::count(number as u64)
}

impl State {
    /// The jobs that are copied or written: the marked ones that are loaded, else the one under the cursor.
    pub fn rows_meant(&self) -> Vec<RowNo> {
        if self.marks.is_empty() {
            return self.table.selected.as_ref().and_then(|id| self.store.row(id)).into_iter().collect();
        }
        self.marked_rows()
    }

    /// What a document says of how whole the list is.
    pub fn frame(&self) -> Frame {
        let (complete, total) = match self.coverage() {
            Coverage::All(total) => (true, Some(total)),
            Coverage::Missing(_, total) => (false, Some(total)),
            Coverage::Partial(_, total) => (false, total),
            Coverage::Unknown => (false, None),
        };
        Frame { complete, total, loaded: self.store.len(), name: "jobs" }
    }

    /// The command line that lists what is shown, in the same order.
    ///
    /// # Errors
    /// Names what no command line can say.
    pub fn list_command(&self) -> Result<Safe, String> {
        let view = self.view_to_save()?;
        if view.filter.problems {
            return Err("“problems only” has no option of jobtop list; take it off first".to_owned());
        }
        if view.then.is_some() {
            return Err("jobtop list sorts by one column, and this is sorted by two".to_owned());
        }
        let mut words = vec!["jobtop".to_owned(), "list".to_owned(), "--all".to_owned()];
        if self.tenants.contains(&self.tenant) {
            words.extend(["--profile".to_owned(), self.tenant.name.clone()]);
        }
        words.extend(self.range_options(&view.filter.range));
        words.extend(options(&view.filter));
        if let Some(sort) = view.sort {
            let minus = if sort.direction == Direction::Descending { "-" } else { "" };
            words.push(format!("--sort={minus}{}", column_name(sort.column)));
        }
        if self.columns.are_other() {
            let names: Vec<_> = self.columns.chosen().iter().map(|one| column_name(one.column)).collect();
            words.push(format!("--columns={}", names.join(",")));
        }
        Ok(Foreign::from(shell_words::join(words)).line(usize::MAX))
    }

    fn range_options(&self, range: &Range) -> Vec<String> {
        if let Range::Last { amount, unit, back: 0 } = range {
            return vec![format!("--since={amount}{}", unit.letter())];
        }
        let (from, to) = range.resolve(self.now);
        let option = |name: &str, at: Option<chrono::DateTime<chrono::Utc>>| {
            at.map(|at| format!("--{name}={}", at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)))
        };
        match (option("from", from), option("to", to)) {
            (None, None) => vec!["--all-time".to_owned()],
            (from, to) => from.into_iter().chain(to).collect(),
        }
    }
}

fn options(filter: &Filter) -> Vec<String> {
    let list = |name: &str, slugs: Vec<String>| (!slugs.is_empty()).then(|| format!("--{name}={}", slugs.join(",")));
    let text = |name: &str, text: &str| (!text.trim().is_empty()).then(|| format!("--{name}={}", text.trim()));
    [
        list("service", filter.services.iter().map(|one| one.slug().into_owned()).collect()),
        list("type", filter.types.iter().map(|one| one.slug().into_owned()).collect()),
        list("status", filter.statuses.iter().map(|one| one.slug().into_owned()).collect()),
        text("search", &filter.search),
        text("filter", filter.text.as_str()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What a column of the table is called on a command line.
fn column_name(column: store::Column) -> &'static str {
    let column = match column {
        store::Column::Status => Column::StatusLabel,
        store::Column::Type => Column::TypeLabel,
        store::Column::Service => Column::ServiceLabel,
        store::Column::Started => Column::Started,
        store::Column::Finished => Column::Finished,
        store::Column::Took => Column::Seconds,
        store::Column::Ok => Column::Ok,
        store::Column::Failed => Column::Failed,
        store::Column::Skipped => Column::Skipped,
        store::Column::Total => Column::Total,
        store::Column::Id => Column::Id,
        store::Column::Comment => Column::Comment,
    };
    column.names().1.unwrap_or(column.names().0)
}
