//! Whatever is painted one frame after the other, a terminal that knows nothing of jobtop shows it.

use std::{cell::RefCell, num::NonZeroU16, rc::Rc};

use proptest::prelude::*;
use ratatui::{
    buffer::CellWidth,
    style::{Color, Modifier, Style},
};

use super::*;

/// Keeps what is written.
#[derive(Clone, Default)]
struct Tape(Rc<RefCell<Vec<u8>>>);

impl Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const SIZE: (u16, u16) = (60, 20);

/// A row of text with what stands at its last column.
type Line = (String, Style, char);

/// Draws lines, with the cursor at a place or nowhere, and returns what was written for it.
fn frame(
    tape: &Tape,
    to: &mut Quiet<Tape>,
    size: (u16, u16),
    lines: &[Line],
    cursor: Option<(u16, u16)>,
) -> (Buffer, Vec<u8>) {
    let mut kept = Buffer::default();
    to.draw(size, |buffer| {
        buffer.reset();
        for (y, (text, style, last)) in (0..buffer.area.height).zip(lines) {
            buffer.set_stringn(0, y, text, usize::from(buffer.area.width), *style);
            let x = buffer.area.width - 1;
            buffer.set_stringn(x, y, last.to_string(), 1, Style::reset());
        }
        kept = buffer.clone();
        (cursor.map(Position::from), (0..usize::from(buffer.area.height)).collect())
    })
    .unwrap();
    (kept, tape.0.take())
}

fn one(text: &str, cursor: Option<(u16, u16)>, tape: &Tape, to: &mut Quiet<Tape>) -> String {
    let line = (text.to_owned(), Style::new(), ' ');
    String::from_utf8(frame(tape, to, SIZE, &[line], cursor).1).unwrap()
}

fn screen() -> (Tape, Quiet<Tape>) {
    let tape = Tape::default();
    (tape.clone(), Quiet::new(tape, "xterm-256color"))
}

#[test]
fn a_frame_that_changes_nothing_is_no_byte() {
    let (tape, mut screen) = screen();
    let first = one("x", None, &tape, &mut screen);
    assert!(first.starts_with("\u{1b}[?2026h") && first.ends_with("\u{1b}[?2026l") && first.contains('x'));
    assert_eq!(one("x", None, &tape, &mut screen), "");
}

#[test]
fn e11_a_text_is_copied_by_osc_52_and_through_tmux_wrapped_too() {
    let (tape, mut screen) = screen();
    let text = crate::text::Foreign::from("IB1;IB2").line(20);
    screen.copy(&text, Clipboard::Terminal).unwrap();
    let plain = "\u{1b}]52;c;SUIxO0lCMg==\u{1b}\\";
    assert_eq!(String::from_utf8(tape.0.take()).unwrap(), plain);
    screen.copy(&text, Clipboard::Tmux).unwrap();
    let wrapped = "\u{1b}Ptmux;\u{1b}\u{1b}]52;c;SUIxO0lCMg==\u{1b}\u{1b}\\\u{1b}\\";
    assert_eq!(String::from_utf8(tape.0.take()).unwrap(), format!("{plain}{wrapped}"));
}

#[test]
fn a_cursor_is_moved_only_when_it_has_to_be() {
    let (tape, mut screen) = screen();
    one("", None, &tape, &mut screen);
    let shown = one("", Some((4, 1)), &tape, &mut screen);
    assert_eq!(shown, "\u{1b}[?25h\u{1b}[2;5H");
    assert_eq!(one("", Some((4, 1)), &tape, &mut screen), "");
    assert!(one("x", Some((4, 1)), &tape, &mut screen).contains("\u{1b}[2;5H"));
    assert_eq!(one("x", None, &tape, &mut screen), "\u{1b}[?25l");
}

