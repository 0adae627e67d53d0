//! `jobtop list`: every format with the documented sample, how much is asked for, and what happens when it does not go well.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
};

use serde_json::{Value, json};

use super::{
    Ran, SAMPLE, Tenant, finish, ids,
    scripted::{Answer, serve},
    start,
};

#[test]
fn the_documented_sample_in_every_format() {
    let tenant = Tenant::sample();
    for format in ["table", "json", "ndjson", "csv", "markdown"] {
        let out = tenant.run(&["list", "--all-time", "--format", format]).whole();
        insta::assert_snapshot!(format, out);
    }
}

#[test]
fn json_has_the_apis_eleven_fields_as_they_came_and_five_of_its_own() {
    let told = Tenant::sample().run(&["list", "--all-time", "--format", "json"]).json();
    let page: Value = serde_json::from_str(SAMPLE).unwrap();
    let jobs = told["jobs"].as_array().unwrap();
    for (job, came) in jobs.iter().zip(page["jobs"].as_array().unwrap()) {
        for (name, value) in came.as_object().unwrap() {
            assert_eq!(&job[name], value, "{name}");
        }
        assert_eq!(job.as_object().unwrap().len(), 16);
    }
    assert_eq!((jobs.len(), &told["complete"], &told["totalCount"]), (5, &json!(true), &json!(5)));
    let derived = ["durationSeconds", "statusLabel", "serviceType", "serviceLabel", "jobTypeLabel"];
    let derived = derived.map(|name| jobs[1][name].clone());
    assert_eq!(
        derived,
        [
            json!(144_044),
            json!("Finished"),
            json!(1),
            json!("Azure Virtual Machine"),
            json!("Azure Virtual Machine Backup")
        ]
    );
}

fn odd_jobs() -> Vec<Value> {
    vec![
        json!({"jobId": "IB5", "jobType": 90130, "status": 128, "failedCount": "7", "totalCount": -1,
            "startTime": "2026-11-23T10:00:00.5+01:00", "finishTime": "soon", "duration": 2_410_000_000_u64,
            "comments": "=HYPERLINK(\"http://evil\")", "more": 1}),
        json!({"jobId": "IB4", "jobType": "azure", "state": {"a": [1]}, "startTime": "2026-11-23T08:00:00.1230000Z",
            "comments": "\u{1b}[2Jcleared | \u{202e}turned <b>*x*\nsecond \u{9b}line"}),
        json!({"startTime": "2026-11-23T07:00:00Z", "comments": "nobody"}),
        json!({"jobId": "-2+3", "startTime": "2026-11-23T06:00:00Z", "comments": "@SUM(A1)"}),
        json!({"jobId": "a,b", "startTime": "2026-11-23T05:00:00Z", "comments": "say \"x\",\r\ny"}),
    ]
}

#[test]
fn what_is_unknown_or_cannot_be_read_stays_as_it_came() {
    let tenant = Tenant::with(odd_jobs());
    let told = tenant.run(&["list", "--all-time", "--format", "json"]).json();
    let fields =
        |at: usize, names: &[&str]| names.iter().map(|name| told["jobs"][at][*name].clone()).collect::<Vec<_>>();
    let first = ["jobType", "status", "failedCount", "totalCount", "startTime", "finishTime", "duration"];
    assert_eq!(
        json!(fields(0, &first)),
        json!([90130, 128, "7", -1, "2026-11-23T10:00:00.5+01:00", "soon", 2_410_000_000_u64])
    );
    let labels = fields(0, &["jobTypeLabel", "statusLabel", "serviceType"]);
    assert_eq!(json!(labels), json!(["type 90130?", "status 128?", null]));
    let second = fields(1, &["jobType", "status", "startTime", "comments", "failedCount"]);
    let comment = odd_jobs()[1]["comments"].clone();
    assert_eq!(json!(second), json!(["azure", {"a": [1]}, "2026-11-23T08:00:00.1230000Z", comment, null]));
    assert_eq!(json!(fields(2, &["jobId", "unreadableRow"])), json!([null, odd_jobs()[2]]));
}

