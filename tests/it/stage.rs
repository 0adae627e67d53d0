//! A stage for screens: the real state, reducer, view and client against the embedded server with a fixed clock, without a
//! terminal. Effects are performed one after the other, so that a script of keys always leads to the same picture.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use jobtop::{
    api::{Auth, Client, Endpoint, parse_address},
    clock::{self, Clock},
    demo::{self, Server},
    filter::Filter,
    keymap,
    model::{ApiError, ErrorKind, Lane, PageReply, PageRequest},
    policy,
    state::{Live, Start, State, Tenant},
    update::{Effect, Message, update},
    view::{self, Theme},
};
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};
use secrecy::SecretString;

/// The moment at which all pictures are taken: a Monday, 14:02:11 in Berlin.
pub fn monday() -> DateTime<Utc> {
    "2026-11-23T13:02:11Z".parse().unwrap()
}

/// The zone of all pictures.
pub const ZONE: chrono_tz::Tz = chrono_tz::Europe::Berlin;

/// A session without a terminal.
pub struct Stage {
    pub state: State,
    pub server: Option<Server>,
    client: Client,
}

/// A demo clock that stands still.
pub fn still_clock() -> demo::Clock {
    demo::Clock { now: Arc::new(monday), pause: Arc::new(|time| Box::pin(clock::sleep(time))) }
}

impl Stage {
    /// A session on a generated tenant of `jobs` jobs; nothing has been asked for yet.
    pub async fn new(jobs: usize, filter: Filter) -> Self {
        let options = demo::Options { jobs, ..demo::Options::default() };
        Self::on(demo::serve(options, still_clock()).await.unwrap(), filter, 100)
    }

    /// A session on given jobs.
    pub async fn with_jobs(jobs: Vec<serde_json::Value>, filter: Filter, page_size: u16) -> Self {
        let server = demo::serve_jobs(jobs, demo::Options::default(), still_clock()).await.unwrap();
        Self::on(server, filter, page_size)
    }

    /// A session of 200 jobs on which this trouble befalls the first load, or a refresh later.
    pub async fn in_trouble(kind: ErrorKind, detail: &str, loaded: bool, (columns, rows): (u16, u16)) -> Self {
        let mut stage = Self::new(200, Filter::default()).await;
        let request = |effects: Vec<Effect>| -> PageRequest {
            let fetch = |effect| if let Effect::FetchPage(request) = effect { Some(request) } else { None };
            effects.into_iter().find_map(fetch).unwrap()
        };
        let (lane, message) = if loaded {
            stage.open(columns, rows).await;
            (Lane::Refresh, Message::Key(keymap::script("r").unwrap()[0]))
        } else {
            (Lane::View, Message::Resize(columns, rows))
        };
        let asked = request(update(&mut stage.state, message));
        stage.fail(lane, &asked, ApiError::new(kind).with_detail(detail));
        stage
    }

    /// Some more tenants than the one that is shown.
    pub fn with_tenants(&mut self) -> &mut Self {
        let tenant = |name: &str, place: &str| Tenant { name: name.to_owned(), place: place.to_owned() };
        let current = self.state.tenant.clone();
        self.state.tenants = vec![current, tenant("fabrikam", "EMEA - Ireland"), tenant("northwind", "US - East")];
        self
    }

    fn on(server: Server, filter: Filter, page_size: u16) -> Self {
        let secret = SecretString::from("a secret");
        let auth = Auth::ClientSecret {
            token_url: parse_address(&server.token_url()).unwrap(),
            client_id: "demo".to_owned(),
            secret,
        };
        let client =
            Client::new(Endpoint::new(parse_address(&server.base_url()).unwrap(), auth), Clock::fixed(monday()));
        let tenant = Tenant { name: "contoso-demo".to_owned(), place: "demo server".to_owned() };
        let live = Live { on: true, ..Live::default() };
        let start = Start { now: monday(), tenant, zone: ZONE, filter, page_size: Some(page_size), live, seed: 1 };
        Self { state: State::new(start), server: Some(server), client }
    }

    /// Gives the screen a size and lets everything come in that it needs.
    pub async fn open(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.tell(Message::Resize(columns, rows)).await;
        self
    }

    /// Types a script of keys, each with everything that follows from it.
    pub async fn keys(&mut self, script: &str) -> &mut Self {
        for key in keymap::script(script).unwrap() {
            self.tell(Message::Key(key)).await;
        }
        self
    }

    /// Applies a message and performs its effects, and theirs, until nothing is left to do now.
    pub async fn tell(&mut self, message: Message) {
        let mut effects = update(&mut self.state, message);
        while !effects.is_empty() {
            let mut next = Vec::new();
            for effect in effects {
                let Effect::FetchPage(request) = effect else { continue };
                // Here time stands still: what waits for its turn alone is sent at once, what waits for a server is not.
                let waits_its_turn = request.lane == Lane::View && request.attempt == 1;
                if request.delay.is_zero() || (waits_its_turn && request.delay < policy::WAIT_MAX) {
                    let reply = self.fetch(request).await;
                    next.extend(update(&mut self.state, Message::Page(Box::new(reply))));
                }
            }
            effects = next;
        }
    }

    /// Brings a trouble in for what is under way in a lane, as if the server had answered so.
    pub fn fail(&mut self, lane: Lane, request: &PageRequest, error: ApiError) {
        let reply = PageReply {
            lane,
            generation: request.generation,
            cursor: request.cursor.clone(),
            at: monday(),
            date: None,
            took: Duration::from_millis(212),
            result: Err(error),
        };
        update(&mut self.state, Message::Page(Box::new(reply)));
    }

    async fn fetch(&self, request: PageRequest) -> PageReply {
        let result = self.client.page(&request.query, &request.cursor, request.page_size).await;
        // A picture shows the same time whatever the machine is doing.
        let took = Duration::from_millis(12);
        PageReply {
            lane: request.lane,
            generation: request.generation,
            cursor: request.cursor,
            at: monday(),
            date: None,
            took,
            result,
        }
    }

    /// What the screen shows.
    pub fn draw(&self, theme: Theme) -> Buffer {
        picture(&self.state, theme)
    }
}

/// What the screen shows of a state.
pub fn picture(state: &State, theme: Theme) -> Buffer {
    let (columns, rows) = state.size;
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view::draw(state, &theme, frame)).unwrap();
    terminal.backend().buffer().clone()
}
