//! `jobtop check`: one line and one status, and never OK of what could not be known.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    Ran, Tenant, finish,
    scripted::{Answer, serve},
    start,
};

/// A job that ended so many minutes ago.
fn ended(id: &str, job_type: i64, status: i64, minutes: i64, counts: [u64; 2]) -> Value {
    let at = |minutes: i64| (Utc::now() - TimeDelta::minutes(minutes)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    json!({"jobId": id, "jobType": job_type, "status": status, "startTime": at(minutes + 5), "finishTime": at(minutes),
        "skippedCount": counts[0], "totalCount": counts[1]})
}

fn tenant() -> Tenant {
    Tenant::with(vec![
        ended("J1", 1, 2, 90, [0, 60]),
        ended("J2", 1, 16, 30, [0, 0]),
        ended("J3", 1, 16, 60, [0, 0]),
        ended("J4", 20_016, 8, 60, [25, 40]),
        ended("J5", 20_016, 2, 50 * 60, [0, 100]),
    ])
}

#[track_caller]
fn assert_line(ran: &Ran, status: i32, begins: &str) {
    assert_eq!((ran.status, ran.told.as_str(), ran.out.lines().count()), (status, "", 1), "{ran:?}");
    assert!(ran.out.starts_with(begins), "{} does not begin with {begins}", ran.out);
}

#[test]
fn limits_make_the_level_and_the_worst_is_told_first() {
    let tenant = tenant();
    let check = |line: &[&str]| tenant.run(&[&["check"], line].concat());
    for (line, status, begins) in [
        (&["--max-failed", "2"][..], 0, "OK - 2 failed; 5 jobs, last 7 days | failed=2;;2;0 jobs=5;;;0\n"),
        (&["--max-failed", "1"], 2, "CRITICAL - 2 failed; 5 jobs, last 7 days | failed=2;;1;0 jobs=5;;;0\n"),
        (&["--warn-failed", "1", "--max-failed", "5"], 1, "WARNING - 2 failed; 5 jobs, last 7 days | failed=2;1;5;0 "),
        (
            &["--max-failed", "9", "--warn-exception", "0"],
            1,
            "WARNING - 1 with exception, 2 failed; 5 jobs, last 7 days | exception=1;0;;0 failed=2;;9;0 jobs=5;;;0\n",
        ),
        (
            &["--max-skipped-percent", "12.4"],
            2,
            "CRITICAL - 13 % of objects skipped; 5 jobs, last 7 days | skipped_percent=12.50%;;12.4;0;100 jobs=5;;;0\n",
        ),
        (&["--max-skipped-percent", "12.5%"], 0, "OK - 13 % of objects skipped"),
        (&["--max-failed", "0", "--status", "exception"], 0, "OK - 0 failed; 1 jobs"),
        (&["--max-failed", "0", "--since", "45m"], 2, "CRITICAL - 1 failed; 1 jobs, last 45 minutes | "),
        (&["--max-failed", "0", "--filter", "service:azure-sql"], 0, "OK - 0 failed; 2 jobs"),
        (&["--max-failed", "0", "--since", "1m"], 0, "OK - 0 failed; 0 jobs"),
    ] {
        assert_line(&check(line), status, begins);
    }
}

#[test]
fn the_last_success_of_each_chosen_type_is_looked_for() {
    let tenant = tenant();
    let check = |line: &[&str]| tenant.run(&[&["check"], line].concat());
    let both = ["--type", "azure-vm-backup,azure-sql-backup"];
    assert_line(&check(&["--max-age", "2h"]), 0, "OK - last successful job 1h 30m ago; 5 jobs");
    let one = check(&[&both[..], &["--max-age", "26h", "--warn-age", "1h"]].concat());
    assert_line(
        &one,
        2,
        "CRITICAL - last successful job of Azure SQL Database Backup 2d 02h ago, last successful job of Azure ",
    );
    assert!(one.out.contains(" age_azure-vm-backup=54") && one.out.contains("s;3600;93600;0 "), "{}", one.out);
    assert_line(&check(&[&both[..], &["--max-age", "3d", "--warn-age", "1h"]].concat()), 1, "WARNING - ");
    assert_line(
        &check(&["--filter", "type:azure-sql-backup", "--max-age", "2d"]),
        2,
        "CRITICAL - last successful job of Azure SQL",
    );
    let none = ["--type", "entra-id-backup", "--max-age"];
    assert_line(
        &check(&[&none[..], &["2d"]].concat()),
        2,
        "CRITICAL - no successful job of Microsoft Entra ID Backup; 0 jobs",
    );
    // Seven days are not enough to know of the eighth.
    assert_line(
        &check(&[&none[..], &["8d"]].concat()),
        3,
        "UNKNOWN - no successful job of Microsoft Entra ID Backup (a longer",
    );
    assert_line(&check(&[&none[..], &["8d", "--all-time"]].concat()), 2, "CRITICAL - no successful job");
    assert_line(
        &check(&["--max-age", "8d", "--to", "2026-01-01"]),
        3,
        "UNKNOWN - the time since the last successful job needs",
    );
}

#[test]
fn what_could_not_be_known_is_never_good() {
    let check = |script: Vec<Answer>| finish(start(&serve(script), &["check", "--max-failed", "9"]));
    assert_line(&check(vec![Answer::page(&["A1"], 1, "")]), 0, "OK - 0 failed; 1 jobs");
    assert_line(
        &check(vec![Answer::new(403, "")]),
        3,
        "UNKNOWN - no jobs could be read: the app may not read backup jobs (403) Grant",
    );
    let partial = vec![Answer::page(&["A1"], 3, "t1"), Answer::new(401, "")];
    assert_line(&check(partial), 3, "UNKNOWN - only 1 of 3 jobs could be read: ");
    let short = vec![Answer::page(&["A1"], 3, ""), Answer::page(&["A1"], 3, "")];
    assert_line(&check(short), 3, "UNKNOWN - the list has ended after 1 of 3 jobs");
    let hostile = || Answer::new(400, r#"{"message": "a|b\u001b[2J\nc"}"#);
    assert_line(
        // At any size: 5,000, half of that, and so on to 100.
        &check((0..7).map(|_| hostile()).collect()),
        3,
        "UNKNOWN - no jobs could be read: the server did not take the request (400): a/b^[[2J⏎c Change",
    );
    for status in [r#""status": 128"#, r#""status": "new""#, r#""state": null"#] {
        let page = format!(r#"{{"totalCount": 1, "jobs": [{{"jobId": "A1", {status}}}]}}"#);
        assert_line(
            &check(vec![Answer::new(200, page)]),
            3,
            "UNKNOWN - 1 with a status that is not known, 0 failed; 1 jobs",
        );
    }
}

#[test]
fn wrong_options_and_no_configuration_are_unknown_too() {
    let bare = |line: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_jobtop"));
        let output = command.args(line).env_clear().output().unwrap();
        let (out, told) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        Ran { out, told, status: output.status.code().unwrap() }
    };
    let mut told = String::new();
    for line in [
        &["check"][..],
        &["check", "--max-failed", "0"],
        &["check", "--demo"],
        &["check", "--max-failed", "many"],
        &["check", "--max-skipped-percent", "101"],
        &["check", "--max-age", "1y"],
        &["check", "--since", "7x", "--demo", "--max-failed", "0"],
        &["check", "--status", "fialed"],
        &["check", "--filter", "failed>x", "--demo", "--max-failed", "0"],
        &["check", "--nonsense"],
        &["--region", "mars", "check"],
        &["check", "--demo", "--max-failed", "0", "--format", "json"],
    ] {
        let ran = bare(line);
        assert_line(&ran, 3, "UNKNOWN - ");
        told.extend(["$ jobtop ", &line.join(" "), "\n", &ran.out, "\n"]);
    }
    insta::assert_snapshot!(told);
    assert_eq!(bare(&["check", "--help"]).status, 0);
}

#[cfg(unix)]
#[test]
fn a_signal_leaves_it_unknown() {
    use rustix::process::{Pid, Signal, kill_process};

    let (asked, was_asked) = std::sync::mpsc::channel();
    let (answer, _go) = Answer::page(&["A1"], 1, "").gated();
    let address = serve(vec![answer.telling(asked)]);
    let child = start(&address, &["check", "--max-failed", "0"]);
    was_asked.recv().unwrap();
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_line(&finish(child), 3, "UNKNOWN - signal 15 came before the answer was whole");
}
