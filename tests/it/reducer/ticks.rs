//! E9: the scrollbar has a tick where problems are, of the rows that are shown, in their order.

use jobtop::{filter::Filter, filter::Range, model::Status, state::State};
use proptest::prelude::*;

use crate::world::{Options, Server, World};

/// What the ticks stand for, looked for in every row.
fn naive(state: &State) -> Vec<bool> {
    let (rows, all) = (state.layout().unwrap().table_rows(), state.bar_rows());
    let jobs: Vec<_> = state.store.shown().iter().map(|row| state.store.job(row)).collect();
    if all <= rows || state.filter.problems {
        return vec![false; rows];
    }
    let place = |cell: usize| (cell * all / rows).min(jobs.len());
    (0..rows).map(|cell| jobs[place(cell)..place(cell + 1)].iter().any(jobtop::model::Job::is_problem)).collect()
}

fn ticks(state: &State) -> Vec<bool> {
    (0..state.layout().unwrap().table_rows()).map(|cell| state.ticks.is_at(cell)).collect()
}

#[test]
fn e9_a_single_failed_job_far_down_is_one_tick_at_its_place() {
    let mut server = Server::of(400);
    (0..400).for_each(|at| server.change(at, Status::Finished));
    let is_heavy = |job: &jobtop::model::Job| job.is_problem();
    assert!(!server.jobs.iter().any(is_heavy));
    server.change(300, Status::Failed);
    let filter = Filter { range: Range::All, ..Filter::default() };
    let mut world = World::with_server(server, Options { filter, ..Options::default() });
    assert_eq!(world.state.ticks.count(), 0, "it is not loaded yet");
    world.keys("L");
    world.answer_all();
    let rows = world.state.layout().unwrap().table_rows();
    let expected: Vec<bool> = (0..rows).map(|cell| cell * 400 / rows <= 300 && 300 < (cell + 1) * 400 / rows).collect();
    assert_eq!((ticks(&world.state), world.state.ticks.count()), (expected, 1));
    world.keys("F");
    assert_eq!(world.state.ticks.count(), 0, "where all are problems no place is special");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn e9_ticks_are_where_a_look_at_every_row_finds_problems(
        jobs in 0_u32..300,
        keys in prop::collection::vec(prop::sample::select(vec!["s", "l", "h", "F", "x", "L", "G", "g", "u", "p", "0", "1", "r", "/9<enter>", "/snap<tab>"]), 0..8),
        size in (60_u16..140, 12_u16..45),
    ) {
        let mut world = World::of(jobs);
        world.tell(jobtop::update::Message::Resize(size.0, size.1));
        for key in keys {
            world.keys(key);
            world.answer_all();
            prop_assert_eq!(ticks(&world.state), naive(&world.state));
        }
    }
}
