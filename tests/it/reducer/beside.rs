//! All of a long list, read side by side: the same rows in the same order as by one chain, and no more requests than may be.

use std::time::Duration;

use jobtop::{
    filter::{Filter, Range},
    model::{ErrorKind, Lane, PageRequest},
    pager::Coverage,
    policy,
    state::Load,
    update::Effect,
};

use crate::world::{Options, World};

const LONG: u32 = 600;

/// A session on all of so many jobs.
fn long(jobs: u32) -> World {
    World::with(jobs, Options { filter: Filter { range: Range::All, ..Filter::default() }, ..Options::default() })
}

/// The windows that something is asked of, and not answered.
fn windows(world: &World) -> Vec<Lane> {
    world.lanes().into_iter().filter(|lane| matches!(lane, Lane::Window(_))).collect()
}

/// A list of which all is wanted and windows are open.
fn open() -> World {
    let mut world = long(LONG);
    world.keys("L");
    world.answer(Lane::View);
    // Where a window has begun others may, above and below it.
    while let ([first], true) = (&windows(&world)[..], world.orders.len() < 40) {
        world.answer(*first);
    }
    assert!(windows(&world).len() > 1, "{:?}", world.lanes());
    world
}

/// What is under way is answered by turns from the end that is named, until nothing is.
fn answer(world: &mut World, newest_first: bool) {
    for _ in 0..1_000 {
        let lanes = world.lanes();
        let Some(lane) = (if newest_first { lanes.first() } else { lanes.last() }) else { return };
        world.answer(*lane);
    }
    panic!("it does not end");
}

fn orders(world: &World) -> Vec<&PageRequest> {
    world.orders.iter().filter(|order| matches!(order.lane, Lane::Window(_))).collect()
}

#[test]
fn a_list_of_twenty_pages_is_read_by_one_chain_and_a_longer_one_side_by_side() {
    let pages = u32::try_from(policy::WINDOWS_PAGES).unwrap();
    for (jobs, has_windows) in [(10 * pages, false), (10 * pages + 60, true)] {
        let mut world = long(jobs);
        world.keys("L");
        answer(&mut world, true);
        assert_eq!(!orders(&world).is_empty(), has_windows, "{jobs}");
        assert_eq!(world.state.coverage(), Coverage::All(u64::from(jobs)));
    }
}

#[test]
fn who_scrolls_asks_one_chain() {
    let mut world = long(LONG);
    for _ in 0..200 {
        world.keys("<pgdn>");
        world.answer_all();
    }
    assert_eq!((world.state.coverage(), orders(&world).len()), (Coverage::All(u64::from(LONG)), 0));
}

#[test]
fn windows_bring_the_rows_of_the_chain_in_its_order_whichever_is_answered_first() {
    for newest_first in [true, false] {
        let mut world = open();
        let mut most = 0;
        while let Some(lane) = if newest_first { world.lanes().first().copied() } else { world.lanes().last().copied() }
        {
            most = most.max(world.lanes().len());
            world.answer(lane);
            // What is shown is the top of the list, without a hole.
            let loaded = u32::try_from(world.state.store.len()).unwrap();
            let expected: Vec<String> = (0..loaded).map(|at| crate::world::id(LONG - at)).collect();
            assert_eq!(world.shown(), expected);
        }
        assert_eq!((world.state.coverage(), world.state.load), (Coverage::All(u64::from(LONG)), Load::AsNeeded));
        assert!((3..=policy::LANES_MAX).contains(&most), "{most} side by side");
        assert!(world.orders.len() < 60 + 30, "{} requests", world.orders.len());
    }
}

#[test]
fn esc_calls_all_windows_off_and_what_comes_late_is_dropped_and_counted() {
    let mut world = open();
    let under_way = world.lanes();
    let effects = world.keys("<esc>");
    assert!(under_way.iter().all(|lane| effects.contains(&Effect::Cancel(*lane))), "{effects:?}");
    assert_eq!((world.lanes(), world.state.load), (Vec::new(), Load::Stopped));
    let rows = world.shown();
    while world.answer_late().is_some() {}
    assert_eq!((world.shown(), world.state.pager.dropped()), (rows, under_way.len() as u64));
    // And both ways of going on find the rest.
    world.keys("<down>L");
    answer(&mut world, false);
    assert_eq!(world.state.coverage(), Coverage::All(u64::from(LONG)));
}

