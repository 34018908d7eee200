//! `parloir audit`

use std::fmt::Write as _;
use std::io::{self, Write};

use clap::Args;

use super::Failure;
use super::output::Output;
use crate::administration::Question;
use crate::audit::{Action, Record};
use crate::base::{RoomId, TokenId};
use crate::server::AppState;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Not older than this: 2026-11-23 or 2026-11-23T14:05:00Z
    #[arg(long, default_value = "", hide_default_value = true, value_parser = moment)]
    since: String,
    /// Not newer than this; of a day its end is meant
    #[arg(long, default_value = "", hide_default_value = true, value_parser = moment)]
    until: String,
    /// Only what concerns this application (its client id or slug)
    #[arg(long, value_name = "CLIENT_ID", default_value = "", hide_default_value = true)]
    application: String,
    /// Only what this person did or what was done for her (her e-mail address or id)
    #[arg(long, value_name = "E-MAIL", default_value = "", hide_default_value = true)]
    user: String,
    /// Only this: an action such as room.created, or all of an object such as room.; may be repeated
    #[arg(long, value_parser = action)]
    action: Vec<String>,
    /// Only what concerns this room (its id)
    #[arg(long, value_name = "ID")]
    room: Option<RoomId>,
    /// Only what concerns this token (its jti)
    #[arg(long, value_name = "JTI")]
    token: Option<TokenId>,
    /// So many rows at most; all of them in JSON, 100 otherwise
    #[arg(long)]
    limit: Option<u64>,
}

fn moment(text: &str) -> Result<String, String> {
    let wrong = || "write 2026-11-23 or 2026-11-23T14:05:00Z".to_owned();
    (text.is_empty() || Question::is_moment(text)).then(|| text.to_owned()).ok_or_else(wrong)
}

fn action(text: &str) -> Result<String, String> {
    let wrong = || "there is no such action: write one as room.created, or all of an object as room.".to_owned();
    (!Action::meant_by(text).is_empty()).then(|| text.to_owned()).ok_or_else(wrong)
}

/// Prints row by row as they come from the database: a trail of millions does not have to fit into memory.
pub(super) async fn run(state: &AppState, arguments: Arguments, output: Output) -> Result<(), Failure> {
    let question = Question {
        person: arguments.user,
        application: arguments.application,
        action: arguments.action.join(","),
        since: arguments.since,
        until: arguments.until,
        room: arguments.room.map(|id| id.to_string()).unwrap_or_default(),
        token: arguments.token.map(|id| id.to_string()).unwrap_or_default(),
    };
    let asked = question.ask(&state.accounts, &state.applications, "UTC").await?;
    if let Some((part, what)) = asked.wrong.first_key_value() {
        return Err(Failure::Usage(refusal(part, what)));
    }
    let filter = asked.filter;
    let limit = arguments.limit.or((!output.is_json()).then_some(100));
    let mut trail = state.audit.trail(filter, limit);
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    let mut first = true;
    if output.is_json() {
        stdout.write_all(b"[")?;
    }
    while let Some(rows) = trail.next().await? {
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

/// What is wrong with an option, in the words of the command line.
fn refusal(part: &str, what: &str) -> String {
    let what = what.trim_end_matches('.');
    let (first, rest) = what.split_at(what.chars().next().map_or(0, char::len_utf8));
    let option = if part == "person" { "user" } else { part };
    format!("{}{rest} (--{option})", first.to_lowercase())
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
