//! Who a person is at an identity provider, and whose account that is.
//!
//! An identity is an issuer and a subject (OpenID Connect Core 1.0 §5.7); an e-mail address never is. A trusted address
//! joins an identity to an account by itself only where nobody can lose anything by it.

use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::entity::{ActiveModel as AccountRow, Column as AccountColumn, Entity as AccountEntity};
use super::organisations::{Membership, keep_in};
use super::service::Draft;
use super::{Account, Accounts, Role, Status};
use crate::audit::{Action, Actor, Event, record_in};
use crate::base::{AccountId, ClientRequest, EmailAddress, IdentityId, Siret, StoreError, Timestamp, Tx};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IdentityId,
    pub account_id: AccountId,
    pub issuer: String,
    pub subject: String,
    pub provider: String,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A provider identity as it is stored.
pub type Identity = Model;

/// Somebody whom a provider vouches for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// The provider's issuer.
    pub issuer: String,
    /// Who she is there: up to 255 characters of any kind.
    pub subject: String,
    /// The provider's id in the settings.
    pub provider: String,
    /// Her address, as the provider gave it.
    pub email: Option<String>,
    /// Whether the settings and the provider vouch for that address.
    pub email_trusted: bool,
    /// What she is called.
    pub name: Option<String>,
    /// Whether the provider makes her an administrator; none when that is not the provider's to say.
    pub administrator: Option<bool>,
    /// Whether an account may be made for her.
    pub may_be_made: bool,
    /// To which organisations she belongs; none when the provider does not tell, and then what is known of that stays.
    #[serde(default)]
    pub memberships: Option<Vec<Membership>>,
    /// For which of those that are let in she comes.
    #[serde(default)]
    pub organisation: Option<Siret>,
    /// What is kept of her claims to ask for her entitlement, by name.
    #[serde(default)]
    pub claims: BTreeMap<String, String>,
}

impl Arrival {
    fn trusted_email(&self) -> Option<EmailAddress> {
        self.email.as_deref().filter(|_| self.email_trusted)?.parse().ok()
    }

    fn claimed_email(&self) -> Option<String> {
        self.email.clone().filter(|email| self.trusted_email().is_none() && email.chars().count() <= 320)
    }
}

/// Whose account it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reception {
    /// This one's.
    Welcome(Box<Account>),
    /// This one's, which is disabled.
    Disabled(AccountId),
    /// Nobody's, and none is made.
    Unknown,
    /// Her address is this account's, which she has to prove to be hers.
    Conflict(AccountId),
}

/// Why a reception has to begin again, or failed.
pub(super) enum Interrupted {
    /// The same person came by another request at this moment.
    Raced,
    Store(StoreError),
}

impl From<StoreError> for Interrupted {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Accounts {
    /// Finds or makes the account of somebody whom a provider vouches for, and brings it up to date. Two first sign-ins at once
    /// make one account.
    pub async fn receive(&self, arrival: &Arrival, request: &ClientRequest) -> Result<Reception, StoreError> {
        for _ in 0..4 {
            let (accounts, arrival, request) = (self.clone(), arrival.clone(), request.clone());
            match self.store.write(async move |tx| accounts.receive_in(&tx, &arrival, &request).await).await {
                Ok(reception) => return Ok(reception),
                Err(Interrupted::Raced) => {}
                Err(Interrupted::Store(error)) => return Err(error),
            }
        }
        Err(StoreError::Busy)
    }

