//! Filters, the live filter, ranges, drill-downs, pickers: what is shown, who does it, what Esc gives back.

use chrono::{DateTime, Utc};
use jobtop::{
    filter::{Place, Range, Unit},
    keymap,
    model::{Job, JobType, Lane, Service, Status},
    pager::Coverage,
    state::{Focus, Overlay, RangePicker, SummaryCell, summary_cells},
    update::{Effect, Message, typed},
};

use super::all_shown;
use crate::world::{Options, World, id};

#[test]
fn a_status_filter_makes_no_request() {
    let mut world = World::of(8);
    let before = world.orders.len();
    world.keys("fjjjjjjj<space>");
    assert!(world.state.filter.statuses.contains(&Status::Exception));
    assert_eq!(world.orders.len(), before);
}

#[test]
fn a_filter_of_ours_that_leaves_the_screen_short_reads_on_in_the_same_list() {
    let mut world = World::of(120);
    let before = world.orders.len();
    world.keys("F");
    world.answer_all();
    assert!(world.orders.len() > before && all_shown(&world.state, Job::is_problem));
    assert_eq!(world.state.pager.generation().0, 0);
}

#[test]
fn the_live_filter_filters_while_typing() {
    let mut world = World::of(30);
    world.keys("/j0007");
    assert_eq!(world.shown(), [id(7)]);
    world.keys("<backspace>");
    assert_eq!(world.shown(), (1..=9).rev().map(id).collect::<Vec<_>>());
    assert_eq!(world.state.pager.generation().0, 0);
}

#[test]
fn enter_sends_the_live_filter_to_the_server_as_one_new_list() {
    let mut world = World::of(120);
    world.keys("/J01<enter>");
    world.answer_all();
    assert_eq!((world.state.pager.generation().0, world.state.filter.text.as_str()), (1, ""));
    assert_eq!(world.state.pager.query().search.as_deref(), Some("J01"));
    assert_eq!(world.state.coverage(), Coverage::All(21));
}

#[test]
fn esc_in_the_live_filter_gives_back_rows_and_selected_job() {
    let mut world = World::of(120);
    world.keys("jjjjj");
    let (shown, selected) = (world.shown().len(), world.selected());
    world.keys("/J0118");
    assert_ne!(world.selected(), selected);
    world.keys("<esc>");
    assert_eq!((world.shown().len(), world.selected()), (shown, selected));
    assert!(world.state.overlay.is_none());
}

#[test]
fn e2_the_live_filter_speaks_the_filter_language() {
    let mut world = World::of(30);
    world.keys("/status:failed");
    assert!(all_shown(&world.state, |job| job.status == Some(Status::Failed)));
    world.keys("<esc>/!status:failed");
    assert!(all_shown(&world.state, |job| job.status != Some(Status::Failed)));
}

#[test]
fn e2_a_text_that_cannot_be_read_is_told_and_keeps_the_last_good_rows() {
    let mut world = World::of(30);
    world.keys("/id:j0007");
    assert_eq!(world.shown(), [id(7)]);
    world.keys(" !");
    let Some(Overlay::Search(search)) = &world.state.overlay else { panic!("the live filter is open") };
    let told = search.error.as_ref().map(ToString::to_string).unwrap_or_default();
    assert!(told.starts_with("“!” at 10: what is not wanted?"), "{told}");
    assert_eq!(world.shown(), [id(7)]);
    world.keys("<enter>");
    assert!(world.state.overlay.is_some(), "it is not sent either");
}

/// The line of the acceptance list, word for word.
const ALL_FORMS: &str =
    "status:failed,exception failed>0 skipped%>50 dur>2h type:azure-vm started>=yesterday !retention";

