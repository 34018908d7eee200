//! `parloir user …`

use std::io::Read;

use clap::{ArgGroup, Args, Subcommand};
use serde_json::json;

use super::Failure;
use super::output::Output;
use crate::accounts::{Account, NewAccount};
use crate::audit::Actor;
use crate::base::{EmailAddress, Secret};
use crate::server::AppState;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make an account; its e-mail address counts as verified
    Create(Create),
    /// Switch an account off: no sign-in, no token, and its sessions end
    Disable {
        /// The account's e-mail address
        email: EmailAddress,
    },
    /// Switch an account on again
    Enable {
        /// The account's e-mail address
        email: EmailAddress,
    },
    /// Grant or take the administrator's role
    Admin(Admin),
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// The person's e-mail address
    #[arg(long)]
    email: EmailAddress,
    /// What she is called
    #[arg(long)]
    name: Option<String>,
    /// Make her an administrator
    #[arg(long)]
    admin: bool,
    /// Read her password from standard input (one line)
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("change").required(true)))]
pub(super) struct Admin {
    /// The account's e-mail address
    email: EmailAddress,
    /// Make her an administrator
    #[arg(long, group = "change")]
    grant: bool,
    /// Make her none
    #[arg(long, group = "change")]
    revoke: bool,
}

pub(super) async fn run(state: &AppState, command: Command, output: Output) -> Result<(), Failure> {
    let accounts = &state.accounts;
    let (account, deed) = match command {
        Command::Create(create) => {
            let password = if create.password_stdin { Some(password_from_stdin()?) } else { None };
            let name = create.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
            let new = NewAccount { email: create.email, name, administrator: create.admin, password };
            (accounts.create(new, Actor::Operator).await?, "Created")
        }
        Command::Disable { email } => (accounts.set_enabled(&email, false, Actor::Operator).await?, "Disabled"),
        Command::Enable { email } => (accounts.set_enabled(&email, true, Actor::Operator).await?, "Enabled"),
        Command::Admin(admin) => {
            (accounts.set_administrator(&admin.email, admin.grant, Actor::Operator).await?, "Changed")
        }
    };
    print(&account, deed, output)
}

fn print(account: &Account, deed: &str, output: Output) -> Result<(), Failure> {
    let email = account.email.as_ref().map(EmailAddress::as_str).unwrap_or_default();
    let value = json!({
        "id": account.id,
        "email": email,
        "name": account.name,
        "role": account.role.to_string(),
        "status": account.status.to_string(),
    });
    Ok(output.value(&value, &format!("{deed} {email} ({}, {}), id {}", account.role, account.status, account.id))?)
}

/// The first line of standard input. A terminal's echo is the reason that a password is never an argument.
fn password_from_stdin() -> Result<Secret, Failure> {
    let mut text = String::new();
    std::io::stdin().lock().take(4096).read_to_string(&mut text)?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Failure::Usage("--password-stdin: standard input is empty".to_owned()));
    }
    Ok(Secret::new(line))
}
