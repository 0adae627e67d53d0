//! The state file: what is kept comes back, what is unknown stays, what is broken is set aside.

use std::sync::Barrier;

use proptest::prelude::*;

use super::*;
use crate::{
    cli::FilterFlags,
    filter::{Expression, Filter, Range, Unit},
    layout::{Chosen, Columns, DetailSide, Zoom},
    model::{JobType, Service, Status},
    state::{OpenPanes, Tab, ThemeChoice, ThemeName, View},
    store::{Column, Direction, Sort},
};

const ZONE: Tz = chrono_tz::Europe::Berlin;

fn now() -> DateTime<Utc> {
    "2026-11-23T13:02:11Z".parse().unwrap()
}

fn file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobtop").join("state.toml");
    (folder, path)
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn parsed(text: &str) -> Expression {
    Expression::parse(text, now(), ZONE).unwrap()
}

fn named(name: &str) -> SavedView {
    let filter = Filter { problems: true, ..Filter::default() };
    SavedView { name: name.to_owned(), view: View { filter, ..View::default() } }
}

fn session(tenant: &str, left: SavedView) -> Memo {
    Memo::Session { tenant: tenant.to_owned(), left }
}

fn ranges() -> impl Strategy<Value = Range> {
    let units = prop_oneof![Just(Unit::Minute), Just(Unit::Hour), Just(Unit::Day), Just(Unit::Week)];
    let moments = || proptest::option::of((0..4_000_000_000_i64).prop_map(|s| DateTime::from_timestamp(s, 0).unwrap()));
    prop_oneof![
        Just(Range::All),
        (1..100_000_u32, units, 0..20_u32).prop_map(|(amount, unit, back)| Range::Last { amount, unit, back }),
        (moments(), moments()).prop_map(|(from, to)| match (from, to) {
            (None, None) => Range::All,
            (Some(from), Some(to)) => Range::Between { from: Some(from.min(to)), to: Some(to.max(from)) },
            (from, to) => Range::Between { from, to },
        }),
    ]
}

fn choices() -> impl Strategy<Value = Option<Columns>> {
    let one = (proptest::sample::select(&Column::ALL[..]), any::<bool>(), proptest::option::of(0..300_u16));
    let one = one.prop_map(|(column, pinned, width)| Chosen { column, pinned, width });
    (proptest::collection::vec(one, 0..14), any::<bool>()).prop_map(|(all, wide)| Columns::of(all, wide))
}

