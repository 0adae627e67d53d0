//! What days of refreshes cost: `cargo run --release --example soak -- 200000`. It ends with 1 where memory grows by more than
//! a MiB in 50,000 refreshes, or descriptors or threads grow at all. With `frames` in place of the number: how long frames of a
//! hostile page take, built as the program is shipped.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../it/frames.rs"]
mod frames;
mod run;
#[path = "../it/stage.rs"]
#[allow(dead_code)]
mod stage;
#[path = "../it/support/stand.rs"]
#[allow(dead_code)]
mod stand;

use std::{
    env,
    process::ExitCode,
    time::{Duration, Instant},
};

use run::{Cost, soak};

const PATIENCE: Duration = Duration::from_secs(3_600);
const EACH: u64 = 10_000;

fn main() -> ExitCode {
    if env::args().nth(1).is_some_and(|word| word == "frames") {
        let frames = tokio::runtime::Runtime::new().unwrap().block_on(frames::paint());
        println!("{}", frames.told());
        return if frames.slow < frames::Frames::SLOW { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let refreshes = env::args().nth(1).map_or(200_000, |count| count.parse().expect("a number of refreshes"));
    // Beside this example, where it was built.
    let program = env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("jobtop");
    let (begun, mut warm) = (Instant::now(), None);
    let mut well = true;
    soak(&program, refreshes, EACH, |done| {
        let cost = Cost::now();
        let (at, first) = *warm.get_or_insert((done, cost));
        let grown = cost.resident.saturating_sub(first.resident);
        let allowed = ((done - at) << 20) / 50_000;
        // What the allocator keeps back is not for each refresh.
        well = grown <= allowed + (1 << 20) && cost.descriptors <= first.descriptors && cost.threads <= first.threads;
        println!(
            "{done:>8} refreshes in {:>6.1} s: {:>6} KiB resident, {} descriptors, {} threads",
            begun.elapsed().as_secs_f64(),
            cost.resident >> 10,
            cost.descriptors,
            cost.threads
        );
    });
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
