//! One provider, ready for use: its settings, our keys for it, and what is known of it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::discovery::Discovery;
use super::keys::Keys;
use crate::base::{Clock, Language, OutgoingClient, Random, Secret};
use crate::config::{self, EncryptedWith};
use crate::jose::foreign::{Decryption, PrivateKey, PrivateKeyError, RelyingParty, SharedSecret};

/// Why a provider of the settings cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// A key file cannot be read.
    #[error("sign_in.providers ({provider}): cannot read {file}: {cause}")]
    File {
        /// The provider.
        provider: String,
        /// The file.
        file: String,
        /// The system's words.
        cause: std::io::Error,
    },
    /// A key file has no usable key.
    #[error("sign_in.providers ({provider}): {file}: {cause}")]
    Key {
        /// The provider.
        provider: String,
        /// The file.
        file: String,
        /// What is wrong with it.
        cause: PrivateKeyError,
    },
    /// What its calls need cannot be had.
    #[error("sign_in.providers ({provider}): {cause}")]
    Http {
        /// The provider.
        provider: String,
        /// Why.
        cause: String,
    },
}

/// A button on the sign-in page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// The provider's id.
    pub id: String,
    /// What stands on it.
    pub label: String,
    /// Whether the provider did not answer when it was last asked.
    pub down: bool,
}

/// One provider.
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) settings: config::Provider,
    pub(super) http: OutgoingClient,
    pub(super) discovery: Discovery,
    pub(super) keys: Keys,
    pub(super) id_token_decryption: Option<Decryption>,
    pub(super) userinfo_decryption: Option<Decryption>,
    pub(super) client_key: Option<PrivateKey>,
    pub(super) shared_secret: Option<SharedSecret>,
    pub(super) clock: Clock,
    pub(super) random: Random,
}

impl Provider {
    /// One of the settings, called as they say.
    pub(super) fn of_settings(
        settings: &config::Provider,
        config: &config::Config,
        clock: &Clock,
        random: &Random,
    ) -> Result<Self, ProviderError> {
        let http = OutgoingClient::new(settings.http.as_ref().unwrap_or(&config.http))
            .map_err(|error| ProviderError::Http { provider: settings.id.to_string(), cause: error.to_string() })?;
        Self::open(settings.clone(), &http, clock.clone(), random.clone())
    }

    fn open(
        settings: config::Provider,
        http: &OutgoingClient,
        clock: Clock,
        random: Random,
    ) -> Result<Self, ProviderError> {
        let http = http.with_timeout(settings.timeout);
        let ours = OurKeys { settings: &settings, random: &random };
        let id_token_decryption = ours.decryption(settings.id_token.encrypted)?;
        let userinfo_decryption = ours.decryption(settings.userinfo.encrypted)?;
        let client_key = settings.client_key_file.as_deref().map(|file| ours.read(file)).transpose()?;
        Ok(Self {
            id_token_decryption,
            userinfo_decryption,
            client_key,
            shared_secret: settings.client_secret.as_ref().and_then(SharedSecret::of_client),
            discovery: Discovery::new(&settings, clock.clone(), http.clone()),
            keys: Keys::new(clock.clone(), http.clone()),
            settings,
            http,
            clock,
            random,
        })
    }

    pub(super) fn id(&self) -> &str {
        self.settings.id.as_str()
    }

    pub(super) fn button(&self, language: Language) -> Button {
        Button {
            id: self.id().to_owned(),
            label: self.settings.label.text(language).to_owned(),
            down: self.discovery.is_down(),
        }
    }

    /// What every token of this provider must fit.
    pub(super) fn party(&self) -> RelyingParty<'_> {
        RelyingParty {
            issuer: self.settings.issuer.as_str(),
            client_id: &self.settings.client_id,
            now: self.clock.now(),
            clock_tolerance: self.settings.clock_tolerance,
        }
    }
}

struct OurKeys<'a> {
    settings: &'a config::Provider,
    random: &'a Random,
}

impl OurKeys<'_> {
    fn read(&self, file: &Path) -> Result<PrivateKey, ProviderError> {
        let (provider, shown) = (self.settings.id.to_string(), file.display().to_string());
        let text = std::fs::read_to_string(file).map_err(|cause| ProviderError::File {
            provider: provider.clone(),
            file: shown.clone(),
            cause,
        })?;
        PrivateKey::read(&Secret::new(text)).map_err(|cause| ProviderError::Key { provider, file: shown, cause })
    }

    /// How it decrypts: with those keys of the list that go with the algorithm.
    fn decryption(&self, encrypted: Option<EncryptedWith>) -> Result<Option<Decryption>, ProviderError> {
        let Some((algorithm, encryption)) = encrypted else { return Ok(None) };
        let mut keys = Vec::new();
        for file in &self.settings.decryption_key_files {
            let key = self.read(file)?;
            if key.decrypts(algorithm) {
                keys.push(key);
            }
        }
        match Decryption::new(algorithm, encryption, keys, self.random.clone()) {
            Ok(decryption) => Ok(Some(decryption)),
            // With `userinfo = "any"` the algorithm is a default that nobody chose.
            Err(PrivateKeyError::None) if self.settings.userinfo.form == crate::base::UserInfoForm::Any => Ok(None),
            Err(cause) => {
                let files: Vec<_> =
                    self.settings.decryption_key_files.iter().map(|file| file.display().to_string()).collect();
                Err(ProviderError::Key { provider: self.settings.id.to_string(), file: files.join(", "), cause })
            }
        }
    }
}
