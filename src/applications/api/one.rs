//! `/api/v1/admin/applications/{client_id}`

use axum::extract::{Request, State};
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

use super::{ApplicationOut, own};
use crate::applications::{ApplicationError, ApplicationPatch, Applications, Domains, ManagedApplication, Networks};
use crate::base::answer::Problem;
use crate::base::wire::{Errors, Fields, Media, Nullable, read_body};
use crate::base::{Domain, Failure, Scope, ScopeList};

/// The largest body that is read: 64 kB.
pub(super) const BODY_LIMIT: usize = 64 * 1024;

/// See an application.
#[utoipa::path(
    get,
    path = "/api/v1/admin/applications/{client_id}",
    operation_id = "retrieve_application",
    tag = "Administration",
    params(("client_id" = String, Path, description = "The application's client id")),
    responses(
        (status = 200, description = "The application", body = ApplicationOut),
        (status = 401, description = "Nobody is signed in (`not_authenticated`)", body = Problem),
        (status = 404, description = "There is no such application, or the person may not manage it (`not_found`)", body = Problem),
        (status = 503, description = "The server cannot answer now (`temporarily_unavailable`)", body = Problem),
    )
)]
pub async fn retrieve_application(managed: ManagedApplication) -> axum::Json<ApplicationOut> {
    axum::Json(managed.overview.into())
}

/// What may be changed; what is absent stays as it is.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read field by field, so that all wrong fields are told at once; this is its document")]
pub struct ApplicationChange {
    /// What people call it, 1 to 255 characters.
    name: Option<String>,
    /// What it is for, at most 2000 characters; null takes it away.
    description: Option<String>,
    /// Whom to ask about it, at most 320 characters; null takes it away.
    owner_contact: Option<String>,
    /// Its own site, https; null takes it away.
    home_page: Option<String>,
    /// Whether it may be used at all. Administrators only, as all that follows.
    active: Option<bool>,
    /// What it may do.
    scopes: Option<Vec<String>>,
    /// Those of its scopes that a person may decline.
    optional_scopes: Option<Vec<String>>,
    /// Whether it may act for people of every domain. `false` without `domains`: for nobody.
    all_domains: Option<bool>,
    /// The domains for whose people it may act. Not together with `all_domains: true`.
    domains: Option<Vec<String>>,
    /// Whether it may make accounts for people who never came.
    allow_user_creation: Option<bool>,
    /// How many in a day; null: as the server's settings say.
    user_creation_per_day: Option<u32>,
    /// How long its tokens work, 1 to 60 minutes; null: as the server's settings say.
    token_lifetime_minutes: Option<u32>,
    /// Networks or addresses from which it may be used, at most 100; empty: from everywhere.
    networks: Option<Vec<String>>,
    /// The version that was read: the change is refused when there is a newer one.
    version: Option<i64>,
}

/// Change an application.
///
/// Managers of the application change what people are told of it (`name`, `description`, `owner_contact`, `home_page`);
/// administrators change all. With `version`, a change that somebody else made meanwhile is not undone.
#[utoipa::path(
    patch,
    path = "/api/v1/admin/applications/{client_id}",
    operation_id = "update_application",
    tag = "Administration",
    params(("client_id" = String, Path, description = "The application's client id")),
    request_body = ApplicationChange,
    responses(
        (status = 200, description = "The application as it is now", body = ApplicationOut),
        (status = 400, description = "A field is wrong (`invalid_request`): an object of its name to messages; or the body cannot be read (`parse_error`)", body = Problem),
        (status = 401, description = "Nobody is signed in (`not_authenticated`)", body = Problem),
        (status = 403, description = "A field that only administrators may change (`permission_denied`), or sent by a page of another site (`cross_site_request`)", body = Problem),
        (status = 404, description = "There is no such application, or the person may not manage it (`not_found`)", body = Problem),
        (status = 409, description = "Somebody else changed it since that version (`conflict`)", body = Problem),
        (status = 413, description = "The body is larger than 64 kB (`payload_too_large`)", body = Problem),
        (status = 415, description = "The body is not JSON (`unsupported_media_type`)", body = Problem),
        (status = 503, description = "The server cannot answer now (`temporarily_unavailable`)", body = Problem),
    )
)]
pub async fn update_application(
    managed: ManagedApplication,
    State(applications): State<Applications>,
    request: Request,
) -> Result<axum::Json<ApplicationOut>, Failure> {
    let fields = read_body(request, &[Media::Json], BODY_LIMIT).await.map_err(own)?;
    let mut errors = Errors::new();
    let patch = read(&fields, &mut errors);
    let version: Option<i64> = typed(&fields, &mut errors, "version", "Not a whole number.");
    errors.into_result().map_err(own)?;
    managed.may_change(&patch)?;
    let client_id = &managed.application().client_id;
    applications.update(client_id, patch, version, managed.actor()).await?;
    let found = applications.find(client_id).await.map_err(own)?.ok_or(ApplicationError::NotFound)?;
    Ok(axum::Json(found.into()))
}

