//! What lies above the panes, as lines that are told: a text that is written, what is chosen from, what is read.

use tui_input::Input;

use super::{phrase, scene};
use crate::{
    document::{finding, messages},
    format,
    keymap::{Action, Context, Step},
    layout::Chosen,
    state::{
        ColumnChooser, Entry, ExportForm, Field, Overlay, PickerKind, RangePicker, SortPicker, State, ThemePicker,
        ViewList,
    },
    text::Foreign,
    view::overlay,
};

/// So many lines are told of a list that is narrowed while one types.
const NARROWED: usize = 10;
/// Columns that are told of a text in a field.
const TEXT: usize = 300;

/// An overlay, or a text field of the panel, at a moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Layer {
    pub(super) title: String,
    /// What can be done.
    hint: String,
    /// What is written.
    pub(super) text: Option<String>,
    cursor: usize,
    /// What the text comes to.
    outcome: String,
    /// What the cursor is on.
    item: String,
    error: String,
    /// What is read, and how far.
    lines: Vec<String>,
    scroll: usize,
    rows: usize,
    searches: bool,
}

impl Layer {
    pub(super) fn of(state: &State) -> Option<Self> {
        if let Some(input) = state.find_input() {
            return Some(Self::find(state, input));
        }
        let Some(overlay) = &state.overlay else { return Self::field(state) };
        Some(match overlay {
            Overlay::Help(help) => {
                let rows = help.rows(&state.keymap);
                let told = |row: &&crate::keymap::Row| {
                    let keys = if row.keys.is_empty() { "no key".to_owned() } else { row.shown_keys() };
                    format!("{}: {}", phrase::spoken(&keys), row.binding.help)
                };
                let lines: Vec<String> = rows.iter().map(told).collect();
                let outcome = counted(lines.len(), "key");
                let hint = format!("{WAYS} {outcome}; type to narrow, PgDn reads on, Esc closes");
                Self { outcome, lines, scroll: help.scroll, ..Self::new(state, "help", &hint).with(&help.input) }
            }
            Overlay::Messages(scroll) => {
                let told = |entry: &Entry| {
                    format!("{}, {}", messages::words(entry), format::clock(entry.at, state.zones.shown))
                };
                let lines = state.log.entries().rev().map(told).collect();
                let hint = "the newest first, Esc closes";
                Self { lines, scroll: *scroll, ..Self::new(state, "messages and requests", hint) }
            }
            Overlay::Palette(palette) => {
                let items: Vec<String> = palette
                    .items(state)
                    .into_iter()
                    .map(|command| {
                        let why = command.why_not.map_or(String::new(), |why| format!(", not now: {why}"));
                        format!("{}, {}{why}", command.name, phrase::spoken(&command.keys))
                    })
                    .collect();
                Self::new(state, "actions", "type to narrow, Enter does it, Esc back")
                    .with(&palette.input)
                    .on(&items, palette.cursor)
            }
            Overlay::Pick(picker) => {
                let title = if picker.kind == PickerKind::Types { "job types" } else { "services" };
                let items: Vec<String> = picker
                    .items(state)
                    .into_iter()
                    .map(|item| {
                        let ticked = ticked(picker.chosen.contains(&item.value));
                        format!("{}, {ticked}, {} loaded", item.label, format::count(item.loaded as u64))
                    })
                    .collect();
                Self::new(state, title, "type to narrow, Space ticks, Enter applies, Esc back")
                    .with(&picker.input)
                    .on(&items, picker.cursor)
            }
            Overlay::Copy(picker) => {
                let items: Vec<String> = picker
                    .items(state)
                    .into_iter()
                    .map(|item| match item.begins.as_str() {
                        "" => item.name,
                        begins => format!("{}: {begins}", item.name),
                    })
                    .collect();
                Self::new(state, "copy", "type to narrow, Enter copies, Esc back")
                    .with(&picker.input)
                    .on(&items, picker.cursor)
            }
            Overlay::Sort(picker) => Self::order(state, picker),
            Overlay::Columns(chooser) => Self::columns(state, chooser),
            Overlay::Tenants(picker) => {
                let items: Vec<String> = picker
                    .items(state)
                    .into_iter()
                    .map(|tenant| format!("{}, {}", tenant.name, tenant.place))
                    .collect();
                Self::new(state, "tenants", "type to narrow, Enter switches, Esc back")
                    .with(&picker.input)
                    .on(&items, picker.cursor)
            }
            Overlay::Views(list) => Self::views(state, list),
            Overlay::Themes(picker) => Self::themes(state, picker),
            Overlay::Range(picker) => Self::range(state, picker),
            Overlay::Export(form) => Self::export(state, form),
            Overlay::Search(search) => Self {
                error: search.error.as_ref().map(ToString::to_string).unwrap_or_default(),
                outcome: scene::coverage(state),
                searches: true,
                ..Self::new(state, "search", &searches(state)).with(&search.input)
            },
            Overlay::Save(name) => {
                let error = state.notice.clone().unwrap_or_default();
                Self { error, ..Self::new(state, "save view", "type its name, Enter saves, Esc back").with(name) }
            }
        })
    }

