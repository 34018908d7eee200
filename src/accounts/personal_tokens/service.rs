//! The rules of personal tokens.

use std::time::Duration;

use sea_orm::entity::prelude::*;
use sea_orm::{ExprTrait, QueryOrder, QuerySelect};
use serde_json::json;

use super::entity::{ActiveModel, Column, Entity};
use super::usage::Usage;
use super::{PersonalToken, PersonalTokenError, PersonalTokenSecret};
use crate::accounts::entity as account;
use crate::accounts::{SessionId, Status, sessions};
use crate::audit::{Action, Actor, Audit, Event, record_in};
use crate::base::{
    AccountId, ClientRequest, Clock, MasterKey, PersonalTokenId, Random, ScopeList, Store, StoreError, Timestamp, Tx,
};
use crate::config;
use crate::mail::{Letter, Mail};

/// Tokens that one person may have at a time, those of front ends not counted: they end by themselves.
const MOST: u64 = 50;

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;

/// Personal tokens. Clones share what was noted of their use.
#[derive(Clone, Debug)]
pub struct PersonalTokens {
    pub(super) store: Store,
    pub(super) clock: Clock,
    random: Random,
    audit: Audit,
    mail: Mail,
    pub(super) key: MasterKey,
    /// How long a sign-in lasts without any request.
    pub(super) idle: Duration,
    pub(super) usage: Usage,
}

/// A token that somebody asks for.
#[derive(Clone, Debug)]
pub struct NewPersonalToken {
    /// What she calls it, 1 to 100 characters.
    pub name: String,
    /// What it may do.
    pub scopes: ScopeList,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A token that was made: what is kept, and the secret, which is not.
#[derive(Clone, Debug)]
pub struct Held {
    /// What is kept.
    pub token: PersonalToken,
    /// For its holder, this once.
    pub secret: PersonalTokenSecret,
}

impl PersonalTokens {
    /// The longest that a token may live.
    pub const LONGEST: Duration = Duration::from_hours(366 * 24);

    /// Personal tokens in `store`, digested under `key`; those of front ends end as sign-ins do.
    pub fn new(
        store: Store,
        clock: Clock,
        random: Random,
        audit: Audit,
        mail: Mail,
        key: MasterKey,
        sessions: config::Session,
    ) -> Self {
        Self { store, clock, random, audit, mail, key, idle: sessions.idle, usage: Usage::default() }
    }

    /// Makes a token for `person`.
    pub async fn create(
        &self,
        person: AccountId,
        new: NewPersonalToken,
        request: &ClientRequest,
    ) -> Result<Held, PersonalTokenError> {
        let (now, name) = (self.clock.now(), new.name.trim().to_owned());
        if !(1..=LONGEST_NAME).contains(&name.chars().count()) || name.contains('\0') {
            return Err(PersonalTokenError::Name);
        }
        if new.scopes.is_empty() {
            return Err(PersonalTokenError::Scopes);
        }
        if new.expires_at <= now || new.expires_at > now.after(Self::LONGEST) {
            return Err(PersonalTokenError::End);
        }
        let (tokens, request) = (self.clone(), request.clone());
        self.store
            .write(async move |tx| {
                let account = active_in(&tx, person).await?;
                let living = Entity::find()
                    .filter(Column::AccountId.eq(person))
                    .filter(Column::FrontEnd.is_null())
                    .filter(Column::RevokedAt.is_null())
                    .filter(Column::ExpiresAt.gt(now));
                if living.count(&*tx).await.map_err(StoreError::from)? >= MOST {
                    return Err(PersonalTokenError::TooMany);
                }
                let new = NewPersonalToken { name, ..new };
                tokens.insert_in(&tx, &account, new, None, &request).await
            })
            .await
    }

    /// Makes a token with every scope for the sign-in `session`, which `front_end` holds; it ends with that.
    pub async fn create_for_sign_in_in(
        &self,
        tx: &Tx,
        session: &SessionId,
        front_end: &str,
        request: &ClientRequest,
    ) -> Result<Held, PersonalTokenError> {
        let found = sessions::Entity::find_by_id(session.clone()).one(&**tx).await.map_err(StoreError::from)?;
        let now = self.clock.now();
        let alive = |session: &sessions::Model| now < session.ends_at && now < session.last_seen_at.after(self.idle);
        let found = found.filter(alive).ok_or(PersonalTokenError::Gone)?;
        let account = active_in(tx, found.account_id).await?;
        let new = NewPersonalToken {
            name: front_end.to_owned(),
            scopes: crate::base::Scope::ALL.into_iter().collect(),
            expires_at: found.ends_at,
        };
        self.insert_in(tx, &account, new, Some((front_end, session)), request).await
    }

