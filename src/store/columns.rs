//! The loaded jobs, column by column in small numbers: 52 bytes a job. What does not fit is kept beside them as it is, so
//! that every job comes out as it went in. It knows neither orders nor predicates.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{
    RowNo,
    blocks::{Blocks, Field, Place},
    intern::{Codes, Texts},
    kept::Kept,
    pack, shape,
};
use crate::{
    model::{Counts, Facts, Job, JobId, JobType, RawField, Status, TimeSpan},
    text::Foreign,
};

/// Shapes that are told apart, of what one byte can.
const SHAPES: u16 = 253;
/// The row's raw fields have no shape and are kept.
const KEPT: u8 = 254;
/// The row does not fit: the whole job is kept.
const WHOLE: u8 = 255;
/// The type or the status of a row that does not fit.
const NO_CODE: u16 = u16::MAX;

const ID: Field<u64> = Field::first();
const STARTED: Field<i64> = Field::after(ID);
const FINISHED: Field<i64> = Field::after(STARTED);
const DURATION: Field<u32> = Field::after(FINISHED);
const OK: Field<u32> = Field::after(DURATION);
const FAILED: Field<u32> = Field::after(OK);
const SKIPPED: Field<u32> = Field::after(FAILED);
const TOTAL: Field<u32> = Field::after(SKIPPED);
const COUNTS: [Field<u32>; 4] = [OK, FAILED, SKIPPED, TOTAL];
const COMMENT: Field<u32> = Field::after(TOTAL);
const TYPE: Field<u16> = Field::after(COMMENT);
const STATUS: Field<u8> = Field::after(TYPE);
const SHAPE: Field<u8> = Field::after(STATUS);
const FIELDS: [Place; 12] = [
    ID.place(),
    STARTED.place(),
    FINISHED.place(),
    DURATION.place(),
    OK.place(),
    FAILED.place(),
    SKIPPED.place(),
    TOTAL.place(),
    COMMENT.place(),
    TYPE.place(),
    STATUS.place(),
    SHAPE.place(),
];

/// Jobs by row.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    rows: Blocks<{ SHAPE.end() }>,
    /// Ids that cannot be packed.
    odd_ids: Vec<Box<str>>,
    pub(super) texts: Texts,
    pub(super) known_types: Codes<JobType>,
    pub(super) known_statuses: Codes<Status>,
    known_shapes: Codes<shape::Shape>,
    kept: HashMap<RowNo, Kept>,
    whole: HashMap<RowNo, Box<Job>>,
}

/// A number of objects, by its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    Ok,
    Failed,
    Skipped,
    Total,
}

/// A row in numbers.
struct Packed {
    started: i64,
    finished: i64,
    duration: u32,
    counts: [u32; 4],
    comment: u32,
    job_type: u16,
    status: u8,
    shape: u8,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            rows: Blocks::of(&FIELDS),
            odd_ids: Vec::new(),
            texts: Texts::default(),
            known_types: Codes::at_most(NO_CODE - 1),
            known_statuses: Codes::at_most(u16::from(u8::MAX) - 1),
            known_shapes: Codes::at_most(SHAPES),
            kept: HashMap::new(),
            whole: HashMap::new(),
        }
    }
}

impl Columns {
    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Bytes that the rows take.
    pub(super) fn bytes(&self) -> usize {
        self.rows.bytes()
    }

    /// Adds a job as the next row.
    pub(super) fn push(&mut self, job: &Job) -> RowNo {
        let row = self.rows.add();
        let id = pack::id(job.id.text().raw()).unwrap_or_else(|| {
            self.odd_ids.push(job.id.text().raw().into());
            pack::ODD_ID | (self.odd_ids.len() as u64 - 1)
        });
        self.rows.set(ID, row, id);
        self.put(row, job);
        row
    }

    /// Puts another observation of the same job in a row's place.
    pub(super) fn set(&mut self, row: RowNo, job: &Job) {
        self.texts.give_back(self.comment_slot(row));
        self.kept.remove(&row);
        self.whole.remove(&row);
        self.put(row, job);
    }

    fn put(&mut self, row: RowNo, job: &Job) {
        let packed = self.pack(row, job);
        self.rows.set(STARTED, row, packed.started);
        self.rows.set(FINISHED, row, packed.finished);
        self.rows.set(DURATION, row, packed.duration);
        COUNTS.into_iter().zip(packed.counts).for_each(|(field, count)| self.rows.set(field, row, count));
        self.rows.set(COMMENT, row, packed.comment);
        self.rows.set(TYPE, row, packed.job_type);
        self.rows.set(STATUS, row, packed.status);
        self.rows.set(SHAPE, row, packed.shape);
    }

