//! `parloir application …`

use std::fmt::Write as _;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::Failure;
use super::output::Output;
use crate::applications::{ApplicationError, Domains, NewApplication, Overlap, Overview};
use crate::audit::Actor;
use crate::base::{ClientId, Domain, Scope};
use crate::server::AppState;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make an application; prints its secret, once
    Create(Create),
    /// Switch an application off: its tokens stop at once
    Disable {
        /// Its client id
        client_id: String,
    },
    /// Switch an application on again
    Enable {
        /// Its client id
        client_id: String,
    },
    /// List all applications, newest first
    List,
    /// Make a new secret; prints it, once
    RotateSecret(Rotate),
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// What people call it
    #[arg(long)]
    name: String,
    /// Its name in addresses (a-z, 0-9, -); made from the name when absent
    #[arg(long)]
    slug: Option<String>,
    /// What it may do; give it once for each scope
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<Scope>,
    /// Give it every scope
    #[arg(long, conflicts_with = "scopes")]
    all_scopes: bool,
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
}

#[derive(Debug, Args)]
pub(super) struct Rotate {
    /// Its client id
    client_id: String,
    /// How many hours the former secret still works
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u64).range(0..=720))]
    overlap_hours: u64,
    /// End all former secrets at once
    #[arg(long, conflicts_with = "overlap_hours")]
    now: bool,
}

pub(super) async fn run(state: &AppState, command: Command, output: Output) -> Result<(), Failure> {
    match command {
        Command::Create(arguments) => create(state, arguments, output).await,
        Command::Disable { client_id } => switch(state, &client_id, false, output).await,
        Command::Enable { client_id } => switch(state, &client_id, true, output).await,
        Command::List => list(state, output).await,
        Command::RotateSecret(arguments) => rotate(state, arguments, output).await,
    }
}

async fn create(state: &AppState, arguments: Create, output: Output) -> Result<(), Failure> {
    let scopes = if arguments.all_scopes { Scope::ALL.to_vec() } else { arguments.scopes };
    let new = NewApplication {
        name: arguments.name,
        slug: arguments.slug,
        scopes: scopes.into_iter().collect(),
        domains: if arguments.all_domains { Domains::All } else { Domains::Only(arguments.domains) },
        allow_user_creation: arguments.allow_user_creation,
        user_creation_per_day: arguments.user_creation_per_day,
        ..Default::default()
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

async fn switch(state: &AppState, client_id: &str, active: bool, output: Output) -> Result<(), Failure> {
    let client_id = ClientId::from_wire(client_id);
    let application = state.applications.set_active(&client_id, active, Actor::Operator).await?;
    let value = json!({ "id": application.id, "client_id": client_id, "slug": application.slug, "active": active });
    let state = if active { "active" } else { "disabled" };
    Ok(output.value(&value, &format!("{} is {state}.", application.name))?)
}

async fn rotate(state: &AppState, arguments: Rotate, output: Output) -> Result<(), Failure> {
    let client_id = ClientId::from_wire(&arguments.client_id);
    let hours = arguments.overlap_hours;
    let overlap =
        if arguments.now || hours == 0 { Overlap::None } else { Overlap::For(Duration::from_secs(3600 * hours)) };
    let secret = state.applications.rotate_secret(&client_id, overlap, Actor::Operator).await?;
    let former = match overlap {
        Overlap::None => "The former secret has ended.".to_owned(),
        Overlap::For(_) => format!("The former secret works for {hours} more hours."),
    };
    let value = json!({ "client_id": client_id, "client_secret": secret.expose() });
    let words = format!("  client_secret  {}\n\nKeep the secret now: it is not shown again. {former}", secret.expose());
    Ok(output.value(&value, &words)?)
}

async fn list(state: &AppState, output: Output) -> Result<(), Failure> {
    let applications = state.applications.list().await?;
    let values: Vec<Value> = applications.iter().map(describe).collect();
    let mut words = String::new();
    for overview in &applications {
        let application = &overview.application;
        let active = if application.active { "active" } else { "disabled" };
        let used = application.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {at}"));
        let _ = write!(
            words,
            "{}  {active}  {} ({}), {used}\n    may: {}\n    for: {}\n",
            application.client_id,
            application.name,
            application.slug,
            application.scopes,
            for_whom(&overview.domains),
        );
        for secret in &overview.secrets {
            let end = secret.expires_at.map_or_else(|| "no end".to_owned(), |end| format!("ends {end}"));
            let used = secret.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {at}"));
            let _ = writeln!(words, "    secret {}…  made {}, {end}, {used}", secret.prefix, secret.created_at);
        }
    }
    let words = if words.is_empty() { "There is no application yet." } else { words.trim_end() };
    Ok(output.value(&values, words)?)
}

fn for_whom(domains: &Domains) -> String {
    match domains {
        Domains::All => "EVERYONE (it may act for people of every domain)".to_owned(),
        Domains::Only(domains) if domains.is_empty() => "nobody".to_owned(),
        Domains::Only(domains) => domains.iter().map(Domain::as_str).collect::<Vec<_>>().join(", "),
    }
}

fn describe(overview: &Overview) -> Value {
    let Overview { application, domains, secrets } = overview;
    let domains = match domains {
        Domains::All => json!([]),
        Domains::Only(domains) => json!(domains),
    };
    let secrets: Vec<_> = secrets
        .iter()
        .map(|secret| {
            json!({
                "prefix": secret.prefix,
                "created_at": secret.created_at,
                "expires_at": secret.expires_at,
                "last_used_at": secret.last_used_at,
            })
        })
        .collect();
    json!({
        "id": application.id,
        "slug": application.slug,
        "name": application.name,
        "client_id": application.client_id,
        "active": application.active,
        "scopes": application.scopes.iter().map(Scope::as_str).collect::<Vec<_>>(),
        "all_domains": application.all_domains,
        "domains": domains,
        "allow_user_creation": application.allow_user_creation,
        "user_creation_per_day": application.user_creation_per_day,
        "created_at": application.created_at,
        "last_used_at": application.last_used_at,
        "secrets": secrets,
    })
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
