//! The real program in a terminal: whatever ends it or stops it, the terminal is as it was.

use std::{
    io::Write,
    net::TcpListener,
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use jobtop::{clock, demo};
use rustix::process::Signal;

use crate::support::{
    PATIENCE,
    pty::{Pty, Start},
    stand::CANARY,
};

/// What is typed for Ctrl-Z.
const CTRL_Z: &str = "\x1a";

fn shows(text: &str) -> impl Fn(&vt100::Screen) -> bool {
    let text = text.to_owned();
    move |screen| screen.contents().contains(&text)
}

/// Types `q` and returns how long the program took to end.
fn quit(pty: &mut Pty) -> Duration {
    let since = Instant::now();
    pty.keys("q");
    assert_eq!(pty.until_exit(), 0);
    since.elapsed()
}

#[test]
fn quit_gives_the_terminal_back() {
    let mut pty = Start::default().start_with_jobs();
    pty.assert_taken();
    quit(&mut pty);
    pty.assert_restored();
}

#[test]
fn no_color_keeps_the_cursor_row_visible_and_writes_no_colour() {
    let mut pty = Start { env: &[("NO_COLOR", "1")], ..Start::default() }.start_with_jobs();
    let inverse = |screen: &vt100::Screen| (0..30).any(|row| screen.cell(row, 5).is_some_and(vt100::Cell::inverse));
    pty.until("the cursor's row is reversed", inverse);
    let cells = (0..30).flat_map(|row| (0..100).map(move |column| (row, column)));
    let screen = pty.screen();
    let coloured = cells.filter_map(|(row, column)| screen.cell(row, column));
    assert_eq!(coloured.filter(|cell| cell.fgcolor() != vt100::Color::Default).count(), 0);
    quit(&mut pty);
}

#[test]
fn a_new_size_is_drawn_to_its_last_row() {
    let mut pty = Start::default().start_with_jobs();
    for (columns, rows) in [(120, 40), (60, 15), (80, 24)] {
        pty.resize(columns, rows);
        let footer =
            move |screen: &vt100::Screen| screen.rows(0, columns).nth(usize::from(rows) - 1).unwrap_or_default();
        pty.until("the footer is on the last row", move |screen| footer(screen).contains("Enter"));
    }
    pty.resize(30, 5);
    pty.until("it is too small", shows("needs 40×8"));
    pty.resize(1, 1);
    pty.resize(100, 30);
    pty.until("jobs are shown again", shows("Finished "));
    quit(&mut pty);
    pty.assert_restored();
}

/// It takes less than a second alone, in a debug build too.
#[test]
fn a_screen_of_any_size_is_there_at_once() {
    let since = Instant::now();
    let mut pty = Start { size: (1_200, 450), ..Start::default() }.start_with_jobs();
    assert!(since.elapsed() < Duration::from_secs(8), "{:?}", since.elapsed());
    quit(&mut pty);
}

#[test]
fn a_key_that_changes_nothing_and_a_focus_report_write_no_byte() {
    let mut pty = Start::default().start_with_jobs();
    pty.keys("L");
    pty.until("all jobs are loaded", shows("all 200"));
    // The last frame that loading asked for is followed by that of a key.
    pty.keys("!");
    pty.until("messages are open", shows("Messages and requests"));
    let frames = |pty: &Pty| pty.raw.windows(8).filter(|window| window == b"\x1b[?2026h").count();
    let before = frames(&pty);
    pty.keys("\x1b[I\x1b[OYYY\x1b[I");
    pty.keys("q");
    pty.until("messages are closed", |screen| !screen.contents().contains("Messages and requests"));
    assert_eq!(frames(&pty), before + 1, "one frame, that of q");
    quit(&mut pty);
}

#[test]
fn each_signal_that_ends_gives_the_terminal_back_and_is_told_by_the_status() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT] {
        let mut pty = Start::default().start_with_jobs();
        pty.signal(signal);
        assert_eq!(pty.until_exit(), 128 + u32::try_from(signal.as_raw()).unwrap());
        pty.assert_restored();
    }
}

#[test]
fn a_signal_ends_it_before_the_first_answer_and_above_an_overlay() {
    let mut pty = Start { args: &["--demo", "--demo-latency", "1h"], ..Start::default() }.start();
    pty.until("the first frame", shows("contoso-demo"));
    pty.keys("?");
    pty.until("help is open", shows("these keys"));
    pty.signal(Signal::TERM);
    assert_eq!(pty.until_exit(), 143);
    pty.assert_restored();
}

