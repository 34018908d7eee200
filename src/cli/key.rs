//! `parloir key …`

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::Failure;
use super::output::Output;
use crate::audit::Actor;
use crate::jose::KeyFacts;
use crate::server::AppState;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the keys that sign and verify tokens, newest first
    List,
    /// Sign with a new key; the former ones verify until the last token they signed has ended
    Rotate(Rotate),
}

#[derive(Debug, Args)]
pub(super) struct Rotate {
    /// End the former keys at once, and with them every token: the choice after a leak
    #[arg(long)]
    now: bool,
}

pub(super) async fn run(state: &AppState, command: Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::List => list(state, output),
        Command::Rotate(arguments) => rotate(state, &arguments, output).await,
    }
}

async fn rotate(state: &AppState, arguments: &Rotate, output: Output) -> Result<(), Failure> {
    let rotated = state.delegation.rotate_key(arguments.now, Actor::Operator).await?;
    let former = match rotated.former_end {
        Some(end) => format!("The former keys verify until {end}."),
        None => "The former keys have ended, and every token with them.".to_owned(),
    };
    let value = json!({ "kid": rotated.kid, "former_keys_end": rotated.former_end });
    Ok(output.value(&value, &format!("New tokens are signed with {}. {former}", rotated.kid))?)
}

fn list(state: &AppState, output: Output) -> Result<(), Failure> {
    let keys = state.delegation.keys();
    let mut words = String::new();
    for key in &keys {
        let use_ = match (key.signs, key.ends_at) {
            (true, _) => "signs".to_owned(),
            (false, Some(end)) => format!("verifies until {end}"),
            (false, None) => "verifies".to_owned(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(words, "{}  {}  made {}  {use_}", key.kid, key.algorithm.as_str(), key.created_at);
    }
    let values: Vec<Value> = keys.iter().map(describe).collect();
    Ok(output.value(&values, words.trim_end())?)
}

fn describe(key: &KeyFacts) -> Value {
    json!({
        "kid": key.kid,
        "algorithm": key.algorithm.as_str(),
        "created_at": key.created_at,
        "ends_at": key.ends_at,
        "signs": key.signs,
    })
}
