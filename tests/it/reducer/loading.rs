//! Loading, refreshing, failing: what is asked for when, and what is said about what is missing.

use std::time::Duration;

use chrono::TimeDelta;
use jobtop::{
    model::{Cursor, ErrorKind, Lane, Page, Service, SkipToken, Status},
    pager::{Coverage, Tail},
    state::Load,
    update::{Effect, Message},
};

use super::asks;
use crate::world::{HIDDEN_SERVICE, Options, Server, World, id, monday};

const DAY: Duration = Duration::from_hours(24);

fn live(jobs: u32) -> World {
    World::with(jobs, Options { live: true, ..Options::default() })
}

fn trouble(world: &World) -> Option<&ErrorKind> {
    world.state.pager.trouble().map(|error| &error.kind)
}

fn cursor(world: &World, lane: Lane) -> Option<&Cursor> {
    world.under_way(lane).map(|order| &order.request.cursor)
}

/// The first rows of the server's list, with a next page if `next` is named.
fn page(world: &World, rows: usize, total: u64, next: Option<&str>) -> Page {
    let jobs = world.server.jobs.iter().take(rows).cloned().collect();
    Page { jobs, total: Some(total), next: next.map(SkipToken::new) }
}

/// So many jobs have begun and finished.
fn begin(world: &mut World, jobs: i64) {
    (0..jobs).for_each(|at| drop(world.server.begin(Status::Finished, monday() + TimeDelta::seconds(at))));
}

#[test]
fn the_screen_and_one_more_are_loaded_and_no_more() {
    let mut world = World::of(120);
    assert_eq!((world.state.store.len(), world.state.coverage()), (40, Coverage::Partial(40, Some(120))));
    world.keys("jjjjjjjj");
    assert_eq!(world.answer_all(), 0);
    world.keys("<pgdn>");
    assert_eq!(world.answer_all(), 1);
}

#[test]
fn the_next_page_is_asked_for_while_the_detail_pane_covers_the_table() {
    let mut world = World::of(120);
    world.keys("z");
    for step in 1..120 {
        world.keys(")");
        world.answer_all();
        assert_eq!(world.state.table.index, step);
    }
}

#[test]
fn loading_all_ends_with_the_list_and_says_so() {
    let mut world = World::of(120);
    world.keys("L");
    world.answer_all();
    assert_eq!((world.state.coverage(), world.state.load), (Coverage::All(120), Load::AsNeeded));
    world.keys("L");
    assert_eq!(world.state.notice.as_deref(), Some("the whole range is loaded"));
}

#[test]
fn esc_stops_loading_all_and_down_goes_on() {
    let mut world = World::of(120);
    world.keys("L");
    world.answer(Lane::View);
    let effects = world.keys("<esc>");
    assert!(effects.contains(&Effect::Cancel(Lane::View)) && world.state.load == Load::Stopped);
    assert_eq!(world.under_way(Lane::View), None);
    world.answer_late();
    assert_eq!((world.state.store.len(), world.state.pager.dropped()), (50, 1), "what comes late is not taken");
    world.keys("<pgdn><pgdn><down>");
    assert!(world.under_way(Lane::View).is_some());
    world.answer_all();
    assert_eq!(world.state.coverage(), Coverage::Partial(70, Some(120)), "as much as is looked at");
}

#[test]
fn loading_all_of_one_range_does_not_load_all_of_another() {
    let mut world = World::of(160);
    world.keys("Ldall<enter>");
    world.answer_all();
    assert_eq!(world.state.coverage(), Coverage::Partial(40, Some(160)));
}

#[test]
fn r_sends_a_waiting_retry_at_once() {
    let mut world = World::new(Server::of(60), Options::default());
    world.fail(Lane::View, ErrorKind::Throttled(Some(Duration::from_secs(20))));
    let waiting = world.under_way(Lane::View).unwrap().request.clone();
    assert!(waiting.delay >= Duration::from_secs(20) && world.state.pager.next_try().is_some());
    world.keys("r");
    let now = world.under_way(Lane::View).unwrap().request.clone();
    assert_eq!((now.delay, now.cursor), (Duration::ZERO, waiting.cursor));
    world.answer_all();
    assert_eq!(world.state.store.len(), 10, "that one and no other passes the gate");
    world.pass(Duration::from_secs(20));
    world.answer_all();
    assert_eq!((world.state.store.len(), trouble(&world)), (40, None));
}

