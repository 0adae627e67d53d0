//! Plain lines: what a screen reader is given, and that a terminal which only takes lines is given nothing else.

use std::time::Duration;

use chrono::TimeDelta;
use jobtop::{
    keymap::{self, BINDINGS},
    model::{ApiError, ErrorKind, Lane},
    pager::Coverage,
    policy,
    state::{Medium, ThemeName},
    text::Safe,
    update::{Effect, Message, update},
    view::plain::Teller,
};
use rustix::process::Signal;

use crate::{
    stage::Stage,
    support::{
        oracle,
        pty::{Pty, Start},
        stand::{Pace, Play},
    },
};

/// A session, told line by line.
struct Told {
    stage: Stage,
    teller: Teller,
}

impl Told {
    async fn open(jobs: usize) -> (Self, Vec<String>) {
        let mut told =
            Self { stage: Stage::new(jobs, jobtop::filter::Filter::default()).await, teller: Teller::default() };
        (told.stage.state.motion, told.stage.state.medium) = (false, Medium::Lines);
        let mut lines = told.lines(false);
        told.stage.open(policy::PLAIN_SIZE.0, policy::PLAIN_SIZE.1).await;
        lines.extend(told.lines(false));
        (told, lines)
    }

    fn lines(&mut self, typed: bool) -> Vec<String> {
        let lines = self.teller.tell(&self.stage.state, typed, false);
        let is_whole = |line: &Safe| (1..=policy::PLAIN_COLUMNS).contains(&line.width());
        assert!(lines.iter().all(is_whole), "{lines:?}");
        lines.iter().map(Safe::to_string).collect()
    }

    /// What one key makes it say.
    async fn key(&mut self, key: &str) -> Vec<String> {
        self.stage.keys(key).await;
        self.lines(true)
    }
}

/// What a blind operator hears of a morning.
#[tokio::test]
async fn b16_every_key_of_a_morning_is_answered_in_words() {
    let (mut told, opened) = Told::open(300).await;
    let mut said = vec![opened.join("\n")];
    let keys = [
        "j",
        "j",
        "k",
        "<pgdn>",
        "G",
        "g",
        "k",
        "l",
        "l",
        "l",
        "s",
        "s",
        "F",
        " ",
        " ",
        "y",
        "V",
        "<esc>",
        "x",
        "/",
        "s",
        "q",
        "l",
        "<backspace>",
        "<left>",
        "<enter>",
        "u",
        "U",
        "u",
        "/",
        "failed>",
        "0",
        "<tab>",
        "<enter>",
        "J",
        "K",
        ")",
        "<tab>",
        "l",
        "l",
        "<esc>",
        "p",
        "<tab>",
        "<right>",
        "<enter>",
        "<esc>",
        "f",
        "<down>",
        "<down>",
        "<enter>",
        "sql",
        "<space>",
        "<enter>",
        "<esc>",
        "x",
        "d",
        "<down>",
        "7x",
        "<enter>",
        "<esc>",
        "{",
        "}",
        "S",
        "<space>",
        "<enter>",
        ":",
        "wri",
        "<enter>",
        "<down>",
        "<esc>",
        "Y",
        "<down>",
        "<enter>",
        "<ctrl-s>",
        "mine",
        "<enter>",
        "t",
        "R",
        "L",
        "!",
        "<esc>",
        "@",
        "%",
        "e",
        "E",
        "W",
        "<esc>",
        "0",
    ];
    for key in keys {
        let lines = told.key(key).await;
        assert!(!lines.is_empty(), "{key} is not answered");
        said.push(format!("[{key}]\n{}", lines.join("\n")));
    }
    // How many actions there are is not what this is about.
    insta::with_settings!({filters => [(r"(?m), (\S+), 1 of \d+$", ", $1, 1 of all")]}, {
        insta::assert_snapshot!(said.join("\n\n"));
    });
}

