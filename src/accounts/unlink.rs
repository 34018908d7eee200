//! Taking an identity at a provider from an account.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ModelTrait, QueryFilter, Statement};
use serde_json::json;

use super::identity::{Column, Entity};
use super::last::ways_in;
use super::who::hold_in;
use super::{AccountError, Accounts, Identity, Status, Who};
use crate::audit::{Action, By, record_in};
use crate::base::{AccountId, IdentityId, StoreError, Tx};
use crate::mail::Letter;

impl Accounts {
    /// Takes an identity from an account, and ends the sessions that began with it. Whoever can sign in keeps a way to do it.
    pub async fn unlink(
        &self,
        account: AccountId,
        identity: IdentityId,
        by: impl Into<By>,
    ) -> Result<Identity, AccountError> {
        let (accounts, by) = (self.clone(), by.into());
        self.store
            .write(async move |tx| {
                let account = hold_in(&tx, &Who::Id(account)).await?;
                let found = Entity::find_by_id(identity).filter(Column::AccountId.eq(account.id));
                let found = found.one(&*tx).await.map_err(StoreError::from)?.ok_or(AccountError::NoSuchIdentity)?;
                if account.status != Status::Disabled && ways_in(&tx, &account).await? == 1 {
                    return Err(AccountError::LastWayIn);
                }
                found.clone().delete(&*tx).await.map_err(StoreError::from)?;
                let sessions = end_sessions_in(&tx, &found).await?;
                let details = json!({
                    "before": { "identity": found.id, "provider": found.provider },
                    "after": { "identity": null, "provider": null },
                    "sessions_ended": sessions,
                });
                let event = by.did(Action::IdentityUnlinked).on_behalf_of(account.id).details(details);
                record_in(&tx, accounts.audit.row(event)).await?;
                let provider = accounts.provider_name(&found.provider, &account);
                accounts.tell_in(&tx, &account, &Letter::IdentityUnlinked { provider }).await?;
                Ok(found)
            })
            .await
    }
}

/// Ends the sessions that began with that identity; tells how many.
async fn end_sessions_in(tx: &Tx, identity: &Identity) -> Result<u64, StoreError> {
    let sql = "DELETE FROM session WHERE account_id = $1 AND id IN \
               (SELECT session_id FROM session_provider WHERE issuer = $2 AND subject = $3)";
    let values = [identity.account_id.into(), identity.issuer.as_str().into(), identity.subject.as_str().into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await?.rows_affected())
}
