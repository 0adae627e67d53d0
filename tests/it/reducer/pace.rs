//! When what is asked for: the gate of all lanes, a person who asks again, clocks that jump, lists without end.

use std::time::Duration;

use chrono::TimeDelta;
use jobtop::{
    model::{ApiError, Cursor, ErrorKind, Lane, Limit, Page, PageReply, Query, SkipToken, Status},
    pager::{Arrival, Coverage, Pager, Tail},
    policy,
    state::{Entry, Level, Load, Outcome},
    update::{Effect, Message},
    view::Theme,
};

use crate::{
    stage::picture,
    world::{Options, Server, World, monday},
};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn throttled(pause: u64) -> ErrorKind {
    ErrorKind::Throttled(Some(seconds(pause)))
}

fn live(jobs: u32) -> World {
    World::with(jobs, Options { live: true, ..Options::default() })
}

/// How long a lane's order waits from now on.
fn wait(world: &World, lane: Lane) -> Option<u64> {
    let left = world.under_way(lane)?.sent - world.time;
    Some(u64::try_from(left.num_seconds()).unwrap_or(0))
}

fn notice(world: &World) -> &str {
    world.state.notice.as_deref().unwrap_or_default()
}

fn screen(world: &World) -> String {
    let picture = picture(&world.state, Theme::default());
    let lines = picture.content().chunks(picture.area.width.into());
    lines.map(|line| line.iter().map(ratatui::buffer::Cell::symbol).collect::<String>() + "\n").collect()
}

#[test]
fn a_pause_that_one_lane_is_asked_for_holds_for_the_other() {
    for kind in [throttled(25), ErrorKind::Server(503, Some(seconds(25)))] {
        let mut world = live(120);
        world.pass(seconds(20));
        assert!(wait(&world, Lane::Refresh).is_some_and(|left| left <= 13));
        world.keys("G");
        world.fail(Lane::View, kind.clone());
        assert_eq!((wait(&world, Lane::View), wait(&world, Lane::Refresh)), (Some(25), Some(25)), "{kind:?}");
        world.keys("d24h<enter>");
        assert_eq!(wait(&world, Lane::View), Some(25), "another list is asked of the same server");
    }
}

#[test]
fn only_429_and_503_close_the_gate() {
    let mut world = live(120);
    world.pass(seconds(20));
    world.keys("G");
    world.fail(Lane::View, ErrorKind::Server(502, Some(seconds(300))));
    assert_eq!(world.state.pager.gate(), None);
    assert!(wait(&world, Lane::Refresh).is_some_and(|left| left <= 13));
}

#[test]
fn a_pause_asked_of_an_older_list_holds_for_the_new_one() {
    let mut world = World::of(120);
    world.keys("G");
    let asked = world.under_way(Lane::View).unwrap().request.clone();
    world.keys("d24h<enter>");
    let late = PageReply {
        lane: asked.lane,
        generation: asked.generation,
        cursor: asked.cursor,
        at: monday(),
        date: None,
        took: seconds(1),
        result: Err(ApiError::new(throttled(60))),
    };
    world.tell(Message::Page(Box::new(late)));
    assert_eq!(world.state.pager.gate(), Some(world.state.now + seconds(60)));
}

#[test]
fn a_short_pause_is_counted_down_and_a_long_one_told_by_the_clock() {
    let mut world = World::of(120);
    world.keys("G");
    world.fail(Lane::View, throttled(20));
    assert!(screen(&world).contains("next try in 21 s"), "{}", screen(&world));
    world.fail(Lane::View, throttled(600));
    world.pass(seconds(1));
    let text = screen(&world);
    assert!(text.contains("(429) · next try at 14:12:31"), "{text}");
    assert!(!world.state.is_ticking(), "nothing on the screen moves");
    assert!(matches!(world.state.pager.tail(), Tail::Loading(attempt) if attempt.number == policy::ATTEMPTS));
    world.pass(seconds(600));
    world.answer_all();
    assert_eq!((world.state.pager.trouble(), world.state.pager.gate()), (None, None));
}

