//! Opening the database, with the durability and the pools that each kind needs.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait};
use sea_orm::{RuntimeErr, SqliteTransactionMode, SqlxError, TransactionOptions};
use tokio::sync::mpsc;

use super::{Inner, Store, StoreError, Writer, queue};
use crate::base::metrics::{DatabaseMetrics, Pool};
use crate::base::{Metrics, Secret};

/// Which database, as `database.url` names it.
#[derive(Clone)]
pub enum Database {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// A PostgreSQL server; the address may hold a password.
    Postgres(Secret),
}

impl FromStr for Database {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        if let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
            let path = path.split('?').next().unwrap_or_default();
            if path.is_empty() || path == ":memory:" {
                return Err("names no file".to_owned());
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(Secret::new(url)));
        }
        Err("is neither sqlite:// nor postgres://".to_owned())
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "Sqlite({})", path.display()),
            Self::Postgres(_) => f.write_str("Postgres"),
        }
    }
}

/// How long a statement waits for SQLite's lock, held by another process (a command beside the server).
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

impl Store {
    /// Opens the database and brings its schema up to date. `connections` is the size of the reading pool (and, on
    /// PostgreSQL, of the writing pool as well).
    pub async fn open(database: &Database, connections: u32, metrics: &Metrics) -> Result<Self, StoreError> {
        let statements = Arc::new(AtomicU64::new(0));
        match database {
            Database::Sqlite(path) => {
                if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                    std::fs::create_dir_all(folder).map_err(|error| {
                        StoreError::Database(DbErr::Custom(format!("{}: {error}", folder.display())))
                    })?;
                }
                let url = format!("sqlite://{}?mode=rwc", path.display());
                let connection = sea_orm::Database::connect(sqlite(&url, 1, Use::Writing)).await?;
                let connection = counted(connection, &statements, metrics, Pool::Write);
                migrate(&connection).await?;
                let readers = sea_orm::Database::connect(sqlite(&url, connections.max(1), Use::Reading)).await?;
                let (sender, receiver) = mpsc::channel(queue::LENGTH);
                tokio::spawn(queue::run(connection, receiver, metrics.clone()));
                Ok(Self::of(readers, Writer::Queue(sender), statements, metrics))
            }
            Database::Postgres(url) => {
                let pool = sea_orm::Database::connect(postgres(url.expose(), connections, Use::Writing)).await?;
                let pool = counted(pool, &statements, metrics, Pool::Write);
                migrate(&pool).await?;
                let readers = sea_orm::Database::connect(postgres(url.expose(), connections, Use::Reading)).await?;
                Ok(Self::of(readers, Writer::Pool(pool), statements, metrics))
            }
        }
    }

    fn of(readers: DatabaseConnection, writer: Writer, statements: Arc<AtomicU64>, metrics: &Metrics) -> Self {
        let readers = counted(readers, &statements, metrics, Pool::Read);
        Self(Arc::new(Inner { readers, writer, statements, metrics: metrics.clone() }))
    }
}

/// What connections are opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Writing,
    Reading,
    /// Reading what may be no database of ours, which stays as it is.
    Inspecting,
}

pub(super) fn sqlite(url: &str, connections: u32, usage: Use) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(connections)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .test_before_acquire(false)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .acquire_timeout(BUSY_TIMEOUT)
        .map_sqlx_sqlite_opts(move |options| {
            // The way of journalling belongs to the file, all else to the connection.
            let options = if usage == Use::Inspecting { options } else { options.pragma("journal_mode", "WAL") };
            options
                .pragma("synchronous", "FULL")
                .pragma("foreign_keys", "ON")
                .pragma("busy_timeout", BUSY_TIMEOUT.as_millis().to_string())
                .pragma("cache_size", "-8000")
                .pragma("temp_store", "MEMORY")
                .pragma("query_only", if usage == Use::Writing { "OFF" } else { "ON" })
        });
    options
}

pub(super) fn postgres(url: &str, connections: u32, usage: Use) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .test_before_acquire(false)
        // A connection that rested may have lost its server: asking costs one round trip, then and not on every use.
        .test_before_acquire_if_idle_for(Duration::from_secs(5))
        .acquire_timeout(BUSY_TIMEOUT)
        .map_sqlx_postgres_opts(move |options| {
            options.application_name("parloir").options([
                ("synchronous_commit", "on"),
                ("default_transaction_read_only", if usage == Use::Writing { "off" } else { "on" }),
                ("lock_timeout", "5s"),
                ("timezone", "UTC"),
            ])
        });
    options
}

fn counted(
    mut connection: DatabaseConnection,
    statements: &Arc<AtomicU64>,
    metrics: &Metrics,
    pool: Pool,
) -> DatabaseConnection {
    let (statements, metrics) = (Arc::clone(statements), metrics.clone());
    connection.set_metric_callback(move |statement| {
        statements.fetch_add(1, Ordering::Relaxed);
        metrics.database.statement(pool, statement.elapsed, statement.failed);
    });
    connection
}

/// Tells the metrics how a pool stands now.
pub(super) fn measure(connection: &DatabaseConnection, pool: Pool, metrics: &DatabaseMetrics) {
    let (most, open, idle) = if connection.get_database_backend() == DbBackend::Postgres {
        let pool = connection.get_postgres_connection_pool();
        (pool.options().get_max_connections(), pool.size(), pool.num_idle())
    } else {
        let pool = connection.get_sqlite_connection_pool();
        (pool.options().get_max_connections(), pool.size(), pool.num_idle())
    };
    metrics.set_pool(pool, most, open, idle);
}

/// One process at a time changes the schema: SQLite's write lock, an advisory lock on PostgreSQL (any number of ours).
async fn migrate(connection: &DatabaseConnection) -> Result<(), StoreError> {
    use migration::MigratorTrait;

    const LOCK: &str = "SELECT pg_advisory_xact_lock(8271653094)";
    let immediate =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    let transaction = connection.begin_with_options(immediate).await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction.execute_raw(Statement::from_string(DbBackend::Postgres, LOCK)).await?;
    }
    migration::Migrator::up(&transaction, None).await?;
    transaction.commit().await?;
    Ok(())
}

/// SQLite's "database is locked" after the busy time-out, PostgreSQL's `lock_not_available` (55P03).
pub(super) fn is_lock_timeout(error: &DbErr) -> bool {
    let text = error.to_string();
    text.contains("database is locked") || text.contains("lock timeout")
}

/// Whether a connection could not be made or was lost: the network's errors, and PostgreSQL's classes 08 (connection
/// exception), 53 (insufficient resources) and 57P (operator intervention), and 55000 of a database that takes no
/// connections (PostgreSQL, appendix A).
pub(super) fn is_connection_loss(error: &DbErr) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return false;
    };
    match &**cause {
        SqlxError::Io(_)
        | SqlxError::Tls(_)
        | SqlxError::PoolClosed
        | SqlxError::PoolTimedOut
        | SqlxError::WorkerCrashed => true,
        SqlxError::Database(refusal) => refusal.code().is_some_and(|code| {
            // SQLite's codes are numbers of other lengths.
            code.len() == 5 && (["08", "53", "57P"].iter().any(|class| code.starts_with(class)) || code == "55000")
        }),
        _ => false,
    }
}
