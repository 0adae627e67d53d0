//! What the table's work costs at a thousand and at a million jobs, side by side in one run: `cargo bench`.
//! README.md beside it says how to read the figures.

// A benchmark that meets something unexpected is to stop there.
#![allow(clippy::unwrap_used, missing_docs)]

mod tenant;

use std::{io, time::Instant};

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use jobtop::{
    filter::{self, Comparison, CountField, Filter, Predicate, Range, Term},
    insight::Summary,
    keymap,
    model::{Job, JobId, JobType, Status, TimeSpan},
    runtime::quiet::Quiet,
    state::{Live, Start, State, Tenant},
    store::{Column, Direction, Lens, Sort, Store},
    update::{Message, update},
    view::{self, Canvas, Theme},
};
use ratatui::{buffer::Buffer, layout::Rect};

use tenant::monday;

const SIZES: [usize; 2] = [1_000, 1_000_000];
const ZONE: chrono_tz::Tz = chrono_tz::Europe::Berlin;

/// A tenant's jobs in a store.
struct Loaded {
    size: usize,
    store: Store,
}

fn load(size: usize) -> Loaded {
    let mut store = Store::default();
    tenant::pages(size, 1_000, |page| drop(store.upsert(page, monday())));
    assert_eq!(store.len(), size);
    Loaded { size, store }
}

/// A page of 100 jobs, older than all before.
fn older(oldest: &Job, page: i64) -> Vec<Job> {
    let one = |number| {
        let started = oldest.started.unwrap() - chrono::TimeDelta::milliseconds(page * 100 + number);
        let id = JobId::new(started.format("FB%Y%m%d%H%M%S%3f").to_string());
        Job { id, started: Some(started), ..oldest.clone() }
    };
    (1..=100).map(one).collect()
}

fn terms() -> Vec<(&'static str, Term)> {
    let hour = TimeSpan::from_seconds(3_600);
    let week = monday() - chrono::TimeDelta::days(7);
    vec![
        ("status", Term::Status(vec![Status::Failed])),
        ("type", Term::Type(vec![JobType(20016)])),
        ("count", Term::Count(CountField::Failed, Comparison::Above, 0)),
        ("started", Term::At(filter::Instant::Started, Comparison::AtLeast, week, week)),
        ("took", Term::Took(Comparison::Above, hour)),
        ("problems", Term::Problem),
        // Some 1 % of the comments have it.
        ("a word", Term::text("affected")),
        ("digits", Term::text("1123")),
        ("start of an id", Term::text("fb2026")),
    ]
}

fn by(column: Column) -> Lens {
    Lens { sort: Some(Sort { column, direction: Direction::Ascending }), ..Lens::default() }
}

fn with(term: &Term) -> Lens {
    Lens { predicate: Predicate::all(vec![term.clone()]), ..Lens::default() }
}

fn state(store: Store) -> State {
    let filter = Filter { range: Range::All, ..Filter::default() };
    let (tenant, live) = (Tenant::default(), Live { on: false, ..Live::default() });
    let start = Start { now: monday(), tenant, zone: ZONE, filter, page_size: None, live, seed: 1 };
    let mut state = State::new(start);
    state.store = store;
    update(&mut state, Message::Resize(120, 40));
    state
}

fn benches(c: &mut Criterion) {
    reference(c);
    for mut loaded in SIZES.map(load) {
        let size = loaded.size;
        append(c, &loaded);
        look(c, size, &mut loaded.store);
        count(c, size, &loaded.store);
        show(c, size, loaded.store);
    }
}

fn append(c: &mut Criterion, loaded: &Loaded) {
    let lenses =
        [("newest first", Lens::default()), ("by duration", by(Column::Took)), ("of problems", with(&Term::Problem))];
    let oldest = loaded.store.jobs().filter(|job| job.started.is_some()).last().unwrap();
    for (name, lens) in lenses {
        c.bench_function(&format!("append a page of 100, {name}/{}", loaded.size), |b| {
            // The list grows as it does when it is loaded; a copy for each page would measure the copying.
            b.iter_custom(|pages| {
                let mut store = loaded.store.clone();
                store.look_through(lens.clone());
                let pages: Vec<_> = (0..i64::try_from(pages).unwrap()).map(|page| older(&oldest, page)).collect();
                let began = Instant::now();
                for page in pages {
                    store.upsert(page, monday());
                }
                began.elapsed()
            });
        });
    }
}

