//! What can go wrong between jobtop and the API: a closed list, each with what happened, what jobtop does and what the
//! reader can do.

use std::{fmt, time::Duration};

use crate::{policy, text::Foreign};

/// A request that brought no page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ApiError {
    /// Which of the known kinds it is.
    pub kind: ErrorKind,
    /// The server's or the system's own words, empty where there are none.
    pub detail: Foreign,
    /// The server's name for the request, for a support ticket.
    pub request_id: Option<Foreign>,
}

/// The kinds of trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// The connection was refused, reset or ended early.
    Offline,
    /// The host's name could not be resolved.
    Dns,
    /// No trusted connection.
    Tls,
    /// The proxy on the way did not let it through.
    Proxy,
    /// No answer in time.
    Timeout(Stage),
    /// 429, with the pause that the server asks for.
    Throttled(Option<Duration>),
    /// The token URL refused the credential, with its OAuth error code.
    AuthRejected(Foreign),
    /// 401 although the token was fresh.
    Unauthorized,
    /// 403: the app lacks the permission.
    Forbidden,
    /// 404: a wrong data centre, or the product is not subscribed.
    NotFound,
    /// 400: the server does not take a parameter.
    BadRequest,
    /// A 5xx or another status that no API answer should have, with the pause that the server asks for.
    Server(u16, Option<Duration>),
    /// A 3xx: never followed, since it would take the token along.
    Redirect(u16),
    /// Something else answered: a proxy, a sign-in page.
    NotTheApi,
    /// JSON, but not a page of jobs.
    BadPage,
    /// An answer above the size limit.
    TooLarge,
    /// The server gave a next page that was read before.
    Loop,
    /// Page after page without a new row.
    NoProgress,
    /// The list is longer than may be read.
    Limit(Limit),
}

/// What of a list is bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The pages that are read.
    Pages,
    /// The jobs that are kept.
    Rows,
}

/// What was being waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// A connection.
    Connect,
    /// An answer.
    Answer,
}

impl ApiError {
    /// Trouble of which nothing more is known than its kind.
    pub fn new(kind: ErrorKind) -> Self {
        Self { kind, detail: Foreign::default(), request_id: None }
    }

    /// The same with somebody's own words.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Foreign>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Whether the same request may well succeed a little later.
    pub fn is_transient(&self) -> bool {
        match self.kind {
            ErrorKind::Offline | ErrorKind::Dns | ErrorKind::Timeout(_) | ErrorKind::Throttled(_) => true,
            ErrorKind::Server(code, _) => matches!(code, 408 | 500 | 502 | 503 | 504),
            _ => false,
        }
    }

    /// Whether it stays until a person changes something: asking again by itself would only lock the app out.
    pub fn needs_a_person(&self) -> bool {
        matches!(self.kind, ErrorKind::AuthRejected(_) | ErrorKind::Unauthorized | ErrorKind::Forbidden)
    }

