//! Queries for rooms. Each takes the person who asks: without one there is no list of rooms.

use std::fmt::Write as _;
use std::sync::LazyLock;

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};
use uuid::Uuid;

use super::{AccessLevel, Configuration, Role};
use crate::base::store::{Gathered, Question};
use crate::base::{AccountId, ApplicationId, Caller, RoomId, Store, StoreError, Timestamp, Tx};

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
    /// The asking application's own key of it.
    pub external_id: Option<String>,
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
    external_id: Option<String>,
    role: Option<Role>,
}

/// A room as an application sees it: `$2` is the application.
const ROOM: &str = "r.id, r.name, s.slug, r.access_level, r.configuration, x.external_id";

const EXTERNAL: &str = "LEFT JOIN room_external_id x ON x.room_id = r.id AND x.application_id = $2";

const MADE_BY: &str = "\
    r.created_at, r.created_by, COALESCE(c.name, c.email) AS creator, a.name AS application";

const JOIN_MADE_BY: &str = "\
    LEFT JOIN account c ON c.id = r.created_by LEFT JOIN application a ON a.id = r.created_by_application";

const MINE: &str = "\
    FROM room_access m JOIN room r ON r.id = m.room_id AND r.deleted_at IS NULL";

const CURRENT: &str = "JOIN room_slug s ON s.room_id = r.id AND s.current";

/// For whom a list is: a person, and the application that acts for her.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asker {
    pub(super) person: AccountId,
    pub(super) application: Option<ApplicationId>,
}

impl From<&Caller> for Asker {
    fn from(caller: &Caller) -> Self {
        Self { person: caller.person, application: caller.application }
    }
}

impl Asker {
    fn values(self) -> Vec<Value> {
        vec![self.person.into(), self.application.map(ApplicationId::as_uuid).into()]
    }
}

/// Which rooms of a list are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// The one at this address, present or former.
    pub slug: Option<String>,
    /// The one to which the asking application gave this key.
    pub external_id: Option<String>,
}

/// `WHERE` with the person in `$1`, and what `filter` adds to it and to `values`.
fn wanted(filter: &ListFilter, asker: Asker, values: &mut Vec<Value>) -> String {
    let mut conditions = String::from("WHERE m.account_id = $1");
    if let Some(slug) = &filter.slug {
        values.push(slug.as_str().into());
        // Writing to a string cannot fail.
        let _ = write!(conditions, " AND r.id = (SELECT room_id FROM room_slug WHERE slug = ${})", values.len());
    }
    if let Some(external_id) = &filter.external_id {
        values.extend([asker.application.map(ApplicationId::as_uuid).into(), external_id.as_str().into()]);
        let n = values.len();
        let _ = write!(
            conditions,
            " AND r.id = (SELECT room_id FROM room_external_id WHERE application_id = ${} AND external_id = ${n})",
            n - 1
        );
    }
    conditions
}

/// How many of the wanted rooms the asker's person has a role in.
pub(super) async fn count(store: &Store, asker: Asker, filter: &ListFilter) -> Result<u64, StoreError> {
    let mut values = vec![asker.person.into()];
    let conditions = wanted(filter, asker, &mut values);
    let sql = format!("SELECT COUNT(*) AS count {MINE} {conditions}");
    let row = Count::find_by_statement(statement(store, sql, values)).one(store.read()).await?;
    Ok(row.and_then(|row| u64::try_from(row.count).ok()).unwrap_or(0))
}

/// The wanted rooms in which the asker's person has a role, by name.
pub(super) async fn list(
    store: &Store,
    asker: Asker,
    filter: &ListFilter,
    offset: u64,
    limit: u64,
) -> Result<Vec<Room>, StoreError> {
    let mut values = asker.values();
    let conditions = wanted(filter, asker, &mut values);
    values.extend([integer(limit), integer(offset)]);
    let n = values.len();
    let sql = format!(
        "SELECT {ROOM} {MINE} {CURRENT} {EXTERNAL} {conditions} ORDER BY r.name_key, r.id LIMIT ${} OFFSET ${n}",
        n - 1
    );
    Ok(Room::find_by_statement(statement(store, sql, values)).all(store.read()).await?)
}