    async fn receive_in(&self, tx: &Tx, arrival: &Arrival, request: &ClientRequest) -> Result<Reception, Interrupted> {
        if let Some(identity) = known_in(tx, arrival).await? {
            let account = find_in(tx, identity.account_id).await?.ok_or(Interrupted::Raced)?;
            if account.status == Status::Disabled {
                return Ok(Reception::Disabled(account.id));
            }
            let used = ActiveModel {
                id: Set(identity.id),
                provider: Set(arrival.provider.clone()),
                last_used_at: Set(self.clock.now()),
                ..Default::default()
            };
            Entity::update(used).exec(&**tx).await.map_err(StoreError::from)?;
            self.keep_memberships_in(tx, identity.id, arrival).await?;
            return Ok(Reception::Welcome(Box::new(self.refresh_in(tx, account, arrival, request).await?)));
        }
        if let Some(email) = arrival.trusted_email() {
            let holder = AccountEntity::find().filter(AccountColumn::EmailKey.eq(email.key())).lock_exclusive();
            if let Some(holder) = holder.one(&**tx).await.map_err(StoreError::from)? {
                // The account may be the one that another request of hers has made since the look above.
                if known_in(tx, arrival).await?.is_some() {
                    return Err(Interrupted::Raced);
                }
                return self.meet_in(tx, holder, arrival, request).await;
            }
        }
        if !arrival.may_be_made {
            return Ok(Reception::Unknown);
        }
        self.make_in(tx, arrival, request).await
    }

    /// Her address is an account's already.
    async fn meet_in(
        &self,
        tx: &Tx,
        holder: Account,
        arrival: &Arrival,
        request: &ClientRequest,
    ) -> Result<Reception, Interrupted> {
        if holder.status == Status::Disabled {
            return Ok(Reception::Disabled(holder.id));
        }
        let identities = Entity::find().filter(Column::AccountId.eq(holder.id)).count(&**tx);
        let has_ways_in = holder.password_hash.is_some() || identities.await.map_err(StoreError::from)? > 0;
        if holder.status == Status::Active && (has_ways_in || holder.is_administrator()) {
            return Ok(Reception::Conflict(holder.id));
        }
        self.link_in(tx, holder.id, arrival, Actor::Person(holder.id), Some(request)).await?;
        Ok(Reception::Welcome(Box::new(self.refresh_in(tx, holder, arrival, request).await?)))
    }

    async fn make_in(&self, tx: &Tx, arrival: &Arrival, request: &ClientRequest) -> Result<Reception, Interrupted> {
        let now = self.clock.now();
        let id = AccountId::new(&self.random, now);
        let trusted = arrival.trusted_email();
        let role = if arrival.administrator == Some(true) { Role::Admin } else { Role::User };
        let row = AccountRow {
            name: Set(arrival.name.clone()),
            role: Set(role),
            claimed_email: Set(arrival.claimed_email()),
            ..Draft { email: trusted.as_ref(), status: Status::Active, verified: trusted.is_some(), application: None }
                .row(id, now)
        };
        let inserted = AccountEntity::insert(row)
            .on_conflict(OnConflict::column(AccountColumn::EmailKey).do_nothing().to_owned())
            .exec_without_returning(&**tx)
            .await
            .map_err(StoreError::from)?;
        if inserted == 0 {
            return Err(Interrupted::Raced);
        }
        let event = Event::new(Action::AccountCreated, Actor::Person(id))
            .on_behalf_of(id)
            .from(request)
            .details(json!({ "role": role.to_string(), "provider": arrival.provider }));
        record_in(tx, self.audit.row(event)).await?;
        self.link_in(tx, id, arrival, Actor::Person(id), Some(request)).await?;
        let account = find_in(tx, id).await?.ok_or(Interrupted::Raced)?;
        Ok(Reception::Welcome(Box::new(account)))
    }

    /// Joins the identity to the account. The unique index decides whose it is.
    pub(super) async fn link_in(
        &self,
        tx: &Tx,
        account: AccountId,
        arrival: &Arrival,
        actor: Actor,
        request: Option<&ClientRequest>,
    ) -> Result<(), Interrupted> {
        let now = self.clock.now();
        let id = IdentityId::new(&self.random, now);
        let row = ActiveModel {
            id: Set(id),
            account_id: Set(account),
            issuer: Set(arrival.issuer.clone()),
            subject: Set(arrival.subject.clone()),
            provider: Set(arrival.provider.clone()),
            created_at: Set(now),
            last_used_at: Set(now),
        };
        let inserted = Entity::insert(row)
            .on_conflict(OnConflict::columns([Column::Issuer, Column::Subject]).do_nothing().to_owned())
            .exec_without_returning(&**tx)
            .await
            .map_err(StoreError::from)?;
        if inserted == 0 {
            return Err(Interrupted::Raced);
        }
        self.keep_memberships_in(tx, id, arrival).await?;
        let mut event = Event::new(Action::IdentityLinked, actor)
            .on_behalf_of(account)
            .details(json!({ "provider": arrival.provider }));
        if let Some(request) = request {
            event = event.from(request);
        }
        Ok(record_in(tx, self.audit.row(event)).await?)
    }

