//! The state file's form: views as text, and text as views. Unknown keys are left where they are.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value, value};

use super::{Memory, VERSION, columns, table_in};
use crate::{
    filter::{Expression, Filter, Range, Unit},
    layout::{DetailSide, Zoom},
    model::{JobType, Service, Status},
    state::{OpenPanes, SavedView, Tab, ThemeChoice, ThemeName, View},
    store::{Direction, Sort},
    text::Foreign,
};

/// What the file holds, as it is written.
#[derive(Default, Deserialize)]
pub(super) struct Content {
    #[serde(default = "first_version")]
    pub(super) version: i64,
    #[serde(default)]
    pub(super) last_tenant: Option<String>,
    #[serde(default)]
    theme: Option<String>,
    #[serde(default)]
    theme_instead_of: Option<String>,
    #[serde(default)]
    views: Vec<Written>,
    #[serde(default)]
    sessions: BTreeMap<String, Written>,
}

#[derive(Deserialize)]
struct Version {
    version: i64,
}

/// A view, as it is written.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Written {
    name: String,
    range: Option<String>,
    back: u32,
    services: Vec<String>,
    types: Vec<String>,
    statuses: Vec<String>,
    search: String,
    filter: String,
    problems: bool,
    sort: Vec<String>,
    columns: Vec<String>,
    pinned: Vec<String>,
    widths: BTreeMap<String, u16>,
    wide: bool,
    panel: Option<bool>,
    detail: Option<String>,
    zoom: bool,
    side: Option<String>,
    left_at: Option<DateTime<Utc>>,
}

fn first_version() -> i64 {
    VERSION
}

const SIDES: [(DetailSide, &str); 2] = [(DetailSide::Right, "right"), (DetailSide::Below, "below")];
const TABS: [(Tab, &str); 3] = [(Tab::Job, "job"), (Tab::Runs, "runs"), (Tab::Fields, "fields")];

impl Content {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).or_else(|error: toml::de::Error| match toml::from_str(text) {
            // A later version may have any form.
            Ok(Version { version }) if version > VERSION => Ok(Self { version, ..Self::default() }),
            _ => Err(Foreign::from(error.message()).line(200).into()),
        })
    }

    /// The theme that was chosen; one that is not known, of a later jobtop say, is none.
    fn theme(&self) -> Option<ThemeChoice> {
        let named = |name: &Option<String>| ThemeName::from_name(name.as_deref()?);
        Some(ThemeChoice { chosen: named(&self.theme)?, instead_of: named(&self.theme_instead_of)? })
    }

    /// What can be read of it; what cannot is named.
    pub(super) fn memory(self, now: DateTime<Utc>, zone: Tz) -> Memory {
        let theme = self.theme();
        let mut memory = Memory { last: self.last_tenant, theme, ..Memory::default() };
        for written in self.views {
            let name = Foreign::from(written.name.as_str()).line(60);
            let unknown = written.columns.iter().filter(|column| columns::from_name(column).is_none());
            memory
                .notes
                .extend(unknown.map(|column| {
                    format!("a column of the saved view {name} is not shown: {}", self::unknown(column))
                }));
            match written.view(now, zone) {
                Ok(saved) if !saved.name.trim().is_empty() => memory.views.push(saved),
                Ok(_) => memory.notes.push("a view without a name in the state file is left out".to_owned()),
                Err(why) => memory.notes.push(format!("the saved view {name} is left out: {why}")),
            }
        }
        for (tenant, written) in self.sessions {
            memory.visits.extend(written.left_at.map(|at| (tenant.clone(), at)));
            // A session that cannot be read is one that is not restored; nothing is lost by that.
            if let Ok(left) = written.view(now, zone) {
                memory.sessions.insert(tenant, left);
            }
        }
        memory
    }
}

