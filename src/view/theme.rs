//! Colours by what they mean, as the palette of a theme has them and the terminal can show them. The default uses the terminal's
//! own 16, so that it is readable on any background.

use ratatui::style::{Color, Modifier, Style};

use super::palette::Ink;
use crate::{model::Status, state::ThemeName};

/// Which colours may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colors {
    /// The terminal's own 16.
    #[default]
    Sixteen,
    /// The 256 that most terminals have.
    Many,
    /// All.
    All,
    /// None: only bold, dim, underline and reverse.
    None,
}

impl Colors {
    /// What a terminal can show, by its variables `COLORTERM` and `TERM`.
    pub fn of_terminal(colorterm: &str, term: &str) -> Self {
        if matches!(colorterm, "truecolor" | "24bit") || term.ends_with("-direct") {
            Self::All
        } else if term.contains("256color") {
            Self::Many
        } else {
            Self::Sixteen
        }
    }
}

/// The styles of every part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Theme {
    name: ThemeName,
    colors: Colors,
    ascii: bool,
}

impl Theme {
    /// The default theme for what may be used.
    pub fn new(colors: Colors) -> Self {
        Self { colors, ..Self::default() }
    }

    /// A theme for what may be used; with `ascii`, signs and borders keep to ASCII.
    pub fn of(name: ThemeName, colors: Colors, ascii: bool) -> Self {
        Self { name, colors, ascii }
    }

    /// The theme of another name in the same colours and signs.
    #[must_use]
    pub fn named(self, name: ThemeName) -> Self {
        Self { name, ..self }
    }

    /// Which theme it is.
    pub fn name(self) -> ThemeName {
        self.name
    }

    /// Which colours it may use.
    pub fn colors(self) -> Colors {
        self.colors
    }

    /// Whether signs and borders keep to ASCII.
    pub fn is_ascii(self) -> bool {
        self.ascii
    }

    fn ink(self, ink: Ink) -> Option<Color> {
        match (self.colors, ink.1) {
            (Colors::None, _) => None,
            (Colors::Sixteen, _) | (_, None) => Some(ink.0),
            (Colors::Many, Some(rgb)) => Some(Color::Indexed(nearest(rgb))),
            (Colors::All, Some(rgb)) => {
                let [_, red, green, blue] = rgb.to_be_bytes();
                Some(Color::Rgb(red, green, blue))
            }
        }
    }

    fn color(self, ink: Ink) -> Style {
        Style { fg: self.ink(ink), ..Style::new() }
    }

    /// What everything stands on: only some themes have a ground of their own.
    pub fn ground(self) -> Style {
        let palette = self.name.palette();
        let of = |ink: Option<Ink>| ink.and_then(|ink| self.ink(ink));
        Style { fg: of(palette.plain), bg: of(palette.ground), ..Style::new() }
    }

    /// What is simply there.
    pub fn plain(self) -> Style {
        Style::new()
    }

    /// What is beside the point: rules, zeros, hints.
    pub fn quiet(self) -> Style {
        match self.name.palette().quiet.and_then(|ink| self.ink(ink)) {
            Some(color) => Style::new().fg(color),
            None if self.name == ThemeName::HighContrast => Style::new(),
            None => Style::new().add_modifier(Modifier::DIM),
        }
    }

    /// What is read first in its line.
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The one accent: where the focus is, and keys in hints.
    pub fn accent(self) -> Style {
        self.color(self.name.palette().accent)
    }

    /// What is wrong.
    pub fn bad(self) -> Style {
        self.color(self.name.palette().bad).add_modifier(Modifier::BOLD)
    }

    /// What should be looked at.
    pub fn doubtful(self) -> Style {
        self.color(self.name.palette().doubtful)
    }

    /// What is well.
    pub fn good(self) -> Style {
        self.color(self.name.palette().good)
    }

    /// A tenant's name: the same colour for the same name, none that means trouble.
    pub fn tenant(self, name: &str) -> Style {
        let inks = self.name.palette().tenants;
        let sum = name.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
        self.color(inks[sum % inks.len()]).add_modifier(Modifier::BOLD)
    }

    /// What is under the cursor of the pane with the focus.
    pub fn cursor(self) -> Style {
        let (front, behind) = self.name.palette().cursor;
        let style = match (self.ink(front), self.ink(behind)) {
            (Some(front), Some(behind)) => Style::new().fg(front).bg(behind).add_modifier(Modifier::BOLD),
            _ => Style::new().add_modifier(Modifier::REVERSED),
        };
        style.remove_modifier(Modifier::DIM)
    }

