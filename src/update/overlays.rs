//! What lies above the panes: help, messages, the live filter, the pickers.

use tui_input::{Input, InputRequest};

use super::{Effect, Target, columns, copy, export, palette, sorting, table, theme, view_list, views};
use crate::{
    filter::{Expression, literal},
    keymap::{Action, Step},
    model::{JobType, Service},
    policy,
    state::{Item, Overlay, Picker, PickerKind, RangePicker, SearchBox, State, TenantPicker},
};

pub(super) fn open_range(state: &mut State) {
    state.overlay = Some(Overlay::Range(RangePicker::new(state)));
}

/// Opens the live filter on what is being looked for already.
pub(super) fn open_search(state: &mut State) {
    let filter = &state.filter;
    // Enter divides the text again, so all of it has to be there: what the server looks for, and what we do.
    let (sought, own) = (literal(&filter.search), filter.text.as_str());
    let text = if own.starts_with(&sought) { own.to_owned() } else { format!("{sought} {own}").trim().to_owned() };
    state.overlay = Some(Overlay::Search(Box::new(SearchBox {
        input: Input::from(text),
        error: None,
        recalled: 0,
        draft: String::new(),
        before: filter.clone(),
        table: state.table.clone(),
    })));
    read(state);
}

pub(super) fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let page = state.layout().map_or(1, |layout| usize::from(layout.screen.height)).max(1);
    match (&mut state.overlay, action) {
        (Some(Overlay::Help(help)), Action::Move(step)) => {
            let last = help.rows(&state.keymap).len().saturating_sub(1);
            help.scroll = table::moved(help.scroll, step, page, last);
        }
        (Some(Overlay::Help(_)), Action::Open) => state.overlay = None,
        (Some(Overlay::Palette(_)), _) => palette::act(state, action, effects),
        (Some(Overlay::Messages(scroll)), Action::Move(step)) => {
            let last = state.log.entries().len().saturating_sub(1);
            *scroll = table::moved(*scroll, step, page, last);
        }
        (Some(Overlay::Search(_)), Action::Open) => send_search(state),
        (Some(Overlay::Search(_)), Action::Move(step)) => recall(state, step),
        (Some(Overlay::Range(_)), _) => act_in_range(state, action),
        (Some(Overlay::Pick(_)), _) => act_in_picker(state, action),
        (Some(Overlay::Save(_)), Action::Open) => views::save(state, effects),
        (Some(Overlay::Copy(_)), _) => copy::act(state, action, effects),
        (Some(Overlay::Export(_)), _) => export::act(state, action, effects),
        (Some(Overlay::Sort(_)), _) => sorting::act(state, action),
        (Some(Overlay::Views(_)), _) => view_list::act(state, action, effects),
        (Some(Overlay::Themes(_)), _) => theme::act(state, action, effects),
        (Some(Overlay::Columns(_)), _) => columns::act(state, action),
        (Some(Overlay::Tenants(_)), _) => act_in_tenants(state, action, effects),
        _ => {}
    }
}

/// Tab in the live filter: the text stays ours, and the server is not asked.
pub(super) fn keep_text_here(state: &mut State) {
    if let Some(Overlay::Search(search)) = &state.overlay {
        let text = search.input.value().to_owned();
        remember(state, text);
        state.overlay = None;
    }
}

/// Esc: as if the overlay had not been opened.
pub(super) fn cancel(state: &mut State) {
    match state.overlay.take() {
        Some(Overlay::Search(search)) => {
            state.filter = search.before;
            state.table = search.table;
        }
        Some(Overlay::Views(list)) => view_list::back(state, list),
        _ => {}
    }
}

/// A change to the text of the overlay.
pub(super) fn write(state: &mut State, request: InputRequest) {
    match &mut state.overlay {
        Some(Overlay::Search(search)) => {
            search.input.handle(request);
            search.recalled = 0;
            read(state);
        }
        Some(Overlay::Range(range)) => {
            range.input.handle(request);
            range.error = None;
        }
        Some(Overlay::Pick(picker)) => {
            picker.input.handle(request);
            picker.cursor = 0;
        }
        Some(Overlay::Save(input)) => drop(input.handle(request)),
        Some(Overlay::Export(form)) => drop(form.path.handle(request)),
        Some(Overlay::Copy(picker)) => {
            picker.input.handle(request);
            picker.cursor = 0;
        }
        Some(Overlay::Sort(picker)) => {
            picker.input.handle(request);
            picker.cursor = 0;
        }
        Some(Overlay::Views(list)) => {
            if let Some((_, name)) = &mut list.renamed {
                name.handle(request);
            } else {
                list.input.handle(request);
                (list.cursor, list.doomed) = (0, None);
            }
        }
        Some(Overlay::Themes(picker)) => {
            picker.input.handle(request);
            picker.cursor = 0;
        }
        Some(Overlay::Tenants(picker)) => {
            picker.input.handle(request);
            picker.cursor = 0;
        }
        Some(Overlay::Palette(palette)) => {
            palette.input.handle(request);
            palette.cursor = 0;
        }
        Some(Overlay::Help(help)) => {
            help.input.handle(request);
            help.scroll = 0;
        }
        _ => {}
    }
}

