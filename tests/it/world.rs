//! A world for the core: the true reducer, lanes of size one as the runtime keeps them, and a server that is a list in
//! memory. No task, no clock, no network: whoever drives it says when an answer comes, and whether it does.

use std::{collections::VecDeque, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use jobtop::{
    filter::Filter,
    keymap,
    model::{
        ApiError, Cursor, ErrorKind, Generation, Job, JobId, JobType, Lane, Page, PageReply, PageRequest, Query,
        Reading, SkipToken, Status, TimeSpan,
    },
    policy,
    state::{Live, Start, State, Tenant},
    update::{Effect, Message, update},
};

/// When every world begins: a Monday, 14:02:11 in Berlin.
pub fn monday() -> DateTime<Utc> {
    "2026-11-23T13:02:11Z".parse().unwrap()
}

pub const ZONE: chrono_tz::Tz = chrono_tz::Europe::Berlin;

/// The reducer between keys and a server.
pub struct World {
    pub state: State,
    pub server: Server,
    /// Every page that was ever ordered.
    pub orders: Vec<PageRequest>,
    /// The time, by a clock that nobody sets.
    pub time: DateTime<Utc>,
    /// By how much the time of day is ahead of that.
    pub ahead: TimeDelta,
    /// By how much the wall is ahead of the server's clock, where that shows it.
    pub skew: Option<TimeDelta>,
    /// When a request reached the server.
    pub requests: Vec<DateTime<Utc>>,
    under_way: Vec<Order>,
    late: VecDeque<PageReply>,
}

/// What a lane is doing.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub request: PageRequest,
    /// When it is or was sent, by the clock that nobody sets.
    pub sent: DateTime<Utc>,
}

/// What a world starts with; the rest is as in a session without options.
pub struct Options {
    pub filter: Filter,
    pub page_size: Option<u16>,
    pub live: bool,
    pub every: Duration,
    pub size: (u16, u16),
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        let every = Live::default().every;
        Self { filter: Filter::default(), page_size: Some(10), live: false, every, size: (80, 24), seed: 1 }
    }
}

/// More answers than any list of these tests has pages: a walk that does not end is a bug.
const ENOUGH: usize = 2_000;

impl World {
    /// A session that has ordered its first page.
    pub fn new(server: Server, options: Options) -> Self {
        let start = Start {
            now: monday(),
            tenant: Tenant::default(),
            zone: ZONE,
            filter: options.filter,
            page_size: options.page_size,
            live: Live { on: options.live, every: options.every },
            seed: options.seed,
        };
        let state = State::new(start);
        let mut world = Self {
            state,
            server,
            orders: Vec::new(),
            time: monday(),
            ahead: TimeDelta::zero(),
            skew: None,
            requests: Vec::new(),
            under_way: Vec::new(),
            late: VecDeque::new(),
        };
        world.pass(Duration::ZERO);
        world.tell(Message::Resize(options.size.0, options.size.1));
        world
    }

    /// A session on `jobs` jobs that has everything it asked for by itself.
    pub fn of(jobs: u32) -> Self {
        Self::with(jobs, Options::default())
    }

    /// The same with options.
    pub fn with(jobs: u32, options: Options) -> Self {
        let mut world = Self::new(Server::of(jobs), options);
        world.answer_all();
        world
    }

    /// A session on a server that has everything it asked for by itself.
    pub fn with_server(server: Server, options: Options) -> Self {
        let mut world = Self::new(server, options);
        world.answer_all();
        world
    }

    /// Tells the reducer something and does what it asks for.
    pub fn tell(&mut self, message: Message) -> Vec<Effect> {
        let effects = update(&mut self.state, message);
        for effect in &effects {
            match effect {
                Effect::FetchPage(request) => self.order(request.clone()),
                Effect::Cancel(lane) => self.drop_order(*lane),
                // Another client answers from now on, and knows nothing of what the old one was asked.
                Effect::SignInAnew => self.lanes().into_iter().for_each(|lane| self.drop_order(lane)),
                Effect::Redraw
                | Effect::AskBackground
                | Effect::Reconnect
                | Effect::Suspend
                | Effect::SetUp
                | Effect::Quit
                | Effect::Connect(_)
                | Effect::Remember(_)
                | Effect::Export(_)
                | Effect::Address(_)
                | Effect::Announce(_)
                | Effect::Hand(_)
                | Effect::Open(..)
                | Effect::Copy(_) => {}
            }
        }
        effects
    }

