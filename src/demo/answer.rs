//! The answers: every request to the loopback port becomes one here, with its status, its request id and its log entry.
//! It must never know how jobs come about, and never keep what a header or a form says.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequest, Query as Parameters, Request as HttpRequest, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_LENGTH, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use axum::{Form, extract::rejection::FormRejection};
use chrono::{DateTime, Utc};
use serde_json::json;

use super::assertion::{self, Verifier};
use super::catalogue::Catalogue;
use super::dice::mix;
use super::fault::Fault;
use super::line::Cutter;
use super::mischief::Mischief;
use super::pages::{Ledger, Pages, Twist, percent_encoded};
use super::query::Query;
use super::reply::{Reply, http_date, next_second};
use super::seal::Seal;
use super::spoil::{self, Asked, HOSTILE};
use super::{Clock, Options, Request, body};

/// The path of the token endpoint.
pub(super) const TOKEN_PATH: &str = "/connect/token";

const JOBS_PATH: &str = "/backup/vm/jobs";
const SCOPE: &str = "platformbackup.readwrite.all";

/// How long an access token is good, in seconds.
const TOKEN_SECONDS: i64 = 3_600;
/// The same with the fault of short tokens.
const SHORT_TOKEN_SECONDS: i64 = 4;
/// Brackets within brackets.
const DEEP: usize = 100_000;
/// Rows that a page repeats of the one before.
const REPEATED: usize = 3;
/// What a proxy says before it lets anybody through.
const SIGN_IN_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in to this network</title></head>\n\
    <body><form method=post action=/login><input name=user></form></body></html>\n";

/// What access tokens are sealed for.
const ACCESS: u64 = 0xACCE_55ED;

/// Requests that are remembered.
const LOG_KEPT: usize = 10_000;

/// What all connections share.
pub(super) struct Desk {
    pages: Pages,
    catalogue: Catalogue,
    options: Options,
    clock: Clock,
    seal: Seal,
    verifier: Option<Verifier>,
    /// Numbers the requests, and so the tokens and request ids.
    served: AtomicU64,
    log: Mutex<VecDeque<Request>>,
    mischief: Mischief,
    /// Its own address, without a slash at the end.
    base: String,
}

/// Answers one request.
pub(super) async fn answer(
    State(desk): State<Arc<Desk>>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    request: HttpRequest,
) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    if !desk.options.latency.is_zero() {
        desk.pause(desk.options.latency).await;
    }
    let number = desk.served.fetch_add(1, Ordering::Relaxed);
    let now = (desk.clock.now)() + desk.mischief.clock_off();
    let reply = match (uri.path(), &method) {
        (TOKEN_PATH, &Method::POST) => desk.token(Form::from_request(request, &()).await, number, now),
        (JOBS_PATH, &Method::GET) => desk.jobs(request.headers(), &uri, number, now),
        (TOKEN_PATH, _) => Reply::wrong_method("POST"),
        (JOBS_PATH, _) => Reply::wrong_method("GET"),
        _ => Reply::error(StatusCode::NOT_FOUND, "NotFound", format!("There is nothing at '{}'.", uri.path())),
    };
    desk.remember(Request {
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        status: reply.status.as_u16(),
    });
    reply.into_response(&desk.request_id(number), now, cutter).await
}

impl Desk {
    pub(super) fn new(
        ledger: Box<dyn Ledger>,
        catalogue: Catalogue,
        options: Options,
        verifier: Option<Verifier>,
        clock: Clock,
        mischief: Mischief,
        base: String,
    ) -> Self {
        let seal = Seal::new(options.seed);
        let pages = Pages::new(ledger);
        let (served, log) = (AtomicU64::new(0), Mutex::default());
        Self { pages, catalogue, options, clock, seal, verifier, served, log, mischief, base }
    }

    pub(super) fn pause(&self, time: Duration) -> super::Pause {
        (self.clock.pause)(time)
    }

    pub(super) fn strays(&self) -> u64 {
        self.mischief.strays.load(Ordering::SeqCst)
    }

