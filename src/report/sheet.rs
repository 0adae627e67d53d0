//! A report on its way out: rows of cells under heads, as a table, Markdown, JSON, JSON lines or CSV. The last two write each
//! row at once and keep nothing; the others need all of them first.

use std::io::{self, Write};

use chrono_tz::Tz;
use csv::Terminator;
use serde::{Serialize, Serializer, ser::SerializeMap};
use unicode_width::UnicodeWidthStr;

use super::cell::Cell;
use crate::text::{Foreign, fit};

mod json;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns, for people.
    Table,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// RFC 4180, safe to open in a spreadsheet.
    Csv,
    /// A table for a ticket.
    Markdown,
}

/// What stands above a column: for machines, and for people.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Head {
    pub(super) key: &'static str,
    pub(super) title: String,
}

/// A row: its cells, and what a row that could not be read was.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) cells: Vec<Cell>,
    pub(super) unreadable: Option<Foreign>,
}

/// What a JSON document says besides its rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Frame {
    pub(super) complete: bool,
    pub(super) total: Option<u64>,
    pub(super) loaded: usize,
    /// The name of its rows.
    pub(super) name: &'static str,
}

/// How it is to look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) format: Format,
    pub(super) zone: Tz,
    /// Columns of the terminal that it goes to, if it does.
    pub(super) terminal: Option<usize>,
}

/// The rows that were written, or wait for the end.
pub(super) struct Sheet<W: Write> {
    heads: Vec<Head>,
    look: Look,
    form: Form<W>,
}

enum Form<W: Write> {
    Csv(Box<csv::Writer<W>>, Begun),
    Lines(W),
    Held(W, Vec<Row>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begun {
    Yes,
    No,
}

impl Format {
    /// All of them, with their names.
    pub const ALL: [(&'static str, Self); 5] = [
        ("table", Self::Table),
        ("json", Self::Json),
        ("ndjson", Self::Ndjson),
        ("csv", Self::Csv),
        ("markdown", Self::Markdown),
    ];

    /// Whether people read it.
    pub(super) fn is_for_people(self) -> bool {
        matches!(self, Self::Table | Self::Markdown)
    }

    /// Whether rows are written as they come.
    pub(super) fn streams(self) -> bool {
        matches!(self, Self::Ndjson | Self::Csv)
    }
}

impl<W: Write> Sheet<W> {
    /// A sheet without rows; nothing is written yet.
    pub(super) fn new(heads: Vec<Head>, look: Look, out: W) -> Self {
        let form = match look.format {
            Format::Csv => {
                let writer = csv::WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
                Form::Csv(Box::new(writer), Begun::No)
            }
            Format::Ndjson => Form::Lines(out),
            Format::Table | Format::Json | Format::Markdown => Form::Held(out, Vec::new()),
        };
        Self { heads, look, form }
    }

    /// Takes a row.
    pub(super) fn row(&mut self, row: Row) -> io::Result<()> {
        match &mut self.form {
            Form::Csv(writer, begun) => {
                begin(writer, begun, &self.heads)?;
                let cells = row.cells.iter().map(|cell| self.look.csv_cell(cell));
                Ok(writer.write_record(cells)?)
            }
            Form::Lines(out) => {
                json::write(&mut *out, &Record { heads: &self.heads, row: &row })?;
                out.write_all(b"\n")
            }
            Form::Held(_, rows) => {
                rows.push(row);
                Ok(())
            }
        }
    }

    /// Hands on what was written so far.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        match &mut self.form {
            Form::Csv(writer, _) => writer.flush(),
            Form::Lines(out) => out.flush(),
            Form::Held(..) => Ok(()),
        }
    }

    /// Writes what is left to write.
    pub(super) fn finish(self, frame: &Frame) -> io::Result<W> {
        let Self { heads, look, form } = self;
        let mut out = match form {
            Form::Csv(mut writer, mut begun) => {
                begin(&mut writer, &mut begun, &heads)?;
                writer.into_inner().map_err(csv::IntoInnerError::into_error)?
            }
            Form::Lines(out) => out,
            Form::Held(mut out, rows) => {
                match look.format {
                    Format::Json => document(&mut out, &heads, &rows, frame)?,
                    Format::Markdown => markdown(&mut out, &heads, &rows, look.zone)?,
                    _ => table(&mut out, &heads, &rows, look)?,
                }
                out
            }
        };
        out.flush()?;
        Ok(out)
    }
}

fn begin<W: Write>(writer: &mut csv::Writer<W>, begun: &mut Begun, heads: &[Head]) -> io::Result<()> {
    if std::mem::replace(begun, Begun::Yes) == Begun::No {
        writer.write_record(heads.iter().map(|head| head.key))?;
    }
    Ok(())
}

impl Look {
    fn csv_cell(&self, cell: &Cell) -> String {
        let mut text = cell.machine();
        if self.terminal.is_some() {
            text = Foreign::from(text).line(usize::MAX).into();
        }
        guarded(text)
    }
}

/// A spreadsheet takes a cell that begins so for a formula.
fn guarded(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']) { format!("'{text}") } else { text }
}

/// A row as a JSON object.
struct Record<'a> {
    heads: &'a [Head],
    row: &'a Row,
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (head, cell) in self.heads.iter().zip(&self.row.cells) {
            map.serialize_entry(head.key, cell)?;
        }
        if let Some(row) = &self.row.unreadable {
            map.serialize_entry("unreadableRow", &Cell::Odd(row.clone(), Box::new(Cell::Nothing)))?;
        }
        map.end()
    }
}

