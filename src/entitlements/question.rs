//! One question to the provider, from what is kept of a person to what is kept of the answer.

use std::time::Instant;

use serde_json::json;

use super::answer::Answer;
use super::claims::KeptClaims;
use super::deploy_center::{DeployCenter, FetchError};
use super::freshness::Known;
use super::patience::Turn;
use super::service::RETRY;
use super::store::{self, Row, Snapshot};
use super::{Access, Entitlements, Reason};
use crate::audit::{Action, Actor, Event, record_in};
use crate::base::{AccountId, Clock, EmailAddress, OutgoingSetupError, StoreError, Timestamp};
use crate::config::Config;

/// Why the provider cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EntitlementsTrouble {
    /// The server does not start with these settings.
    #[error(transparent)]
    Settings(#[from] OutgoingSetupError),
    /// It does not accept who we are.
    #[error("{0}")]
    Credentials(String),
    /// It does not answer as DeployCenter does.
    #[error("{0}")]
    Answer(String),
}

impl Entitlements {
    /// Asks the provider about nobody: whether it can be reached, and accepts our key. Nothing personal is sent. None when there is
    /// no provider.
    pub async fn examine(config: &Config, clock: &Clock) -> Option<Result<(), EntitlementsTrouble>> {
        let provider = match Self::provider(config, clock) {
            Ok(provider) => provider?,
            Err(error) => return Some(Err(error.into())),
        };
        Some(provider.examine().await.map_err(|error| match error {
            error @ FetchError::Unauthorized(_) => EntitlementsTrouble::Credentials(error.to_string()),
            error => EntitlementsTrouble::Answer(error.to_string()),
        }))
    }

    /// Asks about a person, unless that became needless. Somebody who wants to know (`wanted`) gets more than a fresh answer.
    pub(super) async fn ask(&self, person: AccountId, wanted: bool) -> Access {
        let asked = self.try_to_ask(person, wanted).await;
        self.0.metrics.entitlements.set_broken(self.0.patience.is_broken(self.0.clock.now()));
        asked.unwrap_or_else(|error| {
            tracing::error!(account = %person, cause = %error, "what is kept of an entitlement cannot be had");
            Access::Unknown(RETRY)
        })
    }

    async fn try_to_ask(&self, person: AccountId, wanted: bool) -> Result<Access, StoreError> {
        let nobody = || Access::Denied(Reason::parse(Reason::NOT_SIGNED_IN));
        let Some(provider) = &self.0.provider else { return Ok(Access::Granted) };
        let Some(row) = store::row(&self.0.store, person).await? else { return Ok(nobody()) };
        let known = self.judge(person, &row.kept);
        // Whoever came a moment before may have asked already.
        match known {
            Known::Fresh(access) if !wanted => return Ok(access),
            Known::Nobody => return Ok(nobody()),
            _ => {}
        }
        let claims = row.claims.as_deref().and_then(|sealed| self.open_claims(person, sealed));
        let Some(claims) = claims else { return Ok(nobody()) };
        let now = self.0.clock.now();
        let Some(email) = row.email.clone() else {
            let denied = Some(Reason::parse(Reason::NO_EMAIL));
            return self.keep_answer(person, &row, Answer { denied, whole: serde_json::Map::new() }, now).await;
        };
        let turn = self.0.patience.take_turn(person, wanted, now, self.0.settings.timeout);
        let outcome = match turn {
            Turn::Ask => self.fetch(provider, person, &email, &claims).await,
            Turn::Wait(wait) => Err(wait),
        };
        match outcome {
            Ok(answer) => self.keep_answer(person, &row, answer, now).await,
            Err(wait) => Ok(known.without_asking().unwrap_or(Access::Unknown(wait))),
        }
    }

    /// The answer, or how long the provider is left alone. No connection to the database is held meanwhile.
    async fn fetch(
        &self,
        provider: &DeployCenter,
        person: AccountId,
        email: &EmailAddress,
        claims: &KeptClaims,
    ) -> Result<Answer, std::time::Duration> {
        let begun = Instant::now();
        let asked = provider.fetch(email, &claims.sent(&self.0.settings.claims)).await;
        let took = begun.elapsed();
        let outcome = match &asked {
            Ok(Answer { denied: None, .. }) => "granted",
            Ok(_) => "denied",
            Err(error) => error.kind(),
        };
        self.0.metrics.entitlements.asked(outcome, took);
        let duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        match asked {
            Ok(answer) => {
                tracing::debug!(account = %person, outcome, duration_us, "the entitlements provider answered");
                self.0.patience.answered(person);
                Ok(answer)
            }
            Err(error) => {
                if error.is_ours() {
                    tracing::error!(account = %person, outcome, duration_us, cause = %error, "the entitlements provider refuses our question");
                } else {
                    tracing::warn!(account = %person, outcome, duration_us, cause = %error, "the entitlements provider gave no answer");
                }
                Err(self.0.patience.failed(person, &error, &self.0.random, self.0.clock.now()))
            }
        }
    }

    /// Keeps what was answered when `row` was what was known. An answer that has been overtaken gives way to the one that stands.
    async fn keep_answer(
        &self,
        person: AccountId,
        row: &Row,
        answer: Answer,
        asked_at: Timestamp,
    ) -> Result<Access, StoreError> {
        let access = answer.denied.clone().map_or(Access::Granted, Access::Denied);
        let snapshot = Snapshot {
            denied: answer.denied,
            source: self.0.source.clone(),
            fetched_at: asked_at,
            answer: serde_json::Value::Object(answer.whole).to_string(),
        };
        let status = snapshot.status();
        let before = row.kept.entitlement_status.clone();
        let event = (before.as_deref() != Some(status)).then(|| {
            let details =
                json!({ "before": before, "after": status, "reason": snapshot.denied.as_ref().map(Reason::as_str) });
            self.0
                .audit
                .row(Event::new(Action::EntitlementChanged, Actor::Anonymous).on_behalf_of(person).details(details))
        });
        let about = (row.fingerprint.clone().unwrap_or_default(), row.kept.entitlement_version.unwrap_or_default());
        let kept = self
            .0
            .store
            .write::<_, StoreError, _, _>(async move |tx| {
                let kept = store::keep_answer_in(&tx, person, about, snapshot).await?;
                if let (true, Some(event)) = (kept, event) {
                    record_in(&tx, event).await?;
                }
                Ok(kept)
            })
            .await;
        match kept {
            Ok(true) => Ok(access),
            Ok(false) => {
                let kept = store::kept(&self.0.store, person).await?.unwrap_or_default();
                Ok(self.judge(person, &kept).without_asking().unwrap_or(Access::Unknown(RETRY)))
            }
            Err(error) => {
                tracing::error!(account = %person, cause = %error, "an entitlement could not be kept");
                Ok(access)
            }
        }
    }
}
