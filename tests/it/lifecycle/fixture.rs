//! People with a row in every table that refers to an account, and the check that nothing dangles.

use std::collections::BTreeMap;

use parloir::accounts::{Account, Arrival, Membership, NewPersonalToken, Status};
use parloir::audit::Actor;
use parloir::base::{AccountId, Caller, ClientRequest, PersonalTokenId, RoomId};
use parloir::lifecycle::RULES;
use parloir::rooms::{AccessLevel, Configuration, NewRoom};

use crate::harness::{Application, Client, Database, Kind, PASSWORD, Server, scopes};

/// A server that queues letters, and never gets to send them.
pub(super) async fn serve(database: &Database) -> Server {
    let mail = [
        ("mail.smtp_host", "127.0.0.1"),
        ("mail.smtp_port", "1"),
        ("mail.security", "none"),
        ("mail.from", "parloir@example.org"),
    ];
    database.serve_with(&mail).await
}

/// Somebody with a row in every table that refers to an account.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) id: AccountId,
    pub(super) client: Client,
    /// A room that is hers alone.
    pub(super) alone: RoomId,
    /// An application that she manages.
    pub(super) managed: Application,
    /// Her own token.
    pub(super) token: String,
}

/// Who comes through a provider.
pub(super) fn arrival(subject: &str) -> Arrival {
    let membership =
        Membership { siret: "13002526500013".parse().unwrap(), label: Some("DINUM".to_owned()), is_external: false };
    Arrival {
        issuer: "https://id.example.org".to_owned(),
        subject: subject.to_owned(),
        provider: "agency".to_owned(),
        email: None,
        email_trusted: false,
        name: None,
        administrator: None,
        may_be_made: true,
        memberships: Some(vec![membership]),
        organisation: None,
        claims: BTreeMap::new(),
    }
}

/// Makes a room that `person` owns.
pub(super) async fn room(server: &Server, person: AccountId, name: &str) -> RoomId {
    let caller = Caller::herself(person);
    let new = NewRoom {
        name: Some(name.to_owned()),
        access_level: AccessLevel::Trusted,
        configuration: Configuration::default(),
        external_id: None,
    };
    let by = server.entitlements.may_create(&caller).await.unwrap();
    server.rooms.create(new, by, &ClientRequest::local("r"), None).await.unwrap().id
}

/// Gives a role in a room, in place of the one that she had.
pub(super) async fn give(server: &Server, person: AccountId, room: RoomId, role: &str) {
    let sql = "INSERT INTO room_access (account_id, room_id, role, created_at) VALUES ($1, $2, $3, 0) \
               ON CONFLICT (account_id, room_id) DO UPDATE SET role = excluded.role";
    server.database.execute(sql, [person.into(), room.into(), role.into()]).await;
}

/// Her role in a room.
pub(super) async fn role(server: &Server, person: AccountId, room: RoomId) -> Option<String> {
    let sql = "SELECT role FROM room_access WHERE account_id = $1 AND room_id = $2";
    let rows = server.database.rows(sql, [person.into(), room.into()]).await;
    rows.first().map(|row| row.try_get_by_index(0).unwrap())
}

/// Makes somebody with a row in every table that refers to an account.
pub(super) async fn whole(server: &Server, email: &str) -> Whole {
    let account = server.new_account(email, false, Some(PASSWORD)).await;
    let client = server.sign_in(email).await;
    let id = fill(server, &account).await;
    let expires_at = server.clock.now().after(std::time::Duration::from_hours(24));
    let new = NewPersonalToken { name: "Script".to_owned(), scopes: scopes("rooms:list"), expires_at };
    let held = server.personal_tokens.create(id, new, &ClientRequest::local("r")).await.unwrap();
    let managed = server.application("rooms:list rooms:create", &["example.org"]).await;
    server.applications.add_manager(&managed.client_id, id, Actor::Operator).await.unwrap();
    let alone = room(server, id, "Alone").await;
    server.accounts.index_all().await.unwrap();
    // Letters of her making are no part of what a test looks for.
    server.database.execute("UPDATE mail SET next_attempt_at = 9000000000000000", []).await;
    assert_filled(server, id).await;
    Whole { id, client, alone, managed, token: held.secret.expose().to_owned() }
}

