//! Where the metrics are shown: beside everything else for whoever has the token, and on a listener of their own.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::{AppState, errors};
use crate::base::metrics::Exposition;
use crate::base::wire::bearer;
use crate::base::{Answer, Code, Failure, Secret};
use crate::config;

/// Their route on the main listener. Without a token there is none: the address is like any other that is unknown.
pub(super) fn routes(settings: &config::Metrics) -> Router<AppState> {
    match settings.token {
        Some(_) => Router::new().route("/metrics", get(show)),
        None => Router::new(),
    }
}

/// All that the listener of `metrics.listen` serves.
pub fn metrics_router(state: AppState) -> Router {
    Router::new()
        .route("/metrics", get(show))
        .fallback(async |request: Request| errors::nothing_here(&request))
        .method_not_allowed_fallback(errors::wrong_method)
        .with_state(state)
}

/// Read the metrics of this process.
///
/// In Prometheus' text format, or as OpenMetrics when `Accept` names that. Served here when `metrics.token` is set, and at
/// the address of `metrics.listen`, where a token is asked for only if one is set. Every process counts for itself.
#[utoipa::path(get, path = "/metrics", operation_id = "read_metrics", tag = "Health",
    security(("metrics_token" = [])),
    responses(
        (status = 200, description = "The metrics", content(
            (String = "text/plain; version=0.0.4"),
            (String = "application/openmetrics-text; version=1.0.0"),
        )),
        (status = 401, description = "The token is missing (`not_authenticated`) or wrong (`invalid_token`)"),
        (status = 404, description = "No token is set (`not_found`)"),
    ))]
pub(super) async fn show(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Failure> {
    if let Some(token) = &state.config.metrics.token {
        authorise(&headers, token)?;
    }
    state.store.measure();
    state.audit.measure();
    let exposition = Exposition::accepted(&headers);
    let text = state.metrics.encode(exposition).map_err(|error| {
        tracing::error!(cause = %error, "the metrics cannot be written");
        Failure(Answer::internal().into_own())
    })?;
    let headers = [(header::CONTENT_TYPE, exposition.content_type()), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, text).into_response())
}

fn authorise(headers: &HeaderMap, token: &Secret) -> Result<(), Failure> {
    let refuse = |code, text: &'static str| Failure(Answer::own(StatusCode::UNAUTHORIZED, code, text).challenge());
    match bearer(headers) {
        Ok(Some(given)) if token.matches(given) => Ok(()),
        Ok(None) => Err(refuse(Code::NotAuthenticated, "Authentication credentials were not provided.")),
        Ok(Some(_)) | Err(_) => Err(refuse(Code::InvalidToken, "Invalid token.")),
    }
}
