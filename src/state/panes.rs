//! The panes and overlays that come and go: what each keeps while it is open, and the lists that pickers offer.

use std::collections::BTreeSet;

use nucleo_matcher::{
    Config, Matcher,
    pattern::{CaseMatching, Normalization, Pattern},
};
use tui_input::Input;

use super::{
    ColumnChooser, CopyPicker, ExportForm, Help, Palette, RangePicker, SortPicker, State, Tenant, ThemePicker, ViewList,
};
use crate::{
    catalogue::catalogue,
    filter::{Filter, LanguageError},
    layout::Zoom,
    model::{JobType, Service, Status},
};

/// The filter panel.
#[derive(Debug, Clone, Default)]
pub struct Panel {
    /// Which of [`Field::ALL`] the cursor is on.
    pub cursor: usize,
    /// The text of the field under the cursor, while it is being written.
    pub editing: Option<Input>,
    /// Why that text can't be taken, once that was tried.
    pub error: Option<LanguageError>,
}

/// A line of the filter panel that can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The range of time.
    Range,
    /// The services.
    Services,
    /// The job types.
    Types,
    /// The text that the server looks for.
    SearchText,
    /// The text that we look for.
    Text,
    /// Problems only.
    Problems,
    /// One status.
    Status(Status),
}

impl Field {
    /// All of them, from top to bottom.
    pub const ALL: [Self; 14] = [
        Self::Range,
        Self::Services,
        Self::Types,
        Self::SearchText,
        Self::Text,
        Self::Problems,
        Self::Status(Status::Failed),
        Self::Status(Status::Exception),
        Self::Status(Status::Stopped),
        Self::Status(Status::Skipped),
        Self::Status(Status::InProgress),
        Self::Status(Status::Waiting),
        Self::Status(Status::NotStarted),
        Self::Status(Status::Finished),
    ];

    /// Whether it is ticked or unticked, not filled in.
    pub fn is_tick(&self) -> bool {
        matches!(self, Self::Problems | Self::Status(_))
    }
}

impl Panel {
    /// The field under the cursor.
    pub fn field(&self) -> Field {
        Field::ALL[self.cursor.min(Field::ALL.len() - 1)]
    }
}

/// The detail pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Detail {
    /// Which side of the job it shows.
    pub tab: Tab,
    /// Lines scrolled away at the top.
    pub scroll: usize,
    /// How much of the screen it takes.
    pub zoom: Zoom,
}

/// A side of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// Outcome, times, comment, the latest runs.
    #[default]
    Job,
    /// The loaded runs of its type.
    Runs,
    /// Every field as it came.
    Fields,
}

impl Tab {
    /// All of them, from left to right.
    pub const ALL: [Self; 3] = [Self::Job, Self::Runs, Self::Fields];

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Job => "Job",
            Self::Runs => "Runs",
            Self::Fields => "Fields",
        }
    }
}

/// What lies above everything and takes the keys.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The keys.
    Help(Help),
    /// Every action by its name.
    Palette(Palette),
    /// Messages and requests, scrolled by so many lines from the newest.
    Messages(usize),
    /// The live filter's text field.
    Search(Box<SearchBox>),
    /// The choice of a range.
    Range(RangePicker),
    /// A choice of several from a list.
    Pick(Picker),
    /// The name under which the view is to be saved.
    Save(Input),
    /// The choice of what is copied.
    Copy(CopyPicker),
    /// The form for a file.
    Export(ExportForm),
    /// The choice of columns to sort by.
    Sort(SortPicker),
    /// The choice of columns.
    Columns(ColumnChooser),
    /// The choice of a tenant.
    Tenants(TenantPicker),
    /// The list of views.
    Views(Box<ViewList>),
    /// The choice of a theme.
    Themes(ThemePicker),
}

/// The live filter while it is written, and what Esc goes back to.
#[derive(Debug, Clone)]
pub struct SearchBox {
    /// The text.
    pub input: Input,
    /// Why the text can't be read; the rows are those of the last text that could.
    pub error: Option<LanguageError>,
    /// The earlier text shown in its place, counted from the newest; 0 is what is being written.
    pub recalled: usize,
    /// What is being written, while an earlier text is shown.
    pub draft: String,
    /// The filter before.
    pub before: Filter,
    /// The cursor before.
    pub table: super::Table,
}

/// A choice of several from a list that typing narrows.
#[derive(Debug, Clone)]
pub struct Picker {
    /// What is chosen from.
    pub kind: PickerKind,
    /// The text that narrows the list.
    pub input: Input,
    /// The item under the cursor, among those left.
    pub cursor: usize,
    /// The numbers chosen so far.
    pub chosen: BTreeSet<i64>,
}

/// What a picker chooses from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickerKind {
    /// Services.
    Services,
    /// Job types, those of the chosen services where there are some.
    Types,
}

/// One item of a picker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The API's number.
    pub value: i64,
    /// The documented name.
    pub label: String,
    /// Loaded jobs of it.
    pub loaded: usize,
}

impl Picker {
    /// A picker that starts from what the filter has chosen.
    pub fn new(kind: PickerKind, filter: &Filter) -> Self {
        let chosen = match kind {
            PickerKind::Services => filter.services.iter().map(|service| service.0).collect(),
            PickerKind::Types => filter.types.iter().map(|job_type| job_type.0).collect(),
        };
        Self { kind, input: Input::default(), cursor: 0, chosen }
    }

    /// The items left by the text, the best match first; without a text in the catalogue's order.
    pub fn items(&self, state: &State) -> Vec<Item> {
        best_matches(self.input.value(), self.all(state), |item| &item.label)
    }

    fn all(&self, state: &State) -> Vec<Item> {
        let loaded = |job_type: i64| state.store.count_of_runs(JobType(job_type));
        let table = catalogue();
        match self.kind {
            PickerKind::Services => {
                let of = |service: i64| table.job_types.iter().filter(move |row| row.service == service);
                let rows = table.service_types.iter();
                rows.map(|row| Item {
                    value: row.value,
                    label: row.label.clone(),
                    loaded: of(row.value).map(|job_type| loaded(job_type.value)).sum(),
                })
                .collect()
            }
            PickerKind::Types => {
                let chosen = &state.filter.services;
                let rows = table.job_types.iter();
                let rows = rows.filter(|row| chosen.is_empty() || chosen.contains(&Service(row.service)));
                rows.map(|row| Item { value: row.value, label: row.label.clone(), loaded: loaded(row.value) }).collect()
            }
        }
    }
}

/// The choice of a tenant from a list that typing narrows.
#[derive(Debug, Clone, Default)]
pub struct TenantPicker {
    /// The text that narrows the list.
    pub input: Input,
    /// The tenant under the cursor, among those left.
    pub cursor: usize,
}

impl TenantPicker {
    /// The tenants left by the text, the best match first.
    pub fn items(&self, state: &State) -> Vec<Tenant> {
        best_matches(self.input.value(), state.tenants.clone(), |tenant| &tenant.name)
    }
}

/// The items that a text may mean, the best match first; all of them in their order without a text.
pub(super) fn best_matches<T>(text: &str, items: Vec<T>, name: impl Fn(&T) -> &str) -> Vec<T> {
    if text.trim().is_empty() {
        return items;
    }
    let pattern = Pattern::parse(text.trim(), CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut score = |item: &T| pattern.score(nucleo_matcher::Utf32Str::new(name(item), &mut buffer), &mut matcher);
    let mut scored: Vec<(u32, T)> =
        items.into_iter().filter_map(|item| score(&item).map(|score| (score, item))).collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, item)| item).collect()
}
