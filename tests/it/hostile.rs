//! The real loop and client against every fault of the embedded server: every row once where the data is all there, an honest
//! word where it is not, and never a request, a token or a byte too many.

mod cuts;
mod deadlines;
#[cfg(unix)]
mod headless;
#[cfg(target_os = "linux")]
mod memory;

use std::collections::BTreeSet;

use jobtop::{
    demo::{FAULTS, Fault},
    model::ErrorKind,
    pager::{Coverage, Tail},
};

use crate::support::stand::{CANARY, Play, is_at_rest};

const JOBS: usize = 230;
const PAGE_SIZE: u16 = 50;

/// Faults that cost no row.
const HARMLESS: [Fault; 16] = [
    Fault::Throttle,
    Fault::ThrottleDate,
    Fault::Busy,
    Fault::Reset,
    Fault::HalfBody,
    Fault::EmptyPages,
    Fault::LowercaseLink,
    Fault::AbsoluteLink,
    Fault::RelativeLink,
    Fault::ForeignLink,
    Fault::UnauthorizedMidway,
    Fault::UnknownValues,
    Fault::OddRows,
    Fault::MovingRows,
    Fault::ClockOff,
    Fault::HostileText,
];

/// Faults that bring no page, with what is told of them.
fn fatal() -> [(Fault, ErrorKind, &'static str); 11] {
    let refused = |code: &str| ErrorKind::AuthRejected(code.into());
    [
        (Fault::Redirect, ErrorKind::Redirect(302), "pointed elsewhere (302), which is never followed"),
        (Fault::RedirectToken, ErrorKind::Redirect(307), "pointed elsewhere (307), which is never followed"),
        (Fault::Html, ErrorKind::NotTheApi, "something other than the API answered"),
        (Fault::Forbidden, ErrorKind::Forbidden, "may not read backup jobs (403)"),
        (Fault::NotFound, ErrorKind::NotFound, "no such API at this address (404)"),
        (Fault::ExpiredSecret, refused("invalid_client"), "The client secret has expired."),
        (Fault::InvalidClient, refused("invalid_client"), "sign-in was refused (invalid_client)"),
        (Fault::InvalidScope, refused("invalid_scope"), "sign-in was refused (invalid_scope)"),
        (Fault::DeepJson, ErrorKind::BadPage, "was not a page of jobs"),
        (Fault::Huge, ErrorKind::TooLarge, "larger than allowed"),
        (Fault::GzipBomb, ErrorKind::TooLarge, "larger than allowed"),
    ]
}

/// Faults that have a test of their own here or in the folder beside.
const APART: [Fault; 5] = [Fault::LostRow, Fault::Loop, Fault::Slow, Fault::Hang, Fault::ShortToken];

/// What holds after every session: only the two documented requests were sent, nobody went astray, and nothing secret is
/// anywhere that a person, a log or a file could show it.
fn assert_nothing_secret_and_nothing_written(play: &mut Play) {
    let seen = format!("{}\n{:?}", play.screen(), play.state());
    let server = play.server.as_ref().unwrap();
    for request in server.requests() {
        let known = [("GET", "/backup/vm/jobs"), ("POST", "/connect/token")];
        assert!(known.contains(&(request.method.as_str(), request.path.as_str())), "{request:?}");
    }
    assert_eq!(server.strays(), 0, "connections to the other server");
    assert!(!seen.contains(CANARY) && !server.finds_token(&seen), "a secret is shown");
}

fn ids(play: &Play) -> BTreeSet<String> {
    play.state().store.jobs().map(|job| job.id.text().raw().to_owned()).collect()
}

/// Loads everything.
async fn load(faults: &[Fault]) -> Play {
    let mut play = Play::with_faults(JOBS, PAGE_SIZE, faults).await;
    play.keys("L");
    play.until("the list has ended", |state| is_at_rest(state) && *state.pager.tail() == Tail::End).await;
    play
}

#[test]
fn every_fault_is_met() {
    let met = HARMLESS.into_iter().chain(fatal().map(|(fault, ..)| fault)).chain(APART);
    let met: Vec<&str> = met.map(Fault::name).collect();
    assert_eq!(met.len(), FAULTS.len(), "{met:?}");
    assert!(FAULTS.iter().all(|(_, name, what)| met.contains(name) && !what.is_empty()), "{met:?}");
}

#[tokio::test]
async fn every_row_comes_once_where_the_data_is_all_there() {
    let all = ids(&load(&[]).await);
    assert_eq!(all.len(), JOBS);
    for fault in HARMLESS {
        let mut play = load(&[fault]).await;
        let name = fault.name();
        assert_eq!(play.state().coverage(), Coverage::All(JOBS as u64), "{name}");
        match fault {
            // Its ids have something behind them.
            Fault::HostileText => assert!(ids(&play).iter().all(|id| all.iter().any(|good| id.starts_with(good)))),
            _ => assert_eq!(ids(&play), all, "{name}"),
        }
        assert!(play.state().store.jobs().all(|job| job.unreadable.is_none()), "{name}");
        let asked = play.pages_asked();
        let wanted = match fault {
            Fault::EmptyPages => 5 + 2 * 4,
            Fault::Throttle | Fault::ThrottleDate | Fault::Busy | Fault::Reset | Fault::HalfBody => 5 + 2,
            Fault::UnauthorizedMidway => 5 + 1,
            _ => 5,
        };
        assert_eq!(asked, wanted, "{name}: requests for five pages");
        assert_nothing_secret_and_nothing_written(&mut play);
    }
}

#[tokio::test]
async fn faults_together_cost_no_row_either() {
    let all = ids(&load(&[]).await);
    let faults: Vec<Fault> = HARMLESS.into_iter().filter(|fault| *fault != Fault::HostileText).collect();
    let mut play = load(&faults).await;
    assert_eq!((play.state().coverage(), ids(&play)), (Coverage::All(JOBS as u64), all));
    assert_nothing_secret_and_nothing_written(&mut play);
}

#[tokio::test]
async fn a_row_that_is_counted_and_never_sent_is_told() {
    let mut play = load(&[Fault::LostRow]).await;
    let (loaded, total) = (JOBS as u64 - 1, JOBS as u64);
    assert_eq!(play.state().coverage(), Coverage::Missing(loaded, total));
    play.until_shown("229 of 230: the list changed while loading").await;
    assert!(play.pages_asked() <= 2 * 5, "{} requests", play.pages_asked());
    assert_nothing_secret_and_nothing_written(&mut play);
}

#[tokio::test]
async fn a_list_that_loops_ends_and_says_so() {
    let mut play = Play::with_faults(JOBS, PAGE_SIZE, &[Fault::Loop]).await;
    play.keys("L");
    play.until("the walk has ended", |state| matches!(state.pager.tail(), Tail::Failed(..))).await;
    assert_eq!(play.state().pager.trouble().unwrap().kind, ErrorKind::Loop);
    assert_eq!((play.state().store.len(), play.pages_asked()), (150, 3));
    play.until_shown("the list is incomplete").await;
    assert_nothing_secret_and_nothing_written(&mut play);
}

#[tokio::test]
async fn what_brings_no_page_is_told_with_its_cause_after_few_requests() {
    for (fault, kind, told) in fatal() {
        let mut play = Play::with_faults(JOBS, PAGE_SIZE, &[fault]).await;
        let name = fault.name();
        play.until(name, |state| matches!(state.pager.tail(), Tail::Failed(..))).await;
        assert_eq!(play.state().pager.trouble().unwrap().kind, kind, "{name}");
        play.until_shown(told).await;
        assert_eq!((play.state().store.len(), play.state().coverage()), (0, Coverage::Unknown), "{name}");
        let requests = play.server.as_ref().unwrap().requests().len();
        // A page that is too large is asked for in smaller pieces first.
        let most = if kind == ErrorKind::TooLarge { 5 } else { 2 };
        assert!(requests <= most, "{name}: {requests} requests");
        assert_nothing_secret_and_nothing_written(&mut play);
    }
}

#[tokio::test]
async fn hostile_words_of_an_error_are_shown_as_codes() {
    let mut play = Play::with_faults(JOBS, PAGE_SIZE, &[Fault::Forbidden, Fault::HostileText]).await;
    play.until("the trouble", |state| matches!(state.pager.tail(), Tail::Failed(..))).await;
    play.until_shown("^[[2J").await;
    let acts = play.screen().chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(acts, None, "{}", play.screen());
}
