//! An answer before it is one: status, headers, and a body that may be a text, a stream, or never come.
//! It must never know why it is given.

use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_ENCODING, CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::json;

use super::line::Cutter;

/// An answer before it has an id and a date.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    headers: Vec<(HeaderName, String)>,
    content: Content,
}

enum Content {
    Text(String),
    /// Becomes an `errorModel`: a code and a sentence.
    Error(&'static str, String),
    Stream(Body),
    /// Nothing, with the connection held open.
    Never,
    /// The end of the connection.
    Cut,
}

impl Reply {
    fn new(status: StatusCode, content: Content) -> Self {
        Self { status, headers: Vec::new(), content }
    }

    pub(super) fn json(status: StatusCode, text: String) -> Self {
        Self::new(status, Content::Text(text))
    }

    pub(super) fn error(status: StatusCode, code: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(status, Content::Error(code, sentence.into()))
    }

    pub(super) fn refused_token(error: &str) -> Self {
        Self::json(StatusCode::BAD_REQUEST, json!({ "error": error }).to_string())
    }

    pub(super) fn wrong_method(allowed: &'static str) -> Self {
        let sentence = format!("Only {allowed} is understood here.");
        Self::error(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", sentence).with(ALLOW, allowed)
    }

    pub(super) fn html(text: &str) -> Self {
        Self::json(StatusCode::OK, text.to_owned()).with(CONTENT_TYPE, "text/html; charset=utf-8")
    }

    pub(super) fn redirect(status: StatusCode, to: String) -> Self {
        Self::json(status, String::new()).with(LOCATION, to)
    }

    /// 429, with the pause that is asked for.
    pub(super) fn throttled(pause: String) -> Self {
        let sentence = "Too many requests were sent in a given amount of time.";
        Self::error(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", sentence).with(RETRY_AFTER, pause)
    }

    pub(super) fn stream(body: Body) -> Self {
        Self::new(StatusCode::OK, Content::Stream(body))
    }

    pub(super) fn gzip(bytes: Vec<u8>) -> Self {
        Self::stream(bytes.into()).with(CONTENT_ENCODING, "gzip")
    }

    pub(super) fn never() -> Self {
        Self::new(StatusCode::OK, Content::Never)
    }

    pub(super) fn cut() -> Self {
        Self::new(StatusCode::OK, Content::Cut)
    }

    pub(super) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same, with another sentence behind that of an error.
    pub(super) fn saying(mut self, more: &str) -> Self {
        if let Content::Error(_, sentence) = &mut self.content {
            sentence.push_str(more);
        }
        self
    }

    pub(super) async fn into_response(self, request_id: &str, now: DateTime<Utc>, cutter: Cutter) -> Response {
        let body = match self.content {
            Content::Text(text) => text.into(),
            Content::Error(code, sentence) => json!({ "errorModel": {
                "requestId": request_id,
                "date": now.to_rfc3339_opts(SecondsFormat::Secs, true),
                "errorCode": code,
                "errorMessage": sentence,
            }})
            .to_string()
            .into(),
            Content::Stream(body) => body,
            Content::Never => std::future::pending().await,
            Content::Cut => {
                cutter.cut();
                Body::empty()
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        // Without it the machine's own time would be sent, and a fixed clock would be given away.
        let own = [(DATE, http_date(now)), (HeaderName::from_static("request-id"), request_id.to_owned())];
        for (name, value) in own.into_iter().chain(self.headers) {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// A date as HTTP writes it.
pub(super) fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// A whole second that is at least one second away.
pub(super) fn next_second(now: DateTime<Utc>) -> DateTime<Utc> {
    let part = if now.timestamp_subsec_millis() > 0 { 2 } else { 1 };
    now + TimeDelta::seconds(part)
}
