//! The list of views: what can be shown, and of the user's own be renamed or deleted. It changes nothing.

use tui_input::Input;

use super::{State, everything, panes::best_matches};

/// The list of views, narrowed by typing.
#[derive(Debug, Clone, Default)]
pub struct ViewList {
    /// The text that narrows the list.
    pub input: Input,
    /// The view under the cursor, among those left.
    pub cursor: usize,
    /// The view that is deleted when that is asked for once more.
    pub doomed: Option<String>,
    /// The view that gets another name, and the name as far as it is written.
    pub renamed: Option<(String, Input)>,
}

/// A view of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewItem {
    /// Its name.
    pub name: String,
    /// The digit that shows it.
    pub digit: Option<usize>,
    /// Whether the user saved it.
    pub is_own: bool,
}

impl ViewList {
    /// The views left by the text, the best match first.
    pub fn items(&self, state: &State) -> Vec<ViewItem> {
        let views = std::iter::once(everything()).chain(state.views());
        let item = |(at, name): (usize, String)| ViewItem {
            is_own: state.own_views.iter().any(|own| own.name == name),
            digit: Some(at).filter(|at| *at <= 9),
            name,
        };
        let all = views.map(|view| view.name).enumerate().map(item).collect();
        best_matches(self.input.value(), all, |item: &ViewItem| &item.name)
    }
}
