//! `parloir user list`, `show`, `sessions` and `identities`

use std::fmt::Write as _;

use clap::{ArgGroup, Args};
use serde_json::json;

use super::Failure;
use super::output::Output;
use crate::accounts::{Account, AccountError, PeopleSearch, Role, SessionId, Status, Who};
use crate::administration::api::{IdentityOut, PersonDetailsOut, PersonOut, SessionOut};
use crate::administration::{PersonDetails, Services};
use crate::audit::Actor;
use crate::base::{EmailAddress, IdentityId};
use crate::server::AppState;

/// Accounts read at a time.
const PORTION: u64 = 500;

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only those whose name or address has words that begin so
    #[arg(long, default_value = "", hide_default_value = true)]
    search: String,
    /// Only those in this state: active, pending or disabled
    #[arg(long)]
    status: Option<Status>,
    /// Only administrators
    #[arg(long)]
    admin: bool,
    /// So many at most; all of them in JSON, 100 otherwise
    #[arg(long)]
    limit: Option<u64>,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("end_which")))]
pub(super) struct OfSessions {
    /// The account's e-mail address or id
    account: Who,
    /// End the session of this id
    #[arg(long, group = "end_which", value_name = "ID")]
    end: Option<SessionId>,
    /// End all of them
    #[arg(long, group = "end_which")]
    end_all: bool,
}

#[derive(Debug, Args)]
pub(super) struct OfIdentities {
    /// The account's e-mail address or id
    account: Who,
    /// Take the identity of this id from the account
    #[arg(long, value_name = "ID")]
    unlink: Option<IdentityId>,
}

/// Prints as many as are asked for. Their number is bounded by the people there are, not by what happens.
pub(super) async fn list(state: &AppState, list: List, output: Output) -> Result<(), Failure> {
    let role = list.admin.then_some(Role::Admin);
    let mut search = PeopleSearch { text: list.search, status: list.status, role, ..PeopleSearch::default() };
    let mut left = list.limit.unwrap_or(if output.is_json() { u64::MAX } else { 100 });
    let (mut people, mut words) = (Vec::new(), String::new());
    while left > 0 {
        search.limit = Some(left.min(PORTION));
        let portion = state.accounts.search(&search).await?;
        left -= u64::try_from(portion.accounts.len()).unwrap_or(left).min(left);
        for account in portion.accounts {
            // Writing to a string cannot fail.
            let _ = writeln!(words, "{}", line(&account));
            people.push(PersonOut::from(account));
        }
        let Some(older) = portion.older else { break };
        search.older_than = Some(older);
    }
    let words = if words.is_empty() { "Nobody was found." } else { words.trim_end() };
    Ok(output.value(&people, words)?)
}

fn line(account: &Account) -> String {
    let address = account.email.as_ref().map(EmailAddress::as_str).or(account.claimed_email.as_deref());
    let name = account.name.as_deref().unwrap_or("-");
    format!("{}  {:<8}  {:<5}  {}  {name}", account.id, account.status, account.role, address.unwrap_or("-"))
}

pub(super) async fn show(state: &AppState, who: Who, output: Output) -> Result<(), Failure> {
    let services = Services {
        accounts: &state.accounts,
        sessions: &state.sessions,
        rooms: &state.rooms,
        audit: &state.audit,
        applications: &state.applications,
    };
    let details = PersonDetails::of(who, services).await?;
    let mut words = line(&details.account);
    // Writing to a string cannot fail.
    let _ = write!(words, "\nrooms owned: {}", details.rooms_owned);
    if details.account.password_hash.is_some() {
        words.push_str("\nsigns in with a password");
    }
    for identity in &details.identities {
        let _ = write!(words, "\nidentity {}  {} of {}", identity.id, identity.subject, identity.issuer);
    }
    for session in &details.sessions {
        let _ = write!(words, "\nsession {}  last seen {}", session.id, session.last_seen_at);
    }
    for (application, at) in &details.applications {
        let _ = write!(words, "\napplication {}  last acted {at}", application.slug);
    }
    Ok(output.value(&PersonDetailsOut::from(details), &words)?)
}

pub(super) async fn sessions(state: &AppState, of: OfSessions, output: Output) -> Result<(), Failure> {
    let (account, sessions) = (state.accounts.get(of.account).await?, &state.sessions);
    if let Some(id) = of.end {
        if !sessions.end_one(account.id, &id, Actor::Operator).await? {
            return Err(AccountError::NoSuchSession.into());
        }
        return Ok(output.value(&json!({ "ended": 1 }), "The session has ended.")?);
    }
    if of.end_all {
        let ended = sessions.end_others(account.id, None, Actor::Operator).await?;
        return Ok(output.value(&json!({ "ended": ended }), &format!("{ended} sessions have ended."))?);
    }
    let (mut listed, mut words) = (Vec::new(), String::new());
    for session in sessions.of(account.id).await? {
        let from = session.address.map(|address| address.to_string()).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ =
            writeln!(words, "{}  {from}  began {}, last seen {}", session.id, session.created_at, session.last_seen_at);
        listed.push(SessionOut::from(session));
    }
    let words = if words.is_empty() { "Not signed in anywhere." } else { words.trim_end() };
    Ok(output.value(&listed, words)?)
}

pub(super) async fn identities(state: &AppState, of: OfIdentities, output: Output) -> Result<(), Failure> {
    let account = state.accounts.get(of.account).await?;
    if let Some(id) = of.unlink {
        let identity = state.accounts.unlink(account.id, id, Actor::Operator).await?;
        let words = format!("{} of {} is no way in to this account any more.", identity.subject, identity.issuer);
        return Ok(output.value(&json!({ "unlinked": identity.id }), &words)?);
    }
    let (mut listed, mut words) = (Vec::new(), String::new());
    for identity in state.accounts.identities(account.id).await? {
        // Writing to a string cannot fail.
        let _ = writeln!(
            words,
            "{}  {} of {}  through {}, last used {}",
            identity.id, identity.subject, identity.issuer, identity.provider, identity.last_used_at
        );
        listed.push(IdentityOut::from(identity));
    }
    let words = if words.is_empty() { "No identity at a provider." } else { words.trim_end() };
    Ok(output.value(&listed, words)?)
}