    /// The pause that the server asked for, which only 429 and 503 can do; no longer than is believed.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.kind {
            ErrorKind::Throttled(pause) | ErrorKind::Server(503, pause) => {
                pause.map(|pause| pause.min(policy::RETRY_AFTER_MAX))
            }
            _ => None,
        }
    }

    /// What the reader can do about it.
    pub fn advice(&self) -> &'static str {
        match &self.kind {
            ErrorKind::Offline => "Check the network and VPN; behind a proxy, set HTTPS_PROXY.",
            ErrorKind::Timeout(_) => {
                "Check the network, VPN and proxy (HTTPS_PROXY); the service may be slow just now."
            }
            ErrorKind::Dns => {
                "Check the region or base URL, the name service and VPN; behind a proxy, set HTTPS_PROXY."
            }
            ErrorKind::Tls => {
                "If your network inspects TLS, trust its certificate: --ca-file, or SSL_CERT_FILE. Check the clock too."
            }
            ErrorKind::Proxy => {
                "Check HTTPS_PROXY: its address, and user name and password in it; NO_PROXY names hosts to reach directly."
            }
            ErrorKind::Throttled(_) => "Wait; jobtop slows down by itself.",
            ErrorKind::AuthRejected(code) => rejected(code),
            ErrorKind::Unauthorized => {
                "Check that the access token is current and belongs to this data centre, and this machine's clock."
            }
            ErrorKind::Forbidden => {
                "Grant the app platformbackup.readwrite.all (a read-write permission, of which jobtop only reads)."
            }
            ErrorKind::NotFound => {
                "Check the data centre (region or base URL), and that Cloud Backup for IaaS + PaaS is subscribed there."
            }
            ErrorKind::BadRequest => "Change the range or the filter.",
            ErrorKind::Server(..) => "If it stays, tell AvePoint support the request id.",
            ErrorKind::Redirect(_) | ErrorKind::NotTheApi => {
                "Check the base URL and token URL; a proxy or a sign-in page may be in between."
            }
            ErrorKind::BadPage => "Check the base URL; if it is right, report what the API answered.",
            ErrorKind::TooLarge => "Choose a smaller page size.",
            ErrorKind::Loop | ErrorKind::NoProgress => "Press r to read the list again, or narrow the range.",
            ErrorKind::Limit(_) => "What is loaded stays; narrow the range or the filter to reach older jobs.",
        }
    }
}

/// What to do about a refused credential, by its OAuth code (RFC 6749, section 5.2).
fn rejected(code: &Foreign) -> &'static str {
    let is = |known: &str| *code == Foreign::from(known);
    if is("invalid_scope") {
        "Grant the app platformbackup.readwrite.all (Cloud Backup for IaaS + PaaS): without it there is no token."
    } else if is("unauthorized_client") || is("unsupported_grant_type") {
        "The app may not sign in by itself: register it as one that uses client credentials."
    } else {
        "Check the client id, that the secret or certificate belongs to it and has not expired, and the token URL."
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offline => f.write_str("the server could not be reached"),
            Self::Dns => f.write_str("the server's name could not be resolved"),
            Self::Tls => f.write_str("no trusted connection (TLS)"),
            Self::Proxy => f.write_str("the proxy did not let the connection through"),
            Self::Timeout(Stage::Connect) => f.write_str("no connection in time"),
            Self::Timeout(Stage::Answer) => f.write_str("no answer in time"),
            Self::Throttled(_) => f.write_str("the server asks to slow down (429)"),
            Self::AuthRejected(code) => write!(f, "sign-in was refused ({})", code.line(60)),
            Self::Unauthorized => f.write_str("the access token was not accepted (401)"),
            Self::Forbidden => f.write_str("the app may not read backup jobs (403)"),
            Self::NotFound => f.write_str("there is no such API at this address (404)"),
            Self::BadRequest => f.write_str("the server did not take the request (400)"),
            Self::Server(code, _) => write!(f, "the server answered {code}"),
            Self::Redirect(code) => write!(f, "the server pointed elsewhere ({code}), which is never followed"),
            Self::NotTheApi => f.write_str("something other than the API answered"),
            Self::BadPage => f.write_str("the answer was not a page of jobs"),
            Self::TooLarge => f.write_str("the answer was larger than allowed"),
            Self::Loop => f.write_str("the server repeated a page; the list is incomplete"),
            Self::NoProgress => f.write_str("page after page brought no new job; the list may be incomplete"),
            Self::Limit(Limit::Pages) => {
                write!(f, "{} pages are read, and no list is read further; it is incomplete", policy::PAGES_MAX)
            }
            Self::Limit(Limit::Rows) => {
                write!(f, "{} jobs are loaded, and no more are kept; the list is incomplete", policy::ROWS_MAX)
            }
        }
    }
}

/// What happened, with the cause last.
impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        if let Some(id) = &self.request_id {
            write!(f, " (request {})", id.line(60))?;
        }
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail.line(300))?;
        }
        Ok(())
    }
}
