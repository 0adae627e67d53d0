//! Servers that take their time, and tokens that have little of it: the true timeouts, on a real connection.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use jobtop::{
    api::{Auth, Client, Endpoint, parse_address},
    clock::{self, Clock},
    demo::{self, Fault, Server},
    model::{Cursor, ErrorKind, Query, Stage},
    policy,
};

use crate::support::stand::now;

async fn server(faults: &[Fault], seconds: &Arc<AtomicI64>) -> (Server, Client) {
    let seconds = Arc::clone(seconds);
    let time = demo::Clock {
        now: Arc::new(move || now() + TimeDelta::seconds(seconds.load(Ordering::SeqCst))),
        pause: Arc::new(|time| Box::pin(clock::sleep(time))),
    };
    let options = demo::Options { jobs: 100, faults: faults.to_vec(), ..demo::Options::default() };
    let server = demo::serve(options, time).await.unwrap();
    let base_url = parse_address(&server.base_url()).unwrap();
    let token_url = parse_address(&server.token_url()).unwrap();
    let auth = Auth::ClientSecret { token_url, client_id: "app".to_owned(), secret: "secret".into() };
    (server, Client::new(Endpoint::new(base_url, auth), Clock::fixed(now())))
}

/// Both at once: what they show takes as long as it takes.
#[tokio::test]
async fn neither_silence_nor_a_drip_is_waited_for_beyond_the_deadline() {
    let deadline = async |fault: Fault, deadline: Duration| {
        let (_server, client) = server(&[fault], &Arc::default()).await;
        let began = Instant::now();
        let error = client.page(&Query::default(), &Cursor::First, 50).await.unwrap_err();
        let took = began.elapsed();
        assert_eq!(error.kind, ErrorKind::Timeout(Stage::Answer), "{}", fault.name());
        assert!(took >= deadline && took < deadline + Duration::from_secs(5), "{}: {took:?}", fault.name());
    };
    tokio::join!(deadline(Fault::Hang, policy::READ_TIMEOUT), deadline(Fault::Slow, policy::PAGE_TIMEOUT));
}

#[tokio::test]
async fn three_hours_with_tokens_of_one_hour_show_no_error_and_renew_once_an_hour() {
    let seconds = Arc::default();
    let (server, client) = server(&[], &seconds).await;
    for minute in 0..=180 {
        seconds.store(minute * 60, Ordering::SeqCst);
        let query = Query::default();
        let page = || client.page(&query, &Cursor::First, 50);
        let (one, other) = tokio::join!(page(), page());
        assert_eq!((one.unwrap().jobs.len(), other.unwrap().jobs.len()), (50, 50), "minute {minute}");
    }
    let asked = server.requests().iter().filter(|request| request.method == "POST").count();
    assert_eq!(asked, 1 + 3);
}

#[tokio::test]
async fn a_token_that_ends_early_is_replaced_once_and_the_page_comes() {
    let seconds = Arc::default();
    let (server, client) = server(&[Fault::ShortToken], &seconds).await;
    for (at, tokens) in [(0, 1), (3, 1), (4, 2), (5, 2), (100, 3)] {
        seconds.store(at, Ordering::SeqCst);
        let page = client.page(&Query::default(), &Cursor::First, 50).await.unwrap();
        assert_eq!(page.jobs.len(), 50);
        let asked = server.requests().iter().filter(|request| request.method == "POST").count();
        assert_eq!(asked, tokens, "after {at} s");
    }
    let refused = server.requests().iter().filter(|request| request.status == 401).count();
    assert_eq!(refused, 2);
}
