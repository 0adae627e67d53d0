//! Sign-in by certificate: every form of key against the embedded server, and what is told of every file that is no good.

mod refused;

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use jobtop::{
    api::{Auth, Certificate, Client, Endpoint, parse_address},
    clock::Clock,
    demo::{self, Server},
    model::{Cursor, ErrorKind, Query},
    policy,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tempfile::TempDir;

use self::refused::REFUSED;
use crate::stage::{monday, still_clock};

const PASSWORD: &str = "correct-horse";
const CERTIFICATE: &str = include_str!("keys/certificate.pem");
const THUMBPRINT: &str = "7D37997EC63249B732734C0305913B3DD169A5A5";

/// The keys in a folder of their own, readable for their owner only, and some more that are made of them.
struct Keys(TempDir);

impl Keys {
    fn new() -> Self {
        let keys = Self(tempfile::tempdir().unwrap());
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/keys");
        for file in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            keys.write(file.file_name().to_str().unwrap(), &fs::read(file.path()).unwrap());
        }
        let key = keys.text("pkcs8.pem");
        let digits: String = CERTIFICATE.lines().filter(|line| !line.starts_with('-')).collect();
        let other = keys.text("wrong-ec-certificate.pem");
        keys.write("certificate.der", &STANDARD.decode(digits).unwrap());
        keys.write("both.pem", format!("Bag Attributes\n    x: 1\n{key}subject=x\n{CERTIFICATE}").as_bytes());
        keys.write("chain.pem", format!("{other}{CERTIFICATE}").as_bytes());
        keys.write("wrong-cut-certificate.pem", cut(CERTIFICATE).as_bytes());
        keys.write("wrong-cut-pkcs1.pem", cut(&keys.text("pkcs1.pem")).as_bytes());
        keys.write("wrong-cut-pkcs8.pem", cut(&key).as_bytes());
        keys.write("wrong-half-pkcs8.pem", &key.as_bytes()[..600]);
        keys.write(
            "wrong-openssh.pem",
            b"-----BEGIN OPENSSH PRIVATE KEY-----\nAA==\n-----END OPENSSH PRIVATE KEY-----\n",
        );
        keys.write("wrong-cut.pfx", &fs::read(keys.path("modern.pfx")).unwrap()[..1_000]);
        keys.write("wrong-empty.pem", b"");
        keys.write("wrong-noise.bin", &[0x80; 99]);
        keys.write("wrong-large.pem", &b"\n".repeat(70_000));
        keys
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
        self.let_read(name, 0o600);
    }

    fn let_read(&self, name: &str, mode: u32) {
        #[cfg(unix)]
        fs::set_permissions(self.path(name), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        #[cfg(not(unix))]
        let _ = (name, mode);
    }

    /// Loads a pair; the error is told without the folder.
    fn load(&self, certificate: &str, key: &str, password: Option<&str>) -> Result<Certificate, String> {
        let key = (!key.is_empty()).then(|| self.path(key));
        let password = password.map(SecretString::from);
        let loaded = Certificate::load(&self.path(certificate), key.as_deref(), password.as_ref());
        let folder = format!("{}/", self.0.path().display());
        loaded.map_err(|error| {
            assert!(!format!("{error:?}").contains(PASSWORD));
            error.to_string().replace(&folder, "")
        })
    }

    fn good(&self) -> Arc<Certificate> {
        Arc::new(self.load("certificate.pem", "pkcs8.pem", None).unwrap())
    }
}

/// The same block with its last two lines missing.
fn cut(pem: &str) -> String {
    let lines: Vec<_> = pem.lines().collect();
    let last = lines.len() - 1;
    [&lines[..last - 2], &lines[last..]].concat().join("\n")
}

async fn server() -> Server {
    let options = demo::Options { jobs: 20, certificate: Some(CERTIFICATE.to_owned()), ..demo::Options::default() };
    demo::serve(options, still_clock()).await.unwrap()
}

fn client(server: &Server, certificate: &Arc<Certificate>, clock: Clock) -> Client {
    let auth = Auth::Certificate {
        token_url: parse_address(&server.token_url()).unwrap(),
        client_id: "app".to_owned(),
        certificate: Arc::clone(certificate),
    };
    Client::new(Endpoint::new(parse_address(&server.base_url()).unwrap(), auth), clock)
}

/// Every pair that is read: certificate, key, password.
const FORMS: &[(&str, &str, Option<&str>)] = &[
    ("certificate.pem", "pkcs1.pem", None),
    ("certificate.pem", "pkcs8.pem", None),
    ("certificate.pem", "pkcs8.pem", Some("not needed")),
    ("certificate.pem", "pkcs8-encrypted.pem", Some(PASSWORD)),
    ("certificate.pem", "pkcs8-encrypted-des3.pem", Some(PASSWORD)),
    ("certificate.pem", "pkcs8-encrypted-scrypt.pem", Some(PASSWORD)),
    ("certificate.der", "pkcs1.pem", None),
    ("both.pem", "", None),
    ("chain.pem", "pkcs1.pem", None),
    ("both.pem", "pkcs8-encrypted.pem", Some(PASSWORD)),
    #[cfg(feature = "pfx")]
    ("modern.pfx", "", Some(PASSWORD)),
    #[cfg(feature = "pfx")]
    ("legacy.pfx", "", Some(PASSWORD)),
    #[cfg(feature = "pfx")]
    ("plain.pfx", "", None),
    #[cfg(feature = "pfx")]
    ("certificate.pem", "modern.pfx", Some(PASSWORD)),
    #[cfg(feature = "pfx")]
    ("wrong-no-key.pfx", "pkcs8-encrypted.pem", Some(PASSWORD)),
];

#[tokio::test]
async fn every_form_of_key_signs_in() {
    let (keys, server) = (Keys::new(), server().await);
    for (certificate, key, password) in FORMS {
        let loaded = Arc::new(keys.load(certificate, key, *password).unwrap());
        assert_eq!(loaded.ends().to_rfc3339(), "2126-10-30T20:28:47+00:00", "{certificate} {key}");
        let client = client(&server, &loaded, Clock::fixed(monday()));
        let page = client.page(&Query::default(), &Cursor::First, 5).await;
        assert_eq!(page.unwrap().jobs.len(), 5, "{certificate} {key}");
    }
}

/// The file that is at fault: that of the key only where the other one is good.
fn at_fault<'a>(certificate: &'a str, key: &'a str) -> &'a str {
    let is_good = ["certificate.pem", "chain.pem"].contains(&certificate) && !key.is_empty();
    if is_good { key } else { certificate }
}

#[test]
fn what_is_wrong_is_named_with_its_form_and_the_remedy() {
    let keys = Keys::new();
    for (certificate, key, password, told) in REFUSED {
        let error = keys.load(certificate, key, *password).unwrap_err();
        assert_eq!(error, format!("{}: {told}", at_fault(certificate, key)), "{certificate} {key}");
    }
    let error = keys.load("certificate.pem", "missing.pem", None).unwrap_err();
    assert!(error.starts_with("missing.pem: "), "{error}");
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_refused_and_a_certificate_is_not() {
    let keys = Keys::new();
    for (certificate, key, file) in [("certificate.pem", "pkcs8.pem", "pkcs8.pem"), ("both.pem", "", "both.pem")] {
        for mode in [0o640, 0o604, 0o644] {
            keys.let_read(file, mode);
            let error = keys.load(certificate, key, None).unwrap_err();
            assert_eq!(error, format!("{file}: can be read by others; shut it with\n\n  chmod 600 {file}\n"));
        }
        keys.let_read(file, 0o400);
        keys.let_read("certificate.pem", 0o644);
        assert!(keys.load(certificate, key, None).is_ok());
    }
    // Links: a certificate may be one, a key may not.
    for name in ["certificate.pem", "pkcs1.pem"] {
        std::os::unix::fs::symlink(keys.path(name), keys.path(&format!("link-{name}"))).unwrap();
    }
    assert!(keys.load("link-certificate.pem", "pkcs1.pem", None).is_ok());
    let error = keys.load("link-certificate.pem", "link-pkcs1.pem", None).unwrap_err();
    assert!(error.starts_with("link-pkcs1.pem: is not a plain file; "), "{error}");
    assert!(keys.load("certificate.pem", ".", None).unwrap_err().contains("is not a plain file"));
}

/// The parts of an assertion, unverified: header and claims.
fn parts(assertion: &SecretString) -> (Value, Value) {
    let decode = |part: &str| {
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    let mut parts = assertion.expose_secret().split('.');
    (decode(parts.next().unwrap()), decode(parts.next().unwrap()))
}

#[test]
fn an_assertion_says_what_is_documented_and_never_the_same_twice() {
    let certificate = Keys::new().good();
    let url = "https://identity.example.com/connect/token";
    let mut names = HashSet::new();
    for _ in 0..50 {
        let (header, claims) = parts(&certificate.assertion("app", url, monday()).unwrap());
        let (from, until) = (monday().timestamp() - 30, monday().timestamp() + 270);
        let x5t = "fTeZfsYySbcyc0wDBZE7PdFppaU";
        assert_eq!(header, serde_json::json!({ "alg": "RS256", "typ": "JWT", "kid": THUMBPRINT, "x5t": x5t }));
        let name = claims["jti"].as_str().unwrap().to_owned();
        let said = serde_json::json!({
            "iss": "app", "sub": "app", "aud": url, "jti": name, "iat": from, "nbf": from, "exp": until,
        });
        assert_eq!((claims, name.len() >= 32), (said, true));
        assert!(names.insert(name), "a name came twice");
    }
}

/// Posts a form to the token URL: the status, and the error that is named.
async fn post(server: &Server, assertion: &SecretString, change: (&str, &str)) -> (u16, String) {
    let mut form = vec![
        ("client_id", "app"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion.expose_secret()),
        ("scope", "platformbackup.readwrite.all"),
        ("grant_type", "client_credentials"),
    ];
    form.iter_mut().filter(|(name, _)| *name == change.0).for_each(|field| field.1 = change.1);
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let answer = http.post(server.token_url()).form(&form).send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    (status, body["error"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn the_server_takes_an_assertion_once_in_its_time_from_its_key_and_for_itself() {
    let (server, certificate) = (server().await, Keys::new().good());
    let url = server.token_url();
    let refused = (400, "invalid_client".to_owned());
    let sign = |audience: &str, at| certificate.assertion("app", audience, at).unwrap();
    let first = sign(&url, monday());
    assert_eq!(post(&server, &first, ("", "")).await, (200, String::new()));
    assert_eq!(post(&server, &first, ("", "")).await, refused, "replayed");
    for audience in ["", "https://elsewhere.example.com/connect/token", &server.base_url(), &format!("{url}/")] {
        assert_eq!(post(&server, &sign(audience, monday()), ("", "")).await, refused, "{audience:?}");
    }
    for (minutes, taken) in [(0, true), (4, true), (-4, true), (6, false), (-10, false)] {
        let assertion = sign(&url, monday() + TimeDelta::minutes(minutes));
        assert_eq!(post(&server, &assertion, ("", "")).await.0 == 200, taken, "{minutes} min off");
    }
    for change in [("client_id", "another"), ("client_id", ""), ("client_assertion_type", "saml")] {
        assert_eq!(post(&server, &sign(&url, monday()), change).await, refused, "{change:?}");
    }
    let whole = sign(&url, monday()).expose_secret().to_owned();
    let (head, signature) = whole.rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    let unsigned = format!("{}.{}.", "eyJhbGciOiJub25lIn0", head.split_once('.').unwrap().1);
    for forged in [format!("{head}.{flipped}{}", &signature[1..]), format!("{head}."), unsigned, "x".to_owned()] {
        assert_eq!(post(&server, &forged.into(), ("", "")).await, refused);
    }
    assert_eq!(post(&server, &whole.into(), ("", "")).await.0, 200, "what was refused is not used up");
}

#[tokio::test]
async fn an_assertion_that_lives_too_long_or_is_of_another_key_is_refused() {
    let (keys, server) = (Keys::new(), server().await);
    let sign = |key: &str, life: i64| {
        let lines: Vec<_> = keys.text(key).lines().filter(|line| !line.starts_with('-')).map(str::to_owned).collect();
        let key = jsonwebtoken::EncodingKey::from_rsa_der(&STANDARD.decode(lines.concat()).unwrap());
        let (url, from) = (server.token_url(), monday().timestamp());
        let claims = serde_json::json!({
            "iss": "app", "sub": "app", "aud": url, "jti": format!("{life}"), "nbf": from, "exp": from + life,
        });
        let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::RS256);
        SecretString::from(jsonwebtoken::encode(&header, &claims, &key).unwrap())
    };
    for (key, life, status) in [
        ("pkcs1.pem", 300, 200),
        ("pkcs1.pem", 301, 400),
        ("pkcs1.pem", 0, 400),
        ("pkcs1.pem", i64::MAX - monday().timestamp(), 400),
        ("wrong-other.pem", 299, 400),
    ] {
        assert_eq!(post(&server, &sign(key, life), ("", "")).await.0, status, "{key} {life} s");
    }
}

#[tokio::test]
async fn a_refused_assertion_names_the_clock_where_that_is_off() {
    let (server, certificate) = (server().await, Keys::new().good());
    for (minutes, told) in [
        (12, "this machine's clock is 12 min ahead of the server's"),
        (-12, "this machine's clock is 12 min behind the server's"),
    ] {
        let client = client(&server, &certificate, Clock::fixed(monday() + TimeDelta::minutes(minutes)));
        let error = client.page(&Query::default(), &Cursor::First, 5).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::AuthRejected("invalid_client".into()));
        assert!(error.to_string().contains(told), "{error}");
    }
}

#[test]
fn nothing_of_a_key_or_password_is_ever_shown() {
    let keys = Keys::new();
    let mut shown = Vec::new();
    for (certificate, key, password) in FORMS {
        let certificate = Arc::new(keys.load(certificate, key, *password).unwrap());
        let auth = Auth::Certificate {
            token_url: parse_address("https://identity.example.com").unwrap(),
            client_id: "app".to_owned(),
            certificate,
        };
        let base_url = parse_address("https://graph.example.com").unwrap();
        let endpoint = Endpoint::new(base_url, auth);
        shown.push(format!("{endpoint:?} {endpoint:#?} {:?}", Client::new(endpoint.clone(), Clock::fixed(monday()))));
    }
    for (certificate, key, password, _) in REFUSED {
        let paths = (keys.path(certificate), (!key.is_empty()).then(|| keys.path(key)));
        let password = password.map(SecretString::from);
        let error = Certificate::load(&paths.0, paths.1.as_deref(), password.as_ref()).unwrap_err();
        shown.push(format!("{error} {error:?} {error:#?}"));
    }
    let shown = shown.concat();
    assert!(shown.contains("redacted") && !shown.contains(PASSWORD));
    for file in ["pkcs1.pem", "pkcs8.pem", "wrong-small.pem", "wrong-other.pem", "wrong-ec.pem", "wrong-ed25519.pem"] {
        let text = keys.text(file);
        let digits: String = text.lines().filter(|line| !line.starts_with('-')).collect();
        let bytes = STANDARD.decode(&digits).unwrap();
        for part in digits.as_bytes().chunks_exact(10).map(|part| std::str::from_utf8(part).unwrap()) {
            assert!(!shown.contains(part), "{file}: a part of it is shown");
        }
        for part in bytes.chunks_exact(5) {
            let numbers = part.iter().map(u8::to_string).collect::<Vec<_>>();
            let hex = part.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
            for part in [numbers.join(", "), hex.to_uppercase(), hex] {
                assert!(!shown.contains(&part), "{file}: a part of it is shown");
            }
        }
    }
}

#[test]
fn the_certificate_of_the_tests_is_not_about_to_end() {
    assert!(Keys::new().good().ends() - policy::CERTIFICATE_WARNING > monday());
}
