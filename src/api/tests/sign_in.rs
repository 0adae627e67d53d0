//! Sign-in: one token for many, a new one for all whose token was refused, and what the token URL may say.

use secrecy::ExposeSecret;

use super::{
    super::{auth::SignIn, transport::Transport, witness::Witness},
    *,
};

fn with_certificate(base: &Server, tokens: &Server) -> Client {
    // In a folder of our own: a key that others can read is refused.
    let (folder, keys) = (tempfile::tempdir().unwrap(), concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/keys"));
    let path = folder.path().join("both.pem");
    let read = |name: &str| std::fs::read_to_string(format!("{keys}/{name}")).unwrap();
    std::fs::write(&path, "").unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    std::fs::write(&path, read("pkcs8.pem") + &read("certificate.pem")).unwrap();
    let certificate = Arc::new(Certificate::load(&path, None, None).unwrap());
    let token_url = tokens.url.join("connect/token").unwrap();
    let auth = Auth::Certificate { token_url, client_id: "an id".to_owned(), certificate };
    Client::new(Endpoint::new(base.url.clone(), auth), Clock::system())
}

#[tokio::test]
async fn a_secret_becomes_one_token_for_many_pages() {
    let tokens = Server::new(vec![ok(GRANT)]);
    let api = Server::new((0..20).map(|_| ok(PAGE)).collect());
    let client = with_secret(&api, &tokens);
    let pages = join_all((0..20).map(|_| first(&client))).await;
    assert!(pages.into_iter().all(|page| page.unwrap().jobs.len() == 1));
    let minted = tokens.requests();
    assert_eq!(minted.len(), 1);
    assert!(minted[0].starts_with("POST /connect/token HTTP/1.1\r\n"));
    let form =
        "client_id=an+id&client_secret=s3cret%26&scope=platformbackup.readwrite.all&grant_type=client_credentials";
    assert!(minted[0].ends_with(form), "{}", minted[0]);
    for request in api.requests() {
        let request = request.to_ascii_lowercase();
        assert!(request.starts_with("get /backup/vm/jobs?pagesize=100&pagenumber=0 http/1.1\r\n"));
        assert!(request.contains("authorization: bearer token-1\r\n") && !request.contains("referer"));
        assert!(request.contains(&format!("user-agent: jobtop/{}\r\n", env!("CARGO_PKG_VERSION"))));
    }
    assert!(!format!("{client:?}").contains("s3cret") && !format!("{client:?}").contains("token-1"));
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_replaced_once() {
    let second = GRANT.replace("token-1", "token-2");
    let tokens = Server::new(vec![ok(GRANT), ok(&second), ok(&second)]);
    let api = Server::new(vec![answer(401, "", ""), ok(PAGE), answer(401, "", ""), answer(401, "", "")]);
    let client = with_secret(&api, &tokens);
    assert!(first(&client).await.is_ok());
    assert!(api.requests()[1].contains("Bearer token-2"));
    assert_eq!(first(&client).await.unwrap_err().kind, ErrorKind::Unauthorized);
    assert_eq!((api.requests().len(), tokens.requests().len()), (4, 3));
    assert_eq!(outcome(answer(401, "", "")).await.kind, ErrorKind::Unauthorized);
}

#[tokio::test]
async fn one_new_token_serves_all_whose_token_was_refused() {
    let second = GRANT.replace("token-1", "token-2");
    let tokens = Server::new(vec![ok(GRANT), ok(&second)]);
    let api = Server::new((0..40).map(|_| Reply::Refusing("token-1")).collect());
    let client = with_secret(&api, &tokens);
    for page in join_all((0..20).map(|_| first(&client))).await {
        assert_eq!(page.unwrap().jobs.len(), 1);
    }
    assert_eq!(tokens.requests().len(), 2);
}

#[tokio::test]
async fn the_token_of_an_examination_serves_until_it_is_refused() {
    let second = GRANT.replace("token-1", "token-2");
    let tokens = Server::new(vec![ok(GRANT), ok(&second)]);
    let api = Server::new(vec![ok(PAGE), answer(401, "", ""), ok(PAGE)]);
    let client = with_secret(&api, &tokens);
    assert!(client.examine_sign_in().await.result.is_ok());
    assert!(first(&client).await.is_ok() && first(&client).await.is_ok());
    let with: Vec<bool> = api.requests().iter().map(|request| request.contains("Bearer token-1\r\n")).collect();
    assert_eq!((with, tokens.requests().len()), (vec![true, true, false], 2));
}

#[tokio::test]
async fn what_was_refused_before_an_examination_is_asked_for_with_its_token() {
    let second = GRANT.replace("token-1", "token-2");
    let tokens = Server::new(vec![ok(GRANT), ok(&second)]);
    let token_url = tokens.url.join("connect/token").unwrap();
    let auth = Auth::ClientSecret { token_url, client_id: "an id".to_owned(), secret: "s3cret&".to_owned().into() };
    let (sign_in, transport) = (SignIn::new(auth, Clock::system()), Transport::new(Trust::default()));
    let witness = Witness::default();
    let before = sign_in.token(&transport, &witness, None).await.unwrap();
    assert!(sign_in.examine(&transport, &witness).await.result.is_ok());
    let after = sign_in.token(&transport, &witness, before.number).await.unwrap();
    assert_eq!((after.secret.expose_secret(), tokens.requests().len()), ("token-2", 2));
}

#[tokio::test]
async fn a_refused_secret_is_tried_once_however_many_wait() {
    let tokens = Server::new(vec![answer(400, "request-id: r7\r\n", REFUSED)]);
    let api = Server::new(Vec::new());
    let client = with_secret(&api, &tokens);
    for page in join_all((0..20).map(|_| first(&client))).await {
        let error = page.unwrap_err();
        assert_eq!(error.kind, ErrorKind::AuthRejected("invalid_client".into()));
        assert_eq!((error.detail.raw(), error.request_id), ("", Some("r7".into())));
    }
    assert_eq!((api.requests().len(), tokens.requests().len()), (0, 1));
}

#[tokio::test]
async fn what_the_token_url_says_is_understood() {
    for (reply, kind) in [
        (answer(401, "", r#"{"error": "invalid_client"}"#), ErrorKind::AuthRejected("invalid_client".into())),
        (answer(400, "", ""), ErrorKind::AuthRejected("HTTP 400".into())),
        (answer(404, "", "<html>"), ErrorKind::NotFound),
        (answer(429, "retry-after: 5\r\n", ""), ErrorKind::Throttled(Some(Duration::from_secs(5)))),
        (answer(503, "", r#"{"error": "busy"}"#), ErrorKind::Server(503, None)),
        (ok("<html>"), ErrorKind::NotTheApi),
        (ok(REFUSED), ErrorKind::AuthRejected("invalid_client".into())),
        (ok(r#"{"access_token": "a\nb"}"#), ErrorKind::Unauthorized),
        (Reply::Endless, ErrorKind::TooLarge),
    ] {
        let (api, tokens) = (Server::new(Vec::new()), Server::new(vec![reply]));
        assert_eq!(first(&with_secret(&api, &tokens)).await.unwrap_err().kind, kind);
        assert_eq!((api.requests().len(), tokens.requests().len()), (0, 1));
    }
}

#[tokio::test]
async fn every_attempt_to_sign_in_carries_an_assertion_of_its_own() {
    let tokens = Server::new(vec![answer(503, "", ""), ok(GRANT), ok(GRANT)]);
    let api = Server::new(vec![answer(401, "", ""), ok(PAGE)]);
    let client = with_certificate(&api, &tokens);
    assert_eq!(first(&client).await.unwrap_err().kind, ErrorKind::Server(503, None));
    assert_eq!(first(&client).await.unwrap().jobs.len(), 1);
    let mut assertions = std::collections::HashSet::new();
    for request in tokens.requests() {
        let (_, form) = request.split_once("\r\n\r\n").unwrap();
        let head = "client_id=an+id&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
                    &client_assertion=";
        let tail = "&scope=platformbackup.readwrite.all&grant_type=client_credentials";
        let assertion = form.strip_prefix(head).unwrap().strip_suffix(tail).unwrap();
        assert_eq!(assertion.split('.').count(), 3);
        assertions.insert(assertion.to_owned());
    }
    assert_eq!(assertions.len(), 3);
}
