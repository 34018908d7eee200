//! Whether the provider answers us, before anybody comes with a token.

use super::introspector::Introspector;
use super::{ForeignTokens, IntrospectionFault, ResourceServerError};
use crate::base::{Clock, Metrics, Random};
use crate::config::Config;
use crate::jose::foreign::Introspection;
use crate::providers::{ProviderError, Providers};

/// Why the tokens of the provider cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The server does not start with these settings.
    #[error(transparent)]
    Settings(#[from] ResourceServerError),
    /// Nor with these.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// It does not tell what a token is worth.
    #[error(transparent)]
    Answer(#[from] IntrospectionFault),
    /// It calls a text active that nobody made as a token.
    #[error("the provider calls an invented token active")]
    Gullible,
}

impl Trouble {
    /// What to do about it.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Settings(_) | Self::Provider(_) => "Correct it: the server does not start.",
            Self::Answer(IntrospectionFault::Credentials) => {
                "See client_id, client_secret and token_endpoint_auth_method in [resource_server]; until then no token of its works."
            }
            Self::Answer(IntrospectionFault::Answer(_)) => {
                "See response and its algorithms and keys in [resource_server]: they must be as registered with the provider."
            }
            Self::Answer(_) => "Ask its operators, or see its endpoints and [http]; until then no token of its works.",
            Self::Gullible => "Ask its operators: what it says of tokens opens the API.",
        }
    }
}

impl ForeignTokens {
    /// Asks the provider about an invented token, if there is one to ask. Needs no database.
    pub async fn examine(config: &Config, clock: &Clock, random: &Random) -> Option<Result<(), Trouble>> {
        config.resource_server.as_ref()?;
        Some(ask(config, clock, random).await)
    }
}

async fn ask(config: &Config, clock: &Clock, random: &Random) -> Result<(), Trouble> {
    let providers = Providers::open(config, clock, random)?;
    let Some(settings) = config.resource_server.clone() else { return Ok(()) };
    let name = settings.provider.to_string();
    let provider = providers.find(&name).cloned().ok_or(ResourceServerError::Provider(name))?;
    let introspector = Introspector::new(settings, provider, Metrics::new(clock.now()))?;
    match introspector.ask(&random.base62(43)).await? {
        Introspection::Inactive => Ok(()),
        Introspection::Active(_) | Introspection::Unusable(_) => Err(Trouble::Gullible),
    }
}
