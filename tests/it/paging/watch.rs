//! What must hold after every step, whatever the step was.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use jobtop::{
    model::{Cursor, ErrorKind, Generation, Job, JobId, Lane, PageRequest, Status, Ticket},
    pager::Coverage,
    policy,
    state::{Load, State},
    update::Effect,
};

use super::{Step, reference};
use crate::world::{World, matches};

/// What has to be remembered from one step to the next.
pub struct Watch {
    generation: Generation,
    ids: HashSet<JobId>,
    selected: Option<JobId>,
    follows: bool,
    seeks: bool,
    outdated: bool,
    /// Pages that a lane's walk has taken in.
    read: HashSet<Asked>,
    /// Lists that were walked once more after windows.
    walked_whole: HashSet<Generation>,
    /// Until when the server wants to be left alone, by the clock that nobody sets.
    closed: Option<DateTime<Utc>>,
    /// When a person last asked past that.
    forced: Option<DateTime<Utc>>,
    /// When pages were sent for that somebody looks through.
    viewed: Vec<DateTime<Utc>>,
}

impl Watch {
    /// Remembers a world as it is.
    pub fn new(world: &World) -> Self {
        let mut watch = Self {
            generation: world.state.pager.generation(),
            ids: HashSet::new(),
            selected: None,
            follows: true,
            seeks: false,
            outdated: false,
            read: HashSet::new(),
            walked_whole: HashSet::new(),
            closed: None,
            forced: None,
            viewed: Vec::new(),
        };
        watch.remember(&world.state);
        watch
    }

    /// Does a step and says what is wrong after it.
    pub fn step(&mut self, world: &mut World, step: &Step) -> Result<Vec<Effect>, String> {
        let old_reply = world.next_late().filter(|of| *step == Step::Late && *of != world.state.pager.generation());
        let rows = old_reply.map(|_| world.state.store.jobs().collect::<Vec<_>>());
        let lanes = world.lanes().into_iter().filter(|lane| world.is_sent(*lane));
        let sent: Vec<_> = lanes.filter_map(|lane| world.under_way(lane)).map(|order| order.request.clone()).collect();
        let dropped = world.state.pager.dropped();
        let reply = step.takes_in(world);
        let effects = step.take(world);
        if let Some(rows) = rows {
            check(world.state.pager.dropped() == dropped + 1, || format!("an answer of {old_reply:?} was taken"))?;
            check(world.state.store.jobs().eq(rows), || format!("an answer of {old_reply:?} is shown"))?;
        }
        if reply.is_some() {
            self.close(world, step);
        }
        self.check_gate(world, step, &effects)?;
        self.check_rate(world, step, &effects)?;
        if let Some((request, is_page)) = reply
            && world.state.pager.dropped() == dropped
        {
            if is_page {
                self.read.insert(asked(&request));
            } else {
                self.forget_walk(request.lane);
            }
        }
        if step.asks_again() {
            self.forget_walk(Lane::View);
        }
        for effect in &effects {
            let Effect::FetchPage(request) = effect else { continue };
            let again = sent.iter().any(|other| asked(other) == asked(request));
            let again = again && !effects.contains(&Effect::Cancel(request.lane));
            let answered = matches!(step, Step::Answer(_) | Step::Fail(..) | Step::Late);
            check(!again || answered || step.asks_again(), || format!("asked twice at once: {request:?}"))?;
            if request.lane == Lane::Refresh && request.cursor == Cursor::First {
                self.forget_walk(Lane::Refresh);
            }
            let begins = (request.lane, &request.cursor) == (Lane::View, &Cursor::First);
            if begins && world.state.pager.had_windows() && self.walked_whole.insert(request.generation) {
                self.forget_walk(Lane::View);
            }
            check(!self.read.contains(&asked(request)), || format!("asked for what this walk has read: {request:?}"))?;
            check(request.generation == world.state.pager.generation(), || format!("an old order: {request:?}"))?;
        }
        self.check_rows(world, step)?;
        check_table(&world.state)?;
        check_counts(&world.state)?;
        self.remember(&world.state);
        // That time goes by is what is checked there.
        if !matches!(step, Step::Wait(_)) {
            check_idle(world)?;
        }
        Ok(effects)
    }

