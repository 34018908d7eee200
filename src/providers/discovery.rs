//! Where a provider is asked what: from the settings, or from its own description (OpenID Connect Discovery 1.0).

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, ProviderMetadata};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::ProviderFault;
use crate::base::{Clock, OutgoingClient, Timestamp};
use crate::config::{self, ProviderUrl};

/// Where a description stands, below the issuer (§4).
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// How long a description is believed before it is read again.
const FRESH: Duration = Duration::from_hours(1);

/// How long ago a provider must have answered before a browser goes there unasked.
const JUST_NOW: Duration = Duration::from_mins(1);

/// After a failure the provider is left alone for so long: whoever clicks meanwhile is told at once.
pub const PAUSE: Duration = Duration::from_secs(5);

/// What of a description the library does not know.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Additional {
    /// OpenID Connect RP-Initiated Logout 1.0 §2.1.
    end_session_endpoint: Option<String>,
    /// RFC 8414 §2.
    introspection_endpoint: Option<String>,
    /// RFC 9207 §3.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Additional {}

type Description = ProviderMetadata<
    Additional,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Where a provider is asked what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// For the browser that signs in.
    pub authorization: String,
    /// For the code.
    pub token: String,
    /// For what it knows of a person.
    pub userinfo: Option<String>,
    /// For its public keys.
    pub jwks: String,
    /// For the browser that signs out.
    pub end_session: Option<String>,
    /// For what a token is worth (RFC 7662).
    pub introspection: Option<String>,
    /// Whether its answers name their issuer: then one that does not is not its own (RFC 9207 §2.4).
    pub names_issuer: bool,
}

/// The description of one provider, read when needed, by one reader at a time.
#[derive(Debug)]
pub struct Discovery {
    fixed: Option<Arc<Endpoints>>,
    issuer: String,
    clock: Clock,
    http: OutgoingClient,
    known: RwLock<Known>,
    reading: Mutex<()>,
}

#[derive(Clone, Debug, Default)]
struct Known {
    endpoints: Option<(Arc<Endpoints>, Timestamp)>,
    failed_at: Option<Timestamp>,
}

impl Discovery {
    /// That of a provider, which is called by `http`.
    pub fn new(settings: &config::Provider, clock: Clock, http: OutgoingClient) -> Self {
        let fixed = settings.endpoints.as_ref().map(|endpoints| {
            Arc::new(Endpoints {
                authorization: endpoints.authorization.to_string(),
                token: endpoints.token.to_string(),
                userinfo: endpoints.userinfo.as_ref().map(ToString::to_string),
                jwks: endpoints.jwks.to_string(),
                end_session: endpoints.end_session.as_ref().map(ToString::to_string),
                introspection: endpoints.introspection.as_ref().map(ToString::to_string),
                names_issuer: false,
            })
        });
        let issuer = settings.issuer.to_string();
        Self { fixed, issuer, clock, http, known: RwLock::default(), reading: Mutex::new(()) }
    }

    /// Whether the last look failed.
    pub fn is_down(&self) -> bool {
        self.fixed.is_none() && self.known().failed_at.is_some()
    }

    /// What is known without asking.
    pub fn latest(&self) -> Option<Arc<Endpoints>> {
        self.fixed.clone().or_else(|| self.known().endpoints.map(|(endpoints, _)| endpoints))
    }

    /// The endpoints. A provider that is down keeps those that were read before.
    pub async fn endpoints(&self) -> Result<Arc<Endpoints>, ProviderFault> {
        let outcome = self.read_within(FRESH).await;
        outcome.or_else(|error| self.latest().ok_or(error))
    }

    /// The endpoints, if the provider answered just now. For visits that nobody asked for: they must not end at an address that
    /// does not answer.
    pub async fn endpoints_just_now(&self) -> Result<Arc<Endpoints>, ProviderFault> {
        self.read_within(JUST_NOW).await
    }

    async fn read_within(&self, age: Duration) -> Result<Arc<Endpoints>, ProviderFault> {
        if let Some(fixed) = &self.fixed {
            return Ok(Arc::clone(fixed));
        }
        if let Some(endpoints) = self.younger_than(age) {
            return Ok(endpoints);
        }
        let _reading = self.reading.lock().await;
        // Whoever waited finds what the one before read, or that it failed.
        if let Some(endpoints) = self.younger_than(age) {
            return Ok(endpoints);
        }
        let known = self.known();
        let now = self.clock.now();
        let resting = known.failed_at.is_some_and(|failed| now < failed.after(PAUSE));
        let read = if resting { Err(ProviderFault::StillDown) } else { self.read().await };
        match read {
            Ok(endpoints) => {
                let endpoints = Arc::new(endpoints);
                self.keep(Known { endpoints: Some((Arc::clone(&endpoints), now)), failed_at: None });
                Ok(endpoints)
            }
            Err(error) => {
                if !resting {
                    tracing::warn!(issuer = self.issuer, cause = %error, "the provider's description could not be read");
                    self.keep(Known { endpoints: known.endpoints, failed_at: Some(self.clock.now()) });
                }
                Err(error)
            }
        }
    }

    /// §4. The keys are read apart, when a token has to be verified: without them a browser can go to the provider all the same.
    async fn read(&self) -> Result<Endpoints, ProviderFault> {
        let url = format!("{}{WELL_KNOWN}", self.issuer.trim_end_matches('/'));
        let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("application/json"))]);
        let answer = self.http.get(&url, headers).await.map_err(ProviderFault::Down)?;
        if answer.status != StatusCode::OK {
            return Err(ProviderFault::Misbehaves("its description is refused"));
        }
        let description: Description = serde_json::from_slice(&answer.body)
            .map_err(|_| ProviderFault::Misbehaves("its description cannot be read"))?;
        if description.issuer().as_str() != self.issuer {
            return Err(ProviderFault::Misbehaves("its description names another issuer"));
        }
        let token = description.token_endpoint().ok_or(ProviderFault::Misbehaves("it has no token endpoint"))?;
        let additional = description.additional_metadata();
        Ok(Endpoints {
            authorization: usable(description.authorization_endpoint())?,
            token: usable(token)?,
            userinfo: description.userinfo_endpoint().map(|url| usable(url)).transpose()?,
            jwks: usable(description.jwks_uri())?,
            end_session: additional.end_session_endpoint.clone().filter(|url| ProviderUrl::endpoint(url).is_some()),
            introspection: additional.introspection_endpoint.clone().filter(|url| ProviderUrl::endpoint(url).is_some()),
            names_issuer: additional.authorization_response_iss_parameter_supported,
        })
    }

    fn younger_than(&self, age: Duration) -> Option<Arc<Endpoints>> {
        let now = self.clock.now();
        self.known().endpoints.filter(|(_, at)| now < at.after(age)).map(|(endpoints, _)| endpoints)
    }

    fn known(&self) -> Known {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, known: Known) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
    }
}

/// An address as the settings would take it: nobody else may hear what is sent there, by us or by a browser.
fn usable(url: &str) -> Result<String, ProviderFault> {
    let refused = ProviderFault::Misbehaves("an address in its description may not be used");
    ProviderUrl::endpoint(url).map(|url| url.to_string()).ok_or(refused)
}
