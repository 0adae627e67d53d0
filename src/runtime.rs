//! The loop: it waits for one thing to happen, takes all that is ready, lets `update` apply it, performs the effects and draws
//! once. It decides nothing about jobs, pages or keys, and never waits for the network.

mod beside;
mod console;
mod ending;
pub mod errand;
mod export;
pub mod fetcher;
mod input;
mod journaling;
#[cfg(unix)]
mod keyboard;
mod notify;
mod opening;
mod plain;
mod program;
pub mod quiet;
pub mod recall;
mod returning;
mod settings;
mod shield;
#[cfg(unix)]
pub mod signals;
mod source;
mod tenants;
pub mod terminal;
#[cfg(unix)]
pub mod watchdog;

use std::{
    collections::HashMap,
    future::poll_fn,
    io,
    task::{Context, Poll},
};

use futures_util::StreamExt;
use tokio::{
    runtime::Handle,
    sync::mpsc::{Receiver, Sender, channel},
};

use crate::{
    clock::{self, Clock, Timer},
    journal::Journal,
    model::Reading,
    policy,
    state::{Announcement, Preferences, State},
    update::{Effect, Message, update},
    view::Theme,
};
pub use console::{Console, Heard};
use fetcher::Fetcher;
pub use opening::{Connect, Keep, Leave, Opening, Reread, Signal};
pub use plain::Plain;
pub use recall::Recall;
pub use returning::{not_returned, returning};
pub use shield::harden;
use tenants::Desk;

/// A running dashboard.
pub struct Session<C> {
    console: C,
    /// The tenant that is shown.
    desk: Desk,
    /// The tenants that were shown before, with their rows, filters and cursors.
    parked: HashMap<String, Desk>,
    /// Which colours and signs may be used; the state says which theme.
    theme: Theme,
    clock: Clock,
    connect: Connect,
    keep: Keep,
    reread: Reread,
    /// What the configuration said when it was last read, for tenants that are shown later.
    preferences: Option<Preferences>,
    signals: Receiver<Signal>,
    journal: Journal,
    /// Where requests and whatever else is begun here run, so that none of it waits for a frame, nor a frame for it.
    workers: Handle,
    /// It was told that the journal is written no more.
    gave_up: bool,
    /// What tasks of the session's own have to tell.
    told: (Sender<Message>, Receiver<Message>),
    /// Runs while something shown moves with time.
    tick: Option<Timer>,
    /// Runs after a redraw that nobody's key asked for; until then there is no other.
    rest: Option<Timer>,
    /// The terminal tells us what the mouse does.
    has_mouse: bool,
    /// The screen is behind the state.
    stale: bool,
}

/// One thing that happened.
enum Happening {
    Heard(io::Result<Heard>),
    EventsEnded,
    Signal(Signal),
    Told(Message),
    FetcherEnded,
    Tick,
    RestOver,
}

/// What the things of one turn come to.
#[derive(Default)]
struct Turn {
    /// `update` knows the time.
    timed: bool,
    /// A person did something and waits to see it.
    urgent: bool,
    /// Characters that were typed and are not applied yet: a list of a million follows a word and not each of its letters.
    typed: String,
    /// Something that may be seen has changed.
    changed: bool,
    leave: Option<Leave>,
}

