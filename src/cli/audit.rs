//! `parloir audit`

use std::fmt::Write as _;
use std::io::{self, Write};

use clap::Args;

use super::Failure;
use super::output::Output;
use crate::accounts::AccountError;
use crate::applications::ApplicationError;
use crate::audit::{Filter, Record};
use crate::base::{ClientId, EmailAddress, Timestamp};
use crate::server::AppState;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Not older than this: 2026-11-23 or 2026-11-23T14:05:00Z
    #[arg(long, value_parser = moment)]
    since: Option<Timestamp>,
    /// Only what concerns this application (its client id)
    #[arg(long, value_name = "CLIENT_ID")]
    application: Option<String>,
    /// Only what this person did or what was done for her (her e-mail address)
    #[arg(long, value_name = "E-MAIL")]
    user: Option<EmailAddress>,
    /// So many rows at most; all of them in JSON, 100 otherwise
    #[arg(long)]
    limit: Option<u64>,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "write 2026-11-23 or 2026-11-23T14:05:00Z".to_owned())
}

/// Prints row by row as they come from the database: a trail of millions does not have to fit into memory.
pub(super) async fn run(state: &AppState, arguments: Arguments, output: Output) -> Result<(), Failure> {
    let mut filter = Filter { since: arguments.since, ..Filter::default() };
    if let Some(client_id) = &arguments.application {
        let found = state.applications.id_of(&ClientId::from_wire(client_id)).await?;
        filter.application = Some(found.ok_or(ApplicationError::NotFound)?);
    }
    if let Some(email) = &arguments.user {
        filter.person = Some(state.accounts.find_by_email(&email.key()).await?.ok_or(AccountError::NotFound)?.id);
    }
    let mut left = arguments.limit.unwrap_or(if output.is_json() { u64::MAX } else { 100 });
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    let mut first = true;
    if output.is_json() {
        stdout.write_all(b"[")?;
    }
    while left > 0 {
        filter.limit = Some(left);
        let rows = state.audit.search(&filter).await?;
        let Some(last) = rows.last() else { break };
        filter.before = Some(last.id);
        left -= u64::try_from(rows.len()).unwrap_or(left).min(left);
        for row in &rows {
            if output.is_json() {
                stdout.write_all(if first { b"\n" } else { b",\n" })?;
                serde_json::to_writer(&mut stdout, row).map_err(io::Error::from)?;
            } else {
                writeln!(stdout, "{}", line(row))?;
            }
            first = false;
        }
    }
    if output.is_json() {
        stdout.write_all(b"\n]\n")?;
    }
    Ok(stdout.flush()?)
}

fn line(row: &Record) -> String {
    let mut text = format!("{}  {:<24}  {}", row.at, row.action, row.actor.kind);
    let facts = [
        ("for", row.on_behalf_of.map(|id| id.to_string())),
        ("application", row.application.clone()),
        ("room", row.room.map(|id| id.to_string())),
        ("jti", row.jti.map(|id| id.to_string())),
        ("from", row.address.clone()),
        ("times", row.count.map(|count| count.to_string())),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            // Writing to a string cannot fail.
            let _ = write!(text, "  {name} {value}");
        }
    }
    text
}
