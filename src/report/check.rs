//! `jobtop check`: one line and one status for a monitoring system, in the form that Nagios plug-ins have. What it could not
//! know is never called good.

use std::{collections::BTreeMap, fmt::Write, time::Duration};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{
    Errand, Trouble,
    walk::{Walk, each_shown},
};
use crate::{
    filter::Filter,
    format,
    insight::Summary,
    model::{Job, JobType, Status, TimeSpan},
    pager::Reach,
    store::Store,
};

/// A limit that is a problem when it is passed, one for a warning and one that is critical.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Limit<T> {
    /// More is a warning.
    pub warning: Option<T>,
    /// More is critical.
    pub critical: Option<T>,
}

/// What is checked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Limits {
    /// Failed jobs.
    pub failed: Limit<u64>,
    /// Jobs that finished with an exception.
    pub exception: Limit<u64>,
    /// Skipped objects, percent of all.
    pub skipped: Limit<f64>,
    /// The time since the last successful job of each type.
    pub age: Limit<Duration>,
}

/// What a monitoring system is told, the better first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// All is well.
    Ok,
    /// Somebody should look.
    Warning,
    /// It could not be known.
    Unknown,
    /// Somebody must look.
    Critical,
}

/// The one line, and its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The status.
    pub level: Level,
    /// The line, without the level's name.
    pub line: String,
}

impl Level {
    /// The plug-in's exit status.
    pub fn status(self) -> i32 {
        match self {
            Self::Ok => 0,
            Self::Warning => 1,
            Self::Critical => 2,
            Self::Unknown => 3,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Warning => "WARNING",
            Self::Critical => "CRITICAL",
            Self::Unknown => "UNKNOWN",
        }
    }
}

impl Verdict {
    /// That nothing could be known, and why, whatever lines that takes.
    pub fn unknown(why: &str) -> Self {
        let is_told = |line: &&str| !line.is_empty() && !line.starts_with("Usage:") && !line.starts_with("For more");
        let lines: Vec<&str> = why.lines().map(str::trim).filter(is_told).collect();
        Self { level: Level::Unknown, line: lines.join(" ").replace('|', "/") }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} - {}", self.level.name(), self.line)
    }
}

/// Checks the whole range.
pub async fn check(errand: Errand, limits: Limits) -> Verdict {
    let (filter, now) = (&errand.filter, errand.clock.now());
    if let Err(why) = limits.fit(filter, now) {
        return Verdict::unknown(&why);
    }
    let (query, predicate) = filter.pushed().split(now);
    let mut walk = Walk::new(&errand, query, Reach::Whole, None);
    let store = match walk.load(predicate).await {
        Ok(store) => store,
        Err(Trouble::Usage(why) | Trouble::Failed(why)) => return Verdict::unknown(&why),
        Err(Trouble::Closed) => return Verdict::unknown("nobody reads the answer"),
    };
    if let Some(why) = walk.shortfall() {
        return Verdict::unknown(&why);
    }
    let range = filter.range.name(errand.zone);
    // A list that was read while time went by is judged by its end.
    judge(&store, &limits, filter, errand.clock.now(), &range)
}

impl Limits {
    /// Whether they can be judged in the range at all.
    fn fit(&self, filter: &Filter, now: DateTime<Utc>) -> Result<(), String> {
        let ages = self.age.warning.is_some() || self.age.critical.is_some();
        let none = self.failed == Limit::default() && self.exception == Limit::default();
        if !ages && none && self.skipped == Limit::default() {
            return Err(
                "nothing is to be checked: give --max-failed, --max-exception, --max-skipped-percent, --max-age \
                 or one of their --warn twins"
                    .to_owned(),
            );
        }
        if ages && filter.range.resolve(now).1.is_some() {
            return Err(
                "the time since the last successful job needs a range that lasts until now: drop --to".to_owned()
            );
        }
        Ok(())
    }
}

/// One thing that was checked.
struct Finding {
    level: Level,
    /// What people read.
    told: String,
    /// What is drawn.
    data: String,
}

fn judge(store: &Store, limits: &Limits, filter: &Filter, now: DateTime<Utc>, range: &str) -> Verdict {
    let mut jobs =
        Jobs { total: 0, unclear: 0, skipped: 0, objects: 0, summary: Summary::new(Tz::UTC), good: BTreeMap::new() };
    each_shown(store, |job| jobs.add(job));
    let mut findings = Vec::new();
    if limits.failed != Limit::default() {
        findings.push(number(jobs.summary.status(Status::Failed), "failed", "failed", limits.failed));
    }
    if limits.exception != Limit::default() {
        findings.push(number(jobs.summary.status(Status::Exception), "with exception", "exception", limits.exception));
    }
    if limits.skipped != Limit::default() {
        findings.push(jobs.skipped(limits.skipped));
    }
    if limits.age != Limit::default() {
        findings.extend(jobs.ages(limits.age, filter, now));
    }
    // One of them may be a failed one.
    if jobs.unclear > 0 && (limits.failed != Limit::default() || limits.exception != Limit::default()) {
        let told = format!("{} with a status that is not known", format::count(jobs.unclear));
        findings.push(Finding { level: Level::Unknown, told, data: format!("unclear={};;;0", jobs.unclear) });
    }
    let level = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Unknown);
    // The worst is told first: some systems cut the line.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let told: Vec<&str> = findings.iter().map(|finding| finding.told.as_str()).collect();
    let mut line = format!("{}; {} jobs, {range}", told.join(", "), format::count(jobs.total)).replace('|', "/");
    line.push_str(" |");
    for data in findings.iter().map(|finding| &finding.data).filter(|data| !data.is_empty()) {
        // Writing to a string does not fail.
        let _ = write!(line, " {data}");
    }
    let _ = write!(line, " jobs={};;;0", jobs.total);
    Verdict { level, line }
}