    async fn keep_memberships_in(&self, tx: &Tx, identity: IdentityId, arrival: &Arrival) -> Result<(), StoreError> {
        let Some(memberships) = &arrival.memberships else { return Ok(()) };
        keep_in(tx, identity, memberships, arrival.organisation.as_ref(), self.clock.now()).await
    }

    /// What the provider says now, over what is there: empty values erase nothing, and an address moves only when it is
    /// trusted and free.
    async fn refresh_in(
        &self,
        tx: &Tx,
        account: Account,
        arrival: &Arrival,
        request: &ClientRequest,
    ) -> Result<Account, Interrupted> {
        let mut row = AccountRow { id: Set(account.id), ..Default::default() };
        let mut changed = Vec::new();
        if let Some(name) =
            arrival.name.as_ref().filter(|name| !account.name_chosen && account.name.as_ref() != Some(name))
        {
            row.name = Set(Some(name.clone()));
            changed.push("name");
        }
        if let Some(claimed) = arrival.claimed_email().filter(|claimed| account.claimed_email.as_ref() != Some(claimed))
        {
            row.claimed_email = Set(Some(claimed));
            changed.push("claimed_email");
        }
        if let Some(administrator) = arrival.administrator.filter(|wanted| *wanted != account.is_administrator()) {
            row.role = Set(if administrator { Role::Admin } else { Role::User });
            changed.push("role");
        }
        if account.status == Status::Pending {
            row.status = Set(Status::Active);
            row.email_verified = Set(true);
            changed.push("status");
        }
        if let Some(email) = arrival.trusted_email().filter(|email| account.email_key != Some(email.key())) {
            let taken = AccountEntity::find().filter(AccountColumn::EmailKey.eq(email.key())).lock_exclusive();
            if let Some(other) = taken.one(&**tx).await.map_err(StoreError::from)? {
                let event = Event::new(Action::AccountEmailConflict, Actor::Person(account.id))
                    .on_behalf_of(account.id)
                    .from(request)
                    .details(json!({ "other_account": other.id }));
                record_in(tx, self.audit.row(event)).await?;
            } else {
                row.email_domain = Set(Some(email.key().domain()));
                row.email_key = Set(Some(email.key()));
                row.email = Set(Some(email));
                row.email_verified = Set(true);
                changed.push("email");
            }
        }
        if changed.is_empty() {
            return Ok(account);
        }
        row.updated_at = Set(self.clock.now());
        let after = match AccountEntity::update(row).exec(&**tx).await.map_err(StoreError::from) {
            // Somebody took the address in the meantime.
            Err(StoreError::Unique(_)) => return Err(Interrupted::Raced),
            outcome => outcome?,
        };
        let action = if account.status == Status::Pending { Action::AccountEnabled } else { Action::AccountUpdated };
        let event = Event::new(action, Actor::Person(account.id))
            .on_behalf_of(account.id)
            .from(request)
            .details(json!({ "changed": changed, "provider": arrival.provider }));
        record_in(tx, self.audit.row(event)).await?;
        Ok(after)
    }

    /// The identities of an account, oldest first.
    pub async fn identities(&self, account: AccountId) -> Result<Vec<Identity>, StoreError> {
        use sea_orm::QueryOrder;

        let identities = Entity::find().filter(Column::AccountId.eq(account)).order_by_asc(Column::Id);
        Ok(identities.all(self.store.read()).await?)
    }
}

pub(super) async fn known_in(tx: &Tx, arrival: &Arrival) -> Result<Option<Identity>, StoreError> {
    let known = Entity::find()
        .filter(Column::Issuer.eq(arrival.issuer.as_str()))
        .filter(Column::Subject.eq(arrival.subject.as_str()));
    Ok(known.one(&**tx).await?)
}

async fn find_in(tx: &Tx, id: AccountId) -> Result<Option<Account>, StoreError> {
    Ok(AccountEntity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}
