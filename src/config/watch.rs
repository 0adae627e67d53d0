//! The configuration file as it changes under a running session: looked at when asked, never by itself. It changes nothing.

use std::{fs, path::PathBuf, time::SystemTime};

use super::{ConfigError, Environment, Lookup, file::Settings, file::place, ui::Ui};
use crate::{
    cli::{ConnectionFlags, LookFlags, Refresh},
    clock::Stopwatch,
    keymap::Keymap,
    policy,
    state::Preferences,
    view::Theme,
};

/// What of the configuration applies at once when its file changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Looks {
    /// The theme.
    pub theme: Theme,
    /// Keys, interval, order, mouse.
    pub preferences: Preferences,
}

impl Looks {
    pub(super) fn of(settings: Option<&Settings>, flags: &WatchFlags, env: Environment<'_>) -> Self {
        let usual = Ui::default();
        let ui = settings.map_or(&usual, Settings::ui);
        let preferences = Preferences {
            keymap: settings.map_or_else(Keymap::default, |settings| settings.keymap().clone()),
            live: ui.live(flags.refresh),
            page_size: ui.page_size(flags.page_size),
            sort: ui.sort(),
            mouse: ui.mouse(),
            theme: ui.theme_name(&flags.look),
            notify: ui.notify(),
            copy_by: ui.copy_by(),
        };
        Self { theme: ui.theme(&flags.look, env), preferences }
    }
}

/// The options that beat what the file says of [`Looks`].
#[derive(Debug, Clone, Default)]
pub struct WatchFlags {
    /// How it looks.
    pub look: LookFlags,
    /// How often the list is read again.
    pub refresh: Option<Refresh>,
    /// Rows of a page.
    pub page_size: Option<u16>,
}

/// The file, and how it was when it was last looked at.
#[derive(Debug)]
pub struct Watch {
    path: PathBuf,
    seen: Option<Stamp>,
    /// Since it was last looked at.
    looked: Stopwatch,
    flags: WatchFlags,
}

/// What changes when a file is written.
type Stamp = (SystemTime, u64);

impl Watch {
    /// Begins with the file as it is.
    ///
    /// # Errors
    /// When the environment names no place for it.
    pub fn new(connection: &ConnectionFlags, flags: WatchFlags, env: Lookup<'_>) -> Result<Self, ConfigError> {
        let path = place(connection.config.as_deref(), Environment(env))?;
        Ok(Self { seen: stamp(&path), looked: Stopwatch::start(), path, flags })
    }

    /// What the file says, if it has changed; or what is wrong with it. It is not looked at more often than is worth it.
    pub fn look(&mut self, env: Lookup<'_>) -> Option<Result<Looks, ConfigError>> {
        if self.looked.elapsed() < policy::CONFIG_LOOK {
            return None;
        }
        self.looked = Stopwatch::start();
        self.read_if_changed(env)
    }

    /// A file that is gone says nothing: an editor may be about to put another in its place.
    pub(super) fn read_if_changed(&mut self, env: Lookup<'_>) -> Option<Result<Looks, ConfigError>> {
        let stamp = stamp(&self.path).filter(|stamp| Some(stamp) != self.seen.as_ref())?;
        self.seen = Some(stamp);
        let env = Environment(env);
        let read = Settings::load_if_there(&self.path).transpose()?;
        Some(read.map(|settings| Looks::of(Some(&settings), &self.flags, env)))
    }
}

fn stamp(path: &std::path::Path) -> Option<Stamp> {
    let about = fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cli, keymap::Action, keymap::Context, view::ThemeName};

    #[test]
    fn e21_a_change_is_read_once_a_bad_one_is_told_and_a_file_that_is_gone_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let connection = ConnectionFlags { config: Some(path.clone()), ..ConnectionFlags::default() };
        let flags = WatchFlags { page_size: Some(9), ..WatchFlags::default() };
        let mut watch = Watch::new(&connection, flags, &|_| None).unwrap();
        let mut look = || watch.read_if_changed(&|_| None);
        assert!(look().is_none());
        fs::write(&path, "[ui]\ntheme = \"dark\"\npage_size = 5\n[keys]\nrefresh = \"f5\"\n").unwrap();
        let looks = look().unwrap().unwrap();
        assert_eq!(
            (looks.theme.name(), looks.preferences.page_size),
            (ThemeName::Dark, Some(9)),
            "an option beats the file"
        );
        assert_eq!(looks.preferences.keymap.key(Context::Table, Action::Refresh), "F5");
        assert!(look().is_none(), "it is read once");
        fs::write(&path, "[ui]\ntheme = \"darkish\"\n").unwrap();
        let told = look().unwrap().unwrap_err().to_string();
        assert!(told.contains("config.toml:2:9: ui.theme: there is no such theme; did you mean dark?"), "{told}");
        fs::remove_file(&path).unwrap();
        assert!(look().is_none());
        fs::write(&path, "").unwrap();
        assert_eq!(look().unwrap().unwrap().theme.name(), ThemeName::Terminal);
    }

    #[test]
    fn e20_the_option_names_every_theme_and_beats_the_file() {
        assert_eq!(cli::THEMES, ThemeName::ALL.map(ThemeName::name));
        let file = |text| Settings::parse("config.toml".into(), text).ok();
        let settings = file("[ui]\ntheme = \"dark\"\n");
        let theme = |theme: Option<&str>| {
            let look = LookFlags { theme: theme.map(str::to_owned), ..LookFlags::default() };
            let flags = WatchFlags { look, ..WatchFlags::default() };
            Looks::of(settings.as_ref(), &flags, Environment(&|_| None)).theme.name()
        };
        assert_eq!((theme(None), theme(Some("light"))), (ThemeName::Dark, ThemeName::Light));
    }
}