    /// Types a script of keys.
    pub fn keys(&mut self, script: &str) -> Vec<Effect> {
        let keys = keymap::script(script).unwrap();
        keys.into_iter().flat_map(|key| self.tell(Message::Key(key))).collect()
    }

    /// Lets time pass.
    pub fn pass(&mut self, time: Duration) -> Vec<Effect> {
        self.time += time;
        self.tell(Message::Tick(self.reading()))
    }

    /// The time of day is set.
    pub fn jump(&mut self, by: TimeDelta) -> Vec<Effect> {
        self.ahead += by;
        self.tell(Message::Tick(self.reading()))
    }

    /// What the clocks show.
    pub fn reading(&self) -> Reading {
        Reading { wall: self.time + self.ahead, steady: (self.time - monday()).to_std().unwrap() }
    }

    /// What a lane is doing.
    pub fn under_way(&self, lane: Lane) -> Option<&Order> {
        self.under_way.iter().find(|order| order.request.lane == lane)
    }

    /// The lanes that do something.
    pub fn lanes(&self) -> Vec<Lane> {
        let mut lanes: Vec<Lane> = self.under_way.iter().map(|order| order.request.lane).collect();
        lanes.sort_by_key(|lane| lane.slot());
        lanes
    }

    /// Whether a lane is doing something that has been sent.
    pub fn is_sent(&self, lane: Lane) -> bool {
        self.under_way(lane).is_some_and(|order| order.sent <= self.time)
    }

    /// Whether a lane's page waits only since so many were looked through just now.
    fn has_a_turn(&self, lane: Lane) -> bool {
        let is_soon = |order: &Order| order.request.attempt == 1 && order.request.delay <= policy::PAGE_EVERY;
        lane == Lane::View && self.under_way(lane).is_some_and(is_soon)
    }

    /// The server answers a lane; time passes until the order was sent.
    pub fn answer(&mut self, lane: Lane) -> Option<Vec<Effect>> {
        let order = self.until_sent(lane)?;
        let reply = self.reply(&order);
        Some(self.tell(Message::Page(Box::new(reply))))
    }

    /// A lane gets this instead of what the server would say.
    pub fn deliver(&mut self, lane: Lane, result: Result<Page, ApiError>) -> Option<Vec<Effect>> {
        let order = self.until_sent(lane)?;
        let reply = PageReply { result, ..empty_reply(&order.request, self.reading().wall) };
        Some(self.tell(Message::Page(Box::new(reply))))
    }

    /// A lane's request fails.
    pub fn fail(&mut self, lane: Lane, kind: ErrorKind) -> Option<Vec<Effect>> {
        self.deliver(lane, Err(ApiError::new(kind)))
    }

    /// An answer that was in the channel already when its order was replaced.
    pub fn answer_late(&mut self) -> Option<Vec<Effect>> {
        let reply = self.late.pop_front()?;
        Some(self.tell(Message::Page(Box::new(reply))))
    }

    /// The list that the next late answer belongs to.
    pub fn next_late(&self) -> Option<Generation> {
        self.late.front().map(|reply| reply.generation)
    }

    /// Everything that has been sent is answered, and what is asked for then, but nothing that waits for more than its turn.
    pub fn answer_all(&mut self) -> usize {
        let next =
            |world: &Self| world.lanes().into_iter().find(|lane| world.is_sent(*lane) || world.has_a_turn(*lane));
        let answers = (0..ENOUGH).take_while(|_| next(self).map(|lane| self.answer(lane)).is_some()).count();
        assert!(answers < ENOUGH, "the list is asked for without end");
        answers
    }

    /// The ids of the shown rows.
    pub fn shown(&self) -> Vec<String> {
        let store = &self.state.store;
        store.shown().iter().map(|row| store.job(row).id.text().raw().to_owned()).collect()
    }

    /// The selected job's id.
    pub fn selected(&self) -> String {
        self.state.selected().map_or(String::new(), |job| job.id.text().raw().to_owned())
    }

