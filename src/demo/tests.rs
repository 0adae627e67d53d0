//! The promises of the generated tenant and of the tokens, checked without HTTP.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{TimeZone as _, Utc};
use serde_json::{Value, json};

use super::catalogue::Catalogue;
use super::fixture::Fixture;
use super::pages::{Ledger, Pages, Twist};
use super::query::{Filter, Query, instant};
use super::schedule::{AZURE_SQL, DAY, ENTRA, HOUR, MINUTE, STORAGE, VM, VMWARE};
use super::seal::Seal;
use super::tenant::{Fate, Note, Row, Tenant};
use super::texts;

/// A Thursday, 10:20 UTC.
fn anchor() -> i64 {
    Utc.with_ymd_and_hms(2026, 6, 18, 10, 20, 0).single().map_or(0, |time| time.timestamp_millis())
}

fn catalogue() -> Catalogue {
    Catalogue::embedded().expect("the catalogue is part of the program")
}

fn tenant(jobs: usize) -> Tenant {
    Tenant::new(jobs, 90, 1, anchor(), &catalogue())
}

/// Asks as the endpoint does, and reads the answer.
fn ask(pages: &Pages, pairs: &[(&str, &str)], now: i64) -> Result<Value, String> {
    let pairs: Vec<_> = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let seal = Seal::new(1);
    let query = Query::read(&pairs, &catalogue(), &seal, 5_000)?;
    serde_json::from_str(&pages.page(&query, Twist::default(), &seal, now).text()).map_err(|error| error.to_string())
}

/// The next page's token as the server sees it, decoded once.
fn token(page: &Value) -> Option<String> {
    let link = page["nextLink"].as_str().filter(|link| !link.is_empty())?;
    assert!(link.contains("%2F") || link.contains("%2B"), "{link}");
    Some(link.replace("%2B", "+").replace("%2F", "/").replace("%3D", "="))
}

/// All jobs of a query, with the total that each page gave.
fn all(pages: &Pages, pairs: &[(&str, &str)], now: i64) -> (Vec<Value>, BTreeSet<u64>) {
    let (mut jobs, mut totals, mut next) = (Vec::new(), BTreeSet::new(), None::<String>);
    loop {
        let with_token: Vec<_> = pairs.iter().copied().chain(next.as_deref().map(|next| ("skiptoken", next))).collect();
        let page = ask(pages, &with_token, now).expect("a good query");
        totals.insert(page["totalCount"].as_u64().expect("a total"));
        jobs.extend(page["jobs"].as_array().expect("jobs").iter().cloned());
        next = token(&page);
        if next.is_none() {
            return (jobs, totals);
        }
    }
}

#[test]
fn a_tenant_has_exactly_as_many_jobs_as_asked_for_newest_first_with_unique_ids() {
    for jobs in [0, 1, 7, 51, 500, 2_000, 20_000] {
        let tenant = tenant(jobs);
        let rows = tenant.rows();
        assert_eq!(rows.len(), jobs);
        assert_eq!(rows.iter().map(Row::id).collect::<BTreeSet<_>>().len(), jobs);
        assert!(rows.is_sorted_by_key(|row| std::cmp::Reverse(row.rank())));
        assert!(rows.iter().all(|row| row.failed + row.skipped <= row.total && row.id().len() == 19));
        let oldest = rows.last().map_or(0, |row| anchor() - row.filed);
        assert!(oldest <= 90 * DAY, "{jobs} jobs reach back {} h", oldest / HOUR);
        if jobs >= 2_000 {
            assert!(oldest > 85 * DAY, "{jobs} jobs reach back {} h only", oldest / HOUR);
        }
    }
}

#[test]
fn the_seed_decides() {
    assert_eq!(tenant(2_000).rows(), tenant(2_000).rows());
    let other = Tenant::new(2_000, 90, 2, anchor(), &catalogue());
    assert_ne!(tenant(2_000).rows(), other.rows());
}

