//! The client against scripted servers on this machine: sign-in, refusals, hostile answers. No network beyond loopback.

mod sign_in;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use futures_util::future::join_all;
use reqwest::Url;

use super::*;
use crate::{
    clock::Clock,
    model::{ApiError, Cursor, ErrorKind, Page, Query},
    policy,
};

const PAGE: &str = r#"{"totalCount": 1, "jobs": [{"jobId": "FB1"}], "nextLink": ""}"#;
const GRANT: &str = r#"{"access_token": "token-1", "expires_in": 3600, "token_type": "Bearer"}"#;
const REFUSED: &str = r#"{"error": "invalid_client"}"#;

enum Reply {
    Whole(Vec<u8>),
    /// A page, but 401 for this token.
    Refusing(&'static str),
    /// A body without an end, until the client hangs up.
    Endless,
}

/// Answers one request a connection, by its script; when that is over, with 500.
struct Server {
    url: Url,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new(script: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            let mut script = script.into_iter();
            for stream in listener.incoming().map_while(Result::ok) {
                let reply = script.next().unwrap_or_else(|| answer(500, "", ""));
                seen.lock().unwrap().push(String::new());
                let _ = serve(stream, reply, &seen);
            }
        });
        Self { url, requests }
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, reply: Reply, seen: &Mutex<Vec<String>>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    while !request.ends_with("\r\n\r\n") && reader.read_line(&mut request)? > 0 {}
    let length =
        request.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    request.push_str(&String::from_utf8_lossy(&body));
    let is_refused = matches!(reply, Reply::Refusing(token) if request.contains(&format!("Bearer {token}\r\n")));
    if let Some(last) = seen.lock().unwrap().last_mut() {
        *last = request;
    }
    match reply {
        Reply::Refusing(_) => stream.write_all(&if is_refused { bytes(401, "", "") } else { bytes(200, "", PAGE) }),
        Reply::Whole(bytes) => stream.write_all(&bytes),
        Reply::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")?;
            let chunk = [b"10000\r\n".as_slice(), &b" ".repeat(0x10000), b"\r\n"].concat();
            loop {
                stream.write_all(&chunk)?;
            }
        }
    }
}

fn bytes(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n");
    [head.as_bytes(), body.as_bytes()].concat()
}

fn answer(status: u16, headers: &str, body: &str) -> Reply {
    Reply::Whole(bytes(status, headers, body))
}

fn ok(body: &str) -> Reply {
    answer(200, "", body)
}

fn with_token(base: &Url) -> Client {
    let auth = Auth::Token("own-token".to_owned().into());
    Client::new(Endpoint::new(base.clone(), auth), Clock::system())
}

fn with_secret(base: &Server, tokens: &Server) -> Client {
    let auth = Auth::ClientSecret {
        token_url: tokens.url.join("connect/token").unwrap(),
        client_id: "an id".to_owned(),
        secret: "s3cret&".to_owned().into(),
    };
    Client::new(Endpoint::new(base.url.clone(), auth), Clock::system())
}

async fn first(client: &Client) -> Result<Page, ApiError> {
    client.page(&Query::default(), &Cursor::First, 100).await
}

/// What one answer of the API becomes.
async fn outcome(reply: Reply) -> ApiError {
    let server = Server::new(vec![reply]);
    let error = first(&with_token(&server.url)).await.unwrap_err();
    assert_eq!(server.requests().len(), 1, "an error was retried");
    error
}

