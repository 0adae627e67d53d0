//! The real program from session to session: what it keeps, what it brings back, and what it leaves alone.

use std::path::PathBuf;

use crate::support::{
    pty::{Pty, Start},
    run::{Home, files},
};

fn shows(text: &str) -> impl Fn(&vt100::Screen) -> bool {
    let text = text.to_owned();
    move |screen| screen.contents().contains(&text)
}

/// A demo that may keep what it is told to.
fn open(home: &Home, more: &[&str]) -> Pty {
    let state = home.path("state");
    let args: Vec<&str> = ["--demo", "--demo-jobs", "200"].iter().chain(more).copied().collect();
    let env = [("XDG_STATE_HOME", state.to_str().unwrap()), ("TZ", "UTC")];
    let mut pty = Start { args: &args, env: &env, size: (120, 40), ..Start::default() }.start();
    let began = |screen: &vt100::Screen| shows("contoso-demo")(screen) && !shows("reading the")(screen);
    pty.until("the first rows", began);
    pty
}

fn quit(mut pty: Pty) {
    pty.keys("\x03");
    assert_eq!(pty.until_exit(), 0);
}

#[test]
fn e3_e5_a_view_that_was_saved_and_the_session_that_was_left_come_back() {
    let home = Home::new();
    let mut pty = open(&home, &[]);
    pty.keys("F\x13my night\r");
    pty.until("it is saved", shows("view “my night” is saved; 6 shows it"));
    pty.keys("p");
    pty.until("the detail pane is open", shows("Fields"));
    quit(pty);
    let pty = open(&home, &[]);
    assert!(shows("view my night")(pty.screen()) && shows("Fields")(pty.screen()), "all of it is back");
    quit(pty);
    let mut pty = open(&home, &["--clean"]);
    assert!(!shows("view my night")(pty.screen()) && !shows("Fields")(pty.screen()), "--clean begins anew");
    pty.keys("6");
    pty.until("the view is there all the same", shows("view my night"));
    quit(pty);
    let pty = open(&home, &["--view", "running"]);
    assert!(shows("view running")(pty.screen()), "the view that was asked for");
    quit(pty);
    let pty = open(&home, &["--since", "24h"]);
    assert!(shows("last 24 hours")(pty.screen()) && !shows("view ")(pty.screen()), "an option comes first");
    quit(pty);
}

#[test]
fn e3_a_view_is_kept_in_the_state_file_and_never_in_the_configuration_and_v_begins_with_it() {
    let home = Home::new();
    let config = home.write("config.toml", "# mine\n");
    let at = config.to_str().unwrap();
    let mut pty = open(&home, &["--config", at]);
    pty.keys("Fp{\x13kept\r");
    pty.until("it is saved", shows("view “kept” is saved"));
    pty.keys("0");
    pty.until("another one is shown", shows("view everything"));
    quit(pty);
    assert_eq!(std::fs::read_to_string(&config).unwrap(), "# mine\n");
    assert!(std::fs::read_to_string(home.path("state/jobtop/state.toml")).unwrap().contains("name = \"kept\""));
    let pty = open(&home, &["--config", at, "-v", "kept"]);
    for part in ["view kept", "the 7 days before", "Fields"] {
        assert!(shows(part)(pty.screen()), "{part} is not in\n{}", pty.screen().contents());
    }
    quit(pty);
}

#[test]
fn e20_a_theme_that_was_chosen_in_the_palette_returns_unless_an_option_or_the_file_says_another() {
    let home = Home::new();
    let config = home.write("config.toml", "");
    let at = config.to_str().unwrap();
    // Only high contrast has a ground of its own.
    let is_dark =
        |screen: &vt100::Screen| screen.cell(38, 60).is_some_and(|cell| cell.bgcolor() != vt100::Color::Default);
    let mut pty = open(&home, &["--config", at]);
    assert!(!is_dark(pty.screen()));
    pty.keys(":high-contrast\r");
    pty.until("it is there at once", |screen| is_dark(screen) && shows("theme high-contrast")(screen));
    quit(pty);
    assert_eq!(std::fs::read_to_string(&config).unwrap(), "", "the configuration is the user's");
    for (more, expected) in [(&[][..], true), (&["--theme", "dark"], false), (&["--clean"], false)] {
        let pty = open(&home, &[&["--config", at], more].concat());
        assert_eq!(is_dark(pty.screen()), expected, "{more:?}");
        quit(pty);
    }
    home.write("config.toml", "[ui]\ntheme = \"light\"\n");
    let pty = open(&home, &["--config", at]);
    assert!(!is_dark(pty.screen()), "what the file says since then is newer");
    quit(pty);
}

