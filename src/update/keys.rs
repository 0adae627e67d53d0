//! Keys and pastes: what a key means where the focus is, and which room takes it.

use crossterm::event::{Event, KeyCode, KeyModifiers};
use tui_input::{InputRequest, backend::crossterm::to_input_request};

use super::{
    Effect, Target, columns, copy, export, finding, marks, mouse, overlays, paging, palette, panes, portal, sorting,
    table, theme, view_list, views, watch,
};
use crate::{
    keymap::{Action, Context, Key, Step},
    policy,
    state::{Focus, Help, Overlay, State},
};

pub(super) fn press(state: &mut State, key: Key, effects: &mut Vec<Effect>) {
    state.notice = None;
    let context = state.context();
    match state.keymap.action(context, key) {
        Some(action) => act(state, context, action, effects),
        None if context.takes_text() => write(state, request(key)),
        None => {}
    }
}

pub(super) fn write_all(state: &mut State, text: &str) {
    state.notice = None;
    if state.context().takes_text() {
        text.chars().for_each(|c| write(state, Some(InputRequest::InsertChar(c))));
    }
}

pub(super) fn paste(state: &mut State, text: &str) {
    if state.context().takes_text() {
        let typed = text
            .chars()
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .filter(|c| !c.is_control())
            .take(policy::PASTE_CHARS);
        typed.for_each(|c| write(state, Some(InputRequest::InsertChar(c))));
    }
}

/// Performs an action in a pane.
pub(super) fn act(state: &mut State, context: Context, action: Action, effects: &mut Vec<Effect>) {
    match action {
        Action::Quit => quit(state, effects),
        Action::Redraw => effects.push(Effect::Redraw),
        Action::Suspend => effects.push(Effect::Suspend),
        Action::Help => state.overlay = Some(Overlay::Help(Help::default())),
        Action::Palette => palette::open(state),
        Action::Messages => (state.overlay, state.find) = (Some(Overlay::Messages(0)), None),
        Action::RangePicker => overlays::open_range(state),
        Action::Search => overlays::open_search(state),
        Action::Find => finding::open(state),
        Action::Match(step) => finding::step(state, step),
        Action::KeepHere if state.find_input().is_some() => finding::act(state, Action::Open),
        Action::KeepHere => overlays::keep_text_here(state),
        Action::FilterPanel => panes::toggle_panel(state),
        Action::Problems => state.filter.problems = !state.filter.problems,
        Action::Clear => table::clear_filters(state),
        Action::Earlier => table::earlier(state),
        Action::Later => table::later(state),
        Action::Sort => sorting::by_column(state),
        Action::SortPicker => sorting::open(state),
        Action::Columns => columns::open(state),
        Action::Wide => columns::toggle_wide(state),
        Action::ColumnWidth(side) => columns::resize(state, side),
        Action::ShiftColumn(_) | Action::PinColumn | Action::ResetColumns => columns::act(state, action),
        Action::Keep => sorting::keep(state, true),
        Action::Exclude => sorting::keep(state, false),
        Action::View(digit) => views::show(state, usize::from(digit)),
        Action::NextView => views::step(state, true),
        Action::PreviousView => views::step(state, false),
        Action::SaveView => views::open_save(state),
        Action::Views => view_list::open(state),
        Action::Themes => theme::open(state),
        Action::Theme(number) => theme::set(state, number, effects),
        Action::Watch => watch::turn(state),
        Action::Portal => portal::open(state, effects),
        Action::Mark => marks::mark(state),
        Action::MarkRange => marks::range(state),
        Action::MarkAll => marks::all(state),
        Action::Undo => views::undo(state),
        Action::Redo => views::redo(state),
        Action::Detail => panes::toggle_detail(state),
        Action::DetailSide => panes::turn_side(state),
        Action::Zoom => panes::zoom(state),
        Action::ScrollDetail(step) => panes::scroll_detail(state, step),
        Action::NextJob => table::step_job(state, Step::Down),
        Action::PreviousJob => table::step_job(state, Step::Up),
        Action::LoadAll => paging::load_all(state),
        Action::Problem(step) => table::step_problem(state, step),
        Action::CopyPicker => copy::open(state),
        Action::Export => export::open(state),
        Action::Copy => copy::ids(state, effects),
        Action::Refresh => paging::refresh(state, effects),
        Action::Mouse => mouse::toggle(state),
        Action::Live => paging::toggle_live(state, effects),
        Action::Zone => table::toggle_zone(state),
        Action::Tenants => overlays::open_tenants(state),
        Action::Demo => effects.push(Effect::Connect(Target::Demo)),
        Action::SetUp => effects.push(Effect::SetUp),
        Action::FocusNext => panes::focus(state, 1),
        Action::FocusPrevious => panes::focus(state, -1),
        Action::Back => back(state, context, effects),
        Action::Close => close(state, context, effects),
        Action::Open | Action::Toggle | Action::Rename | Action::Delete | Action::Move(_) | Action::Side(_) => {
            at_cursor(state, context, action, effects);
        }
    }
}

