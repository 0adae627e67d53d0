//! Views under a name: those that come with jobtop and those that the user saved, and what a session leaves to the next one.

use chrono::DateTime;
use chrono_tz::Tz;

use super::{State, ThemeChoice, View};
use crate::{
    filter::{Expression, Filter, Range, Term, Unit},
    model::Status,
    text::Foreign,
};

/// A view under a name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SavedView {
    /// Its name.
    pub name: String,
    /// The view.
    pub view: View,
}

/// What is to be known after this session.
#[derive(Debug, Clone, PartialEq)]
pub enum Memo {
    /// A view that the user saved.
    View(SavedView),
    /// What a tenant's session ended with.
    Session {
        /// The tenant's name.
        tenant: String,
        /// The view, under its name where it has one. No text that was looked for is in it.
        left: SavedView,
    },
    /// The user left jobtop while this tenant of the configuration was shown.
    Last(String),
    /// The theme that the user chose.
    Theme(ThemeChoice),
    /// A view of the user's is to be forgotten, by its name.
    Forgotten(String),
    /// A view of the user's has another name.
    Renamed {
        /// The name before.
        from: String,
        /// The name now.
        to: String,
    },
}

/// The name of the view without any filter.
pub const EVERYTHING: &str = "everything";
/// A name is no longer than a chip has room for.
pub const NAME_CHARS: usize = 32;

/// The view without any filter.
pub fn everything() -> SavedView {
    let filter = Filter { range: Range::All, ..Filter::default() };
    SavedView { name: EVERYTHING.to_owned(), view: View { filter, ..View::default() } }
}

/// The views that come with jobtop. They leave the panes and the columns as they are.
fn built_in() -> Vec<SavedView> {
    let of = |name: &str, filter: Filter| SavedView { name: name.to_owned(), view: View { filter, ..View::default() } };
    let kinds = |text| Filter {
        text: Expression::parse(text, DateTime::UNIX_EPOCH, Tz::UTC).unwrap_or_default(),
        ..Filter::default()
    };
    let running = [Status::InProgress, Status::Waiting].into();
    vec![
        of("last 24 h", Filter { range: Range::last(24, Unit::Hour), ..Filter::default() }),
        of("problems", Filter { problems: true, ..Filter::default() }),
        of("running", Filter { statuses: running, ..Filter::default() }),
        of("restores and exports", kinds("kind:restore,export")),
        of("deletions and retention", kinds("kind:deletion,retention")),
    ]
}

/// All views in the order of their digits, the first under `1`. A view of the user takes the place of its namesake.
pub fn views(own: &[SavedView]) -> Vec<SavedView> {
    let mut views = built_in();
    for saved in own {
        match views.iter_mut().find(|view| view.name == saved.name) {
            Some(namesake) => namesake.clone_from(saved),
            None => views.push(saved.clone()),
        }
    }
    views
}

/// The name that a text can be for a view, cleaned of what cannot be shown.
///
/// # Errors
/// Says what a name has to be.
pub fn view_name(text: &str) -> Result<String, String> {
    let name = String::from(Foreign::from(text.trim()).line(NAME_CHARS));
    match name.as_str() {
        "" => Err("a view needs a name".to_owned()),
        EVERYTHING => Err(format!("{EVERYTHING} is the view of 0; choose another name")),
        _ => Ok(name),
    }
}

impl View {
    /// Whether it shows the same as another, panes aside. One that says nothing of columns leaves them as they are.
    pub fn shows_same(&self, other: &Self) -> bool {
        let rest = |filter: &Filter| Filter { text: Expression::default(), ..filter.clone() };
        let text = |view: &Self| view.filter.text.as_str().trim().to_owned();
        let columns = self.columns.as_ref().zip(other.columns.as_ref());
        (self.sort, self.then) == (other.sort, other.then)
            && columns.is_none_or(|(one, other)| one == other)
            && text(self) == text(other)
            && rest(&self.filter) == rest(&other.filter)
    }

    /// The view with its drill-down written in the filter language, or the condition that has no words there.
    fn without_drill(mut self, state: &State) -> Result<Self, String> {
        let mut terms = vec![self.filter.text.as_str().trim().to_owned()];
        for term in std::mem::take(&mut self.filter.drill) {
            terms.push(written(&term).ok_or_else(|| format!("“{term}” cannot be part of a saved view"))?);
        }
        self.filter.text = Expression::parse(terms.join(" ").trim(), state.now, state.zones.shown)
            .map_err(|error| error.to_string())?;
        Ok(self)
    }
}

/// A drill-down's condition in the filter language.
fn written(term: &Term) -> Option<String> {
    let list = |names: Vec<String>| names.join(",");
    match term {
        Term::Status(any) => Some(format!("status:{}", list(any.iter().map(|one| one.slug().into_owned()).collect()))),
        Term::Type(any) => Some(format!("type:{}", list(any.iter().map(|one| one.slug().into_owned()).collect()))),
        Term::Count(..) => Some(term.to_string()),
        _ => None,
    }
}

impl State {
    /// All views in the order of their digits.
    pub fn views(&self) -> Vec<SavedView> {
        views(&self.own_views)
    }

    /// The view of a name.
    pub fn view_named(&self, name: &str) -> Option<SavedView> {
        std::iter::once(everything()).chain(self.views()).find(|view| view.name == name)
    }

    /// The name of the view that is shown, and whether something was changed since.
    pub fn shown_view(&self) -> Option<(&str, bool)> {
        let name = self.view_name.as_deref()?;
        let is_same = self.view_named(name).is_some_and(|saved| saved.view.shows_same(&self.view()));
        Some((name, !is_same))
    }

    /// What can be saved of what is shown.
    ///
    /// # Errors
    /// Names what cannot.
    pub fn view_to_save(&self) -> Result<View, String> {
        self.view().without_drill(self)
    }

    /// What the session leaves to the next one: its outermost list, and no text that was looked for, unless it is part of a
    /// view that has a name.
    pub fn left(&self) -> SavedView {
        let mut view = self.view();
        if let Some(outermost) = self.crumbs.first() {
            view.filter.clone_from(&outermost.filter);
        }
        let saved = self.view_name.as_ref().and_then(|name| self.view_named(name));
        if let Some(saved) = saved.filter(|saved| saved.view.shows_same(&view)) {
            return SavedView { name: saved.name, view };
        }
        view.filter.search.clear();
        view.filter.text = Expression::default();
        SavedView { name: String::new(), view }
    }
}
