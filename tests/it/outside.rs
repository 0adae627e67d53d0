//! What the real program tells the world around it, in a terminal: the end of a watched job, by bell and notification or by
//! the user's program.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Instant,
};

use chrono::TimeDelta;
use jobtop::{
    clock,
    demo::{self, Server},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::support::{
    PATIENCE,
    pty::{Pty, Start},
};

/// A server whose time can be set on, and a folder for what is needed besides.
struct Place {
    runtime: Runtime,
    server: Server,
    ahead: Arc<AtomicI64>,
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let ahead = Arc::new(AtomicI64::new(0));
        let hours = Arc::clone(&ahead);
        let time = demo::Clock {
            now: Arc::new(move || clock::Clock::system().now() + TimeDelta::hours(hours.load(Ordering::SeqCst))),
            pause: Arc::new(|time| Box::pin(clock::sleep(time))),
        };
        let runtime = Runtime::new().unwrap();
        let options = demo::Options { jobs: 60, ..demo::Options::default() };
        let server = runtime.block_on(demo::serve(options, time)).unwrap();
        Self { runtime, server, ahead, folder: tempfile::tempdir().unwrap() }
    }

    /// So many hours later at the server: what was running has ended.
    fn later(&self, hours: i64) {
        self.ahead.store(hours, Ordering::SeqCst);
    }

    /// A session on the server with these settings.
    fn start(&self, settings: &str, env: &[(&str, &str)]) -> Pty {
        let config = self.folder.path().join("config.toml");
        fs::write(&config, settings).unwrap();
        let (base, token) = (self.server.base_url(), self.server.token_url());
        let own = [
            ("JOBTOP_CONFIG", config.to_str().unwrap()),
            ("JOBTOP_BASE_URL", base.as_str()),
            ("JOBTOP_TOKEN_URL", token.as_str()),
            ("JOBTOP_CLIENT_ID", "0123456789"),
            ("JOBTOP_CLIENT_SECRET", crate::support::stand::CANARY),
        ];
        let env: Vec<(&str, &str)> = own.into_iter().chain(env.iter().copied()).collect();
        Start { args: &["--all-time", "--refresh", "5s"], env: &env, ..Start::default() }.start_with_jobs()
    }

    /// A program of that name in the folder.
    fn program(&self, name: &str, script: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn end(self) {
        self.runtime.block_on(self.server.stop());
    }
}

/// What a program has written, once it has written a whole line.
fn written(path: &Path) -> String {
    let began = Instant::now();
    loop {
        match fs::read_to_string(path) {
            Ok(text) if text.ends_with('\n') => return text,
            _ if began.elapsed() > PATIENCE => panic!("{} is never written", path.display()),
            _ => std::thread::yield_now(),
        }
    }
}

/// Whether a text is on the screen, wherever its lines break.
fn shows(text: &'static str) -> impl Fn(&vt100::Screen) -> bool {
    move |screen| {
        let words = screen.contents().replace('│', " ");
        words.split_whitespace().collect::<Vec<_>>().join(" ").contains(text)
    }
}

/// Watches the first running job until it has ended.
fn watch(place: &Place, pty: &mut Pty) {
    pty.keys("3m");
    pty.until("it is watched", shows("watched: "));
    pty.until("its row has a sign", |screen| {
        (0..30).any(|row| screen.cell(row, 0).is_some_and(|cell| cell.contents() == "◉"))
    });
    place.later(24);
}

fn quit(pty: &mut Pty) {
    pty.keys("\x03");
    assert_eq!(pty.until_exit(), 0);
    pty.assert_restored();
}

#[test]
fn e16_the_end_of_a_watched_job_rings_the_bell_and_notifies() {
    let place = Place::new();
    let mut pty = place.start("", &[]);
    watch(&place, &mut pty);
    pty.until("its end is told", shows("watched job "));
    quit(&mut pty);
    let said = String::from_utf8_lossy(&pty.raw).into_owned();
    assert_eq!(said.matches("\u{7}\u{1b}]9;jobtop 01234567: job ").count(), 1);
    assert_eq!(said.matches("\u{1b}]777;notify;jobtop 01234567;job ").count(), 1);
    place.end();
}

#[test]
fn e16_in_tmux_the_notification_is_wrapped() {
    let place = Place::new();
    let mut pty = place.start("", &[("TMUX", "/tmp/tmux-0/default,1,0")]);
    watch(&place, &mut pty);
    pty.until("its end is told", shows("watched job "));
    quit(&mut pty);
    let said = String::from_utf8_lossy(&pty.raw).into_owned();
    assert_eq!(said.matches("\u{7}\u{1b}Ptmux;\u{1b}\u{1b}]9;jobtop 01234567: job ").count(), 1);
    place.end();
}

#[test]
fn e16_the_users_program_tells_it_in_the_terminals_place_and_learns_no_secret() {
    let place = Place::new();
    let heard = place.folder.path().join("heard");
    let script = "printf '%s|%s|%s|%s|%s|%s|%s\\n' \"$#\" \"$1\" \"$2\" \"$JOBTOP_JOB_STATUS\" \"$JOBTOP_TENANT\" \"${JOBTOP_JOB_ID:+an id}\" \
                  \"$JOBTOP_CLIENT_SECRET\" > \"$0.new\" && mv \"$0.new\" \"${0%/*}/heard\"";
    let program = place.program("tell it", script);
    let mut pty = place.start(
        &format!("[ui]\nnotify_command = [{:?}, \"jobtop\"]\n", program.to_str().unwrap()),
        &[("PATH", "/usr/bin:/bin")],
    );
    watch(&place, &mut pty);
    let heard = written(&heard);
    let parts: Vec<&str> = heard.trim_end().split('|').collect();
    let [count, first, text, status, tenant, id, secret] = parts[..] else { panic!("{heard}") };
    assert_eq!((count, first, tenant, id, secret), ("2", "jobtop", "01234567", "an id", ""));
    assert!(text.starts_with("job ") && text.contains(status) && !status.is_empty(), "{heard}");
    quit(&mut pty);
    assert!(!String::from_utf8_lossy(&pty.raw).contains("jobtop 01234567: job "), "the terminal is not told besides");
    place.end();
}

#[test]
fn e16_a_program_that_cannot_be_run_is_told() {
    let place = Place::new();
    let mut pty = place.start("[ui]\nnotify_command = [\"/no/such\"]\n", &[]);
    watch(&place, &mut pty);
    pty.keys("!");
    pty.until("its failure is told", shows("ui.notify_command did not tell it: /no/such could not be run"));
    quit(&mut pty);
    place.end();
}

/// Programs that keep what they are given: what they read, or their last argument.
fn with_programs(place: &Place) -> String {
    for (name, what) in [("wl-copy", "cat"), ("xdg-open", "printf %s \"$1\"")] {
        let script =
            format!("{{ {what}; echo; }} > \"$0.new\" && mv \"$0.new\" \"$0.got\"\n[ -z \"$SLOW\" ] || exec sleep 60");
        place.program(name, &script);
    }
    format!("{}:/usr/bin:/bin", place.folder.path().display())
}

#[test]
fn e11_b18_a_program_gets_the_text_on_its_input_and_the_browser_the_address() {
    let place = Place::new();
    let path = with_programs(&place);
    let env = [("PATH", path.as_str()), ("WAYLAND_DISPLAY", "wayland-0")];
    let mut pty = place.start("", &env);
    pty.keys("o");
    pty.until("it is told", shows("copied to the clipboard by wl-copy; look for it in the portal"));
    let id = written(&place.folder.path().join("wl-copy.got"));
    assert!(shows("· ")(pty.screen()) && pty.screen().contents().contains(id.trim_end()), "{id}");
    assert_eq!(written(&place.folder.path().join("xdg-open.got")), "https://www.avepointonlineservices.com\n");
    quit(&mut pty);
    assert!(!String::from_utf8_lossy(&pty.raw).contains("]52;"), "the terminal is not told besides");
    place.end();
}

#[test]
fn e11_b18_over_ssh_no_program_is_run() {
    let place = Place::new();
    let path = with_programs(&place);
    let env = [("PATH", path.as_str()), ("WAYLAND_DISPLAY", "wayland-0"), ("SSH_TTY", "/dev/pts/7")];
    let mut pty = place.start("", &env);
    pty.keys("o");
    pty.until("the address is told", shows("the portal: https://www.avepointonlineservices.com"));
    quit(&mut pty);
    assert!(String::from_utf8_lossy(&pty.raw).contains("]52;c;"));
    assert!(!place.folder.path().join("wl-copy.got").exists() && !place.folder.path().join("xdg-open.got").exists());
    place.end();
}

#[test]
fn e11_a_program_that_does_not_end_keeps_no_key_waiting() {
    let place = Place::new();
    let path = with_programs(&place);
    let env = [("PATH", path.as_str()), ("WAYLAND_DISPLAY", "wayland-0"), ("SLOW", "1")];
    let mut pty = place.start("", &env);
    pty.keys("y");
    written(&place.folder.path().join("wl-copy.got"));
    pty.keys("?");
    pty.until("keys are taken", shows("problem before"));
    let since = Instant::now();
    quit(&mut pty);
    assert!(since.elapsed() < std::time::Duration::from_secs(5), "{:?}", since.elapsed());
    place.end();
}
