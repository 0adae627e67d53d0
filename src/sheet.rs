//! Jobs on their way out, to a pipe, a file or the clipboard: rows of cells under heads, as a table, Markdown, HTML, JSON, JSON
//! lines or CSV. The last two write each row at once and keep nothing; the others need all of them first. It never knows where
//! the text goes.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use chrono_tz::Tz;
use csv::Terminator;
use serde::{Serialize, Serializer, ser::SerializeMap};
use unicode_width::UnicodeWidthStr;

mod cell;
mod column;
mod html;
mod json;
mod line;

pub(crate) use cell::Cell;
pub use column::{Column, Order};

use crate::{
    model::Job,
    text::{Foreign, Safe, fit},
};

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
    /// A page for a browser.
    Html,
}

/// What stands above a column: for machines, and for people.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Head {
    pub(crate) key: &'static str,
    pub(crate) title: String,
}

/// A row: its cells, and what a row that could not be read was.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) cells: Vec<Cell>,
    pub(crate) unreadable: Option<Foreign>,
}

/// What a JSON document says besides its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Whether it is the whole answer.
    pub complete: bool,
    /// How many the server counts.
    pub total: Option<u64>,
    /// How many were loaded.
    pub loaded: usize,
    /// The name of its rows.
    pub name: &'static str,
}

/// How it is to look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) format: Format,
    pub(crate) zone: Tz,
    /// Columns of the terminal that it goes to, if it does.
    pub(crate) terminal: Option<usize>,
}

/// The rows that were written, or wait for the end.
pub(crate) struct Sheet<W: Write> {
    heads: Vec<Head>,
    look: Look,
    form: Form<W>,
}

