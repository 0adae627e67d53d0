//! Where jobs come from, opened: a client of a real server, or of the embedded one, which then runs for as long as this lives.
//! It never asks for a page.

use std::io;

use crate::{api::Client, clock::Clock, config::Source, journal::Journal};
#[cfg(feature = "demo")]
use crate::{
    api::{Auth, Endpoint, parse_address},
    clock,
    config::Demo,
    demo,
};

/// A client, with what it needs to stay alive.
pub struct Connection {
    /// The client.
    pub client: Client,
    #[cfg(feature = "demo")]
    _server: Option<demo::Server>,
}

impl Source {
    /// The server that is asked, as scheme, host and port; none for the demo, which has one of its own.
    #[cfg_attr(not(feature = "demo"), allow(clippy::unnecessary_wraps, reason = "the demo has none"))]
    pub(super) fn host(&self) -> Option<String> {
        match self {
            Self::Server(endpoint) => Some(endpoint.base_url.origin().ascii_serialization()),
            #[cfg(feature = "demo")]
            Self::Demo(_) => None,
        }
    }

    /// Makes the client; for the demo, starts its server first.
    #[cfg_attr(not(feature = "demo"), allow(clippy::unused_async, reason = "the demo's server is waited for"))]
    pub(super) async fn open(self, clock: Clock, journal: Journal) -> io::Result<Connection> {
        match self {
            Self::Server(endpoint) => Ok(Connection {
                client: Client::new(endpoint, clock).with_journal(journal),
                #[cfg(feature = "demo")]
                _server: None,
            }),
            #[cfg(feature = "demo")]
            Self::Demo(Demo { jobs, seed, latency, faults }) => {
                open_demo(demo::Options { jobs, seed, latency, faults, ..demo::Options::default() }, clock, journal)
                    .await
            }
        }
    }
}

#[cfg(feature = "demo")]
async fn open_demo(options: demo::Options, clock: Clock, journal: Journal) -> io::Result<Connection> {
    let time = demo::Clock {
        now: std::sync::Arc::new(move || clock.now()),
        pause: std::sync::Arc::new(|time| Box::pin(clock::sleep(time))),
    };
    let server = demo::serve(options, time).await?;
    let auth = Auth::ClientSecret {
        token_url: parse_address(&server.token_url()).map_err(io::Error::other)?,
        client_id: "demo".to_owned(),
        secret: "demo".into(),
    };
    let base_url = parse_address(&server.base_url()).map_err(io::Error::other)?;
    let client = Client::new(Endpoint::new(base_url, auth), clock).with_journal(journal);
    Ok(Connection { client, _server: Some(server) })
}
