//! The doctor names which of the possible mistakes it is: each is made, and what is told is kept word for word.

use std::fmt::Write;

use chrono::{TimeDelta, Utc};
use jobtop::model::{ApiError, ErrorKind, Limit, Stage};

use crate::support::{
    run::{Home, Ran},
    scripted::{Reply, Scripted, http},
};

const TOKEN: &str = r#"{"access_token":"a-token","expires_in":3600,"scope":"platformbackup.readwrite.all"}"#;
const PAGE: &str = r#"{"totalCount":1,"jobs":[{"jobId":"FB20261123010203004","jobType":1,"status":2}],"nextLink":""}"#;

/// Answers as it should, but for one kind of request.
fn server(
    token: impl Fn() -> Reply + Send + Sync + 'static,
    page: impl Fn() -> Reply + Send + Sync + 'static,
) -> Scripted {
    Scripted::start(move |request| if request.starts_with("POST ") { token() } else { page() })
}

fn good_token() -> Reply {
    http("200 OK", "content-type: application/json\r\n", TOKEN)
}

fn good_page() -> Reply {
    http("200 OK", "content-type: application/json\r\n", PAGE)
}

fn refused_token(code: &str) -> Reply {
    http("400 Bad Request", "content-type: application/json\r\n", &format!(r#"{{"error":"{code}"}}"#))
}

fn examine(home: &Home, server: &Scripted, more: &[&str]) -> Ran {
    let (base, token) = (server.base_url(), server.token_url());
    let args = [&["doctor", "--base-url", &base, "--token-url", &token, "--client-id", "app"], more].concat();
    home.run(&args, &[("JOBTOP_CLIENT_SECRET", "s3cret-canary")])
}

/// What the doctor says of a server, as it is the same every time.
fn told(server: &Scripted) -> String {
    let home = Home::new();
    let Ran { status, out, err } = examine(&home, server, &[]);
    assert_eq!(err, "");
    assert!(!out.contains("canary"));
    format!("{}exit {status}\n", home.steady(&out))
}

#[test]
fn all_is_well() {
    let server = server(good_token, good_page);
    insta::assert_snapshot!(told(&server));
    let asked = server.requests();
    let [token, page] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(token, "POST /connect/token HTTP/1.1");
    assert!(page.starts_with("GET /backup/vm/jobs?startTime="), "{page}");
}

#[test]
fn a_wrong_or_expired_secret() {
    insta::assert_snapshot!(told(&server(|| refused_token("invalid_client"), good_page)));
}

#[test]
fn a_scope_that_is_not_granted() {
    insta::assert_snapshot!(told(&server(|| refused_token("invalid_scope"), good_page)));
}

#[test]
fn an_app_that_may_not_sign_in_by_itself() {
    insta::assert_snapshot!(told(&server(|| refused_token("unauthorized_client"), good_page)));
}

#[test]
fn a_permission_that_is_missing() {
    let forbidden = || http("403 Forbidden", "request-id: 5a1e\r\n", r#"{"message":"Access denied."}"#);
    insta::assert_snapshot!(told(&server(good_token, forbidden)));
}

#[test]
fn a_token_that_the_api_does_not_take() {
    insta::assert_snapshot!(told(&server(good_token, || http("401 Unauthorized", "request-id: 5a1e\r\n", ""))));
}

#[test]
fn a_wrong_data_centre_or_a_product_that_is_not_subscribed() {
    insta::assert_snapshot!(told(&server(good_token, || http("404 Not Found", "request-id: 5a1e\r\n", ""))));
}

#[test]
fn a_web_page_in_place_of_the_api() {
    let html = || http("200 OK", "content-type: text/html\r\n", "<!doctype html><title>Sign in</title>");
    insta::assert_snapshot!(told(&server(good_token, html)));
}

#[test]
fn a_redirect() {
    let elsewhere = || http("302 Found", "location: https://login.example.com/?a=b\r\n", "");
    insta::assert_snapshot!(told(&server(elsewhere, good_page)));
}

#[test]
fn a_clock_that_is_off() {
    // A little more than ten minutes, since the test itself takes time.
    let date = || (Utc::now() - TimeDelta::seconds(605)).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let token = move || http("200 OK", &format!("date: {}\r\n", date()), TOKEN);
    let told = told(&server(token, good_page));
    let told = told.replace("10m 06s", "10m 05s").replace("10m 07s", "10m 05s");
    insta::assert_snapshot!(told);
}

#[test]
fn a_server_that_is_down() {
    let home = Home::new();
    // Bound and never listened to: nobody else gets it meanwhile.
    let base = "http://127.0.0.1:1";
    let args = ["doctor", "--base-url", base, "--token-url", base, "--client-id", "app"];
    let Ran { status, out, .. } = home.run(&args, &[("JOBTOP_CLIENT_SECRET", "x")]);
    insta::assert_snapshot!(format!("{}exit {status}\n", home.steady(&out)));
}

#[test]
fn a_name_that_nobody_knows() {
    let home = Home::new();
    let (base, token) = ("https://graph.jobtop.invalid", "https://identity.jobtop.invalid/connect/token");
    let args = ["doctor", "--base-url", base, "--token-url", token, "--client-id", "app"];
    let Ran { status, out, .. } = home.run(&args, &[("JOBTOP_CLIENT_SECRET", "x")]);
    // The words behind it are the system's, which differ.
    let out: String = home
        .steady(&out)
        .lines()
        .map(|line| {
            line.split_once("could not be resolved:")
                .map_or_else(|| line.to_owned(), |(told, _)| format!("{told}could not be resolved: …"))
                + "\n"
        })
        .collect();
    insta::assert_snapshot!(format!("{out}exit {status}\n"));
}

#[test]
fn a_proxy_that_is_not_there() {
    let home = Home::new();
    let args = ["doctor", "--region", "us", "--client-id", "app"];
    let env = [("JOBTOP_CLIENT_SECRET", "x"), ("HTTPS_PROXY", "http://user:pr0xy-canary@127.0.0.1:1")];
    let Ran { status, out, err } = home.run(&args, &env);
    assert!(!out.contains("canary") && !err.contains("canary"));
    insta::assert_snapshot!(format!("{}exit {status}\n", home.steady(&out)));
}

#[test]
fn a_proxy_that_wants_a_password() {
    let proxy = Scripted::start(|_| http("407 Proxy Authentication Required", "", ""));
    let home = Home::new();
    let args = ["doctor", "--region", "us", "--client-id", "app"];
    let env = [("JOBTOP_CLIENT_SECRET", "a secret"), ("HTTPS_PROXY", &*proxy.base_url())];
    let Ran { status, out, .. } = home.run(&args, &env);
    insta::assert_snapshot!(format!("{}exit {status}\n", home.steady(&out)));
    assert_eq!(proxy.requests(), ["CONNECT identity.avepointonlineservices.com:443 HTTP/1.1"]);
}

#[test]
fn a_server_that_never_answers() {
    insta::assert_snapshot!(told(&server(|| Reply::Silence, good_page)));
}

#[test]
fn nothing_that_says_which_tenant() {
    let home = Home::new();
    let Ran { status, out, .. } = home.run(&["doctor"], &[]);
    insta::assert_snapshot!(format!("{}exit {status}\n", home.steady(&out)));
}

#[test]
fn mistakes_in_the_configuration_are_told_where_they_are() {
    let home = Home::new();
    let mut all = String::new();
    home.write("open.secret", "s3cret-canary");
    #[cfg(unix)]
    std::fs::set_permissions(home.path("open.secret"), std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    for (file, args) in [
        ("default_profile = \"a\"\n[profiles.a]\nregoin = \"us\"\n", vec![]),
        ("[profiles.a]\nregion = \"us\"\n", vec!["--profile", "b"]),
        ("[profiles.a]\nregion = \"mars\"\nclient_id = \"x\"\n", vec![]),
        ("[profiles.a]\nregion = \"us\"\nclient_id = \"x\"\n", vec![]),
        ("[profiles.a]\nregion = \"us\"\nclient_id = \"x\"\nsecret_file = \"a\"\nsecret_command = [\"b\"]\n", vec![]),
        ("[profiles.a]\nregion = \"us\"\nclient_id = \"x\"\nsecret_file = \"../../open.secret\"\n", vec![]),
        ("[profiles.a]\nregion = \"us\"\nclient_id = \"x\"\nsecret_command = [\"false\"]\n", vec![]),
        ("[profiles.a]\nbase_url = \"http://graph.example.com\"\nclient_id = \"x\"\n", vec![]),
    ] {
        home.write("config/jobtop/config.toml", file);
        let Ran { status, out, err } = home.run(&[&["doctor"], &*args].concat(), &[("PATH", "/usr/bin:/bin")]);
        assert_eq!((status, &*err), (2, ""));
        let out = home.steady(&out);
        let failed: Vec<&str> = out.lines().filter(|line| line.contains("failed ")).collect();
        let words: Vec<&str> = failed[0].split_whitespace().filter(|word| !["N", "ms"].contains(word)).collect();
        writeln!(all, "{}\n", words[2..].join(" ")).unwrap();
        assert!(out.contains("What to do"));
        assert!(!out.contains("canary"));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn the_same_for_a_ticket() {
    let home = Home::new();
    let server = server(good_token, || http("403 Forbidden", "request-id: 5a1e\r\n", ""));
    let Ran { status, out, err } = examine(&home, &server, &["--format", "json"]);
    assert_eq!((status, &*err), (1, ""));
    assert!(!out.contains("canary"));
    insta::assert_snapshot!(home.steady(&out));
}

/// What the dashboard, the doctor and the commands say of every kind of trouble: what happened, and what to do.
#[test]
fn every_trouble_is_told_with_what_to_do() {
    let second = std::time::Duration::from_secs(1);
    let kinds = [
        ErrorKind::Offline,
        ErrorKind::Dns,
        ErrorKind::Tls,
        ErrorKind::Proxy,
        ErrorKind::Timeout(Stage::Connect),
        ErrorKind::Timeout(Stage::Answer),
        ErrorKind::Throttled(Some(second)),
        ErrorKind::AuthRejected("invalid_client".into()),
        ErrorKind::AuthRejected("invalid_scope".into()),
        ErrorKind::AuthRejected("unauthorized_client".into()),
        ErrorKind::Unauthorized,
        ErrorKind::Forbidden,
        ErrorKind::NotFound,
        ErrorKind::BadRequest,
        ErrorKind::Server(502, None),
        ErrorKind::Redirect(302),
        ErrorKind::NotTheApi,
        ErrorKind::BadPage,
        ErrorKind::TooLarge,
        ErrorKind::Loop,
        ErrorKind::NoProgress,
        ErrorKind::Limit(Limit::Pages),
        ErrorKind::Limit(Limit::Rows),
    ];
    let all = kinds.into_iter().fold(String::new(), |mut all, kind| {
        let mut error = ApiError::new(kind).with_detail("the server's words");
        error.request_id = Some("5a1e".into());
        writeln!(all, "{error}\n  {}", error.advice()).unwrap();
        all
    });
    insta::assert_snapshot!(all);
}
