//! A morning's work from the first key to the last, in every terminal that it is done in: alone, in tmux, and in a small one.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::support::{
    pty::{Pty, Start},
    run::tmux,
};

/// Where jobtop is run.
enum Place {
    /// In a terminal of its own.
    Alone,
    /// In tmux, at this socket.
    Tmux { program: String, socket: PathBuf },
}

/// A desk: a terminal, and a home for what is kept.
struct Desk {
    place: Place,
    size: (u16, u16),
    home: tempfile::TempDir,
}

const DEMO: &str = "--demo --demo-jobs 300 --demo-seed 7 --refresh off";

impl Desk {
    fn new(size: (u16, u16), in_tmux: bool) -> Self {
        let home = tempfile::tempdir().unwrap();
        let place = if in_tmux {
            let conf = "set -s set-clipboard on\nset -s escape-time 0\nset -g status off\n";
            fs::write(home.path().join("tmux.conf"), conf).unwrap();
            Place::Tmux { program: tmux(), socket: home.path().join("tmux") }
        } else {
            Place::Alone
        };
        Self { place, size, home }
    }

    fn open(&self, more: &str) -> Pty {
        let args: Vec<&str> = DEMO.split(' ').chain(more.split_whitespace()).collect();
        let env = [("XDG_STATE_HOME", self.home.path().to_str().unwrap()), ("SHELL", "/bin/sh")];
        let start = Start { size: self.size, env: &env, ..Start::default() };
        let mut pty = match &self.place {
            Place::Alone => Start { args: &args, ..start }.start(),
            Place::Tmux { program, socket } => {
                let conf = self.home.path().join("tmux.conf");
                let (socket, conf) = (socket.to_str().unwrap(), conf.to_str().unwrap());
                let jobtop = [env!("CARGO_BIN_EXE_jobtop")];
                let tmux = ["-u", "-S", socket, "-f", conf, "new-session", "--"];
                let all: Vec<&str> = tmux.into_iter().chain(jobtop).chain(args).collect();
                Start { program, args: &all, ..start }.start()
            }
        };
        pty.until("jobs are shown", |screen| has(screen, "as of") && has(screen, "▌"));
        pty
    }

    /// Quits, which ends whatever it runs in too.
    fn close(&self, mut pty: Pty) {
        pty.keys("q");
        let status = if matches!(self.place, Place::Alone) { pty.until_exit() } else { pty.until_end() };
        assert_eq!(status, 0);
        pty.assert_restored();
    }

    /// What was copied: what the terminal was told, or what tmux keeps of it.
    fn copied(&self, pty: &Pty) -> String {
        match &self.place {
            Place::Alone => {
                let said = String::from_utf8_lossy(&pty.raw);
                let (_, payload) = said.rsplit_once("\u{1b}]52;c;").expect("the clipboard is set");
                let payload = payload.split('\u{1b}').next().unwrap();
                String::from_utf8(STANDARD.decode(payload).unwrap()).unwrap()
            }
            Place::Tmux { .. } => self.tmux(&["show-buffer"]),
        }
    }

    fn tmux(&self, args: &[&str]) -> String {
        let Place::Tmux { program, socket } = &self.place else { return String::new() };
        let output = Command::new(program).arg("-S").arg(socket).args(args).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // Where a test failed, its server would stay.
        self.tmux(&["kill-server"]);
    }
}

fn has(screen: &vt100::Screen, text: &str) -> bool {
    screen.contents().contains(text)
}

/// Types, and waits until a text is shown.
fn types(pty: &mut Pty, keys: &str, text: &str) {
    pty.keys(keys);
    pty.until(text, |screen| has(screen, text));
}

/// The id that the detail pane shows.
fn id(screen: &vt100::Screen) -> Option<String> {
    let contents = screen.contents();
    let line = contents.lines().find_map(|line| line.trim().strip_prefix("Job id"))?;
    line.split_whitespace().next().map(str::to_owned)
}

/// The ids of the first jobs, from the top, as the detail pane shows them one after the other.
fn first_ids(pty: &mut Pty, count: usize) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    pty.keys("gz");
    while ids.len() < count {
        pty.until("the next job", |screen| id(screen).is_some_and(|id| ids.last() != Some(&id)));
        ids.extend(id(pty.screen()));
        pty.keys(")");
    }
    // The one that the last key has gone on to.
    pty.until("one more", |screen| id(screen).is_some_and(|id| ids.last() != Some(&id)));
    pty.keys("q");
    pty.until("the table", |screen| id(screen).is_none());
    types(pty, "g", "Failed");
    ids
}

/// Whether the table is sorted by failed objects, the most first; a narrow column has no room for a blank.
fn is_sorted(screen: &vt100::Screen) -> bool {
    has(screen, "Failed ▾") || has(screen, "Failed▾")
}

/// The ids in a file of jobs.
fn ids_in(path: &Path) -> Vec<String> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let column = reader.headers().unwrap().iter().position(|name| name == "jobId").unwrap();
    reader.records().map(|record| record.unwrap()[column].to_owned()).collect()
}

fn morning(desk: &Desk) {
    let mut pty = desk.open("--all-time");
    pty.keys("F");
    pty.until("problems only", |screen| has(screen, "problems"));
    types(&mut pty, "L", "of all 300");
    // The number of successful objects stands between where there is room for it.
    let columns = if has(pty.screen(), " OK ") { "llll" } else { "lll" };
    pty.keys(&format!("{columns}s"));
    pty.until("the fewest first", |screen| has(screen, "Failed ▴") || has(screen, "Failed▴"));
    pty.keys("s");
    pty.until("the most first", is_sorted);
    let ids = first_ids(&mut pty, 3);
    types(&mut pty, "   ", "3 marked");
    types(&mut pty, "y", "3 job ids copied");
    assert_eq!(desk.copied(&pty), ids.join(";"));

    let file = desk.home.path().join("night.csv");
    types(&mut pty, "W", "Write to a file");
    types(&mut pty, &format!("\x15{}\r", file.display()), "3 marked rows written");
    assert_eq!(ids_in(&file), ids);

    types(&mut pty, "\x13", "save view as");
    types(&mut pty, "night\r", "is saved");
    desk.close(pty);

    let mut pty = desk.open("");
    pty.until("the view, its filter and its order", |screen| has(screen, "view night") && is_sorted_or_partly(screen));
    types(&mut pty, "L", "of all 300");
    pty.until("the same order", is_sorted);
    assert_eq!(first_ids(&mut pty, 3), ids);
    types(&mut pty, "0", "all 300");
    pty.until("nothing of it", |screen| !has(screen, "night") && !is_sorted(screen));
    types(&mut pty, "6", "view night");
    pty.until("its filter and its order", |screen| is_sorted(screen) && has(screen, "of all 300"));
    desk.close(pty);
}

/// The same while not all is loaded.
fn is_sorted_or_partly(screen: &vt100::Screen) -> bool {
    is_sorted(screen) || has(screen, "Failed ▾~") || has(screen, "Failed▾~")
}

#[test]
fn a_morning_in_a_large_terminal() {
    morning(&Desk::new((120, 40), false));
}

#[test]
fn a_morning_in_tmux() {
    morning(&Desk::new((120, 40), true));
}

#[test]
fn a_morning_in_eighty_columns() {
    morning(&Desk::new((80, 24), false));
}
