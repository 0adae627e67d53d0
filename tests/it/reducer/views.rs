//! Views: undo and redo (E6), saved views (E4), a session restored (E5), the value under the cursor (E7).

use jobtop::{
    filter::{Range, Unit},
    policy,
    state::{Focus, Moment},
    store::{Column, Direction, Sort},
};
use proptest::prelude::*;

use crate::world::World;

#[test]
fn e6_filter_range_and_sort_come_back_one_by_one_and_go_again() {
    let mut world = World::of(60);
    world.keys("Fs{");
    assert_eq!(world.state.filter.range, Range::Last { amount: 7, unit: Unit::Day, back: 1 });
    world.keys("u");
    assert_eq!(world.state.filter.range, Range::last(7, Unit::Day));
    world.keys("u");
    assert_eq!((world.state.sort, world.state.filter.problems), (None, true));
    world.keys("u");
    assert!(!world.state.filter.problems);
    world.keys("UU");
    let sort = Sort { column: Column::Type, direction: Direction::Ascending };
    assert_eq!((world.state.sort, world.state.filter.problems), (Some(sort), true));
}

#[test]
fn e6_a_text_that_is_typed_is_one_step_and_one_that_is_called_off_is_none() {
    let mut world = World::of(60);
    world.keys("/J00<esc>/J001<tab>F");
    assert_eq!(world.state.history.steps(), (2, 0));
    world.keys("uu");
    assert!(world.state.filter.text.is_empty() && !world.state.filter.problems);
}

#[test]
fn e6_undo_leaves_a_drill_down_and_redo_enters_it() {
    let mut world = World::of(60);
    world.keys("<tab><enter>");
    world.answer_all();
    let drilled = world.state.filter.drill.clone();
    assert_eq!((drilled.len(), world.state.crumbs.len()), (1, 1));
    world.keys("u");
    assert_eq!((world.state.filter.drill.len(), world.state.crumbs.len()), (0, 0));
    world.keys("U");
    assert_eq!((&world.state.filter.drill, world.state.crumbs.len()), (&drilled, 1));
    world.keys("<esc>");
    assert!(world.state.crumbs.is_empty() && world.state.filter.drill.is_empty());
}

#[test]
fn e6_panes_and_focus_stay_where_they_are() {
    let mut world = World::of(60);
    world.keys("Fpf");
    world.keys("u");
    assert!(world.state.panel.is_some() && world.state.detail.is_some() && !world.state.filter.problems);
    assert_eq!(world.state.focus, Focus::Panel);
}

#[test]
fn e6_a_range_that_comes_back_is_asked_for_anew_and_one_of_ours_is_not() {
    let mut world = World::of(8);
    world.keys("d30d<enter>");
    world.answer_all();
    let before = world.orders.len();
    world.keys("Fu");
    assert_eq!(world.orders.len(), before);
    world.keys("u");
    assert_eq!(world.orders.len(), before + 1);
    assert_eq!(world.state.filter.range, Range::last(7, Unit::Day));
}

#[test]
fn e6_fifty_steps_are_kept() {
    let mut world = World::of(10);
    world.keys(&"F".repeat(80));
    assert_eq!(world.state.history.steps(), (policy::UNDO_STEPS, 0));
    world.keys(&"u".repeat(60));
    assert_eq!(world.state.history.steps(), (0, policy::UNDO_STEPS));
    assert_eq!(policy::UNDO_STEPS, 50);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    /// Whatever is changed, undoing all of it gives back what was, and redoing all of it what is.
    #[test]
    fn e6_undoing_and_redoing_all_of_it_changes_nothing(keys in proptest::collection::vec(
        prop_oneof![Just("F"), Just("s"), Just("l"), Just("{"), Just("/J00<tab>"), Just("<tab><enter>"), Just("<esc>"),
            Just("x"), Just("j"), Just("u"), Just("U"), Just("p")], 0..40)) {
        let mut world = World::of(30);
        let first = world.state.moment();
        for key in keys {
            world.keys(key);
            world.answer_all();
        }
        let looked_at = |moment: Moment| (moment.view, moment.crumbs.into_iter().map(|c| c.filter).collect::<Vec<_>>());
        let (last, steps) = (world.state.moment(), world.state.history.steps());
        for _ in 0..steps.0 {
            world.keys("u");
        }
        prop_assert_eq!(looked_at(world.state.moment()), looked_at(first));
        for _ in 0..steps.0 {
            world.keys("U");
        }
        prop_assert_eq!(looked_at(world.state.moment()), looked_at(last));
    }
}