#[test]
fn e2_the_whole_language_is_read_while_one_types_and_each_term_narrows() {
    let mut world = World::of(30);
    let terms: Vec<&str> = ALL_FORMS.split(' ').collect();
    for number in 1..=terms.len() {
        let text = terms[..number].join(" ");
        world.keys(&format!("/<ctrl-u>{}", text.replace('<', "<lt>")));
        let Some(Overlay::Search(search)) = &world.state.overlay else { panic!("the live filter is open") };
        assert_eq!(search.error, None, "{text}");
        assert_eq!((world.state.filter.text.as_str(), world.state.filter.text.terms().len()), (&*text, number));
        let holds = |job: &Job| world.state.filter.text.terms().iter().all(|term| term.holds(job));
        let expected = world.state.store.jobs().filter(|job| holds(job)).count();
        assert_eq!(world.shown().len(), expected, "{text}");
        world.keys("<esc>");
    }
    world.keys("/type:azure-vm");
    assert!(all_shown(&world.state, |job| job.job_type.and_then(JobType::service) == Some(Service(1))));
}

#[test]
fn enter_sends_the_words_and_keeps_the_other_terms_here() {
    let mut world = World::of(30);
    world.keys("/J00 total>=0 !nonsense<enter>");
    world.answer_all();
    assert_eq!(world.state.pager.query().search.as_deref(), Some("J00"));
    assert_eq!(world.state.filter.text.as_str(), "total>=0 !nonsense");
}

#[test]
fn the_live_filter_opens_on_all_that_is_looked_for_and_enter_changes_nothing() {
    let mut world = World::of(30);
    world.keys("/J00 total>=0<enter>");
    world.answer_all();
    let (generation, filter) = (world.state.pager.generation(), world.state.filter.clone());
    world.keys("/");
    let Some(Overlay::Search(search)) = &world.state.overlay else { panic!("the live filter is open") };
    assert_eq!(search.input.value(), "J00 total>=0");
    world.keys("<enter>");
    assert_eq!((world.state.pager.generation(), world.state.filter.clone()), (generation, filter));
}

#[test]
fn up_and_down_in_the_live_filter_call_earlier_texts_back() {
    let mut world = World::of(30);
    world.keys("/first<tab><esc>/second<tab><esc>/dra<up>");
    assert_eq!(world.state.filter.text.as_str(), "second");
    world.keys("<up><up>");
    assert_eq!(world.state.filter.text.as_str(), "first");
    world.keys("<down><down>");
    assert_eq!(world.state.filter.text.as_str(), "dra");
}

#[test]
fn tab_in_the_live_filter_keeps_the_text_here() {
    let mut world = World::of(30);
    world.keys("/j0007<tab>");
    assert_eq!((world.shown(), world.state.pager.generation().0), (vec![id(7)], 0));
    assert!(world.state.overlay.is_none() && world.state.focus == Focus::Table);
    world.keys("<esc>");
    assert_eq!(world.shown().len(), 30);
}

#[test]
fn a_paste_is_typed_without_its_control_characters_and_only_into_text() {
    let mut world = World::of(30);
    world.keys("/");
    world.tell(Message::Paste("J0\u{1b}007\n".to_owned()));
    assert_eq!(world.shown(), [id(7)]);
    world.keys("<esc>");
    assert_eq!(world.tell(Message::Paste("q".to_owned())), []);
    assert_eq!(world.shown().len(), 30);
}

#[test]
fn characters_typed_at_once_do_what_they_do_one_by_one() {
    for (before, text, after) in [
        ("/", "j0007", ""),
        ("/x<left>", "failed>0 j000", "<backspace>"),
        ("fj<enter>", "sql", "<enter>"),
        ("?/", "sort", ""),
        ("S", "took", "<enter>"),
    ] {
        let (mut one_by_one, mut at_once) = (World::of(30), World::of(30));
        for world in [&mut one_by_one, &mut at_once] {
            world.keys(before);
        }
        for key in keymap::script(text).unwrap() {
            assert_eq!(typed(&at_once.state, key), key.text(), "{before}{text}");
            one_by_one.tell(Message::Key(key));
        }
        at_once.tell(Message::Typed(text.to_owned()));
        for world in [&mut one_by_one, &mut at_once] {
            world.keys(after);
        }
        assert_eq!(at_once.shown(), one_by_one.shown(), "{before}{text}");
        assert_eq!(at_once.state.filter, one_by_one.state.filter);
        assert_eq!(format!("{:?}", at_once.state.overlay), format!("{:?}", one_by_one.state.overlay));
        assert_eq!(at_once.state.sort, one_by_one.state.sort);
    }
}