    fn order(&mut self, request: PageRequest) {
        self.drop_order(request.lane);
        let taken = self.lanes().into_iter().find(|lane| lane.slot() == request.lane.slot());
        assert_eq!(taken, None, "the seat of {:?} is taken", request.lane);
        self.orders.push(request.clone());
        let delay = TimeDelta::from_std(request.delay).unwrap_or_default();
        self.under_way.push(Order { sent: self.time + delay, request });
    }

    /// Lets time pass until a lane's order is sent, and takes it.
    fn until_sent(&mut self, lane: Lane) -> Option<Order> {
        let sent = self.under_way(lane)?.sent;
        let wait = (sent - self.time).to_std().unwrap_or_default();
        if !wait.is_zero() {
            self.pass(wait);
        }
        let order = self.take(lane)?;
        self.requests.push(order.sent);
        Some(order)
    }

    /// A replaced order's answer may be in the channel already, if it was sent at all.
    fn drop_order(&mut self, lane: Lane) {
        let was_sent = self.is_sent(lane);
        if let Some(order) = self.take(lane)
            && was_sent
        {
            self.requests.push(order.sent);
            let reply = self.reply(&order);
            self.late.push_back(reply);
        }
    }

    fn take(&mut self, lane: Lane) -> Option<Order> {
        let at = self.under_way.iter().position(|order| order.request.lane == lane)?;
        Some(self.under_way.remove(at))
    }

    fn reply(&mut self, order: &Order) -> PageReply {
        let at = self.reading().wall;
        let date = self.skew.map(|ahead| at - ahead);
        PageReply { date, result: Ok(self.server.page(&order.request)), ..empty_reply(&order.request, at) }
    }
}

fn empty_reply(request: &PageRequest, at: DateTime<Utc>) -> PageReply {
    PageReply {
        lane: request.lane,
        generation: request.generation,
        cursor: request.cursor.clone(),
        at,
        date: None,
        took: Duration::from_millis(120),
        result: Ok(Page::default()),
    }
}

/// A list of jobs that is read page by page.
#[derive(Debug, Clone, Default)]
pub struct Server {
    /// The newest first.
    pub jobs: Vec<Job>,
    /// What its tokens mean.
    pub paging: Paging,
    /// What is wrong with its next answer.
    pub mood: Mood,
    made: u32,
    oddities: u32,
}

/// What a server's tokens mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paging {
    /// "After this job": what happens above does not shift the pages.
    #[default]
    ByJob,
    /// "After so many jobs": a new job on top shifts all pages.
    ByNumber,
}

/// What is wrong with a server's next answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    /// Nothing.
    #[default]
    Good,
    /// It is empty, yet names a next page.
    Empty,
    /// It names itself as its next page.
    Looping,
}

/// Types that occur: three of the catalogue, two of one service, and one that it does not know, which the server counts
/// among the jobs of [`HIDDEN_SERVICE`].
pub const TYPES: [i64; 4] = [1, 20016, 20017, 90_130];
pub const HIDDEN_SERVICE: i64 = 2048;

impl Server {
    /// A list of `jobs` jobs, one started every hour, the last one just now; every tenth has failed.
    pub fn of(jobs: u32) -> Self {
        let mut server = Self::default();
        for number in 1..=jobs {
            let job = job(number, monday() - TimeDelta::hours(i64::from(jobs - number)));
            server.jobs.insert(0, job);
        }
        server.made = jobs;
        server
    }

    /// Another job begins.
    pub fn begin(&mut self, status: Status, at: DateTime<Utc>) -> JobId {
        self.made += 1;
        let newest = self.jobs.iter().filter_map(|job| job.started).max();
        let at = newest.map_or(at, |newest| at.max(newest + TimeDelta::seconds(1)));
        let mut job = job(self.made, at);
        set_status(&mut job, status);
        let id = job.id.clone();
        self.jobs.insert(0, job);
        id
    }

    /// A job is another's now.
    pub fn change(&mut self, at: usize, status: Status) {
        if let Some(job) = self.jobs.get_mut(at) {
            set_status(job, status);
        }
    }

