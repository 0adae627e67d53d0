//! The client: one page for one question, with whatever sign-in it takes.
//! It asks once. Retries, pauses and the order of pages are its caller's.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use reqwest::{
    Url,
    header::{ACCEPT, AUTHORIZATION},
};
use secrecy::ExposeSecret;

use super::{
    Endpoint,
    address::page_url,
    answer::{self, Answer},
    auth::{SignIn, Token},
    probe::SignInReport,
    redact,
    transport::{self, Transport},
    wire,
    witness::Witness,
};
use crate::{
    clock::Clock,
    journal::Journal,
    model::{ApiError, Cursor, ErrorKind, Page, Query, Stage},
    policy,
};

/// A client of the API. A clone shares connections and token.
#[derive(Debug, Clone)]
pub struct Client {
    inner: Arc<Inner>,
    transport: Arc<Transport>,
    witness: Witness,
}

#[derive(Debug)]
struct Inner {
    base_url: Url,
    clock: Clock,
    sign_in: SignIn,
}

impl Client {
    /// A client that has done nothing yet: what costs time or can fail waits for the first page.
    pub fn new(endpoint: Endpoint, clock: Clock) -> Self {
        let Endpoint { base_url, auth, trust } = endpoint;
        let sign_in = SignIn::new(auth, clock);
        let (inner, transport) = (Inner { base_url, clock, sign_in }, Transport::new(trust));
        Self { inner: Arc::new(inner), transport: Arc::new(transport), witness: Witness::default() }
    }

    /// The same with the same token, by connections of its own: those that there are may lead nowhere by now.
    #[must_use]
    pub fn reconnected(&self) -> Self {
        Self { transport: Arc::new(self.transport.anew()), ..self.clone() }
    }

    /// Whether both use the same connections.
    pub fn shares_connections(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.transport, &other.transport)
    }

    /// The same, which writes down what it asks and what comes of it.
    #[must_use]
    pub fn with_journal(self, journal: Journal) -> Self {
        Self { witness: Witness { journal, ..self.witness }, ..self }
    }

    /// The same, which is on its `attempt`th try.
    #[must_use]
    pub fn on_try(&self, attempt: u8) -> Self {
        Self { witness: Witness { attempt, ..self.witness.clone() }, ..self.clone() }
    }

    /// Writes down that a page is asked for again, and how long that waits.
    pub fn tell_retry(&self, attempt: u8, delay: Duration) {
        self.witness.retry(attempt, delay);
    }

    /// The trouble of a page that took longer than its caller waits.
    pub fn out_of_time(&self) -> ApiError {
        let error = ApiError::new(ErrorKind::Timeout(Stage::Answer));
        self.witness.trouble(&error);
        error
    }

    /// Asks for one page, once; a token that is not accepted any more is replaced and the question repeated, once.
    /// To drop the future is to cancel the request.
    ///
    /// # Errors
    ///
    /// Whatever kept the page away; see [`ApiError::is_transient`] for whether to ask again.
    pub async fn page(&self, query: &Query, cursor: &Cursor, page_size: u16) -> Result<Page, ApiError> {
        self.page_and_date(query, cursor, page_size).await.0
    }

    /// The same, with what the server's clock showed, where an answer came that tells.
    pub async fn page_and_date(
        &self,
        query: &Query,
        cursor: &Cursor,
        page_size: u16,
    ) -> (Result<Page, ApiError>, Option<DateTime<Utc>>) {
        let (page, date) = match self.answer(query, cursor, page_size).await {
            Ok((answer, token, url)) => (self.read(&answer, &token, &url), answer.date()),
            Err(error) => (Err(error), None),
        };
        (self.witnessed(page), date)
    }

    /// The same, with the body of the answer as it came, good or not, but for the access token should it be in it; none where
    /// no answer came.
    pub async fn page_and_body(
        &self,
        query: &Query,
        cursor: &Cursor,
        page_size: u16,
    ) -> (Result<Page, ApiError>, Option<Vec<u8>>) {
        match self.answer(query, cursor, page_size).await {
            Ok((answer, token, url)) => {
                let page = self.witnessed(self.read(&answer, &token, &url));
                (page, Some(redact::without(answer.body, token.secret.expose_secret())))
            }
            Err(error) => (self.witnessed(Err(error)), None),
        }
    }

    fn witnessed(&self, page: Result<Page, ApiError>) -> Result<Page, ApiError> {
        page.inspect_err(|error| self.witness.trouble(error))
    }

    /// Asks; the token that was accepted in the end comes with the answer.
    async fn answer(&self, query: &Query, cursor: &Cursor, page_size: u16) -> Result<(Answer, Token, Url), ApiError> {
        let (Inner { base_url, sign_in, .. }, transport) = (&*self.inner, &*self.transport);
        let url = page_url(base_url, query, cursor, page_size);
        let mut token = sign_in.token(transport, &self.witness, None).await?;
        let mut answer = self.ask(&url, &token).await?;
        if answer.status == 401 && token.number.is_some() {
            token = sign_in.token(transport, &self.witness, token.number).await?;
            answer = self.ask(&url, &token).await?;
        }
        Ok((answer, token, url))
    }

    fn read(&self, answer: &Answer, token: &Token, url: &Url) -> Result<Page, ApiError> {
        if !answer.is_good() {
            return Err(answer::withhold(answer.error(url, self.inner.clock.now()), &token.secret));
        }
        wire::page(&answer.body).map_err(|error| answer::withhold(answer.name(error), &token.secret))
    }

    /// The address that the first page of a list is asked for by. It holds nothing secret.
    pub fn address(&self, query: &Query, page_size: u16) -> String {
        page_url(&self.inner.base_url, query, &Cursor::First, page_size).into()
    }

    /// Signs in and tells how that went; the token serves the pages after it.
    pub async fn examine_sign_in(&self) -> SignInReport {
        self.inner.sign_in.examine(&self.transport, &self.witness).await
    }

    async fn ask(&self, url: &Url, token: &Token) -> Result<Answer, ApiError> {
        let client = self.transport.client(url).await?;
        let request = client
            .get(url.clone())
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, transport::bearer(&token.secret)?);
        let exchange = Transport::exchange(request, policy::PAGE_TIMEOUT, policy::PAGE_BYTES);
        self.witness.watch("GET", url, token.secret.expose_secret(), exchange).await
    }
}