    pub(super) fn finds_token(&self, text: &str) -> bool {
        let is_digit = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
        text.split(|c| !is_digit(c)).any(|word| self.seal.open(ACCESS, word).is_some())
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn remember(&self, request: Request) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if log.len() == LOG_KEPT {
            log.pop_front();
        }
        log.push_back(request);
    }

    /// A GUID that depends on the seed and the request's number.
    fn request_id(&self, number: u64) -> String {
        let high = mix(self.options.seed ^ mix(number));
        let low = mix(high);
        format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xFFFF,
            high & 0xFFF,
            low >> 52,
            low & 0xFFFF_FFFF_FFFF
        )
    }

    /// The token endpoint, with the errors of RFC 6749, section 5.2.
    fn token(
        &self,
        form: Result<Form<Vec<(String, String)>>, FormRejection>,
        number: u64,
        now: DateTime<Utc>,
    ) -> Reply {
        let has = |fault| self.mischief.has(fault);
        if has(Fault::RedirectToken) {
            return Reply::redirect(StatusCode::TEMPORARY_REDIRECT, self.elsewhere(TOKEN_PATH));
        }
        let Ok(Form(fields)) = form else { return Reply::refused_token("invalid_request") };
        let field = |name| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        match field("grant_type") {
            "client_credentials" => {}
            "" => return Reply::refused_token("invalid_request"),
            _ => return Reply::refused_token("unsupported_grant_type"),
        }
        let (id, secret, assertion) = (field("client_id"), field("client_secret"), field("client_assertion"));
        let is_known = |known: &str| id == known;
        let known = match (&self.verifier, &self.options.credential) {
            (Some(verifier), credential) if !assertion.is_empty() => {
                credential.as_ref().is_none_or(|(known, _)| is_known(known))
                    && field("client_assertion_type") == assertion::KIND
                    && verifier.accepts(assertion, id, now)
            }
            (_, Some((known, known_secret))) => is_known(known) && secret == known_secret,
            // Without a certificate to look at its signature, an assertion stands for a secret.
            (_, None) => ![secret, assertion].concat().is_empty() && !id.is_empty(),
        };
        if has(Fault::ExpiredSecret) {
            let body = json!({ "error": "invalid_client", "error_description": "The client secret has expired." });
            return Reply::json(StatusCode::BAD_REQUEST, body.to_string());
        }
        if !known || has(Fault::InvalidClient) {
            return Reply::refused_token("invalid_client");
        }
        if field("scope") != SCOPE || has(Fault::InvalidScope) {
            return Reply::refused_token("invalid_scope");
        }
        let life = if has(Fault::ShortToken) { SHORT_TOKEN_SECONDS } else { TOKEN_SECONDS };
        let expiry = now.timestamp() + life;
        let access_token = self.seal.close(ACCESS, &[expiry.to_be_bytes(), number.to_be_bytes()].concat());
        let body = json!({
            "access_token": access_token, "expires_in": life, "token_type": "Bearer", "scope": SCOPE,
        });
        Reply::json(StatusCode::OK, body.to_string()).with(CACHE_CONTROL, "no-store")
    }

    /// The jobs endpoint.
    fn jobs(&self, headers: &HeaderMap, uri: &Uri, number: u64, now: DateTime<Utc>) -> Reply {
        self.mischief.count_page(number);
        if !self.admits(headers, now) {
            let sentence = "The access token is missing, wrong or expired.";
            return Reply::error(StatusCode::UNAUTHORIZED, "Unauthorized", sentence).with(WWW_AUTHENTICATE, "Bearer");
        }
        let page = Parameters::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| "The query could not be read.".to_owned())
            .and_then(|Parameters(pairs)| self.page(pairs, now));
        match page {
            Ok(page) => self
                .instead(uri.query().unwrap_or_default(), &page, now)
                .unwrap_or_else(|| Reply::json(StatusCode::OK, page)),
            Err(sentence) => Reply::error(StatusCode::BAD_REQUEST, "InvalidParameter", sentence),
        }
    }

    /// The page for these parameters, as it is sent.
    fn page(&self, mut pairs: Vec<(String, String)>, now: DateTime<Utc>) -> Result<String, String> {
        let faults = self.mischief.all();
        let has = |fault| faults.contains(&fault);
        let mut empty = None;
        if has(Fault::EmptyPages)
            && let Some((_, token)) = pairs.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("skiptoken"))
            && let Some((left, behind)) = spoil::empty_page(token)
        {
            empty = Some((left, percent_encoded(behind)));
            *token = behind.to_owned();
        }
        let query = Query::read(&pairs, &self.catalogue, &self.seal, self.options.page_size_max)?;
        let twist = Twist {
            repeated: if has(Fault::MovingRows) { REPEATED } else { 0 },
            loses_one: has(Fault::LostRow),
            loops: has(Fault::Loop),
        };
        let page = self.pages.page(&query, twist, &self.seal, now.timestamp_millis());
        if faults.is_empty() {
            return Ok(page.text());
        }
        let elsewhere = self.mischief.elsewhere.as_deref().unwrap_or(&self.base);
        Ok(spoil::spoil(page, faults, Asked { base: &self.base, elsewhere, size: query.size, empty }))
    }

    /// What is answered instead of a page, if anything is.
    fn instead(&self, question: &str, page: &str, now: DateTime<Utc>) -> Option<Reply> {
        let has = |fault| self.mischief.has(fault);
        let reply = match self.mischief.passing(question) {
            Some(Fault::Throttle) => Reply::throttled("1".to_owned()),
            Some(Fault::ThrottleDate) => Reply::throttled(http_date(next_second(now))),
            Some(Fault::Busy) => {
                let status = StatusCode::from_u16(self.mischief.busy()).unwrap_or(StatusCode::BAD_GATEWAY);
                Reply::error(status, "ServiceUnavailable", "The service is busy. Try again later.")
            }
            Some(Fault::HalfBody) => Reply::stream(body::half(page)).with(CONTENT_LENGTH, page.len().to_string()),
            Some(_) => Reply::cut(),
            None if has(Fault::Hang) => Reply::never(),
            None if has(Fault::Slow) => Reply::stream(body::drip(page.to_owned(), self.clock.clone())),
            None if has(Fault::Redirect) => Reply::redirect(StatusCode::FOUND, self.elsewhere(JOBS_PATH)),
            None if has(Fault::Html) => Reply::html(SIGN_IN_PAGE),
            None if has(Fault::Forbidden) => {
                Reply::error(StatusCode::FORBIDDEN, "Forbidden", "The app has no permission for this operation.")
            }
            None if has(Fault::NotFound) => Reply::error(StatusCode::NOT_FOUND, "NotFound", "There is no such tenant."),
            None if has(Fault::GzipBomb) => Reply::gzip(body::bomb()),
            None if has(Fault::DeepJson) => {
                Reply::json(StatusCode::OK, ["[", "]"].map(|bracket| bracket.repeat(DEEP)).concat())
            }
            None if has(Fault::Huge) => Reply::stream(body::huge()),
            None => return None,
        };
        Some(if has(Fault::HostileText) { reply.saying(&HOSTILE.concat()) } else { reply })
    }

    /// An address at the other server.
    fn elsewhere(&self, path: &str) -> String {
        format!("{}{path}", self.mischief.elsewhere.as_deref().unwrap_or(&self.base))
    }

    /// Whether the request bears a token of this server that is still good.
    fn admits(&self, headers: &HeaderMap, now: DateTime<Utc>) -> bool {
        let expiry = || {
            let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
            let content = self.seal.open(ACCESS, token.trim()).filter(|_| scheme.eq_ignore_ascii_case("Bearer"))?;
            let (expiry, given) = content.split_first_chunk()?;
            let given = given.first_chunk().copied().map(u64::from_be_bytes)?;
            (!self.mischief.is_revoked(given)).then(|| i64::from_be_bytes(*expiry))
        };
        expiry().is_some_and(|expiry| now.timestamp() < expiry)
    }
}
