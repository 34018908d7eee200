//! `/api/v1/admin/applications/{client_id}/logo`, and where everybody sees it.

use axum::extract::{Path, RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{ApplicationOut, own};
use crate::applications::{ApplicationError, Applications, LARGEST_FILE, Logo, LogoError, ManagedApplication};
use crate::base::Failure;
use crate::base::answer::Problem;

/// Give an application a logo.
///
/// The picture is drawn anew as a PNG of at most 256×256 pixels; nothing else of the file is kept. Of an animation the first
/// picture counts.
#[utoipa::path(
    put,
    path = "/api/v1/admin/applications/{client_id}/logo",
    operation_id = "set_logo",
    tag = "Administration",
    params(("client_id" = String, Path, description = "The application's client id")),
    request_body(description = "A PNG, JPEG, WebP or GIF picture of at most 512 kB and 2048×2048 pixels", content(
        (Vec<u8> = "image/png"),
        (Vec<u8> = "image/jpeg"),
        (Vec<u8> = "image/webp"),
        (Vec<u8> = "image/gif"),
    )),
    responses(
        (status = 200, description = "The application as it is now", body = ApplicationOut),
        (status = 400, description = "The picture cannot be read, or has too many pixels (`invalid_request`)", body = Problem),
        (status = 401, description = "Nobody is signed in (`not_authenticated`)", body = Problem),
        (status = 403, description = "Sent by a page of another site (`cross_site_request`)", body = Problem),
        (status = 404, description = "There is no such application, or the person may not manage it (`not_found`)", body = Problem),
        (status = 413, description = "The file is larger than 512 kB (`payload_too_large`)", body = Problem),
        (status = 415, description = "Neither PNG, JPEG, WebP nor GIF, whatever `Content-Type` says (`unsupported_media_type`)", body = Problem),
        (status = 503, description = "The server cannot answer now (`temporarily_unavailable`)", body = Problem),
    )
)]
pub async fn set_logo(
    managed: ManagedApplication,
    State(applications): State<Applications>,
    request: Request,
) -> Result<axum::Json<ApplicationOut>, Failure> {
    // Read no further than to know that it is too much.
    let file = axum::body::to_bytes(request.into_body(), LARGEST_FILE).await.map_err(|_| LogoError::TooLarge)?;
    let client_id = &managed.application().client_id;
    applications.set_logo(client_id, file.into(), managed.actor()).await?;
    let found = applications.find(client_id).await.map_err(own)?.ok_or(ApplicationError::NotFound)?;
    Ok(axum::Json(found.into()))
}

/// Take an application's logo away.
#[utoipa::path(
    delete,
    path = "/api/v1/admin/applications/{client_id}/logo",
    operation_id = "remove_logo",
    tag = "Administration",
    params(("client_id" = String, Path, description = "The application's client id")),
    responses(
        (status = 204, description = "It has none"),
        (status = 401, description = "Nobody is signed in (`not_authenticated`)", body = Problem),
        (status = 403, description = "Sent by a page of another site (`cross_site_request`)", body = Problem),
        (status = 404, description = "There is no such application, or the person may not manage it (`not_found`)", body = Problem),
        (status = 503, description = "The server cannot answer now (`temporarily_unavailable`)", body = Problem),
    )
)]
pub async fn remove_logo(
    managed: ManagedApplication,
    State(applications): State<Applications>,
) -> Result<StatusCode, Failure> {
    applications.remove_logo(&managed.application().client_id, managed.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Fetch the logo of an application.
///
/// The address with the digest of the picture in `v` is good for ever; any other is asked again with `If-None-Match`.
#[utoipa::path(
    get,
    path = "/applications/{slug}/logo",
    operation_id = "show_logo",
    tag = "Administration",
    params(
        ("slug" = String, Path, description = "The application's name in addresses"),
        ("v" = Option<String>, Query, description = "The digest of the picture, as `logo` of the application has it"),
    ),
    responses(
        (status = 200, description = "A PNG of at most 256×256 pixels", body = Vec<u8>, content_type = "image/png"),
        (status = 304, description = "It is the one that the caller has"),
        (status = 404, description = "There is no such application, or it has no logo (`not_found`)", body = Problem),
        (status = 503, description = "The server cannot answer now (`temporarily_unavailable`)", body = Problem),
    )
)]
pub async fn show_logo(
    State(applications): State<Applications>,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let Logo { png, digest } = applications.logo(&slug).await.map_err(own)?.ok_or(ApplicationError::NotFound)?;
    let query = query.unwrap_or_default();
    let named = form_urlencoded::parse(query.as_bytes()).any(|(key, value)| key == "v" && value == *digest);
    let cache = if named { "public, max-age=31536000, immutable" } else { "public, no-cache" };
    let tag = format!("\"{digest}\"");
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let known = known.flat_map(|value| value.split(',')).any(|value| {
        let value = value.trim();
        value == "*" || value.strip_prefix("W/").unwrap_or(value) == tag
    });
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, HeaderValue::from_static("image/png"))], png).into_response()
    };
    let fields = response.headers_mut();
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        fields.insert(header::ETAG, tag);
    }
    Ok(response)
}
