//! A database in a file.

use std::fs;
use std::path::Path;

use rustix::fs::{Access, access};

use super::files::size;
use super::report::Check;
use crate::base::{Inspection, StoreError};

/// A larger file takes longer to read through than somebody waits for an answer: in bytes.
const SMALL: u64 = 256 << 20;

/// The file itself.
pub(super) fn file(path: &Path) -> Check {
    let name = "database";
    let bytes = fs::metadata(path).map_or(0, |facts| facts.len());
    if let Err(error) = access(path, Access::READ_OK | Access::WRITE_OK) {
        let found = format!("{} cannot be written to: {error}", path.display());
        return Check::error(name, found, "Give the file to the user who runs the server.");
    }
    Check::ok(name, format!("SQLite, {}, {}", path.display(), size(bytes)))
}

/// Whether what was answered is on disk.
pub(super) async fn durability(database: &Inspection) -> Result<Check, StoreError> {
    let name = "durability";
    let journal = database.text("PRAGMA journal_mode").await?;
    let synchronous = database.text("PRAGMA synchronous").await?;
    let foreign_keys = database.text("PRAGMA foreign_keys").await?;
    let found = format!("journal_mode={journal}, synchronous={synchronous}, foreign_keys={foreign_keys}");
    // 2 is FULL, 3 EXTRA (SQLite's documentation of PRAGMA synchronous).
    if !matches!(synchronous.as_str(), "2" | "3") || foreign_keys != "1" {
        return Ok(Check::error(name, found, "This build of SQLite does not do what it is told: take another."));
    }
    if journal != "wal" {
        return Ok(Check::warning(name, found, "`parloir serve` turns the journal into WAL."));
    }
    Ok(Check::ok(name, found))
}

/// Whether the file is whole.
pub(super) async fn integrity(database: &Inspection, path: &Path) -> Result<Check, StoreError> {
    let name = "integrity";
    let bytes = fs::metadata(path).map_or(0, |facts| facts.len());
    if bytes > SMALL {
        let found = format!("not looked at: reading {} takes too long; `PRAGMA quick_check` does it", size(bytes));
        return Ok(Check::ok(name, found));
    }
    match database.text("PRAGMA quick_check(1)").await?.as_str() {
        "ok" => Ok(Check::ok(name, "the file is whole")),
        damage => {
            let advice = "Stop the server, keep a copy of the file, and restore the last good one.";
            Ok(Check::error(name, format!("the file is damaged: {damage}"), advice))
        }
    }
}

/// Whether anything refers to what is not there: a file that something else wrote to, or that was restored in parts.
pub(super) async fn references(database: &Inspection, path: &Path) -> Result<Check, StoreError> {
    let name = "references";
    let bytes = fs::metadata(path).map_or(0, |facts| facts.len());
    if bytes > SMALL {
        let found =
            format!("not looked at: reading {} takes too long; `PRAGMA foreign_key_check` does it", size(bytes));
        return Ok(Check::ok(name, found));
    }
    let dangling = "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1";
    match database.text(dangling).await?.as_str() {
        "" => Ok(Check::ok(name, "nothing refers to what is not there")),
        table => {
            let found = format!("rows of {table} refer to what is not there: `PRAGMA foreign_key_check` lists them");
            Ok(Check::warning(name, found, "Something else wrote to the file. Restore the last good copy."))
        }
    }
}
