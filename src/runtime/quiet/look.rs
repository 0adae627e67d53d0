//! How a cell looks, and the shortest sequence from one look to another. It knows no place on the screen.

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
        if self.modifiers != to.modifiers {
            self.change_modifiers(to.modifiers, numbers);
        }
        if self.front != to.front {
            color(to.front, 30, numbers);
        }
        if self.behind != to.behind {
            color(to.behind, 40, numbers);
        }
    }

    fn change_modifiers(self, to: Modifier, numbers: &mut Numbers) {
        let mut has = self.modifiers;
        for (modifier, _, unset) in MODIFIERS {
            if has.contains(modifier) && !to.contains(modifier) {
                numbers.add(unset);
                let gone = MODIFIERS.iter().filter(|(_, _, other)| *other == unset);
                has = gone.fold(has, |has, (modifier, ..)| has.difference(*modifier));
            }
        }
        for (modifier, set, _) in MODIFIERS {
            if to.contains(modifier) && !has.contains(modifier) {
                numbers.add(set);
            }
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

impl Numbers<'_> {
    fn add(&mut self, number: u8) {
        if self.out.len() > self.from {
            self.out.push(b';');
        }
        put_number(u16::from(number), self.out);
    }
}

/// Writes a number in digits: by hand, since each key writes dozens.
pub(super) fn put_number(number: u16, out: &mut Vec<u8>) {
    if number >= 10 {
        put_number(number / 10, out);
    }
    out.push(b'0' + u8::try_from(number % 10).unwrap_or_default());
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
        Color::Indexed(index) => return [base + 8, 5, index].iter().for_each(|number| numbers.add(*number)),
        Color::Rgb(red, green, blue) => {
            return [base + 8, 2, red, green, blue].iter().for_each(|number| numbers.add(*number));
        }
    };
    numbers.add(base + own);
}
