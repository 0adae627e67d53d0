//! E20, light/dark auto: the terminal is asked for its background by who wants to follow it, after the first frame, and nothing
//! waits for the answer.

use std::{fs, time::Instant};

use jobtop::{
    policy,
    view::{Colors, Theme, ThemeName},
};
use ratatui::style::Color;

use crate::support::{
    oracle::QUESTION,
    pty::{Pty, Start},
    run::tmux,
};

const LIGHT: &str = "\x1b]11;rgb:fdfd/f6f6/e3e3\x1b\\";
const DEMO: [&str; 6] = ["--demo", "--demo-jobs", "200", "--all-time", "--refresh", "off"];

fn start(more: &[&str], env: &[(&str, &str)], background: bool) -> Pty {
    let args: Vec<&str> = DEMO.iter().chain(more).copied().collect();
    Start { args: &args, env, background, ..Start::default() }.start_with_jobs()
}

/// Whether the sign of a finished job is painted as in a theme.
fn is_painted_in(theme: ThemeName) -> impl Fn(&vt100::Screen) -> bool {
    let color = match Theme::of(theme, Colors::Many, false).good().fg {
        Some(Color::Indexed(index)) => vt100::Color::Idx(index),
        Some(Color::Green) => vt100::Color::Idx(2),
        other => panic!("{other:?}"),
    };
    move |screen| {
        let (rows, columns) = (screen.size().0.get(), screen.size().1.get());
        let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        let mut signs =
            cells.filter_map(|(row, column)| screen.cell(row, column)).filter(|cell| cell.contents() == "✓");
        signs.any(|cell| cell.fgcolor() == color)
    }
}

fn quit(mut pty: Pty) {
    pty.keys("q");
    assert_eq!(pty.until_exit(), 0);
    pty.assert_restored();
}

#[test]
fn e20_the_answer_decides_after_the_first_frame_and_no_key_beside_it_is_lost() {
    let mut pty = start(&["--theme", "auto"], &[], true);
    pty.until_written(0, QUESTION);
    let said = String::from_utf8_lossy(&pty.raw).into_owned();
    assert!(said.find("\u{1b}[?2026l") < said.find(QUESTION), "the first frame comes first");
    assert!(is_painted_in(ThemeName::Terminal)(pty.screen()));
    // In the middle of typing, and in two pieces.
    pty.keys(&format!("/a{}", &LIGHT[..9]));
    pty.keys(&format!("{}zu", &LIGHT[9..]));
    pty.until("the keys before and behind it are typed", |screen| screen.contents().contains("/ azu"));
    pty.keys("\x1b");
    let is_light = is_painted_in(ThemeName::Light);
    pty.until("the colours are those for a light background", |screen| {
        !screen.contents().contains("/ azu") && is_light(screen)
    });
    quit(pty);
}

#[test]
fn e20_a_terminal_that_does_not_answer_keeps_nobody_waiting_and_the_theme_stays_the_default() {
    let mut pty = start(&["--theme", "auto"], &[], true);
    pty.keys("j?");
    pty.until("keys work", |screen| screen.contents().contains("type to narrow"));
    pty.keys("\x1b");
    let is_default = is_painted_in(ThemeName::Terminal);
    pty.until("it is the default", |screen| !screen.contents().contains("type to narrow") && is_default(screen));
    quit(pty);
}

#[test]
fn e20_an_answer_that_is_under_way_when_jobtop_is_left_is_not_left_to_the_shell() {
    let mut pty = start(&["--theme", "auto"], &[], true);
    pty.until_written(0, QUESTION);
    pty.keys("q");
    pty.keys(LIGHT);
    assert_eq!(pty.until_exit(), 0);
    assert!(!String::from_utf8_lossy(&pty.raw).contains("11;rgb"), "the terminal would echo it");
    let mut pty = start(&["--theme", "auto"], &[], true);
    pty.until_written(0, QUESTION);
    let left = Instant::now();
    pty.keys("q");
    assert_eq!(pty.until_exit(), 0);
    assert!(left.elapsed() >= policy::ANSWER_GRACE, "it is waited for");
}

#[test]
fn e20_chosen_in_the_palette_it_asks_then_and_where_it_makes_no_difference_never() {
    let mut pty = start(&[], &[], true);
    pty.keys(":auto\r");
    pty.until_written(0, QUESTION);
    pty.keys(LIGHT);
    pty.until("the colours are those for a light background", is_painted_in(ThemeName::Light));
    quit(pty);
    // All that is written is jobtop's own without the question, too.
    quit(start(&["--theme", "auto"], &[("NO_COLOR", "1")], false));
    let plain = DEMO.iter().chain(&["--theme", "auto", "--plain"]).copied().collect::<Vec<_>>();
    let mut pty = Start { args: &plain, ..Start::default() }.start();
    pty.until_written(0, "row 1 of");
    pty.keys("q");
    assert_eq!(pty.until_exit(), 0);
}

#[test]
fn e20_in_tmux_the_answer_is_that_of_the_pane() {
    let home = tempfile::tempdir().unwrap();
    let (conf, socket) = (home.path().join("tmux.conf"), home.path().join("tmux"));
    let style = "set -g window-style bg=#fdf6e3\nset -g default-terminal tmux-256color\nset -g status off\n";
    fs::write(&conf, style).unwrap();
    let program = tmux();
    let server = ["-u", "-S", socket.to_str().unwrap(), "-f", conf.to_str().unwrap(), "new-session", "--"];
    let jobtop = [env!("CARGO_BIN_EXE_jobtop"), "--theme", "auto"];
    let args: Vec<&str> = server.iter().chain(&jobtop).chain(&DEMO).copied().collect();
    let env = [("SHELL", "/bin/sh"), ("XDG_STATE_HOME", home.path().to_str().unwrap())];
    let mut pty = Start { program: &program, args: &args, env: &env, ..Start::default() }.start();
    pty.until("the colours are those for a light background", is_painted_in(ThemeName::Light));
    pty.keys("q");
    assert_eq!(pty.until_end(), 0);
}
