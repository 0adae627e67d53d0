//! The section `[ui]`: how things look and keep up, below what options and environment say.

use serde::Deserialize;

use super::Environment;
use crate::{
    api::parse_address,
    cli::{self, LookFlags, Refresh, When},
    state::{CopyBy, Live, Mouse},
    store::{Column, Direction, Sort},
    view::{Colors, Theme, ThemeName},
};

/// The section, as it was written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ui {
    theme: Option<String>,
    refresh: Option<String>,
    page_size: Option<u16>,
    default_sort: Option<String>,
    ascii: Option<bool>,
    mouse: Option<bool>,
    notify_command: Option<Vec<String>>,
    clipboard: Option<String>,
    plain: Option<bool>,
}

impl Ui {
    /// The theme's name: the option's, else the section's.
    pub(super) fn theme_name(&self, flags: &LookFlags) -> ThemeName {
        let name = flags.theme.as_deref().or(self.theme.as_deref());
        name.and_then(ThemeName::from_name).unwrap_or_default()
    }

    /// The theme: colours as options and environment have them, everything else as the section says.
    pub(super) fn theme(&self, flags: &LookFlags, env: Environment<'_>) -> Theme {
        let variable = |name| env.text(name).ok().flatten().unwrap_or_default();
        let terminal = || Colors::of_terminal(&variable("COLORTERM"), &variable("TERM"));
        let colors = match flags.color {
            When::Always => terminal(),
            When::Auto if !env.is_set("NO_COLOR") => terminal(),
            When::Auto | When::Never => Colors::None,
        };
        Theme::of(self.theme_name(flags), colors, flags.ascii || self.ascii.unwrap_or_default())
    }

    /// How often the list is read again.
    pub(super) fn live(&self, option: Option<Refresh>) -> Live {
        let own = || self.refresh.as_deref().and_then(|text| cli::refresh(text).ok());
        let mut live = Live::default();
        match option.or_else(own) {
            Some(Refresh::Off) => live.on = false,
            Some(Refresh::Every(every)) => live.every = every,
            None => {}
        }
        live
    }

    /// Rows of a page.
    pub(super) fn page_size(&self, option: Option<u16>) -> Option<u16> {
        option.or(self.page_size)
    }

    /// How the table is sorted at first.
    pub(super) fn sort(&self) -> Option<Sort> {
        self.default_sort.as_deref().and_then(|text| sort(text).ok())
    }

    /// The program that tells the end of a watched job.
    pub(super) fn notify(&self) -> Option<Vec<String>> {
        self.notify_command.clone().filter(|command| !command.is_empty())
    }

    /// Which way texts are copied.
    pub(super) fn copy_by(&self) -> CopyBy {
        self.clipboard.as_deref().and_then(|text| copy_by(text).ok()).unwrap_or_default()
    }

    /// Whether plain lines are told instead of a screen.
    pub(super) fn plain(&self, env: Environment<'_>) -> bool {
        self.plain.unwrap_or_default() || env.text("TERM").ok().flatten().is_some_and(|term| term == "dumb")
    }

    /// Whose the mouse is at first: it can be given back at any time, so it is of use from the start.
    pub(super) fn mouse(&self) -> Mouse {
        if self.mouse.unwrap_or(true) { Mouse::Ours } else { Mouse::Terminals }
    }
}

/// Reads a way to copy.
pub(super) fn copy_by(text: &str) -> Result<CopyBy, String> {
    let found = CopyBy::ALL.into_iter().find(|(_, name)| *name == text);
    found.map(|(way, _)| way).ok_or_else(|| "accepted are auto, osc52 and command".to_owned())
}

/// Reads the address of a portal: a browser gets it, so that it has to be a plain one.
pub(super) fn portal(text: &str) -> Result<String, String> {
    match parse_address(text) {
        Ok(url) if url.scheme() == "https" => Ok(url.to_string()),
        Ok(_) => Err("accepted is an address that begins with https://".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Reads an order: a column, `-` in front of it for the largest first.
pub(super) fn sort(text: &str) -> Result<Sort, String> {
    let text = text.trim();
    let (name, direction) = match text.strip_prefix('-') {
        Some(name) => (name, Direction::Descending),
        None => (text, Direction::Ascending),
    };
    let column = Column::ALL.into_iter().find(|column| column_name(*column) == name);
    let names = || Column::ALL.into_iter().map(column_name);
    column.map(|column| Sort { column, direction }).ok_or_else(|| {
        let nearest = cli::nearest(name, names());
        let all = names().collect::<Vec<_>>().join(", ");
        format!(
            "there is no such column; did you mean {nearest}? Accepted are {all}, with - in front for the largest first"
        )
    })
}

/// A column's name in one word.
fn column_name(column: Column) -> &'static str {
    match column {
        Column::Status => "status",
        Column::Type => "type",
        Column::Service => "service",
        Column::Started => "started",
        Column::Finished => "finished",
        Column::Took => "took",
        Column::Ok => "ok",
        Column::Failed => "failed",
        Column::Skipped => "skipped",
        Column::Total => "total",
        Column::Id => "id",
        Column::Comment => "comment",
    }
}
