//! Views: saved views (E3), those that come with jobtop (E4), undo and redo (E6), a session restored (E5), the value under the cursor (E7).

use chrono::TimeDelta;
use jobtop::{
    catalogue::catalogue,
    filter::{Range, Unit},
    layout::Zoom,
    model::{Job, JobType, Status},
    policy,
    state::{Focus, Memo, Moment},
    store::{Column, Direction, Sort},
    update::Effect,
};
use proptest::prelude::*;

use crate::world::{Options, World, id, monday};

#[test]
fn e6_filter_range_and_sort_come_back_one_by_one_and_go_again() {
    let mut world = World::of(60);
    world.keys("Fs{");
    assert_eq!(world.state.filter.range, Range::Last { amount: 7, unit: Unit::Day, back: 1 });
    world.keys("u");
    assert_eq!(world.state.filter.range, Range::last(7, Unit::Day));
    world.keys("u");
    assert_eq!((world.state.sort, world.state.filter.problems), (None, true));
    world.keys("u");
    assert!(!world.state.filter.problems);
    world.keys("UU");
    let sort = Sort { column: Column::Type, direction: Direction::Ascending };
    assert_eq!((world.state.sort, world.state.filter.problems), (Some(sort), true));
}

#[test]
fn e6_a_switch_of_view_is_one_step_back_to_all_that_was() {
    let mut world = World::of(60);
    world.keys("Fs");
    let before = world.state.moment();
    world.keys("1");
    assert_eq!(world.state.view_name.as_deref(), Some("last 24 h"));
    world.keys("u");
    assert_eq!(world.state.moment(), before);
    world.keys("U");
    assert_eq!(world.state.view_name.as_deref(), Some("last 24 h"));
}

/// Whether a job belongs to a view.
type Holds<'a> = &'a dyn Fn(&Job) -> bool;

#[test]
fn e4_each_digit_shows_its_view_and_exactly_the_jobs_of_it() {
    let kind =
        |job: &Job, kinds: &[&str]| job.job_type.and_then(JobType::kind).is_some_and(|kind| kinds.contains(&kind));
    let running = |job: &Job| matches!(job.status, Some(Status::InProgress | Status::Waiting));
    let since = |job: &Job| job.started.is_some_and(|at| at >= monday() - TimeDelta::hours(24));
    let views: [(&str, &str, Holds); 6] = [
        ("1", "last 24 h", &since),
        ("2", "problems", &Job::is_problem),
        ("3", "running", &running),
        ("4", "restores and exports", &|job| kind(job, &["restore", "export"])),
        ("5", "deletions and retention", &|job| kind(job, &["deletion", "retention"])),
        ("0", "everything", &|_| true),
    ];
    let of = |kind: &str| {
        let row = catalogue().job_types.iter().find(|row| row.kind == kind).unwrap();
        JobType(row.value)
    };
    for (digit, name, holds) in views {
        let mut world = World::with(90, Options { page_size: Some(100), ..Options::default() });
        for (at, kind) in ["restore", "export", "deletion", "retention"].into_iter().enumerate() {
            world.server.jobs[at * 3].job_type = Some(of(kind));
        }
        world.server.change(1, Status::InProgress);
        world.server.change(2, Status::Waiting);
        let expected: Vec<String> =
            world.server.jobs.iter().filter(|job| holds(job)).map(|job| job.id.text().raw().to_owned()).collect();
        world.keys("r");
        world.answer_all();
        world.keys(digit);
        world.answer_all();
        assert_eq!(world.state.view_name.as_deref(), Some(name));
        assert!(!expected.is_empty(), "{name}");
        assert_eq!(world.shown(), expected, "{name}");
    }
}

#[test]
fn e6_a_text_that_is_typed_is_one_step_and_one_that_is_called_off_is_none() {
    let mut world = World::of(60);
    world.keys("/J00<esc>/J001<tab>F");
    assert_eq!(world.state.history.steps(), (2, 0));
    world.keys("uu");
    assert!(world.state.filter.text.is_empty() && !world.state.filter.problems);
}

#[test]
fn e6_undo_leaves_a_drill_down_and_redo_enters_it() {
    let mut world = World::of(60);
    world.keys("<tab><enter>");
    world.answer_all();
    let drilled = world.state.filter.drill.clone();
    assert_eq!((drilled.len(), world.state.crumbs.len()), (1, 1));
    world.keys("u");
    assert_eq!((world.state.filter.drill.len(), world.state.crumbs.len()), (0, 0));
    world.keys("U");
    assert_eq!((&world.state.filter.drill, world.state.crumbs.len()), (&drilled, 1));
    world.keys("<esc>");
    assert!(world.state.crumbs.is_empty() && world.state.filter.drill.is_empty());
}

