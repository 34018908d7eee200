//! The database: whether it is reached, and whether it is as it should be.

use std::path::Path;
use std::time::Duration;

use rustix::fs::{Access, access};

use super::keys::{self, SecretKey};
use super::report::Check;
use super::{postgres, sqlite};
use crate::base::{Clock, Database, Inspection, Schema, StoreError, Timestamp, nearest};
use crate::config::Config;

const NAME: &str = "database";

/// The longest wait for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// Servers that write at once may differ by so much.
const AHEAD: Duration = Duration::from_secs(5);

/// All that can be seen of the database, and of the keys that belong to it.
pub(super) async fn checks(config: &Config, clock: &Clock) -> Vec<Check> {
    let database = config.database_url();
    let secret_key = SecretKey::look(config);
    let opened = tokio::time::timeout(PATIENCE, Inspection::open(&database)).await;
    let opened = opened.unwrap_or(Err(StoreError::Busy));
    let inspection = match (opened, &database) {
        (Ok(Some(inspection)), _) => inspection,
        (Ok(None), Database::Sqlite(path)) => return vec![secret_key.check, absent(path)],
        (Ok(None), Database::Postgres(_)) => return vec![secret_key.check],
        (Err(error), _) => return vec![secret_key.check, unreachable(&database, &error)],
    };
    let mut checks = Vec::new();
    let looked = look(config, clock, &inspection, secret_key, &mut checks).await;
    let closed = inspection.close().await;
    if let Err(error) = looked.and(closed) {
        checks.push(Check::error(NAME, format!("a question was refused: {error}"), "Look into the database's log."));
    }
    checks
}

fn absent(path: &Path) -> Check {
    let folder = nearest(path);
    if access(&folder, Access::WRITE_OK | Access::EXEC_OK).is_err() {
        let found = format!("{} is not there and cannot be made", path.display());
        return Check::error(NAME, found, format!("Give {} to the user who runs the server.", folder.display()));
    }
    Check::warning(
        NAME,
        format!("{} is not there yet", path.display()),
        "`parloir serve` makes it, and so does `parloir migrate`.",
    )
}

fn unreachable(database: &Database, error: &StoreError) -> Check {
    let advice = match database {
        Database::Sqlite(_) => "Give the file and its folder to the user who runs the server, or restore the file.",
        Database::Postgres(_) => "Start PostgreSQL, and see that user, password and name in database.url are right.",
    };
    Check::error(NAME, format!("{database:?} cannot be opened: {error}"), advice)
}

async fn look(
    config: &Config,
    clock: &Clock,
    database: &Inspection,
    secret_key: SecretKey,
    checks: &mut Vec<Check>,
) -> Result<(), StoreError> {
    let file = match config.database_url() {
        Database::Sqlite(path) => Some(path),
        Database::Postgres(_) => None,
    };
    checks.push(match &file {
        Some(path) => sqlite::file(path),
        None => postgres::server(database).await?,
    });
    let schema = database.schema().await?;
    checks.push(compare(&schema));
    let key = secret_key.key.clone();
    checks.push(if schema.begun { secret_key.compare(database).await? } else { secret_key.check });
    if let Some(path) = &file {
        checks.push(sqlite::durability(database).await?);
        let integrity = sqlite::integrity(database, path).await?;
        // What is damaged cannot be asked.
        let whole = integrity.is_ok();
        checks.push(integrity);
        if whole {
            checks.push(sqlite::references(database, path).await?);
        }
    } else {
        checks.push(postgres::durability(database).await?);
        checks.push(postgres::connections(database, config.database.connections).await?);
        checks.push(postgres::clock(database, clock).await?);
    }
    if schema.missing.is_empty() && schema.unknown.is_empty() {
        if let Some(key) = key {
            checks.push(keys::signing_keys(database, &key, config.delegation.signing_algorithm, clock).await?);
        }
        checks.push(trail(database, clock).await?);
    }
    Ok(())
}

fn compare(schema: &Schema) -> Check {
    let name = "schema";
    if !schema.unknown.is_empty() {
        let found = format!("it has steps of a newer version: {}", schema.unknown.join(", "));
        return Check::error(name, found, "Start that version or a newer one; a schema does not go back.");
    }
    if schema.missing.is_empty() {
        return Check::ok(name, "up to date");
    }
    let found = if schema.begun { "it lacks" } else { "the database is empty; it lacks" };
    let found = format!("{found} {}", schema.missing.join(", "));
    Check::warning(name, found, "`parloir serve` brings it up to date, and so does `parloir migrate`.")
}

/// Whether the present comes after all that happened.
async fn trail(database: &Inspection, clock: &Clock) -> Result<Check, StoreError> {
    let name = "newest_event";
    let at = database.number("SELECT at FROM audit_event ORDER BY id DESC LIMIT 1").await?;
    let Some(at) = at.map(Timestamp::from_micros) else { return Ok(Check::ok(name, "nothing has happened yet")) };
    let ahead = at.since(clock.now());
    if ahead > AHEAD {
        let found = format!("it is of {at}, which lies {} s ahead: the clock was set back", ahead.as_secs());
        return Ok(Check::warning(name, found, "Let the machine's clock follow a time server (NTP)."));
    }
    Ok(Check::ok(name, at.to_string()))
}