#[test]
fn time_changes_what_a_job_shows_but_never_which_jobs_there_are() {
    let pages = Pages::new(Box::new(tenant(500)));
    let at = |minutes: i64| all(&pages, &[("pageSize", "70")], anchor() + minutes * 60_000).0;
    let ids = |jobs: &[Value]| jobs.iter().map(|job| job["jobId"].clone()).collect::<Vec<_>>();
    let unfinished =
        |jobs: &[Value]| jobs.iter().filter(|job| [0, 1, 32].map(Value::from).contains(&job["status"])).count();
    let moments = [0, 1, 5, 30, 1_440].map(at);
    assert!(moments.iter().all(|jobs| ids(jobs) == ids(&moments[0])));
    assert!(moments.is_sorted_by(|before, after| unfinished(before) >= unfinished(after)));
    assert_eq!((unfinished(&moments[0]), unfinished(&moments[4])), (9, 0));
    let restore =
        |jobs: &[Value]| jobs.iter().find(|job| job["totalCount"] == 48_213).map(|job| job["successfulCount"].as_u64());
    assert!(restore(&moments[0]) < restore(&moments[1]));
}

#[test]
fn the_stories_are_there_at_any_hour_and_for_any_seed() {
    for (jobs, hours) in [(500, 0..30), (2_000, 0..8), (20_000, 0..2)] {
        for hour in hours {
            let anchor = anchor() + hour * (5 * HOUR + 7 * MINUTE);
            let seed = hour.unsigned_abs();
            stories_of(Tenant::new(jobs, 90, seed, anchor, &catalogue()).rows(), anchor);
        }
    }
}

fn stories_of(rows: &[Row], anchor: i64) {
    let of = |stream, days| {
        rows.iter().filter(move |row| row.stream == stream && row.filed < anchor && anchor - row.filed < days * DAY)
    };
    let sql: Vec<_> = of(AZURE_SQL, 90).map(|row| (row.fate, row.note)).collect();
    assert!(sql[..4].iter().all(|end| *end == (Fate::Failed, Note::Secret)));
    assert!(sql.len() > 20 && sql[4..].iter().all(|(fate, _)| *fate == Fate::Successful));
    assert_eq!((of(ENTRA, 3).count(), of(ENTRA, 4).count()), (0, 4));
    let share: Vec<_> = of(STORAGE, 27).map(|row| row.skipped * 100 / row.total).collect();
    assert!(share[0] > 50 && share[25] < 5, "{share:?}");
    let slow = of(VM, 3).position(|row| row.run > 8 * 3_600_000).expect("a slow night");
    let next = of(VM, 3).nth(slow - 1).map(|row| (row.fate, row.note));
    assert_eq!(next, Some((Fate::Skipped, Note::Overlap)));
    assert!(of(VMWARE, 7).any(|row| row.fate == Fate::Stopped));
    let week = rows.iter().filter(|row| anchor - row.filed < 7 * DAY);
    let week: BTreeSet<_> = week.map(|row| row.shown(anchor).status).collect();
    assert_eq!(week, BTreeSet::from([0, 1, 2, 4, 8, 16, 32, 64]));
    assert_eq!(rows.iter().filter(|row| row.shown(anchor).status == 1).count(), 5);
}

#[test]
fn a_week_of_the_default_tenant_looks_like_one() {
    for seed in 1..=5 {
        let tenant = Tenant::new(20_000, 90, seed, anchor(), &catalogue());
        let week = tenant.rows().iter().filter(|row| anchor() - row.filed < 7 * DAY);
        let mut fates = BTreeMap::new();
        for row in week {
            *fates.entry(row.fate as u8).or_insert(0) += 1;
            assert_eq!(texts::comment(row).is_empty(), row.fate == Fate::Successful);
        }
        let all: u32 = fates.values().sum();
        assert!((1_400..1_700).contains(&all) && (8..=25).contains(&fates[&16]), "{fates:?}");
        assert!(fates[&2] * 100 / all >= 94, "{fates:?}");
    }
}

#[test]
fn paging_gives_every_job_once_whatever_the_filter() {
    let pages = Pages::new(Box::new(tenant(2_000)));
    let now = anchor() + 100_000;
    for filter in [
        &[][..],
        &[("serviceType", "20000")],
        &[("jobType", "1024"), ("searchText", "LOCKED")],
        &[("searchText", "IB202606")],
        &[("startTime", "2026-06-10T00:00:00Z"), ("finishTime", "2026-06-18")],
        &[("startTime", "2026-06-18T10:16:00Z")],
        &[("searchText", "no such words")],
    ] {
        let (jobs, totals) = all(&pages, &[&[("pageSize", "37")], filter].concat(), now);
        let ids: BTreeSet<_> = jobs.iter().map(|job| job["jobId"].to_string()).collect();
        assert_eq!((ids.len(), totals), (jobs.len(), BTreeSet::from([jobs.len() as u64])), "{filter:?}");
        assert_eq!(jobs.is_empty(), filter == [("searchText", "no such words")]);
        let (by_number, _) = all(&pages, &[&[("pageSize", "5000"), ("pageNumber", "0")], filter].concat(), now);
        assert_eq!(jobs, by_number);
        for job in jobs.iter().filter_map(|job| instant(job["startTime"].as_str()?)) {
            let bound = |name| filter.iter().find(|(key, _)| *key == name).and_then(|(_, text)| instant(text));
            assert!(bound("startTime").is_none_or(|from| from <= job));
            assert!(bound("finishTime").is_none_or(|until| job <= until));
        }
    }
}