#[test]
fn e6_panes_and_focus_stay_where_they_are() {
    let mut world = World::of(60);
    world.keys("Fpf");
    world.keys("u");
    assert!(world.state.panel.is_some() && world.state.detail.is_some() && !world.state.filter.problems);
    assert_eq!(world.state.focus, Focus::Panel);
}

#[test]
fn e6_a_range_that_comes_back_is_asked_for_anew_and_one_of_ours_is_not() {
    let mut world = World::of(8);
    world.keys("d30d<enter>");
    world.answer_all();
    let before = world.orders.len();
    world.keys("Fu");
    assert_eq!(world.orders.len(), before);
    world.keys("u");
    assert_eq!(world.orders.len(), before + 1);
    assert_eq!(world.state.filter.range, Range::last(7, Unit::Day));
}

#[test]
fn e6_fifty_steps_are_kept() {
    let mut world = World::of(10);
    world.keys(&"F".repeat(80));
    assert_eq!(world.state.history.steps(), (policy::UNDO_STEPS, 0));
    world.keys(&"u".repeat(60));
    assert_eq!(world.state.history.steps(), (0, policy::UNDO_STEPS));
    assert_eq!(policy::UNDO_STEPS, 50);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    /// Whatever is changed, undoing all of it gives back what was, and redoing all of it what is.
    #[test]
    fn e6_undoing_and_redoing_all_of_it_changes_nothing(keys in proptest::collection::vec(
        prop_oneof![Just("F"), Just("s"), Just("l"), Just("{"), Just("/J00<tab>"), Just("<tab><enter>"), Just("<esc>"),
            Just("x"), Just("j"), Just("u"), Just("U"), Just("p")], 0..40)) {
        let mut world = World::of(30);
        let first = world.state.moment();
        for key in keys {
            world.keys(key);
            world.answer_all();
        }
        let looked_at = |moment: Moment| (moment.view, moment.crumbs.into_iter().map(|c| c.filter).collect::<Vec<_>>());
        let (last, steps) = (world.state.moment(), world.state.history.steps());
        for _ in 0..steps.0 {
            world.keys("u");
        }
        prop_assert_eq!(looked_at(world.state.moment()), looked_at(first));
        for _ in 0..steps.0 {
            world.keys("U");
        }
        prop_assert_eq!(looked_at(world.state.moment()), looked_at(last));
    }
}

#[test]
fn e7_on_a_time_the_value_kept_is_that_day_in_the_zone_that_is_shown() {
    let mut world = World::with(60, Options { size: (120, 40), ..Options::default() });
    world.keys("<pgdn>l=");
    assert_eq!(world.state.filter.text.as_str(), "started=2026-11-22");
    world.answer_all();
    // Midnight in Berlin is 23:00 in UTC; the jobs start at two minutes past every full hour.
    assert_eq!((world.shown().len(), world.state.crumbs.len()), (24, 0));
    world.keys("t=");
    assert_eq!(
        world.state.filter.text.as_str(),
        "started=2026-11-22",
        "the day is the same, and in the filter already"
    );
}

#[test]
fn e7_each_press_adds_one_term_and_each_is_one_step_back() {
    let mut world = World::of(60);
    world.keys("h-");
    world.answer_all();
    world.keys("-");
    world.answer_all();
    assert_eq!(world.state.filter.text.as_str(), "!status:failed !status:exception");
    world.keys("u");
    assert_eq!(world.state.filter.text.as_str(), "!status:failed");
    world.keys("l=");
    assert_eq!(world.state.filter.text.terms().len(), 2);
}

#[test]
fn e7_a_value_that_is_not_known_is_told_and_changes_nothing() {
    let mut world = World::of(1);
    world.server.jobs[0].counts.failed = None;
    world.keys("r");
    world.answer_all();
    world.keys("lll=");
    assert_eq!(world.state.table.column, Column::Failed);
    assert!(world.state.filter.text.is_empty());
    assert!(world.state.notice.as_deref().is_some_and(|told| told.starts_with("the value is not known")));
}