    /// The jobs of a query, the newest first.
    pub fn matching(&self, query: &Query) -> Vec<&Job> {
        self.jobs.iter().filter(|job| matches(query, job)).collect()
    }

    /// The page that a request is answered with.
    pub fn page(&mut self, request: &PageRequest) -> Page {
        let mood = std::mem::take(&mut self.mood);
        let matching = self.matching(&request.query);
        let first = match &request.cursor {
            Cursor::First => 0,
            Cursor::After(token) => self.after(token, &matching),
        };
        let end = (first + usize::from(request.page_size)).min(matching.len());
        let rest = &matching[first.min(end)..];
        let rows = &rest[..end - first.min(end)];
        let total = Some(matching.len() as u64);
        let here = |at: usize| match self.paging {
            Paging::ByNumber => format!("number-{at}"),
            Paging::ByJob => format!("job-{}", at.checked_sub(1).map_or(u32::MAX, |last| number(matching[last]))),
        };
        let page = Page {
            jobs: rows.iter().map(|job| (*job).clone()).collect(),
            total,
            next: (end < matching.len()).then(|| SkipToken::new(here(end))),
        };
        match (mood, &request.cursor) {
            (Mood::Good, _) | (Mood::Looping, Cursor::First) => page,
            (Mood::Looping, Cursor::After(token)) => Page { next: Some(token.clone()), ..page },
            (Mood::Empty, _) => {
                let next = Some(SkipToken::new(format!("{}-{}", here(first.min(end)), self.oddities)));
                self.oddities += 1;
                Page { jobs: Vec::new(), total, next }
            }
        }
    }

    fn after(&self, token: &SkipToken, matching: &[&Job]) -> usize {
        let number_in_token = token.encoded().split('-').nth(1).and_then(|number| number.parse::<u32>().ok());
        let at = number_in_token.expect("only tokens that this server gave come back");
        match self.paging {
            Paging::ByNumber => (at as usize).min(matching.len()),
            Paging::ByJob => matching.iter().take_while(|job| number(job) >= at).count(),
        }
    }
}

/// Whether a job belongs to a query's list.
pub fn matches(query: &Query, job: &Job) -> bool {
    let text = query.search.as_ref().map(|text| text.to_lowercase());
    let service = job.service().map_or(HIDDEN_SERVICE, |service| service.0);
    text.is_none_or(|text| job.id.text().raw().to_lowercase().contains(&text) || job.comment.raw().contains(&text))
        && query.from.is_none_or(|from| job.started.is_none_or(|started| started >= from))
        && query.to.is_none_or(|to| job.started.is_none_or(|started| started <= to))
        && query.service.is_none_or(|wanted| wanted.0 == service)
        && query.job_type.is_none_or(|wanted| Some(wanted) == job.job_type)
}

fn number(job: &Job) -> u32 {
    job.id.text().raw().trim_start_matches('J').parse().unwrap()
}

/// The id of a job by its number: the higher, the newer.
pub fn id(number: u32) -> String {
    format!("J{number:04}")
}

/// The job of a number: every tenth has failed, every tenth less one has an exception, every fifteenth skipped most.
fn job(number: u32, started: DateTime<Utc>) -> Job {
    let mut job = Job::new(JobId::new(id(number)));
    job.started = Some(started);
    job.job_type = Some(JobType(TYPES[number as usize % TYPES.len()]));
    job.comment = if number.is_multiple_of(3) { "snapshot taken" } else { "" }.into();
    let status = match number % 10 {
        0 => Status::Failed,
        9 => Status::Exception,
        _ => Status::Finished,
    };
    set_status(&mut job, status);
    if number.is_multiple_of(15) {
        job.counts.skipped = Some(90);
    }
    job
}

fn set_status(job: &mut Job, status: Status) {
    job.status = Some(status);
    let failed = match status {
        Status::Failed => 7,
        Status::Exception => 2,
        _ => 0,
    };
    job.counts.failed = Some(failed);
    job.counts.ok = (status != Status::Waiting).then_some(100 - failed);
    job.counts.skipped = Some(0);
    job.counts.total = Some(100);
    job.finished = job.started.filter(|_| !status.is_unfinished()).map(|started| started + TimeDelta::minutes(4));
    job.duration = Some(TimeSpan::from_seconds(240));
}
