//! The answers: every request to the loopback port becomes one here, with its status, its request id and its log entry.
//! It must never know how jobs come about, and never keep what a header or a form says.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Query as Parameters, Request as HttpRequest, State};
use axum::http::header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, DATE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::Response;
use axum::{Form, extract::rejection::FormRejection};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;

use super::assertion::{self, Verifier};
use super::catalogue::Catalogue;
use super::dice::mix;
use super::pages::{Ledger, Pages};
use super::query::Query;
use super::seal::Seal;
use super::{Clock, Options, Request};

/// The path of the token endpoint.
pub(super) const TOKEN_PATH: &str = "/connect/token";

const JOBS_PATH: &str = "/backup/vm/jobs";
const SCOPE: &str = "platformbackup.readwrite.all";

/// How long an access token is good, in seconds.
const TOKEN_SECONDS: i64 = 3_600;

/// What access tokens are sealed for.
const ACCESS: u64 = 0xACCE_55ED;

/// Requests that are remembered.
const LOG_KEPT: usize = 10_000;

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

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
}

/// An answer before it has an id and a date.
struct Reply {
    status: StatusCode,
    header: Option<(HeaderName, &'static str)>,
    content: Content,
}

enum Content {
    /// A JSON text.
    Json(String),
    /// Becomes an `errorModel`: a code and a sentence.
    Error(&'static str, String),
}

/// Answers one request.
pub(super) async fn answer(State(desk): State<Arc<Desk>>, request: HttpRequest) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    if !desk.options.latency.is_zero() {
        desk.pause(desk.options.latency).await;
    }
    let number = desk.served.fetch_add(1, Ordering::Relaxed);
    let now = (desk.clock.now)();
    let reply = match (uri.path(), &method) {
        (TOKEN_PATH, &Method::POST) => desk.token(Form::from_request(request, &()).await, number, now),
        (JOBS_PATH, &Method::GET) => desk.jobs(request.headers(), &uri, now),
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
    reply.into_response(&desk.request_id(number), now)
}

impl Desk {
    pub(super) fn new(
        ledger: Box<dyn Ledger>,
        catalogue: Catalogue,
        options: Options,
        verifier: Option<Verifier>,
        clock: Clock,
    ) -> Self {
        let seal = Seal::new(options.seed);
        let pages = Pages::new(ledger);
        Self { pages, catalogue, options, clock, seal, verifier, served: AtomicU64::new(0), log: Mutex::default() }
    }

    pub(super) fn pause(&self, time: Duration) -> super::Pause {
        (self.clock.pause)(time)
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
        if !known {
            return Reply::refused_token("invalid_client");
        }
        if field("scope") != SCOPE {
            return Reply::refused_token("invalid_scope");
        }
        let expiry = now.timestamp() + TOKEN_SECONDS;
        let access_token = self.seal.close(ACCESS, &[expiry.to_be_bytes(), number.to_be_bytes()].concat());
        let body = json!({
            "access_token": access_token, "expires_in": TOKEN_SECONDS, "token_type": "Bearer", "scope": SCOPE,
        });
        Reply { header: Some((CACHE_CONTROL, "no-store")), ..Reply::json(StatusCode::OK, body.to_string()) }
    }

    /// The jobs endpoint.
    fn jobs(&self, headers: &HeaderMap, uri: &Uri, now: DateTime<Utc>) -> Reply {
        if !self.admits(headers, now) {
            let sentence = "The access token is missing, wrong or expired.".to_owned();
            let reply = Reply::error(StatusCode::UNAUTHORIZED, "Unauthorized", sentence);
            return Reply { header: Some((WWW_AUTHENTICATE, "Bearer")), ..reply };
        }
        let query = Parameters::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| "The query could not be read.".to_owned())
            .and_then(|Parameters(pairs)| Query::read(&pairs, &self.catalogue, &self.seal, self.options.page_size_max));
        match query {
            Ok(query) => Reply::json(StatusCode::OK, self.pages.body(&query, &self.seal, now.timestamp_millis())),
            Err(sentence) => Reply::error(StatusCode::BAD_REQUEST, "InvalidParameter", sentence),
        }
    }

    /// Whether the request bears a token of this server that is still good.
    fn admits(&self, headers: &HeaderMap, now: DateTime<Utc>) -> bool {
        let expiry = || {
            let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
            let content = self.seal.open(ACCESS, token.trim()).filter(|_| scheme.eq_ignore_ascii_case("Bearer"))?;
            content.first_chunk().copied().map(i64::from_be_bytes)
        };
        expiry().is_some_and(|expiry| now.timestamp() < expiry)
    }
}

impl Reply {
    fn json(status: StatusCode, text: String) -> Self {
        Self { status, header: None, content: Content::Json(text) }
    }

    fn error(status: StatusCode, code: &'static str, sentence: String) -> Self {
        Self { status, header: None, content: Content::Error(code, sentence) }
    }

    fn refused_token(error: &str) -> Self {
        Self::json(StatusCode::BAD_REQUEST, json!({ "error": error }).to_string())
    }

    fn wrong_method(allowed: &'static str) -> Self {
        let sentence = format!("Only {allowed} is understood here.");
        let reply = Self::error(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", sentence);
        Self { header: Some((ALLOW, allowed)), ..reply }
    }

    fn into_response(self, request_id: &str, now: DateTime<Utc>) -> Response {
        let text = match self.content {
            Content::Json(text) => text,
            Content::Error(code, sentence) => json!({ "errorModel": {
                "requestId": request_id,
                "date": now.to_rfc3339_opts(SecondsFormat::Secs, true),
                "errorCode": code,
                "errorMessage": sentence,
            }})
            .to_string(),
        };
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        // Without it the machine's own time would be sent, and a fixed clock would be given away.
        let date = now.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        for (name, value) in [(DATE, date.as_str()), (REQUEST_ID, request_id)] {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        }
        if let Some((name, value)) = self.header {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}
