//! `parloir token …`

use std::fmt::Write as _;

use clap::{ArgGroup, Args, Subcommand};
use serde_json::json;

use super::Failure;
use super::output::Output;
use crate::accounts::AccountError;
use crate::audit::Actor;
use crate::base::{ClientId, EmailAddress, PersonalTokenId, TokenId};
use crate::server::AppState;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Revoke one token, or all of an application or of a person; in force for the next call
    Revoke(Revoke),
    /// Tokens that people made for themselves
    #[command(subcommand)]
    Personal(Personal),
}

#[derive(Debug, Subcommand)]
pub(super) enum Personal {
    /// List those of a person, newest first
    List {
        /// Her e-mail address
        email: EmailAddress,
    },
    /// Revoke one; in force for the next call
    Revoke {
        /// The token's id, as the list has it
        id: PersonalTokenId,
    },
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").required(true)))]
pub(super) struct Revoke {
    /// The token's id: its jti claim, as the audit trail has it
    #[arg(group = "which", value_name = "JTI")]
    jti: Option<TokenId>,
    /// All tokens issued so far to this application (its client id)
    #[arg(long, group = "which", value_name = "CLIENT_ID")]
    application: Option<String>,
    /// All tokens issued so far for this person (her e-mail address)
    #[arg(long, group = "which", value_name = "E-MAIL")]
    user: Option<EmailAddress>,
}

pub(super) async fn run(state: &AppState, command: Command, output: Output) -> Result<(), Failure> {
    let which = match command {
        Command::Revoke(which) => which,
        Command::Personal(Personal::List { email }) => return list(state, &email, output).await,
        Command::Personal(Personal::Revoke { id }) => {
            let token = state.personal_tokens.revoke_any(id, Actor::Operator).await?;
            let words = format!("The token {}… is revoked.", token.prefix);
            return Ok(output.value(&json!({ "revoked": true, "id": id }), &words)?);
        }
    };
    let (value, words) = if let Some(client_id) = &which.application {
        let application = state.applications.revoke_tokens(&ClientId::from_wire(client_id), Actor::Operator).await?;
        let words = format!("All tokens of {} are revoked.", application.name);
        (json!({ "revoked": true, "application": client_id }), words)
    } else if let Some(email) = &which.user {
        let account = state.accounts.revoke_tokens(email, Actor::Operator).await?;
        (json!({ "revoked": true, "user": account.id }), format!("All tokens for {} are revoked.", email.as_str()))
    } else if let Some(jti) = which.jti {
        let revoked = state.delegation.revoke(jti, Actor::Operator).await?;
        let words = if revoked.expired {
            format!("The token has expired by itself (at {} at the latest).", revoked.expires_at)
        } else {
            format!("The token is revoked. It would have ended at {} at the latest.", revoked.expires_at)
        };
        (json!({ "revoked": !revoked.expired, "jti": jti, "expires_at": revoked.expires_at }), words)
    } else {
        return Err(Failure::Usage("say which: JTI, --application or --user".to_owned()));
    };
    Ok(output.value(&value, &words)?)
}

async fn list(state: &AppState, email: &EmailAddress, output: Output) -> Result<(), Failure> {
    let account = state.accounts.find_by_email(&email.key()).await?.ok_or(AccountError::NotFound)?;
    let tokens = state.personal_tokens.list(account.id).await?;
    let mut words = String::new();
    for token in &tokens {
        let used = token.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {at}"));
        // Writing to a string cannot fail.
        let _ = writeln!(words, "{}  {}…  {}, ends {}, {used}", token.id, token.prefix, token.name, token.expires_at);
        let _ = writeln!(words, "    may: {}", token.scopes);
    }
    let values: Vec<_> = tokens
        .iter()
        .map(|token| {
            json!({
                "id": token.id,
                "prefix": token.prefix,
                "name": token.name,
                "scopes": token.scopes.iter().map(crate::base::Scope::as_str).collect::<Vec<_>>(),
                "front_end": token.front_end,
                "created_at": token.created_at,
                "expires_at": token.expires_at,
                "last_used_at": token.last_used_at,
            })
        })
        .collect();
    let words = if words.is_empty() { "She has no token." } else { words.trim_end() };
    Ok(output.value(&values, words)?)
}
