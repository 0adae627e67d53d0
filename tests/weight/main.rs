//! What a loaded job weighs and what taking a page in allocates. In a process of its own: it counts every allocation.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../bench/tenant.rs"]
mod tenant;

use std::alloc::System;

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

fn held(change: &Stats) -> isize {
    change.bytes_allocated.cast_signed() - change.bytes_deallocated.cast_signed()
}

#[test]
fn a_job_weighs_no_more_than_its_row_of_text_and_a_page_costs_its_own_size() {
    let mut pages: Vec<Vec<Job>> = Vec::new();
    tenant::pages(JOBS, u16::try_from(PAGE).unwrap(), |page| pages.push(page));
    let newest = pages.remove(0);
    let sorted = Lens { sort: Some(Sort { column: Column::Took, direction: Direction::Ascending }), ..Lens::default() };
    for lens in [Lens::default(), sorted] {
        let before = Region::new(ALLOCATOR);
        let mut store = Store::default();
        store.look_through(lens.clone());
        let mut most = 0;
        for page in &pages {
            let page = page.clone();
            let region = Region::new(ALLOCATOR);
            drop(store.upsert(page, tenant::monday()));
            most = most.max(region.change().allocations);
        }
        // What begins while one looks stands above all that was there before.
        drop(store.upsert(newest.clone(), tenant::monday()));
        let bytes = held(&before.change()).unsigned_abs() / JOBS;
        println!("{bytes} bytes a job, at most {most} allocations for a page of {PAGE}");
        assert_eq!(store.len(), JOBS);
        assert!(bytes <= BYTES, "{bytes} bytes a job through {lens:?}");
        assert!(most <= ALLOCATIONS * PAGE, "{most} allocations for a page of {PAGE}, however much is loaded");
    }
}
