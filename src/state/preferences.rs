//! What the configuration says of a session, and how a session follows it when it says something else. It reads no file.

use super::{CopyBy, Live, Overlay, State, ThemeName};
use crate::{keymap::Keymap, layout::Zoom, store::Sort};

/// What the configuration says of a session, and may say otherwise while it runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Preferences {
    /// The keys.
    pub keymap: Keymap,
    /// Live mode.
    pub live: Live,
    /// Rows of a page.
    pub page_size: Option<u16>,
    /// How the table is sorted.
    pub sort: Option<Sort>,
    /// Whose the mouse is.
    pub mouse: Mouse,
    /// The theme.
    pub theme: ThemeName,
    /// The program that tells the end of a watched job in the terminal's place, with its arguments.
    pub notify: Option<Vec<String>>,
    /// Which way texts are copied.
    pub copy_by: CopyBy,
}

/// Whose the mouse is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mouse {
    /// The terminal's, which selects text with it.
    #[default]
    Terminals,
    /// Ours.
    Ours,
}

/// What a session is shown on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Medium {
    /// A screen.
    #[default]
    Screen,
    /// Lines, one after the other.
    Lines,
}

impl State {
    /// Whether lines are told instead of a screen.
    pub fn is_plain(&self) -> bool {
        self.medium == Medium::Lines
    }

    /// Takes over what the configuration says where it says something else than before: what was changed by keys since then
    /// stays.
    pub fn prefer(&mut self, new: Preferences) {
        let old = std::mem::replace(&mut self.preferences, new);
        let new = &self.preferences;
        self.keymap.clone_from(&new.keymap);
        if new.live != old.live {
            self.live = new.live;
        }
        if new.sort != old.sort {
            self.sort = new.sort;
        }
        if new.mouse != old.mouse {
            self.mouse = new.mouse;
        }
        if new.theme != old.theme {
            self.theme = new.theme;
            self.background.doubt();
        }
        if new.page_size != old.page_size {
            self.pager.ask_for(new.page_size);
        }
    }

    /// Whether clicks are ours now: the terminal selects text itself where there is text to select.
    pub fn has_mouse(&self) -> bool {
        let reads = matches!(self.overlay, Some(Overlay::Help(_) | Overlay::Messages(_)))
            || self.overlay.is_none() && self.detail.is_some_and(|detail| detail.zoom == Zoom::Whole);
        self.mouse == Mouse::Ours && !self.is_plain() && !reads
    }
}