#[test]
fn what_is_typed_is_no_key_that_does_something_else() {
    for (keys, key) in [("", "j"), ("", "/"), ("S", "<space>"), ("/", "<enter>"), ("/", "<ctrl-u>"), ("/", "<left>")] {
        let mut world = World::of(30);
        world.keys(keys);
        assert_eq!(typed(&world.state, keymap::script(key).unwrap()[0]), None, "{keys}{key}");
    }
    let mut table = World::of(30);
    assert_eq!(table.tell(Message::Typed("q".to_owned())), [], "there is no text to write it in");
}

#[test]
fn two_services_are_ours_and_one_is_the_servers() {
    let mut world = World::of(40);
    world.keys("fj<enter><space><down><space><enter>");
    assert_eq!((world.state.filter.services.len(), world.state.filter.services_place()), (2, Place::Here));
    assert_eq!(world.state.pager.generation().0, 0);
    world.keys("<enter><space><enter>");
    assert_eq!((world.state.filter.services.len(), world.state.filter.services_place()), (1, Place::Server));
    assert_eq!(world.state.pager.query().service, world.state.filter.services.first().copied());
    assert_eq!(world.state.pager.generation().0, 1);
}

#[test]
fn a_picker_is_narrowed_by_typing_and_enter_takes_what_is_ticked_or_under_the_cursor() {
    let mut world = World::of(40);
    world.keys("fjj<enter>sqldatabasebackup<enter>");
    assert_eq!(world.state.filter.types, [JobType(20016)].into());
    world.keys("<enter>sqldatabasebackup<space><enter>");
    assert!(world.state.filter.types.is_empty(), "what is unticked stays away");
    world.keys("<enter><down><space><esc>");
    assert!(world.state.filter.types.is_empty(), "Esc changes nothing");
}

#[test]
fn chosen_services_narrow_the_types_and_drop_those_of_others() {
    let mut world = World::of(40);
    world.state.filter.types = [JobType(1), JobType(20016)].into();
    world.keys("fj<enter>devops<enter>");
    assert_eq!(world.state.filter.services, [Service(1024)].into());
    assert!(world.state.filter.types.is_empty());
    world.keys("j<enter>");
    let Some(Overlay::Pick(picker)) = &world.state.overlay else { panic!("no picker") };
    let items = picker.items(&world.state);
    assert!(items.len() == 2 && items.iter().all(|item| JobType(item.value).service() == Some(Service(1024))));
}

#[test]
fn the_panels_fields_are_what_they_are_called() {
    let mut world = World::of(60);
    world.keys("f<enter>");
    assert!(matches!(world.state.overlay, Some(Overlay::Range(_))));
    world.keys("<esc>jjj<enter>J00<enter>");
    assert_eq!((world.state.filter.search.as_str(), world.state.filter.text.as_str()), ("J00", ""));
    world.keys("j<enter>snap<enter>");
    assert_eq!((world.state.filter.search.as_str(), world.state.filter.text.as_str()), ("J00", "snap"));
    world.keys("j<space>j<space>");
    assert!(world.state.filter.problems && world.state.filter.statuses == [Status::Failed].into());
    world.keys("<enter>");
    assert!(world.state.filter.statuses.is_empty());
}

#[test]
fn esc_leaves_a_text_field_of_the_panel_and_then_the_panel() {
    let mut world = World::of(30);
    world.keys("fjjjj<enter>nothing<esc>");
    assert_eq!((world.state.filter.text.as_str(), world.state.focus), ("", Focus::Panel));
    world.keys("<esc>");
    assert!(world.state.panel.is_none());
}

#[test]
fn e8_a_range_can_be_typed_with_a_blank_in_it() {
    let mut world = World::of(60);
    world.keys("dyesterday 18:00<enter>");
    let from = "2026-11-22T17:00:00Z".parse().unwrap();
    assert_eq!(world.state.filter.range, Range::Between { from: Some(from), to: None });
    world.answer_all();
    assert_eq!(world.state.coverage(), Coverage::All(21));
}

