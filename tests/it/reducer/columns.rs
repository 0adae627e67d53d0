//! E13: the table's columns are the user's: which, in which order, how wide; they are part of a view (E3) and of undo (E6).

use jobtop::{
    layout::{Chosen, Columns, widths},
    state::Mouse,
    store::{Column, Direction, Sort},
    update::{Click, Effect, Message},
    view::{self, Theme},
};
use proptest::prelude::*;
use ratatui::{buffer::Buffer, layout::Rect};

use crate::world::{Options, World};

fn world(columns: u16, rows: u16) -> World {
    World::with(60, Options { size: (columns, rows), ..Options::default() })
}

/// The columns that stand in the table.
fn drawn(world: &World) -> Vec<Column> {
    world.state.slots().iter().map(|slot| slot.column).collect()
}

fn chosen(world: &World) -> Vec<Column> {
    world.state.columns.chosen().iter().map(|one| one.column).collect()
}

fn width(world: &World, column: Column) -> u16 {
    world.state.slots().iter().find(|slot| slot.column == column).map_or(0, |slot| slot.width)
}

fn screen(world: &World) -> Vec<String> {
    let (columns, rows) = world.state.size;
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
    view::paint(&world.state, &Theme::default(), &mut buffer);
    (0..rows).map(|y| (0..columns).map(|x| buffer[(x, y)].symbol()).collect()).collect()
}

fn head(world: &World) -> String {
    let table = world.state.layout().unwrap().table.unwrap();
    screen(world)[usize::from(table.y)].clone()
}

#[test]
fn e13_a_hidden_column_is_gone_and_its_room_goes_to_others() {
    let mut world = world(80, 24);
    assert_eq!(
        drawn(&world),
        [Column::Status, Column::Type, Column::Started, Column::Took, Column::Failed, Column::Skipped]
    );
    world.keys("ljjc<space><enter>");
    assert!(!drawn(&world).contains(&Column::Started) && !head(&world).contains("Started"), "{}", head(&world));
    assert!(drawn(&world).contains(&Column::Total), "{:?}", drawn(&world));
    assert_ne!(world.state.table.column, Column::Started, "the cursor stands on a column that is there");
    assert_eq!(world.state.table.index, 2, "and on its job");
    world.keys("u");
    assert!(drawn(&world).contains(&Column::Started));
}

#[test]
fn e13_columns_that_are_hidden_at_first_can_be_shown() {
    let mut world = world(140, 40);
    assert!(!head(&world).contains("Finished") && !head(&world).contains("Service"), "{}", head(&world));
    world.keys("cG<space>k<space><enter>");
    assert!(head(&world).contains("Finished") && head(&world).contains("Service"), "{}", head(&world));
}

#[test]
fn e13_esc_and_q_leave_the_columns_as_they_were() {
    for key in ["<esc>", "q"] {
        let mut world = world(120, 40);
        let before = world.state.columns.clone();
        world.keys(&format!("c<space>jJJpr<space>{key}"));
        assert!(world.state.overlay.is_none());
        assert_eq!((&world.state.columns, world.state.history.steps()), (&before, (0, 0)));
    }
}

#[test]
fn e13_the_last_column_cannot_be_hidden_and_why_is_told() {
    let mut world = world(120, 40);
    world.keys("cg");
    for _ in 0..Column::ALL.len() {
        world.keys("<space>j");
    }
    world.keys("r");
    world.keys("g<space>j<space>j<space>j<space>j<space>j<space>j<space>j<space>j<space>j<space>");
    assert_eq!(world.state.notice.as_deref(), Some("the last column stays: without one the table would say nothing"));
    assert!(screen(&world).iter().any(|line| line.contains("the last column stays")));
    world.keys("<enter>");
    assert_eq!((chosen(&world), drawn(&world)), (vec![Column::Comment], vec![Column::Comment]));
}

#[test]
fn e13_a_column_moves_and_a_click_on_its_head_sorts_by_it() {
    let mut world = world(120, 40);
    world.state.mouse = Mouse::Ours;
    world.keys("cgjjjjjKKKK<enter>");
    assert_eq!(drawn(&world)[..3], [Column::Status, Column::Failed, Column::Type]);
    let table = world.state.layout().unwrap().table.unwrap();
    let slot = world.state.slots()[1];
    let at = u16::try_from(head(&world).find("Failed").unwrap()).unwrap();
    assert!((slot.x..slot.x + slot.width).contains(&at));
    world.tell(Message::Mouse(Click::At(at, table.y)));
    assert_eq!(world.state.sort, Some(Sort { column: Column::Failed, direction: Direction::Ascending }));
    world.keys("hh");
    assert_eq!(world.state.table.column, Column::Status);
    world.keys("ll");
    assert_eq!(world.state.table.column, Column::Type, "the cursor goes by what is seen");
}

