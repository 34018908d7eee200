//! `parloir user invite` and `reset`

use clap::Args;
use serde_json::json;

use super::Failure;
use super::output::Output;
use crate::accounts::{Delivery, Invitation, Made, Who};
use crate::audit::Actor;
use crate::base::{EmailAddress, Secret};
use crate::server::AppState;

#[derive(Debug, Args)]
pub(super) struct Invite {
    /// The person's e-mail address, which counts as verified
    email: EmailAddress,
    /// What she is called
    #[arg(long)]
    name: Option<String>,
    /// Make her an administrator
    #[arg(long)]
    admin: bool,
    /// Print the link, also where mail is sent
    #[arg(long)]
    print: bool,
}

#[derive(Debug, Args)]
pub(super) struct Reset {
    /// The account's e-mail address or id
    account: Who,
    /// Print the link, also where mail is sent
    #[arg(long)]
    print: bool,
}

pub(super) async fn invite(state: &AppState, arguments: Invite, output: Output) -> Result<(), Failure> {
    let Invite { email, name, admin: administrator, print } = arguments;
    let new = Invitation { email, name, administrator };
    let made = state.one_time_links.invite(new, delivery(print), Actor::Operator).await?;
    tell(&made, "Invited", output)
}

pub(super) async fn reset(state: &AppState, arguments: Reset, output: Output) -> Result<(), Failure> {
    let Reset { account, print } = arguments;
    let made = state.one_time_links.reset(account, delivery(print), Actor::Operator).await?;
    tell(&made, "Made a link for", output)
}

const fn delivery(print: bool) -> Delivery {
    if print { Delivery::Shown } else { Delivery::Mailed }
}

/// The link is printed this once, for whoever passes it on.
fn tell(made: &Made, deed: &str, output: Output) -> Result<(), Failure> {
    let Made { account, link, until } = made;
    let email = account.email.as_ref().map(EmailAddress::as_str).unwrap_or_default();
    let link = link.as_ref().map(Secret::expose);
    let value = json!({
        "id": account.id,
        "email": email,
        "name": account.name,
        "role": account.role.to_string(),
        "status": account.status.to_string(),
        "link": link,
        "until": until,
        "mailed": link.is_none(),
    });
    let way = link.unwrap_or("The link is mailed.");
    Ok(output.value(&value, &format!("{deed} {email}, id {}. It works once, until {until}:\n{way}", account.id))?)
}
