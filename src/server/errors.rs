//! Refusals that no feature makes: nothing at that address, too slow, a panic.

use std::any::Any;

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::base::{Answer, Code};

/// Whether the one who asks is a browser that wants a page.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("text/html")
}

/// A refusal as the one who asks can read it. Pages are made by the layer around the pages, out of the answer itself.
pub(super) fn refuse(_headers: &HeaderMap, answer: Answer) -> Response {
    answer.into_response()
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