#[test]
fn a_failure_that_may_pass_is_tried_three_times_and_then_told() {
    let mut world = World::new(Server::of(60), Options::default());
    for _ in 0..3 {
        assert!(world.fail(Lane::View, ErrorKind::Offline).is_some());
    }
    assert_eq!((world.under_way(Lane::View), trouble(&world)), (None, Some(&ErrorKind::Offline)));
    assert_eq!(world.state.coverage(), Coverage::Unknown);
    world.keys("r");
    world.answer_all();
    assert_eq!((world.state.store.len(), trouble(&world)), (40, None));
}

#[test]
fn in_live_mode_a_first_page_that_does_not_come_is_tried_again_ever_more_rarely() {
    let mut world = World::new(Server::of(60), Options { live: true, ..Options::default() });
    for _ in 0..20 {
        assert!(world.fail(Lane::View, ErrorKind::Server(503, None)).is_some());
    }
    let pause = world.under_way(Lane::View).unwrap().request.delay;
    assert!(pause > Duration::from_mins(4), "{pause:?}");
    world.answer(Lane::View);
    assert_eq!(trouble(&world), None);
}

#[test]
fn what_a_person_must_mend_is_never_tried_again_by_itself() {
    let refused = ErrorKind::AuthRejected("invalid_client".into());
    for kind in [ErrorKind::Unauthorized, ErrorKind::Forbidden, refused] {
        for lane in [Lane::View, Lane::Refresh] {
            let mut world = live(60);
            world.keys("G");
            world.fail(lane, kind.clone());
            world.answer_all();
            world.fail(lane, kind.clone());
            world.answer_all();
            if trouble(&world).is_none() {
                continue; // The other lane has been answered well since, so the credential is good.
            }
            assert_eq!(world.pass(DAY), [], "{kind:?} on {lane:?}");
            assert!(world.under_way(Lane::View).is_none() && world.under_way(Lane::Refresh).is_none());
            assert!(world.state.store.len() >= 40, "old rows stay");
            world.keys("r");
            world.answer_all();
            assert_eq!(trouble(&world), None);
            assert!(world.under_way(Lane::Refresh).is_some(), "live mode goes on");
        }
    }
}

#[test]
fn r_signs_in_anew_where_a_credential_was_refused_and_asks_again_for_what_was_under_way() {
    let mut world = live(200);
    world.keys("G");
    assert!(world.under_way(Lane::View).is_some());
    world.fail(Lane::Refresh, ErrorKind::Unauthorized);
    let effects = world.keys("r");
    assert!(matches!(effects.first(), Some(Effect::SignInAnew)), "{effects:?}");
    assert!(asks(&effects, Lane::View) && asks(&effects, Lane::Refresh), "{effects:?}");
    let loaded = world.state.store.len();
    world.answer_all();
    assert!(world.state.store.len() > loaded);
    assert_eq!(trouble(&world), None);
    assert!(!world.keys("r").contains(&Effect::SignInAnew), "a good credential stays");
}

#[test]
fn a_refused_refresh_ends_live_mode_until_the_user_asks() {
    let mut world = live(30);
    world.fail(Lane::Refresh, ErrorKind::Unauthorized);
    assert_eq!((world.pass(DAY), world.under_way(Lane::Refresh)), (Vec::new(), None));
    assert!(world.state.is_stale() && world.state.store.len() == 30);
    world.keys("r");
    world.answer_all();
    assert!(world.under_way(Lane::Refresh).is_some() && !world.state.is_stale());
}

#[test]
fn a_refused_page_calls_the_waiting_refresh_off() {
    let mut world = live(60);
    world.keys("G");
    let effects = world.fail(Lane::View, ErrorKind::Unauthorized).unwrap();
    assert_eq!(effects, [Effect::Cancel(Lane::Refresh)]);
    assert_eq!(world.under_way(Lane::Refresh), None);
}

