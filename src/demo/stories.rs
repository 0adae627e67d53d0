//! What an operator would find in this tenant: the troubles of the last days, and what runs at this moment.
//! All of it is told relative to the anchor, so that the demo is as fresh on any day. It must never know the schedule's
//! inner workings, only which job is at hand.

use super::dice::Dice;
use super::schedule::{
    AZURE_SQL, DAY, DELETION, ENTRA, HOUR, MINUTE, SQL_RESTORE, SQL_SERVER, STORAGE, STORAGE_EXPORT, STORAGE_RESTORE,
    VM, VM_EXPORT, VM_FULL, VM_INDEX, VM_RESTORE, VMWARE, luck,
};
use super::tenant::{Fate, Note, Row};

/// Days over which the storage backup went from good to bad.
const CREEP_DAYS: i64 = 30;

/// The slow machine backup: ten times the usual 50 minutes.
const SLOW_RUN: u32 = 502 * 60_000;

/// What became of a scheduled job; `None` if it never started. Only the first plan of a stream has a story.
pub(super) fn tell(plan: u32, anchor: i64, row: Row, dice: &mut Dice) -> Option<Row> {
    let age = anchor - row.filed;
    if plan > 0 {
        return Some(luck(row, dice));
    }
    match row.stream {
        // The secret expired four nights ago.
        AZURE_SQL if age < 4 * DAY => {
            Some(Row { fate: Fate::Failed, note: Note::Secret, failed: row.total, run: 41_000, ..row })
        }
        AZURE_SQL | DELETION => Some(row),
        // It stopped to run three days ago, and nothing says so.
        ENTRA if age < 3 * DAY => None,
        STORAGE if age < CREEP_DAYS * DAY => Some(creeping(age / DAY, row, dice)),
        VM => Some(slow_night(anchor, row, dice)),
        VMWARE if age / DAY == 2 => Some(row.stopped(40)),
        SQL_SERVER if matches!(age / DAY, 1 | 4) => Some(row.with_exception(1 + dice.below(3))),
        _ => Some(luck(row, dice)),
    }
}

/// More and more objects are skipped, and the status says nothing until the last five nights.
fn creeping(age_days: i64, row: Row, dice: &mut Dice) -> Row {
    let risen = u32::try_from((CREEP_DAYS - 1 - age_days).max(0)).unwrap_or(0);
    let last = u32::try_from(CREEP_DAYS - 1).unwrap_or(1);
    // Per thousand: from 10 to 600, slowly first.
    let share = 10 + 585 * risen * risen / (last * last) + dice.below(6);
    let skipped = u32::try_from(u64::from(row.total) * u64::from(share) / 1_000).unwrap_or(0);
    if age_days >= 5 {
        return Row { skipped, ..row };
    }
    Row { fate: Fate::Exception, note: Note::Locked, skipped, failed: 4 + dice.below(20), ..row }
}

/// Last night's run took ten times as long, and the one after it was skipped.
fn slow_night(anchor: i64, row: Row, dice: &mut Dice) -> Row {
    // The last 20:00 whose slow run has ended by now.
    let latest = anchor - i64::from(SLOW_RUN) - 5 * MINUTE;
    let slow = (latest - 20 * HOUR).div_euclid(DAY) * DAY + 20 * HOUR;
    match row.filed - slow {
        0..MINUTE => Row { run: SLOW_RUN, ..row },
        after if (6 * HOUR..6 * HOUR + MINUTE).contains(&after) => row.skipped_whole(Note::Overlap),
        _ => luck(row, dice),
    }
}

/// The jobs that have not ended at the anchor, the most telling first: five run, four are still to begin. They are
/// created in the order in which they will start, after every scheduled job that could come between.
pub(super) fn unfinished(seed: u64, anchor: i64) -> Vec<Row> {
    let mut dice = Dice::new(seed, [anchor]);
    let mut running = |stream, since: u32, left: u32, total| {
        let since = since * dice.around(930, 1_070);
        let left = left * dice.around(900, 1_100);
        row(stream, anchor - i64::from(since), 0, since + left, total)
    };
    let export = running(VM_EXPORT, 390, 260, 1_784);
    let full = running(VM_FULL, 2_050, 1_500, 45);
    let log = running(SQL_SERVER, 660, 540, 24).with_exception(1);
    let index = running(VM_INDEX, 440, 55, 38);
    let restore = running(STORAGE_RESTORE, 97_200, 18_000, 48_213);
    let mut pending = |stream, ago: u32, start_in: u32, takes: u32, total| {
        let ago = ago * 1_000 + dice.below(1_000);
        row(stream, anchor - i64::from(ago), ago + start_in * 1_000, takes * 1_000, total)
    };
    let vm_restore = pending(VM_RESTORE, 260, 80, 540, 2);
    let storage_export = pending(STORAGE_EXPORT, 200, 120, 840, 612);
    let sql_restore = pending(SQL_RESTORE, 150, 240, 200, 1);
    let vmware = pending(VMWARE, 90, 360, 2_400, 18);
    let sql_restore = Row { fate: Fate::Failed, failed: 1, ..sql_restore };
    vec![export, vm_restore, full, sql_restore, log, index, storage_export, restore, vmware]
}

fn row(stream: usize, filed: i64, wait: u32, run: u32, total: u32) -> Row {
    Row { filed, wait, run, total, failed: 0, skipped: 0, stream, fate: Fate::Successful, note: Note::Usual }
}