    /// The panel's field while its text is written.
    fn field(state: &State) -> Option<Self> {
        let panel = state.panel.as_ref()?;
        let input = panel.editing.as_ref()?;
        let title = if panel.field() == Field::SearchText { "search text" } else { "text filter" };
        let error = panel.error.as_ref().map(|error| error.why.clone()).unwrap_or_default();
        Some(Self { error, ..Self::new(state, title, "type it, Enter applies, Esc back").with(input) })
    }

    fn find(state: &State, input: &Input) -> Self {
        let outcome = match finding::told(state) {
            Some((_, 0)) => "not found".to_owned(),
            Some((_, all)) => format!("in {}", counted(all, "line")),
            None => String::new(),
        };
        Self { outcome, ..Self::new(state, "find", "type it, Enter finds, Esc back").with(input) }
    }

    fn views(state: &State, list: &ViewList) -> Self {
        let key = |action| phrase::spoken(&state.keymap.key(Context::Choice, action));
        if let Some((name, input)) = &list.renamed {
            let hint = format!("type it, {} renames {}, {} back", key(Action::Open), shown(name), key(Action::Back));
            return Self::new(state, "another name", &hint).with(input);
        }
        let items: Vec<String> = list
            .items(state)
            .into_iter()
            .map(|view| {
                let digit = view.digit.map_or(String::new(), |digit| format!(", {digit}"));
                format!("{}{digit}{}", shown(&view.name), if view.is_own { ", saved" } else { "" })
            })
            .collect();
        let (open, rename, delete) = (key(Action::Open), key(Action::Rename), key(Action::Delete));
        let hint =
            format!("type to narrow, {open} shows, {rename} renames, {delete} deletes, {} back", key(Action::Back));
        Self::new(state, "views", &hint).with(&list.input).on(&items, list.cursor)
    }

    fn themes(state: &State, picker: &ThemePicker) -> Self {
        let items: Vec<String> =
            picker.items().into_iter().map(|theme| format!("{}, {}", theme.name(), theme.about())).collect();
        Self::new(state, "theme", "type to narrow, Enter keeps it, Esc back")
            .with(&picker.input)
            .on(&items, picker.cursor)
    }

    fn range(state: &State, picker: &RangePicker) -> Self {
        let written = !picker.input.value().trim().is_empty();
        let told = match picker.choice(state) {
            Ok(range) => {
                let (from, to) = range.resolve(state.now);
                let show = |at: Option<_>, open: &str| {
                    at.map_or(open.to_owned(), |at| format::moment(at, state.now, state.zones.shown))
                };
                format!("{} to {}", show(from, "the first job"), show(to, "now"))
            }
            Err(_) => "not a time yet".to_owned(),
        };
        let presets = RangePicker::presets(state);
        let labels: Vec<String> = presets.iter().map(|preset| format!("{}, {told}", preset.label)).collect();
        let hint = "choose, or type 7d or yesterday 18:00; Enter applies, Esc back";
        let layer = Self::new(state, "range", hint).with(&picker.input);
        let error = picker.error.as_ref().map(ToString::to_string).unwrap_or_default();
        let layer = Self { error, ..layer };
        if written { Self { outcome: told, ..layer } } else { layer.on(&labels, picker.cursor) }
    }

    fn export(state: &State, form: &ExportForm) -> Self {
        let keys = "Up and Down choose the format, type the file's name, Enter writes, Esc back";
        let hint = format!("{}; {keys}", state.export_told());
        let format = ExportForm::FORMATS[form.format % ExportForm::FORMATS.len()].1;
        let item = format!("format {format}");
        Self { item, ..Self::new(state, "write to a file", &hint).with(&form.path) }
    }

    fn order(state: &State, picker: &SortPicker) -> Self {
        let items: Vec<String> = picker
            .items()
            .into_iter()
            .map(|column| {
                let key = picker.keys.iter().enumerate().find(|(_, sort)| sort.column == column);
                let told = key.map_or("not sorted by".to_owned(), |(at, sort)| {
                    format!("key {}, {}", at + 1, phrase::spoken(overlay::direction(*sort)))
                });
                format!("{}, {told}", column.title())
            })
            .collect();
        let hint = "Space ticks, turns, drops; Enter applies, Esc back";
        Self::new(state, "sort by", hint).with(&picker.input).on(&items, picker.cursor)
    }

