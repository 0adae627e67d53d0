//! The event loop: owns the state, waits for keys, pages and signals, applies them, performs the effects, draws once.
//! It decides nothing: what a message means is `update`'s, what the screen shows is `view`'s.

mod fetcher;
mod signals;
mod surface;
mod terminal;

use std::{future::poll_fn, io, task::Poll, time::Duration};

use crossterm::event::{Event, KeyEventKind};
use futures_util::{Stream, StreamExt};
use ratatui::{
    Terminal,
    buffer::Buffer,
    layout::{Position, Rect},
};
use tokio::sync::mpsc;

pub use signals::{Signal, Signals};
pub use surface::Surface;
pub use terminal::{Screen, abandon, guard_against_panics, watch_over};

use crate::{
    api::Client,
    clock::{self, Clock, Stopwatch},
    keymap::Key,
    model::PageReply,
    policy,
    state::State,
    update::{Effect, Message, update},
    view::{self, Theme},
};
use fetcher::Order;

/// Why the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The user left.
    Quit,
    /// It is to stop for now; [`App::run`] goes on afterwards.
    Suspend,
    /// It has been stopped without a word and goes on: the terminal is to be taken over again.
    Continue,
    /// A signal asks it to end.
    Signal(i32),
    /// The terminal is gone.
    TerminalLost,
    /// The task that fetches pages is gone, which only a panic does.
    FetcherLost,
}

/// A session: the state, and the task that fetches pages for it.
pub struct App {
    state: State,
    theme: Theme,
    clock: Clock,
    orders: mpsc::Sender<Order>,
    replies: mpsc::Receiver<PageReply>,
    /// Orders that wait to be sent, at most one a lane: a newer one takes the place of an older.
    waiting: Vec<Order>,
    /// What the terminal shows; none: it has to be painted whole.
    shown: Option<(Buffer, Option<Position>)>,
    /// When pages alone last redrew the screen.
    network_frame: Option<Stopwatch>,
    owes_frame: bool,
}

/// What ended a wait.
enum Wake {
    /// Messages, and whether they are the user's, who sees their effect at once.
    Messages(Vec<Message>, bool),
    Signal(Signal),
    Lost(Ending),
}

/// Pages alone redraw the screen at most this often.
const NETWORK_FRAME: Duration = Duration::from_millis(33);

impl App {
    /// A session that has asked for nothing yet. Its task runs on the tokio runtime that this is called in.
    pub fn new(state: State, theme: Theme, client: Client, clock: Clock) -> Self {
        let (orders, taken) = mpsc::channel(policy::CHANNEL);
        let (answers, replies) = mpsc::channel(policy::CHANNEL);
        tokio::spawn(fetcher::run(client, clock, taken, answers));
        Self {
            state,
            theme,
            clock,
            orders,
            replies,
            waiting: Vec::new(),
            shown: None,
            network_frame: None,
            owes_frame: false,
        }
    }

