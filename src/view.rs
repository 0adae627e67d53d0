//! What the screen shows: one pure function per pane, over `&State`. It never knows `update` or `api`.

mod theme;

use ratatui::Frame;

pub use theme::{Colors, Theme};

use crate::state::State;

/// Paints the whole screen.
pub fn draw(state: &State, theme: &Theme, frame: &mut Frame) {
    let _ = (state, theme, frame);
}
