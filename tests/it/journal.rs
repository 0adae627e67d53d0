//! The log file: what is in it, what never is, where it is not written, and that it neither grows for ever nor makes anybody
//! wait.

use std::{
    fs,
    io::{self, ErrorKind},
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::Stdio,
    sync::mpsc::channel,
    time::{Duration, Instant},
};

use jobtop::{
    clock::{self, Clock},
    journal::{Journal, Refusal, Ring},
    policy,
};
use tempfile::TempDir;

use crate::support::{
    PATIENCE,
    deception::{is_forbidden, is_right_behind},
    pty::Start,
    run::Home,
    stand::now,
};

const LINE: &[u8] = b"2026-11-23T13:02:11.000Z notice what happened, in less than a hundred characters; number 0000\n";

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn two_files_of_whole_lines_take_no_more_than_their_bound() {
    let folder = TempDir::new().unwrap();
    let (path, older) = (folder.path().join("a.log"), folder.path().join("a.log.1"));
    let mut ring = Ring::open(&path, 1_000).unwrap();
    for written in 1..=205 {
        ring.write(LINE).unwrap();
        let sizes = [&path, &older].map(|path| fs::metadata(path).map_or(0, |about| about.len()));
        assert!(sizes.iter().all(|size| *size <= 1_000 && size % LINE.len() as u64 == 0), "{written}: {sizes:?}");
        assert!(sizes[0] > 0, "{written}");
    }
    assert!(fs::metadata(&older).unwrap().len() > 900, "what came before is kept");
    assert_eq!([mode(&path), mode(&older)], [0o600, 0o600]);
    drop(ring);
    // It goes on where it was.
    let before = fs::metadata(&path).unwrap().len();
    Ring::open(&path, 1_000).unwrap().write(LINE).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), before + LINE.len() as u64);
    assert_eq!(policy::JOURNAL_BYTES, 5 << 20);
}

#[test]
fn no_file_is_written_to_but_its_own() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    let refused = |name: &str| Ring::open(&at(name), 1_000).unwrap_err();
    fs::write(at("notes"), "my notes, which I would miss\n").unwrap();
    symlink(at("nowhere"), at("link")).unwrap();
    fs::create_dir(at("folder")).unwrap();
    let fifo = std::process::Command::new("mkfifo").arg(at("fifo")).status().unwrap();
    assert!(fifo.success());
    fs::write(at("one"), LINE).unwrap();
    fs::hard_link(at("one"), at("two")).unwrap();
    symlink(at("notes"), at("b.log.1")).unwrap();
    fs::write(at("c.log.1"), "my notes\n").unwrap();
    let begun = Instant::now();
    assert!(matches!(refused("notes"), Refusal::Other(_)));
    assert!(matches!(refused("link"), Refusal::Link));
    assert!(matches!(refused("folder"), Refusal::NoFile));
    assert!(matches!(refused("fifo"), Refusal::NoFile));
    assert!(matches!(refused("two"), Refusal::Foreign));
    assert!(matches!(refused("b.log"), Refusal::Other(_)));
    assert!(matches!(refused("c.log"), Refusal::Other(_)));
    assert!(matches!(refused("no/folder"), Refusal::Unwritable(_)));
    assert!(begun.elapsed() < Duration::from_secs(5), "nobody waits for a pipe's reader");
    assert!(!at("nowhere").exists() && !at("b.log").exists() && !at("c.log").exists());
    assert_eq!(fs::read(at("notes")).unwrap(), b"my notes, which I would miss\n");
    // One that others can read is shut; one that is in use is left alone.
    fs::write(at("open"), LINE).unwrap();
    fs::set_permissions(at("open"), PermissionsExt::from_mode(0o644)).unwrap();
    let ring = Ring::open(&at("open"), 1_000).unwrap();
    assert_eq!(mode(&at("open")), 0o600);
    assert!(matches!(refused("open"), Refusal::Taken));
    drop(ring);
    assert!(Ring::open(&at("open"), 1_000).is_ok());
}

/// Waits until it is so; it will be.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "it never came to this: {what}");
        clock::block(Duration::from_millis(1));
    }
}

