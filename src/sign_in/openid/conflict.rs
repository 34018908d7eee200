//! An address that is another account's: what waits until somebody proves or decides whose it is.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder};
use serde_json::json;

use super::code::{self, CodeLimits};
use super::{BrowserId, OpenIdError};
use crate::accounts::{Account, Accounts, Arrival};
use crate::audit::{Action, Actor, Audit, Event, record_in};
use crate::base::{
    AccountId, ClientRequest, Clock, ConflictId, MasterKey, Purpose, Random, Sealer, Store, StoreError, Timestamp,
};

/// How long a browser may take to prove whose account it is.
const LIFETIME: Duration = Duration::from_hours(1);

/// How long a request waits for an administrator.
const REQUEST_LIFETIME: Duration = Duration::from_hours(30 * 24);

pub(super) mod row {
    use sea_orm::entity::prelude::*;

    use crate::base::{AccountId, ConflictId, Timestamp};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_conflict")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ConflictId,
        pub browser: Vec<u8>,
        pub account_id: AccountId,
        pub sealed: Vec<u8>,
        pub requested_at: Option<Timestamp>,
        pub created_at: Timestamp,
        pub ends_at: Timestamp,
        pub code_digest: Option<Vec<u8>>,
        pub code_ends_at: Option<Timestamp>,
        pub code_attempts: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Somebody whom a provider vouches for, and whose address is an account's already.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// Its id.
    pub id: ConflictId,
    /// The account whose address it is.
    pub account: AccountId,
    /// Who came.
    pub arrival: Arrival,
    /// When she asked an administrator to decide.
    pub requested_at: Option<Timestamp>,
    /// When she came.
    pub created_at: Timestamp,
    /// Until when the code holds that was last asked for, while it may still be tried.
    pub code_until: Option<Timestamp>,
}

/// What waits for a decision. Clones share the database.
#[derive(Clone, Debug)]
pub struct Conflicts {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) audit: Audit,
    pub(super) accounts: Accounts,
    pub(super) key: MasterKey,
    pub(super) code_limits: Arc<CodeLimits>,
    sealer: Sealer,
}

impl Conflicts {
    pub(super) fn new(
        store: Store,
        clock: Clock,
        random: Random,
        audit: Audit,
        accounts: Accounts,
        key: &MasterKey,
    ) -> Self {
        let (sealer, code_limits) = (key.sealer(Purpose::LoginAttempt), Arc::default());
        Self { store, clock, random, audit, accounts, key: key.clone(), code_limits, sealer }
    }

    /// Keeps who came, in place of what this browser left before.
    pub(super) async fn open(
        &self,
        browser: &BrowserId,
        account: AccountId,
        arrival: &Arrival,
        request: &ClientRequest,
    ) -> Result<ConflictId, OpenIdError> {
        let now = self.clock.now();
        let id = ConflictId::new(&self.random, now);
        let plain = serde_json::to_vec(arrival).unwrap_or_default();
        let sealed =
            self.sealer.seal(&self.random, id.as_uuid().as_bytes(), &plain).map_err(|_| StoreError::Panicked)?;
        let digest = browser.digest();
        let row = row::ActiveModel {
            id: Set(id),
            browser: Set(digest.clone()),
            account_id: Set(account),
            sealed: Set(sealed),
            requested_at: Set(None),
            created_at: Set(now),
            ends_at: Set(now.after(LIFETIME)),
            code_digest: Set(None),
            code_ends_at: Set(None),
            code_attempts: Set(0),
        };
        let event = Event::new(Action::IdentityConflict, Actor::Anonymous)
            .on_behalf_of(account)
            .from(request)
            .details(json!({ "provider": arrival.provider }));
        let event = self.audit.row(event);
        self.store
            .write::<_, StoreError, _, _>(async move |tx| {
                row::Entity::delete_many()
                    .filter(row::Column::Browser.eq(digest))
                    .filter(row::Column::RequestedAt.is_null())
                    .exec(&*tx)
                    .await?;
                row::Entity::insert(row).exec_without_returning(&*tx).await?;
                record_in(&tx, event).await
            })
            .await?;
        Ok(id)
    }

    /// What this browser left last.
    pub async fn of_browser(&self, browser: &BrowserId) -> Result<Option<Conflict>, StoreError> {
        let found = row::Entity::find()
            .filter(row::Column::Browser.eq(browser.digest()))
            .filter(row::Column::EndsAt.gt(self.clock.now()))
            .order_by_desc(row::Column::Id);
        Ok(found.one(self.store.read()).await?.and_then(|row| self.open_row(&row)))
    }

