//! Where jobs come from: addresses and credential, put together from options, environment and profile. An option beats the
//! environment, the environment beats the profile; the credential of a higher layer replaces the lower one whole.

use std::path::{Path, PathBuf};

use reqwest::Url;

use super::{
    Concern, ConfigError, Environment, Provenance, Source,
    credential::{Credential, Files, credential, named},
    file::{Profile, Settings},
    parsed, refused,
    secret::Terminal,
};
use crate::{
    api::{Auth, Endpoint, Trust, parse_address},
    catalogue::{DataCenterRow, catalogue},
    cli::{self, ConnectionFlags},
    clock::Stopwatch,
    state::Tenant,
    text::Foreign,
};

pub(super) const NO_ADDRESS: ConfigError = ConfigError::Missing {
    what: "the data centre",
    remedy: "give --region or set JOBTOP_REGION (or --base-url, JOBTOP_BASE_URL)",
    concern: Concern::Profile,
};
pub(super) const NO_TOKEN_URL: ConfigError = ConfigError::Missing {
    what: "the address that gives access tokens",
    remedy: "give --token-url or set JOBTOP_TOKEN_URL (or give a region, which has one)",
    concern: Concern::Profile,
};
const NO_CLIENT_ID: ConfigError = ConfigError::Missing {
    what: "the app registration's id",
    remedy: "give --client-id or set JOBTOP_CLIENT_ID",
    concern: Concern::Credential,
};
const NO_CREDENTIAL: ConfigError = ConfigError::Missing {
    what: "the app registration's secret",
    remedy: "give --secret-file or set JOBTOP_CLIENT_SECRET (or JOBTOP_ACCESS_TOKEN, for a token that you have)",
    concern: Concern::Credential,
};

/// The portal where no other is named.
pub(super) const PORTAL: &str = "https://www.avepointonlineservices.com";

/// A server, whose jobs it has, and how that came to be known.
pub(super) struct Origin {
    pub(super) source: Source,
    pub(super) tenant: Tenant,
    pub(super) tenants: Vec<Tenant>,
    pub(super) provenance: Provenance,
    /// The portal, for a browser.
    pub(super) portal: String,
}

/// What options, environment and profile say of a server, before any file of the credential is read.
pub(super) struct Choice {
    pub(super) settings: Option<Settings>,
    /// The profile's name, and what chose it.
    pub(super) profile: Option<(String, &'static str)>,
    pub(super) client_id: Option<String>,
    /// Certificates to trust.
    pub(super) authorities: Option<PathBuf>,
    layers: [Layer; 3],
    files: Files,
}

impl Choice {
    pub(super) fn new(flags: ConnectionFlags, env: Environment<'_>) -> Result<Self, ConfigError> {
        let settings = Settings::load(flags.config.as_deref(), env)?;
        let (wanted, chosen_by) = match &flags.profile {
            Some(name) => (Some(name.clone()), "--profile"),
            None => match env.text("JOBTOP_PROFILE")? {
                Some(name) => (Some(name), "JOBTOP_PROFILE"),
                None => (None, "the configuration file"),
            },
        };
        let profile = settings.as_ref().map_or(Ok(None), |settings| settings.profile(wanted.as_deref()))?;
        if let (Some(name), None) = (&wanted, &settings) {
            return Err(Settings::missing(name, flags.config.as_deref(), env));
        }
        let layers = [
            Layer {
                region: flags.region,
                base_url: parsed("--base-url", flags.base_url, parse_address)?,
                token_url: parsed("--token-url", flags.token_url, parse_address)?,
            },
            Layer {
                region: parsed("JOBTOP_REGION", env.text("JOBTOP_REGION")?, cli::region)?,
                base_url: parsed("JOBTOP_BASE_URL", env.text("JOBTOP_BASE_URL")?, parse_address)?,
                token_url: parsed("JOBTOP_TOKEN_URL", env.text("JOBTOP_TOKEN_URL")?, parse_address)?,
            },
            profile.map_or(Ok(Layer::default()), |(_, profile)| Layer::of_profile(profile))?,
        ];
        let client_id = match flags.client_id.filter(|id| !id.is_empty()) {
            Some(id) => Some(id),
            None => {
                env.text("JOBTOP_CLIENT_ID")?.or_else(|| profile.and_then(|(_, profile)| profile.client_id.clone()))
            }
        };
        Ok(Self {
            authorities: authorities(flags.ca_file, profile.zip(settings.as_ref()), env),
            profile: profile.map(|(name, _)| (name.to_owned(), chosen_by)),
            client_id,
            layers,
            files: Files::of_options(flags.secret_file, flags.cert_file, flags.key_file),
            settings,
        })
    }

    /// Where the API is, and what that place is called.
    pub(super) fn base_url(&self) -> Result<Option<(Url, String)>, ConfigError> {
        self.layers.iter().find_map(Layer::base_url).transpose()
    }

    pub(super) fn token_url(&self) -> Result<Option<Url>, ConfigError> {
        self.layers.iter().find_map(Layer::token_url).transpose()
    }

    /// What kind of credential there is, and what names it; it is not read.
    pub(super) fn named(&self, env: Environment<'_>) -> Result<Option<(&'static str, String)>, ConfigError> {
        named(&self.files, env, self.profile_in_use())
    }

