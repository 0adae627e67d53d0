//! The orders of rows: the natural one and that of a column. Compared two by two where few rows find their place, by
//! numbers where all are sorted.

use std::cmp::{Ordering, Reverse};

use chrono::{DateTime, Utc};

use super::{
    Column, Direction, Keys, RowNo, Shown, Sort,
    columns::{Columns, Count},
    list::List,
    order::service,
    pack, radix,
};
use crate::model::{JobType, Status};

impl Columns {
    /// The natural order. A job without a start has only just been created: it comes first.
    pub(super) fn newest_first(&self, a: RowNo, b: RowNo) -> Ordering {
        let start = |row| match self.start(row) {
            pack::NO_TIME => (false, Reverse(0)),
            ticks => (true, Reverse(ticks)),
        };
        start(a)
            .cmp(&start(b))
            .then_with(|| self.same_tick(a, b))
            .then_with(|| self.by_id(b, a))
            .then_with(|| a.cmp(&b))
    }

    /// The start of a row that did not fit is near only.
    fn same_tick(&self, a: RowNo, b: RowNo) -> Ordering {
        if self.whole(a).is_none() && self.whole(b).is_none() {
            return Ordering::Equal;
        }
        self.facts(b).started.cmp(&self.facts(a).started)
    }

    fn by_id(&self, a: RowNo, b: RowNo) -> Ordering {
        if self.odd_id(a).is_none() && self.odd_id(b).is_none() {
            return self.packed_id(a).cmp(&self.packed_id(b));
        }
        self.with_id(a, |a| self.with_id(b, |b| a.cmp(b)))
    }

    /// The order by up to two columns, equal rows in the natural order.
    pub(super) fn compare(&self, keys: Keys, a: RowNo, b: RowNo, now: DateTime<Utc>) -> Ordering {
        let by_column = keys
            .into_iter()
            .flatten()
            .fold(Ordering::Equal, |order, sort| order.then_with(|| self.by_column(sort, a, b, now)));
        by_column.then_with(|| self.newest_first(a, b))
    }

    fn by_column(&self, sort: Sort, a: RowNo, b: RowNo, now: DateTime<Utc>) -> Ordering {
        let (one, other) = (self.facts(a), self.facts(b));
        match sort.column {
            Column::Status => sort.known(one.status, other.status),
            Column::Type | Column::Service if one.job_type == other.job_type => Ordering::Equal,
            Column::Type => sort.known(one.job_type.map(JobType::short), other.job_type.map(JobType::short)),
            Column::Service => sort.known(service(one.job_type), service(other.job_type)),
            Column::Started => sort.known(one.started, other.started),
            Column::Finished => sort.known(one.finished, other.finished),
            Column::Took => sort.known(one.took(now), other.took(now)),
            Column::Ok => sort.known(one.counts.ok, other.counts.ok),
            Column::Failed => sort.known(one.counts.failed, other.counts.failed),
            Column::Skipped => sort.known(one.counts.skipped, other.counts.skipped),
            Column::Total => sort.known(one.counts.total, other.counts.total),
            Column::Id if sort.direction == Direction::Descending => self.by_id(b, a),
            Column::Id => self.by_id(a, b),
            Column::Comment => {
                let comment = |row| Some(self.comment(row)).filter(|comment| !comment.is_empty());
                sort.known(comment(a), comment(b))
            }
        }
    }

    /// All rows by up to two columns; nothing where there is none.
    pub(super) fn sorted_by(&self, keys: Keys, natural: Shown<'_>, now: DateTime<Utc>) -> Option<Vec<RowNo>> {
        match keys {
            [None, None] => None,
            [Some(sort), None] | [None, Some(sort)] => Some(self.sorted(sort, natural, now)),
            // Sorting by numbers keeps the order of what is equal, so the lesser column goes first.
            [Some(first), Some(then)] if !self.has_odd_ids() && !self.has_wholes() => {
                let rows = self.sorted(then, natural, now);
                Some(self.sorted(first, Shown::listed(&rows), now))
            }
            keys => {
                let mut rows: Vec<RowNo> = natural.iter().collect();
                rows.sort_by(|a, b| self.compare(keys, *a, *b, now));
                Some(rows)
            }
        }
    }