#[test]
fn a_person_may_ask_past_the_gate_once_in_ten_seconds() {
    let mut world = live(30);
    world.keys("r");
    world.fail(Lane::Refresh, throttled(3_000));
    let before = world.orders.len();
    let mut sent = 0;
    for _ in 0..30 {
        world.pass(seconds(2));
        world.keys("r");
        if world.is_sent(Lane::Refresh) {
            sent += 1;
            world.fail(Lane::Refresh, throttled(3_000));
        }
    }
    assert_eq!((sent, world.orders.len() - before), (6, 12), "each is followed by one that waits");
    assert_eq!(wait(&world, Lane::Refresh), Some(3_000));
    world.keys("r");
    assert_eq!(notice(&world), "the server asks to wait; r asks again in 10 s");
}

#[test]
fn asking_again_at_once_is_told_and_not_done() {
    let mut world = World::of(30);
    world.keys("r");
    world.keys("r");
    assert_eq!(notice(&world), "the server is being asked");
    world.answer_all();
    let before = world.orders.len();
    world.keys("r");
    assert_eq!((notice(&world), world.orders.len()), ("asked just now; r asks again in 2 s", before));
    world.pass(policy::ASK_EVERY);
    world.keys("r");
    assert_eq!(world.orders.len(), before + 1);
}

#[test]
fn retries_end_where_nothing_is_left_to_spend() {
    let mut world = World::new(Server::of(60), Options::default());
    let mut requests = 0;
    for _ in 0..40 {
        while world.fail(Lane::View, ErrorKind::Offline).is_some() {
            requests += 1;
        }
        world.pass(policy::ASK_EVERY);
        world.keys("r");
    }
    let quick = policy::BUDGET / policy::BUDGET_RETRY;
    assert!((40 + quick..=40 + quick + 3).contains(&requests), "{requests}");
    assert_eq!(world.pass(seconds(600)), [], "what was decided is not decided anew because there is more to spend");
}

#[test]
fn no_retry_begins_after_a_minute() {
    let mut world = World::new(Server::of(60), Options::default());
    world.pass(seconds(31));
    world.fail(Lane::View, throttled(25));
    assert_eq!(wait(&world, Lane::View), Some(25));
    let patience = world.under_way(Lane::View).unwrap().request.patience;
    assert!(patience <= seconds(4), "{patience:?}");
    world.pass(seconds(28));
    world.fail(Lane::View, ErrorKind::Offline);
    assert!(world.under_way(Lane::View).is_none());
}

#[test]
fn a_machine_that_slept_refreshes_once_and_says_that_its_rows_are_old() {
    for hours in [8, -1, 1] {
        let mut world = live(30);
        let before = world.orders.len();
        let effects = world.jump(TimeDelta::hours(hours));
        assert!(
            matches!(&effects[..], [Effect::Reconnect, Effect::FetchPage(order)] if order.lane == Lane::Refresh && order.delay.is_zero())
        );
        assert!(world.state.is_stale());
        for _ in 0..20 {
            world.pass(seconds(1));
        }
        world.answer_all();
        assert_eq!(world.orders.len() - before, 2, "and the next one after its interval");
        assert!(wait(&world, Lane::Refresh).is_some_and(|left| (26..=33).contains(&left)));
        assert!(!world.state.is_stale());
    }
}

#[test]
fn a_refresh_that_was_under_way_when_the_machine_slept_is_called_off() {
    let mut world = live(30);
    world.keys("r");
    let effects = world.jump(TimeDelta::hours(8));
    assert_eq!(effects[..2], [Effect::Reconnect, Effect::Cancel(Lane::Refresh)]);
    assert!(matches!(&effects[2..], [Effect::FetchPage(order)] if order.delay.is_zero()));
    world.answer_late();
    world.answer_all();
    assert_eq!(world.state.coverage(), Coverage::All(30));
}

