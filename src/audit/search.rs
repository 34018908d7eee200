//! Reading the trail.

use std::fmt::Write as _;

use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Statement, Value as SqlValue};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::entity::{Column, Entity};
use super::{Action, Audit};
use crate::base::{AccountId, ApplicationId, AuditId, RoomId, Store, StoreError, Timestamp, TokenId};

/// Which events are wanted. Newest first.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Not older than this.
    pub since: Option<Timestamp>,
    /// Done by or concerning this application.
    pub application: Option<ApplicationId>,
    /// Done by or for this person.
    pub person: Option<AccountId>,
    /// So many at most.
    pub limit: Option<u64>,
    /// Older than this event: for the next portion.
    pub before: Option<AuditId>,
}

/// An event as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    /// The event's id.
    pub id: AuditId,
    /// When: RFC 3339 in UTC.
    pub at: Timestamp,
    /// What: `object.verb`.
    pub action: String,
    /// Who.
    pub actor: ActorRecord,
    /// The account that it was done for or that it concerns.
    pub on_behalf_of: Option<AccountId>,
    /// The client id of the application that it concerns.
    pub application: Option<String>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActorRecord {
    /// `person`, `application`, `operator` or `anonymous`.
    pub kind: String,
    /// The account's or the application's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
}

/// An event with the client id of its application.
#[derive(Debug, FromQueryResult)]
struct Row {
    id: AuditId,
    at: Timestamp,
    action: String,
    actor_kind: String,
    actor_id: Option<Uuid>,
    on_behalf_of: Option<AccountId>,
    client_id: Option<String>,
    jti: Option<TokenId>,
    room_id: Option<RoomId>,
    address: Option<String>,
    request_id: Option<String>,
    details: Option<String>,
    refusal_key: Option<String>,
    occurrences: i64,
}

/// How a token was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Issue {
    /// When.
    pub at: Timestamp,
    /// For whom.
    pub on_behalf_of: Option<AccountId>,
    /// To which application.
    pub application: Option<ApplicationId>,
}

/// Rows read or removed at a time.
const PORTION: u64 = 500;

impl Audit {
    /// How a token was issued. Its id tells when: its event was written within moments of it, so this is a look at a
    /// short stretch of the trail, not at all of it.
    pub async fn issue_of(&self, token: TokenId) -> Result<Option<Issue>, StoreError> {
        const STRETCH: std::time::Duration = std::time::Duration::from_secs(10);
        let Some(made) = token.made_at() else { return Ok(None) };
        let found = Entity::find()
            .select_only()
            .columns([Column::At, Column::OnBehalfOf])
            .column_as(Column::ApplicationId, "application")
            .filter(Column::Id.between(first_id(made), first_id(made.after(STRETCH))))
            .filter(Column::Jti.eq(token))
            .filter(Column::Action.eq(Action::TokenIssued.as_str()));
        Ok(found.into_model::<Issue>().one(self.store.read()).await?)
    }

    /// One portion of the events that `filter` asks for, newest first: at most 500, or `filter.limit` if that is less.
    pub async fn search(&self, filter: &Filter) -> Result<Vec<Record>, StoreError> {
        let (sql, values) = select(filter);
        let statement = Statement::from_sql_and_values(self.store.backend(), sql, values);
        let rows = Row::find_by_statement(statement).all(self.store.read()).await?;
        Ok(rows.into_iter().map(Record::from).collect())
    }
}

fn select(filter: &Filter) -> (String, Vec<SqlValue>) {
    let mut sql = String::from(
        "SELECT e.id, e.at, e.action, e.actor_kind, e.actor_id, e.on_behalf_of, \
         COALESCE(a.client_id, gone.client_id) AS client_id, e.jti, e.room_id, \
         e.address, e.request_id, e.details, e.refusal_key, e.occurrences \
         FROM audit_event e LEFT JOIN application a ON a.id = e.application_id \
         LEFT JOIN deleted_application gone ON gone.id = e.application_id WHERE 1 = 1",
    );
    let mut values: Vec<SqlValue> = Vec::new();
    let mut also = |condition: &str, value: SqlValue| {
        values.push(value);
        let _ = write!(sql, " AND {}", condition.replace('?', &format!("${}", values.len())));
    };
    if let Some(since) = filter.since {
        also("e.id >= ?", first_id(since).into());
        also("e.at >= ?", since.into());
    }
    if let Some(before) = filter.before {
        also("e.id < ?", before.into());
    }
    if let Some(application) = filter.application {
        also("e.application_id = ?", application.into());
    }
    if let Some(person) = filter.person {
        also("(e.on_behalf_of = ? OR e.actor_id = ?)", person.into());
    }
    let limit = filter.limit.unwrap_or(PORTION).min(PORTION);
    let _ = write!(sql, " ORDER BY e.id DESC LIMIT {limit}");
    (sql, values)
}

/// The least id that an event of this moment can have: the first 48 bits of a UUID of version 7 are its milliseconds.
fn first_id(at: Timestamp) -> AuditId {
    let millis = u64::try_from(at.as_micros().div_euclid(1000)).unwrap_or(0);
    AuditId::from(uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid())
}

pub(super) async fn forget(store: &Store, before: Timestamp) -> Result<u64, StoreError> {
    let limit = first_id(before);
    let mut removed = 0;
    loop {
        let portion = store
            .write::<u64, StoreError, _, _>(async move |tx| {
                let oldest = Query::select()
                    .column(Column::Id)
                    .from(Entity)
                    .and_where(Column::Id.lt(limit))
                    .limit(PORTION)
                    .to_owned();
                let deleted = Entity::delete_many().filter(Column::Id.in_subquery(oldest)).exec(&*tx).await?;
                Ok(deleted.rows_affected)
            })
            .await?;
        removed += portion;
        if portion < PORTION {
            return Ok(removed);
        }
    }
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
            jti: row.jti,
            room: row.room_id,
            address: row.address,
            request_id: row.request_id,
            count: row.refusal_key.map(|_| row.occurrences),
            details: row.details.and_then(|details| serde_json::from_str(&details).ok()),
        }
    }
}