#[test]
fn what_is_more_than_a_few_letters_or_moves_rows_is_shown_at_once_by_a_synchronized_update() {
    let (tape, mut screen) = screen();
    let rows = |from: u32, text: &str| {
        (from..from + 20).map(|row| (format!("{row} {text}"), Style::new(), ' ')).collect::<Vec<_>>()
    };
    let is_held = |said: &[u8]| said.starts_with(b"\x1b[?2026h") && said.ends_with(b"\x1b[?2026l");
    assert!(is_held(&frame(&tape, &mut screen, SIZE, &rows(100, "a"), None).1), "the screen was cleared");
    let letters = frame(&tape, &mut screen, SIZE, &rows(100, "b"), None).1;
    assert!(!is_held(&letters) && letters.len() <= policy::PIECE_BYTES);
    assert!(is_held(&frame(&tape, &mut screen, SIZE, &rows(101, "b"), None).1), "rows move");
    let much = frame(&tape, &mut screen, SIZE, &rows(100, &"long ".repeat(7)), None).1;
    assert!(is_held(&much) && much.len() > policy::PIECE_BYTES);
}

#[test]
fn rows_that_move_by_one_are_moved_by_the_terminal() {
    let (tape, mut screen) = screen();
    let rows = |from: u32| {
        (from..from + 20).map(|row| (format!("job {row} of a list, with more {row} text"), Style::new(), ' '))
    };
    frame(&tape, &mut screen, SIZE, &rows(100).collect::<Vec<_>>(), None);
    for (from, moved) in [(101, "\u{1b}[1;20r\u{1b}[20H\n\u{1b}[r"), (100, "\u{1b}[1;20r\u{1b}[1H\u{1b}M\u{1b}[r")] {
        let said = String::from_utf8(frame(&tape, &mut screen, SIZE, &rows(from).collect::<Vec<_>>(), None).1).unwrap();
        assert!(said.contains(moved), "{said:?}");
        assert!(said.len() <= 90, "{} bytes: {said:?}", said.len());
    }
}

#[test]
fn blanks_are_erased_in_colour_only_where_that_is_sure() {
    for (term, erases) in [("xterm-256color", true), ("screen-256color", false), ("xterm-kitty", false), ("", false)] {
        assert_eq!(erases_in_color(term), erases, "{term}");
    }
}

fn styles() -> impl Strategy<Value = Style> {
    let colors = || {
        prop_oneof![
            4 => Just(Color::Reset),
            1 => Just(Color::Blue),
            1 => Just(Color::LightRed),
            1 => any::<u8>().prop_map(Color::Indexed),
            1 => any::<[u8; 3]>().prop_map(|[r, g, b]| Color::Rgb(r, g, b)),
        ]
    };
    let modifiers = proptest::sample::subsequence(
        vec![Modifier::BOLD, Modifier::DIM, Modifier::ITALIC, Modifier::UNDERLINED, Modifier::REVERSED],
        0..3,
    );
    (colors(), colors(), modifiers).prop_map(|(front, behind, modifiers)| {
        let style = Style::new().fg(front).bg(behind);
        modifiers.into_iter().fold(style, Style::add_modifier)
    })
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let text = prop_oneof![
        4 => "[a-c]{1,9} {0,9}[a-c ]{0,40}",
        1 => "[a好é👩 ]{0,40}",
        1 => Just(String::new()),
    ];
    proptest::collection::vec((text, styles(), proptest::sample::select(vec![' ', ' ', '▐'])), 30)
}

/// What happens between two frames.
#[derive(Debug, Clone)]
enum Step {
    /// The list stands elsewhere, with the cursor in a row.
    Scroll(usize, usize, Style),
    /// Something covers columns of some rows.
    Cover(usize, usize, String),
    Resize(u16, u16),
    Redraw,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..12_usize, 0..20_usize, styles()).prop_map(|(top, row, style)| Step::Scroll(top, row, style)),
        2 => (0..20_usize, 0..9_usize, "[x好 ]{0,20}").prop_map(|(top, rows, text)| Step::Cover(top, rows, text)),
        1 => (1..70_u16, 1..24_u16).prop_map(|(columns, rows)| Step::Resize(columns, rows)),
        1 => Just(Step::Redraw),
    ];
    proptest::collection::vec(step, 1..20)
}

fn color(color: Color) -> vt100::Color {
    let own = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
    ];
    match color {
        Color::Indexed(index) => vt100::Color::Idx(index),
        Color::Rgb(red, green, blue) => vt100::Color::Rgb(red, green, blue),
        color => {
            (0..).zip(own).find(|(_, one)| *one == color).map_or(vt100::Color::Default, |(at, _)| vt100::Color::Idx(at))
        }
    }
}

