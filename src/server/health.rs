//! Whether the server lives, and whether it can serve.

use std::time::Duration;

use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use crate::base::{Answer, BothForms, Store};

/// The routes.
pub(super) fn routes<S>() -> Router<S>
where
    Store: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    Router::new().both("/health/live/", get(live)).both("/health/ready/", get(ready))
}

/// See whether the server lives.
#[utoipa::path(get, path = "/health/live", operation_id = "check_live", tag = "Health",
    responses((status = 200, description = "It lives")))]
pub(super) async fn live() -> Response {
    Json(json!({ "status": "live" })).into_response()
}

/// See whether the server can serve: the database answers.
#[utoipa::path(get, path = "/health/ready", operation_id = "check_ready", tag = "Health",
    responses(
        (status = 200, description = "It can"),
        (status = 503, description = "The database does not answer (`temporarily_unavailable`)"),
    ))]
pub(super) async fn ready(State(store): State<Store>) -> Response {
    let statement = Statement::from_string(store.backend(), "SELECT 1");
    let answer = tokio::time::timeout(Duration::from_secs(2), store.read().query_one_raw(statement)).await;
    match answer {
        Ok(Ok(Some(_))) => (StatusCode::OK, Json(json!({ "status": "ready" }))).into_response(),
        _ => Answer::unavailable().into_own().into_response(),
    }
}
