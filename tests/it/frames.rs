//! What a frame costs when every text of the page is an attack: as much as any other. Counts hold everywhere; times where the
//! program is built as it is shipped (`cargo run --release --example soak -- frames`).

use std::time::{Duration, Instant};

use jobtop::{
    filter::{Filter, Range},
    view::{self, Theme},
};
use ratatui::{buffer::Buffer, layout::Rect};
use serde_json::{Value, json};

use crate::stage::Stage;

const COLUMNS: u16 = 200;
const ROWS: u16 = 60;
/// Bytes of all that stands on the screen: five for each cell, where a plain one takes one.
const BYTES: usize = 64 << 10;
/// A base with four marks, each of up to four bytes, or an emoji of some parts.
const CELL: usize = 64;

/// So many characters of each kind of attack.
fn attacks(length: usize) -> Vec<String> {
    let marks = "a".to_owned() + &"\u{301}".repeat(length - 1);
    let repeated = |part: &str| part.chars().cycle().take(length).collect::<String>();
    vec![
        marks,
        repeated("x\u{202e}y\u{2066}"),
        repeated("\u{1b}[2J\u{1b}]52;c;eA==\u{7}\u{9b}1m"),
        repeated("line\r\n"),
        repeated("\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}"),
        repeated("漢字\u{200b}\u{feff}"),
    ]
}

/// A page of which every text is hostile; six comments have a million characters.
fn page() -> Vec<Value> {
    let job = |number: usize, text: &str, comment: &str| {
        let id: String = format!("{number}-{text}").chars().take(2_000).collect();
        let short: String = text.chars().take(2_000).collect();
        json!({
            "jobId": id, "jobType": short, "status": short, "startTime": short, "finishTime": short, "duration": short,
            "successfulCount": short, "failedCount": short, "skippedCount": short, "totalCount": short,
            "comments": comment, "more": short,
        })
    };
    let long = attacks(1_000_000);
    let short = attacks(4_000);
    let first = long.iter().enumerate().map(|(number, text)| job(number, text, text));
    let rest = (6..60).map(|number| job(number, &short[number % 6], &short[(number + 1) % 6]));
    first.chain(rest).collect()
}

/// What 100 frames of a hostile page took.
pub struct Frames {
    pub middle: Duration,
    /// 99 of 100 are quicker.
    pub slow: Duration,
    pub most_bytes: usize,
}

impl Frames {
    /// Slower than this is felt.
    pub const SLOW: Duration = Duration::from_millis(50);

    pub fn told(&self) -> String {
        let Self { middle, slow, most_bytes } = self;
        format!("100 frames: half within {middle:?}, 99 within {slow:?}, {most_bytes} bytes at most")
    }
}

#[tokio::test]
async fn a_hostile_page_costs_no_more_than_a_frame_does() {
    let frames = paint().await;
    println!("{}", frames.told());
    assert!(cfg!(debug_assertions) || frames.slow < Frames::SLOW, "{}", frames.told());
}

/// Paints them, each of which keeps to its bytes.
pub async fn paint() -> Frames {
    let filter = Filter { range: Range::All, ..Filter::default() };
    let mut stage = Stage::with_jobs(page(), filter, 100).await;
    stage.open(COLUMNS, ROWS).await;
    assert_eq!(stage.state.store.len(), 60, "{:?}", stage.state.pager.trouble());
    let theme = Theme::default();
    let mut times: Vec<Duration> = Vec::new();
    let mut most = 0;
    // The table, each job's detail and its fields, deep down in them, and all of it again for what was found.
    for keys in ["", "<enter>", "l", "l", "JJJJ", "z", "z<esc>", "/x", "<enter>", "!"] {
        stage.keys(keys).await;
        for _ in 0..10 {
            let mut buffer = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
            let begun = Instant::now();
            view::paint(&stage.state, &theme, &mut buffer);
            times.push(begun.elapsed());
            let bytes: usize = buffer.content.iter().map(|cell| cell.symbol().len()).sum();
            let widest = buffer.content.iter().map(|cell| cell.symbol().len()).max().unwrap();
            most = most.max(bytes);
            assert!(bytes < BYTES && widest <= CELL, "{keys:?}: {bytes} bytes, {widest} in one cell");
            stage.keys(if keys == "/x" || keys == "!" { "" } else { "j" }).await;
        }
    }
    times.sort();
    Frames { middle: times[times.len() / 2], slow: times[times.len() * 99 / 100], most_bytes: most }
}
