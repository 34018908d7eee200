//! Whether the providers of the settings can be used, before anybody signs in.

use super::{OpenId, OpenIdError};
use crate::base::{Clock, Random};
use crate::config::Config;
use crate::jose::foreign::Defect;
use crate::providers::{Provider, ProviderError};

/// Why a provider cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProviderTrouble {
    /// The server does not start with these settings.
    #[error(transparent)]
    Settings(#[from] ProviderError),
    /// It does not say now what it is to be asked and how its tokens are verified.
    #[error(transparent)]
    Answer(#[from] OpenIdError),
}

impl OpenId {
    /// Asks every provider of the settings for its description and its keys; gives ids with what is wrong. Needs no database.
    pub async fn examine(
        config: &Config,
        clock: &Clock,
        random: &Random,
    ) -> Vec<(String, Result<(), ProviderTrouble>)> {
        let mut found = Vec::new();
        for settings in &config.sign_in.providers {
            let outcome = match Provider::of_settings(settings, config, clock, random) {
                Ok(provider) => provider.answers().await.map_err(ProviderTrouble::from),
                Err(error) => Err(error.into()),
            };
            found.push((settings.id.to_string(), outcome));
        }
        found
    }
}

impl Provider {
    async fn answers(&self) -> Result<(), OpenIdError> {
        Ok(self.keys.verify(&self.discovery, |_| Ok::<_, Defect>(())).await?)
    }
}
