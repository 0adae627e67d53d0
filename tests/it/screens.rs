//! Every screen and every failure as text and as a grid of styles, so that a lost red or a moved highlight is seen too.

use std::{collections::BTreeMap, fmt::Write as _};

use jobtop::{
    filter::Filter,
    keymap,
    model::ErrorKind,
    update::{Message, update},
    view::{Colors, Theme, ThemeName},
};
use ratatui::{buffer::Buffer, style::Style};
use serde_json::json;

use crate::stage::{Stage, monday};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (50, 15)];

/// A screen as text, then each cell's style as a letter, then what the letters mean.
fn shown(buffer: &Buffer) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let mut letters: BTreeMap<String, char> = BTreeMap::new();
    let (mut text, mut grid) = (String::new(), String::new());
    for y in 0..rows {
        let mut styles = String::new();
        for x in 0..columns {
            let cell = &buffer[(x, y)];
            text.push_str(cell.symbol());
            let style = Style { fg: Some(cell.fg), bg: Some(cell.bg), add_modifier: cell.modifier, ..Style::default() };
            let plain = style
                == Style {
                    fg: Some(ratatui::style::Color::Reset),
                    bg: Some(ratatui::style::Color::Reset),
                    ..Style::default()
                };
            let next = char::from(b'a' + u8::try_from(letters.len()).unwrap());
            let blank =
                plain || cell.symbol() == " " && cell.bg == ratatui::style::Color::Reset && cell.modifier.is_empty();
            let name = format!("{:?} on {:?} {:?}", cell.fg, cell.bg, cell.modifier);
            styles.push(if blank { '.' } else { *letters.entry(name).or_insert(next) });
        }
        while text.ends_with(' ') {
            text.pop();
        }
        text.push('\n');
        let _ = writeln!(grid, "{}", styles.trim_end_matches('.'));
    }
    let mut legend: Vec<_> = letters.into_iter().collect();
    legend.sort_by_key(|(_, letter)| *letter);
    let legend = legend.into_iter().fold(String::new(), |out, (name, letter)| out + &format!("{letter} {name}\n"));
    format!("{text}\n{grid}\n{legend}")
}

async fn snap(name: &str, keys: &str) {
    for (columns, rows) in SIZES {
        let mut stage = Stage::new(2_000, Filter::default()).await;
        stage.open(columns, rows).await.keys(keys).await;
        insta::assert_snapshot!(format!("{name}-{columns}x{rows}"), shown(&stage.draw(Theme::default())));
    }
}

macro_rules! screens {
    ($($name:ident: $keys:literal,)*) => {
        $(#[tokio::test]
        async fn $name() {
            snap(stringify!($name), $keys).await;
        })*
    };
}

screens! {
    start: "",
    everything_loaded: "L",
    problems_only: "LF",
    a_failed_job: "LFjjjjj<enter>",
    the_runs_of_its_type: "LFjjjjj<enter><enter>l",
    its_fields: "LFjjjjj<enter><enter>ll",
    the_detail_at_the_other_side: "LFjjjjjP",
    the_panel_above_the_detail: "LjPf",
    a_text_is_found: "LFjjjjj<enter><enter>/skip<enter>n",
    a_text_is_looked_for: "!/page",
    the_themes: ":theme<enter><down>",
    the_filter_panel: "Lfjjjjjjj<space>",
    a_choice_of_types: "fjj<enter>sql<down><space>",
    the_range_picker: "d",
    a_range_that_is_none: "dsometime<enter>",
    the_summary_in_focus: "L<tab>l",
    drilled_into_the_failed: "L<tab><enter>",
    filtering_while_typing: "L/exception",
    sorted_by_failed: "Lllllss",
    a_view_by_its_name: "2",
    a_view_that_was_changed: "2s",
    a_view_is_saved: "LF<ctrl-s>my night",
    the_sort_picker: "LS<down><down><down><down><space><space>",
    the_columns: "Lc<down><space><down><down>pGk<space>",
    chosen_columns: "Lcjjj<space>Gkkpk<space><enter>",
    wide_columns: "Lw",
    sorted_by_two: "LSfail<space><space><ctrl-u>start<space><enter>",
    only_one_day: "LFjjjl=",
    the_keys: "?",
    the_keys_narrowed: "?detail",
    the_palette: "L:",
    the_palette_narrowed: ":tenant",
    marked: "LFj<space>jvjj",
    what_can_be_copied: "LjY",
    a_file_is_written: "F<space><space>W<down>",
    nothing_matches: "L/nothing is called so<tab>",
    utc: "t",
}

