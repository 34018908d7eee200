//! What an installation remembers of itself.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseConnection, sea_query::OnConflict};

use super::{MasterKey, Purpose, Store, StoreError};

/// Named values of the installation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "installation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub value: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Why the server does not start on this database.
#[derive(Debug, thiserror::Error)]
pub enum InstallationError {
    /// The database was made under another secret key.
    #[error(
        "security.secret_key is not the one this database was made with: what it holds cannot be read. \
         Give the former key back, or start with an empty database"
    )]
    OtherSecretKey,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const SENTINEL: &str = "secret_key";

/// Makes sure that `key` is the key of this database; a new database takes it.
pub async fn check_secret_key(store: &Store, key: &MasterKey) -> Result<(), InstallationError> {
    let found = Sentinel::of(store.read()).await?;
    let found = if let Some(found) = found {
        found
    } else {
        let ours = Sentinel::made_by(key);
        let value = ours.0.clone();
        let kept = store.write(async move |tx| {
            // Two servers may start at once: the first value stays, both read it back.
            Entity::insert(ActiveModel { name: Set(SENTINEL.to_owned()), value: Set(value) })
                .on_conflict(OnConflict::column(Column::Name).do_nothing().to_owned())
                .exec_without_returning(&*tx)
                .await?;
            Ok::<_, StoreError>(Entity::find_by_id(SENTINEL).one(&*tx).await?)
        });
        kept.await?.map_or(ours, |row| Sentinel(row.value))
    };
    if found == Sentinel::made_by(key) { Ok(()) } else { Err(InstallationError::OtherSecretKey) }
}

/// The value by which a database recognises its secret key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentinel(Vec<u8>);

impl Sentinel {
    /// The one in the database, if it has taken a key already.
    pub async fn of(connection: &DatabaseConnection) -> Result<Option<Self>, StoreError> {
        let found = Entity::find_by_id(SENTINEL).one(connection).await?;
        Ok(found.map(|row| Self(row.value)))
    }

    /// The one that `key` makes.
    pub fn made_by(key: &MasterKey) -> Self {
        Self(key.digest(Purpose::Sentinel, b"sentinel").to_vec())
    }
}
