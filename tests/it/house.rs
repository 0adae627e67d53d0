//! The house rules that a compiler does not know: who may import whom, where clocks are read, what no file contains.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Which rooms a room may import. `text` and `policy` are everyone's but the demo's, which stands for somebody else's server.
const IMPORTS: &[(&str, &[&str])] = &[
    ("catalogue", &[]),
    ("clock", &[]),
    ("text", &[]),
    ("policy", &[]),
    ("keymap", &[]),
    ("demo", &[]),
    ("model", &["catalogue"]),
    ("format", &["model"]),
    ("filter", &["catalogue", "model"]),
    ("pager", &["model"]),
    ("store", &["filter", "model"]),
    ("insight", &["model", "store"]),
    ("layout", &["store"]),
    ("state", &["catalogue", "filter", "format", "insight", "keymap", "layout", "model", "pager", "sheet", "store"]),
    ("sheet", &["format", "model", "store"]),
    ("document", &["filter", "format", "insight", "keymap", "layout", "model", "pager", "state", "store"]),
    (
        "update",
        &["document", "filter", "format", "insight", "keymap", "layout", "model", "pager", "sheet", "state", "store"],
    ),
    ("view", &["document", "filter", "format", "insight", "keymap", "layout", "model", "pager", "state", "store"]),
    ("api", &["catalogue", "clock", "journal", "model"]),
    ("cli", &["catalogue", "demo", "insight", "model", "report", "store"]),
    (
        "config",
        &[
            "api",
            "catalogue",
            "cli",
            "clock",
            "demo",
            "disk",
            "filter",
            "journal",
            "keymap",
            "model",
            "state",
            "store",
            "view",
        ],
    ),
    ("disk", &["clock"]),
    ("journal", &["clock"]),
    ("memory", &["cli", "disk", "filter", "layout", "model", "state", "store"]),
    ("emulate", &["cli", "clock", "config", "demo"]),
    ("report", &["api", "clock", "disk", "filter", "format", "insight", "model", "pager", "sheet", "store"]),
    ("doctor", &["api", "catalogue", "clock", "config", "format", "model"]),
    ("login", &["api", "catalogue", "cli", "clock", "config", "doctor", "model"]),
    ("runtime", &["*"]),
    ("main", &["*"]),
    ("lib", &["*"]),
];
const FOR_ALL: [&str; 2] = ["text", "policy"];
/// Rooms that are pure: they learn the time from messages and never reach out.
const CORE: [&str; 12] = [
    "model", "store", "pager", "filter", "insight", "state", "update", "view", "document", "format", "layout", "keymap",
];
const OUTSIDE: [&str; 5] = ["disk", "clock", "api", "runtime", "demo"];
/// Rooms that print, since that is their task.
const PRINTERS: [&str; 2] = ["main", "cli"];
/// Rooms that compare, search or send foreign text, or write it for machines; all others show it, through `text`.
const RAW: [&str; 7] = ["text", "store", "filter", "pager", "api", "report", "sheet"];
/// Rooms whose strings are read by users.
const TOLD: [&str; 11] =
    ["memory", "sheet", "view", "document", "format", "cli", "config", "doctor", "emulate", "login", "report"];
/// A longer file is two.
const LINES: usize = 400;

/// A source file without its tests.
struct Source {
    path: PathBuf,
    room: String,
    text: String,
    /// The lines of code, numbered from 1, without comments, tests and what stands in quotes.
    code: Vec<(usize, String)>,
    /// The same with what stands in quotes.
    quoted: Vec<(usize, String)>,
}

fn sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    assert!(files.len() > 40, "the sources are not where they should be");
    let is_test = |path: &Path| path.iter().any(|part| part == "tests.rs" || part == "tests");
    files.iter().filter(|path| !is_test(path.strip_prefix(&src).unwrap())).map(|path| source(&src, path)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn source(src: &Path, path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap();
    let inside = path.strip_prefix(src).unwrap();
    let room = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
    // Tests stand at a file's end.
    let end = text.find("\n#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let lines = || text[..end].lines().enumerate().map(|(at, line)| (at + 1, without_comment(line)));
    let code = lines().map(|(at, line)| (at, without_quotes(line))).collect();
    let quoted = lines().map(|(at, line)| (at, line.to_owned())).collect();
    Source { path: inside.to_owned(), room, code, quoted, text }
}

fn without_comment(line: &str) -> &str {
    let is_comment = line.trim_start().starts_with("//");
    let end = if is_comment { 0 } else { line.find(" // ").unwrap_or(line.len()) };
    &line[..end]
}

fn without_quotes(line: &str) -> String {
    line.split('"').step_by(2).collect::<Vec<_>>().join("\"\"")
}

/// Every line of code in which one of the words stands and that `wrong` finds wrong.
fn lines_with(words: &[&str], is_wrong: impl Fn(&Source) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| is_wrong(source)) {
        for (at, line) in &source.code {
            let word = words.iter().find(|word| line.contains(*word));
            found.extend(word.map(|word| format!("src/{}:{at}: {word}", source.path.display())));
        }
    }
    found
}

fn none(found: &[String], rule: &str) {
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

/// The rooms that a file names: `crate::room`, and the first names in `use crate::{…}`.
fn imports(source: &Source) -> BTreeSet<String> {
    let code: String = source.code.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n");
    let mut rooms = BTreeSet::new();
    for tail in code.split("crate::").skip(1) {
        match tail.strip_prefix('{') {
            Some(list) => rooms.extend(first_names(list)),
            None => rooms.extend(first_names(tail).into_iter().take(1)),
        }
    }
    rooms
}

/// The names of a `use` list that are not within an inner list.
fn first_names(list: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let (mut depth, mut is_first) = (0, true);
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ';' => break,
            ',' if depth == 0 => {
                names.push(String::new());
                is_first = true;
            }
            c if depth == 0 && is_first && (c.is_alphanumeric() || c == '_') => {
                names.last_mut().unwrap().push(c);
            }
            c if depth == 0 && !c.is_whitespace() => is_first = false,
            _ => {}
        }
    }
    names.into_iter().filter(|name| !name.is_empty()).collect()
}

