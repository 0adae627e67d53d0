//! Progress on standard error, where that is a terminal: how many of how many, how fast, how long still.

use std::{
    io::{self, Write},
    time::Duration,
};

use crate::{clock::Stopwatch, format, model::TimeSpan, policy};

/// A line that is written over, and gone at the end.
pub(super) struct Progress {
    on: bool,
    since: Stopwatch,
    last: Option<Duration>,
    /// Columns that are written on: blanks take them back, without a sequence that a terminal might not know.
    width: usize,
}

impl Progress {
    pub(super) fn new(on: bool) -> Self {
        Self { on, since: Stopwatch::start(), last: None, width: 0 }
    }

    /// Tells nothing from now on.
    pub(super) fn silence(&mut self) {
        self.on = false;
    }

    /// Tells how far it is, some four times a second.
    pub(super) fn show(&mut self, loaded: usize, total: Option<u64>) {
        let now = self.since.elapsed();
        if !self.on || self.last.is_some_and(|last| now.saturating_sub(last) < policy::TICK) {
            return;
        }
        self.last = Some(now);
        self.write(&line(loaded, total, now));
    }

    /// Clears the line, before anything else is written.
    pub(super) fn clear(&mut self) {
        if self.last.take().is_some() {
            self.write("");
        }
    }

    fn write(&mut self, text: &str) {
        let width = text.chars().count();
        let (blanks, back) = (self.width.saturating_sub(width), if width == 0 { "\r" } else { "" });
        self.width = width;
        // Progress that cannot be shown is no reason to stop.
        let _ = write!(io::stderr(), "\r{text}{:blanks$}{back}", "");
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

fn line(loaded: usize, total: Option<u64>, elapsed: Duration) -> String {
    let of = total.map_or(String::new(), |total| format!("/{}", format::count(total)));
    let told = format!("{}{of} jobs", format::count(loaded as u64));
    let seconds = elapsed.as_secs();
    if seconds == 0 || loaded == 0 {
        return told;
    }
    let rate = loaded as u64 / seconds;
    let left = total.map(|total| total.saturating_sub(loaded as u64)).filter(|_| rate > 0);
    let left = left.map_or(String::new(), |left| {
        let left = i64::try_from(left / rate).unwrap_or(i64::MAX);
        format!("  {} left", format::took(TimeSpan::from_seconds(left)))
    });
    format!("{told}  {}/s{left}", format::count(rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_tells_how_many_of_how_many_how_fast_and_how_long_still() {
        let line = |loaded, total, seconds| line(loaded, total, Duration::from_secs(seconds));
        assert_eq!(line(0, None, 0), "0 jobs");
        assert_eq!(line(1_200, Some(5_120), 2), "1,200/5,120 jobs  600/s  6s left");
        assert_eq!(line(1_200, None, 2), "1,200 jobs  600/s");
        assert_eq!(line(3, Some(9), 7), "3/9 jobs  0/s");
    }
}