#[tokio::test]
async fn without_colours_nothing_is_lost() {
    let mut stage = Stage::new(2_000, Filter::default()).await;
    stage.open(80, 24).await.keys("LFj").await;
    insta::assert_snapshot!("without_colours-80x24", shown(&stage.draw(Theme::new(Colors::None))));
}

#[tokio::test]
async fn e20_every_theme_in_every_depth_of_colour() {
    let mut stage = Stage::new(2_000, Filter::default()).await;
    stage.open(80, 24).await.keys("LFjp").await;
    let others = |name: &ThemeName| !matches!(name, ThemeName::Terminal | ThemeName::Auto);
    for name in ThemeName::ALL.into_iter().filter(others) {
        for (depth, colors) in [("16", Colors::Sixteen), ("256", Colors::Many), ("all", Colors::All)] {
            let shown = shown(&stage.draw(Theme::of(name, colors, false)));
            insta::assert_snapshot!(format!("theme-{}-{depth}", name.name()), shown);
        }
    }
    // Without colours every theme is the same but for what is faint.
    let bare = |name| stage.draw(Theme::of(name, Colors::None, false));
    assert_eq!(bare(ThemeName::Dark), bare(ThemeName::Terminal));
    assert_ne!(bare(ThemeName::HighContrast), bare(ThemeName::Terminal), "high contrast has nothing faint");
}

/// The cells of the last row that are underlined.
fn underlined(buffer: &Buffer) -> String {
    let cells = buffer.content.iter().filter(|cell| cell.modifier.contains(ratatui::style::Modifier::UNDERLINED));
    cells.map(ratatui::buffer::Cell::symbol).collect()
}

#[tokio::test]
async fn e2_the_term_that_cannot_be_read_is_underlined_in_the_live_filter_and_in_the_panel() {
    for (keys, term) in [
        ("/failed", ""),
        ("/failed>0 staus:failed !retention", "staus:failed"),
        ("/naïve ! x", "!"),
        ("fjjjj<enter>  failed>x<enter>", "failed>x"),
        ("fjjjj<enter>  failed>x<enter><backspace>", ""),
    ] {
        let mut stage = Stage::new(200, Filter::default()).await;
        // The column cursor is underlined, too, where it has no other mark.
        stage.open(120, 40).await.keys("<tab>").await.keys(keys).await;
        assert_eq!(underlined(&stage.draw(Theme::default())), term, "after {keys}");
    }
    // Where the text is longer than its field, what is in sight of the term is.
    let mut stage = Stage::new(200, Filter::default()).await;
    stage.open(50, 15).await.keys("/a long text and then some failed>nonsense").await;
    let shown = underlined(&stage.draw(Theme::default()));
    assert!(!shown.is_empty() && "failed>nonsense".contains(shown.trim_start_matches(' ')), "{shown:?}");
}

#[tokio::test]
async fn what_is_found_is_marked_where_it_stands() {
    for (keys, size) in
        [("LFjjjjj<enter><enter>/skip", (200, 60)), ("LFjjjjj<enter><enter>l/skip", (80, 24)), ("!/jobs", (120, 40))]
    {
        let mut stage = Stage::new(2_000, Filter::default()).await;
        stage.open(size.0, size.1).await.keys(keys).await;
        let sought = keys.rsplit('/').next().unwrap();
        for theme in [Theme::default(), Theme::new(Colors::None)] {
            let buffer = stage.draw(theme);
            let find = |style: Style| {
                let has = |cell: &&ratatui::buffer::Cell| {
                    cell.modifier.contains(style.add_modifier)
                        && cell.bg == style.bg.unwrap_or(ratatui::style::Color::Reset)
                };
                buffer.content.iter().filter(has).map(ratatui::buffer::Cell::symbol).collect::<String>().to_lowercase()
            };
            let others = find(theme.found(false));
            assert_eq!(others.is_empty(), keys.starts_with('!'), "{keys}: {others:?}");
            assert!(others.replace(sought, "").is_empty(), "{keys}: {others:?}");
            let here = find(theme.found(true));
            assert!(here.contains(sought), "{keys}: {here:?}");
        }
    }
}