#[test]
fn a_full_disk_ends_the_journal_and_nothing_else() {
    let (told, written) = channel();
    let mut room = 3;
    let sink = move |line: &[u8]| {
        room -= 1;
        if room == 0 {
            return Err(io::Error::from(ErrorKind::StorageFull));
        }
        told.send(line.to_vec()).map_err(io::Error::other)
    };
    let journal = Journal::on(Box::new(sink), "a.log".to_owned(), Clock::fixed(now())).unwrap();
    for number in 0..10 {
        journal.tell("notice", format_args!("{number}"));
    }
    until("it gives up", || journal.trouble().is_some());
    let why = "nothing more is logged to a.log; all else goes on, and the next start logs again: no storage space";
    assert_eq!(journal.trouble(), Some(why));
    journal.tell("notice", format_args!("nobody hears that"));
    journal.close();
    assert_eq!(written.iter().count(), 2);
}

#[test]
fn a_slow_disk_makes_nobody_wait_and_dropped_lines_are_counted() {
    let (told, written) = channel();
    let (go, gate) = channel::<()>();
    let sink = move |line: &[u8]| {
        // As slow as can be, until the test goes on.
        let _ = gate.recv();
        told.send(String::from_utf8(line.to_vec()).unwrap()).map_err(io::Error::other)
    };
    let journal = Journal::on(Box::new(sink), "a.log".to_owned(), Clock::fixed(now())).unwrap();
    let lines = policy::JOURNAL_LINES + 500;
    let begun = Instant::now();
    for number in 0..lines {
        journal.tell("notice", format_args!("{number}"));
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?} for {lines} lines", begun.elapsed());
    drop(go);
    let mut dropped = 0;
    let mut taken = 0;
    // Of the first line and those that were told, each is written or counted.
    while taken + dropped < lines + 1 {
        let line = written.recv_timeout(PATIENCE).unwrap();
        match line.split_once(" dropped ") {
            Some((_, told)) => dropped += told.split(' ').next().unwrap().parse::<usize>().unwrap(),
            None => taken += 1,
        }
    }
    assert!((499..=501).contains(&dropped), "{dropped} dropped, {taken} taken");
}

#[test]
fn nothing_in_a_line_acts_deceives_or_ends_it() {
    let (told, written) = channel();
    let sink = move |line: &[u8]| told.send(String::from_utf8(line.to_vec()).unwrap()).map_err(io::Error::other);
    let journal = Journal::on(Box::new(sink), "a.log".to_owned(), Clock::fixed(now())).unwrap();
    let mut lines = 1;
    let all: Vec<char> = (0..=0x10_FFFF).filter_map(char::from_u32).filter(|c| is_forbidden(*c)).collect();
    for some in all.chunks(50) {
        let text: String = some.iter().flat_map(|c| ['a', *c]).collect();
        journal.tell("notice", format_args!("{text}"));
        // No line is dropped here.
        lines += 1;
        let line = written.recv_timeout(PATIENCE).unwrap();
        let line = if lines == 2 { written.recv_timeout(PATIENCE).unwrap() } else { line };
        let text = line.strip_suffix('\n').unwrap();
        let mut before = ' ';
        for c in text.chars() {
            assert!(!is_forbidden(c) || is_right_behind(before, c), "{c:?} in {text:?}");
            before = c;
        }
    }
    journal.tell("notice", format_args!("{}", "x".repeat(1_000_000)));
    assert!(written.recv_timeout(PATIENCE).unwrap().len() < 1_100);
}

/// What a line is about.
fn about(line: &str) -> &str {
    line.split(' ').nth(1).unwrap()
}

const DEMO: [&str; 6] = ["--demo", "--demo-jobs", "100", "--all-time", "--log-file", "a.log"];

