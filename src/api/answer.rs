//! An HTTP answer that is no good → which kind of trouble it is, in the server's own words.
//! It knows no socket: status, headers and body are values.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{
    Url,
    header::{DATE, HeaderMap, LOCATION, RETRY_AFTER},
};
use secrecy::{ExposeSecret, SecretString};

use super::{time, wire};
use crate::{
    model::{ApiError, ErrorKind},
    policy,
    text::Foreign,
};

/// An answer, its body decompressed and within limits.
pub(super) struct Answer {
    /// Its status.
    pub(super) status: u16,
    /// Its headers.
    pub(super) headers: HeaderMap,
    /// Its body.
    pub(super) body: Vec<u8>,
}

/// The server's words, unless they repeat what it was given in confidence.
pub(super) fn withhold(error: ApiError, secret: &SecretString) -> ApiError {
    without(error, secret.expose_secret())
}

/// The same for what is secret though it is no credential.
pub(super) fn without(mut error: ApiError, secret: &str) -> ApiError {
    let repeats = |text: &Foreign| !secret.is_empty() && text.raw().contains(secret);
    if repeats(&error.detail) {
        error.detail = "the server's words repeat the credential, and are not shown".into();
    }
    if error.request_id.as_ref().is_some_and(repeats) {
        error.request_id = None;
    }
    match error.kind {
        ErrorKind::AuthRejected(code) if repeats(&code) => {
            error.kind = ErrorKind::AuthRejected("a code that repeats the credential".into());
        }
        kind => error.kind = kind,
    }
    error
}

impl Answer {
    /// Whether the status says that the body is what was asked for.
    pub(super) fn is_good(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Gives an error the server's name for the request, unless it has one.
    pub(super) fn name(&self, mut error: ApiError) -> ApiError {
        error.request_id = error.request_id.or_else(|| self.request_id());
        error
    }

    /// The server's name for the request.
    pub(super) fn request_id(&self) -> Option<Foreign> {
        let id = ["request-id", "x-request-id"].into_iter().find_map(|name| self.header(name));
        id.map(|id| wire::cut(&id))
    }

    /// What a status other than good means. `asked` and `now` make sense of relative addresses and of dates.
    pub(super) fn error(&self, asked: &Url, now: DateTime<Utc>) -> ApiError {
        let kind = match self.status {
            300..=399 => return self.redirect(asked),
            400 => ErrorKind::BadRequest,
            401 => ErrorKind::Unauthorized,
            403 => ErrorKind::Forbidden,
            404 => ErrorKind::NotFound,
            429 => ErrorKind::Throttled(self.pause(now)),
            503 => ErrorKind::Server(503, self.pause(now)),
            status => ErrorKind::Server(status, None),
        };
        self.name(wire::words(&self.body).into_error(kind))
    }

    /// The same for a token URL: what it refuses is the credential, unless it says that it is in trouble itself.
    pub(super) fn token_error(&self, asked: &Url, now: DateTime<Utc>) -> ApiError {
        let words = wire::words(&self.body);
        let refused = matches!(self.status, 400..=499) && !matches!(self.status, 408 | 429);
        let code = match (&words.oauth, self.status) {
            (Some(code), _) if refused || self.is_good() => code.clone(),
            (None, 400 | 401 | 403) => Foreign::from(format!("HTTP {}", self.status)),
            _ => {
                let mut error = self.error(asked, now);
                if error.detail.is_empty() {
                    error = error.with_detail("at the token URL");
                }
                return error;
            }
        };
        let mut error = words.into_error(ErrorKind::AuthRejected(code.clone()));
        if error.detail == code {
            error.detail = Foreign::default();
        }
        self.name(error)
    }

    /// Adds to a refused credential how far this machine's clock is off, where it is far: that alone makes a good
    /// assertion one of the past or of the future.
    pub(super) fn blame_clock(&self, error: ApiError, now: DateTime<Utc>) -> ApiError {
        let ahead = self.clock_ahead(now).unwrap_or_default();
        let off = ahead.abs().to_std().unwrap_or_default();
        if !matches!(error.kind, ErrorKind::AuthRejected(_)) || off <= policy::CLOCK_SKEW {
            return error;
        }
        let side = if ahead > TimeDelta::zero() { "ahead of" } else { "behind" };
        let said = if error.detail.is_empty() { String::new() } else { format!("{}; ", error.detail.raw()) };
        let minutes = off.as_secs().div_ceil(60);
        error.with_detail(format!("{said}this machine's clock is {minutes} min {side} the server's; set it right"))
    }

    /// How far this machine's clock is ahead of the server's, where the server shows its own.
    pub(super) fn clock_ahead(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        Some(now - self.date()?)
    }

    /// What the server's clock showed, where it shows it.
    pub(super) fn date(&self) -> Option<DateTime<Utc>> {
        time::http_date(&self.header(DATE.as_str())?)
    }

    fn redirect(&self, asked: &Url) -> ApiError {
        let target = self.header(LOCATION.as_str()).and_then(|target| asked.join(&target).ok());
        let host = target.and_then(|target| target.host_str().map(|host| wire::cut(&format!("to {host}"))));
        self.name(ApiError::new(ErrorKind::Redirect(self.status)).with_detail(host.unwrap_or_default()))
    }

    /// How long to wait, by the server's own clock where it shows one: this machine's may be wrong.
    fn pause(&self, now: DateTime<Utc>) -> Option<std::time::Duration> {
        time::retry_after(&self.header(RETRY_AFTER.as_str())?, self.date().unwrap_or(now))
    }

    fn header(&self, name: &str) -> Option<String> {
        let value = self.headers.get(name)?;
        let text = String::from_utf8_lossy(value.as_bytes()).trim().to_owned();
        (!text.is_empty()).then_some(text)
    }
}
