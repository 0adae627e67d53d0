//! The table of keys as editors and readers take it: a JSON schema, and a commented file with every key. It reads nothing.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::table::{Kind, PROFILE, Row, TOP};
use crate::catalogue::catalogue;

/// The JSON schema of the configuration file.
pub fn schema() -> Value {
    let mut properties = keys(TOP);
    let profile = section("A tenant.", PROFILE);
    properties.insert(
        "profiles".to_owned(),
        json!({"description": "Tenants, by their names.", "type": "object", "additionalProperties": profile}),
    );
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "jobtop",
        "description": "The configuration of jobtop, config.toml.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

fn section(help: &str, rows: &[Row]) -> Value {
    json!({"description": help, "type": "object", "properties": keys(rows), "additionalProperties": false})
}

fn keys(rows: &[Row]) -> Map<String, Value> {
    rows.iter().map(|row| (row.name.to_owned(), form(row))).collect()
}

fn form(row: &Row) -> Value {
    let mut form = match row.kind {
        Kind::Text | Kind::Path => json!({"type": "string"}),
        Kind::Address => json!({"type": "string", "format": "uri"}),
        Kind::Region => {
            let codes: Vec<&str> = catalogue().data_centers.iter().map(|row| row.code.as_str()).collect();
            json!({"type": "string", "enum": codes})
        }
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
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
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
