//! Rooms whose only owner goes: who they are, and to whom they may go.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};
use serde_json::json;

use super::{Rooms, store};
use crate::audit::{Event, record_in};
use crate::base::{AccountId, RoomId, StoreError, Tx};

/// Members that are offered, over all rooms.
const OFFERED: u32 = 2_000;

/// A room that nobody else owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedAlone {
    /// Its id.
    pub id: RoomId,
    /// Its address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Who else has a role in it and an account in use.
    pub others: Vec<OtherMember>,
}

/// Somebody else who has a role in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherMember {
    /// Her account.
    pub account: AccountId,
    /// What she is called, else her address.
    pub name: String,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: RoomId,
    slug: String,
    name: String,
}

#[derive(Debug, FromQueryResult)]
struct Member {
    room_id: RoomId,
    account_id: AccountId,
    called: Option<String>,
}

/// The rooms of which `$1` is the only owner.
const ALONE: &str = "\
    SELECT r.id FROM room_access m JOIN room r ON r.id = m.room_id AND r.deleted_at IS NULL \
    WHERE m.account_id = $1 AND m.role = 'owner' AND NOT EXISTS \
    (SELECT 1 FROM room_access o WHERE o.room_id = r.id AND o.role = 'owner' AND o.account_id <> $1)";

impl Rooms {
    /// The rooms that nobody but `person` owns, by name, each with the other people who have a role in it.
    pub async fn owned_alone(&self, person: AccountId) -> Result<Vec<OwnedAlone>, StoreError> {
        let store = &self.0.store;
        let ask = |sql: String| Statement::from_sql_and_values(store.backend(), sql, [person.into()]);
        let rooms = ask(format!(
            "SELECT r.id, s.slug, r.name FROM room r JOIN room_slug s ON s.room_id = r.id AND s.current \
             WHERE r.id IN ({ALONE}) ORDER BY r.name_key, r.id"
        ));
        let rooms = Row::find_by_statement(rooms).all(store.read()).await?;
        if rooms.is_empty() {
            return Ok(Vec::new());
        }
        let members = ask(format!(
            "SELECT m.room_id, m.account_id, COALESCE(u.name, u.email, u.claimed_email) AS called \
             FROM room_access m JOIN account u ON u.id = m.account_id AND u.status = 'active' \
             WHERE m.room_id IN ({ALONE}) AND m.account_id <> $1 ORDER BY m.room_id, m.account_id LIMIT {OFFERED}"
        ));
        let mut others: BTreeMap<RoomId, Vec<OtherMember>> = BTreeMap::new();
        for member in Member::find_by_statement(members).all(store.read()).await? {
            let name = member.called.unwrap_or_else(|| member.account_id.to_string());
            others.entry(member.room_id).or_default().push(OtherMember { account: member.account_id, name });
        }
        let with_others = |row: Row| {
            let others = others.remove(&row.id).unwrap_or_default();
            OwnedAlone { id: row.id, slug: row.slug, name: row.name, others }
        };
        Ok(rooms.into_iter().map(with_others).collect())
    }

    /// Keeps the rooms in which `person` has a role, or that she made, from other transactions until this one ends: of two owners
    /// who go at the same moment the second finds herself alone. Always in the same order. SQLite has one writer anyway.
    pub async fn hold_all_of_in(&self, tx: &Tx, person: AccountId) -> Result<(), StoreError> {
        if tx.get_database_backend() == DbBackend::Postgres {
            let sql = "SELECT id FROM room WHERE id IN (SELECT room_id FROM room_access WHERE account_id = $1 \
                       UNION SELECT id FROM room WHERE created_by = $1) ORDER BY id FOR UPDATE";
            tx.query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, [person.into()])).await?;
        }
        Ok(())
    }

    /// The rooms that nobody but `person` owns, within `tx`.
    pub async fn owned_alone_in(&self, tx: &Tx, person: AccountId) -> Result<Vec<RoomId>, StoreError> {
        store::ids_in(tx, ALONE, person).await
    }

    /// Makes somebody an owner of a room, whatever she was before.
    pub async fn hand_over_in(&self, tx: &Tx, room: RoomId, to: AccountId, event: Event) -> Result<(), StoreError> {
        let sql = "INSERT INTO room_access (account_id, room_id, role, created_at) VALUES ($1, $2, 'owner', $3) \
                   ON CONFLICT (account_id, room_id) DO UPDATE SET role = excluded.role";
        let values = [to.into(), room.into(), self.0.clock.now().into()];
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        record_in(tx, self.0.audit.row(event.details(json!({ "to": to })))).await
    }
}