#[test]
fn a_token_is_good_for_its_own_query_only() {
    let pages = Pages::new(Box::new(tenant(500)));
    let page = ask(&pages, &[("jobType", "1"), ("pageSize", "5")], anchor()).expect("a page");
    let token = token(&page).expect("more pages");
    let again = |pairs: &[(&str, &str)]| ask(&pages, &[&[("skiptoken", token.as_str())], pairs].concat(), anchor());
    assert!(again(&[("jobType", "1"), ("pageSize", "9"), ("pageNumber", "-1")]).is_ok());
    assert!(again(&[("jobType", "128")]).is_err());
    assert!(again(&[]).is_err());
    let mut forged = token.clone();
    forged.replace_range(20..21, if &forged[20..21] == "A" { "B" } else { "A" });
    for bad in [forged.as_str(), &token.replace('+', " ").replace('/', "%2F"), "x", "=", "AAAA", &token[4..]] {
        assert!(ask(&pages, &[("jobType", "1"), ("skiptoken", bad)], anchor()).is_err(), "{bad}");
    }
}

#[test]
fn a_sealed_text_opens_for_its_purpose_only() {
    let seal = Seal::new(7);
    for length in 0..50 {
        let content: Vec<u8> = (0..length).collect();
        let text = seal.close(3, &content);
        assert_eq!(seal.open(3, &text), Some(content));
        assert_eq!((seal.open(4, &text), Seal::new(8).open(3, &text)), (None, None));
    }
}

#[test]
fn bad_values_are_refused_by_name() {
    let pages = Pages::new(Box::new(tenant(7)));
    for (name, value) in [
        ("pageSize", "0"),
        ("pageSize", "abc"),
        ("pageNumber", "-1"),
        ("serviceType", "3"),
        ("jobType", "5"),
        ("startTime", "yesterday"),
        ("finishTime", "2026-02-30T00:00:00Z"),
        ("skiptoken", "abc"),
    ] {
        let refusal = ask(&pages, &[(name, value)], anchor()).expect_err("a refusal");
        assert!(refusal.contains(name) && refusal.contains(value), "{refusal}");
    }
    assert!(ask(&pages, &[("jobType", "1"), ("jobType", "2")], anchor()).is_err());
    assert!(ask(&pages, &[("jobType", ""), ("other", "x")], anchor()).is_ok());
}

#[test]
fn given_jobs_are_served_as_they_are() {
    let jobs = [
        json!({ "jobId": "A", "startTime": "2026-06-01T00:00:00Z", "jobType": "1", "extra": [1] }),
        json!({ "jobId": "B", "startTime": "2026-06-03T00:00:00", "jobType": 1024, "comments": "Müde" }),
        json!({ "JobId": "C" }),
        json!({ "jobId": "D", "startTime": "0001-01-01T00:00:00Z" }),
        json!({ "jobId": "A", "startTime": "2026-06-01T00:00:00Z", "jobType": 1 }),
    ];
    let fixture = Fixture::new(&jobs, &catalogue());
    assert_eq!(fixture.window(&Filter::default()), 0..5);
    let pages = Pages::new(Box::new(fixture));
    let served = |pairs: &[(&str, &str)]| all(&pages, &[&[("pageSize", "1")], pairs].concat(), 0).0;
    let chosen = |at: &[usize]| at.iter().map(|at| jobs[*at].clone()).collect::<Vec<_>>();
    assert_eq!(served(&[]), chosen(&[2, 3, 1, 0, 4]));
    assert_eq!(served(&[("serviceType", "1")]), chosen(&[0, 4]));
    assert_eq!(served(&[("searchText", "MÜDE")]), chosen(&[1]));
    assert_eq!(served(&[("startTime", "2026-06-02")]), chosen(&[2, 3, 1]));
}
