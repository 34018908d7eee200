//! A PostgreSQL server.

use std::time::Duration;

use super::report::Check;
use crate::base::{Clock, Inspection, StoreError, Timestamp};

/// Older versions get no more corrections from their makers.
const OLDEST_VERSION: i64 = 140_000;

/// Servers that share a database must agree on the time: one refuses what another issued in its future.
const CLOCK_DIFFERENCE: Duration = Duration::from_millis(500);

/// The server: that it is one, which, and that it takes what we write.
pub(super) async fn server(database: &Inspection) -> Result<Check, StoreError> {
    let name = "database";
    let version = database.text("SHOW server_version").await?;
    let number = database.number("SELECT current_setting('server_version_num')::bigint").await?.unwrap_or_default();
    let found = format!("PostgreSQL {version}, database {}", database.text("SELECT current_database()::text").await?);
    if is(database, "SELECT CASE WHEN pg_is_in_recovery() THEN 1::bigint ELSE 0 END").await? {
        return Ok(Check::error(
            name,
            format!("{found}: a standby takes no writes"),
            "Name the primary in database.url.",
        ));
    }
    let encoding = database.text("SHOW server_encoding").await?;
    if encoding != "UTF8" {
        let advice = "Make the database anew with ENCODING 'UTF8': names are in all scripts.";
        return Ok(Check::error(name, format!("{found}: its encoding is {encoding}"), advice));
    }
    if !is(database, "SELECT count(*) FROM pg_collation WHERE collname = 'C'").await? {
        return Ok(Check::error(
            name,
            format!("{found}: there is no collation \"C\""),
            "Restore PostgreSQL's own collations.",
        ));
    }
    if number < OLDEST_VERSION {
        return Ok(Check::warning(name, found, "Its makers correct it no more: go to a newer version."));
    }
    Ok(Check::ok(name, format!("{found}, {encoding}")))
}

/// Whether what was answered is on disk.
pub(super) async fn durability(database: &Inspection) -> Result<Check, StoreError> {
    let name = "durability";
    let mut settings = Vec::new();
    for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
        settings.push((setting, database.text(&format!("SHOW {setting}")).await?));
    }
    let found = settings.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ");
    if settings.iter().all(|(_, value)| value != "off") {
        return Ok(Check::ok(name, found));
    }
    let advice = "Switch them on: after a power cut, what was answered may be gone or the database broken.";
    Ok(Check::warning(name, found, advice))
}

/// Whether there is room for our connections: a server has two pools.
pub(super) async fn connections(database: &Inspection, pool: u32) -> Result<Check, StoreError> {
    // A limit of -1 is none.
    const ROOM: &str = "\
        SELECT least( \
          current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint, \
          (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()), \
          (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user))::bigint";
    let name = "connections";
    let room = database.number(ROOM).await?.unwrap_or_default();
    let needed = i64::from(pool) * 2;
    let found = format!("a server may open {needed}, PostgreSQL takes {room} of all servers together");
    if needed > room {
        let advice = "Lower database.connections, or raise max_connections (or the limit of user or database).";
        return Ok(Check::warning(name, found, advice));
    }
    Ok(Check::ok(name, found))
}

/// Whether its clock and ours agree.
pub(super) async fn clock(database: &Inspection, clock: &Clock) -> Result<Check, StoreError> {
    const NOW: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
    // The first question may have to wait for the connection.
    database.number(NOW).await?;
    let before = clock.now();
    let theirs = Timestamp::from_micros(database.number(NOW).await?.unwrap_or_default());
    Ok(compare(before, theirs, clock.now()))
}

/// `theirs` was asked for after `before` and told before `after`.
fn compare(before: Timestamp, theirs: Timestamp, after: Timestamp) -> Check {
    let name = "database_clock";
    let difference = before.since(theirs).max(theirs.since(after));
    if difference > CLOCK_DIFFERENCE {
        let found = format!("the database's clock and this one differ by {:.1} s", difference.as_secs_f64());
        return Check::warning(name, found, "Let both machines' clocks follow a time server (NTP).");
    }
    Check::ok(name, "the database's clock and this one agree")
}

async fn is(database: &Inspection, sql: &str) -> Result<bool, StoreError> {
    Ok(database.number(sql).await?.unwrap_or_default() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_differ() {
        let now = Timestamp::from_seconds(1_768_478_400);
        let later = |millis| now.after(Duration::from_millis(millis));
        let check = |theirs| compare(now, theirs, later(10));
        for theirs in [now, later(5), later(400), now.before(Duration::from_millis(400))] {
            assert_eq!(check(theirs), Check::ok("database_clock", "the database's clock and this one agree"));
        }
        for theirs in [later(2010), now.before(Duration::from_secs(2))] {
            let found = "the database's clock and this one differ by 2.0 s";
            let advice = "Let both machines' clocks follow a time server (NTP).";
            assert_eq!(check(theirs), Check::warning("database_clock", found, advice));
        }
    }
}