/// What no page makes at once.
async fn fill(server: &Server, account: &Account) -> AccountId {
    let (id, database) = (account.id, &server.database);
    let subject = account.email.as_ref().unwrap().as_str();
    assert!(server.accounts.link(id, &arrival(subject), Actor::Operator, &ClientRequest::local("r")).await.unwrap());
    server.rooms.prefer_access_level(id, AccessLevel::Restricted, &ClientRequest::local("r")).await.unwrap();
    let uuid = || server.random.uuid(server.clock.now());
    let (bytes, other) = (uuid().as_bytes().to_vec(), uuid());
    let sql =
        "INSERT INTO entitlement (account_id, claims, fingerprint, version, status) VALUES ($1, $2, $2, 1, 'granted')";
    database.execute(sql, [id.into(), bytes.clone().into()]).await;
    let sql = "INSERT INTO idempotency (scope, account_id, request, answer, ends_at) VALUES ($2, $1, $2, '{}', 0)";
    database.execute(sql, [id.into(), bytes.clone().into()]).await;
    let sql = "INSERT INTO sign_in_conflict (id, browser, account_id, sealed, requested_at, created_at, ends_at) \
               VALUES ($3, $2, $1, $2, 1, 1, 9000000000000000)";
    database.execute(sql, [id.into(), bytes.clone().into(), other.into()]).await;
    let sql = "INSERT INTO organisation_request (id, issuer, subject, sealed, requested_at, ends_at) \
               VALUES ($2, 'https://id.example.org', $3, $1, 1, 9000000000000000)";
    database.execute(sql, [bytes.clone().into(), other.into(), subject.into()]).await;
    let sql = "INSERT INTO one_time_link (id, account_id, purpose, digest, fits, created_at, until) \
               VALUES ($3, $1, 'password_reset', $2, $2, 0, 9000000000000000)";
    database.execute(sql, [id.into(), bytes.clone().into(), other.into()]).await;
    let sql = "INSERT INTO mail (id, account_id, kind, language, sealed, attempts, next_attempt_at, created_at) \
               VALUES ($3, $1, 'password_changed', 'en', $2, 0, 9000000000000000, 0)";
    database.execute(sql, [id.into(), bytes.into(), other.into()]).await;
    let sql = "INSERT INTO merged_account (id, account_id, merged_at) VALUES ($2, $1, 1)";
    database.execute(sql, [id.into(), other.into()]).await;
    assert_eq!(account.status, Status::Active);
    id
}

/// How many rows of a column hold that account.
pub(super) async fn rows(server: &Server, table: &str, column: &str, id: AccountId) -> i64 {
    server.database.number(&format!("SELECT COUNT(*) FROM {table} WHERE {column} = $1"), [id.into()]).await
}

async fn assert_filled(server: &Server, id: AccountId) {
    for rule in RULES {
        assert!(rows(server, rule.table, rule.column, id).await > 0, "nothing in {}.{}", rule.table, rule.column);
    }
}

/// The foreign keys of the schema: table, column, table and column that they refer to, what becomes of the row.
pub(super) async fn foreign_keys(database: &Database) -> Vec<[String; 5]> {
    let sql = match database.kind {
        Kind::Sqlite => {
            "SELECT m.name, f.\"from\", f.\"table\", COALESCE(f.\"to\", (SELECT i.name FROM pragma_table_info(f.\"table\") i WHERE i.pk = 1)), \
             f.on_delete FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
        }
        Kind::Postgres => {
            "SELECT c.conrelid::regclass::text, a.attname::text, c.confrelid::regclass::text, b.attname::text, \
             CASE c.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'NO ACTION' END \
             FROM pg_constraint c \
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
             JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1] WHERE c.contype = 'f'"
        }
    };
    let rows = database.rows(sql, []).await;
    rows.iter().map(|row| [0, 1, 2, 3, 4].map(|index| row.try_get_by_index(index).unwrap())).collect()
}

/// Nothing refers to what is not there, whether the database would notice or not, and every room has an owner.
pub(super) async fn assert_whole(database: &Database) {
    if database.kind == Kind::Sqlite {
        assert_eq!(database.rows("PRAGMA foreign_key_check", []).await.len(), 0);
    }
    let keys = foreign_keys(database).await;
    assert!(keys.len() > 20, "{keys:?}");
    for [table, column, to, key, _] in keys {
        let sql = format!(
            "SELECT COUNT(*) FROM {table} t WHERE t.{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {to} o WHERE o.{key} = t.{column})"
        );
        assert_eq!(database.number(&sql, []).await, 0, "{table}.{column}");
    }
    let people = "SELECT id FROM account UNION SELECT id FROM deleted_account UNION SELECT id FROM merged_account";
    for (what, rows) in [
        ("the actor of an event", "SELECT actor_id FROM audit_event WHERE actor_kind = 'person'"),
        ("the person of an event", "SELECT on_behalf_of FROM audit_event WHERE on_behalf_of IS NOT NULL"),
        ("the heir of a merge", "SELECT account_id FROM merged_account"),
    ] {
        let sql = format!("SELECT COUNT(*) FROM ({rows} EXCEPT SELECT id FROM ({people}) p) x");
        assert_eq!(database.number(&sql, []).await, 0, "{what}");
    }
    let ownerless = "SELECT COUNT(*) FROM room r WHERE r.deleted_at IS NULL AND NOT EXISTS \
                     (SELECT 1 FROM room_access m WHERE m.room_id = r.id AND m.role = 'owner')";
    assert_eq!(database.number(ownerless, []).await, 0, "a room without owner");
    // What is remembered of an account that is gone is not there as well.
    let both =
        "SELECT COUNT(*) FROM account WHERE id IN (SELECT id FROM deleted_account UNION SELECT id FROM merged_account)";
    assert_eq!(database.number(both, []).await, 0);
}

/// The kinds of the letters that wait.
pub(super) async fn letters(server: &Server) -> Vec<String> {
    let rows =
        server.database.rows("SELECT kind FROM mail WHERE next_attempt_at < 9000000000000000 ORDER BY kind", []).await;
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// A token of hers, as the database knows it.
pub(super) async fn tokens(server: &Server, id: AccountId) -> Vec<PersonalTokenId> {
    server.personal_tokens.list(id).await.unwrap().into_iter().map(|token| token.id).collect()
}
