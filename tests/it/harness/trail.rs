//! The trail, as tests look at it.

use sea_orm::FromQueryResult;
use sea_orm::entity::prelude::Uuid;
use serde_json::Value;

use super::Database;

/// What an event says of who did it and of what it concerns.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(crate) struct Event {
    pub(crate) actor_kind: String,
    pub(crate) actor_id: Option<Uuid>,
    pub(crate) on_behalf_of: Option<Uuid>,
    pub(crate) application_id: Option<Uuid>,
    pub(crate) jti: Option<Uuid>,
    pub(crate) room_id: Option<Uuid>,
    details: Option<String>,
}

impl Event {
    /// What else it says; null when nothing.
    pub(crate) fn details(&self) -> Value {
        self.details.as_deref().map_or(Value::Null, |details| serde_json::from_str(details).unwrap())
    }
}

impl Database {
    /// The events of one action (`object.verb`), oldest first.
    pub(crate) async fn events(&self, action: &str) -> Vec<Event> {
        let sql = "SELECT actor_kind, actor_id, on_behalf_of, application_id, jti, room_id, details \
                   FROM audit_event WHERE action = $1 ORDER BY id";
        self.all(sql, [action.into()]).await
    }
}