    /// A text that was found, in the line that one stands at and in others.
    pub fn found(self, is_here: bool) -> Style {
        if is_here { self.cursor() } else { self.accent().add_modifier(Modifier::BOLD | Modifier::UNDERLINED) }
    }

    /// The cell of the cursor's row that the column cursor is on.
    pub fn cursor_cell(self) -> Style {
        match self.colors {
            Colors::None => self.cursor().add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            _ => self.cursor().add_modifier(Modifier::UNDERLINED),
        }
    }

    /// The sign and word of a status.
    pub fn status(self, status: Option<Status>) -> Style {
        match status {
            Some(Status::Failed) => self.bad(),
            Some(Status::Exception) => self.doubtful(),
            Some(Status::InProgress) => self.color(self.name.palette().running),
            Some(Status::Waiting | Status::NotStarted | Status::Skipped) => self.quiet(),
            Some(Status::Finished) => self.good(),
            Some(Status::Stopped | Status::Unknown(_)) | None => self.color(self.name.palette().odd),
        }
    }

    /// A part of a bar; where there is no colour, parts differ by their pattern instead.
    pub fn bar(self, part: Bar) -> Style {
        match part {
            Bar::Ok => self.good(),
            Bar::Doubtful => self.doubtful(),
            Bar::Bad => self.color(self.name.palette().bad),
            Bar::Other => self.quiet(),
        }
    }

    /// The cell of a bar where one part stands on another: the lower in front, the upper behind.
    pub fn stacked(self, lower: Bar, upper: Bar) -> Style {
        let behind = self.bar(upper).fg;
        Style { bg: behind, ..self.bar(lower) }
    }

    /// Whether there are colours to tell parts of a bar apart.
    pub fn has_colors(self) -> bool {
        self.colors != Colors::None
    }
}

/// A part of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// Objects done, jobs finished.
    Ok,
    /// Objects skipped, jobs with exceptions.
    Doubtful,
    /// What failed.
    Bad,
    /// What is not known yet.
    Other,
}

/// The nearest of the 256 colours: of the cube with six steps a channel, or of the greys.
fn nearest(rgb: u32) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let [_, red, green, blue] = rgb.to_be_bytes();
    let step = |part: u8| (0..6_u8).min_by_key(|at| STEPS[usize::from(*at)].abs_diff(part)).unwrap_or(0);
    let apart = |to: [u8; 3]| {
        let parts = [red, green, blue].into_iter().zip(to);
        parts.map(|(one, other)| u32::from(one.abs_diff(other)).pow(2)).sum::<u32>()
    };
    let (r, g, b) = (step(red), step(green), step(blue));
    let cube = apart([r, g, b].map(|at| STEPS[usize::from(at)]));
    let grey = (0..24_u8).min_by_key(|at| apart([8 + 10 * at; 3])).unwrap_or(0);
    if apart([8 + 10 * grey; 3]) < cube { 232 + grey } else { 16 + 36 * r + 6 * g + b }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_only_colours_that_it_says_it_has() {
        for (colorterm, term, colors) in [
            ("", "xterm", Colors::Sixteen),
            ("", "", Colors::Sixteen),
            ("", "xterm-256color", Colors::Many),
            ("yes", "screen-256color", Colors::Many),
            ("truecolor", "xterm-256color", Colors::All),
            ("24bit", "xterm", Colors::All),
            ("", "xterm-direct", Colors::All),
        ] {
            assert_eq!(Colors::of_terminal(colorterm, term), colors, "{colorterm} {term}");
        }
    }

    #[test]
    fn the_nearest_of_256_colours_is_found() {
        for (rgb, index) in [(0, 16), (0x00ff_ffff, 231), (0x00ff_0000, 196), (0x0080_8080, 244), (0x005f_87af, 67)] {
            assert_eq!(nearest(rgb), index, "{rgb:06x}");
        }
    }

    #[test]
    fn e20_the_default_uses_only_the_16_colours_whatever_the_terminal_has() {
        for colors in [Colors::Sixteen, Colors::Many, Colors::All] {
            let theme = Theme::new(colors);
            let styles = [theme.accent(), theme.bad(), theme.doubtful(), theme.good(), theme.cursor(), theme.ground()];
            for color in styles.iter().flat_map(|style| [style.fg, style.bg]).flatten() {
                assert!(!matches!(color, Color::Rgb(..) | Color::Indexed(_)), "{color}");
            }
        }
    }
}
