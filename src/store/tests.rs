//! The store against a naive filter and a naive sort, whatever arrives and in whatever order.

use std::cmp::Ordering;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::{
    filter::{Comparison, CountField, Instant, Share, Term},
    model::{Counts, RawField, Service, TimeSpan},
};

fn job(id: u32, started: Option<i64>, failed: Option<u64>, status: Status) -> Job {
    let mut job = Job::new(JobId::new(format!("J{id}")));
    job.started = started.map(|s| DateTime::UNIX_EPOCH + TimeDelta::seconds(s));
    job.counts.failed = failed;
    job.status = Some(status);
    job.job_type = Some(JobType(i64::from(id % 3)));
    job
}

fn jobs() -> impl Strategy<Value = Vec<Job>> {
    let one = (0..40_u32, proptest::option::of(0..50_i64), proptest::option::of(0..5_u64), 0..8_usize);
    proptest::collection::vec(one.prop_map(|(id, start, failed, s)| job(id, start, failed, Status::ALL[s])), 0..30)
}

fn sorts() -> impl Strategy<Value = Option<Sort>> {
    let columns = prop_oneof![Just(Column::Failed), Just(Column::Started), Just(Column::Status), Just(Column::Took)];
    let one = (columns, any::<bool>());
    proptest::option::of(one.prop_map(|(column, up)| Sort {
        column,
        direction: if up { Direction::Ascending } else { Direction::Descending },
    }))
}

proptest! {
    /// However jobs arrive, the shown rows are those of one pass and one sort over everything.
    #[test]
    fn arrivals_in_pieces_equal_one_arrival(pages in proptest::collection::vec(jobs(), 0..6), sort in sorts(), then in sorts(), only_failed in any::<bool>()) {
        let predicate = if only_failed { Predicate::statuses([Status::Failed]) } else { Predicate::default() };
        let lens = Lens { predicate, sort, then };
        let (mut pieces, mut whole) = (Store::default(), Store::default());
        pieces.look_through(lens.clone());
        let mut last: HashMap<JobId, Job> = HashMap::new();
        for page in pages {
            last.extend(page.iter().map(|job| (job.id.clone(), job.clone())));
            pieces.upsert(page, DateTime::UNIX_EPOCH);
        }
        whole.upsert(last.into_values().collect(), DateTime::UNIX_EPOCH);
        whole.look_through(lens);
        let ids = |store: &Store| store.shown().iter().map(|row| store.job(row).id.clone()).collect::<Vec<_>>();
        prop_assert_eq!(ids(&pieces), ids(&whole));
        for (at, row) in pieces.shown().iter().enumerate() {
            prop_assert_eq!(pieces.position(row), Some(at));
        }
        for run in pieces.jobs().filter_map(|job| pieces.row(&job.id)) {
            prop_assert_eq!(pieces.runs_up_to(run).next(), Some(run));
        }
        let unfinished = pieces.jobs().filter(Job::is_unfinished).count();
        prop_assert_eq!(pieces.unfinished().count(), unfinished);
    }
}

#[test]
fn a_newer_observation_replaces_and_says_what_was_there() {
    let mut store = Store::default();
    store.upsert(vec![job(1, Some(5), Some(0), Status::InProgress)], DateTime::UNIX_EPOCH);
    let merged = store.upsert(vec![job(1, Some(5), Some(2), Status::Failed)], DateTime::UNIX_EPOCH);
    assert_eq!((store.len(), merged.added.len(), merged.replaced.len()), (1, 0, 1));
    assert_eq!(merged.replaced[0].1.status, Some(Status::InProgress));
    let again = store.upsert(vec![job(1, Some(5), Some(2), Status::Failed)], DateTime::UNIX_EPOCH);
    assert_eq!(again, Merged::default());
}

#[test]
fn blanks_stand_last_in_both_directions() {
    let mut store = Store::default();
    let page = vec![
        job(1, Some(1), None, Status::Failed),
        job(2, Some(2), Some(7), Status::Failed),
        job(3, Some(3), Some(1), Status::Failed),
    ];
    store.upsert(page, DateTime::UNIX_EPOCH);
    for (direction, expected) in
        [(Direction::Ascending, ["J3", "J2", "J1"]), (Direction::Descending, ["J2", "J3", "J1"])]
    {
        store.look_through(Lens { sort: Some(Sort { column: Column::Failed, direction }), ..Lens::default() });
        let ids: Vec<_> = store.shown().iter().map(|row| store.job(row).id.text().raw().to_owned()).collect();
        assert_eq!(ids, expected);
    }
}