#[test]
fn live_mode_off_cancels_the_waiting_refresh_and_on_orders_it_again() {
    let mut world = live(30);
    assert!(world.under_way(Lane::Refresh).is_some_and(|order| order.request.delay > Duration::from_secs(26)));
    assert_eq!(world.keys("R"), [Effect::Cancel(Lane::Refresh)]);
    assert_eq!(world.pass(DAY), []);
    world.keys("R");
    assert!(world.under_way(Lane::Refresh).is_some());
}

#[test]
fn failing_refreshes_become_rarer_and_one_good_answer_ends_that() {
    let mut world = live(30);
    let mut pauses = Vec::new();
    for _ in 0..24 {
        world.fail(Lane::Refresh, ErrorKind::Offline);
        pauses.extend(world.under_way(Lane::Refresh).map(|order| order.request.delay.as_secs()));
    }
    assert!(pauses.iter().any(|pause| *pause > 240) && pauses.iter().all(|pause| *pause <= 330), "{pauses:?}");
    world.answer(Lane::Refresh);
    assert!(world.under_way(Lane::Refresh).unwrap().request.delay < Duration::from_secs(34));
}

#[test]
fn unseen_rows_above_are_counted_and_the_selected_job_keeps_its_line() {
    let mut world = live(60);
    world.keys("jjj");
    let (selected, line) = (world.selected(), world.state.table.index - world.state.table.top);
    begin(&mut world, 2);
    world.answer(Lane::Refresh);
    let table = &world.state.table;
    assert_eq!((table.unseen_above, table.index - table.top), (2, line));
    assert_eq!(world.selected(), selected);
    world.keys("g");
    assert_eq!(world.state.table.unseen_above, 0);
    begin(&mut world, 1);
    world.answer(Lane::Refresh);
    assert_eq!((world.selected(), world.state.table.unseen_above), (id(63), 0), "the top follows new jobs");
}

#[test]
fn the_unseen_rows_of_an_older_list_are_forgotten() {
    let mut world = live(60);
    world.keys("<pgdn>jjj");
    begin(&mut world, 1);
    world.answer(Lane::Refresh);
    assert_eq!(world.state.table.unseen_above, 1);
    world.keys("d30d<enter>");
    world.answer_all();
    assert_eq!(world.state.table.unseen_above, 0);
}

#[test]
fn a_new_day_reads_a_relative_range_anew_and_the_old_rows_stay_until_it_is_here() {
    let mut world = live(60);
    let from = world.state.pager.query().from;
    world.pass(DAY);
    world.answer(Lane::Refresh);
    assert_eq!((world.state.pager.generation().0, world.state.outdated), (1, true));
    assert_eq!(world.shown().len(), 40);
    assert!(world.state.pager.query().from > from);
    world.answer_all();
    assert!(!world.state.outdated);
}

#[test]
fn a_new_day_changes_nothing_about_a_range_with_fixed_ends() {
    let mut world = live(60);
    world.keys("d2026-11-01..<enter>");
    world.answer_all();
    world.pass(DAY);
    world.answer(Lane::Refresh);
    assert_eq!(world.state.pager.generation().0, 1);
}

#[test]
fn a_list_that_begins_anew_is_counted_as_it_is_filtered() {
    let mut world = live(60);
    world.state.filter.services = [Service(HIDDEN_SERVICE)].into();
    world.keys("t");
    world.answer_all();
    let counted = |world: &World| world.state.summary.statuses().map(|(_, jobs)| jobs).sum::<u64>();
    assert_eq!(counted(&world), world.shown().len() as u64);
    world.pass(DAY);
    world.answer(Lane::Refresh);
    assert!(world.state.outdated);
    assert_eq!(counted(&world), world.shown().len() as u64);
}

#[test]
fn five_pages_of_known_rows_say_that_there_is_no_progress() {
    let mut world = World::new(Server::of(8), Options::default());
    for next in ["a", "b", "c", "d", "e"] {
        world.deliver(Lane::View, Ok(page(&world, 8, 90, Some(next))));
        assert_eq!(trouble(&world), None);
    }
    world.deliver(Lane::View, Ok(page(&world, 8, 90, Some("f"))));
    assert_eq!((trouble(&world), world.under_way(Lane::View)), (Some(&ErrorKind::NoProgress), None));
    assert_eq!(world.state.coverage(), Coverage::Partial(8, Some(90)));
    world.keys("r");
    assert_eq!(cursor(&world, Lane::View), Some(&Cursor::After(SkipToken::new("f"))), "r reads on");
}

