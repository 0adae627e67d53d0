//! The detail pane as lines that are told: a field is one, however often the pane breaks it. Drawn bars are left out: the numbers
//! beside them say more.

use crate::{
    document::{self, Line},
    keymap::{Action, Context, Step},
    layout,
    model::JobId,
    state::{State, Tab},
};

use super::phrase;

/// The detail pane at a moment.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Page {
    id: JobId,
    tab: Tab,
    title: String,
    lines: Vec<Line>,
    pub(super) scroll: usize,
    rows: usize,
    /// The key that goes on.
    more: String,
    /// The job was not told yet: the cursor only passes by.
    pub(super) untold: bool,
}

impl Page {
    pub(super) fn of(state: &State) -> Option<Self> {
        let (detail, job) = (state.detail?, state.selected()?);
        let layout = state.layout()?;
        let lines = document::lines(state, &job, detail.tab, layout::text_width(layout.detail?));
        let tabs = Tab::ALL.len();
        let at = Tab::ALL.iter().position(|tab| *tab == detail.tab).unwrap_or(0) + 1;
        let title = format!("{}, tab {at} of {tabs}: {}", detail.tab.title(), phrase::name(&job));
        let more = state.keymap.key(Context::Table, Action::ScrollDetail(Step::Down)).clone();
        let (id, tab, scroll, rows) = (job.id, detail.tab, detail.scroll, layout.detail_rows());
        Some(Self { id, tab, title, lines, scroll, rows, more, untold: false })
    }

    /// Whether it shows the same.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        (&self.id, self.tab) == (&other.id, other.tab)
    }

    /// All that is in view.
    pub(super) fn told(&self) -> Vec<String> {
        let mut told = vec![self.title.clone()];
        // What was scrolled away before anything was told is told too.
        let from = if self.scroll < self.rows { 0 } else { self.scroll };
        told.extend(self.slice(from, self.end()));
        told
    }

    /// What has come into view.
    pub(super) fn beyond(&self, old: &Self) -> Vec<String> {
        if self.end() > old.end() && self.scroll >= old.scroll {
            self.slice(old.end().max(self.scroll), self.end())
        } else if self.scroll < old.scroll {
            self.slice(self.scroll, old.scroll.min(self.end()))
        } else {
            Vec::new()
        }
    }

    fn end(&self) -> usize {
        (self.scroll + self.rows).min(self.lines.len())
    }

    fn slice(&self, from: usize, to: usize) -> Vec<String> {
        let mut told: Vec<String> = Vec::new();
        for line in self.lines.get(from..to).unwrap_or_default() {
            match line {
                Line::Blank | Line::Bar(_) => {}
                Line::Field(name, value, _) if name.trim().is_empty() => match told.last_mut() {
                    Some(field) => field.extend([" ", value]),
                    None => told.push(value.clone()),
                },
                Line::Field(name, value, _) => told.push(format!("{}: {value}", name.trim())),
                Line::Heading(text) => told.push(format!("{text}:")),
                Line::Text(text, _) => told.push(text.replace(" · ", ", ")),
                Line::Run(when, status, outcome, current) => {
                    let this = if *current { ", this job" } else { "" };
                    let status = phrase::status(*status);
                    told.push(format!("{status}, {}, {}{this}", when.trim(), outcome.replace(" · ", ", ")));
                }
            }
        }
        let left = self.lines.len() - to;
        if left > 0 {
            told.push(format!("{left} more lines, {} reads on", self.more));
        }
        told
    }
}