/// Jobs such as no server should send, among those that any does: few ids, so that they come again.
fn hostile() -> impl Strategy<Value = Job> {
    let ids = prop_oneof![
        "[FI]B2026112[0-9]0[0-9]000000[0-9]{2}",
        "[FI]B20261123101[01]000000",
        "[a-z0-9-]{0,3}",
        "(é|FB20261123101010001|fb20261123101010001|FB20269923101010001|unreadable-\u{202e}0)",
    ];
    let numbers = || {
        let some = prop_oneof![0..4_u64, Just(u64::from(u32::MAX)), Just(u64::from(u32::MAX) - 1), any::<u64>()];
        proptest::option::of(some)
    };
    let times = || {
        let seconds = prop_oneof![
            1_795_000_000..1_795_000_009_i64,
            Just(-62_135_596_800),
            Just(253_402_300_799),
            Just(DateTime::<Utc>::MIN_UTC.timestamp()),
            Just(DateTime::<Utc>::MAX_UTC.timestamp()),
            any::<i64>().prop_map(|seconds| seconds % 100_000_000_000),
        ];
        let nanos = prop_oneof![Just(0), 0..1_000_000_000_u32, Just(123_456_700), Just(1_500_000_000)];
        proptest::option::of(
            (seconds, nanos).prop_filter_map("no such moment", |(s, n)| DateTime::from_timestamp(s, n)),
        )
    };
    let spans = prop_oneof![
        Just(None),
        (0..5_i64).prop_map(|s| Some(TimeSpan::from_seconds(s))),
        any::<i64>().prop_map(|ticks| Some(TimeSpan::from_ticks(ticks))),
    ];
    let types = proptest::option::of(prop_oneof![Just(1), Just(20016), Just(90_130), any::<i64>()].prop_map(JobType));
    let statuses =
        prop_oneof![Just(0), Just(1), Just(2), Just(8), Just(16), any::<i64>()].prop_map(Status::from_number);
    let statuses = proptest::option::of(prop_oneof![3 => statuses, 1 => any::<i64>().prop_map(Status::Unknown)]);
    let words =
        || prop_oneof![Just(String::new()), Just("Login FAILED für Ümit".to_owned()), "[a-cK]{0,3}", "\\PC{0,9}"];
    let names = prop_oneof![Just("startTime"), Just("finishTime"), Just("extra"), Just("")];
    let raw = proptest::collection::vec((names, 0..6_u8, words()), 0..3);
    let unreadable = prop_oneof![9 => Just(None), 1 => Just(Some("the row has no job id"))];
    let texts = (words(), raw, unreadable);
    let counts = (numbers(), numbers(), numbers(), numbers());
    (ids, types, statuses, counts, (times(), times(), spans), texts).prop_map(
        |(
            id,
            job_type,
            status,
            (ok, failed, skipped, total),
            (started, finished, duration),
            (comment, raw, unreadable),
        )| {
            let spelled = |at: Option<DateTime<Utc>>, zone: &str| {
                at.map_or("null".to_owned(), |at| format!("\"{}{zone}\"", at.format("%Y-%m-%dT%H:%M:%S%.f")))
            };
            let field = |(name, form, word): (&str, u8, String)| RawField {
                name: name.into(),
                json: match form {
                    0 => spelled(started, ""),
                    1 => spelled(started, "+00:00"),
                    2 => spelled(finished, "+00:00"),
                    3 => "x".repeat(300),
                    _ => word,
                }
                .into(),
            };
            Job {
                job_type,
                status,
                counts: Counts { ok, failed, skipped, total },
                started,
                finished,
                duration,
                comment: comment.into(),
                unreadable,
                raw: raw.into_iter().map(field).collect(),
                ..Job::new(JobId::new(id))
            }
        },
    )
}