#[test]
fn a_repeated_token_says_that_the_list_is_incomplete_for_as_long_as_it_is() {
    let mut world = World::new(Server::of(60), Options { page_size: Some(3), ..Options::default() });
    for (rows, next) in [(3, "a"), (6, "b"), (9, "a")] {
        world.deliver(Lane::View, Ok(page(&world, rows, 60, Some(next))));
    }
    assert_eq!((trouble(&world), world.orders.len()), (Some(&ErrorKind::Loop), 3));
    assert!(!world.state.is_stale(), "the answers did come");
    world.keys("R");
    world.answer(Lane::Refresh);
    assert_eq!(trouble(&world), Some(&ErrorKind::Loop), "a good refresh does not mend the list");
    world.keys("r");
    assert_eq!(cursor(&world, Lane::View), Some(&Cursor::First));
    world.answer_all();
    assert_eq!(trouble(&world), None);
}

#[test]
fn an_expired_token_starts_the_walk_anew_once_however_much_was_read() {
    for kind in [ErrorKind::BadRequest, ErrorKind::NotFound, ErrorKind::Server(410, None)] {
        let mut world = World::of(160);
        world.keys("L");
        (0..8).for_each(|_| drop(world.answer(Lane::View)));
        let loaded = world.state.store.len();
        world.fail(Lane::View, kind.clone());
        assert_eq!(cursor(&world, Lane::View), Some(&Cursor::First), "{kind:?}");
        (0..10).for_each(|_| drop(world.answer(Lane::View)));
        assert_eq!((trouble(&world), world.state.store.len()), (None, loaded), "known pages are expected");
        world.fail(Lane::View, kind.clone());
        assert_eq!((trouble(&world), world.under_way(Lane::View)), (Some(&kind), None), "once");
        world.keys("L");
        assert_eq!(cursor(&world, Lane::View), Some(&Cursor::First), "the dead token is not sent again");
        world.answer_all();
        assert_eq!(world.state.coverage(), Coverage::All(160));
    }
}

#[test]
fn missing_rows_at_the_end_are_looked_for_at_the_top_once() {
    let mut world = World::new(Server::of(10), Options::default());
    world.deliver(Lane::View, Ok(page(&world, 10, 12, None)));
    assert_eq!(cursor(&world, Lane::Refresh), Some(&Cursor::First));
    world.deliver(Lane::Refresh, Ok(page(&world, 10, 12, None)));
    assert_eq!(world.state.coverage(), Coverage::Missing(10, 12));
    assert!(world.under_way(Lane::Refresh).is_none() && world.under_way(Lane::View).is_none());
}

#[test]
fn missing_rows_do_not_interrupt_a_refresh_that_is_on_its_way() {
    let mut world = World::of(0);
    begin(&mut world, 60);
    world.keys("r");
    world.answer_all();
    assert_eq!(world.state.coverage(), Coverage::All(60));
}

#[test]
fn a_refresh_reads_until_it_meets_what_is_loaded() {
    let mut world = World::of(30);
    begin(&mut world, 25);
    let before = world.orders.len();
    world.keys("r");
    world.answer_all();
    assert_eq!((world.state.store.len(), world.orders.len() - before), (55, 3));
}

#[test]
fn an_interrupted_refresh_leaves_no_gap() {
    let mut world = World::of(30);
    begin(&mut world, 25);
    world.keys("r");
    world.answer(Lane::Refresh);
    world.fail(Lane::Refresh, ErrorKind::BadPage);
    world.pass(Duration::from_secs(2));
    world.keys("r");
    world.answer_all();
    assert_eq!(world.state.coverage(), Coverage::All(55));
}

