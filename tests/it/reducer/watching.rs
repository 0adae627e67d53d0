//! E16: a watched job's end is told, whatever is shown by then: by the list where it shows the job, else by asking for its id.

use std::time::Duration;

use jobtop::{
    filter::{Filter, Range},
    insight::Summary,
    model::{ApiError, ErrorKind, Lane, Page, Status},
    policy,
    state::{Announcement, Outcome, Preferences},
    update::{Effect, Message},
};

use crate::world::{Options, Server, World, id};

/// A live session on so many jobs, of which those at these places are running.
fn live(jobs: u32, running: &[usize]) -> World {
    let mut server = Server::of(jobs);
    for at in running {
        server.change(*at, Status::InProgress);
    }
    let filter = Filter { range: Range::All, ..Filter::default() };
    let mut world = World::new(server, Options { live: true, filter, ..Options::default() });
    world.answer_all();
    world
}

/// Lets live mode's next refresh come, and whatever is asked for then.
fn refresh(world: &mut World) -> Vec<Announcement> {
    let mut effects = world.answer(Lane::Refresh).unwrap_or_default();
    for _ in 0..100 {
        let lane = Lane::ALL.into_iter().find(|lane| world.is_sent(*lane));
        let Some(lane) = lane else { break };
        effects.extend(world.answer(lane).unwrap());
    }
    announced(&effects)
}

fn announced(effects: &[Effect]) -> Vec<Announcement> {
    let of = |effect: &Effect| match effect {
        Effect::Announce(one) => Some((**one).clone()),
        _ => None,
    };
    effects.iter().filter_map(of).collect()
}

fn notice(world: &World) -> &str {
    world.state.notice.as_deref().unwrap_or_default()
}

fn lookups(world: &World) -> Vec<String> {
    let orders = world.orders.iter().filter(|order| order.lane == Lane::Watch);
    orders.map(|order| order.query.search.clone().unwrap()).collect()
}

#[test]
fn e16_the_end_of_a_watched_job_is_told_once() {
    let mut world = live(30, &[0]);
    world.keys("m");
    assert!(notice(&world).starts_with("J0030 watched: its end is told"), "{}", notice(&world));
    assert_eq!(world.state.watches_told().as_deref(), Some("1 watched"));
    assert_eq!(refresh(&mut world), [], "it is running still");
    world.server.change(0, Status::Failed);
    let told = refresh(&mut world);
    let [one] = told.as_slice() else { panic!("one job has ended: {told:?}") };
    assert_eq!(
        one.text.as_str(),
        "job J0030: Failed (Azure VM DR), 7 failed".replace("Azure VM DR", one.job[2].as_str())
    );
    assert_eq!((one.job[0].as_str(), one.job[1].as_str(), &one.command), ("J0030", "Failed", &None));
    assert_eq!(notice(&world), format!("watched {}", one.text));
    let logged = world
        .state
        .log
        .entries()
        .filter(|entry| matches!(&entry.outcome, Outcome::Note(_, text) if text.starts_with("watched job J0030")));
    assert_eq!(logged.count(), 1);
    assert_eq!((world.state.watches_told(), refresh(&mut world)), (None, vec![]));
    assert_eq!(lookups(&world), [""; 0], "the list shows it, so nobody asked for it");
}

#[test]
fn e16_what_has_ended_is_not_watched_and_the_notice_says_why() {
    let mut world = live(30, &[1]);
    world.keys("m");
    assert!(notice(&world).starts_with("J0030 has ended: Failed since "), "{}", notice(&world));
    assert!(notice(&world).ends_with("; there is nothing to watch"));
    assert_eq!(world.state.watches.jobs, []);
    // Of the marked ones those are watched that can end.
    world.keys("<space><space>m");
    assert!(notice(&world).starts_with("J0029 watched"), "{}", notice(&world));
    assert!(notice(&world).ends_with("; 1 of the marked have ended already"), "{}", notice(&world));
    world.keys("m");
    assert_eq!((notice(&world), world.state.watches.jobs.len()), ("J0029 not watched any more", 0));
}

#[test]
fn e16_no_more_jobs_are_watched_than_the_server_is_asked_for() {
    let all: Vec<usize> = (0..=policy::WATCHES).collect();
    let mut world = live(60, &all);
    world.keys("LVm");
    assert_eq!(notice(&world), "not watched: 20 jobs are the most that are watched at a time");
    assert_eq!(world.state.watches.jobs, []);
    world.keys("<space>m");
    assert_eq!(world.state.watches.jobs.len(), policy::WATCHES);
}

#[test]
fn e16_a_watch_outlives_views_and_filters_and_asks_by_id_where_the_list_has_not_the_job() {
    let mut world = live(30, &[0]);
    world.keys("m/J0003<enter>");
    world.answer_all();
    assert_eq!(world.shown(), [id(3)]);
    assert_eq!(refresh(&mut world), []);
    world.server.change(0, Status::Finished);
    let told = refresh(&mut world);
    assert_eq!(told.iter().map(|one| one.job[0].as_str()).collect::<Vec<_>>(), ["J0030"]);
    assert!(lookups(&world).iter().all(|search| search == "J0030"), "{:?}", lookups(&world));
    assert!((1..=2).contains(&lookups(&world).len()), "at most one for each refresh: {:?}", lookups(&world));
    assert_eq!(world.shown(), [id(3)], "it does not join a list that it is no part of");
    let asked = lookups(&world).len();
    refresh(&mut world);
    assert_eq!(lookups(&world).len(), asked, "what has ended is not asked for any more");
}

