//! An event as it is shown.

use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::base::{AccountId, ApplicationId, AuditId, RoomId, Timestamp, TokenId};

/// An event as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Record {
    /// The event's id.
    pub id: AuditId,
    /// When: RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What: `object.verb`.
    #[schema(example = "room.created")]
    pub action: String,
    /// Who.
    pub actor: ActorRecord,
    /// The account that it was done for or that it concerns.
    pub on_behalf_of: Option<AccountId>,
    /// The client id of the application that it concerns.
    pub application: Option<String>,
    /// The same by its internal id, which stays when the application is gone.
    #[serde(skip)]
    pub application_id: Option<ApplicationId>,
    /// The token that it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<TokenId>,
    /// The room that it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// The address that the request came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The request's id, as in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// How many refusals of the same kind in that minute; absent for an event of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// What else there is to know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

/// Who did it, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActorRecord {
    /// `person`, `application`, `operator` or `anonymous`.
    pub kind: String,
    /// The account's or the application's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
}

impl ActorRecord {
    /// The person, when it was one.
    pub fn person(&self) -> Option<AccountId> {
        self.id.filter(|_| self.kind == "person").map(AccountId::from)
    }
}

/// The columns of a [`Row`], out of events `e` and [`APPLICATIONS`].
pub(super) const COLUMNS: &str = "e.id, e.at, e.action, e.actor_kind, e.actor_id, e.on_behalf_of, e.application_id, \
                                  COALESCE(a.client_id, gone.client_id) AS client_id, e.jti, e.room_id, e.address, e.request_id, e.details, e.refusal_key, \
                                  e.occurrences";

/// The applications `a`, and `gone` for those that were deleted.
pub(super) const APPLICATIONS: &str = "LEFT JOIN application a ON a.id = e.application_id \
                                       LEFT JOIN deleted_application gone ON gone.id = e.application_id";

/// An event with the client id of its application.
#[derive(Debug, FromQueryResult)]
pub(super) struct Row {
    pub(super) id: AuditId,
    at: Timestamp,
    action: String,
    actor_kind: String,
    actor_id: Option<Uuid>,
    on_behalf_of: Option<AccountId>,
    application_id: Option<ApplicationId>,
    client_id: Option<String>,
    jti: Option<TokenId>,
    room_id: Option<RoomId>,
    address: Option<String>,
    request_id: Option<String>,
    details: Option<String>,
    refusal_key: Option<String>,
    occurrences: i64,
}

impl From<Row> for Record {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            at: row.at,
            action: row.action,
            actor: ActorRecord { kind: row.actor_kind, id: row.actor_id },
            on_behalf_of: row.on_behalf_of,
            application: row.client_id,
            application_id: row.application_id,
            jti: row.jti,
            room: row.room_id,
            address: row.address,
            request_id: row.request_id,
            count: row.refusal_key.map(|_| row.occurrences),
            details: row.details.and_then(|details| serde_json::from_str(&details).ok()),
        }
    }
}
