//! HTTP: one request out, one bounded answer back, and what went wrong in between.
//! It knows nothing of jobs and tokens. Nothing is followed, retried or believed about sizes.

use std::{
    error::Error,
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use reqwest::{ClientBuilder, RequestBuilder, Url, header::HeaderValue, redirect, retry};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OnceCell;

use super::{Trust, address::is_plain_loopback, answer::Answer, trust, wire};
use crate::{
    model::{ApiError, ErrorKind, Stage},
    policy,
};

/// The HTTP clients, each built when it is first needed: to read the system's trusted certificates takes some 30 ms.
#[derive(Debug)]
pub(super) struct Transport {
    trust: Trust,
    remote: OnceCell<reqwest::Client>,
    loopback: OnceCell<reqwest::Client>,
}

impl Transport {
    /// One that has connected to nobody yet.
    pub(super) fn new(trust: Trust) -> Self {
        Self { trust, remote: OnceCell::new(), loopback: OnceCell::new() }
    }

    /// Another one that trusts the same and has connected to nobody yet.
    pub(super) fn anew(&self) -> Self {
        Self::new(self.trust.clone())
    }

    /// The client for a URL: for one on this machine a client that speaks plain HTTP and nothing but to this machine.
    pub(super) async fn client(&self, url: &Url) -> Result<&reqwest::Client, ApiError> {
        if is_plain_loopback(url) {
            return self.loopback.get_or_try_init(async || to_loopback(common()).build().map_err(unbuilt)).await;
        }
        let build = async || {
            // Reads files, which is not for a thread that drives other tasks.
            let trust = self.trust.clone();
            let tls = tokio::task::spawn_blocking(move || trust.tls()).await;
            let tls = tls
                .map_err(|_| ApiError::new(ErrorKind::Tls))?
                .map_err(|error| ApiError::new(ErrorKind::Tls).with_detail(wire::cut(&error.to_string())))?;
            common().https_only(true).tls_backend_preconfigured(tls).build().map_err(unbuilt)
        };
        self.remote.get_or_try_init(build).await
    }

    /// Sends a request and reads its answer, of a good one at most `limit` bytes after decompression.
    pub(super) async fn exchange(request: RequestBuilder, time: Duration, limit: usize) -> Result<Answer, ApiError> {
        let mut response = request.timeout(time).send().await.map_err(failure)?;
        let good = response.status().is_success();
        let limit = if good { limit } else { policy::SMALL_BODY_BYTES };
        // Room for all of it at once where its length is told, and no more than may come: what is not written to takes none.
        let told = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
        let mut body = Vec::with_capacity(told.min(limit));
        let end = loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > limit => break Some(ApiError::new(ErrorKind::TooLarge)),
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break None,
                Err(error) => break Some(failure(error)),
            }
        };
        let answer =
            Answer { status: response.status().as_u16(), headers: std::mem::take(response.headers_mut()), body };
        match end {
            // Of an error, the status says enough.
            Some(error) if good => Err(answer.name(error)),
            _ => Ok(answer),
        }
    }
}

/// The header that signs a request in.
pub(super) fn bearer(token: &SecretString) -> Result<HeaderValue, ApiError> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret())).map_err(|_| {
        ApiError::new(ErrorKind::Unauthorized).with_detail("the access token holds a character that no header may hold")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn common() -> ClientBuilder {
    let builder = reqwest::Client::builder();
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let builder = builder.tcp_user_timeout(policy::TCP_USER_TIMEOUT);
    builder
        .user_agent(concat!("jobtop/", env!("CARGO_PKG_VERSION")))
        .http1_only()
        .gzip(true)
        .referer(false)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .connect_timeout(policy::CONNECT_TIMEOUT)
        .read_timeout(policy::READ_TIMEOUT)
        .pool_idle_timeout(policy::POOL_IDLE_TIMEOUT)
        .pool_max_idle_per_host(policy::POOL_MAX_IDLE)
        .tcp_keepalive(policy::TCP_KEEPALIVE)
}

fn unbuilt(error: reqwest::Error) -> ApiError {
    ApiError::new(ErrorKind::Tls).with_detail(wire::cut(&innermost(&error.without_url()).to_string()))
}

/// No proxy may see a token in clear text, no name service may say where `localhost` is, and no certificate is needed:
/// without any, a machine that has none still runs the demo.
fn to_loopback(builder: ClientBuilder) -> ClientBuilder {
    let here = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
    builder.no_proxy().tls_certs_only([]).resolve_to_addrs("localhost", &here)
}

/// Sorts a failed exchange. The URL is left out of its words: it holds a skip token.
fn failure(error: reqwest::Error) -> ApiError {
    let error = error.without_url();
    let distrust = causes(&error).find_map(trust::distrust);
    let cause = distrust.map_or_else(|| innermost(&error).to_string(), ToString::to_string);
    let kind = if error.is_timeout() {
        ErrorKind::Timeout(if error.is_connect() { Stage::Connect } else { Stage::Answer })
    } else if error.is_builder() {
        // Never sent: plain http to another machine, or a URL longer than a URL may be.
        if says(&error, "URL scheme is not allowed") { ErrorKind::Tls } else { ErrorKind::BadRequest }
    } else if says(&error, "tunnel error") {
        ErrorKind::Proxy
    } else if error.is_dns() {
        ErrorKind::Dns
    } else if error.is_connect() && is_distrust(&error) {
        ErrorKind::Tls
    } else if says(&error, "invalid HTTP") || says(&error, "message head is too large") {
        ErrorKind::NotTheApi
    } else if error.is_body() || error.is_decode() {
        return ApiError::new(ErrorKind::Offline).with_detail("the answer ended early");
    } else {
        ErrorKind::Offline
    };
    ApiError::new(kind).with_detail(wire::cut(&cause))
}

type Cause<'a> = &'a (dyn Error + 'static);

/// An error, what it wraps, and so on.
fn causes(error: Cause<'_>) -> impl Iterator<Item = Cause<'_>> {
    std::iter::successors(Some(error), |error| below(*error))
}

/// An IO error wraps another without naming it as its source.
fn below(error: Cause<'_>) -> Option<Cause<'_>> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

fn innermost(error: Cause<'_>) -> Cause<'_> {
    causes(error).last().unwrap_or(error)
}

fn says(error: Cause<'_>, words: &str) -> bool {
    causes(error).any(|cause| cause.to_string().starts_with(words))
}

/// TLS reports a certificate or an alert as invalid data; a handshake that merely breaks off has another kind.
fn is_distrust(error: Cause<'_>) -> bool {
    causes(error)
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|cause| cause.kind() == io::ErrorKind::InvalidData))
}
