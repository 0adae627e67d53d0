//! Watching: the jobs whose end is told, by id, so that it outlives view, filter and list. It knows neither keys nor terminals.

use std::borrow::Cow;

use super::State;
use crate::{
    format,
    model::{Generation, Job, JobId, JobType, Status},
    text::{Foreign, Safe},
};

/// The jobs whose end is told, and what is asked for their sake.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Watches {
    /// The jobs, in the order in which they were watched.
    pub jobs: Vec<Watched>,
    /// Those that the last refresh did not meet: they are asked for by their ids, one after the other.
    pub missed: Vec<JobId>,
    /// The one that is being asked for.
    pub asked: Option<JobId>,
    /// Counts these requests: the reply to an older one is nobody's.
    pub requests: Generation,
}

/// A job whose end is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// Which.
    pub id: JobId,
    /// An answer has shown it since the last refresh was done.
    pub seen: bool,
    /// The server did not find it by its id: each refresh goes down the list for it.
    pub unfound: bool,
}

/// That a watched job has ended, for whoever does not look at the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Announcement {
    /// Whose job, for the head of a notification.
    pub title: Safe,
    /// What happened, in one short line.
    pub text: Safe,
    /// The job's id, its status and its type.
    pub job: [Safe; 3],
    /// The tenant.
    pub tenant: Safe,
    /// The program that tells it in the terminal's place, with its arguments.
    pub command: Option<Vec<String>>,
}

/// No id, name or text of an announcement is longer.
const COLUMNS: usize = 120;

impl Watches {
    /// Whether a job is watched.
    pub fn holds(&self, id: &JobId) -> bool {
        self.jobs.iter().any(|watched| watched.id == *id)
    }

    /// Ends the watch of a job; gives whether there was one.
    pub fn end(&mut self, id: &JobId) -> bool {
        let before = self.jobs.len();
        self.jobs.retain(|watched| watched.id != *id);
        self.missed.retain(|missed| missed != id);
        self.jobs.len() < before
    }

    /// Those that the server did not find by their ids.
    pub fn unfound(&self) -> impl Iterator<Item = &JobId> {
        self.jobs.iter().filter(|watched| watched.unfound).map(|watched| &watched.id)
    }
}

impl Announcement {
    /// That this job has ended.
    pub fn of(job: &Job, state: &State) -> Self {
        let safe = |text: &str| Foreign::from(text).line(COLUMNS);
        let (status, kind) = (status(job), job.job_type.map_or(format::UNKNOWN.into(), JobType::short));
        let id = job.id.text().line(COLUMNS);
        let count = |count: Option<u64>, name: &str| {
            count.filter(|count| *count > 0).map(|count| format!(", {} {name}", format::count(count)))
        };
        let failed = count(job.counts.failed, "failed").unwrap_or_default();
        let skipped = count(job.counts.skipped, "skipped").unwrap_or_default();
        Self {
            title: safe(&format!("jobtop {}", state.tenant.name)),
            text: Foreign::from(format!("job {id}: {status} ({kind}){failed}{skipped}")).line(2 * COLUMNS),
            job: [id, safe(&status), safe(&kind)],
            tenant: safe(&state.tenant.name),
            command: state.preferences.notify.clone(),
        }
    }
}

/// Whether a job is at its end. One whose status the server does not tell may go on.
pub fn has_ended(job: &Job) -> bool {
    job.status.is_some() && !job.is_unfinished()
}

/// A status in words.
pub fn status(job: &Job) -> Cow<'static, str> {
    job.status.map_or(format::UNKNOWN.into(), Status::word)
}

impl State {
    /// How many are watched, as the footer says it.
    pub fn watches_told(&self) -> Option<String> {
        let watched = self.watches.jobs.len();
        (watched > 0).then(|| format!("{} watched", format::count(watched as u64)))
    }
}