#[test]
fn stopped_where_a_window_went_on_the_chain_goes_on_from_there() {
    let mut world = open();
    // The windows run ahead of the walk, which meets the first of them.
    while world.under_way(Lane::View).is_some() {
        for lane in windows(&world) {
            world.answer(lane);
        }
        world.answer(Lane::View);
    }
    assert!(!windows(&world).is_empty() && *world.state.pager.tail() != jobtop::pager::Tail::End);
    world.keys("<esc>");
    let loaded = world.state.store.len();
    for _ in 0..200 {
        world.keys("<pgdn>");
        world.answer_all();
    }
    assert!(loaded < LONG as usize && world.state.coverage() == Coverage::All(u64::from(LONG)));
    let chain = world.orders.iter().filter(|order| order.lane == Lane::View).count();
    assert!(chain < 60, "no page of the top is read again: {chain}");
}

#[test]
fn another_list_calls_the_windows_off() {
    for keys in ["d24h<enter>", "/J05<enter>"] {
        let mut world = open();
        let (under_way, generation) = (windows(&world), world.state.pager.generation());
        let effects = world.keys(keys);
        assert!(world.state.pager.generation() > generation);
        assert!(under_way.iter().all(|lane| effects.contains(&Effect::Cancel(*lane))), "{effects:?}");
        let rows = world.state.store.len();
        while world.answer_late().is_some() {}
        assert_eq!(world.state.store.len(), rows);
    }
}

#[test]
fn a_window_that_is_throttled_halves_their_number_and_closes_the_gate_for_all() {
    let mut world = open();
    let (first, second) = (windows(&world)[0], windows(&world)[1]);
    world.fail(second, ErrorKind::Server(502, None));
    world.fail(first, ErrorKind::Throttled(Some(Duration::from_secs(20))));
    let (sent, opens) = (world.orders.len(), world.state.pager.gate().unwrap());
    for lane in world.lanes() {
        if world.is_sent(lane) {
            world.answer(lane);
        }
    }
    assert!(
        world.orders[sent..].iter().all(|order| order.delay >= Duration::from_secs(19)),
        "{:?}",
        &world.orders[sent..]
    );
    let waits = (opens - world.time).to_std().unwrap();
    world.pass(waits);
    for _ in 0..8 {
        assert!(world.lanes().len() <= policy::LANES_MAX / 4, "{:?}", world.lanes());
        let first = world.lanes()[0];
        world.answer(first);
    }
    answer(&mut world, true);
    assert_eq!(world.state.coverage(), Coverage::All(u64::from(LONG)));
}

#[test]
fn where_windows_fail_the_chain_reads_what_they_lack() {
    for kind in [ErrorKind::Offline, ErrorKind::BadPage, ErrorKind::Server(500, None), ErrorKind::NotFound] {
        let mut world = open();
        for _ in 0..400 {
            let lost = windows(&world);
            for lane in &lost {
                world.fail(*lane, kind.clone());
            }
            if lost.is_empty() {
                break;
            }
        }
        assert!(windows(&world).is_empty() && world.state.pager.trouble().is_none(), "{kind:?}");
        answer(&mut world, true);
        assert_eq!(world.state.coverage(), Coverage::All(u64::from(LONG)), "{kind:?}");
    }
}

#[test]
fn what_windows_have_lost_is_found_by_one_walk_over_all() {
    let mut world = open();
    // Windows bring pages that lack a job, and are counted as if they did not.
    let lacks = crate::world::id(LONG / 2);
    for _ in 0..1_000 {
        let Some(lane) = world.lanes().last().copied() else { break };
        let request = world.under_way(lane).unwrap().request.clone();
        let mut page = world.server.page(&request);
        if request.query.to.is_some() {
            page.jobs.retain(|job| job.id.text().raw() != lacks);
        }
        world.deliver(lane, Ok(page));
    }
    assert_eq!(world.state.coverage(), Coverage::All(u64::from(LONG)));
    let from_the_top = world.orders.iter().filter(|order| order.lane == Lane::View && order.query.to.is_none()).count();
    assert!(from_the_top > 60, "{from_the_top}");
}
