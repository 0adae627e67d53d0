//! The choice of a range: a free text, and what most want. It sets none.

use tui_input::Input;

use super::State;
use crate::filter::{Range, RangeError, Unit};

/// The choice of a range: a free text and presets.
#[derive(Debug, Clone, Default)]
pub struct RangePicker {
    /// The text.
    pub input: Input,
    /// The preset under the cursor, while nothing is written.
    pub cursor: usize,
    /// Why the text can't be taken, once that was tried.
    pub error: Option<RangeError>,
}

/// A range that the picker offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    /// What it is called.
    pub label: &'static str,
    /// The range, as it is meant now and in the user's zone.
    pub range: Range,
}

impl RangePicker {
    /// What the picker offers: since the last visit only where there was one.
    pub fn presets(state: &State) -> Vec<Preset> {
        let last = |label, amount, unit| Some(Preset { label, range: Range::last(amount, unit) });
        let text = |label| {
            let range = Range::parse(label, state.now, state.zones.shown).ok()?;
            Some(Preset { label, range })
        };
        let visit = state.last_visit.map(|at| Range::Between { from: Some(at), to: None });
        let presets = [
            last("last hour", 1, Unit::Hour),
            last("last 24 hours", 24, Unit::Hour),
            text("today"),
            text("since yesterday 18:00"),
            text("since last business day"),
            visit.map(|range| Preset { label: "since last visit", range }),
            last("last 7 days", 7, Unit::Day),
            last("last 14 days", 14, Unit::Day),
            last("last 30 days", 30, Unit::Day),
            last("last 90 days", 90, Unit::Day),
            Some(Preset { label: "all time", range: Range::All }),
        ];
        presets.into_iter().flatten().collect()
    }

    /// A picker that stands on the range in force, where it offers that.
    pub fn new(state: &State) -> Self {
        let at = Self::presets(state).iter().position(|preset| preset.range == state.filter.range);
        Self { cursor: at.unwrap_or(0), ..Self::default() }
    }

    /// What Enter would choose: the text when there is one, else the preset.
    ///
    /// # Errors
    /// When the text is no range; the error says what is accepted.
    pub fn choice(&self, state: &State) -> Result<Range, RangeError> {
        let preset = Self::presets(state).into_iter().nth(self.cursor);
        match (self.input.value().trim(), preset) {
            ("", Some(preset)) => Ok(preset.range),
            (text, _) => Range::parse(text, state.now, state.zones.shown),
        }
    }
}
