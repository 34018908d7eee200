//! When personal tokens were last used: remembered here, written every few seconds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sea_orm::{ConnectionTrait, Statement};

use super::PersonalTokens;
use crate::base::{PersonalTokenId, StoreError, Timestamp};

/// What has not been written yet. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Usage(Arc<Mutex<HashMap<PersonalTokenId, Timestamp>>>);

impl Usage {
    fn lock(&self) -> MutexGuard<'_, HashMap<PersonalTokenId, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn note(&self, token: PersonalTokenId, at: Timestamp) {
        self.lock().entry(token).and_modify(|known| *known = at.max(*known)).or_insert(at);
    }
}

/// Another instance may have written a later moment.
const TOKEN: &str =
    "UPDATE personal_token SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";

/// Whoever uses the token of a sign-in is still there: the sign-in does not become idle.
const SESSION: &str = "UPDATE session SET last_seen_at = $2 WHERE last_seen_at < $2 \
                       AND id = (SELECT session_id FROM personal_token WHERE id = $1)";

impl PersonalTokens {
    /// Writes what was noted since the last time; tells how many tokens. What cannot be written is kept for the next time.
    pub async fn write_usage(&self) -> Result<usize, StoreError> {
        let latest = std::mem::take(&mut *self.usage.lock());
        if latest.is_empty() {
            return Ok(0);
        }
        let rows: Vec<_> = latest.iter().map(|(id, at)| (*id, *at)).collect();
        let written = self
            .store
            .write::<usize, StoreError, _, _>(async move |tx| {
                for (id, at) in &rows {
                    for sql in [TOKEN, SESSION] {
                        let values = [(*id).into(), (*at).into()];
                        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
                    }
                }
                Ok(rows.len())
            })
            .await;
        if written.is_err() {
            for (id, at) in latest {
                self.usage.note(id, at);
            }
        }
        written
    }
}
