//! One provider, ready for use: its settings, our keys for it, and what is known of it.

use std::sync::Arc;

use super::{Discovery, KeyFileError, Keys, Unverified, read_decryption, read_private_key};
use crate::base::{Clock, OutgoingClient, Random, SignatureAlgorithm, UserInfoForm};
use crate::config::{self, EncryptedWith};
use crate::jose::foreign::{
    Decryption, Defect, JwkSet, PrivateKey, PrivateKeyError, PublishedJwk, RelyingParty, SharedSecret,
};

/// Why a provider of the settings cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// A key file is no use.
    #[error("sign_in.providers ({provider}): {cause}")]
    Key {
        /// The provider.
        provider: String,
        /// Which file, and why.
        cause: KeyFileError,
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

/// The providers of the settings, in their order. Clones share what is known of them.
#[derive(Clone, Debug)]
pub struct Providers(Arc<[Arc<Provider>]>);

impl Providers {
    /// Those of the settings, called as these say.
    pub fn open(config: &config::Config, clock: &Clock, random: &Random) -> Result<Self, ProviderError> {
        let open = |settings| Provider::of_settings(settings, config, clock, random).map(Arc::new);
        Ok(Self(config.sign_in.providers.iter().map(open).collect::<Result<_, _>>()?))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Provider>> {
        self.0.iter()
    }

    /// The one of that id.
    pub fn find(&self, id: &str) -> Option<&Arc<Provider>> {
        self.iter().find(|provider| provider.id() == id)
    }
}

/// One provider.
#[derive(Debug)]
pub struct Provider {
    /// What the operator says of it.
    pub settings: config::Provider,
    /// The client that calls it.
    pub http: OutgoingClient,
    /// Where it is asked what.
    pub discovery: Discovery,
    /// Its public keys.
    pub keys: Keys,
    /// How its ID tokens are decrypted; none when they are not encrypted.
    pub id_token_decryption: Option<Decryption>,
    /// How its UserInfo is decrypted; none when it cannot be encrypted.
    pub userinfo_decryption: Option<Decryption>,
    /// The key that proves to it who we are, where that is not a secret.
    pub client_key: Option<PrivateKey>,
    /// The client secret as a key for HS256, where it is long enough.
    pub shared_secret: Option<SharedSecret>,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
}

impl Provider {
    /// One of the settings, called as they say.
    pub fn of_settings(
        settings: &config::Provider,
        config: &config::Config,
        clock: &Clock,
        random: &Random,
    ) -> Result<Self, ProviderError> {
        let http = OutgoingClient::new(settings.http.as_ref().unwrap_or(&config.http))
            .map_err(|error| ProviderError::Http { provider: settings.id.to_string(), cause: error.to_string() })?;
        Self::open(settings.clone(), &http, clock.clone(), random.clone())
            .map_err(|cause| ProviderError::Key { provider: settings.id.to_string(), cause })
    }

    fn open(
        settings: config::Provider,
        http: &OutgoingClient,
        clock: Clock,
        random: Random,
    ) -> Result<Self, KeyFileError> {
        let http = http.with_timeout(settings.timeout);
        let id_token_decryption = decryption(&settings, settings.id_token.encrypted, &random)?;
        let userinfo_decryption = decryption(&settings, settings.userinfo.encrypted, &random)?;
        let client_key = settings.client_key_file.as_deref().map(read_private_key).transpose()?;
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

    /// Its id in the settings.
    pub fn id(&self) -> &str {
        self.settings.id.as_str()
    }

    /// What every token of this provider for this server as its client must fit.
    pub fn party(&self) -> RelyingParty<'_> {
        self.party_of(&self.settings.client_id)
    }

    /// What every token of this provider for the client of that id must fit.
    pub fn party_of<'a>(&'a self, client_id: &'a str) -> RelyingParty<'a> {
        RelyingParty {
            issuer: self.settings.issuer.as_str(),
            client_id,
            now: self.clock.now(),
            clock_tolerance: self.settings.clock_tolerance,
        }
    }

    /// Runs `verify` with the provider's keys. A shared secret needs none, nor an answer of the provider.
    pub async fn with_keys<T>(
        &self,
        algorithm: SignatureAlgorithm,
        verify: impl Fn(&JwkSet) -> Result<T, Defect>,
    ) -> Result<T, Unverified> {
        if algorithm == SignatureAlgorithm::Hs256 {
            return Ok(verify(&JwkSet::default())?);
        }
        self.keys.verify(&self.discovery, verify).await
    }

    /// The public parts of our keys for it: those with which it encrypts for us, and the one that verifies our assertions.
    pub fn published_keys(&self) -> Vec<PublishedJwk> {
        let decryptions = [&self.id_token_decryption, &self.userinfo_decryption];
        let signing = self.client_key.as_ref().zip(self.settings.token_endpoint_auth_signing_alg);
        let encrypting = decryptions.into_iter().flatten().flat_map(Decryption::published);
        encrypting.chain(signing.and_then(|(key, algorithm)| key.published_for_signatures(algorithm))).collect()
    }
}

fn decryption(
    settings: &config::Provider,
    encrypted: Option<EncryptedWith>,
    random: &Random,
) -> Result<Option<Decryption>, KeyFileError> {
    let Some(with) = encrypted else { return Ok(None) };
    match read_decryption(&settings.decryption_key_files, with, random) {
        // With `userinfo = "any"` the algorithm is a default that nobody chose.
        Err(KeyFileError::Unusable { cause: PrivateKeyError::None, .. })
            if settings.userinfo.form == UserInfoForm::Any =>
        {
            Ok(None)
        }
        outcome => outcome.map(Some),
    }
}
