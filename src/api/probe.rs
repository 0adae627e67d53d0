//! The way to a server, looked at one step at a time, for the doctor: name, proxy, TLS, sign-in.
//! It sends nothing that the client would not send.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use chrono::TimeDelta;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;
use rustls::pki_types::ServerName;
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{
    Trust,
    address::is_plain_loopback,
    trust::{self, issuer},
    wire,
};
use crate::{
    model::{ApiError, ErrorKind, Stage},
    policy,
    text::Foreign,
};

/// How signing in went.
#[derive(Debug)]
pub struct SignInReport {
    /// How long it took.
    pub took: Duration,
    /// How far this machine's clock is ahead of the server's, where the server shows its own.
    pub clock_ahead: Option<TimeDelta>,
    /// What it brought.
    pub result: Result<Access, ApiError>,
}

/// What is known of an access token.
#[derive(Debug)]
pub struct Access {
    /// How long it is good.
    pub life: Duration,
    /// Whether it is good for the scope that was asked for, where the server says so.
    pub granted: Option<bool>,
}

/// A TLS connection that was made.
#[derive(Debug)]
pub struct Handshake {
    /// The version of TLS.
    pub version: &'static str,
    /// Who issued the server's certificate.
    pub issuer: Foreign,
}

/// The proxy through which a URL is reached, as `host:port`, if one is.
pub fn proxy(url: &Url) -> Option<Foreign> {
    if is_plain_loopback(url) {
        return None;
    }
    let intercept = Matcher::from_system().intercept(&url.as_str().parse().ok()?)?;
    let proxy = intercept.uri();
    let port = proxy.port_u16().map_or_else(String::new, |port| format!(":{port}"));
    Some(wire::cut(&format!("{}{port}", proxy.host().unwrap_or_default())))
}

/// The addresses of a URL's host.
///
/// # Errors
/// When the name service knows none, or does not answer.
pub async fn resolve(url: &Url) -> Result<Vec<SocketAddr>, ApiError> {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or(443);
    let found = timeout(policy::CONNECT_TIMEOUT, lookup_host((host, port))).await;
    let found = found.map_err(|_| ApiError::new(ErrorKind::Dns).with_detail("the name service did not answer"))?;
    match found.map(Vec::from_iter) {
        Ok(addresses) if !addresses.is_empty() => Ok(addresses),
        Ok(_) => Err(ApiError::new(ErrorKind::Dns).with_detail("the name has no address")),
        Err(error) => Err(ApiError::new(ErrorKind::Dns).with_detail(wire::cut(&error.to_string()))),
    }
}

/// Connects to a URL's host and shakes hands, without a request; nothing for plain HTTP on this machine.
///
/// # Errors
/// When nobody is there, or is not who they should be.
pub async fn handshake(url: &Url, addresses: &[SocketAddr], trust: &Trust) -> Result<Option<Handshake>, ApiError> {
    let connecting = async {
        let stream = TcpStream::connect(addresses).await.map_err(|error| failed(ErrorKind::Offline, &error))?;
        if is_plain_loopback(url) {
            return Ok(None);
        }
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(host).map_err(|error| failed(ErrorKind::Tls, &error))?;
        let trust = trust.clone();
        let config = tokio::task::spawn_blocking(move || trust.tls()).await;
        let config = config.map_err(|error| failed(ErrorKind::Tls, &error))?;
        let config = Arc::new(config.map_err(|error| failed(ErrorKind::Tls, &error))?);
        let stream = TlsConnector::from(config).connect(name, stream).await.map_err(|error| {
            let distrust = error.get_ref().and_then(|inner| trust::distrust(inner)).map(ToString::to_string);
            ApiError::new(ErrorKind::Tls).with_detail(wire::cut(&distrust.unwrap_or_else(|| error.to_string())))
        })?;
        let (_, session) = stream.get_ref();
        let version = match session.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3",
            _ => "TLS 1.2",
        };
        let certificate = session.peer_certificates().and_then(<[_]>::first);
        Ok(Some(Handshake { version, issuer: certificate.map_or_else(Foreign::default, |found| issuer(found)) }))
    };
    let late = || ApiError::new(ErrorKind::Timeout(Stage::Connect));
    timeout(policy::CONNECT_TIMEOUT, connecting).await.unwrap_or_else(|_| Err(late()))
}

fn failed(kind: ErrorKind, error: &dyn std::fmt::Display) -> ApiError {
    ApiError::new(kind).with_detail(wire::cut(&error.to_string()))
}
