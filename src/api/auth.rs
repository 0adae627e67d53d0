//! Sign-in: the access token in memory, minted once however many wait for it, renewed before it ends.
//! It knows nothing of jobs, writes nothing to disk, and sends the secret, or an assertion, to the token URL only.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::{Url, header::ACCEPT};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use super::{
    Auth,
    answer::{self, Answer},
    certificate::ASSERTION_TYPE,
    probe::{Access, SignInReport},
    transport::Transport,
    wire,
    witness::Witness,
};
use crate::{
    catalogue::catalogue,
    clock::{Clock, Stopwatch},
    model::{ApiError, ErrorKind},
    policy,
    text::Foreign,
};

/// No token is taken to live shorter, or a server that says 0 would be asked for one before every page.
const TOKEN_LIFE_MIN: Duration = Duration::from_mins(1);
/// Between two tries to renew a token that is still good.
const RENEW_PAUSE: Duration = Duration::from_secs(30);

/// What signs requests in.
#[derive(Debug)]
pub(super) struct SignIn {
    auth: Auth,
    clock: Clock,
    /// The lock is the single flight: who waits for it finds what the one before has minted.
    slot: Mutex<Slot>,
}

/// A token to send, and which one it is.
#[derive(Debug)]
pub(super) struct Token {
    /// The token.
    pub(super) secret: SecretString,
    /// Its number; none for one that can't be renewed.
    pub(super) number: Option<u64>,
}

#[derive(Debug, Default)]
struct Slot {
    minted: u64,
    held: Option<Held>,
    failed: Option<(Stopwatch, ApiError)>,
}

#[derive(Debug)]
struct Held {
    secret: SecretString,
    lease: Lease,
}

/// A token request that was answered.
struct Asked<'a> {
    answer: Answer,
    url: &'a Url,
    since: Stopwatch,
    at: DateTime<Utc>,
}

/// How long a token is good, as two clocks see it: the monotonic one stands still while the machine is suspended, the
/// wall clock can be set back.
#[derive(Debug)]
struct Lease {
    since: Stopwatch,
    at: DateTime<Utc>,
    life: Duration,
    renew: Duration,
}

impl SignIn {
    /// Signs in with `auth`.
    pub(super) fn new(auth: Auth, clock: Clock) -> Self {
        Self { auth, clock, slot: Mutex::default() }
    }

    /// A token, but not the one of number `refused`.
    pub(super) async fn token(
        &self,
        transport: &Transport,
        witness: &Witness,
        refused: Option<u64>,
    ) -> Result<Token, ApiError> {
        if let Auth::Token(secret) = &self.auth {
            return Ok(Token { secret: secret.clone(), number: None });
        }
        let waiting = Stopwatch::start();
        let mut slot = self.slot.lock().await;
        if refused == Some(slot.minted) {
            slot.held = None;
        }
        let now = self.clock.now();
        if let Some(token) = slot.token(|lease, age| age < lease.renew, now) {
            return Ok(token);
        }
        if let Some((since, error)) = &slot.failed
            && since.elapsed() < waiting.elapsed()
        {
            // It failed while this one waited: the same again would fail the same way.
            return Err(error.clone());
        }
        match self.mint(transport, witness).await {
            Ok(held) => {
                *slot = Slot { minted: slot.minted + 1, held: Some(held), failed: None };
                slot.token(|_, _| true, now).ok_or_else(|| ApiError::new(ErrorKind::Unauthorized))
            }
            Err(error) => {
                if let Some(token) = slot.token(|lease, age| age < lease.life, self.clock.now()) {
                    slot.put_off(&error, self.clock.now());
                    return Ok(token);
                }
                slot.failed = Some((Stopwatch::start(), error.clone()));
                Err(error)
            }
        }
    }