    /// Rows that stand in the natural order, by a column. Those that numbers cannot tell apart are compared.
    pub(super) fn sorted(&self, sort: Sort, rows: Shown<'_>, now: DateTime<Utc>) -> Vec<RowNo> {
        let is_odd = |row: &RowNo| match sort.column {
            Column::Id => self.odd_id(*row).is_some(),
            _ => self.whole(*row).is_some(),
        };
        let has_odd = if sort.column == Column::Id { self.has_odd_ids() } else { self.has_wholes() };
        if !has_odd {
            return self.by_numbers(sort, rows, now);
        }
        let (mut odd, plain): (Vec<RowNo>, Vec<RowNo>) = rows.iter().partition(is_odd);
        let mut sorted = self.by_numbers(sort, Shown::listed(&plain), now);
        if sort.column == Column::Id {
            odd = self.by_text(&odd, sort, |row| self.odd_id(row).unwrap_or_default());
        } else {
            odd.sort_by(|a, b| self.compare([Some(sort), None], *a, *b, now));
        }
        let end = sorted.len();
        sorted.resize(end + odd.len(), RowNo(0));
        merge_behind(end, &mut sorted, &odd, |a, b| self.compare([Some(sort), None], a, b, now));
        sorted
    }

    fn by_numbers(&self, sort: Sort, rows: Shown<'_>, now: DateTime<Utc>) -> Vec<RowNo> {
        match sort.column {
            Column::Status => {
                let ranks = ranks(&self.known_statuses.table(|status: Option<&Status>| status.copied()));
                by_keys(rows, sort, |row| ranks[usize::from(self.status_code(row))])
            }
            Column::Type => {
                let ranks = ranks(&self.known_types.table(|job_type| job_type.map(|job_type| job_type.short())));
                by_keys(rows, sort, |row| ranks[usize::from(self.type_code(row))])
            }
            Column::Service => {
                let ranks = ranks(&self.known_types.table(|job_type| service(job_type.copied())));
                by_keys(rows, sort, |row| ranks[usize::from(self.type_code(row))])
            }
            Column::Started => by_keys(rows, sort, |row| key_of_ticks(self.start(row))),
            Column::Finished => by_keys(rows, sort, |row| key_of_ticks(self.finish(row))),
            Column::Took => self.by_took(rows, sort, now),
            Column::Ok => by_keys(rows, sort, |row| key_of_count(self.number(row, Count::Ok))),
            Column::Failed => by_keys(rows, sort, |row| key_of_count(self.number(row, Count::Failed))),
            Column::Skipped => by_keys(rows, sort, |row| key_of_count(self.number(row, Count::Skipped))),
            Column::Total => by_keys(rows, sort, |row| key_of_count(self.number(row, Count::Total))),
            Column::Id => by_keys(rows, sort, self.key_of_id(rows)),
            Column::Comment => {
                let ranks =
                    ranks(&self.texts.all().map(|text| Some(text).filter(|text| !text.is_empty())).collect::<Vec<_>>());
                by_keys(rows, sort, |row| ranks[self.comment_slot(row) as usize])
            }
        }
    }

    /// By how long they took, or have been running. It is made of two columns, so each row is asked once.
    fn by_took(&self, rows: Shown<'_>, sort: Sort, now: DateTime<Utc>) -> Vec<RowNo> {
        let key = |row| match (self.start(row), self.finish(row)) {
            (start, finish) if start == pack::NO_TIME || finish == pack::NO_TIME => {
                self.facts(row).took(now).map_or(radix::NONE, |took| key_of_ticks(took.ticks()))
            }
            (start, finish) => key_of_ticks(finish.saturating_sub(start).max(0)),
        };
        let keys: Vec<u64> = rows.iter().map(key).collect();
        by_places(rows, sort, |place| keys[place as usize])
    }

    /// Ids as numbers with few gaps, so that they take few digits.
    fn key_of_id(&self, rows: Shown<'_>) -> impl Fn(RowNo) -> u64 {
        let mut letters = vec![false; 1 << pack::LETTER_BITS];
        let (mut low, mut high) = (u64::MAX, 0);
        for row in rows.iter() {
            let (pair, stamp) = pack::id_parts(self.packed_id(row));
            letters[pair] = true;
            (low, high) = (low.min(stamp), high.max(stamp));
        }
        let ranks: Vec<u64> =
            letters.iter().scan(0, |next, occurs| Some(std::mem::replace(next, *next + u64::from(*occurs)))).collect();
        let span = high.saturating_sub(low) + 1;
        move |row| {
            let (pair, stamp) = pack::id_parts(self.packed_id(row));
            ranks[pair] * span + (stamp - low)
        }
    }

