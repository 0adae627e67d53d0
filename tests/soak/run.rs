//! The true loop, fetcher and client, live as fast as it goes, against the emulator in a process of its own; and what that
//! costs while it lasts.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use jobtop::{
    api::{Auth, Endpoint, parse_address},
    config::Source,
    state::Live,
};

use crate::stand::Play;

/// What the process takes.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Bytes of memory that are in use.
    pub resident: u64,
    pub descriptors: usize,
    pub threads: usize,
}

impl Cost {
    pub fn now() -> Self {
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
        let pages = pages.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or_default();
        let count = |folder: &str| std::fs::read_dir(folder).map_or(0, Iterator::count);
        Self { resident: pages * 4_096, descriptors: count("/proc/self/fd"), threads: count("/proc/self/task") }
    }
}

/// Ends the emulator whatever happens.
struct Emulator(Child);

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Refreshes so many times, and tells after every `each`.
pub fn soak(program: &Path, refreshes: u64, each: u64, mut tell: impl FnMut(u64)) {
    let mut command = Command::new(program);
    command.args(["emulate", "--jobs", "40"]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut emulator = Emulator(command.spawn().unwrap());
    let mut first = String::new();
    BufReader::new(emulator.0.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
    let base = first.trim_end().strip_prefix("listening on ").expect("the first line").to_owned();
    let token_url = parse_address(&format!("{base}/connect/token")).unwrap();
    let auth = Auth::ClientSecret { token_url, client_id: "soak".to_owned(), secret: "a secret".into() };
    let source = Source::Server(Endpoint::new(parse_address(&base).unwrap(), auth));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut play = Play::at(source, 10, Live { on: true, every: Duration::ZERO });
        for done in (each..=refreshes).step_by(usize::try_from(each).unwrap()) {
            play.until("refreshes", |state| state.log.requests() >= done).await;
            assert!(play.state().pager.trouble().is_none(), "{:?}", play.state().pager.trouble());
            tell(done);
        }
    });
}
