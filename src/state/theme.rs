//! Which theme is chosen, by its name, the list to choose it from, and what the terminal told of its background. It knows no
//! colour.

use chrono::{DateTime, Utc};
use tui_input::Input;

use super::{Overlay, State, panes::best_matches};
use crate::policy;

/// A theme's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeName {
    /// The terminal's own 16 colours, on whatever background it has.
    #[default]
    Terminal,
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// On black, nothing faint.
    HighContrast,
    /// On a dark ground, in colours that differ for those who see no red, no green or no blue.
    ColourBlind,
    /// Dark or light, as the terminal says that its background is.
    Auto,
}

impl ThemeName {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Terminal, Self::Dark, Self::Light, Self::HighContrast, Self::ColourBlind, Self::Auto];

    /// The name as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::HighContrast => "high-contrast",
            Self::ColourBlind => "colour-blind",
            Self::Auto => "auto",
        }
    }

    /// What it is for.
    pub fn about(self) -> &'static str {
        match self {
            Self::Terminal => "its own 16 colours",
            Self::Dark => "for a dark background",
            Self::Light => "for a light background",
            Self::HighContrast => "on black, nothing faint",
            Self::ColourBlind => "colours for every eye",
            Self::Auto => "as the background is",
        }
    }

    /// The theme of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// Whether a background is dark or light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shade {
    /// Light letters are read on it.
    Dark,
    /// Dark letters are read on it.
    Light,
}

impl Shade {
    /// That of a colour, by how bright it seems.
    pub fn of(red: u8, green: u8, blue: u8) -> Self {
        let brightness = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
        if brightness < 127_500 { Self::Dark } else { Self::Light }
    }
}

/// What is known of the terminal's background. It is asked for only where a theme follows it, and nothing waits for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Background {
    /// What the terminal told.
    shade: Option<Shade>,
    /// When it was asked, where the answer is not there yet.
    asked: Option<DateTime<Utc>>,
    /// It was asked since the theme was chosen.
    is_asked: bool,
}

impl Background {
    /// Takes note that it is asked for now, unless it was already; whether it is to be asked for.
    pub fn ask(&mut self, now: DateTime<Utc>) -> bool {
        let asks = !std::mem::replace(&mut self.is_asked, true);
        if asks {
            self.asked = Some(now);
        }
        asks
    }

    /// It may be another by now: who chooses the theme again asks again.
    pub fn doubt(&mut self) {
        self.is_asked = false;
    }

    /// Whether the terminal was asked and may still answer. Later nobody wants the colours to change under their eyes.
    pub fn is_awaited(&self, now: DateTime<Utc>) -> bool {
        self.asked.is_some_and(|asked| (now - asked).abs().to_std().is_ok_and(|time| time <= policy::ANSWER_WAIT))
    }

    /// Takes an answer that is awaited.
    pub fn answer(&mut self, shade: Shade, now: DateTime<Utc>) {
        if self.is_awaited(now) {
            self.shade = Some(shade);
        }
        self.asked = None;
    }
}

/// The choice of a theme from a list that typing narrows. The one under the cursor is seen at once.
#[derive(Debug, Clone, Default)]
pub struct ThemePicker {
    /// The text that narrows the list.
    pub input: Input,
    /// The theme under the cursor, among those left.
    pub cursor: usize,
}

impl ThemePicker {
    /// The themes left by the text, the best match first.
    pub fn items(&self) -> Vec<ThemeName> {
        best_matches(self.input.value(), ThemeName::ALL.to_vec(), |theme| theme.name())
    }

    /// The theme under the cursor.
    pub fn chosen(&self) -> Option<ThemeName> {
        self.items().get(self.cursor).copied()
    }
}

/// The theme that the user chose, and what the configuration said then: where it says something else later, that is newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThemeChoice {
    /// What was chosen.
    pub chosen: ThemeName,
    /// In place of which.
    pub instead_of: ThemeName,
}

impl State {
    /// The theme that is wanted: the one under the cursor while one is being chosen.
    pub fn theme_wanted(&self) -> ThemeName {
        match &self.overlay {
            Some(Overlay::Themes(picker)) => picker.chosen().unwrap_or(self.theme),
            _ => self.theme,
        }
    }

    /// The theme to paint in. What is to follow the background is the default for as long as nothing is known of that.
    pub fn theme_shown(&self) -> ThemeName {
        match (self.theme_wanted(), self.background.shade) {
            (ThemeName::Auto, Some(Shade::Dark)) => ThemeName::Dark,
            (ThemeName::Auto, Some(Shade::Light)) => ThemeName::Light,
            (ThemeName::Auto, None) => ThemeName::Terminal,
            (theme, _) => theme,
        }
    }

    /// What is to be known of the theme after this session.
    pub fn theme_choice(&self) -> ThemeChoice {
        ThemeChoice { chosen: self.theme, instead_of: self.preferences.theme }
    }

    /// Takes over what an earlier session chose, unless the configuration says something else since then.
    pub fn recall_theme(&mut self, choice: ThemeChoice) {
        if choice.instead_of == self.preferences.theme {
            self.theme = choice.chosen;
        }
    }
}