#[test]
fn a_signal_ends_it_while_the_terminal_takes_no_output() {
    let mut pty = Start { size: (200, 60), ..Start::default() }.start_with_jobs();
    pty.turn_deaf();
    // Far more than a terminal holds for whoever does not read.
    pty.keys(&"\x0c".repeat(1_000));
    let since = Instant::now();
    pty.signal(Signal::TERM);
    assert_eq!(pty.until_exit(), 143);
    assert!(since.elapsed() <= Duration::from_secs(1), "{:?}", since.elapsed());
}

#[test]
fn ctrl_z_and_sigtstp_lend_the_terminal_to_the_shell() {
    let mut pty = Start::default().start_with_jobs();
    for round in 0..4 {
        if round % 2 == 0 {
            pty.keys(CTRL_Z);
        } else {
            pty.signal(Signal::TSTP);
        }
        pty.until_stopped();
        pty.until("the shell's screen", |screen| !screen.alternate_screen() && !screen.hide_cursor());
        pty.assert_restored();
        pty.signal(Signal::CONT);
        pty.until("jobs are shown again", shows("Finished "));
        pty.assert_taken();
        pty.keys("?");
        pty.until("keys are taken", shows("these keys"));
        pty.keys("\x1b");
        pty.until("help is closed", |screen| !screen.contents().contains("these keys"));
    }
    quit(&mut pty);
    pty.assert_restored();
}

#[test]
fn a_stop_from_outside_is_survived() {
    let mut pty = Start::default().start_with_jobs();
    pty.signal(Signal::STOP);
    pty.until_stopped();
    pty.signal(Signal::CONT);
    pty.keys("?");
    pty.until("keys are taken", shows("these keys"));
    pty.keys("\x03");
    assert_eq!(pty.until_exit(), 0);
    pty.assert_restored();
}

#[test]
fn a_terminal_that_goes_away_ends_it_with_and_without_sighup() {
    for controlling in [true, false] {
        let hung_up = Start { controlling, ..Start::default() }.start_with_jobs().hang_up();
        let status = hung_up.exit.recv_timeout(PATIENCE).expect("the program ends");
        let took = hung_up.since.elapsed();
        assert!(took <= Duration::from_secs(1), "controlling: {controlling}, {took:?}");
        assert_eq!(status.exit_code(), 129, "controlling: {controlling}");
    }
}

#[test]
fn without_a_terminal_it_says_what_it_needs() {
    let run = |stdin: Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jobtop"));
        command.env_clear().arg("--demo").stdin(stdin).output().unwrap()
    };
    let output = run(Stdio::null());
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("needs a terminal") && told.contains("jobtop list") && told.lines().count() == 1, "{told}");
}

#[test]
fn nothing_configured_is_told_with_the_variables_and_the_demo() {
    let output = Command::new(env!("CARGO_BIN_EXE_jobtop")).env_clear().output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    for part in ["jobtop --demo", "JOBTOP_REGION", "JOBTOP_CLIENT_ID", "JOBTOP_CLIENT_SECRET"] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
}

#[cfg(debug_assertions)]
#[test]
fn a_panic_on_any_thread_gives_the_terminal_back_before_it_is_told() {
    for point in ["loop", "draw", "fetcher"] {
        let mut pty = Start { env: &[("JOBTOP_PANIC_AT", point)], ..Start::default() }.start();
        // The loop and its frames come only with an event.
        pty.keys("j");
        assert_eq!(pty.until_exit(), 101, "{point}");
        pty.assert_restored();
        let told = pty.screen().contents();
        assert!(told.contains("jobtop has a bug and had to stop at src/runtime"), "{point}: {told}");
        assert!(told.contains(&format!("a test asked for a panic at ^[[31m{point}")), "{point}: {told}");
    }
}

