//! People for whom an application acts before they ever came.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement};
use serde_json::json;

use super::entity::{Column, Entity};
use super::service::Draft;
use super::{Account, Accounts, Status};
use crate::audit::{Action, Actor, Event, record_in};
use crate::base::{AccountId, ApplicationId, EmailAddress, StoreError, Timestamp, Tx};

/// Why nobody was made.
#[derive(Debug)]
enum NotMade {
    /// The application has made as many today as it may.
    Limit,
    Store(StoreError),
}

impl From<StoreError> for NotMade {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Accounts {
    /// The account of that address, made pending by `application` when there is none: whatever runs at once, one row. None
    /// when there was nobody and the application has made `per_day` people since midnight (UTC).
    pub async fn find_or_make_pending(
        &self,
        email: &EmailAddress,
        application: ApplicationId,
        per_day: u32,
    ) -> Result<Option<Account>, StoreError> {
        let now = self.clock.now();
        let id = AccountId::new(&self.random, now);
        let row =
            Draft { email: Some(email), status: Status::Pending, verified: false, application: Some(application) }
                .row(id, now);
        let event = Event::new(Action::AccountCreated, Actor::Application(application))
            .on_behalf_of(id)
            .details(json!({ "status": Status::Pending.to_string() }));
        let event = self.audit.row(event);
        let key = email.key();
        let made = self
            .store
            .write(async move |tx| {
                let inserted = Entity::insert(row)
                    .on_conflict(OnConflict::column(Column::EmailKey).do_nothing().to_owned())
                    .exec_without_returning(&*tx)
                    .await
                    .map_err(StoreError::from)?;
                if inserted > 0 {
                    count_in(&tx, application, per_day, now).await?;
                    record_in(&tx, event).await?;
                }
                let account = Entity::find().filter(Column::EmailKey.eq(key)).one(&*tx).await;
                let account = account.map_err(StoreError::from)?;
                account.ok_or_else(|| NotMade::Store(StoreError::Unique("account.email_key".to_owned())))
            })
            .await;
        match made {
            Ok(account) => Ok(Some(account)),
            Err(NotMade::Limit) => Ok(None),
            Err(NotMade::Store(error)) => Err(error),
        }
    }

    /// People who were made before `before` and never came, oldest first, at most `limit`.
    pub async fn unclaimed(&self, before: Timestamp, limit: u64) -> Result<Vec<AccountId>, StoreError> {
        let pending = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Status.eq(Status::Pending))
            .filter(Column::CreatedAt.lt(before))
            .order_by_asc(Column::CreatedAt)
            .limit(limit);
        Ok(pending.into_tuple().all(self.store.read()).await?)
    }

    /// Whether the person still has not come, in the transaction that is about to remove her; kept so until it ends.
    pub async fn is_unclaimed_in(&self, tx: &Tx, id: AccountId) -> Result<bool, StoreError> {
        let pending = Entity::find_by_id(id).filter(Column::Status.eq(Status::Pending)).lock_exclusive();
        Ok(pending.one(&**tx).await?.is_some())
    }

    /// Forgets how many people were made on days before `now`'s.
    pub async fn forget_counts_in(&self, tx: &Tx, now: Timestamp) -> Result<u64, StoreError> {
        let sql = "DELETE FROM application_user_creation WHERE day < $1";
        let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [day(now).into()]);
        Ok(tx.execute_raw(statement).await?.rows_affected())
    }
}

/// Days since 1970, in UTC.
fn day(now: Timestamp) -> i64 {
    now.as_seconds().div_euclid(86_400)
}

/// Counts one more person of the day. The condition stands in the statement, so that requests at once cannot pass the limit
/// together.
async fn count_in(tx: &Tx, application: ApplicationId, per_day: u32, now: Timestamp) -> Result<(), NotMade> {
    let sql = "INSERT INTO application_user_creation (application_id, day, people) SELECT $1, $2, 1 WHERE $3 > 0 \
               ON CONFLICT (application_id, day) DO UPDATE SET people = application_user_creation.people + 1 \
               WHERE application_user_creation.people < $3";
    let values = [application.into(), day(now).into(), i64::from(per_day).into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    let counted = tx.execute_raw(statement).await.map_err(StoreError::from)?.rows_affected();
    if counted > 0 { Ok(()) } else { Err(NotMade::Limit) }
}