#[test]
fn the_rows_fill_the_line_that_told_of_a_gate_when_that_opens() {
    let mut world = World::of(120);
    world.keys("d24h<enter>");
    world.answer_all();
    world.keys("r");
    world.fail(Lane::Refresh, throttled(20));
    let late = world.under_way(Lane::Refresh).unwrap().sent - world.time;
    // Another list forgets the trouble; what is left to tell is the gate.
    world.keys("d7d<enter>");
    world.pass(seconds(1));
    world.keys("G");
    let rows = |world: &World| world.state.layout().unwrap().table_rows();
    let before = rows(&world);
    world.pass((late - TimeDelta::seconds(1)).to_std().unwrap());
    assert_eq!(rows(&world), before + 1);
    let table = &world.state.table;
    assert!(table.top == 0 || table.top + rows(&world) <= world.shown().len(), "a blank line below: {table:?}");
}

#[test]
fn a_jump_neither_opens_the_gate_nor_closes_it_for_longer() {
    for hours in [8, -8] {
        let mut world = live(30);
        world.keys("r");
        world.fail(Lane::Refresh, throttled(600));
        world.pass(seconds(100));
        world.jump(TimeDelta::hours(hours));
        assert_eq!(world.state.pager.gate(), Some(world.state.now + seconds(500)));
        assert_eq!(wait(&world, Lane::Refresh), Some(500));
    }
}

#[test]
fn a_little_drift_is_no_jump() {
    let mut world = live(30);
    assert_eq!(world.jump(TimeDelta::seconds(30)), []);
    assert_eq!(world.jump(TimeDelta::seconds(-30)), []);
    assert!(!world.state.is_stale());
    assert!(wait(&world, Lane::Refresh).is_some_and(|left| (26..=33).contains(&left)));
}

#[test]
fn without_live_mode_a_jump_is_only_told() {
    let mut world = World::of(30);
    assert_eq!(world.jump(TimeDelta::hours(8)), [Effect::Reconnect]);
    assert!(world.state.is_stale() && screen(&world).contains("stale since"), "{}", screen(&world));
    world.keys("r");
    world.answer_all();
    assert!(!world.state.is_stale());
}

#[test]
fn a_process_that_was_stopped_for_long_refreshes_when_it_goes_on() {
    for (minutes, is_live, asks) in [(0, true, false), (60, true, true), (60, false, false)] {
        let mut world = World::with(30, Options { live: is_live, ..Options::default() });
        world.time += TimeDelta::minutes(minutes);
        world.tell(Message::Tick(world.reading()));
        let effects = world.tell(Message::Continued);
        assert_eq!((!effects.is_empty(), world.state.is_stale()), (asks, asks));
    }
}

#[test]
fn a_list_of_too_many_jobs_says_how_many_it_keeps() {
    let mut pager = Pager::new(Query::default(), Some(100), 1);
    for (held, ends) in [(100, false), (policy::ROWS_MAX - 1, false), (policy::ROWS_MAX, true)] {
        deliver(&mut pager, held);
        pager.progress(100, held);
        assert_eq!(pager.trouble().is_some(), ends);
    }
    let error = pager.trouble().unwrap().clone();
    assert_eq!(error.kind, ErrorKind::Limit(Limit::Rows));
    assert_eq!(error.to_string(), "1000000 jobs are loaded, and no more are kept; the list is incomplete");
    assert_eq!(pager.coverage(policy::ROWS_MAX), Coverage::Partial(1_000_000, Some(2_000_000)));
    pager.forgive();
    assert!(pager.order(monday()).is_none(), "to ask again would bring no more");
}

#[test]
fn a_list_of_too_many_pages_says_how_many_it_reads_and_refreshes_do_not_count() {
    let mut pager = Pager::new(Query::default(), Some(100), 1);
    for page in 0..policy::PAGES_MAX {
        assert_eq!(pager.trouble(), None, "after {page} pages");
        deliver(&mut pager, page as usize);
        pager.progress(1, 1);
    }
    let error = pager.trouble().unwrap();
    assert_eq!(error.to_string(), "100000 pages are read, and no list is read further; it is incomplete");
    let mut world = live(30);
    for _ in 0..300 {
        world.answer(Lane::Refresh);
    }
    assert_eq!((world.state.pager.pages(), world.state.load), (303, Load::AsNeeded));
    assert_eq!(world.state.coverage(), Coverage::All(30));
}

