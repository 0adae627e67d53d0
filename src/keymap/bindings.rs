//! The table of keys. Its order is the order of help, of the footer's hints and of README.

use super::{
    Action, Binding,
    Context::{self, Choice, Detail, FirstRun, Panel, Picker, Reader, Summary, Table, Text, TooSmall},
    Side, Step,
};

const EVERYWHERE: &[Context] = &[Table, Summary, Panel, Detail, Reader, Picker, Choice, Text, TooSmall, FirstRun];
const PANES: &[Context] = &[Table, Summary, Panel, Detail];
const LISTS: &[Context] = &[Table, Summary, Panel, Detail, Reader];
const ARROWS: &[Context] = &[Table, Summary, Panel, Detail, Reader, Picker, Choice, Text];
const JOBS: &[Context] = &[Table, Summary, Detail];

const fn key(
    keys: &'static str,
    action: Action,
    contexts: &'static [Context],
    help: &'static str,
    hint: Option<&'static str>,
) -> Binding {
    Binding { keys, action, contexts, help, hint }
}

/// Every key of jobtop.
pub const BINDINGS: &[Binding] = &[
    key(
        "enter",
        Action::Open,
        &[Table, Summary, Panel, Detail, Picker, Choice, Text],
        "open the job, drill into a count, apply",
        Some("open"),
    ),
    key("f", Action::FilterPanel, PANES, "filter panel", Some("filter")),
    key(
        "/",
        Action::Search,
        PANES,
        "filter the loaded rows while typing; Enter sends the text to the server",
        Some("search"),
    ),
    key(
        "F",
        Action::Problems,
        JOBS,
        "problems only: failed, with exception, failed objects, or half skipped",
        Some("problems"),
    ),
    key("d", Action::RangePicker, PANES, "range of time", Some("range")),
    key("s", Action::Sort, &[Table], "sort by the column under the cursor: up, down, newest first", Some("sort")),
    key("S", Action::SortPicker, JOBS, "sort by one or two columns", None),
    key(
        "=",
        Action::Keep,
        &[Table],
        "keep the jobs with the value under the cursor; on a time, those of that day",
        None,
    ),
    key("-", Action::Exclude, &[Table], "exclude the jobs with the value under the cursor", None),
    key(
        "e",
        Action::Problem(Step::Down),
        JOBS,
        "next problem; loads more until there is one, Esc stops",
        Some("next problem"),
    ),
    key("E", Action::Problem(Step::Up), JOBS, "problem before", None),
    key("L", Action::LoadAll, JOBS, "load the whole range", None),
    key("? f1", Action::Help, PANES, "these keys", Some("help")),
    key(": ctrl-p", Action::Palette, PANES, "every action by its name, with its key", None),
    key("j", Action::Move(Step::Down), LISTS, "down", None),
    key("down", Action::Move(Step::Down), ARROWS, "down, in a picker too; in the live filter the later text", None),
    key("k", Action::Move(Step::Up), LISTS, "up", None),
    key("up", Action::Move(Step::Up), ARROWS, "up, in a picker too; in the live filter the earlier text", None),
    key("g home", Action::Move(Step::Top), LISTS, "to the top, and follow new jobs there", None),
    key("G end", Action::Move(Step::Bottom), LISTS, "to the last loaded row; asks for more", None),
    key("ctrl-d", Action::Move(Step::HalfDown), LISTS, "half a page down", None),
    key("ctrl-u", Action::Move(Step::HalfUp), LISTS, "half a page up", None),
    key("pgdn ctrl-f", Action::Move(Step::PageDown), LISTS, "a page down", None),
    key("pgup ctrl-b", Action::Move(Step::PageUp), LISTS, "a page up", None),
    key("pgdn", Action::Move(Step::PageDown), &[Picker, Choice], "a page down in a list beside a text", None),
    key("pgup", Action::Move(Step::PageUp), &[Picker, Choice], "a page up in a list beside a text", None),
    key("h left", Action::Side(Side::Left), JOBS, "column, count or tab to the left", None),
    key("l right", Action::Side(Side::Right), JOBS, "column, count or tab to the right", None),
    key("tab", Action::FocusNext, PANES, "next pane", None),
    key("tab", Action::KeepHere, &[Text], "keep the live filter without asking the server", None),
    key("shift-tab", Action::FocusPrevious, PANES, "previous pane", None),
    key("space", Action::Toggle, &[Panel, Picker], "tick or untick", None),
    key("x", Action::Clear, PANES, "clear all filters but the range", None),
    key("{", Action::Earlier, JOBS, "the window of time before", None),
    key("}", Action::Later, JOBS, "the window of time after", None),
    key("u", Action::Undo, PANES, "undo the last change of filter, range, sort or view", None),
    key("U", Action::Redo, PANES, "redo what was undone", None),
    key("p", Action::Detail, JOBS, "detail pane on or off", None),
    key("z", Action::Zoom, JOBS, "detail pane on the whole screen, or back", None),
    key("J", Action::ScrollDetail(Step::Down), JOBS, "scroll the detail pane down", None),
    key("K", Action::ScrollDetail(Step::Up), JOBS, "scroll the detail pane up", None),
    key(")", Action::NextJob, JOBS, "next job, from the detail pane too", None),
    key("(", Action::PreviousJob, JOBS, "previous job, from the detail pane too", None),
    key("y", Action::Copy, JOBS, "copy the job's id (OSC 52: the clipboard of the terminal, over SSH too)", None),
    key("r", Action::Refresh, PANES, "ask the server again; a waiting retry is sent now", None),
    key("R", Action::Live, PANES, "live mode on or off", None),
    key("t", Action::Zone, PANES, "local time or UTC", None),
    key("@", Action::Tenants, PANES, "another tenant of the configuration file", None),
    key("!", Action::Messages, PANES, "messages and requests", None),
    key(
        "esc",
        Action::Back,
        &[Table, Summary, Panel, Detail, Reader, Picker, Choice, Text],
        "one step back; never quits",
        None,
    ),
    key(
        "q",
        Action::Close,
        &[Table, Summary, Panel, Detail, Reader, TooSmall, FirstRun],
        "close this layer; in the table, quit",
        Some("quit"),
    ),
    key(
        "enter",
        Action::Demo,
        &[FirstRun],
        "look around in the demo, where no tenant is set up",
        Some("look around in the demo"),
    ),
    key("l", Action::SetUp, &[FirstRun], "set up a tenant (jobtop login), where none is", Some("set up a tenant")),
    key("ctrl-c", Action::Quit, EVERYWHERE, "quit now, anywhere", None),
    key("ctrl-l", Action::Redraw, EVERYWHERE, "paint the screen anew", None),
    key("ctrl-z", Action::Suspend, EVERYWHERE, "suspend to the shell", None),
];
