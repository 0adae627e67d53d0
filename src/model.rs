//! The nouns of backup jobs: a job and its parts, the query that asks for jobs, a page of them, what can go wrong.
//! It knows neither JSON nor HTTP nor the screen.

mod error;
mod job;
mod kinds;
mod query;
mod reading;
mod timespan;

pub use error::{ApiError, ErrorKind, Limit, Stage};
pub use job::{Counts, Facts, Job, JobId, RawField};
pub use kinds::{JobType, Service, Status};
pub use query::{Cursor, Generation, Lane, Page, PageReply, PageRequest, Query, SkipToken, Ticket};
pub use reading::Reading;
pub use timespan::TimeSpan;
