//! Refusals that no feature makes: nothing at that address, too slow, a panic.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::any;

use crate::base::{Answer, BothForms, Code};

/// Whether the one who asks is a browser that wants a page.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("text/html")
}

/// What is below these addresses and has no route of its own is answered in JSON, whoever asks.
const JSON_SURFACES: [&str; 7] = ["/external-api", "/oauth2", "/v1", AUTH, "/.well-known", "/health", "/api"];

/// The one among them where the first part of a path is a name, of a provider: a rest of any length cannot stand in its place.
const AUTH: &str = "/auth";

/// Their routes.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let nothing = any(async |request: Request| nothing_here(&request));
    let under = |router: Router<S>, surface: &&str| {
        if *surface == AUTH {
            return router
                .both("/auth/", nothing.clone())
                .both("/auth/{provider}/", nothing.clone())
                .both("/auth/{provider}/{step}/", nothing.clone())
                .route("/auth/{provider}/{step}/{*rest}", nothing.clone());
        }
        router.both(&format!("{surface}/"), nothing.clone()).route(&format!("{surface}/{{*rest}}"), nothing.clone())
    };
    JSON_SURFACES.iter().fold(Router::new(), under)
}

/// Whether `path` belongs to one of them. Ending a session is a form of the pages.
pub(super) fn is_json_surface(path: &str) -> bool {
    let below =
        |surface: &&str| path.strip_prefix(*surface).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let browsers = path.starts_with("/auth/logout") || is_provider_visit(path);
    (JSON_SURFACES.iter().any(below) || path == "/metrics") && !browsers
}

/// Whether a browser is on its way to an identity provider, or back from it.
fn is_provider_visit(path: &str) -> bool {
    let Some((_, step)) = path.strip_prefix("/auth/").and_then(|rest| rest.split_once('/')) else { return false };
    matches!(step.trim_end_matches('/'), "login" | "callback")
}

/// 503 for a request that takes longer than the server gives it.
pub(super) async fn limit_time(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    let Ok(response) = tokio::time::timeout(limit, next.run(request)).await else {
        let mut answer = Answer::unavailable();
        answer.code = Code::Timeout;
        return answer.into_response();
    };
    response
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
