//! What the bytes of a file are, PEM or PFX or something else, and the certificates and the key in it.
//! It knows no files, and reads a key only when it is asked for. What it holds of a key is wiped when it is dropped; what
//! the reader of PFX files leaves in freed memory is not in our hands.

use secrecy::{SecretString, zeroize::Zeroizing};

use super::{
    error::Trouble,
    pem::{self, Block},
    private_key::{self, Signer},
};

/// What a file holds.
pub(super) enum Store<'a> {
    /// A text with these blocks; there is at least one.
    Pem(Vec<Block<'a>>),
    /// The certificates and keys (PKCS#8) of a PFX file.
    #[cfg(feature = "pfx")]
    Pfx(Pfx),
    /// Something that begins like every file in DER.
    Der(&'a [u8]),
}

/// The certificates and keys of a PFX file.
#[cfg(feature = "pfx")]
pub(super) struct Pfx {
    certificates: Vec<Vec<u8>>,
    keys: Vec<Zeroizing<Vec<u8>>>,
}

impl<'a> Store<'a> {
    /// Looks what the bytes are; a PFX file is opened.
    pub(super) fn open(bytes: &'a [u8], password: Option<&SecretString>) -> Result<Self, Trouble> {
        if is_pfx(bytes) {
            return open_pfx(bytes, password);
        }
        let blocks = std::str::from_utf8(bytes).map(pem::blocks).unwrap_or_default();
        match bytes {
            _ if !blocks.is_empty() => Ok(Self::Pem(blocks)),
            [SEQUENCE, ..] => Ok(Self::Der(bytes)),
            _ => Err(Trouble::Unknown),
        }
    }

    /// Its certificates, in DER.
    pub(super) fn certificates(&self) -> Result<Vec<Zeroizing<Vec<u8>>>, Trouble> {
        let found: Vec<_> = match self {
            Self::Pem(blocks) => {
                let certificates = blocks.iter().filter(|block| block.label == "CERTIFICATE");
                certificates.map(|block| block.bytes().ok_or(Trouble::DamagedCertificate)).collect::<Result<_, _>>()?
            }
            #[cfg(feature = "pfx")]
            Self::Pfx(pfx) => pfx.certificates.iter().cloned().map(Zeroizing::new).collect(),
            Self::Der(bytes) if is_key(bytes) => return Err(Trouble::NoCertificate("a private key")),
            Self::Der(bytes) => vec![Zeroizing::new(bytes.to_vec())],
        };
        if found.is_empty() { Err(Trouble::NoCertificate(self.name())) } else { Ok(found) }
    }

    /// Whether it holds what only its owner may read.
    pub(super) fn is_secret(&self) -> bool {
        match self {
            Self::Pem(blocks) => key_block(blocks).is_some(),
            #[cfg(feature = "pfx")]
            Self::Pfx(pfx) => !pfx.keys.is_empty(),
            Self::Der(bytes) => is_key(bytes),
        }
    }

    /// What signs with its key.
    pub(super) fn signer(&self, password: Option<&SecretString>) -> Result<Signer, Trouble> {
        match self {
            Self::Pem(blocks) => match key_block(blocks) {
                Some(block) => private_key::from_block(block, password),
                None => Err(Trouble::NoKey(self.name())),
            },
            #[cfg(feature = "pfx")]
            Self::Pfx(pfx) => {
                let key = pfx.keys.first().ok_or(Trouble::NoKey("a PFX/P12 file without one"))?;
                private_key::from_pkcs8(key, PFX)
            }
            Self::Der(bytes) if is_key(bytes) => Err(Trouble::Der),
            Self::Der(_) => Err(Trouble::NoKey("a certificate")),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Pem(blocks) => blocks.first().map_or("nothing", Block::name),
            #[cfg(feature = "pfx")]
            Self::Pfx(_) => "a PFX/P12 file without one",
            Self::Der(_) => "a file in DER",
        }
    }
}

#[cfg(feature = "pfx")]
const PFX: &str = "PFX/P12";

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;

fn key_block<'a>(blocks: &[Block<'a>]) -> Option<Block<'a>> {
    blocks.iter().find(|block| block.label.ends_with("PRIVATE KEY")).copied()
}

/// A PFX file begins with its version, which is 3.
fn is_pfx(bytes: &[u8]) -> bool {
    content(bytes).is_some_and(|content| content.starts_with(&[INTEGER, 1, 3]))
}

/// A private key begins with its version, 0 or 1. A certificate begins with a sequence.
fn is_key(bytes: &[u8]) -> bool {
    content(bytes).is_some_and(|content| content.starts_with(&[INTEGER, 1]))
}

/// What is in the sequence that a file in DER, or in BER, begins with.
fn content(bytes: &[u8]) -> Option<&[u8]> {
    let [SEQUENCE, length, rest @ ..] = bytes else { return None };
    match length {
        0..=0x80 => Some(rest),
        more => rest.get(usize::from(more & 0x7F)..),
    }
}

#[cfg(not(feature = "pfx"))]
fn open_pfx<'a>(_: &[u8], _: Option<&SecretString>) -> Result<Store<'a>, Trouble> {
    Err(Trouble::NoPfx)
}

#[cfg(feature = "pfx")]
fn open_pfx<'a>(bytes: &[u8], password: Option<&SecretString>) -> Result<Store<'a>, Trouble> {
    use p12_keystore::{Pkcs12Archive, error::Error};
    use secrecy::ExposeSecret;

    // The archive and not the key store: that one drops a key without an id, and which certificate is the key's is seen
    // by the key itself.
    let opened = Pkcs12Archive::from_pkcs12(bytes, password.map_or("", |password| password.expose_secret()));
    let archive = opened.map_err(|error| match error {
        Error::MacError(_) | Error::Pkcs5Error(_) | Error::UnpadError if password.is_none() => Trouble::Locked(PFX),
        Error::MacError(_) | Error::UnpadError => Trouble::Password(PFX),
        _ => Trouble::Pfx,
    })?;
    Ok(Store::Pfx(Pfx {
        certificates: archive.certs.iter().map(|bag| bag.cert.as_der().to_vec()).collect(),
        keys: archive.keys.iter().map(|bag| Zeroizing::new(bag.key.as_der().to_vec())).collect(),
    }))
}
