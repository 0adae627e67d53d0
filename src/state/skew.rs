//! How far this machine's clock is from the server's, by its last answers. It knows no clock: it is told both.

use std::collections::VecDeque;

use chrono::TimeDelta;

use crate::policy;

/// The differences that were seen, the newest last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Skew {
    ahead: VecDeque<TimeDelta>,
    told: bool,
}

impl Skew {
    /// An answer came: this machine's clock was so far ahead of the server's. Whether that is to be told, which it is once.
    pub fn saw(&mut self, ahead: TimeDelta) -> bool {
        if self.ahead.len() >= policy::SKEW_ANSWERS {
            self.ahead.pop_front();
        }
        self.ahead.push_back(ahead);
        let tells = !self.told && self.far().is_some();
        self.told |= tells;
        tells
    }

    /// How far this machine's clock is ahead, where it is far off in the middle of the last answers.
    pub fn far(&self) -> Option<TimeDelta> {
        // One answer may have been long under way, or come from a machine of its own.
        if self.ahead.len() < policy::SKEW_ANSWERS {
            return None;
        }
        let mut sorted: Vec<TimeDelta> = self.ahead.iter().copied().collect();
        sorted.sort_unstable();
        let middle = sorted[sorted.len() / 2];
        middle.abs().to_std().is_ok_and(|off| off > policy::CLOCK_SKEW).then_some(middle)
    }

    /// This machine's clock was set: what was seen before says nothing any more.
    pub fn forget(&mut self) {
        self.ahead.clear();
    }

    /// The difference as the header has it, where it is far.
    pub fn badge(&self) -> Option<String> {
        let ahead = self.far()?;
        let sign = if ahead > TimeDelta::zero() { '+' } else { '−' };
        Some(format!("clock {sign}{}", length(ahead)))
    }

    /// The same in a sentence.
    pub fn sentence(&self) -> Option<String> {
        let ahead = self.far()?;
        let side = if ahead > TimeDelta::zero() { "ahead of" } else { "behind" };
        let length = length(ahead);
        Some(format!(
            "this machine's clock is {length} {side} the server's: ranges and ages are off by that; set it right"
        ))
    }
}

/// In minutes, and in hours where it is some.
fn length(time: TimeDelta) -> String {
    let minutes = (time.num_seconds().abs() + 30) / 60;
    if minutes < 120 { format!("{minutes} min") } else { format!("{} h", (minutes + 30) / 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(seconds: &[i64]) -> (Skew, usize) {
        let mut skew = Skew::default();
        let told = seconds.iter().filter(|ahead| skew.saw(TimeDelta::seconds(**ahead))).count();
        (skew, told)
    }

    #[test]
    fn more_than_a_minute_in_the_middle_of_five_answers_is_shown_and_told_once() {
        for (ahead, badge) in [
            (&[180; 4][..], None),
            (&[180; 5], Some("clock +3 min")),
            (&[180; 9], Some("clock +3 min")),
            (&[-61; 5], Some("clock −1 min")),
            (&[60; 5], None),
            (&[0, 0, 0, 9_000, 9_000], None),
            (&[0, 0, 9_000, 9_000, 9_000], Some("clock +3 h")),
            (&[i64::from(i32::MIN); 5], Some("clock −596523 h")),
        ] {
            let (skew, told) = seen(ahead);
            assert_eq!((skew.badge().as_deref(), told), (badge, usize::from(badge.is_some())), "{ahead:?}");
            assert_eq!(skew.sentence().is_some(), badge.is_some());
        }
        let (mut skew, _) = seen(&[180; 5]);
        skew.forget();
        assert_eq!((0..9).map(|_| skew.saw(TimeDelta::seconds(180))).filter(|told| *told).count(), 0);
        assert!(skew.badge().is_some());
    }
}
