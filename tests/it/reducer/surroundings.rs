//! E11, B18: which way a text is copied and whether a browser is opened, by what surrounds the session; what is told of it.

use jobtop::{
    policy,
    state::{Clipboard, CopyBy, Outcome, Preferences, Program, Surroundings},
    text::Foreign,
    update::{Effect, Message},
};

use crate::world::World;

const COPIER: Program = Program { name: "wl-copy", arguments: &[] };
const OPENER: Program = Program { name: "xdg-open", arguments: &[] };
const PORTAL: &str = "https://portal.example/";

fn world(surroundings: Surroundings) -> World {
    let mut world = World::of(30);
    world.state.surroundings = surroundings;
    PORTAL.clone_into(&mut world.state.portal);
    world
}

/// At a machine with both programs.
fn at_home() -> World {
    world(Surroundings { is_remote: false, copier: Some(COPIER), opener: Some(OPENER) })
}

fn over_ssh() -> World {
    world(Surroundings { is_remote: true, copier: Some(COPIER), opener: Some(OPENER) })
}

fn prefer(world: &mut World, copy_by: CopyBy) {
    let preferences = Preferences { live: world.state.live, copy_by, ..Preferences::default() };
    world.tell(Message::Configured(Box::new(preferences)));
}

fn notice(world: &World) -> &str {
    world.state.notice.as_deref().unwrap_or_default()
}

#[test]
fn e11_at_this_machine_its_program_gets_the_text_and_it_is_told_when_it_has_it() {
    let mut world = at_home();
    let effects = world.keys("y");
    let [Effect::Hand(handing)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((handing.program, handing.text.as_str(), notice(&world)), (COPIER, "J0030", ""));
    world.tell(Message::Done("J0030 copied to the clipboard by wl-copy".to_owned()));
    assert_eq!(notice(&world), "J0030 copied to the clipboard by wl-copy");
}

#[test]
fn e11_over_ssh_the_terminal_gets_it_unless_the_user_wants_the_program() {
    let mut world = over_ssh();
    assert!(matches!(world.keys("y").as_slice(), [Effect::Copy(_)]));
    assert_eq!(notice(&world), "J0030 copied to the terminal's clipboard (OSC 52)");
    prefer(&mut world, CopyBy::Program);
    assert!(matches!(world.keys("y").as_slice(), [Effect::Hand(_)]));
    let mut world = at_home();
    prefer(&mut world, CopyBy::Terminal);
    assert!(matches!(world.keys("y").as_slice(), [Effect::Copy(_)]));
    world.state.surroundings.copier = None;
    prefer(&mut world, CopyBy::Program);
    assert!(matches!(world.keys("y").as_slice(), [Effect::Copy(_)]));
    assert!(notice(&world).ends_with("(OSC 52, for no clipboard program was found)"), "{}", notice(&world));
}

#[test]
fn e11_what_the_program_does_not_take_goes_to_the_terminal_and_so_does_what_comes_after() {
    let mut world = at_home();
    world.state.clipboard = Clipboard::Tmux;
    let Some(Effect::Hand(handing)) = world.keys("y").pop() else { panic!("it is handed over") };
    let effects = world.tell(Message::NotTaken(handing, "wl-copy ended with exit status: 1".to_owned()));
    assert_eq!(effects, [Effect::Copy(Foreign::from("J0030").line(10))]);
    assert!(
        notice(&world).starts_with("J0030 copied to the terminal's clipboard (OSC 52 through tmux"),
        "{}",
        notice(&world)
    );
    assert!(notice(&world).ends_with("; wl-copy ended with exit status: 1"));
    assert!(matches!(world.keys("y").as_slice(), [Effect::Copy(_)]));
}

#[test]
fn e11_a_program_takes_more_than_a_terminal() {
    let mut world = at_home();
    world.keys("L");
    world.answer_all();
    let long = Foreign::from("x".repeat(policy::COPY_BYTES + 1)).line(usize::MAX);
    let handing = |world: &mut World| match world.keys("y").pop() {
        Some(Effect::Hand(handing)) => *handing,
        other => panic!("{other:?}"),
    };
    let mut one = handing(&mut world);
    one.text = long;
    // Where it did not take it after all, the terminal is not told to either.
    assert_eq!(world.tell(Message::NotTaken(Box::new(one), "why".to_owned())), []);
    assert!(
        notice(&world).starts_with("not copied: 65,537 bytes are more than the 65,536 that terminals take"),
        "{}",
        notice(&world)
    );
}

#[test]
fn b18_o_opens_the_portal_and_copies_the_id_and_says_that_there_is_no_link() {
    let mut world = at_home();
    let effects = world.keys("o");
    let [Effect::Open(OPENER, url), Effect::Hand(handing)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((url.as_str(), handing.text.as_str()), (PORTAL, "J0030"));
    let told = handing.told.join(" … ");
    assert_eq!(told, "J0030 … ; look for it in the portal");
    let logged = world.state.log.entries().last().map(|entry| entry.outcome.clone());
    let Some(Outcome::Note(_, text)) = logged else { panic!("{logged:?}") };
    assert!(text.starts_with("xdg-open opens https://portal.example/; AvePoint documents no link to a job"), "{text}");
}

#[test]
fn b18_over_ssh_or_without_a_browser_the_address_is_told() {
    let mut world = over_ssh();
    let effects = world.keys("o");
    assert!(matches!(effects.as_slice(), [Effect::Copy(id)] if id.as_str() == "J0030"), "{effects:?}");
    assert!(
        notice(&world).starts_with("the portal: https://portal.example/ · J0030 copied to the terminal's clipboard")
    );
    let mut world = world_without_jobs();
    world.keys("o");
    assert_eq!(notice(&world), "the portal is https://portal.example/: no browser was found");
}

fn world_without_jobs() -> World {
    let mut world = World::of(0);
    PORTAL.clone_into(&mut world.state.portal);
    world
}