fn views() -> impl Strategy<Value = View> {
    let sorts = || {
        let one = (proptest::sample::select(&Column::ALL[..]), any::<bool>());
        one.prop_map(|(column, up)| Sort {
            column,
            direction: if up { Direction::Ascending } else { Direction::Descending },
        })
    };
    let sort = proptest::option::of((sorts(), proptest::option::of(sorts())));
    let texts =
        prop_oneof![Just(""), Just("failed>0"), Just("!retention \"login failed\" dur>2h"), Just("comment:ümit")];
    let numbers = (0..4_i64, 0..300_i64, 0..8_usize, any::<bool>());
    let detail = proptest::option::of((0..3_usize, any::<bool>()));
    let panes = proptest::option::of((any::<bool>(), detail, 0..3_usize));
    let rest = (sort, choices(), panes);
    (ranges(), numbers, texts, "[a-z\"'ü]{0,8}", rest).prop_map(|(range, numbers, text, search, rest)| {
        let (sort, columns, panes) = rest;
        let (service, job_type, status, problems) = numbers;
        let filter = Filter {
            range,
            services: (0..service).map(Service).collect(),
            types: [JobType(job_type)].into(),
            statuses: [Status::ALL[status], Status::Unknown(128)].into(),
            search,
            text: parsed(text),
            problems,
            drill: Vec::new(),
        };
        let zoom = |whole| if whole { Zoom::Whole } else { Zoom::Beside };
        let detail = |(tab, whole): (usize, bool)| (Tab::ALL[tab], zoom(whole));
        let panes = panes.map(|(panel, open, side)| OpenPanes {
            panel,
            detail: open.map(detail),
            side: [DetailSide::Auto, DetailSide::Right, DetailSide::Below][side],
        });
        View { filter, sort: sort.map(|(first, _)| first), then: sort.and_then(|(_, then)| then), columns, panes }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    /// E4, E5: whatever is kept comes back as it was, however often it is written; a relative range is still relative.
    #[test]
    fn what_is_kept_comes_back(all in proptest::collection::vec(("[a-c\"\\]= .ü]{1,3}", views()), 1..4), left in views()) {
        let (_folder, path) = file();
        let mut expected: Vec<SavedView> = Vec::new();
        for (name, view) in all {
            let saved = SavedView { name: format!("x{name}x"), view };
            keep(&path, &Memo::View(saved.clone()), now()).unwrap();
            match expected.iter_mut().find(|other| other.name == saved.name) {
                Some(other) => other.clone_from(&saved),
                None => expected.push(saved),
            }
        }
        let left = SavedView { name: String::new(), view: left };
        keep(&path, &session("a \"tenant\".", left.clone()), now()).unwrap();
        let memory = load(&path, now(), ZONE);
        prop_assert_eq!(memory.notes, Vec::<String>::new());
        prop_assert_eq!(memory.views, expected);
        prop_assert_eq!(memory.sessions.into_values().collect::<Vec<_>>(), vec![left]);
    }
}

#[test]
fn e3_columns_that_are_not_known_are_told_and_cost_nothing_else() {
    let (_folder, path) = file();
    let theirs = "[[views]]\nname = \"a\"\ncolumns = [\"type\", \"mood\", \"failed\", \"id\"]\npinned = [\"id\", \"mood\"]\nwide = true\n[views.widths]\ntype = 30\nmood = 3\n\n[[views]]\nname = \"b\"\ncolumns = [\"mood\"]\n\n[[views]]\nname = \"old\"\n";
    write(&path, theirs);
    let memory = load(&path, now(), ZONE);
    let known = [(Column::Id, true, None), (Column::Type, false, Some(30)), (Column::Failed, false, None)];
    let known = known.map(|(column, pinned, width)| Chosen { column, pinned, width });
    let columns: Vec<_> = memory.views.iter().map(|saved| saved.view.columns.clone()).collect();
    assert_eq!(columns, [Columns::of(known, true), None, None]);
    let told = [
        "a column of the saved view a is not shown: “mood” is not known",
        "a column of the saved view b is not shown: “mood” is not known",
    ];
    assert_eq!(memory.notes, told);
    assert_eq!(fs::read_to_string(&path).unwrap(), theirs, "reading changes nothing");
}

#[test]
fn e3_a_view_without_columns_leaves_those_of_the_session() {
    let columns = Columns::of([Chosen::new(Column::Comment)], true);
    let mut left = named("problems");
    left.view.columns.clone_from(&columns);
    let memory = Memory { sessions: [("contoso".to_owned(), left)].into(), ..Memory::default() };
    let begun = |asked: Asked| open(&memory, "contoso", &asked).0.columns;
    assert_eq!(begun(Asked::default()), columns);
    assert_eq!(begun(Asked { view: Some(named("mine")), ..Asked::default() }), columns);
    assert_eq!(begun(Asked { clean: true, ..Asked::default() }), None);
    let mut own = named("mine");
    own.view.columns = Some(Columns::default());
    assert_eq!(begun(Asked { view: Some(own), ..Asked::default() }), Some(Columns::default()));
}

#[test]
fn unknown_keys_and_comments_stay_when_the_file_is_written_anew() {
    let (_folder, path) = file();
    let theirs = "# mine\nversion = 1\ncolour = \"blue\"\n\n[[views]]\nname = \"a\"\nproblems = true\nfuture = [1, 2]\n\n[sessions.contoso]\nrange = \"24h\"\nfuture = 3\n\n[boards]\nx = 1\n";
    write(&path, theirs);
    let mut changed = named("a");
    changed.view.filter.problems = false;
    keep(&path, &Memo::View(changed), now()).unwrap();
    keep(&path, &session("contoso", named("")), now()).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    for kept in ["# mine", "colour = \"blue\"", "future = [1, 2]", "future = 3", "[boards]\nx = 1"] {
        assert!(text.contains(kept), "{kept} is gone:\n{text}");
    }
    assert!(!load(&path, now(), ZONE).views[0].view.filter.problems);
}

#[cfg(unix)]
#[test]
fn e5_what_is_there_already_is_not_written_again() {
    use std::os::unix::fs::MetadataExt;

    let (_folder, path) = file();
    let number = || fs::metadata(&path).unwrap().ino();
    keep(&path, &session("contoso", named("night")), now()).unwrap();
    let (first, text) = (number(), fs::read_to_string(&path).unwrap());
    keep(&path, &session("contoso", named("night")), now()).unwrap();
    assert_eq!((number(), fs::read_to_string(&path).unwrap()), (first, text));
    keep(&path, &session("contoso", named("day")), now()).unwrap();
    assert_ne!(number(), first);
}

#[test]
fn a_file_that_cannot_be_read_keeps_nothing_from_beginning_and_is_set_aside_when_something_is_kept() {
    for broken in ["this is no toml", "views = 3", "[[views]]\nname = 7", "version = \"x\""] {
        let (folder, path) = file();
        write(&path, broken);
        let memory = load(&path, now(), ZONE);
        assert!(memory.views.is_empty() && memory.sessions.is_empty());
        assert!(memory.notes[0].contains("cannot be read, so there are no saved views"), "{:?}", memory.notes);
        assert_eq!(fs::read_to_string(&path).unwrap(), broken, "reading changes nothing");
        keep(&path, &Memo::View(named("new")), now()).unwrap();
        let aside = folder.path().join("jobtop/state.toml.bad-20261123T130211Z");
        assert_eq!(fs::read_to_string(aside).unwrap(), broken);
        assert_eq!(load(&path, now(), ZONE).views, [named("new")]);
    }
}

#[test]
fn one_view_that_cannot_be_read_is_named_and_stays_in_the_file() {
    let (_folder, path) = file();
    write(&path, "[[views]]\nname = \"odd\"\nservices = [\"azure-teapot\"]\n");
    keep(&path, &Memo::View(named("good")), now()).unwrap();
    let memory = load(&path, now(), ZONE);
    assert_eq!(memory.views, [named("good")]);
    assert_eq!(memory.notes, ["the saved view odd is left out: “azure-teapot” is not known"]);
    assert!(fs::read_to_string(&path).unwrap().contains("azure-teapot"));
}

#[test]
fn a_file_of_a_later_version_is_left_alone() {
    let (_folder, path) = file();
    let later = "version = 2\nviews = \"somewhere else\"\n";
    write(&path, later);
    assert!(load(&path, now(), ZONE).notes[0].contains("of a later jobtop"));
    assert!(keep(&path, &Memo::View(named("x")), now()).is_err_and(|why| why.contains("of a later jobtop")));
    assert_eq!(fs::read_to_string(&path).unwrap(), later);
}

#[test]
fn two_jobtops_at_once_lose_nothing_of_each_other() {
    let (_folder, path) = file();
    let start = Barrier::new(2);
    std::thread::scope(|scope| {
        for who in ["a", "b"] {
            let (path, start) = (&path, &start);
            scope.spawn(move || {
                start.wait();
                for number in 0..8 {
                    keep(path, &Memo::View(named(&format!("{who}{number}"))), now()).unwrap();
                }
            });
        }
    });
    assert_eq!(load(&path, now(), ZONE).views.len(), 16);
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_it_and_a_place_that_cannot_be_written_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = file();
    keep(&path, &Memo::View(named("a")), now()).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let blocked = folder.path().join("jobtop/state.toml/state.toml");
    let why = keep(&blocked, &Memo::View(named("a")), now()).unwrap_err();
    assert!(why.starts_with("could not be kept for the next session in "), "{why}");
}

#[test]
fn the_place_is_that_of_the_platform_and_a_demo_has_none_unless_it_is_named() {
    let env = |named: &'static [(&'static str, &'static str)]| {
        move |name: &str| named.iter().find(|(other, _)| *other == name).map(|(_, value)| OsString::from(value))
    };
    let home = env(&[("HOME", "/home/a"), ("LOCALAPPDATA", "/home/a/.local/state")]);
    assert_eq!(place(&home, false), Some("/home/a/.local/state/jobtop/state.toml".into()));
    assert_eq!(place(&home, true), None);
    let named = env(&[("HOME", "/home/a"), ("XDG_STATE_HOME", "/state")]);
    assert_eq!(place(&named, true), Some("/state/jobtop/state.toml".into()));
    assert_eq!(place(&env(&[("XDG_STATE_HOME", "state")]), false), None, "a relative one is none");
}

/// What a session of this command line begins with, after one that ended with problems of the last two weeks, sorted.
fn begun(flags: FilterFlags, view: Option<SavedView>, clean: bool) -> (View, Option<String>) {
    let mut left = named("");
    left.view.filter.range = Range::last(2, Unit::Week);
    left.view.sort = Some(Sort { column: Column::Failed, direction: Direction::Descending });
    let memory = Memory { sessions: [("contoso".to_owned(), left)].into(), ..Memory::default() };
    let filter = Filter {
        range: if flags.all_time { Range::All } else { Range::default() },
        search: flags.search.clone().unwrap_or_default(),
        ..Filter::default()
    };
    open(&memory, "contoso", &Asked { filter, flags, view, clean })
}

#[test]
fn e5_a_session_comes_back_unless_clean_and_an_option_that_names_a_filter_replaces_it_whole() {
    let (view, name) = begun(FilterFlags::default(), None, false);
    assert!(view.filter.problems && view.sort.is_some() && name.is_none());
    assert_eq!(view.filter.range, Range::last(2, Unit::Week));
    let (view, _) = begun(FilterFlags::default(), None, true);
    assert_eq!(view, View::default());
    let search = FilterFlags { search: Some("vm".to_owned()), ..FilterFlags::default() };
    let (view, _) = begun(search, None, false);
    assert_eq!((view.filter.search.as_str(), view.filter.problems), ("vm", false));
    assert_eq!(
        (view.filter.range, view.sort.is_some()),
        (Range::default(), true),
        "the range goes too, the sort stays"
    );
}

#[test]
fn e3_a_view_that_is_asked_for_comes_before_the_session_and_options_replace_their_parts_of_it() {
    let all_time = FilterFlags { all_time: true, ..FilterFlags::default() };
    let (view, name) = begun(all_time, Some(named("mine")), false);
    assert_eq!((view.filter.range, view.filter.problems, view.sort), (Range::All, true, None));
    assert_eq!(name.as_deref(), Some("mine"));
}

#[test]
fn e5_a_session_that_ended_in_a_saved_view_begins_with_that_view_as_it_is_now() {
    let mut saved = named("mine");
    saved.view.filter.text = parsed("started>=yesterday");
    let sessions = [("contoso".to_owned(), named("mine"))].into();
    let memory = Memory { views: vec![saved.clone()], sessions, ..Memory::default() };
    let (view, name) = open(&memory, "contoso", &Asked::default());
    assert_eq!((view, name.as_deref()), (saved.view, Some("mine")));
    let (view, _) = open(&memory, "fabrikam", &Asked::default());
    assert_eq!(view, View::default(), "another tenant's session is its own");
}

#[test]
fn e3_e5_a_view_is_forgotten_or_renamed_and_the_rest_of_the_file_stays() {
    let (_folder, path) = file();
    assert_eq!(last(&path), None);
    for name in ["a", "b", "c"] {
        keep(&path, &Memo::View(named(name)), now()).unwrap();
    }
    keep(&path, &Memo::Session { tenant: "t".to_owned(), left: named("b") }, now()).unwrap();
    keep(&path, &Memo::Last("t".to_owned()), now()).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("# mine\nfuture = 1\n{text}")).unwrap();
    keep(&path, &Memo::Forgotten("a".to_owned()), now()).unwrap();
    keep(&path, &Memo::Renamed { from: "b".to_owned(), to: "d".to_owned() }, now()).unwrap();
    let memory = load(&path, now(), ZONE);
    let names: Vec<_> = memory.views.iter().map(|view| view.name.as_str()).collect();
    assert_eq!((names, memory.sessions["t"].name.as_str()), (vec!["d", "c"], "d"));
    assert_eq!((memory.last.as_deref(), last(&path).as_deref()), (Some("t"), Some("t")));
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("# mine\n") && text.contains("future = 1\n"), "{text}");
}