#[test]
fn e5_a_session_that_a_signal_ended_is_not_kept() {
    let home = Home::new();
    let mut pty = open(&home, &[]);
    pty.keys("F");
    pty.until("problems only", shows(" problems"));
    pty.signal(rustix::process::Signal::TERM);
    assert_eq!(pty.until_exit(), 143);
    assert_eq!(files(&home.path("state")), Vec::<PathBuf>::new());
}

#[test]
fn a_broken_state_file_is_told_and_set_aside_only_when_something_is_kept() {
    let home = Home::new();
    let path = home.write("state/jobtop/state.toml", "no toml\n");
    let mut pty = open(&home, &[]);
    assert!(shows("cannot be read")(pty.screen()), "it is told");
    pty.signal(rustix::process::Signal::TERM);
    pty.until_exit();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "no toml\n");
    quit(open(&home, &[]));
    assert!(std::fs::read_to_string(&path).unwrap().contains("[sessions.contoso-demo]"));
    let aside = |path: &PathBuf| path.to_string_lossy().contains("state.toml.bad-");
    assert_eq!(files(&home.path("state")).into_iter().filter(aside).count(), 1);
}

#[test]
fn a_demo_writes_nothing_unless_a_place_is_named() {
    let home = Home::new();
    let folder = home.path("");
    let env = [("HOME", folder.to_str().unwrap())];
    let mut pty = Start { env: &env, size: (160, 40), ..Start::default() }.start_with_jobs();
    pty.keys("F\x13mine\r");
    pty.until("it is told", shows("the view lasts as long as this session"));
    quit(pty);
    assert_eq!(files(&folder), Vec::<PathBuf>::new());
}

#[test]
fn a_view_that_does_not_exist_is_refused_with_those_that_do() {
    let ran = Home::new().run(&["--demo", "--view", "nights"], &[]);
    assert_eq!(ran.status, 2);
    let known = "everything, last 24 h, problems, running, restores and exports, deletions and retention";
    let expected = format!("error: invalid value 'nights' for '--view': there are {known}");
    assert_eq!(ran.err.lines().next(), Some(expected.as_str()));
}

/// A session on a tenant of the configuration whose server is not there: which tenant it is, the first line says.
fn tenant(home: &Home, args: &[&str], more: &[(&str, &str)], expected: &'static str) -> Pty {
    let (config, state) = (home.path("config.toml"), home.path("state"));
    let own = [("JOBTOP_CONFIG", config.to_str().unwrap()), ("XDG_STATE_HOME", state.to_str().unwrap())];
    let env: Vec<(&str, &str)> = own.into_iter().chain(more.iter().copied()).collect();
    let mut pty = Start { args, env: &env, size: (160, 40), ..Start::default() }.start();
    pty.until(expected, |screen| screen.rows(0, 160).next().is_some_and(|head| head.contains(expected)));
    pty
}

#[test]
fn e5_the_tenant_that_was_shown_last_returns_unless_another_is_named() {
    let home = Home::new();
    let profile = |name: &str| {
        format!(
            "[profiles.{name}]\nbase_url = \"http://127.0.0.1:9\"\ntoken_url = \"http://127.0.0.1:9/t\"\nclient_id = \"{name}\"\n\
             secret_command = [\"/bin/echo\", \"x\"]\n"
        )
    };
    let both = format!("default_profile = \"contoso\"\n{}{}", profile("contoso"), profile("fabrikam"));
    home.write("config.toml", &both);
    let mut pty = tenant(&home, &[], &[], "contoso");
    pty.keys("@fabrikam\r");
    pty.until("the other", |screen| screen.rows(0, 160).next().is_some_and(|head| head.contains("fabrikam")));
    quit(pty);
    let mut pty = tenant(&home, &[], &[], "fabrikam");
    pty.signal(rustix::process::Signal::TERM);
    assert_eq!(pty.until_exit(), 143);
    for (args, env) in [
        (["--clean"].as_slice(), [].as_slice()),
        (&["--profile", "contoso"], &[]),
        (&[], &[("JOBTOP_PROFILE", "contoso")]),
    ] {
        let mut pty = tenant(&home, args, env, "contoso");
        pty.signal(rustix::process::Signal::TERM);
        assert_eq!(pty.until_exit(), 143);
    }
    // What is gone from the configuration does not keep it from starting.
    home.write("config.toml", &format!("default_profile = \"contoso\"\n{}", profile("contoso")));
    quit(tenant(&home, &[], &[], "contoso"));
}
