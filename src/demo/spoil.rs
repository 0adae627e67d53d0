//! Pages with something wrong in them: links in other forms, odd and hostile rows. Text in, text out.
//! It must never know HTTP, nor lose a row that was not to be lost.

use serde_json::{Map, Value, json};

use super::dice::hash;
use super::fault::Fault;
use super::pages::{Link, Page};

/// What a page's text has to know of the request it answers.
pub(super) struct Asked<'a> {
    /// This server, without a slash at the end.
    pub(super) base: &'a str,
    /// The other one.
    pub(super) elsewhere: &'a str,
    /// Rows of a page.
    pub(super) size: usize,
    /// How many empty pages are still to come, and the token of the page after them, encoded.
    pub(super) empty: Option<(usize, String)>,
}

/// Empty pages before every other.
const EMPTY: usize = 2;
/// The letters that a token gets which leads to an empty page.
const EMPTY_MARK: char = 'E';

/// Takes a skip token apart that leads to an empty page: how many are still to come after it, and the token behind them.
pub(super) fn empty_page(token: &str) -> Option<(usize, &str)> {
    let (left, token) = token.strip_prefix(EMPTY_MARK)?.split_once('-')?;
    Some((left.parse().ok().filter(|left| *left < EMPTY)?, token))
}

/// Spoils a page.
pub(super) fn spoil(mut page: Page, faults: &[Fault], asked: Asked<'_>) -> String {
    let has = |fault| faults.contains(&fault);
    let follow = |left: usize, token: &str| format!("{EMPTY_MARK}{left}-{token}");
    match (asked.empty, &page.link) {
        (Some((0, token)), _) => (page.jobs, page.link) = (String::new(), Link::To(token)),
        (Some((left, token)), _) => (page.jobs, page.link) = (String::new(), Link::To(follow(left - 1, &token))),
        (None, Link::To(token)) if has(Fault::EmptyPages) => page.link = Link::To(follow(EMPTY - 1, token)),
        _ => {}
    }
    if let Link::To(token) = &page.link {
        let path = format!("/backup/vm/jobs?pageSize={}&skiptoken={token}", asked.size);
        if has(Fault::RelativeLink) {
            page.link = Link::To(path);
        } else if has(Fault::AbsoluteLink) {
            page.link = Link::To(format!("{}{path}", asked.base));
        } else if has(Fault::ForeignLink) {
            page.link = Link::To(format!("{}{path}", asked.elsewhere));
        }
    }
    if has(Fault::LowercaseLink) {
        page.link_name = "nextlink";
    }
    if has(Fault::MovingRows) {
        let read: Vec<Value> = serde_json::from_str(&format!("[{}]", page.jobs)).unwrap_or_default();
        page.jobs = read.iter().rev().map(Value::to_string).collect::<Vec<_>>().join(",");
    }
    if has(Fault::UnknownValues) {
        rows(&mut page, |_, hash, row| unknown(hash, row));
    }
    if has(Fault::HostileText) {
        rows(&mut page, hostile);
    }
    if has(Fault::OddRows) {
        rows(&mut page, |_, hash, row| odd(hash, row));
        return format!("\u{feff}{}", page.text());
    }
    page.text()
}

/// Changes every row by its place on the page and by a number that depends on its id alone.
fn rows(page: &mut Page, change: impl Fn(usize, u64, &mut Map<String, Value>)) {
    let read: Result<Vec<Map<String, Value>>, _> = serde_json::from_str(&format!("[{}]", page.jobs));
    // What is served is JSON, but for what a test gave to be served; that has its own oddities.
    let Ok(mut rows) = read else { return };
    for (at, row) in rows.iter_mut().enumerate() {
        let id = row.get("jobId").and_then(Value::as_str).unwrap_or_default();
        change(at, hash(0, id.as_bytes()), row);
    }
    page.jobs = rows.into_iter().map(|row| Value::Object(row).to_string()).collect::<Vec<_>>().join(",");
}

fn unknown(hash: u64, row: &mut Map<String, Value>) {
    let mut set = |name: &str, value: i64| drop(row.insert(name.to_owned(), value.into()));
    match hash % 6 {
        0 => set("jobType", 99_901),
        1 => set("status", 128),
        2 => {
            set("jobType", 2_147_483_648);
            set("status", 3);
        }
        3 => set("status", -7),
        _ => {}
    }
}

fn odd(hash: u64, row: &mut Map<String, Value>) {
    match hash % 6 {
        0 => {
            for name in ["failedCount", "successfulCount", "skippedCount", "totalCount", "jobType", "status"] {
                if let Some(value) = row.get_mut(name).filter(|value| value.is_number()) {
                    *value = value.to_string().into();
                }
            }
        }
        1 => {
            row.insert("finishTime".to_owned(), "0001-01-01T00:00:00Z".into());
            row.insert("duration".to_owned(), Value::Null);
        }
        2 => {
            for name in ["startTime", "finishTime", "duration", "skippedCount"] {
                row.insert(name.to_owned(), Value::Null);
            }
        }
        3 => {
            row.remove("comments");
            row.insert("finishTime".to_owned(), "".into());
            row.insert("tenant".to_owned(), json!({ "new": ["field", 1.5, null] }));
        }
        4 => {
            *row = std::mem::take(row).into_iter().map(|(name, value)| (pascal(&name), value)).collect();
        }
        _ => {}
    }
}

fn pascal(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// What texts hold that want to be more than texts.
pub(super) const HOSTILE: [&str; 20] = [
    "\u{1b}[2J\u{1b}[1;1Hall jobs finished",
    "\u{1b}]0;a new title\u{7}",
    "\u{1b}]52;c;cm0gLXJmIC8K\u{7}",
    "\u{1b}]8;;http://evil.example\u{7}click\u{1b}]8;;\u{7}",
    "\u{9b}31mred\u{9b}0m",
    "\u{9d}0;another title\u{9c}",
    "\u{1b}P$q\"p\u{1b}\\",
    "\u{1b}[6n\u{1b}[c\u{5}",
    "\u{1b}[?1049l\u{1b}[?2004l\u{1b}c",
    "fa\u{202e}deli\u{202c}",
    "\u{2066}isolated\u{2069}\u{200f}",
    "zero\u{200b}width\u{feff}\u{ad}\u{2060}",
    "tags \u{e0041}\u{e0042}\u{e007f}",
    "line\r\nbreak\rback\u{8}\u{8}\tstop\u{b}\u{c}",
    "nul\u{0} del\u{7f} \u{85}next",
    "\u{2028}line\u{2029}paragraph",
    "\u{fffe}\u{fdd0}none\u{10ffff}",
    "\u{115f}\u{3164}\u{ffa0}fill\u{34f}",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "\u{fe0f}\u{200d}x\u{fe00}\u{180b}y\u{fff9}",
];

/// Letters of the longest comment.
const LONG: usize = 1_000_000;

fn hostile(at: usize, hash: u64, row: &mut Map<String, Value>) {
    let [one, other] =
        [hash, hash >> 32].map(|number| usize::try_from(number).unwrap_or(0)).map(|at| HOSTILE[at % HOSTILE.len()]);
    let comment = match at {
        5 => "x".repeat(LONG),
        6 => format!("a{}", "\u{301}".repeat(LONG / 2)),
        7 => "\n".repeat(LONG),
        _ => format!("{one} {other}"),
    };
    row.insert("comments".to_owned(), comment.into());
    if hash.is_multiple_of(3)
        && let Some(Value::String(id)) = row.get_mut("jobId")
    {
        id.push_str(other);
    }
}
