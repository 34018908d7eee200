//! Accounts that are no more: those that were deleted, and those that became part of another.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, EntityTrait, FromQueryResult, ModelTrait, QueryOrder, QuerySelect, Statement,
    Value,
};
use sea_orm::{ColumnTrait, QueryFilter};

use super::entity::{ActiveModel, Column, Entity};
use super::{Account, Accounts};
use crate::audit::{Event, record_in};
use crate::base::{AccountId, StoreError, Timestamp, Tx};

/// What became of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// It was deleted, at that moment.
    Deleted(Timestamp),
    /// It became part of this one.
    MergedInto(AccountId),
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: AccountId,
    account_id: Option<AccountId>,
    at: Timestamp,
}

impl Accounts {
    /// What became of those of these accounts that are not there any more, as far as it is remembered.
    pub async fn gone(&self, ids: &[AccountId]) -> Result<BTreeMap<AccountId, Gone>, StoreError> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut marks = String::new();
        for n in 1..=ids.len() {
            // Writing to a string cannot fail.
            let _ = write!(marks, "{}${n}", if n > 1 { ", " } else { "" });
        }
        let sql = format!(
            "SELECT id, account_id, merged_at AS at FROM merged_account WHERE id IN ({marks}) UNION ALL \
             SELECT id, NULL, deleted_at FROM deleted_account WHERE id IN ({marks})"
        );
        let values = ids.iter().map(|id| Value::from(*id));
        let statement = Statement::from_sql_and_values(self.store.backend(), sql, values);
        let rows = Row::find_by_statement(statement).all(self.store.read()).await?;
        let gone = |row: Row| (row.id, row.account_id.map_or(Gone::Deleted(row.at), Gone::MergedInto));
        Ok(rows.into_iter().map(gone).collect())
    }

    /// The accounts that became part of this one.
    pub async fn former_of(&self, id: AccountId) -> Result<Vec<AccountId>, StoreError> {
        #[derive(FromQueryResult)]
        struct Former {
            id: AccountId,
        }
        let sql = "SELECT id FROM merged_account WHERE account_id = $1 ORDER BY id";
        let statement = Statement::from_sql_and_values(self.store.backend(), sql, [id.into()]);
        let former = Former::find_by_statement(statement).all(self.store.read()).await?;
        Ok(former.into_iter().map(|former| former.id).collect())
    }

    /// These accounts, as far as they are there, kept from others until the transaction ends. Always in the same order, so that
    /// two who need the same ones come one after the other.
    pub async fn hold_all_in(
        &self,
        tx: &Tx,
        ids: &BTreeSet<AccountId>,
    ) -> Result<BTreeMap<AccountId, Account>, StoreError> {
        let held = Entity::find().filter(Column::Id.is_in(ids.iter().copied())).order_by_asc(Column::Id);
        let held = held.lock_exclusive().all(&**tx).await?;
        Ok(held.into_iter().map(|account| (account.id, account)).collect())
    }

    /// Removes the account; what refers to it goes with it or forgets it. That it was there is remembered, and nothing of whose it
    /// was.
    pub async fn remove_in(&self, tx: &Tx, id: AccountId, event: Event) -> Result<(), StoreError> {
        let sql = "INSERT INTO deleted_account (id, deleted_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let values = [id.into(), self.clock.now().into()];
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        Entity::delete_by_id(id).exec(&**tx).await?;
        record_in(tx, self.audit.row(event)).await
    }

    /// Removes the account `from`, of which nothing is left but itself, and remembers that it is part of `into` now. What `into` does
    /// not say of its person stays as `from` had it. An address moves only where there is none.
    pub async fn absorb_in(&self, tx: &Tx, from: Account, into: &Account) -> Result<Account, StoreError> {
        let now = self.clock.now();
        from.clone().delete(&**tx).await?;
        let sql = "INSERT INTO merged_account (id, account_id, merged_at) VALUES ($1, $2, $3)";
        let values = [from.id.into(), into.id.into(), now.into()];
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        let mut row = ActiveModel { id: Set(into.id), updated_at: Set(now), ..Default::default() };
        if into.name.is_none() {
            (row.name, row.name_chosen) = (Set(from.name.clone()), Set(from.name_chosen));
        }
        if into.language.is_none() {
            row.language = Set(from.language.clone());
        }
        if into.time_zone.is_none() {
            row.time_zone = Set(from.time_zone.clone());
        }
        if into.claimed_email.is_none() {
            row.claimed_email = Set(from.claimed_email.clone());
        }
        if takes_address(&from, into) {
            row.email = Set(from.email);
            row.email_key = Set(from.email_key);
            row.email_domain = Set(from.email_domain);
            row.email_verified = Set(true);
        }
        Ok(Entity::update(row).exec(&**tx).await?)
    }

    /// Forgets what became of accounts before `before`: the trail has nothing of them any more. Tells how many it was.
    pub async fn forget_gone_in(&self, tx: &Tx, before: Timestamp) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        for sql in
            ["DELETE FROM deleted_account WHERE deleted_at < $1", "DELETE FROM merged_account WHERE merged_at < $1"]
        {
            let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [before.into()]);
            forgotten += tx.execute_raw(statement).await?.rows_affected();
        }
        Ok(forgotten)
    }
}

/// Whether the address of `from` becomes that of `into`: it is verified, and there is none.
pub fn takes_address(from: &Account, into: &Account) -> bool {
    into.email.is_none() && from.email.is_some() && from.email_verified
}