    /// Signs in to see how that goes, and keeps the token if there is one.
    pub(super) async fn examine(&self, transport: &Transport, witness: &Witness) -> SignInReport {
        let watch = Stopwatch::start();
        let mut slot = self.slot.lock().await;
        let asked = self.ask(transport, witness).await;
        let clock_ahead = asked.as_ref().ok().and_then(|asked| asked.answer.clock_ahead(self.clock.now()));
        let scope = asked.as_ref().ok().and_then(|asked| wire::grant(&asked.answer.body)).and_then(|grant| grant.scope);
        let result = asked.and_then(|asked| self.held(asked)).map(|held| {
            let life = held.lease.life;
            *slot = Slot { minted: slot.minted + 1, held: Some(held), failed: None };
            let has = |scope: Foreign| scope.raw().split(' ').any(|one| one.eq_ignore_ascii_case(&catalogue().scope));
            Access { life, granted: scope.map(has) }
        });
        SignInReport { took: watch.elapsed(), clock_ahead, result }
    }

    async fn mint(&self, transport: &Transport, witness: &Witness) -> Result<Held, ApiError> {
        let minted = self.ask(transport, witness).await.and_then(|asked| self.held(asked));
        witness.token(minted.as_ref().map(|held| held.lease.life));
        minted
    }

    async fn ask(&self, transport: &Transport, witness: &Witness) -> Result<Asked<'_>, ApiError> {
        // From before the request: a token's life begins when it is made, not when it arrives.
        let (since, at) = (Stopwatch::start(), self.clock.now());
        let assertion;
        let (url, id, proof) = match &self.auth {
            Auth::Token(_) => return Err(ApiError::new(ErrorKind::Unauthorized)),
            Auth::ClientSecret { token_url, client_id, secret } => {
                (token_url, client_id, vec![("client_secret", secret.expose_secret())])
            }
            Auth::Certificate { token_url, client_id, certificate } => {
                assertion = certificate.assertion(client_id, token_url.as_str(), at)?;
                let kind = ("client_assertion_type", ASSERTION_TYPE);
                (token_url, client_id, vec![kind, ("client_assertion", assertion.expose_secret())])
            }
        };
        let mut form = vec![("client_id", id.as_str())];
        let confided = proof.last().map_or("", |(_, value)| value);
        form.extend(proof.iter().copied());
        form.extend([("scope", catalogue().scope.as_str()), ("grant_type", "client_credentials")]);
        let request = transport.client(url).await?.post(url.clone()).header(ACCEPT, "application/json").form(&form);
        let exchange = Transport::exchange(request, policy::TOKEN_TIMEOUT, policy::SMALL_BODY_BYTES);
        let answer = witness.watch("POST", url, confided, exchange).await?;
        Ok(Asked { answer, url, since, at })
    }

    fn held(&self, Asked { answer, url, since, at }: Asked<'_>) -> Result<Held, ApiError> {
        if !answer.is_good() {
            return Err(self.refusal(&answer, url));
        }
        match wire::grant(&answer.body) {
            Some(grant) => Ok(Held { secret: grant.token, lease: Lease::new(since, at, grant.life) }),
            None if wire::words(&answer.body).oauth.is_some() => Err(self.refusal(&answer, url)),
            None => {
                Err(answer.name(ApiError::new(ErrorKind::NotTheApi).with_detail("the token URL gave no access token")))
            }
        }
    }

    fn refusal(&self, answer: &Answer, url: &Url) -> ApiError {
        let now = self.clock.now();
        let error = answer.token_error(url, now);
        match &self.auth {
            // A secret is as good at any time; an assertion is good for minutes.
            Auth::Certificate { .. } => answer.blame_clock(error, now),
            Auth::ClientSecret { secret, .. } | Auth::Token(secret) => answer::withhold(error, secret),
        }
    }
}

impl Slot {
    fn token(&self, good: impl Fn(&Lease, Duration) -> bool, now: DateTime<Utc>) -> Option<Token> {
        let held = self.held.as_ref().filter(|held| good(&held.lease, held.lease.age(now)))?;
        Some(Token { secret: held.secret.clone(), number: Some(self.minted) })
    }

    /// After a failed renewal: the old token is used for a while, and to its end if the credential was refused.
    fn put_off(&mut self, error: &ApiError, now: DateTime<Utc>) {
        if let Some(Held { lease, .. }) = &mut self.held {
            let later = if error.is_transient() { lease.age(now) + RENEW_PAUSE } else { lease.life };
            lease.renew = later.min(lease.life);
        }
    }
}