impl Written {
    fn view(self, now: DateTime<Utc>, zone: Tz) -> Result<SavedView, String> {
        let filter = Filter {
            range: range(self.range.as_deref(), self.back, now, zone)?,
            services: all(&self.services, Service::from_name)?,
            types: all(&self.types, JobType::from_name)?,
            statuses: all(&self.statuses, Status::from_name)?,
            search: self.search,
            text: Expression::parse(&self.filter, now, zone).map_err(|error| error.to_string())?,
            problems: self.problems,
            drill: Vec::new(),
        };
        let mut keys = self.sort.iter().map(|text| sort(text)).collect::<Result<Vec<_>, _>>()?.into_iter();
        let tab =
            |name: String| TABS.iter().find(|(_, known)| *known == name).map(|(tab, _)| *tab).ok_or(unknown(&name));
        let zoom = if self.zoom { Zoom::Whole } else { Zoom::Beside };
        let detail = self.detail.map(tab).transpose()?.map(|tab| (tab, zoom));
        let side =
            |name: String| SIDES.iter().find(|(_, known)| *known == name).map(|(side, _)| *side).ok_or(unknown(&name));
        let side = self.side.map(side).transpose()?.unwrap_or_default();
        let panes = self.panel.map(|panel| OpenPanes { panel, detail, side });
        let columns = columns::read(&self.columns, &self.pinned, &self.widths, self.wide);
        let view = View { filter, sort: keys.next(), then: keys.next(), columns, panes };
        Ok(SavedView { name: self.name, view })
    }
}

/// Writes views into the file.
pub(super) struct Writing;

impl Writing {
    /// Puts a view in the place of its namesake, or behind all others.
    pub(super) fn view_in(document: &mut DocumentMut, saved: &SavedView) {
        let Some(views) = views_in(document) else { return };
        let is_it = |table: &&mut Table| table.get("name").and_then(Item::as_str) == Some(&saved.name);
        if let Some(table) = views.iter_mut().find(is_it) {
            return write(table, saved);
        }
        let mut table = Table::new();
        write(&mut table, saved);
        views.push(table);
    }

    /// Puts a theme in; takes it out where it is the configuration's own.
    pub(super) fn theme_in(document: &mut DocumentMut, choice: ThemeChoice) {
        let ThemeChoice { chosen, instead_of } = choice;
        for (key, name) in [("theme", chosen), ("theme_instead_of", instead_of)] {
            if chosen == instead_of {
                document.remove(key);
            } else {
                document[key] = value(name.name());
            }
        }
    }

    /// Takes a view out.
    pub(super) fn forget_in(document: &mut DocumentMut, name: &str) {
        if let Some(views) = views_in(document) {
            views.retain(|table| table.get("name").and_then(Item::as_str) != Some(name));
        }
    }

    /// Gives a view another name, and the sessions that ended with it the same.
    pub(super) fn rename_in(document: &mut DocumentMut, from: &str, to: &str) {
        let rename = |table: &mut Table| {
            if table.get("name").and_then(Item::as_str) == Some(from) {
                table["name"] = value(to);
            }
        };
        if let Some(views) = views_in(document) {
            views.iter_mut().for_each(rename);
        }
        if let Some(sessions) = document.get_mut("sessions").and_then(Item::as_table_mut) {
            sessions.iter_mut().filter_map(|(_, item)| item.as_table_mut()).for_each(rename);
        }
    }

    /// Puts in what a tenant's session ended with, and when.
    pub(super) fn session_in(document: &mut DocumentMut, tenant: &str, left: &SavedView, now: DateTime<Utc>) {
        let Some(sessions) = table_in(document.as_item_mut(), "sessions") else { return };
        sessions.set_implicit(true);
        if let Some(table) = sessions.entry(tenant).or_insert_with(toml_edit::table).as_table_mut() {
            write(table, left);
            table["left_at"] = value(now.to_rfc3339_opts(SecondsFormat::Secs, true));
        }
    }
}

/// The views of the file.
fn views_in(document: &mut DocumentMut) -> Option<&mut ArrayOfTables> {
    let views = document.entry("views").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    if let Item::Value(Value::Array(inline)) = views {
        // Somebody wrote `views = [{…}]`.
        let tables = inline.iter().filter_map(Value::as_inline_table).map(|table| table.clone().into_table());
        *views = Item::ArrayOfTables(tables.collect());
    }
    views.as_array_of_tables_mut()
}

