//! A write on PostgreSQL: a transaction of its own from the pool.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use sea_orm::{DatabaseConnection, TransactionTrait};

use super::{JOB_TIME, StoreError, Tx};
use crate::base::Metrics;
use crate::base::metrics::Fate;

/// What becomes of one write, counted when it is over, also by a panic.
struct Counted<'m> {
    metrics: &'m Metrics,
    fate: Fate,
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.metrics.database.settled(self.fate, 1);
    }
}

/// Runs `work` in a transaction that is committed on `Ok` and rolled back on `Err`.
pub(super) async fn write<T, E, F, Fut>(pool: &DatabaseConnection, metrics: &Metrics, work: F) -> Result<T, E>
where
    F: FnOnce(Tx) -> Fut,
    Fut: Future<Output = Result<T, E>>,
    E: From<StoreError>,
{
    let mut counted = Counted { metrics, fate: Fate::Lost };
    let asked = Instant::now();
    let transaction = Arc::new(pool.begin().await.map_err(StoreError::from)?);
    metrics.database.waited(asked.elapsed());
    metrics.database.together(1);
    // Until it is committed, whatever ends it undoes it.
    counted.fate = Fate::Undone;
    let outcome =
        tokio::time::timeout(JOB_TIME, work(Tx(Arc::clone(&transaction)))).await.map_err(|_| StoreError::Busy)?;
    let transaction = Arc::into_inner(transaction).ok_or(StoreError::Panicked)?;
    match outcome {
        Ok(value) => {
            counted.fate = Fate::Lost;
            let begun = Instant::now();
            transaction.commit().await.map_err(StoreError::from)?;
            metrics.database.committed(begun.elapsed());
            counted.fate = Fate::Kept;
            Ok(value)
        }
        Err(error) => {
            transaction.rollback().await.map_err(StoreError::from)?;
            Err(error)
        }
    }
}
