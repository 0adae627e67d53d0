//! Which theme is chosen, by its name, and the list to choose it from. It knows no colour.

use tui_input::Input;

use super::{Overlay, State, panes::best_matches};

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
}

impl ThemeName {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Terminal, Self::Dark, Self::Light, Self::HighContrast, Self::ColourBlind];

    /// The name as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::HighContrast => "high-contrast",
            Self::ColourBlind => "colour-blind",
        }
    }

    /// What it is for.
    pub fn about(self) -> &'static str {
        match self {
            Self::Terminal => "the terminal's own 16 colours",
            Self::Dark => "for a dark background",
            Self::Light => "for a light background",
            Self::HighContrast => "on black, nothing faint",
            Self::ColourBlind => "colours that differ for every eye",
        }
    }

    /// The theme of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
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

    /// The theme to paint in.
    pub fn theme_shown(&self) -> ThemeName {
        self.theme_wanted()
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
