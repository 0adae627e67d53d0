//! What there is to tell at a moment: the parts of the screen as words, to be compared with those of another moment.

use chrono::{DateTime, Utc};

use super::{layer::Layer, page::Page, phrase};
use crate::{
    document::chips,
    format,
    keymap::{Action, Context},
    model::JobId,
    pager::{Coverage, Tail},
    state::{Field, Focus, Load, State, summary_cells},
    store::Column,
    view::{chips as chips_line, first_run, footer, panel, strip, table},
};

/// A moment in words.
#[derive(Debug, Clone)]
pub struct Scene {
    pub(super) now: DateTime<Utc>,
    tenant: String,
    range: String,
    zone: String,
    live: String,
    pub(super) chips: Vec<String>,
    pub(super) coverage: Progress,
    /// The error, and the whole line with what happens next.
    pub(super) trouble: Option<(String, String)>,
    pub(super) as_of: Option<String>,
    /// The server is being asked again, and somebody waits for it.
    pub(super) asks: bool,
    pub(super) awaited: bool,
    /// Jobs that came in above the view.
    pub(super) arrived: usize,
    pub(super) marks: Option<String>,
    pub(super) notice: Option<String>,
    pub(super) row: Option<Row>,
    pub(super) empty: String,
    pub(super) column: (Column, String),
    pub(super) focus: Focused,
    pub(super) panel_opens: String,
    pub(super) layer: Option<Layer>,
    pub(super) detail: Option<Page>,
    /// The detail pane is open, even where there is no job to show.
    pub(super) has_detail: bool,
    pub(super) first_run: Vec<String>,
}

/// How much is loaded.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    pub(super) text: String,
    /// The same with what goes on, and which key stops it.
    pub(super) whole: String,
    pub(super) load: Load,
    pub(super) busy: bool,
    /// The cursor is at the end of what is loaded, and more is under way.
    pub(super) waits: bool,
    /// When it was last told.
    pub(super) at: DateTime<Utc>,
}

/// The selected job.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: JobId,
    /// What is worth a line when it changes: not the time that a running job has taken.
    pub(super) essence: String,
    text: String,
    pub(super) place: String,
}

impl Row {
    pub(super) fn told(&self) -> String {
        format!("{}, {}", self.text, self.place)
    }
}

/// Where the keys go.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Focused {
    Table,
    Detail,
    /// A field of the panel.
    Panel(String),
    /// A number of the summary, and all of them.
    Summary(String, String),
    /// The first screen.
    Nothing,
}

impl Scene {
    /// The words of a state.
    pub fn of(state: &State) -> Self {
        let zone = state.zones.shown;
        let every = state.live.every.as_secs();
        let job = state.selected();
        Self {
            now: state.now,
            tenant: format!("tenant {}, {}", state.tenant.name, state.tenant.place),
            range: format!("range: {}", phrase::spoken(&state.filter.range.name(zone))),
            zone: format!("times in {}", format::zone_name(state.now, zone)),
            live: if state.live.on { format!("live, every {every} seconds") } else { "live off".to_owned() },
            chips: chips::chips(state).into_iter().map(|chip| phrase::spoken(&chip.text)).collect(),
            coverage: progress(state),
            trouble: trouble(state),
            as_of: state.pager.as_of().map(|at| format!("as of {}", format::clock(at, zone))),
            asks: state.pager.refresh().is_walking(state.now),
            awaited: false,
            arrived: state.table.unseen_above,
            marks: state.marks_told(),
            notice: state.notice.as_deref().map(phrase::spoken),
            row: job.as_ref().map(|job| Row {
                id: job.id.clone(),
                essence: format!("{}, {}", phrase::name(job), phrase::outcome(job)),
                text: phrase::job(state, job),
                place: place(state, &job.id),
            }),
            empty: empty(state),
            column: (state.table.column, phrase::cell(state, job.as_ref(), state.table.column)),
            focus: focused(state),
            panel_opens: format!("filter panel, {} fields", Field::ALL.len()),
            layer: Layer::of(state),
            has_detail: state.detail.is_some(),
            detail: if state.first_run { None } else { Page::of(state) },
            first_run: if state.first_run { first_run::words(state) } else { Vec::new() },
        }
    }

    /// Why there is no row.
    pub(super) fn nothing(&self) -> &str {
        if self.empty.is_empty() { &self.coverage.text } else { &self.empty }
    }

    /// What surrounds the list.
    pub(super) fn places(&self) -> [&str; 4] {
        if self.first_run.is_empty() { [&self.tenant, &self.range, &self.zone, &self.live] } else { [""; 4] }
    }
}

fn place(state: &State, id: &JobId) -> String {
    let of = format::count(state.store.shown().len() as u64);
    let marked = if state.marks.ids.contains(id) { "marked, " } else { "" };
    format!("{marked}row {} of {of}", format::count(state.table.index as u64 + 1))
}

/// How much is loaded; what loads more of it is told by the help.
pub(super) fn coverage(state: &State) -> String {
    let told = chips_line::coverages(state);
    let text = if matches!(state.coverage(), Coverage::Partial(..)) { told.last() } else { told.first() };
    phrase::spoken(text.map_or("", String::as_str))
}

fn progress(state: &State) -> Progress {
    let loads = matches!(state.pager.tail(), Tail::Loading(_));
    let last = state.table.index + 1 >= state.store.shown().len() && !state.store.shown().is_empty();
    let load = match state.load {
        Load::All(..) if !matches!(state.coverage(), Coverage::Partial(..)) => Load::AsNeeded,
        load => load,
    };
    Progress {
        text: coverage(state),
        whole: phrase::spoken(chips_line::coverages(state).first().map_or("", String::as_str)),
        load,
        // A list that is read side by side grows while the walk itself has nothing under way.
        busy: loads || state.outdated || matches!(load, Load::All(..)),
        waits: loads && last && state.load == Load::AsNeeded && !state.outdated,
        at: state.now,
    }
}

fn trouble(state: &State) -> Option<(String, String)> {
    let error = state.pager.trouble()?.to_string();
    let key = |action| state.keymap.key(Context::Table, action);
    let (now, more) = (key(Action::Refresh), key(Action::Messages));
    let told = format!("trouble: {error}, {}, {now} tries now, {more} tells more", footer::next_step(state));
    Some((error, phrase::spoken(&told)))
}

fn empty(state: &State) -> String {
    // That something is read is told as how much is loaded.
    if state.coverage() == Coverage::Unknown {
        return String::new();
    }
    let told = [table::calm_words(state), table::what_to_do(state)];
    let told: Vec<String> = told.into_iter().filter(|told| !told.is_empty()).collect();
    phrase::spoken(&told.join(", "))
}

fn focused(state: &State) -> Focused {
    match state.focus {
        _ if state.first_run => Focused::Nothing,
        Focus::Table => Focused::Table,
        Focus::Detail => Focused::Detail,
        Focus::Panel => Focused::Panel(state.panel.as_ref().map_or_else(String::new, |panel| {
            let field = panel.field();
            let (name, value) = panel::said(state, field);
            format!("{name}: {value}, {}", panel::beside(state, field))
        })),
        Focus::Summary(cell) => {
            let cells = summary_cells(state);
            let all: Vec<String> = cells.iter().map(|cell| strip::words(state, *cell)).collect();
            Focused::Summary(strip::words(state, cell), all.join(", "))
        }
    }
}
