//! What a server with faults does instead of a good answer, and when. It owns the counts that decide that.
//! It must never know what is on a page.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;

use super::dice::hash;
use super::fault::Fault;

/// Of so many questions, the first is met by a passing fault.
const EVERY: usize = 3;
/// Questions that are remembered; beyond that it begins anew.
const QUESTIONS: usize = 100_000;
/// The statuses of a busy server.
const BUSY: [u16; 4] = [500, 502, 503, 504];
/// How far its clock is ahead when it is off.
const CLOCK_OFF: Duration = Duration::from_mins(20);

/// The faults of a server, and what they have done until now.
#[derive(Debug, Default)]
pub(super) struct Mischief {
    faults: Vec<Fault>,
    /// By question: its number, and how often it was asked.
    questions: Mutex<HashMap<u64, (usize, usize)>>,
    busy: AtomicUsize,
    pages: AtomicU64,
    /// Tokens of requests before this one are no good any more.
    revoked: AtomicU64,
    /// The other server's address, where a fault names one.
    pub(super) elsewhere: Option<String>,
    /// Connections that the other server has seen.
    pub(super) strays: Arc<AtomicU64>,
}

impl Mischief {
    pub(super) fn new(faults: Vec<Fault>) -> Self {
        Self { faults, ..Self::default() }
    }

    /// Opens the server that nobody should come to, where a fault names one. It lives as long as the task that this is called
    /// in has a runtime, and says nothing.
    pub(super) async fn open_elsewhere(&mut self) -> std::io::Result<Option<tokio::task::JoinHandle<()>>> {
        if !self.faults.iter().any(|fault| fault.leads_elsewhere()) {
            return Ok(None);
        }
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        self.elsewhere = Some(format!("http://{}", listener.local_addr()?));
        let strays = Arc::clone(&self.strays);
        Ok(Some(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                strays.fetch_add(1, Ordering::SeqCst);
                drop(stream);
            }
        })))
    }

    pub(super) fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    pub(super) fn all(&self) -> &[Fault] {
        &self.faults
    }

    /// By how much the server's clock is ahead.
    pub(super) fn clock_off(&self) -> Duration {
        if self.has(Fault::ClockOff) { CLOCK_OFF } else { Duration::ZERO }
    }

    /// The passing fault that meets a question this time.
    pub(super) fn passing(&self, question: &str) -> Option<Fault> {
        let passing: Vec<Fault> = self.faults.iter().copied().filter(|fault| fault.is_passing()).collect();
        if passing.is_empty() {
            return None;
        }
        let mut questions = self.questions.lock().unwrap_or_else(PoisonError::into_inner);
        if questions.len() >= QUESTIONS {
            questions.clear();
        }
        let next = questions.len();
        let (number, times) = questions.entry(hash(0, question.as_bytes())).or_insert((next, 0));
        let met = *number % EVERY == 0 && *times % 2 == 0;
        let which = *number / EVERY + *times / 2;
        *times += 1;
        met.then(|| passing[which % passing.len()])
    }

    /// The next status of a busy server.
    pub(super) fn busy(&self) -> u16 {
        BUSY[self.busy.fetch_add(1, Ordering::Relaxed) % BUSY.len()]
    }

    /// Counts a page, and revokes all tokens that were given before this request where it is time to.
    pub(super) fn count_page(&self, request: u64) {
        let page = self.pages.fetch_add(1, Ordering::Relaxed);
        if self.has(Fault::UnauthorizedMidway) && (page == 2 || page % 50 == 49) {
            self.revoked.store(request, Ordering::SeqCst);
        }
    }

    /// Whether a token that was given with a request is revoked.
    pub(super) fn is_revoked(&self, given: u64) -> bool {
        given < self.revoked.load(Ordering::SeqCst)
    }
}
