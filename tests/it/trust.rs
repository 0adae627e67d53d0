//! Who is believed to be the server: over real TLS, with certificates made here.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, date_time_ymd,
};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

use crate::support::{
    run::{Home, Ran},
    scripted::{Scripted, http},
};

/// An authority that no system knows.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A server that this authority says is `name`, until `last_year`.
    fn server(&self, name: &str, last_year: i32) -> Scripted {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages.push(ExtendedKeyUsagePurpose::ServerAuth);
        params.not_after = date_time_ymd(last_year, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap().der().clone();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let tls = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        Scripted::start_tls(tls, |request| {
            let token = r#"{"access_token":"a-token","expires_in":3600}"#;
            let page = r#"{"totalCount":0,"jobs":[],"nextLink":null}"#;
            http("200 OK", "", if request.starts_with("POST ") { token } else { page })
        })
    }
}

fn examine(home: &Home, server: &Scripted, args: &[&str], env: &[(&str, &str)]) -> Ran {
    let (base, token) = (server.base_url(), server.token_url());
    let args = [&["doctor", "--base-url", &base, "--token-url", &token, "--client-id", "app"], args].concat();
    home.run(&args, &[&[("JOBTOP_CLIENT_SECRET", "s3cret")], env].concat())
}

fn failure(ran: &Ran) -> String {
    let line = ran.out.lines().find(|line| line.contains("failed ")).unwrap_or_default();
    line.split_once("localhost: ").map_or_else(|| line.to_owned(), |(_, told)| told.to_owned())
}

#[test]
fn a_certificate_that_nobody_trusts_is_told_by_its_issuer_and_nothing_is_sent() {
    let server = Authority::new("Inspecting Gateway").server("localhost", 2090);
    let home = Home::new();
    // An authority of its own, so that the test needs none of the system's.
    let other = home.write("other.pem", &Authority::new("Somebody else").0.pem());
    let ran = examine(&home, &server, &[], &[("SSL_CERT_FILE", other.to_str().unwrap())]);
    assert_eq!(ran.status, 1);
    assert_eq!(
        failure(&ran),
        "no trusted connection (TLS): nobody here trusts Inspecting Gateway, who issued the server's certificate"
    );
    assert!(ran.out.contains("--ca-file, or SSL_CERT_FILE"), "{}", ran.out);
    assert_eq!(server.requests(), [""; 0]);
}

#[test]
fn ca_file_ca_file_of_a_profile_and_ssl_cert_file_are_trusted() {
    let authority = Authority::new("Inspecting Gateway");
    let server = authority.server("localhost", 2090);
    let home = Home::new();
    let ca = home.write("ca.pem", &authority.0.pem());
    let ca = ca.to_str().unwrap();
    let by_option = examine(&home, &server, &["--ca-file", ca], &[]);
    assert_eq!(by_option.status, 0, "{}", by_option.out);
    assert!(
        by_option.out.contains("localhost: TLS 1.3, certificate issued by Inspecting Gateway"),
        "{}",
        by_option.out
    );
    let by_variable = examine(&home, &server, &[], &[("SSL_CERT_FILE", ca)]);
    assert_eq!(by_variable.status, 0, "{}", by_variable.out);
    home.write("config/jobtop/config.toml", "[profiles.a]\nca_file = \"../../ca.pem\"\n");
    let by_profile = examine(&home, &server, &[], &[]);
    assert_eq!(by_profile.status, 0, "{}", by_profile.out);
}

#[test]
fn a_certificate_for_another_name_or_of_the_past_is_not_accepted() {
    let authority = Authority::new("Inspecting Gateway");
    let home = Home::new();
    let ca = home.write("ca.pem", &authority.0.pem());
    for (name, last_year, told) in [
        ("other.example.com", 2090, "is for another name"),
        ("localhost", 2020, "has expired (or this machine's clock is wrong)"),
    ] {
        let server = authority.server(name, last_year);
        let ran = examine(&home, &server, &["--ca-file", ca.to_str().unwrap()], &[]);
        assert_eq!(ran.status, 1);
        assert!(failure(&ran).ends_with(told), "{}", failure(&ran));
        assert_eq!(server.requests(), [""; 0]);
    }
}

#[test]
fn a_file_that_holds_no_certificates_is_refused() {
    let home = Home::new();
    let server = Authority::new("Inspecting Gateway").server("localhost", 2090);
    let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (text, told) in [("", "holds no certificate"), ("nothing", "holds no certificate"), (damaged, "is damaged")] {
        let file = home.write("ca.pem", text);
        let ran = examine(&home, &server, &["--ca-file", file.to_str().unwrap()], &[]);
        assert_eq!(ran.status, 2);
        assert!(ran.out.contains(told), "{}", ran.out);
    }
    let ran = examine(&home, &server, &["--ca-file", "/nowhere.pem"], &[]);
    assert!(ran.status == 2 && ran.out.contains("cannot be read"), "{}", ran.out);
}
