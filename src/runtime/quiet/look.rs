//! How a cell looks, and the shortest sequence from one look to another. It knows no place on the screen.

use std::io::Write;

use ratatui::{
    buffer::Cell,
    style::{Color, Modifier},
};

/// What a blank shows of its modifiers; of its colours it shows only the one behind, unless it has one of these.
const ON_BLANK: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);

/// Modifiers with the numbers that set and unset them. Bold and dim are unset together.
const MODIFIERS: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// Colours and modifiers. Underlines have no colour of their own: no theme gives them one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    front: Color,
    behind: Color,
    modifiers: Modifier,
}

impl Look {
    /// What a terminal begins with.
    pub(super) const PLAIN: Self = Self { front: Color::Reset, behind: Color::Reset, modifiers: Modifier::empty() };

    /// The nearest look in which a cell is seen as it is: of a blank little is seen.
    pub(super) fn for_cell(self, cell: &Cell) -> Self {
        if is_blank(cell) {
            let modifiers = self.modifiers.difference(ON_BLANK);
            return Self { behind: cell.bg, modifiers, ..self };
        }
        Self { front: cell.fg, behind: cell.bg, modifiers: cell.modifier }
    }

    /// Writes what leads from this look to another.
    pub(super) fn turn(self, to: Self, out: &mut Vec<u8>) {
        if self == to {
            return;
        }
        out.extend_from_slice(b"\x1b[");
        // Both ways one behind the other; the longer one goes again.
        let change = out.len();
        self.change(to, &mut Numbers { out, from: change });
        let anew = out.len();
        if to != Self::PLAIN {
            out.push(b'0');
            Self::PLAIN.change(to, &mut Numbers { out, from: anew });
        }
        if out.len() - anew < anew - change {
            out.drain(change..anew);
        } else {
            out.truncate(anew);
        }
        out.push(b'm');
    }

    fn change(self, to: Self, numbers: &mut Numbers) {
        let mut has = self.modifiers;
        for (modifier, _, unset) in MODIFIERS {
            if has.contains(modifier) && !to.modifiers.contains(modifier) {
                add(numbers, format_args!("{unset}"));
                let gone = MODIFIERS.iter().filter(|(_, _, other)| *other == unset);
                has = gone.fold(has, |has, (modifier, ..)| has.difference(*modifier));
            }
        }
        for (modifier, set, _) in MODIFIERS {
            if to.modifiers.contains(modifier) && !has.contains(modifier) {
                add(numbers, format_args!("{set}"));
            }
        }
        if self.front != to.front {
            color(to.front, 30, numbers);
        }
        if self.behind != to.behind {
            color(to.behind, 40, numbers);
        }
    }
}

/// Whether nothing of a cell is seen but the colour behind it.
pub(super) fn is_blank(cell: &Cell) -> bool {
    matches!(cell.symbol().as_bytes(), b" ") && !cell.modifier.intersects(ON_BLANK)
}

/// Whether two cells look the same.
pub(super) fn is_same(one: &Cell, other: &Cell) -> bool {
    // By hand: a cell's own comparison looks at more than is ever set here, and every cell of the screen is compared. Most show
    // one byte, for which no comparison of memory is called.
    let is_symbol = match (one.symbol().as_bytes(), other.symbol().as_bytes()) {
        ([one], [other]) => one == other,
        (one, other) => one == other,
    };
    if !is_symbol || one.bg != other.bg {
        return false;
    }
    (one.fg == other.fg && one.modifier == other.modifier) || (is_blank(one) && is_blank(other))
}

/// Numbers of one sequence, behind what is written already.
struct Numbers<'a> {
    out: &'a mut Vec<u8>,
    from: usize,
}

fn add(Numbers { out, from }: &mut Numbers, number: std::fmt::Arguments<'_>) {
    if out.len() > *from {
        out.push(b';');
    }
    // Memory takes everything.
    let _ = out.write_fmt(number);
}

/// The numbers of a colour; `base` is 30 for the front and 40 for what is behind.
fn color(color: Color, base: u8, numbers: &mut Numbers) {
    let own = match color {
        Color::Reset => 9,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 60,
        Color::LightRed => 61,
        Color::LightGreen => 62,
        Color::LightYellow => 63,
        Color::LightBlue => 64,
        Color::LightMagenta => 65,
        Color::LightCyan => 66,
        Color::White => 67,
        Color::Indexed(index) => return add(numbers, format_args!("{};5;{index}", base + 8)),
        Color::Rgb(red, green, blue) => return add(numbers, format_args!("{};2;{red};{green};{blue}", base + 8)),
    };
    add(numbers, format_args!("{}", base + own));
}
