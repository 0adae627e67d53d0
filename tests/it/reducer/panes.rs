//! Layers: what takes the keys, what closes, what quits.

use jobtop::{
    keymap::Context,
    layout::{DetailSide, Zoom},
    state::{Detail, Focus, Memo, Tab, Tenant},
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

/// Where the detail pane stands.
fn side(world: &World) -> Option<DetailSide> {
    world.state.layout().and_then(|layout| layout.detail_side())
}

#[test]
fn e17_p_opens_and_closes_the_detail_and_z_gives_it_the_whole_screen_and_the_keys() {
    let mut world = World::of(60);
    for _ in 0..2 {
        world.keys("p");
        assert_eq!((side(&world), world.state.focus), (Some(DetailSide::Below), Focus::Table));
        world.keys("z");
        let layout = world.state.layout().unwrap();
        assert_eq!((layout.table, world.state.focus), (None, Focus::Detail));
        assert_eq!(layout.detail.map(|detail| detail.width), Some(80));
        world.keys("z");
        assert_eq!((side(&world), world.state.focus), (Some(DetailSide::Below), Focus::Table));
        world.keys("p");
        assert_eq!((side(&world), world.state.detail), (None, None));
    }
}

#[test]
fn e17_the_detail_stands_where_the_width_has_room_until_p_in_capitals_puts_it_at_the_other_side() {
    let (right, below) = (Some(DetailSide::Right), Some(DetailSide::Below));
    let mut world = World::of(60);
    world.keys("p");
    for (size, stands) in [((80, 24), below), ((120, 40), right), ((80, 15), None)] {
        world.tell(Message::Resize(size.0, size.1));
        assert_eq!(side(&world), stands, "{size:?}");
    }
    world.tell(Message::Resize(120, 40));
    world.keys("P");
    assert_eq!(side(&world), below);
    world.tell(Message::Resize(200, 60));
    assert_eq!(side(&world), below, "it stays there on a wider screen");
    world.keys("ppP");
    assert_eq!(side(&world), right, "from there on it is turned");
    world.tell(Message::Resize(80, 24));
    assert_eq!(side(&world), right, "it stays there on a narrow screen, too");
    world.keys("zP");
    assert_eq!((side(&world), world.state.focus), (below, Focus::Table), "turned is not zoomed");
    assert_eq!(world.state.detail.map(|detail| detail.zoom), Some(Zoom::Beside));
}

#[test]
fn e17_where_there_is_no_room_at_that_side_it_says_so_and_nothing_moves() {
    let mut world = World::of(60);
    for (size, told) in [
        ((79, 24), "at the right it has room from 80 columns on"),
        ((120, 15), "below the table there are too few rows for it"),
    ] {
        world.tell(Message::Resize(size.0, size.1));
        world.keys("P");
        assert_eq!((world.state.notice.as_deref(), world.state.detail_side), (Some(told), DetailSide::Auto));
    }
}

#[test]
fn e17_e3_the_side_is_part_of_a_saved_view_and_of_the_session() {
    let mut world = World::of(60);
    world.keys("P<ctrl-s>mine<enter>");
    assert_eq!(side(&world), Some(DetailSide::Right));
    world.keys("Pp2");
    assert_eq!(world.state.detail_side, DetailSide::Below, "views of ours leave panes alone");
    world.keys("6");
    assert_eq!(side(&world), Some(DetailSide::Right));
    let effects = world.keys("<ctrl-c>");
    let left = effects.iter().find_map(|effect| match effect {
        Effect::Remember(Memo::Session { left, .. }) => left.view.panes,
        _ => None,
    });
    assert_eq!(left.map(|panes| panes.side), Some(DetailSide::Right));
}
