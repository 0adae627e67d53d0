//! What the client writes into the journal: each request by its path, never by what it was signed in with or where it begins.
//! It decides nothing.

use std::{fmt, future::Future, time::Duration};

use aws_lc_rs::digest::{SHA256, digest};
use reqwest::Url;

use super::answer::{self, Answer};
use crate::{clock::Stopwatch, journal::Journal, model::ApiError};

/// A hold on the journal, and which try it is that is witnessed.
#[derive(Debug, Clone)]
pub(super) struct Witness {
    pub(super) journal: Journal,
    pub(super) attempt: u8,
}

impl Default for Witness {
    fn default() -> Self {
        Self { journal: Journal::default(), attempt: 1 }
    }
}

impl Witness {
    /// Waits for an exchange and writes down what came of it, but not what was `confided` to the server should it repeat that.
    pub(super) async fn watch(
        &self,
        method: &str,
        url: &Url,
        confided: &str,
        exchange: impl Future<Output = Result<Answer, ApiError>>,
    ) -> Result<Answer, ApiError> {
        let watch = Stopwatch::start();
        let result = exchange.await.map_err(|error| answer::without(error, confided));
        let (path, attempt, token) = (url.path(), self.attempt, SkipToken(url));
        let took = watch.elapsed().as_millis();
        match &result {
            Ok(answer) => {
                let id = answer.request_id().filter(|id| confided.is_empty() || !id.raw().contains(confided));
                let id = id.map_or(String::new(), |id| format!(", request {}", id.line(60)));
                let status = answer.status;
                self.journal
                    .tell("request", format_args!("{method} {path} {status} in {took} ms, try {attempt}{token}{id}"));
            }
            Err(error) => self
                .journal
                .tell("request", format_args!("{method} {path} failed in {took} ms, try {attempt}{token}: {error}")),
        }
        result
    }

    /// An access token was asked for: how long the new one is good.
    pub(super) fn token(&self, life: Result<Duration, &ApiError>) {
        match life {
            Ok(life) => self.journal.tell("token", format_args!("new, good for {} s", life.as_secs())),
            Err(error) => self.journal.tell("token", format_args!("none: {error}")),
        }
    }

    /// No page came.
    pub(super) fn trouble(&self, error: &ApiError) {
        self.journal.tell("error", format_args!("{error}"));
    }

    /// A page is to be asked for again.
    pub(super) fn retry(&self, attempt: u8, delay: Duration) {
        if attempt > 1 {
            self.journal.tell("retry", format_args!("try {attempt} in {} ms", delay.as_millis()));
        }
    }
}

/// Where a page begins, as a fingerprint: it names a place in somebody's data. Made only where it is written down.
struct SkipToken<'a>(&'a Url);

impl fmt::Display for SkipToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pairs = self.0.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
        let token = pairs.find(|(name, _)| name.trim_start_matches("%24").eq_ignore_ascii_case("skiptoken"));
        let Some((_, token)) = token else { return Ok(()) };
        f.write_str(", skiptoken ")?;
        digest(&SHA256, token.as_bytes()).as_ref().iter().take(6).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