#[test]
fn e16_a_job_further_down_than_a_refresh_goes_is_asked_for_by_its_id_and_brought_up_to_date() {
    let mut world = live(400, &[350]);
    world.keys("L");
    world.answer_all();
    world.keys("Gm");
    assert!(notice(&world).contains("has ended"), "the last one is not running: {}", notice(&world));
    world.keys("/J0050<tab>m");
    assert!(notice(&world).starts_with("J0050 watched"), "{}", notice(&world));
    refresh(&mut world);
    refresh(&mut world);
    assert_eq!(lookups(&world).last().map(String::as_str), Some("J0050"));
    world.server.change(350, Status::Stopped);
    assert_eq!(refresh(&mut world).len(), 1);
    assert_eq!(world.state.selected().unwrap().status, Some(Status::Stopped));
    let counted = Summary::of(world.state.store.facts_of(&world.state.scope()), world.state.zones.shown);
    let summary = &world.state.summary;
    assert_eq!((summary.problems, &summary.objects), (counted.problems, &counted.objects));
}

#[test]
fn e16_while_the_server_wants_to_be_left_alone_nobody_is_asked_for_and_afterwards_again() {
    let mut world = live(30, &[0]);
    world.keys("m/J0003<enter>");
    world.answer_all();
    refresh(&mut world);
    while !world.is_sent(Lane::Watch) {
        world.answer(Lane::Refresh);
    }
    let asked = lookups(&world).len();
    world.fail(Lane::Watch, ErrorKind::Throttled(Some(Duration::from_secs(40))));
    assert!(world.state.pager.gate().is_some(), "its word on being left alone counts");
    world.pass(Duration::from_secs(20));
    assert_eq!(lookups(&world).len(), asked);
    world.server.change(0, Status::Finished);
    let told: Vec<_> = (0..5).flat_map(|_| refresh(&mut world)).collect();
    assert_eq!(told.len(), 1);
}

#[test]
fn e16_a_job_that_the_server_does_not_find_is_told_once_and_looked_for_down_the_list() {
    let mut world = live(100, &[60]);
    world.keys("L");
    world.answer_all();
    world.keys("/J0040<tab>m");
    let nothing = || Ok::<_, ApiError>(Page::default());
    // The list is of another text, and the search does not know ids.
    world.keys("x/taken<enter>");
    world.answer_all();
    let mut told = 0;
    for _ in 0..3 {
        world.answer(Lane::Refresh);
        while let Some(lane) = Lane::ALL.into_iter().find(|lane| world.is_sent(*lane)) {
            if lane == Lane::Watch {
                world.deliver(lane, nothing())
            } else {
                world.answer(lane)
            };
        }
    }
    for entry in world.state.log.entries() {
        told += usize::from(
            matches!(&entry.outcome, Outcome::Note(_, text) if text.starts_with("the server does not find J0040 by its id")),
        );
    }
    assert_eq!(told, 1);

    let before = world.requests.len();
    world.answer(Lane::Refresh);
    while world.is_sent(Lane::Refresh) {
        world.answer(Lane::Refresh);
    }
    assert!(world.requests.len() > before + 1, "the refresh goes down the list for it");
}

#[test]
fn e16_without_live_mode_it_says_that_only_a_refresh_finds_out() {
    let mut server = Server::of(30);
    server.change(0, Status::Waiting);
    let mut world = World::new(server, Options { filter: Filter::default(), ..Options::default() });
    world.answer_all();
    world.keys("m");
    assert_eq!(notice(&world), "J0030 watched: live mode is off: only r finds out, R turns it on");
    world.server.change(0, Status::Finished);
    let mut effects = world.keys("r");
    effects.extend(world.answer(Lane::Refresh).unwrap());
    assert_eq!(announced(&effects).len(), 1);
}

#[test]
fn e16_the_configured_command_goes_with_what_is_told() {
    let mut world = live(30, &[0]);
    let command = vec!["notify-send".to_owned(), "jobtop".to_owned()];
    let preferences = Preferences { live: world.state.live, notify: Some(command.clone()), ..Preferences::default() };
    world.tell(Message::Configured(Box::new(preferences)));
    world.keys("m");
    world.server.change(0, Status::Exception);
    assert_eq!(refresh(&mut world)[0].command, Some(command));
}

#[test]
fn e16_after_another_tenant_was_shown_the_watch_goes_on_with_a_refresh_at_once() {
    let mut world = live(30, &[0]);
    world.keys("m/J0003<enter>");
    world.answer_all();
    // Everything is called off meanwhile.
    world.server.change(0, Status::Finished);
    let mut effects = world.tell(Message::Returned);
    while let Some(lane) = Lane::ALL.into_iter().find(|lane| world.is_sent(*lane)) {
        effects.extend(world.answer(lane).unwrap());
    }
    let told = announced(&effects).len() + refresh(&mut world).len();
    assert_eq!(told, 1);
}