#[test]
fn e13_a_pinned_column_stays_left_and_does_not_drop() {
    let mut world = world(80, 24);
    assert!(!drawn(&world).contains(&Column::Comment));
    world.keys("cgjjjjjjjjjp<enter>");
    assert_eq!(drawn(&world)[0], Column::Comment);
    world.tell(Message::Resize(40, 12));
    assert_eq!(drawn(&world)[0], Column::Comment);
    assert!(world.state.columns.chosen()[0].pinned);
    world.keys("cg<down>K");
    assert_eq!(world.state.notice.as_deref(), Some("pinned columns stay left of the others"));
    world.keys("gp<enter>");
    assert_eq!(chosen(&world)[0], Column::Comment, "let go it stays where it is until it is moved");
    assert!(world.state.columns.chosen().iter().all(|one| !one.pinned));
}

#[test]
fn e13_reset_gives_back_the_columns_of_the_beginning() {
    let mut world = world(120, 40);
    world.keys("c<space>jJp<enter>>>w");
    assert_ne!(world.state.columns, Columns::default());
    world.keys("cr<enter>");
    assert_eq!(world.state.columns, Columns::default());
}

#[test]
fn e13_a_column_is_made_narrower_and_wider_within_bounds() {
    let mut world = world(120, 40);
    let before = width(&world, Column::Type);
    world.keys(">");
    assert_eq!(width(&world, Column::Type), before + 2);
    world.keys("<lt><lt>");
    assert_eq!(width(&world, Column::Type), before - 2);
    world.keys(&"<lt>".repeat(60));
    assert_eq!(width(&world, Column::Type), *widths(Column::Type).start());
    assert_eq!(world.state.notice.as_deref(), Some("Type is as narrow as it can be read"));
    world.keys(&">".repeat(90));
    assert_eq!(world.state.notice.as_deref(), Some("there is no room for Type to be wider"));
    assert!(drawn(&world).contains(&Column::Type) && width(&world, Column::Type) > 90);
}

#[test]
fn e13_no_number_is_cut_to_another() {
    let mut world = world(120, 40);
    world.server.jobs.iter_mut().for_each(|job| job.counts.failed = Some(12_345_678));
    world.keys("r");
    world.answer_all();
    world.keys(&format!("lll{}", "<lt>".repeat(20)));
    assert_eq!(world.state.table.column, Column::Ok);
    world.keys(&format!("l{}", "<lt>".repeat(20)));
    let lines = screen(&world);
    assert!(lines.iter().any(|line| line.contains(" 12.3M ")), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.contains("12,345,…")), "{lines:#?}");
    world.keys("w");
    assert!(screen(&world).iter().any(|line| line.contains(" 12,345,678 ")));
}

#[test]
fn e13_wide_mode_shows_whole_cells_and_ends_where_it_began() {
    let mut world = world(200, 30);
    let label = world.server.jobs[59].job_type.unwrap().label().into_owned();
    let comment = "a comment that says rather more than what other columns leave room for";
    world.server.jobs.iter_mut().for_each(|job| job.comment = comment.into());
    world.keys("r");
    world.answer_all();
    let before = world.state.slots().into_owned();
    world.keys("w");
    let lines = screen(&world);
    assert!(lines.iter().any(|line| line.contains(&label)), "{label}: {lines:#?}");
    assert!(lines.iter().any(|line| line.contains("leave room for ")), "{lines:#?}");
    world.keys(">");
    assert!(world.state.notice.as_deref().is_some_and(|told| told.ends_with("w ends it")));
    world.keys("w");
    assert_eq!(world.state.slots(), before);
}

#[test]
fn e13_a_click_in_the_chooser_ticks() {
    let mut world = world(120, 40);
    world.state.mouse = Mouse::Ours;
    world.keys("c");
    let lines = screen(&world);
    let row = lines.iter().position(|line| line.contains("[x] Total")).unwrap();
    let column = lines[row].chars().position(|c| c == '[').unwrap();
    world.tell(Message::Mouse(Click::At(u16::try_from(column).unwrap(), u16::try_from(row).unwrap())));
    assert!(screen(&world)[row].contains("[ ] Total"));
    world.keys("<enter>");
    assert!(!chosen(&world).contains(&Column::Total));
}

