//! What an outage costs the server, how long it is left alone when it asks for that, and that old answers never show.

use std::time::Duration;

use chrono::TimeDelta;
use jobtop::{
    model::{ErrorKind, Lane, Stage},
    pager::Coverage,
    policy,
};

use super::{
    driver::{Dice, Plan, Simulation, Weather},
    outages, seconds,
};
use crate::{
    paging::{Step, check_settled, settle},
    world::{Options, Server, World},
};

const HOUR: u64 = 3_600;

/// An hour of nothing but one kind of trouble, from the start or after ten good seconds; with all the user types meanwhile.
fn outage(kind: &ErrorKind, options: Options, is_loaded: bool, keys: Vec<(u64, &str)>) -> Simulation {
    let begin = if is_loaded { 10 } else { 0 };
    let mut simulation = Simulation::new(Plan {
        seed: options.seed,
        server: Server::of(60),
        options,
        agenda: keys.into_iter().map(|(at, keys)| (seconds(begin + at), Step::Type(keys.to_owned()))).collect(),
        weather: vec![(seconds(begin), Weather::Outage(kind.clone()))],
        length: seconds(begin + HOUR),
    });
    simulation.run().unwrap();
    simulation
}

/// Requests that the server got since the outage began, those under way included.
fn cost(simulation: &Simulation) -> usize {
    let under_way = simulation.world.lanes().into_iter().filter(|lane| simulation.world.is_sent(*lane)).count();
    usize::try_from(simulation.failed).unwrap() + under_way
}

fn live(every: u64, seed: u64) -> Options {
    Options { live: true, every: seconds(every), seed, ..Options::default() }
}

#[test]
fn sim_outage_budget() {
    let mut costs = Vec::new();
    for kind in outages() {
        for (seed, every) in (0..).zip([5, 30, 300].repeat(4)) {
            let is_loaded = seed % 4 > 0;
            let simulation = outage(&kind, live(every, seed), is_loaded, Vec::new());
            let cost = cost(&simulation);
            assert!((1..=60).contains(&cost), "{cost} requests for {kind:?} every {every} s, seed {seed}");
            assert_eq!(simulation.world.state.store.is_empty(), !is_loaded, "old rows stay");
            costs.push(cost);
        }
    }
    assert!(costs.iter().any(|cost| *cost > 30), "it does ask: {costs:?}");
}

#[test]
fn an_impatient_user_costs_what_is_asked_for_and_no_storm() {
    let keys = |key: &'static str| (0..HOUR / 3).map(move |at| (at * 3, key)).collect::<Vec<_>>();
    let presses = usize::try_from(HOUR / 3).unwrap();
    // Ten retries at once and one a minute; what the screen would have cost without keys.
    let most = presses + 10 + 60 + 60;
    let forced = usize::try_from(HOUR / policy::FORCE_EVERY.as_secs()).unwrap() + 60;
    let closed = |pause| ErrorKind::Throttled(Some(seconds(pause)));
    for (kind, key, is_loaded, most) in [
        (ErrorKind::Offline, "r", true, most),
        (ErrorKind::Offline, "L", false, most),
        (ErrorKind::Server(500, None), "rL", true, most),
        (ErrorKind::Throttled(None), "rL", true, most),
        (ErrorKind::Timeout(Stage::Connect), "rL", true, most),
        (closed(31), "rL", true, forced),
        (closed(HOUR), "r", false, forced),
        (closed(HOUR), "L", true, 1),
    ] {
        let simulation = outage(&kind, live(30, 1), is_loaded, keys(key));
        let cost = cost(&simulation);
        assert!((1..=most).contains(&cost), "{cost} requests for {kind:?} and {key}");
    }
}

