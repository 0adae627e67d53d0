//! The table's columns as they stand on the screen, what their cells say, and the choice of others. Wide mode measures the rows on
//! the screen, never the whole list.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use super::State;
use crate::{
    format,
    layout::{Chosen, Columns, Slot},
    model::{Job, Service},
    store::Column,
};

/// The choice of columns.
#[derive(Debug, Clone)]
pub struct ColumnChooser {
    /// All columns, those that are wanted with a tick; the pinned ones first.
    pub items: Vec<(Chosen, bool)>,
    /// The one under the cursor.
    pub cursor: usize,
    wide: bool,
}

impl ColumnChooser {
    /// A choice that begins with these, the others behind them.
    pub fn new(columns: &Columns, under: Column) -> Self {
        let chosen = columns.chosen().iter().map(|one| (*one, true));
        let is_chosen = |column: &Column| columns.chosen().iter().any(|one| one.column == *column);
        let others = Column::ALL.into_iter().filter(|column| !is_chosen(column)).map(|one| (Chosen::new(one), false));
        let items: Vec<(Chosen, bool)> = chosen.chain(others).collect();
        let cursor = items.iter().position(|(one, _)| one.column == under).unwrap_or(0);
        Self { items, cursor, wide: columns.wide }
    }

    /// What is ticked; there is always something.
    pub fn columns(&self) -> Columns {
        let ticked = self.items.iter().filter(|(_, ticked)| *ticked).map(|(one, _)| *one);
        Columns::of(ticked, self.wide).unwrap_or_default()
    }

    /// Shows or hides the column under the cursor.
    ///
    /// # Errors
    /// Says why the last one stays.
    pub fn tick(&mut self) -> Result<(), &'static str> {
        let ticks = self.items.iter().filter(|(_, ticked)| *ticked).count();
        match self.items.get_mut(self.cursor) {
            Some((_, true)) if ticks == 1 => Err("the last column stays: without one the table would say nothing"),
            Some((_, ticked)) => {
                *ticked = !*ticked;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Moves the column under the cursor one place up or down, the cursor with it.
    ///
    /// # Errors
    /// Says why it cannot go there.
    pub fn shift(&mut self, up: bool) -> Result<(), &'static str> {
        let to = if up { self.cursor.checked_sub(1) } else { Some(self.cursor + 1) };
        let Some(to) = to.filter(|to| *to < self.items.len()) else { return Ok(()) };
        if self.items[to].0.pinned != self.items[self.cursor].0.pinned {
            return Err("pinned columns stay left of the others");
        }
        self.items.swap(self.cursor, to);
        self.cursor = to;
        Ok(())
    }

    /// Pins the column under the cursor behind the others that are, or lets it go. One that is pinned is shown.
    pub fn pin(&mut self) {
        let Some((mut one, ticked)) = self.items.get(self.cursor).copied() else { return };
        self.items.remove(self.cursor);
        one.pinned = !one.pinned;
        self.cursor = self.items.iter().filter(|(other, _)| other.pinned).count();
        self.items.insert(self.cursor, (one, ticked || one.pinned));
    }

    /// The columns as they are at first.
    pub fn reset(&mut self) {
        let under = self.items.get(self.cursor).map_or(Column::Status, |(one, _)| one.column);
        *self = Self::new(&Columns::default(), under);
    }
}

/// Where columns stand, as it was last worked out: it takes some steps, and few keys change it.
#[derive(Debug, Clone)]
pub struct Standing {
    of: Columns,
    /// The table's.
    width: u16,
    slots: Vec<Slot>,
}

impl State {
    /// The columns that stand in the table, from left to right.
    pub fn slots(&self) -> Cow<'_, [Slot]> {
        match self.standing.as_ref().filter(|standing| self.is_up_to_date(standing)) {
            Some(standing) => Cow::Borrowed(&standing.slots),
            None => Cow::Owned(self.slots_of(&self.columns)),
        }
    }

    /// Works out anew where the columns stand, if that may have changed.
    pub fn place_columns(&mut self) {
        if self.standing.as_ref().is_some_and(|standing| self.is_up_to_date(standing)) {
            return;
        }
        let width = self.table_width();
        self.standing =
            width.map(|width| Standing { of: self.columns.clone(), width, slots: self.slots_of(&self.columns) });
    }

    /// In wide mode columns stand as the rows on the screen want it, which every key may change.
    fn is_up_to_date(&self, standing: &Standing) -> bool {
        !self.columns.wide && self.table_width() == Some(standing.width) && standing.of == self.columns
    }

    fn table_width(&self) -> Option<u16> {
        self.layout()?.table.map(|table| table.width)
    }

    /// Those that would, if these were wanted.
    pub fn slots_of(&self, columns: &Columns) -> Vec<Slot> {
        let Some(layout) = self.layout() else { return Vec::new() };
        let Some(table) = layout.table else { return Vec::new() };
        let rows = self.store.shown().from(self.table.top).take(layout.table_rows());
        let jobs: Vec<Job> = if columns.wide { rows.map(|row| self.store.sight(row)).collect() } else { Vec::new() };
        let needs = |column| {
            let readable = jobs.iter().filter(|job| job.unreadable.is_none());
            let widths = readable.map(|job| self.told(job, column, table.width).width());
            u16::try_from(widths.max().unwrap_or(0)).unwrap_or(u16::MAX)
        };
        columns.slots(table.width, needs)
    }

    /// What a job's cell says in so many columns of the screen.
    pub fn told(&self, job: &Job, column: Column, room: u16) -> String {
        let mut told = String::new();
        self.tell(job, column, room, &mut told);
        told
    }

    /// Writes the same behind what is written already.
    pub fn tell(&self, job: &Job, column: Column, room: u16, out: &mut String) {
        let put = if room < 15 { format::put_moment_short } else { format::put_moment };
        let counts = &job.counts;
        match column {
            Column::Status => {
                out.push_str(format::glyph(job.status));
                if room >= 3 {
                    let word = job.status.map(|status| if room >= 25 { status.word() } else { status.short() });
                    out.push(' ');
                    out.push_str(&word.unwrap_or(format::UNKNOWN.into()));
                }
            }
            Column::Type => {
                let name = job.job_type.map(|known| if room >= 40 { known.label() } else { known.short() });
                out.push_str(&name.unwrap_or(format::UNKNOWN.into()));
            }
            Column::Service => out.push_str(&job.service().map_or(format::UNKNOWN.into(), Service::short)),
            Column::Started | Column::Finished => {
                match if column == Column::Started { job.started } else { job.finished } {
                    Some(at) => put(at, self.now, self.zones.shown, out),
                    None => out.push_str(format::UNKNOWN),
                }
            }
            Column::Took => match job.took(self.store.as_of()) {
                Some(span) => format::put_took(span, out),
                None => out.push_str(format::UNKNOWN),
            },
            Column::Ok => format::put_count_within(counts.ok, room, out),
            Column::Failed => format::put_count_within(counts.failed, room, out),
            Column::Skipped => format::put_count_within(counts.skipped, room, out),
            Column::Total => format::put_count_within(counts.total, room, out),
            Column::Id => job.id.text().put_line(usize::from(room), out),
            Column::Comment => job.comment.put_line(usize::from(room), out),
        }
    }
}
