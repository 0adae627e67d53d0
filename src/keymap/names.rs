//! What actions are called where users name them: in the configuration and wherever an action has no key.

use super::{Action, BINDINGS, Context, Side, Step};

impl Action {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Move(Step::Up) => "move-up",
            Self::Move(Step::Down) => "move-down",
            Self::Move(Step::HalfUp) => "half-page-up",
            Self::Move(Step::HalfDown) => "half-page-down",
            Self::Move(Step::PageUp) => "page-up",
            Self::Move(Step::PageDown) => "page-down",
            Self::Move(Step::Top) => "top",
            Self::Move(Step::Bottom) => "bottom",
            Self::Side(Side::Left) => "left",
            Self::Side(Side::Right) => "right",
            Self::Open => "open",
            Self::Toggle => "toggle",
            Self::Back => "back",
            Self::Close => "close",
            Self::Quit => "quit",
            Self::FocusNext => "focus-next",
            Self::FocusPrevious => "focus-previous",
            Self::Help => "help",
            Self::Messages => "messages",
            Self::Search => "search",
            Self::Find => "find",
            Self::Match(Step::Up) => "previous-match",
            Self::Match(_) => "next-match",
            Self::KeepHere => "keep-here",
            Self::FilterPanel => "filter-panel",
            Self::Problems => "problems",
            Self::Clear => "clear-filters",
            Self::RangePicker => "range-picker",
            Self::Earlier => "earlier",
            Self::Later => "later",
            Self::Sort => "sort",
            Self::Detail => "detail",
            Self::DetailSide => "detail-side",
            Self::Zoom => "zoom",
            Self::ScrollDetail(Step::Up) => "scroll-detail-up",
            Self::ScrollDetail(_) => "scroll-detail-down",
            Self::NextJob => "next-job",
            Self::PreviousJob => "previous-job",
            Self::Problem(Step::Up) => "previous-problem",
            Self::Problem(_) => "next-problem",
            Self::Watch => "watch",
            Self::Portal => "portal",
            Self::Copy => "copy-id",
            Self::CopyPicker => "copy",
            Self::Export => "export",
            Self::LoadAll => "load-all",
            Self::Refresh => "refresh",
            Self::Live => "live",
            Self::Zone => "zone",
            Self::Mouse => "mouse",
            Self::Tenants => "tenants",
            Self::Demo => "demo",
            Self::SetUp => "set-up",
            Self::Palette => "palette",
            Self::Mark => "mark",
            Self::MarkRange => "mark-range",
            Self::MarkAll => "mark-all",
            Self::Undo => "undo",
            Self::Redo => "redo",
            Self::SortPicker => "sort-picker",
            Self::Columns => "columns",
            Self::ColumnWidth(Side::Left) => "narrower",
            Self::ColumnWidth(Side::Right) => "wider",
            Self::Wide => "wide",
            Self::ShiftColumn(Step::Up) => "column-up",
            Self::ShiftColumn(_) => "column-down",
            Self::PinColumn => "pin-column",
            Self::ResetColumns => "reset-columns",
            Self::Keep => "keep-value",
            Self::Exclude => "exclude-value",
            Self::View(digit) => view(digit),
            Self::NextView => "next-view",
            Self::PreviousView => "previous-view",
            Self::SaveView => "save-view",
            Self::Views => "views",
            Self::Themes => "themes",
            Self::Theme(number) => theme(number),
            Self::Rename => "rename",
            Self::Delete => "delete",
            Self::Redraw => "redraw",
            Self::Suspend => "suspend",
        }
    }

    /// The action of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|action| action.name() == name)
    }

    /// Every action that has a binding, once, in the order of help.
    pub fn all() -> impl Iterator<Item = Self> + Clone {
        let is_first = |at: usize| {
            let action = BINDINGS[at].action;
            BINDINGS[..at].iter().all(|binding| binding.action != action)
        };
        BINDINGS.iter().enumerate().filter(move |(at, _)| is_first(*at)).map(|(_, binding)| binding.action)
    }
}

/// The views have a key each.
fn view(digit: u8) -> &'static str {
    const NAMES: [&str; 10] =
        ["everything", "view-1", "view-2", "view-3", "view-4", "view-5", "view-6", "view-7", "view-8", "view-9"];
    NAMES[usize::from(digit).min(NAMES.len() - 1)]
}

/// The themes have an action each, too, so that the palette finds them by their names.
fn theme(number: u8) -> &'static str {
    const NAMES: [&str; 6] =
        ["theme-terminal", "theme-dark", "theme-light", "theme-high-contrast", "theme-colour-blind", "theme-auto"];
    NAMES[usize::from(number.max(1) - 1).min(NAMES.len() - 1)]
}

impl Context {
    /// Where that is, behind a word such as "means".
    pub fn place(self) -> &'static str {
        match self {
            Self::Table => "in the table",
            Self::Summary => "in the summary",
            Self::Panel => "in the filter panel",
            Self::Detail => "in the detail pane",
            Self::Reader => "in help and messages",
            Self::Picker => "in a list that is ticked",
            Self::Choice => "in a list to choose from",
            Self::Columns => "in the choice of columns",
            Self::FirstRun => "on the first screen",
            Self::Text => "in a line of text",
            Self::TooSmall => "in a terminal that is too small",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_name_of_its_own_that_leads_back_to_it() {
        for action in Action::all() {
            assert_eq!(Action::from_name(action.name()), Some(action), "{}", action.name());
            assert!(
                action.name().chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                "{}",
                action.name()
            );
        }
        assert_eq!(Action::from_name("no-such"), None);
    }
}
