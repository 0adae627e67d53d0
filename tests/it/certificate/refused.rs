//! Every pair of files that is refused, and what is told of it.

use super::PASSWORD;

/// Certificate, key (none: in the same file), password; what is told after the name of the file that is at fault.
pub const REFUSED: &[(&str, &str, Option<&str>, &str)] = &[
    (
        "certificate.pem",
        "pkcs8-encrypted.pem",
        None,
        "it is encrypted (PKCS#8, ENCRYPTED PRIVATE KEY); give its password",
    ),
    (
        "certificate.pem",
        "pkcs8-encrypted.pem",
        Some("wrong"),
        "the password does not open it (PKCS#8, ENCRYPTED PRIVATE KEY)",
    ),
    (
        "certificate.pem",
        "pkcs8-encrypted-des3.pem",
        Some(""),
        "the password does not open it (PKCS#8, ENCRYPTED PRIVATE KEY)",
    ),
    (
        "certificate.pem",
        "wrong-pbe.pem",
        Some(PASSWORD),
        "the key in it (PKCS#8, ENCRYPTED PRIVATE KEY) is encrypted in a way that is not read; convert it \
         with\n\n  openssl pkcs8 -topk8 -v2 aes-256-cbc -in wrong-pbe.pem -out NEW\n",
    ),
    (
        "certificate.pem",
        "wrong-old-encryption.pem",
        Some(PASSWORD),
        "the key in it (PKCS#1, RSA PRIVATE KEY) is encrypted as OpenSSL did it long ago; convert it with\n\n  \
         openssl pkcs8 -topk8 -in wrong-old-encryption.pem -out NEW\n",
    ),
    (
        "certificate.pem",
        "wrong-ec.pem",
        None,
        "it holds an EC key; sign-in takes RSA only: register a certificate with an RSA key, and give that \
         key",
    ),
    (
        "certificate.pem",
        "wrong-ec-sec1.pem",
        None,
        "it holds an EC key; sign-in takes RSA only: register a certificate with an RSA key, and give that \
         key",
    ),
    (
        "certificate.pem",
        "wrong-ed25519.pem",
        None,
        "it holds an Ed25519 key; sign-in takes RSA only: register a certificate with an RSA key, and give \
         that key",
    ),
    (
        "certificate.pem",
        "wrong-openssh.pem",
        None,
        "it holds a key in OpenSSH's own form; convert a copy of it with\n\n  ssh-keygen -p -m PKCS8 -f \
         COPY\n",
    ),
    (
        "certificate.pem",
        "wrong-small.pem",
        None,
        "the RSA key in it has 1024 bits, accepted are 2048 to 8192; register a certificate with a longer key",
    ),
    (
        "certificate.pem",
        "wrong-public.pem",
        None,
        "it holds a public key, no private key; give the file that begins with -----BEGIN PRIVATE KEY-----",
    ),
    (
        "certificate.pem",
        "certificate.der",
        None,
        "it holds a certificate, no private key; give the file that begins with -----BEGIN PRIVATE KEY-----",
    ),
    (
        "certificate.pem",
        "wrong-cut-pkcs1.pem",
        None,
        "the key in it (PKCS#1, RSA PRIVATE KEY) is damaged or cut off; export it again",
    ),
    (
        "certificate.pem",
        "wrong-cut-pkcs8.pem",
        None,
        "the key in it (PKCS#8, PRIVATE KEY) is damaged or cut off; export it again",
    ),
    (
        "certificate.pem",
        "wrong-der.key",
        None,
        "it holds a key in DER; convert it with\n\n  openssl pkey -inform DER -in wrong-der.key -out NEW\n",
    ),
    (
        "certificate.pem",
        "wrong-other.pem",
        None,
        "the key in it does not belong to the certificate in certificate.pem; give the key that it was made \
         with",
    ),
    (
        "chain.pem",
        "wrong-other.pem",
        None,
        "the key in it does not belong to the certificate in chain.pem; give the key that it was made with",
    ),
    ("certificate.pem", "wrong-half-pkcs8.pem", None, "it holds neither PEM nor a PFX/P12 file; give one of them"),
    ("certificate.pem", "wrong-noise.bin", None, "it holds neither PEM nor a PFX/P12 file; give one of them"),
    ("certificate.pem", "wrong-large.pem", None, "is larger than 65536 bytes, which no secret is"),
    (
        "certificate.pem",
        "",
        None,
        "it holds a certificate, no private key; give the file that begins with -----BEGIN PRIVATE KEY-----",
    ),
    (
        "pkcs8.pem",
        "",
        None,
        "it holds a private key, no certificate; give the certificate as PEM, a text that begins with \
         -----BEGIN CERTIFICATE-----",
    ),
    (
        "wrong-der.key",
        "pkcs8.pem",
        None,
        "it holds a private key, no certificate; give the certificate as PEM, a text that begins with \
         -----BEGIN CERTIFICATE-----",
    ),
    (
        "wrong-public.pem",
        "pkcs8.pem",
        None,
        "it holds a public key, no certificate; give the certificate as PEM, a text that begins with \
         -----BEGIN CERTIFICATE-----",
    ),
    ("wrong-empty.pem", "", None, "it holds neither PEM nor a PFX/P12 file; give one of them"),
    (
        "wrong-cut-certificate.pem",
        "pkcs8.pem",
        None,
        "the certificate in it is damaged or cut off; export it again as PEM (Base-64 encoded X.509)",
    ),
    (
        "wrong-ec-certificate.pem",
        "pkcs8.pem",
        None,
        "its certificate is that of an EC key; sign-in takes RSA only: register a certificate with an RSA key",
    ),
    #[cfg(feature = "pfx")]
    ("modern.pfx", "", None, "it is encrypted (PFX/P12); give its password"),
    #[cfg(feature = "pfx")]
    ("modern.pfx", "", Some("wrong"), "the password does not open it (PFX/P12)"),
    #[cfg(feature = "pfx")]
    ("legacy.pfx", "", Some("wrong"), "the password does not open it (PFX/P12)"),
    #[cfg(feature = "pfx")]
    (
        "wrong-no-key.pfx",
        "",
        Some(PASSWORD),
        "it holds a PFX/P12 file without one, no private key; give the file that begins with -----BEGIN \
         PRIVATE KEY-----",
    ),
    #[cfg(feature = "pfx")]
    (
        "wrong-cut.pfx",
        "",
        Some(PASSWORD),
        "it is a PFX/P12 file that is damaged or not read; export it again with AES-256, or convert it \
         with\n\n  openssl pkcs12 -in wrong-cut.pfx -nodes -out NEW\n",
    ),
    #[cfg(not(feature = "pfx"))]
    (
        "modern.pfx",
        "",
        Some(PASSWORD),
        "it is a PFX/P12 file, which this build of jobtop does not read; convert it with\n\n  openssl pkcs12 \
         -in modern.pfx -nodes -out NEW\n",
    ),
];
