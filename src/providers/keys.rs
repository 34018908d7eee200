//! A provider's public keys: read when needed, kept while it is down, read again when it signs with a new one.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use tokio::sync::Mutex;

use super::discovery::{Discovery, PAUSE};
use super::{ProviderFault, Unverified};
use crate::base::{Clock, OutgoingClient, Timestamp};
use crate::jose::foreign::{Defect, JwkSet};

/// How long a set is used before it is read again, so that a key that the provider withdrew is forgotten.
const FRESH: Duration = Duration::from_hours(1);

/// A stranger's invented key id costs the provider one request in that time, not one each.
const AGAIN: Duration = Duration::from_secs(10);

/// The public keys of one provider, read when needed, by one reader at a time.
#[derive(Debug)]
pub struct Keys {
    clock: Clock,
    http: OutgoingClient,
    known: RwLock<Option<Known>>,
    failed_at: RwLock<Option<Timestamp>>,
    reading: Mutex<()>,
}

#[derive(Clone, Debug)]
struct Known {
    keys: Arc<JwkSet>,
    at: Timestamp,
}

impl Keys {
    /// Those of a provider, which is called by `http`.
    pub fn new(clock: Clock, http: OutgoingClient) -> Self {
        Self { clock, http, known: RwLock::default(), failed_at: RwLock::default(), reading: Mutex::new(()) }
    }

    /// Runs `verify` with the keys, and once more with newer ones when they do not know the token's.
    pub async fn verify<T>(
        &self,
        discovery: &Discovery,
        verify: impl Fn(&JwkSet) -> Result<T, Defect>,
    ) -> Result<T, Unverified> {
        let first = self.not_older_than(discovery, FRESH).await?;
        match verify(&first) {
            Err(Defect::UnknownKey) => {
                let newer = self.not_older_than(discovery, AGAIN).await?;
                if Arc::ptr_eq(&first, &newer) { Err(Defect::UnknownKey.into()) } else { Ok(verify(&newer)?) }
            }
            outcome => Ok(outcome?),
        }
    }

    /// Keys that were read within `age`; older ones only while the provider is down.
    async fn not_older_than(&self, discovery: &Discovery, age: Duration) -> Result<Arc<JwkSet>, ProviderFault> {
        if let Some(keys) = self.fresh(age) {
            return Ok(keys);
        }
        let _reading = self.reading.lock().await;
        if let Some(keys) = self.fresh(age) {
            return Ok(keys);
        }
        let now = self.clock.now();
        let failed_at = *self.failed_at.read().unwrap_or_else(PoisonError::into_inner);
        let resting = failed_at.is_some_and(|failed| now < failed.after(PAUSE));
        let read = if resting { Err(ProviderFault::StillDown) } else { self.read(discovery).await };
        match read {
            Ok(keys) => {
                let keys = Arc::new(keys);
                let known = Known { keys: Arc::clone(&keys), at: now };
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
                *self.failed_at.write().unwrap_or_else(PoisonError::into_inner) = None;
                Ok(keys)
            }
            Err(error) => {
                if !resting {
                    tracing::warn!(cause = %error, "the provider's keys could not be read");
                    *self.failed_at.write().unwrap_or_else(PoisonError::into_inner) = Some(self.clock.now());
                }
                self.known().map(|known| known.keys).ok_or(error)
            }
        }
    }

    async fn read(&self, discovery: &Discovery) -> Result<JwkSet, ProviderFault> {
        let endpoints = discovery.endpoints().await?;
        let answer = self.http.get(&endpoints.jwks, HeaderMap::new()).await.map_err(ProviderFault::Down)?;
        if answer.status != StatusCode::OK {
            return Err(ProviderFault::NoKeys("they are refused"));
        }
        JwkSet::read(&answer.body).map_err(|_| ProviderFault::NoKeys("they cannot be read"))
    }

    fn fresh(&self, age: Duration) -> Option<Arc<JwkSet>> {
        let now = self.clock.now();
        self.known().filter(|known| now < known.at.after(age)).map(|known| known.keys)
    }

    fn known(&self) -> Option<Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
