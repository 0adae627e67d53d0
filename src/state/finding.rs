//! Finding a text in what is read: in the detail pane and in the messages. It moves nothing.

use tui_input::Input;

use super::{Focus, Overlay, State};

/// A text that is looked for in what is read.
#[derive(Debug, Clone, Default)]
pub struct Find {
    /// The text.
    pub text: String,
    /// It is being written.
    pub input: Option<Input>,
    /// The line of the match that one stands at.
    pub at: Option<usize>,
    /// The line that was the first in sight before.
    pub before: usize,
}

impl State {
    /// Whether a text is read that can be searched: the messages, or the detail pane with the keys.
    pub fn is_reading(&self) -> bool {
        match &self.overlay {
            Some(overlay) => matches!(overlay, Overlay::Messages(_)),
            None => self.focus == Focus::Detail && self.detail.is_some(),
        }
    }

    /// The text that is being written to be found.
    pub fn find_input(&self) -> Option<&Input> {
        self.find.as_ref()?.input.as_ref()
    }
}