#[test]
fn e20_a_theme_is_kept_with_what_the_configuration_said_and_one_like_it_is_none() {
    let (_folder, path) = file();
    let theme = |chosen, instead_of| Memo::Theme(ThemeChoice { chosen, instead_of });
    keep(&path, &Memo::View(named("a")), now()).unwrap();
    keep(&path, &theme(ThemeName::Dark, ThemeName::Terminal), now()).unwrap();
    let memory = load(&path, now(), ZONE);
    assert_eq!(memory.theme, Some(ThemeChoice { chosen: ThemeName::Dark, instead_of: ThemeName::Terminal }));
    assert_eq!(memory.views, [named("a")], "the rest is as it was");
    keep(&path, &theme(ThemeName::Light, ThemeName::Light), now()).unwrap();
    assert_eq!(load(&path, now(), ZONE).theme, None);
    assert!(!fs::read_to_string(&path).unwrap().contains("theme"));
    write(&path, "theme = \"of a later jobtop\"\ntheme_instead_of = \"dark\"\n");
    assert_eq!(load(&path, now(), ZONE), Memory::default(), "one that is not known costs nothing else");
}

#[test]
fn e8_when_a_tenant_was_left_is_known_and_a_view_that_is_saved_is_no_visit() {
    let (_folder, path) = file();
    keep(&path, &Memo::View(named("a")), now()).unwrap();
    assert_eq!(load(&path, now(), ZONE).visits, BTreeMap::new());
    keep(&path, &session("contoso", named("")), now()).unwrap();
    let later = now() + chrono::TimeDelta::hours(3);
    keep(&path, &session("fabrikam", named("")), later).unwrap();
    let expected = [("contoso".to_owned(), now()), ("fabrikam".to_owned(), later)].into();
    assert_eq!(load(&path, later, ZONE).visits, expected);
    keep(&path, &session("contoso", named("")), later).unwrap();
    assert_eq!(load(&path, later, ZONE).visits["contoso"], later);
}