#[test]
fn nothing_a_server_says_acts_on_a_terminal_or_ends_a_line() {
    let tenant = Tenant::with(odd_jobs());
    for format in ["table", "markdown", "json", "ndjson"] {
        let out = tenant.run(&["list", "--all-time", "--format", format]).whole();
        let acts = |c: char| (c.is_control() && c != '\n') || jobtop::text::is_deceiving(c);
        assert!(!out.contains(acts), "{format}: {out:?}");
        let frame = [("table", 1), ("markdown", 2), ("json", 2), ("ndjson", 0)];
        let frame = frame.into_iter().find(|(name, _)| *name == format).unwrap().1;
        assert_eq!(out.lines().count(), frame + 5, "{format}: {out}");
    }
    let markdown = tenant.run(&["list", "--all-time", "--format", "markdown"]).whole();
    assert!(markdown.contains(r"cleared \| \<U+202E\>turned \<b\>\*x\*"), "{markdown}");
}

#[test]
fn csv_is_read_back_and_no_cell_begins_as_a_formula_does() {
    let tenant = Tenant::with(odd_jobs());
    let out = tenant.run(&["list", "--all-time", "--format", "csv"]).whole();
    assert!(out.contains("\r\n") && out.contains(r#""say ""x"","#));
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cells = || rows.iter().flatten();
    assert!(!cells().any(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{out}");
    let heads = reader.headers().unwrap();
    let cell = |row: usize, column: &str| &rows[row][heads.iter().position(|head| head == column).unwrap()];
    assert_eq!(cell(0, "comments"), "'=HYPERLINK(\"http://evil\")");
    assert_eq!((cell(0, "totalCount"), cell(0, "finishTime"), cell(3, "jobId")), ("'-1", "soon", "'-2+3"));
    assert_eq!((cell(1, "status"), cell(4, "comments")), (r#"{"a":[1]}"#, "say \"x\",\r\ny"));
}

#[test]
fn a_limit_asks_for_no_more_pages_than_it_needs() {
    for (line, pages, jobs) in [
        (vec!["--limit", "5"], 1, 5),
        (vec![], 1, 100),
        (vec!["--limit", "250"], 3, 250),
        (vec!["--page-size", "50"], 2, 100),
        (vec!["--limit", "2", "--sort", "-failed", "--page-size", "1000"], 2, 2),
        (vec!["--all"], 1, 2_000),
    ] {
        let tenant = Tenant::generated(2_000);
        let line = [&["list", "--all-time", "--format", "json"], &line[..]].concat();
        let told = tenant.run(&line).json();
        assert_eq!(tenant.queries().len(), pages, "{line:?}");
        assert_eq!((ids(&told["jobs"]).len(), &told["complete"]), (jobs, &json!(true)), "{line:?}");
        assert_eq!(told["totalCount"], 2_000);
    }
}

#[test]
fn a_long_list_in_small_pages_is_read_side_by_side_and_comes_as_one_page_brings_it() {
    let tenant = Tenant::slow(1_500);
    for command in [
        &["list", "--all", "--format", "ndjson"][..],
        &["list", "--all", "--format", "csv", "--sort", "-failed"],
        &["summary", "--by", "status,day", "--format", "json"],
    ] {
        let line = [command, &["--all-time"]].concat();
        let one = tenant.run(&line).whole();
        let before = tenant.queries().len();
        let told = tenant.run(&[&line[..], &["--page-size", "20"]].concat()).whole();
        assert!(one == told, "{command:?}\n{one}\n{told}");
        let windows = tenant.queries()[before..].iter().filter(|query| query.contains("finishTime=")).count();
        assert!(windows > 30, "{command:?}: {windows}");
    }
}

#[test]
fn what_the_server_can_do_goes_to_it() {
    let tenant = Tenant::generated(200);
    let filter = "service:azure-sql failed>=0 type:20016";
    tenant.run(&["list", "--from", "2026-01-01T00:00:00Z", "--search", "a b", "--filter", filter]).whole();
    let query = &tenant.queries()[0];
    for part in ["startTime=2026-01-01T00%3A00%3A00Z", "searchText=a+b", "serviceType=2048", "jobType=20016"] {
        assert!(query.contains(part), "{query}");
    }
}

#[test]
fn rows_are_written_before_the_last_page_has_come() {
    for (format, first) in [("ndjson", r#"{"jobId":"A1","#), ("csv", "jobId,")] {
        let (last, go) = Answer::page(&["A3"], 3, "").gated();
        let address = serve(vec![Answer::page(&["A1", "A2"], 3, "t1"), last]);
        let mut child = start(&address, &["list", "--all", "--format", format]);
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert!(line.starts_with(first), "{line}");
        go.send(()).unwrap();
        out.read_to_string(&mut line).unwrap();
        assert!(line.contains("A3"));
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn a_job_that_comes_twice_is_listed_once_and_a_list_that_ends_early_is_told() {
    let pages = || vec![Answer::page(&["A1", "A2"], 3, "t1"), Answer::page(&["A2", "A3"], 3, "")];
    let whole = finish(start(&serve(pages()), &["list", "--all", "--format", "json"])).json();
    assert_eq!(ids(&whole["jobs"]), ["A1", "A2", "A3"]);
    let short = || vec![Answer::page(&["A1"], 3, "t1"), Answer::page(&["A2"], 3, ""), Answer::page(&["A1"], 3, "t1")];
    let Ran { out, told, status } = finish(start(&serve(short()), &["list", "--all", "--format", "json"]));
    let told_json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((status, &told_json["complete"], &told_json["loaded"]), (1, &json!(false), &json!(2)));
    assert_eq!(
        told,
        "incomplete: the list has ended after 2 of 3 jobs: the server counts more than it gave\nTry again, or narrow the range.\n"
    );
}

#[test]
fn a_job_that_came_in_meanwhile_is_looked_for_at_the_top() {
    let pages =
        vec![Answer::page(&["A2"], 2, "t1"), Answer::page(&["A1"], 3, ""), Answer::page(&["A3", "A2"], 3, "t1")];
    let told = finish(start(&serve(pages), &["list", "--all", "--format", "json"])).json();
    assert_eq!((ids(&told["jobs"]), &told["complete"]), (["A2", "A1", "A3"].map(str::to_owned).to_vec(), &json!(true)));
}

#[test]
fn trouble_that_passes_is_waited_out_and_a_page_that_is_too_much_is_asked_for_in_pieces() {
    let pages = vec![
        Answer::new(400, r#"{"message": "pageSize is too large"}"#),
        Answer::page(&["A1"], 2, "t1"),
        Answer::new(503, ""),
        Answer::page(&["A2"], 2, ""),
    ];
    let told = finish(start(&serve(pages), &["list", "--all", "--format", "json"])).json();
    assert_eq!(ids(&told["jobs"]), ["A1", "A2"]);
}

#[test]
fn a_file_is_whole_or_absent_and_never_replaced_without_force() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.json");
    let list = |script: Vec<Answer>, line: &[&str]| {
        let line = [&["list", "--all", "--format", "json", "--output", path.to_str().unwrap()], line].concat();
        finish(start(&serve(script), &line))
    };
    let names = || fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    let broken = || vec![Answer::page(&["A1"], 2, "t1"), Answer::new(403, "")];

    let Ran { out, told, status } = list(broken(), &[]);
    assert_eq!((status, out.as_str(), names().len()), (1, "", 0));
    assert!(
        told.starts_with("error: only 1 of 2 jobs could be read: the app may not read backup jobs (403)"),
        "{told}"
    );
    assert!(told.ends_with("jobs.json was not written.\n"), "{told}");

    assert_eq!(list(vec![Answer::page(&["A1"], 1, "")], &[]).whole(), "");
    let first = fs::read_to_string(&path).unwrap();
    assert!(first.contains("A1"));
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&fs::metadata(&path).unwrap()) & 0o777, 0o600);

    let Ran { told, status, .. } = list(vec![Answer::page(&["A2"], 1, "")], &[]);
    assert!(status == 2 && told.contains("it is there already; --force replaces it"), "{told}");
    assert_eq!(list(broken(), &["--force"]).status, 1);
    assert_eq!(fs::read_to_string(&path).unwrap(), first);
    list(vec![Answer::page(&["A2"], 1, "")], &["--force"]).whole();
    assert!(fs::read_to_string(&path).unwrap().contains("A2"));

    let short = list(vec![Answer::page(&["A3"], 2, ""), Answer::page(&["A3"], 2, "")], &["--force"]);
    assert!(short.status == 1 && short.told.starts_with("incomplete: "), "{short:?}");
    assert!(fs::read_to_string(&path).unwrap().contains(r#""complete":false"#));
    assert_eq!(names().len(), 1);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_cleanly_without_a_file() {
    use rustix::process::{Pid, Signal, kill_process};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.csv");
    let raw = folder.path().join("raw");
    let (last, _go) = Answer::page(&["A2"], 2, "").gated();
    let address = serve(vec![Answer::page(&["A1"], 2, "t1"), last]);
    let line = ["list", "--all", "--format", "csv", "--output", path.to_str().unwrap(), "--raw", raw.to_str().unwrap()];
    let child = start(&address, &line);
    // The first answer is kept when the second is under way.
    while !raw.join("0001.json").exists() {
        std::thread::yield_now();
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(finish(child).status, 130);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["raw"]);
}

#[test]
fn a_closed_pipe_is_quiet() {
    let (last, go) = Answer::page(&["A2"], 2, "").gated();
    let address = serve(vec![Answer::page(&["A1"], 2, "t1"), last]);
    let mut child = start(&address, &["list", "--all", "--format", "ndjson"]);
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    go.send(()).unwrap();
    let Ran { told, status, .. } = finish(child);
    assert_eq!((status, told.as_str()), (0, ""));
}

#[cfg(unix)]
#[test]
fn progress_is_seen_on_a_terminal_and_leaves_nothing_behind() {
    use crate::support::pty::Start;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.csv");
    let (last, go) = Answer::page(&["A3"], 1_234, "").gated();
    let address = serve(vec![Answer::page(&["A1", "A2"], 1_234, "t1"), last]);
    let token_url = format!("{address}/connect/token");
    let env = [
        ("JOBTOP_BASE_URL", address.as_str()),
        ("JOBTOP_TOKEN_URL", token_url.as_str()),
        ("JOBTOP_CLIENT_ID", "app"),
        ("JOBTOP_CLIENT_SECRET", "secret"),
        ("JOBTOP_CONFIG", ""),
    ];
    let args = ["list", "--all", "--format", "csv", "--output", path.to_str().unwrap()];
    let mut pty = Start { args: &args, env: &env, ..Start::default() }.start();
    pty.until("progress is told", |screen| screen.contents().contains("2/1,234 jobs"));
    go.send(()).unwrap();
    pty.until("the end is told", |screen| {
        screen.contents().contains("incomplete: the list has ended after 3 of 1,234")
    });
    assert!(!pty.screen().contents().contains("2/1,234 jobs"));
    assert_eq!(pty.until_exit(), 1);
    // Rows that go to the same terminal are not written over.
    let args = ["list", "--demo", "--demo-jobs", "3", "--all-time", "--format", "ndjson"];
    let mut quiet = Start { args: &args, ..Start::default() }.start();
    assert_eq!(quiet.until_exit(), 0);
    assert!(!String::from_utf8_lossy(&quiet.raw).contains("3/3 jobs"));
}

#[test]
fn answers_are_kept_as_they_came_without_their_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let raw = folder.path().join("raw");
    let odd = "{\"totalCount\": 3,\n \"jobs\": [ {\"jobId\": \"A1\", \"new\": 1.0} ], \"nextLink\": \"c2VjcmV0%3D\"}";
    let script = vec![Answer::new(200, odd), Answer::new(500, "<h1>no</h1>"), Answer::page(&["A2"], 2, "")];
    finish(start(&serve(script), &["list", "--all", "--raw", raw.to_str().unwrap()])).whole();
    let kept = |name: &str| fs::read_to_string(raw.join(name)).unwrap();
    assert_eq!(fs::read_dir(&raw).unwrap().count(), 3);
    let (before, after) = odd.split_once("c2VjcmV0%3D").unwrap();
    assert!(kept("0001.json").starts_with(before) && kept("0001.json").ends_with(after));
    assert!(!kept("0001.json").contains("c2Vj") && kept("0001.json").contains("token-of-11-bytes-"));
    assert_eq!(kept("0002.json"), "<h1>no</h1>");
    #[cfg(unix)]
    for (path, mode) in [(raw.clone(), 0o700), (raw.join("0001.json"), 0o600)] {
        assert_eq!(std::os::unix::fs::MetadataExt::mode(&fs::metadata(path).unwrap()) & 0o777, mode);
    }
}

#[test]
fn wrong_words_are_named_with_what_is_accepted() {
    let tenant = Tenant::sample();
    let mut told = String::new();
    for line in [
        &["--format", "xml"][..],
        &["--sort", "-faild"],
        &["--columns", "id,statsu"],
        &["--limit", "0"],
        &["--limit", "5", "--all"],
        &["--status", "fialed"],
        &["--since", "7x"],
        &["--filter", "finnished>yesterday"],
        &["--page-size", "9999"],
        &["--force"],
        &["--output", "/dev/null", "--force"],
        &["--output", "/no/such/folder/x.csv"],
        &["--raw", "/no/such/folder/x"],
        &["--nonsense"],
    ] {
        let ran = tenant.run(&[&["list"], line].concat());
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{line:?}");
        told.extend(["$ jobtop list ", &line.join(" "), "\n", &ran.told, "\n"]);
    }
    assert!(tenant.server.requests().is_empty());
    insta::assert_snapshot!(told);
}
