//! Texts that both `update` and `view` need. Here the detail pane's, line by line: how far one can scroll, and what to paint.
//! It knows what a line says and what part it plays, not how it looks.

pub mod chips;
pub mod finding;
pub mod hints;
pub mod messages;
pub mod panel;
pub mod strip;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use ratatui::layout::Rect;

use crate::{
    format,
    insight::{self, History},
    keymap::{Action, Context},
    layout,
    model::{Counts, Job, Status},
    policy,
    state::{State, Tab},
    text::Foreign,
};

/// One line of the pane.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// Nothing.
    Blank,
    /// A section's name.
    Heading(String),
    /// A field's name and its value, or the rest of a value that took more than a line.
    Field(String, String, Part),
    /// Running text.
    Text(String, Part),
    /// A bar of the objects by outcome.
    Bar(Counts),
    /// A run of the same type: its moment, its status, its outcome; whether it is the job itself.
    Run(String, Option<Status>, String, bool),
}

/// What part a text plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// As it is.
    Plain,
    /// Beside the point.
    Quiet,
    /// Wrong.
    Bad,
    /// To be looked at.
    Doubtful,
}

/// Runs that the Job tab shows, and the Runs tab.
const LATEST_RUNS: usize = 7;
const ALL_RUNS: usize = 200;
const NAME_WIDTH: usize = 10;

/// The lines of a job in a pane of `width` columns.
pub fn lines(state: &State, job: &Job, tab: Tab, width: usize) -> Vec<Line> {
    let page = Page { state, job, width: width.max(20), zone: state.zones.shown };
    match tab {
        Tab::Job => page.job(),
        Tab::Runs => page.runs(ALL_RUNS),
        Tab::Fields => page.fields(),
    }
}

/// Where the titles of the tabs are in a pane.
pub fn tabs(pane: Rect) -> Vec<(Tab, Rect)> {
    let text = layout::inset(pane);
    let second = Rect { y: text.y + 1, height: text.height.saturating_sub(1).min(1), ..text };
    let places = layout::side_by_side(second, 0, Tab::ALL.map(|tab| tab.title().len() + 2));
    Tab::ALL.into_iter().zip(places).collect()
}

struct Page<'a> {
    state: &'a State,
    job: &'a Job,
    width: usize,
    zone: Tz,
}

