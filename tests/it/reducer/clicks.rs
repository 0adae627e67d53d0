//! Clicks in windows and panes: every item is looked for on the painted screen and clicked there, so that what is hit is what is
//! seen.

use jobtop::{
    format::glyph,
    keymap::Step,
    state::{
        ExportForm, Field, Focus, Item, Mouse, Overlay, RangePicker, State, SummaryCell, Tab, Tenant, summary_cells,
    },
    store::{Column, Sort},
    update::{Click, Effect, Message, Target},
    view::{self, Theme},
};
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use crate::world::World;

/// Sizes at which windows are whole, and at which lists in them scroll.
const SIZES: [(u16, u16); 4] = [(120, 40), (80, 24), (60, 14), (200, 60)];

fn world((columns, rows): (u16, u16), keys: &str) -> World {
    let mut world = World::of(120);
    let named = |name: &str| Tenant { name: name.to_owned(), place: "EMEA".to_owned() };
    world.state.tenants = vec![world.state.tenant.clone(), named("fabrikam"), named("northwind")];
    world.tell(Message::Resize(columns, rows));
    world.state.mouse = Mouse::Ours;
    world.keys(keys);
    world
}

fn lines(world: &World) -> Vec<Vec<String>> {
    let (columns, rows) = world.state.size;
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
    view::paint(&world.state, &Theme::default(), &mut buffer);
    (0..rows).map(|y| (0..columns).map(|x| buffer[(x, y)].symbol().to_owned()).collect()).collect()
}

/// Where a text is seen within an area.
fn place_in(world: &World, area: Rect, text: &str) -> Option<Position> {
    let lines = lines(world);
    area.rows().find_map(|row| {
        let cells = &lines[usize::from(row.y)][usize::from(row.x)..usize::from(row.right())];
        let at = (0..cells.len()).find(|at| cells[*at..].concat().starts_with(text))?;
        Some(Position::new(row.x + u16::try_from(at).unwrap(), row.y))
    })
}

fn click(world: &mut World, at: Position) -> Vec<Effect> {
    world.tell(Message::Mouse(Click::At(at.x, at.y)))
}

fn window(world: &World) -> Rect {
    world.state.window(&world.state.layout().unwrap()).unwrap().area
}

/// The names of a window's items, and the one under its cursor.
fn items(state: &State) -> (Vec<String>, usize) {
    let labels = |items: Vec<Item>| items.into_iter().map(|item| item.label).collect();
    let titles = |columns: Vec<Column>| columns.into_iter().map(|column| column.title().to_owned()).collect();
    match state.overlay.as_ref().unwrap() {
        Overlay::Palette(palette) => (palette.items(state).into_iter().map(|item| item.name).collect(), palette.cursor),
        Overlay::Range(picker) => {
            (RangePicker::presets(state).iter().map(|preset| preset.label.to_owned()).collect(), picker.cursor)
        }
        Overlay::Pick(picker) => (labels(picker.items(state)), picker.cursor),
        Overlay::Sort(picker) => (titles(picker.items()), picker.cursor),
        Overlay::Columns(chooser) => {
            (titles(chooser.items.iter().map(|(one, _)| one.column).collect()), chooser.cursor)
        }
        Overlay::Copy(picker) => (picker.items(state).into_iter().map(|item| item.name).collect(), picker.cursor),
        Overlay::Tenants(picker) => (picker.items(state).into_iter().map(|item| item.name).collect(), picker.cursor),
        Overlay::Views(list) => (list.items(state).into_iter().map(|item| item.name).collect(), list.cursor),
        _ => panic!("this is no list"),
    }
}

/// Every list above the panes, and the keys that open it; some are scrolled.
const LISTS: [&str; 12] = [
    ":",
    ":<pgdn><pgdn><pgdn>",
    "fj<enter>",
    "fjj<enter>",
    "fjj<enter><pgdn><pgdn><pgdn>",
    "S",
    "c",
    "c<end>",
    "@",
    "Y",
    "M",
    "d",
];

#[test]
fn e19_in_every_list_a_click_on_an_item_that_is_seen_chooses_that_item_and_the_list_stays() {
    for size in SIZES {
        for keys in LISTS {
            let first = self::world(size, keys);
            let (names, _) = items(&first.state);
            let mut hit = 0;
            for (at, name) in names.iter().enumerate() {
                let Some(place) = first.state.window(&first.state.layout().unwrap()).unwrap().place(at) else {
                    continue;
                };
                let start: String = name.chars().take(usize::from(place.width).saturating_sub(30).max(4)).collect();
                let mut world = self::world(size, keys);
                let seen = place_in(&world, place, &start);
                let seen = seen.unwrap_or_else(|| panic!("{size:?} {keys}: {name} is not where it is said to be"));
                let top = |world: &World| world.state.window(&world.state.layout().unwrap()).unwrap().top;
                let before = top(&world);
                // The first click chooses, unless the item is under the cursor already.
                if items(&world.state).1 != at {
                    click(&mut world, seen);
                    assert_eq!(items(&world.state).1, at, "{size:?} {keys}: {name}");
                    assert_eq!(top(&world), before, "{size:?} {keys}: {name} moved when it was clicked");
                }
                hit += 1;
            }
            assert!(hit > 2 || names.len() < 4 || size.1 < 20, "{size:?} {keys}: {hit} of {} were seen", names.len());
        }
    }
}