impl Lease {
    fn new(since: Stopwatch, at: DateTime<Utc>, life: Option<Duration>) -> Self {
        let life = life.unwrap_or(policy::TOKEN_LIFE_UNKNOWN).clamp(TOKEN_LIFE_MIN, policy::TOKEN_LIFE_MAX);
        let long = life >= policy::TOKEN_SHORT_LIFE;
        let renew = if long { life.saturating_sub(policy::TOKEN_RENEW_BEFORE) } else { life / 2 };
        Self { since, at, life, renew }
    }

    fn age(&self, now: DateTime<Utc>) -> Duration {
        self.since.elapsed().max((now - self.at).to_std().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lease(life: Option<u64>) -> Lease {
        Lease::new(Stopwatch::start(), DateTime::UNIX_EPOCH, life.map(Duration::from_secs))
    }

    #[test]
    fn a_token_is_renewed_before_it_ends_whatever_life_it_claims() {
        for (claimed, life, renew) in [
            (Some(3_600), 3_600, 3_300),
            (Some(600), 600, 300),
            (Some(500), 500, 250),
            (None, 300, 150),
            (Some(0), 60, 30),
            (Some(1_000_000_000_000), 86_400, 86_100),
        ] {
            let lease = lease(claimed);
            assert_eq!((lease.life.as_secs(), lease.renew.as_secs()), (life, renew), "{claimed:?}");
        }
    }

    #[test]
    fn a_suspended_machine_and_a_clock_set_back_both_count() {
        let at = |seconds| DateTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let lease = lease(Some(3_600));
        assert_eq!(lease.age(at(5_000)).as_secs(), 5_000);
        assert!(lease.age(DateTime::UNIX_EPOCH - chrono::TimeDelta::days(1)) < Duration::from_mins(1));
    }

    #[test]
    fn a_failed_renewal_is_put_off_and_a_refused_one_is_not_repeated() {
        let now = DateTime::UNIX_EPOCH + Duration::from_secs(3_400);
        for (kind, renew) in [(ErrorKind::Offline, 3_430), (ErrorKind::AuthRejected("invalid_client".into()), 3_600)] {
            let held = Held { secret: "t".to_owned().into(), lease: lease(Some(3_600)) };
            let mut slot = Slot { minted: 1, held: Some(held), failed: None };
            assert!(slot.token(|lease, age| age < lease.renew, now).is_none());
            assert!(slot.token(|lease, age| age < lease.life, now).is_some());
            slot.put_off(&ApiError::new(kind), now);
            assert_eq!(slot.held.unwrap().lease.renew.as_secs(), renew);
        }
    }

    #[tokio::test]
    async fn a_token_serves_until_it_is_to_be_renewed_and_while_that_fails_to_its_end() {
        // Nobody listens there: a renewal fails at once, and is not refused.
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let token_url = Url::parse(&format!("http://{nobody}/connect/token")).unwrap();
        let auth = || Auth::ClientSecret {
            token_url: token_url.clone(),
            client_id: "app".to_owned(),
            secret: "a secret".to_owned().into(),
        };
        let transport = Transport::new(super::super::trust::Trust::default());
        for (age, is_tried, is_good) in
            [(3_299, false, true), (3_300, true, true), (3_599, true, true), (3_600, true, false), (3_601, true, false)]
        {
            let clock = Clock::fixed(DateTime::UNIX_EPOCH + Duration::from_secs(age));
            let sign_in = SignIn::new(auth(), clock);
            let held = Held { secret: "t".to_owned().into(), lease: lease(Some(3_600)) };
            *sign_in.slot.lock().await = Slot { minted: 1, held: Some(held), failed: None };
            let token = sign_in.token(&transport, &Witness::default(), None).await;
            assert_eq!(token.is_ok(), is_good, "{age}");
            let renew = sign_in.slot.lock().await.held.as_ref().map(|held| held.lease.renew.as_secs());
            assert_eq!(renew != Some(3_300) || !is_good, is_tried, "{age}: {renew:?}");
        }
    }
}
