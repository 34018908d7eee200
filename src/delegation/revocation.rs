//! Ending tokens before their time: one, all of a kind, or those that a key signed.

use std::time::Duration;

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::json;

use super::{Delegation, RevocationError};
use crate::audit::{Action, Actor, Event, record_in};
use crate::base::{StoreError, Timestamp, TokenId};
use crate::config;
use crate::jose::KeyFacts;

/// Beyond the longest life of a token: an instance may sign with the former key in the moment of its replacement.
const MARGIN: Duration = Duration::from_mins(1);

/// Tokens revoked one by one.
mod deny_list {
    use sea_orm::entity::prelude::*;

    use crate::base::{Timestamp, TokenId};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "revoked_token")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub jti: TokenId,
        pub expires_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A token that was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// The moment at which it would have ended at the latest.
    pub expires_at: Timestamp,
    /// Whether that had passed already, so that there was nothing to revoke.
    pub expired: bool,
}

/// A signing key that took the place of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The new key's id.
    pub kid: String,
    /// Until when the former ones verify; none when they do not any more.
    pub former_end: Option<Timestamp>,
}

impl Delegation {
    /// Revokes one token, for every instance from its next call on. Only a token that the trail knows can be revoked: a
    /// mistyped id must not pass for success. Revoking twice changes nothing.
    pub async fn revoke(&self, token: TokenId, actor: Actor) -> Result<Revoked, RevocationError> {
        let inner = &self.0;
        let issued = inner.audit.issue_of(token).await?.ok_or(RevocationError::Unknown)?;
        let expires_at = issued.at.after(config::Delegation::LONGEST_TOKEN_LIFETIME);
        if expires_at <= inner.clock.now() {
            return Ok(Revoked { expires_at, expired: true });
        }
        let mut event = Event::new(Action::TokenRevoked, actor).token(token);
        if let Some(person) = issued.on_behalf_of {
            event = event.on_behalf_of(person);
        }
        if let Some(application) = issued.application {
            event = event.application(application);
        }
        let event = inner.audit.row(event);
        inner
            .store
            .write::<_, StoreError, _, _>(async move |tx| {
                let row = deny_list::ActiveModel { jti: Set(token), expires_at: Set(expires_at) };
                let inserted = deny_list::Entity::insert(row)
                    .on_conflict(OnConflict::column(deny_list::Column::Jti).do_nothing().to_owned())
                    .exec_without_returning(&*tx)
                    .await?;
                if inserted > 0 {
                    record_in(&tx, event).await?;
                }
                Ok(())
            })
            .await?;
        Ok(Revoked { expires_at, expired: false })
    }

    /// Signs from now on with a new key. The former ones verify until the last token that they signed has ended, or with
    /// `at_once` (after a leak) not any more: then every living token has ended.
    pub async fn rotate_key(&self, at_once: bool, actor: Actor) -> Result<Rotated, RevocationError> {
        let inner = &self.0;
        let replacement = inner.keyring.replacement()?;
        let kid = replacement.kid();
        let last = config::Delegation::LONGEST_TOKEN_LIFETIME + MARGIN;
        let former_end = (!at_once).then(|| inner.clock.now().after(last));
        let event = Event::new(Action::KeyRotated, actor).details(json!({
            "kid": kid,
            "algorithm": inner.keyring.algorithm().as_str(),
            "former_keys_end": former_end,
        }));
        let event = inner.audit.row(event);
        inner
            .store
            .write::<_, StoreError, _, _>(async move |tx| {
                replacement.install_in(&tx, former_end).await?;
                record_in(&tx, event).await
            })
            .await?;
        inner.keyring.load().await?;
        Ok(Rotated { kid, former_end })
    }

    /// The signing keys, newest first.
    pub fn keys(&self) -> Vec<KeyFacts> {
        self.0.keyring.list()
    }
}
