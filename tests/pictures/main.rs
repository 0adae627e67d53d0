//! Paints the pictures of the screens into `assets/pictures`: `cargo run --example pictures`. With a folder as argument it
//! paints every screen at every size, background and colour there instead, for looking at.

#[path = "../it/stage.rs"]
#[allow(dead_code, clippy::unwrap_used)]
mod stage;
mod svg;

use std::{error::Error, fs, path::Path};

use jobtop::{
    filter::Filter,
    view::{Colors, Theme, ThemeName},
};
use stage::Stage;
use svg::Paper;

/// A screen: its name, and the keys that lead to it from the start.
const SCREENS: &[(&str, &str)] = &[
    ("main", ""),
    ("loaded", "L"),
    ("failed", "LF"),
    ("detail", "LFjjjjjj<enter>"),
    ("runs", "LFjjjjjj<enter><enter>l"),
    ("fields", "LFjjjjjj<enter><enter>ll"),
    ("panel", "Lfjjj"),
    ("panel-detail", "Lpf"),
    ("services", "Lfj<enter>sql"),
    ("range", "d"),
    ("range-text", "dyesterday 18:00"),
    ("summary", "L<tab>"),
    ("drill", "L<tab><enter>"),
    ("search", "L/vm agent"),
    ("sort", "Llllls"),
    ("view", "2"),
    ("view-changed", "2s"),
    ("view-saved", "LF<ctrl-s>my night"),
    ("sort-picker", "LSfail<space><space><ctrl-u>"),
    ("columns", "Lc<down><space><down><down>pGk<space>"),
    ("columns-chosen", "Lcjjj<space>Gkkpk<space><enter>"),
    ("wide", "Lw"),
    ("sorted-by-two", "LSfail<space><space><ctrl-u>start<space><enter>"),
    ("one-day", "LFjjjl="),
    ("marked", "LFj<space>jvjj"),
    ("copy", "LjY"),
    ("export", "LF<space><space>W"),
    ("zoom", "LFjjjjjjz"),
    ("help", "?"),
    ("help-narrowed", "?detail"),
    ("palette", "L:"),
    ("palette-narrowed", "L:tenant"),
    ("messages", "!"),
    ("none", "/nothing is called so"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match std::env::args().nth(1) {
        Some(folder) => runtime.block_on(all(Path::new(&folder))),
        None => runtime.block_on(readme(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/pictures")))),
    }
}

/// The pictures that README shows.
async fn readme(folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    for (name, keys, size) in
        [("main", "L", (120, 40)), ("detail", "LFjjjjjj<enter>", (120, 40)), ("narrow", "L", (80, 24))]
    {
        paint(&folder.join(format!("{name}.svg")), keys, size, Theme::default(), Paper::Dark).await?;
    }
    Ok(())
}

async fn all(folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    for name in ThemeName::ALL {
        for colors in [Colors::Sixteen, Colors::Many, Colors::All] {
            let paper = if name == ThemeName::Light { Paper::Light } else { Paper::Dark };
            let path = folder.join(format!("theme-{}-{colors:?}.svg", name.name()).to_lowercase());
            paint(&path, "LFjjjjjj<enter>f", (120, 40), Theme::of(name, colors, false), paper).await?;
        }
    }
    let ascii = Theme::of(ThemeName::Terminal, Colors::Sixteen, true);
    paint(&folder.join("ascii.svg"), "LFjjjjjj<enter>f", (120, 40), ascii, Paper::Dark).await?;
    for (name, keys) in SCREENS {
        for (columns, rows) in [(80, 24), (120, 40), (200, 60), (50, 15)] {
            for (colors, paper) in
                [(Colors::Sixteen, Paper::Dark), (Colors::Sixteen, Paper::Light), (Colors::None, Paper::Dark)]
            {
                let path = folder.join(format!("{name}-{columns}x{rows}-{colors:?}-{paper:?}.svg").to_lowercase());
                paint(&path, keys, (columns, rows), Theme::new(colors), paper).await?;
            }
        }
    }
    Ok(())
}

async fn paint(
    path: &Path,
    keys: &str,
    (columns, rows): (u16, u16),
    theme: Theme,
    paper: Paper,
) -> Result<(), Box<dyn Error>> {
    let mut stage = Stage::new(20_000, Filter::default()).await;
    stage.open(columns, rows).await.keys(keys).await;
    fs::write(path, svg::render(&stage.draw(theme), paper))?;
    Ok(())
}
