//! The real client against the embedded server and the documented sample: what the contract says, end to end over HTTP.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use jobtop::{
    api::{Auth, Client, Endpoint, parse_address},
    clock::Clock,
    demo::{self, Server},
    filter::{Filter, Range},
    model::{Cursor, ErrorKind, Job, JobType, Query, Service, SkipToken, Status},
    view::Theme,
};
use secrecy::SecretString;

use crate::stage::{Stage, monday, still_clock};

fn client(server: &Server, auth: Auth) -> Client {
    Client::new(Endpoint::new(parse_address(&server.base_url()).unwrap(), auth), Clock::fixed(monday()))
}

fn secret(server: &Server, client_id: &str, secret: &str) -> Auth {
    let token_url = parse_address(&server.token_url()).unwrap();
    Auth::ClientSecret { token_url, client_id: client_id.to_owned(), secret: SecretString::from(secret) }
}

async fn tenant(jobs: usize) -> (Server, Client) {
    let server = demo::serve(demo::Options { jobs, ..demo::Options::default() }, still_clock()).await.unwrap();
    let client = client(&server, secret(&server, "app", "secret"));
    (server, client)
}

async fn all(client: &Client, query: &Query, page_size: u16) -> (Vec<Job>, u64) {
    let (mut jobs, mut cursor, mut total) = (Vec::new(), Cursor::First, 0);
    loop {
        let page = client.page(query, &cursor, page_size).await.unwrap();
        jobs.extend(page.jobs);
        total = page.total.unwrap_or(total);
        match page.next {
            Some(token) => cursor = Cursor::After(token),
            None => return (jobs, total),
        }
    }
}

#[tokio::test]
async fn walking_the_pages_gives_every_job_once_and_the_total_agrees() {
    let (server, client) = tenant(2_000).await;
    for page_size in [7, 100, 5_000] {
        let (jobs, total) = all(&client, &Query::default(), page_size).await;
        let distinct: HashSet<_> = jobs.iter().map(|job| &job.id).collect();
        assert_eq!((jobs.len(), distinct.len(), total), (2_000, 2_000, 2_000), "page size {page_size}");
        assert!(jobs.iter().all(|job| job.unreadable.is_none()));
    }
    let posts = server.requests().iter().filter(|request| request.method == "POST").count();
    assert_eq!(posts, 1, "one token serves the session");
}

#[tokio::test]
async fn every_parameter_narrows_as_documented() {
    let (_server, client) = tenant(2_000).await;
    let (everything, _) = all(&client, &Query::default(), 5_000).await;
    let from = monday() - TimeDelta::days(3);
    let to = monday() - TimeDelta::days(1);
    let count = |holds: &dyn Fn(&Job) -> bool| everything.iter().filter(|job| holds(job)).count();
    let within = |job: &Job| job.started.is_some_and(|at| at >= from && at <= to);
    let word = |job: &Job| job.comment.raw().to_lowercase().contains("secret expired");
    let id = everything[9].id.text().raw().to_owned();
    for (query, expected) in [
        (Query { from: Some(from), to: Some(to), ..Query::default() }, count(&within)),
        (
            Query { service: Some(Service(2048)), ..Query::default() },
            count(&|job| job.service() == Some(Service(2048))),
        ),
        (Query { job_type: Some(JobType(1)), ..Query::default() }, count(&|job| job.job_type == Some(JobType(1)))),
        (Query { search: Some("SECRET expired".to_owned()), ..Query::default() }, count(&word)),
        (Query { search: Some(id), ..Query::default() }, 1),
        (Query { search: Some("no such job & nothing=else".to_owned()), ..Query::default() }, 0),
    ] {
        let (jobs, total) = all(&client, &query, 50).await;
        assert_eq!((jobs.len(), total), (expected, expected as u64), "{query:?}");
        assert!(expected > 0 || query.search.is_some(), "{query:?} tests nothing");
    }
}

#[tokio::test]
async fn only_the_documented_requests_are_sent_and_the_token_comes_back_byte_for_byte() {
    let (server, client) = tenant(300).await;
    let query =
        Query { search: Some("a b&c".to_owned()), from: Some(monday() - TimeDelta::days(7)), ..Query::default() };
    client.page(&query, &Cursor::First, 20).await.unwrap();
    let first = client.page(&Query::default(), &Cursor::First, 20).await.unwrap();
    let token = first.next.unwrap();
    assert!(token.encoded().contains('%'), "the token is percent-encoded");
    client.page(&Query::default(), &Cursor::After(token.clone()), 20).await.unwrap();
    let requests = server.requests();
    let known =
        |method: &str, path: &str| matches!((method, path), ("POST", "/connect/token") | ("GET", "/backup/vm/jobs"));
    assert!(requests.iter().all(|request| known(&request.method, &request.path)), "{requests:?}");
    let queries: Vec<&str> =
        requests.iter().filter(|request| request.method == "GET").map(|request| request.query.as_str()).collect();
    assert!(
        queries[0].contains("startTime=2026-11-16T13%3A02%3A11Z")
            || queries[0].contains("startTime=2026-11-16T13:02:11Z"),
        "{queries:?}"
    );
    assert!(queries[0].contains("pageNumber=0") && queries[0].contains("pageSize=20"), "{queries:?}");
    assert!(
        queries[2].contains(&format!("skiptoken={}", token.encoded())) && !queries[2].contains("pageNumber"),
        "{queries:?}"
    );
}