#[tokio::test]
async fn m23_with_ascii_no_byte_of_the_screen_is_another() {
    let ascii = Theme::of(ThemeName::Terminal, Colors::Sixteen, true);
    for keys in [
        "",
        "L",
        "LFp",
        "LFjjjjj<enter><enter>l",
        "Lf",
        "fjj<enter>",
        "d",
        "?",
        "c",
        "!",
        "L/exception",
        "Llllllss",
        "L<tab><enter>",
        "/no such",
        "<esc>",
        "z/ok<enter>",
        ":theme<enter>",
        ":tenant",
    ] {
        for (columns, rows) in SIZES {
            let mut stage = Stage::new(2_000, Filter::default()).await;
            stage.open(columns, rows).await.keys(keys).await;
            let (plain, buffer) = (stage.draw(Theme::default()), stage.draw(ascii));
            for (cell, other) in buffer.content.iter().zip(&plain.content) {
                assert!(cell.symbol().is_ascii(), "{} after {keys} at {columns}x{rows}", cell.symbol());
                // Arrow keys are written out in windows, and take more room there.
                let same = (cell.fg, cell.bg, cell.modifier) == (other.fg, other.bg, other.modifier);
                assert!(same || ["?", "d"].contains(&keys), "only signs differ, after {keys}");
            }
        }
    }
    let mut stage = Stage::new(2_000, Filter::default()).await;
    stage.open(120, 40).await.keys("LFjjjjj<enter>").await;
    insta::assert_snapshot!("ascii-120x40", shown(&stage.draw(ascii)));
    for kind in [ErrorKind::Dns, ErrorKind::AuthRejected("invalid_client".into())] {
        for loaded in [false, true] {
            let buffer = Stage::in_trouble(kind.clone(), "no such host", loaded, (80, 24)).await.draw(ascii);
            assert!(buffer.content.iter().all(|cell| cell.symbol().is_ascii()), "{buffer:?}");
        }
    }
    let mut stage = Stage::new(20, Filter::default()).await;
    stage.state.first_run = true;
    stage.open(80, 24).await;
    assert!(stage.draw(ascii).content.iter().all(|cell| cell.symbol().is_ascii()));
}

/// A stage on which many keys are others.
async fn with_other_keys() -> Stage {
    let mut stage = Stage::new(2_000, Filter::default()).await;
    let wish = |(name, keys): (&str, &str)| keymap::Wish {
        action: keymap::Action::from_name(name).unwrap(),
        keys: keymap::script(keys).unwrap(),
    };
    let wishes = [
        ("refresh", ";"),
        ("load-all", "+"),
        ("back", "<ctrl-g>"),
        ("close", "Q"),
        ("open", "<ctrl-j>"),
        ("help", "H"),
        ("move-down", "n"),
        ("move-up", "i"),
        ("range-picker", "D"),
        ("clear-filters", "X"),
        ("messages", ","),
        ("scroll-detail-down", "&"),
        ("scroll-detail-up", "*"),
        ("toggle", "m"),
        ("keep-here", "<f2>"),
        ("zone", ""),
        ("sort", "."),
        ("filter-panel", "<f3>"),
        ("search", "\\"),
        ("problems", "P"),
        ("detail-side", "<f4>"),
        ("next-match", "<f6>"),
        ("next-problem", "_"),
    ];
    let (keymap, clashes) = keymap::Keymap::with(&wishes.map(wish));
    assert_eq!(clashes, []);
    stage.state.keymap = keymap;
    stage
}

#[tokio::test]
async fn e18_whatever_names_a_key_names_the_one_in_force() {
    let mut all = String::new();
    for keys in ["", "H", "<f3>", "<f3>nn<ctrl-j>", "D", "\\exc", "<ctrl-j>", ",", "+P\\no such<f2>", "<ctrl-g>"] {
        let mut stage = with_other_keys().await;
        stage.open(80, 24).await.keys(keys).await;
        let shown = shown(&stage.draw(Theme::default()));
        all.push_str(shown.split("\n\n").next().unwrap_or_default());
        all.push_str("\n\n");
    }
    insta::assert_snapshot!("other_keys-80x24", all);
}

