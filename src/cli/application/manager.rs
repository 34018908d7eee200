//! `parloir application manager …`

use std::fmt::Write as _;

use clap::Subcommand;
use serde_json::{Value, json};

use super::super::Failure;
use super::super::output::Output;
use crate::accounts::{Account, AccountError};
use crate::applications::{ApplicationError, ManagerEntry};
use crate::audit::Actor;
use crate::base::{ClientId, EmailAddress};
use crate::server::AppState;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Let a person manage an application: what people are told of it, its secrets, a look at what it does
    Add {
        /// The application's client id
        client_id: String,
        /// Her e-mail address
        email: EmailAddress,
    },
    /// Take the management from her
    Remove {
        /// The application's client id
        client_id: String,
        /// Her e-mail address
        email: EmailAddress,
    },
    /// List who manages an application, longest first
    List {
        /// The application's client id
        client_id: String,
    },
}

pub(super) async fn run(state: &AppState, command: Command, output: Output) -> Result<(), Failure> {
    let applications = &state.applications;
    match command {
        Command::Add { client_id, email } => {
            let (client_id, account) = (ClientId::from_wire(&client_id), account(state, &email).await?);
            let application = applications.add_manager(&client_id, account.id, Actor::Operator).await?;
            let value = json!({ "client_id": client_id, "id": account.id, "email": email });
            Ok(output.value(&value, &format!("{} manages {}.", email.as_str(), application.name))?)
        }
        Command::Remove { client_id, email } => {
            let (client_id, account) = (ClientId::from_wire(&client_id), account(state, &email).await?);
            let application = applications.remove_manager(&client_id, account.id, Actor::Operator).await?;
            let value = json!({ "client_id": client_id, "id": account.id, "email": email });
            Ok(output.value(&value, &format!("{} manages {} no more.", email.as_str(), application.name))?)
        }
        Command::List { client_id } => {
            let found = applications.find(&ClientId::from_wire(&client_id)).await?;
            let managers = applications.managers(found.ok_or(ApplicationError::NotFound)?.application.id).await?;
            let values: Vec<Value> = managers.iter().map(describe).collect();
            let mut words = String::new();
            for manager in &managers {
                let email = manager.email.as_deref().unwrap_or_default();
                let _ = writeln!(words, "{email}  {}  since {}", manager.status, manager.since);
            }
            let words = if words.is_empty() { "Administrators alone manage it." } else { words.trim_end() };
            Ok(output.value(&values, words)?)
        }
    }
}

async fn account(state: &AppState, email: &EmailAddress) -> Result<Account, Failure> {
    Ok(state.accounts.find_by_email(&email.key()).await?.ok_or(AccountError::NotFound)?)
}

fn describe(manager: &ManagerEntry) -> Value {
    json!({
        "id": manager.account,
        "email": manager.email,
        "name": manager.name,
        "status": manager.status.to_string(),
        "since": manager.since,
    })
}
