//! What windows do for a pager's walk, order by order: who goes on, who is waited for, and what is called off.

use std::time::Duration;

use super::*;
use crate::model::{ApiError, Cursor, ErrorKind, JobId, Lane, Query, SkipToken};

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

/// Jobs of a list in which each began a second before the one above it.
fn jobs(numbers: std::ops::Range<u32>) -> Vec<Job> {
    let job =
        |number: u32| Job { started: Some(at(10_000 - i64::from(number))), ..Job::new(JobId::new(number.to_string())) };
    numbers.map(job).collect()
}

fn after(number: u32) -> Cursor {
    Cursor::After(SkipToken::new(number.to_string()))
}

/// A page of ten in a list of a thousand, or of what of it is no later than a moment.
fn page(first: u32, total: u64) -> Page {
    let end = first + 10;
    Page { jobs: jobs(first..end), total: Some(total), next: Some(SkipToken::new(end.to_string())) }
}

fn pager() -> Pager {
    let mut pager = Pager::new(Query::default(), Some(10), 7).unpaced();
    pager.read(Reach::Whole);
    pager
}

/// One whose walk is under way.
fn loading() -> Pager {
    let mut pager = pager();
    assert!(pager.order(at(0)).is_some());
    pager
}

fn close_gate(pager: &mut Pager) {
    pager.heard(&ApiError::new(ErrorKind::Throttled(Some(Duration::from_secs(60)))), at(0));
    assert!(pager.gate().is_some());
}

/// A window that begins at a job, of which nothing came.
fn begun(number: u32, first: u32) -> Window {
    let mut window = Window::new(number, at(10_000 - i64::from(first)), 10);
    assert!(window.order(&pager(), 0).is_some());
    window
}

/// One that has brought its first page.
fn come(number: u32, first: u32) -> Window {
    let mut window = begun(number, first);
    window.take_in(Ok(page(first, u64::from(1_000 - first))));
    window
}

/// One that has run into the next one.
fn joined(mut window: Window) -> Window {
    window.joined = true;
    window
}

/// Eight lanes, after the first page of the walk from the top.
fn windows(list: impl IntoIterator<Item = Window>) -> Windows {
    let mut windows = Windows::default();
    let mut walking = pager();
    walking.size.asked = 10;
    windows.walked(&walking, &page(0, 1_000), 10, Duration::ZERO);
    windows.list.extend(list);
    windows.begun = u32::try_from(windows.list.len()).unwrap();
    windows.width.at = 8;
    windows
}

/// The same, where the first window goes on for the pager.
fn carrying(list: impl IntoIterator<Item = Window>) -> Windows {
    Windows { carries: true, ..windows(list) }
}

fn order(window: u32, seat: usize) -> Ticket {
    Ticket { window, seat }
}

fn reply(ticket: Ticket, result: Result<Page, ErrorKind>) -> PageReply {
    let (result, took) = (result.map_err(ApiError::new), Duration::from_millis(50));
    PageReply {
        lane: Lane::Window(ticket),
        generation: pager().generation(),
        cursor: Cursor::First,
        at: at(0),
        date: None,
        took,
        result,
    }
}

#[test]
fn what_comes_in_at_the_top_is_not_below_the_walk_unless_its_list_is_another_one() {
    let mut windows = windows([]);
    let mut pager = pager();
    pager.size.asked = 10;
    let (head, density) =
        (|windows: &Windows| windows.head.as_ref().map(|head| (head.total, head.walked)), windows.density);
    windows.walked(&pager, &Page { jobs: jobs(10..19), ..page(10, 1_005) }, 9, Duration::ZERO);
    assert_eq!(head(&windows), Some((1_000, 19)));
    assert!(density > 1.0 && windows.density.total_cmp(&density).is_eq(), "told by the first page");
    pager.go_on(at(9_000), Some(after(1)), 1_000);
    windows.walked(&pager, &page(19, 1_005), 10, Duration::ZERO);
    assert_eq!(head(&windows), Some((1_005, 29)));
}

