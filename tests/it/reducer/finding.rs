//! A text is found in what is read: in the detail pane with the keys, and in the messages.

use jobtop::{
    document::finding::{matches, read},
    keymap::Context,
    state::{Focus, Overlay},
    update::{Effect, Message},
};

use crate::world::World;

fn scroll(world: &World) -> usize {
    world.state.detail.map_or(0, |detail| detail.scroll)
}

fn at(world: &World) -> Option<usize> {
    world.state.find.as_ref().and_then(|find| find.at)
}

/// Whether the match that one stands at is in sight.
fn is_in_sight(world: &World) -> bool {
    let rows = world.state.layout().unwrap().detail_rows();
    at(world).is_some_and(|at| (scroll(world)..scroll(world) + rows).contains(&at))
}

#[test]
fn a_text_is_found_while_it_is_typed_and_n_leads_from_match_to_match_round_the_ends() {
    let mut world = World::of(60);
    world.keys("zl/yest");
    assert_eq!(world.state.context(), Context::Text);
    let lines = matches(&read(&world.state), "YEST");
    assert!(lines.len() > 1, "{:?}", read(&world.state));
    assert_eq!(at(&world), lines.first().copied());
    world.keys("<enter>");
    assert_eq!((world.state.context(), at(&world)), (Context::Detail, lines.first().copied()));
    for line in lines.iter().skip(1).chain(&lines[..1]) {
        world.keys("n");
        assert_eq!(at(&world), Some(*line));
        assert!(is_in_sight(&world));
    }
    for line in lines.iter().rev() {
        world.keys("N");
        assert_eq!(at(&world), Some(*line));
        assert!(is_in_sight(&world));
    }
    let told = format!("“yest”: 1 of {} lines · n next · N before", lines.len());
    assert_eq!(world.state.notice.as_deref(), Some(told.as_str()));
}

#[test]
fn the_first_match_is_the_first_from_where_one_reads_and_what_is_out_of_sight_is_scrolled_to() {
    let mut world = World::of(200);
    world.tell(Message::Resize(80, 20));
    world.keys("zll");
    let last = read(&world.state).len() - 1;
    world.keys("/totalcount<enter>");
    assert!(scroll(&world) > 0 || last < 16);
    assert!(is_in_sight(&world));
    world.keys("<esc>G/jobtype<enter>");
    assert!(is_in_sight(&world), "round the end");
}

#[test]
fn esc_in_the_field_goes_back_to_where_one_was_and_afterwards_ends_the_search_alone() {
    let mut world = World::of(60);
    world.tell(Message::Resize(80, 20));
    world.keys("zjj");
    let before = scroll(&world);
    world.keys("/comment");
    assert_ne!(at(&world), None);
    world.keys("<esc>");
    assert_eq!((scroll(&world), world.state.find.is_none(), world.state.focus), (before, true, Focus::Detail));
    world.keys("/comment<enter>");
    let there = scroll(&world);
    world.keys("<esc>");
    assert_eq!((scroll(&world), world.state.find.is_none(), world.state.focus), (there, true, Focus::Detail));
    world.keys("<esc>");
    assert_eq!(world.state.focus, Focus::Table);
    world.keys("z/comment<tab>");
    assert!(world.state.find.is_some() && world.state.find_input().is_none(), "Tab keeps it as Enter does");
    world.keys("<esc>/<enter>");
    assert!(world.state.find.is_none(), "nothing to look for is no search");
}

#[test]
fn what_is_not_there_is_said_and_moves_nothing() {
    let mut world = World::of(60);
    world.keys("zjj");
    let before = scroll(&world);
    world.keys("/job<enter>");
    world.keys("/no such text");
    assert_eq!((at(&world), scroll(&world)), (None, before));
    world.keys("<enter>");
    assert_eq!(world.state.notice.as_deref(), Some("“no such text” is not in this text"));
    world.keys("nN");
    assert_eq!((at(&world), scroll(&world)), (None, before));
}

#[test]
fn a_search_goes_on_in_the_next_job_and_ends_with_the_pane() {
    let mut world = World::of(60);
    world.keys("z/job id<enter>)");
    assert!(world.state.find.is_some());
    world.keys("n");
    assert!(is_in_sight(&world));
    world.keys("q");
    assert!(world.state.find.is_none());
    world.keys("p");
    assert!(world.state.overlay.is_none() && world.state.find.is_none());
    world.keys("/");
    assert!(matches!(world.state.overlay, Some(Overlay::Search(_))), "in the table it is the live filter");
}

#[test]
fn the_messages_are_searched_too_and_no_letter_of_the_text_is_a_key() {
    let mut world = World::with(400, crate::world::Options { size: (80, 12), ..Default::default() });
    for _ in 0..12 {
        world.keys("G");
        world.answer_all();
    }
    world.keys("!");
    assert!(!world.keys("/first page q").contains(&Effect::Quit));
    world.keys("<backspace><backspace>");
    let lines = matches(&read(&world.state), "first page");
    assert_eq!((lines.len(), at(&world)), (1, lines.first().copied()), "{:?}", read(&world.state));
    let Some(Overlay::Messages(scroll)) = world.state.overlay else { panic!("the messages are open") };
    assert!(scroll > 0, "it is the oldest");
    world.keys("<enter>n");
    assert_eq!(at(&world), lines.first().copied());
    world.keys("<esc>");
    assert!(matches!(world.state.overlay, Some(Overlay::Messages(_))) && world.state.find.is_none());
    world.keys("/page<enter>q");
    assert!(world.state.overlay.is_none() && world.state.find.is_none());
}
