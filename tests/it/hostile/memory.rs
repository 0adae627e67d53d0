//! Answers that want all memory: the real program's, as the system counts it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jobtop::{
    clock::{self, Clock},
    demo::{self, Fault},
};

use crate::support::{
    pty::{Pty, Start},
    stand::CANARY,
};

/// More than a session on a good server.
const GROWTH_KB: u64 = 64 << 10;
/// Far below any timeout: what is too large is seen when it comes.
const TIME: Duration = Duration::from_secs(10);

/// A session on a server with faults; what it came to is on the screen. How much memory it ever had, in KiB.
fn session(faults: &[Fault], shows: &'static str) -> u64 {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let time =
        demo::Clock { now: Arc::new(|| Clock::system().now()), pause: Arc::new(|time| Box::pin(clock::sleep(time))) };
    let options = demo::Options { jobs: 200, faults: faults.to_vec(), ..demo::Options::default() };
    let server = runtime.block_on(demo::serve(options, time)).unwrap();
    let (base, token) = (server.base_url(), server.token_url());
    let env = [
        ("JOBTOP_BASE_URL", base.as_str()),
        ("JOBTOP_TOKEN_URL", token.as_str()),
        ("JOBTOP_CLIENT_ID", "app"),
        ("JOBTOP_CLIENT_SECRET", CANARY),
    ];
    let began = Instant::now();
    let args = ["--all-time", "--refresh", "off"];
    let mut pty: Pty = Start { args: &args, env: &env, ..Start::default() }.start();
    pty.until(shows, |screen| screen.contents().contains(shows));
    assert!(began.elapsed() < TIME, "{faults:?}: {:?}", began.elapsed());
    let peak = pty.peak_memory();
    pty.keys("q");
    assert_eq!(pty.until_exit(), 0);
    let said = String::from_utf8_lossy(&pty.raw);
    assert!(!server.finds_token(&said), "a token is shown");
    assert!(server.requests().len() <= 6, "{:?}", server.requests());
    peak
}

#[test]
fn no_answer_takes_more_than_64_mib() {
    let good = session(&[], "Finished ");
    for (fault, shows) in [
        (Fault::GzipBomb, "larger than allowed"),
        (Fault::Huge, "larger than allowed"),
        (Fault::DeepJson, "was not a page of jobs"),
        (Fault::HostileText, "Finished "),
    ] {
        let peak = session(&[fault], shows);
        assert!(peak < good + GROWTH_KB, "{}: {good} KiB are {peak} KiB", fault.name());
    }
}
