//! A database that is looked at and not changed: nothing is made, nothing is migrated.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use migration::MigratorTrait;
use sea_orm::sqlx::{Connection, PgConnection};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QueryResult, RuntimeErr, SqlxError, Statement};

use super::connect::{self, Use};
use super::{Database, StoreError};

/// One reading connection to a database as it stands.
#[derive(Debug)]
pub struct Inspection(DatabaseConnection);

/// The steps of the schema that the database has, beside those that this version knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// Whether it has any step.
    pub begun: bool,
    /// Steps that it still lacks, oldest first.
    pub missing: Vec<String>,
    /// Steps of a newer version.
    pub unknown: Vec<String>,
}

impl Inspection {
    /// Connects; `None` when the file of an SQLite database is not there.
    pub async fn open(database: &Database) -> Result<Option<Self>, StoreError> {
        let options = match database {
            Database::Sqlite(path) if !path.exists() => return Ok(None),
            Database::Sqlite(path) => {
                // A connection that may write takes the files with it that it had to make, and puts into the database what
                // a crash left beside it; one that may not does neither.
                let mode = if write_ahead_log(path).exists() { "ro" } else { "rw" };
                connect::sqlite(&format!("sqlite://{}?mode={mode}", path.display()), 1, Use::Inspecting)
            }
            Database::Postgres(url) => {
                // A pool tries again until its time is over, and says no more than that; one connection says why.
                PgConnection::connect(url.expose())
                    .await
                    .map_err(connect_error)?
                    .close()
                    .await
                    .map_err(connect_error)?;
                connect::postgres(url.expose(), 1, Use::Inspecting)
            }
        };
        Ok(Some(Self(sea_orm::Database::connect(options).await?)))
    }

    /// The connection. It refuses to write.
    pub const fn connection(&self) -> &DatabaseConnection {
        &self.0
    }

    /// Ends the connection and waits until it is gone.
    pub async fn close(self) -> Result<(), StoreError> {
        Ok(self.0.close().await?)
    }

    /// The first column of the one row that `sql` asks for, as text.
    pub async fn text(&self, sql: &str) -> Result<String, StoreError> {
        let row = self.row(sql).await?;
        let text = row.as_ref().map(|row| {
            let number = || row.try_get_by_index::<i64>(0).map(|number| number.to_string());
            row.try_get_by_index::<String>(0).or_else(|_| number())
        });
        Ok(text.transpose()?.unwrap_or_default())
    }

    /// The first column of the one row that `sql` asks for, as a number; none without a row or where it is null.
    pub async fn number(&self, sql: &str) -> Result<Option<i64>, StoreError> {
        let row = self.row(sql).await?;
        let number = row.map(|row| row.try_get_by_index::<Option<i64>>(0));
        Ok(number.transpose()?.flatten())
    }

    /// How the schema compares with the one of this version.
    pub async fn schema(&self) -> Result<Schema, StoreError> {
        let known: Vec<_> = migration::Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
        let applied = self.applied().await?;
        let names: BTreeSet<_> = known.iter().cloned().collect();
        Ok(Schema {
            begun: !applied.is_empty(),
            missing: known.into_iter().filter(|name| !applied.contains(name)).collect(),
            unknown: applied.difference(&names).cloned().collect(),
        })
    }

    /// The steps that were made. The library's own way to ask makes its table first.
    async fn applied(&self) -> Result<BTreeSet<String>, StoreError> {
        let there = match self.0.get_database_backend() {
            DbBackend::Postgres => "SELECT CASE WHEN to_regclass('seaql_migrations') IS NULL THEN 0::bigint ELSE 1 END",
            _ => "SELECT count(*) FROM sqlite_master WHERE name = 'seaql_migrations'",
        };
        if self.number(there).await?.unwrap_or_default() == 0 {
            return Ok(BTreeSet::new());
        }
        let statement = Statement::from_string(self.0.get_database_backend(), "SELECT version FROM seaql_migrations");
        let rows = self.0.query_all_raw(statement).await?;
        Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
    }

    async fn row(&self, sql: &str) -> Result<Option<QueryResult>, StoreError> {
        Ok(self.0.query_one_raw(Statement::from_string(self.0.get_database_backend(), sql)).await?)
    }
}

fn connect_error(error: SqlxError) -> StoreError {
    DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))).into()
}

/// Where SQLite keeps what is not yet in the file itself.
fn write_ahead_log(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
