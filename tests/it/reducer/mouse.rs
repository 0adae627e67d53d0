//! The mouse in sentences: what is clicked is found on the painted screen, so that what is hit is what is seen.

use jobtop::{
    keymap::Step,
    state::{Field, Focus, Mouse, Overlay},
    store::{Column, Direction, Sort},
    update::{Click, Effect, Message},
    view::{self, Theme},
};
use ratatui::{buffer::Buffer, layout::Rect};

use crate::world::World;

fn world(columns: u16, rows: u16) -> World {
    let mut world = World::of(120);
    world.tell(Message::Resize(columns, rows));
    world.state.mouse = Mouse::Ours;
    world
}

/// The first place where a text is seen.
fn place_of(world: &World, text: &str) -> (u16, u16) {
    place_below(world, text, 0)
}

/// The same from a row on.
fn place_below(world: &World, text: &str, first: u16) -> (u16, u16) {
    let (columns, rows) = world.state.size;
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
    view::paint(&world.state, &Theme::default(), &mut buffer);
    for y in first..rows {
        let line: Vec<&str> = (0..columns).map(|x| buffer[(x, y)].symbol()).collect();
        let found = (0..line.len()).find(|at| line[*at..].concat().starts_with(text));
        if let Some(at) = found {
            return (u16::try_from(at).unwrap(), y);
        }
    }
    panic!("{text} is not on the screen")
}

fn click_on(world: &mut World, text: &str) -> Vec<Effect> {
    let (column, row) = place_of(world, text);
    world.tell(Message::Mouse(Click::At(column, row)))
}

fn click_hint(world: &mut World, text: &str) {
    let (column, row) = place_below(world, text, world.state.size.1 - 1);
    world.tell(Message::Mouse(Click::At(column, row)));
}

#[test]
fn e19_a_click_selects_a_row_and_gives_the_table_the_focus() {
    let mut world = world(120, 40);
    world.keys("f");
    let table = world.state.layout().unwrap().table.unwrap();
    world.tell(Message::Mouse(Click::At(table.x + 3, table.y + 5)));
    assert_eq!((world.state.table.index, world.state.focus), (4, Focus::Table));
    let before = world.state.table.clone();
    world.tell(Message::Mouse(Click::At(table.x + 3, table.bottom())));
    assert_eq!(world.state.table, before, "the rule is no row");
}

#[test]
fn e19_a_click_on_a_columns_head_sorts_by_it_and_again_the_other_way_round() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut world = world(columns, rows);
        for direction in [Some(Direction::Ascending), Some(Direction::Descending), None] {
            // The chip of the sort says so too.
            let head = world.state.layout().unwrap().table.unwrap().y;
            let (column, row) = place_below(&world, "Failed", head);
            world.tell(Message::Mouse(Click::At(column, row)));
            let sort = direction.map(|direction| Sort { column: Column::Failed, direction });
            assert_eq!(world.state.sort, sort, "{columns}x{rows}");
        }
    }
}

#[test]
fn e19_a_click_on_a_chip_opens_what_changes_it() {
    let mut world = world(120, 40);
    world.keys("Fs/exc<tab>");
    click_on(&mut world, "problems ·");
    let panel = world.state.panel.as_ref().map(jobtop::state::Panel::field);
    assert_eq!((panel, world.state.focus), (Some(Field::Problems), Focus::Panel));
    world.keys("<esc>");
    click_on(&mut world, "“exc”");
    assert!(matches!(world.state.overlay, Some(Overlay::Search(_))));
    world.keys("<esc>");
    click_on(&mut world, "sort Type");
    assert!(matches!(world.state.overlay, Some(Overlay::Sort(_))));
}

#[test]
fn e19_a_click_on_a_hint_does_what_the_hint_says() {
    let mut world = world(120, 40);
    click_hint(&mut world, "range");
    assert!(matches!(world.state.overlay, Some(Overlay::Range(_))));
    click_hint(&mut world, "back");
    assert!(world.state.overlay.is_none());
    click_hint(&mut world, "problems");
    assert!(world.state.filter.problems);
    world.keys("x");
    let (column, row) = place_below(&world, "problems", 39);
    world.tell(Message::Mouse(Click::At(column + 9, row)));
    assert!(!world.state.filter.problems, "the gap behind a hint is no hint");
}

#[test]
fn e19_the_wheel_moves_what_is_under_it() {
    let mut world = world(120, 40);
    world.keys("p");
    let layout = world.state.layout().unwrap();
    let (table, detail) = (layout.table.unwrap(), layout.detail.unwrap());
    let wheel = |step, area: Rect| Message::Mouse(Click::Wheel(step, area.x + 2, area.y + 2));
    world.tell(wheel(Step::Down, table));
    assert_eq!(world.state.table.index, 3);
    world.tell(wheel(Step::Up, table));
    assert_eq!(world.state.table.index, 0);
    world.tell(Message::Resize(120, 20));
    let detail = world.state.layout().unwrap().detail.unwrap_or(detail);
    world.tell(wheel(Step::Down, detail));
    assert!(world.state.detail.unwrap().scroll > 0 && world.state.table.index == 0);
}

#[test]
fn e19_text_is_the_terminals_to_select_and_whatever_is_clicked_nothing_breaks() {
    let mut world = world(80, 24);
    for (keys, ours) in [("", true), ("?", false), ("<esc>!", false), ("<esc>z", false), ("z", true), ("d", true)] {
        world.keys(keys);
        assert_eq!(world.state.has_mouse(), ours, "after {keys}");
    }
    for keys in ["<esc>", "f", "fj<enter>", "L<tab><enter>", "/x", "<enter>"] {
        let mut world = self::world(80, 24);
        world.keys(keys);
        for (column, row) in (0..90).step_by(7).flat_map(|column| (0..30).map(move |row| (column, row))) {
            world.tell(Message::Mouse(Click::Wheel(Step::Down, column, row)));
            world.tell(Message::Mouse(Click::At(column, row)));
            place_of(&world, "");
        }
    }
}