#[test]
fn a_server_that_ends_leaves_the_rows_and_the_keys() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let time = demo::Clock {
        now: Arc::new(|| clock::Clock::system().now()),
        pause: Arc::new(|time| Box::pin(clock::sleep(time))),
    };
    let options = demo::Options { jobs: 60, ..demo::Options::default() };
    let server = runtime.block_on(demo::serve(options, time)).unwrap();
    let (base, token) = (server.base_url(), server.token_url());
    let env = [
        ("JOBTOP_BASE_URL", base.as_str()),
        ("JOBTOP_TOKEN_URL", token.as_str()),
        ("JOBTOP_CLIENT_ID", "0123456789"),
        ("JOBTOP_CLIENT_SECRET", CANARY),
        // Nothing of a session on this machine goes through a proxy.
        ("HTTP_PROXY", "http://127.0.0.1:1"),
    ];
    let mut pty = Start { args: &["--all-time"], env: &env, ..Start::default() }.start_with_jobs();
    assert!(pty.screen().contents().contains("01234567"));
    runtime.block_on(server.stop());
    pty.keys("r");
    pty.until("the trouble is told", shows("could not be reached"));
    assert!(pty.screen().contents().contains("Finished "), "the rows stay");
    pty.keys("?");
    pty.until("keys are taken", shows("these keys"));
    pty.keys("\x1b");
    pty.until("help is closed", |screen| !screen.contents().contains("these keys"));
    let took = quit(&mut pty);
    assert!(took <= Duration::from_millis(500), "{took:?}");
    pty.assert_restored();
}

#[test]
fn a_server_that_never_answers_does_not_keep_it_from_quitting() {
    // The system takes the connection, and nobody answers.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let env = [("JOBTOP_BASE_URL", base.as_str()), ("JOBTOP_ACCESS_TOKEN", "t0ken")];
    let mut pty = Start { args: &[], env: &env, ..Start::default() }.start();
    pty.until("the first frame", shows("127.0.0.1"));
    listener.accept().unwrap();
    let took = quit(&mut pty);
    assert!(took <= Duration::from_millis(500), "{took:?}");
    pty.assert_restored();
}

/// Where a name server takes every question and never answers, and there is no other network.
const NAMES_HANG: &str = r#"
    ip link set lo up && ip route add 10.99.0.0/24 dev lo && mount --bind "$1" /etc/resolv.conf || exit 77
    timeout 0.2 getent hosts nobody.example
    [ $? = 124 ] || exit 77
    exec "$2""#;