    fn columns(state: &State, chooser: &ColumnChooser) -> Self {
        let told = |(one, ticked): &(Chosen, bool)| {
            let shown = if *ticked { "shown" } else { "hidden" };
            let pinned = if one.pinned { ", pinned" } else { "" };
            format!("{}, {shown}{pinned}", one.column.title())
        };
        let items: Vec<String> = chooser.items.iter().map(told).collect();
        let hint = "Space shows or hides, K and J move, p pins, r resets, Enter applies, Esc back";
        Self::new(state, "columns", hint).on(&items, chooser.cursor)
    }

    fn new(state: &State, title: &str, hint: &str) -> Self {
        let rows = usize::from(state.size.1);
        Self { title: title.to_owned(), hint: hint.to_owned(), rows, ..Self::default() }
    }

    fn with(self, input: &Input) -> Self {
        Self { text: Some(input.value().to_owned()), cursor: input.cursor(), ..self }
    }

    fn on(self, items: &[String], cursor: usize) -> Self {
        let item = items.get(cursor).map_or("nothing is called so; Backspace widens".to_owned(), |item| {
            format!("{item}, {} of {}", cursor + 1, items.len())
        });
        Self { item, ..self }
    }

    /// Whether how much matches is said together with what was typed.
    pub(super) fn tells_coverage(&self) -> bool {
        self.searches
    }

    pub(super) fn opened(&self) -> Vec<String> {
        let mut told = vec![format!("{}: {}", self.title, self.hint)];
        told.extend(self.text.as_ref().filter(|text| !text.is_empty()).map(|_| self.typed()));
        told.extend(Some(self.item.clone()).filter(|item| !item.is_empty()));
        told.extend(self.seen(0, self.end()));
        told
    }

    pub(super) fn changes(&self, old: &Self) -> Vec<String> {
        let mut told = Vec::new();
        if self.text != old.text {
            told.push(self.typed());
            told.extend(self.lines.iter().take(NARROWED).cloned());
        } else if self.cursor != old.cursor {
            told.push(self.before_cursor());
        }
        if self.item != old.item && !self.item.is_empty() {
            told.push(self.item.clone());
        }
        if self.error != old.error && !self.error.is_empty() && self.text == old.text {
            told.push(self.error.clone());
        }
        if self.text == old.text && self.scroll > old.scroll {
            told.extend(self.seen(old.end(), self.end()));
        } else if self.text == old.text && self.scroll < old.scroll {
            told.extend(self.seen(self.scroll, old.scroll));
        } else if self.text.is_none() && self.lines.len() > old.lines.len() {
            told.extend(self.lines.iter().take(self.lines.len() - old.lines.len()).cloned());
        }
        told
    }

    /// Where one is in it.
    pub(super) fn here(&self) -> String {
        if !self.item.is_empty() {
            self.item.clone()
        } else if self.text.is_some() {
            self.typed()
        } else {
            format!("{}: {}", self.title, self.hint)
        }
    }

    /// The text and what it comes to.
    fn typed(&self) -> String {
        let text = self.text.as_deref().unwrap_or_default();
        let text = match text {
            "" => "empty".to_owned(),
            blank if blank.trim().is_empty() => "blank".to_owned(),
            text => shown(text),
        };
        let outcome = if self.error.is_empty() { &self.outcome } else { &self.error };
        if outcome.is_empty() { text } else { format!("{text}: {outcome}") }
    }

    fn before_cursor(&self) -> String {
        let next = self.text.as_deref().and_then(|text| text.chars().nth(self.cursor));
        match next {
            Some(' ') => "at a blank".to_owned(),
            Some(c) => format!("at {}", shown(&c.to_string())),
            None => "at the end".to_owned(),
        }
    }

    fn end(&self) -> usize {
        (self.scroll + self.rows).min(self.lines.len())
    }

    fn seen(&self, from: usize, to: usize) -> Vec<String> {
        let mut told = self.lines.get(from..to).unwrap_or_default().to_vec();
        let left = self.lines.len() - to.min(self.lines.len());
        if left > 0 && !told.is_empty() {
            told.push(format!("{left} more"));
        }
        told
    }
}

/// How plain lines work, for the help.
const WAYS: &str = "each change is a line at the end, status first. A key that changes nothing repeats where you are. \
                    Ctrl-l tells everything again. Tab goes on to the details and to the summary.";

fn searches(state: &State) -> String {
    let key = |action| phrase::spoken(&state.keymap.key(Context::Text, action));
    let (send, keep, back) = (key(Action::Open), key(Action::KeepHere), key(Action::Back));
    let up = key(Action::Move(Step::Up));
    format!("type what to look for; {send} asks the server, {keep} keeps it here, {up} an earlier text, {back} back")
}

fn ticked(on: bool) -> &'static str {
    if on { "ticked" } else { "not ticked" }
}

fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

fn shown(text: &str) -> String {
    String::from(Foreign::from(text).line(TEXT))
}
