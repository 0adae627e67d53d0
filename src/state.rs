//! Everything that jobtop knows at a moment. Plain data: every transition is in `update`, every picture in `view`.

mod columns;
mod copying;
mod exporting;
mod finding;
mod log;
mod marks;
mod palette;
mod panes;
mod preferences;
mod range_picker;
mod saved;
mod skew;
mod sorting;
mod summary;
mod surroundings;
mod table;
mod theme;
mod ticks;
mod view;
mod view_list;
mod watching;
mod windows;

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

pub use columns::{ColumnChooser, Standing};
pub use copying::{CopyItem, CopyPicker, Part};
pub use exporting::{Export, ExportForm, Snapshot};
pub use finding::Find;
pub use log::{Entry, Level, Log, Outcome};
pub use marks::Marks;
pub use palette::{Command, Help, Palette};
pub use panes::{Detail, Field, Item, Overlay, Panel, Picker, PickerKind, SearchBox, Tab, TenantPicker};
pub use preferences::{Medium, Mouse, Preferences};
pub use range_picker::{Preset, RangePicker};
pub use saved::{EVERYTHING, Memo, SavedView, everything, view_name, views};
pub use skew::Skew;
pub use sorting::SortPicker;
pub use summary::{SummaryCell, summary_cells};
pub use surroundings::{Clipboard, CopyBy, Handing, Program, Surroundings};
pub use table::{Crumb, Table};
pub use theme::{Background, Shade, ThemeChoice, ThemeName, ThemePicker};
pub use ticks::Ticks;
pub use view::{History, Moment, OpenPanes, View};
pub use view_list::{ViewItem, ViewList};
pub use watching::{Announcement, Watched, Watches, has_ended};

use crate::{
    filter::Filter,
    insight::Summary,
    keymap::{Context, Keymap},
    layout::{self, Columns, DetailSide},
    model::{Job, Reading},
    pager::{Coverage, Pager},
    policy,
    store::{Sort, Store},
};

/// The whole state. Only `update` changes it.
#[derive(Debug, Clone)]
pub struct State {
    /// The time, as of the last message that told it.
    pub now: DateTime<Utc>,
    /// Both clocks, as of the same message; none yet at first.
    pub reading: Option<Reading>,
    /// The terminal's columns and rows.
    pub size: (u16, u16),
    /// Whose jobs these are.
    pub tenant: Tenant,
    /// The tenants that can be switched to, this one among them.
    pub tenants: Vec<Tenant>,
    /// No tenant is set up: there is nothing to ask, and the screen says what is needed.
    pub first_run: bool,
    /// In which zone times are shown.
    pub zones: Zones,
    /// The keys in force.
    pub keymap: Keymap,
    /// Whose the mouse is.
    pub mouse: Mouse,
    /// The theme that is chosen.
    pub theme: ThemeName,
    /// What is known of the terminal's background.
    pub background: Background,
    /// What the configuration said when it was last read.
    pub preferences: Preferences,
    /// What the user wants to see.
    pub filter: Filter,
    /// The filter that the list was last made for; `update` brings it in step with `filter`.
    pub applied: Filter,
    /// By which column the table is sorted; none: the newest first.
    pub sort: Option<Sort>,
    /// By which column what is equal in that one.
    pub then: Option<Sort>,
    /// Which columns the table has.
    pub columns: Columns,
    /// Where they were found to stand.
    pub standing: Option<Standing>,
    /// The loaded jobs.
    pub store: Store,
    /// What of the list is loaded and under way.
    pub pager: Pager,
    /// When the query was made of the filter: a relative range is resolved then.
    pub asked_at: DateTime<Utc>,
    /// Whether the rows still belong to the list before this one: they stay until the first page of this one is here.
    pub outdated: bool,
    /// Counts over the loaded jobs.
    pub summary: Summary,
    /// Cursor and viewport of the job table.
    pub table: Table,
    /// Where on the scrollbar there are problems.
    pub ticks: Ticks,
    /// The jobs that the user has picked out.
    pub marks: Marks,
    /// The jobs whose end is told.
    pub watches: Watches,
    /// The way back out of drill-downs, the outermost first.
    pub crumbs: Vec<Crumb>,
    /// The name of the view that was called, where one was.
    pub view_name: Option<String>,
    /// The views that the user saved.
    pub own_views: Vec<SavedView>,
    /// When the user last left this tenant, where that is known.
    pub last_visit: Option<DateTime<Utc>>,
    /// What of the view can be undone.
    pub history: History,
    /// The filter panel, while open.
    pub panel: Option<Panel>,
    /// The detail pane, while open.
    pub detail: Option<Detail>,
    /// At which side of the table it stands.
    pub detail_side: DetailSide,
    /// What lies above everything.
    pub overlay: Option<Overlay>,
    /// The first item in sight of the list that lies there.
    pub list_top: usize,
    /// The text that is looked for in what is read.
    pub find: Option<Find>,
    /// Which pane takes the keys.
    pub focus: Focus,
    /// How eagerly the list is loaded.
    pub load: Load,
    /// Texts that were looked for in this session, the newest last.
    pub searches: Vec<String>,
    /// Live mode.
    pub live: Live,
    /// How a text gets into the clipboard.
    pub clipboard: Clipboard,
    /// What surrounds jobtop on its machine.
    pub surroundings: Surroundings,
    /// The address of the tenant's portal.
    pub portal: String,
    /// What it is shown on.
    pub medium: Medium,
    /// Whether anything may move by itself on the screen.
    pub motion: bool,
    /// How far the machine's clock is off.
    pub skew: Skew,
    /// Requests and notices.
    pub log: Log,
    /// A short word on what a key did or could not do; gone with the next key.
    pub notice: Option<String>,
}

