//! Layers: what takes the keys, what closes, what quits.

use jobtop::{
    keymap::Context,
    state::{Detail, Focus, Tab, Tenant},
    update::{Effect, Message, Target},
};

use crate::world::World;

/// Scripts that lead into every place where keys can be.
#[rustfmt::skip]
const PLACES: [&str; 23] = [
    "", "<tab>", "f", "fjjjj<enter>", "fjjjj<enter>text", "f<enter>", "fj<enter>az", "p", "z", "z<tab>", "?", "!", "/",
    "/J00", "d", "d7d", "<tab><enter>", ":", "f:text", "?text", "S", "Sfail", "<ctrl-s>name",
];

#[test]
fn esc_never_quits_and_leads_back_to_the_table() {
    for place in PLACES {
        let mut world = World::of(60);
        world.keys(place);
        for _ in 0..8 {
            assert!(!world.keys("<esc>").contains(&Effect::Quit), "after “{place}”");
        }
        let state = &world.state;
        assert_eq!((state.context(), state.crumbs.len(), state.detail), (Context::Table, 0, None), "after “{place}”");
        assert!(state.notice.is_some(), "at the end Esc says what quits");
    }
}

#[test]
fn ctrl_c_quits_from_everywhere_even_from_a_text_field() {
    for place in PLACES {
        for size in [(80, 24), (1, 1)] {
            let mut world = World::of(60);
            world.keys(place);
            world.tell(Message::Resize(size.0, size.1));
            assert!(world.keys("<ctrl-c>").contains(&Effect::Quit), "after “{place}” at {size:?}");
        }
    }
}

#[test]
fn q_closes_layer_by_layer_and_quits_at_the_root() {
    let layers = [("", 0), ("<tab>", 1), ("f", 1), ("z", 1), ("!", 1), ("<tab><enter>", 2), ("fz!", 2), ("z!", 2)];
    for (place, closes) in layers {
        let mut world = World::of(60);
        world.keys(place);
        for layer in 0..closes {
            assert!(!world.keys("q").contains(&Effect::Quit), "layer {layer} after “{place}”");
        }
        assert!(world.keys("q").contains(&Effect::Quit), "after “{place}”: {:?}", world.state.focus);
    }
}

#[test]
fn q_is_a_letter_where_text_is_written() {
    for place in ["/", "d", "fjjj<enter>", "fj<enter>", "?", ":", "<ctrl-s>"] {
        let mut world = World::of(60);
        world.keys(place);
        assert!(!world.keys("qjkr?").contains(&Effect::Quit), "after “{place}”");
    }
}

#[test]
fn tab_goes_round_the_open_panes_in_the_order_of_the_screen() {
    let mut world = World::of(60);
    world.keys("pf");
    let mut seen = Vec::new();
    for _ in 0..4 {
        world.keys("<tab>");
        seen.push(world.state.context());
    }
    assert_eq!(seen, [Context::Table, Context::Detail, Context::Summary, Context::Panel]);
    world.keys("<shift-tab><shift-tab>");
    assert_eq!(world.state.focus, Focus::Detail);
}

#[test]
fn another_job_is_shown_from_its_first_line_and_left_and_right_turn_the_tabs() {
    let mut world = World::of(60);
    world.keys("zjjj");
    assert!(world.state.detail.is_some_and(|detail| detail.scroll > 0));
    world.keys(")");
    assert_eq!(world.state.detail.map(|detail| detail.scroll), Some(0));
    world.keys("lll");
    assert_eq!(world.state.detail.map(|detail| detail.tab), Some(Tab::Fields));
    world.keys("h");
    assert_eq!(world.state.detail.map(|detail| detail.tab), Some(Tab::Runs));
}

#[test]
fn the_detail_pane_scrolls_no_further_than_its_text() {
    let mut world = World::of(60);
    world.keys("zG");
    let end = world.state.detail;
    world.keys("jjjj");
    assert_eq!(world.state.detail, end);
    world.tell(Message::Resize(200, 200));
    assert_eq!(world.state.detail, end.map(|end| Detail { scroll: 0, ..end }));
}

#[test]
fn a_terminal_that_is_too_small_takes_no_key_but_to_leave() {
    let mut world = World::of(60);
    world.tell(Message::Resize(39, 7));
    assert_eq!(world.keys("jfpd/x?"), []);
    assert!(world.state.overlay.is_none() && world.state.table.index == 0);
    assert!(world.keys("q").contains(&Effect::Quit));
}

#[test]
fn moving_by_pages_keeps_the_cursors_line_on_the_screen() {
    let mut world = World::of(120);
    world.keys("jjjj<pgdn>");
    assert_eq!((world.state.table.index, world.state.table.top), (20, 16));
    world.keys("<ctrl-u>");
    assert_eq!((world.state.table.index, world.state.table.top), (12, 8));
}

#[test]
fn on_the_first_screen_enter_opens_the_demo_l_sets_a_tenant_up_and_q_quits() {
    let first_run = || {
        let mut world = World::of(0);
        world.state.first_run = true;
        world
    };
    let press = |world: &mut World, key: &str| world.tell(Message::Key(key.parse().unwrap()));
    assert_eq!(press(&mut first_run(), "enter"), [Effect::Connect(Target::Demo)]);
    assert_eq!(press(&mut first_run(), "l"), [Effect::SetUp]);
    assert_eq!(press(&mut first_run(), "q"), [Effect::Quit]);
    for key in ["j", "r", "L", "f", "d"] {
        let mut world = first_run();
        assert_eq!(press(&mut world, key), [], "{key}");
        assert!(world.state.overlay.is_none() && world.state.panel.is_none(), "{key}");
    }
}

#[test]
fn a_tenant_is_chosen_from_those_of_the_configuration_file() {
    let mut world = World::of(3);
    let named = |name: &str| Tenant { name: name.to_owned(), place: String::new() };
    world.state.tenants = vec![world.state.tenant.clone(), named("fabrikam"), named("northwind")];
    world.keys("@north");
    let chosen = world.tell(Message::Key("enter".parse().unwrap()));
    assert_eq!(chosen.last(), Some(&Effect::Connect(Target::Tenant("northwind".to_owned()))));
    world.keys("@");
    let same = world.tell(Message::Key("enter".parse().unwrap()));
    assert_eq!((same, world.state.overlay.is_none()), (vec![], true));
}