/// What a terminal shows in another way than it was painted.
fn difference(painted: &Buffer, screen: &vt100::Screen) -> Option<String> {
    for y in 0..painted.area.height {
        let mut x = 0;
        while x < painted.area.width {
            let (cell, shown) = (&painted[(x, y)], screen.cell(y, x)?);
            let text = if shown.has_contents() { shown.contents() } else { " " };
            let said = |what: &str| Some(format!("{what} at {x},{y}: {cell:?} is shown as {shown:?}"));
            if text != cell.symbol() {
                return said("the text");
            }
            if shown.bgcolor() != color(cell.bg) {
                return said("what is behind");
            }
            let has = |modifier| cell.modifier.contains(modifier);
            if (shown.inverse(), shown.underline()) != (has(Modifier::REVERSED), has(Modifier::UNDERLINED)) {
                return said("what a blank shows");
            }
            let looks = (shown.fgcolor(), shown.bold(), shown.dim(), shown.italic());
            let painted = (color(cell.fg), has(Modifier::BOLD), has(Modifier::DIM), has(Modifier::ITALIC));
            // vt100 knows one intensity only.
            let is_both = has(Modifier::BOLD) && has(Modifier::DIM);
            if !look::is_blank(cell) && !is_both && looks != painted {
                return said("the look");
            }
            x += cell.cell_width().max(1);
        }
    }
    None
}

#[test]
fn what_a_wide_letter_covered_is_written_again_when_the_row_becomes_blank() {
    let (tape, mut screen) = screen();
    let cells = |count| NonZeroU16::new(count).unwrap();
    let mut parser = vt100::Parser::new(cells(SIZE.1), cells(SIZE.0), 0);
    let edge = usize::from(SIZE.0) - 2;
    for text in ["a".repeat(edge) + "好", "b".to_owned(), "好".to_owned() + &"a".repeat(edge), String::new()] {
        let (painted, said) = frame(&tape, &mut screen, SIZE, &[(text, Style::new(), '▐')], None);
        parser.process(&said);
        assert_eq!(difference(&painted, parser.screen()), None, "{:?}", String::from_utf8_lossy(&said));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Frames of rows that move, are covered, marked and cut: the screen is what was painted last.
    #[test]
    fn a_terminal_shows_what_was_painted(list in lines(), steps in steps(), term in proptest::sample::select(vec!["xterm", "screen"])) {
        let tape = Tape::default();
        let mut screen = Quiet::new(tape.clone(), term);
        let cells = |count| NonZeroU16::new(count).unwrap();
        let mut parser = vt100::Parser::new(cells(SIZE.1), cells(SIZE.0), 0);
        parser.process(b"\x1b[?25l");
        let (mut size, mut top) = (SIZE, 0);
        for step in steps {
            let mut lines: Vec<Line> = list.iter().cycle().skip(top).take(usize::from(size.1)).cloned().collect();
            match &step {
                Step::Scroll(to, row, style) => {
                    top = *to;
                    lines = list.iter().cycle().skip(top).take(usize::from(size.1)).cloned().collect();
                    if let Some(line) = lines.get_mut(*row) {
                        line.1 = *style;
                    }
                }
                Step::Cover(from, rows, text) => {
                    for line in lines.iter_mut().skip(*from).take(*rows) {
                        let covered: String = line.0.chars().skip(text.chars().count()).collect();
                        line.0 = format!("{text}{covered}");
                    }
                }
                Step::Resize(columns, rows) => {
                    size = (*columns, *rows);
                    parser.screen_mut().set_size(cells(*rows), cells(*columns));
                    lines.truncate(usize::from(*rows));
                }
                Step::Redraw => screen.clear(),
            }
            let (painted, said) = frame(&tape, &mut screen, size, &lines, None);
            parser.process(&said);
            prop_assert_eq!(difference(&painted, parser.screen()), None, "after {:?}: {:?}", step, String::from_utf8_lossy(&said));
        }
    }
}