    /// The server may have said that it wants to be left alone.
    fn close(&mut self, world: &World, step: &Step) {
        let Step::Fail(_, ErrorKind::Throttled(Some(pause)) | ErrorKind::Server(503, Some(pause))) = step else {
            return;
        };
        let until = world.time + TimeDelta::from_std(*pause.min(&policy::RETRY_AFTER_MAX)).unwrap();
        self.closed = self.closed.max(Some(until));
    }

    /// Nothing is sent while the server wants to be left alone, but what a person asks for, now and then.
    fn check_gate(&mut self, world: &World, step: &Step, effects: &[Effect]) -> Result<(), String> {
        let Some(until) = self.closed.filter(|until| *until > world.time) else { return Ok(()) };
        let waiting = |lane: &Lane| world.under_way(*lane).filter(|order| order.sent > world.time);
        let lanes = world.lanes();
        let early = lanes.iter().find_map(|lane| waiting(lane).filter(|order| order.sent < until));
        check(early.is_none(), || format!("{early:?} is to be sent before {until}"))?;
        for effect in effects {
            let Effect::FetchPage(order) = effect else { continue };
            if !order.delay.is_zero() {
                continue;
            }
            check(matches!(step, Step::Press(key) if key.text() == Some('r')), || {
                format!("{order:?} is sent before {until}")
            })?;
            let since = self.forced.map(|at| world.time - at);
            let is_rare = since.is_none_or(|since| since >= TimeDelta::from_std(policy::FORCE_EVERY).unwrap());
            check(is_rare, || format!("{order:?} is forced {since:?} after another"))?;
            self.forced = Some(world.time);
        }
        Ok(())
    }

    /// However much is scrolled, pages are sent for a few at once and then five a second.
    fn check_rate(&mut self, world: &World, step: &Step, effects: &[Effect]) -> Result<(), String> {
        for effect in effects {
            let Effect::FetchPage(order) = effect else { continue };
            let is_bulk = matches!(world.state.load, Load::All(..));
            if order.lane != Lane::View || order.attempt > 1 || is_bulk || step.asks_again() {
                continue;
            }
            // One that was not sent yet was replaced by this one.
            self.viewed.retain(|at| *at <= world.time);
            self.viewed.push(world.time + TimeDelta::from_std(order.delay).unwrap());
            for (at, later) in self.viewed.windows(4).map(|sent| (sent[0], sent[3])) {
                check(later - at >= TimeDelta::milliseconds(200), || format!("four pages from {at} to {later}"))?;
            }
            for (at, later) in self.viewed.windows(14).map(|sent| (sent[0], sent[13])) {
                check(later - at >= TimeDelta::milliseconds(2_200), || format!("14 pages from {at} to {later}"))?;
            }
            if self.viewed.len() > 100 {
                self.viewed.drain(..50);
            }
        }
        Ok(())
    }

    fn forget_walk(&mut self, lane: Lane) {
        self.read.retain(|(other, ..)| *other != lane);
    }

    fn check_rows(&self, world: &World, step: &Step) -> Result<(), String> {
        let state = &world.state;
        let generation = state.pager.generation();
        check(generation >= self.generation, || format!("generation {generation:?} after {:?}", self.generation))?;
        let ids: HashSet<JobId> = state.store.jobs().map(|job| job.id).collect();
        check(ids.len() == state.store.len(), || "a job is here twice".to_owned())?;
        let is_new_list = self.outdated && !state.outdated;
        let lost: Vec<_> = self.ids.iter().filter(|id| !ids.contains(id)).collect();
        check(is_new_list || lost.is_empty(), || format!("lost {lost:?}"))?;
        let query = state.pager.query();
        let strange = state.store.jobs().find(|job| !state.outdated && !matches(query, job));
        check(strange.is_none(), || format!("{strange:?} is no job of {query:?}"))?;
        // Looking for a problem is to move when one comes in.
        let keeps = step.keeps_the_selection() && !self.follows && !self.seeks;
        let shown: HashSet<JobId> = reference::shown(state).into_iter().map(|job| job.id).collect();
        let still = self.selected.as_ref().filter(|id| keeps && shown.contains(id));
        check(still.is_none_or(|id| state.table.selected.as_ref() == Some(id)), || {
            format!("{still:?} was selected, now {:?}", state.table.selected)
        })
    }

