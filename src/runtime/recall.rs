//! What a session begins with: what an earlier one left, what was asked for in its place, and how another tenant is opened
//! like it. It reads files and the environment; it draws nothing and asks no server.

use std::{env, path::PathBuf};

use super::{Connect, Keep, Reread, beside};
use crate::{
    cli::{ConnectionFlags, FilterFlags, SessionFlags},
    clock::Clock,
    config::{Config, Source, Watch},
    filter::Filter,
    memory::{self, Asked, Memory},
    state::{self, Clipboard, Level, Medium, Memo, SavedView, Start, State},
    text::Foreign,
    update::Target,
};

/// Where nothing is kept: in a demo, which is the same for everybody, and where there is no home.
const NO_PLACE: &str = "the view lasts as long as this session: XDG_STATE_HOME names no folder to keep it in";

/// What an earlier session left, and what was asked for in its place.
#[derive(Debug)]
pub struct Recall {
    /// Where it is kept; nowhere in a demo.
    place: Option<PathBuf>,
    flags: FilterFlags,
    view: Option<SavedView>,
    clean: bool,
    /// An option names the theme.
    has_theme: bool,
}

impl Recall {
    /// What is recalled for a session with these flags, and with the view of that name where there is one.
    ///
    /// # Errors
    /// When there is no view of that name, with those that there are.
    pub fn of(config: &Config, flags: &SessionFlags, view: Option<&str>, clean: bool) -> Result<Self, String> {
        // A clock that stands still is for pictures, which are the same whatever came before them.
        let place = memory::place(&|name| env::var_os(name), config.is_demo()).filter(|_| !config.clock.is_fixed());
        let has_theme = flags.look.theme.is_some();
        let recall = Self { place, flags: flags.filter.clone(), view: None, clean, has_theme };
        let Some(name) = view else { return Ok(recall) };
        let views = state::views(&recall.memory(config).views);
        let known = std::iter::once(state::everything()).chain(views);
        if let Some(saved) = known.clone().find(|saved| saved.name == name) {
            return Ok(Self { view: Some(saved), ..recall });
        }
        let shown = |name: &str| Foreign::from(name).line(40).to_string();
        let known: Vec<String> = known.map(|saved| shown(&saved.name)).collect();
        Err(format!("invalid value '{}' for '--view': there are {}", shown(name), known.join(", ")))
    }

    /// The state that the session of this configuration begins with.
    pub fn first_state(&self, config: &Config) -> State {
        let now = config.clock.now();
        let seed = u64::from(std::process::id()) ^ u64::from(now.timestamp_subsec_nanos());
        let (tenant, filter) = (config.tenant.clone(), config.filter.clone());
        let (zone, page_size, live) = (config.zone, config.page_size, config.live);
        let memory = self.memory(config);
        let asked = Asked { filter, flags: self.flags.clone(), view: self.view.clone(), clean: self.clean };
        let (view, name) = memory::open(&memory, &tenant.name, &asked);
        let start = Start { now, tenant, zone, filter: Filter::default(), page_size, live, seed };
        let mut state = State::with_view(start, view, name);
        state.last_visit = memory.visits.get(&config.tenant.name).copied();
        state.own_views = memory.views;
        state.tenants.clone_from(&config.tenants);
        state.motion = config.motion;
        state.medium = if config.plain { Medium::Lines } else { Medium::Screen };
        state.prefer(config.preferences.clone());
        if let Some(choice) = memory.theme.filter(|_| !self.clean && !self.has_theme) {
            state.recall_theme(choice);
        }
        state.portal.clone_from(&config.portal);
        state.surroundings = beside::look(&|name| env::var_os(name));
        let tmux = env::var_os("TMUX").is_some_and(|tmux| !tmux.is_empty());
        state.clipboard = if tmux { Clipboard::Tmux } else { Clipboard::Terminal };
        for note in config.notes.iter().chain(&memory.notes) {
            state.log.note(now, Level::Warning, note.as_str());
            state.notice = Some(note.clone());
        }
        state
    }

    /// Keeps for the next session what this one leaves.
    pub fn keeper(&self, clock: Clock) -> Keep {
        let place = self.place.clone();
        Box::new(move |memo| match (&place, memo) {
            (Some(place), memo) => memory::keep(place, memo, clock.now()),
            (None, Memo::View(_)) => Err(NO_PLACE.to_owned()),
            (None, _) => Ok(()),
        })
    }

    /// Opens the sessions of other tenants as this one began.
    pub fn connector(self, config: Config, flags: ConnectionFlags) -> Connect {
        // A view that was asked for is that of the first tenant.
        let later = Self { view: None, ..self };
        Box::new(move |target| later.connect(&config, &flags, target))
    }

    fn connect(&self, config: &Config, flags: &ConnectionFlags, target: &Target) -> Result<(State, Source), String> {
        let environment = |name: &str| env::var_os(name);
        let other = match target {
            Target::Same(name) if *name == config.tenant.name => config.again(flags, &environment),
            Target::Tenant(name) | Target::Same(name) => config.for_tenant(name, flags, &environment),
            #[cfg(feature = "demo")]
            Target::Demo => Ok(config.for_demo()),
            #[cfg(not(feature = "demo"))]
            Target::Demo => return Err("this jobtop was built without the demo".to_owned()),
        };
        let other = other.map_err(|error| error.to_string())?;
        Ok((self.first_state(&other), other.source))
    }

    fn memory(&self, config: &Config) -> Memory {
        self.place.as_deref().map_or_else(Memory::default, |place| memory::load(place, config.clock.now(), config.zone))
    }
}

/// Looks whether the configuration file has changed, and reads it then.
pub fn reread(mut watch: Option<Watch>) -> Reread {
    Box::new(move || {
        let looks = watch.as_mut()?.look(&|name| env::var_os(name))?;
        Some(looks.map_err(|error| format!("{error}; the settings stay as they were")))
    })
}
