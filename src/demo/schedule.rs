//! What a mid-size company backs up, and when: streams of jobs with fixed schedules, and the plan of all jobs.
//! It must never know how a job is shown; all it makes is rows, each from its own dice.

use super::dice::Dice;
use super::stories;
use super::tenant::{Fate, Note, Row, sort};
use super::texts::Family;

pub(super) const MINUTE: i64 = 60_000;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// Scheduled jobs end at this time before the anchor; what is later is told by [`stories::unfinished`].
const QUIET: i64 = 5 * MINUTE;

/// One kind of job that comes again and again.
pub(super) struct Stream {
    pub(super) job_type: u32,
    /// What its job ids start with.
    pub(super) letters: &'static str,
    pub(super) family: Family,
    pub(super) spelling: Spelling,
    rhythm: Rhythm,
    /// Objects of a job today; there were fewer in the past.
    pub(super) objects: u32,
    /// Minutes that such a job usually takes.
    pub(super) minutes: u32,
    /// Plans that the smallest tenant has of it.
    core: u32,
    /// Its share when a larger tenant has more plans; 0: never more.
    weight: u32,
}

/// How a service writes its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// `2024-10-27T08:17:06Z`
    Zulu,
    /// `2024-10-27T08:17:06+00:00`, by a service that leaves empty comments out, too.
    Offset,
    /// `2024-10-27T08:17:06.1234567Z`
    Fraction,
}

enum Rhythm {
    /// Every so many minutes, from a minute of the day.
    Every(u32, u32),
    /// On one day of the week (Monday is 0), at a minute of the day.
    Weekly(u32, u32),
    /// By hand: so many times a week, mostly on working days from 7 to 19.
    Office(u32),
}

// The streams that the stories are about.
pub(super) const VM: usize = 0;
pub(super) const ENTRA: usize = 1;
pub(super) const AZURE_SQL: usize = 2;
pub(super) const STORAGE: usize = 3;
pub(super) const VMWARE: usize = 4;
pub(super) const SQL_SERVER: usize = 5;
pub(super) const DELETION: usize = 6;
pub(super) const VM_FULL: usize = 7;
pub(super) const VM_RESTORE: usize = 8;
pub(super) const VM_EXPORT: usize = 9;
pub(super) const STORAGE_RESTORE: usize = 10;
pub(super) const STORAGE_EXPORT: usize = 11;
pub(super) const SQL_RESTORE: usize = 12;
pub(super) const VM_INDEX: usize = 13;

use Family::{Databases, Files, Machines, Settings};
use Rhythm::{Every, Office, Weekly};
use Spelling::{Fraction, Offset, Zulu};

/// All streams. The first ones are named above; among the others the order says who comes first in a small tenant.
#[rustfmt::skip]
pub(super) static STREAMS: [Stream; 30] = [
    stream(1, "IB", Machines, Zulu, Every(360, 120), 45, 50, 1, 0),
    stream(128, "IB", Settings, Zulu, Every(360, 60), 210, 9, 1, 0),
    stream(20016, "FB", Databases, Zulu, Every(1440, 120), 12, 38, 1, 0),
    stream(1024, "IB", Files, Zulu, Every(1440, 1350), 9_900, 165, 1, 0),
    stream(60010, "IB", Machines, Zulu, Every(1440, 1380), 18, 75, 1, 1),
    stream(60000, "FB", Databases, Zulu, Every(1440, 30), 24, 55, 1, 1),
    stream(30003, "DL", Settings, Zulu, Every(1440, 197), 36, 4, 1, 0),
    stream(1, "FB", Machines, Zulu, Weekly(5, 1260), 45, 420, 1, 1),
    stream(2, "RS", Machines, Zulu, Office(3), 3, 25, 1, 2),
    stream(4, "EX", Files, Zulu, Office(2), 1_800, 12, 1, 1),
    stream(2048, "RS", Files, Zulu, Office(2), 2_600, 35, 1, 1),
    stream(4096, "EX", Files, Zulu, Office(2), 900, 14, 0, 1),
    stream(60001, "RS", Databases, Zulu, Office(1), 2, 22, 0, 1),
    stream(33, "IX", Machines, Zulu, Every(360, 170), 45, 8, 0, 1),
    stream(64, "RT", Settings, Zulu, Every(1440, 270), 64, 6, 1, 0),
    stream(20003, "FB", Settings, Zulu, Every(1440, 360), 320, 3, 1, 0),
    stream(60100, "FB", Databases, Fraction, Every(360, 15), 6, 12, 0, 1),
    stream(90110, "IB", Files, Offset, Every(1440, 1425), 31_000, 120, 0, 1),
    stream(20014, "IB", Settings, Zulu, Every(480, 100), 140, 35, 0, 1),
    stream(80000, "IB", Databases, Fraction, Every(240, 40), 9, 15, 0, 1),
    stream(20009, "IB", Machines, Offset, Every(240, 75), 14, 18, 0, 2),
    stream(1, "IB", Machines, Zulu, Every(240, 195), 16, 22, 0, 3),
    stream(60000, "IB", Databases, Zulu, Every(60, 5), 24, 4, 0, 2),
    stream(20012, "FB", Databases, Zulu, Every(60, 20), 12, 2, 0, 1),
    stream(20017, "RS", Databases, Zulu, Office(1), 1, 18, 0, 1),
    stream(20018, "RS", Files, Zulu, Office(3), 240, 7, 0, 1),
    stream(257, "EX", Settings, Zulu, Office(1), 210, 5, 0, 1),
    stream(90120, "RS", Files, Offset, Office(1), 700, 16, 0, 1),
    stream(20015, "RS", Settings, Zulu, Office(1), 4, 9, 0, 1),
    stream(20006, "RS", Settings, Zulu, Office(1), 12, 3, 0, 1),
];