enum Form<W: Write> {
    Csv(Box<csv::Writer<W>>, Begun),
    /// And room for one of them.
    Lines(W, Vec<u8>),
    Held(W, Vec<Row>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begun {
    Yes,
    No,
}

impl Format {
    /// All of them, with their names.
    pub const ALL: [(&'static str, Self); 6] = [
        ("table", Self::Table),
        ("json", Self::Json),
        ("ndjson", Self::Ndjson),
        ("csv", Self::Csv),
        ("markdown", Self::Markdown),
        ("html", Self::Html),
    ];

    /// Whether people read it.
    pub(crate) fn is_for_people(self) -> bool {
        matches!(self, Self::Table | Self::Markdown | Self::Html)
    }

    /// Whether rows are written as they come.
    pub(crate) fn streams(self) -> bool {
        matches!(self, Self::Ndjson | Self::Csv)
    }
}

/// Jobs as a text to be copied: what would act on a terminal, or in a shell that it is pasted into, is a code in every format.
pub fn copied(jobs: impl IntoIterator<Item = Job>, format: Format, zone: Tz, frame: &Frame) -> Safe {
    let columns = Column::usual(format);
    let look = Look { format, zone, terminal: Some(usize::MAX) };
    let mut sheet = Sheet::new(Column::heads(&columns, zone), look, Vec::new());
    let written = jobs.into_iter().try_for_each(|job| sheet.job(&columns, &job));
    // Memory takes everything.
    let bytes = written.and_then(|()| sheet.finish(frame)).unwrap_or_default();
    let text = Foreign::from(String::from_utf8_lossy(&bytes).as_ref());
    Safe::joined(text.lines(usize::MAX), "\n")
}

impl<W: Write> Sheet<W> {
    /// A sheet without rows; nothing is written yet.
    pub(crate) fn new(heads: Vec<Head>, look: Look, out: W) -> Self {
        let form = match look.format {
            Format::Csv => {
                let writer = csv::WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
                Form::Csv(Box::new(writer), Begun::No)
            }
            Format::Ndjson => Form::Lines(out, Vec::new()),
            Format::Table | Format::Json | Format::Markdown | Format::Html => Form::Held(out, Vec::new()),
        };
        Self { heads, look, form }
    }

    /// Takes a job.
    pub(crate) fn job(&mut self, columns: &[Column], job: &Job) -> io::Result<()> {
        match &mut self.form {
            Form::Lines(out, line) if job.unreadable.is_none() => {
                line.clear();
                line::write(line, columns, job)?;
                line.push(b'\n');
                out.write_all(line)
            }
            _ => self.row(Column::row(columns, job)),
        }
    }

    /// Takes a row.
    pub(crate) fn row(&mut self, row: Row) -> io::Result<()> {
        match &mut self.form {
            Form::Csv(writer, begun) => {
                begin(writer, begun, &self.heads)?;
                let cells = row.cells.iter().map(|cell| self.look.csv_cell(cell));
                Ok(writer.write_record(cells)?)
            }
            Form::Lines(out, line) => {
                // A line is written in a hundred pieces, and where it goes may be far.
                line.clear();
                json::write(&mut *line, &Record { heads: &self.heads, row: &row })?;
                line.push(b'\n');
                out.write_all(line)
            }
            Form::Held(_, rows) => {
                rows.push(row);
                Ok(())
            }
        }
    }

    /// Hands on what was written so far.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        match &mut self.form {
            Form::Csv(writer, _) => writer.flush(),
            Form::Lines(out, _) => out.flush(),
            Form::Held(..) => Ok(()),
        }
    }

    /// Writes what is left to write.
    pub(crate) fn finish(self, frame: &Frame) -> io::Result<W> {
        let Self { heads, look, form } = self;
        let mut out = match form {
            Form::Csv(mut writer, mut begun) => {
                begin(&mut writer, &mut begun, &heads)?;
                writer.into_inner().map_err(csv::IntoInnerError::into_error)?
            }
            Form::Lines(out, _) => out,
            Form::Held(mut out, rows) => {
                match look.format {
                    Format::Json => document(&mut out, &heads, &rows, frame)?,
                    Format::Markdown => markdown(&mut out, &heads, &rows, look.zone)?,
                    Format::Html => page(&mut out, &heads, &rows, look.zone, frame)?,
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
        writeln!(out, "{}", look.terminal.map_or(Cow::Borrowed(text), |columns| fit(text, columns)))?;
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

fn page(out: &mut impl Write, heads: &[Head], rows: &[Row], zone: Tz, frame: &Frame) -> io::Result<()> {
    let right = right_columns(heads, rows);
    let titles: Vec<&str> = heads.iter().map(|head| head.title.as_str()).collect();
    let told = match (frame.complete, frame.total) {
        (true, _) => format!("{} {}", rows.len(), frame.name),
        (false, Some(total)) => {
            format!("{} {} of an incomplete list: {} of {total} loaded", rows.len(), frame.name, frame.loaded)
        }
        (false, None) => format!("{} {} of an incomplete list: {} loaded", rows.len(), frame.name, frame.loaded),
    };
    let shown = |row: &Row| row.cells.iter().map(|cell| cell.shown(zone)).collect();
    html::write(out, &told, &titles, &right, rows.iter().map(shown))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::JobId;

    /// A job whose words mean something in every format.
    fn odd() -> Job {
        let mut job = Job::new(JobId::new("=cmd|' /C calc'!A0"));
        job.comment = "<script>alert(\"1\")</script> a|b, *c* \u{1b}[31m\n@SUM(1)".into();
        job
    }

    fn written(format: Format) -> String {
        let columns = [Column::Id, Column::Comment];
        let look = Look { format, zone: Tz::UTC, terminal: None };
        let mut sheet = Sheet::new(Column::heads(&columns, Tz::UTC), look, Vec::new());
        sheet.row(Column::row(&columns, &odd())).unwrap();
        let frame = Frame { complete: false, total: Some(9), loaded: 5, name: "jobs" };
        String::from_utf8(sheet.finish(&frame).unwrap()).unwrap()
    }

    #[test]
    fn e12_no_format_lets_a_servers_words_act() {
        assert!(written(Format::Csv).contains("'=cmd|"), "{}", written(Format::Csv));
        let page = written(Format::Html);
        assert!(
            page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;") && !page.contains("<script"),
            "{page}"
        );
        assert!(page.contains("1 jobs of an incomplete list: 5 of 9 loaded") && page.contains("^[[31m"), "{page}");
        let table = written(Format::Markdown);
        assert!(table.contains("\\<script\\>") && table.contains("a\\|b, \\*c\\*"), "{table}");
        assert_eq!(table.lines().count(), 3);
    }

    #[test]
    fn e11_what_is_copied_has_no_line_break_but_between_rows_and_no_control() {
        let frame = Frame { complete: true, total: Some(1), loaded: 1, name: "jobs" };
        for (_, format) in Format::ALL {
            let text = copied([odd(), odd()], format, Tz::UTC, &frame);
            assert!(text.as_str().chars().all(|c| c == '\n' || !c.is_control()), "{format:?} {text}");
        }
        assert_eq!(copied([odd(), odd()], Format::Csv, Tz::UTC, &frame).as_str().lines().count(), 3);
    }
}
