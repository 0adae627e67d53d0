//! What can be wrong with a certificate or a key: the form that was found, and the way to one that is read.
//! No text of it holds anything of a key or a password.

use std::path::Path;

use crate::api::private_file::{FileError, shell_word};

/// Why a certificate cannot be signed in with: which file, what is wrong, what helps.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {trouble}{}", .trouble.command(.file))]
pub struct KeyError {
    file: String,
    trouble: Trouble,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("{0}")]
    File(FileError),
    #[error(
        "it holds {0}, no certificate; give the certificate as PEM, a text that begins with -----BEGIN CERTIFICATE-----"
    )]
    NoCertificate(&'static str),
    #[error("the certificate in it is damaged or cut off; export it again as PEM (Base-64 encoded X.509)")]
    DamagedCertificate,
    #[error("its certificate is that of {0}; sign-in takes RSA only: register a certificate with an RSA key")]
    OtherCertificate(&'static str),
    #[error("it holds {0}, no private key; give the file that begins with -----BEGIN PRIVATE KEY-----")]
    NoKey(&'static str),
    #[error("it holds {0}; sign-in takes RSA only: register a certificate with an RSA key, and give that key")]
    OtherKey(&'static str),
    #[error("it holds a key in OpenSSH's own form; convert a copy of it with\n\n  ssh-keygen -p -m PKCS8 -f COPY\n")]
    OpenSsh,
    #[error("the key in it (PKCS#1, RSA PRIVATE KEY) is encrypted as OpenSSL did it long ago; convert it")]
    OldEncryption,
    #[error("the key in it (PKCS#8, ENCRYPTED PRIVATE KEY) is encrypted in a way that is not read; convert it")]
    OtherEncryption,
    #[error("it is encrypted ({0}); give its password")]
    Locked(&'static str),
    #[error("the password does not open it ({0})")]
    Password(&'static str),
    #[error("the key in it ({0}) is damaged or cut off; export it again")]
    DamagedKey(&'static str),
    #[error("the RSA key in it has {0} bits, accepted are 2048 to 8192; register a certificate with a longer key")]
    Size(usize),
    #[error("it holds a key in DER; convert it")]
    Der,
    #[error("it holds neither PEM nor a PFX/P12 file; give one of them")]
    Unknown,
    #[cfg(feature = "pfx")]
    #[error("it is a PFX/P12 file that is damaged or not read; export it again with AES-256, or convert it")]
    Pfx,
    #[cfg(not(feature = "pfx"))]
    #[error("it is a PFX/P12 file, which this build of jobtop does not read; convert it")]
    NoPfx,
    #[error("the key in it does not belong to the certificate in {0}; give the key that it was made with")]
    Mismatch(String),
}

impl Trouble {
    /// The same with the file that it is about.
    pub(super) fn of(self, file: &Path) -> KeyError {
        KeyError { file: shell_word(file), trouble: self }
    }

    /// What to run; nothing where no command helps. `NEW` is for the reader to choose.
    fn command(&self, file: &str) -> String {
        let (command, rest) = match self {
            Self::OldEncryption => ("pkcs8 -topk8", ""),
            Self::OtherEncryption => ("pkcs8 -topk8 -v2 aes-256-cbc", ""),
            Self::Der => ("pkey -inform DER", ""),
            #[cfg(feature = "pfx")]
            Self::Pfx => ("pkcs12", " -nodes"),
            #[cfg(not(feature = "pfx"))]
            Self::NoPfx => ("pkcs12", " -nodes"),
            _ => return String::new(),
        };
        format!(" with\n\n  openssl {command} -in {file}{rest} -out NEW\n")
    }
}