#[expect(clippy::too_many_arguments, reason = "one line of a table")]
const fn stream(
    job_type: u32,
    letters: &'static str,
    family: Family,
    spelling: Spelling,
    rhythm: Rhythm,
    objects: u32,
    minutes: u32,
    core: u32,
    weight: u32,
) -> Stream {
    Stream { job_type, letters, family, spelling, rhythm, objects, minutes, core, weight }
}

/// Exactly `jobs` rows, newest first, about `days` days back from the anchor (milliseconds since 1970); fewer days if
/// the jobs are few.
pub(super) fn plan(jobs: usize, days: u32, seed: u64, anchor: i64) -> Vec<Row> {
    let plans = plans_per_stream(jobs, days);
    let mut rows = Vec::with_capacity(jobs + jobs / 16);
    rows.extend(stories::unfinished(seed, anchor).into_iter().take(jobs / 5));
    let mut day = anchor.div_euclid(DAY);
    while rows.len() < jobs {
        for (stream, plans) in plans.iter().enumerate() {
            for plan in 0..*plans {
                let run = Run { seed, anchor, stream, plan, day };
                rows.extend(run.times().filter(|at| *at <= anchor - QUIET).filter_map(|at| run.row(at)));
            }
        }
        day -= 1;
    }
    rows.sort_unstable_by_key(|row| row.filed);
    // Ids are time stamps to the millisecond: no two jobs may share one.
    let mut before = i64::MIN;
    for row in &mut rows {
        row.filed = row.filed.max(before + 1);
        before = row.filed;
    }
    sort(&mut rows);
    rows.truncate(jobs);
    rows
}

/// How many plans of each stream make about as many jobs a day as are needed. A tenant smaller than its core has a
/// shorter history instead.
fn plans_per_stream(jobs: usize, days: u32) -> Vec<u32> {
    // Per week, and one in a hundred more, so that the oldest job is hardly ever older than asked for.
    let wanted = jobs.saturating_mul(707) / (100 * usize::try_from(days.max(1)).unwrap_or(1));
    let mut missing = i64::try_from(wanted).unwrap_or(i64::MAX);
    let mut plans: Vec<u32> = STREAMS.iter().map(|stream| stream.core).collect();
    missing -= STREAMS.iter().map(|stream| i64::from(stream.core * stream.per_week())).sum::<i64>();
    // The stream that is furthest behind its share and still fits is next.
    while let Some(next) = (0..STREAMS.len())
        .filter(|at| STREAMS[*at].weight > 0 && i64::from(STREAMS[*at].per_week()) <= missing.max(0))
        .min_by_key(|at| plans[*at] * 6 / STREAMS[*at].weight)
    {
        plans[next] += 1;
        missing -= i64::from(STREAMS[next].per_week());
    }
    plans
}

impl Stream {
    fn per_week(&self) -> u32 {
        match self.rhythm {
            Every(minutes, _) => 7 * 1440 / minutes,
            Weekly(..) => 1,
            Office(times) => times,
        }
    }
}

/// One plan's work on one day.
struct Run {
    seed: u64,
    anchor: i64,
    stream: usize,
    /// The first plan of a stream is 0, the one that the stories are about.
    plan: u32,
    /// Days since 1970.
    day: i64,
}

impl Run {
    fn dice<const N: usize>(&self, about: [i64; N]) -> Dice {
        let stream = i64::try_from(self.stream).unwrap_or(0);
        Dice::new(self.seed, [stream, i64::from(self.plan)].into_iter().chain(about))
    }

