//! Pages of the demo's tenant as the client reads them, for what measures the store: fetched over loopback, once.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use jobtop::{
    api::{Auth, Client, Endpoint, parse_address},
    clock::{self, Clock},
    demo,
    model::{Cursor, Job, Query},
};
use secrecy::SecretString;

/// When the tenant was looked at.
pub fn monday() -> DateTime<Utc> {
    "2026-11-23T13:02:11Z".parse().unwrap()
}

/// Hands out a tenant of so many jobs page by page, the newest first.
pub fn pages(jobs: usize, page_size: u16, mut take: impl FnMut(Vec<Job>)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let clock = demo::Clock { now: Arc::new(monday), pause: Arc::new(|time| Box::pin(clock::sleep(time))) };
        let server = demo::serve(demo::Options { jobs, ..demo::Options::default() }, clock).await.unwrap();
        let auth = Auth::ClientSecret {
            token_url: parse_address(&server.token_url()).unwrap(),
            client_id: "demo".to_owned(),
            secret: SecretString::from("a secret"),
        };
        let base_url = parse_address(&server.base_url()).unwrap();
        let client = Client::new(Endpoint::new(base_url, auth), Clock::fixed(monday()));
        let mut cursor = Cursor::First;
        loop {
            let page = client.page(&Query::default(), &cursor, page_size).await.unwrap();
            take(page.jobs);
            match page.next {
                Some(next) => cursor = Cursor::After(next),
                None => break,
            }
        }
        server.stop().await;
    });
}
