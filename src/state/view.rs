//! A view: what of the list is looked at, and how. Undo, saved views and a restored session all set one. Its relative range
//! stays relative; it knows no job and no cursor.

use std::collections::VecDeque;

use super::{Crumb, Detail, Focus, Panel, State, Tab};
use crate::{
    filter::{Filter, Predicate},
    layout::{Columns, DetailSide, Zoom},
    policy,
    store::Sort,
};

/// What is looked at, and how.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct View {
    /// Which jobs.
    pub filter: Filter,
    /// By which column they are sorted; none: the newest first.
    pub sort: Option<Sort>,
    /// By which column what is equal in that one.
    pub then: Option<Sort>,
    /// Which columns the table has; none said: those that it has.
    pub columns: Option<Columns>,
    /// Which panes are open beside the table; none said: those that are.
    pub panes: Option<OpenPanes>,
}

/// Which panes are open beside the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OpenPanes {
    /// The filter panel.
    pub panel: bool,
    /// The detail pane, with the side of the job that it shows and how much of the screen it takes.
    pub detail: Option<(Tab, Zoom)>,
    /// At which side of the table that stands.
    pub side: DetailSide,
}

impl State {
    /// Our part of the filter; all of it while the rows are still those of an older list.
    pub fn predicate(&self) -> Predicate {
        if self.outdated { self.filter.whole() } else { self.filter.split(self.now).1 }
    }

    /// Which jobs the summary counts: those of the chosen services and types.
    pub fn scope(&self) -> Predicate {
        let scope = self.filter.scope();
        if self.outdated { scope.whole() } else { scope.split(self.now).1 }
    }

    /// The view as it is now.
    pub fn view(&self) -> View {
        let detail = self.detail.map(|detail| (detail.tab, detail.zoom));
        View {
            panes: Some(OpenPanes { panel: self.panel.is_some(), detail, side: self.detail_side }),
            ..self.moment().view
        }
    }

    /// Opens exactly these panes. One that covers the table takes its keys.
    pub fn open(&mut self, panes: OpenPanes) {
        self.panel = panes.panel.then(Panel::default);
        self.detail = panes.detail.map(|(tab, zoom)| Detail { tab, zoom, scroll: 0 });
        self.detail_side = panes.side;
        let covers = panes.detail.is_some_and(|(_, zoom)| zoom == Zoom::Whole);
        self.focus = if covers { Focus::Detail } else { Focus::Table };
    }

    /// Whether the view is as it was noted last: told without a copy of it, for it is asked with every message.
    pub fn is_noted(&self) -> bool {
        let Moment { view, name, crumbs } = &self.history.now;
        let View { filter, sort, then, columns, panes } = view;
        let is_same_list = *filter == self.filter && (*sort, *then) == (self.sort, self.then);
        is_same_list
            && columns.as_ref() == Some(&self.columns)
            && panes.is_none()
            && *name == self.view_name
            && *crumbs == self.crumbs
    }

    /// What a later undo would come back to.
    pub fn moment(&self) -> Moment {
        let columns = Some(self.columns.clone());
        let view = View { filter: self.filter.clone(), sort: self.sort, then: self.then, columns, panes: None };
        Moment { view, name: self.view_name.clone(), crumbs: self.crumbs.clone() }
    }
}

/// What one step of undo brings back. Panes stay as they are: nobody wants them to jump about.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Moment {
    /// The view.
    pub view: View,
    /// The name under which it was called, where it was.
    pub name: Option<String>,
    /// The way back out of the drill-downs that it lies in.
    pub crumbs: Vec<Crumb>,
}

/// The changes of the view that can be undone, and those that were.
#[derive(Debug, Clone, Default)]
pub struct History {
    past: VecDeque<Moment>,
    now: Moment,
    future: Vec<Moment>,
}

impl History {
    /// A history that begins now.
    pub fn from(now: Moment) -> Self {
        Self { now, ..Self::default() }
    }

    /// Takes note of how things are. A change is a step, and whatever was undone before it is gone.
    pub fn note(&mut self, now: Moment) {
        if self.now == now {
            return;
        }
        self.past.push_back(std::mem::replace(&mut self.now, now));
        if self.past.len() > policy::UNDO_STEPS {
            self.past.pop_front();
        }
        self.future.clear();
    }

    /// The moment before, which is now from now on.
    pub fn undo(&mut self) -> Option<Moment> {
        let before = self.past.pop_back()?;
        self.future.push(std::mem::replace(&mut self.now, before.clone()));
        Some(before)
    }

    /// The moment that was undone last.
    pub fn redo(&mut self) -> Option<Moment> {
        let after = self.future.pop()?;
        self.past.push_back(std::mem::replace(&mut self.now, after.clone()));
        Some(after)
    }

    /// How many steps can be undone, and how many done again.
    pub fn steps(&self) -> (usize, usize) {
        (self.past.len(), self.future.len())
    }
}