fn terms() -> impl Strategy<Value = Term> {
    let comparisons = prop_oneof![
        Just(Comparison::Is),
        Just(Comparison::Not),
        Just(Comparison::Above),
        Just(Comparison::AtLeast),
        Just(Comparison::Below),
        Just(Comparison::AtMost)
    ];
    let words =
        || prop_oneof!["[a-z]{0,2}", "[fi]?b?2?0?2?6?", "[0-9]{1,4}", "failed|ümit|azure|K|sql", "fb2026112[0-9]"];
    let moments =
        || (1_795_000_000..1_795_000_009_i64, 0..3_u32).prop_map(|(s, n)| DateTime::from_timestamp(s, n * 50).unwrap());
    let fields = prop_oneof![Just(CountField::Ok), Just(CountField::Failed), Just(CountField::Total)];
    let one = prop_oneof![
        words().prop_map(|word| Term::text(&word)),
        words().prop_map(Term::Id),
        words().prop_map(Term::Comment),
        proptest::collection::vec(
            prop_oneof![Just(Status::Failed), Just(Status::InProgress), Just(Status::Unknown(3))],
            0..3
        )
        .prop_map(Term::Status),
        Just(Term::Type(vec![JobType(1), JobType(90_130)])),
        Just(Term::Service(vec![Service(2048)])),
        Just(Term::Kind(vec!["backup"])),
        (fields, comparisons.clone(), 0..3_u64).prop_map(|(field, is, number)| Term::Count(field, is, number)),
        (comparisons.clone(), 0..3_u8).prop_map(|(is, part)| Term::Share(Share::Skipped, is, f64::from(part) / 2.0)),
        (comparisons.clone(), 0..5_i64).prop_map(|(is, s)| Term::Took(is, TimeSpan::from_seconds(s))),
        (any::<bool>(), comparisons, moments(), moments()).prop_map(|(start, is, a, b)| {
            Term::At(if start { Instant::Started } else { Instant::Finished }, is, a.min(b), a.max(b))
        }),
        Just(Term::Problem),
        Just(Term::Unreadable),
    ];
    (one, any::<bool>()).prop_map(|(term, not)| if not { Term::Not(Box::new(term)) } else { term })
}

fn lenses() -> impl Strategy<Value = Lens> {
    let sort = || {
        let one = (proptest::sample::select(&Column::ALL[..]), any::<bool>()).prop_map(|(column, up)| Sort {
            column,
            direction: if up { Direction::Ascending } else { Direction::Descending },
        });
        proptest::option::of(one)
    };
    (proptest::collection::vec(terms(), 0..3), sort(), sort()).prop_map(|(terms, sort, then)| Lens {
        predicate: Predicate::all(terms),
        sort,
        then,
    })
}

/// What a lens shows, found out one by one.
fn naive(jobs: &[Job], lens: &Lens, now: DateTime<Utc>) -> Vec<JobId> {
    let mut jobs: Vec<&Job> = jobs.iter().filter(|job| lens.predicate.holds(*job)).collect();
    let start = |job: &Job| (job.started.is_some(), std::cmp::Reverse(job.started));
    jobs.sort_by(|a, b| {
        let by = |sort: Option<Sort>| sort.map_or(Ordering::Equal, |sort| sort.compare(a, b, now));
        by(lens.sort).then_with(|| by(lens.then)).then_with(|| start(a).cmp(&start(b))).then_with(|| b.id.cmp(&a.id))
    });
    jobs.into_iter().map(|job| job.id.clone()).collect()
}

