//! Secrets of applications: made, replaced, ended.

use std::str::FromStr;
use std::time::Duration;

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use serde_json::json;

use super::entity::secret;
use super::service::find_in;
use super::{Application, ApplicationError, Applications, ClientSecret};
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

impl Overlap {
    /// Those that pages offer.
    pub const CHOICES: [Self; 4] = [
        Self::None,
        Self::For(Duration::from_hours(1)),
        Self::For(Duration::from_hours(24)),
        Self::For(Duration::from_hours(24 * 7)),
    ];

    /// For how many hours the former secret still works.
    pub const fn hours(self) -> u64 {
        match self {
            Self::None => 0,
            Self::For(span) => span.as_secs() / 3600,
        }
    }

    /// That of so many hours, up to 30 days.
    pub fn of_hours(hours: u64) -> Option<Self> {
        match hours {
            0 => Some(Self::None),
            1..=720 => Some(Self::For(Duration::from_hours(hours))),
            _ => None,
        }
    }
}

macro_rules! reasons {
    ($($(#[$meta:meta])+ $variant:ident = $word:literal,)*) => {
        /// Why a secret is replaced or ended, for the trail.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum Reason {
            $($(#[$meta])+ $variant,)*
        }

        impl Reason {
            /// All, in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word in the trail, on the command line and in forms.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}

reasons! {
    /// It was time.
    #[default]
    Routine = "routine",
    /// Somebody else may know it.
    Leak = "leak",
    /// Somebody who knew it left.
    Departure = "departure",
    /// Nobody knows it any more.
    Lost = "lost",
    /// None of these.
    Other = "other",
}

impl FromStr for Reason {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = || Self::ALL.iter().map(|reason| reason.as_str()).collect::<Vec<_>>().join(", ");
        let found = Self::ALL.iter().copied().find(|reason| reason.as_str() == text);
        found.ok_or_else(|| format!("known reasons are {}", known()))
    }
}

/// How a secret is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// What becomes of the former one.
    pub overlap: Overlap,
    /// Why.
    pub reason: Reason,
}

/// As a matter of routine.
impl From<Overlap> for Rotation {
    fn from(overlap: Overlap) -> Self {
        Self { overlap, reason: Reason::Routine }
    }
}

impl Applications {
    /// Gives an application a new secret. At most two work at a time: while a former one still does, only
    /// [`Overlap::None`] is taken.
    pub async fn rotate_secret(
        &self,
        client_id: &ClientId,
        rotation: impl Into<Rotation>,
        actor: Actor,
    ) -> Result<ClientSecret, ApplicationError> {
        let Rotation { overlap, reason } = rotation.into();
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
                    .details(json!({ "prefix": prefix, "overlap_seconds": kept_for, "reason": reason.as_str() }));
                record_in(&tx, audit.row(event)).await?;
                Ok::<_, ApplicationError>(())
            })
            .await?;
        Ok(secret)
    }

    /// Ends one secret at once. The only one that works is ended only with `even_the_last`, which is to say that the application
    /// gets no token any more.
    pub async fn end_secret(
        &self,
        client_id: &ClientId,
        secret: SecretId,
        even_the_last: bool,
        reason: Reason,
        actor: Actor,
    ) -> Result<Application, ApplicationError> {
        let (client_id, now, audit) = (client_id.clone(), self.clock.now(), self.audit.clone());
        self.store
            .write(async move |tx| {
                let application = find_in(&tx, &client_id).await?;
                let working = working_in(&tx, application.id, now).await?;
                let ended = working.iter().find(|row| row.id == secret).ok_or(ApplicationError::SecretNotFound)?;
                if working.len() == 1 && !even_the_last {
                    return Err(ApplicationError::LastSecret);
                }
                secret::Entity::delete_by_id(secret).exec(&*tx).await.map_err(StoreError::from)?;
                let details = json!({ "prefix": ended.prefix, "left": working.len() - 1, "reason": reason.as_str() });
                let event = Event::new(Action::SecretEnded, actor).application(application.id).details(details);
                record_in(&tx, audit.row(event)).await?;
                Ok(application)
            })
            .await
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

async fn working_in(tx: &Tx, application: ApplicationId, now: Timestamp) -> Result<Vec<secret::Model>, StoreError> {
    let rows = secret::Entity::find().filter(secret::Column::ApplicationId.eq(application)).all(&**tx).await?;
    Ok(rows.into_iter().filter(|row| works(row, now)).collect())
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
        let working = working_in(tx, application, now).await?;
        if let (true, Some(end)) = (working.len() > 1, working.iter().filter_map(|row| row.expires_at).min()) {
            return Err(ApplicationError::TwoSecrets(end));
        }
        secret::Entity::delete_many()
            .filter(of_application.clone())
            .filter(secret::Column::ExpiresAt.lte(now))
            .exec(&**tx)
            .await
            .map_err(StoreError::from)?;
        // A former one that is left alone keeps an end that is nearer.
        let (end, expires_at) = (now.after(span), secret::Column::ExpiresAt);
        secret::Entity::update_many()
            .set(secret::ActiveModel { expires_at: Set(Some(end)), ..Default::default() })
            .filter(of_application)
            .filter(expires_at.is_null().or(expires_at.gt(end)))
            .exec(&**tx)
            .await
            .map_err(StoreError::from)?;
    } else {
        secret::Entity::delete_many().filter(of_application).exec(&**tx).await.map_err(StoreError::from)?;
    }
    Ok(())
}