/// What the jobs come to.
struct Jobs {
    total: u64,
    /// Jobs whose status the server does not tell, or in a number that this version does not know.
    unclear: u64,
    /// Skipped objects of the jobs that tell them, and all objects of these.
    skipped: u64,
    objects: u64,
    summary: Summary,
    /// When the last successful job of each type ended.
    good: BTreeMap<Option<JobType>, DateTime<Utc>>,
}

impl Jobs {
    fn add(&mut self, job: &Job) {
        self.total += 1;
        self.unclear += u64::from(matches!(job.status, None | Some(Status::Unknown(_))));
        if let (Some(skipped), Some(total)) = (job.counts.skipped, job.counts.total) {
            self.skipped = self.skipped.saturating_add(skipped);
            self.objects = self.objects.saturating_add(total);
        }
        self.summary.add(job);
        if let (Some(Status::Finished), Some(at)) = (job.status, job.finished.or(job.started)) {
            let last = self.good.entry(job.job_type).or_insert(at);
            *last = at.max(*last);
        }
    }

    fn skipped(&self, limit: Limit<f64>) -> Finding {
        if self.objects == 0 {
            let level = if self.total == 0 { Level::Ok } else { Level::Unknown };
            return Finding { level, told: "no objects are told of".to_owned(), data: String::new() };
        }
        let percent = self.skipped as f64 * 100.0 / self.objects as f64;
        let Limit { warning, critical } = limit;
        Finding {
            level: level(&percent, limit),
            told: format!("{} of objects skipped", format::percent(percent / 100.0)),
            data: format!("skipped_percent={percent:.2}%;{};{};0;100", bound(warning), bound(critical)),
        }
    }

    fn ages(&self, limit: Limit<Duration>, filter: &Filter, now: DateTime<Utc>) -> Vec<Finding> {
        let reach = filter.range.resolve(now).0.map(|from| since(from, now));
        let types = filter.pushed().types;
        if types.is_empty() {
            return vec![age(None, self.good.values().max().copied(), limit, reach, now)];
        }
        let last = |job_type: &JobType| self.good.get(&Some(*job_type)).copied();
        types.iter().map(|job_type| age(Some(*job_type), last(job_type), limit, reach, now)).collect()
    }
}

/// How long ago the last success was. Where there is none, it was before the range, which reaches back `reach`, if it ends.
fn age(
    job_type: Option<JobType>,
    last: Option<DateTime<Utc>>,
    limit: Limit<Duration>,
    reach: Option<Duration>,
    now: DateTime<Utc>,
) -> Finding {
    let whose = job_type.map_or(String::new(), |job_type| format!(" of {}", job_type.label()));
    let Some(last) = last else {
        let beyond = |limit: Option<Duration>| limit.is_some_and(|limit| reach.is_none_or(|reach| reach > limit));
        let covered = |limit: Option<Duration>| limit.is_none() || beyond(limit);
        let level = match (beyond(limit.critical), covered(limit.critical) && covered(limit.warning)) {
            (true, _) => Level::Critical,
            (_, true) => Level::Warning,
            _ => Level::Unknown,
        };
        let longer = if level == Level::Unknown { " (a longer --since would tell since when)" } else { "" };
        return Finding { level, told: format!("no successful job{whose}{longer}"), data: String::new() };
    };
    let age = since(last, now);
    let seconds = |limit: Option<Duration>| bound(limit.map(|limit| limit.as_secs()));
    let label = job_type.map_or("age".to_owned(), |job_type| format!("age_{}", job_type.slug()));
    Finding {
        level: level(&age, limit),
        told: format!("last successful job{whose} {} ago", format::took(TimeSpan::between(last, now))),
        data: format!("{label}={}s;{};{};0", age.as_secs(), seconds(limit.warning), seconds(limit.critical)),
    }
}

fn since(moment: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    (now - moment).to_std().unwrap_or_default()
}

fn number(jobs: u64, told: &str, label: &str, limit: Limit<u64>) -> Finding {
    Finding {
        level: level(&jobs, limit),
        told: format!("{} {told}", format::count(jobs)),
        data: format!("{label}={jobs};{};{};0", bound(limit.warning), bound(limit.critical)),
    }
}

fn level<T: PartialOrd>(value: &T, limit: Limit<T>) -> Level {
    let passes = |limit: Option<T>| limit.is_some_and(|limit| *value > limit);
    if passes(limit.critical) {
        Level::Critical
    } else if passes(limit.warning) {
        Level::Warning
    } else {
        Level::Ok
    }
}

/// A limit as plug-ins write it; none is left out.
fn bound<T: ToString>(limit: Option<T>) -> String {
    limit.map_or(String::new(), |limit| limit.to_string())
}
