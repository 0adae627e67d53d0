//! E11: what `Y` offers is copied whole and safe, and the command that it gives lists the same rows.

use clap::Parser;
use jobtop::{
    cli::{Cli, Command, Refresh},
    clock::Clock,
    config::{Config, World as Surroundings},
    state::Overlay,
    update::{Effect, Message},
};

use crate::world::{Options, World, ZONE, id, monday};

fn copied(world: &mut World, keys: &str) -> String {
    let effects = world.keys(keys);
    let text = effects.iter().find_map(|effect| if let Effect::Copy(text) = effect { Some(text) } else { None });
    text.unwrap_or_else(|| panic!("{keys}: {effects:?}, {:?}", world.state.notice)).as_str().to_owned()
}

#[test]
fn e11_rows_are_copied_in_each_format_as_jobtop_list_writes_them() {
    let mut world = World::of(60);
    world.keys("<space><space>");
    let csv = copied(&mut world, "Ymarked csv<enter>");
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("jobId,jobType,status,failedCount"), "{csv}");
    assert!(lines[1].starts_with(&id(60)) && lines[2].starts_with(&id(59)) && lines.len() == 3, "{csv}");
    assert!(world.state.notice.as_deref().is_some_and(|told| told.starts_with("2 marked jobs as CSV copied")));
    let json: serde_json::Value = serde_json::from_str(&copied(&mut world, "Ymarked json<enter>")).unwrap();
    assert_eq!((&json["complete"], &json["jobs"][0]["jobId"]), (&true.into(), &id(60).into()));
    assert!(copied(&mut world, "Ymarked markdown<enter>").contains("| --- |"));
    world.keys("<esc>");
    assert!(copied(&mut world, "Ythis job text<enter>").contains(&id(58)));
}

#[test]
fn e11_a_cell_is_copied_whole_and_without_what_would_act() {
    let mut world = World::of(1);
    world.server.jobs[0].comment = format!("{} \u{1b}[31m\u{202e}end", "long ".repeat(100)).as_str().into();
    world.keys("r");
    world.answer_all();
    let comment = copied(&mut world, "Ycomments<enter>");
    assert!(comment.len() > 500 && comment.ends_with("^[[31m<U+202E>end"), "{comment}");
}

#[test]
fn e11_the_url_comes_from_whoever_asks_and_is_copied_then() {
    let mut world = World::of(60);
    let effects = world.keys("Yurl<enter>");
    let (query, _) = world.state.filter.split(world.state.asked_at);
    assert_eq!(effects, [Effect::Address(query)]);
    let effects = world.tell(Message::Address("https://h/backup/vm/jobs?pageSize=10".to_owned()));
    assert!(matches!(effects.as_slice(), [Effect::Copy(text)] if text.as_str().starts_with("https://h/")));
    assert!(world.state.notice.as_deref().is_some_and(|told| told.starts_with("the request's URL copied")));
}

#[test]
fn e11_the_command_asks_for_what_is_shown() {
    for keys in [
        "",
        "0",
        "{",
        "1",
        "3",
        "4",
        "5",
        "d2026-11-20..2026-11-22<enter>",
        "lllllss",
        "h=",
        "h-",
        "fj<enter>azure vm<enter><esc>",
        "/it's \"two words\" failed>0<enter>",
    ] {
        let mut world = World::with(60, Options { page_size: Some(100), ..Options::default() });
        world.keys(keys);
        world.answer_all();
        let words = shell_words::split(&copied(&mut world, "Yjobtop list<enter>")).unwrap();
        let cli = Cli::try_parse_from(&words).unwrap_or_else(|error| panic!("{words:?}: {error}"));
        let Some(Command::List(flags)) = cli.command else { panic!("{words:?}") };
        let (mut session, listing) = flags.divide();
        session.demo.demo = true;
        let around = Surroundings { env: &|_| None, zone: Ok(ZONE), clock: Clock::fixed(monday()) };
        let config = Config::resolve(session, Refresh::Off, around).unwrap();
        assert_eq!(config.filter.split(monday()), world.state.filter.split(monday()), "{words:?}");
        assert_eq!(listing.order.map(|order| order.direction), world.state.sort.map(|sort| sort.direction));
    }
}

#[test]
fn e11_what_no_command_can_say_is_said_instead() {
    let mut world = World::of(60);
    let effects = world.keys("FYjobtop list<enter>");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Copy(_))), "{effects:?}");
    assert!(world.state.notice.as_deref().is_some_and(|told| told.contains("problems only")));
    assert!(!matches!(world.state.overlay, Some(Overlay::Copy(_))));
}
