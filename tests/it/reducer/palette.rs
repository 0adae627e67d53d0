//! E1: the command palette offers every action with its key, does what is chosen where the focus was, and says why the rest
//! cannot be done. Help narrows as one types.

use jobtop::{
    keymap::{Action, BINDINGS},
    state::{Command, Focus, Overlay},
    update::Effect,
};

use crate::world::World;

fn offered(world: &World) -> Vec<Command> {
    let Some(Overlay::Palette(palette)) = &world.state.overlay else { panic!("the palette is open") };
    palette.items(&world.state)
}

#[test]
fn e1_every_action_is_offered_once_with_its_keys() {
    let mut world = World::of(60);
    world.keys(":");
    let commands = offered(&world);
    for binding in BINDINGS {
        let same: Vec<_> = commands.iter().filter(|command| command.action == binding.action).collect();
        let [command] = same.as_slice() else { panic!("{} is offered {} times", binding.help, same.len()) };
        for key in binding.keys() {
            assert!(
                command.keys.split(' ').any(|shown| shown == key.to_string()),
                "{key} is not with {}",
                command.name
            );
        }
    }
}

#[test]
fn e1_what_cannot_be_done_says_why_and_enter_on_it_does_nothing() {
    let mut world = World::of(60);
    world.keys(":");
    let why = |world: &World, action| {
        offered(world).into_iter().find(|command| command.action == action).and_then(|command| command.why_not)
    };
    assert_eq!(why(&world, Action::Tenants).as_deref(), Some("no other tenant is set up"));
    assert_eq!(why(&world, Action::Demo).as_deref(), Some("only in the first screen"));
    assert_eq!(why(&world, Action::Problems), None);
    world.keys("another tenant");
    assert_eq!(offered(&world)[0].action, Action::Tenants);
    assert_eq!(world.keys("<enter>"), []);
    assert!(matches!(world.state.overlay, Some(Overlay::Palette(_))), "it stays open");
    assert_eq!(world.state.notice.as_deref(), Some("no other tenant is set up"));
}

#[test]
fn e1_an_action_is_done_in_the_pane_that_had_the_focus() {
    let mut world = World::of(60);
    world.keys("fjj:page down<enter>");
    assert_eq!(world.state.focus, Focus::Panel);
    assert!(world.state.panel.as_ref().is_some_and(|panel| panel.cursor > 2), "the panel's cursor moved");
    assert_eq!(world.state.table.index, 0);
    let mut world = World::of(60);
    assert!(world.keys(":quit now<enter>").contains(&Effect::Quit));
}

#[test]
fn e1_letters_that_are_not_next_to_each_other_find_an_action_too() {
    let mut world = World::of(60);
    world.keys(":prblms");
    assert_eq!(offered(&world)[0].action, Action::Problems);
    world.keys(" qqqq");
    assert_eq!(offered(&world), []);
    assert_eq!(world.keys("<enter>"), [], "nothing is under the cursor");
}

#[test]
fn e1_help_narrows_as_one_types_and_finds_keys_too() {
    let mut world = World::of(60);
    world.keys("?clipboard");
    let Some(Overlay::Help(help)) = &world.state.overlay else { panic!("help is open") };
    assert_eq!(help.rows(&world.state.keymap).iter().map(|row| row.binding.action).collect::<Vec<_>>(), [Action::Copy]);
    world.keys("<ctrl-u>ctrl-l");
    let Some(Overlay::Help(help)) = &world.state.overlay else { panic!("help is open") };
    assert_eq!(help.rows(&world.state.keymap)[0].binding.action, Action::Redraw);
}
