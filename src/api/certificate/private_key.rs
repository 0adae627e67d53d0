//! A private key in one of its forms → what signs with it.
//! It knows no files. What was decrypted is wiped when it is dropped.

use aws_lc_rs::signature::{KeyPair, RsaKeyPair};
use jsonwebtoken::EncodingKey;
use pkcs8::{
    EncryptedPrivateKeyInfoRef, ObjectIdentifier, PrivateKeyInfoRef,
    der::{self, Decode, ErrorKind},
};
use secrecy::{ExposeSecret, SecretString};

use super::{error::Trouble, pem::Block};

/// The algorithm of an RSA key that may sign with RS256.
pub(super) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

const PKCS1: &str = "PKCS#1, RSA PRIVATE KEY";
const PKCS8: &str = "PKCS#8, PRIVATE KEY";
const ENCRYPTED: &str = "PKCS#8, ENCRYPTED PRIVATE KEY";

/// What signs, and the public half that tells to which certificate it belongs.
pub(super) struct Signer {
    /// Wiped when it is dropped, and never shown.
    pub(super) key: EncodingKey,
    /// The `RSAPublicKey` of PKCS#1.
    pub(super) public: Vec<u8>,
}

/// The key of an algorithm, for a reader whose key is none of RSA.
pub(super) fn algorithm_name(oid: ObjectIdentifier) -> &'static str {
    match oid {
        RSA_PSS => "an RSA-PSS key",
        EC => "an EC key",
        ED25519 => "an Ed25519 key",
        _ => "a key of another algorithm",
    }
}

/// Reads the key in a PEM block.
pub(super) fn from_block(block: Block<'_>, password: Option<&SecretString>) -> Result<Signer, Trouble> {
    let form = match block.label {
        "RSA PRIVATE KEY" if block.is_encrypted_by_header() => return Err(Trouble::OldEncryption),
        "RSA PRIVATE KEY" => PKCS1,
        "PRIVATE KEY" => PKCS8,
        "ENCRYPTED PRIVATE KEY" => ENCRYPTED,
        "OPENSSH PRIVATE KEY" => return Err(Trouble::OpenSsh),
        "EC PRIVATE KEY" => return Err(Trouble::OtherKey("an EC key")),
        _ => return Err(Trouble::OtherKey("a key of another algorithm")),
    };
    let bytes = block.bytes().ok_or(Trouble::DamagedKey(form))?;
    match form {
        PKCS1 => from_pkcs1(&bytes, form),
        PKCS8 => from_pkcs8(&bytes, form),
        _ => from_encrypted(&bytes, password),
    }
}

/// Reads an unencrypted PKCS#8 key; `form` is what it came as.
pub(super) fn from_pkcs8(bytes: &[u8], form: &'static str) -> Result<Signer, Trouble> {
    let info = PrivateKeyInfoRef::from_der(bytes).map_err(|_| Trouble::DamagedKey(form))?;
    match info.algorithm.oid {
        RSA => from_pkcs1(info.private_key.as_bytes(), form),
        other => Err(Trouble::OtherKey(algorithm_name(other))),
    }
}

fn from_encrypted(bytes: &[u8], password: Option<&SecretString>) -> Result<Signer, Trouble> {
    let info = EncryptedPrivateKeyInfoRef::from_der(bytes).map_err(|error| match error.kind() {
        // Its head is read, and names a way of encryption that is not known.
        ErrorKind::OidUnknown { .. } | ErrorKind::Value { .. } => Trouble::OtherEncryption,
        _ => Trouble::DamagedKey(ENCRYPTED),
    })?;
    let password = password.ok_or(Trouble::Locked(ENCRYPTED))?;
    let key = info.decrypt(password.expose_secret()).map_err(|error| match error {
        // A wrong password is noticed by the padding, or, now and then, by what it decrypts to.
        pkcs8::Error::EncryptedPrivateKey(pkcs8::pkcs5::Error::DecryptFailed) | pkcs8::Error::Asn1(_) => {
            Trouble::Password(ENCRYPTED)
        }
        _ => Trouble::OtherEncryption,
    })?;
    from_pkcs8(key.as_bytes(), ENCRYPTED).map_err(|trouble| match trouble {
        Trouble::DamagedKey(form) => Trouble::Password(form),
        other => other,
    })
}

fn from_pkcs1(bytes: &[u8], form: &'static str) -> Result<Signer, Trouble> {
    let pair = RsaKeyPair::from_der(bytes).map_err(|_| match modulus_bits(bytes) {
        Ok(bits) if !(2_048..=8_192).contains(&bits) => Trouble::Size(bits),
        _ => Trouble::DamagedKey(form),
    })?;
    Ok(Signer { key: EncodingKey::from_rsa_der(bytes), public: pair.public_key().as_ref().to_vec() })
}

/// The size of a PKCS#1 key: its modulus is the number after the version.
fn modulus_bits(bytes: &[u8]) -> der::Result<usize> {
    use der::{Reader, SliceReader, asn1::UintRef};
    let mut reader = SliceReader::new(bytes)?;
    let length = der::Header::decode(&mut reader)?.length();
    let body = reader.read_slice(length)?;
    let mut body = SliceReader::new(body)?;
    body.decode::<u8>()?;
    let modulus = body.decode::<UintRef<'_>>()?;
    let unused = modulus.as_bytes().first().map_or(0, |byte| byte.leading_zeros() as usize);
    Ok(modulus.as_bytes().len() * 8 - unused)
}
