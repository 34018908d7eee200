//! `POST /auth/{provider}/exchange`: from a code to a token, for a front end elsewhere.

use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRef, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Exchange, FrontEndError, FrontEnds};
use crate::base::answer::Problem;
use crate::base::{AlwaysHeaders, Answer, BothForms, ClientRequest, Code, Failure, Secret};

/// The route of front ends: it takes no cookie. `guard` puts the layer before it that answers to their origins.
pub fn routes<S>(guard: impl Fn(axum::routing::MethodRouter<S>) -> axum::routing::MethodRouter<S>) -> Router<S>
where
    FrontEnds: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    // A page of a front end asks first; the layer before answers it. All others learn that this is no method here.
    let exchange = post(exchange).options(no_options).always(header::CACHE_CONTROL, "no-store");
    Router::new().both("/auth/{provider}/exchange/", guard(exchange))
}

/// A code, and what proves that it is the sender's.
#[derive(Deserialize, ToSchema)]
pub struct ExchangeRequest {
    /// The code with which the visitor came back.
    code: String,
    /// What the `code_challenge` was made from (RFC 7636 §4.1).
    code_verifier: String,
}

impl std::fmt::Debug for ExchangeRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ExchangeRequest")
    }
}

/// Who signed in, and the token with which the front end acts for her.
#[derive(Serialize, ToSchema)]
pub struct ExchangeAnswer {
    /// The organisation for which she came; null without one.
    #[schema(example = "73282932000074")]
    organization_siret: Option<String>,
    #[schema(example = "person@example.org")]
    email: Option<String>,
    /// `USER` or `ADMIN`.
    #[schema(example = "USER")]
    role: String,
    /// For `Authorization: Bearer …`. It ends with the sign-in.
    #[schema(example = "prl_pat_…")]
    api_token: String,
}

impl std::fmt::Debug for ExchangeAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ExchangeAnswer")
    }
}

/// Exchange a code for a token, once.
#[utoipa::path(
    post,
    path = "/auth/{provider}/exchange",
    operation_id = "exchange_code",
    tag = "Session",
    params(("provider" = String, Path, description = "The provider's id in the settings")),
    request_body = ExchangeRequest,
    responses(
        (status = 200, description = "Who signed in, and a token that ends with the sign-in", body = ExchangeAnswer),
        (status = 400, description = "The code is unknown, used, older than a minute or made for another provider or front end, or the verifier does not fit (`invalid_grant`); or the body cannot be read (`parse_error`) or lacks a field (`invalid_request`)", body = Problem),
        (status = 403, description = "Sent by a page that is of no front end (`cross_site_request`)", body = Problem),
        (status = 413, description = "The body is larger than 64 kB (`payload_too_large`)", body = Problem),
        (status = 415, description = "The body is not JSON (`unsupported_media_type`)", body = Problem),
        (status = 503, description = "The server cannot answer now (`temporarily_unavailable`)", body = Problem),
    )
)]
pub async fn exchange(
    State(front_ends): State<FrontEnds>,
    Path(provider): Path<String>,
    client: ClientRequest,
    headers: HeaderMap,
    body: Result<axum::Json<ExchangeRequest>, JsonRejection>,
) -> Result<axum::Json<ExchangeAnswer>, Failure> {
    let origin = match headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default().to_owned()) {
        Some(origin) if !front_ends.origins().any(|known| known == origin) => return Err(FrontEndError::Origin.into()),
        origin => origin,
    };
    let axum::Json(ExchangeRequest { code, code_verifier }) = body.map_err(|rejection| unreadable(&rejection))?;
    let wanted = Exchange { provider, code: Secret::new(code), verifier: Secret::new(code_verifier), origin };
    let granted = front_ends.exchange(wanted, &client).await?;
    Ok(axum::Json(ExchangeAnswer {
        organization_siret: granted.organisation.map(|siret| siret.to_string()),
        email: granted.email.map(|email| email.as_str().to_owned()),
        role: granted.role.to_string(),
        api_token: granted.token.expose().to_owned(),
    }))
}

async fn no_options() -> Failure {
    let text = "Method \"OPTIONS\" not allowed.";
    Failure(Answer::own(StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed, text))
}

fn unreadable(rejection: &JsonRejection) -> Failure {
    let (status, code, text) = match rejection {
        JsonRejection::MissingJsonContentType(_) => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::UnsupportedMediaType, "The body must be JSON.")
        }
        JsonRejection::JsonDataError(_) => {
            (StatusCode::BAD_REQUEST, Code::InvalidRequest, "The body needs the texts code and code_verifier.")
        }
        other if other.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            (StatusCode::PAYLOAD_TOO_LARGE, Code::PayloadTooLarge, "Request body is too large.")
        }
        _ => (StatusCode::BAD_REQUEST, Code::ParseError, "The body is not valid JSON."),
    };
    Failure(Answer::own(status, code, text))
}