#[tokio::test]
async fn too_small_a_terminal_says_what_it_needs() {
    let mut stage = Stage::new(200, Filter::default()).await;
    for (columns, rows) in [(39, 8), (40, 7), (1, 1), (12, 1), (300, 2)] {
        stage.open(columns, rows).await;
        let text = shown(&stage.draw(Theme::default()));
        assert!(columns < 10 || text.contains("needs 40×8"), "{columns}x{rows}: {text}");
    }
    stage.open(40, 8).await;
    assert!(!shown(&stage.draw(Theme::default())).contains("needs"));
}

#[tokio::test]
async fn every_screen_draws_at_every_size() {
    let scripts = [
        "",
        "F",
        "<enter>",
        "<enter>z",
        "f",
        "pf",
        "d",
        "fj<enter>",
        "?",
        "?x",
        ":",
        ":x",
        "S",
        "c",
        "w",
        "<ctrl-s>x",
        "2",
        " v",
        "Y",
        "W",
        "!",
        "/x",
        "<tab>",
        "P",
        "z/x",
        ":theme<enter>",
    ];
    for keys in scripts {
        let mut stage = Stage::new(120, Filter::default()).await;
        stage.open(100, 30).await.keys(keys).await;
        for (columns, rows) in (0..=130).step_by(3).flat_map(|c| (0..=45).step_by(2).map(move |r| (c, r))).chain([
            (500, 200),
            (1, 1),
            (40, 8),
        ]) {
            update(&mut stage.state, Message::Resize(columns, rows));
            stage.draw(Theme::default());
        }
    }
}

#[tokio::test]
async fn a_first_load_that_fails_says_why_and_what_to_do() {
    let stage = Stage::in_trouble(ErrorKind::AuthRejected("invalid_client".into()), "", false, (80, 24)).await;
    insta::assert_snapshot!("sign_in_refused-80x24", shown(&stage.draw(Theme::default())));
    let stage = Stage::in_trouble(ErrorKind::Dns, "failed to look up graph.example", false, (80, 24)).await;
    insta::assert_snapshot!("no_such_host-80x24", shown(&stage.draw(Theme::default())));
}

#[tokio::test]
async fn trouble_later_keeps_the_rows_and_says_since_when() {
    let stage = Stage::in_trouble(ErrorKind::Server(503, None), "", true, (80, 24)).await;
    let text = shown(&stage.draw(Theme::default()));
    assert!(text.contains("stale since 14:02:11"), "{text}");
    insta::assert_snapshot!("server_error_on_refresh-80x24", text);
}

#[tokio::test]
async fn odd_rows_are_shown_for_what_they_are() {
    let jobs = vec![
        json!({"jobId": "IB1", "jobType": 90130, "status": 2, "failedCount": 0, "startTime": "2026-11-23T12:00:00Z", "finishTime": "2026-11-23T12:10:00Z"}),
        json!({"jobId": "IB2\u{1b}[31m\u{202e}", "jobType": 1, "status": 128, "skippedCount": "7", "startTime": "2026-11-23T11:00:00Z", "comments": "wide 备份 and \u{1b}]52;c;x\u{7}"}),
        json!("this is no job"),
        json!({"jobId": "IB3", "jobType": 1, "status": 2, "failedCount": 0, "successfulCount": 10, "skippedCount": 35, "totalCount": 45, "startTime": "2026-11-23T10:00:00Z", "duration": "1.16:00:44", "somethingNew": {"a": [1, 2]}}),
    ];
    let mut stage = Stage::with_jobs(jobs, Filter::default(), 100).await;
    stage.open(120, 40).await.keys("G<enter>").await;
    insta::assert_snapshot!("odd_rows-120x40", shown(&stage.draw(Theme::default())));
    stage.keys("<enter>ll").await;
    insta::assert_snapshot!("odd_fields-120x40", shown(&stage.draw(Theme::default())));
    assert!(stage.state.now >= monday());
}

#[tokio::test]
async fn the_first_screen_says_what_is_needed() {
    for (columns, rows) in SIZES {
        let mut stage = Stage::new(20, Filter::default()).await;
        stage.state.first_run = true;
        stage.open(columns, rows).await;
        insta::assert_snapshot!(format!("first_run-{columns}x{rows}"), shown(&stage.draw(Theme::default())));
    }
}

#[tokio::test]
async fn tenants_are_listed_with_their_place() {
    let mut stage = Stage::new(200, Filter::default()).await;
    stage.with_tenants().open(80, 24).await.keys("@<down>").await;
    insta::assert_snapshot!("tenants-80x24", shown(&stage.draw(Theme::default())));
}
