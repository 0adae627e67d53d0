//! What users write of time means what they expect, whenever and wherever they write it.

use proptest::prelude::*;

use super::*;

const BERLIN: Tz = chrono_tz::Europe::Berlin;

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn now() -> DateTime<Utc> {
    utc("2026-11-23T13:02:11Z") // a Monday, 14:02:11 in Berlin
}

#[test]
fn what_users_write_means_what_they_expect() {
    for (text, from, to) in [
        ("7d", Some("2026-11-16T13:02:11Z"), None),
        ("24 hours", Some("2026-11-22T13:02:11Z"), None),
        ("last 2 weeks", Some("2026-11-09T13:02:11Z"), None),
        ("today", Some("2026-11-22T23:00:00Z"), None),
        ("yesterday", Some("2026-11-21T23:00:00Z"), Some("2026-11-22T22:59:59Z")),
        ("yesterday 18:00", Some("2026-11-22T17:00:00Z"), None),
        ("monday", Some("2026-11-22T23:00:00Z"), None),
        ("friday", Some("2026-11-19T23:00:00Z"), Some("2026-11-20T22:59:59Z")),
        ("2024-10-01", Some("2024-09-30T22:00:00Z"), Some("2024-10-01T21:59:59Z")),
        ("2024-10-01..2024-10-27", Some("2024-09-30T22:00:00Z"), Some("2024-10-27T22:59:59Z")),
        ("2024-10-01T06:00:00Z..", Some("2024-10-01T06:00:00Z"), None),
        ("..2024-10-01 12:00", None, Some("2024-10-01T10:00:00Z")),
        ("06:00", Some("2026-11-23T05:00:00Z"), None),
        ("since friday", Some("2026-11-19T23:00:00Z"), None),
        ("since 2d", Some("2026-11-21T13:02:11Z"), None),
        ("since last business day", Some("2026-11-19T23:00:00Z"), None),
        ("last business day", Some("2026-11-19T23:00:00Z"), Some("2026-11-20T22:59:59Z")),
        ("all", None, None),
    ] {
        let range = Range::parse(text, now(), BERLIN).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(range.resolve(now()), (from.map(utc), to.map(utc)), "{text}");
    }
}

#[test]
fn what_is_no_time_is_refused_with_what_is() {
    for text in [
        "",
        "7",
        "d",
        "0d",
        "7x",
        "2024-13-01",
        "2024-10-27..2024-10-01",
        "..",
        "tomorrow",
        "25:00",
        "0001-01-01",
        "99999999999d",
    ] {
        let error = Range::parse(text, now(), BERLIN).unwrap_err().to_string();
        assert!(error.contains("accepted are 7d"), "{error}");
    }
}

#[test]
fn clock_changes_neither_lose_nor_invent_an_hour() {
    let moment = |text: &str| parse_moment(text, now(), BERLIN, Edge::Start).unwrap();
    assert_eq!(moment("2026-03-29 02:30"), utc("2026-03-29T01:30:00Z"));
    assert_eq!(moment("2026-10-25 02:30"), utc("2026-10-25T00:30:00Z"));
    let day = Range::parse("2026-10-25", now(), BERLIN).unwrap().resolve(now());
    let hours = (day.1.unwrap() - day.0.unwrap()).num_minutes();
    assert_eq!(hours, 25 * 60 - 1);
}

#[test]
fn e8_windows_shift_by_their_length_and_not_into_the_future() {
    let week = Range::default();
    let before = week.earlier(now()).unwrap();
    assert_eq!(before.resolve(now()), (Some(utc("2026-11-09T13:02:11Z")), Some(utc("2026-11-16T13:02:11Z"))));
    assert_eq!(before.later(now()), Some(week.clone()));
    assert_eq!(week.later(now()), None);
    let yesterday = Range::parse("yesterday", now(), BERLIN).unwrap();
    assert_eq!(yesterday.earlier(now()).unwrap().later(now()), Some(yesterday));
    assert_eq!((Range::All.earlier(now()), Range::All.later(now())), (None, None));
    let until = Range::Between { from: None, to: Some(now()) };
    assert_eq!(until.earlier(now()), None, "without a beginning it has no length");
    let future = Range::Between { from: Some(now() + TimeDelta::hours(1)), to: None };
    assert_eq!(future.earlier(now()), None);
}

#[test]
fn e8_a_window_that_is_open_at_its_end_is_as_long_as_it_lasts_until_now() {
    let since = Range::parse("yesterday 18:00", now(), BERLIN).unwrap();
    let before = since.earlier(now()).unwrap();
    assert_eq!(before.resolve(now()), (Some(utc("2026-11-21T20:57:49Z")), Some(utc("2026-11-22T17:00:00Z"))));
    assert_eq!(before.later(now()), Some(since.clone()), "it is open again");
    assert_eq!(since.later(now()), None);
    let later = now() + TimeDelta::hours(2);
    assert_eq!(before.later(later).unwrap().resolve(later), (Some(utc("2026-11-22T17:00:00Z")), Some(now())));
}

#[test]
fn e8_the_last_business_day_is_friday_from_saturday_to_monday_and_else_yesterday() {
    for (today, day) in [(22, 20), (23, 20), (24, 23), (27, 26), (28, 27)] {
        let now = utc(&format!("2026-11-{today}T12:00:00Z"));
        let moment = parse_moment("last business day", now, Tz::UTC, Edge::Start).unwrap();
        assert_eq!(moment, utc(&format!("2026-11-{day}T00:00:00Z")), "on the {today}th");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,24}") {
        let _ = Range::parse(&text, now(), BERLIN);
    }
}