#[test]
fn a_report_writes_down_its_requests_retries_and_tokens_by_path_alone() {
    let home = Home::new();
    let faults = ["--demo-fault", "busy", "--all", "--page-size", "30"];
    let ran = home.run(&[&["list"][..], &DEMO, &faults].concat(), &[]);
    let log = fs::read_to_string(home.path("a.log")).unwrap();
    assert_eq!(mode(&home.path("a.log")), 0o600);
    let lines: Vec<&str> = log.lines().collect();
    let version = concat!("jobtop ", env!("CARGO_PKG_VERSION"));
    assert!(lines[0].ends_with(&format!(" start {version}")), "{log}\n{}", ran.err);
    assert!(lines.last().unwrap().ends_with(&format!(" end {version}")), "{log}");
    for line in &lines {
        let (time, _) = line.split_once(' ').unwrap();
        assert!(time.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(time).is_ok(), "{line}");
    }
    for (kind, part) in [
        ("request", "POST /connect/token 200 in "),
        ("token", "new, good for 3600 s"),
        ("request", "GET /backup/vm/jobs 200 in "),
        ("request", ", try 2"),
        ("retry", "try 2 in "),
        ("error", "the server answered "),
    ] {
        assert!(lines.iter().any(|line| about(line) == kind && line.contains(part)), "{kind} {part}:\n{log}");
    }
    let token = log.split(", skiptoken ").nth(1).expect("a page after the first").get(..12).unwrap();
    assert!(token.chars().all(|c| c.is_ascii_hexdigit()), "{token}");
    for word in ["searchText", "startTime", "pageSize", "?", "Bearer", "demo-token"] {
        assert!(!log.contains(word), "{word} in\n{log}");
    }
}

#[test]
fn a_log_that_may_grow_no_further_is_told_once_and_the_report_is_whole() {
    let home = Home::new();
    let limited = ["-c", "ulimit -f 8 && exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_jobtop"), "list"];
    let more = ["--all", "--page-size", "1", "--format", "csv"];
    let args = [&limited[..], &DEMO, &more].concat();
    let output = home.by("sh", &args).stdin(Stdio::null()).output().unwrap();
    let (told, out) = (String::from_utf8(output.stderr).unwrap(), String::from_utf8(output.stdout).unwrap());
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert_eq!(out.matches("\r\n").count(), 101, "{told}");
    let expected = "nothing more is logged to a.log; all else goes on, and the next start logs again: \
                    File too large (os error 27)\n";
    assert_eq!(told, expected);
    let log = fs::read_to_string(home.path("a.log")).unwrap();
    assert!(log.len() <= 4_096 && log.len() > 3_000 && log.ends_with('\n'), "whole lines: {}", log.len());
}

#[test]
fn a_file_that_is_no_log_is_refused_with_a_way_out() {
    let home = Home::new();
    home.write("a.log", "my notes\n");
    let ran = home.run(&[&["list"][..], &DEMO].concat(), &[]);
    let expected = "error: invalid value 'a.log' for '--log-file': a.log holds something other than a log of jobtop; \
                    name another one, or one that is not there yet\n\nFor more information, try '--help'.\n";
    assert_eq!((ran.status, &*ran.err), (2, expected));
    let shown = home.run(&["config", "show", "--log-file", "b.log"], &[]);
    assert!(shown.out.contains("log file    b.log\n") && !home.path("b.log").exists(), "{}", shown.out);
}

#[test]
fn the_dashboard_writes_down_what_it_does_and_what_it_tells() {
    let home = Home::new();
    let path = home.path("a.log").to_string_lossy().into_owned();
    let args = ["--demo", "--demo-jobs", "300", "--log-file", &path, "--refresh", "off"];
    let mut pty = Start { args: &args, ..Start::default() }.start();
    pty.until("jobs are shown", |screen| screen.contents().contains("L loads all"));
    pty.keys("L");
    pty.until("they are loaded", |_| fs::read_to_string(&path).is_ok_and(|log| log.contains(" notice loaded ")));
    pty.keys("q");
    assert_eq!(pty.until_exit(), 0);
    let log = fs::read_to_string(&path).unwrap();
    let kinds: Vec<&str> = log.lines().map(about).collect();
    assert_eq!((kinds[0], *kinds.last().unwrap()), ("start", "end"), "{log}");
    assert!(kinds.contains(&"token") && kinds.contains(&"request") && kinds.contains(&"notice"), "{log}");
}