    /// The state, for whoever watches the session.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Runs until the user leaves or something ends it. After [`Ending::Suspend`] and [`Ending::Continue`] it may be run
    /// again.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub async fn run<B, I>(
        &mut self,
        terminal: &mut Terminal<B>,
        input: &mut I,
        signals: &mut Signals,
    ) -> Result<Ending, B::Error>
    where
        B: Surface,
        I: Stream<Item = io::Result<Event>> + Unpin,
    {
        let size = terminal.size()?;
        self.shown = None;
        self.apply(Message::Tick(self.clock.now()));
        self.apply(Message::Resize(size.width, size.height));
        self.draw(terminal)?;
        loop {
            self.send_orders();
            let (messages, urgent) = match self.wait(input, signals).await {
                Wake::Messages(messages, urgent) => (messages, urgent),
                Wake::Signal(Signal::End(number)) => return Ok(Ending::Signal(number)),
                Wake::Signal(Signal::Suspend) => return Ok(Ending::Suspend),
                Wake::Signal(Signal::Continue) => return Ok(Ending::Continue),
                Wake::Lost(ending) => return Ok(ending),
            };
            self.apply(Message::Tick(self.clock.now()));
            for message in messages {
                if let Some(ending) = self.apply(message) {
                    return Ok(ending);
                }
            }
            self.owes_frame = !urgent && !self.network_pause().is_zero();
            if !self.owes_frame {
                self.network_frame = if urgent { self.network_frame } else { Some(Stopwatch::start()) };
                self.draw(terminal)?;
            }
        }
    }

    /// How long the next frame that only pages ask for has to wait.
    fn network_pause(&self) -> Duration {
        self.network_frame.map_or(Duration::ZERO, |last| NETWORK_FRAME.saturating_sub(last.elapsed()))
    }

    /// Waits for one event, then takes all that are ready.
    async fn wait<I>(&mut self, input: &mut I, signals: &mut Signals) -> Wake
    where
        I: Stream<Item = io::Result<Event>> + Unpin,
    {
        let pause = match (self.owes_frame, self.state.is_ticking()) {
            (true, _) => Some(self.network_pause()),
            (false, true) => Some(policy::TICK),
            (false, false) => None,
        };
        let mut messages = Vec::new();
        let mut urgent = false;
        tokio::select! {
            biased;
            signal = signals.next() => return Wake::Signal(signal),
            event = input.next() => match event {
                Some(Ok(event)) => { messages.extend(message(event)); urgent = true; }
                Some(Err(_)) | None => return Wake::Lost(Ending::TerminalLost),
            },
            reply = self.replies.recv() => match reply {
                Some(reply) => messages.push(Message::Page(Box::new(reply))),
                None => return Wake::Lost(Ending::FetcherLost),
            },
            () = clock::sleep(pause.unwrap_or_default()), if pause.is_some() => {}
        }
        while let Some(event) = ready(input).await {
            match event {
                Some(Ok(event)) => {
                    messages.extend(message(event));
                    urgent = true;
                }
                Some(Err(_)) | None => return Wake::Lost(Ending::TerminalLost),
            }
        }
        while let Ok(reply) = self.replies.try_recv() {
            messages.push(Message::Page(Box::new(reply)));
        }
        Wake::Messages(messages, urgent)
    }

    /// Applies a message and performs its effects; gives the end where one of them is that.
    fn apply(&mut self, message: Message) -> Option<Ending> {
        let mut ending = None;
        for effect in update(&mut self.state, message) {
            match effect {
                Effect::FetchPage(request) => self.order(Order::Fetch(request)),
                Effect::Cancel(lane) => self.order(Order::Cancel(lane)),
                Effect::Redraw => self.shown = None,
                Effect::Suspend => ending = Some(Ending::Suspend),
                Effect::Quit => ending = Some(Ending::Quit),
            }
        }
        ending
    }

    fn order(&mut self, order: Order) {
        self.waiting.retain(|other| other.lane() != order.lane());
        self.waiting.push(order);
    }

    /// Sends what waits, as far as there is room: the loop itself never waits for the task.
    fn send_orders(&mut self) {
        while let Some(order) = self.waiting.pop() {
            if let Err(mpsc::error::TrySendError::Full(order)) = self.orders.try_send(order) {
                self.waiting.push(order);
                return;
            }
        }
    }

    /// Brings the terminal in step with the state; where nothing has changed, nothing is written.
    fn draw<B: Surface>(&mut self, terminal: &mut Terminal<B>) -> Result<(), B::Error> {
        let size = terminal.size()?;
        let area = Rect::new(0, 0, size.width.min(policy::MAX_SIZE.0), size.height.min(policy::MAX_SIZE.1));
        let mut next = Buffer::empty(area);
        let cursor = view::paint(&self.state, &self.theme, &mut next);
        if self.shown.is_none() {
            // Clears the screen and forgets what it shows; `clear` would ask the terminal for its cursor.
            terminal.resize(Rect::new(0, 0, size.width, size.height))?;
        }
        if self.shown.as_ref().is_some_and(|(shown, at)| *shown == next && *at == cursor) {
            return Ok(());
        }
        terminal.backend_mut().begin_frame()?;
        terminal.draw(|frame| {
            frame.buffer_mut().merge(&next);
            if let Some(at) = cursor {
                frame.set_cursor_position(at);
            }
        })?;
        terminal.backend_mut().end_frame()?;
        self.shown = Some((next, cursor));
        Ok(())
    }
}

/// What an event means to the core; releases of keys, focus and mouse mean nothing.
fn message(event: Event) -> Option<Message> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => Some(Message::Key(Key::from(key))),
        Event::Paste(text) => Some(Message::Paste(text)),
        Event::Resize(columns, rows) => Some(Message::Resize(columns, rows)),
        _ => None,
    }
}

/// The next event if there is one already. Polls with this task's own waker: an event stream keeps the waker that it was last
/// polled with, and one that wakes nobody would lose the next key.
async fn ready<I>(input: &mut I) -> Option<Option<I::Item>>
where
    I: Stream + Unpin,
{
    poll_fn(|context| match input.poll_next_unpin(context) {
        Poll::Ready(event) => Poll::Ready(Some(event)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}