#[test]
fn e13_the_chooser_says_which_columns_have_no_room() {
    let mut world = world(80, 24);
    world.keys("c");
    let line = |world: &World| screen(world).into_iter().find(|line| line.contains("[x] Comment")).unwrap();
    assert!(line(&world).contains("no room here"), "{}", line(&world));
    world.keys("Gkkp");
    assert!(!line(&world).contains("no room here") && line(&world).contains("pinned"), "{}", line(&world));
}

#[test]
fn e3_a_saved_view_brings_its_columns_and_one_of_ours_leaves_them() {
    let mut world = world(120, 40);
    world.keys("cg<down><down><space><enter><ctrl-s>mine");
    let effects = world.keys("<enter>");
    let own = chosen(&world);
    assert!(!own.contains(&Column::Started) && matches!(&effects[..], [Effect::Remember(_), ..]));
    world.keys("cr<enter>");
    assert_eq!(world.state.shown_view(), Some(("mine", true)), "it was changed, and that is told");
    world.keys("2");
    assert_eq!(world.state.columns, Columns::default(), "problems says nothing of columns");
    assert_eq!(world.state.shown_view(), Some(("problems", false)));
    world.keys("6");
    assert_eq!(chosen(&world), own);
    for key in ["0", "x", "2"] {
        world.keys(key);
        assert_eq!(chosen(&world), own, "{key} changes filters alone");
    }
}

#[test]
fn e6_columns_widths_pins_and_wide_mode_are_undone_one_by_one() {
    let mut world = world(120, 40);
    let mut steps = vec![world.state.columns.clone()];
    for keys in ["c<space><enter>", "cjp<enter>", "cJ<enter>", ">", "<lt>", "w"] {
        world.keys(keys);
        steps.push(world.state.columns.clone());
    }
    steps.dedup();
    assert_eq!(world.state.history.steps().0, steps.len() - 1);
    let last = steps.len() - 1;
    for before in steps[..last].iter().rev() {
        world.keys("u");
        assert_eq!(&world.state.columns, before);
    }
    for after in &steps[1..] {
        world.keys("U");
        assert_eq!(&world.state.columns, after);
    }
}

#[test]
fn e11_the_copied_command_names_columns_that_were_chosen() {
    let mut world = world(120, 40);
    assert!(!world.state.list_command().unwrap().as_str().contains("--columns"));
    world.keys("w>");
    assert!(!world.state.list_command().unwrap().as_str().contains("--columns"), "widths are the screen's");
    world.keys("wcg<space>jjjjjjjjj<space>j<space>j<space><enter>");
    let command = world.state.list_command().unwrap();
    let expected = "--columns=type,started,dur,ok,failed,skipped,total,id,service,finished";
    assert!(command.as_str().contains(expected), "{}", command.as_str());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]
    /// Whatever is chosen and however wide the terminal is: what is drawn lies in the table, and the cursor on it.
    #[test]
    fn e13_the_cursors_column_is_always_one_that_is_drawn(
        keys in proptest::collection::vec(prop_oneof![
            Just("c"), Just("<space>"), Just("j"), Just("J"), Just("K"), Just("p"), Just("<enter>"), Just("<esc>"), Just(">"),
            Just("<lt>"), Just("w"), Just("l"), Just("h"), Just("u"), Just("G"), Just("r"),
        ], 0..40),
        sizes in proptest::collection::vec((40..=240_u16, 8..40_u16), 1..4),
    ) {
        let mut world = World::of(30);
        let chunk = keys.len() / sizes.len() + 1;
        for (keys, (columns, rows)) in keys.chunks(chunk).zip(sizes) {
            world.tell(Message::Resize(columns, rows));
            for key in keys {
                world.keys(key);
                let Some(table) = world.state.layout().and_then(|layout| layout.table) else { continue };
                let slots = world.state.slots();
                prop_assert!(!slots.is_empty());
                prop_assert!(slots.iter().any(|slot| slot.column == world.state.table.column), "after {key}: {slots:?}");
                prop_assert!(slots.windows(2).all(|two| two[0].x + two[0].width < two[1].x));
                prop_assert!(slots.iter().all(|slot| slot.x + slot.width < table.width));
                screen(&world);
            }
        }
    }
}

#[test]
fn e13_a_column_comes_but_once_and_there_is_always_one() {
    assert_eq!(Columns::of([], true), None);
    let twice = [Column::Id, Column::Id, Column::Type].map(Chosen::new);
    let one = Columns::of(twice, false).unwrap();
    assert_eq!(one.chosen().len(), 2);
}
