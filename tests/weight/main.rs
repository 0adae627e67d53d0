//! What a loaded job weighs, what taking a page in allocates, and what a key costs until its frame is written. In a process of
//! its own, one test at a time: it counts every allocation.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../bench/tenant.rs"]
mod tenant;

mod frame;

use std::{
    alloc::System,
    sync::{Mutex, OnceLock},
};

use jobtop::{
    model::Job,
    store::{Column, Direction, Lens, Sort, Store},
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, Stats, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const JOBS: usize = 100_000;
const PAGE: usize = 1_000;
/// Bytes that a job may take, its place in the index and in the order included: what its row takes in a CSV file.
const BYTES: usize = 98;
/// Allocations that taking in one job may need, as long as it takes: texts of which only some are kept, and room to grow.
const ALLOCATIONS: usize = 4;

/// The tenant's pages, fetched once for all tests.
fn pages() -> &'static [Vec<Job>] {
    static PAGES: OnceLock<Vec<Vec<Job>>> = OnceLock::new();
    PAGES.get_or_init(|| {
        let mut pages = Vec::new();
        tenant::pages(JOBS, u16::try_from(PAGE).unwrap(), |page| pages.push(page));
        pages
    })
}

/// Held by the test that counts.
static COUNTING: Mutex<()> = Mutex::new(());

fn held(change: &Stats) -> isize {
    change.bytes_allocated.cast_signed() - change.bytes_deallocated.cast_signed()
}

#[test]
fn a_job_weighs_no_more_than_its_row_of_text_and_a_page_costs_its_own_size() {
    let _counting = COUNTING.lock();
    let (newest, pages) = pages().split_first().unwrap();
    let sorted = Lens { sort: Some(Sort { column: Column::Took, direction: Direction::Ascending }), ..Lens::default() };
    for lens in [Lens::default(), sorted] {
        let before = Region::new(ALLOCATOR);
        let mut store = Store::default();
        store.look_through(lens.clone());
        let (mut most, mut costs) = (0, Vec::new());
        for page in pages {
            let page = page.clone();
            let region = Region::new(ALLOCATOR);
            drop(store.upsert(page, tenant::monday()));
            let change = region.change();
            most = most.max(change.allocations);
            costs.push(change.allocations + change.reallocations);
        }
        // The middle of ten: now and then a table has to grow.
        let middle = |costs: &[usize]| {
            let mut costs = costs.to_vec();
            costs.sort_unstable();
            costs[costs.len() / 2]
        };
        let (early, late) = (middle(&costs[..10]), middle(&costs[costs.len() - 10..]));
        println!("{early} allocations for a page when little is loaded, {late} when {JOBS} jobs are");
        assert!(late * 10 <= early * 11, "a page costs {late} allocations, {early} when little is loaded");
        // What begins while one looks stands above all that was there before.
        drop(store.upsert(newest.clone(), tenant::monday()));
        let bytes = (held(&before.change()).unsigned_abs() + store.bytes_mapped()) / JOBS;
        println!("{bytes} bytes a job, at most {most} allocations for a page of {PAGE}");
        assert_eq!(store.len(), JOBS);
        assert!(bytes <= BYTES, "{bytes} bytes a job through {lens:?}");
        assert!(most <= ALLOCATIONS * PAGE, "{most} allocations for a page of {PAGE}, however much is loaded");
    }
}