#[test]
fn a_refresh_sees_every_unfinished_job_again() {
    let mut server = Server::of(120);
    server.change(35, Status::InProgress);
    let mut world = World::new(server, Options::default());
    world.answer_all();
    world.server.change(35, Status::Failed);
    for pages in [4, 1] {
        let before = world.orders.len();
        world.keys("r");
        world.answer_all();
        world.pass(Duration::from_secs(2));
        assert_eq!(world.orders.len() - before, pages);
    }
    assert_eq!(world.state.store.unfinished().count(), 0);
}

#[test]
fn an_unfinished_job_that_is_gone_costs_one_walk_and_not_the_list() {
    let mut server = Server::of(160);
    server.change(35, Status::InProgress);
    let mut world = World::new(server, Options { live: true, page_size: Some(5), ..Options::default() });
    world.answer_all();
    world.keys("<pgdn>");
    world.answer_all();
    let loaded = world.state.store.len();
    world.server.jobs.remove(35);
    let mut refresh = || {
        world.answer(Lane::Refresh);
        1 + world.answer_all()
    };
    assert_eq!(refresh(), 1, "this one was ordered before the job was loaded");
    assert!(refresh() <= loaded / 5 + 1, "it does not read below what is loaded");
    assert_eq!(refresh(), 1);
    assert_eq!(world.state.pager.generation().0, 0);
}

#[test]
fn too_many_new_jobs_begin_the_list_anew_while_the_old_rows_stay() {
    let mut world = World::of(30);
    begin(&mut world, 250);
    world.keys("r");
    (0..20).for_each(|_| drop(world.answer(Lane::Refresh)));
    assert_eq!((world.state.pager.generation().0, world.state.outdated), (1, true));
    assert!(!world.shown().is_empty());
    world.answer_all();
    assert_eq!(world.selected(), id(280));
}

#[test]
fn a_refresh_does_not_follow_repeated_tokens() {
    let mut server = Server::of(60);
    server.change(15, Status::InProgress);
    let mut world = World::new(server, Options::default());
    world.answer_all();
    let before = world.orders.len();
    world.keys("r");
    for _ in 0..5 {
        world.deliver(Lane::Refresh, Ok(page(&world, 3, 60, Some("a"))));
    }
    assert_eq!(world.orders.len() - before, 2);
}

#[test]
fn a_late_answer_of_an_older_list_is_dropped_and_counted() {
    let mut world = World::new(Server::of(60), Options::default());
    world.keys("d24h<enter>");
    world.answer_late();
    assert_eq!((world.state.store.len(), world.state.pager.dropped()), (0, 1));
    world.answer_all();
    assert_eq!(world.state.coverage(), Coverage::All(25));
}

#[test]
fn old_rows_outlive_every_failure_of_a_new_list() {
    let mut world = World::of(60);
    world.keys("d24h<enter>");
    world.fail(Lane::View, ErrorKind::NotTheApi);
    assert_eq!((world.shown().len(), world.state.coverage()), (40, Coverage::Unknown));
    assert!(matches!(world.state.pager.tail(), Tail::Failed(..)) && world.state.is_stale());
}

#[test]
fn where_nothing_happens_nothing_is_asked_for() {
    let mut world = World::of(60);
    for seconds in [0, 1, 60, 86_400] {
        assert_eq!(world.pass(Duration::from_secs(seconds)), []);
    }
    assert_eq!(world.tell(Message::Resize(80, 24)), []);
    assert!(!world.state.is_ticking());
}

#[test]
fn e9_the_next_problem_is_loaded_for_and_the_last_one_says_so() {
    let mut world = World::of(400);
    let problems = |world: &World| world.shown().len();
    world.keys("g");
    let mut found = 0;
    let mut last = None;
    for _ in 0..1_000 {
        world.keys("e");
        world.answer_all();
        if world.state.notice.is_some() {
            break;
        }
        assert!(world.state.selected().is_some_and(|job| job.is_problem()));
        assert_ne!(last, Some(world.state.table.index), "it moves on");
        last = Some(world.state.table.index);
        found += 1;
    }
    assert_eq!(world.state.notice.as_deref(), Some("no more problems in this range"));
    assert!(matches!(world.state.coverage(), Coverage::All(_)));
    let above = world.state.store.job(world.state.store.shown().get(0).unwrap()).is_problem();
    world.keys("F");
    assert_eq!(found + usize::from(above), problems(&world));
}