/// Writes what a view says, and takes out what it does not say.
fn write(table: &mut Table, saved: &SavedView) {
    let View { filter, sort, then, columns, panes } = &saved.view;
    let back = if let Range::Last { back, .. } = &filter.range { i64::from(*back) } else { 0 };
    let names =
        |names: Vec<String>| Some(names).filter(|names| !names.is_empty()).map(|n| Value::from(Array::from_iter(n)));
    let text = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(Value::from);
    let detail = panes.and_then(|panes| panes.detail);
    let tab = detail.and_then(|(tab, _)| TABS.iter().find(|(other, _)| *other == tab)).map(|(_, name)| *name);
    let columns = columns.as_ref();
    let side = panes.and_then(|panes| SIDES.iter().find(|(side, _)| *side == panes.side)).map(|(_, name)| *name);
    let keys: [(&str, Option<Value>); 18] = [
        ("name", text(&saved.name)),
        ("range", Some(range_text(&filter.range).into())),
        ("back", Some(back).filter(|back| *back > 0).map(Value::from)),
        ("services", names(filter.services.iter().map(|service| service.slug().into_owned()).collect())),
        ("types", names(filter.types.iter().map(|job_type| job_type.slug().into_owned()).collect())),
        ("statuses", names(filter.statuses.iter().map(|status| status.slug().into_owned()).collect())),
        ("search", text(&filter.search)),
        ("filter", text(filter.text.as_str())),
        ("problems", filter.problems.then(|| Value::from(true))),
        ("sort", names(sort.iter().chain(then).map(|sort| sort_text(*sort)).collect())),
        ("columns", columns.and_then(|all| names(columns::names(all, |_| true)))),
        ("pinned", columns.and_then(|all| names(columns::names(all, |one| one.pinned)))),
        ("widths", columns.and_then(columns::widths)),
        ("wide", columns.filter(|all| all.wide).map(|_| Value::from(true))),
        ("panel", panes.map(|panes| Value::from(panes.panel))),
        ("detail", tab.map(Value::from)),
        ("side", side.map(Value::from)),
        ("zoom", detail.filter(|(_, zoom)| *zoom == Zoom::Whole).map(|_| Value::from(true))),
    ];
    for (key, said) in keys {
        match said {
            Some(said) => drop(table.insert(key, value(said))),
            None => drop(table.remove(key)),
        }
    }
}

/// A range as it can be read again; a relative one stays relative.
fn range_text(range: &Range) -> String {
    let moment = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    match range {
        Range::All | Range::Between { from: None, to: None } => "all".to_owned(),
        Range::Last { amount, unit, .. } => {
            let letter = match unit {
                Unit::Minute => 'm',
                Unit::Hour => 'h',
                Unit::Day => 'd',
                Unit::Week => 'w',
            };
            format!("{amount}{letter}")
        }
        Range::Between { from, to } => {
            format!("{}..{}", moment(*from).unwrap_or_default(), moment(*to).unwrap_or_default())
        }
    }
}

fn range(text: Option<&str>, windows: u32, now: DateTime<Utc>, zone: Tz) -> Result<Range, String> {
    let Some(text) = text else { return Ok(Range::default()) };
    Ok(match Range::parse(text, now, zone).map_err(|error| error.to_string())? {
        Range::Last { amount, unit, .. } => Range::Last { amount, unit, back: windows },
        range => range,
    })
}

fn sort_text(sort: Sort) -> String {
    let name = columns::name(sort.column);
    if sort.direction == Direction::Descending { format!("-{name}") } else { name.to_owned() }
}

fn sort(text: &str) -> Result<Sort, String> {
    let (name, direction) = match text.strip_prefix('-') {
        Some(name) => (name, Direction::Descending),
        None => (text, Direction::Ascending),
    };
    let column = columns::from_name(name).ok_or_else(|| unknown(name))?;
    Ok(Sort { column, direction })
}

fn all<T: Ord>(names: &[String], read: impl Fn(&str) -> Option<T>) -> Result<BTreeSet<T>, String> {
    names.iter().map(|name| read(name).ok_or_else(|| unknown(name))).collect()
}

fn unknown(name: &str) -> String {
    format!("“{}” is not known", Foreign::from(name).line(40))
}
