//! The way to the API: where it is, how to sign in, one request for one page of jobs.
//! It knows neither the state nor the screen; whether and when to ask again is its caller's decision.
//!
//! The secret, or what the certificate's key signed, goes to the token URL and the token to the base URL, nowhere else: redirects are refused, and of a next
//! link only its skip token is used.

mod address;
mod answer;
mod auth;
mod certificate;
mod client;
mod field;
mod next_link;
mod plain;
mod private_file;
mod probe;
mod redact;
mod row;
#[cfg(test)]
mod tests;
mod time;
mod transport;
mod trust;
pub mod wire;
mod witness;

use std::sync::Arc;

use reqwest::Url;
use secrecy::SecretString;

pub use address::{AddressError, parse_address};
pub use certificate::{Certificate, KeyError};
pub use client::Client;
pub use private_file::{FileError, read_private, shell_word};
pub use probe::{Access, Handshake, SignInReport, handshake, proxy, resolve};
pub use redact::without_tokens;
pub use trust::{Trust, TrustError};

/// Where the API is and how to sign in.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The address below which `backup/vm/jobs` lies; see [`parse_address`].
    pub base_url: Url,
    /// What a request is signed in with.
    pub auth: Auth,
    /// Whose word is taken for who the server is.
    pub trust: Trust,
}

impl Endpoint {
    /// Where the system's own certificates are trusted and no others.
    pub fn new(base_url: Url, auth: Auth) -> Self {
        Self { base_url, auth, trust: Trust::default() }
    }
}

/// What a request is signed in with.
#[derive(Debug, Clone)]
pub enum Auth {
    /// An access token that the user has.
    Token(SecretString),
    /// A client secret, for which the token URL gives access tokens.
    ClientSecret {
        /// Where tokens are given; see [`parse_address`].
        token_url: Url,
        /// The app registration's id.
        client_id: String,
        /// The app registration's secret.
        secret: SecretString,
    },
    /// A certificate, whose key signs for an access token at the token URL.
    Certificate {
        /// Where tokens are given; see [`parse_address`].
        token_url: Url,
        /// The app registration's id.
        client_id: String,
        /// The app registration's certificate with its key.
        certificate: Arc<Certificate>,
    },
}