impl<C: Console> Session<C> {
    /// Draws the first frame, then orders the first page. To be called in the tokio runtime that the fetcher is to run on; its
    /// turns may be taken in another one.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn open(mut console: C, opening: Opening) -> io::Result<Self> {
        let Opening { mut state, theme, clock, source, connect, keep, reread, signals, journal } = opening;
        let (columns, rows) = console.size()?;
        let effects = update(&mut state, Message::Resize(columns, rows));
        console.show(&state, &theme.named(state.theme_shown()))?;
        let desk = Desk::new(state, source, clock, &journal);
        let (parked, tick, rest, told) = (HashMap::new(), None, None, channel(policy::CHANNEL));
        let (preferences, stale) = (None, false);
        let mut session = Self {
            console,
            desk,
            parked,
            theme,
            clock,
            connect,
            keep,
            reread,
            preferences,
            signals,
            journal,
            workers: Handle::current(),
            gave_up: false,
            told,
            tick,
            rest,
            has_mouse: false,
            stale,
        };
        session.perform(effects, &mut Turn::default())?;
        session.keep_ticking();
        session.share_mouse()?;
        Ok(session)
    }

    /// Takes turns until the session ends.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub async fn run(&mut self) -> io::Result<Leave> {
        loop {
            if let Some(leave) = self.turn().await? {
                return Ok(leave);
            }
        }
    }

    /// Waits for something to happen, then applies all that has happened and draws once.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub async fn turn(&mut self) -> io::Result<Option<Leave>> {
        fault("loop");
        let mut turn = Turn::default();
        let mut next = Some(poll_fn(|cx| self.poll(cx)).await);
        let mut taken = 0;
        while let Some(happening) = next {
            self.take(happening, &mut turn)?;
            if turn.leave.is_some() {
                return Ok(turn.leave);
            }
            taken += 1;
            next = if taken < policy::BATCH { self.ready().await } else { None };
        }
        self.write_out(&mut turn)?;
        self.look_at_settings(&mut turn)?;
        self.look_at_journal(&mut turn)?;
        self.show(&turn)?;
        self.keep_ticking();
        self.share_mouse()?;
        Ok(None)
    }

    /// The state after the last turn.
    pub fn state(&self) -> &State {
        &self.desk.state
    }

    /// What the session is shown on.
    pub fn console(&mut self) -> &mut C {
        &mut self.console
    }

    /// What has happened already. It is asked for with the task's own waker: an event stream that was polled with another
    /// would wake nobody at the next key.
    async fn ready(&mut self) -> Option<Happening> {
        poll_fn(|cx| match self.poll(cx) {
            Poll::Ready(happening) => Poll::Ready(Some(happening)),
            Poll::Pending => Poll::Ready(None),
        })
        .await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Happening> {
        if let Poll::Ready(Some(signal)) = self.signals.poll_recv(cx) {
            return Poll::Ready(Happening::Signal(signal));
        }
        if let Poll::Ready(event) = self.console.events().poll_next_unpin(cx) {
            return Poll::Ready(event.map_or(Happening::EventsEnded, Happening::Heard));
        }
        if let Some((_, replies)) = &mut self.desk.server
            && let Poll::Ready(reply) = replies.poll_recv(cx)
        {
            return Poll::Ready(
                reply.map_or(Happening::FetcherEnded, |reply| Happening::Told(Message::Page(Box::new(reply)))),
            );
        }
        if let Poll::Ready(Some(message)) = self.told.1.poll_recv(cx) {
            return Poll::Ready(Happening::Told(message));
        }
        if clock::is_over(&mut self.tick, cx) {
            return Poll::Ready(Happening::Tick);
        }
        if clock::is_over(&mut self.rest, cx) {
            return Poll::Ready(Happening::RestOver);
        }
        Poll::Pending
    }

    fn take(&mut self, happening: Happening, turn: &mut Turn) -> io::Result<()> {
        match happening {
            Happening::Heard(heard) => self.hear(heard?, turn),
            Happening::Told(message) => {
                turn.changed = true;
                self.apply(message, turn)
            }
            Happening::Tick => {
                turn.changed = true;
                self.tell_time(turn)
            }
            Happening::RestOver => Ok(()),
            Happening::Signal(Signal::Stop) => self.suspend(turn),
            Happening::Signal(Signal::Continued) => {
                self.console.resume()?;
                self.go_on(turn)
            }
            Happening::Signal(Signal::End(number)) => {
                turn.leave = Some(Leave::Signal(number));
                Ok(())
            }
            Happening::EventsEnded => {
                turn.leave = Some(Leave::Closed);
                Ok(())
            }
            Happening::FetcherEnded => Err(io::Error::other("the task that asks the server has ended")),
        }
    }

    fn apply(&mut self, message: Message, turn: &mut Turn) -> io::Result<()> {
        self.write_out(turn)?;
        self.tell_time(turn)?;
        let effects = update(&mut self.desk.state, message);
        self.perform(effects, turn)
    }

    fn tell_time(&mut self, turn: &mut Turn) -> io::Result<()> {
        if turn.timed {
            return Ok(());
        }
        turn.timed = true;
        let reading = self.read_clock();
        let effects = update(&mut self.desk.state, Message::Tick(reading));
        self.perform(effects, turn)
    }

    fn read_clock(&self) -> Reading {
        Reading { wall: self.clock.now(), steady: self.clock.steady() }
    }

    fn perform(&mut self, effects: Vec<Effect>, turn: &mut Turn) -> io::Result<()> {
        if effects.is_empty() {
            return Ok(());
        }
        let workers = self.workers.clone();
        let _there = workers.enter();
        for effect in effects {
            match effect {
                Effect::FetchPage(order) => self.ask(|fetcher| fetcher.order(order)),
                Effect::Cancel(lane) => self.ask(|fetcher| fetcher.cancel(lane)),
                Effect::Reconnect => self.ask(Fetcher::reconnect),
                Effect::SignInAnew => self.sign_in_anew(turn)?,
                Effect::Connect(target) => self.connect(&target, turn)?,
                Effect::Remember(memo) => {
                    if let Err(why) = (self.keep)(&memo) {
                        self.apply(Message::Refused(why), turn)?;
                    }
                }
                Effect::Export(order) => export::begin(*order, self.told.0.clone()),
                Effect::Address(query) => self.apply(self.address(&query), turn)?,
                Effect::Announce(one) => self.announce(*one)?,
                Effect::Hand(handing) => beside::hand(*handing, self.told.0.clone()),
                Effect::Open(program, address) => beside::open(program, address, self.told.0.clone()),
                Effect::Copy(text) => self.console.copy(&text, self.desk.state.clipboard)?,
                Effect::AskBackground if self.theme.has_colors() => self.console.ask_background()?,
                Effect::AskBackground => {}
                Effect::Redraw => self.console.clear()?,
                Effect::Suspend => self.suspend(turn)?,
                Effect::SetUp => turn.leave = Some(Leave::SetUp),
                Effect::Quit => turn.leave = Some(Leave::Quit),
            }
        }
        Ok(())
    }

    fn ask(&self, ask: impl FnOnce(&Fetcher)) {
        if let Some((fetcher, _)) = &self.desk.server {
            ask(fetcher);
        }
    }

    fn announce(&mut self, one: Announcement) -> io::Result<()> {
        match one.command.clone() {
            Some(command) => notify::begin(one, command, self.told.0.clone()),
            None => self.console.announce(&one, self.desk.state.clipboard)?,
        }
        Ok(())
    }

    fn suspend(&mut self, turn: &mut Turn) -> io::Result<()> {
        self.console.suspend()?;
        // Whatever was known of the time was known before the stop.
        turn.timed = false;
        self.go_on(turn)
    }

    fn go_on(&mut self, turn: &mut Turn) -> io::Result<()> {
        self.apply(Message::Continued, turn)?;
        self.measure(turn)
    }

    /// The terminal may have another size than when it was last looked at.
    fn measure(&mut self, turn: &mut Turn) -> io::Result<()> {
        let (columns, rows) = self.console.size()?;
        turn.urgent = true;
        self.apply(Message::Resize(columns, rows), turn)
    }

    fn show(&mut self, turn: &Turn) -> io::Result<()> {
        self.stale |= turn.changed || turn.urgent;
        if !self.stale || (self.rest.is_some() && !turn.urgent) {
            return Ok(());
        }
        self.stale = false;
        if !turn.urgent {
            self.rest = Some(clock::timer(policy::FRAME));
        }
        fault("draw");
        let state = &self.desk.state;
        self.console.show(state, &self.theme.named(state.theme_shown()))
    }

    fn keep_ticking(&mut self) {
        if self.desk.state.is_ticking() {
            self.tick.get_or_insert_with(|| clock::timer(policy::TICK));
        } else {
            self.tick = None;
        }
    }
}

/// Panics where a test of the development build asks for it: what follows a panic is worth a test.
fn fault(point: &str) {
    let asked = cfg!(debug_assertions) && std::env::var("JOBTOP_PANIC_AT").is_ok_and(|at| at == point);
    assert!(!asked, "a test asked for a panic at \u{1b}[31m{point}");
}
