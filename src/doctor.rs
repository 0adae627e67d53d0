//! The diagnosis: everything between this machine and a page of jobs, one step after the other, each with how it went and
//! how long it took, and at the end what to do. It knows neither the state nor the screen, and tells no secret.

mod report;
mod step;

use std::{fmt, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Url;

pub use report::{Report, Tone};
pub use step::{Outcome, Step, Topic};

use crate::{
    api::{Auth, Client, Endpoint, SignInReport, handshake, proxy, resolve, shell_word},
    catalogue::catalogue,
    clock::{Clock, Stopwatch},
    config::{Concern, Config, ConfigError, Source},
    format,
    model::{ApiError, Cursor, ErrorKind, Page, Query, TimeSpan},
    policy,
};

/// Jobs that the page of the last step asks for.
const PAGE: u16 = 10;
/// Days that they are looked for in.
const DAYS: i64 = 7;

/// Looks at everything, tells each step as soon as it is done, and all of them at the end.
pub async fn examine(config: Result<Config, ConfigError>, took: Duration, tell: impl FnMut(&Step)) -> Report {
    let mut visit = Visit { steps: Vec::new(), tell };
    match config {
        Ok(config) => visit.examine(&config, took).await,
        Err(error) => visit.refused(&error, took),
    }
    for topic in Topic::ALL {
        if !visit.steps.iter().any(|step| step.topic == topic) {
            visit.skip(topic, String::new());
        }
    }
    Report::new(visit.steps)
}

/// Looks at a server that is no part of a configuration yet: from the names to the jobs.
pub async fn try_out(endpoint: &Endpoint, clock: Clock, tell: impl FnMut(&Step)) -> Report {
    let mut visit = Visit { steps: Vec::new(), tell };
    visit.connect(endpoint, clock).await;
    Report::new(visit.steps)
}

/// A diagnosis under way.
struct Visit<F> {
    steps: Vec<Step>,
    tell: F,
}

impl<F: FnMut(&Step)> Visit<F> {
    fn add(&mut self, step: Step) {
        (self.tell)(&step);
        self.steps.push(step);
    }

    fn ok(&mut self, topic: Topic, took: Option<Duration>, told: impl Into<String>) {
        self.add(Step { topic, outcome: Outcome::Ok, took, told: told.into(), advice: None });
    }

    fn skip(&mut self, topic: Topic, told: impl Into<String>) {
        self.add(Step { topic, outcome: Outcome::Skipped, took: None, told: told.into(), advice: None });
    }

    fn fail(&mut self, topic: Topic, took: Option<Duration>, told: &dyn fmt::Display, advice: &str) {
        let advice = Some(advice.to_owned());
        self.add(Step { topic, outcome: Outcome::Failed, took, told: told.to_string(), advice });
    }

    /// There is no configuration: what came before the mistake is in order.
    fn refused(&mut self, error: &ConfigError, took: Duration) {
        let wrong = match error.concern() {
            Concern::File => Topic::Configuration,
            Concern::Profile => Topic::Profile,
            Concern::Credential => Topic::Credential,
        };
        for topic in Topic::ALL.into_iter().take_while(|topic| *topic < wrong) {
            self.ok(topic, None, "");
        }
        let advice = match error {
            ConfigError::Nothing => "Run jobtop login to set up a tenant, or jobtop --demo to look around without one.",
            _ => "Correct that and run jobtop doctor again; jobtop login writes a profile that fits.",
        };
        match error {
            ConfigError::Nothing => self.fail(wrong, Some(took), &"nothing says which tenant to connect to", advice),
            error => self.fail(wrong, Some(took), error, advice),
        }
    }

    async fn examine(&mut self, config: &Config, took: Duration) {
        #[cfg_attr(not(feature = "demo"), allow(irrefutable_let_patterns))]
        let Source::Server(endpoint) = &config.source else { return };
        self.configuration(config, endpoint, took);
        self.connect(endpoint, config.clock).await;
    }

    async fn connect(&mut self, endpoint: &Endpoint, clock: Clock) {
        if !self.network(endpoint).await {
            return;
        }
        let client = Client::new(endpoint.clone(), clock);
        if self.sign_in(endpoint, &client).await {
            self.page(endpoint, clock.now(), &client).await;
        }
    }

    fn configuration(&mut self, Config { provenance, notes, .. }: &Config, endpoint: &Endpoint, took: Duration) {
        let reading = took.saturating_sub(provenance.credential_took);
        let file = match &provenance.file {
            Some(path) => {
                let profiles = if provenance.profiles == 1 { "profile" } else { "profiles" };
                format!("{}, {} {profiles}", shell_word(path), provenance.profiles)
            }
            None => "no file; options and environment say everything".to_owned(),
        };
        self.ok(Topic::Configuration, Some(reading), file);
        let host = endpoint.base_url.host_str().unwrap_or_default();
        let profile = match &provenance.profile {
            Some((name, chosen_by)) => format!("{name}, chosen by {chosen_by}; {host}"),
            None => format!("none; {host}"),
        };
        self.ok(Topic::Profile, None, profile);
        let (kind, from) = provenance.credential.unwrap_or(("credential", "the environment"));
        self.ok(
            Topic::Credential,
            Some(provenance.credential_took),
            [&[format!("{kind} from {from}")], notes.as_slice()].concat().join("; "),
        );
    }

    /// Names and connections of the servers; whether it is worth going on.
    async fn network(&mut self, endpoint: &Endpoint) -> bool {
        let hosts = hosts(endpoint);
        if let Some(proxy) = hosts.iter().find_map(|url| proxy(url)) {
            let through =
                format!("the way goes through the proxy {}; the token shows whether it is open", proxy.line(80));
            self.skip(Topic::Name, through.clone());
            self.skip(Topic::Tls, through);
            return true;
        }
        let watch = Stopwatch::start();
        let (mut found, mut told) = (Vec::new(), Vec::new());
        for url in &hosts {
            match resolve(url).await {
                Ok(addresses) => {
                    let first = addresses.first().map(|address| address.ip().to_string()).unwrap_or_default();
                    let more =
                        if addresses.len() > 1 { format!(" and {} more", addresses.len() - 1) } else { String::new() };
                    told.push(format!("{} is {first}{more}", host(url)));
                    found.push(addresses);
                }
                Err(error) => {
                    let told = format!("{}: {error}", host(url));
                    self.fail(Topic::Name, Some(watch.elapsed()), &told, error.advice());
                    return false;
                }
            }
        }
        self.ok(Topic::Name, Some(watch.elapsed()), told.join("; "));
        let watch = Stopwatch::start();
        let mut told = Vec::new();
        for (url, addresses) in hosts.iter().zip(&found) {
            match handshake(url, addresses, &endpoint.trust).await {
                Ok(Some(made)) => told.push(format!(
                    "{}: {}, certificate issued by {}",
                    host(url),
                    made.version,
                    made.issuer.line(80)
                )),
                Ok(None) => {}
                Err(error) => {
                    let told = format!("{}: {error}", host(url));
                    self.fail(Topic::Tls, Some(watch.elapsed()), &told, error.advice());
                    return false;
                }
            }
        }
        if told.is_empty() {
            self.skip(Topic::Tls, "plain HTTP to this machine");
        } else {
            self.ok(Topic::Tls, Some(watch.elapsed()), told.join("; "));
        }
        true
    }

    /// Clock, token and scope; whether there is a token.
    async fn sign_in(&mut self, endpoint: &Endpoint, client: &Client) -> bool {
        if matches!(endpoint.auth, Auth::Token(_)) {
            self.skip(Topic::Clock, "no sign-in that would show the server's clock");
            self.skip(Topic::Token, "given ready");
            self.skip(Topic::Scope, "not known of a ready token");
            return true;
        }
        let SignInReport { took, clock_ahead, result } = client.examine_sign_in().await;
        self.clock(clock_ahead);
        match result {
            Ok(access) => {
                let minutes = format::count(access.life.as_secs() / 60);
                self.ok(Topic::Token, Some(took), format!("good for {minutes} min"));
                self.scope(access.granted);
                true
            }
            Err(error) if is_scope(&error) => {
                self.skip(Topic::Token, "none is given without the scope");
                self.fail(Topic::Scope, Some(took), &error, error.advice());
                false
            }
            Err(error) => {
                self.fail(Topic::Token, Some(took), &error, error.advice());
                false
            }
        }
    }

    fn clock(&mut self, ahead: Option<TimeDelta>) {
        let Some(ahead) = ahead else {
            return self.skip(Topic::Clock, "the server did not show its own");
        };
        let side = if ahead < TimeDelta::zero() { "behind" } else { "ahead of" };
        let off = ahead.abs().num_seconds();
        let told = match off {
            0 | 1 => "this machine's is that of the server".to_owned(),
            off => format!("this machine's is {} {side} the server's", format::took(TimeSpan::from_seconds(off))),
        };
        if ahead.abs().to_std().unwrap_or_default() > policy::CLOCK_SKEW {
            let advice = "Set this machine's clock right (time synchronisation): sign-in by certificate depends on it.";
            self.fail(Topic::Clock, None, &told, advice);
        } else {
            self.ok(Topic::Clock, None, told);
        }
    }

    fn scope(&mut self, granted: Option<bool>) {
        let wanted = catalogue().scope.as_str();
        match granted {
            None => self.ok(Topic::Scope, None, "the server does not say; it was asked for"),
            Some(true) => self.ok(Topic::Scope, None, wanted),
            Some(false) => {
                let advice = ApiError::new(ErrorKind::Forbidden).advice();
                self.fail(Topic::Scope, None, &format_args!("the token is not good for {wanted}"), advice);
            }
        }
    }

    /// One page, which shows the API, the permission and the jobs.
    async fn page(&mut self, endpoint: &Endpoint, now: DateTime<Utc>, client: &Client) {
        let query = Query { from: Some(now - TimeDelta::days(DAYS)), ..Query::default() };
        let watch = Stopwatch::start();
        let page = client.page(&query, &Cursor::First, PAGE).await;
        let took = Some(watch.elapsed());
        let host = endpoint.base_url.host_str().unwrap_or_default();
        let wrong = match &page {
            Ok(_) => None,
            Err(error) => Some((failing(&error.kind), error)),
        };
        for topic in [Topic::Api, Topic::Permission, Topic::Jobs] {
            match wrong {
                Some((failing, error)) if topic == failing => self.fail(topic, took, error, error.advice()),
                Some((failing, _)) if topic > failing => self.skip(topic, ""),
                _ if topic == Topic::Api => self.ok(topic, took, format!("{host} answers")),
                _ if topic == Topic::Permission => self.ok(topic, None, "the app may read jobs"),
                _ => self.ok(topic, None, page.as_ref().map_or_else(|_| String::new(), told_of)),
            }
        }
    }
}

/// The servers that are asked, each once.
fn hosts(endpoint: &Endpoint) -> Vec<&Url> {
    let token_url = match &endpoint.auth {
        Auth::Token(_) => None,
        Auth::ClientSecret { token_url, .. } | Auth::Certificate { token_url, .. } => Some(token_url),
    };
    let mut hosts: Vec<&Url> = token_url.into_iter().chain([&endpoint.base_url]).collect();
    hosts.dedup_by_key(|url| url.origin());
    hosts
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

fn is_scope(error: &ApiError) -> bool {
    matches!(&error.kind, ErrorKind::AuthRejected(code) if *code == "invalid_scope".into())
}

/// Which step a trouble with a page belongs to.
fn failing(kind: &ErrorKind) -> Topic {
    match kind {
        ErrorKind::Forbidden | ErrorKind::Unauthorized => Topic::Permission,
        ErrorKind::BadRequest | ErrorKind::BadPage | ErrorKind::TooLarge => Topic::Jobs,
        _ => Topic::Api,
    }
}

fn told_of(page: &Page) -> String {
    let read = format::count(page.jobs.len() as u64);
    let total = page.total.map_or_else(|| "an unknown number".to_owned(), format::count);
    let odd = page.jobs.iter().filter(|job| job.unreadable.is_some()).count();
    let odd = if odd > 0 { format!("; {odd} could not be read") } else { String::new() };
    format!("{read} of {total} of the last {DAYS} days{odd}")
}