/// Actions that mean what the pane under the cursor makes of them.
fn at_cursor(state: &mut State, context: Context, action: Action, effects: &mut Vec<Effect>) {
    match context {
        Context::Table => table::act(state, action),
        Context::Summary => panes::act_in_summary(state, action),
        Context::Panel => panes::act_in_panel(state, action),
        Context::Detail => panes::act_in_detail(state, action),
        Context::Text if state.find_input().is_some() => finding::act(state, action),
        Context::Text if state.overlay.is_none() => panes::act_in_panel_text(state, action),
        Context::Reader | Context::Picker | Context::Choice | Context::Columns | Context::Text => {
            overlays::act(state, action, effects);
        }
        Context::TooSmall | Context::FirstRun => {}
    }
}

/// One step back, which never quits: a search in a text, overlay, text field, marks, focus, loading, text, drill-down, detail.
fn back(state: &mut State, context: Context, effects: &mut Vec<Effect>) {
    if finding::back(state) {
    } else if state.overlay.is_some() {
        overlays::cancel(state);
    } else if context == Context::Text {
        panes::act_in_panel_text(state, Action::Back);
    } else if marks::back(state) {
    } else if state.focus != Focus::Table {
        panes::leave(state);
    } else if !paging::stop(state, effects) && !table::clear_text(state) && !table::leave_drill(state) {
        let had_detail = state.detail.take().is_some();
        state.notice = (!had_detail)
            .then(|| format!("nothing to go back from; {} quits", state.keymap.key(Context::Table, Action::Close)));
    }
}

fn close(state: &mut State, context: Context, effects: &mut Vec<Effect>) {
    match context {
        Context::Reader | Context::Columns => state.overlay = None,
        Context::Detail | Context::Panel | Context::Summary => panes::close(state),
        // On a small screen the detail covers the table without having been zoomed.
        _ if state.layout().is_some_and(|layout| layout.table.is_none()) => panes::close(state),
        _ => {
            if !table::leave_drill(state) {
                quit(state, effects);
            }
        }
    }
}

fn quit(state: &State, effects: &mut Vec<Effect>) {
    views::leave_for_good(state, effects);
    effects.push(Effect::Quit);
}

fn write(state: &mut State, request: Option<InputRequest>) {
    let Some(request) = request else { return };
    if state.find_input().is_some() {
        finding::write(state, request);
    } else if state.overlay.is_some() {
        overlays::write(state, request);
    } else if let Some(panel) = &mut state.panel
        && let Some(input) = &mut panel.editing
    {
        input.handle(request);
        panel.error = None;
    }
}

/// What a key does in a line of text: Emacs keys, and word moves with Alt, which terminals send in place of Meta.
fn request(key: Key) -> Option<InputRequest> {
    let event = key.event();
    match (event.code, event.modifiers) {
        (KeyCode::Char('b'), KeyModifiers::ALT) => Some(InputRequest::GoToPrevWord),
        (KeyCode::Char('f'), KeyModifiers::ALT) => Some(InputRequest::GoToNextWord),
        (KeyCode::Char('d'), KeyModifiers::ALT) => Some(InputRequest::DeleteNextWord),
        _ => to_input_request(&Event::Key(event)),
    }
}
