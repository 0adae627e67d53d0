//! Paints the pictures of the screens into `assets/pictures`: `cargo run --example pictures`. With a folder as argument it
//! paints every screen at every size, background and colour there instead, for looking at.

#[path = "../it/stage.rs"]
#[allow(dead_code, clippy::unwrap_used)]
mod stage;
mod svg;

use std::{error::Error, fs, path::Path};

use jobtop::{
    filter::Filter,
    model::ErrorKind,
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
    ("detail-other-side", "LFjjjjjP"),
    ("found", "LFjjjjj<enter><enter>/skip<enter>n"),
    ("theme", ":theme<enter>"),
    ("theme-dark", ":theme<enter><down>"),
    ("theme-light", ":theme<enter><down><down>"),
    ("views", "LF<ctrl-s>my night<enter>M<down><down><down><down><down><down>"),
    ("watched", "Ljjjjmjjmp"),
    ("messages", "!"),
    ("none", "/nothing is called so"),
    ("wrong-term", "/failed>0 staus:failed"),
];

/// Screens that begin otherwise than with the demo's jobs.
const SCENES: &[(&str, Scene)] = &[
    ("tenants", Scene::Tenants),
    ("first-run", Scene::FirstRun),
    ("trouble-first", Scene::Trouble(false)),
    ("trouble-later", Scene::Trouble(true)),
];

/// How a screen begins.
#[derive(Clone, Copy)]
enum Scene {
    /// With the demo's jobs, and keys.
    Demo(&'static str),
    /// With a choice of tenants.
    Tenants,
    /// With nothing set up.
    FirstRun,
    /// With a server that cannot be reached, from the beginning or after a while.
    Trouble(bool),
}

impl Scene {
    async fn stage(self, size: (u16, u16)) -> Stage {
        let mut stage = Stage::new(20_000, Filter::default()).await;
        match self {
            Self::Demo(keys) => {
                stage.open(size.0, size.1).await.keys(keys).await;
            }
            Self::Tenants => {
                stage.with_tenants().open(size.0, size.1).await.keys("@<down>").await;
            }
            Self::FirstRun => {
                stage.state.first_run = true;
                stage.open(size.0, size.1).await;
            }
            Self::Trouble(later) => {
                return Stage::in_trouble(ErrorKind::Dns, "graph-us.avepointonlineservices.com", later, size).await;
            }
        }
        stage
    }
}

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
        paint(&folder.join(format!("{name}.svg")), Scene::Demo(keys), size, Theme::default(), Paper::Dark).await?;
    }
    Ok(())
}

async fn all(folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    for name in ThemeName::ALL.into_iter().filter(|name| *name != ThemeName::Auto) {
        for colors in [Colors::Sixteen, Colors::Many, Colors::All] {
            let paper = if name == ThemeName::Light { Paper::Light } else { Paper::Dark };
            let path = folder.join(format!("theme-{}-{colors:?}.svg", name.name()).to_lowercase());
            paint(&path, Scene::Demo("LFjjjjjj<enter>f"), (120, 40), Theme::of(name, colors, false), paper).await?;
        }
    }
    let ascii = Theme::of(ThemeName::Terminal, Colors::Sixteen, true);
    paint(&folder.join("ascii.svg"), Scene::Demo("LFjjjjjj<enter>f"), (120, 40), ascii, Paper::Dark).await?;
    let scenes = SCREENS.iter().map(|(name, keys)| (*name, Scene::Demo(keys))).chain(SCENES.iter().copied());
    for (name, scene) in scenes {
        for (columns, rows) in [(80, 24), (120, 40), (200, 60), (50, 15)] {
            let stage = scene.stage((columns, rows)).await;
            for (colors, paper) in
                [Colors::Sixteen, Colors::None].into_iter().flat_map(|c| [(c, Paper::Dark), (c, Paper::Light)])
            {
                let path = folder.join(format!("{name}-{columns}x{rows}-{colors:?}-{paper:?}.svg").to_lowercase());
                show(&path, &stage, Theme::new(colors), paper)?;
            }
        }
    }
    Ok(())
}

async fn paint(path: &Path, scene: Scene, size: (u16, u16), theme: Theme, paper: Paper) -> Result<(), Box<dyn Error>> {
    show(path, &scene.stage(size).await, theme, paper)
}

/// Paints what a stage shows; where a theme is being chosen, in that one.
fn show(path: &Path, stage: &Stage, theme: Theme, paper: Paper) -> Result<(), Box<dyn Error>> {
    let theme = match stage.state.theme_shown() {
        ThemeName::Terminal => theme,
        chosen => theme.named(chosen),
    };
    fs::write(path, svg::render(&stage.draw(theme), paper))?;
    Ok(())
}