/// What the machine takes at this moment for what cannot be done faster: the measure of the others.
fn reference(c: &mut Criterion) {
    let mut dice = 88_172_645_463_325_252_u64;
    let mut next = |_| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        dice
    };
    let numbers: Vec<u64> = (0..1_000_000).map(&mut next).collect();
    c.bench_function("reference: sort_unstable of a million random u64", |b| {
        b.iter_batched(|| numbers.clone(), |mut numbers| numbers.sort_unstable(), BatchSize::PerIteration);
    });
    c.bench_function("reference: copy a million u64", |b| b.iter(|| numbers.clone()));
}

fn look(c: &mut Criterion, size: usize, store: &mut Store) {
    for column in Column::ALL {
        c.bench_with_input(BenchmarkId::new(format!("sort by {}", column.title()), size), &column, |b, column| {
            b.iter(|| {
                store.look_through(by(*column));
                let first = store.shown().get(0);
                store.look_through(Lens::default());
                first
            });
        });
    }
    for (name, term) in terms() {
        c.bench_with_input(BenchmarkId::new(format!("filter by {name}"), size), &term, |b, term| {
            b.iter(|| {
                store.look_through(with(term));
                let shown = store.shown().len();
                store.look_through(Lens::default());
                shown
            });
        });
    }
    let (short, long) = (with(&Term::text("snap")), with(&Term::text("snapshot")));
    c.bench_function(&format!("narrow, a letter more/{size}"), |b| {
        let mut narrowed = store.clone();
        narrowed.look_through(short.clone());
        b.iter_batched(
            || narrowed.clone(),
            |mut store| {
                store.look_through(long.clone());
                store
            },
            BatchSize::PerIteration,
        );
    });
    c.bench_function(&format!("clear a filter/{size}"), |b| {
        let mut narrowed = store.clone();
        narrowed.look_through(long.clone());
        b.iter_batched(
            || narrowed.clone(),
            |mut store| {
                store.look_through(Lens::default());
                store
            },
            BatchSize::PerIteration,
        );
    });
}

fn count(c: &mut Criterion, size: usize, store: &Store) {
    c.bench_function(&format!("summary of everything/{size}"), |b| {
        b.iter(|| Summary::of(store.outcomes_of(&Predicate::default()), ZONE));
    });
}

fn show(c: &mut Criterion, size: usize, store: Store) {
    let mut state = state(store);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
    c.bench_function(&format!("paint a whole frame/{size}"), |b| {
        b.iter(|| view::paint(&state, &Theme::default(), &mut buffer));
    });
    let (mut screen, mut canvas) = (Quiet::new(io::sink(), "xterm-256color"), Canvas::default());
    let mut draw = |state: &State| {
        screen.draw((120, 40), |buffer| view::repaint(state, &Theme::default(), &mut canvas, buffer)).unwrap();
    };
    let mut press = |state: &mut State, keys: &str| {
        for key in keymap::script(keys).unwrap() {
            update(state, Message::Key(key));
            draw(state);
        }
    };
    c.bench_function(&format!("j and its frame/{size}"), |b| b.iter(|| press(&mut state, "j")));
    c.bench_function(&format!("G and g and their frames/{size}"), |b| b.iter(|| press(&mut state, "Gg")));
    press(&mut state, "G<enter>");
    c.bench_function(&format!("k and j beside the detail pane/{size}"), |b| b.iter(|| press(&mut state, "kj")));
}

fn config() -> Criterion {
    // The machine is seldom quiet: many short samples say more than few long ones.
    let time = std::time::Duration::from_secs(1);
    Criterion::default().sample_size(20).warm_up_time(time / 4).measurement_time(time)
}

criterion_group!(name = jobs; config = config(); targets = benches);
criterion_main!(jobs);
