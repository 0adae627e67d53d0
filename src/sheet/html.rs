//! A table as a page of its own: no script, nothing fetched, and no text in it that is anything but text.

use std::io::{self, Write};

const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>jobtop</title>\n<style>\n\
    body{font:14px/1.4 system-ui,sans-serif;margin:1.5em}table{border-collapse:collapse}\
    th,td{padding:.2em .7em;border-bottom:1px solid #8884;text-align:left;vertical-align:top}\
    .n{text-align:right;font-variant-numeric:tabular-nums}\n</style>\n</head>\n<body>\n";

/// Writes a page with a sentence and a table.
pub(super) fn write(
    out: &mut impl Write,
    told: &str,
    titles: &[&str],
    right: &[bool],
    rows: impl Iterator<Item = Vec<String>>,
) -> io::Result<()> {
    write!(out, "{HEAD}<p>{}</p>\n<table>\n<thead>", escaped(told))?;
    line(out, "th", titles.iter().copied(), right)?;
    out.write_all(b"</thead>\n<tbody>\n")?;
    for row in rows {
        line(out, "td", row.iter().map(String::as_str), right)?;
        out.write_all(b"\n")?;
    }
    out.write_all(b"</tbody>\n</table>\n</body>\n</html>\n")
}

fn line<'a>(out: &mut impl Write, tag: &str, cells: impl Iterator<Item = &'a str>, right: &[bool]) -> io::Result<()> {
    out.write_all(b"<tr>")?;
    for (cell, right) in cells.zip(right) {
        write!(out, "<{tag}{}>{}</{tag}>", if *right { " class=\"n\"" } else { "" }, escaped(cell))?;
    }
    out.write_all(b"</tr>")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
