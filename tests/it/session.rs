//! Whole sessions: the true loop, client and server; scripted keys in, state, screen and requests out.

use std::{collections::HashSet, time::Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use jobtop::{
    config::Looks,
    keymap::{self, Action, Context},
    pager::{Coverage, Tail},
    policy,
    runtime::{Leave, Signal},
    state::{Live, Overlay, Preferences},
    view::{Colors, Theme, ThemeName},
};

use crate::support::stand::{Pace, Play, is_at_rest};

#[tokio::test]
async fn the_first_frame_needs_no_answer_and_the_first_page_follows() {
    let mut play = Play::open(300, 100, false, Pace::Swift).await;
    assert_eq!((play.console().drawn, play.pages_asked()), (1, 0));
    assert!(play.screen().contains("contoso-demo"), "{}", play.screen());
    play.until_at_rest().await;
    assert_eq!(play.state().coverage(), Coverage::Partial(100, Some(300)));
    let first = play.state().selected().unwrap().job_type.unwrap().short();
    assert!(play.screen().contains(&*first), "{first} is not on\n{}", play.screen());
}

#[tokio::test]
async fn moving_down_asks_for_more_before_the_end() {
    let mut play = Play::open(300, 60, false, Pace::Swift).await;
    play.until_at_rest().await;
    assert_eq!(play.state().store.len(), 60);
    play.keys("<pgdn><pgdn>");
    play.until("a second page", |state| state.store.len() == 120 && is_at_rest(state)).await;
    let shown = play.state().layout().unwrap().table_rows();
    assert!(play.state().table.index >= 2 * (shown - 2), "the cursor has moved two screens");
}

#[tokio::test]
async fn only_what_is_looked_at_is_asked_for_and_nothing_at_rest() {
    let mut play = Play::open(2_000, 20, false, Pace::Swift).await;
    play.until_at_rest().await;
    let asked = play.pages_asked();
    assert!((1..=8).contains(&asked), "{asked} pages for the first screen");
    // Keys that show nothing new ask for nothing.
    play.keys("jkjk?<esc>!<esc>ttpp");
    play.keys("J");
    play.until("the keys are taken", |state| state.overlay.is_none() && state.detail.is_none()).await;
    assert!(is_at_rest(play.state()) && !play.state().is_ticking());
    assert_eq!(play.pages_asked(), asked);
}

#[tokio::test]
async fn the_whole_range_is_loaded_on_demand_no_page_twice_and_no_frame_too_many() {
    let mut play = Play::open(2_000, 20, false, Pace::Swift).await;
    play.until_at_rest().await;
    let (began, before) = (Instant::now(), play.console().drawn);
    play.keys("L");
    play.until("all jobs are loaded", |state| state.coverage() == Coverage::All(2_000)).await;
    let frames = play.console().drawn - before;
    let most = began.elapsed().as_millis() / policy::FRAME.as_millis() + 2;
    assert!(frames as u128 <= most, "{frames} frames, {most} at most");
    let queries = play.page_queries();
    // A list that is read beside the walk begins within a page that the walk has read.
    assert!((100..=116).contains(&queries.len()), "{} pages", queries.len());
    assert_eq!(queries.iter().collect::<HashSet<_>>().len(), queries.len(), "a page was asked for twice");
    play.keys("G");
    play.until("the cursor is on the last job", |state| state.table.index == 1_999).await;
}

#[tokio::test]
async fn a_search_is_sent_to_the_server_and_replaces_the_list() {
    let mut play = Play::open(500, 50, false, Pace::Swift).await;
    play.until_at_rest().await;
    let id = play.state().selected().unwrap().id.clone();
    let name = id.text().raw().to_owned();
    play.keys("/");
    play.event(Event::Paste(name.clone()));
    play.keys("<enter>");
    play.until("the one job", |state| state.store.len() == 1 && is_at_rest(state)).await;
    assert_eq!(play.state().selected().unwrap().id, id);
    assert!(play.page_queries().last().unwrap().contains(&format!("searchText={name}")));
}

#[tokio::test]
async fn a_server_that_hangs_keeps_no_key_waiting() {
    let mut play = Play::open(10, 100, true, Pace::Hung).await;
    play.keys("?");
    play.until("help is open", |state| matches!(state.overlay, Some(Overlay::Help(_)))).await;
    assert!(matches!(play.state().pager.tail(), Tail::Loading(_)));
    play.keys("<esc>q");
    let left = loop {
        if let Some(left) = play.turn().await {
            break left;
        }
    };
    assert_eq!(left, Leave::Quit);
}

#[tokio::test]
async fn a_server_that_is_gone_leaves_the_rows_and_answers_again() {
    let mut play = Play::open(50, 100, false, Pace::Swift).await;
    play.until_at_rest().await;
    play.server.take().unwrap().stop().await;
    play.keys("r");
    play.until("the trouble is told", |state| state.pager.trouble().is_some()).await;
    assert_eq!(play.state().store.len(), 50);
    play.keys("G");
    play.until("the cursor has moved", |state| state.table.index == 49).await;
    assert!(play.screen().contains("could not be reached"), "{}", play.screen());
}

#[tokio::test]
async fn what_changes_nothing_draws_nothing() {
    let mut play = Play::open(50, 100, false, Pace::Swift).await;
    play.until_at_rest().await;
    let drawn = play.console().drawn;
    let released = KeyEvent::new_with_kind(KeyCode::Char('j'), KeyModifiers::NONE, KeyEventKind::Release);
    for event in [Event::FocusGained, Event::FocusLost, Event::Key(released)] {
        play.event(event);
    }
    let before = play.state().table.index;
    play.turn().await;
    assert_eq!((play.console().drawn, play.state().table.index), (drawn, before));
}

#[tokio::test]
async fn a_flood_of_keys_is_applied_to_the_last_and_drawn_in_a_few_frames() {
    let mut play = Play::open(2_000, 5_000, false, Pace::Swift).await;
    play.until_at_rest().await;
    let drawn = play.console().drawn;
    play.keys(&"kjjj".repeat(2_500));
    play.until("every key is applied", |state| state.table.index == 1_999).await;
    let frames = play.console().drawn - drawn;
    assert!(frames <= 10_000 / policy::BATCH + 4, "{frames} frames");
}

#[tokio::test]
async fn a_word_that_is_typed_at_once_is_looked_for_once_and_before_the_next_key() {
    let mut play = Play::open(2_000, 5_000, false, Pace::Swift).await;
    play.until_at_rest().await;
    let revision = play.state().store.revision();
    play.keys("/backup<backspace><tab>j");
    play.until("the cursor is on the next row", |state| state.table.index == 1).await;
    assert_eq!(play.state().filter.text.as_str(), "backu");
    assert_eq!(play.state().store.revision() - revision, 2, "once as a word, once without its last letter");
}

#[tokio::test]
async fn redraw_and_suspend_reach_the_terminal() {
    let mut play = Play::open(10, 100, false, Pace::Swift).await;
    play.until_at_rest().await;
    let drawn = play.console().drawn;
    play.keys("<ctrl-l>");
    play.turn().await;
    assert_eq!((play.console().cleared, play.console().drawn), (1, drawn + 1));
    play.keys("<ctrl-z>");
    play.turn().await;
    assert_eq!((play.console().suspended, play.console().drawn), (1, drawn + 2));
    play.signal(Signal::Stop);
    play.turn().await;
    assert_eq!(play.console().suspended, 2);
}

#[tokio::test]
async fn a_new_size_is_drawn_at_once() {
    let mut play = Play::open(10, 100, false, Pace::Swift).await;
    play.until_at_rest().await;
    play.event(Event::Resize(60, 20));
    play.turn().await;
    assert_eq!(play.state().size, (60, 20));
}

#[tokio::test]
async fn a_session_ends_by_key_by_signal_and_when_nobody_types() {
    let mut play = Play::open(10, 100, true, Pace::Swift).await;
    play.keys("<ctrl-c>");
    assert_eq!(play.session.run().await.unwrap(), Leave::Quit);
    let mut play = Play::open(10, 100, true, Pace::Swift).await;
    play.signal(Signal::End(15));
    assert_eq!(play.session.run().await.unwrap(), Leave::Signal(15));
    let mut play = Play::open(10, 100, true, Pace::Swift).await;
    play.hang_up();
    assert_eq!(play.session.run().await.unwrap(), Leave::Closed);
}

#[tokio::test]
async fn each_tenant_keeps_its_rows_filter_and_position_while_another_is_shown() {
    let mut play = Play::open(300, 60, false, Pace::Swift).await;
    play.until_at_rest().await;
    play.keys("jjjF");
    play.until("problems are shown", |state| state.filter.problems && is_at_rest(state)).await;
    let (selected, rows) = (play.state().table.selected.clone(), play.state().store.len());
    play.keys("@fabri<enter>");
    play.until("the other tenant's jobs are here", |state| state.tenant.name == "fabrikam" && is_at_rest(state)).await;
    assert!(!play.state().filter.problems && play.screen().contains("fabrikam"), "{}", play.screen());
    let asked = play.pages_asked();
    play.keys("@contoso<enter>");
    play.until("the first tenant is shown again", |state| state.tenant.name == "contoso-demo").await;
    assert_eq!((play.state().table.selected.clone(), play.state().store.len()), (selected, rows));
    assert!(play.state().filter.problems);
    play.keys("@fabri<enter>");
    play.until("the other tenant once more", |state| state.tenant.name == "fabrikam" && is_at_rest(state)).await;
    assert_eq!(play.pages_asked(), asked, "what is loaded is not asked for again");
}

#[tokio::test]
async fn a_tenant_that_cannot_be_had_is_told_and_the_one_before_stays() {
    let mut play = Play::open(300, 60, false, Pace::Swift).await;
    play.until_at_rest().await;
    play.keys("@broken<enter>");
    play.until("why is told", |state| state.notice.is_some()).await;
    assert_eq!(play.state().tenant.name, "contoso-demo");
    assert!(play.screen().contains("the secret's file cannot be read"), "{}", play.screen());
}

#[tokio::test]
async fn a_job_id_is_copied_as_it_is_shown() {
    let mut play = Play::open(300, 60, false, Pace::Swift).await;
    play.until_at_rest().await;
    play.keys("jjy");
    play.until("it is said", |state| state.notice.is_some()).await;
    let id = play.state().selected().unwrap().id.text().line(40).to_string();
    assert_eq!(play.console().copied, [id]);
}

/// What a configuration file says that gives `r` to nothing and F5 to refresh.
fn other_settings() -> Looks {
    let wish = keymap::Wish { action: Action::Refresh, keys: keymap::script("<f5>").unwrap() };
    let live = Live { on: false, ..Live::default() };
    let preferences =
        Preferences { keymap: keymap::Keymap::with(&[wish]).0, live, page_size: Some(100), ..Preferences::default() };
    Looks { theme: Theme::of(ThemeName::Terminal, Colors::None, true), preferences }
}

#[tokio::test]
async fn e21_settings_that_change_apply_with_the_next_thing_that_happens_to_other_tenants_too() {
    let mut play = Play::open(50, 100, false, Pace::Swift).await;
    play.until_at_rest().await;
    play.configure(Ok(other_settings()));
    play.keys("j");
    play.until("the keys are others", |state| *state.keymap.key(Context::Table, Action::Refresh) == *"F5").await;
    assert_eq!(play.state().table.index, 1, "the key before meant what it did");
    assert!(!play.screen().contains('─'), "{}", play.screen());
    assert_eq!(play.state().notice.as_deref(), Some("the configuration was read again"));
    let asked = play.pages_asked();
    play.keys("r");
    play.turn().await;
    assert_eq!(play.pages_asked(), asked, "r means nothing any more");
    play.configure(Err("config.toml:2:3: keys.sort: wrong".to_owned()));
    play.keys("k");
    play.until("it is told", |state| state.notice.as_deref() == Some("config.toml:2:3: keys.sort: wrong")).await;
    assert_eq!(play.state().keymap.key(Context::Table, Action::Refresh), "F5", "the settings stay");
    play.keys("@fabrikam<enter>");
    play.until("the other tenant", |state| state.tenant.name == "fabrikam").await;
    assert_eq!(play.state().keymap.key(Context::Table, Action::Refresh), "F5");
}

#[tokio::test]
async fn what_the_configuration_says_as_before_leaves_what_keys_have_changed() {
    let mut play = Play::open(50, 100, false, Pace::Swift).await;
    play.until_at_rest().await;
    play.keys("s");
    play.until("it is sorted", |state| state.sort.is_some()).await;
    let live = play.state().live.on;
    play.configure(Ok(other_settings()));
    play.keys("R");
    play.until("the keys are others", |state| *state.keymap.key(Context::Table, Action::Refresh) == *"F5").await;
    assert!(play.state().sort.is_some(), "the file has said nothing of an order before or now");
    assert_ne!(play.state().live.on, live, "nor of live mode, but that is off as before");
}

#[tokio::test]
async fn e19_the_mouse_is_taken_and_given_back_as_the_state_has_it() {
    let mut play = Play::open(50, 100, false, Pace::Swift).await;
    play.until_at_rest().await;
    assert!(!play.console().has_mouse);
    for (keys, ours) in [("%", true), ("?", false), ("<esc>", true), ("%", false)] {
        play.keys(keys);
        play.turn().await;
        assert_eq!(play.console().has_mouse, ours, "after {keys}");
    }
}

#[tokio::test]
async fn e20_a_theme_is_chosen_for_every_tenant_and_the_terminal_is_asked_by_who_follows_its_background() {
    let mut play = Play::open(50, 100, false, Pace::Swift).await;
    play.until_at_rest().await;
    play.keys(":dark<enter>@fabri<enter>");
    play.until("the other tenant is shown", |state| state.tenant.name == "fabrikam").await;
    assert_eq!((play.state().theme, play.console().asked), (ThemeName::Dark, 0));
    play.keys(":auto<enter>@contoso<enter>");
    play.until("the first tenant is shown again", |state| state.tenant.name == "contoso-demo").await;
    assert_eq!((play.state().theme, play.console().asked), (ThemeName::Auto, 1));
    play.configure(Ok(other_settings()));
    play.keys("j");
    play.until("the looks are others", |state| *state.keymap.key(Context::Table, Action::Refresh) == *"F5").await;
    play.keys(":light<enter>");
    play.until("another is chosen", |state| state.theme == ThemeName::Light).await;
    play.keys(":auto<enter>");
    play.until("it is chosen anew", |state| state.theme == ThemeName::Auto && state.overlay.is_none()).await;
    assert_eq!(play.console().asked, 1, "without colours it makes no difference");
}

#[tokio::test]
async fn e3_a_view_that_was_saved_is_there_for_every_tenant() {
    let mut play = Play::open(50, 100, false, Pace::Swift).await;
    play.until_at_rest().await;
    play.keys("F<ctrl-s>mine<enter>@fabri<enter>");
    play.until("the other tenant is shown", |state| state.tenant.name == "fabrikam").await;
    assert!(!play.state().filter.problems, "its own session begins as it would");
    play.keys("6");
    play.until("the view is shown", |state| state.view_name.as_deref() == Some("mine") && state.filter.problems).await;
    play.keys("s<ctrl-s><ctrl-u>sorted<enter>@contoso<enter>");
    play.until("the first tenant is shown again", |state| state.tenant.name == "contoso-demo").await;
    assert_eq!(play.state().own_views.len(), 2);
}

#[tokio::test]
async fn e12_a_file_is_written_whole_beside_one_of_the_same_name_and_the_notice_says_which() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.csv");
    std::fs::write(&path, "mine").unwrap();
    let mut play = Play::open(300, 100, false, Pace::Swift).await;
    play.until_at_rest().await;
    play.keys(&format!("W<ctrl-u>{}<enter>", path.display()));
    let told = |state: &jobtop::state::State| state.notice.clone().unwrap_or_default();
    play.until("the file is told", |state| told(state).contains("jobs-1.csv")).await;
    assert!(told(play.state()).starts_with("100 of 300 rows (incomplete) written to "), "{}", told(play.state()));
    let text = std::fs::read_to_string(folder.path().join("jobs-1.csv")).unwrap();
    assert_eq!((text.lines().count(), std::fs::read_to_string(&path).unwrap().as_str()), (101, "mine"));
    // Nothing else is left there, and what cannot be written says so.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    play.keys(&format!("W<ctrl-u>{}/no/such/jobs.csv<enter>", folder.path().display()));
    play.until("the refusal is told", |state| told(state).starts_with("nothing was written to")).await;
    play.keys("W<down><ctrl-u>");
    play.keys(&format!("{}<enter>", folder.path().join("all.json").display()));
    play.until("the second file", |state| told(state).contains("all.json")).await;
    let json = std::fs::read_to_string(folder.path().join("all.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["jobs"].as_array().map(Vec::len), Some(100));
    assert_eq!((&json["complete"], &json["loaded"], &json["totalCount"]), (&false.into(), &100.into(), &300.into()));
}

#[tokio::test]
async fn e11_the_url_of_the_list_is_copied_as_it_was_asked_for() {
    let mut play = Play::open(300, 100, false, Pace::Swift).await;
    play.until_at_rest().await;
    play.keys("Yurl<enter>");
    play.until("the URL is copied", |state| state.notice.as_deref().is_some_and(|told| told.contains("URL copied")))
        .await;
    let (asked, copied) = (play.page_queries(), play.console().copied.clone());
    let [url] = copied.as_slice() else { panic!("{copied:?}") };
    let (address, query) = url.split_once('?').unwrap();
    assert!(address.starts_with("http://127.0.0.1:") && address.ends_with("/backup/vm/jobs"), "{url}");
    assert!(asked[0].contains(query) || query.contains(&asked[0]), "{asked:?} {url}");
}
