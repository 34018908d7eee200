//! A trail as it is after years, for `cargo xtask bench audit` to look into: people, applications, and as many events as are
//! asked for, written straight into the server's SQLite file.
//!
//! Call: `long_trail EVENTS`, with the settings of a server that was started once and does not run now.

use std::error::Error;

use parloir::base::{Clock, Database, Metrics, Store, StoreError};
use parloir::config::Config;
use sea_orm::{ConnectionTrait, Statement};

/// A thousand people. The `n`th has the id that ends in `n`, as all that follows.
const PEOPLE: &str = "\
    INSERT INTO account (id, email, email_key, email_domain, email_verified, name, role, status, generation, created_at, updated_at) \
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999) \
    SELECT unhex(printf('01000000000070008000%012x', i)), printf('person%d@example.com', i), printf('person%d@example.com', i), \
    'example.com', TRUE, printf('Person %d', i), 'USER', 'active', 0, $1, $1 FROM n";

/// Five applications.
const APPLICATIONS: &str = "\
    INSERT INTO application (id, client_id, slug, name, active, scopes, all_domains, allow_user_creation, generation, created_at, updated_at) \
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 4) \
    SELECT unhex(printf('02000000000070008000%012x', i)), printf('prl_ci_%022d', i), printf('application-%d', i), \
    printf('Application %d', i), TRUE, '', FALSE, FALSE, 0, $1, $1 FROM n";

/// Thirty days of events up to now. Seven in ten are tokens. A third of all is for one busy person, always through the first
/// application; the others go through the other four. One action in 100,000 is rare.
const EVENTS: &str = "\
    INSERT INTO audit_event (id, at, action, actor_kind, actor_id, on_behalf_of, application_id, jti, room_id, address, request_id, occurrences) \
    WITH RECURSIVE n(i) AS (SELECT $3 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $4), \
    e AS (SELECT i, $1 / 1000 - 2592000000 + CAST(i * 2592000000.0 / $2 AS INTEGER) AS millis, i % 10 AS turn, \
        CASE WHEN i % 3 = 0 THEN 0 ELSE 1 + i % 998 END AS person, CASE WHEN i % 3 = 0 THEN 0 ELSE 1 + i % 4 END AS application FROM n) \
    SELECT unhex(printf('%012x7000%016x', millis, i - 9223372036854775807 - 1)), millis * 1000, \
    CASE WHEN i % 100000 = 99999 THEN 'application.disabled' WHEN turn < 7 THEN 'token.issued' WHEN turn = 7 THEN 'room.created' \
        WHEN turn = 8 THEN 'session.started' ELSE 'account.updated' END, \
    CASE WHEN turn < 8 THEN 'application' ELSE 'person' END, \
    CASE WHEN turn < 8 THEN unhex(printf('02000000000070008000%012x', application)) ELSE unhex(printf('01000000000070008000%012x', person)) END, \
    unhex(printf('01000000000070008000%012x', person)), \
    CASE WHEN turn < 8 THEN unhex(printf('02000000000070008000%012x', application)) END, \
    CASE WHEN turn < 8 THEN unhex(printf('%012x7000%016x', millis, i - 9223372036854775807 - 1)) END, \
    CASE WHEN turn = 7 THEN unhex(printf('03000000000070008000%012x', i % 20000)) END, '192.0.2.1', printf('request-%d', i), 1 FROM e";

/// Events that are written at a time.
const PORTION: i64 = 50_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let events: i64 = std::env::args().nth(1).ok_or("call: long_trail EVENTS")?.parse()?;
    let config = Config::load(None)?;
    let database = config.database_url();
    if !matches!(database, Database::Sqlite(_)) {
        return Err("a long trail is made on SQLite alone".into());
    }
    let now = Clock::System.now();
    let store = Store::open(&database, 1, &Metrics::new(now)).await?;
    write(&store, PEOPLE, vec![now.into()]).await?;
    write(&store, APPLICATIONS, vec![now.into()]).await?;
    // In portions: a write that takes long is taken for one that is stuck.
    let mut written = 0;
    while written < events {
        let end = events.min(written + PORTION);
        write(&store, EVENTS, vec![now.into(), events.into(), written.into(), end.into()]).await?;
        written = end;
    }
    Ok(())
}

async fn write(store: &Store, sql: &'static str, values: Vec<sea_orm::Value>) -> Result<(), StoreError> {
    store
        .write(async move |tx| {
            tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
            Ok(())
        })
        .await
}
