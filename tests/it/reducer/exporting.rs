//! E12: what is written is what is shown or marked, in shown order, as it was when it was asked for; a part says that it is one.

use jobtop::{
    model::{Lane, Status},
    sheet::Format,
    state::{Export, Overlay},
    update::Effect,
};

use crate::world::{World, id, monday};

fn ordered(world: &mut World, keys: &str) -> Export {
    let effects = world.keys(keys);
    let order = effects.iter().find_map(|effect| if let Effect::Export(order) = effect { Some(order) } else { None });
    (**order.unwrap_or_else(|| panic!("{keys}: {effects:?}, {:?}", world.state.notice))).clone()
}

fn ids(export: &Export) -> Vec<String> {
    export.jobs.jobs().map(|job| job.id.text().raw().to_owned()).collect()
}

#[test]
fn e12_all_that_is_shown_is_written_in_shown_order_and_a_part_says_so() {
    let mut world = World::of(60);
    let shown = world.shown();
    let export = ordered(&mut world, "W<enter>");
    assert_eq!((export.format, export.path.to_str()), (Format::Csv, Some("jobtop-20261123-140211.csv")));
    assert_eq!(ids(&export), shown);
    assert!(!export.frame.complete && export.frame.total == Some(60));
    assert_eq!(export.told, format!("{} of 60 rows (incomplete)", shown.len()));
    let export = ordered(&mut world, "FW<enter>");
    assert!(export.told.ends_with("of 60 (incomplete)") && export.told.contains("rows from"), "{}", export.told);
    world.keys("FL");
    world.answer_all();
    let export = ordered(&mut world, "W<enter>");
    assert_eq!((export.told.as_str(), export.frame.complete), ("60 rows", true));
}

#[test]
fn e12_marked_jobs_are_written_alone_and_those_that_are_not_loaded_are_counted() {
    let mut world = World::of(60);
    let export = ordered(&mut world, "<space>j<space>W<enter>");
    assert_eq!((ids(&export), export.told.as_str()), (vec![id(60), id(58)], "2 marked rows"));
    world.keys("{");
    world.answer_all();
    let export = ordered(&mut world, "W<enter>");
    assert_eq!(export.told, "0 of 2 marked rows (incomplete: the others are not loaded)");
    assert!(!export.frame.complete);
}

#[test]
fn e12_a_refresh_changes_nothing_of_what_was_asked_for() {
    let mut world = World::of(60);
    let export = ordered(&mut world, "W<enter>");
    let before = ids(&export);
    world.server.begin(Status::Failed, monday());
    world.server.change(3, Status::Failed);
    world.keys("r");
    world.answer(Lane::Refresh);
    assert_ne!(world.shown(), before);
    assert_eq!(ids(&export), before);
}

#[test]
fn e12_the_end_of_the_name_follows_the_format_until_it_is_written_over() {
    let mut world = World::of(60);
    for (format, end) in
        [(Format::Json, "json"), (Format::Ndjson, "ndjson"), (Format::Markdown, "md"), (Format::Html, "html")]
    {
        let mut keys = String::from("W");
        while !matches!(&world.state.overlay, Some(Overlay::Export(form)) if form.path.value().ends_with(&format!(".{end}")))
        {
            world.keys(&keys);
            "<down>".clone_into(&mut keys);
        }
        let export = ordered(&mut world, "<enter>");
        assert_eq!((export.format, export.path.extension().and_then(|end| end.to_str())), (format, Some(end)));
    }
    let export = ordered(&mut world, "W<ctrl-u>jobs.txt<down><enter>");
    assert_eq!((export.format, export.path.to_str()), (Format::Json, Some("jobs.txt")));
    assert_eq!(world.keys("W<ctrl-u><enter>"), []);
    assert_eq!(world.state.notice.as_deref(), Some("a file needs a name"));
}