fn read(fields: &Fields, errors: &mut Errors) -> ApplicationPatch {
    const BOOLEAN: &str = "Must be true or false.";
    const NUMBER: &str = "Not a whole number from 0 to 4294967295.";
    ApplicationPatch {
        name: fields.optional_text(errors, "name"),
        description: fields.nullable_text(errors, "description"),
        owner_contact: fields.nullable_text(errors, "owner_contact"),
        home_page: fields.nullable_text(errors, "home_page"),
        active: typed(fields, errors, "active", BOOLEAN),
        scopes: list::<Scope>(fields, errors, "scopes").map(|scopes| scopes.into_iter().collect::<ScopeList>()),
        optional_scopes: list::<Scope>(fields, errors, "optional_scopes").map(|scopes| scopes.into_iter().collect()),
        domains: domains(typed(fields, errors, "all_domains", BOOLEAN), list(fields, errors, "domains"), errors),
        allow_user_creation: typed(fields, errors, "allow_user_creation", BOOLEAN),
        user_creation_per_day: nullable(fields, errors, "user_creation_per_day", NUMBER),
        token_lifetime_minutes: nullable(fields, errors, "token_lifetime_minutes", NUMBER),
        networks: networks(fields, errors),
    }
}

fn domains(all: Option<bool>, only: Option<Vec<Domain>>, errors: &mut Errors) -> Option<Domains> {
    match (all, only) {
        (Some(true), None) => Some(Domains::All),
        (Some(true), Some(_)) => {
            errors.add("domains", "Not together with all_domains.");
            None
        }
        (Some(false), None) => Some(Domains::default()),
        (_, Some(domains)) => Some(Domains::Only(domains)),
        (None, None) => None,
    }
}

fn networks(fields: &Fields, errors: &mut Errors) -> Option<Networks> {
    let words: Vec<String> = typed(fields, errors, "networks", LIST)?;
    let networks = words.iter().map(|word| Networks::parse_one(word.trim())).collect::<Result<_, _>>();
    networks.map_err(|error| errors.add("networks", error.to_string())).ok()
}

const LIST: &str = "Must be a list of texts.";

/// A list of words, each of which must be a `T`.
fn list<T>(fields: &Fields, errors: &mut Errors, name: &str) -> Option<Vec<T>>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let words: Vec<String> = typed(fields, errors, name, LIST)?;
    let parsed = words.iter().map(|word| word.parse::<T>()).collect::<Result<_, _>>();
    parsed.map_err(|error| errors.add(name, error.to_string())).ok()
}

/// A field of that type, or none when absent. None also for another type, so look at the errors.
fn typed<T: DeserializeOwned>(fields: &Fields, errors: &mut Errors, name: &str, otherwise: &str) -> Option<T> {
    let value = fields.get(name)?;
    T::deserialize(value).map_err(|_| errors.add(name, otherwise)).ok()
}

/// The same where null takes the value away.
fn nullable<T: DeserializeOwned>(fields: &Fields, errors: &mut Errors, name: &str, otherwise: &str) -> Nullable<T> {
    match fields.get(name) {
        Some(Value::Null) => Nullable::Null,
        _ => typed(fields, errors, name, otherwise).map_or(Nullable::Absent, Nullable::Value),
    }
}
