//! `parloir organisation …`

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::Failure;
use super::output::Output;
use crate::accounts::{ListedOrganisation, OrganisationError};
use crate::audit::Actor;
use crate::base::{InvalidSiret, Siret};
use crate::server::AppState;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Let an organisation in: people of whom a provider says that they belong to it may sign in for it
    Add(Named),
    /// List all organisations, by name
    List,
    /// Call an organisation otherwise
    Rename(Named),
    /// Let another SIRET lead to an organisation, or no more
    Alias(Alias),
    /// Let an organisation in no more; the sign-ins for it end
    Remove {
        /// Its SIRET
        #[arg(value_parser = Siret::parse)]
        siret: Siret,
    },
    /// List people who asked that their organisation be let in
    Requests,
}

#[derive(Debug, Args)]
pub(super) struct Named {
    /// Its SIRET: 14 digits
    #[arg(value_parser = checked)]
    siret: Siret,
    /// What it is called here
    #[arg(long)]
    name: String,
}

#[derive(Debug, Args)]
pub(super) struct Alias {
    /// The organisation's SIRET
    #[arg(value_parser = Siret::parse)]
    siret: Siret,
    /// The other SIRET
    #[arg(value_name = "ALIAS", value_parser = Siret::parse)]
    other: Siret,
    /// Take it away
    #[arg(long)]
    remove: bool,
}

/// What a person types is checked against typing errors.
fn checked(text: &str) -> Result<Siret, InvalidSiret> {
    Siret::parse_checked(text)
}

pub(super) async fn run(state: &AppState, command: Command, output: Output) -> Result<(), Failure> {
    let organisations = &state.organisations;
    let (siret, deed) = match command {
        Command::List => return list(state, output).await,
        Command::Requests => return requests(state, output).await,
        Command::Add(Named { siret, name }) => {
            organisations.add(siret.clone(), &name, Actor::Operator).await?;
            (siret, "Added")
        }
        Command::Rename(Named { siret, name }) => {
            organisations.rename(&siret, &name, Actor::Operator).await?;
            (siret, "Renamed")
        }
        Command::Alias(Alias { siret, other: alias, remove: true }) => {
            organisations.remove_alias(&siret, &alias, Actor::Operator).await?;
            (siret, "Alias removed:")
        }
        Command::Alias(Alias { siret, other: alias, remove: false }) => {
            if !alias.is_checked() {
                return Err(OrganisationError::Siret(InvalidSiret::Checksum).into());
            }
            organisations.add_alias(&siret, alias, Actor::Operator).await?;
            (siret, "Alias added:")
        }
        Command::Remove { siret } => {
            organisations.remove(&siret, Actor::Operator).await?;
            let words = format!("Removed {siret}. Whoever was signed in for it is signed out.");
            return Ok(output.value(&json!({ "siret": siret, "removed": true }), &words)?);
        }
    };
    let found = organisations.find(&siret).await?.ok_or(OrganisationError::NotFound)?;
    let words = format!("{deed} {} ({siret})", found.organisation.name);
    Ok(output.value(&describe(&found), &words)?)
}

async fn list(state: &AppState, output: Output) -> Result<(), Failure> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let portion = state.organisations.list(after.as_ref(), None).await?;
        all.extend(portion.organisations);
        after = portion.next;
        if after.is_none() {
            break;
        }
    }
    let mut words = String::new();
    for ListedOrganisation { organisation, aliases } in &all {
        // Writing to a string cannot fail.
        let _ = writeln!(words, "{}  {}", organisation.siret, organisation.name);
        for alias in aliases {
            let _ = writeln!(words, "    also {alias}");
        }
    }
    let values: Vec<_> = all.iter().map(describe).collect();
    let words = if words.is_empty() { "There is no organisation yet." } else { words.trim_end() };
    Ok(output.value(&values, words)?)
}

async fn requests(state: &AppState, output: Output) -> Result<(), Failure> {
    let waiting = state.organisations.requests().await?;
    let mut words = String::new();
    for request in &waiting {
        let who = &request.requester;
        let (name, email) = (who.name.as_deref().unwrap_or("?"), who.email.as_deref().unwrap_or("?"));
        let _ = writeln!(words, "{}  {name} <{email}> through {}", request.requested_at, who.provider);
        for membership in &who.memberships {
            let _ = writeln!(words, "    {}  {}", membership.siret, membership.label.as_deref().unwrap_or("?"));
        }
    }
    let values: Vec<_> = waiting
        .iter()
        .map(|request| {
            json!({
                "id": request.id,
                "provider": request.requester.provider,
                "name": request.requester.name,
                "email": request.requester.email,
                "organisations": request.requester.memberships,
                "requested_at": request.requested_at,
            })
        })
        .collect();
    let words = if words.is_empty() { "Nobody waits." } else { words.trim_end() };
    Ok(output.value(&values, words)?)
}

fn describe(ListedOrganisation { organisation, aliases }: &ListedOrganisation) -> Value {
    json!({
        "siret": organisation.siret,
        "name": organisation.name,
        "aliases": aliases,
        "created_at": organisation.created_at,
        "updated_at": organisation.updated_at,
    })
}
