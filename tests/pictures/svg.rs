//! A screen as an SVG picture: every run of cells on its place of the grid, block characters as rectangles, so that the
//! picture is the same whatever font shows it.

use std::fmt::Write as _;

use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier},
};

/// The background that a picture is painted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    Dark,
    Light,
}

const CELL: (f64, f64) = (8.4, 18.0);
const FONT: f64 = 14.0;
const MARGIN: f64 = 12.0;

/// The picture of a screen.
pub fn render(buffer: &Buffer, paper: Paper) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let (width, height) = (f64::from(columns) * CELL.0 + 2.0 * MARGIN, f64::from(rows) * CELL.1 + 2.0 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"{FONT}\" xml:space=\"preserve\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n",
        paper.background()
    );
    for y in 0..rows {
        let mut x = 0;
        while x < columns {
            let mut run = Run::at(buffer, x, y, paper);
            while x + run.cells < columns && run.takes(buffer, x + run.cells, y, paper) {}
            run.paint(&mut out, x, y);
            x += run.cells;
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Cells side by side that look the same.
#[derive(PartialEq)]
struct Look {
    ink: String,
    ground: Option<String>,
    opacity: u8,
    bold: bool,
    underlined: bool,
}

struct Run {
    look: Look,
    text: String,
    cells: u16,
}

impl Run {
    fn at(buffer: &Buffer, x: u16, y: u16, paper: Paper) -> Self {
        Self { look: look(buffer, x, y, paper), text: buffer[(x, y)].symbol().to_owned(), cells: 1 }
    }

    fn takes(&mut self, buffer: &Buffer, x: u16, y: u16, paper: Paper) -> bool {
        let symbol = buffer[(x, y)].symbol();
        let single = block(symbol).is_some() || block(&self.text).is_some();
        if single || look(buffer, x, y, paper) != self.look {
            return false;
        }
        self.text.push_str(symbol);
        self.cells += 1;
        true
    }

    fn paint(&self, out: &mut String, x: u16, y: u16) {
        let (left, top) = (MARGIN + f64::from(x) * CELL.0, MARGIN + f64::from(y) * CELL.1);
        let width = f64::from(self.cells) * CELL.0;
        if let Some(ground) = &self.look.ground {
            let _ = writeln!(
                out,
                "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{ground}\"/>",
                CELL.1
            );
        }
        if self.text.trim().is_empty() {
            return;
        }
        let faint =
            if self.look.opacity < 100 { format!(" opacity=\"0.{}\"", self.look.opacity) } else { String::new() };
        if let Some((dx, dy, w, h)) = block(&self.text) {
            let (x, y, w, h) = (left + dx * CELL.0, top + dy * CELL.1, w * CELL.0 + 0.2, h * CELL.1);
            let _ = writeln!(
                out,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" fill=\"{}\"{faint}/>",
                self.look.ink
            );
            return;
        }
        let weight = if self.look.bold { " font-weight=\"bold\"" } else { "" };
        let line = if self.look.underlined { " text-decoration=\"underline\"" } else { "" };
        let text = self.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let base = top + FONT;
        let _ = writeln!(
            out,
            "<text x=\"{left:.1}\" y=\"{base:.1}\" textLength=\"{width:.1}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{}\"{faint}{weight}{line}>{text}</text>",
            self.look.ink
        );
    }
}

fn look(buffer: &Buffer, x: u16, y: u16, paper: Paper) -> Look {
    let cell = &buffer[(x, y)];
    let has = |modifier| cell.modifier.contains(modifier);
    let (ink, ground) =
        (paper.color(cell.fg), Some(cell.bg).filter(|bg| *bg != Color::Reset).and_then(|bg| paper.color(bg)));
    let ink = ink.unwrap_or_else(|| paper.ink().to_owned());
    let (ink, ground) = if has(Modifier::REVERSED) {
        (ground.unwrap_or_else(|| paper.background().to_owned()), Some(ink))
    } else {
        (ink, ground)
    };
    let opacity = if has(Modifier::DIM) { 55 } else { 100 };
    Look { ink, ground, opacity, bold: has(Modifier::BOLD), underlined: has(Modifier::UNDERLINED) }
}

/// The part of a cell that a block character fills: left, top, width, height, each a share of the cell.
fn block(symbol: &str) -> Option<(f64, f64, f64, f64)> {
    let mut chars = symbol.chars();
    let (c, None) = (chars.next()?, chars.next()) else { return None };
    match u32::from(c) {
        code @ 0x2581..=0x2588 => {
            let share = f64::from(code - 0x2580) / 8.0;
            Some((0.0, 1.0 - share, 1.0, share))
        }
        0x2502 => Some((0.46, 0.0, 0.08, 1.0)),
        0x258C => Some((0.0, 0.0, 0.5, 1.0)),
        0x2590 => Some((0.5, 0.0, 0.5, 1.0)),
        _ => None,
    }
}

impl Paper {
    fn background(self) -> &'static str {
        match self {
            Self::Dark => "#16181d",
            Self::Light => "#fbfaf7",
        }
    }

    fn ink(self) -> &'static str {
        match self {
            Self::Dark => "#d7dae0",
            Self::Light => "#2a2c31",
        }
    }

    fn color(self, color: Color) -> Option<String> {
        let (dark, light) = match color {
            Color::Rgb(red, green, blue) => return Some(format!("#{red:02x}{green:02x}{blue:02x}")),
            Color::Indexed(index @ 16..=231) => {
                let part = |at: u8| [0, 95, 135, 175, 215, 255][usize::from(at)];
                let index = index - 16;
                return self.color(Color::Rgb(part(index / 36), part(index / 6 % 6), part(index % 6)));
            }
            Color::Indexed(index @ 232..) => {
                return self.color(Color::Rgb(8 + 10 * (index - 232), 8 + 10 * (index - 232), 8 + 10 * (index - 232)));
            }
            Color::Black => ("#000000", "#000000"),
            Color::Red => ("#e5534b", "#c0271d"),
            Color::Green => ("#5fb76a", "#2c8a3b"),
            Color::Yellow => ("#d9a63a", "#9a6b00"),
            Color::Blue => ("#2f5fa8", "#2f6fd0"),
            Color::Magenta => ("#c678dd", "#8d3aa8"),
            Color::Cyan => ("#4fb3bf", "#0f7b88"),
            Color::Gray => ("#b4b8c0", "#b4b8c0"),
            Color::DarkGray => ("#6b7280", "#6b7280"),
            Color::LightRed => ("#ff7b72", "#e5534b"),
            Color::LightGreen => ("#7ee787", "#4caf5a"),
            Color::LightYellow => ("#f2cc60", "#c69026"),
            Color::LightBlue => ("#6aa6ff", "#2a62d8"),
            Color::LightMagenta => ("#e39bf0", "#b0479f"),
            Color::LightCyan => ("#76e3ea", "#39a0ab"),
            Color::White => ("#ffffff", "#ffffff"),
            _ => return None,
        };
        Some(if self == Self::Dark { dark } else { light }.to_owned())
    }
}
