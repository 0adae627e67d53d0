//! Sessions by the thousand in virtual time: the true reducer against a model of the server in all weathers, with clocks that
//! jump and users who press everything. After every event the list is whole, the gate is kept and nothing is lost silently.
//!
//! A failure names its seed: `JOBTOP_SEED=4711 cargo test --test it simulation` runs that one and tells what happened.
//! `JOBTOP_SEEDS=200000` looks further, with `--release` five times as fast.

mod driver;
mod promises;

use std::{collections::BTreeSet, time::Duration};

use jobtop::{
    filter::Range,
    model::{ErrorKind, Stage},
};

use crate::{
    paging::{Step, check_settled, settle},
    world::{Options, Paging, Server},
};
use driver::{Dice, Met, Plan, Simulation, Weather, status};

/// Seeds that found something once: a jump of the clock while a refresh was under way; the gate's opening moved the rows.
const KEPT: &[u64] = &[34, 98];
/// As many as take about ten seconds.
const SEEDS: u64 = if cfg!(debug_assertions) { 400 } else { 2_000 };

/// What users press. Not derived from the table of keys, and not to be changed: each seed's session depends on it. That every
/// key can do no harm is what the stories of `paging` are for.
const KEYS: [&str; 46] = [
    "j",
    "j",
    "j",
    "k",
    "g",
    "G",
    "G",
    "<pgdn>",
    "<pgdn>",
    "<ctrl-d>",
    "<ctrl-u>",
    "<enter>",
    "<esc>",
    "<esc>",
    "<tab>",
    "L",
    "L",
    "R",
    "s",
    "S",
    "hhs",
    "lll<enter>",
    "t",
    "p",
    "z",
    "F",
    "e",
    "E",
    "!",
    "?",
    "{",
    "}",
    "/j00",
    "/snap",
    "/J00<enter>",
    "/<ctrl-u><enter>",
    "/7<esc>",
    "d24h<enter>",
    "dall<enter>",
    "d7d<enter>",
    "fj<enter><enter><esc>",
    "fjjjjjj<space><esc>",
    "fjj<enter>azure<space><enter><esc>",
    "fjjjjjjj<space><esc>",
    "<tab>l<enter>",
    "<ctrl-l>",
];

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn outages() -> Vec<ErrorKind> {
    let asked = |pause| ErrorKind::Throttled(Some(seconds(pause)));
    let busy = |pause| ErrorKind::Server(503, Some(seconds(pause)));
    vec![
        ErrorKind::Offline,
        ErrorKind::Dns,
        ErrorKind::Timeout(Stage::Connect),
        ErrorKind::Timeout(Stage::Answer),
        ErrorKind::Throttled(None),
        asked(0),
        asked(1),
        asked(29),
        asked(31),
        asked(3_600),
        asked(1_000_000),
        ErrorKind::Server(500, None),
        ErrorKind::Server(503, None),
        busy(5),
        busy(45),
    ]
}

/// A session of some minutes in which everything may happen.
fn story(seed: u64) -> Plan {
    let mut dice = Dice(seed);
    let mut server = Server::of(u32::try_from(dice.between(0, 70)).unwrap());
    server.paging = if dice.once_in(3) { Paging::ByNumber } else { Paging::ByJob };
    let options = Options {
        page_size: Some(*dice.pick(&[5, 10])),
        live: !dice.once_in(4),
        every: seconds(*dice.pick(&[5, 30, 30, 120])),
        seed,
        ..Options::default()
    };
    let (mut agenda, mut weather, mut at) = (Vec::new(), Vec::new(), 0);
    let outages = outages();
    for _ in 0..dice.between(10, 60) {
        // Mostly busy, now and then away for a coffee.
        at += if dice.once_in(20) { dice.between(60_000, 900_000) } else { dice.between(50, 6_000) };
        let when = Duration::from_millis(at);
        let step = match dice.between(0, 40) {
            0..22 => Step::Type((*dice.pick(&KEYS)).to_owned()),
            22..25 => Step::Type("r".to_owned()),
            25..27 => Step::Type("G".to_owned()),
            27 => Step::Resize(80, u16::try_from(dice.between(8, 40)).unwrap()),
            28..30 => Step::Begin(u8::try_from(dice.between(1, 12)).unwrap(), status(&mut dice)),
            30 => Step::Delete(dice.roll()),
            31..33 => Step::Change(dice.roll(), status(&mut dice)),
            33..35 => Step::Late,
            35 => Step::Jump(*dice.pick(&[-28_800, -3_600, -40, 20, 40, 3_600, 28_800])),
            36 => Step::Continue,
            turn => {
                weather.push((
                    when,
                    match turn {
                        37 => Weather::Fair,
                        38 => Weather::Unsettled(dice.between(2, 6)),
                        _ => Weather::Outage(dice.pick(&outages).clone()),
                    },
                ));
                continue;
            }
        };
        agenda.push((when, step));
    }
    if seed % 8 == 7 {
        weather.push((Duration::from_millis(at / 4), Weather::Barren));
        weather.sort_by_key(|(from, _)| *from);
    }
    Plan { seed, server, options, agenda, weather, length: Duration::from_millis(at + 120_000) }
}

