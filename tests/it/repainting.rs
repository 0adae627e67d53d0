//! A frame paints only the rows that differ from the last one, and nobody can see that: after any keys, sizes and themes the
//! screen is the one that is painted whole.

use chrono::TimeDelta;
use jobtop::{
    filter::Filter,
    keymap,
    model::Reading,
    state::State,
    update::{Message, update},
    view::{self, Canvas, Colors, Theme, ThemeName},
};
use proptest::prelude::*;
use ratatui::{buffer::Buffer, layout::Rect};

use crate::stage::{Stage, monday};

/// Keys that change what is shown, and some that end what others began.
const KEYS: &[&str] = &[
    "j",
    "k",
    "j",
    "j",
    "G",
    "g",
    "<pgdn>",
    "<pgup>",
    "l",
    "h",
    "s",
    "s",
    "F",
    "2",
    "0",
    "u",
    "U",
    "=",
    "-",
    "<space>",
    "v",
    "V",
    "e",
    "E",
    "<enter>",
    "<enter>",
    "<tab>",
    "f",
    "p",
    "P",
    "z",
    "w",
    "c",
    "S",
    "?",
    ":",
    "!",
    "/",
    "x",
    "vm",
    "d",
    "Y",
    "W",
    "@",
    "M",
    "m",
    "L",
    "r",
    "<esc>",
    "<esc>",
    "<esc>",
    "q",
    "<left>",
    "<right>",
    "<del>",
    "n",
    "N",
    "/vm<enter>",
    "P",
];
const SIZES: [(u16, u16); 4] = [(120, 40), (80, 24), (50, 15), (30, 5)];

#[derive(Debug, Clone)]
enum Step {
    Press(&'static str),
    Resize((u16, u16)),
    Look(usize, bool),
    /// Hours pass, and with them days.
    Later(i64),
    /// A refresh brings a job that is shown with one failed object more, or nothing new.
    Refresh(Option<usize>),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        30 => prop::sample::select(KEYS).prop_map(Step::Press),
        1 => prop::sample::select(&SIZES[..]).prop_map(Step::Resize),
        1 => (0..ThemeName::ALL.len(), any::<bool>()).prop_map(|(name, ascii)| Step::Look(name, ascii)),
        1 => (1_i64..30).prop_map(Step::Later),
        3 => prop::option::of(0_usize..40).prop_map(Step::Refresh),
    ]
}

fn pass(state: &mut State, time: TimeDelta) {
    let wall = state.now + time;
    update(state, Message::Tick(Reading { wall, steady: (wall - monday()).to_std().unwrap() }));
}

fn refresh(state: &mut State, place: Option<usize>) {
    let row = place.and_then(|place| state.store.shown().get(state.table.top + place));
    let changed = row.map(|row| {
        let mut job = state.store.job(row);
        job.counts.failed = job.counts.failed.map(|failed| failed + 1);
        job
    });
    let at = state.store.as_of() + TimeDelta::seconds(if changed.is_some() { 0 } else { 61 });
    state.store.upsert(changed.into_iter().collect(), at);
    pass(state, TimeDelta::seconds(1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn rows_painted_one_by_one_are_the_screen_painted_whole(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut stage = Stage::new(300, Filter::default()).await;
            stage.open(120, 40).await;
            let (mut theme, mut canvas, mut buffer) = (Theme::default(), Canvas::default(), Buffer::default());
            for step in steps {
                match step {
                    Step::Press(keys) => drop(stage.keys(keys).await),
                    Step::Resize((columns, rows)) => drop(update(&mut stage.state, Message::Resize(columns, rows))),
                    Step::Later(hours) => pass(&mut stage.state, TimeDelta::hours(hours)),
                    Step::Refresh(place) => refresh(&mut stage.state, place),
                    Step::Look(name, ascii) => theme = Theme::of(ThemeName::ALL[name], Colors::All, ascii),
                }
                let (columns, rows) = stage.state.size;
                let area = Rect::new(0, 0, columns, rows);
                if buffer.area != area {
                    buffer = Buffer::empty(area);
                }
                let before = buffer.clone();
                let (_, touched) = view::repaint(&stage.state, &theme, &mut canvas, &mut buffer);
                let mut whole = Buffer::empty(area);
                view::paint(&stage.state, &theme, &mut whole);
                prop_assert_eq!(&buffer, &whole);
                let width = usize::from(area.width).max(1);
                for (y, (now, then)) in buffer.content.chunks(width).zip(before.content.chunks(width)).enumerate() {
                    prop_assert!(now == then || touched.contains(&y), "row {y} was touched and not told");
                }
            }
            Ok(())
        })?;
    }
}

/// What it is for: a cursor that moves touches its two rows and the line that tells its place.
#[tokio::test]
async fn a_cursor_that_moves_touches_few_rows() {
    let mut stage = Stage::new(300, Filter::default()).await;
    stage.open(120, 40).await;
    let (mut canvas, mut buffer) = (Canvas::default(), Buffer::empty(Rect::new(0, 0, 120, 40)));
    let mut touched = |stage: &Stage| view::repaint(&stage.state, &Theme::default(), &mut canvas, &mut buffer).1.len();
    assert_eq!(touched(&stage), 40);
    assert_eq!(touched(&stage), 0);
    for _ in 0..10 {
        update(&mut stage.state, Message::Key(keymap::script("j").unwrap()[0]));
        assert!((2..=3).contains(&touched(&stage)));
    }
}