#[test]
fn e8_a_text_that_is_no_range_is_told_and_stays_to_be_mended() {
    let mut world = World::of(30);
    world.keys("d7x<enter>");
    assert!(matches!(&world.state.overlay, Some(Overlay::Range(range)) if range.error.is_some()));
    world.keys("<backspace>d<enter>");
    assert!(world.state.overlay.is_none() && world.state.filter.range == Range::last(7, Unit::Day));
    assert_eq!(world.state.pager.generation().0, 0, "the range is the same as before");
}

#[test]
fn e8_the_presets_are_there_and_each_sets_its_range() {
    let visit = "2026-11-21T08:30:00Z".parse().unwrap();
    let since = |text: &str| Range::Between { from: Some(text.parse().unwrap()), to: None };
    for (label, range) in [
        ("last hour", Range::last(1, Unit::Hour)),
        ("last 24 hours", Range::last(24, Unit::Hour)),
        ("last 7 days", Range::last(7, Unit::Day)),
        ("last 30 days", Range::last(30, Unit::Day)),
        ("since yesterday 18:00", since("2026-11-22T17:00:00Z")),
        // It is a Monday.
        ("since last business day", since("2026-11-19T23:00:00Z")),
        ("since last visit", since("2026-11-21T08:30:00Z")),
        ("all time", Range::All),
    ] {
        let mut world = World::of(30);
        world.state.last_visit = Some(visit);
        world.keys("d");
        let presets = RangePicker::presets(&world.state);
        let at = presets.iter().position(|preset| preset.label == label).unwrap_or_else(|| panic!("no {label}"));
        let Some(Overlay::Range(picker)) = &world.state.overlay else { panic!("the picker is open") };
        world.keys(&"<down>".repeat((at + presets.len() - picker.cursor) % presets.len()));
        world.keys("<enter>");
        assert_eq!(world.state.filter.range, range, "{label}");
        world.keys("d");
        let Some(Overlay::Range(picker)) = &world.state.overlay else { panic!("the picker is open") };
        assert_eq!(picker.cursor, at, "it stands on the one in force: {label}");
    }
}

#[test]
fn e8_without_an_earlier_visit_there_is_no_since_then() {
    let world = World::of(3);
    assert!(RangePicker::presets(&world.state).iter().all(|preset| preset.label != "since last visit"));
}

#[test]
fn e8_braces_shift_a_window_that_is_open_at_its_end_by_what_it_lasts() {
    let mut world = World::of(60);
    world.keys("dyesterday 18:00<enter>{");
    let to: DateTime<Utc> = "2026-11-22T17:00:00Z".parse().unwrap();
    let before = Range::Between { from: Some(to - (world.state.now - to)), to: Some(to) };
    assert_eq!(world.state.filter.range, before);
    world.keys("}");
    assert_eq!(world.state.filter.range, Range::Between { from: Some(to), to: None });
    world.keys("0{");
    assert_eq!(world.state.notice.as_deref(), Some("this range has no length to shift by"));
}

#[test]
fn e8_braces_shift_the_window() {
    let mut world = World::with(200, Options { page_size: Some(100), ..Options::default() });
    let last_week = world.state.pager.query().clone();
    world.keys("{");
    world.answer_all();
    assert_eq!(world.state.pager.query().to, last_week.from);
    assert_eq!(world.selected(), id(200 - 168), "the last job before a week ago");
    world.keys("}");
    assert_eq!(world.state.pager.query(), &last_week);
    world.keys("}");
    assert!(world.state.notice.is_some() && world.state.pager.generation().0 == 2);
}