#[test]
fn retry_after_table() {
    let pauses = [0, 1, 2, 10, 29, 30, 31, 45, 60, 300, 3_599, 3_600, 3_601, 410_400, u64::MAX];
    let kinds = [ErrorKind::Throttled, |pause| ErrorKind::Server(503, pause)];
    for (pause, kind) in pauses.into_iter().flat_map(|pause| kinds.map(|kind| (pause, kind(Some(seconds(pause)))))) {
        for (lane, is_live, is_loaded) in [
            (Lane::View, true, false),
            (Lane::View, false, false),
            (Lane::View, true, true),
            (Lane::View, false, true),
            (Lane::Refresh, true, true),
            (Lane::Refresh, false, true),
        ] {
            let case = format!("{kind:?} on {lane:?}, live {is_live}, loaded {is_loaded}");
            let mut world = World::new(Server::of(120), Options { live: is_live, ..Options::default() });
            if is_loaded {
                world.answer_all();
                world.pass(seconds(1));
                world.keys(if lane == Lane::View { "G" } else { "r" });
            }
            assert!(world.is_sent(lane), "{case}");
            world.fail(lane, kind.clone());
            let (told, before) = (world.time, world.requests.len());
            let opens = told + TimeDelta::seconds(i64::try_from(pause.min(HOUR)).unwrap());
            assert_eq!(world.state.pager.gate(), (opens > told).then_some(opens), "{case}");
            // Everything that a user may do short of forcing it.
            for (at, keys) in
                ["G", "g", "L", "<esc>", "<pgdn>", "d30d<enter>", "/x<enter>", "R", "R"].into_iter().enumerate()
            {
                world.keys(keys);
                let waiting = world.lanes().into_iter().filter_map(|lane| world.under_way(lane));
                let first = waiting.map(|order| order.sent).min();
                assert!(first.is_none_or(|first| first >= opens), "{case}: {keys} ({at}) sends at {first:?}");
            }
            world.pass(Duration::from_secs(pause.min(HOUR)));
            // A minute later at most everything that is wanted has been asked for.
            for _ in 0..120 {
                world.pass(Duration::from_millis(500));
                world.answer_all();
            }
            assert!(world.requests[before..].iter().all(|sent| *sent >= opens), "{case}");
            assert!(world.requests.len() > before && world.state.pager.trouble().is_none(), "{case}: nothing comes");
        }
    }
}

#[test]
fn sim_staleness() {
    let lists = [
        "d24h<enter>",
        "d30d<enter>",
        "dall<enter>",
        "d7d<enter>",
        "/<ctrl-u>J00<enter>",
        "/<ctrl-u><enter>",
        "fj<enter><enter><esc>",
    ];
    let (mut late, mut dropped) = (0, 0);
    for seed in 0..150 {
        let mut dice = Dice(seed);
        let (mut agenda, mut at) = (Vec::new(), 0);
        for _ in 0..60 {
            at += dice.between(5, 700);
            let step = match dice.between(0, 10) {
                0..5 => Step::Type((*dice.pick(&lists)).to_owned()),
                5 => Step::Change(dice.roll(), super::status(&mut dice)),
                6 => Step::Type("r".to_owned()),
                _ => Step::Late,
            };
            late += u64::from(step == Step::Late);
            agenda.push((Duration::from_millis(at), step));
        }
        let options = Options { live: seed % 2 == 0, seed, ..Options::default() };
        let weather = vec![(Duration::ZERO, Weather::Unsettled(6))];
        let length = Duration::from_millis(at);
        // That no such answer is taken or shown is watched at every step.
        let mut simulation = Simulation::new(Plan { seed, server: Server::of(60), options, agenda, weather, length });
        let Simulation { world, watch, .. } = {
            simulation.run().unwrap_or_else(|wrong| panic!("seed {seed}: {wrong}"));
            &mut simulation
        };
        dropped += world.state.pager.dropped();
        settle(world, watch).and_then(|()| check_settled(world)).unwrap_or_else(|wrong| panic!("seed {seed}: {wrong}"));
        assert!(!matches!(world.state.coverage(), Coverage::Unknown), "seed {seed}");
    }
    assert!(dropped > 300 && late > dropped, "{dropped} of {late} late answers belonged to an older list");
}