/// Whose jobs are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tenant {
    /// Its name.
    pub name: String,
    /// Its data centre or server.
    pub place: String,
}

/// The zones of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zones {
    /// The one in use.
    pub shown: Tz,
    /// The machine's.
    pub local: Tz,
}

/// Which pane takes the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    /// The job table.
    #[default]
    Table,
    /// The summary strip, at one of its numbers.
    Summary(SummaryCell),
    /// The filter panel.
    Panel,
    /// The detail pane.
    Detail,
}

/// How eagerly the list is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Load {
    /// As much as is looked at, and a screen more.
    #[default]
    AsNeeded,
    /// Until a problem below the cursor is loaded, or the list ends.
    Seek,
    /// All of it; with when that was asked for, and how many jobs were loaded then.
    All(DateTime<Utc>, usize),
    /// Nothing more until the user moves on.
    Stopped,
}

/// Live mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Live {
    /// Whether the list is refreshed by itself.
    pub on: bool,
    /// How often.
    pub every: Duration,
}

impl Default for Live {
    fn default() -> Self {
        Self { on: true, every: policy::REFRESH_EVERY }
    }
}

/// What a session starts with.
#[derive(Debug, Clone)]
pub struct Start {
    /// The time.
    pub now: DateTime<Utc>,
    /// Whose jobs.
    pub tenant: Tenant,
    /// The machine's zone.
    pub zone: Tz,
    /// The filter of the command line.
    pub filter: Filter,
    /// Rows that one request may ask for at most, where the user says so.
    pub page_size: Option<u16>,
    /// Live mode.
    pub live: Live,
    /// Spreads waits; any number.
    pub seed: u64,
}