/// The next page comes, and names one after it.
fn deliver(pager: &mut Pager, page: usize) {
    let order = pager.order(monday()).unwrap();
    let result = Ok(Page { total: Some(2_000_000), next: Some(SkipToken::new(page.to_string())), ..Page::default() });
    let (lane, generation, cursor) = (order.lane, order.generation, order.cursor);
    let reply = PageReply { lane, generation, cursor, at: monday(), date: None, took: seconds(1), result };
    assert!(matches!(pager.arrived(reply, monday()), Arrival::Page(..)));
}

#[test]
fn what_is_under_way_when_the_clock_jumps_is_asked_again_by_new_connections_at_once() {
    for (hours, live) in [(8, true), (8, false), (-1, true), (-1, false)] {
        let mut world = World::with(200, Options { live, ..Options::default() });
        world.pass(seconds(2));
        world.keys("G");
        let asked = world.under_way(Lane::View).unwrap().request.cursor.clone();
        assert!(world.is_sent(Lane::View));
        let effects = world.jump(TimeDelta::hours(hours));
        let at = |wanted: &dyn Fn(&Effect) -> bool| effects.iter().position(wanted).unwrap();
        let order = |effect: &Effect| matches!(effect, Effect::FetchPage(order) if order.lane == Lane::View && order.cursor == asked && order.delay.is_zero());
        let (reconnected, cancelled) =
            (at(&|effect| *effect == Effect::Reconnect), at(&|effect| *effect == Effect::Cancel(Lane::View)));
        assert!(reconnected < cancelled && cancelled < at(&order), "{effects:?}");
    }
}

#[test]
fn a_clock_that_is_off_by_more_than_a_minute_is_shown_in_the_header_and_told_once() {
    let mut world = World::new(Server::of(200), Options { size: (120, 30), ..Options::default() });
    world.skew = Some(TimeDelta::seconds(-170));
    world.keys("L");
    world.answer_all();
    let header = |world: &World| {
        let buffer = picture(&world.state, Theme::default());
        (0..120).map(|x| buffer[(x, 0)].symbol().to_owned()).collect::<String>()
    };
    assert!(header(&world).contains("clock −3 min  "), "{}", header(&world));
    let told = |world: &World| {
        let is_told = |entry: &&Entry| matches!(&entry.outcome, Outcome::Note(Level::Warning, text) if text.contains("3 min behind"));
        world.state.log.entries().filter(is_told).count()
    };
    assert_eq!(told(&world), 1);
    // It is set right.
    world.skew = Some(TimeDelta::zero());
    world.jump(TimeDelta::seconds(170));
    assert!(!header(&world).contains("clock"), "{}", header(&world));
}

#[test]
fn a_first_page_that_waits_for_the_gate_is_asked_for_when_that_opens() {
    for live in [true, false] {
        let mut world = World::new(Server::of(60), Options { live, ..Options::default() });
        world.fail(Lane::View, throttled(300));
        assert_eq!(wait(&world, Lane::View), Some(300));
        assert!(screen(&world).contains("next try at 14:07:11"), "{}", screen(&world));
        world.pass(seconds(300));
        world.answer_all();
        assert_eq!(world.state.store.len(), 40);
    }
}

#[test]
fn a_refresh_that_meets_the_gate_in_the_middle_of_its_walk_goes_on_behind_it() {
    let mut world = World::of(30);
    for _ in 0..25 {
        world.server.begin(Status::Finished, monday());
    }
    world.keys("G");
    world.keys("r");
    world.answer(Lane::Refresh);
    assert!(matches!(world.under_way(Lane::Refresh).unwrap().request.cursor, Cursor::After(_)));
    world.fail(Lane::Refresh, throttled(20));
    assert_eq!(wait(&world, Lane::Refresh), Some(20));
    world.pass(seconds(20));
    world.answer_all();
    assert_eq!(world.state.coverage(), Coverage::All(55));
}