#[test]
fn while_the_server_wants_to_be_left_alone_the_walk_waits_for_a_window_only_if_that_carries_and_nothing_is_under_way() {
    let mut asked = come(1, 200);
    assert!(asked.order(&pager(), 0).is_some());
    for (mut windows, mut pager, hands_over) in [
        (carrying([come(1, 200)]), pager(), true),
        (carrying([asked.clone()]), pager(), false),
        (carrying([come(1, 200)]), loading(), false),
        (windows([come(1, 200)]), pager(), false),
        (windows([asked]), loading(), false),
    ] {
        close_gate(&mut pager);
        let (carried, tail) = (windows.carries, pager.tail().clone());
        assert!(windows.order(&mut pager, at(1)).is_none());
        assert_eq!(windows.carries(), carried && !hands_over);
        assert_eq!(windows.list.len(), usize::from(!hands_over));
        assert_eq!(*pager.tail(), if hands_over { Tail::More(after(210)) } else { tail });
    }
}

#[test]
fn each_order_has_a_seat_of_its_own_and_one_that_came_or_was_called_off_is_expected_no_more() {
    let (mut windows, mut pager) = (windows([]), loading());
    let requests: Vec<PageRequest> = std::iter::from_fn(|| windows.order(&mut pager, at(0))).collect();
    let seats: Vec<usize> = windows.under_way.iter().map(|ticket| ticket.seat).collect();
    assert_eq!((requests.len(), seats), (7, (0..7).collect()), "the pager's own is under way");
    let [came, left] = [windows.under_way[1], windows.under_way[2]];
    assert!(windows.expects(came) && !windows.expects(order(99, 0)));
    windows.arrived(came, reply(came, Err(ErrorKind::Offline)));
    assert!(!windows.expects(came) && windows.expects(left));
    windows.leave(&mut pager);
    assert!(!windows.expects(left) && !windows.are_under_way());
    let called_off = windows.called_off();
    assert!(called_off.len() == 6 && called_off.contains(&left) && !called_off.contains(&came));
    assert!(windows.called_off().is_empty(), "once");
}

#[test]
fn the_walk_has_a_lane_unless_a_window_goes_on_for_it_and_its_own_page_has_come() {
    let room = |windows: Windows, pager: &Pager| Windows { width: Width::default(), ..windows }.have_room(pager);
    assert!(room(carrying([]), &pager()));
    assert!(!room(carrying([]), &loading()));
    assert!(!room(windows([]), &pager()));
}

#[test]
fn room_for_another_request_is_left_while_the_last_pages_come() {
    let at_the_end = |window: Window, under_way: &[Ticket], width: usize, total: u64| {
        let mut windows = windows([window]);
        windows.head = windows.head.map(|head| Place { total, ..head });
        windows.under_way = under_way.to_vec();
        windows.width.at = width;
        windows.leave_room_at_the_end(&pager())
    };
    let last = |under_way: &[Ticket], width, total| at_the_end(begun(1, 20), under_way, width, total);
    assert!(last(&[order(1, 0)], 3, 20));
    assert!(!last(&[], 3, 20), "nothing is under way");
    assert!(!last(&[order(1, 0)], 2, 20), "no room");
    assert!(!last(&[order(1, 0)], 3, 1_000), "others will begin");
    let mut waiting = begun(2, 10);
    waiting.take_in(Ok(page(10, 10)));
    assert!(!at_the_end(waiting.clone(), &[order(1, 0)], 3, 20), "it will ask for another page");
    assert!(at_the_end(joined(waiting), &[order(1, 0)], 3, 20));
}

#[test]
fn when_more_than_eight_windows_came_to_nothing_no_other_begins() {
    for (vain, begins) in [(policy::WINDOWS_VAIN, true), (policy::WINDOWS_VAIN + 1, false)] {
        let mut windows = Windows { vain, ..windows([]) };
        assert_eq!(windows.order(&mut pager(), at(0)).is_some(), begins);
    }
}

#[test]
fn the_walk_waits_for_rows_that_a_window_below_it_has_asked_for() {
    assert!(windows([begun(1, 9)]).answer_for_the_walk());
    assert!(!windows([begun(1, 10)]).answer_for_the_walk(), "rows are between them");
    assert!(!windows([come(1, 9)]).answer_for_the_walk(), "they came");
    let mut asked = come(1, 9);
    assert!(asked.order(&pager(), 0).is_some());
    assert!(!windows([asked]).answer_for_the_walk(), "it is those below that are asked for");
    assert!(!carrying([begun(1, 9)]).answer_for_the_walk(), "a window goes on for it");
}