#[test]
fn e9_a_problem_has_failed_has_an_exception_or_failed_objects_or_finished_with_most_of_them_skipped() {
    let mut world = World::of(10);
    for job in &mut world.server.jobs {
        (job.status, job.counts.failed, job.counts.skipped) = (Some(Status::Finished), Some(0), Some(0));
    }
    let jobs = &mut world.server.jobs;
    jobs[1].status = Some(Status::Failed);
    jobs[2].status = Some(Status::Exception);
    jobs[4].counts.failed = Some(1);
    jobs[5].counts.skipped = Some(50);
    jobs[6].counts.skipped = Some(49);
    (jobs[7].status, jobs[7].counts.skipped) = (Some(Status::InProgress), Some(90));
    jobs[8].status = Some(Status::Stopped);
    world.keys("r");
    world.answer_all();
    let mut met = Vec::new();
    for _ in 0..4 {
        world.keys("e");
        met.push(world.state.table.index);
    }
    assert_eq!((met, world.state.notice.clone()), (vec![1, 2, 4, 5], None));
    world.keys("e");
    assert_eq!(world.state.notice.as_deref(), Some("no more problems in this range"));
    assert_eq!(world.state.table.index, 5, "it stays where it is");
    let back: Vec<usize> = (0..3)
        .map(|_| {
            world.keys("E");
            world.state.table.index
        })
        .collect();
    assert_eq!(back, [4, 2, 1]);
    world.keys("E");
    assert_eq!(world.state.notice.as_deref(), Some("no problem above"));
}

#[test]
fn e9_pages_are_loaded_only_until_there_is_a_problem() {
    let mut world = World::of(400);
    for job in &mut world.server.jobs {
        let (failed, skipped) = (job.id.text().raw() == "J0250", 0);
        job.status = Some(if failed { Status::Failed } else { Status::Finished });
        (job.counts.failed, job.counts.skipped) = (Some(u64::from(failed)), Some(skipped));
    }
    let mut world = World::with_server(world.server, Options::default());
    world.keys("e");
    assert_eq!(world.state.load, Load::Seek);
    world.answer_all();
    assert_eq!((world.selected().as_str(), world.state.load), ("J0250", Load::AsNeeded));
    let loaded = world.state.store.len();
    assert!((151..400).contains(&loaded), "{loaded} are loaded");
}

#[test]
fn e9_looking_for_a_problem_ends_with_esc_and_with_a_move() {
    for (key, after) in [("<esc>", Load::Stopped), ("k", Load::AsNeeded)] {
        let mut world = World::of(120);
        world.keys("G");
        while world.state.load != Load::Seek {
            let before = world.state.table.index;
            world.keys("e");
            assert!(world.state.load == Load::Seek || world.state.table.index > before);
        }
        world.keys(key);
        assert_eq!(world.state.load, after, "{key}");
    }
}

#[test]
fn a_tenant_that_is_shown_again_asks_at_once_for_what_is_new_while_live() {
    for live in [true, false] {
        let mut world = World::of(120);
        world.state.live.on = live;
        let effects = world.tell(Message::Returned);
        let asked = effects.iter().any(|effect| {
            matches!(effect, Effect::FetchPage(request) if request.lane == Lane::Refresh && request.delay.is_zero())
        });
        assert_eq!(asked, live);
    }
}

#[test]
fn a_few_rows_far_apart_are_looked_for_in_larger_pages_and_no_faster_than_one_reads() {
    let mut world = World::with(6_000, Options { page_size: None, size: (80, 24), ..Options::default() });
    world.keys("dall<enter>/failed>99<enter>");
    let before = world.orders.len();
    world.answer_all();
    let sizes: Vec<u16> = world.orders[before - 1..].iter().map(|order| order.page_size).collect();
    assert_eq!((&sizes[..4], sizes.last()), (&[100, 100, 100, 1_000][..], Some(&1_000)));
    assert_eq!(world.state.coverage(), Coverage::All(6_000));
    assert!(world.time - monday() >= TimeDelta::milliseconds(200 * (i64::try_from(sizes.len()).unwrap() - 4)));
}
