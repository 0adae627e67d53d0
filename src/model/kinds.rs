//! Status, job type and service: the API's numbers with the catalogue's names. An unknown number is kept and shown.
//! Numbers are compared for equality only: although some look like it, they are no flags.

use std::borrow::Cow;

use crate::catalogue::catalogue;

/// What became of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// 16: no object succeeded.
    Failed,
    /// 8: finished with exceptions, some objects succeeded.
    Exception,
    /// 64: ended by a person.
    Stopped,
    /// 4: not run, usually because the run before it still was.
    Skipped,
    /// 1: running.
    InProgress,
    /// 32: waits for its turn.
    Waiting,
    /// 0: created only.
    NotStarted,
    /// 2: the portal's *Finished*.
    Finished,
    /// A number that this version does not know.
    Unknown(i64),
}

/// What a job does, by the API's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobType(pub i64);

/// What a job works on, by the API's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Service(pub i64);

impl Status {
    /// All known ones, the worst first.
    pub const ALL: [Self; 8] = [
        Self::Failed,
        Self::Exception,
        Self::Stopped,
        Self::Skipped,
        Self::InProgress,
        Self::Waiting,
        Self::NotStarted,
        Self::Finished,
    ];

    /// The status of an API number.
    pub fn from_number(number: i64) -> Self {
        Self::ALL.into_iter().find(|status| status.number() == number).unwrap_or(Self::Unknown(number))
    }

    /// The API's number.
    pub fn number(self) -> i64 {
        match self {
            Self::NotStarted => 0,
            Self::InProgress => 1,
            Self::Finished => 2,
            Self::Skipped => 4,
            Self::Exception => 8,
            Self::Failed => 16,
            Self::Waiting => 32,
            Self::Stopped => 64,
            Self::Unknown(number) => number,
        }
    }

    /// Whether the job can still change.
    pub fn is_unfinished(self) -> bool {
        matches!(self, Self::NotStarted | Self::InProgress | Self::Waiting)
    }

    /// The portal's word: `Finished with exception`.
    pub fn word(self) -> Cow<'static, str> {
        match catalogue().status(self.number()) {
            Some(row) => Cow::Borrowed(&row.word),
            None => Cow::Owned(format!("status {}?", self.number())),
        }
    }

    /// The word where room is short: `Exception`.
    pub fn short(self) -> Cow<'static, str> {
        match catalogue().status(self.number()) {
            Some(row) => Cow::Borrowed(&row.short),
            None => Cow::Owned(format!("status {}?", self.number())),
        }
    }

    /// The name in filters and on the command line, or the number.
    pub fn slug(self) -> Cow<'static, str> {
        match catalogue().status(self.number()) {
            Some(row) => Cow::Borrowed(&row.slug),
            None => Cow::Owned(self.number().to_string()),
        }
    }

    /// The status that a user names: its slug, its number, or the portal's word in either form (`finished`).
    pub fn from_name(name: &str) -> Option<Self> {
        if let Ok(number) = name.parse() {
            return Some(Self::from_number(number));
        }
        let row = catalogue()
            .statuses
            .iter()
            .find(|row| [&row.slug, &row.word, &row.short].into_iter().any(|known| same_name(known, name)))?;
        Some(Self::from_number(row.value))
    }
}

impl JobType {
    /// The documented name: `Azure Virtual Machine Backup`, or `type 90130?`.
    pub fn label(self) -> Cow<'static, str> {
        match catalogue().job_type(self.0) {
            Some(row) => Cow::Borrowed(&row.label),
            None => Cow::Owned(format!("type {}?", self.0)),
        }
    }

    /// The name where room is short: `Azure VM Backup`, or `type 90130?`.
    pub fn short(self) -> Cow<'static, str> {
        match catalogue().job_type(self.0) {
            Some(row) => Cow::Borrowed(&row.short),
            None => Cow::Owned(format!("type {}?", self.0)),
        }
    }

    /// The name in filters and on the command line, or the number.
    pub fn slug(self) -> Cow<'static, str> {
        match catalogue().job_type(self.0) {
            Some(row) => Cow::Borrowed(&row.slug),
            None => Cow::Owned(self.0.to_string()),
        }
    }

    /// The service it belongs to, where the catalogue knows it.
    pub fn service(self) -> Option<Service> {
        catalogue().job_type(self.0).map(|row| Service(row.service))
    }

    /// `backup`, `restore`, `export`, `index`, `retention` or `deletion`, where the catalogue knows it.
    pub fn kind(self) -> Option<&'static str> {
        catalogue().job_type(self.0).map(|row| row.kind.as_str())
    }

    /// The type that a user names: its slug or its number.
    pub fn from_name(name: &str) -> Option<Self> {
        let named = catalogue().job_types.iter().find(|row| same_name(&row.slug, name));
        named.map(|row| Self(row.value)).or_else(|| name.parse().ok().map(Self))
    }
}

impl Service {
    /// The documented name, or `service 3?`.
    pub fn label(self) -> Cow<'static, str> {
        match catalogue().service(self.0) {
            Some(row) => Cow::Borrowed(&row.label),
            None => Cow::Owned(format!("service {}?", self.0)),
        }
    }

    /// The name where room is short, or `service 3?`.
    pub fn short(self) -> Cow<'static, str> {
        match catalogue().service(self.0) {
            Some(row) => Cow::Borrowed(&row.short),
            None => Cow::Owned(format!("service {}?", self.0)),
        }
    }

    /// The name in filters and on the command line, or the number.
    pub fn slug(self) -> Cow<'static, str> {
        match catalogue().service(self.0) {
            Some(row) => Cow::Borrowed(&row.slug),
            None => Cow::Owned(self.0.to_string()),
        }
    }

    /// The service that a user names: its slug or its number.
    pub fn from_name(name: &str) -> Option<Self> {
        let named = catalogue().service_types.iter().find(|row| same_name(&row.slug, name));
        named.map(|row| Self(row.value)).or_else(|| name.parse().ok().map(Self))
    }
}

/// Names are compared without regard to case; blanks, dashes and underscores are one.
fn same_name(known: &str, given: &str) -> bool {
    let fold = |c: char| if matches!(c, ' ' | '_') { '-' } else { c.to_ascii_lowercase() };
    known.chars().map(fold).eq(given.chars().map(fold))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_catalogue_status_has_its_variant_and_unknown_numbers_are_kept() {
        for row in &catalogue().statuses {
            let status = Status::from_number(row.value);
            assert!(!matches!(status, Status::Unknown(_)), "{} is not in the enum", row.slug);
            assert_eq!(Status::from_name(&row.slug), Some(status));
        }
        assert_eq!(Status::from_number(128), Status::Unknown(128));
        assert_eq!(Status::Unknown(128).word(), "status 128?");
        assert_eq!(Status::from_name("Finished with exception"), Some(Status::Exception));
        assert_eq!(Status::from_name("finished"), Some(Status::Finished));
        assert_eq!(Status::from_name("finnished"), None);
    }

    #[test]
    fn an_unknown_type_is_shown_with_its_number() {
        assert_eq!(JobType(90130).label(), "type 90130?");
        assert_eq!(JobType(90130).service(), None);
        assert_eq!(JobType(20016).short(), "Azure SQL Backup");
        assert_eq!(JobType(20016).service(), Some(Service(2048)));
        assert_eq!(JobType::from_name("azure_sql_backup"), Some(JobType(20016)));
    }
}
