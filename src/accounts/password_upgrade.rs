//! Imported passwords become ours when their people prove them.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use super::{Account, AccountError, Accounts, PasswordHash};
use crate::audit::{Action, Actor, Event, record_in};
use crate::base::{ClientRequest, Secret, StoreError};

impl Accounts {
    /// Stores a password that its person has proved just now as this server stores them, when it came from elsewhere. Whatever hinders
    /// that is no reason to keep her out: it is tried again next time.
    pub async fn upgrade_password(&self, account: Account, password: &Secret, request: &ClientRequest) -> Account {
        let Some(scheme) = account.password_hash.as_ref().and_then(PasswordHash::foreign) else { return account };
        match self.try_upgrade(&account, password, scheme, request).await {
            Ok(Some(hash)) => Account { password_hash: Some(hash), ..account },
            Ok(None) => account,
            Err(error) => {
                tracing::warn!(cause = %error, "an imported password could not be stored anew");
                account
            }
        }
    }

    /// None when it is another one by now: whoever changed it, or was quicker, has the last word.
    async fn try_upgrade(
        &self,
        account: &Account,
        password: &Secret,
        scheme: &'static str,
        request: &ClientRequest,
    ) -> Result<Option<PasswordHash>, AccountError> {
        let hash = self.passwords().hash_known(password).await?;
        let event = Event::new(Action::PasswordUpgraded, Actor::Person(account.id))
            .on_behalf_of(account.id)
            .from(request)
            .details(json!({ "before": { "scheme": scheme }, "after": { "scheme": "argon2" } }));
        let event = self.audit.row(event);
        let values = [hash.clone().into(), account.id.into(), account.password_hash.clone().into()];
        self.store
            .write(async move |tx| {
                let sql = "UPDATE account SET password_hash = $1 WHERE id = $2 AND password_hash = $3";
                let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
                if tx.execute_raw(statement).await.map_err(StoreError::from)?.rows_affected() == 0 {
                    return Ok(None);
                }
                record_in(&tx, event).await?;
                Ok(Some(hash))
            })
            .await
    }
}
