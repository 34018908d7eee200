//! `parloir application rotate-secret` and `secret …`

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::super::Failure;
use super::super::output::Output;
use super::show::{describe_secret, secret_line};
use crate::applications::{ApplicationError, Overlap, Reason, Rotation};
use crate::audit::Actor;
use crate::base::{ClientId, SecretId};
use crate::server::AppState;

#[derive(Debug, Args)]
pub(in crate::cli) struct Rotate {
    /// Its client id
    client_id: String,
    /// How many hours the former secret still works
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u64).range(0..=720))]
    overlap_hours: u64,
    /// End all former secrets at once
    #[arg(long, conflicts_with = "overlap_hours")]
    now: bool,
    /// Why, for the trail: routine, leak, departure, lost or other
    #[arg(long, default_value = "routine")]
    reason: Reason,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// List the secrets that work, newest first; the secrets themselves are nowhere
    List {
        /// The application's client id
        client_id: String,
    },
    /// End one secret at once
    End {
        /// The application's client id
        client_id: String,
        /// The secret's id, as `secret list` shows it
        secret: SecretId,
        /// Also when it is the only one: the application gets no token any more
        #[arg(long)]
        even_the_last: bool,
        /// Why, for the trail: routine, leak, departure, lost or other
        #[arg(long, default_value = "routine")]
        reason: Reason,
    },
}

pub(super) async fn rotate(state: &AppState, arguments: Rotate, output: Output) -> Result<(), Failure> {
    let client_id = ClientId::from_wire(&arguments.client_id);
    let hours = if arguments.now { 0 } else { arguments.overlap_hours };
    let overlap = Overlap::of_hours(hours).unwrap_or(Overlap::None);
    let rotation = Rotation { overlap, reason: arguments.reason };
    let secret = state.applications.rotate_secret(&client_id, rotation, Actor::Operator).await?;
    let former = match overlap {
        Overlap::None => "The former secret has ended.".to_owned(),
        Overlap::For(_) => format!("The former secret works for {hours} more hours."),
    };
    let value = json!({ "client_id": client_id, "client_secret": secret.expose() });
    let words = format!("  client_secret  {}\n\nKeep the secret now: it is not shown again. {former}", secret.expose());
    Ok(output.value(&value, &words)?)
}

pub(super) async fn run(state: &AppState, command: Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::List { client_id } => {
            let found = state.applications.find(&ClientId::from_wire(&client_id)).await?;
            let secrets = found.ok_or(ApplicationError::NotFound)?.secrets;
            let values: Vec<Value> = secrets.iter().map(describe_secret).collect();
            let mut words = String::new();
            for secret in &secrets {
                let _ = writeln!(words, "{}  {}", secret.id, secret_line(secret));
            }
            let words = if words.is_empty() { "It has no secret: it gets no token." } else { words.trim_end() };
            Ok(output.value(&values, words)?)
        }
        Command::End { client_id, secret, even_the_last, reason } => {
            let client_id = ClientId::from_wire(&client_id);
            let applications = &state.applications;
            match applications.end_secret(&client_id, secret, even_the_last, reason, Actor::Operator).await {
                Ok(_) => Ok(output.value(&json!({ "id": secret, "ended": true }), "The secret has ended.")?),
                Err(error @ ApplicationError::LastSecret) => {
                    Err(Failure::Usage(format!("{error}; --even-the-last ends it all the same")))
                }
                Err(error) => Err(error.into()),
            }
        }
    }
}
