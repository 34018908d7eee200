//! Signing in and out over HTTP, and who is signed in.

use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRef, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use utoipa::ToSchema;

use super::openid::OpenId;
use super::{SignIn, end};
use crate::accounts::{Account, Sessions, Visitor};
use crate::base::answer::Problem;
use crate::base::{
    AccountId, AlwaysHeaders, Answer, BothForms, Caller, ClientRequest, Code, Failure, Language, Secret, Siret,
};
use crate::entitlements::{Access, Entitlements};

/// The routes of this room of the house. They read and set the session cookie, so the CSRF rule stands before them.
pub fn routes<S>() -> Router<S>
where
    SignIn: FromRef<S>,
    Sessions: FromRef<S>,
    OpenId: FromRef<S>,
    Entitlements: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    Router::new()
        .both("/auth/login/", post(login).always(header::CACHE_CONTROL, "no-store"))
        .both("/auth/logout/", post(logout).always(header::CACHE_CONTROL, "no-store"))
        .both("/auth/users/me/", get(me).always(header::CACHE_CONTROL, "no-store"))
}

/// E-mail and password.
#[derive(Deserialize, ToSchema)]
pub struct Credentials {
    /// The account's e-mail address.
    #[schema(example = "person@example.org")]
    email: String,
    /// Its password.
    password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials")
    }
}

/// The person who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    id: AccountId,
    #[schema(value_type = Option<String>, example = "person@example.org")]
    email: Option<String>,
    name: Option<String>,
    /// `USER` or `ADMIN`.
    #[schema(example = "USER")]
    role: String,
    /// `fr`, `en`, or null until she chooses.
    #[schema(value_type = Option<String>)]
    language: Option<Language>,
    /// The organisation for which she acts in this sign-in; null without one.
    #[schema(example = "73282932000074")]
    organization_siret: Option<String>,
    /// Whether she may use the service.
    can_access: bool,
    /// `granted`, `denied` or `unknown`.
    #[schema(example = "granted")]
    access_status: &'static str,
}

impl Me {
    fn new(account: &Account, organisation: Option<&Siret>, access: &Access) -> Self {
        Self {
            id: account.id,
            email: account.email.as_ref().map(|email| email.as_str().to_owned()),
            name: account.name.clone(),
            role: account.role.to_string(),
            language: account.chosen_language(),
            organization_siret: organisation.map(Siret::to_string),
            can_access: access.is_granted(),
            access_status: access.as_str(),
        }
    }
}

/// Sign in with e-mail and password.
#[utoipa::path(
    post,
    path = "/auth/login/",
    operation_id = "sign_in",
    tag = "Session",
    request_body = Credentials,
    responses(
        (status = 200, description = "Signed in; the session cookie is set", body = Me),
        (status = 400, description = "The body cannot be read (`parse_error`) or lacks a field (`invalid_request`)", body = Problem),
        (status = 401, description = "E-mail and password do not belong together (`invalid_credentials`), or after the right password: the account is disabled (`account_disabled`)", body = Problem),
        (status = 403, description = "Sent by a page of another site (`cross_site_request`)", body = Problem),
        (status = 413, description = "The body is larger than 64 kB (`payload_too_large`)", body = Problem),
        (status = 415, description = "The body is not JSON (`unsupported_media_type`)", body = Problem),
        (status = 429, description = "Too many failures of this account or from this address (`too_many_requests`)", body = Problem),
        (status = 503, description = "The server cannot answer now (`temporarily_unavailable`)", body = Problem),
    )
)]
pub async fn login(
    State(sign_in): State<SignIn>,
    State(sessions): State<Sessions>,
    State(entitlements): State<Entitlements>,
    client: ClientRequest,
    session: Session,
    credentials: Result<axum::Json<Credentials>, JsonRejection>,
) -> Result<axum::Json<Me>, Failure> {
    let axum::Json(Credentials { email, password }) = credentials.map_err(|rejection| unreadable(&rejection))?;
    let account = sign_in.with_password(&email, &Secret::new(password), &client).await?;
    sign_in.start(&session, &sessions, &account, None, &client).await?;
    entitlements.signed_in_for_none(account.id).await?;
    let access = entitlements.access(&Caller::herself(account.id)).await?;
    Ok(axum::Json(Me::new(&account, None, &access)))
}

/// End the session, here and at the provider that it came from.
#[utoipa::path(
    post,
    path = "/auth/logout/",
    operation_id = "sign_out",
    tag = "Session",
    responses(
        (status = 303, description = "Signed out; on to the provider's sign-out if there is one, else to the home page"),
        (status = 403, description = "Sent by a page of another site (`cross_site_request`)", body = Problem),
    )
)]
pub async fn logout(
    State(sessions): State<Sessions>,
    State(openid): State<OpenId>,
    client: ClientRequest,
    session: Session,
) -> Result<Response, Failure> {
    let departure = openid.departure(&session).await?;
    end(&session, &sessions, &client).await?;
    let location = departure.as_deref().and_then(|url| HeaderValue::try_from(url).ok());
    let location = location.unwrap_or(HeaderValue::from_static("/"));
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response())
}

/// See who is signed in.
#[utoipa::path(
    get,
    path = "/auth/users/me/",
    operation_id = "retrieve_me",
    tag = "Session",
    responses(
        (status = 200, description = "The person", body = Me),
        (status = 401, description = "Nobody is signed in (`not_authenticated`)", body = Problem),
    )
)]
pub async fn me(State(entitlements): State<Entitlements>, visitor: Visitor) -> Result<axum::Json<Me>, Failure> {
    let signed_in = visitor.account().zip(visitor.caller());
    let (account, caller) = signed_in.ok_or_else(|| {
        let text = "Authentication credentials were not provided.";
        Failure(Answer::own(StatusCode::UNAUTHORIZED, Code::NotAuthenticated, text))
    })?;
    let access = entitlements.access(&caller).await?;
    Ok(axum::Json(Me::new(account, visitor.organisation(), &access)))
}

fn unreadable(rejection: &JsonRejection) -> Failure {
    let (status, code, text) = match rejection {
        JsonRejection::MissingJsonContentType(_) => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::UnsupportedMediaType, "The body must be JSON.")
        }
        JsonRejection::JsonDataError(_) => {
            (StatusCode::BAD_REQUEST, Code::InvalidRequest, "The body needs the texts email and password.")
        }
        other if other.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            (StatusCode::PAYLOAD_TOO_LARGE, Code::PayloadTooLarge, "Request body is too large.")
        }
        _ => (StatusCode::BAD_REQUEST, Code::ParseError, "The body is not valid JSON."),
    };
    Failure(Answer::own(status, code, text))
}
