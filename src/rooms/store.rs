//! Queries for rooms. Each takes the person who asks: without one there is no list of rooms.

use std::fmt::Write as _;

use sea_orm::{FromQueryResult, Statement, Value};

use super::{AccessLevel, Configuration, Role};
use crate::base::{AccountId, RoomId, Store, StoreError, Timestamp};

/// A room as the API shows it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Room {
    /// Its id.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub slug: String,
    /// Who may enter directly.
    pub access_level: AccessLevel,
    /// Its settings for the call.
    pub configuration: Configuration,
}

/// A room in its person's own list.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct MyRoom {
    /// Its id.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// Its address.
    pub slug: String,
    /// Who may enter directly.
    pub access_level: AccessLevel,
    /// The person's role.
    pub role: Role,
    /// When it was made.
    pub created_at: Timestamp,
    /// The account that made it or for which it was made; none when that person is gone.
    pub created_by: Option<AccountId>,
    /// What that person is called.
    pub creator: Option<String>,
    /// The application that made it, if one did.
    pub application: Option<String>,
}

/// A room as somebody sees it who may have a role in it, or none.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct RoomView {
    /// Its id.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// Its address now; the one asked for may be a former one.
    pub slug: String,
    /// Who may enter directly.
    pub access_level: AccessLevel,
    /// The person's role.
    pub role: Option<Role>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The account that made it or for which it was made.
    pub created_by: Option<AccountId>,
    /// What that person is called.
    pub creator: Option<String>,
    /// The application that made it, if one did.
    pub application: Option<String>,
}

#[derive(Debug, FromQueryResult)]
struct Count {
    count: i64,
}

#[derive(Debug, FromQueryResult)]
struct RoomWithRole {
    id: RoomId,
    name: String,
    slug: String,
    access_level: AccessLevel,
    configuration: Configuration,
    role: Option<Role>,
}

const ROOM: &str = "r.id, r.name, s.slug, r.access_level, r.configuration";

const MADE_BY: &str = "\
    r.created_at, r.created_by, COALESCE(c.name, c.email) AS creator, a.name AS application";

const JOIN_MADE_BY: &str = "\
    LEFT JOIN account c ON c.id = r.created_by LEFT JOIN application a ON a.id = r.created_by_application";

const MINE: &str = "\
    FROM room_access m JOIN room r ON r.id = m.room_id AND r.deleted_at IS NULL";

const CURRENT: &str = "JOIN room_slug s ON s.room_id = r.id AND s.current";

/// How many rooms `person` has a role in.
pub(super) async fn count(store: &Store, person: AccountId) -> Result<u64, StoreError> {
    let sql = format!("SELECT COUNT(*) AS count {MINE} WHERE m.account_id = $1");
    let row = Count::find_by_statement(statement(store, sql, [person.into()])).one(store.read()).await?;
    Ok(row.and_then(|row| u64::try_from(row.count).ok()).unwrap_or(0))
}

/// The rooms in which `person` has a role, by name.
pub(super) async fn list(store: &Store, person: AccountId, offset: u64, limit: u64) -> Result<Vec<Room>, StoreError> {
    let sql =
        format!("SELECT {ROOM} {MINE} {CURRENT} WHERE m.account_id = $1 ORDER BY r.name_key, r.id LIMIT $2 OFFSET $3");
    let values = [person.into(), integer(limit), integer(offset)];
    Ok(Room::find_by_statement(statement(store, sql, values)).all(store.read()).await?)
}

/// A room with the role of `person` in it.
pub(super) async fn find(
    store: &Store,
    person: AccountId,
    id: RoomId,
) -> Result<Option<(Room, Option<Role>)>, StoreError> {
    let sql = format!(
        "SELECT {ROOM}, m.role FROM room r {CURRENT} \
         LEFT JOIN room_access m ON m.room_id = r.id AND m.account_id = $1 \
         WHERE r.id = $2 AND r.deleted_at IS NULL"
    );
    let row =
        RoomWithRole::find_by_statement(statement(store, sql, [person.into(), id.into()])).one(store.read()).await?;
    Ok(row.map(|RoomWithRole { id, name, slug, access_level, configuration, role }| {
        (Room { id, name, slug, access_level, configuration }, role)
    }))
}

/// Which way from a room of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    Older(RoomId),
    Newer(RoomId),
}

/// The rooms in which `person` has a role, newest first; those that `pattern` finds by name or address, beside a room
/// already shown. Going towards newer ones they come in reverse.
pub(super) async fn search(
    store: &Store,
    person: AccountId,
    pattern: Option<&str>,
    beside: Option<Beside>,
    limit: u64,
) -> Result<Vec<MyRoom>, StoreError> {
    let mut values: Vec<Value> = vec![person.into(), integer(limit)];
    let mut conditions = String::from("WHERE m.account_id = $1");
    if let Some(pattern) = pattern {
        values.push(pattern.into());
        let n = values.len();
        // Writing to a string cannot fail.
        let _ = write!(conditions, " AND (r.name_key LIKE ${n} ESCAPE '\\' OR s.slug LIKE ${n} ESCAPE '\\')");
    }
    let (condition, order) = match beside {
        None => (None, "DESC"),
        Some(Beside::Older(id)) => (Some(("<", id)), "DESC"),
        Some(Beside::Newer(id)) => (Some((">", id)), "ASC"),
    };
    if let Some((comparison, id)) = condition {
        values.push(id.into());
        let _ = write!(conditions, " AND m.room_id {comparison} ${}", values.len());
    }
    let sql = format!(
        "SELECT r.id, r.name, s.slug, r.access_level, m.role, {MADE_BY} {MINE} {CURRENT} {JOIN_MADE_BY} \
         {conditions} ORDER BY m.room_id {order} LIMIT $2"
    );
    Ok(MyRoom::find_by_statement(statement(store, sql, values)).all(store.read()).await?)
}

/// The room of an address, present or former, as `person` (or a stranger) may see it.
pub(super) async fn view(store: &Store, slug: &str, person: Option<AccountId>) -> Result<Option<RoomView>, StoreError> {
    let sql = format!(
        "SELECT r.id, r.name, s.slug, r.access_level, m.role, {MADE_BY} \
         FROM room_slug asked JOIN room r ON r.id = asked.room_id AND r.deleted_at IS NULL {CURRENT} {JOIN_MADE_BY} \
         LEFT JOIN room_access m ON m.room_id = r.id AND m.account_id = $2 \
         WHERE asked.slug = $1"
    );
    let values = [slug.into(), person.map(AccountId::as_uuid).into()];
    Ok(RoomView::find_by_statement(statement(store, sql, values)).one(store.read()).await?)
}

fn statement(store: &Store, sql: String, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(store.backend(), sql, values)
}

fn integer(value: u64) -> Value {
    i64::try_from(value).unwrap_or(i64::MAX).into()
}
