//! E20: a theme is chosen in the palette by its name, or from a list that shows it at once; what the configuration says later
//! is newer.

use std::time::Duration;

use jobtop::{
    keymap::Action,
    policy,
    state::{Memo, Overlay, Preferences, Shade, ThemeChoice, ThemeName},
    update::{Effect, Message},
};

use crate::world::World;

fn kept(chosen: ThemeName) -> Effect {
    Effect::Remember(Memo::Theme(ThemeChoice { chosen, instead_of: ThemeName::Terminal }))
}

fn configured(theme: ThemeName) -> Message {
    Message::Configured(Box::new(Preferences { theme, ..Preferences::default() }))
}

#[test]
fn e20_in_the_palette_a_themes_name_changes_the_theme_at_once_and_it_is_kept() {
    let all = ThemeName::ALL;
    for (number, theme) in (1_u8..).zip(all) {
        assert_eq!(Action::Theme(number).name(), format!("theme-{}", theme.name()));
        let mut world = World::of(20);
        world.state.theme = if theme == ThemeName::Dark { ThemeName::Light } else { ThemeName::Dark };
        let effects = world.keys(&format!(":{}<enter>", theme.name()));
        let (shown, asked) = match theme {
            ThemeName::Auto => (ThemeName::Terminal, vec![Effect::AskBackground]),
            theme => (theme, vec![]),
        };
        assert_eq!((world.state.theme, world.state.theme_shown()), (theme, shown));
        assert_eq!(effects, [vec![kept(theme)], asked].concat(), "{}", theme.name());
        assert!(world.state.overlay.is_none());
        let told = format!("theme {}: {}", theme.name(), theme.about());
        assert_eq!(world.state.notice, Some(told));
    }
    assert_eq!(Action::from_name("theme-no-such"), None);
}

#[test]
fn e20_the_theme_under_the_cursor_is_seen_at_once_enter_keeps_it_and_esc_brings_back_the_one_before() {
    let mut world = World::of(20);
    world.keys(":choose one from a list that shows<enter>");
    let Some(Overlay::Themes(picker)) = &world.state.overlay else { panic!("the list is open") };
    assert_eq!(picker.chosen(), Some(ThemeName::Terminal), "it stands on the theme in use");
    assert_eq!(world.keys("<down>"), []);
    assert_eq!((world.state.theme_shown(), world.state.theme), (ThemeName::Dark, ThemeName::Terminal));
    world.keys("contrast");
    assert_eq!(world.state.theme_shown(), ThemeName::HighContrast, "typing narrows");
    world.keys("<esc>");
    assert_eq!(world.state.theme_shown(), ThemeName::Terminal);
    assert_eq!(world.keys(":choose one from a list that shows<enter><down><down><enter>"), [kept(ThemeName::Light)]);
    assert_eq!(world.state.theme_shown(), ThemeName::Light);
    world.keys(":choose one from a list that shows<enter>qqqq");
    assert_eq!(world.state.theme_shown(), ThemeName::Light, "where nothing is called so, the one in use is shown");
    assert_eq!(world.keys("<enter>"), []);
}

#[test]
fn e20_what_was_chosen_stays_until_the_configuration_says_something_else() {
    let mut world = World::of(20);
    world.keys(":dark<enter>");
    world.tell(configured(ThemeName::Terminal));
    assert_eq!(world.state.theme, ThemeName::Dark, "it says the same as before");
    world.tell(configured(ThemeName::Light));
    assert_eq!(world.state.theme, ThemeName::Light);
    let choice = |instead_of| ThemeChoice { chosen: ThemeName::ColourBlind, instead_of };
    world.state.recall_theme(choice(ThemeName::Terminal));
    assert_eq!(world.state.theme, ThemeName::Light, "it was chosen in place of another");
    world.state.recall_theme(choice(ThemeName::Light));
    assert_eq!(world.state.theme, ThemeName::ColourBlind);
}

#[test]
fn e20_the_terminal_is_asked_for_its_background_only_where_a_theme_follows_it_and_once() {
    let mut world = World::of(20);
    let asks = |effects: &[Effect]| effects.iter().filter(|effect| **effect == Effect::AskBackground).count();
    assert_eq!(asks(&world.keys("jjp:dark<enter>")), 0);
    world.tell(Message::Background(Shade::Light));
    assert_eq!(asks(&world.keys(":auto<enter>")), 1);
    assert_eq!(world.state.theme_shown(), ThemeName::Terminal, "an answer that nobody asked for counts for nothing");
    assert_eq!(asks(&world.keys("jk?<esc>")), 0);
    for (shade, theme) in [(Shade::Light, ThemeName::Light), (Shade::Dark, ThemeName::Light)] {
        world.tell(Message::Background(shade));
        assert_eq!(world.state.theme_shown(), theme, "the first answer is the answer");
    }
    assert_eq!(asks(&world.keys(":dark<enter>:auto<enter>")), 1, "it may be another by now");
    assert_eq!(world.state.theme_shown(), ThemeName::Light, "as long as nothing else is told");
    world.tell(Message::Background(Shade::Dark));
    assert_eq!(world.state.theme_shown(), ThemeName::Dark);
    let mut world = World::of(20);
    assert_eq!(asks(&world.keys(":choose one from a list that shows<enter><up>")), 1, "to be seen it has to be known");
    assert_eq!(asks(&world.keys("<up><down><enter>")), 0);
    assert_eq!(asks(&world.tell(configured(ThemeName::Light))), 0);
    assert_eq!(asks(&world.tell(configured(ThemeName::Auto))), 1);
}

#[test]
fn e20_without_an_answer_in_time_the_theme_stays_the_default_and_a_late_one_changes_nothing() {
    for (wait, theme) in
        [(policy::ANSWER_WAIT, ThemeName::Light), (policy::ANSWER_WAIT + Duration::from_millis(1), ThemeName::Terminal)]
    {
        let mut world = World::of(20);
        world.keys(":auto<enter>");
        world.pass(wait);
        world.tell(Message::Background(Shade::Light));
        assert_eq!(world.state.theme_shown(), theme, "after {wait:?}");
    }
}