    fn remember(&mut self, state: &State) {
        self.generation = state.pager.generation();
        self.ids = state.store.jobs().map(|job| job.id).collect();
        self.selected = state.selected().map(|job| job.id.clone());
        self.follows = state.table.follows;
        self.seeks = state.load == Load::Seek;
        self.outdated = state.outdated;
    }
}

/// What one page is known by: whose walk, which list, down from where, and where in it.
type Asked = (Lane, Generation, Option<DateTime<Utc>>, Cursor);

/// A window's walk is one wherever it sits.
fn asked(request: &PageRequest) -> Asked {
    let lane = match request.lane {
        Lane::Window(ticket) => Lane::Window(Ticket { seat: 0, ..ticket }),
        lane => lane,
    };
    (lane, request.generation, request.query.to, request.cursor.clone())
}

fn check(holds: bool, wrong: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(wrong()) }
}

fn ids(jobs: impl IntoIterator<Item = Job>) -> Vec<String> {
    jobs.into_iter().map(|job| job.id.text().raw().to_owned()).collect()
}

/// The shown rows are filter and sort over everything; cursor and viewport stand on them.
fn check_table(state: &State) -> Result<(), String> {
    let store = &state.store;
    let shown = ids(store.shown().iter().map(|row| store.job(row)));
    let expected = ids(reference::shown(state));
    check(shown == expected, || format!("shown {shown:?}\nexpected {expected:?}"))?;
    let table = &state.table;
    check(table.unseen_above <= table.top, || format!("{} unseen above {}", table.unseen_above, table.top))?;
    if shown.is_empty() {
        return check((table.index, table.top) == (0, 0), || format!("{table:?} in an empty list"));
    }
    let selected = state.selected().map(|job| job.id.text().raw().to_owned());
    check(selected.as_ref() == shown.get(table.index), || format!("{selected:?} is not row {}", table.index))?;
    let rows = state.layout().map_or(1, |layout| layout.table_rows()).max(1);
    let in_view = (table.top..table.top + rows).contains(&table.index);
    check(in_view, || format!("row {} outside of {rows} rows from {}", table.index, table.top))?;
    let filled = table.top == 0 || table.top + rows <= shown.len();
    check(filled, || format!("blank lines below: {rows} rows from {} of {}", table.top, shown.len()))
}

/// Summary and coverage say what is here.
fn check_counts(state: &State) -> Result<(), String> {
    let (told, fresh) = (&state.summary, reference::summary(state));
    let numbers = |summary: &jobtop::insight::Summary| {
        let statuses: Vec<(Status, u64)> = summary.statuses().collect();
        (statuses, summary.problems, summary.unreadable, summary.objects)
    };
    check(numbers(told) == numbers(&fresh), || format!("summary {told:?}\nexpected {fresh:?}"))?;
    let zone = state.zones.shown;
    let days: BTreeSet<_> = state.store.jobs().filter_map(|job| job.started).collect();
    let days: BTreeSet<_> = days.into_iter().map(|at| at.with_timezone(&zone).date_naive()).collect();
    let odd = days.into_iter().find(|day| told.day(*day) != fresh.day(*day));
    check(odd.is_none(), || format!("the bar of {odd:?}"))?;
    let loaded = state.store.len() as u64;
    match state.coverage() {
        Coverage::All(all) => check(all == loaded && state.pager.total().is_none_or(|total| loaded >= total), || {
            format!("all {all} of {loaded} loaded, {:?} on the server", state.pager.total())
        }),
        Coverage::Partial(part, total) => {
            check(part == loaded && total.is_none_or(|total| total >= part), || format!("{part} of {total:?}"))
        }
        Coverage::Missing(here, total) => check(here == loaded && here < total, || format!("{here} of {total}")),
        Coverage::Unknown => Ok(()),
    }
}

/// Where nothing happened nothing is asked for.
fn check_idle(world: &World) -> Result<(), String> {
    let mut state = world.state.clone();
    let (columns, rows) = state.size;
    let tick = jobtop::update::update(&mut state, jobtop::update::Message::Tick(world.reading()));
    let resize = jobtop::update::update(&mut state, jobtop::update::Message::Resize(columns, rows));
    check(tick.is_empty() && resize.is_empty(), || format!("asked for without a reason: {tick:?} {resize:?}"))
}
