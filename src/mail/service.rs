//! Queueing letters.

use std::sync::Arc;

use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use tokio::sync::Notify;

use super::entity::{Entity, Model};
use super::message::{Content, Head};
use super::smtp::{self, MailFailure, Smtp};
use super::text::Service;
use super::{Letter, MailQueue, Recipient, WaitingLetter, queue};
use crate::audit::Audit;
use crate::base::{
    Clock, LetterId, MasterKey, Metrics, OutgoingSetupError, Purpose, Random, Sealer, Store, StoreError, Tx,
};
use crate::config::Config;

/// What we are called where `mail.from` has no name.
const OUR_NAME: &str = "Parloir";

/// Letters to people. Clones share the worker's bell.
#[derive(Clone, Debug)]
pub struct Mail(pub(super) Arc<Shared>);

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) audit: Audit,
    pub(super) metrics: Metrics,
    pub(super) sealer: Sealer,
    pub(super) smtp: Option<Smtp>,
    service: Service,
    /// Rung when a letter is queued.
    pub(super) bell: Notify,
}

impl Mail {
    /// Letters as the settings say, sealed under `key` while they wait in `store`. Reads the certificate authorities.
    pub fn open(
        config: &Config,
        store: Store,
        clock: Clock,
        random: Random,
        audit: Audit,
        key: &MasterKey,
        metrics: Metrics,
    ) -> Result<Self, OutgoingSetupError> {
        let smtp = Smtp::open(config)?;
        let name = config.mail.from.as_ref().and_then(|from| from.name.clone());
        let service = Service {
            name: name.unwrap_or_else(|| OUR_NAME.to_owned()),
            url: config.server.public_url.as_str().to_owned(),
            zone: config.time_zone.clone(),
        };
        let (sealer, bell) = (key.sealer(Purpose::Letter), Notify::new());
        Ok(Self(Arc::new(Shared { store, clock, random, audit, metrics, sealer, smtp, service, bell })))
    }

    /// Whether letters are sent at all.
    pub fn is_on(&self) -> bool {
        self.0.smtp.is_some()
    }

    /// Queues a letter in the caller's transaction; nothing when none are sent.
    pub async fn post_in(&self, tx: &Tx, to: &Recipient, letter: &Letter) -> Result<(), StoreError> {
        if !self.is_on() {
            return Ok(());
        }
        let now = self.0.clock.now();
        let id = LetterId::new(&self.0.random, now);
        let content = Content::new(to, self.0.service.words(letter, to, now));
        let row = Model {
            id,
            account_id: to.account,
            kind: letter.kind().to_owned(),
            language: to.language.unwrap_or_default().as_str().to_owned(),
            sealed: self.seal(id, &content)?,
            until: letter.until(),
            attempts: 0,
            next_attempt_at: now,
            failure: None,
            created_at: now,
        };
        Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&**tx).await?;
        self.0.bell.notify_one();
        Ok(())
    }

    /// Sends a letter at once and past the queue, for whoever wants to see what becomes of it. None when letters are off.
    pub async fn try_out(&self, to: &Recipient, letter: &Letter) -> Option<Result<LetterId, MailFailure>> {
        let smtp = self.0.smtp.as_ref()?;
        let now = self.0.clock.now();
        let id = LetterId::new(&self.0.random, now);
        let content = Content::new(to, self.0.service.words(letter, to, now));
        let language = to.language.unwrap_or_default();
        let head = Head {
            id,
            written_at: now,
            language: language.as_str(),
            from: &smtp.server.from,
            host: smtp::host_of(&self.0.service.url),
        };
        let sent = match content.message(head) {
            Ok(message) => smtp.send(&message).await,
            Err(unwritable) => Err(unwritable.into()),
        };
        Some(sent.map(|()| id))
    }

    /// How it stands with the queue.
    pub async fn queue(&self) -> Result<MailQueue, StoreError> {
        queue::standing(&self.0.store).await
    }

    /// Up to `most` letters that failed and wait for another attempt, the oldest first.
    pub async fn failing(&self, most: u64) -> Result<Vec<WaitingLetter>, StoreError> {
        queue::failing(&self.0.store, most).await
    }

    /// Whether the mail server of these settings takes letters from us, as far as that can be told without one. None when
    /// letters are off.
    pub async fn examine(config: &Config) -> Option<Result<(), MailTrouble>> {
        match Smtp::open(config) {
            Ok(None) => None,
            Ok(Some(smtp)) => Some(smtp.greet().await.map_err(MailTrouble::Server)),
            Err(error) => Some(Err(MailTrouble::Settings(error))),
        }
    }

    pub(super) fn host(&self) -> &str {
        smtp::host_of(&self.0.service.url)
    }

    fn seal(&self, id: LetterId, content: &Content) -> Result<Vec<u8>, StoreError> {
        let failed = |cause: String| StoreError::Database(DbErr::Custom(cause));
        let plain = serde_json::to_vec(content).map_err(|error| failed(error.to_string()))?;
        let sealed = self.0.sealer.seal(&self.0.random, id.as_uuid().as_bytes(), &plain);
        sealed.map_err(|error| failed(error.to_string()))
    }

    pub(super) fn unseal(&self, id: LetterId, sealed: &[u8]) -> Option<Content> {
        let plain = self.0.sealer.open(id.as_uuid().as_bytes(), sealed).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

/// What stands in the way of letters.
#[derive(Debug, thiserror::Error)]
pub enum MailTrouble {
    /// The server does not start with these settings.
    #[error("mail: {0}")]
    Settings(OutgoingSetupError),
    /// The mail server does not take letters from us.
    #[error(transparent)]
    Server(MailFailure),
}