    /// When the jobs of this day are started: milliseconds since 1970, a few seconds after what the schedule says.
    fn times(&self) -> impl Iterator<Item = i64> {
        let weekday = u32::try_from((self.day + 3).rem_euclid(7)).unwrap_or(0);
        // A plan after the first has its own time of the day, the same every day.
        let shift = |every: u32| if self.plan == 0 { 0 } else { self.dice([0]).below(every) };
        let minutes: Vec<u32> = match STREAMS[self.stream].rhythm {
            Every(every, from) => {
                let from = (from + shift(every.min(300))) % every;
                (0..1440 / every).map(|slot| from + slot * every).collect()
            }
            Weekly(on, from) => Some((from + shift(300)) % 1440).filter(|_| on == weekday).into_iter().collect(),
            Office(times) => {
                let week = (self.day + 3).div_euclid(7);
                (0..times).filter_map(|slot| self.office_minute(week, slot, weekday)).collect()
            }
        };
        let mut dice = self.dice([1, self.day]);
        minutes.into_iter().map(move |minute| {
            let late = 3_000 + dice.below(19_000);
            self.day * DAY + i64::from(minute) * MINUTE + i64::from(late)
        })
    }

    /// The minute of the day if this week's job of this number falls on this weekday.
    fn office_minute(&self, week: i64, slot: u32, weekday: u32) -> Option<u32> {
        let mut dice = self.dice([2, week, i64::from(slot)]);
        let day = dice.below(22);
        let day = if day < 20 { day / 4 } else { day - 15 };
        (day == weekday).then(|| dice.around(7 * 60, 19 * 60))
    }

    /// The job of this time; `None` if it never came to be.
    fn row(&self, at: i64) -> Option<Row> {
        let stream = &STREAMS[self.stream];
        let mut dice = self.dice([3, at]);
        let row = Row {
            filed: at,
            wait: 0,
            run: stream.minutes * dice.around(750, 1_350) * 60,
            total: self.objects(&mut dice),
            failed: 0,
            skipped: 0,
            stream: self.stream,
            fate: Fate::Successful,
            note: Note::Usual,
        };
        let mut row = stories::tell(self.plan, self.anchor, row, &mut dice)?;
        // Nothing else may still be running at the anchor but what is meant to.
        let longest = u32::try_from(self.anchor - at - MINUTE).unwrap_or(u32::MAX);
        if row.run > longest {
            row.run = longest / 100 * dice.around(75, 100);
        }
        Some(row)
    }

    fn objects(&self, dice: &mut Dice) -> u32 {
        let objects = u64::from(STREAMS[self.stream].objects);
        if let Office(_) = STREAMS[self.stream].rhythm {
            let most = u32::try_from(objects).unwrap_or(u32::MAX);
            return 1 + dice.below(most).min(dice.below(most));
        }
        let share = if self.plan == 0 { 1_000 } else { 250 + self.dice([4]).below(750) };
        let age = (self.anchor - self.day * DAY).max(0).cast_unsigned() / DAY.cast_unsigned();
        // It grew by some 6 % in the last hundred days.
        let grown = 100_000_u64.saturating_sub(age * 60).max(40_000);
        u32::try_from((objects * u64::from(share) * grown + 50_000_000) / 100_000_000).unwrap_or(u32::MAX).max(1)
    }
}

/// The usual ups and downs: of a thousand jobs some six fail and some twenty end with exceptions.
pub(super) fn luck(row: Row, dice: &mut Dice) -> Row {
    match dice.below(10_000) {
        0..60 => Row { fate: Fate::Failed, failed: row.total, run: row.run / 6, ..row },
        60..280 => row.with_exception(1 + dice.below(3)),
        280..295 => row.skipped_whole(Note::Usual),
        // Nobody stops what is over in a moment.
        295..320 if row.run > 20 * 60_000 => row.stopped(dice.below(80)),
        _ if row.total >= 40 && dice.below(100) < 15 => Row { skipped: 1 + dice.below(3), ..row },
        _ => row,
    }
}

impl Row {
    /// Some objects failed, some did not; a job of one object has no such end.
    pub(super) fn with_exception(self, failed: u32) -> Self {
        if self.total < 2 {
            return self;
        }
        Self { fate: Fate::Exception, failed: failed.min(self.total - 1), ..self }
    }

    /// It did not come to work at all.
    pub(super) fn skipped_whole(self, note: Note) -> Self {
        Self { fate: Fate::Skipped, note, total: 0, failed: 0, skipped: 0, run: 1_400, ..self }
    }

    /// Stopped after some percent of its objects.
    pub(super) fn stopped(self, percent: u32) -> Self {
        let done = u64::from(self.total) * u64::from(percent) / 100;
        let skipped = self.total - u32::try_from(done).unwrap_or(0);
        Self { fate: Fate::Stopped, skipped, run: self.run / 100 * percent.max(1), ..self }
    }
}