    async fn insert_in(
        &self,
        tx: &Tx,
        account: &account::Model,
        new: NewPersonalToken,
        sign_in: Option<(&str, &SessionId)>,
        request: &ClientRequest,
    ) -> Result<Held, PersonalTokenError> {
        let (now, secret) = (self.clock.now(), PersonalTokenSecret::generate(&self.random));
        let token = PersonalToken {
            id: PersonalTokenId::new(&self.random, now),
            account_id: account.id,
            digest: secret.digest(&self.key),
            prefix: secret.prefix(),
            name: new.name,
            scopes: new.scopes,
            generation: account.generation,
            front_end: sign_in.map(|(front_end, _)| front_end.to_owned()),
            session_id: sign_in.map(|(_, session)| session.clone()),
            created_at: now,
            expires_at: new.expires_at,
            revoked_at: None,
            last_used_at: None,
        };
        let row = ActiveModel::from(token.clone()).reset_all();
        Entity::insert(row).exec_without_returning(&**tx).await.map_err(StoreError::from)?;
        let details = json!({
            "prefix": token.prefix,
            "scopes": token.scopes.to_string(),
            "expires_at": token.expires_at,
            "front_end": token.front_end,
        });
        let event = Event::new(Action::PersonalTokenCreated, Actor::Person(account.id))
            .on_behalf_of(account.id)
            .personal_token(token.id)
            .from(request)
            .details(details);
        record_in(tx, self.audit.row(event)).await?;
        // One that comes with a sign-in is no news to whoever signs in.
        if token.front_end.is_none() {
            self.tell_in(tx, account, &token).await?;
        }
        Ok(Held { token, secret })
    }

    /// Queues the letter that tells her of her new token, if somebody vouches for her address.
    async fn tell_in(&self, tx: &Tx, account: &account::Model, token: &PersonalToken) -> Result<(), StoreError> {
        let Some(to) = account.recipient(Some(account.id)) else { return Ok(()) };
        self.mail.post_in(tx, &to, &Letter::PersonalTokenMade { name: token.name.clone() }).await
    }

    /// The tokens of a person that were not revoked, newest first, those of sign-ins that are over left out.
    pub async fn list(&self, person: AccountId) -> Result<Vec<PersonalToken>, StoreError> {
        let found = Entity::find()
            .filter(Column::AccountId.eq(person))
            .filter(Column::RevokedAt.is_null())
            .filter(Column::FrontEnd.is_null().or(Column::SessionId.is_not_null()))
            .order_by_desc(Column::Id);
        Ok(found.all(self.store.read()).await?)
    }

    /// Ends a token of `person` for good. One that has ended already stays as it is.
    pub async fn revoke(
        &self,
        id: PersonalTokenId,
        person: AccountId,
        actor: Actor,
        request: &ClientRequest,
    ) -> Result<PersonalToken, PersonalTokenError> {
        let (tokens, request) = (self.clone(), request.clone());
        self.store
            .write(async move |tx| {
                let found = Entity::find_by_id(id).filter(Column::AccountId.eq(person));
                let found = found.one(&*tx).await.map_err(StoreError::from)?.ok_or(PersonalTokenError::NotFound)?;
                tokens.revoke_in(&tx, &found, actor, &request).await?;
                Ok(found)
            })
            .await
    }

    /// The same for a token of anybody.
    pub async fn revoke_any(&self, id: PersonalTokenId, actor: Actor) -> Result<PersonalToken, PersonalTokenError> {
        let found = Entity::find_by_id(id).one(self.store.read()).await.map_err(StoreError::from)?;
        let found = found.ok_or(PersonalTokenError::NotFound)?;
        self.revoke(id, found.account_id, actor, &ClientRequest::local("")).await
    }

    /// Ends a token of which the id alone is known, within `tx`.
    pub async fn revoke_known_in(
        &self,
        tx: &Tx,
        id: PersonalTokenId,
        actor: Actor,
        request: &ClientRequest,
    ) -> Result<(), StoreError> {
        match Entity::find_by_id(id).one(&**tx).await? {
            Some(token) => self.revoke_in(tx, &token, actor, request).await,
            None => Ok(()),
        }
    }

    /// Ends a token within `tx`.
    pub async fn revoke_in(
        &self,
        tx: &Tx,
        token: &PersonalToken,
        actor: Actor,
        request: &ClientRequest,
    ) -> Result<(), StoreError> {
        let revoked = Entity::update_many()
            .col_expr(Column::RevokedAt, Expr::value(self.clock.now()))
            .filter(Column::Id.eq(token.id))
            .filter(Column::RevokedAt.is_null())
            .exec(&**tx)
            .await?;
        if revoked.rows_affected == 0 {
            return Ok(());
        }
        let event = Event::new(Action::PersonalTokenRevoked, actor)
            .on_behalf_of(token.account_id)
            .personal_token(token.id)
            .from(request)
            .details(json!({ "prefix": token.prefix }));
        record_in(tx, self.audit.row(event)).await
    }
}

/// The account of `person`, held until the transaction ends: whoever is disabled at this moment gets no token.
async fn active_in(tx: &Tx, person: AccountId) -> Result<account::Model, PersonalTokenError> {
    let account = account::Entity::find_by_id(person).lock_exclusive().one(&**tx).await.map_err(StoreError::from)?;
    account.filter(|account| account.status == Status::Active).ok_or(PersonalTokenError::Gone)
}

/// Ends all tokens of `person` for good, because she is disabled or her password changes: the event of that tells of it.
pub(in crate::accounts) async fn revoke_all_in(tx: &Tx, person: AccountId, now: Timestamp) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now))
        .filter(Column::AccountId.eq(person))
        .filter(Column::RevokedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}