/// Clicks an item until it is chosen, then once more.
fn click_twice(world: &mut World, text: &str) -> Vec<Effect> {
    let at = place_in(world, window(world), text).unwrap_or_else(|| panic!("{text} is not seen"));
    let before = items(&world.state).1;
    let effects = click(world, at);
    if world.state.overlay.is_some() && items(&world.state).1 != before { click(world, at) } else { effects }
}

#[test]
fn e19_a_click_on_the_chosen_item_does_what_enter_does() {
    let mut world = self::world((120, 40), ":");
    click_twice(&mut world, "problems only");
    assert!(world.state.overlay.is_none() && world.state.filter.problems);
    let mut world = self::world((120, 40), "@");
    let effects = click_twice(&mut world, "northwind");
    assert!(effects.contains(&Effect::Connect(Target::Tenant("northwind".to_owned()))));
    let mut world = self::world((120, 40), "Y");
    let first = items(&world.state).0[1].clone();
    assert!(click_twice(&mut world, &first).iter().any(|effect| matches!(effect, Effect::Copy(_))));
    let mut world = self::world((120, 40), "M");
    click_twice(&mut world, "problems");
    assert_eq!(world.state.view_name.as_deref(), Some("problems"));
    for preset in RangePicker::presets(&self::world((120, 40), "").state) {
        let mut world = self::world((120, 40), "d");
        click_twice(&mut world, preset.label);
        assert!(world.state.overlay.is_none(), "{}", preset.label);
        assert_eq!(world.state.filter.range, preset.range, "{}", preset.label);
    }
    // What is written is worth more than a preset, so the first click only takes it away.
    let mut world = self::world((120, 40), "d3d");
    let preset = place_in(&world, window(&world), "last 24 h").unwrap();
    click(&mut world, preset);
    assert!(matches!(&world.state.overlay, Some(Overlay::Range(picker)) if picker.input.value().is_empty()));
}

#[test]
fn e19_where_items_are_ticked_a_click_on_the_tick_ticks_and_one_on_the_chosen_name_too() {
    for keys in ["fj<enter>", "fjj<enter>"] {
        let mut world = self::world((120, 40), keys);
        let ticked = |world: &World| match &world.state.overlay {
            Some(Overlay::Pick(picker)) => picker.chosen.len(),
            _ => panic!("the list has gone"),
        };
        let list = world.state.window(&world.state.layout().unwrap()).unwrap().list;
        click(&mut world, Position::new(list.x + 1, list.y + 3));
        assert_eq!((ticked(&world), items(&world.state).1), (1, 3));
        click(&mut world, Position::new(list.x + 8, list.y + 2));
        assert_eq!((ticked(&world), items(&world.state).1), (1, 2));
        click(&mut world, Position::new(list.x + 8, list.y + 2));
        assert_eq!(ticked(&world), 2);
    }
    let mut world = self::world((120, 40), "S");
    click_twice(&mut world, "Skipped");
    let keys = match &world.state.overlay {
        Some(Overlay::Sort(picker)) => picker.keys.clone(),
        _ => Vec::new(),
    };
    assert!(matches!(keys[..], [Sort { column: Column::Skipped, .. }]));
    let mut world = self::world((120, 40), "c");
    click_twice(&mut world, "Total");
    world.keys("<enter>");
    assert!(world.state.columns.chosen().iter().all(|one| one.column != Column::Total));
}

#[test]
fn e19_a_click_on_a_format_chooses_it_and_writes_nothing() {
    for size in SIZES {
        for (at, (_, name, _)) in ExportForm::FORMATS.iter().enumerate() {
            let mut world = self::world(size, "W");
            let seen = place_in(&world, window(&world), &format!(" {name} ")).unwrap();
            let effects = click(&mut world, Position::new(seen.x + 1, seen.y));
            assert!(matches!(&world.state.overlay, Some(Overlay::Export(form)) if form.format == at), "{name}");
            assert!(!effects.iter().any(|effect| matches!(effect, Effect::Export(_))));
        }
    }
}

#[test]
fn e19_a_click_outside_a_window_closes_it_like_esc() {
    for keys in LISTS.into_iter().chain(["W"]) {
        let (mut clicked, mut left) = (world((120, 40), keys), world((120, 40), keys));
        click(&mut clicked, Position::new(0, 20));
        left.keys("<esc>");
        assert!(clicked.state.overlay.is_none(), "{keys}");
        assert_eq!(lines(&clicked), lines(&left), "{keys}");
    }
}

#[test]
fn e19_the_wheel_moves_through_a_list() {
    let mut world = self::world((120, 40), "fjj<enter>");
    world.tell(Message::Mouse(Click::Wheel(Step::Down, 60, 20)));
    assert_eq!(items(&world.state).1, 1);
}