/// The same with a list that is long enough to be read side by side, and a user who wants all of it now and then.
fn long_story(seed: u64) -> Plan {
    let mut plan = story(seed);
    let mut dice = Dice(seed ^ 0x10_06);
    let paging = plan.server.paging;
    plan.server = Server::of(u32::try_from(dice.between(110, 420)).unwrap());
    plan.server.paging = paging;
    plan.options.page_size = Some(5);
    plan.options.filter.range = Range::All;
    let length = u64::try_from(plan.length.as_millis()).unwrap();
    for _ in 0..dice.between(3, 9) {
        let at = dice.between(0, length);
        plan.agenda.push((Duration::from_millis(at), Step::Type("<esc><esc>L".to_owned())));
        if dice.once_in(3) {
            let soon = at + dice.between(0, 6_000);
            plan.agenda.push((Duration::from_millis(soon), Step::Type("<esc>".to_owned())));
        }
    }
    plan
}

/// Runs a seed's session to its end, and then asks for all there is.
fn play(plan: Plan) -> (Simulation, Result<(), String>) {
    let keys = plan.agenda.iter().map(|(_, step)| step.singly().len() as u64).sum::<u64>();
    let minutes = plan.length.as_secs().div_ceil(60);
    let refreshes =
        if plan.options.live { plan.length.as_secs() * 10 / (plan.options.every.as_secs() * 9) + 1 } else { 0 };
    let mut simulation = Simulation::new(plan);
    let mut result = simulation.run();
    // Each key, good answer and live refresh may begin an operation or two; beyond that there are the retries of the budget.
    let bound = 12 + minutes + 2 * (keys + refreshes + simulation.served);
    if result.is_ok() && simulation.failed > bound {
        result = Err(format!("{} requests failed, {bound} at most", simulation.failed));
    }
    let Simulation { world, watch, .. } = &mut simulation;
    let result = result.and_then(|()| settle(world, watch)).and_then(|()| check_settled(world));
    (simulation, result)
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// What is wrong with the first of the seeds that breaks something, on as many threads as there are processors.
fn first_wrong(seeds: &[u64], story: fn(u64) -> Plan) -> Option<(u64, Simulation, String)> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let search = |from: usize| {
        seeds.iter().skip(from).step_by(threads).find_map(|seed| {
            let (simulation, result) = play(story(*seed));
            Some((*seed, simulation, result.err()?))
        })
    };
    std::thread::scope(|scope| {
        let searches: Vec<_> = (0..threads).map(|from| scope.spawn(move || search(from))).collect();
        searches.into_iter().filter_map(|search| search.join().unwrap()).min_by_key(|(seed, ..)| *seed)
    })
}

#[test]
fn no_seed_breaks_the_list() {
    let only = number("JOBTOP_SEED");
    let seeds = match only {
        Some(seed) => vec![seed],
        None => KEPT.iter().copied().chain(0..number("JOBTOP_SEEDS").unwrap_or(SEEDS)).collect(),
    };
    run(&seeds, story);
}

#[test]
fn no_seed_breaks_a_list_that_is_read_side_by_side() {
    let seeds =
        number("JOBTOP_SEED").map_or((0..number("JOBTOP_SEEDS").unwrap_or(SEEDS) / 16).collect(), |seed| vec![seed]);
    run(&seeds, long_story);
}

/// Fails with the first seed that breaks something, and what happened before.
fn run(seeds: &[u64], story: fn(u64) -> Plan) {
    if let Some((seed, simulation, wrong)) = first_wrong(seeds, story) {
        let log = &simulation.log;
        let last = if seeds.len() == 1 { log } else { &log[log.len().saturating_sub(30)..] };
        panic!("JOBTOP_SEED={seed}\n…\n{}\n{wrong}", last.join("\n"));
    }
}

#[test]
fn sim_determinism() {
    let mut met = BTreeSet::new();
    for seed in 0..60 {
        let runs = [(); 2].map(|()| play(story(seed)).0);
        met.extend(runs[0].met.iter().copied());
        assert_eq!(runs[0].log, runs[1].log, "seed {seed}");
        assert_eq!(runs[0].world.orders, runs[1].world.orders, "seed {seed}");
    }
    met.extend((0..8).flat_map(|seed| play(long_story(seed)).0.met));
    let missed: Vec<_> = Met::ALL.into_iter().filter(|each| !met.contains(each)).collect();
    assert!(missed.is_empty(), "tame stories: {missed:?}");
}
