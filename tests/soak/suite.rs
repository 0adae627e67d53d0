//! What 2,000 refreshes leave behind: nothing. In a process of its own: it counts every allocation.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, missing_docs)]

mod run;
#[path = "../it/support/stand.rs"]
#[allow(dead_code)]
mod stand;

use std::{alloc::System, path::Path, time::Duration};

use run::{Cost, soak};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const PATIENCE: Duration = Duration::from_secs(120);
/// Bytes that may be held more after 2,000 refreshes than when it was warm: eight for each, far below the smallest thing.
const BYTES: isize = 16 << 10;

#[test]
fn soak_2k_refreshes() {
    let region = Region::new(ALLOCATOR);
    let mut readings = Vec::with_capacity(8);
    soak(Path::new(env!("CARGO_BIN_EXE_jobtop")), 3_000, 1_000, |_| {
        let change = region.change();
        readings.push((change.bytes_allocated.cast_signed() - change.bytes_deallocated.cast_signed(), Cost::now()));
    });
    let ((warm, first), (held, last)) = (readings[0], readings[2]);
    println!("{warm} bytes warm, {held} after 2,000 more; {first:?}, {last:?}");
    assert!(first.resident > 0, "{first:?}");
    assert!(held - warm <= BYTES, "{} bytes more after 2,000 refreshes", held - warm);
    assert!(last.descriptors <= first.descriptors && last.threads <= first.threads, "{first:?}, then {last:?}");
}
