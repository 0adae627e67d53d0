//! The client: one page for one question, with whatever sign-in it takes.
//! It asks once. Retries, pauses and the order of pages are its caller's.

use std::sync::Arc;

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
};
use crate::{
    clock::Clock,
    model::{ApiError, Cursor, Page, Query},
    policy,
};

/// A client of the API. A clone shares connections and token.
#[derive(Debug, Clone)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    base_url: Url,
    clock: Clock,
    sign_in: SignIn,
    transport: Transport,
}

impl Client {
    /// A client that has done nothing yet: what costs time or can fail waits for the first page.
    pub fn new(endpoint: Endpoint, clock: Clock) -> Self {
        let Endpoint { base_url, auth, trust } = endpoint;
        let sign_in = SignIn::new(auth, clock);
        Self(Arc::new(Inner { base_url, clock, sign_in, transport: Transport::new(trust) }))
    }

    /// Asks for one page, once; a token that is not accepted any more is replaced and the question repeated, once.
    /// To drop the future is to cancel the request.
    ///
    /// # Errors
    ///
    /// Whatever kept the page away; see [`ApiError::is_transient`] for whether to ask again.
    pub async fn page(&self, query: &Query, cursor: &Cursor, page_size: u16) -> Result<Page, ApiError> {
        let (answer, token, url) = self.answer(query, cursor, page_size).await?;
        self.read(&answer, &token, &url)
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
                let page = self.read(&answer, &token, &url);
                (page, Some(redact::without(answer.body, token.secret.expose_secret())))
            }
            Err(error) => (Err(error), None),
        }
    }

    /// Asks; the token that was accepted in the end comes with the answer.
    async fn answer(&self, query: &Query, cursor: &Cursor, page_size: u16) -> Result<(Answer, Token, Url), ApiError> {
        let Inner { base_url, sign_in, transport, .. } = &*self.0;
        let url = page_url(base_url, query, cursor, page_size);
        let mut token = sign_in.token(transport, None).await?;
        let mut answer = self.ask(&url, &token).await?;
        if answer.status == 401 && token.number.is_some() {
            token = sign_in.token(transport, token.number).await?;
            answer = self.ask(&url, &token).await?;
        }
        Ok((answer, token, url))
    }

    fn read(&self, answer: &Answer, token: &Token, url: &Url) -> Result<Page, ApiError> {
        if !answer.is_good() {
            return Err(answer::withhold(answer.error(url, self.0.clock.now()), &token.secret));
        }
        wire::page(&answer.body).map_err(|error| answer.name(error))
    }

    /// The address that the first page of a list is asked for by. It holds nothing secret.
    pub fn address(&self, query: &Query, page_size: u16) -> String {
        page_url(&self.0.base_url, query, &Cursor::First, page_size).into()
    }

    /// Signs in and tells how that went; the token serves the pages after it.
    pub async fn examine_sign_in(&self) -> SignInReport {
        self.0.sign_in.examine(&self.0.transport).await
    }

    async fn ask(&self, url: &Url, token: &Token) -> Result<Answer, ApiError> {
        let client = self.0.transport.client(url).await?;
        let request = client
            .get(url.clone())
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, transport::bearer(&token.secret)?);
        Transport::exchange(request, policy::PAGE_TIMEOUT, policy::PAGE_BYTES).await
    }
}