proptest! {
    /// Every job comes out as it went in, whatever is in it and whatever was in its row before.
    #[test]
    fn every_job_comes_out_as_it_went_in(jobs in proptest::collection::vec(hostile(), 0..60)) {
        let mut store = Store::default();
        let mut last: HashMap<JobId, Job> = HashMap::new();
        for job in jobs {
            let before = last.insert(job.id.clone(), job.clone());
            let merged = store.upsert(vec![job.clone()], DateTime::UNIX_EPOCH);
            let row = store.row(&job.id).unwrap();
            prop_assert_eq!(&store.job(row), &job);
            prop_assert_eq!(store.facts(row), job.facts());
            prop_assert_eq!(store.is_problem(row), job.is_problem());
            match before {
                None => prop_assert_eq!(merged.added, [row]),
                Some(before) if before == job => prop_assert_eq!(merged, Merged::default()),
                Some(before) => prop_assert_eq!(merged.replaced, [(row, before)]),
            }
        }
        prop_assert_eq!(store.len(), last.len());
        for job in store.jobs().chain(store.clone().jobs()) {
            prop_assert_eq!(&job, &last[&job.id]);
        }
        for job_type in last.values().filter_map(|job| job.job_type) {
            let runs = last.values().filter(|job| job.job_type == Some(job_type)).count();
            prop_assert_eq!((store.count_of_runs(job_type), store.runs(job_type).count()), (runs, runs));
        }
    }

    /// Whatever arrives and through whatever lenses one looks one after the other, what is shown is what a filter and a sort
    /// of everything show.
    #[test]
    fn what_is_shown_is_what_a_naive_filter_and_sort_show(
        pages in proptest::collection::vec(proptest::collection::vec(hostile(), 0..20), 1..4),
        lenses in proptest::collection::vec(lenses(), 1..6),
        later in 0..5_i64,
    ) {
        let mut store = Store::default();
        let mut now = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let mut pages = pages.into_iter();
        for lens in lenses {
            store.look_through(lens);
            now += TimeDelta::seconds(later);
            store.upsert(pages.next().unwrap_or_default(), now);
            let jobs: Vec<Job> = store.jobs().collect();
            let shown: Vec<JobId> = store.shown().iter().map(|row| store.job(row).id).collect();
            prop_assert_eq!(shown, naive(&jobs, store.lens(), store.as_of()));
            for (at, row) in store.shown().iter().enumerate() {
                prop_assert_eq!(store.position(row), Some(at));
            }
            let facts: Vec<Facts> = store.facts_of(&store.lens().predicate).collect();
            let held = jobs.iter().filter(|job| store.lens().predicate.holds(*job)).map(Job::facts).collect::<Vec<_>>();
            prop_assert_eq!(facts, held);
        }
    }

    /// Typing on, taking letters back, adding terms and clearing: each step may start from the one before.
    #[test]
    fn a_filter_that_grows_and_shrinks_shows_what_it_says(
        jobs in proptest::collection::vec(hostile(), 0..40),
        word in "(fb2026|failed|aab|112)",
        cut in proptest::collection::vec((0..8_usize, proptest::option::of(terms()), any::<bool>()), 1..8),
    ) {
        let mut store = Store::default();
        store.upsert(jobs, DateTime::UNIX_EPOCH);
        let jobs: Vec<Job> = store.jobs().collect();
        for (letters, term, sorted) in cut {
            let text = Term::text(&word[..letters.min(word.len())]);
            let sort = sorted.then_some(Sort { column: Column::Id, direction: Direction::Ascending });
            store.look_through(Lens { predicate: Predicate::all([text].into_iter().chain(term).collect()), sort, then: None });
            let shown: Vec<JobId> = store.shown().iter().map(|row| store.job(row).id).collect();
            prop_assert_eq!(shown, naive(&jobs, store.lens(), store.as_of()));
        }
    }
}

#[test]
fn the_natural_order_is_that_of_arrival_as_long_as_it_is_the_newest_first() {
    let mut store = Store::default();
    let page =
        |ids: std::ops::Range<u32>| ids.rev().map(|id| job(id, Some(i64::from(id)), None, Status::Finished)).collect();
    store.upsert(page(50..60), DateTime::UNIX_EPOCH);
    store.upsert(page(40..50), DateTime::UNIX_EPOCH);
    assert!(store.natural.is_free());
    store.upsert(page(60..61), DateTime::UNIX_EPOCH);
    assert!(!store.natural.is_free());
    assert_eq!(store.shown().get(0), store.row(&JobId::new("J60")));
}

#[test]
fn a_running_job_moves_up_the_order_by_duration_with_each_answer() {
    let mut store = Store::default();
    let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
    let ended = |id, took| Job { finished: Some(at(took)), ..job(id, Some(0), None, Status::Finished) };
    let by_duration = Sort { column: Column::Took, direction: Direction::Ascending };
    let predicate = Predicate::all(vec![Term::text("j")]);
    store.look_through(Lens { predicate, sort: Some(by_duration), then: None });
    store.upsert(vec![ended(1, 10), job(2, Some(0), None, Status::InProgress), ended(3, 20)], at(5));
    for (now, expected) in [(5, ["J2", "J1", "J3"]), (15, ["J1", "J2", "J3"]), (25, ["J1", "J3", "J2"])] {
        // An answer that brings nothing new still says how late it is.
        store.upsert(Vec::new(), at(now));
        let ids: Vec<_> = store.shown().iter().map(|row| store.job(row).id.text().raw().to_owned()).collect();
        assert_eq!(ids, expected, "after {now} seconds");
        assert!(store.shown().iter().enumerate().all(|(place, row)| store.position(row) == Some(place)));
    }
}