#[tokio::test]
async fn b16_what_lines_do_not_have_is_said_and_not_done() {
    let (mut told, _) = Told::open(60).await;
    let said = |lines: Vec<String>| lines.join(" ");
    for _ in 0..2 {
        let lines = said(told.key("%").await);
        assert!(lines.contains("plain lines have no mouse to take"), "{lines}");
        assert!(!told.stage.state.has_mouse());
    }
    let lines = said(told.key("P").await);
    assert!(lines.contains("plain lines have no sides") && told.stage.state.detail.is_none(), "{lines}");
    let lines = said(told.key(":dark<enter>").await);
    assert!(lines.contains("not now: plain lines have no colours"), "{lines}");
    assert_eq!(told.stage.state.theme, ThemeName::Terminal);
}

#[tokio::test]
async fn b16_a_text_that_is_found_is_told_with_its_line() {
    let (mut told, _) = Told::open(60).await;
    told.key("p").await;
    told.key("<tab>").await;
    let lines = told.key("/").await.join(" ");
    assert!(lines.contains("find: type it, Enter finds, Esc back"), "{lines}");
    let lines = told.key("job id").await.join(" ");
    assert!(lines.contains("job id: in 1 line"), "{lines}");
    let lines = told.key("<enter>").await.join(" ");
    assert!(lines.contains("“job id”, 1 of 1: Job id"), "{lines}");
    told.key("/no such").await;
    let lines = told.key("<enter>").await.join(" ");
    assert!(lines.contains("“no such” is not in this text"), "{lines}");
}

#[tokio::test]
async fn b16_help_tells_how_plain_lines_work_and_every_key() {
    let (mut told, _) = Told::open(60).await;
    let mut lines = told.key("?").await;
    assert!(lines[0].contains("each change is a line") && lines[0].contains("Ctrl-l"), "{}", lines[0]);
    lines.extend(told.key("<pgdn>").await);
    for binding in BINDINGS.iter().filter(|binding| !binding.keys.is_empty()) {
        assert!(lines.iter().any(|line| line.ends_with(binding.help)), "{} is not told", binding.help);
    }
}

#[tokio::test]
async fn b16_nothing_is_said_twice_and_nothing_where_nothing_happens() {
    let (mut told, _) = Told::open(300).await;
    assert_eq!(told.lines(false), Vec::<String>::new());
    for key in ["j", "F", "?", "<esc>", "p", "/", "x", "<esc>"] {
        told.key(key).await;
        assert_eq!(told.lines(false), Vec::<String>::new(), "after {key}");
    }
}

#[tokio::test]
async fn b16_whatever_is_typed_is_answered_without_boxes_or_signs_of_the_screen() {
    let (mut told, _) = Told::open(120).await;
    // Every key, from every pane and every overlay.
    for opens in ["", "p", "<tab>", "f", "/", "?", ":", "!", "d", "S", "Y", "W", "<ctrl-s>"] {
        for key in BINDINGS.iter().flat_map(jobtop::keymap::Binding::keys) {
            told.stage.keys(opens).await;
            told.lines(true);
            told.stage.tell(Message::Key(key)).await;
            let lines = told.lines(true);
            assert!(!lines.is_empty(), "{key} after {opens} is not answered");
            let is_sign = |c: char| matches!(c, '\u{2190}'..='\u{23cd}' | '\u{2500}'..='\u{28ff}' | '·' | '›');
            let signs: Vec<&String> = lines.iter().filter(|line| line.contains(is_sign)).collect();
            assert!(signs.is_empty(), "{key} after {opens}: {signs:?}");
            told.stage.keys("<esc><esc><esc><esc>x").await;
        }
    }
}

