//! `parloir token …`

use clap::{ArgGroup, Args, Subcommand};
use serde_json::json;

use super::Failure;
use super::output::Output;
use crate::audit::Actor;
use crate::base::{ClientId, EmailAddress, TokenId};
use crate::server::AppState;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Revoke one token, or all of an application or of a person; in force for the next call
    Revoke(Revoke),
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
    let Command::Revoke(which) = command;
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
