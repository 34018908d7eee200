//! What happened, who did it, for whom.
//!
//! A change and its event are one transaction: services turn an [`Event`] into a row before they open the write, and
//! insert it inside. Issued tokens, which change nothing else, go through a queue that writes many rows with one commit;
//! refusals are counted, not listed, so that strangers cannot fill the disk.

mod entity;
mod event;
mod export;
mod filter;
mod lately;
mod queue;
mod record;
mod search;

pub use entity::ActiveModel as EventRow;
pub use event::{Action, Actor, By, Event};
pub use export::Format;
pub use filter::Filter;
pub use lately::Acted;
pub use record::{ActorRecord, Record};
pub use search::{Issue, Portion, Trail};

use sea_orm::{DbBackend, EntityTrait, QueryTrait, Statement};

use crate::base::{ApplicationId, AuditId, ClientRequest, Clock, Metrics, Random, Store, StoreError, Timestamp, Tx};

/// The audit trail. Clones share the queue.
#[derive(Clone, Debug)]
pub struct Audit {
    store: Store,
    clock: Clock,
    random: Random,
    queue: queue::Queue,
    metrics: Metrics,
}

impl Audit {
    /// Starts the queue on `store`.
    pub fn new(store: Store, clock: Clock, random: Random, metrics: Metrics) -> Self {
        let queue = queue::Queue::start(store.clone(), metrics.clone());
        Self { store, clock, random, queue, metrics }
    }

    /// Brings what is known of the queue into the metrics.
    pub fn measure(&self) {
        self.metrics.audit.set_queue(self.queue.length());
    }

    /// The row for `event`, stamped with the present; insert it with [`record_in`].
    pub fn row(&self, event: Event) -> EventRow {
        let now = self.clock.now();
        event.into_row(AuditId::new(&self.random, now), now)
    }

    /// Writes an event that stands alone, together with others that wait; answers with its id when it is on disk.
    pub async fn append(&self, event: Event) -> Result<AuditId, StoreError> {
        let now = self.clock.now();
        let id = AuditId::new(&self.random, now);
        self.queue.append(event.into_row(id, now)).await?;
        Ok(id)
    }

    /// Counts a refusal under its kind, application, address and minute; answers when the count is on disk.
    pub async fn refused(
        &self,
        action: Action,
        application: Option<ApplicationId>,
        request: &ClientRequest,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let id = AuditId::new(&self.random, now);
        self.queue
            .append(
                Event::new(action, Actor::Anonymous).application_opt(application).from(request).into_refusal(id, now),
            )
            .await
    }

    /// Removes what is older than `before`; tells how many rows went. Works in small portions, so that nobody waits.
    pub async fn forget(&self, before: Timestamp) -> Result<u64, StoreError> {
        search::forget(&self.store, before).await
    }
}

/// Rows in one INSERT at most: SQLite takes 32,766 parameters, a row has 14.
const PORTION: usize = 1024;

/// Inserts many of them, as [`record_in`] does one.
pub async fn record_all_in(tx: &Tx, mut rows: Vec<EventRow>) -> Result<(), StoreError> {
    while !rows.is_empty() {
        let portion = rows.drain(..PORTION.min(rows.len()));
        entity::Entity::insert_many(portion).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Inserts a row that [`Audit::row`] made, in the transaction of the change that it tells of.
pub async fn record_in(tx: &Tx, row: EventRow) -> Result<(), StoreError> {
    entity::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// The same as a statement, for [`Tx::execute_all`].
pub fn insertion(row: EventRow, backend: DbBackend) -> Statement {
    entity::Entity::insert(row).build(backend)
}
