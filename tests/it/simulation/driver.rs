//! A simulated session: virtual time, one thread, no sockets. An agenda says what happens when, a weather what the server makes
//! of requests; the true reducer does the rest, and is watched at every step. The same seed is the same session.

use std::{
    collections::{BTreeSet, VecDeque},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use jobtop::{
    model::{ApiError, Cursor, ErrorKind, Lane, Stage, Status},
    pager::{Coverage, Tail},
    policy,
    update::Effect,
};

use crate::{
    paging::{Step, kinds, watch::Watch},
    world::{Mood, Options, Order, Server, World, monday},
};

/// A small reproducible source of chance (splitmix64).
#[derive(Debug, Clone)]
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `from` to just below `to`.
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.roll() % (to - from)
    }

    /// Whether something happens that does so once in `times`.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.roll().is_multiple_of(times)
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = self.roll() % from.len() as u64;
        &from[usize::try_from(at).unwrap()]
    }
}

/// What the server makes of requests.
#[derive(Debug, Clone, PartialEq)]
pub enum Weather {
    /// It answers, mostly soon and well.
    Fair,
    /// It answers one in so many times with some trouble or other.
    Unsettled(u64),
    /// Its pages are empty, and each names a next one.
    Barren,
    /// Nothing but this.
    Outage(ErrorKind),
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq)]
enum Fate {
    Page(Mood),
    Trouble(ErrorKind),
}

/// Something worth meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Met {
    Gate,
    Loop,
    NoProgress,
    /// The walk down a list that is loaded in part begins again at its top.
    BegunAgain,
    Refused,
    GivenUp,
    Missing,
    OldRowsInTrouble,
    OldAnswer,
    Doubt,
    LongPause,
    /// Several windows at once.
    SideBySide,
    /// A window has brought rows: the walk goes on below a moment.
    Delivered,
}

impl Met {
    pub const ALL: [Self; 13] = [
        Self::Gate,
        Self::Loop,
        Self::NoProgress,
        Self::BegunAgain,
        Self::Refused,
        Self::GivenUp,
        Self::Missing,
        Self::OldRowsInTrouble,
        Self::OldAnswer,
        Self::Doubt,
        Self::LongPause,
        Self::SideBySide,
        Self::Delivered,
    ];

    /// Whether it is so.
    fn is_met(self, world: &World) -> bool {
        let state = &world.state;
        let stopped =
            |kind: fn(&ErrorKind) -> bool| matches!(state.pager.tail(), Tail::Failed(_, error) if kind(&error.kind));
        let left = state.pager.next_try().map(|at| at - state.now);
        match self {
            Self::Gate => state.pager.gate().is_some(),
            Self::Loop => stopped(|kind| *kind == ErrorKind::Loop),
            Self::NoProgress => stopped(|kind| *kind == ErrorKind::NoProgress),
            Self::BegunAgain => {
                let first = matches!(state.pager.tail(), Tail::Loading(attempt) if attempt.cursor == Cursor::First);
                first && state.pager.pages() > 0
            }
            Self::Refused => state.pager.trouble().is_some_and(ApiError::needs_a_person),
            Self::GivenUp => stopped(|kind| ApiError::new(kind.clone()).is_transient()),
            Self::Missing => matches!(state.coverage(), Coverage::Missing(..)),
            Self::OldRowsInTrouble => state.outdated && state.pager.trouble().is_some(),
            Self::OldAnswer => state.pager.dropped() > 0,
            Self::Doubt => state.is_stale() && state.pager.trouble().is_none(),
            Self::LongPause => left.is_some_and(|left| left > TimeDelta::seconds(200)),
            Self::SideBySide => world.lanes().iter().filter(|lane| matches!(lane, Lane::Window(_))).count() > 2,
            Self::Delivered => matches!(world.under_way(Lane::View), Some(order) if order.request.query.to.is_some()),
        }
    }
}

/// What a session starts with, and what happens in it.
pub struct Plan {
    pub seed: u64,
    pub server: Server,
    pub options: Options,
    /// What happens when, from the start on.
    pub agenda: Vec<(Duration, Step)>,
    /// From when on which weather it is.
    pub weather: Vec<(Duration, Weather)>,
    pub length: Duration,
}

/// A session under way.
pub struct Simulation {
    pub world: World,
    pub watch: Watch,
    /// What happened, line by line.
    pub log: Vec<String>,
    /// What it has met.
    pub met: BTreeSet<Met>,
    /// Requests that failed, and that did not.
    pub failed: u64,
    pub served: u64,
    agenda: VecDeque<(DateTime<Utc>, Step)>,
    weather: Vec<(DateTime<Utc>, Weather)>,
    end: DateTime<Utc>,
    dice: Dice,
    due: Vec<(Order, DateTime<Utc>, Fate)>,
}

/// More steps than any session has: one that goes round in circles is a bug.
const ENOUGH: usize = 200_000;

impl Simulation {
    pub fn new(plan: Plan) -> Self {
        let Plan { seed, server, options, mut agenda, weather, length } = plan;
        agenda.sort_by_key(|(at, _)| *at);
        let world = World::new(server, options);
        Self {
            watch: Watch::new(&world),
            world,
            log: Vec::new(),
            met: BTreeSet::new(),
            failed: 0,
            served: 0,
            agenda: agenda.into_iter().map(|(at, step)| (monday() + at, step)).collect(),
            weather: weather.into_iter().map(|(at, weather)| (monday() + at, weather)).collect(),
            end: monday() + length,
            dice: Dice(seed ^ 0xD1CE),
            due: Vec::new(),
        }
    }

