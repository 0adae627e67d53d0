//! Sign-in by certificate: a certificate with its private key, and the assertions signed with it.
//! It knows no HTTP. The key is wiped when it is dropped, and no text, error or log holds any of it.

mod error;
mod pem;
mod private_key;
mod store;

use std::path::Path;

use aws_lc_rs::{
    digest::{SHA1_FOR_LEGACY_USE_ONLY, digest},
    rand,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{SecretString, zeroize::Zeroizing};
use serde::Serialize;
use x509_cert::der::Decode;

use self::{error::Trouble, private_key::Signer, store::Store};
use super::private_file::{Contents, shell_word};
use crate::{
    model::{ApiError, ErrorKind},
    policy,
};

pub use error::KeyError;

/// What the form of a token request calls a signed assertion.
pub(super) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Random bytes in the name of an assertion: none is ever met twice.
const NAME_BYTES: usize = 16;

/// A certificate and the private key that belongs to it.
#[derive(Debug)]
pub struct Certificate {
    ends: DateTime<Utc>,
    /// SHA-1 of the certificate: a name, not a protection.
    thumbprint: Vec<u8>,
    /// It shows itself as `[redacted]` and wipes itself.
    key: EncodingKey,
}

/// What an assertion says (RFC 7523).
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl Certificate {
    /// Reads a certificate (PEM, DER) and its key (PEM: PKCS#1, PKCS#8, encrypted PKCS#8), or a PFX/P12 file that holds
    /// both. Without `key_file` the key is in `cert_file`. Of several certificates the one that belongs to the key counts.
    ///
    /// It reads files and opens what is encrypted on purpose slowly: nothing for a thread that drives other tasks.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, when others can read the one with the key, when a password is missing or wrong, and
    /// when what is there is not an RSA key with its certificate; each with its form and what helps.
    pub fn load(cert_file: &Path, key_file: Option<&Path>, password: Option<&SecretString>) -> Result<Self, KeyError> {
        let about = |trouble: Trouble| trouble.of(cert_file);
        let Contents { bytes, exposed } = Contents::read(cert_file).map_err(|error| about(Trouble::File(error)))?;
        let store = Store::open(&bytes, password).map_err(about)?;
        let certificates = store.certificates().map_err(about)?;
        if let Some(error) = exposed.filter(|_| store.is_secret()) {
            return Err(about(Trouble::File(error)));
        }
        let signer = match key_file {
            Some(path) => read_signer(path, password).map_err(|trouble| trouble.of(path))?,
            None => store.signer(password).map_err(about)?,
        };
        match Self::pair(&certificates, signer) {
            Ok(Some(certificate)) => Ok(certificate),
            Ok(None) => Err(Trouble::Mismatch(shell_word(cert_file)).of(key_file.unwrap_or(cert_file))),
            Err(trouble) => Err(about(trouble)),
        }
    }

    /// When it ends; from then on the server refuses it. A warning is due [`policy::CERTIFICATE_WARNING`] before.
    pub fn ends(&self) -> DateTime<Utc> {
        self.ends
    }

    /// What signs an app in, once, at the token URL `audience`: a new one for every attempt, good for four and a half
    /// minutes from `now`. It counts from a little before, since no two clocks agree.
    ///
    /// # Errors
    ///
    /// When the system has no random numbers.
    pub fn assertion(&self, client_id: &str, audience: &str, now: DateTime<Utc>) -> Result<SecretString, ApiError> {
        let mut name = [0; NAME_BYTES];
        rand::fill(&mut name).map_err(|_| unsigned())?;
        let from = (now - policy::ASSERTION_BEFORE).timestamp();
        let claims = Claims {
            iss: client_id,
            sub: client_id,
            aud: audience,
            jti: &hex(&name),
            iat: from,
            nbf: from,
            exp: (now + policy::ASSERTION_AFTER).timestamp(),
        };
        let header = Header {
            kid: Some(hex(&self.thumbprint)),
            x5t: Some(URL_SAFE_NO_PAD.encode(&self.thumbprint)),
            ..Header::new(Algorithm::RS256)
        };
        jsonwebtoken::encode(&header, &claims, &self.key).map(SecretString::from).map_err(|_| unsigned())
    }

    /// The certificate that belongs to the key, if one does; an error when none is one of RSA.
    fn pair(certificates: &[Zeroizing<Vec<u8>>], signer: Signer) -> Result<Option<Self>, Trouble> {
        let (mut is_rsa, mut trouble) = (false, None);
        for bytes in certificates {
            let Ok(certificate) = x509_cert::Certificate::from_der(bytes) else {
                trouble = Some(Trouble::DamagedCertificate);
                continue;
            };
            let certificate = certificate.tbs_certificate();
            let public = certificate.subject_public_key_info();
            if public.subject_public_key.raw_bytes() == signer.public {
                let ends = TimeDelta::from_std(certificate.validity().not_after.to_unix_duration());
                return Ok(Some(Self {
                    ends: DateTime::UNIX_EPOCH + ends.unwrap_or_default(),
                    thumbprint: digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec(),
                    key: signer.key,
                }));
            }
            if public.algorithm.oid == private_key::RSA {
                is_rsa = true;
            } else {
                trouble = Some(Trouble::OtherCertificate(private_key::algorithm_name(public.algorithm.oid)));
            }
        }
        trouble.filter(|_| !is_rsa).map_or(Ok(None), Err)
    }
}

fn read_signer(path: &Path, password: Option<&SecretString>) -> Result<Signer, Trouble> {
    let Contents { bytes, exposed } = Contents::read(path).map_err(Trouble::File)?;
    let store = Store::open(&bytes, password)?;
    match exposed.filter(|_| store.is_secret()) {
        Some(error) => Err(Trouble::File(error)),
        None => store.signer(password),
    }
}

fn unsigned() -> ApiError {
    ApiError::new(ErrorKind::Unauthorized).with_detail("the sign-in could not be signed with the certificate's key")
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // A string takes everything.
        let _ = write!(text, "{byte:02X}");
        text
    })
}
