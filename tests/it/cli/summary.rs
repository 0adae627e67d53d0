//! `jobtop summary`: every format, and whole numbers only.

use serde_json::{Value, json};

use super::{
    Ran, Tenant, finish,
    scripted::{Answer, serve},
    start,
};

fn jobs() -> Vec<Value> {
    let job = |id: &str, job_type: i64, status: i64, counts: [Option<u64>; 3], start: &str, minutes: Option<u32>| {
        let finish =
            minutes.map(|minutes| format!("2026-03-0{}T{:02}:{:02}:00Z", &start[..1], 9 + minutes / 60, minutes % 60));
        json!({"jobId": id, "jobType": job_type, "status": status, "successfulCount": counts[0], "failedCount": counts[1],
            "skippedCount": counts[2], "startTime": format!("2026-03-0{start}"), "finishTime": finish})
    };
    vec![
        job("J1", 1, 2, [Some(10), Some(0), Some(2)], "2T09:00:00Z", Some(10)),
        job("J2", 1, 2, [Some(20), Some(0), Some(0)], "2T09:00:00Z", Some(21)),
        job("J3", 1, 16, [Some(0), Some(1_234), Some(0)], "4T09:00:00Z", Some(90)),
        job("J4", 20_016, 8, [Some(5), Some(1), Some(1)], "4T09:00:00Z", Some(30)),
        job("J5", 20_016, 1, [None, None, None], "4T09:00:00Z", None),
        job("J6", 90_130, 128, [None, None, None], "4T23:30:00Z", None),
        json!({"jobId": "J7", "status": 0}),
    ]
}

#[test]
fn every_group_in_every_format() {
    let tenant = Tenant::with(jobs());
    let mut told = String::new();
    for by in ["status", "service", "type", "day", "type,status", "day,type"] {
        for format in ["table", "json", "ndjson", "csv", "markdown"] {
            let line = ["summary", "--from", "2026-03-01", "--to", "2026-03-05", "--by", by, "--format", format];
            let out = tenant.run(&line).whole();
            told.extend(["$ jobtop summary --by ", by, " --format ", format, "\n", &out, "\n"]);
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn days_without_jobs_are_there_in_a_range_without_beginning_too() {
    let told =
        Tenant::with(jobs()[..4].to_vec()).run(&["summary", "--to", "2026-03-05", "--by", "day", "--format", "json"]);
    let told = told.json();
    let days: Vec<_> = told["groups"].as_array().unwrap().iter().map(|day| (&day["day"], &day["jobs"])).collect();
    let expected = [("02", 2), ("03", 0), ("04", 2), ("05", 0)];
    let expected = expected.map(|(day, jobs)| (json!(format!("2026-03-{day}")), json!(jobs)));
    assert_eq!(days, expected.iter().map(|(day, jobs)| (day, jobs)).collect::<Vec<_>>());
    let nothing =
        Tenant::with(vec![]).run(&["summary", "--from", "2026-03-01", "--to", "2026-03-02", "--by", "day"]).whole();
    assert_eq!(nothing.lines().count(), 3, "{nothing}");
}

#[test]
fn a_range_that_is_not_whole_is_told_and_never_looks_whole() {
    let broken = vec![Answer::page(&["A1"], 3, "t1"), Answer::new(403, "")];
    let Ran { out, told, status } = finish(start(&serve(broken), &["summary", "--format", "json"]));
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((status, &document["complete"], &document["loaded"]), (1, &json!(false), &json!(1)));
    assert!(told.starts_with("incomplete: only 1 of 3 jobs could be read: the app may not read"), "{told}");
    let Ran { out, told, status } = finish(start(&serve(vec![Answer::new(403, "")]), &["summary"]));
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(told.starts_with("error: no jobs could be read: the app may not read backup jobs (403)"), "{told}");
}

#[test]
fn wrong_groups_are_named_with_what_is_accepted() {
    for (by, accepted) in [
        ("stauts", "there is no such group; did you mean status? Accepted are status, service, type, day"),
        ("day,day", "accepted are one or two different of status, service, type, day"),
        ("day,type,status", "accepted are one or two different of status, service, type, day"),
    ] {
        let Ran { out, told, status } = finish(start("http://127.0.0.1:1", &["summary", "--by", by]));
        assert_eq!((status, out.as_str()), (2, ""));
        assert!(told.contains(by) && told.contains(accepted), "{told}");
    }
}
