//! `parloir application update`

use clap::Args;

use super::super::Failure;
use super::super::output::Output;
use super::show::describe;
use crate::applications::{ApplicationError, ApplicationPatch, Domains};
use crate::audit::Actor;
use crate::base::wire::Nullable;
use crate::base::{ClientId, Domain, Scope, ScopeList};
use crate::server::AppState;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word on the command line")]
pub(in crate::cli) struct Update {
    /// Its client id
    client_id: String,
    /// What people call it; its slug stays
    #[arg(long)]
    name: Option<String>,
    /// What it is for; an empty text takes it away
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Whom to ask about it; an empty text takes it away
    #[arg(long, value_name = "TEXT")]
    owner_contact: Option<String>,
    /// Its own site, https; an empty text takes it away
    #[arg(long, value_name = "URL")]
    home_page: Option<String>,
    /// What it may do from now on; give it once for each scope
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<Scope>,
    /// Give it every scope
    #[arg(long, conflicts_with = "scopes")]
    all_scopes: bool,
    /// Take every scope away
    #[arg(long, conflicts_with_all = ["scopes", "all_scopes"])]
    no_scopes: bool,
    /// Which of its scopes a person may decline; give it once for each
    #[arg(long = "optional-scope", value_name = "SCOPE")]
    optional_scopes: Vec<Scope>,
    /// A person may decline none
    #[arg(long, conflicts_with = "optional_scopes")]
    no_optional_scopes: bool,
    /// For whose people it may act from now on, by e-mail domain; give it once for each domain
    #[arg(long = "domain", value_name = "DOMAIN")]
    domains: Vec<Domain>,
    /// Let it act for everybody
    #[arg(long, conflicts_with = "domains")]
    all_domains: bool,
    /// Let it act for nobody
    #[arg(long, conflicts_with_all = ["domains", "all_domains"])]
    no_domains: bool,
    /// Let it make accounts for people who never came
    #[arg(long)]
    allow_user_creation: bool,
    /// Let it make none
    #[arg(long, conflicts_with = "allow_user_creation")]
    no_user_creation: bool,
    /// How many accounts in a day
    #[arg(long, value_name = "N")]
    user_creation_per_day: Option<u32>,
    /// As many in a day as the settings say
    #[arg(long, conflicts_with = "user_creation_per_day")]
    default_user_creation_per_day: bool,
    /// How long its tokens work, 1 to 60 minutes
    #[arg(long, value_name = "N")]
    token_lifetime_minutes: Option<u32>,
    /// Its tokens work as long as the settings say
    #[arg(long, conflicts_with = "token_lifetime_minutes")]
    default_token_lifetime: bool,
    /// From where it may be used from now on, as 192.0.2.0/24; give it once for each network
    #[arg(long = "network", value_name = "NETWORK", value_parser = super::network)]
    networks: Vec<ipnet::IpNet>,
    /// It may be used from everywhere
    #[arg(long, conflicts_with = "networks")]
    any_network: bool,
    /// Refuse the change when the application has another version than this
    #[arg(long, value_name = "N")]
    version: Option<i64>,
}

pub(super) async fn run(state: &AppState, arguments: Update, output: Output) -> Result<(), Failure> {
    let (client_id, version) = (ClientId::from_wire(&arguments.client_id), arguments.version);
    let patch = patch(arguments);
    if patch == ApplicationPatch::default() {
        return Err(Failure::Usage(
            "nothing is to be changed; `parloir application update --help` lists what can be".into(),
        ));
    }
    let application = state.applications.update(&client_id, patch, version, Actor::Operator).await?;
    let overview = state.applications.find(&client_id).await?.ok_or(ApplicationError::NotFound)?;
    let words = format!("{} is changed; it has version {} now.", application.name, application.version);
    Ok(output.value(&describe(&overview), &words)?)
}

fn patch(arguments: Update) -> ApplicationPatch {
    let some = |scopes: Vec<Scope>| (!scopes.is_empty()).then(|| scopes.into_iter().collect::<ScopeList>());
    ApplicationPatch {
        name: arguments.name,
        description: text(arguments.description),
        owner_contact: text(arguments.owner_contact),
        home_page: text(arguments.home_page),
        active: None,
        scopes: if arguments.all_scopes {
            Some(Scope::ALL.into_iter().collect())
        } else if arguments.no_scopes {
            Some(ScopeList::default())
        } else {
            some(arguments.scopes)
        },
        optional_scopes: if arguments.no_optional_scopes {
            Some(ScopeList::default())
        } else {
            some(arguments.optional_scopes)
        },
        domains: if arguments.all_domains {
            Some(Domains::All)
        } else if arguments.no_domains {
            Some(Domains::default())
        } else {
            (!arguments.domains.is_empty()).then_some(Domains::Only(arguments.domains))
        },
        allow_user_creation: match (arguments.allow_user_creation, arguments.no_user_creation) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        },
        user_creation_per_day: number(arguments.user_creation_per_day, arguments.default_user_creation_per_day),
        token_lifetime_minutes: number(arguments.token_lifetime_minutes, arguments.default_token_lifetime),
        networks: if arguments.any_network || !arguments.networks.is_empty() {
            Some(arguments.networks.into_iter().collect())
        } else {
            None
        },
    }
}

/// A blank text is none, whoever sends it.
fn text(given: Option<String>) -> Nullable<String> {
    given.map_or(Nullable::Absent, Nullable::Value)
}

fn number(given: Option<u32>, default: bool) -> Nullable<u32> {
    match given {
        Some(number) => Nullable::Value(number),
        None if default => Nullable::Null,
        None => Nullable::Absent,
    }
}
