//! What keys exist and what they mean: one table of bindings, from which dispatch, help, footer hints and README derive.
//! It knows neither the state nor the screen.

mod bindings;
mod key;
mod names;
mod remap;

pub use bindings::BINDINGS;
pub use key::{Key, KeyError, script};
pub use remap::{Clash, Keymap, Row, Wish};

/// What the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Move within a list or a text.
    Move(Step),
    /// The column, cell or tab to the left or right.
    Side(Side),
    /// Open or drill into what is under the cursor; apply a field.
    Open,
    /// Tick or untick what is under the cursor.
    Toggle,
    /// One step back; never quits.
    Back,
    /// Close the topmost layer; at the root, quit.
    Close,
    /// Quit now.
    Quit,
    /// Focus the next pane.
    FocusNext,
    /// Focus the pane before.
    FocusPrevious,
    /// Show the keys.
    Help,
    /// Offer every action by its name.
    Palette,
    /// Show messages and requests.
    Messages,
    /// Filter the loaded rows while typing.
    Search,
    /// Look for a text in what is read.
    Find,
    /// The next match, or the one before.
    Match(Step),
    /// Leave the live filter as it is, without asking the server.
    KeepHere,
    /// Open or leave the filter panel.
    FilterPanel,
    /// Problems only, on or off.
    Problems,
    /// Clear all filters but the range.
    Clear,
    /// Choose the range of time.
    RangePicker,
    /// The window before.
    Earlier,
    /// The window after.
    Later,
    /// Sort by the column under the cursor.
    Sort,
    /// Mark the job under the cursor, or take its mark off.
    Mark,
    /// Begin or end a range of marks.
    MarkRange,
    /// Mark all that is shown, or nothing.
    MarkAll,
    /// Take the last change of filter, range or sort back.
    Undo,
    /// Make it again.
    Redo,
    /// Sort by one or two columns that are picked.
    SortPicker,
    /// Choose the table's columns.
    Columns,
    /// Make the column under the cursor narrower or wider.
    ColumnWidth(Side),
    /// Columns as wide as what they hold, or back.
    Wide,
    /// Move a column up or down among those that are chosen.
    ShiftColumn(Step),
    /// Pin a column, or let it go.
    PinColumn,
    /// The columns as they were at first.
    ResetColumns,
    /// Keep the jobs that say the same in the column under the cursor.
    Keep,
    /// Exclude them.
    Exclude,
    /// Show the view of this digit; 0 is everything.
    View(u8),
    /// The next view.
    NextView,
    /// The view before.
    PreviousView,
    /// Save the view under a name.
    SaveView,
    /// List the views, to show, rename or delete one.
    Views,
    /// Choose a theme from a list.
    Themes,
    /// Use the theme of this number, counted from 1 as they are listed.
    Theme(u8),
    /// Give what is under the cursor another name.
    Rename,
    /// Delete what is under the cursor.
    Delete,
    /// Show or hide the detail pane.
    Detail,
    /// The detail pane at the right of the table, or below it.
    DetailSide,
    /// Give the detail pane the whole screen, or back.
    Zoom,
    /// Scroll the detail pane from the table.
    ScrollDetail(Step),
    /// The next job, from the detail pane too.
    NextJob,
    /// The job before.
    PreviousJob,
    /// The next problem, or the one before.
    Problem(Step),
    /// Watch the marked jobs, or the job, until they end; or no longer.
    Watch,
    /// Open the portal, and copy the job's id.
    Portal,
    /// Copy the ids of the marked jobs, or the job's.
    Copy,
    /// Copy something else.
    CopyPicker,
    /// Write what is marked or shown to a file.
    Export,
    /// Load the whole range.
    LoadAll,
    /// Ask the server again.
    Refresh,
    /// Live mode on or off.
    Live,
    /// Local time or UTC.
    Zone,
    /// The mouse is ours, or the terminal's.
    Mouse,
    /// Choose another tenant.
    Tenants,
    /// Look around in the demo.
    Demo,
    /// Set a tenant up, where there is none.
    SetUp,
    /// Paint the screen anew.
    Redraw,
    /// Suspend to the shell.
    Suspend,
}

/// How far to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// One up.
    Up,
    /// One down.
    Down,
    /// Half a page up.
    HalfUp,
    /// Half a page down.
    HalfDown,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the top.
    Top,
    /// To the bottom.
    Bottom,
}

/// Left or right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Left.
    Left,
    /// Right.
    Right,
}

/// Where a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// The job table.
    Table,
    /// The summary strip.
    Summary,
    /// The filter panel.
    Panel,
    /// The detail pane.
    Detail,
    /// Messages.
    Reader,
    /// A list that is narrowed by typing, of which several are ticked: services, types.
    Picker,
    /// The choice of one from a list beside a line of text: a range, a tenant, an action, a key to read about.
    Choice,
    /// The choice of columns.
    Columns,
    /// Nothing is set up yet.
    FirstRun,
    /// A line of text.
    Text,
    /// The terminal is too small to show anything.
    TooSmall,
}

impl Context {
    /// Whether printable keys are text here.
    pub fn takes_text(self) -> bool {
        matches!(self, Self::Picker | Self::Choice | Self::Text)
    }
}

/// One row of the key table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// The keys, separated by blanks, in the notation of [`Key`]; empty where the palette is the only way.
    pub keys: &'static str,
    /// What they do.
    pub action: Action,
    /// Where they do it.
    pub contexts: &'static [Context],
    /// What help says.
    pub help: &'static str,
    /// What the footer says, for the few that it shows.
    pub hint: Option<&'static str>,
}

impl Binding {
    /// Its keys.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        self.keys.split(' ').filter_map(|key| key.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn every_key_is_readable_and_means_one_thing_in_a_context() {
        let mut seen = HashMap::new();
        for binding in BINDINGS {
            assert_eq!(binding.keys().count(), binding.keys.split_whitespace().count(), "{}", binding.keys);
            for (key, context) in binding.keys().flat_map(|key| binding.contexts.iter().map(move |c| (key, *c))) {
                let other = seen.insert((key, context), binding.action);
                assert_eq!(other, None, "{key} in {context:?} is bound twice");
                let is_text = context.takes_text() && key.text().is_some() && binding.action != Action::Toggle;
                assert!(!is_text, "{key} would be lost as text in {context:?}");
            }
        }
    }

    #[test]
    fn quit_works_everywhere_and_no_key_that_tmux_takes_is_the_only_one() {
        let all = [
            Context::Table,
            Context::Summary,
            Context::Panel,
            Context::Detail,
            Context::Reader,
            Context::Picker,
            Context::Choice,
            Context::Columns,
            Context::FirstRun,
            Context::Text,
            Context::TooSmall,
        ];
        let keymap = Keymap::default();
        let ctrl_c: Key = "ctrl-c".parse().unwrap();
        for context in all {
            assert_eq!(keymap.action(context, ctrl_c), Some(Action::Quit), "{context:?}");
        }
        for binding in BINDINGS {
            let taken = |key: Key| ["ctrl-a", "ctrl-b", "ctrl-space", "ctrl-\\"].iter().any(|t| t.parse() == Ok(key));
            let is_reached = binding.keys.is_empty() || !binding.keys().all(taken);
            assert!(is_reached, "{} can't be reached in tmux", binding.keys);
        }
    }
}
