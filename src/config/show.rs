//! What a session would be made of, in words: for `jobtop config show`. It reads no secret and runs no command.

use std::fmt::Write as _;

use super::{ConfigError, Environment, World, file::Settings, filter, origin::Choice, ui::Ui};
use crate::{
    api::shell_word,
    cli::{ConnectionFlags, FilterFlags, LogFlags, LookFlags, Refresh},
    filter::Filter,
    keymap::Keymap,
    policy,
    state::Mouse,
    store::{Direction, Sort},
    text::Foreign,
    view::Colors,
};

const NONE: &str = "none";

/// What would be used, a line each.
///
/// # Errors
/// With what is wrong.
pub fn show(
    connection: ConnectionFlags,
    jobs: FilterFlags,
    (look, log): (&LookFlags, &LogFlags),
    refresh: Option<Refresh>,
    world: World<'_>,
) -> Result<String, ConfigError> {
    let env = Environment(world.env);
    let zone = world.zone.unwrap_or_default();
    let file = super::check::config_path(&connection, world.env)?;
    let choice = Choice::new(connection, env)?;
    let mut out = Told::default();
    let profiles = choice.settings.as_ref().map(|settings| settings.profiles().count());
    out.line(
        "file",
        &match profiles {
            None => format!("{}, which is not there", shell_word(&file)),
            Some(1) => format!("{}, 1 profile", shell_word(&file)),
            Some(many) => format!("{}, {many} profiles", shell_word(&file)),
        },
    );
    let profile = choice.profile.as_ref();
    out.line(
        "profile",
        &profile
            .map_or(NONE.to_owned(), |(name, by)| format!("{}, chosen by {by}", Foreign::from(name.as_str()).line(60))),
    );
    let base_url = choice.base_url()?;
    out.line(
        "API",
        &base_url.map_or(NONE.to_owned(), |(url, place)| {
            if url.host_str() == Some(&*place) { url.to_string() } else { format!("{url} ({place})") }
        }),
    );
    out.line("token URL", &choice.token_url()?.map_or(NONE.to_owned(), |url| url.to_string()));
    let client_id = choice.client_id.as_deref().map(|id| Foreign::from(id).line(80).into());
    out.line("client id", &client_id.unwrap_or(NONE.to_owned()));
    let credential = choice.named(env)?;
    out.line("credential", &credential.map_or(NONE.to_owned(), |(kind, from)| format!("{kind}, {from}")));
    if let Some(path) = &choice.authorities {
        out.line("trust", &format!("the system's certificates and {}", shell_word(path)));
    }
    let ui = choice.settings.as_ref().map_or_else(Ui::default, |settings| settings.ui().clone());
    let page_size = ui.page_size(jobs.page_size).unwrap_or(policy::PAGE_SIZE);
    let filter = filter(jobs, world.clock.now(), zone)?;
    out.line("jobs", &told(&filter, zone));
    let live = ui.live(refresh);
    let live =
        if live.on { format!("read again every {} s", live.every.as_secs()) } else { "not read again".to_owned() };
    out.line(
        "list",
        &format!(
            "{live}; {page_size} jobs a page; {}",
            match ui.sort() {
                Some(Sort { column, direction }) => format!(
                    "by {}, {}",
                    column.title(),
                    match direction {
                        Direction::Ascending => "the smallest first",
                        Direction::Descending => "the largest first",
                    }
                ),
                None => "the newest first".to_owned(),
            }
        ),
    );
    let theme = ui.theme(look, env);
    let colors = match theme.colors() {
        Colors::None => "no colours",
        Colors::Sixteen => "16 colours",
        Colors::Many => "256 colours",
        Colors::All => "all colours",
    };
    let ascii = if theme.is_ascii() { "ASCII signs" } else { "Unicode signs" };
    let mouse = if ui.mouse() == Mouse::Ours { "mouse on" } else { "mouse off" };
    let plain = if ui.plain(env) { "; plain lines" } else { "" };
    out.line("looks", &format!("theme {}, {colors}; {ascii}; {mouse}{plain}", theme.name().name()));
    let usual = Keymap::default();
    let keymap = choice.settings.as_ref().map_or(&usual, Settings::keymap);
    let changed = keymap.rows().iter().zip(usual.rows()).filter(|(row, usual)| row.keys != usual.keys);
    let changed: Vec<String> =
        changed.map(|(row, _)| format!("{} {}", row.binding.action.name(), row.shown_keys())).collect();
    out.line("keys", &if changed.is_empty() { "as they are".to_owned() } else { changed.join(", ") });
    if let Some(path) = &log.log_file {
        out.line("log file", &shell_word(path));
    }
    Ok(out.0)
}

#[derive(Default)]
struct Told(String);

impl Told {
    fn line(&mut self, name: &str, text: &str) {
        // A string takes everything.
        let _ = writeln!(self.0, "{name:<12}{text}");
    }
}

/// The range, and what narrows it.
fn told(filter: &Filter, zone: chrono_tz::Tz) -> String {
    let names = |what: &str, names: Vec<String>| (!names.is_empty()).then(|| format!("{what} {}", names.join(", ")));
    let parts = [
        Some(filter.range.name(zone)),
        names("service", filter.services.iter().map(|service| service.short().into_owned()).collect()),
        names("type", filter.types.iter().map(|job_type| job_type.short().into_owned()).collect()),
        names("status", filter.statuses.iter().map(|status| status.short().into_owned()).collect()),
        names("search", Some(shown(&filter.search)).filter(|text| !text.is_empty()).into_iter().collect()),
        names("filter", Some(shown(filter.text.as_str())).filter(|text| !text.is_empty()).into_iter().collect()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn shown(text: &str) -> String {
    Foreign::from(text).line(200).into()
}
