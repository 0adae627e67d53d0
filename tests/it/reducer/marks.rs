//! E10: marks and ranges are jobs, not rows: they survive filter, sort and refresh, and what is copied are the marked ones.

use jobtop::{
    model::Lane,
    policy,
    state::{Clipboard, Focus},
    update::Effect,
};
use proptest::prelude::*;

use crate::world::{World, id};

fn marked(world: &World) -> Vec<String> {
    let rows = world.state.marked_rows();
    rows.into_iter().map(|row| world.state.store.job(row).id.text().raw().to_owned()).collect()
}

fn copied(effects: &[Effect]) -> &str {
    let [Effect::Copy(text)] = effects else { panic!("one text is copied: {effects:?}") };
    text.as_str()
}

#[test]
fn e10_space_marks_and_goes_down_and_takes_the_mark_off_again() {
    let mut world = World::of(60);
    world.keys("<space><space>");
    assert_eq!((marked(&world), world.selected()), (vec![id(60), id(59)], id(58)));
    world.keys("gj<space>");
    assert_eq!(marked(&world), [id(60)]);
    assert_eq!(world.state.marks_told().as_deref(), Some("1 marked"));
}

#[test]
fn e10_a_range_goes_with_the_cursor_either_way_and_stays_when_it_ends() {
    let mut world = World::of(60);
    world.keys("jjvjj");
    assert_eq!(marked(&world), [id(58), id(57), id(56)]);
    assert_eq!(world.state.marks_told().as_deref(), Some("range of 3"));
    world.keys("kkkk");
    assert_eq!(marked(&world), [id(60), id(59), id(58)]);
    world.keys("vG");
    assert_eq!(marked(&world), [id(60), id(59), id(58)]);
    world.keys("gvj<esc>");
    assert_eq!(world.state.marks.ids.len(), 3, "Esc ends a range and keeps what it holds");
    world.keys("<esc>");
    assert!(world.state.marks.is_empty());
}

#[test]
fn e10_v_takes_what_the_filter_shows_and_again_takes_nothing() {
    let mut world = World::of(60);
    world.keys("FV");
    let problems = world.shown();
    assert_eq!(marked(&world), problems);
    world.keys("F");
    assert_eq!(marked(&world), problems);
    world.keys("FV");
    assert!(world.state.marks.is_empty());
}

#[test]
fn e10_esc_takes_marks_off_before_anything_else_but_what_lies_above() {
    let mut world = World::of(60);
    world.keys("/J00<tab><space>p<tab>?<esc>");
    assert!(!world.state.marks.is_empty(), "what lies above is closed first");
    assert!(world.state.focus == Focus::Detail);
    world.keys("<esc>");
    assert!(world.state.marks.is_empty());
    assert_eq!(world.state.focus, Focus::Detail);
    assert_eq!(world.state.filter.text.as_str(), "J00");
}

#[test]
fn e10_marks_stay_with_their_jobs_when_new_ones_arrive_above_and_when_the_list_is_another() {
    let mut world = World::of(60);
    world.keys("j<space>vj");
    let before = marked(&world);
    assert_eq!(before, [id(59), id(58), id(57)]);
    world.server.begin(jobtop::model::Status::Finished, crate::world::monday());
    world.keys("r");
    world.answer(Lane::Refresh);
    assert_eq!(marked(&world), before);
    // Another window of time: none of them is loaded, yet they are marked, and copied.
    world.keys("v{");
    world.answer_all();
    assert_eq!((marked(&world).len(), world.state.marks_told().as_deref()), (0, Some("3 marked")));
    assert_eq!(copied(&world.keys("y")), format!("{};{};{}", id(57), id(58), id(59)));
}

#[test]
fn e11_y_copies_the_marked_ids_in_shown_order_and_says_what_and_how() {
    let mut world = World::of(60);
    assert_eq!(copied(&world.keys("y")), id(60));
    world.keys("<space>j<space>j<space>");
    assert_eq!(copied(&world.keys("y")), format!("{};{};{}", id(60), id(58), id(56)));
    assert_eq!(world.state.notice.as_deref(), Some("3 job ids copied to the terminal's clipboard (OSC 52)"));
    world.state.clipboard = Clipboard::Tmux;
    world.keys("y");
    assert!(world.state.notice.as_deref().is_some_and(|told| told.contains("through tmux")));
    world.keys("lllllllss");
    world.answer_all();
    let shown: Vec<String> = world.shown().into_iter().filter(|one| marked(&world).contains(one)).collect();
    assert_eq!(copied(&world.keys("y")), shown.join(";"), "in the order of the sort");
}

#[test]
fn e11_what_a_terminal_would_throw_away_is_not_copied_and_it_says_so() {
    let mut world = World::of(14_000);
    world.keys("0L");
    world.answer_all();
    world.keys("V");
    assert!(world.state.marks.ids.len() * 6 > policy::COPY_BYTES, "{}", world.state.marks.ids.len());
    assert_eq!(world.keys("y"), []);
    let notice = world.state.notice.clone().unwrap_or_default();
    assert!(notice.starts_with("not copied: ") && notice.contains("65,536"), "{notice}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// E10: no change of what is shown, or how, changes what is marked.
    #[test]
    fn e10_marks_outlive_every_change_of_the_view(
        keys in prop::collection::vec(prop::sample::select(vec!["F", "s", "l", "x", "1", "2", "0", "u", "U", "t", "p", "]", "=", "G", "L", "r", "{", "}"]), 0..12),
        marks in 1..9_usize,
    ) {
        let mut world = World::of(60);
        world.keys(&"<space>".repeat(marks));
        let before = world.state.marks.clone();
        for key in keys {
            world.keys(key);
            world.answer_all();
            prop_assert_eq!(&world.state.marks, &before, "after {}", key);
        }
    }
}
