//! When applications and their secrets were last used: remembered here, written every few seconds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sea_orm::{ConnectionTrait, Statement, Value};

use super::Applications;
use crate::base::{ApplicationId, SecretId, StoreError, Timestamp};

/// What has not been written yet. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Usage(Arc<Mutex<Latest>>);

#[derive(Debug, Default)]
struct Latest {
    applications: HashMap<ApplicationId, Timestamp>,
    secrets: HashMap<SecretId, Timestamp>,
}

impl Usage {
    fn lock(&self) -> MutexGuard<'_, Latest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, application: ApplicationId, secret: Option<SecretId>, at: Timestamp) {
        let mut latest = self.lock();
        let Latest { applications, secrets } = &mut *latest;
        applications.entry(application).and_modify(|known| *known = at.max(*known)).or_insert(at);
        if let Some(secret) = secret {
            secrets.entry(secret).and_modify(|known| *known = at.max(*known)).or_insert(at);
        }
    }
}

impl Applications {
    /// Remembers that an application was used, and which secret proved it. Costs no query: [`Self::write_usage`] writes it.
    pub fn note_use(&self, application: ApplicationId, secret: Option<SecretId>, at: Timestamp) {
        self.usage.note(application, secret, at);
    }

    /// Writes what was noted since the last time; tells how many rows. What cannot be written is kept for the next time. A
    /// server that is killed loses the last seconds: nobody is let in or kept out by these columns.
    pub async fn write_usage(&self) -> Result<u64, StoreError> {
        let Latest { applications, secrets } = std::mem::take(&mut *self.usage.lock());
        if applications.is_empty() {
            return Ok(0);
        }
        let rows = applications.iter().map(|(id, at)| (APPLICATION, Value::from(*id), *at));
        let rows: Vec<_> = rows.chain(secrets.iter().map(|(id, at)| (SECRET, Value::from(*id), *at))).collect();
        let written = self
            .store
            .write::<u64, StoreError, _, _>(async move |tx| {
                let mut written = 0;
                for (sql, id, at) in rows {
                    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [id, at.into()]);
                    written += tx.execute_raw(statement).await?.rows_affected();
                }
                Ok(written)
            })
            .await;
        if written.is_err() {
            for (application, at) in applications {
                self.usage.note(application, None, at);
            }
            let mut latest = self.usage.lock();
            for (secret, at) in secrets {
                latest.secrets.entry(secret).and_modify(|known| *known = at.max(*known)).or_insert(at);
            }
        }
        written
    }
}

/// Another instance may have written a later moment.
const APPLICATION: &str =
    "UPDATE application SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
const SECRET: &str =
    "UPDATE application_secret SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
