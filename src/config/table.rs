//! What may stand in the configuration file: one table of its keys, from which the check, the schema and the commented default
//! derive. It knows what a value has to look like, not what becomes of it.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{keys, ui};
use crate::{
    api::parse_address,
    cli::{self, nearest},
    text::Foreign,
    view::ThemeName,
};

/// A key of the file.
pub(super) struct Row {
    /// Its name.
    pub(super) name: &'static str,
    /// What it takes.
    pub(super) kind: Kind,
    /// What it is for.
    pub(super) help: &'static str,
    /// A value as it is written.
    pub(super) example: &'static str,
}

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Any text.
    Text,
    /// The code of a data centre.
    Region,
    /// An address of a server.
    Address,
    /// An address for a browser.
    Portal,
    /// A way to copy.
    CopyBy,
    /// A file.
    Path,
    /// A program and its arguments.
    Command,
    /// The name of a theme.
    Theme,
    /// A length of time, or off.
    Refresh,
    /// A number of rows.
    PageSize,
    /// A column, `-` in front of it for the largest first.
    Sort,
    /// True or false.
    Switch,
}

const fn row(name: &'static str, kind: Kind, help: &'static str, example: &'static str) -> Row {
    Row { name, kind, help, example }
}

/// Keys outside of every section.
pub(super) const TOP: &[Row] = &[row(
    "default_profile",
    Kind::Text,
    "The profile that is shown without --profile: at first, with --clean and by commands for scripts; else the dashboard begins \
     with the tenant that was shown last. Where there is only one, it need not be named.",
    "\"contoso\"",
)];

/// Keys of `[profiles.NAME]`.
pub(super) const PROFILE: &[Row] = &[
    row("region", Kind::Region, "Data centre, by its code: both addresses follow from it.", "\"us\""),
    row("base_url", Kind::Address, "Address of the API, where no region fits.", "\"https://graph.example\""),
    row(
        "token_url",
        Kind::Address,
        "Address that gives access tokens, where no region fits.",
        "\"https://identity.example/connect/token\"",
    ),
    row("client_id", Kind::Text, "Id of the app registration.", "\"1b9b2c9e-0000-4000-8000-000000000000\""),
    row(
        "secret_file",
        Kind::Path,
        "File that holds the secret, readable by you alone; a relative path starts at this file, ~ is your home.",
        "\"contoso.secret\"",
    ),
    row(
        "secret_command",
        Kind::Command,
        "Command that prints the secret, as a list, program first; it is run without a shell.",
        "[\"pass\", \"avepoint/contoso\"]",
    ),
    row(
        "cert_file",
        Kind::Path,
        "Certificate to sign in with instead of a secret: PEM, DER, or a PFX with its key.",
        "\"contoso.pem\"",
    ),
    row(
        "key_file",
        Kind::Path,
        "The certificate's private key, where it is a file of its own, readable by you alone.",
        "\"contoso.key\"",
    ),
    row(
        "key_password_command",
        Kind::Command,
        "Command that prints the password of the certificate's key.",
        "[\"pass\", \"avepoint/contoso-key\"]",
    ),
    row("ca_file", Kind::Path, "Certificates to trust beside the system's, as PEM.", "\"company.pem\""),
    row(
        "portal_url",
        Kind::Portal,
        "Address of the portal, which is opened in a browser; https alone.",
        "\"https://www.avepointonlineservices.com\"",
    ),
];

/// Keys of `[ui]`.
pub(super) const UI: &[Row] = &[
    row(
        "theme",
        Kind::Theme,
        "Colours: terminal (its own 16), dark, light, high-contrast, colour-blind, or auto (dark or light, as the terminal says that its \
         background is).",
        "\"terminal\"",
    ),
    row("refresh", Kind::Refresh, "How often the list is read again: 5s or more, or off.", "\"30s\""),
    row("page_size", Kind::PageSize, "Jobs that one request asks for, 1 to 5000.", "100"),
    row(
        "default_sort",
        Kind::Sort,
        "Column to sort by at first, with - in front for the largest first; without it, the newest job is first.",
        "\"-failed\"",
    ),
    row("ascii", Kind::Switch, "Keep signs, borders and bars to ASCII.", "false"),
    row("mouse", Kind::Switch, "Use the mouse: click, wheel.", "true"),
    row(
        "clipboard",
        Kind::CopyBy,
        "How texts are copied: auto (a clipboard program of this machine; over SSH, or where there is none, the terminal), osc52 (the \
         terminal) or command (the program, over SSH too).",
        "\"auto\"",
    ),
    row(
        "notify_command",
        Kind::Command,
        "Command that tells the end of a watched job, in place of the terminal's bell and notification, as a list, program first; \
         it gets what happened as its last argument, and JOBTOP_JOB_ID, JOBTOP_JOB_STATUS, JOBTOP_JOB_TYPE and JOBTOP_TENANT.",
        "[\"notify-send\", \"jobtop\"]",
    ),
    row("plain", Kind::Switch, "Tell each change as a line of text, for screen readers, as --plain does.", "false"),
];

/// Something that is wrong with the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    /// Where in the text.
    pub(super) at: usize,
    /// Which key, with its sections.
    pub(super) key: String,
    /// What is wrong, and what is accepted.
    pub(super) told: String,
}