impl Page<'_> {
    fn job(&self) -> Vec<Line> {
        let job = self.job;
        if let Some(reason) = job.unreadable {
            let mut lines = vec![Line::Text(format!("This row could not be read: {reason}."), Part::Bad), Line::Blank];
            lines.extend(self.raw_fields());
            return lines;
        }
        let mut lines = self.outcome();
        lines.push(Line::Blank);
        lines.extend(self.facts());
        lines.push(Line::Blank);
        lines.push(Line::Heading("Comment".to_owned()));
        lines.extend(self.comment());
        lines.push(Line::Blank);
        lines.extend(self.runs(LATEST_RUNS));
        lines
    }

    fn outcome(&self) -> Vec<Line> {
        let counts = self.job.counts;
        let told = |number, name| format!("{} {name}", format::count_or_unknown(number));
        let numbers =
            [told(counts.ok, "ok"), told(counts.failed, "failed"), told(counts.skipped, "skipped")].join(" · ");
        let total = format::count_or_unknown(counts.total);
        let mut lines = vec![Line::Text(format!("{numbers} · of {total}"), Part::Plain), Line::Bar(counts)];
        let share = |number: Option<u64>| Some(number? as f64 / counts.total.filter(|total| *total > 0)? as f64);
        let shares = [(share(counts.failed), "failed", Part::Bad), (share(counts.skipped), "skipped", Part::Doubtful)];
        for (share, name, part) in shares {
            if let Some(share) = share.filter(|share| *share > 0.0) {
                lines.push(Line::Text(format!("{} {name}", format::percent(share)), part));
            }
        }
        let lost = counts.failed.is_some_and(|n| n > 0) || counts.skipped.is_some_and(|n| n > 0);
        if lost {
            lines.extend(self.text("Which objects these are, only the portal can tell.", Part::Quiet));
        }
        lines
    }

    fn facts(&self) -> Vec<Line> {
        let job = self.job;
        let when =
            |at: Option<DateTime<Utc>>| at.map_or(format::UNKNOWN.to_owned(), |at| format::moment_whole(at, self.zone));
        let status =
            job.status.map_or(format::UNKNOWN.to_owned(), |status| format!("{} ({})", status.word(), status.number()));
        let service =
            job.service().map_or(format::UNKNOWN.to_owned(), |service| format!("{} ({})", service.label(), service.0));
        let job_type = job.job_type.map_or(format::UNKNOWN.to_owned(), |kind| format!("{} ({})", kind.label(), kind.0));
        let mut facts = vec![
            ("Job id", String::from(job.id.text().line(80))),
            ("Status", status),
            ("Started", when(job.started)),
            ("Finished", if job.is_unfinished() { "not yet".to_owned() } else { when(job.finished) }),
            ("Took", self.took()),
            ("Type", job_type),
            ("Service", service),
        ];
        if self.state.watches.holds(&job.id) {
            let key = self.state.keymap.key(Context::Detail, Action::Watch);
            facts.push(("Watched", format!("◎ a notification tells its end; {key} ends the watch")));
        }
        facts.extend(job.job_type.and_then(crate::model::JobType::kind).map(|kind| ("Kind", kind.to_owned())));
        facts.into_iter().flat_map(|(name, value)| self.field(name, &value, Part::Plain)).collect()
    }

    fn took(&self) -> String {
        let as_of = self.state.store.as_of();
        let Some(took) = self.job.took(as_of) else { return format::UNKNOWN.to_owned() };
        let running = self.job.status == Some(Status::InProgress);
        let mut told = format::took_in_words(took);
        if running {
            told = format!("{told} so far, as of {}", format::clock(as_of, self.zone));
        }
        if let Some(usual) = self.history(1).and_then(|history| history.usual) {
            let span = |seconds| format::took(crate::model::TimeSpan::from_seconds(seconds));
            told = format!("{told} (usually {} to {}, {} runs)", span(usual.low), span(usual.high), usual.sample);
        }
        told
    }

    fn comment(&self) -> Vec<Line> {
        if self.job.comment.is_empty() {
            return vec![Line::Text("none".to_owned(), Part::Quiet)];
        }
        let lines = self.job.comment.lines(policy::FIELD_SHOWN_BYTES);
        lines.iter().flat_map(|line| self.text(line.as_str(), Part::Plain)).collect()
    }

    fn history(&self, max: usize) -> Option<History> {
        insight::history(&self.state.store, self.job, max)
    }

    fn runs(&self, max: usize) -> Vec<Line> {
        let Some(history) = self.history(max) else {
            return vec![Line::Text("The type of this job is unknown.".to_owned(), Part::Quiet)];
        };
        let kind = self.job.job_type.map(crate::model::JobType::short).unwrap_or_default();
        let mut lines = vec![Line::Heading(format!("Runs of {kind}, {} loaded", format::count(history.loaded as u64)))];
        for (at, run) in history.runs.iter().enumerate() {
            let when = run.started.map_or(format::UNKNOWN.to_owned(), |started| {
                format::moment(started, self.state.store.as_of(), self.zone)
            });
            lines.push(Line::Run(when, run.status, self.run_outcome(run, at, &history), run.id == self.job.id));
        }
        lines
    }

    fn run_outcome(&self, run: &Job, at: usize, history: &History) -> String {
        let mut told = Vec::new();
        if history.streak > 1 && at + 1 == history.streak {
            told.push(format!("first of {} failed", history.streak));
        }
        if history.last_good.as_ref() == Some(&run.id) && history.streak > 0 {
            told.push("last good".to_owned());
        }
        for (number, name) in [(run.counts.failed, "failed"), (run.counts.skipped, "skipped")] {
            if let Some(number) = number.filter(|number| *number > 0) {
                told.push(format!("{} {name}", format::count(number)));
            }
        }
        if run.is_unfinished() {
            told.extend(run.status.map(|status| status.word().to_lowercase()));
        }
        if told.is_empty() {
            told.extend(run.counts.ok.map(|ok| format!("{} ok", format::count(ok))));
        }
        told.extend(run.took(self.state.store.as_of()).map(format::took));
        told.join(" · ")
    }

    /// Every field with its raw value, the unknown ones too.
    fn fields(&self) -> Vec<Line> {
        let job = self.job;
        let number = |n: Option<u64>| n.map_or("null".to_owned(), |n| n.to_string());
        let time = |at: Option<DateTime<Utc>>| {
            at.map_or("null".to_owned(), |at| at.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string())
        };
        let known = [
            ("jobId", String::from(job.id.text().line(200))),
            ("jobType", job.job_type.map_or("null".to_owned(), |kind| kind.0.to_string())),
            ("status", job.status.map_or("null".to_owned(), |status| status.number().to_string())),
            ("failedCount", number(job.counts.failed)),
            ("successfulCount", number(job.counts.ok)),
            ("skippedCount", number(job.counts.skipped)),
            ("totalCount", number(job.counts.total)),
            ("startTime", time(job.started)),
            ("finishTime", time(job.finished)),
            ("duration", job.duration.map_or("null".to_owned(), |span| span.to_string())),
            ("comments", String::from(job.comment.line(policy::FIELD_SHOWN_BYTES))),
        ];
        let mut lines = vec![Line::Heading("As the API names them, times in UTC".to_owned())];
        lines.extend(known.into_iter().flat_map(|(name, value)| self.wide_field(name, &value)));
        if !job.raw.is_empty() {
            lines.push(Line::Blank);
            lines.push(Line::Heading("As they came, where that says more".to_owned()));
            lines.extend(self.raw_fields());
        }
        lines
    }

    fn raw_fields(&self) -> Vec<Line> {
        let fields = self.job.raw.iter();
        let whole = |text: &Foreign| {
            text.lines(policy::FIELD_SHOWN_BYTES).iter().map(ToString::to_string).collect::<Vec<_>>().join("⏎")
        };
        fields.flat_map(|field| self.wide_field(field.name.line(40).as_str(), &whole(&field.json))).collect()
    }

    fn field(&self, name: &str, value: &str, part: Part) -> Vec<Line> {
        self.named(name, NAME_WIDTH, value, part)
    }

    fn wide_field(&self, name: &str, value: &str) -> Vec<Line> {
        self.named(name, 17, value, Part::Plain)
    }

    fn named(&self, name: &str, name_width: usize, value: &str, part: Part) -> Vec<Line> {
        let wrapped = format::wrap(value, self.width.saturating_sub(name_width));
        let names = std::iter::once(name).chain(std::iter::repeat(""));
        names.zip(wrapped).map(|(name, value)| Line::Field(format!("{name:name_width$}"), value, part)).collect()
    }

    fn text(&self, text: &str, part: Part) -> Vec<Line> {
        format::wrap(text, self.width).into_iter().map(|line| Line::Text(line, part)).collect()
    }
}