#[test]
fn two_columns_sort_together_and_s_drops_the_second() {
    let mut world = World::of(40);
    world.keys("LSfailed<space><space><ctrl-u>started<space><enter>");
    world.answer_all();
    let key = |column, direction| Some(Sort { column, direction });
    assert_eq!(world.state.sort, key(Column::Failed, Direction::Descending));
    assert_eq!(world.state.then, key(Column::Started, Direction::Ascending));
    assert_eq!(world.shown()[..6], [10, 20, 30, 40, 9, 19].map(id), "most failed first, of those the oldest");
    world.keys("u");
    assert_eq!((world.state.sort, world.state.then), (None, None));
    world.keys("Us");
    assert_eq!((world.state.sort, world.state.then), (key(Column::Type, Direction::Ascending), None));
}

#[test]
fn a_third_column_takes_the_place_of_the_second_and_esc_leaves_the_order() {
    let mut world = World::of(40);
    world.keys("S<space><down><down><space><down><down><space><enter>");
    assert_eq!(world.state.sort.map(|sort| sort.column), Some(Column::Type));
    assert_eq!(world.state.then.map(|sort| sort.column), Some(Column::Took));
    let before = (world.state.sort, world.state.then);
    world.keys("S<space><space><esc>");
    assert_eq!((world.state.sort, world.state.then), before);
    world.keys("S<space><space><down><down><down><down><space><space><enter>");
    assert_eq!((world.state.sort, world.state.then), (None, None), "all dropped: the newest first");
}

/// What is to be remembered, of these effects.
fn memos(effects: Vec<Effect>) -> Vec<Memo> {
    let memo = |effect| if let Effect::Remember(memo) = effect { Some(memo) } else { None };
    effects.into_iter().filter_map(memo).collect()
}

#[test]
fn e3_a_view_is_saved_under_a_name_and_its_digit_shows_it() {
    let mut world = World::of(60);
    world.keys("Fs<ctrl-s>nightly");
    let saved = memos(world.keys("<enter>"));
    let [Memo::View(saved)] = saved.as_slice() else { panic!("{saved:?}") };
    assert_eq!((saved.name.as_str(), saved.view.filter.problems), ("nightly", true));
    assert_eq!(world.state.shown_view(), Some(("nightly", false)));
    world.keys("0");
    assert!(!world.state.filter.is_narrow() && world.state.sort.is_none());
    world.keys("6");
    assert!(world.state.filter.problems && world.state.sort.is_some());
    assert_eq!(world.state.filter.range, Range::last(7, Unit::Day), "a relative range stays relative");
    world.keys("F");
    assert_eq!(world.state.shown_view(), Some(("nightly", true)), "it was changed, and that is told");
    world.keys("u");
    assert_eq!(world.state.shown_view(), Some(("nightly", false)));
    world.keys("u");
    assert_eq!(world.state.shown_view(), Some(("everything", false)), "a switch of the view is one step back");
}

#[test]
fn e3_a_name_that_is_taken_is_replaced_and_one_of_ours_keeps_its_digit() {
    let mut world = World::of(60);
    world.keys("F<ctrl-s>mine<enter>F<ctrl-s><ctrl-u>mine<enter>");
    assert_eq!((world.state.own_views.len(), world.state.filter.problems), (1, false));
    world.keys("s<ctrl-s><ctrl-u>running<enter>0");
    world.keys("3");
    assert!(world.state.filter.statuses.is_empty() && world.state.sort.is_some());
    assert_eq!(world.state.views().len(), 6);
}

#[test]
fn e3_a_view_needs_a_name_that_is_not_taken_by_everything() {
    let mut world = World::of(60);
    assert!(memos(world.keys("<ctrl-s>  <enter>")).is_empty());
    assert_eq!(world.state.notice.as_deref(), Some("a view needs a name"));
    world.keys("<ctrl-u>everything<enter>");
    assert!(world.state.notice.as_deref().is_some_and(|told| told.contains("choose another name")));
    assert!(world.state.overlay.is_some() && world.state.own_views.is_empty());
}

#[test]
fn e3_a_drill_down_is_saved_in_words_of_the_filter_language() {
    let mut world = World::of(60);
    world.keys("llle");
    world.answer_all();
    world.keys("<enter>");
    world.answer_all();
    let shown = world.shown();
    assert_eq!(world.state.crumbs.len(), 1);
    world.keys("<ctrl-s>these<enter>");
    world.answer_all();
    assert!(world.state.crumbs.is_empty() && world.state.filter.drill.is_empty());
    assert!(world.state.filter.text.as_str().starts_with("failed>0 type:"), "{}", world.state.filter.text.as_str());
    assert_eq!(world.shown(), shown);
}