/// Which room is looked for, and for whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) asker: Asker,
    pub(super) id: RoomId,
}

impl Wanted {
    fn values(self) -> Vec<Value> {
        let mut values = self.asker.values();
        values.push(self.id.into());
        values
    }
}

const WANTED: [(&str, &str); 3] = [("person", "uuid"), ("application", "uuid"), ("room", "uuid")];

static FIND: LazyLock<Question> = LazyLock::new(|| Question {
    columns: &WANTED,
    select: format!(
        "SELECT q.n, {ROOM}, m.role FROM asked q CROSS JOIN room r {CURRENT} \
         LEFT JOIN room_external_id x ON x.room_id = r.id AND x.application_id = q.application \
         LEFT JOIN room_access m ON m.room_id = r.id AND m.account_id = q.person \
         WHERE r.id = q.room AND r.deleted_at IS NULL"
    ),
    nothing: vec![None::<Uuid>.into(), None::<Uuid>.into(), None::<Uuid>.into()],
});

/// A room with the role of the asker's person in it.
pub(super) type Found = Option<(Room, Option<Role>)>;

/// Finds rooms. Requests that come together share a query.
pub(super) fn finder(store: &Store) -> Gathered<Wanted, Found> {
    let store = store.clone();
    Gathered::start(move |wanted: Vec<Wanted>| {
        let store = store.clone();
        async move { find_all(store.read(), wanted).await }
    })
}

/// Finds one room on this connection.
pub(super) async fn find(connection: &impl ConnectionTrait, asker: Asker, id: RoomId) -> Result<Found, StoreError> {
    let mut found = find_all(connection, vec![Wanted { asker, id }]).await?;
    Ok(found.pop().flatten())
}

async fn find_all(connection: &impl ConnectionTrait, wanted: Vec<Wanted>) -> Result<Vec<Found>, StoreError> {
    let rows = FIND.ask(connection, wanted.into_iter().map(Wanted::values).collect()).await?;
    let found = rows.into_iter().map(|row: Option<RoomWithRole>| {
        row.map(|RoomWithRole { id, name, slug, access_level, configuration, external_id, role }| {
            (Room { id, name, slug, access_level, configuration, external_id }, role)
        })
    });
    Ok(found.collect())
}

/// Keeps a room from other transactions until this one ends. SQLite has one writer anyway.
pub(super) async fn lock_in(tx: &Tx, id: RoomId) -> Result<(), StoreError> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let sql = "SELECT 1 FROM room WHERE id = $1 FOR UPDATE";
        tx.query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, [id.into()])).await?;
    }
    Ok(())
}

/// Gives a room the application's own key; false when another room has it.
pub(super) async fn name_externally_in(
    tx: &Tx,
    application: ApplicationId,
    external_id: &str,
    room: RoomId,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO room_external_id (application_id, external_id, room_id) VALUES ($1, $2, $3) \
               ON CONFLICT DO NOTHING";
    let values = [application.into(), external_id.into(), room.into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await?.rows_affected() > 0)
}

/// Takes a room's key away: the application's, or every application's.
pub(super) async fn forget_external_in(
    tx: &Tx,
    room: RoomId,
    application: Option<ApplicationId>,
) -> Result<(), StoreError> {
    let mut values: Vec<Value> = vec![room.into()];
    let mut sql = String::from("DELETE FROM room_external_id WHERE room_id = $1");
    if let Some(application) = application {
        sql.push_str(" AND application_id = $2");
        values.push(application.into());
    }
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// The rooms that a query about `person` finds.
pub(super) async fn ids_in(tx: &Tx, sql: &str, person: AccountId) -> Result<Vec<RoomId>, StoreError> {
    #[derive(FromQueryResult)]
    struct Found {
        id: RoomId,
    }
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [person.into()]);
    Ok(Found::find_by_statement(statement).all(&**tx).await?.into_iter().map(|room| room.id).collect())
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
