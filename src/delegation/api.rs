//! The token endpoint of the compatible profile, and the public keys.

use axum::Router;
use axum::extract::{FromRef, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Delegation, Issued, TokenRequest};
use crate::base::answer::Refused;
use crate::base::wire::{Errors, Media, accepts_json, method_not_allowed, read_body};
use crate::base::{AlwaysHeaders, BothForms, ClientId, ClientRequest, Failure, Secret};
use crate::jose::PublicJwk;

/// The largest body that is read: 64 kB.
const BODY_LIMIT: usize = 64 * 1024;

const ALLOW: &str = "POST, OPTIONS";

/// The routes of this room of the house.
pub fn routes<S>() -> Router<S>
where
    Delegation: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    let token = post(issue_token)
        .fallback(refuse_method)
        .allow(ALLOW)
        // RFC 6749 §5.1, refusals included.
        .always(header::CACHE_CONTROL, "no-store");
    Router::new()
        .both("/external-api/v1.0/application/token/", token)
        .route("/.well-known/jwks.json", get(list_keys).always(header::CACHE_CONTROL, "public, max-age=300"))
}

/// A token for the person whose e-mail address stands in `scope`.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenAnswer {
    /// The token, a signed JWT (RFC 9068) to be sent as `Authorization: Bearer`.
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds until the token ends: at most 3600, less where an administrator set it for the application.
    #[schema(example = 3600)]
    expires_in: u64,
    /// What the token allows, separated by blanks; absent when the application has no scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "rooms:list rooms:create")]
    scope: Option<String>,
}

/// What a client sends, as JSON or as a form.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "read field by field, so that all wrong fields are told at once; this is its document")]
pub struct TokenForm {
    /// The application's client id.
    #[schema(example = "prl_ci_0123456789abcdefghijkl")]
    client_id: String,
    /// The application's secret.
    client_secret: String,
    /// Always `client_credentials`.
    #[schema(example = "client_credentials")]
    grant_type: String,
    /// The e-mail address of the person to act for.
    #[schema(example = "person@example.org")]
    scope: String,
}

/// Get a token that acts for a person.
///
/// Checked in this order: media type, fields, client and secret, whether the application is active, the network address that the
/// request comes from, the e-mail address, its domain, the person. Failed authentications are limited per address; successful ones are not unless a setting says so.
#[utoipa::path(
    post,
    path = "/external-api/v1.0/application/token/",
    operation_id = "issue_token",
    tag = "Delegation",
    request_body(content(
        (TokenForm = "application/json"),
        (TokenForm = "application/x-www-form-urlencoded"),
    )),
    responses(
        (status = 200, description = "The token", body = TokenAnswer),
        (status = 400, description = "A field is missing or wrong (`invalid_request`), the body cannot be read (`parse_error`), or `scope` is not an e-mail address (`invalid_subject`)", body = Refused, examples(("Fields" = (value = json!({"client_id": ["This field is required."], "grant_type": ["\"password\" is not a valid choice."]}))), ("Broken JSON" = (value = json!({"detail": "JSON parse error - EOF while parsing a value at line 1 column 0"}))), ("Not an object" = (value = json!({"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}))), ("No e-mail address" = (value = json!({"error": "Scope should be a valid email address."}))))),
        (status = 401, description = "`{\"detail\": \"Invalid credentials\"}` (`invalid_client`), or after the right secret `{\"detail\": \"Application is inactive\"}` (`application_inactive`)", body = Refused, examples(("Wrong credentials" = (value = json!({"detail": "Invalid credentials"}))), ("Inactive" = (value = json!({"detail": "Application is inactive"}))))),
        (status = 403, description = "The domain is not allowed to the application (`domain_not_allowed`), or it may not be used from this network address (`address_not_allowed`)", body = Refused, examples(("Domain" = (value = json!({"error": "This application is not authorized for this email domain."}))), ("Address" = (value = json!({"error": "This application is not authorized for this network address."}))))),
        (status = 404, description = "`{\"detail\": \"User not found.\"}` (`user_not_found`)", body = Refused, examples(("Unknown person" = (value = json!({"detail": "User not found."}))))),
        (status = 405, description = "Another method than POST (`method_not_allowed`)", body = Refused, examples(("Method" = (value = json!({"detail": "Method \"GET\" not allowed."}))))),
        (status = 406, description = "`Accept` excludes JSON (`not_acceptable`)", body = Refused, examples(("Accept" = (value = json!({"detail": "Could not satisfy the request Accept header."}))))),
        (status = 413, description = "The body is larger than 64 kB (`payload_too_large`)", body = Refused, examples(("Too large" = (value = json!({"detail": "Request body is too large."}))))),
        (status = 415, description = "Neither JSON nor a form (`unsupported_media_type`)", body = Refused, examples(("Media type" = (value = json!({"detail": "Unsupported media type \"text/plain\" in request."}))))),
        (status = 429, description = "Too many failed authentications (`too_many_requests`)", body = Refused, examples(("Throttled" = (value = json!({"detail": "Request was throttled. Expected available in 42 seconds."}))))),
        (status = 503, description = "The server cannot answer now (`temporarily_unavailable`)", body = Refused, examples(("Unavailable" = (value = json!({"detail": "The service is temporarily unavailable."}))))),
    )
)]
pub async fn issue_token(
    State(delegation): State<Delegation>,
    client: ClientRequest,
    request: Request,
) -> Result<Response, Failure> {
    let answer = issue(&delegation, &client, request).await;
    answer.inspect_err(|Failure(refusal)| delegation.metrics().tokens.refused(refusal.code))
}

async fn issue(delegation: &Delegation, client: &ClientRequest, request: Request) -> Result<Response, Failure> {
    accepts_json(request.headers())?;
    let fields = read_body(request, &[Media::Json, Media::Form], BODY_LIMIT).await?;
    let mut errors = Errors::new();
    let client_id = fields.required_text(&mut errors, "client_id");
    let client_secret = fields.required_text(&mut errors, "client_secret");
    fields.required_choice(&mut errors, "grant_type", &["client_credentials"]);
    let subject = fields.required_text(&mut errors, "scope");
    errors.into_result()?;
    let wanted = TokenRequest {
        client_id: ClientId::from_wire(&client_id.unwrap_or_default()),
        client_secret: Secret::new(client_secret.unwrap_or_default()),
        subject: subject.unwrap_or_default(),
    };
    let Issued { access_token, expires_in, scopes } = delegation.issue(wanted, client).await?;
    Ok(axum::Json(TokenAnswer {
        access_token: access_token.expose().to_owned(),
        token_type: "Bearer",
        expires_in: expires_in.as_secs(),
        scope: (!scopes.is_empty()).then(|| scopes.to_string()),
    })
    .into_response())
}

async fn refuse_method(request: Request) -> Result<Response, Failure> {
    accepts_json(request.headers())?;
    Ok(method_not_allowed(request.method().as_str(), ALLOW))
}

/// The keys that verify our tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeySet {
    /// The public keys (RFC 7517 §5).
    keys: Vec<PublicJwk>,
}

/// List the public keys that verify tokens.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    operation_id = "list_keys",
    tag = "Delegation",
    responses((status = 200, description = "The keys (RFC 7517)", body = KeySet))
)]
pub async fn list_keys(State(delegation): State<Delegation>) -> axum::Json<KeySet> {
    axum::Json(KeySet { keys: delegation.public_keys().await })
}
