//! The signing keys of a database that is looked at and not changed.

use sea_orm::{DatabaseConnection, EntityTrait, QueryOrder};

use super::entity::{Column, Entity};
use super::key::SigningKey;
use crate::base::{Sealer, StoreError, Timestamp};
use crate::config::SigningAlgorithm;

/// What stands in the database of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// Its id.
    pub kid: String,
    /// Its algorithm, as the database names it.
    pub algorithm: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it verifies, once another key has replaced it.
    pub ends_at: Option<Timestamp>,
    /// Whether it can be opened and used.
    pub usable: bool,
}

/// All keys, newest first. Makes none.
pub async fn stored_keys(connection: &DatabaseConnection, sealer: &Sealer) -> Result<Vec<StoredKey>, StoreError> {
    let rows = Entity::find().order_by_desc(Column::CreatedAt).order_by_asc(Column::Kid).all(connection).await?;
    let keys = rows.into_iter().map(|row| {
        let opened = sealer.open(row.algorithm.as_bytes(), &row.sealed).ok();
        let key = SigningAlgorithm::parse(&row.algorithm).zip(opened).map(|(algorithm, material)| {
            SigningKey::read(row.kid.clone(), algorithm, &material, row.created_at, row.ends_at)
        });
        StoredKey {
            usable: key.is_some_and(|key| key.is_ok()),
            kid: row.kid,
            algorithm: row.algorithm,
            created_at: row.created_at,
            ends_at: row.ends_at,
        }
    });
    Ok(keys.collect())
}
