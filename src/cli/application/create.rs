//! `parloir application create`

use clap::Args;
use serde_json::json;

use super::super::Failure;
use super::super::output::Output;
use super::show::describe;
use crate::applications::{ApplicationError, Domains, NewApplication, Overview};
use crate::audit::Actor;
use crate::base::{Domain, Scope};
use crate::server::AppState;

#[derive(Debug, Args)]
pub(in crate::cli) struct Create {
    /// What people call it
    #[arg(long)]
    name: String,
    /// Its name in addresses (a-z, 0-9, -); made from the name when absent
    #[arg(long)]
    slug: Option<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Whom to ask about it: an address or a name
    #[arg(long, value_name = "TEXT")]
    owner_contact: Option<String>,
    /// Its own site, https
    #[arg(long, value_name = "URL")]
    home_page: Option<String>,
    /// What it may do; give it once for each scope
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<Scope>,
    /// Give it every scope
    #[arg(long, conflicts_with = "scopes")]
    all_scopes: bool,
    /// Which of its scopes a person may decline; give it once for each
    #[arg(long = "optional-scope", value_name = "SCOPE")]
    optional_scopes: Vec<Scope>,
    /// For whose people it may act, by e-mail domain; give it once for each domain
    #[arg(long = "domain", value_name = "DOMAIN")]
    domains: Vec<Domain>,
    /// Let it act for everybody
    #[arg(long, conflicts_with = "domains")]
    all_domains: bool,
    /// Let it make accounts for people who never came
    #[arg(long)]
    allow_user_creation: bool,
    /// How many in a day; without it, as the settings say
    #[arg(long, value_name = "N", requires = "allow_user_creation")]
    user_creation_per_day: Option<u32>,
    /// How long its tokens work, 1 to 60 minutes; without it, as the settings say
    #[arg(long, value_name = "N")]
    token_lifetime_minutes: Option<u32>,
    /// From where it may be used, as 192.0.2.0/24; give it once for each network; without it, from everywhere
    #[arg(long = "network", value_name = "NETWORK", value_parser = super::network)]
    networks: Vec<ipnet::IpNet>,
}

pub(super) async fn run(state: &AppState, arguments: Create, output: Output) -> Result<(), Failure> {
    let scopes = if arguments.all_scopes { Scope::ALL.to_vec() } else { arguments.scopes };
    let new = NewApplication {
        name: arguments.name,
        slug: arguments.slug,
        scopes: scopes.into_iter().collect(),
        domains: if arguments.all_domains { Domains::All } else { Domains::Only(arguments.domains) },
        allow_user_creation: arguments.allow_user_creation,
        user_creation_per_day: arguments.user_creation_per_day,
        description: arguments.description,
        owner_contact: arguments.owner_contact,
        home_page: arguments.home_page,
        optional_scopes: arguments.optional_scopes.into_iter().collect(),
        token_lifetime_minutes: arguments.token_lifetime_minutes,
        networks: arguments.networks.into_iter().collect(),
    };
    let created = state.applications.create(new, Actor::Operator).await?;
    let client_id = created.application.client_id.clone();
    let overview = state.applications.find(&client_id).await?.ok_or(ApplicationError::NotFound)?;
    let mut value = describe(&overview);
    value["client_secret"] = json!(created.secret.expose());
    let words = format!(
        "Created {} ({})\n\n  client_id      {}\n  client_secret  {}\n\nKeep the secret now: it is not shown again.{}",
        overview.application.name,
        overview.application.slug,
        client_id,
        created.secret.expose(),
        warnings(&overview),
    );
    Ok(output.value(&value, &words)?)
}

/// What an operator may have forgotten.
fn warnings(overview: &Overview) -> String {
    let mut text = String::new();
    if overview.domains == Domains::Only(Vec::new()) {
        text += "\nIt may act for nobody yet: it has no --domain.";
    }
    if overview.application.scopes.is_empty() {
        text += "\nIt may do nothing yet: it has no --scope.";
    }
    text
}
