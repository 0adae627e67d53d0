//! The true loop on ratatui's test backend, typed at by scripts of keys, against the embedded server.

use std::{
    io,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use chrono::{DateTime, Utc};
use crossterm::event::Event;
use futures_util::Stream;
use jobtop::{
    api::{Auth, Endpoint, parse_address},
    clock::{self, Clock},
    config::{Looks, Source},
    demo::{self, Fault, Server},
    filter::{Filter, Range},
    keymap,
    pager::Tail,
    runtime::{Connect, Console, Heard, Keep, Leave, Opening, Reread, Session, Signal},
    state::{Announcement, Clipboard, Live, Start, State, Tenant},
    text::Safe,
    update::Target,
    view::{self, Theme},
};
use ratatui::{Terminal, backend::TestBackend};
use tokio::{
    sync::mpsc::{Receiver, Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel},
    task::unconstrained,
};

use super::PATIENCE;

/// A secret that nobody should ever see.
pub const CANARY: &str = "c4n4ry-s3cr3t";

/// The moment at which sessions take place.
pub fn now() -> DateTime<Utc> {
    "2026-11-23T13:02:11Z".parse().unwrap()
}

/// A console that is only looked at.
pub struct Stand {
    terminal: Terminal<TestBackend>,
    typed: Typed,
    /// Frames that were drawn.
    pub drawn: usize,
    /// How often the screen was cleared.
    pub cleared: usize,
    /// What was put into the clipboard.
    pub copied: Vec<String>,
    /// What it was told of watched jobs.
    pub announced: Vec<String>,
    /// The terminal tells what the mouse does.
    pub has_mouse: bool,
    /// How often it was asked for its background.
    pub asked: usize,
    /// How often the process was suspended.
    pub suspended: usize,
}

/// What is typed.
pub struct Typed(UnboundedReceiver<Event>);

impl Stream for Typed {
    type Item = io::Result<Heard>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Heard>>> {
        // Like a terminal's stream, and unlike a channel, it gives all that was typed without a pause for other tasks.
        pin!(unconstrained(self.0.recv())).poll(cx).map(|event| event.map(|event| Ok(Heard::Event(event))))
    }
}

impl Console for Stand {
    type Events = Typed;

    fn events(&mut self) -> &mut Typed {
        &mut self.typed
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        let area = self.terminal.backend().buffer().area;
        Ok((area.width, area.height))
    }

    fn show(&mut self, state: &State, theme: &Theme) -> io::Result<()> {
        self.drawn += 1;
        self.terminal.draw(|frame| view::draw(state, theme, frame)).map_err(io::Error::other)?;
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.cleared += 1;
        Ok(())
    }

    fn copy(&mut self, text: &Safe, _: Clipboard) -> io::Result<()> {
        self.copied.push(text.to_string());
        Ok(())
    }

    fn announce(&mut self, announcement: &Announcement, _: Clipboard) -> io::Result<()> {
        self.announced.push(announcement.text.to_string());
        Ok(())
    }

    fn ask_background(&mut self) -> io::Result<()> {
        self.asked += 1;
        Ok(())
    }

    fn take_mouse(&mut self, ours: bool) -> io::Result<()> {
        self.has_mouse = ours;
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.suspended += 1;
        Ok(())
    }

    fn resume(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How the server takes its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Not at all.
    Swift,
    /// It never answers.
    Hung,
}

/// A session, its keyboard and its server.
pub struct Play {
    pub session: Session<Stand>,
    pub server: Option<Server>,
    keyboard: Option<UnboundedSender<Event>>,
    system: Sender<Signal>,
    settings: std::sync::mpsc::Sender<Result<Looks, String>>,
}

impl Play {
    /// Opens a session of 100 × 30 on a tenant of `jobs` jobs, all of them in range. Its first frame is drawn, nothing else.
    pub async fn open(jobs: usize, page_size: u16, live: bool, pace: Pace) -> Self {
        let latency = if pace == Pace::Hung { Duration::from_secs(1) } else { Duration::ZERO };
        let time = demo::Clock {
            now: Arc::new(now),
            pause: Arc::new(move |time| match pace {
                Pace::Swift => Box::pin(clock::sleep(time)),
                Pace::Hung => Box::pin(std::future::pending()),
            }),
        };
        let server = demo::serve(demo::Options { jobs, latency, ..demo::Options::default() }, time).await.unwrap();
        Self::on(server, page_size, live)
    }

    /// The same, not live, on a server with faults.
    pub async fn with_faults(jobs: usize, page_size: u16, faults: &[Fault]) -> Self {
        let time = demo::Clock { now: Arc::new(now), pause: Arc::new(|time| Box::pin(clock::sleep(time))) };
        let options = demo::Options { jobs, faults: faults.to_vec(), ..demo::Options::default() };
        Self::on(demo::serve(options, time).await.unwrap(), page_size, false)
    }

    fn on(server: Server, page_size: u16, live: bool) -> Self {
        let source = Source::Server(Endpoint::new(
            parse_address(&server.base_url()).unwrap(),
            Auth::ClientSecret {
                token_url: parse_address(&server.token_url()).unwrap(),
                client_id: "demo".to_owned(),
                secret: CANARY.into(),
            },
        ));
        let live = Live { on: live, ..Live::default() };
        Self { server: Some(server), ..Self::at(source, page_size, live) }
    }

    /// The same on a server that somebody else runs.
    pub fn at(source: Source, page_size: u16, live: Live) -> Self {
        let tenant = Tenant { name: "contoso-demo".to_owned(), place: "demo server".to_owned() };
        let filter = Filter { range: Range::All, ..Filter::default() };
        let start =
            Start { now: now(), tenant, zone: chrono_tz::UTC, filter, page_size: Some(page_size), live, seed: 1 };
        let (keyboard, typed) = unbounded_channel();
        let (settings, read) = std::sync::mpsc::channel();
        let reread: Reread = Box::new(move || read.try_recv().ok());
        let (system, signals): (_, Receiver<Signal>) = channel(8);
        let terminal = Terminal::new(TestBackend::new(100, 30)).unwrap();
        let stand = Stand {
            terminal,
            typed: Typed(typed),
            drawn: 0,
            cleared: 0,
            copied: Vec::new(),
            announced: Vec::new(),
            has_mouse: false,
            asked: 0,
            suspended: 0,
        };
        let tenants = ["contoso-demo", "fabrikam", "broken"];
        let tenants = tenants.map(|name| Tenant { name: name.to_owned(), place: "demo server".to_owned() }).to_vec();
        let mut state = State::new(start.clone());
        state.tenants.clone_from(&tenants);
        let other = source.clone();
        let connect: Connect = Box::new(move |target| match target {
            Target::Tenant(name) if name == "broken" => Err("the secret's file cannot be read".to_owned()),
            target => {
                let name = if let Target::Tenant(name) = target { name } else { "the demo" };
                let tenant = Tenant { name: name.to_owned(), place: "demo server".to_owned() };
                let mut state = State::new(Start { tenant, ..start.clone() });
                state.tenants.clone_from(&tenants);
                Ok((state, other.clone()))
            }
        });
        let (theme, clock) = (Theme::default(), Clock::fixed(now()));
        let keep: Keep = Box::new(|_| Ok(()));
        let opening = Opening {
            state,
            theme,
            clock,
            source: Some(source),
            connect,
            keep,
            reread,
            signals,
            journal: jobtop::journal::Journal::default(),
        };
        let session = Session::open(stand, opening).unwrap();
        Self { session, server: None, keyboard: Some(keyboard), system, settings }
    }

    /// Types a script of keys, without waiting for what comes of it.
    pub fn keys(&self, script: &str) {
        for key in keymap::script(script).unwrap() {
            self.event(Event::Key(key.event()));
        }
    }

    pub fn event(&self, event: Event) {
        self.keyboard.as_ref().unwrap().send(event).unwrap();
    }

    /// The configuration changes, which nothing wakes up for.
    pub fn configure(&self, read: Result<Looks, String>) {
        self.settings.send(read).unwrap();
    }

    /// Nobody types any more.
    pub fn hang_up(&mut self) {
        self.keyboard = None;
    }

    pub fn signal(&self, signal: Signal) {
        self.system.try_send(signal).unwrap();
    }

    pub fn state(&self) -> &State {
        self.session.state()
    }

    pub fn console(&mut self) -> &mut Stand {
        self.session.console()
    }

    pub fn screen(&mut self) -> String {
        self.console().terminal.backend().to_string()
    }

    /// One turn of the loop.
    pub async fn turn(&mut self) -> Option<Leave> {
        let turn = tokio::time::timeout(PATIENCE, self.session.turn());
        turn.await.expect("something happens").unwrap()
    }

    /// Turns until the state is as expected.
    pub async fn until(&mut self, expected: &str, is_met: impl Fn(&State) -> bool) {
        let turns = async {
            while !is_met(self.session.state()) {
                let left = self.session.turn().await.unwrap();
                assert_eq!(left, None, "the session ended before: {expected}");
            }
        };
        let met = tokio::time::timeout(PATIENCE, turns).await.is_ok();
        assert!(met, "it never came to this: {expected}; the screen:\n{}", self.screen());
    }

    /// Turns until a text is on the screen.
    pub async fn until_shown(&mut self, text: &str) {
        let turns = async {
            while !self.words().contains(text) {
                assert_eq!(self.session.turn().await.unwrap(), None);
            }
        };
        let shown = tokio::time::timeout(PATIENCE, turns).await.is_ok();
        assert!(shown, "{text:?} never came on the screen:\n{}", self.screen());
    }

    /// The screen's words, wherever its lines break.
    fn words(&mut self) -> String {
        let cells = self.console().terminal.backend().buffer().content.iter();
        let text: String = cells.map(ratatui::buffer::Cell::symbol).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Turns until nothing is under way.
    pub async fn until_at_rest(&mut self) {
        self.until("nothing is under way", is_at_rest).await;
    }

    /// How many pages were asked for.
    pub fn pages_asked(&self) -> usize {
        self.page_queries().len()
    }

    /// What was asked, a query for each page.
    pub fn page_queries(&self) -> Vec<String> {
        let requests = self.server.as_ref().unwrap().requests();
        requests.into_iter().filter(|request| request.method == "GET").map(|request| request.query).collect()
    }
}

/// Whether nothing is ordered, at once or for later.
pub fn is_at_rest(state: &State) -> bool {
    state.pager.pages() > 0 && !matches!(state.pager.tail(), Tail::Loading(_)) && state.pager.refresh().is_idle()
}