    fn profile_in_use(&self) -> Option<((&str, &Profile), &Settings)> {
        let (settings, (name, _)) = self.settings.as_ref().zip(self.profile.as_ref())?;
        let (name, profile) = settings.profiles().find(|(other, _)| other == name)?;
        Some(((name, profile), settings))
    }
}

/// The server that options, environment and profile name.
pub(super) fn server_origin(
    flags: ConnectionFlags,
    env: Environment<'_>,
    terminal: Terminal,
) -> Result<Origin, ConfigError> {
    let choice = Choice::new(flags, env)?;
    let trust = choice.authorities.as_deref().map_or(Ok(Trust::default()), trusted)?;
    let asked = Stopwatch::start();
    let credential = credential(&choice.files, env, choice.profile_in_use(), terminal)?;
    let settings = choice.settings.as_ref();
    let profile = choice.profile.as_ref();
    let provenance = Provenance {
        file: settings.map(|settings| settings.path().to_owned()),
        profiles: settings.map_or(0, |settings| settings.profiles().count()),
        profile: profile.map(|(name, chosen_by)| (Foreign::from(name.as_str()).line(40), *chosen_by)),
        credential: credential.as_ref().map(|(credential, from)| (credential.kind(), *from)),
        credential_took: asked.elapsed(),
    };
    let places = choice.base_url()?;
    if places.is_none() && credential.is_none() && choice.client_id.is_none() {
        return Err(ConfigError::Nothing);
    }
    let (base_url, place) = places.ok_or(NO_ADDRESS)?;
    let (auth, name) = match credential {
        None if choice.client_id.is_none() => return Err(NO_CLIENT_ID),
        None => return Err(NO_CREDENTIAL),
        Some((Credential::Token(token), _)) => (Auth::Token(token), "token".to_owned()),
        Some((credential, _)) => {
            let client_id = choice.client_id.clone().ok_or(NO_CLIENT_ID)?;
            let token_url = choice.token_url()?.ok_or(NO_TOKEN_URL)?;
            let start: String = client_id.chars().take(8).collect();
            (credential.sign_in(token_url, client_id), Foreign::from(start).line(16).into())
        }
    };
    let name = profile.map_or(name, |(name, _)| Foreign::from(name.as_str()).line(24).into());
    let of_profile = choice.profile_in_use().and_then(|((_, profile), _)| profile.portal_url.as_deref());
    let portal = parsed("portal_url", of_profile.map(str::to_owned), super::ui::portal)?;
    let portal = portal.unwrap_or_else(|| PORTAL.to_owned());
    let source = Source::Server(Endpoint { base_url, auth, trust });
    Ok(Origin { source, tenant: Tenant { name, place }, tenants: tenants(settings), provenance, portal })
}

/// The file of certificates to trust, of the option or of the profile.
fn authorities(
    option: Option<PathBuf>,
    profile: Option<((&str, &Profile), &Settings)>,
    env: Environment<'_>,
) -> Option<PathBuf> {
    let of_profile = || {
        let ((_, profile), settings) = profile?;
        Some(settings.beside(profile.ca_file.as_deref()?, env))
    };
    option.or_else(of_profile)
}

pub(super) fn trusted(path: &Path) -> Result<Trust, ConfigError> {
    Trust::load(path).map_err(|reason| ConfigError::Authorities { path: path.to_owned(), reason })
}

/// Addresses, as one layer of the configuration gives them.
#[derive(Default)]
pub(super) struct Layer {
    pub(super) region: Option<&'static DataCenterRow>,
    pub(super) base_url: Option<Url>,
    pub(super) token_url: Option<Url>,
}

impl Layer {
    fn of_profile(profile: &Profile) -> Result<Self, ConfigError> {
        Ok(Self {
            region: parsed("region", profile.region.clone(), cli::region)?,
            base_url: parsed("base_url", profile.base_url.clone(), parse_address)?,
            token_url: parsed("token_url", profile.token_url.clone(), parse_address)?,
        })
    }

    /// Where the API is, and what that place is called.
    pub(super) fn base_url(&self) -> Option<Result<(Url, String), ConfigError>> {
        if let Some(url) = &self.base_url {
            return Some(Ok((url.clone(), url.host_str().unwrap_or_default().to_owned())));
        }
        self.region.map(|region| Ok((from_catalogue(&region.base_url)?, region.label.clone())))
    }

    pub(super) fn token_url(&self) -> Option<Result<Url, ConfigError>> {
        let of_region = || catalogue().token_url(self.region?).map(from_catalogue);
        self.token_url.clone().map(Ok).or_else(of_region)
    }
}

fn from_catalogue(address: &str) -> Result<Url, ConfigError> {
    parse_address(address).map_err(|error| refused("the data centre's address", address, &error))
}

/// The tenants of the configuration file, for the demo's user too.
#[cfg(feature = "demo")]
pub(super) fn known_tenants(flags: &ConnectionFlags, env: Environment<'_>) -> Result<Vec<Tenant>, ConfigError> {
    Ok(tenants(Settings::load(flags.config.as_deref(), env)?.as_ref()))
}

fn tenants(settings: Option<&Settings>) -> Vec<Tenant> {
    let tenant = |(name, profile): (&str, &Profile)| {
        let layer = Layer::of_profile(profile).ok()?;
        let place = layer.base_url().and_then(Result::ok).map_or_else(String::new, |(_, place)| place);
        Some(Tenant { name: Foreign::from(name).line(24).into(), place })
    };
    settings.into_iter().flat_map(Settings::profiles).filter_map(tenant).collect()
}