#[tokio::test]
async fn no_redirect_and_no_foreign_link_is_followed() {
    let other = Server::new(Vec::new());
    for status in [301, 302, 303, 307, 308] {
        let header = format!("location: {}steal\r\n", other.url);
        let error = outcome(answer(status, &header, "")).await;
        assert_eq!((error.kind, error.detail.raw()), (ErrorKind::Redirect(status), "to 127.0.0.1"));
        let (api, tokens) = (Server::new(Vec::new()), Server::new(vec![answer(status, &header, "")]));
        assert_eq!(first(&with_secret(&api, &tokens)).await.unwrap_err().kind, ErrorKind::Redirect(status));
    }
    let foreign = PAGE.replace(r#""nextLink": """#, &format!(r#""nextLink": "{}jobs?SkipToken=a%2Fb%3d""#, other.url));
    let api = Server::new(vec![ok(&foreign), ok(PAGE)]);
    let client = with_token(&api.url);
    let next = Cursor::After(first(&client).await.unwrap().next.unwrap());
    assert_eq!(client.page(&Query::default(), &next, 100).await.unwrap().next, None);
    assert!(api.requests()[1].starts_with("GET /backup/vm/jobs?pageSize=100&skiptoken=a%2Fb%3d HTTP/1.1\r\n"));
    assert!(other.requests().is_empty(), "somebody else was asked");
}

#[tokio::test]
async fn a_token_never_goes_to_a_remote_host_in_clear_text() {
    let server = Server::new(vec![ok(PAGE)]);
    let mut remote = server.url.clone();
    // It leads here all the same, but nothing says so.
    remote.set_host(Some("0.0.0.0")).unwrap();
    assert_eq!(first(&with_token(&remote)).await.unwrap_err().kind, ErrorKind::Tls);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn an_answer_without_measure_is_cut_off() {
    assert_eq!(outcome(Reply::Endless).await.kind, ErrorKind::TooLarge);
    let bomb = gzip_of_blanks(64 << 20);
    assert!(bomb.len() < 1 << 20);
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\nrequest-id: r9\r\n\r\n",
        bomb.len()
    );
    let error = outcome(Reply::Whole([head.as_bytes(), &bomb].concat())).await;
    assert_eq!((error.kind, error.request_id), (ErrorKind::TooLarge, Some("r9".into())));
}

#[tokio::test]
async fn an_answer_as_large_as_may_be_is_taken_and_one_byte_more_is_not() {
    for (more, is_taken) in [(0, true), (1, false)] {
        let grant = format!("{GRANT}{}", " ".repeat(policy::SMALL_BODY_BYTES - GRANT.len() + more));
        let (api, tokens) = (Server::new(vec![ok(PAGE)]), Server::new(vec![ok(&grant)]));
        let error = first(&with_secret(&api, &tokens)).await.err().map(|error| error.kind);
        assert_eq!(error, (!is_taken).then_some(ErrorKind::TooLarge));
    }
}

/// Its status says enough.
#[tokio::test]
async fn an_error_is_told_by_its_status_however_its_words_end() {
    let endless = "x".repeat(policy::SMALL_BODY_BYTES + 1);
    assert_eq!(outcome(answer(403, "", &endless)).await.kind, ErrorKind::Forbidden);
    let cut = b"HTTP/1.1 403 X\r\nconnection: close\r\ncontent-length: 90\r\n\r\nForb".to_vec();
    assert_eq!(outcome(Reply::Whole(cut)).await.kind, ErrorKind::Forbidden);
}

#[tokio::test]
async fn every_status_is_told_in_the_servers_words() {
    let model = r#"{"errorModel": {"requestId": "r1", "message": "jobType is no number", "errorCode": 7}}"#;
    let error = outcome(answer(400, "request-id: r2\r\n", model)).await;
    assert_eq!(error.to_string(), "the server did not take the request (400) (request r1): jobType is no number");
    let throttled = "retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\ndate: Sun, 06 Nov 1994 08:49:00 GMT\r\n";
    let long = Some(Duration::from_hours(1));
    for (reply, kind) in [
        (answer(403, "", ""), ErrorKind::Forbidden),
        (answer(404, "", "<html>"), ErrorKind::NotFound),
        (answer(429, "", ""), ErrorKind::Throttled(None)),
        (answer(429, throttled, ""), ErrorKind::Throttled(Some(Duration::from_secs(37)))),
        (answer(503, "retry-after: 410400\r\n", ""), ErrorKind::Server(503, long)),
        (answer(500, "retry-after: 5\r\n", ""), ErrorKind::Server(500, None)),
        (answer(304, "", ""), ErrorKind::Redirect(304)),
        (ok("<html>Sign in</html>"), ErrorKind::NotTheApi),
        (ok(""), ErrorKind::NotTheApi),
        (ok("[]"), ErrorKind::BadPage),
        (ok(model), ErrorKind::Server(200, None)),
        (Reply::Whole(b"SSH-2.0-OpenSSH_9\r\n".to_vec()), ErrorKind::NotTheApi),
        (Reply::Whole(b"HTTP/1.1 200 OK\r\n\r\n{\"jobs\": [".to_vec()), ErrorKind::Offline),
        (Reply::Whole(b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"jobs\": []}".to_vec()), ErrorKind::Offline),
        (answer(200, &"x: y\r\n".repeat(10_000), PAGE), ErrorKind::NotTheApi),
        (answer(200, &format!("x: {}\r\n", "y".repeat(2 << 20)), PAGE), ErrorKind::NotTheApi),
        (Reply::Whole(Vec::new()), ErrorKind::Offline),
    ] {
        assert_eq!(outcome(reply).await.kind, kind);
    }
    let cut = outcome(Reply::Whole(b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"jobs\": []}".to_vec())).await;
    assert_eq!(cut.detail.raw(), "the answer ended early");
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = first(&with_token(&format!("http://{gone}").parse().unwrap())).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Offline);
    assert!(error.detail.raw().contains("refused") && !error.to_string().contains("http"), "{error}");
}

#[tokio::test]
async fn a_server_without_tls_is_not_trusted_and_one_that_hangs_up_is_offline() {
    for (reply, kind) in [("HTTP/1.1 400 Bad Request\r\n\r\n", ErrorKind::Tls), ("", ErrorKind::Offline)] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("https://{}", listener.local_addr().unwrap()).parse().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4_096]);
            stream.write_all(reply.as_bytes())
        });
        assert_eq!(first(&with_token(&base)).await.unwrap_err().kind, kind);
        server.join().unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_dropped_request_is_hung_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let (asked, is_asked) = tokio::sync::oneshot::channel();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4_096]);
        asked.send(()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.read(&mut [0; 4_096])
    });
    let client = with_token(&base);
    tokio::select! {
        page = first(&client) => panic!("an answer from nowhere: {page:?}"),
        asked = is_asked => asked.unwrap(),
    }
    let hung_up = tokio::task::spawn_blocking(|| server.join().unwrap()).await.unwrap();
    assert_eq!(hung_up.unwrap(), 0);
}

/// A gzip stream of at least this many blanks: one literal, then the longest match over and over.
fn gzip_of_blanks(bytes: usize) -> Vec<u8> {
    let mut out = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];
    let (mut bits, mut count) = (0_u64, 0);
    // A last block of fixed codes, a blank, then length 258 at distance 1; each as its bits in the order of sending.
    let codes = [(0b011_u64, 3), (u64::from((0x30_u8 + b' ').reverse_bits()), 8)];
    let matched = (u64::from(0b1100_0101_u8.reverse_bits()), 13);
    for (code, length) in codes.into_iter().chain(std::iter::repeat_n(matched, bytes / 258 + 1)) {
        bits |= code << count;
        count += length;
        while count >= 8 {
            out.push(u8::try_from(bits & 0xFF).unwrap());
            (bits, count) = (bits >> 8, count - 8);
        }
    }
    out
}