#[tokio::test]
async fn b16_a_trouble_is_told_when_it_comes_with_what_to_do_and_when_it_is_over() {
    let (mut told, _) = Told::open(60).await;
    let ask = |told: &mut Told| {
        let effects = update(&mut told.stage.state, Message::Key(keymap::script("r").unwrap()[0]));
        effects.into_iter().find_map(|effect| if let Effect::FetchPage(order) = effect { Some(order) } else { None })
    };
    let order = ask(&mut told).unwrap();
    assert_eq!(told.lines(true), ["asking the server again"]);
    let error = ApiError::new(ErrorKind::Offline);
    told.stage.fail(Lane::Refresh, &order, error);
    let lines = told.lines(false);
    assert!(lines.len() == 1 && lines[0].starts_with("trouble: ") && lines[0].contains("r tries now"), "{lines:?}");
    told.stage.state.now += TimeDelta::seconds(1);
    assert_eq!(told.lines(false), Vec::<String>::new(), "time goes by, and nothing else");
}

#[tokio::test]
async fn b16_loading_is_told_now_and_then_and_at_its_end() {
    let mut play = Play::open(2_000, 20, false, Pace::Swift).await;
    play.until_at_rest().await;
    let (mut still, mut slow, mut turns) = (Teller::default(), Teller::default(), 0);
    let (mut said, mut now_and_then) = (Vec::new(), Vec::new());
    play.keys("L");
    while play.state().coverage() != Coverage::All(2_000) {
        play.turn().await;
        turns += 1;
        let mut later = play.state().clone();
        said.extend(still.tell(&later, turns == 1, false));
        later.now += TimeDelta::seconds(turns);
        now_and_then.extend(slow.tell(&later, turns == 1, false));
    }
    let loaded = |lines: &[Safe]| lines.iter().filter(|line| line.as_str().contains("loaded")).count();
    assert!(loaded(&said) <= 3, "{said:?}");
    let most = usize::try_from(turns / policy::PLAIN_PROGRESS.num_seconds()).unwrap() + 3;
    assert!((loaded(&said) + 1..=most).contains(&loaded(&now_and_then)), "{turns} turns: {now_and_then:?}");
    for lines in [&said, &now_and_then] {
        assert!(lines.iter().any(|line| line.as_str() == "all 2,000"), "{lines:?}");
    }
}

/// A plain jobtop in a terminal.
fn start(args: &[&str], env: &[(&str, &str)], size: (u16, u16)) -> Pty {
    let mut all = vec!["--demo", "--demo-jobs", "200", "--all-time"];
    all.extend(args);
    let mut pty = Start { args: &all, env, size, ..Start::default() }.start();
    pty.until_written(0, "row 1 of");
    pty
}

/// Nothing but lines, the last one whole.
fn assert_lines(pty: &Pty) {
    let told = String::from_utf8(pty.raw.clone()).unwrap();
    let told = told.split("\u{1b}]9;end").next().unwrap();
    assert!(!told.contains('\u{1b}'), "{told:?}");
    assert!(told.ends_with("\r\n") && !told.replace("\r\n", "").contains(['\r', '\n']), "{told:?}");
    assert_eq!(oracle::foreign(told.as_bytes(), false), None);
}

/// Types, and waits for an answer in words.
fn types(pty: &mut Pty, keys: &str, answer: &str) {
    let from = pty.raw.len();
    pty.keys(keys);
    pty.until_written(from, answer);
    // The line is whole.
    pty.until_written(from, "\r\n");
}

#[test]
fn b16_a_session_by_keyboard_writes_lines_and_no_escape_sequence_at_any_size() {
    for size in [(80, 24), (20, 1), (1, 1)] {
        let mut pty = start(&["--plain"], &[], size);
        types(&mut pty, "j", "row 2 of");
        types(&mut pty, "/", "search: ");
        types(&mut pty, "backup", "backup: ");
        types(&mut pty, "\t", "search closed");
        types(&mut pty, "\r", "tab 1 of 3: ");
        types(&mut pty, "pF", "filter: problems");
        types(&mut pty, "llls", "sort Failed ascending");
        types(&mut pty, " ", "1 marked");
        types(&mut pty, "?", "keys; type to narrow");
        pty.keys("\x1b");
        pty.until_written(0, "help closed");
        pty.resize(40, 10);
        pty.insist("\x0c", "tenant contoso-demo");
        pty.keys("q");
        assert_eq!(pty.until_exit(), 0);
        pty.assert_restored();
        assert_lines(&pty);
    }
}

