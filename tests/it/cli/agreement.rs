//! One engine: what a filter selects, and that list, summary and dashboard count the same.

use std::{collections::BTreeMap, fs, thread};

use chrono::{DateTime, Utc};
use jobtop::{
    catalogue::catalogue,
    filter::{Filter, Range},
    model::{JobType, Service, Status},
};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::Value;

use super::{Tenant, finish, ids, start};
use crate::stage::Stage;

/// The rows as the server wrote them.
fn rows(tenant: &Tenant) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    tenant.run(&["list", "--all-time", "--all", "--raw", folder.path().to_str().unwrap()]).whole();
    let pages = fs::read_dir(folder.path()).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
    let pages = pages.map(|body| serde_json::from_slice::<Value>(&body).unwrap());
    pages.flat_map(|page| page["jobs"].as_array().unwrap().clone()).collect()
}

fn number(row: &Value, name: &str) -> u64 {
    row[name].as_u64().unwrap()
}

fn at(row: &Value, name: &str) -> Option<DateTime<Utc>> {
    row[name].as_str()?.parse().ok().filter(|at: &DateTime<Utc>| at.timestamp() > 0)
}

fn took(row: &Value) -> Option<i64> {
    Some((at(row, "finishTime")? - at(row, "startTime")?).num_seconds())
}

fn says(row: &Value, word: &str) -> bool {
    let of_type = catalogue().job_types.iter().find(|known| row["jobType"] == known.value).unwrap();
    let comment = row["comments"].as_str().unwrap_or_default();
    [row["jobId"].as_str().unwrap(), comment, &of_type.label, &of_type.short]
        .into_iter()
        .any(|text| text.to_lowercase().contains(word))
}

fn of_service(row: &Value, service: i64) -> bool {
    catalogue().job_types.iter().any(|known| row["jobType"] == known.value && known.service == service)
}

fn of_kind(row: &Value, kind: &str) -> bool {
    catalogue().job_types.iter().any(|known| row["jobType"] == known.value && known.kind == kind)
}

type Selects<'a> = &'a dyn Fn(&Value) -> bool;

#[test]
fn each_filter_selects_exactly_what_a_few_independent_lines_do() {
    let tenant = Tenant::generated(2_000);
    let rows = rows(&tenant);
    assert_eq!(rows.len(), 2_000);
    let tenth = at(&rows[900], "startTime").unwrap();
    let since = format!("started>={}", tenth.format("%Y-%m-%dT%H:%M:%SZ"));
    let table: [(&[&str], Selects<'_>); 18] = [
        (&["--status", "failed,exception"], &|row| [16, 8].contains(&number(row, "status"))),
        (&["--status", "64"], &|row| number(row, "status") == 64),
        (&["--filter", "failed>0"], &|row| number(row, "failedCount") > 0),
        (&["--filter", "skipped%>50"], &|row| number(row, "skippedCount") * 2 > number(row, "totalCount")),
        (&["--filter", "dur>2h"], &|row| took(row).is_some_and(|took| took > 7_200)),
        (&["--filter", "dur<=600s status:finished"], &|row| number(row, "status") == 2 && took(row).unwrap() <= 600),
        (&["--filter", "type:azure-vm-backup"], &|row| number(row, "jobType") == 1),
        (&["--type", "1,20016", "--filter", "type:20016"], &|row| number(row, "jobType") == 20_016),
        (&["--service", "azure-sql"], &|row| of_service(row, 2_048)),
        (&["--filter", "service:azure-sql failed>=12"], &|row| {
            of_service(row, 2_048) && number(row, "failedCount") >= 12
        }),
        (&["--service", "azure-sql,azure-vm", "--filter", "service:azure-vm"], &|row| of_service(row, 1)),
        (&["--filter", "kind:restore,export"], &|row| of_kind(row, "restore") || of_kind(row, "export")),
        (&["--filter", "!azure"], &|row| !says(row, "azure")),
        (&["--filter", "status:!finished azure"], &|row| number(row, "status") != 2 && says(row, "azure")),
        (&["--search", "secret expired"], &|row| {
            row["comments"].as_str().is_some_and(|text| text.to_lowercase().contains("secret expired"))
        }),
        (&["--filter", "comment:\"login failed\" ok=0"], &|row| {
            let comment = row["comments"].as_str().unwrap_or_default();
            comment.to_lowercase().contains("login failed") && number(row, "successfulCount") == 0
        }),
        (&["--filter", "total>=1000 skipped>0"], &|row| {
            number(row, "totalCount") >= 1_000 && number(row, "skippedCount") > 0
        }),
        (&["--filter", &since], &|row| {
            at(row, "startTime").is_some_and(|start| start.timestamp() >= tenth.timestamp())
        }),
    ];
    for (filter, selects) in table {
        let line = [&["list", "--all-time", "--all", "--format", "json"], filter].concat();
        let mut listed = ids(&tenant.run(&line).json()["jobs"]);
        let expected = rows.iter().filter(|row| selects(row)).map(|row| row["jobId"].as_str().unwrap().to_owned());
        let mut expected: Vec<String> = expected.collect();
        assert!(!expected.is_empty() && expected.len() < 2_000, "{filter:?} tells nothing: {}", expected.len());
        listed.sort();
        expected.sort();
        assert_eq!(listed, expected, "{filter:?}");
    }
}

#[test]
fn every_order_is_one_and_what_is_not_known_stands_last() {
    let tenant = Tenant::generated(500);
    for (sort, field) in [
        ("failed", "failedCount"),
        ("ok", "successfulCount"),
        ("skipped", "skippedCount"),
        ("total", "totalCount"),
        ("started", "startTime"),
        ("finished", "finishTime"),
        ("dur", "durationSeconds"),
        ("id", "jobId"),
    ] {
        for descending in [false, true] {
            let sort = format!("{}{sort}", if descending { "-" } else { "" });
            let line = ["list", "--all-time", "--limit", "400", "--format", "json", "--sort", &sort];
            let told = tenant.run(&line).json();
            let values: Vec<&Value> = told["jobs"].as_array().unwrap().iter().map(|job| &job[field]).collect();
            let known: Vec<&Value> = values.iter().copied().take_while(|value| !value.is_null()).collect();
            assert!(values[known.len()..].iter().all(|value| value.is_null()) && known.len() > 300, "{sort}");
            let mut pairs =
                known.windows(2).map(|pair| if descending { (pair[1], pair[0]) } else { (pair[0], pair[1]) });
            let moment = |value: &Value| value.as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok());
            let ordered = |(low, high): (&Value, &Value)| match (low.as_u64(), moment(low)) {
                (Some(_), _) => low.as_u64() <= high.as_u64(),
                (_, Some(_)) => moment(low) <= moment(high),
                _ => low.as_str() <= high.as_str(),
            };
            assert!(pairs.all(ordered), "{sort}: {known:?}");
        }
    }
}