#[test]
fn rows_that_wait_for_their_turn_are_counted_and_where_they_are_too_many_only_what_comes_next_is_asked_for() {
    let mut windows = windows([come(1, 200), come(2, 300)]);
    assert_eq!(windows.held(), 20);
    windows.list[1].rows.push(jobs(310..310 + u32::try_from(policy::WINDOW_ROWS_HELD).unwrap() - 20));
    assert_eq!(windows.held(), policy::WINDOW_ROWS_HELD);
    let mut pager = loading();
    assert!(windows.order(&mut pager, at(0)).is_none(), "the walk is above them");
    windows.carries = true;
    assert_eq!(windows.order(&mut pager, at(0)).map(|request| request.cursor), Some(after(210)));
    assert!(windows.order(&mut pager, at(0)).is_none());
}

#[test]
fn at_the_end_of_the_walk_windows_are_left_unless_one_goes_on_for_it() {
    let mut ended = pager();
    ended.tail = Tail::End;
    let mut left = Windows { under_way: vec![order(1, 0)], ..windows([begun(1, 200)]) };
    assert!(left.deliver(&mut ended).is_empty());
    assert_eq!((left.list.len(), left.called_off()), (0, vec![order(1, 0)]));
    let mut kept = Windows { under_way: vec![order(1, 0)], ..windows([begun(1, 200)]) };
    assert!(kept.deliver(&mut pager()).is_empty());
    assert_eq!((kept.list.len(), kept.called_off()), (1, vec![]));
    let mut carrying = carrying([come(1, 200)]);
    assert_eq!(carrying.deliver(&mut ended), [jobs(200..210)]);
    assert_eq!((carrying.list.len(), carrying.carries()), (1, true));
}

#[test]
fn what_is_under_way_is_called_off_when_no_window_may_begin_and_when_another_list_begins() {
    let begun = || {
        let (under_way, called_off) = (vec![order(2, 1)], vec![order(1, 0)]);
        Windows { under_way, called_off, walked_whole: true, ..windows([begun(1, 200)]) }
    };
    let mut anew = begun().begin_anew();
    assert_eq!((anew.have_begun(), anew.walked_whole, anew.list.len(), anew.vain), (false, false, 0, 0));
    assert_eq!(anew.called_off(), [order(1, 0), order(2, 1)]);
    let mut stopped = begun();
    stopped.stop();
    assert_eq!((stopped.have_begun(), stopped.walked_whole, stopped.list.len()), (true, true, 0));
    assert_eq!(stopped.called_off(), [order(1, 0), order(2, 1)]);
    stopped.walked(&pager(), &page(0, 1_000), 10, Duration::ZERO);
    stopped.width.at = 8;
    assert!(stopped.order(&mut pager(), at(0)).is_none());
}

#[test]
fn the_walk_goes_on_where_the_first_window_stands_that_is_left_if_that_went_on_for_it() {
    let mut pager = pager();
    let mut left = carrying([come(1, 200), come(2, 300)]);
    left.under_way = vec![order(3, 0)];
    left.leave(&mut pager);
    assert_eq!((left.carries(), left.list.len(), left.width.at), (false, 0, 1));
    assert_eq!(left.called_off(), [order(3, 0)]);
    assert_eq!((pager.tail(), pager.until), (&Tail::More(after(210)), Some(at(9_800))));
    assert_eq!(left.head.map(|head| head.walked), Some(10));
}

#[test]
fn the_walk_goes_on_where_it_stood_when_windows_are_left_that_it_has_not_come_to() {
    let mut pager = pager();
    let mut left = windows([come(1, 200)]);
    left.leave(&mut pager);
    assert_eq!((left.list.len(), pager.tail(), pager.until), (0, &Tail::More(Cursor::First), None));
    assert_eq!(left.head.map(|head| (head.total, head.walked)), Some((1_000, 10)));
}

#[test]
fn what_failed_in_the_walk_stays_so_when_windows_are_left() {
    let mut pager = loading();
    pager.view_failed(ApiError::new(ErrorKind::Offline));
    let failed = pager.tail().clone();
    carrying([come(1, 200)]).leave(&mut pager);
    assert_eq!((pager.tail(), pager.until), (&failed, None));
}