#[test]
fn b16_what_is_copied_is_the_only_sequence_and_a_dumb_terminal_is_given_the_text() {
    let mut pty = start(&["--plain"], &[], (80, 24));
    types(&mut pty, "y", "copied to the terminal's clipboard");
    pty.keys("q");
    assert_eq!(pty.until_exit(), 0);
    let told = String::from_utf8(pty.raw.clone()).unwrap();
    let told = told.split("\u{1b}]9;end").next().unwrap();
    assert_eq!(told.matches('\u{1b}').count(), 2, "OSC 52 and its end: {told:?}");
    assert!(told.contains("\u{1b}]52;c;"));
    let mut pty = start(&[], &[("TERM", "dumb")], (80, 24));
    types(&mut pty, "y", "to copy: ");
    pty.keys("q");
    assert_eq!(pty.until_exit(), 0);
    pty.assert_restored();
    assert_lines(&pty);
}

#[test]
fn b16_the_configuration_makes_it_plain_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, "[ui]\nplain = true\n").unwrap();
    let mut pty = start(&[], &[("JOBTOP_CONFIG", path.to_str().unwrap())], (80, 24));
    pty.keys("\x03");
    assert_eq!(pty.until_exit(), 0);
    assert_lines(&pty);
}

#[test]
fn b16_signals_a_stop_and_a_panic_leave_the_terminal_as_it_was() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let mut pty = start(&["--plain"], &[], (80, 24));
        pty.signal(signal);
        assert_eq!(pty.until_exit(), 128 + u32::try_from(signal.as_raw()).unwrap());
        pty.assert_restored();
        assert_lines(&pty);
    }
    let mut pty = start(&["--plain"], &[], (80, 24));
    pty.keys("\x1a");
    pty.until_stopped();
    pty.assert_restored();
    let from = pty.raw.len();
    pty.signal(Signal::CONT);
    pty.until_written(from, "row 1 of");
    types(&mut pty, "j", "row 2 of");
    pty.keys("q");
    assert_eq!(pty.until_exit(), 0);
    pty.assert_restored();
}

#[cfg(debug_assertions)]
#[test]
fn b16_a_panic_gives_the_terminal_back_before_it_is_told() {
    for point in ["loop", "draw"] {
        let args = ["--demo", "--plain"];
        let mut pty = Start { args: &args, env: &[("JOBTOP_PANIC_AT", point)], ..Start::default() }.start();
        pty.keys("j");
        assert_eq!(pty.until_exit(), 101, "{point}");
        pty.assert_restored();
        assert!(pty.screen().contents().contains("jobtop has a bug"), "{point}");
    }
}

#[test]
fn b16_nothing_is_written_while_nothing_happens() {
    let mut pty = start(&["--plain", "--refresh", "off", "--demo-latency", "20ms"], &[], (80, 24));
    types(&mut pty, "L", "all 200");
    types(&mut pty, "j", "row 2 of");
    let before = pty.raw.len();
    assert_eq!(pty.written_within(Duration::from_millis(700)), before);
    pty.keys("q");
    assert_eq!(pty.until_exit(), 0);
}

#[test]
fn b16_hostile_text_is_told_as_codes() {
    let mut pty = start(&["--plain", "--demo-fault", "hostile-text"], &[], (80, 24));
    types(&mut pty, "p\t", "tab 1 of 3");
    for at in 2..=60 {
        types(&mut pty, ")", &format!("row {at} of"));
    }
    pty.keys("q\x03");
    assert_eq!(pty.until_exit(), 0);
    assert_lines(&pty);
    let told = String::from_utf8(pty.raw.clone()).unwrap();
    for code in ["^[", "<U+202E>", "<U+009B>"] {
        assert!(told.contains(code), "{code} is not told");
    }
}
