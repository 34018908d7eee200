//! `/api/v1/admin/applications/{client_id}/managers`

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::one::BODY_LIMIT;
use super::own;
use crate::accounts::{AccountError, Accounts, Administrator};
use crate::applications::{ApplicationError, Applications, ManagerEntry};
use crate::base::answer::Problem;
use crate::base::wire::{Errors, Media, read_body};
use crate::base::{AccountId, ClientId, EmailAddress, Failure, Listed, Timestamp};

/// Somebody who manages an application.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagerOut {
    /// Her account.
    id: AccountId,
    /// Her address, if she has one.
    email: Option<String>,
    name: Option<String>,
    /// `pending`, `active` or `disabled`.
    #[schema(example = "active")]
    status: String,
    /// Since when.
    #[schema(value_type = String)]
    since: Timestamp,
}

impl From<ManagerEntry> for ManagerOut {
    fn from(ManagerEntry { account, email, name, status, since }: ManagerEntry) -> Self {
        Self { id: account, email, name, status: status.to_string(), since }
    }
}

/// List who manages an application, longest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/applications/{client_id}/managers",
    operation_id = "list_managers",
    tag = "Administration",
    params(("client_id" = String, Path, description = "The application's client id")),
    responses(
        (status = 200, description = "The managers; all of them, so `next` is null", body = Listed<ManagerOut>),
        (status = 401, description = "Nobody is signed in (`not_authenticated`)", body = Problem),
        (status = 403, description = "Not an administrator (`permission_denied`)", body = Problem),
        (status = 404, description = "There is no such application (`not_found`)", body = Problem),
        (status = 503, description = "The server cannot answer now (`temporarily_unavailable`)", body = Problem),
    )
)]
pub async fn list_managers(
    _: Administrator,
    State(applications): State<Applications>,
    Path(client_id): Path<String>,
) -> Result<axum::Json<Listed<ManagerOut>>, Failure> {
    let found = applications.find(&ClientId::from_wire(&client_id)).await.map_err(own)?;
    let found = found.ok_or(ApplicationError::NotFound)?;
    let managers = applications.managers(found.application.id).await.map_err(own)?;
    let results = managers.into_iter().map(ManagerOut::from).collect();
    Ok(axum::Json(Listed { results, next: None }))
}

/// Who is to manage an application.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read field by field, so that all wrong fields are told at once; this is its document")]
pub struct NewManager {
    /// The e-mail address of her account.
    #[schema(example = "person@example.org")]
    email: String,
}

/// Let a person manage an application. Once more changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/admin/applications/{client_id}/managers",
    operation_id = "add_manager",
    tag = "Administration",
    params(("client_id" = String, Path, description = "The application's client id")),
    request_body = NewManager,
    responses(
        (status = 201, description = "She manages it", body = ManagerOut),
        (status = 400, description = "`email` is missing or wrong (`invalid_request`): an object of its name to messages; or the body cannot be read (`parse_error`)", body = Problem),
        (status = 401, description = "Nobody is signed in (`not_authenticated`)", body = Problem),
        (status = 403, description = "Not an administrator (`permission_denied`), or sent by a page of another site (`cross_site_request`)", body = Problem),
        (status = 404, description = "There is no such application (`not_found`), or no account with this address (`user_not_found`)", body = Problem),
        (status = 413, description = "The body is larger than 64 kB (`payload_too_large`)", body = Problem),
        (status = 415, description = "The body is not JSON (`unsupported_media_type`)", body = Problem),
        (status = 503, description = "The server cannot answer now (`temporarily_unavailable`)", body = Problem),
    )
)]
pub async fn add_manager(
    administrator: Administrator,
    State(applications): State<Applications>,
    State(accounts): State<Accounts>,
    Path(client_id): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let fields = read_body(request, &[Media::Json], BODY_LIMIT).await.map_err(own)?;
    let mut errors = Errors::new();
    let email = fields.required_text(&mut errors, "email").and_then(|email| {
        let parsed = email.parse::<EmailAddress>();
        parsed.map_err(|_| errors.add("email", "Enter a valid email address.")).ok()
    });
    errors.into_result().map_err(own)?;
    let client_id = ClientId::from_wire(&client_id);
    applications.find(&client_id).await.map_err(own)?.ok_or(ApplicationError::NotFound)?;
    let email = email.ok_or(AccountError::NotFound)?;
    let account = accounts.find_by_email(&email.key()).await.map_err(own)?.ok_or(AccountError::NotFound)?;
    let application = applications.add_manager(&client_id, account.id, administrator.actor()).await?;
    let managers = applications.managers(application.id).await.map_err(own)?;
    let added = managers.into_iter().find(|manager| manager.account == account.id).ok_or(AccountError::NotFound)?;
    Ok((StatusCode::CREATED, axum::Json(ManagerOut::from(added))).into_response())
}

/// Take the management of an application from a person.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/applications/{client_id}/managers/{account}",
    operation_id = "remove_manager",
    tag = "Administration",
    params(
        ("client_id" = String, Path, description = "The application's client id"),
        ("account" = String, Path, description = "The id of her account, a UUID"),
    ),
    responses(
        (status = 204, description = "She manages it no more"),
        (status = 401, description = "Nobody is signed in (`not_authenticated`)", body = Problem),
        (status = 403, description = "Not an administrator (`permission_denied`), or sent by a page of another site (`cross_site_request`)", body = Problem),
        (status = 404, description = "There is no such application, or she does not manage it (`not_found`)", body = Problem),
        (status = 503, description = "The server cannot answer now (`temporarily_unavailable`)", body = Problem),
    )
)]
pub async fn remove_manager(
    administrator: Administrator,
    State(applications): State<Applications>,
    Path((client_id, account)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let account: AccountId = account.parse().map_err(|_| ApplicationError::ManagerNotFound)?;
    applications.remove_manager(&ClientId::from_wire(&client_id), account, administrator.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}