/// Filters by what is written, if it can be read; otherwise the rows stay those of the last text that could.
fn read(state: &mut State) {
    let Some(Overlay::Search(search)) = &mut state.overlay else { return };
    match Expression::parse(search.input.value(), state.now, state.zones.shown) {
        Ok(expression) => {
            search.error = None;
            state.filter.text = expression;
        }
        Err(error) => search.error = Some(error),
    }
}

/// Enter in the live filter: the server looks for the words in the whole range, the rest of the text stays ours.
fn send_search(state: &mut State) {
    let Some(Overlay::Search(search)) = &state.overlay else { return };
    if search.error.is_some() {
        return;
    }
    let text = search.input.value().to_owned();
    (state.filter.search, state.filter.text) = state.filter.text.divide();
    remember(state, text);
    state.overlay = None;
}

/// Up and Down in the live filter: the texts of before.
fn recall(state: &mut State, step: Step) {
    let Some(Overlay::Search(search)) = &mut state.overlay else { return };
    if search.recalled == 0 {
        search.input.value().clone_into(&mut search.draft);
    }
    let earlier = state.searches.len();
    search.recalled =
        if step == Step::Up { (search.recalled + 1).min(earlier) } else { search.recalled.saturating_sub(1) };
    let text = match search.recalled {
        0 => search.draft.clone(),
        back => state.searches[earlier - back].clone(),
    };
    search.input = Input::from(text);
    read(state);
}

fn remember(state: &mut State, text: String) {
    if !text.trim().is_empty() {
        state.searches.retain(|other| *other != text);
        state.searches.push(text);
        let over = state.searches.len().saturating_sub(policy::SEARCHES);
        state.searches.drain(..over);
    }
}

fn act_in_range(state: &mut State, action: Action) {
    let Some(Overlay::Range(mut picker)) = state.overlay.take() else { return };
    match action {
        Action::Open => match picker.choice(state) {
            Ok(range) => {
                state.filter.range = range;
                return;
            }
            Err(error) => picker.error = Some(error),
        },
        Action::Move(step) => picker.cursor = moved_round(picker.cursor, step, RangePicker::presets(state).len()),
        _ => {}
    }
    state.overlay = Some(Overlay::Range(picker));
}

fn act_in_picker(state: &mut State, action: Action) {
    let Some(Overlay::Pick(mut picker)) = state.overlay.take() else { return };
    let items = picker.items(state);
    match action {
        Action::Open => return choose(state, picker, &items),
        Action::Toggle => {
            if let Some(item) = items.get(picker.cursor)
                && !picker.chosen.remove(&item.value)
            {
                picker.chosen.insert(item.value);
            }
        }
        Action::Move(step) => picker.cursor = moved_round(picker.cursor, step, items.len()),
        _ => {}
    }
    state.overlay = Some(Overlay::Pick(picker));
}

/// Opens the list of tenants, unless there is nothing to choose.
pub(super) fn open_tenants(state: &mut State) {
    if state.tenants.len() < 2 {
        state.notice = Some("no other tenant is set up; each is a profile of the configuration file".to_owned());
        return;
    }
    let current = state.tenants.iter().position(|tenant| *tenant == state.tenant).unwrap_or(0);
    state.overlay = Some(Overlay::Tenants(TenantPicker { cursor: current, ..TenantPicker::default() }));
}

fn act_in_tenants(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let Some(Overlay::Tenants(mut picker)) = state.overlay.take() else { return };
    let names: Vec<String> = picker.items(state).iter().map(|tenant| tenant.name.clone()).collect();
    match action {
        Action::Open => {
            if let Some(name) = names.into_iter().nth(picker.cursor).filter(|name| *name != state.tenant.name) {
                views::leave(state, effects);
                effects.push(Effect::Connect(Target::Tenant(name)));
            }
            return;
        }
        Action::Move(step) => picker.cursor = moved_round(picker.cursor, step, names.len()),
        _ => {}
    }
    state.overlay = Some(Overlay::Tenants(picker));
}

/// Enter takes what is ticked; where nothing was ticked, before or now, the item under the cursor.
fn choose(state: &mut State, mut picker: Picker, items: &[Item]) {
    let before = Picker::new(picker.kind, &state.filter).chosen;
    if picker.chosen.is_empty() && before.is_empty() {
        picker.chosen.extend(items.get(picker.cursor).map(|item| item.value));
    }
    let chosen = picker.chosen.into_iter();
    match picker.kind {
        PickerKind::Types => state.filter.types = chosen.map(JobType).collect(),
        PickerKind::Services => {
            state.filter.services = chosen.map(Service).collect();
            let services = &state.filter.services;
            let fits = |job_type: &JobType| job_type.service().is_none_or(|service| services.contains(&service));
            if !services.is_empty() {
                state.filter.types.retain(fits);
            }
        }
    }
}

/// What a page is in a list above the panes.
const LIST_PAGE: usize = 10;

/// A step in a short list, which goes round at its ends.
pub(super) fn moved_round(index: usize, step: Step, len: usize) -> usize {
    match step {
        Step::Up if index == 0 => len.saturating_sub(1),
        Step::Down if index + 1 >= len => 0,
        step => table::moved(index, step, LIST_PAGE, len.saturating_sub(1)),
    }
}
