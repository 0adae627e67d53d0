//! The only reader of clocks and time zones, and the only sleeper. The core never imports it: it learns the time from
//! messages, and the zone is a value of its state.

use std::{
    future::Future,
    pin::Pin,
    task::Context,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// Wall time: the system's, or one that stands still for pictures.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    fixed: Option<DateTime<Utc>>,
    since: Instant,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self { fixed: None, since: Instant::now() }
    }

    /// A clock that always shows `at`.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self { fixed: Some(at), since: Instant::now() }
    }

    /// Whether it stands still.
    pub fn is_fixed(&self) -> bool {
        self.fixed.is_some()
    }

    /// The time, UTC.
    pub fn now(&self) -> DateTime<Utc> {
        self.fixed.unwrap_or_else(Utc::now)
    }

    /// The time since this clock was made, by one that nobody sets and that stands still while the machine sleeps.
    pub fn steady(&self) -> Duration {
        if self.is_fixed() { Duration::ZERO } else { self.since.elapsed() }
    }
}

/// Waits for `time`.
pub async fn sleep(time: Duration) {
    tokio::time::sleep(time).await;
}

/// Waits for `work`, but no longer than `time`; nothing when that is over.
pub async fn within<T>(time: Duration, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(time, work).await.ok()
}

/// Ready when its time has passed; for code that is polled.
pub type Timer = Pin<Box<tokio::time::Sleep>>;

/// A timer of `time`, which runs from now on.
pub fn timer(time: Duration) -> Timer {
    Box::pin(tokio::time::sleep(time))
}

/// Whether a timer runs and is over now; it is gone then.
pub fn is_over(timer: &mut Option<Timer>, cx: &mut Context<'_>) -> bool {
    let over = timer.as_mut().is_some_and(|timer| timer.as_mut().poll(cx).is_ready());
    if over {
        *timer = None;
    }
    over
}

/// Stops the thread for `time`.
pub fn block(time: Duration) {
    std::thread::sleep(time);
}

/// Measures how long something takes.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Begins to measure.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since it began.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The zone of this machine: `TZ`, then the system's setting.
///
/// # Errors
/// Names a zone that is not in the time zone database; times are then to be shown in UTC.
pub fn local_zone() -> Result<Tz, String> {
    let named = std::env::var("TZ").ok().filter(|zone| !zone.is_empty());
    let name = match named {
        Some(zone) => zone.trim_start_matches(':').to_owned(),
        None => iana_time_zone::get_timezone().unwrap_or_else(|_| "UTC".to_owned()),
    };
    name.parse().map_err(|_| name)
}