#[test]
#[cfg(target_os = "linux")]
fn a_name_that_is_being_looked_up_does_not_keep_it_from_quitting() {
    let mut names = tempfile::NamedTempFile::new().unwrap();
    names.write_all(b"nameserver 10.99.0.2\noptions timeout:30 attempts:2\n").unwrap();
    let script = ["-Urmn", "sh", "-c", NAMES_HANG, "sh", names.path().to_str().unwrap()];
    let args = [&script[..], &[env!("CARGO_BIN_EXE_jobtop")]].concat();
    let within = |name: &'static str| Command::new("unshare").args(&args[..6]).args([name]).output();
    if !within("true").is_ok_and(|tried| tried.status.success()) {
        // Not every machine lets its users have a network of their own, and not every system looks names up in this way.
        return;
    }
    let path = ("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    let env = [path, ("JOBTOP_BASE_URL", "https://jobs.example"), ("JOBTOP_ACCESS_TOKEN", "t0ken")];
    let mut pty = Start { program: "unshare", args: &args, env: &env, ..Start::default() }.start();
    pty.until("it has been asking for a while", shows("⠦ asking jobs.example"));
    let took = quit(&mut pty);
    assert!(took <= Duration::from_millis(500), "{took:?}");
    pty.assert_restored();
}

/// What a server puts into ids and comments is looked at everywhere that it is shown: the oracle reads along.
#[test]
fn hostile_text_is_shown_as_codes_on_every_screen_that_shows_it() {
    // A clock that stands still gives the same texts whenever the test runs.
    let now = "2026-03-02T08:00:00Z";
    let args = ["--demo", "--demo-jobs", "60", "--all-time", "--demo-now", now, "--demo-fault", "hostile-text"];
    for size in [(200, 60), (60, 15)] {
        let mut pty = Start { args: &args, size, ..Start::default() }.start();
        pty.until("jobs are shown", shows("as of"));
        let until_drawn = |pty: &mut Pty| {
            // A screen that can only be drawn when all keys before were taken.
            pty.keys("!");
            pty.until("the messages are open", shows("Messages and requests"));
            pty.keys("q");
            pty.until("they are closed", |screen| !screen.contents().contains("Messages and requests"));
        };
        let mut unseen = vec!["^[", "<U+202E>", "<U+009B>"];
        // Every job in the list, then each in the pane beside it, then each on a screen of its own.
        for (begin, next) in [("g", "j"), ("g\r", ")"), ("gz", ")")] {
            pty.keys(begin);
            until_drawn(&mut pty);
            for _ in 1..60 {
                pty.keys_and_frame(next);
                let shown = pty.screen().contents();
                unseen.retain(|code| !shown.contains(code));
            }
        }
        assert!(unseen.is_empty(), "{unseen:?} at {size:?}");
        pty.keys("z");
        until_drawn(&mut pty);
        pty.keys("y\x0c");
        until_drawn(&mut pty);
        pty.keys("\x03");
        assert_eq!(pty.until_exit(), 0);
        pty.assert_restored();
    }
}

#[test]
fn hostile_words_of_an_error_are_shown_as_codes() {
    let args = ["--demo", "--demo-fault", "forbidden,hostile-text"];
    let mut pty = Start { args: &args, size: (200, 60), ..Start::default() }.start();
    pty.until("the trouble is told", shows("(403)"));
    pty.keys("!");
    pty.until("the messages are open", shows("^[[2J"));
    pty.keys("\x03");
    assert_eq!(pty.until_exit(), 0);
    pty.assert_restored();
}

#[test]
fn with_nothing_set_up_the_first_screen_says_what_is_needed_and_enter_opens_the_demo() {
    let mut pty = Start { args: &[], ..Start::default() }.start();
    pty.until("what is needed is told", shows("platformbackup.readwrite.all"));
    pty.keys("\r");
    pty.until("the demo's jobs are shown", shows("Finished "));
    pty.until("it is named", shows("contoso-demo"));
    quit(&mut pty);
    pty.assert_restored();
}

#[test]
fn e21_the_configuration_applies_while_it_runs_and_a_mistake_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, "").unwrap();
    let args = ["--demo", "--demo-jobs", "200", "--all-time", "--refresh", "5s"];
    let env = [("JOBTOP_CONFIG", path.to_str().unwrap())];
    let mut pty = Start { args: &args, env: &env, ..Start::default() }.start_with_jobs();
    pty.until("help has its own key", shows("? help"));
    std::fs::write(&path, "[ui]\nascii = true\n[keys]\nhelp = \"H\"\n").unwrap();
    pty.until("the live refresh brings the new key", shows("the configuration was read again"));
    pty.keys("j");
    pty.until("the new key is shown", shows("H help"));
    assert!(!pty.screen().contents().contains('─'), "{}", pty.screen().contents());
    std::fs::write(&path, "[keys]\nhelp = \"helpp\"\n").unwrap();
    pty.until("the mistake is told", shows("config.toml:2:8: keys.help:"));
    pty.keys("H");
    pty.until("the key before stays", shows("problem before"));
    pty.keys("\x1b");
    // Typed at once, the two would be Alt-q.
    pty.until("help is closed", |screen| !screen.contents().contains("problem before"));
    quit(&mut pty);
}

#[test]
fn e19_the_terminal_tells_clicks_and_the_wheel_and_no_movement() {
    let mut pty = Start::default().start_with_jobs();
    let has = |pty: &Pty, bytes: &[u8]| pty.raw.windows(bytes.len()).any(|window| window == bytes);
    pty.until("the mouse is taken", |screen| screen.mouse_protocol_mode() == vt100::MouseProtocolMode::PressRelease);
    assert!(!has(&pty, b"\x1b[?1003h") && !has(&pty, b"\x1b[?1002h"), "every movement would wake it");
    let mark = |row: u16| move |screen: &vt100::Screen| screen.cell(row, 0).is_some_and(|cell| cell.contents() == "▌");
    pty.until("the cursor is on the first job", mark(6));
    pty.keys("\x1b[<0;10;12M\x1b[<0;10;12m");
    pty.until("the cursor is where the click was", mark(11));
    pty.keys("\x1b[<65;10;12M");
    pty.until("the wheel moves it on", mark(14));
    pty.keys("?");
    pty.until("text is the terminal's", |screen| screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None);
    pty.keys("\x1b");
    pty.until("the mouse is ours again", |screen| {
        screen.mouse_protocol_mode() == vt100::MouseProtocolMode::PressRelease
    });
    quit(&mut pty);
    pty.assert_restored();
}