#[test]
fn enter_on_the_summarys_failed_count_opens_exactly_those_jobs_and_esc_returns() {
    let mut world = World::of(8);
    world.server.change(2, Status::Failed);
    world.server.change(5, Status::Failed);
    world.keys("r");
    world.answer_all();
    world.keys("jjj/J<tab>");
    let before = (world.selected(), world.state.table.clone(), world.state.filter.clone());
    world.keys("<shift-tab><enter>");
    assert_eq!(world.state.summary.status(Status::Failed), 2);
    assert_eq!(world.shown(), [id(6), id(3)]);
    world.keys("j<esc>");
    assert_eq!((world.selected(), world.state.table.clone(), world.state.filter.clone()), before);
    assert!(matches!(world.state.focus, Focus::Summary(_)));
}

#[test]
fn every_number_of_the_summary_opens_as_many_jobs_as_it_says() {
    let world = || World::with(60, Options { page_size: Some(100), ..Options::default() });
    for cell in summary_cells(&world().state) {
        let mut world = world();
        let behind = world.state.store.jobs().filter(|job| cell.term().holds(job)).count();
        world.state.focus = Focus::Summary(cell);
        world.keys("<enter>");
        assert_eq!(world.shown().len(), behind, "{cell:?}");
        if let SummaryCell::Status(status) = cell {
            assert_eq!(world.state.summary.status(status), behind as u64);
        }
    }
}

#[test]
fn enter_on_a_failed_count_drills_into_its_type_then_opens_the_job_and_esc_leads_back() {
    let mut world = World::of(60);
    let failed = world.state.store.jobs().position(|job| job.counts.failed > Some(0)).unwrap();
    world.keys(&"j".repeat(failed));
    world.keys("lll");
    let (selected, job_type) = (world.selected(), world.state.selected().unwrap().job_type);
    world.keys("<enter>");
    world.answer_all();
    assert!(all_shown(&world.state, |job| job.job_type == job_type && job.counts.failed > Some(0)));
    assert_eq!((&world.selected(), world.state.crumbs.len()), (&selected, 1));
    world.keys("<enter>");
    assert!(world.state.detail.is_some() && world.state.crumbs.len() == 1);
    world.keys("<esc>");
    assert!(world.state.filter.drill.is_empty() && world.state.crumbs.is_empty());
    assert_eq!(world.selected(), selected);
}

#[test]
fn enter_on_no_failed_objects_says_so_and_an_unknown_number_is_not_none() {
    let mut world = World::of(8);
    world.keys("lll<enter>");
    assert_eq!(world.state.notice.as_deref(), Some("this job has no failed objects"));
    world.server.jobs[0].counts.failed = None;
    world.keys("r");
    world.answer_all();
    world.keys("<enter>");
    assert_eq!(world.state.notice.as_deref(), Some("the number of failed objects is not known"));
    assert!(world.state.crumbs.is_empty());
}

#[test]
fn clearing_keeps_the_range_and_leaves_every_drill_down() {
    let mut world = World::of(60);
    world.keys("d24h<enter>");
    world.answer_all();
    world.keys("sF<shift-tab><enter>x");
    assert_eq!(world.state.filter.range, Range::last(24, Unit::Hour));
    assert!(!world.state.filter.is_narrow() && world.state.crumbs.is_empty() && world.state.sort.is_none());
}

#[test]
fn sorting_and_filtering_keep_the_selected_job() {
    let mut world = World::of(60);
    world.keys("jjjjjjjjjjj");
    let selected = world.selected();
    assert!(world.state.selected().is_some_and(|job| job.is_problem()));
    for keys in ["s", "s", "hs", "s", "s", "F", "F", "/J<tab>", "<esc>", "t"] {
        world.keys(keys);
        world.answer_all();
        assert_eq!(world.selected(), selected, "after “{keys}”");
    }
}

#[test]
fn a_filter_of_the_server_keeps_the_old_rows_until_the_first_page_is_here() {
    let mut world = World::of(60);
    let shown = world.shown().len();
    let effects = world.keys("d24h<enter>");
    assert!(matches!(effects.last(), Some(Effect::FetchPage(request)) if request.lane == Lane::View));
    assert_eq!((world.shown().len(), world.state.outdated), (shown, true));
    assert_eq!(world.state.coverage(), Coverage::Unknown);
    world.answer(Lane::View);
    assert_eq!((world.shown().len(), world.state.outdated), (10, false));
}
