//! The embedded API server behind `jobtop --demo`: the documented contract on loopback, over a generated tenant or
//! over given jobs. This file owns what the server is given (its clock, its options) and the server's life. It must
//! never know the client: it speaks JSON text of its own, reads no clock and waits only by the pause it is given.

mod answer;
mod assertion;
mod body;
mod catalogue;
mod dice;
mod fault;
mod fixture;
mod line;
mod mischief;
mod pages;
mod query;
mod reply;
mod schedule;
mod seal;
mod spoil;
mod stories;
mod tenant;
#[cfg(test)]
mod tests;
mod texts;

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, spawn_blocking};

use answer::Desk;
use assertion::Verifier;
use catalogue::Catalogue;
pub use fault::{FAULTS, Fault};
use fixture::Fixture;
use line::{Cutter, Lines};
use mischief::Mischief;
use pages::Ledger;
use tenant::Tenant;

/// How long [`Server::stop`] lets answers under way finish before it cuts them off.
const STOP_GRACE: Duration = Duration::from_secs(1);

/// What [`Clock::pause`] returns: ready when the time has passed.
pub type Pause = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Time as the server sees it: given from outside, so that pictures can fix it.
#[derive(Clone)]
pub struct Clock {
    /// The time of this moment. Its value at the start is the anchor of the generated tenant.
    pub now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// Waits for the given time.
    pub pause: Arc<dyn Fn(Duration) -> Pause + Send + Sync>,
}

/// What the server is like.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Number of jobs of the generated tenant; it has exactly as many. Not looked at by [`serve_jobs`].
    pub jobs: usize,
    /// The same seed, number of jobs, days and starting time give the same tenant, byte for byte.
    pub seed: u64,
    /// Delay of every answer.
    pub latency: Duration,
    /// How far back the generated jobs reach, about; less far if they are few (a tenant has some 17 a day at least).
    pub days: u32,
    /// The client id and secret that alone are accepted; `None` accepts any.
    pub credential: Option<(String, String)>,
    /// The public side, as PEM, of the certificate whose key alone may sign assertions for the token URL; with `None`
    /// an assertion is taken for a secret, unread.
    pub certificate: Option<String>,
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// A larger `pageSize` is clamped to this many rows, in silence, as servers do.
    pub page_size_max: usize,
    /// What it does wrong.
    pub faults: Vec<Fault>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            jobs: 20_000,
            seed: 1,
            latency: Duration::ZERO,
            days: 90,
            credential: None,
            certificate: None,
            port: 0,
            page_size_max: 5_000,
            faults: Vec::new(),
        }
    }
}

/// One request that was answered. Headers and bodies, where the secrets are, are never kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method in capitals.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query as it was sent, still percent-encoded; empty if there was none.
    pub query: String,
    /// The HTTP status of the answer.
    pub status: u16,
}

/// A running server; it stops when dropped.
pub struct Server {
    address: SocketAddr,
    desk: Arc<Desk>,
    task: JoinHandle<()>,
    /// Dropped, with the server or by [`Server::stop`], it ends the task.
    halt: oneshot::Sender<()>,
}

/// Serves a generated tenant on 127.0.0.1, on the tokio runtime it is called in.
///
/// # Errors
/// When the port cannot be bound, or the embedded catalogue or the certificate cannot be read.
pub async fn serve(options: Options, clock: Clock) -> io::Result<Server> {
    let catalogue = Catalogue::embedded()?;
    let anchor = (clock.now)().timestamp_millis();
    let Options { jobs, days, seed, .. } = options;
    // A million jobs take a moment: the caller's other tasks go on meanwhile.
    let (catalogue, tenant) = spawn_blocking(move || {
        let tenant = Tenant::new(jobs, days, seed, anchor, &catalogue);
        (catalogue, tenant)
    })
    .await?;
    start(Box::new(tenant), catalogue, options, clock).await
}

/// Serves exactly these jobs, with the same paging and parameters: newest `startTime` first, jobs without one before
/// them, otherwise in the order given. Each job is sent as it was given, whatever is in it.
///
/// # Errors
/// When the port cannot be bound, or the embedded catalogue or the certificate cannot be read.
pub async fn serve_jobs(jobs: Vec<serde_json::Value>, options: Options, clock: Clock) -> io::Result<Server> {
    let catalogue = Catalogue::embedded()?;
    let fixture = Fixture::new(&jobs, &catalogue);
    start(Box::new(fixture), catalogue, options, clock).await
}

async fn start(ledger: Box<dyn Ledger>, catalogue: Catalogue, options: Options, clock: Clock) -> io::Result<Server> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
    let address = listener.local_addr()?;
    let verifier = options.certificate.as_deref().map(|pem| Verifier::new(pem, token_url(address))).transpose()?;
    let mut mischief = Mischief::new(options.faults.clone());
    let elsewhere = mischief.open_elsewhere().await?;
    let base = format!("http://{address}");
    let desk = Arc::new(Desk::new(ledger, catalogue, options, verifier, clock, mischief, base));
    let router = Router::new().fallback(answer::answer).with_state(Arc::clone(&desk));
    let router = router.into_make_service_with_connect_info::<Cutter>();
    let (halt, halted) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        let serving = axum::serve(Lines(listener), router).with_graceful_shutdown(async move { drop(halted.await) });
        // It ends by the halt alone; a connection that fails is that client's matter.
        drop(serving.await);
        if let Some(elsewhere) = elsewhere {
            elsewhere.abort();
        }
    });
    Ok(Server { address, desk, task, halt })
}

fn token_url(address: SocketAddr) -> String {
    format!("http://{address}{}", answer::TOKEN_PATH)
}

impl Server {
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where tokens are given: [`Server::base_url`] and `/connect/token`.
    pub fn token_url(&self) -> String {
        token_url(self.address)
    }

    /// How many connections came to the other server that some faults name: a client that keeps its token to itself opens none.
    pub fn strays(&self) -> u64 {
        self.desk.strays()
    }

    /// Whether an access token of this server stands in a text, where none should.
    pub fn finds_token(&self, text: &str) -> bool {
        self.desk.finds_token(text)
    }

    /// The last requests, oldest first, at most 10,000.
    pub fn requests(&self) -> Vec<Request> {
        self.desk.requests()
    }

    /// Stops and gives the port back. Answers under way are finished, for a second at most.
    pub async fn stop(self) {
        let Self { desk, mut task, halt, .. } = self;
        drop(halt);
        tokio::select! {
            _ = &mut task => {}
            () = desk.pause(STOP_GRACE) => task.abort(),
        }
    }
}
