//! Secrets of applications: made, replaced, ended.

use std::time::Duration;

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::entity::secret;
use super::service::find_in;
use super::{ApplicationError, Applications, ClientSecret};
use crate::audit::{Action, Actor, Event, record_in};
use crate::base::{ApplicationId, ClientId, SecretId, StoreError, Timestamp, Tx};

/// What becomes of the secret that a new one replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlap {
    /// It ends at once, and so does any other: the choice after a leak.
    None,
    /// It works for so much longer.
    For(Duration),
}

impl Applications {
    /// Gives an application a new secret. At most two work at a time: while a former one still does, only
    /// [`Overlap::None`] is taken.
    pub async fn rotate_secret(
        &self,
        client_id: &ClientId,
        overlap: Overlap,
        actor: Actor,
    ) -> Result<ClientSecret, ApplicationError> {
        let now = self.clock.now();
        let secret = ClientSecret::generate(&self.random);
        let (new, audit, client_id) = (self.secret_row(&secret, now), self.audit.clone(), client_id.clone());
        self.store
            .write(async move |tx| {
                let application = find_in(&tx, &client_id).await?;
                retire_secrets(&tx, application.id, overlap, now).await?;
                let row = secret::ActiveModel { application_id: Set(application.id), ..new };
                let prefix = row.prefix.clone().take();
                secret::Entity::insert(row).exec_without_returning(&*tx).await.map_err(StoreError::from)?;
                let kept_for = if let Overlap::For(span) = overlap { span.as_secs() } else { 0 };
                let event = Event::new(Action::SecretRotated, actor)
                    .application(application.id)
                    .details(json!({ "prefix": prefix, "overlap_seconds": kept_for }));
                record_in(&tx, audit.row(event)).await?;
                Ok::<_, ApplicationError>(())
            })
            .await?;
        Ok(secret)
    }

    pub(super) fn new_secret(&self, application: ApplicationId, now: Timestamp) -> (ClientSecret, secret::ActiveModel) {
        let secret = ClientSecret::generate(&self.random);
        let row = secret::ActiveModel { application_id: Set(application), ..self.secret_row(&secret, now) };
        (secret, row)
    }

    fn secret_row(&self, secret: &ClientSecret, now: Timestamp) -> secret::ActiveModel {
        secret::ActiveModel {
            id: Set(SecretId::new(&self.random, now)),
            digest: Set(secret.digest(&self.key)),
            prefix: Set(secret.prefix()),
            created_at: Set(now),
            expires_at: Set(None),
            last_used_at: Set(None),
            ..Default::default()
        }
    }
}

/// Whether a secret proves who the application is at `now`.
pub(super) fn works(row: &secret::Model, now: Timestamp) -> bool {
    row.expires_at.is_none_or(|end| now < end)
}

/// Ends the secrets in use as `overlap` says, and removes those that ended before.
async fn retire_secrets(
    tx: &Tx,
    application: ApplicationId,
    overlap: Overlap,
    now: Timestamp,
) -> Result<(), ApplicationError> {
    let of_application = secret::Column::ApplicationId.eq(application);
    if let Overlap::For(span) = overlap {
        let rows = secret::Entity::find().filter(of_application.clone()).all(&**tx).await.map_err(StoreError::from)?;
        let working: Vec<_> = rows.into_iter().filter(|row| works(row, now)).collect();
        if let (true, Some(end)) = (working.len() > 1, working.iter().filter_map(|row| row.expires_at).min()) {
            return Err(ApplicationError::TwoSecrets(end));
        }
        secret::Entity::delete_many()
            .filter(of_application.clone())
            .filter(secret::Column::ExpiresAt.lte(now))
            .exec(&**tx)
            .await
            .map_err(StoreError::from)?;
        secret::Entity::update_many()
            .set(secret::ActiveModel { expires_at: Set(Some(now.after(span))), ..Default::default() })
            .filter(of_application)
            .exec(&**tx)
            .await
            .map_err(StoreError::from)?;
    } else {
        secret::Entity::delete_many().filter(of_application).exec(&**tx).await.map_err(StoreError::from)?;
    }
    Ok(())
}
