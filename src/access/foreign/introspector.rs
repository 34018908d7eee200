//! Asking the provider what a token is worth (RFC 7662 §2.1), as its client that the settings name.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::sync::Semaphore;

use super::{IntrospectionFault, ResourceServerError};
use crate::base::{IntrospectionForm, Metrics, OutgoingAnswer, Secret, Timestamp, TokenId};
use crate::config::{ClientAuthentication, ResourceServer};
use crate::jose::foreign::{
    CLIENT_ASSERTION_TYPE, ClientAssertion, Decryption, Introspection, IntrospectionRules, JwkSet, PrivateKey,
    PublishedJwk, SharedSecret, Signer, verify_introspection,
};
use crate::providers::{Provider, ProviderFault, read_decryption, read_private_key};

/// How long the provider is left alone when it does not answer, or does not know us.
const PAUSE: Duration = Duration::from_secs(2);

/// Questions under way at once. Tokens that are asked about are anybody's to invent.
const MOST_QUESTIONS: usize = 64;

/// How long a client assertion may be used (RFC 7523 §3).
const ASSERTION_LIFETIME: Duration = Duration::from_mins(1);

/// What proves who we are: in headers, or as fields of the form.
type Proof = (HeaderMap, Vec<(&'static str, Secret)>);

/// Who asks.
#[derive(Debug)]
pub(super) struct Introspector {
    pub(super) provider: Arc<Provider>,
    settings: ResourceServer,
    client_key: Option<PrivateKey>,
    shared_secret: Option<SharedSecret>,
    decryption: Option<Decryption>,
    resting: RwLock<Option<(IntrospectionFault, Timestamp)>>,
    places: Semaphore,
    metrics: Metrics,
}

impl Introspector {
    /// One that asks `provider` as `settings` say.
    pub(super) fn new(
        settings: ResourceServer,
        provider: Arc<Provider>,
        metrics: Metrics,
    ) -> Result<Self, ResourceServerError> {
        let with = settings.answer.encrypted;
        let decryption =
            with.map(|with| read_decryption(&settings.decryption_key_files, with, &provider.random)).transpose()?;
        Ok(Self {
            decryption,
            client_key: settings.client_key_file.as_deref().map(read_private_key).transpose()?,
            shared_secret: settings.client_secret.as_ref().and_then(SharedSecret::of_client),
            settings,
            provider,
            resting: RwLock::default(),
            places: Semaphore::new(MOST_QUESTIONS),
            metrics,
        })
    }

    /// The public parts of our keys: those with which answers are encrypted, and the one that verifies our assertions.
    pub(super) fn published_keys(&self) -> Vec<PublishedJwk> {
        let signing = self.client_key.as_ref().zip(self.settings.token_endpoint_auth_signing_alg);
        let signing = signing.and_then(|(key, algorithm)| key.published_for_signatures(algorithm));
        self.decryption.iter().flat_map(Decryption::published).chain(signing).collect()
    }

    /// What the provider says of `token`. What went wrong is logged and counted here; nothing of the token is.
    pub(super) async fn ask(&self, token: &str) -> Result<Introspection, IntrospectionFault> {
        if let Some(fault) = self.resting() {
            return Err(fault);
        }
        let begun = Instant::now();
        let answer = self.question(token).await;
        let outcome = match &answer {
            Ok(Introspection::Active(_)) => "active",
            Ok(Introspection::Inactive) => "inactive",
            Ok(Introspection::Unusable(_)) => "unusable",
            Err(fault) => fault.outcome(),
        };
        self.metrics.introspections.asked(outcome, begun.elapsed());
        match &answer {
            Ok(Introspection::Unusable(defect)) => {
                tracing::info!(provider = self.provider.id(), cause = %defect, "an active token is no use here");
            }
            Ok(_) => {}
            Err(fault) => {
                tracing::error!(provider = self.provider.id(), outcome, cause = %fault, "a token could not be asked about");
                if fault.is_lasting() {
                    self.rest(fault);
                }
            }
        }
        answer
    }

    async fn question(&self, token: &str) -> Result<Introspection, IntrospectionFault> {
        let place = tokio::time::timeout(self.provider.settings.timeout, self.places.acquire()).await;
        let _place = place.ok().and_then(Result::ok).ok_or(IntrospectionFault::Crowd)?;
        let endpoints = self.provider.discovery.endpoints().await?;
        let endpoint = endpoints.introspection.as_deref();
        let endpoint = endpoint.ok_or(ProviderFault::Misbehaves("it has no introspection endpoint"))?;
        let (headers, proof) = self.proof()?;
        let mut form: Vec<_> = proof.iter().map(|(name, value)| (*name, value.expose())).collect();
        form.push(("token", token));
        let answer = self.provider.http.post_form(endpoint, headers, &form).await.map_err(ProviderFault::Down)?;
        check_status(&answer)?;
        let answer_settings = self.settings.answer;
        let verify = |keys: &JwkSet| {
            let signer = Signer { algorithm: answer_settings.signed, keys, secret: self.shared_secret.as_ref() };
            let rules = IntrospectionRules {
                party: self.provider.party_of(&self.settings.client_id),
                form: answer_settings.form,
                signer,
                decryption: self.decryption.as_ref(),
            };
            verify_introspection(&answer.body, answer.content_type(), &rules)
        };
        if answer_settings.form == IntrospectionForm::Json {
            return Ok(verify(&JwkSet::default())?);
        }
        Ok(self.provider.with_keys(answer_settings.signed, verify).await?)
    }

    /// What proves who we are (RFC 7662 §2.1), in headers or in the form, and what is asked for.
    fn proof(&self) -> Result<Proof, IntrospectionFault> {
        let settings = &self.settings;
        let accept = HeaderValue::from_static(settings.answer.form.media_type());
        let mut headers = HeaderMap::from_iter([(header::ACCEPT, accept)]);
        let secret = settings.client_secret.as_ref().map_or("", Secret::expose);
        let client_id = ("client_id", Secret::new(&settings.client_id));
        let form = match settings.token_endpoint_auth_method {
            ClientAuthentication::SecretPost => vec![client_id, ("client_secret", Secret::new(secret))],
            ClientAuthentication::SecretBasic => {
                headers.insert(header::AUTHORIZATION, basic(&settings.client_id, secret)?);
                Vec::new()
            }
            ClientAuthentication::PrivateKeyJwt => {
                let kind = ("client_assertion_type", Secret::new(CLIENT_ASSERTION_TYPE));
                vec![client_id, kind, ("client_assertion", Secret::new(self.assertion()?))]
            }
        };
        Ok((headers, form))
    }

    /// RFC 7523 §3; the issuer is an audience that every provider knows as its own.
    fn assertion(&self) -> Result<String, IntrospectionFault> {
        let settings = &self.settings;
        let key = self.client_key.as_ref().zip(settings.token_endpoint_auth_signing_alg);
        let (key, algorithm) = key.ok_or(IntrospectionFault::Assertion)?;
        let now = self.provider.clock.now();
        let id = TokenId::new(&self.provider.random, now).to_string();
        let assertion = ClientAssertion {
            client_id: &settings.client_id,
            audience: self.provider.settings.issuer.as_str(),
            token_id: &id,
            now,
            lifetime: ASSERTION_LIFETIME,
        };
        assertion.sign(key, algorithm).map_err(|_| IntrospectionFault::Assertion)
    }

    fn resting(&self) -> Option<IntrospectionFault> {
        let now = self.provider.clock.now();
        let resting = self.resting.read().unwrap_or_else(PoisonError::into_inner);
        resting.as_ref().filter(|(_, since)| now < since.after(PAUSE)).map(|(fault, _)| fault.clone())
    }

    fn rest(&self, fault: &IntrospectionFault) {
        let since = self.provider.clock.now();
        *self.resting.write().unwrap_or_else(PoisonError::into_inner) = Some((fault.clone(), since));
    }
}

/// RFC 6749 §2.3.1: both are form-encoded before they are joined.
fn basic(client_id: &str, secret: &str) -> Result<HeaderValue, IntrospectionFault> {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let credentials = STANDARD.encode(format!("{}:{}", encoded(client_id), encoded(secret)));
    let mut value = HeaderValue::try_from(format!("Basic {credentials}")).map_err(|_| IntrospectionFault::Assertion)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Only 200 is an answer. RFC 6749 §5.2: a client that is not known may be told so with 400 too.
fn check_status(answer: &OutgoingAnswer) -> Result<(), IntrospectionFault> {
    let names_us = || {
        let error = serde_json::from_slice::<Value>(&answer.body).ok();
        let error = error.as_ref().and_then(|body| body.get("error")?.as_str());
        matches!(error, Some("invalid_client" | "unauthorized_client"))
    };
    match answer.status {
        StatusCode::OK => Ok(()),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(IntrospectionFault::Credentials),
        StatusCode::BAD_REQUEST if names_us() => Err(IntrospectionFault::Credentials),
        status => Err(IntrospectionFault::Status(status)),
    }
}