/// Jobs by the key that a field gives.
fn counted(rows: &Value, field: &str, jobs: impl Fn(&Value) -> u64) -> BTreeMap<String, u64> {
    let mut counted = BTreeMap::new();
    for row in rows.as_array().unwrap() {
        *counted.entry(row[field].to_string()).or_default() += jobs(row);
    }
    counted.retain(|_, jobs| *jobs > 0);
    counted
}

#[test]
fn summary_list_and_dashboard_count_the_same() {
    let services = prop::collection::btree_set(prop::sample::select(vec![1, 2_048, 20_000]), 0..3);
    let types = prop::collection::btree_set(prop::sample::select(vec![1, 20_016, 60_010]), 0..3);
    let search = prop::sample::select(vec!["", "expired", "2026"]);
    let config = ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let runs = TestRunner::new(config).run(&(services, types, search), |(services, types, search)| {
        let filter = Filter {
            range: Range::All,
            services: services.iter().copied().map(Service).collect(),
            types: types.iter().copied().map(JobType).collect(),
            search: search.to_owned(),
            ..Filter::default()
        };
        let mut stage = runtime.block_on(Stage::new(500, filter));
        runtime.block_on(async {
            stage.open(120, 40).await.keys("L").await;
        });
        let address = stage.server.as_ref().unwrap().base_url();
        let mut options = vec!["--all-time".to_owned(), "--format".to_owned(), "json".to_owned()];
        let several = |numbers: &std::collections::BTreeSet<i64>| {
            numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        };
        for (name, numbers) in [("--service", &services), ("--type", &types)] {
            if !numbers.is_empty() {
                options.extend([name.to_owned(), several(numbers)]);
            }
        }
        if !search.is_empty() {
            options.extend(["--search".to_owned(), search.to_owned()]);
        }
        let run = |command: &[&str]| {
            let line: Vec<&str> = command.iter().copied().chain(options.iter().map(String::as_str)).collect();
            finish(start(&address, &line)).json()
        };
        let (list, by_status, by_day) = thread::scope(|scope| {
            let list = scope.spawn(|| run(&["list", "--all"]));
            let by_status = scope.spawn(|| run(&["summary", "--by", "status"]));
            let by_day = scope.spawn(|| run(&["summary", "--by", "day"]));
            (list.join().unwrap(), by_status.join().unwrap(), by_day.join().unwrap())
        });
        let jobs = |row: &Value| row["jobs"].as_u64().unwrap();
        let listed = counted(&list["jobs"], "status", |_| 1);
        prop_assert_eq!(&counted(&by_status["groups"], "status", jobs), &listed);
        let shown = stage.state.summary.statuses().map(|(status, jobs)| (Status::number(status).to_string(), jobs));
        prop_assert_eq!(&shown.collect::<BTreeMap<_, _>>(), &listed);
        for (day, jobs) in counted(&by_day["groups"], "day", jobs) {
            if let Ok(day) = day.trim_matches('"').parse() {
                prop_assert_eq!(stage.state.summary.day(day).total(), jobs);
            }
        }
        let objects = stage.state.summary.objects;
        for (field, sum) in
            [("failedCount", objects.failed), ("skippedCount", objects.skipped), ("successfulCount", objects.ok)]
        {
            for rows in [&list["jobs"], &by_status["groups"], &by_day["groups"]] {
                let total: u64 = rows.as_array().unwrap().iter().map(|row| number(row, field)).sum();
                prop_assert_eq!(total, sum, "{}", field);
            }
        }
        Ok(())
    });
    runs.unwrap();
}
