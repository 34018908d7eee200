//! The queue before SQLite's one writer.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt as _;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::{mpsc, oneshot};

use super::{JOB_TIME, StoreError, Tx};
use crate::base::Metrics;
use crate::base::metrics::Fate;

/// Jobs that may wait; more than this and senders wait themselves.
pub(super) const LENGTH: usize = 1024;

/// Jobs that share one commit at most.
const BATCH: usize = 256;

type Running = Pin<Box<dyn Future<Output = Box<dyn Outcome>> + Send>>;

/// A write that waits for its turn.
pub(super) struct Job {
    work: Box<dyn FnOnce(Tx) -> Running + Send>,
    asked: Instant,
}

/// What a job came to, and who waits for it.
trait Outcome: Send {
    /// Whether the job's changes are to be kept.
    fn keep(&self) -> bool;
    /// Tells the one who waits, once the changes are on disk or undone.
    fn settle(self: Box<Self>, disk: Result<(), StoreError>);
}

struct Settled<T, E> {
    outcome: Result<T, E>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<T: Send, E: From<StoreError> + Send> Outcome for Settled<T, E> {
    fn keep(&self) -> bool {
        self.outcome.is_ok()
    }

    fn settle(self: Box<Self>, disk: Result<(), StoreError>) {
        let answer = match (self.outcome, disk) {
            (Ok(_), Err(error)) => Err(E::from(error)),
            (outcome, _) => outcome,
        };
        // Nobody may be waiting any more: the client went away, and the write stands all the same.
        let _ = self.answer.send(answer);
    }
}

impl Job {
    pub(super) fn new<T, E, F, Fut>(work: F) -> (Self, oneshot::Receiver<Result<T, E>>)
    where
        F: FnOnce(Tx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, receiver) = oneshot::channel();
        let job = move |tx: Tx| -> Running {
            Box::pin(async move {
                // A panic in the work is not one of the writer, and a task of its own would cost a change of threads.
                let work = AssertUnwindSafe(async move { work(tx).await }).catch_unwind();
                let outcome = match tokio::time::timeout(JOB_TIME, work).await {
                    Ok(Ok(outcome)) => outcome,
                    Ok(Err(_)) => Err(E::from(StoreError::Panicked)),
                    Err(_) => Err(E::from(StoreError::Busy)),
                };
                Box::new(Settled { outcome, answer }) as Box<dyn Outcome>
            })
        };
        (Self { work: Box::new(job), asked: Instant::now() }, receiver)
    }
}

/// Takes jobs until all senders are gone.
pub(super) async fn run(connection: DatabaseConnection, mut queue: mpsc::Receiver<Job>, metrics: Metrics) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let jobs = batch.len();
        metrics.database.together(jobs);
        let mut outcomes = Vec::with_capacity(jobs);
        let committed = commit_together(&connection, &mut batch, &mut outcomes, &metrics).await;
        let error = committed.err();
        count(&metrics, jobs, &outcomes, error.is_none());
        for outcome in outcomes {
            outcome.settle(error.as_ref().map_or(Ok(()), |error| Err(error.repeated())));
        }
        // Jobs that were not begun because BEGIN itself failed: dropping them tells their senders.
        batch.clear();
    }
}

/// Counts what became of so many jobs. Those without an outcome were never begun.
fn count(metrics: &Metrics, jobs: usize, outcomes: &[Box<dyn Outcome>], committed: bool) {
    let number = |jobs: usize| u64::try_from(jobs).unwrap_or(u64::MAX);
    let kept = outcomes.iter().filter(|outcome| outcome.keep()).count();
    metrics.database.settled(if committed { Fate::Kept } else { Fate::Lost }, number(kept));
    metrics.database.settled(Fate::Undone, number(outcomes.len() - kept));
    metrics.database.settled(Fate::Lost, number(jobs.saturating_sub(outcomes.len())));
}

async fn commit_together(
    connection: &DatabaseConnection,
    batch: &mut Vec<Job>,
    outcomes: &mut Vec<Box<dyn Outcome>>,
    metrics: &Metrics,
) -> Result<(), StoreError> {
    let immediate =
        TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
    let transaction = connection.begin_with_options(immediate).await?;
    if batch.len() == 1 {
        // Alone, the transaction itself is the savepoint.
        return match batch.pop() {
            Some(job) => run_alone(transaction, job, outcomes, metrics).await,
            None => Ok(()),
        };
    }
    for job in batch.drain(..) {
        let savepoint = Arc::new(transaction.begin().await?);
        metrics.database.waited(job.asked.elapsed());
        let outcome = (job.work)(Tx(Arc::clone(&savepoint))).await;
        let keep = outcome.keep();
        outcomes.push(outcome);
        finish(savepoint, keep).await?;
    }
    let begun = Instant::now();
    transaction.commit().await?;
    metrics.database.committed(begun.elapsed());
    Ok(())
}

async fn run_alone(
    transaction: DatabaseTransaction,
    job: Job,
    outcomes: &mut Vec<Box<dyn Outcome>>,
    metrics: &Metrics,
) -> Result<(), StoreError> {
    let transaction = Arc::new(transaction);
    metrics.database.waited(job.asked.elapsed());
    let outcome = (job.work)(Tx(Arc::clone(&transaction))).await;
    let keep = outcome.keep();
    outcomes.push(outcome);
    let begun = Instant::now();
    finish(transaction, keep).await?;
    if keep {
        metrics.database.committed(begun.elapsed());
    }
    Ok(())
}

async fn finish(transaction: Arc<DatabaseTransaction>, keep: bool) -> Result<(), StoreError> {
    // A job that kept its transaction beyond its end would write after the answer: treated as a failed commit.
    let transaction = Arc::into_inner(transaction)
        .ok_or_else(|| StoreError::Database(DbErr::Custom("a transaction outlived its job".to_owned())))?;
    if keep { transaction.commit().await } else { transaction.rollback().await }.map_err(StoreError::from)
}
