//! The commands for scripts against every fault: a status that tells the truth, whole output or an honest word.

use std::{collections::BTreeSet, sync::Arc};

use jobtop::{
    clock::{self, Clock},
    demo::{self, Fault, Server},
    model::ErrorKind,
};

use super::{HARMLESS, JOBS, fatal};
use crate::support::{
    run::{Home, Ran},
    stand::CANARY,
};

const EVERYTHING: [&str; 3] = ["--all-time", "--page-size", "50"];

/// Runs a command on a server with a fault; what holds after every run is looked at here.
fn run(fault: Option<Fault>, command: &[&str]) -> (Ran, Server) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let time =
        demo::Clock { now: Arc::new(|| Clock::system().now()), pause: Arc::new(|time| Box::pin(clock::sleep(time))) };
    let options = demo::Options { jobs: JOBS, faults: fault.into_iter().collect(), ..demo::Options::default() };
    let server = runtime.block_on(demo::serve(options, time)).unwrap();
    let (base, token) = (server.base_url(), server.token_url());
    let env = [
        ("JOBTOP_BASE_URL", base.as_str()),
        ("JOBTOP_TOKEN_URL", token.as_str()),
        ("JOBTOP_CLIENT_ID", "app"),
        ("JOBTOP_CLIENT_SECRET", CANARY),
    ];
    let ran = Home::new().run(&[command, &EVERYTHING].concat(), &env);
    let name = fault.map_or("none", Fault::name);
    for said in [&ran.out, &ran.err] {
        assert!(!said.contains(CANARY) && !server.finds_token(said), "{name}: a secret is told: {said}");
    }
    let acts = ran.err.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!((acts, server.strays()), (None, 0), "{name}: {}", ran.err);
    for request in server.requests() {
        let known = [("GET", "/backup/vm/jobs"), ("POST", "/connect/token")];
        assert!(known.contains(&(request.method.as_str(), request.path.as_str())), "{name}: {request:?}");
    }
    assert!(server.requests().len() <= 24, "{name}: {} requests", server.requests().len());
    (ran, server)
}

#[test]
fn list_gives_every_job_once_and_0_where_the_data_is_all_there() {
    for fault in HARMLESS {
        let (ran, _server) = run(Some(fault), &["list", "--all", "--format", "ndjson"]);
        let name = fault.name();
        assert_eq!(ran.status, 0, "{name}: {}", ran.err);
        let rows = ran.out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let ids: Vec<String> = rows.map(|row| row["jobId"].as_str().unwrap().to_owned()).collect();
        assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (JOBS, JOBS), "{name}");
    }
}

#[test]
fn what_is_incomplete_is_1_and_never_ok() {
    for fault in [Fault::LostRow, Fault::Loop] {
        let name = fault.name();
        for command in [&["list", "--all", "--format", "csv"][..], &["summary", "--by", "status"]] {
            let (ran, _server) = run(Some(fault), command);
            assert_eq!(ran.status, 1, "{name}, {command:?}: {}", ran.err);
            assert!(ran.err.contains("incomplete"), "{name}, {command:?}: {}", ran.err);
        }
        let (ran, _server) = run(Some(fault), &["check", "--max-failed", "1000"]);
        assert_eq!((ran.status, ran.out.starts_with("UNKNOWN - ")), (3, true), "{name}: {}", ran.out);
    }
}

#[test]
fn what_brings_no_page_is_1_with_its_cause_and_no_output() {
    for (fault, kind, told) in fatal() {
        let name = fault.name();
        let (ran, server) = run(Some(fault), &["list", "--all", "--format", "ndjson"]);
        assert_eq!((ran.status, ran.out.as_str()), (1, ""), "{name}");
        assert!(ran.err.contains(told), "{name}: {}", ran.err);
        // A page that is too large is asked for in smaller pieces first.
        let most = if kind == ErrorKind::TooLarge { 6 } else { 2 };
        assert!(server.requests().len() <= most, "{name}: {} requests", server.requests().len());
    }
    let (ran, _server) = run(Some(Fault::Forbidden), &["check", "--max-failed", "1000"]);
    assert_eq!((ran.status, ran.out.starts_with("UNKNOWN - ")), (3, true), "{}", ran.out);
}
