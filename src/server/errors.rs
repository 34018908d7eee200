//! Refusals that no feature makes: nothing at that address, too slow, a panic.

use std::any::Any;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;

use crate::base::{Answer, Code};

/// Whether the one who asks is a browser that wants a page.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("text/html")
}

/// What is below these addresses and has no route of its own is answered in JSON, whoever asks.
const JSON_SURFACES: [&str; 7] = ["/external-api", "/oauth2", "/v1", "/auth", "/.well-known", "/health", "/api"];

/// Their routes.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let nothing = any(async |request: Request| nothing_here(&request));
    let under = |router: Router<S>, surface: &&str| router.route(&format!("{surface}/{{*rest}}"), nothing.clone());
    JSON_SURFACES.iter().fold(Router::new(), under)
}

/// 405 for a route that names no methods of its own.
pub(super) async fn wrong_method(request: Request) -> Response {
    let text = format!("Method \"{}\" not allowed.", request.method());
    Answer::own(StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed, text).into_response()
}

/// 404 for an address of the JSON surfaces that there is not.
pub(super) fn nothing_here(request: &Request) -> Response {
    let path = request.uri().path();
    let answer = Answer::detail(StatusCode::NOT_FOUND, Code::NotFound, "Not found.");
    if path.starts_with("/external-api/") { answer } else { answer.into_own() }.into_response()
}

/// What is answered when a handler panicked. The panic itself is in the log.
pub(super) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Answer::internal().into_response()
}
