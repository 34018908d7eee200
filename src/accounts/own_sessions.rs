//! A person's own sessions: where she is signed in, and how she ends that.

use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, Statement};
use serde_json::json;

use super::device::Device;
use super::sessions::{self, SIGNED_IN, SessionId, Sessions, SignedIn};
use crate::audit::{Action, By, record_in};
use crate::base::{AccountId, StoreError, Timestamp, Tx};

/// A session in its person's own list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSession {
    /// Its id, as it is stored.
    pub id: SessionId,
    /// The browser, as it introduced itself.
    pub device: Device,
    /// Where the sign-in came from.
    pub address: Option<std::net::IpAddr>,
    /// The provider's id in the settings; none of a sign-in with a password.
    pub provider: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: SessionId,
    data: String,
    provider: Option<String>,
    created_at: Timestamp,
    last_seen_at: Timestamp,
}

impl From<Row> for OwnSession {
    fn from(row: Row) -> Self {
        let mut data = serde_json::from_str::<serde_json::Value>(&row.data).unwrap_or_default();
        let signed_in = serde_json::from_value::<SignedIn>(data[SIGNED_IN].take()).ok();
        let agent = signed_in.as_ref().and_then(|signed_in| signed_in.agent.as_deref());
        Self {
            id: row.id,
            device: agent.map(Device::of).unwrap_or_default(),
            address: signed_in.as_ref().map(|signed_in| signed_in.address),
            provider: row.provider,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
        }
    }
}

impl Sessions {
    /// The sessions of a person that still hold, last used first.
    pub async fn of(&self, person: AccountId) -> Result<Vec<OwnSession>, StoreError> {
        let sql = "SELECT s.id, s.data, p.provider, s.created_at, s.last_seen_at \
                   FROM session s LEFT JOIN session_provider p ON p.session_id = s.id \
                   WHERE s.account_id = $1 AND s.ends_at > $2 AND s.last_seen_at > $3 ORDER BY s.last_seen_at DESC, s.id";
        let now = self.clock.now();
        let values = [person.into(), now.into(), now.before(self.limits.idle).into()];
        let statement = Statement::from_sql_and_values(self.store.backend(), sql, values);
        Ok(Row::find_by_statement(statement).all(self.store.read()).await?.into_iter().map(Into::into).collect())
    }

    /// Whether a session has not ended.
    pub async fn is_there(&self, session: &SessionId) -> Result<bool, StoreError> {
        Ok(sessions::Entity::find_by_id(session.clone()).one(self.store.read()).await?.is_some())
    }

    /// Ends a session of that person; false when she has none of that id.
    pub async fn end_one(&self, person: AccountId, session: &SessionId, by: impl Into<By>) -> Result<bool, StoreError> {
        let (audit, by, session) = (self.audit.clone(), by.into(), session.clone());
        self.store
            .write(async move |tx| {
                let sql = "DELETE FROM session WHERE id = $1 AND account_id = $2";
                let values = [session.into(), person.into()];
                let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
                let ended = tx.execute_raw(statement).await.map_err(StoreError::from)?.rows_affected() > 0;
                if ended {
                    record_in(&tx, audit.row(by.did(Action::SessionEnded).on_behalf_of(person))).await?;
                }
                Ok(ended)
            })
            .await
    }

    /// Ends all sessions of that person but the one to keep; tells how many.
    pub async fn end_others(
        &self,
        person: AccountId,
        keep: Option<&SessionId>,
        by: impl Into<By>,
    ) -> Result<u64, StoreError> {
        let (audit, by, keep) = (self.audit.clone(), by.into(), keep.cloned());
        self.store
            .write(async move |tx| {
                let ended = end_in(&tx, person, keep.as_ref()).await?;
                if ended > 0 {
                    let event = by.did(Action::SessionEnded).on_behalf_of(person);
                    record_in(&tx, audit.row(event.details(json!({ "sessions": ended })))).await?;
                }
                Ok(ended)
            })
            .await
    }
}

/// Ends the sessions of a person but the one to keep; tells how many.
pub(super) async fn end_in(tx: &Tx, person: AccountId, keep: Option<&SessionId>) -> Result<u64, StoreError> {
    // No id is empty.
    let keep = keep.map_or_else(Vec::new, |keep| keep.as_bytes().to_vec());
    let sql = "DELETE FROM session WHERE account_id = $1 AND id <> $2";
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [person.into(), keep.into()]);
    Ok(tx.execute_raw(statement).await?.rows_affected())
}
