//! Somebody whom a provider vouches for, and who has not said yet for which organisation she comes: kept on the server, bound to one
//! browser, for one use within ten minutes. Nothing of it stands in an address or in a form but its id.

use std::time::Duration;

use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use serde::{Deserialize, Serialize};

use super::BrowserId;
use crate::accounts::{Arrival, Origin};
use crate::base::{Clock, MasterKey, PendingSignInId, Purpose, Random, Sealer, Siret, Store, StoreError, Timestamp};
use crate::sign_in::front_end::Asked;

/// How long she may take.
const LIFETIME: Duration = Duration::from_mins(10);

/// Who comes, how, and where she wanted to go.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Newcomer {
    pub(super) arrival: Arrival,
    pub(super) origin: Origin,
    pub(super) next: String,
    /// The front end elsewhere that sent her.
    pub(super) front_end: Option<Asked>,
}

impl Newcomer {
    /// The same, coming for that organisation.
    pub(super) fn acting_for(mut self, organisation: Siret) -> Self {
        self.origin.organisation = Some(organisation.clone());
        self.arrival.organisation = Some(organisation);
        self
    }
}

impl std::fmt::Debug for Newcomer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Newcomer")
    }
}

/// One that waits.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) id: PendingSignInId,
    pub(super) newcomer: Newcomer,
}

/// Those that wait. Clones share the database.
#[derive(Clone, Debug)]
pub(super) struct PendingSignIns {
    store: Store,
    clock: Clock,
    random: Random,
    sealer: Sealer,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: PendingSignInId,
    sealed: Vec<u8>,
    ends_at: Timestamp,
}

impl PendingSignIns {
    pub(super) fn new(store: Store, clock: Clock, random: Random, key: &MasterKey) -> Self {
        Self { store, clock, random, sealer: key.sealer(Purpose::LoginAttempt) }
    }

    /// Keeps who comes, in place of what this browser left before.
    pub(super) async fn open(&self, browser: &BrowserId, newcomer: &Newcomer) -> Result<(), StoreError> {
        const FORGET: &str = "DELETE FROM pending_sign_in WHERE browser = $1";
        const INSERT: &str = "INSERT INTO pending_sign_in (id, browser, sealed, ends_at) VALUES ($1, $2, $3, $4)";
        let now = self.clock.now();
        let id = PendingSignInId::new(&self.random, now);
        let plain = serde_json::to_vec(newcomer).unwrap_or_default();
        let sealed =
            self.sealer.seal(&self.random, id.as_uuid().as_bytes(), &plain).map_err(|_| StoreError::Panicked)?;
        let browser = browser.digest();
        let values = [id.into(), browser.clone().into(), sealed.into(), now.after(LIFETIME).into()];
        self.store
            .write::<_, StoreError, _, _>(async move |tx| {
                let backend = tx.get_database_backend();
                tx.execute_raw(Statement::from_sql_and_values(backend, FORGET, [browser.into()])).await?;
                tx.execute_raw(Statement::from_sql_and_values(backend, INSERT, values)).await?;
                Ok(())
            })
            .await
    }

    /// What waits in this browser.
    pub(super) async fn of_browser(&self, browser: &BrowserId) -> Result<Option<Pending>, StoreError> {
        let sql = "SELECT id, sealed, ends_at FROM pending_sign_in WHERE browser = $1";
        let statement = Statement::from_sql_and_values(self.store.backend(), sql, [browser.digest().into()]);
        Ok(Row::find_by_statement(statement).one(self.store.read()).await?.and_then(|row| self.open_row(&row)))
    }

    /// Takes it, once.
    pub(super) async fn take(&self, id: PendingSignInId, browser: &BrowserId) -> Result<Option<Pending>, StoreError> {
        let sql = "DELETE FROM pending_sign_in WHERE id = $1 AND browser = $2 RETURNING id, sealed, ends_at";
        let values = [id.into(), browser.digest().into()];
        let row = self
            .store
            .write::<_, StoreError, _, _>(async move |tx| {
                let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
                Ok(Row::find_by_statement(statement).one(&*tx).await?)
            })
            .await?;
        Ok(row.and_then(|row| self.open_row(&row)))
    }

    fn open_row(&self, row: &Row) -> Option<Pending> {
        if self.clock.now() >= row.ends_at {
            return None;
        }
        let plain = self.sealer.open(row.id.as_uuid().as_bytes(), &row.sealed).ok()?;
        Some(Pending { id: row.id, newcomer: serde_json::from_slice(&plain).ok()? })
    }
}