#[test]
fn e5_quitting_leaves_view_sort_and_panes_but_no_text_that_was_looked_for() {
    let mut world = World::of(60);
    world.keys("Fsp/J00 total>0<enter>");
    world.answer_all();
    let left = memos(world.keys("q"));
    let [Memo::Session { left, .. }] = left.as_slice() else { panic!("{left:?}") };
    let filter = &left.view.filter;
    assert!(filter.problems && filter.search.is_empty() && filter.text.is_empty());
    assert!(left.view.sort.is_some() && left.view.panes.is_some_and(|panes| panes.detail.is_some()));
}

#[test]
fn e5_a_session_in_a_named_view_leaves_it_whole_and_one_in_a_drill_down_its_outermost_list() {
    let mut world = World::of(60);
    let left = memos(world.keys("4<ctrl-c>"));
    let [Memo::Session { left, .. }] = left.as_slice() else { panic!("{left:?}") };
    assert_eq!((left.name.as_str(), left.view.filter.text.as_str()), ("restores and exports", "kind:restore,export"));
    let mut world = World::of(60);
    let left = memos(world.keys("F<tab><enter><ctrl-c>"));
    let [Memo::Session { left, .. }] = left.as_slice() else { panic!("{left:?}") };
    assert!(left.view.filter.problems && left.view.filter.drill.is_empty());
}

#[test]
fn a_view_opens_the_panes_it_was_saved_with_and_one_of_ours_leaves_them() {
    let mut world = World::of(60);
    world.keys("zf<ctrl-s>wide<enter>zpff");
    assert!(world.state.detail.is_none() && world.state.panel.is_none());
    world.keys("6");
    assert_eq!((world.state.focus, world.state.panel.is_some()), (Focus::Detail, true));
    assert!(world.state.detail.is_some_and(|detail| detail.zoom == Zoom::Whole));
    world.keys("2");
    assert!(world.state.detail.is_some() && world.state.panel.is_some(), "the panes stay");
}

#[test]
fn e3_a_saved_view_is_deleted_when_that_is_asked_for_twice_and_the_others_stay() {
    let mut world = World::of(60);
    world.keys("F<ctrl-s>mine<enter>x<ctrl-s><ctrl-u>other<enter>");
    let effects = world.keys("Mmine<ctrl-x>");
    assert_eq!((effects, world.state.own_views.len()), (vec![], 2), "it asks first");
    assert_eq!(world.state.notice.as_deref(), Some("Ctrl-x again deletes “mine”; Esc keeps it"));
    world.keys("<esc><ctrl-x>");
    assert_eq!(world.state.own_views.len(), 2, "Esc takes the question back");
    let effects = world.keys("<ctrl-x>");
    assert_eq!(effects, [Effect::Remember(Memo::Forgotten("mine".to_owned()))]);
    let left: Vec<_> = world.state.own_views.iter().map(|own| own.name.as_str()).collect();
    assert_eq!((left, world.state.view_name.as_deref()), (vec!["other"], Some("other")));
    world.keys("<esc>Mother<ctrl-x><ctrl-x><esc>");
    assert_eq!((world.state.view_name.as_deref(), world.state.overlay.is_none()), (None, true));
}

#[test]
fn e3_a_saved_view_gets_another_name_that_is_free_and_built_in_ones_keep_theirs() {
    let mut world = World::of(60);
    world.keys("F<ctrl-s>mine<enter>M<ctrl-t>");
    assert!(world.state.notice.as_deref().is_some_and(|told| told.starts_with("“everything” comes with jobtop")));
    world.keys("mine<f2><ctrl-u>problems<enter>");
    assert_eq!(world.state.notice.as_deref(), Some("there is a view “problems” already"));
    let effects = world.keys("<ctrl-u>night<enter>");
    let renamed = Memo::Renamed { from: "mine".to_owned(), to: "night".to_owned() };
    assert_eq!(effects, [Effect::Remember(renamed)]);
    assert_eq!((world.state.own_views[0].name.as_str(), world.state.view_name.as_deref()), ("night", Some("night")));
    world.keys("<ctrl-u>running<enter>");
    assert_eq!((world.state.view_name.as_deref(), world.state.overlay.is_none()), (Some("running"), true));
}

#[test]
fn e5_who_leaves_for_good_at_a_tenant_of_the_configuration_comes_back_to_it() {
    let mut world = World::of(10);
    let last =
        |effects: Vec<Effect>| effects.into_iter().any(|effect| matches!(effect, Effect::Remember(Memo::Last(_))));
    assert!(!last(world.keys("q")), "it has no name in the configuration");
    world.state.tenants = vec![world.state.tenant.clone()];
    assert!(last(world.keys("q")) && last(world.keys("<ctrl-c>")));
}
