//! Connections that lead nowhere by now, as after a sleep or where a NAT has forgotten them: the next request goes by a new
//! one. And a server that wants to be left alone is left alone by every tenant.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use chrono::TimeDelta;
use jobtop::{
    api::{Auth, Endpoint, parse_address},
    clock::Clock,
    config::Source,
    journal::Journal,
    model::{Cursor, ErrorKind, Generation, Lane, PageReply, PageRequest, Query, Stage},
    pager::Tail,
    runtime::fetcher::{self, Fetcher},
    state::Live,
};
use tokio::sync::mpsc::Receiver;

use crate::support::{
    PATIENCE,
    scripted::{Scripted, http},
    stand::{Play, now},
};

/// A server whose established connections can be cut off, and whose new ones work.
struct Hole {
    base: String,
    /// Connections of a lower number are dead.
    dead_below: Arc<AtomicUsize>,
    accepted: Arc<AtomicUsize>,
}

impl Hole {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (dead_below, accepted) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (dead, count) = (dead_below.clone(), accepted.clone());
        // The first two requests are answered when both are here, so that there are two connections.
        let (both, is_met) = (Arc::new(Barrier::new(2)), Arc::new(AtomicBool::new(false)));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let number = count.fetch_add(1, Ordering::SeqCst);
                let (dead, both, is_met) = (dead.clone(), both.clone(), is_met.clone());
                thread::spawn(move || serve(&stream, || number < dead.load(Ordering::SeqCst), &both, &is_met));
            }
        });
        Self { base, dead_below, accepted }
    }

    /// Nothing that is open leads anywhere any more.
    fn cut_off(&self) {
        self.dead_below.store(self.accepted.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    fn fetcher(&self) -> (Fetcher, Receiver<PageReply>) {
        fetcher::spawn(source(&self.base), Clock::fixed(now()), Journal::default())
    }
}

fn source(base: &str) -> Source {
    Source::Server(Endpoint::new(parse_address(base).unwrap(), Auth::Token("a token".into())))
}

fn serve(stream: &TcpStream, is_dead: impl Fn() -> bool, both: &Barrier, is_met: &AtomicBool) {
    let mut lines = BufReader::new(stream);
    loop {
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            if lines.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
        }
        if is_dead() {
            // It is read, and nobody answers; not even that the connection is at its end.
            continue;
        }
        if !is_met.load(Ordering::SeqCst) {
            both.wait();
            is_met.store(true, Ordering::SeqCst);
        }
        let body = r#"{"totalCount":0,"jobs":[],"nextLink":null}"#;
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        let mut out = stream;
        if out.write_all(format!("{head}{body}").as_bytes()).is_err() {
            return;
        }
    }
}

fn order(lane: Lane, patience: Duration) -> PageRequest {
    PageRequest {
        lane,
        generation: Generation::default(),
        query: Query::default(),
        cursor: Cursor::First,
        attempt: 1,
        page_size: 10,
        delay: Duration::ZERO,
        patience,
    }
}

async fn next(replies: &mut Receiver<PageReply>) -> PageReply {
    tokio::time::timeout(PATIENCE, replies.recv()).await.expect("a reply").unwrap()
}

/// Two connections are open, and idle.
async fn warm(hole: &Hole) -> (Fetcher, Receiver<PageReply>) {
    let (fetcher, mut replies) = hole.fetcher();
    for lane in [Lane::View, Lane::Refresh] {
        fetcher.order(order(lane, PATIENCE));
    }
    for _ in 0..2 {
        next(&mut replies).await.result.unwrap();
    }
    assert_eq!(hole.accepted.load(Ordering::SeqCst), 2);
    (fetcher, replies)
}

#[tokio::test(flavor = "multi_thread")]
async fn after_one_silence_the_next_request_goes_by_a_new_connection() {
    let hole = Hole::start();
    let (fetcher, mut replies) = warm(&hole).await;
    hole.cut_off();
    fetcher.order(order(Lane::View, Duration::from_millis(500)));
    let silent = next(&mut replies).await.result.unwrap_err();
    assert_eq!(silent.kind, ErrorKind::Timeout(Stage::Answer));
    fetcher.order(order(Lane::View, Duration::from_secs(10)));
    next(&mut replies).await.result.expect("not by the other one that was open");
    assert_eq!(hole.accepted.load(Ordering::SeqCst), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_sleep_the_first_request_goes_by_a_new_connection() {
    let hole = Hole::start();
    let (fetcher, mut replies) = warm(&hole).await;
    hole.cut_off();
    fetcher.reconnect();
    fetcher.order(order(Lane::Refresh, Duration::from_secs(10)));
    next(&mut replies).await.result.expect("by none that was open before");
    assert_eq!(hole.accepted.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_server_that_wants_to_be_left_alone_is_left_alone_by_every_tenant() {
    let server = Scripted::start(|_| http("429 Too Many Requests", "retry-after: 300\r\n", "{}"));
    let mut play = Play::at(source(&server.base_url()), 10, Live { on: false, ..Live::default() });
    let opens = now() + TimeDelta::seconds(300);
    play.until("the gate is closed", |state| state.pager.gate() == Some(opens)).await;
    assert_eq!(server.requests().len(), 1);
    for name in ["fabrikam", "contoso-demo", "fabrikam"] {
        play.keys(&format!("@{}<enter>", &name[..5]));
        play.until(name, |state| state.tenant.name == name).await;
        let pager = &play.state().pager;
        assert_eq!(pager.gate(), Some(opens), "{name}");
        let waits = matches!(pager.tail(), Tail::Loading(attempt) if attempt.not_before == Some(opens));
        assert!(waits, "{name}: {:?}", pager.tail());
    }
    // A person may ask past it, whoever's jobs are shown, but not once for each.
    play.keys("r@conto<enter>");
    play.until("the first again", |state| state.tenant.name == "contoso-demo").await;
    play.keys("r");
    play.until("it is put off", |state| state.notice.as_ref().is_some_and(|told| told.contains("asks to wait"))).await;
    assert!(server.requests().len() <= 2, "{:?}", server.requests());
}