    /// Asks an administrator to decide.
    pub async fn ask(&self, conflict: &Conflict, request: &ClientRequest) -> Result<(), StoreError> {
        let (id, now) = (conflict.id, self.clock.now());
        let event = Event::new(Action::IdentityRequested, Actor::Anonymous)
            .on_behalf_of(conflict.account)
            .from(request)
            .details(json!({ "provider": conflict.arrival.provider }));
        let event = self.audit.row(event);
        self.store
            .write::<_, StoreError, _, _>(async move |tx| {
                let asked = row::Entity::update_many()
                    .col_expr(row::Column::RequestedAt, Expr::value(now))
                    .col_expr(row::Column::EndsAt, Expr::value(now.after(REQUEST_LIFETIME)))
                    .filter(row::Column::Id.eq(id))
                    .filter(row::Column::RequestedAt.is_null())
                    .exec(&*tx)
                    .await?;
                if asked.rows_affected > 0 {
                    record_in(&tx, event).await?;
                }
                Ok(())
            })
            .await
    }

    /// What waits for an administrator, oldest first, each with the account that it is about.
    pub async fn requests(&self) -> Result<Vec<(Conflict, Account)>, StoreError> {
        let waiting = row::Entity::find()
            .filter(row::Column::RequestedAt.is_not_null())
            .filter(row::Column::EndsAt.gt(self.clock.now()))
            .order_by_asc(row::Column::Id)
            .all(self.store.read())
            .await?;
        let accounts: Vec<_> = waiting.iter().map(|row| row.account_id).collect();
        let accounts = self.accounts.find_all(&accounts).await?;
        let pair = |row: row::Model| {
            let account = accounts.iter().find(|account| account.id == row.account_id)?.clone();
            Some((self.open_row(&row)?, account))
        };
        Ok(waiting.into_iter().filter_map(pair).collect())
    }

    /// How many wait for an administrator.
    pub async fn waiting(&self) -> Result<u64, StoreError> {
        use sea_orm::PaginatorTrait;

        let waiting = row::Entity::find()
            .filter(row::Column::RequestedAt.is_not_null())
            .filter(row::Column::EndsAt.gt(self.clock.now()));
        Ok(waiting.count(self.store.read()).await?)
    }

    /// One that waits for an administrator.
    pub async fn request(&self, id: ConflictId) -> Result<Option<Conflict>, StoreError> {
        let found = row::Entity::find_by_id(id)
            .filter(row::Column::RequestedAt.is_not_null())
            .filter(row::Column::EndsAt.gt(self.clock.now()));
        Ok(found.one(self.store.read()).await?.and_then(|row| self.open_row(&row)))
    }

    /// Joins the identity to the account: its person proved herself, or an administrator decided. False when it is another
    /// account's by now.
    pub async fn join(&self, conflict: &Conflict, actor: Actor, request: &ClientRequest) -> Result<bool, StoreError> {
        let joined = self.accounts.link(conflict.account, &conflict.arrival, actor, request).await?;
        self.forget(conflict.id, None).await?;
        Ok(joined)
    }

    /// Refuses what was asked.
    pub async fn refuse(&self, conflict: &Conflict, actor: Actor, request: &ClientRequest) -> Result<(), StoreError> {
        let event = Event::new(Action::IdentityRefused, actor)
            .on_behalf_of(conflict.account)
            .from(request)
            .details(json!({ "provider": conflict.arrival.provider }));
        self.forget(conflict.id, Some(event)).await
    }

    async fn forget(&self, id: ConflictId, event: Option<Event>) -> Result<(), StoreError> {
        let event = event.map(|event| self.audit.row(event));
        self.store
            .write::<_, StoreError, _, _>(async move |tx| {
                let gone = row::Entity::delete_by_id(id).exec(&*tx).await?;
                if let (Some(event), 1..) = (event, gone.rows_affected) {
                    record_in(&tx, event).await?;
                }
                Ok(())
            })
            .await
    }

    fn open_row(&self, row: &row::Model) -> Option<Conflict> {
        let plain = self.sealer.open(row.id.as_uuid().as_bytes(), &row.sealed).ok()?;
        Some(Conflict {
            id: row.id,
            account: row.account_id,
            arrival: serde_json::from_slice(&plain).ok()?,
            requested_at: row.requested_at,
            created_at: row.created_at,
            code_until: code::until(row, self.clock.now()),
        })
    }
}
