//! The diagnosis as text for people and as JSON for support tickets. It looks at nothing itself.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{Outcome, Step};

/// A diagnosis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// All steps, in order.
    pub steps: Vec<Step>,
}

/// Whether a text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// With the terminal's own colours.
    Coloured,
    /// Without.
    Plain,
}

impl Report {
    pub(super) fn new(mut steps: Vec<Step>) -> Self {
        steps.sort_by_key(|step| step.topic);
        Self { steps }
    }

    /// Whether jobtop can show jobs, and nothing is wrong.
    pub fn is_well(&self) -> bool {
        self.steps.iter().all(|step| step.outcome != Outcome::Failed)
    }

    /// What to do, one sentence for each thing that is wrong.
    pub fn advice(&self) -> Vec<&str> {
        let mut advice: Vec<&str> = self.steps.iter().filter_map(|step| step.advice.as_deref()).collect();
        advice.dedup();
        advice
    }

    /// The end of the text: what to do.
    pub fn conclusion(&self, tone: Tone) -> String {
        if self.is_well() {
            return format!("\n{}: jobtop can show this tenant's jobs.\n", paint("All is well", "32", tone));
        }
        let mut text = format!("\n{}\n", paint("What to do", "1", tone));
        for advice in self.advice() {
            // A string takes everything.
            let _ = writeln!(text, "  {advice}");
        }
        text
    }

    /// For a support ticket.
    pub fn json(&self) -> Value {
        let steps: Vec<Value> = self.steps.iter().map(Step::json).collect();
        json!({
            "jobtop": env!("CARGO_PKG_VERSION"),
            "system": std::env::consts::OS,
            "ok": self.is_well(),
            "steps": steps,
            "advice": self.advice(),
        })
    }
}

impl Step {
    /// One line, or more where what was found has more.
    pub fn line(&self, tone: Tone) -> String {
        let colour = match self.outcome {
            Outcome::Ok => "32",
            Outcome::Failed => "1;31",
            Outcome::Skipped => "2",
        };
        let mark = match self.outcome {
            Outcome::Ok => '✓',
            Outcome::Failed => '✗',
            Outcome::Skipped => '·',
        };
        let outcome = paint(&format!("{mark} {:8}", self.outcome), colour, tone);
        let took = self.took.map_or_else(String::new, |took| format!("{} ms", took.as_millis()));
        let told = self.told.trim_end().replace('\n', "\n                                     ");
        format!("{outcome} {:16} {took:>8}  {told}", self.topic.name()).trim_end().to_owned() + "\n"
    }

    fn json(&self) -> Value {
        json!({
            "step": self.topic.name(),
            "outcome": self.outcome.to_string(),
            "milliseconds": self.took.map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX)),
            "found": self.told,
            "advice": self.advice,
        })
    }
}

fn paint(text: &str, colour: &str, tone: Tone) -> String {
    match tone {
        Tone::Coloured => format!("\x1b[{colour}m{text}\x1b[0m"),
        Tone::Plain => text.to_owned(),
    }
}
