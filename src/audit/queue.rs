//! Events that stand alone, many to a commit.

use std::collections::BTreeMap;
use std::time::Instant;

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue, EntityTrait, ExprTrait, Set};
use tokio::sync::{mpsc, oneshot};

use super::EventRow;
use super::entity::{Column, Entity};
use crate::base::{Metrics, Store, StoreError};

/// Events that may wait; more than this and requests wait themselves.
const LENGTH: usize = 4096;

/// Rows in one INSERT at most: SQLite takes 32,766 parameters, a row has 14.
const BATCH: usize = 1024;

#[derive(Clone, Debug)]
pub(super) struct Queue(mpsc::Sender<Waiting>);

#[derive(Debug)]
struct Waiting {
    row: EventRow,
    answer: oneshot::Sender<Result<(), StoreError>>,
}

impl Queue {
    pub(super) fn start(store: Store, metrics: Metrics) -> Self {
        let (sender, receiver) = mpsc::channel(LENGTH);
        tokio::spawn(run(store, receiver, metrics));
        Self(sender)
    }

    /// Events that wait.
    pub(super) fn length(&self) -> usize {
        self.0.max_capacity() - self.0.capacity()
    }

    pub(super) async fn append(&self, row: EventRow) -> Result<(), StoreError> {
        let (answer, written) = oneshot::channel();
        self.0.send(Waiting { row, answer }).await.map_err(|_| StoreError::Closed)?;
        written.await.map_err(|_| StoreError::Closed)?
    }
}

async fn run(store: Store, mut queue: mpsc::Receiver<Waiting>, metrics: Metrics) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let (rows, answers): (Vec<_>, Vec<_>) = batch.drain(..).map(|waiting| (waiting.row, waiting.answer)).unzip();
        let (events, begun) = (rows.len(), Instant::now());
        let written = write(&store, rows).await;
        metrics.audit.written(events, begun.elapsed(), written.is_err());
        for answer in answers {
            // Whoever waited may be gone; the event stands all the same.
            let _ = answer.send(match &written {
                Ok(()) => Ok(()),
                Err(StoreError::Busy) => Err(StoreError::Busy),
                Err(_) => Err(StoreError::Closed),
            });
        }
        if let Err(error) = written {
            tracing::error!(cause = %error, "audit events could not be written");
        }
    }
}

async fn write(store: &Store, rows: Vec<EventRow>) -> Result<(), StoreError> {
    let (events, refusals) = sort(rows);
    store
        .write(async move |tx| {
            if !events.is_empty() {
                Entity::insert_many(events).exec_without_returning(&*tx).await?;
            }
            for row in refusals.into_values() {
                let more = row.occurrences.clone().take().unwrap_or(1);
                let count = Expr::col((Entity, Column::Occurrences)).add(more);
                Entity::insert(row)
                    .on_conflict(
                        // The index is partial: events proper, which are nearly all rows, have no place in it.
                        OnConflict::column(Column::RefusalKey)
                            .target_and_where(Expr::col(Column::RefusalKey).is_not_null())
                            .value(Column::Occurrences, count)
                            .to_owned(),
                    )
                    .exec_without_returning(&*tx)
                    .await?;
            }
            Ok(())
        })
        .await
}

/// Events as they are, refusals of one key added up.
fn sort(rows: Vec<EventRow>) -> (Vec<EventRow>, BTreeMap<String, EventRow>) {
    let mut events = Vec::new();
    let mut refusals: BTreeMap<String, EventRow> = BTreeMap::new();
    for row in rows {
        match &row.refusal_key {
            ActiveValue::Set(Some(key)) => match refusals.get_mut(key) {
                Some(first) => {
                    let count = first.occurrences.clone().take().unwrap_or(1);
                    first.occurrences = Set(count + 1);
                }
                None => {
                    refusals.insert(key.clone(), row);
                }
            },
            _ => events.push(row),
        }
    }
    (events, refusals)
}
