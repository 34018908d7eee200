//! `parloir user import`

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::Failure;
use super::output::Output;
use crate::accounts::{self, ImportDefect, ImportError, Imported};
use crate::audit::Actor;
use crate::server::AppState;

/// Files longer than this are not read: 10,000 people need 3 MB.
const LONGEST: u64 = 32 * 1024 * 1024;

#[derive(Debug, Args)]
pub(super) struct Import {
    /// A CSV file whose first line names its columns: email, `password_hash` (Argon2, bcrypt, Django's PBKDF2 and bcrypt; empty for
    /// none), and if you like name, administrator (true or false), language (en or fr)
    file: PathBuf,
    /// See what would come of it; nothing is kept
    #[arg(long)]
    dry_run: bool,
    /// Leave out people who have accounts, in place of refusing the file
    #[arg(long)]
    skip_existing: bool,
}

pub(super) async fn run(state: &AppState, arguments: &Import, output: Output) -> Result<(), Failure> {
    let Import { file, dry_run, skip_existing } = arguments;
    if std::fs::metadata(file)?.len() > LONGEST {
        return Err(ImportError::TooMany.into());
    }
    let import = accounts::Import::read(&std::fs::read(file)?)?;
    let Imported { created, claimed, skipped } =
        state.accounts.import(import, *skip_existing, *dry_run, Actor::Operator).await?;
    let deed = if *dry_run { "Would import" } else { "Imported" };
    let words = format!(
        "{deed} {} people: {created} new, {claimed} whom applications knew. {skipped} left out.",
        created + claimed
    );
    let value = json!({ "created": created, "claimed": claimed, "skipped": skipped, "dry_run": dry_run });
    Ok(output.value(&value, &words)?)
}

/// The bad lines, for programs.
pub(super) fn lines(error: &ImportError) -> Option<Value> {
    let ImportError::Defects(defects) = error else { return None };
    Some(json!(defects))
}

/// The same for people.
pub(super) fn words(error: &ImportError) -> String {
    let mut words = error.to_string();
    if let ImportError::Defects(defects) = error {
        for ImportDefect { line, column, code } in defects {
            let place = column.map_or_else(String::new, |column| format!(", {column}"));
            // Writing to a string cannot fail.
            let _ = write!(words, "\nline {line}{place}: {code} ({})", code.code());
        }
    }
    words
}
