//! The comments that jobs end with, by what the job works on and how it ended.
//! It must never know when: the choice depends on the row alone, so that a job always says the same.

use super::dice::Dice;
use super::tenant::{Fate, Note, Row};

/// What a stream works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Machines,
    Databases,
    Files,
    Settings,
}

/// Sentences with `{name}`, `{n}` (failed objects) and `{total}` to be filled in.
struct Words {
    names: &'static [&'static str],
    failed: &'static [&'static str],
    exception: &'static [&'static str],
}

const MACHINES: Words = Words {
    names: &["vm-app-01", "vm-sql-03", "vm-files-02", "vm-web-07", "ZRH-DC02", "vm-build-11"],
    failed: &[
        "The snapshot could not be created because the VM agent did not respond.",
        "The virtual machine {name} could not be reached within 30 minutes.",
        "The subscription has no quota left for snapshots in this region.",
        "Access to the resource group of {name} was denied. Check the role of the service account.",
    ],
    exception: &[
        "{n} of {total} virtual machines could not be processed: {name} was being resized.",
        "The snapshot of {name} was created but could not be copied: the requests were throttled.",
        "A disk of {name} is attached to another machine and was left out.",
        "The VM agent of {name} did not respond. Affected machines: {n}.",
    ],
};

const DATABASES: Words = Words {
    names: &["orders", "crm_prod", "billing", "hr-archive", "warehouse", "identity"],
    failed: &[
        "A connection to the server of {name} could not be opened within 60 seconds.",
        "The server ended the export because its log space was used up.",
        "The staging storage account refused the key. It may have been rotated.",
    ],
    exception: &[
        "{name} is offline and was not processed ({n} of {total} databases affected).",
        "{n} of {total} databases were locked by another operation.",
        "The consistency check of {name} reported errors ({n} of {total} databases affected).",
    ],
};

const FILES: Words = Words {
    names: &["invoices", "büro-archiv", "media-raw", "logs-2025", "scans", "projects-eu"],
    failed: &[
        "The container {name} could not be listed: the requests were throttled (503).",
        "The destination {name} is read-only because of an immutability policy.",
        "The network path to {name} was not found.",
    ],
    exception: &[
        "Objects that changed while they were read: {n}.",
        "Objects in {name} with a path longer than 1,024 characters: {n}.",
        "{n} of {total} objects could not be read: access to {name} was denied.",
    ],
};

const SETTINGS: Words = Words {
    names: &["Block legacy sign-in", "Guest access", "payroll-service", "Zürich – external users", "release-train"],
    failed: &[
        "The consent of the app was withdrawn by a directory administrator.",
        "The service returned an unexpected answer (502). The next run will try again.",
        "The licence of the connected account has expired.",
    ],
    exception: &[
        "{n} of {total} objects refer to an owner that no longer exists.",
        "\"{name}\" could not be read: insufficient privileges. Affected objects: {n}.",
        "\"{name}\" was changed while it was read. Affected objects: {n}.",
    ],
};

const SKIPPED: [&str; 2] =
    ["Skipped because of a maintenance window of the service.", "Skipped because the plan was being edited."];

/// The comment of a job that has ended; empty for a good one.
pub(super) fn comment(row: &Row) -> String {
    let words = match row.stream().family {
        Family::Machines => &MACHINES,
        Family::Databases => &DATABASES,
        Family::Files => &FILES,
        Family::Settings => &SETTINGS,
    };
    let mut dice = Dice::new(0, [row.filed]);
    let mut one_of = |choice: &[&'static str]| {
        let index = dice.below(u32::try_from(choice.len()).unwrap_or(0));
        usize::try_from(index).ok().and_then(|index| choice.get(index)).copied().unwrap_or_default()
    };
    let sentence = match (row.note, row.fate) {
        (Note::Secret, _) => "Login failed for the backup principal. The client secret expired.",
        (Note::Locked, _) => "{skipped} of {total} objects were skipped because they are locked. Failed objects: {n}.",
        (Note::Usual, Fate::Successful) => "",
        (Note::Overlap, _) => "Skipped because the previous job of this plan is still running.",
        (Note::Usual, Fate::Skipped) => one_of(&SKIPPED),
        (Note::Usual, Fate::Stopped) => "Stopped by administrator m.keller@contoso.example.",
        (Note::Usual, Fate::Failed) => one_of(words.failed),
        (Note::Usual, Fate::Exception) => one_of(words.exception),
    };
    sentence
        .replace("{name}", one_of(words.names))
        .replace("{n}", &row.failed.to_string())
        .replace("{skipped}", &row.skipped.to_string())
        .replace("{total}", &row.total.to_string())
}
