//! `parloir application list` and `show`

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::super::Failure;
use super::super::output::Output;
use crate::applications::{ApplicationError, Domains, ListFilter, ListedSecret, Overview};
use crate::base::{ClientId, Domain, Scope};
use crate::server::AppState;

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Only those whose name has these words, or whose slug or client id begins with them
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only active or disabled ones
    #[arg(long)]
    state: Option<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum State {
    Active,
    Disabled,
}

pub(super) async fn list(state: &AppState, arguments: List, output: Output) -> Result<(), Failure> {
    let mut filter = ListFilter {
        search: arguments.search,
        active: arguments.state.map(|state| state == State::Active),
        ..ListFilter::default()
    };
    let filtered = filter.search.is_some() || filter.active.is_some();
    let mut applications = Vec::new();
    loop {
        let portion = state.applications.list_some(&filter).await?;
        let Some(last) = portion.last() else { break };
        filter.before = Some(last.application.id);
        applications.extend(portion);
    }
    let values: Vec<Value> = applications.iter().map(describe).collect();
    let words = applications.iter().map(short).collect::<String>();
    let nothing = if filtered { "There is no such application." } else { "There is no application yet." };
    Ok(output.value(&values, if words.is_empty() { nothing } else { words.trim_end() })?)
}

pub(super) async fn show(state: &AppState, client_id: &str, output: Output) -> Result<(), Failure> {
    let found = state.applications.find(&ClientId::from_wire(client_id)).await?;
    let overview = found.ok_or(ApplicationError::NotFound)?;
    Ok(output.value(&describe(&overview), long(&overview).trim_end())?)
}

fn short(overview: &Overview) -> String {
    let application = &overview.application;
    let active = if application.active { "active" } else { "disabled" };
    let used = application.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {at}"));
    let mut words = format!(
        "{}  {active}  {} ({}), {used}\n    may: {}\n    for: {}\n",
        application.client_id,
        application.name,
        application.slug,
        application.scopes,
        for_whom(&overview.domains),
    );
    for secret in &overview.secrets {
        // Writing to a string cannot fail.
        let _ = writeln!(words, "    secret {}", secret_line(secret));
    }
    words
}

/// What the short form has, and all that is not as it is by default.
fn long(overview: &Overview) -> String {
    let application = &overview.application;
    let mut words = short(overview);
    let minutes = application.token_lifetime_minutes.map(|minutes| format!("{minutes} minutes"));
    let people = application.allow_user_creation.then(|| {
        let limit = application.user_creation_per_day.map(|number| format!("{number} in a day"));
        limit.unwrap_or_else(|| "as many in a day as the settings say".to_owned())
    });
    let some = |text: String| (!text.is_empty()).then_some(text);
    let facts = [
        ("description", application.description.clone()),
        ("contact", application.owner_contact.clone()),
        ("home page", application.home_page.clone()),
        ("logo", application.logo_path()),
        ("optional", some(application.optional_scopes.to_string())),
        ("makes accounts", people),
        ("tokens work", minutes),
        ("only from", some(application.networks.to_string())),
        ("version", Some(application.version.to_string())),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            let _ = writeln!(words, "    {name}: {value}");
        }
    }
    words
}

pub(super) fn secret_line(secret: &ListedSecret) -> String {
    let end = secret.expires_at.map_or_else(|| "no end".to_owned(), |end| format!("ends {end}"));
    let used = secret.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {at}"));
    format!("{}…  made {}, {end}, {used}", secret.prefix, secret.created_at)
}

fn for_whom(domains: &Domains) -> String {
    match domains {
        Domains::All => "EVERYONE (it may act for people of every domain)".to_owned(),
        Domains::Only(domains) if domains.is_empty() => "nobody".to_owned(),
        Domains::Only(domains) => domains.iter().map(Domain::as_str).collect::<Vec<_>>().join(", "),
    }
}

pub(super) fn describe(overview: &Overview) -> Value {
    let Overview { application, domains, secrets } = overview;
    let domains = match domains {
        Domains::All => json!([]),
        Domains::Only(domains) => json!(domains),
    };
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
        "secrets": secrets.iter().map(describe_secret).collect::<Vec<_>>(),
        "description": application.description,
        "owner_contact": application.owner_contact,
        "home_page": application.home_page,
        "logo": application.logo_path(),
        "optional_scopes": application.optional_scopes.iter().map(Scope::as_str).collect::<Vec<_>>(),
        "token_lifetime_minutes": application.token_lifetime_minutes,
        "networks": application.networks,
        "version": application.version,
        "updated_at": application.updated_at,
    })
}

pub(super) fn describe_secret(secret: &ListedSecret) -> Value {
    json!({
        "id": secret.id,
        "prefix": secret.prefix,
        "created_at": secret.created_at,
        "expires_at": secret.expires_at,
        "last_used_at": secret.last_used_at,
    })
}
