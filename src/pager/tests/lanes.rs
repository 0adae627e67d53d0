//! The two lanes of one list, the walk and the refresh: what is taken in, what is moved, what is known of it all.

use super::*;

fn pager() -> Pager {
    Pager::new(Query::default(), None, 7)
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

fn id(number: usize) -> JobId {
    JobId::new(number.to_string())
}

/// A page of the jobs with these numbers.
fn page(numbers: std::ops::Range<usize>, total: Option<u64>, next: Option<&str>) -> Page {
    Page { jobs: numbers.map(|number| Job::new(id(number))).collect(), total, next: next.map(SkipToken::new) }
}

fn reply(request: &PageRequest, result: Result<Page, ApiError>) -> PageReply {
    let PageRequest { lane, generation, cursor, .. } = request.clone();
    PageReply { lane, generation, cursor, at: at(0), date: None, took: Duration::ZERO, result }
}

fn offline() -> ApiError {
    ApiError::new(ErrorKind::Offline)
}

fn throttled(seconds: u64) -> ApiError {
    ApiError::new(ErrorKind::Throttled(Some(Duration::from_secs(seconds))))
}

/// Gives a page for an order, and says what became of a refresh by that.
fn refreshed(
    pager: &mut Pager,
    request: &PageRequest,
    numbers: std::ops::Range<usize>,
    next: Option<&str>,
) -> Refreshed {
    let arrival = pager.arrived(reply(request, Ok(page(numbers.clone(), None, next))), at(0));
    assert!(matches!(arrival, Arrival::Page(..)), "{arrival:?}");
    let ids: Vec<JobId> = numbers.map(id).collect();
    pager.refreshed(&ids, Vec::new(), next.map(SkipToken::new))
}

#[test]
fn another_list_is_read_as_far_as_the_one_before() {
    let mut pager = pager();
    pager.read(Reach::Whole);
    pager.restart(Query::default());
    assert_eq!(pager.order(at(0)).unwrap().page_size, policy::PAGE_SIZE_MAX);
}

#[test]
fn another_list_of_a_server_is_as_doubtful_as_the_one_before_and_what_came_too_late_stays_counted() {
    let mut pager = pager();
    let late = pager.order_refresh(at(0), Call::ByHand, HashSet::new());
    pager.cancel_refresh();
    pager.arrived(reply(&late, Ok(page(0..1, None, None))), at(0));
    pager.doubt();
    pager.restart(Query::default());
    assert_eq!((pager.dropped(), pager.is_outdated()), (1, true));
    let request = pager.order(at(0)).unwrap();
    pager.arrived(reply(&request, Ok(page(0..1, None, None))), at(0));
    assert!(!pager.is_outdated());
}

#[test]
fn pages_are_as_large_as_is_wished_from_the_next_on() {
    let mut pager = pager();
    pager.ask_for(Some(50));
    assert_eq!((pager.page_size(), pager.order(at(0)).unwrap().page_size), (50, 50));
}

#[test]
fn a_clock_that_is_set_takes_no_time_from_what_may_be_tried_again() {
    let mut pager = pager();
    let request = pager.order(at(0)).unwrap();
    pager.arrived(reply(&request, Err(offline())), at(0));
    pager.shift(TimeDelta::hours(1));
    assert!(pager.order(at(3_600)).is_some(), "a minute from its beginning, as before");
}

#[test]
fn what_is_sent_this_moment_is_not_held_back() {
    let mut pager = pager();
    let request = pager.order(at(0)).unwrap();
    pager.arrived(reply(&request, Err(offline())), at(0));
    let now = at(0) + pager.order(at(0)).unwrap().delay;
    pager.heard(&throttled(20), now);
    assert!(pager.hold(now).is_empty());
}

#[test]
fn the_total_is_the_servers_last_word_and_stays_when_it_says_nothing() {
    let mut pager = pager();
    assert_eq!(pager.total(), None);
    for (told, total) in [(Some(700), 700), (None, 700), (Some(701), 701)] {
        let request = pager.order(at(0)).unwrap();
        let next = format!("after {}", pager.pages());
        pager.arrived(reply(&request, Ok(page(0..1, told, Some(&next)))), at(0));
        assert_eq!(pager.total(), Some(total));
    }
}

#[test]
fn it_is_busy_while_a_request_of_either_lane_is_on_its_way_and_not_while_it_waits() {
    let mut walks = pager();
    assert!(!walks.is_busy(at(0)));
    let request = walks.order(at(0)).unwrap();
    assert!(walks.is_busy(at(0)));
    walks.arrived(reply(&request, Err(offline())), at(0));
    assert!(!walks.is_busy(at(0)));
    let delay = walks.order(at(0)).unwrap().delay;
    assert!(!walks.is_busy(at(0)) && walks.is_busy(at(0) + delay), "a wait of {delay:?}");
    let mut refreshes = pager();
    let (pause, every) = (Duration::from_secs(30), Duration::from_secs(30));
    refreshes.order_refresh(at(0), Call::Live { pause, every }, HashSet::new());
    assert!(!refreshes.is_busy(at(0)) && refreshes.is_busy(at(30)));
    assert_eq!(refreshes.refresh().due(), Some(at(30)));
}

#[test]
fn what_waits_to_be_tried_again_goes_behind_a_gate_that_closes_meanwhile() {
    let mut pager = pager();
    let request = pager.order(at(0)).unwrap();
    pager.arrived(reply(&request, Err(offline())), at(0));
    assert!(!pager.order(at(0)).unwrap().delay.is_zero());
    assert!(pager.hold(at(0)).is_empty(), "the gate is open");
    pager.heard(&throttled(20), at(0));
    let held: Vec<_> = pager.hold(at(0)).iter().map(|order| (order.lane, order.delay.as_secs())).collect();
    assert_eq!(held, [(Lane::View, 20)]);
    assert!(pager.hold(at(0)).is_empty(), "once");
    pager.shift(TimeDelta::seconds(100));
    assert!(matches!(pager.tail(), Tail::Loading(attempt) if attempt.not_before == Some(at(120))));
}

#[test]
fn lists_of_one_server_share_its_gate() {
    let (mut one, mut other) = (pager(), pager());
    one.heard(&throttled(20), at(0));
    other.share_gate(&one);
    assert_eq!(other.gate(), Some(at(20)));
    assert_eq!(other.order(at(5)).unwrap().delay, Duration::from_secs(15));
}

#[test]
fn where_a_window_has_led_the_walk_its_end_is_asked_for_and_the_refresh_asks_for_all() {
    let mut pager = pager();
    pager.go_on(at(500), Some(Cursor::After(SkipToken::new("t"))), 10);
    assert_eq!(pager.order(at(0)).unwrap().query.to, Some(at(500)));
    assert_eq!(pager.order_refresh(at(0), Call::ByHand, HashSet::new()).query.to, None);
}

#[test]
fn of_a_refresh_nothing_is_taken_in_but_what_is_under_way() {
    let mut pager = pager();
    let ordered = pager.order_refresh(at(0), Call::ByHand, HashSet::new());
    let good = || Ok(page(0..1, None, None));
    let other = PageRequest { cursor: Cursor::After(SkipToken::new("elsewhere")), ..ordered.clone() };
    assert_eq!(pager.arrived(reply(&other, good()), at(0)), Arrival::Dropped, "another page");
    assert_eq!(pager.arrived(reply(&ordered, Err(offline())), at(0)), Arrival::Failed);
    assert_eq!(pager.arrived(reply(&ordered, good()), at(0)), Arrival::Dropped, "it has failed already");
    pager.order_refresh_again(at(0)).unwrap();
    assert!(matches!(pager.arrived(reply(&ordered, good()), at(0)), Arrival::Page(..)));
    assert_eq!(pager.refreshed(&[id(0)], vec![id(0)], Some(SkipToken::new("t"))), Refreshed::Continues);
    let next = PageRequest { cursor: Cursor::After(SkipToken::new("t")), ..ordered.clone() };
    assert_eq!(pager.arrived(reply(&next, good()), at(0)), Arrival::Dropped, "it is not ordered yet");
    assert_eq!(pager.order_refresh_next(at(0)).unwrap().cursor, next.cursor);
    assert!(pager.order_refresh_next(at(0)).is_none(), "once");
    pager.cancel_refresh();
    assert_eq!(pager.arrived(reply(&next, good()), at(0)), Arrival::Dropped, "nobody wants it any more");
    assert_eq!(pager.dropped(), 4);
}

/// A retry that succeeds gives back what it took; taken for a first try, it would only earn a little.
#[test]
fn an_outage_that_passes_with_the_second_try_costs_no_retries() {
    let mut pager = pager();
    for _ in 0..3 * policy::BUDGET / policy::BUDGET_RETRY {
        let ordered = pager.order_refresh(at(0), Call::ByHand, HashSet::new());
        pager.arrived(reply(&ordered, Err(offline())), at(0));
        let again = pager.order_refresh_again(at(0)).expect("the budget pays for it");
        assert_eq!(again.attempt, 2);
        refreshed(&mut pager, &again, 0..1, None);
    }
}

#[test]
fn an_unfinished_job_that_no_page_has_is_looked_for_once_and_again_when_that_is_wished() {
    let mut pager = pager();
    let looked_for = |pager: &mut Pager| {
        let mut count = 1;
        let mut order = pager.order_refresh(at(0), Call::ByHand, HashSet::from([id(9)]));
        while refreshed(pager, &order, 0..3, (count < 4).then_some(&count.to_string())) == Refreshed::Continues {
            order = pager.order_refresh_next(at(0)).unwrap();
            count += 1;
        }
        count
    };
    assert_eq!(looked_for(&mut pager), 4, "down to the end");
    assert_eq!(looked_for(&mut pager), 1);
    pager.look_again(&[id(8)]);
    assert_eq!(looked_for(&mut pager), 1);
    pager.look_again(&[id(9)]);
    assert_eq!(looked_for(&mut pager), 4);
    pager.forgive();
    assert_eq!(looked_for(&mut pager), 4);
}

#[test]
fn a_refresh_takes_usual_pages_and_looks_for_what_is_missing_at_the_end_in_pages_as_it_was_read() {
    let mut pager = pager();
    pager.read(Reach::Whole);
    let walk = pager.order(at(0)).unwrap();
    assert_eq!(pager.order_refresh(at(0), Call::ByHand, HashSet::new()).page_size, policy::PAGE_SIZE);
    pager.arrived(reply(&walk, Ok(page(0..3, Some(4), None))), at(0));
    assert_eq!(pager.order_refresh(at(0), Call::ByHand, HashSet::new()).page_size, policy::PAGE_SIZE_MAX);
}

#[test]
fn however_short_the_interval_a_slow_server_is_given_the_time_to_answer_once_and_a_retry_what_is_left() {
    let mut pager = pager();
    let every = Duration::from_secs(5);
    let first = pager.order_refresh(at(0), Call::Live { pause: Duration::ZERO, every }, HashSet::new());
    assert_eq!(first.patience, policy::TOKEN_TIMEOUT + policy::PAGE_TIMEOUT);
    pager.arrived(reply(&first, Err(offline())), at(2));
    let again = pager.order_refresh_again(at(2)).unwrap();
    assert_eq!(again.patience + again.delay, Duration::from_secs(3));
}

/// Walks as far as a refresh goes, with a page of `found` first and then of `below`.
fn walked_far(found: &[usize], added: &[usize], below: &[usize]) -> Refreshed {
    let mut pager = pager();
    let mut order = pager.order_refresh(at(0), Call::ByHand, HashSet::from([id(9)]));
    let (mut jobs, mut added) = (found, added);
    for pages in 1..=policy::REFRESH_PAGES {
        let next = SkipToken::new(pages.to_string());
        pager.arrived(reply(&order, Ok(page(0..0, None, None))), at(0));
        let ids: Vec<JobId> = jobs.iter().copied().map(id).collect();
        let end = pager.refreshed(&ids, added.iter().copied().map(id).collect(), Some(next));
        if end != Refreshed::Continues {
            assert_eq!(pages, policy::REFRESH_PAGES);
            return end;
        }
        (jobs, added) = (below, &[]);
        order = pager.order_refresh_next(at(0)).unwrap();
    }
    unreachable!("a refresh goes so far")
}

#[test]
fn a_list_is_begun_anew_only_where_a_refresh_has_brought_jobs_and_met_none_that_was_loaded() {
    assert_eq!(walked_far(&[1], &[1], &[1]), Refreshed::Lost);
    assert_eq!(walked_far(&[1, 2], &[1], &[2]), Refreshed::Done, "2 was loaded before");
    assert_eq!(walked_far(&[], &[], &[]), Refreshed::Done, "nothing has come");
}

#[test]
fn what_was_too_slow_is_remembered_until_all_is_wanted_anew() {
    let mut pager = pager();
    let slow = || Err(ApiError::new(ErrorKind::Timeout(Stage::Answer)));
    pager.read(Reach::Whole);
    let request = pager.order(at(0)).unwrap();
    pager.arrived(reply(&request, slow()), at(0));
    let request = pager.order(at(0)).unwrap();
    assert_eq!(request.page_size, policy::PAGE_SIZE_MAX / 4);
    pager.arrived(reply(&request, slow()), at(0));
    pager.read(Reach::Far);
    assert_eq!(pager.order_by_hand(at(0)).unwrap().page_size, policy::PAGE_SIZE_MAX / 16);
    pager.read(Reach::Whole);
    pager.put_back();
    assert_eq!(pager.order(at(0)).unwrap().page_size, policy::PAGE_SIZE_MAX);
}

#[test]
fn asking_again_tries_anew_what_has_stopped_the_walk_and_leaves_what_may_pass_to_its_next_try() {
    let stopped = |kind: ErrorKind| {
        let mut pager = pager();
        let request = pager.order(at(0)).unwrap();
        pager.arrived(reply(&request, Err(ApiError::new(kind))), at(0));
        pager.forgive();
        pager.tail().clone()
    };
    assert!(matches!(stopped(ErrorKind::Forbidden), Tail::More(Cursor::First)));
    assert!(matches!(stopped(ErrorKind::Offline), Tail::Failed(..)));
}