impl Kind {
    /// Whether a value has the right form.
    fn form(self, value: &DeValue<'_>) -> Result<(), String> {
        let is_list_of_texts = || value.as_array().is_some_and(|list| list.iter().all(|item| item.get_ref().is_str()));
        match self {
            Self::Text | Self::Region | Self::Address | Self::Path if value.is_str() => Ok(()),
            Self::Command if is_list_of_texts() => Ok(()),
            Self::Command => Err(format!(
                "accepted is a list of texts, program first, such as [\"pass\", \"name\"]; this is {}",
                form_of(value)
            )),
            Self::Switch if value.as_bool().is_some() => Ok(()),
            Self::Switch => Err(format!("accepted are true and false; this is {}", form_of(value))),
            Self::PageSize => match value.as_integer() {
                Some(number) => cli::page_size(number.as_str()).map(drop),
                None => Err(format!("accepted are numbers from 1 to 5000; this is {}", form_of(value))),
            },
            Self::Theme | Self::Refresh | Self::Sort | Self::Portal | Self::CopyBy if value.is_str() => {
                self.meaning(value)
            }
            _ => Err(format!("accepted is a text in quotes; this is {}", form_of(value))),
        }
    }

    /// Whether a value of the right form means something.
    pub(super) fn meaning(self, value: &DeValue<'_>) -> Result<(), String> {
        let Some(text) = value.as_str() else { return Ok(()) };
        match self {
            Self::Region => cli::region(text).map(drop),
            Self::Address => parse_address(text).map(drop).map_err(|error| error.to_string()),
            Self::Portal => ui::portal(text).map(drop),
            Self::CopyBy => ui::copy_by(text).map(drop),
            Self::Refresh => cli::refresh(text).map(drop),
            Self::Sort => ui::sort(text).map(drop),
            Self::Theme if ThemeName::from_name(text).is_some() => Ok(()),
            Self::Theme => {
                let names = ThemeName::ALL.map(ThemeName::name);
                let nearest = nearest(text, names.into_iter());
                Err(format!("there is no such theme; did you mean {nearest}? Accepted are {}", names.join(", ")))
            }
            Self::Text | Self::Path | Self::Command | Self::PageSize | Self::Switch => Ok(()),
        }
    }
}

/// What a value is, in words.
fn form_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}

/// All that is wrong with the form of a file, from its top to its bottom.
pub(super) fn findings(file: &DeTable<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (key, value) in file {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("profiles", DeValue::Table(profiles)) => {
                for (name, profile) in profiles {
                    let place = format!("profiles.{}", shown(name.get_ref()));
                    match profile.get_ref() {
                        DeValue::Table(profile) => section(&place, profile, PROFILE, &mut found),
                        _ => found.push(no_section(&place, profile)),
                    }
                }
            }
            ("ui", DeValue::Table(ui)) => section("ui", ui, UI, &mut found),
            ("keys", DeValue::Table(keys)) => found.extend(keys::keymap(keys).1),
            (name @ ("profiles" | "ui" | "keys"), _) => found.push(no_section(name, value)),
            (name, _) => match TOP.iter().find(|row| row.name == name) {
                Some(row) => keep(row.kind.form(value.get_ref()), row.name.to_owned(), value, &mut found),
                None => found.push(unknown("", "key", key, TOP.iter().map(|row| row.name).chain(SECTIONS))),
            },
        }
    }
    found.sort_by_key(|finding| finding.at);
    found
}

/// Sections of the file.
const SECTIONS: [&str; 3] = ["profiles", "ui", "keys"];

fn section(place: &str, table: &DeTable<'_>, rows: &[Row], found: &mut Vec<Finding>) {
    for (key, value) in table {
        match rows.iter().find(|row| row.name == key.get_ref().as_ref()) {
            Some(row) => keep(row.kind.form(value.get_ref()), format!("{place}.{}", row.name), value, found),
            None => found.push(unknown(&format!("{place}."), "key", key, rows.iter().map(|row| row.name))),
        }
    }
}

fn keep<T>(judged: Result<(), String>, key: String, value: &Spanned<T>, found: &mut Vec<Finding>) {
    found.extend(judged.err().map(|told| Finding { at: value.span().start, key, told }));
}

fn no_section(place: &str, value: &Spanned<DeValue<'_>>) -> Finding {
    let told = format!("accepted is a section, written as [{place}]; this is {}", form_of(value.get_ref()));
    Finding { at: value.span().start, key: place.to_owned(), told }
}

/// A name that is not known, with the nearest known one.
pub(super) fn unknown<'a>(
    prefix: &str,
    what: &str,
    key: &Spanned<std::borrow::Cow<'_, str>>,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Finding {
    let name = shown(key.get_ref());
    let nearest = nearest(&name, known.clone());
    let all = known.collect::<Vec<_>>().join(", ");
    let told = format!("there is no such {what}; did you mean {nearest}? Accepted are {all}");
    Finding { at: key.span().start, key: format!("{prefix}{name}"), told }
}

fn shown(name: &str) -> String {
    Foreign::from(name).line(60).into()
}

/// Line and column of a place in a text, from 1.
pub(super) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at.min(text.len())).unwrap_or(text);
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    (before.matches('\n').count() + 1, column)
}