impl State {
    /// A session that has loaded nothing yet.
    pub fn new(start: Start) -> Self {
        let (query, _) = start.filter.split(start.now);
        let mut state = Self {
            now: start.now,
            reading: None,
            size: (80, 24),
            tenant: start.tenant,
            tenants: Vec::new(),
            first_run: false,
            zones: Zones { shown: start.zone, local: start.zone },
            keymap: Keymap::default(),
            mouse: Mouse::Terminals,
            theme: ThemeName::default(),
            background: Background::default(),
            preferences: Preferences { live: start.live, page_size: start.page_size, ..Preferences::default() },
            applied: start.filter.clone(),
            filter: start.filter,
            sort: None,
            then: None,
            columns: Columns::default(),
            standing: None,
            store: Store::default(),
            pager: Pager::new(query, start.page_size, start.seed),
            asked_at: start.now,
            outdated: false,
            summary: Summary::new(start.zone),
            table: Table::default(),
            ticks: Ticks::default(),
            marks: Marks::default(),
            watches: Watches::default(),
            crumbs: Vec::new(),
            view_name: None,
            own_views: Vec::new(),
            last_visit: None,
            history: History::default(),
            panel: None,
            detail: None,
            detail_side: DetailSide::default(),
            overlay: None,
            list_top: 0,
            find: None,
            focus: Focus::Table,
            load: Load::AsNeeded,
            searches: Vec::new(),
            live: start.live,
            clipboard: Clipboard::default(),
            surroundings: Surroundings::default(),
            portal: String::new(),
            medium: Medium::default(),
            motion: true,
            skew: Skew::default(),
            log: Log::default(),
            notice: None,
        };
        state.history = History::from(state.moment());
        state.store.look_through(crate::store::Lens { predicate: state.predicate(), ..crate::store::Lens::default() });
        state
    }

    /// The same, with a view in place of the start's filter.
    pub fn with_view(start: Start, view: View, name: Option<String>) -> Self {
        let mut state = Self::new(Start { filter: view.filter, ..start });
        (state.sort, state.then, state.view_name) = (view.sort, view.then, name);
        state.columns = view.columns.unwrap_or_default();
        state.open(view.panes.unwrap_or_default());
        state.history = History::from(state.moment());
        state
    }

    /// What keys mean at the moment.
    pub fn context(&self) -> Context {
        if layout::is_too_small(self.size.0, self.size.1) {
            return Context::TooSmall;
        }
        match &self.overlay {
            _ if self.find_input().is_some() => Context::Text,
            Some(Overlay::Messages(_)) => Context::Reader,
            Some(Overlay::Views(list)) if list.renamed.is_some() => Context::Text,
            Some(Overlay::Search(_) | Overlay::Save(_) | Overlay::Export(_)) => Context::Text,
            Some(
                Overlay::Copy(_)
                | Overlay::Range(_)
                | Overlay::Tenants(_)
                | Overlay::Palette(_)
                | Overlay::Views(_)
                | Overlay::Themes(_)
                | Overlay::Help(_),
            ) => Context::Choice,
            Some(Overlay::Pick(_) | Overlay::Sort(_)) => Context::Picker,
            Some(Overlay::Columns(_)) => Context::Columns,
            None => self.pane(),
        }
    }

    /// What keys mean in the pane that has the focus, whatever lies above it.
    pub fn pane(&self) -> Context {
        match self.focus {
            _ if self.first_run => Context::FirstRun,
            Focus::Table => Context::Table,
            Focus::Summary(_) => Context::Summary,
            Focus::Panel if self.panel.as_ref().is_some_and(|panel| panel.editing.is_some()) => Context::Text,
            Focus::Panel => Context::Panel,
            Focus::Detail => Context::Detail,
        }
    }

    /// The selected job.
    pub fn selected(&self) -> Option<Job> {
        let row = self.store.row(self.table.selected.as_ref()?)?;
        Some(self.store.job(row))
    }

    /// How much of the list is loaded.
    pub fn coverage(&self) -> Coverage {
        if self.outdated { Coverage::Unknown } else { self.pager.coverage(self.store.len()) }
    }

    /// The day that it is in the zone that is shown.
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zones.shown).date_naive()
    }

    /// Whether an earlier answer is all there is to show.
    pub fn is_stale(&self) -> bool {
        self.pager.is_outdated() && self.pager.as_of().is_some()
    }

    /// Whether something on the screen moves with time: a spinner or a countdown.
    pub fn is_ticking(&self) -> bool {
        self.countdown().is_some_and(|left| !left.is_zero()) || (self.motion && self.pager.is_busy(self.now))
    }

    /// How long it is until the next try, where that is so soon that it is counted down.
    pub fn countdown(&self) -> Option<Duration> {
        let left = (self.pager.next_try()? - self.now).to_std().unwrap_or_default();
        Some(left).filter(|left| *left <= policy::COUNTDOWN)
    }
}
