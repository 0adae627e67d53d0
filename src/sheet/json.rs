//! JSON on one line that no terminal acts on: characters that control or deceive are written as codes, which is the same JSON.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::text::is_deceiving;

/// Writes a value without a line break in it.
pub(super) fn write(out: impl Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Plain)).map_err(io::Error::from)
}

struct Plain;

impl Formatter for Plain {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        coded(writer, fragment)
    }

    /// JSON as it came: line breaks stand between its values only, other such characters in its strings only.
    fn write_raw_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        coded(writer, fragment)
    }
}

fn coded<W: ?Sized + Write>(writer: &mut W, mut text: &str) -> io::Result<()> {
    // Nearly every text is plain, and to look at each character costs more than to write them all.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return writer.write_all(text.as_bytes());
    }
    while let Some((at, c)) = text.char_indices().find(|(_, c)| c.is_control() || is_deceiving(*c)) {
        writer.write_all(&text.as_bytes()[..at])?;
        text = &text[at + c.len_utf8()..];
        if matches!(c, '\n' | '\r' | '\t') {
            writer.write_all(b" ")?;
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            write!(writer, "\\u{unit:04x}")?;
        }
    }
    writer.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    #[test]
    fn what_acts_on_a_terminal_or_breaks_a_line_is_a_code_and_means_the_same() {
        let text = "a\u{9b}b\u{7f}\u{202e}c\u{e0001}\"\\\né😀\u{1b}";
        let raw = RawValue::from_string(format!("{{\"x\" :\n\t\"{}\"}}", "\u{9b}\u{202e}é")).unwrap();
        let mut out = Vec::new();
        write(&mut out, &(text, &raw)).unwrap();
        let told = String::from_utf8(out).unwrap();
        assert!(told.chars().all(|c| !c.is_control() && !is_deceiving(c)), "{told}");
        let read: (String, serde_json::Value) = serde_json::from_str(&told).unwrap();
        assert_eq!(read, (text.to_owned(), serde_json::from_str(raw.get()).unwrap()));
    }
}