#[test]
fn imports_run_downhill() {
    let allowed: BTreeMap<&str, &[&str]> = IMPORTS.iter().copied().collect();
    let mut wrong = Vec::new();
    for source in sources() {
        let room = source.room.as_str();
        let may = allowed.get(room).unwrap_or_else(|| panic!("{room} is a new room: say here what it may import"));
        let rooms: BTreeSet<&str> = allowed.keys().copied().collect();
        for import in imports(&source).iter().map(String::as_str).filter(|import| rooms.contains(import)) {
            let for_all = FOR_ALL.contains(&import) && room != "demo";
            let fine = import == room || may.contains(&import) || may.contains(&"*") || for_all;
            if !fine {
                wrong.push(format!("src/{}: {room} imports {import}", source.path.display()));
            }
        }
    }
    none(&wrong, "an import goes uphill; change the map, or the code");
}

#[test]
fn the_core_never_reaches_out() {
    for (room, may) in IMPORTS.iter().filter(|(room, _)| CORE.contains(room)) {
        assert!(OUTSIDE.iter().all(|outside| !may.contains(outside)), "{room} may not be allowed to reach out");
    }
    let words = ["tokio", "reqwest", "std::fs", "std::env", "std::net", "std::process", "axum", "serde"];
    none(&lines_with(&words, |source| CORE.contains(&source.room.as_str())), "the core reaches out");
}

#[test]
fn clocks_are_read_and_waited_for_in_one_room() {
    let words = ["Utc::now", "Local::now", "Instant::now", "SystemTime::now", "time::sleep", "thread::sleep"];
    none(&lines_with(&words, |source| source.room != "clock"), "a clock is read outside of src/clock.rs");
}

#[test]
fn nothing_panics_in_passing_or_prints() {
    let words = [".unwrap()", "todo!", "unimplemented!", "dbg!", "panic!("];
    none(&lines_with(&words, |_| true), "not in src");
    let words = ["println!", "eprintln!", "print!", "eprint!"];
    none(&lines_with(&words, |source| !PRINTERS.contains(&source.room.as_str())), "only the command line prints");
}

#[test]
fn no_lock_is_shared() {
    let is_token_slot =
        |source: &Source| source.path == Path::new("api/auth.rs") || source.path == Path::new("api/client.rs");
    let words = ["Mutex", "RwLock", "RefCell", "static mut", "unsafe "];
    none(&lines_with(&words, |source| !is_token_slot(source) && source.room != "demo"), "state has one owner");
}

#[test]
fn foreign_text_is_raw_only_where_it_is_compared_searched_or_sent() {
    let is_shown = |source: &Source| !RAW.contains(&source.room.as_str());
    none(&lines_with(&[".raw()"], is_shown), "foreign text goes through `line` or `lines`");
}

#[test]
fn no_debug_form_reaches_a_user() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| TOLD.contains(&source.room.as_str())) {
        let debug = |line: &str| line.contains("{:?}") || line.contains("{:#?}") || line.contains(":?}");
        let lines = source.quoted.iter().filter(|(_, line)| debug(line));
        found.extend(lines.map(|(at, _)| format!("src/{}:{at}", source.path.display())));
    }
    none(&found, "a `{:?}` is shown to users");
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    for source in sources() {
        let path = source.path.display();
        assert!(source.text.starts_with("//!"), "src/{path} does not open with what it owns");
        let lines = source.text.lines().count();
        assert!(lines <= LINES, "src/{path} has {lines} lines; it is asking to be two");
        assert!(!source.path.ends_with("mod.rs"), "src/{path}: write room.rs beside room/");
    }
}

#[test]
fn the_rules_see_what_they_forbid() {
    let code = "use crate::{\n    a::{b, c},\n    d, e::f,\n};\nfn g() { crate::h::i(); super::j(); }";
    let code = code.lines().enumerate().map(|(at, line)| (at, line.to_owned())).collect::<Vec<_>>();
    let source = Source { path: PathBuf::new(), room: String::new(), text: String::new(), quoted: code.clone(), code };
    assert_eq!(imports(&source).into_iter().collect::<Vec<_>>(), ["a", "d", "e", "h"]);
    assert_eq!(without_quotes(without_comment("let a = \"dbg! x\"; // todo!")), "let a = \"\";");
}
