//! `jobtop summary`: the whole range in groups. Its numbers are the dashboard's.

use std::collections::HashMap;

use chrono_tz::Tz;

use super::{
    Ending, Errand, Format, Target, Trouble, deliver,
    output::{Output, unwritten},
    walk::{Walk, each_shown},
};
use crate::{
    filter::days,
    insight::{Breakdown, Dimension, Group, Slot},
    pager::Reach,
    policy,
    sheet::{Cell, Head, Look, Row, Sheet},
};

/// What is summed up, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    /// By what: one property, or two.
    pub by: Vec<Dimension>,
    /// How it is written.
    pub format: Format,
    /// Where to.
    pub target: Target,
}

/// Writes the groups.
///
/// # Errors
/// When what is asked for cannot be done, or the output fails. An answer that is not whole is no error here but an ending.
pub async fn summary(errand: Errand, grouping: Grouping) -> Result<Ending, Trouble> {
    let Grouping { by, format, target } = grouping;
    let output = Output::open(&target)?;
    let now = errand.clock.now();
    let (query, predicate) = errand.filter.pushed().split(now);
    let mut walk = Walk::new(&errand, query.clone(), Reach::Whole, None);
    let store = walk.load(predicate).await?;
    let mut breakdown = Breakdown::new(&by, errand.zone);
    each_shown(&store, |job| breakdown.add(job));
    if walk.has_begun() {
        breakdown.fill(&days(&query, breakdown.oldest_day(), now, errand.zone, policy::DAYS_MAX));
    }
    let terminal = errand.columns.filter(|_| output.is_standard());
    let look = Look { format, zone: errand.zone, terminal };
    let groups = breakdown.groups();
    let (heads, rows) = match by[..] {
        [rows, columns] if format.is_for_people() => pivot(&groups, rows, columns, errand.zone),
        _ => {
            (heads(&by, format, errand.zone), groups.iter().map(|(key, group)| row(key, group, &by, format)).collect())
        }
    };
    let mut sheet = Sheet::new(heads, look, output);
    for row in rows {
        sheet.row(row).map_err(|error| unwritten(&error, &target))?;
    }
    deliver(sheet, "groups", walk.shortfall(), &walk, &target)
}

/// Jobs by one property down and another across, for people.
fn pivot(groups: &[(&[Slot], &Group)], down: Dimension, across: Dimension, zone: Tz) -> (Vec<Head>, Vec<Row>) {
    let mut columns: Vec<Slot> = Vec::new();
    let mut rows: Vec<Slot> = Vec::new();
    for (key, _) in groups {
        rows.push(key[0]);
        columns.push(key[1]);
    }
    // The groups come sorted by what goes down; the other way round takes a sort of its own.
    rows.dedup();
    columns.sort_by(Slot::compare);
    columns.dedup();
    let jobs: HashMap<(Slot, Slot), u64> = groups.iter().map(|(key, group)| ((key[0], key[1]), group.jobs)).collect();
    let head = |title: String| Head { key: "", title };
    let titles = columns.iter().map(|slot| label(*slot).shown(zone));
    let corner = format!("{} / {}", title(down, zone), title(across, zone));
    let heads = [corner].into_iter().chain(titles).chain(["Jobs".to_owned()]).map(head).collect();
    let row = |down: &Slot| {
        let counts: Vec<u64> =
            columns.iter().map(|across| jobs.get(&(*down, *across)).copied().unwrap_or_default()).collect();
        let sum = counts.iter().sum();
        let cells = [label(*down)].into_iter().chain(counts.into_iter().chain([sum]).map(Cell::Count)).collect();
        Row { cells, unreadable: None }
    };
    (heads, rows.iter().map(row).collect())
}

fn title(dimension: Dimension, zone: Tz) -> String {
    match dimension {
        Dimension::Status => "Status".to_owned(),
        Dimension::Service => "Service".to_owned(),
        Dimension::Type => "Type".to_owned(),
        Dimension::Day => format!("Day ({})", zone.name()),
    }
}

fn heads(by: &[Dimension], format: Format, zone: Tz) -> Vec<Head> {
    let head = |key, title: String| Head { key, title };
    let mut heads = Vec::new();
    for dimension in by {
        let (number, label) = match dimension {
            Dimension::Status => (Some("status"), "statusLabel"),
            Dimension::Service => (Some("serviceType"), "serviceLabel"),
            Dimension::Type => (Some("jobType"), "jobTypeLabel"),
            Dimension::Day => (None, "day"),
        };
        // The API's number says nothing to people.
        heads.extend(number.filter(|_| !format.is_for_people()).map(|key| head(key, String::new())));
        heads.push(head(label, title(*dimension, zone)));
    }
    let measures = [
        ("jobs", "Jobs"),
        ("successfulCount", "OK objects"),
        ("failedCount", "Failed objects"),
        ("skippedCount", "Skipped objects"),
        ("successShare", "Success"),
        ("medianSeconds", "Median"),
        ("p95Seconds", "95 %"),
    ];
    heads.extend(measures.map(|(key, title)| head(key, title.to_owned())));
    heads
}

fn label(slot: Slot) -> Cell {
    match slot {
        Slot::Status(status) => Cell::Status(status),
        Slot::Service(service) => Cell::Words(service.label().into_owned()),
        Slot::Type(job_type) => Cell::Words(job_type.label().into_owned()),
        Slot::Day(day) => Cell::Words(day.to_string()),
        Slot::Unknown => Cell::Nothing,
    }
}

fn row(key: &[Slot], group: &Group, by: &[Dimension], format: Format) -> Row {
    let mut cells = Vec::new();
    for (slot, dimension) in key.iter().zip(by) {
        if !format.is_for_people() && *dimension != Dimension::Day {
            cells.push(match *slot {
                Slot::Status(status) => Cell::StatusCode(status),
                Slot::Service(service) => Cell::Code(service.0),
                Slot::Type(job_type) => Cell::Code(job_type.0),
                Slot::Day(_) | Slot::Unknown => Cell::Nothing,
            });
        }
        cells.push(label(*slot));
    }
    let seconds = |seconds: Option<f64>| seconds.map_or(Cell::Nothing, Cell::Seconds);
    cells.push(Cell::Count(group.jobs));
    let counts = group.objects().map(|objects| [objects.ok, objects.failed, objects.skipped].map(Cell::Count));
    cells.extend(counts.unwrap_or([Cell::Nothing, Cell::Nothing, Cell::Nothing]));
    cells.push(group.success().map_or(Cell::Nothing, Cell::Share));
    cells.push(seconds(group.median()));
    cells.push(seconds(group.p95()));
    Row { cells, unreadable: None }
}
