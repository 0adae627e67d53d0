//! The commands, run as the real program against servers on this machine: what they write where, and how they end.

mod agreement;
mod check;
mod list;
mod scripted;
mod summary;

use std::{
    process::{Child, Command, Output, Stdio},
    sync::Arc,
    time::Duration,
};

use chrono::Utc;
use jobtop::{
    clock,
    demo::{self, Server},
};
use serde_json::Value;
use tokio::runtime::Runtime;

/// The documented sample.
const SAMPLE: &str = include_str!("../../assets/sample-response.json");

/// An embedded server that runs beside the test.
struct Tenant {
    /// Dropped first, while its runtime is there.
    server: Server,
    _runtime: Runtime,
}

/// What a command wrote, and its exit status.
#[derive(Debug)]
struct Ran {
    out: String,
    told: String,
    status: i32,
}

impl Tenant {
    /// With exactly these jobs.
    fn with(jobs: Vec<Value>) -> Self {
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(demo::serve_jobs(jobs, demo::Options::default(), time())).unwrap();
        Self { server, _runtime: runtime }
    }

    /// With the jobs of the documented sample.
    fn sample() -> Self {
        let page: Value = serde_json::from_str(SAMPLE).unwrap();
        Self::with(page["jobs"].as_array().unwrap().clone())
    }

    /// With so many generated jobs, of the last 90 days.
    fn generated(jobs: usize) -> Self {
        Self::serving(demo::Options { jobs, ..demo::Options::default() })
    }

    /// The same from a server that takes its time.
    fn slow(jobs: usize) -> Self {
        let latency = Duration::from_millis(40);
        Self::serving(demo::Options { jobs, latency, ..demo::Options::default() })
    }

    fn serving(options: demo::Options) -> Self {
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(demo::serve(options, time())).unwrap();
        Self { server, _runtime: runtime }
    }

    fn run(&self, line: &[&str]) -> Ran {
        finish(start(&self.server.base_url(), line))
    }

    /// The queries of the requests for jobs.
    fn queries(&self) -> Vec<String> {
        self.server.requests().into_iter().filter(|request| request.method == "GET").map(|it| it.query).collect()
    }
}

/// A clock that stands still, so that running jobs do not go on between two commands.
fn time() -> demo::Clock {
    let now = Utc::now();
    demo::Clock { now: Arc::new(move || now), pause: Arc::new(|time| Box::pin(clock::sleep(time))) }
}

/// Starts the program on a server; nothing of this process's environment is passed on.
fn start(address: &str, line: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jobtop"));
    command.args(line).env_clear().env("TZ", "Europe/Berlin").env("JOBTOP_CONFIG", "");
    command.env("JOBTOP_BASE_URL", address).env("JOBTOP_TOKEN_URL", format!("{address}/connect/token"));
    command.env("JOBTOP_CLIENT_ID", "app").env("JOBTOP_CLIENT_SECRET", "a-secret-canary");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn finish(child: Child) -> Ran {
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let (out, told) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    assert!(!out.contains("a-secret-canary") && !told.contains("a-secret-canary"));
    Ran { out, told, status: status.code().unwrap_or(-1) }
}

impl Ran {
    /// What was written by a command that did all it was asked for.
    #[track_caller]
    fn whole(self) -> String {
        assert_eq!((self.status, self.told.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// The same as JSON.
    #[track_caller]
    fn json(self) -> Value {
        serde_json::from_str(&self.whole()).unwrap()
    }
}

/// The ids of jobs.
fn ids(jobs: &Value) -> Vec<String> {
    jobs.as_array().unwrap().iter().map(|job| job["jobId"].as_str().unwrap().to_owned()).collect()
}
