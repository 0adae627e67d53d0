//! Who is believed to be the server: the certificates that the system trusts, and those of `--ca-file`. What is not
//! trusted is named by its issuer, since the one thing to find out is whose certificate came in between.
//! It opens no connection.

use std::{fmt, path::Path, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use x509_cert::{Certificate, der::Decode, name::Name};

use super::{FileError, private_file::Contents, wire};
use crate::text::Foreign;

/// Certificates that are trusted beside the system's.
#[derive(Debug, Clone, Default)]
pub struct Trust(Vec<CertificateDer<'static>>);

/// Why a file gives no certificates to trust.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// It cannot be read.
    #[error("{0}")]
    File(FileError),
    /// There is no certificate in it.
    #[error("holds no certificate; accepted are certificates in PEM (-----BEGIN CERTIFICATE-----)")]
    Empty,
    /// One of them is damaged.
    #[error("holds a certificate that is damaged; export it again as PEM")]
    Damaged,
}

impl Trust {
    /// Reads the certificates of a PEM file.
    ///
    /// # Errors
    /// When it cannot be read, or holds none or a damaged one.
    pub fn load(path: &Path) -> Result<Self, TrustError> {
        let contents = Contents::read(path).map_err(TrustError::File)?;
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&contents.bytes).collect();
        let certificates = certificates.map_err(|_| TrustError::Damaged)?;
        if certificates.is_empty() {
            return Err(TrustError::Empty);
        }
        if certificates.iter().any(|certificate| Certificate::from_der(certificate).is_err()) {
            return Err(TrustError::Damaged);
        }
        Ok(Self(certificates))
    }

    /// What a TLS connection is made by. Reads the system's certificates: some 30 ms.
    pub(super) fn tls(&self) -> Result<ClientConfig, Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = Verifier::new(self, Arc::clone(&provider))?;
        Ok(ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth())
    }
}

/// The platform's verifier. It adds nothing to it but the name of who issued what was refused.
#[derive(Debug)]
struct Verifier(rustls_platform_verifier::Verifier);

impl Verifier {
    fn new(trust: &Trust, provider: Arc<CryptoProvider>) -> Result<Self, Error> {
        rustls_platform_verifier::Verifier::new_with_extra_roots(trust.0.iter().cloned(), provider).map(Self)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.0.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        verified.map_err(|error| match error {
            Error::InvalidCertificate(reason) => {
                let distrust = Distrust { reason, issuer: issuer(end_entity) };
                Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(distrust))))
            }
            other => other,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// A certificate that is not trusted, and who issued it.
#[derive(Debug)]
pub(super) struct Distrust {
    reason: CertificateError,
    issuer: Foreign,
}

impl std::error::Error for Distrust {}

impl fmt::Display for Distrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = self.issuer.line(120);
        match &self.reason {
            CertificateError::UnknownIssuer => {
                write!(f, "nobody here trusts {by}, who issued the server's certificate")
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                write!(f, "the server's certificate, issued by {by}, has expired (or this machine's clock is wrong)")
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                write!(
                    f,
                    "the server's certificate, issued by {by}, is not valid yet (or this machine's clock is wrong)"
                )
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                write!(f, "the server's certificate, issued by {by}, is for another name")
            }
            reason => write!(f, "the server's certificate, issued by {by}, is not accepted: {reason}"),
        }
    }
}

/// The distrust that an error is made of, if it is.
pub(super) fn distrust<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Distrust> {
    match error.downcast_ref::<Error>()? {
        Error::InvalidCertificate(CertificateError::Other(OtherError(other))) => other.downcast_ref(),
        _ => None,
    }
}

/// The name of a certificate's issuer: its common name, or all of it.
pub(super) fn issuer(certificate: &[u8]) -> Foreign {
    match Certificate::from_der(certificate) {
        Ok(certificate) => wire::cut(&name(certificate.tbs_certificate().issuer())),
        Err(_) => "somebody unreadable".into(),
    }
}

fn name(name: &Name) -> String {
    let whole = name.to_string();
    let common = whole.split(',').find_map(|part| part.trim().strip_prefix("CN="));
    common.map_or_else(|| whole.clone(), str::to_owned)
}
