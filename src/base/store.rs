//! The database: who reads, who writes, and what a failure means.
//!
//! Readers and the writer are apart. On SQLite there is one writer connection with a queue before it: jobs that wait
//! together share one `BEGIN IMMEDIATE … COMMIT`, each within its own savepoint, and all are answered after the commit.
//! On PostgreSQL each job is a transaction of its own from the pool. Either way a job does not run in
//! the request's task: a client that goes away does not cut a write in two.

mod connect;
mod gather;
mod inspect;
mod pool;
mod queue;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqlErr, Statement};
use tokio::sync::mpsc;

use super::Metrics;
use super::metrics::Pool;
pub use connect::Database;
pub use gather::{Gathered, Question};
pub use inspect::{Inspection, Schema};
use queue::Job;

/// How long one job may hold the database before it is rolled back. Jobs do nothing but queries: a job that takes longer
/// is stuck behind a lock.
const JOB_TIME: Duration = Duration::from_secs(10);

/// Access to the database. Clones share pools and queue.
///
/// One counted reference, because the state holds a store many times over and every layer of a request clones the state.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    readers: DatabaseConnection,
    writer: Writer,
    statements: Arc<AtomicU64>,
    metrics: Metrics,
}

#[derive(Debug)]
enum Writer {
    /// SQLite: the queue before the one writer connection.
    Queue(mpsc::Sender<Job>),
    /// PostgreSQL: a pool.
    Pool(DatabaseConnection),
}

/// A transaction that is open. It ends when the job that received it ends: committed on `Ok`, rolled back on `Err`.
#[derive(Debug)]
pub struct Tx(Arc<DatabaseTransaction>);

impl std::ops::Deref for Tx {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Tx {
    /// Executes what sea-query built, in this order, and gives how many rows all of it changed. None may need the outcome of
    /// another. On SQLite all go to the connection's thread at once: the way there and back costs more than a small insert.
    pub async fn execute_all(&self, statements: impl IntoIterator<Item = Statement>) -> Result<u64, StoreError> {
        let backend = self.get_database_backend();
        if backend != DbBackend::Sqlite {
            let mut changed = 0;
            for statement in statements {
                changed += self.execute_raw(statement).await?.rows_affected();
            }
            return Ok(changed);
        }
        let (mut sql, mut values) = (String::new(), Vec::new());
        for statement in statements {
            // Its `?` take the values one after the other, across statements; numbered ones would begin anew.
            debug_assert!(!statement.sql.contains('$'), "{}", statement.sql);
            sql.push_str(&statement.sql);
            sql.push(';');
            values.extend(statement.values.into_iter().flat_map(|values| values.0));
        }
        Ok(self.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?.rows_affected())
    }
}

/// Why the database did not do what was asked, sorted by what a caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique constraint refused the row; the text is the database's own and names the constraint or its columns.
    #[error("unique constraint violated: {0}")]
    Unique(String),
    /// No connection was free, a lock was held for too long, or what a row refers to went away at this moment, such as the account of
    /// somebody who is deleted: the same call may succeed later, or hear then what is gone.
    #[error("the database is busy")]
    Busy,
    /// The database cannot be reached, or went away: the same call may succeed later.
    #[error("the database cannot be reached: {0}")]
    Unreachable(#[source] DbErr),
    /// The server is stopping.
    #[error("the database is closed")]
    Closed,
    /// The job panicked; nothing of it was kept.
    #[error("the write panicked")]
    Panicked,
    /// Anything else, for the log alone.
    #[error("database error: {0}")]
    Database(#[source] DbErr),
}

impl StoreError {
    /// The same failure for somebody else who waited for the same thing.
    pub(crate) fn repeated(&self) -> Self {
        match self {
            Self::Busy => Self::Busy,
            Self::Closed => Self::Closed,
            Self::Panicked => Self::Panicked,
            Self::Unique(text) => Self::Unique(text.clone()),
            Self::Unreachable(error) => Self::Unreachable(DbErr::Custom(error.to_string())),
            Self::Database(error) => Self::Database(DbErr::Custom(error.to_string())),
        }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(text)) => return Self::Unique(text),
            Some(SqlErr::ForeignKeyConstraintViolation(text)) => {
                tracing::warn!(cause = text, "a row refers to what is not there");
                return Self::Busy;
            }
            _ => {}
        }
        match error {
            DbErr::ConnectionAcquire(_) => Self::Busy,
            error if connect::is_lock_timeout(&error) => Self::Busy,
            error if connect::is_connection_loss(&error) => Self::Unreachable(error),
            error => Self::Database(error),
        }
    }
}

impl Store {
    /// A connection for reading. The database refuses writes on it, so that none can pass by [`Store::write`].
    pub fn read(&self) -> &DatabaseConnection {
        &self.0.readers
    }

    /// Which database this is.
    pub fn backend(&self) -> DbBackend {
        self.0.readers.get_database_backend()
    }

    /// SQL statements sent since the start, transaction brackets not counted.
    pub fn statements(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    /// Brings what is known of the pools and the queue into the metrics.
    pub fn measure(&self) {
        let database = &self.0.metrics.database;
        connect::measure(&self.0.readers, Pool::Read, database);
        match &self.0.writer {
            Writer::Queue(queue) => database.set_queue(queue.max_capacity() - queue.capacity()),
            Writer::Pool(pool) => connect::measure(pool, Pool::Write, database),
        }
    }

    /// Runs `work` in a transaction and answers when its outcome is on disk: kept on `Ok`, undone on `Err`.
    ///
    /// `work` must only query: it runs while it holds the writer.
    pub async fn write<T, E, F, Fut>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(Tx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.0.writer {
            Writer::Queue(queue) => {
                let (job, answer) = Job::new(work);
                queue.send(job).await.map_err(|_| StoreError::Closed)?;
                answer.await.map_err(|_| StoreError::Closed)?
            }
            Writer::Pool(pool) => {
                let (pool, metrics) = (pool.clone(), self.0.metrics.clone());
                let job = tokio::spawn(async move { pool::write(&pool, &metrics, work).await });
                job.await.map_err(|_| StoreError::Panicked)?
            }
        }
    }
}