    /// Lets everything happen until the end.
    pub fn run(&mut self) -> Result<(), String> {
        for _ in 0..ENOUGH {
            if !self.advance()? {
                return Ok(());
            }
        }
        Err("it goes on without end".to_owned())
    }

    /// Lets the next thing happen, if one is left.
    fn advance(&mut self) -> Result<bool, String> {
        self.draw_fates();
        let answer = self.due.iter().map(|(_, at, _)| *at).min();
        let event = self.agenda.front().map(|(at, _)| *at);
        let second = TimeDelta::seconds(1);
        let tick = self.world.state.is_ticking().then(|| self.world.time + second);
        let Some(at) = [answer, event, tick].into_iter().flatten().min().filter(|at| *at <= self.end) else {
            return Ok(false);
        };
        self.step(&Step::Wait((at - self.world.time).to_std().unwrap_or_default()))?;
        if self.agenda.front().is_some_and(|(at, _)| *at <= self.world.time) {
            let (_, step) = self.agenda.pop_front().unwrap();
            for step in step.singly() {
                self.step(&step)?;
            }
        } else if answer == Some(at) {
            // What has come is told unless its order was replaced meanwhile.
            let place = self.due.iter().position(|(_, due, _)| *due == at).unwrap();
            let (order, _, fate) = self.due.remove(place);
            if self.world.under_way(order.request.lane) == Some(&order) {
                self.tell(order.request.lane, fate)?;
            }
        }
        Ok(true)
    }

    fn tell(&mut self, lane: Lane, fate: Fate) -> Result<(), String> {
        match fate {
            Fate::Page(mood) => {
                self.served += 1;
                self.world.server.mood = mood;
                self.step(&Step::Answer(lane))
            }
            Fate::Trouble(kind) => {
                self.failed += 1;
                self.step(&Step::Fail(lane, kind))
            }
        }
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        let effects = self.watch.step(&mut self.world, step).map_err(|wrong| format!("{step:?}: {wrong}"))?;
        let world = &self.world;
        self.met.extend(Met::ALL.into_iter().filter(|met| met.is_met(world)));
        let is_quiet = matches!(step, Step::Wait(_)) && effects.is_empty();
        if !is_quiet {
            let at = self.world.time.format("%H:%M:%S%.3f");
            let rows = self.world.state.store.len();
            self.log.push(format!("{at} {step:?} → {} {rows} rows", told(&effects)));
        }
        Ok(())
    }

    /// Decides what becomes of the orders that are new.
    fn draw_fates(&mut self) {
        let world = &self.world;
        self.due.retain(|(order, ..)| world.under_way(order.request.lane) == Some(order));
        for lane in self.world.lanes() {
            let Some(order) = self.world.under_way(lane) else { continue };
            if self.due.iter().any(|(other, ..)| other.request.lane == lane) {
                continue;
            }
            let order = order.clone();
            let (took, fate) = self.fate(&order);
            let at = order.sent + TimeDelta::from_std(took.min(order.request.patience)).unwrap();
            let fate = if took > order.request.patience { Fate::Trouble(late()) } else { fate };
            self.due.push((order, at, fate));
        }
    }

    fn fate(&mut self, order: &Order) -> (Duration, Fate) {
        let now = self.weather.iter().rev().find(|(from, _)| *from <= order.sent);
        let dice = &mut self.dice;
        let soon = Duration::from_millis(dice.between(20, 900));
        let slow = Duration::from_millis(dice.between(900, 29_000));
        let well = |dice: &mut Dice| match dice.between(0, 60) {
            0 => (slow, Fate::Page(Mood::Good)),
            1 => (soon, Fate::Page(Mood::Empty)),
            2 => (soon, Fate::Page(Mood::Looping)),
            3 if order.request.cursor != Cursor::First => (soon, Fate::Trouble(ErrorKind::Server(410, None))),
            _ => (soon, Fate::Page(Mood::Good)),
        };
        match now.map(|(_, weather)| weather) {
            Some(Weather::Outage(kind)) => (delay(kind, soon), Fate::Trouble(kind.clone())),
            Some(Weather::Barren) => (soon, Fate::Page(Mood::Empty)),
            Some(Weather::Unsettled(times)) if dice.once_in(*times) => {
                let kind = dice.pick(&kinds()).clone();
                (delay(&kind, soon), Fate::Trouble(kind))
            }
            Some(Weather::Fair | Weather::Unsettled(_)) => well(dice),
            None => (soon, Fate::Page(Mood::Good)),
        }
    }
}

fn late() -> ErrorKind {
    ErrorKind::Timeout(Stage::Answer)
}

/// How long it takes to fail.
fn delay(kind: &ErrorKind, soon: Duration) -> Duration {
    match kind {
        ErrorKind::Timeout(Stage::Connect) => policy::CONNECT_TIMEOUT,
        ErrorKind::Timeout(Stage::Answer) => policy::PAGE_TIMEOUT,
        _ => soon,
    }
}

/// What was asked for, in a few words.
fn told(effects: &[Effect]) -> String {
    let told = |effect: &Effect| match effect {
        Effect::FetchPage(order) => {
            format!("{:?} {:?} {:?} in {:?}", order.lane, order.generation, order.cursor, order.delay)
        }
        other => format!("{other:?}"),
    };
    effects.iter().map(told).collect::<Vec<_>>().join(", ")
}

/// Any status.
pub fn status(dice: &mut Dice) -> Status {
    *dice.pick(&Status::ALL)
}