#[tokio::test]
async fn refusals_are_named() {
    let options = demo::Options {
        jobs: 60,
        credential: Some(("app".to_owned(), "right".to_owned())),
        ..demo::Options::default()
    };
    let server = demo::serve(options, still_clock()).await.unwrap();
    let kind = async |auth: Auth, cursor: Cursor| {
        client(&server, auth).page(&Query::default(), &cursor, 10).await.map(|_| ()).map_err(|error| error.kind)
    };
    assert_eq!(kind(secret(&server, "app", "right"), Cursor::First).await, Ok(()));
    assert_eq!(
        kind(secret(&server, "app", "wrong"), Cursor::First).await,
        Err(ErrorKind::AuthRejected("invalid_client".into()))
    );
    assert_eq!(kind(Auth::Token(SecretString::from("made up")), Cursor::First).await, Err(ErrorKind::Unauthorized));
    let forged = Cursor::After(SkipToken::new("bm90IGEgdG9rZW4%3D"));
    assert_eq!(kind(secret(&server, "app", "right"), forged).await, Err(ErrorKind::BadRequest));
    let elsewhere =
        Endpoint::new(parse_address(&format!("{}/v9", server.base_url())).unwrap(), secret(&server, "app", "right"));
    let error =
        Client::new(elsewhere, Clock::fixed(monday())).page(&Query::default(), &Cursor::First, 10).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert!(error.request_id.is_some(), "the server's request id is kept for the support ticket");
}

/// The documented sample, filled up to its total of 51 jobs with older ones.
fn sample() -> Vec<serde_json::Value> {
    let sample: serde_json::Value = serde_json::from_str(include_str!("../../assets/sample-response.json")).unwrap();
    let documented = sample["jobs"].as_array().unwrap().clone();
    let day: DateTime<Utc> = "2024-09-30T16:00:00Z".parse().unwrap();
    let older = (0..46).map(|n| {
        let started = day - TimeDelta::days(n);
        serde_json::json!({
            "jobId": format!("IB{}", started.format("%Y%m%d%H%M%S000")), "jobType": 1, "status": 2, "failedCount": 0,
            "successfulCount": 88, "skippedCount": 0, "totalCount": 88, "startTime": started.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "finishTime": (started + TimeDelta::hours(9)).format("%Y-%m-%dT%H:%M:%SZ").to_string(), "duration": "09:00:00", "comments": ""
        })
    });
    documented.into_iter().chain(older).collect()
}

#[tokio::test]
async fn the_documented_sample_is_shown_as_documented() {
    let filter = Filter { range: Range::All, ..Filter::default() };
    let mut stage = Stage::with_jobs(sample(), filter, 5).await;
    stage.open(120, 40).await.keys("j<enter>").await;
    let ids: Vec<String> = stage
        .state
        .store
        .shown()
        .iter()
        .take(5)
        .map(|row| stage.state.store.job(row).id.text().raw().to_owned())
        .collect();
    let documented = [
        "FB20241027081716326",
        "IB20241025160014096",
        "IB20241010055858683",
        "IB20241002054145888",
        "IB20241001160011064",
    ];
    assert_eq!(ids, documented);
    let long = stage.state.selected().unwrap();
    assert_eq!(long.duration.unwrap().to_string(), "1.16:00:44");
    assert_eq!((long.status, long.counts.skipped, long.counts.total), (Some(Status::Finished), Some(35), Some(45)));
    assert!(long.raw.is_empty(), "the typed parts give the row back exactly");
    let buffer = stage.draw(Theme::default());
    let text: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
    for told in
        ["1 day 16 hours 44 seconds", "1d 16h", "10 ok · 0 failed · 35 skipped · of 45", "78 % skipped", "▒▒▒▒▒▒▒▒▒▒"]
    {
        assert!(text.contains(told), "{told}");
    }
    stage.keys("L").await;
    let server = stage.server.as_ref().unwrap();
    let second = server.requests().into_iter().find(|request| request.query.contains("skiptoken=")).unwrap();
    assert_eq!(second.status, 200);
    assert_eq!(stage.state.store.len(), 51);
}
