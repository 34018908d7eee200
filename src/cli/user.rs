//! `parloir user …`

use std::fmt::Write as _;
use std::io::Read;

use clap::{ArgGroup, Args, Subcommand};
use serde_json::json;

use super::Failure;
use super::output::Output;
use super::{import, invite, people, whole_person};
use crate::accounts::{Account, NewAccount, Who};
use crate::audit::Actor;
use crate::base::{ClientRequest, ConflictId, EmailAddress, Secret};
use crate::server::AppState;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make an account; its e-mail address counts as verified
    Create(Create),
    /// Make an account for somebody, with a link by which she chooses her password; mailed where mail is sent
    Invite(invite::Invite),
    /// Make a link by which somebody with a password chooses another one; mailed where mail is sent
    Reset(invite::Reset),
    /// Make accounts out of a CSV file, with the passwords that people have elsewhere: all of them or none
    Import(import::Import),
    /// Switch an account off: no sign-in, no token, and its sessions end
    Disable {
        /// The account's e-mail address or id
        account: Who,
    },
    /// Switch an account on again
    Enable {
        /// The account's e-mail address or id
        account: Who,
    },
    /// Grant or take the administrator's role
    Admin(Admin),
    /// Give a person another password, or take hers away: her sessions, her tokens and those of applications end
    Password(Password),
    /// List people, the newest first
    List(people::List),
    /// Show a person with her ways in, her sessions and what acts for her
    Show {
        /// The account's e-mail address or id
        account: Who,
    },
    /// List a person's sessions, or end them
    Sessions(people::OfSessions),
    /// List a person's identities at providers, or take one from her account
    Identities(people::OfIdentities),
    /// List people whose address a provider says is theirs, and is another account's: they asked to be joined to it
    Requests,
    /// Decide such a request
    Decide(Decide),
    /// Print all that is held of a person, as one JSON document
    Export(whole_person::Export),
    /// Delete an account with all that is its person's
    Delete(whole_person::Delete),
    /// Make one account part of another, which stays
    Merge(whole_person::Merge),
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("decision").required(true)))]
pub(super) struct Decide {
    /// The request's id
    id: ConflictId,
    /// Join the person's way in to the account
    #[arg(long, group = "decision")]
    join: bool,
    /// Refuse
    #[arg(long, group = "decision")]
    refuse: bool,
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
#[command(group(ArgGroup::new("password").required(true)))]
pub(super) struct Password {
    /// The account's e-mail address or id
    account: Who,
    /// Read the new one from standard input (one line)
    #[arg(long = "password-stdin", group = "password")]
    stdin: bool,
    /// Take it away, where she has another way in
    #[arg(long, group = "password")]
    remove: bool,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("change").required(true)))]
pub(super) struct Admin {
    /// The account's e-mail address or id
    account: Who,
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
        Command::List(list) => return people::list(state, list, output).await,
        Command::Show { account } => return people::show(state, account, output).await,
        Command::Sessions(of) => return people::sessions(state, of, output).await,
        Command::Identities(of) => return people::identities(state, of, output).await,
        Command::Requests => return requests(state, output).await,
        Command::Decide(decide) => return decide_request(state, &decide, output).await,
        Command::Invite(arguments) => return invite::invite(state, arguments, output).await,
        Command::Reset(arguments) => return invite::reset(state, arguments, output).await,
        Command::Import(arguments) => return import::run(state, &arguments, output).await,
        Command::Export(export) => return whole_person::export(state, export, output).await,
        Command::Delete(delete) => return whole_person::delete(state, delete, output).await,
        Command::Merge(merge) => return whole_person::merge(state, merge, output).await,
        Command::Create(create) => {
            let password = if create.password_stdin { Some(password_from_stdin()?) } else { None };
            let name = create.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
            let new = NewAccount { email: create.email, name, administrator: create.admin, password };
            (accounts.create(new, Actor::Operator).await?, "Created")
        }
        Command::Password(Password { account, remove: true, .. }) => {
            (accounts.remove_password(account, Actor::Operator).await?, "Removed the password of")
        }
        Command::Password(Password { account, .. }) => {
            let password = password_from_stdin()?;
            (accounts.set_password(account, &password, Actor::Operator).await?, "Set the password of")
        }
        Command::Disable { account } => (accounts.set_enabled(account, false, Actor::Operator).await?, "Disabled"),
        Command::Enable { account } => (accounts.set_enabled(account, true, Actor::Operator).await?, "Enabled"),
        Command::Admin(admin) => {
            (accounts.set_administrator(admin.account, admin.grant, Actor::Operator).await?, "Changed")
        }
    };
    print(&account, deed, output)
}

async fn requests(state: &AppState, output: Output) -> Result<(), Failure> {
    let waiting = state.openid.conflicts().requests().await?;
    let mut words = String::new();
    for (conflict, account) in &waiting {
        let arrival = &conflict.arrival;
        let (name, email) = (arrival.name.as_deref().unwrap_or("?"), arrival.email.as_deref().unwrap_or("?"));
        // Writing to a string cannot fail.
        let _ = writeln!(words, "{}  {name} <{email}> through {}", conflict.id, arrival.provider);
        let _ =
            writeln!(words, "    wants the account {} of {} ({})", account.id, account.display_name(), account.role);
    }
    let values: Vec<_> = waiting
        .iter()
        .map(|(conflict, account)| {
            json!({
                "id": conflict.id,
                "provider": conflict.arrival.provider,
                "issuer": conflict.arrival.issuer,
                "subject": conflict.arrival.subject,
                "name": conflict.arrival.name,
                "email": conflict.arrival.email,
                "account": account.id,
                "requested_at": conflict.requested_at,
            })
        })
        .collect();
    let words = if words.is_empty() { "Nobody waits for a decision." } else { words.trim_end() };
    Ok(output.value(&values, words)?)
}

async fn decide_request(state: &AppState, decide: &Decide, output: Output) -> Result<(), Failure> {
    let conflicts = state.openid.conflicts();
    let Some(conflict) = conflicts.request(decide.id).await? else {
        return Err(Failure::Usage("there is no such request".to_owned()));
    };
    let here = ClientRequest::local("");
    let words = if decide.join {
        if !conflicts.join(&conflict, Actor::Operator, &here).await? {
            return Err(Failure::Usage("this identity is another account's by now".to_owned()));
        }
        "Joined. The person can sign in through the provider now."
    } else {
        conflicts.refuse(&conflict, Actor::Operator, &here).await?;
        "Refused. Nothing was joined."
    };
    Ok(output.value(&json!({ "id": decide.id, "joined": decide.join }), words)?)
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