    /// The job of a row.
    pub(super) fn job(&self, row: RowNo) -> Job {
        let job = self.sight(row);
        if self.whole(row).is_some() { job } else { Job { raw: self.raw(row, (job.started, job.finished)), ..job } }
    }

    /// The job of a row, without the fields as they came where it could be read.
    pub(super) fn sight(&self, row: RowNo) -> Job {
        if let Some(job) = self.whole(row) {
            return job.clone();
        }
        let Facts { job_type, status, counts, started, finished, duration, unreadable } = self.facts(row);
        Job {
            id: self.id(row),
            job_type,
            status,
            counts,
            started,
            finished,
            duration,
            comment: Foreign::from(self.comment(row)),
            unreadable,
            raw: Box::default(),
        }
    }

    /// The parts of a row's job that are no text.
    #[inline]
    pub(super) fn facts(&self, row: RowNo) -> Facts {
        if let Some(job) = self.whole(row) {
            return job.facts();
        }
        let (started, finished) = (self.rows.get(STARTED, row), self.rows.get(FINISHED, row));
        Facts {
            job_type: self.known_types.value(self.rows.get(TYPE, row)).copied(),
            started: pack::moment(started),
            finished: pack::moment(finished),
            duration: pack::length(self.rows.get(DURATION, row), started, finished),
            ..self.outcome(row)
        }
    }

    /// Of the facts of a row that fits what became of it, which takes less than all of them.
    #[inline]
    pub(super) fn outcome(&self, row: RowNo) -> Facts {
        let count = |count: Count| Some(self.number(row, count)).filter(|n| *n != pack::NO_NUMBER).map(u64::from);
        let [ok, failed, skipped, total] = [Count::Ok, Count::Failed, Count::Skipped, Count::Total].map(count);
        let status = self.known_statuses.value(u16::from(self.rows.get(STATUS, row))).copied();
        Facts { status, counts: Counts { ok, failed, skipped, total }, ..Facts::default() }
    }

    /// What became of a row's job, and when it began.
    #[inline]
    pub(super) fn outcome_of(&self, row: RowNo) -> Facts {
        match self.whole(row) {
            Some(job) => job.facts(),
            None => Facts { started: pack::moment(self.start(row)), ..self.outcome(row) },
        }
    }

    /// How long a row that fits took, if it has ended.
    #[inline]
    pub(super) fn took(&self, row: RowNo) -> Option<TimeSpan> {
        match (self.rows.get(STARTED, row), self.rows.get(FINISHED, row)) {
            (started, finished) if started == pack::NO_TIME || finished == pack::NO_TIME => {
                pack::length(self.rows.get(DURATION, row), started, finished)
            }
            (started, finished) => Some(TimeSpan::from_ticks(finished.saturating_sub(started).max(0))),
        }
    }

    /// The id of a row's job.
    pub(super) fn id(&self, row: RowNo) -> JobId {
        JobId::new(self.with_id(row, |id| Box::<str>::from(id)))
    }

    /// Lends the text of a row's id.
    pub(super) fn with_id<T>(&self, row: RowNo, read: impl FnOnce(&str) -> T) -> T {
        match self.odd_id(row) {
            Some(id) => read(id),
            // What was packed is plain ASCII.
            None => read(std::str::from_utf8(&pack::id_text(self.packed_id(row))).unwrap_or_default()),
        }
    }

    /// The id in a number; of an odd one, where it is.
    #[inline]
    pub(super) fn packed_id(&self, row: RowNo) -> u64 {
        self.rows.get(ID, row)
    }

    /// The id of a row, if it is one that cannot be packed.
    #[inline]
    pub(super) fn odd_id(&self, row: RowNo) -> Option<&str> {
        let id = self.rows.get(ID, row);
        let at = (id & pack::ODD_ID != 0).then(|| usize::try_from(id & !pack::ODD_ID).ok())??;
        self.odd_ids.get(at).map(|id| &**id)
    }

    /// Whether there are ids that cannot be packed.
    pub(super) fn has_odd_ids(&self) -> bool {
        !self.odd_ids.is_empty()
    }

    /// The comment of a row's job.
    pub(super) fn comment(&self, row: RowNo) -> &str {
        match self.whole(row) {
            Some(job) => job.comment.raw(),
            None => self.texts.get(self.rows.get(COMMENT, row)),
        }
    }

    /// The slot of a row's comment; 0 if the row did not fit.
    #[inline]
    pub(super) fn comment_slot(&self, row: RowNo) -> u32 {
        self.rows.get(COMMENT, row)
    }