/// One line for each row, so that it can be looked at too.
fn document(out: &mut impl Write, heads: &[Head], rows: &[Row], frame: &Frame) -> io::Result<()> {
    let total = frame.total.map_or("null".to_owned(), |total| total.to_string());
    let Frame { complete, loaded, name, .. } = frame;
    write!(out, r#"{{"complete":{complete},"totalCount":{total},"loaded":{loaded},"{name}":["#)?;
    for (at, row) in rows.iter().enumerate() {
        out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        json::write(&mut *out, &Record { heads, row })?;
    }
    out.write_all(if rows.is_empty() { b"]}\n" } else { b"\n]}\n" })
}

fn table(out: &mut impl Write, heads: &[Head], rows: &[Row], look: Look) -> io::Result<()> {
    let titles: Vec<String> = heads.iter().map(|head| head.title.clone()).collect();
    let shown: Vec<Vec<String>> =
        rows.iter().map(|row| row.cells.iter().map(|cell| cell.shown(look.zone)).collect()).collect();
    let right = right_columns(heads, rows);
    let width = |column: usize| {
        let lines = std::iter::once(&titles).chain(&shown);
        lines.map(|line| line[column].width()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    for line in std::iter::once(&titles).chain(&shown) {
        let mut text = String::new();
        for (column, cell) in line.iter().enumerate() {
            let blank = " ".repeat(widths[column].saturating_sub(cell.width()));
            let between = if column == 0 { "" } else { "  " };
            let cell = if right[column] { blank + cell } else { cell.clone() + &blank };
            text += between;
            text += &cell;
        }
        let text = text.trim_end();
        writeln!(out, "{}", look.terminal.map_or(text.to_owned(), |columns| fit(text, columns)))?;
    }
    Ok(())
}

fn markdown(out: &mut impl Write, heads: &[Head], rows: &[Row], zone: Tz) -> io::Result<()> {
    let right = right_columns(heads, rows);
    let titles: Vec<&str> = heads.iter().map(|head| head.title.as_str()).collect();
    writeln!(out, "| {} |", titles.join(" | "))?;
    let rules: Vec<&str> = right.iter().map(|right| if *right { "---:" } else { "---" }).collect();
    writeln!(out, "| {} |", rules.join(" | "))?;
    for row in rows {
        let cells: Vec<String> = row.cells.iter().map(|cell| escaped(&cell.shown(zone))).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    Ok(())
}

/// What would mean something in Markdown, or be a tag or a link, is text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn right_columns(heads: &[Head], rows: &[Row]) -> Vec<bool> {
    let is_right = |column: usize| {
        let mut known = rows.iter().map(|row| &row.cells[column]).filter(|cell| **cell != Cell::Nothing).peekable();
        known.peek().is_some() && known.all(Cell::is_number)
    };
    (0..heads.len()).map(is_right).collect()
}
