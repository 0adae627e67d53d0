//! The table of keys as editors and readers take it: a JSON schema, and a commented file with every key. It reads nothing.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{
    keys::NO_KEY,
    table::{Kind, PROFILE, Row, TOP, UI},
};
use crate::{
    catalogue::catalogue,
    keymap::{Action, BINDINGS, Binding},
    policy,
    state::CopyBy,
    view::ThemeName,
};

/// The JSON schema of the configuration file.
pub fn schema() -> Value {
    let mut properties = keys(TOP);
    let profile = section("A tenant.", PROFILE);
    properties.insert(
        "profiles".to_owned(),
        json!({"description": "Tenants, by their names.", "type": "object", "additionalProperties": profile}),
    );
    properties.insert("ui".to_owned(), section("How things look and keep up; options beat it.", UI));
    properties.insert("keys".to_owned(), key_names());
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "jobtop",
        "description": "The configuration of jobtop, config.toml.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

/// The section `[keys]`: every action takes a key, several, or none.
fn key_names() -> Value {
    let form = |binding: &Binding| {
        json!({
            "description": binding.help,
            "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
        })
    };
    let rows = BINDINGS.iter().rev().map(|binding| (binding.action.name().to_owned(), form(binding)));
    let keys: Map<String, Value> = rows.collect();
    let help = "Keys of actions, in place of those that they have: a key, a list of keys, or \"none\".";
    json!({"description": help, "type": "object", "properties": keys, "additionalProperties": false})
}

fn section(help: &str, rows: &[Row]) -> Value {
    json!({"description": help, "type": "object", "properties": keys(rows), "additionalProperties": false})
}

fn keys(rows: &[Row]) -> Map<String, Value> {
    rows.iter().map(|row| (row.name.to_owned(), form(row))).collect()
}

fn form(row: &Row) -> Value {
    let mut form = match row.kind {
        Kind::Text | Kind::Path | Kind::Refresh | Kind::Sort => json!({"type": "string"}),
        Kind::Address | Kind::Portal => json!({"type": "string", "format": "uri"}),
        Kind::CopyBy => json!({"type": "string", "enum": CopyBy::ALL.map(|(_, name)| name)}),
        Kind::Region => {
            let codes: Vec<&str> = catalogue().data_centers.iter().map(|row| row.code.as_str()).collect();
            json!({"type": "string", "enum": codes})
        }
        Kind::Theme => json!({"type": "string", "enum": ThemeName::ALL.map(ThemeName::name)}),
        Kind::PageSize => json!({"type": "integer", "minimum": 1, "maximum": policy::PAGE_SIZE_MAX}),
        Kind::Switch => json!({"type": "boolean"}),
        Kind::Command => json!({"type": "array", "items": {"type": "string"}, "minItems": 1}),
    };
    form["description"] = json!(row.help);
    form
}

/// A configuration file with every key, each commented out.
pub fn default_file() -> String {
    let mut out = "\
# The configuration of jobtop. It lies at `jobtop config path`; `jobtop config check` finds mistakes in it.
# Every key is shown with an example; take the # away from those that you need.

"
    .to_owned();
    rows(&mut out, TOP);
    put_section(&mut out, "profiles.contoso", "A tenant; there may be several. `jobtop login` writes one.", PROFILE);
    put_section(&mut out, "ui", "How things look and keep up; options beat it.", UI);
    let help =
        "Other keys: a key, a list of keys, or \"none\". These are the ones that there are without this section.";
    put_section(&mut out, "keys", help, &[]);
    for action in Action::all() {
        let help = BINDINGS.iter().find(|binding| binding.action == action).map_or("", |binding| binding.help);
        let of_action = BINDINGS.iter().filter(|binding| binding.action == action);
        let keys: Vec<String> = of_action.flat_map(|binding| binding.keys.split_whitespace()).map(quoted).collect();
        let keys = match keys.len() {
            0 => quoted(NO_KEY),
            1 => keys.concat(),
            _ => format!("[{}]", keys.join(", ")),
        };
        let _ = writeln!(out, "# {} = {keys} # {help}", action.name());
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

fn put_section(out: &mut String, name: &str, help: &str, table: &[Row]) {
    // A string takes everything.
    let _ = writeln!(out, "# {help}\n# [{name}]\n");
    rows(out, table);
}

fn rows(out: &mut String, rows: &[Row]) {
    for row in rows {
        let _ = writeln!(out, "# {}\n# {} = {}\n", row.help, row.name, row.example);
    }
}
