//! Applications for programs of their administrators and managers, and their logos for everybody.
//!
//! What shows or changes a secret, and what cannot be undone, is not here: those pages ask for a sign-in of the last minutes.
//! So an application is made and deleted on a page or by a command.

mod activity;
mod list;
mod logo;
mod managers;
mod one;

use axum::Router;
use axum::extract::FromRef;
use axum::http::header;
use axum::routing::{MethodRouter, delete, get, put};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Application, Applications, Domains, Networks, Overview};
use crate::accounts::Accounts;
use crate::base::{AlwaysHeaders, ApplicationId, BothForms, ClientId, Domain, Failure, Refusal, ScopeList, Timestamp};

// The document is made from these.
pub use activity::*;
pub use list::*;
pub use logo::*;
pub use managers::*;
pub use one::*;

const BASE: &str = "/api/v1/admin/applications/";

/// The routes for whoever has a session.
pub fn routes<S>() -> Router<S>
where
    Applications: FromRef<S>,
    Accounts: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    let at = |path: &str| format!("{BASE}{{client_id}}/{path}");
    let private = |handlers: MethodRouter<S>| handlers.always(header::CACHE_CONTROL, "no-store");
    Router::new()
        .both(BASE, private(get(list_applications)))
        .both(&at(""), private(get(retrieve_application).patch(update_application)))
        .both(&at("managers/"), private(get(list_managers).post(add_manager)))
        .both(&at("managers/{account}/"), private(delete(remove_manager)))
        .both(&at("activity/"), private(get(retrieve_activity)))
        .both(&at("logo/"), private(put(set_logo).delete(remove_logo)))
}

/// The routes for everybody.
pub fn public_routes<S>() -> Router<S>
where
    Applications: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    Router::new().route("/applications/{slug}/logo", get(show_logo))
}

/// An application, without its secrets.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApplicationOut {
    id: ApplicationId,
    /// What it calls itself when it asks for a token.
    #[schema(value_type = String, example = "prl_ci_0123456789abcdefghijkl")]
    client_id: ClientId,
    /// Its name in addresses; never changes.
    #[schema(example = "team-calendar")]
    slug: String,
    #[schema(example = "Team calendar")]
    name: String,
    /// What it is for.
    description: Option<String>,
    /// Whom to ask about it.
    owner_contact: Option<String>,
    /// Its own site.
    #[schema(example = "https://calendar.example.org")]
    home_page: Option<String>,
    /// The path of its logo, if it has one; another one with each picture.
    #[schema(example = "/applications/team-calendar/logo?v=0123456789abcdef0123456789abcdef")]
    logo: Option<String>,
    /// Whether it may be used at all.
    active: bool,
    /// What it may do.
    #[schema(value_type = Vec<String>, example = json!(["rooms:list", "rooms:create"]))]
    scopes: Vec<&'static str>,
    /// Those of its scopes that a person may decline.
    #[schema(value_type = Vec<String>, example = json!(["rooms:create"]))]
    optional_scopes: Vec<&'static str>,
    /// Whether it may act for people of every domain.
    all_domains: bool,
    /// The domains for whose people it may act otherwise.
    #[schema(value_type = Vec<String>, example = json!(["example.org"]))]
    domains: Vec<Domain>,
    /// Whether it may make accounts for people who never came.
    allow_user_creation: bool,
    /// How many in a day; null: as the server's settings say.
    user_creation_per_day: Option<i64>,
    /// How long its tokens work, in minutes; null: as the server's settings say.
    token_lifetime_minutes: Option<i64>,
    /// From where it may be used; empty: from everywhere.
    #[schema(value_type = Vec<String>, example = json!(["192.0.2.0/24"]))]
    networks: Networks,
    /// Counts changes. A change that carries it is refused when somebody else was quicker.
    version: i64,
    #[schema(value_type = String)]
    created_at: Timestamp,
    #[schema(value_type = String)]
    updated_at: Timestamp,
    /// When it last got or used a token, to some seconds.
    #[schema(value_type = Option<String>)]
    last_used_at: Option<Timestamp>,
}

fn words(scopes: &ScopeList) -> Vec<&'static str> {
    scopes.iter().map(crate::base::Scope::as_str).collect()
}

impl From<Overview> for ApplicationOut {
    fn from(Overview { application, domains, secrets: _ }: Overview) -> Self {
        let logo = application.logo_path();
        let Application {
            id,
            client_id,
            slug,
            name,
            active,
            scopes,
            all_domains,
            allow_user_creation,
            generation: _,
            created_at,
            updated_at,
            last_used_at,
            user_creation_per_day,
            description,
            owner_contact,
            home_page,
            name_key: _,
            token_lifetime_minutes,
            networks,
            optional_scopes,
            version,
            logo: _,
        } = application;
        Self {
            id,
            client_id,
            slug,
            name,
            description,
            owner_contact,
            home_page,
            logo,
            active,
            scopes: words(&scopes),
            optional_scopes: words(&optional_scopes),
            all_domains,
            domains: if let Domains::Only(domains) = domains { domains } else { Vec::new() },
            allow_user_creation,
            user_creation_per_day,
            token_lifetime_minutes,
            networks,
            version,
            created_at,
            updated_at,
            last_used_at,
        }
    }
}

/// A refusal of a layer below in the shape of our own profile.
fn own(error: impl Refusal) -> Failure {
    let Failure(answer) = Failure::from(error);
    Failure(answer.into_own())
}
