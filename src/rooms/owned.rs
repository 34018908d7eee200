//! How many rooms a person owns.

use sea_orm::{ConnectionTrait, Statement};

use super::Rooms;
use crate::base::{AccountId, StoreError};

impl Rooms {
    /// How many rooms that are there this person owns.
    pub async fn count_owned(&self, person: AccountId) -> Result<u64, StoreError> {
        let store = &self.0.store;
        let sql = "SELECT COUNT(*) FROM room_access m JOIN room r ON r.id = m.room_id AND r.deleted_at IS NULL \
                   WHERE m.account_id = $1 AND m.role = 'owner'";
        let statement = Statement::from_sql_and_values(store.backend(), sql, [person.into()]);
        let counted = store.read().query_one_raw(statement).await?;
        let number = counted.map(|row| row.try_get_by_index::<i64>(0)).transpose()?.unwrap_or_default();
        Ok(u64::try_from(number).unwrap_or_default())
    }
}
