//! A key, from the message to the bytes for the terminal: the cost of the screen, however much is loaded.

use std::{
    cell::Cell,
    io::{self, Write},
    rc::Rc,
};

use jobtop::{
    filter::{Filter, Range},
    keymap::{self, Key},
    runtime::quiet::Quiet,
    state::{Live, Start, State, Tenant},
    store::Store,
    update::{Message, update},
    view::{self, Canvas, Theme},
};
use stats_alloc::Region;

use crate::{ALLOCATOR, COUNTING, JOBS, PAGE, pages, tenant};

const SIZE: (u16, u16) = (120, 40);
/// Presses that are counted together.
const PRESSES: usize = 20;
/// Allocations of a key and its frame where the cursor moves in the page: no row is put into words.
const ALLOCATIONS_IN_PAGE: usize = 20;
/// The same when the list scrolls: one row is.
const ALLOCATIONS_SCROLLING: usize = 40;
/// Of another page: all rows are.
const ALLOCATIONS_OF_A_PAGE: usize = 130;
/// Bytes that `j` may write while the cursor moves in the page: the text of two rows and little more.
const BYTES_IN_PAGE: usize = 320;
/// The same when the list scrolls: the text of one row, and what differs between two.
const BYTES_SCROLLING: usize = 300;
/// Bytes of another page.
const BYTES_OF_A_PAGE: usize = 3_700;

/// What was counted over some presses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cost {
    allocations: usize,
    written: usize,
}

/// Counts what is written.
#[derive(Clone, Default)]
struct Counter(Rc<Cell<usize>>);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.set(self.0.get() + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn session(store: Store) -> State {
    let filter = Filter { range: Range::All, ..Filter::default() };
    let (tenant, live) = (Tenant::default(), Live { on: false, ..Live::default() });
    let zone = chrono_tz::Europe::Berlin;
    let start = Start { now: tenant::monday(), tenant, zone, filter, page_size: None, live, seed: 1 };
    let mut state = State::new(start);
    state.store = store;
    update(&mut state, Message::Resize(SIZE.0, SIZE.1));
    state
}

/// The cost of pressing keys after others.
fn cost(store: &Store, before: &str, keys: &str) -> Cost {
    let mut state = session(store.clone());
    let counter = Counter::default();
    let (mut screen, mut canvas) = (Quiet::new(counter.clone(), "xterm-256color"), Canvas::default());
    let mut press = |keys: &[Key]| {
        for key in keys {
            update(&mut state, Message::Key(*key));
            screen.draw(SIZE, |buffer| view::repaint(&state, &Theme::default(), &mut canvas, buffer)).unwrap();
        }
    };
    press(&keymap::script(before).unwrap());
    let keys = keymap::script(keys).unwrap();
    let (region, written) = (Region::new(ALLOCATOR), counter.0.get());
    press(&keys);
    Cost { allocations: region.change().allocations, written: counter.0.get() - written }
}

#[test]
fn a_key_and_its_frame_cost_the_screen_and_not_the_list() {
    let _counting = COUNTING.lock();
    let (mut few, mut many) = (Store::default(), Store::default());
    few.upsert(pages()[0].clone(), tenant::monday());
    for page in pages() {
        many.upsert(page.clone(), tenant::monday());
    }
    assert_eq!((few.len(), many.len()), (PAGE, JOBS));
    // To the last row of the page first: from there on the list scrolls.
    let (edge, tens) = ("j".repeat(40), |key: &str| key.repeat(PRESSES));
    for (name, before, key, most, most_allocations) in [
        ("j in the page", "j", "j", BYTES_IN_PAGE, ALLOCATIONS_IN_PAGE),
        ("j that scrolls", &edge, "j", BYTES_SCROLLING, ALLOCATIONS_SCROLLING),
        ("a page down", "j", "<pgdn>", BYTES_OF_A_PAGE, ALLOCATIONS_OF_A_PAGE),
    ] {
        let [one, other] = [&few, &many].map(|store| cost(store, before, &tens(key)));
        let (allocations, written) = (other.allocations / PRESSES, other.written / PRESSES);
        println!("{name}: {allocations} allocations, {written} bytes");
        // Fewer bytes are no fault: the ticks on a short list's scrollbar are more uneven, and have to be put back when it scrolls.
        let grows = |one: usize, other: usize| other * 10 > one * 11;
        assert!(!grows(one.allocations, other.allocations), "{name}: {one:?} at {PAGE} jobs, {other:?} at {JOBS}");
        assert!(!grows(one.written, other.written), "{name}: {one:?} at {PAGE} jobs, {other:?} at {JOBS}");
        assert!(allocations <= most_allocations, "{name}: {allocations} allocations, {most_allocations} at most");
        assert!(written > 0 && written <= most, "{name}: {written} bytes, {most} at most");
    }
}
