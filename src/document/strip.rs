//! The summary's numbers: what they say and where they are. Shared by `view`, which paints them, and `update`, which is told that
//! one was clicked.

use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

use crate::{
    filter::CountField,
    format,
    layout::{self, Layout},
    model::Status,
    pager::Coverage,
    state::{State, SummaryCell, summary_cells},
};

/// A number of the summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// What it counts.
    pub cell: SummaryCell,
    /// What it says.
    pub text: String,
    /// Where it is; empty where it has no room.
    pub place: Rect,
}

/// Statuses in the order in which their words are worth the room; the sign and the number are always there.
const BY_WORTH: [Status; 8] = [
    Status::Failed,
    Status::Exception,
    Status::InProgress,
    Status::Finished,
    Status::Skipped,
    Status::Stopped,
    Status::Waiting,
    Status::NotStarted,
];
/// Cells between two numbers.
pub const GAP: u16 = 2;
/// What stands before the objects where they have a line of their own.
pub const OBJECTS: &str = "objects  ";

/// The strip's room for text.
pub fn text_area(layout: &Layout) -> Rect {
    let strip = layout.strip;
    let right = layout.bars.map_or(strip.right(), |bars| bars.x);
    layout::inset(Rect { width: right - strip.x, ..strip })
}

/// The numbers that have room: jobs by status, then objects, in a line of their own where the strip has two.
pub fn numbers(state: &State, layout: &Layout) -> Vec<Number> {
    let area = text_area(layout);
    if area.is_empty() {
        return Vec::new();
    }
    let (objects, statuses): (Vec<_>, Vec<_>) =
        summary_cells(state).into_iter().partition(|cell| matches!(cell, SummaryCell::Objects(_)));
    let told: Vec<Told> = statuses.into_iter().map(|cell| tell(state, cell)).collect();
    // The words of the least important statuses go first.
    let fits = |worded: &usize| width(&told, &BY_WORTH[..*worded]) <= usize::from(area.width);
    let worded = (1..=BY_WORTH.len()).rev().find(fits).unwrap_or(0);
    let mut numbers = placed(told, &BY_WORTH[..worded], Rect { height: 1, ..area });
    let objects: Vec<Told> = objects.into_iter().map(|cell| tell(state, cell)).collect();
    if area.height > 1 {
        let lead = u16::try_from(OBJECTS.width()).unwrap_or(0).min(area.width);
        let second = Rect { y: area.y + 1, height: 1, x: area.x + lead, width: area.width - lead };
        numbers.extend(placed(objects, &[], second));
    } else {
        let used = numbers.last().map_or(area.x, |last| last.place.right()) + GAP + 1;
        let left = area.right().saturating_sub(used);
        if width(&objects, &[]) <= usize::from(left) {
            numbers.extend(placed(objects, &[], Rect { x: used, width: left, height: 1, ..area }));
        }
    }
    numbers
}

/// The number at a position.
pub fn number_at(state: &State, layout: &Layout, at: Position) -> Option<SummaryCell> {
    numbers(state, layout).into_iter().find(|number| number.place.contains(at)).map(|number| number.cell)
}

/// What a number says.
struct Told {
    cell: SummaryCell,
    text: String,
    columns: usize,
    /// Where the text ends that is always there, in bytes and columns, where a status' word follows.
    short: Option<(usize, usize)>,
}

impl Told {
    /// Whether it is told without its word, where only these have one; with how many columns.
    fn is_short(&self, worded: &[Status]) -> Option<(usize, usize)> {
        self.short.filter(|_| match self.cell {
            SummaryCell::Status(status) => BY_WORTH.contains(&status) && !worded.contains(&status),
            _ => false,
        })
    }
}

fn tell(state: &State, cell: SummaryCell) -> Told {
    let number = number(state, count(state, cell));
    let mut short = None;
    let text = match cell {
        SummaryCell::Status(status) => {
            let mut text = [format::glyph(Some(status)), " ", &number].concat();
            short = Some((text.len(), text.width()));
            text.push(' ');
            text.push_str(&word(status));
            text
        }
        SummaryCell::Unreadable => ["? ", &number, " unreadable"].concat(),
        SummaryCell::Objects(field) => [&number, " ", field.name()].concat(),
    };
    Told { cell, columns: text.width(), text, short }
}

fn width(told: &[Told], worded: &[Status]) -> usize {
    let columns = told.iter().map(|told| told.is_short(worded).map_or(told.columns, |(_, columns)| columns));
    columns.sum::<usize>() + told.len().saturating_sub(1) * usize::from(GAP)
}

fn placed(mut told: Vec<Told>, worded: &[Status], area: Rect) -> Vec<Number> {
    for told in &mut told {
        if let Some((bytes, columns)) = told.is_short(worded) {
            told.text.truncate(bytes);
            told.columns = columns;
        }
    }
    let places = layout::side_by_side(area, GAP, told.iter().map(|told| told.columns));
    told.into_iter().zip(places).map(|(told, place)| Number { cell: told.cell, text: told.text, place }).collect()
}

/// How many there are of what a number counts.
pub fn count(state: &State, cell: SummaryCell) -> u64 {
    let objects = state.summary.objects;
    match cell {
        SummaryCell::Status(status) => state.summary.status(status),
        SummaryCell::Unreadable => state.summary.unreadable,
        SummaryCell::Objects(CountField::Failed) => objects.failed,
        SummaryCell::Objects(CountField::Skipped) => objects.skipped,
        SummaryCell::Objects(CountField::Ok | CountField::Total) => objects.ok,
    }
}

/// Before the first answer nothing is known, which is not 0; while the list is not whole, there are at least so many.
pub fn number(state: &State, count: u64) -> String {
    match state.coverage() {
        Coverage::Unknown if state.store.is_empty() => format::UNKNOWN.to_owned(),
        Coverage::Partial(..) | Coverage::Unknown => format!("{}+", format::count(count)),
        Coverage::All(_) | Coverage::Missing(..) => format::count(count),
    }
}

/// A status as a word in running text.
pub fn word(status: Status) -> String {
    if status == Status::InProgress { "running".to_owned() } else { status.short().to_lowercase() }
}
