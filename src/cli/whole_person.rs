//! `parloir user export`, `delete` and `merge`: what touches a whole person.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Failure;
use super::output::Output;
use crate::accounts::Who;
use crate::audit::Actor;
use crate::lifecycle::{Fate, Fates, Merged};
use crate::server::AppState;

#[derive(Debug, Args)]
pub(super) struct Export {
    /// The account's e-mail address or id
    account: Who,
    /// Write to this file, which must not exist, in place of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Delete {
    /// The account's e-mail address or id
    account: Who,
    /// Mean it: nothing brings the account back
    #[arg(long, required = true)]
    yes: bool,
    /// Give the rooms that nobody else owns to this person (e-mail address or id)
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "with_rooms")]
    hand_over_to: Option<Who>,
    /// Delete the rooms that nobody else owns
    #[arg(long = "delete-rooms")]
    with_rooms: bool,
}

#[derive(Debug, Args)]
pub(super) struct Merge {
    /// The account that goes: e-mail address or id
    from: Who,
    /// The account that stays: e-mail address or id
    into: Who,
    /// Only say what would happen
    #[arg(long)]
    dry_run: bool,
}

/// The document goes out as it is, also with `--json`: it is one JSON value.
pub(super) async fn export(state: &AppState, export: Export, output: Output) -> Result<(), Failure> {
    let account = state.accounts.get(export.account).await?;
    let mut file: Box<dyn Write> = match &export.output {
        // For nobody else to read.
        Some(path) => Box::new(OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?),
        None => Box::new(io::stdout().lock()),
    };
    let mut document = state.lifecycle.export(account.id, Actor::Operator).await?;
    while let Some(piece) = document.next().await? {
        file.write_all(piece.as_bytes())?;
    }
    file.flush()?;
    let Some(path) = export.output else { return Ok(()) };
    let path = path.display().to_string();
    Ok(output.value(&json!({ "id": account.id, "written": path }), &format!("All that is held is in {path}"))?)
}

pub(super) async fn delete(state: &AppState, delete: Delete, output: Output) -> Result<(), Failure> {
    let fates = match (delete.hand_over_to, delete.with_rooms) {
        (Some(who), _) => Fates::all(Fate::HandOver(who)),
        (None, true) => Fates::all(Fate::Delete),
        (None, false) => Fates::default(),
    };
    let deleted = state.lifecycle.delete(delete.account, fates, Actor::Operator).await?;
    let (id, gone, given) = (deleted.account.id, deleted.rooms_deleted, deleted.rooms_handed_over);
    let value = json!({ "id": id, "rooms_deleted": gone, "rooms_handed_over": given });
    let words = format!("Deleted {id}; {gone} rooms went with it, {given} were handed over");
    Ok(output.value(&value, &words)?)
}

pub(super) async fn merge(state: &AppState, merge: Merge, output: Output) -> Result<(), Failure> {
    let (from, into) = (state.accounts.get(merge.from).await?, state.accounts.get(merge.into).await?);
    let lifecycle = &state.lifecycle;
    let merged = if merge.dry_run {
        lifecycle.preview_merge(from.id, into.id, Actor::Operator).await?
    } else {
        lifecycle.merge(from.id, into.id, Actor::Operator).await?
    };
    let value = json!({
        "from": merged.from.id,
        "into": merged.into.id,
        "dry_run": merge.dry_run,
        "moved": merged.counts.moved,
        "ended": merged.counts.ended,
        "consequences": merged.consequences(),
    });
    Ok(output.value(&value, words(&merged, merge.dry_run).trim_end())?)
}

fn words(merged: &Merged, dry_run: bool) -> String {
    let verb = if dry_run { "Would merge" } else { "Merged" };
    let mut words = format!("{verb} {} into {}\n", merged.from.id, merged.into.id);
    for (what, counts) in [("moves", &merged.counts.moved), ("ends", &merged.counts.ended)] {
        for (table, count) in counts {
            // Writing to a string cannot fail.
            let _ = writeln!(words, "  {what}: {count} {}", table.replace('_', " "));
        }
    }
    let told = merged.consequences();
    for (holds, text) in [
        (told.address_freed, "the address of the account that goes is free again; applications find nobody there"),
        (told.address_taken, "the account that stays had no address, and takes that of the other"),
        (told.password_dropped, "the password of the account that goes is dropped; the other gets none from it"),
        (told.role_dropped, "the account that goes is an administrator's; the other does not become one"),
    ] {
        if holds {
            let _ = writeln!(words, "  {text}");
        }
    }
    words
}
