//! Where jobs come from: addresses and credential, put together from options, environment and profile. An option beats the
//! environment, the environment beats the profile; the credential of a higher layer replaces the lower one whole.

use reqwest::Url;

use super::{
    ConfigError, Environment, Source,
    credential::{Credential, Files, credential},
    file::{Profile, Settings},
    parsed, refused,
    secret::Terminal,
};
use crate::{
    api::{Auth, Endpoint, parse_address},
    catalogue::{DataCenterRow, catalogue},
    cli::{self, ConnectionFlags},
    state::Tenant,
    text::Foreign,
};

const NO_ADDRESS: ConfigError = ConfigError::Missing {
    what: "the data centre",
    remedy: "give --region or set JOBTOP_REGION (or --base-url, JOBTOP_BASE_URL)",
};
const NO_TOKEN_URL: ConfigError = ConfigError::Missing {
    what: "the address that gives access tokens",
    remedy: "give --token-url or set JOBTOP_TOKEN_URL (or give a region, which has one)",
};
const NO_CLIENT_ID: ConfigError =
    ConfigError::Missing { what: "the app registration's id", remedy: "give --client-id or set JOBTOP_CLIENT_ID" };
const NO_CREDENTIAL: ConfigError = ConfigError::Missing {
    what: "the app registration's secret",
    remedy: "give --secret-file or set JOBTOP_CLIENT_SECRET (or JOBTOP_ACCESS_TOKEN, for a token that you have)",
};

/// The server that options, environment and profile name, and whose jobs it has.
pub(super) fn server_origin(
    flags: ConnectionFlags,
    env: Environment<'_>,
    terminal: Terminal,
) -> Result<(Source, Tenant), ConfigError> {
    let settings = Settings::load(flags.config.as_deref(), env)?;
    let wanted = match &flags.profile {
        Some(name) => Some(name.clone()),
        None => env.text("JOBTOP_PROFILE")?,
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
    let files = Files::of_options(flags.secret_file, flags.cert_file, flags.key_file);
    let credential = credential(files, env, profile.zip(settings.as_ref()), terminal)?;
    let client_id = match flags.client_id.filter(|id| !id.is_empty()) {
        Some(id) => Some(id),
        None => env.text("JOBTOP_CLIENT_ID")?.or_else(|| profile.and_then(|(_, profile)| profile.client_id.clone())),
    };
    let places = layers.iter().find_map(Layer::base_url).transpose()?;
    if places.is_none() && credential.is_none() && client_id.is_none() {
        return Err(ConfigError::Nothing);
    }
    let (base_url, place) = places.ok_or(NO_ADDRESS)?;
    let (auth, name) = match credential {
        None if client_id.is_none() => return Err(NO_CLIENT_ID),
        None => return Err(NO_CREDENTIAL),
        Some(Credential::Token(token)) => (Auth::Token(token), "token".to_owned()),
        Some(credential) => {
            let client_id = client_id.ok_or(NO_CLIENT_ID)?;
            let token_url = layers.iter().find_map(Layer::token_url).transpose()?.ok_or(NO_TOKEN_URL)?;
            let start: String = client_id.chars().take(8).collect();
            (credential.sign_in(token_url, client_id), Foreign::from(start).line(16).into())
        }
    };
    let name = profile.map_or(name, |(name, _)| Foreign::from(name).line(24).into());
    Ok((Source::Server(Endpoint { base_url, auth }), Tenant { name, place }))
}

/// Addresses, as one layer of the configuration gives them.
#[derive(Default)]
struct Layer {
    region: Option<&'static DataCenterRow>,
    base_url: Option<Url>,
    token_url: Option<Url>,
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
    fn base_url(&self) -> Option<Result<(Url, String), ConfigError>> {
        if let Some(url) = &self.base_url {
            return Some(Ok((url.clone(), url.host_str().unwrap_or_default().to_owned())));
        }
        self.region.map(|region| Ok((from_catalogue(&region.base_url)?, region.label.clone())))
    }

    fn token_url(&self) -> Option<Result<Url, ConfigError>> {
        let of_region = || catalogue().token_url(self.region?).map(from_catalogue);
        self.token_url.clone().map(Ok).or_else(of_region)
    }
}

fn from_catalogue(address: &str) -> Result<Url, ConfigError> {
    parse_address(address).map_err(|error| refused("the data centre's address", address, &error))
}

/// The tenants of the configuration file.
pub(super) fn tenants(flags: &ConnectionFlags, env: Environment<'_>) -> Result<Vec<Tenant>, ConfigError> {
    let settings = Settings::load(flags.config.as_deref(), env)?;
    let tenant = |(name, profile): (&str, &Profile)| {
        let layer = Layer::of_profile(profile).ok()?;
        let place = layer.base_url().and_then(Result::ok).map_or_else(String::new, |(_, place)| place);
        Some(Tenant { name: Foreign::from(name).line(24).into(), place })
    };
    Ok(settings.iter().flat_map(Settings::profiles).filter_map(tenant).collect())
}