    /// By texts of all kinds: the first bytes that they do not have in common, as a number.
    fn by_text<'a>(&'a self, rows: &[RowNo], sort: Sort, text: impl Fn(RowNo) -> &'a str) -> Vec<RowNo> {
        let Some(first) = rows.first().map(|row| text(*row).as_bytes()) else { return Vec::new() };
        let common =
            |a: usize, row: &RowNo| first.iter().zip(text(*row).as_bytes()).take(a).take_while(|(a, b)| a == b).count();
        let skipped = rows.iter().fold(first.len(), common);
        let key = |row| {
            let rest = &text(row).as_bytes()[skipped..];
            let bytes: [u8; 8] = std::array::from_fn(|at| rest.get(at).copied().unwrap_or(0));
            // UTF-8 has no byte 0xff, so this is never the key of none.
            u64::from_be_bytes(bytes)
        };
        let keys: Vec<u64> = rows.iter().map(|row| key(*row)).collect();
        let falling = sort.direction == Direction::Descending;
        let order = radix::order(keys.len(), |place| keys[place as usize], falling, false);
        placed(Shown::listed(rows), order, |a, b| {
            let (a, b) = (rows[a as usize], rows[b as usize]);
            if falling { self.by_id(b, a) } else { self.by_id(a, b) }
        })
    }
}

/// Rows by their keys.
fn by_keys(rows: Shown<'_>, sort: Sort, key: impl Fn(RowNo) -> u64) -> Vec<RowNo> {
    by_places(rows, sort, |place| key(rows.at(place)))
}

/// The same by the keys of their places. Where these had to be cut to be sorted, they are compared.
fn by_places(rows: Shown<'_>, sort: Sort, key: impl Fn(u32) -> u64) -> Vec<RowNo> {
    let falling = sort.direction == Direction::Descending;
    let order = radix::order(rows.len(), &key, falling, true);
    placed(rows, order, |a, b| if falling { key(b).cmp(&key(a)) } else { key(a).cmp(&key(b)) })
}

/// The rows at places in order; those that were not told apart are compared by `exact`.
fn placed(rows: Shown<'_>, order: radix::Order, exact: impl Fn(u32, u32) -> Ordering) -> Vec<RowNo> {
    let radix::Order { mut places, ties } = order;
    for tie in ties {
        // A stable sort keeps the natural order of what is equal.
        places[tie].sort_by(|a, b| exact(*a, *b));
    }
    places.into_iter().map(|place| rows.at(place)).collect()
}

/// The rank of each value among all of them.
fn ranks<T: Ord>(values: &[Option<T>]) -> Vec<u64> {
    let mut sorted: Vec<&T> = values.iter().flatten().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let rank = |value: &T| sorted.binary_search(&value).map_or(radix::NONE, |rank| rank as u64);
    values.iter().map(|value| value.as_ref().map_or(radix::NONE, rank)).collect()
}

/// Moments and lengths of time as numbers in the same order.
fn key_of_ticks(ticks: i64) -> u64 {
    if ticks == pack::NO_TIME { radix::NONE } else { (ticks.cast_unsigned() ^ 1 << 63).min(radix::NONE - 1) }
}

fn key_of_count(number: u32) -> u64 {
    if number == pack::NO_NUMBER { radix::NONE } else { u64::from(number) }
}

/// Merges sorted rows into others. A few cost the way to their places and the room they take.
pub(super) fn merge(into: &mut List<RowNo>, rows: &[RowNo], compare: impl Fn(RowNo, RowNo) -> Ordering) {
    let end = into.len();
    into.resize(end + rows.len());
    merge_behind(end, into, rows, compare);
}

/// The same, where those that are there already end at `end` and there is room for the others behind.
fn merge_behind(mut end: usize, into: &mut [RowNo], rows: &[RowNo], compare: impl Fn(RowNo, RowNo) -> Ordering) {
    let Some(first) = rows.first() else { return };
    if end == 0 || compare(into[end - 1], *first).is_lt() {
        into[end..].copy_from_slice(rows);
        return;
    }
    if rows.len() > end / 16 {
        into[end..].copy_from_slice(rows);
        // Two sorted runs, which it finds and merges.
        into.sort_by(|a, b| compare(*a, *b));
        return;
    }
    let mut gap = into.len();
    for row in rows.iter().rev() {
        let at = into[..end].partition_point(|other| compare(*other, *row).is_lt());
        gap -= end - at;
        into.copy_within(at..end, gap);
        gap -= 1;
        into[gap] = *row;
        end = at;
    }
}

/// Takes out what stands at these places, which are in order.
pub(super) fn take_out(rows: &mut List<RowNo>, places: &[usize]) {
    let Some(first) = places.first() else { return };
    let mut to = *first;
    for (at, place) in places.iter().enumerate() {
        let kept = place + 1..places.get(at + 1).copied().unwrap_or(rows.len());
        let count = kept.len();
        rows.copy_within(kept, to);
        to += count;
    }
    rows.truncate(to);
}
