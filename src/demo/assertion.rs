//! Signed assertions in a secret's place (RFC 7523): who they are from, for whom, until when, and that each comes once.
//! It must never know a private key: the certificate's public side is all that it is given.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use x509_cert::der::Decode;

/// The documented kind of assertion.
pub(super) const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Seconds that an assertion may be good for, and that two clocks may differ.
const MINUTES_5: i64 = 300;

/// Looks assertions through.
pub(super) struct Verifier {
    key: DecodingKey,
    /// The token URL, which alone an assertion may be meant for.
    audience: String,
    /// The names that came, each with the second from which it would be refused by its date.
    seen: Mutex<HashMap<String, i64>>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    jti: String,
    nbf: i64,
    exp: i64,
}

impl Verifier {
    /// Takes what was signed by the key of this certificate (PEM) for this token URL.
    pub(super) fn new(certificate: &str, audience: String) -> io::Result<Self> {
        let key = public_key(certificate).ok_or_else(|| io::Error::other("the certificate is no PEM of an RSA key"))?;
        Ok(Self { key, audience, seen: Mutex::default() })
    }

    /// Whether an assertion signs this client in now. One that does is never taken again.
    pub(super) fn accepts(&self, assertion: &str, client_id: &str, now: DateTime<Utc>) -> bool {
        // Only the signature: the rest is looked at below, by the clock that the server is given.
        let mut signature = Validation::new(Algorithm::RS256);
        signature.required_spec_claims.clear();
        (signature.validate_exp, signature.validate_aud) = (false, false);
        let Ok(token) = jsonwebtoken::decode::<Claims>(assertion, &self.key, &signature) else { return false };
        let Claims { iss, sub, aud, jti, nbf, exp } = token.claims;
        let now = now.timestamp();
        let is_ours = iss == client_id && sub == client_id && !client_id.is_empty() && aud == self.audience;
        let is_short = nbf < exp && exp.saturating_sub(nbf) <= MINUTES_5;
        let is_current = nbf.saturating_sub(MINUTES_5) <= now && now < exp.saturating_add(MINUTES_5);
        is_ours && is_short && is_current && !jti.is_empty() && self.is_first(jti, exp.saturating_add(MINUTES_5), now)
    }

    fn is_first(&self, name: String, until: i64, now: i64) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, until| now < *until);
        seen.insert(name, until).is_none()
    }
}

/// The public key in a certificate.
fn public_key(pem: &str) -> Option<DecodingKey> {
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let digits: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let certificate = x509_cert::Certificate::from_der(&STANDARD.decode(digits).ok()?).ok()?;
    let public = certificate.tbs_certificate().subject_public_key_info();
    let is_rsa = public.algorithm.oid.to_string() == "1.2.840.113549.1.1.1";
    is_rsa.then(|| DecodingKey::from_rsa_der(public.subject_public_key.raw_bytes()))
}