    /// The start in ticks, `pack::NO_TIME` if there is none; near, where the row did not fit.
    #[inline]
    pub(super) fn start(&self, row: RowNo) -> i64 {
        self.rows.get(STARTED, row)
    }

    /// The finish likewise, but only where the row fits.
    #[inline]
    pub(super) fn finish(&self, row: RowNo) -> i64 {
        self.rows.get(FINISHED, row)
    }

    /// A number of objects, `pack::NO_NUMBER` if there is none or the row did not fit.
    #[inline]
    pub(super) fn number(&self, row: RowNo, count: Count) -> u32 {
        self.rows.get(COUNTS[count as usize], row)
    }

    /// The code of a row's type.
    #[inline]
    pub(super) fn type_code(&self, row: RowNo) -> u16 {
        self.rows.get(TYPE, row)
    }

    /// The code of a row's status, where the row fits.
    #[inline]
    pub(super) fn status_code(&self, row: RowNo) -> u8 {
        self.rows.get(STATUS, row)
    }

    /// The job of a row that did not fit.
    #[inline]
    pub(super) fn whole(&self, row: RowNo) -> Option<&Job> {
        if self.rows.get(SHAPE, row) == WHOLE { self.whole.get(&row).map(|job| &**job) } else { None }
    }

    /// Whether there are rows that did not fit.
    pub(super) fn has_wholes(&self) -> bool {
        !self.whole.is_empty()
    }

    /// The code that rows of a type have; where it is that of all types one too many, the row itself has to be asked.
    pub(super) fn code_of_type(&self, job_type: JobType) -> u16 {
        self.known_types.known(&job_type).unwrap_or(NO_CODE)
    }

    /// Whether a row is of the type that `code_of_type` gave this code for.
    #[inline]
    pub(super) fn is_of_type(&self, row: RowNo, code: u16, job_type: JobType) -> bool {
        self.rows.get(TYPE, row) == code && (code != NO_CODE || self.facts(row).job_type == Some(job_type))
    }

    fn raw(&self, row: RowNo, times: shape::Times) -> Box<[RawField]> {
        match self.rows.get(SHAPE, row) {
            0 => Box::default(),
            KEPT => self.kept.get(&row).map(Kept::fields).unwrap_or_default(),
            code => self.known_shapes.value(code.into()).map(|shape| shape::fields(shape, times)).unwrap_or_default(),
        }
    }

    fn pack(&mut self, row: RowNo, job: &Job) -> Packed {
        let job_type = job.job_type.map_or(Some(0), |job_type| self.known_types.code(&job_type));
        let packed = self.try_pack(row, job, job_type);
        packed.unwrap_or_else(|| {
            self.whole.insert(row, Box::new(job.clone()));
            Packed {
                started: job.started.map_or(pack::NO_TIME, pack::near_time),
                finished: pack::NO_TIME,
                duration: pack::NO_NUMBER,
                counts: [pack::NO_NUMBER; 4],
                comment: 0,
                job_type: job_type.unwrap_or(NO_CODE),
                status: 0,
                shape: WHOLE,
            }
        })
    }

    fn try_pack(&mut self, row: RowNo, job: &Job, job_type: Option<u16>) -> Option<Packed> {
        if job.unreadable.is_some() {
            return None;
        }
        let time = |at: Option<DateTime<Utc>>| at.map_or(Some(pack::NO_TIME), pack::time);
        let (started, finished) = (time(job.started)?, time(job.finished)?);
        let Counts { ok, failed, skipped, total } = job.counts;
        let status = job.status.map_or(Some(0), |status| self.known_statuses.code(&status))?;
        Some(Packed {
            started,
            finished,
            duration: pack::span(job.duration, started, finished)?,
            counts: [pack::count(ok)?, pack::count(failed)?, pack::count(skipped)?, pack::count(total)?],
            job_type: job_type?,
            status: u8::try_from(status).ok()?,
            shape: self.shape(row, job),
            comment: self.texts.take(job.comment.raw()),
        })
    }

    fn shape(&mut self, row: RowNo, job: &Job) -> u8 {
        if job.raw.is_empty() {
            return 0;
        }
        let shape = shape::of(&job.raw, (job.started, job.finished));
        let code = shape.and_then(|shape| self.known_shapes.code(&shape)).and_then(|code| u8::try_from(code).ok());
        code.unwrap_or_else(|| {
            self.kept.insert(row, Kept::new(&job.raw));
            KEPT
        })
    }
}