#[test]
fn e19_a_click_on_a_line_of_the_panel_chooses_it_and_again_changes_it() {
    for size in [(120, 40), (80, 24), (160, 45)] {
        for (at, field) in Field::ALL.into_iter().enumerate().filter(|(_, field)| field.is_tick()) {
            let mut world = self::world(size, "f");
            let name = match field {
                Field::Status(status) => format!("{} {}", glyph(Some(status)), status.word()),
                _ => "problems only".to_owned(),
            };
            let panel = world.state.layout().unwrap().panel.unwrap();
            let Some(seen) = place_in(&world, panel, &name) else { continue };
            let is_on = |world: &World| match field {
                Field::Status(status) => world.state.filter.statuses.contains(&status),
                _ => world.state.filter.problems,
            };
            click(&mut world, seen);
            assert_eq!(world.state.panel.as_ref().map(|panel| panel.cursor), Some(at), "{size:?} {name}");
            assert!(!is_on(&world), "{size:?} {name}");
            let seen = place_in(&world, panel, &name).unwrap();
            click(&mut world, seen);
            assert!(is_on(&world), "{size:?} {name}");
            click(&mut world, Position::new(seen.x.saturating_sub(4).max(panel.x + 1), seen.y));
            assert!(!is_on(&world), "{size:?} {name}: its tick takes it off");
        }
    }
    let mut world = self::world((160, 45), "f");
    for (name, opens) in [("Range", "Range"), ("Service", "Services"), ("Type", "Job types")] {
        let panel = world.state.layout().unwrap().panel.unwrap();
        let seen = place_in(&world, panel, name).unwrap();
        click(&mut world, seen);
        if world.state.overlay.is_none() {
            click(&mut world, seen);
        }
        assert!(place_in(&world, window(&world), opens).is_some(), "{name}");
        world.keys("<esc>");
    }
    let panel = world.state.layout().unwrap().panel.unwrap();
    let (text, range) = (place_in(&world, panel, "Text").unwrap(), place_in(&world, panel, "Range").unwrap());
    click(&mut world, text);
    click(&mut world, text);
    world.keys("abc");
    click(&mut world, range);
    let panel = world.state.panel.as_ref().unwrap();
    assert!(panel.editing.is_none() && panel.field() == Field::Range && world.state.filter.text.is_empty());
}

#[test]
fn e19_a_click_on_a_number_of_the_summary_opens_its_jobs_as_enter_does() {
    for size in [(200, 60), (120, 40), (80, 24), (60, 14)] {
        let first = world(size, "L");
        let layout = first.state.layout().unwrap();
        let numbers = jobtop::document::strip::numbers(&first.state, &layout);
        assert!(numbers.len() > 3, "{size:?}");
        assert!(numbers.iter().all(|number| summary_cells(&first.state).contains(&number.cell)));
        for number in numbers.iter().filter(|number| !number.place.is_empty()) {
            let cells = usize::from(number.place.width);
            let start: String = number.text.chars().take(cells).collect();
            let seen = place_in(&first, number.place, &start);
            assert_eq!(seen, Some(number.place.as_position()), "{size:?} {}", number.text);
            let (mut clicked, mut keyed) = (world(size, "L"), world(size, "L"));
            click(&mut clicked, seen.unwrap());
            keyed.state.focus = Focus::Summary(number.cell);
            keyed.keys("<enter>");
            assert_eq!(clicked.state.filter, keyed.state.filter, "{size:?} {}", number.text);
            assert_eq!(lines(&clicked), lines(&keyed), "{size:?} {}", number.text);
        }
    }
    let mut world = self::world((120, 40), "L");
    let strip = world.state.layout().unwrap().strip;
    let seen = place_in(&world, strip, "✗").unwrap();
    click(&mut world, seen);
    assert_eq!(world.state.crumbs.len(), 1);
    assert!(matches!(summary_cells(&world.state).first(), Some(SummaryCell::Status(_))));
}

#[test]
fn e19_a_click_on_a_tab_of_the_detail_shows_that_side_of_the_job() {
    for size in [(120, 40), (80, 24)] {
        let mut world = self::world(size, "p");
        for tab in [Tab::Fields, Tab::Runs, Tab::Job] {
            let detail = world.state.layout().unwrap().detail.unwrap();
            let tabs = Rect { y: detail.y + 1, height: 1, ..detail };
            let seen = place_in(&world, tabs, tab.title()).unwrap();
            click(&mut world, seen);
            assert_eq!(world.state.detail.map(|detail| detail.tab), Some(tab));
            assert_eq!(world.state.focus, Focus::Detail);
        }
    }
}

#[test]
fn e19_a_click_on_the_cell_under_the_cursor_does_what_enter_does() {
    let mut world = self::world((120, 40), "L");
    let table = world.state.layout().unwrap().table.unwrap();
    let started = world.state.slots().iter().copied().find(|slot| slot.column == Column::Started).unwrap();
    let at = Position::new(table.x + started.x + 1, table.y + 4);
    click(&mut world, at);
    assert_eq!((world.state.table.index, world.state.table.column), (3, Column::Started));
    assert!(world.state.detail.is_none());
    click(&mut world, at);
    assert!(world.state.detail.is_some() && world.state.table.index == 3);
}
