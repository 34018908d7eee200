//! `parloir application …`

mod activity;
mod create;
mod logo;
mod manager;
mod secret;
mod show;
mod update;

use clap::Subcommand;
use ipnet::IpNet;
use serde_json::json;

use super::Failure;
use super::output::Output;
use crate::applications::Networks;
use crate::audit::Actor;
use crate::base::ClientId;
use crate::server::AppState;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make an application; prints its secret, once
    Create(create::Create),
    /// Show an application
    Show {
        /// Its client id
        client_id: String,
    },
    /// Change an application; what is not named stays as it is
    Update(Box<update::Update>),
    /// Switch an application off: its tokens stop at once
    Disable {
        /// Its client id
        client_id: String,
    },
    /// Switch an application on again
    Enable {
        /// Its client id
        client_id: String,
    },
    /// Delete an application for good: its tokens stop at once, rooms and people stay
    Delete {
        /// Its client id
        client_id: String,
        /// Really
        #[arg(long)]
        yes: bool,
    },
    /// List applications, newest first
    List(show::List),
    /// Make a new secret; prints it, once
    RotateSecret(secret::Rotate),
    /// Look at secrets, or end one
    #[command(subcommand)]
    Secret(secret::Command),
    /// Say who manages an application besides administrators
    #[command(subcommand)]
    Manager(manager::Command),
    /// Show what an application did, day by day
    Activity(activity::Activity),
    /// Give an application a logo, or take it away
    #[command(subcommand)]
    Logo(logo::Command),
}

pub(super) async fn run(state: &AppState, command: Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Create(arguments) => create::run(state, arguments, output).await,
        Command::Show { client_id } => show::show(state, &client_id, output).await,
        Command::Update(arguments) => update::run(state, *arguments, output).await,
        Command::Disable { client_id } => switch(state, &client_id, false, output).await,
        Command::Enable { client_id } => switch(state, &client_id, true, output).await,
        Command::Delete { client_id, yes } => delete(state, &client_id, yes, output).await,
        Command::List(arguments) => show::list(state, arguments, output).await,
        Command::RotateSecret(arguments) => secret::rotate(state, arguments, output).await,
        Command::Secret(command) => secret::run(state, command, output).await,
        Command::Manager(command) => manager::run(state, command, output).await,
        Command::Activity(arguments) => activity::run(state, arguments, output).await,
        Command::Logo(command) => logo::run(state, command, output).await,
    }
}

async fn switch(state: &AppState, client_id: &str, active: bool, output: Output) -> Result<(), Failure> {
    let client_id = ClientId::from_wire(client_id);
    let application = state.applications.set_active(&client_id, active, Actor::Operator).await?;
    let value = json!({ "id": application.id, "client_id": client_id, "slug": application.slug, "active": active });
    let state = if active { "active" } else { "disabled" };
    Ok(output.value(&value, &format!("{} is {state}.", application.name))?)
}

async fn delete(state: &AppState, client_id: &str, yes: bool, output: Output) -> Result<(), Failure> {
    if !yes {
        let text = "an application is deleted for good; say --yes if that is meant, or `disable` it";
        return Err(Failure::Usage(text.to_owned()));
    }
    let application = state.applications.delete(&ClientId::from_wire(client_id), Actor::Operator).await?;
    let value = json!({
        "id": application.id, "client_id": application.client_id, "slug": application.slug, "deleted": true,
    });
    Ok(output.value(&value, &format!("{} is deleted.", application.name))?)
}

/// A network on the command line.
fn network(text: &str) -> Result<IpNet, String> {
    Networks::parse_one(text).map_err(|error| error.to_string())
}
