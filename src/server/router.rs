//! All routes, and the layers that requests pass on their way to them.

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::MethodRouter;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use super::pages as browser;
use super::{AppState, cors, csrf, errors, headers, health, metrics, openapi, request};
use crate::access::{
    Bearers, People, carry_flash, foreign, recognise_visitor, require_token, secure_removal, session_layer,
};
use crate::sign_in::openid::renew;
use crate::ui::Pages;
use crate::{administration, applications, delegation, lifecycle, rooms, sign_in};

/// The largest body of any route that does not say otherwise.
pub(super) const BODY_LIMIT: usize = 64 * 1024;

/// The whole server. `pages` are those of `app`.
pub fn router(state: AppState, pages: Pages) -> Router {
    let public_url = state.config.server.public_url.clone();
    // Two halves, each with its own stack: what machines call, and what browsers do. Short stacks also compile faster.
    let bearers = Bearers::from_ref(&state);
    let front_ends = state.front_ends.clone();
    let from_elsewhere =
        |route: MethodRouter<AppState>| route.layer(from_fn_with_state(front_ends.clone(), cors::for_front_ends));
    let guard =
        |route: MethodRouter<AppState>| from_elsewhere(route.layer(from_fn_with_state(bearers.clone(), require_token)));
    let machines = Router::new()
        .merge(rooms::api::routes(guard))
        .merge(delegation::api::routes())
        .merge(foreign::api::routes())
        .merge(applications::api::public_routes())
        .merge(sign_in::openid::api::provider_routes())
        .merge(sign_in::front_end::api::routes(from_elsewhere))
        .merge(health::routes())
        .merge(metrics::routes(&state.config.metrics))
        .merge(openapi::routes())
        .merge(errors::routes());
    let people = People { accounts: state.accounts.clone(), organisations: state.organisations.clone() };
    let browsers = Router::new()
        .merge(sign_in::api::routes())
        .merge(sign_in::openid::api::routes())
        .merge(administration::api::routes())
        .merge(applications::api::routes())
        .merge(applications::upload::routes())
        .merge(lifecycle::api::routes())
        .merge(browser::routes(&state, pages))
        .layer(from_fn_with_state(state.openid.clone(), renew))
        .layer(from_fn_with_state(state.flashes.clone(), carry_flash))
        .layer(from_fn_with_state(people, recognise_visitor))
        .layer(session_layer(state.sessions.clone(), &public_url))
        .layer(from_fn(secure_removal))
        .layer(from_fn_with_state(public_url.clone(), csrf::same_site_only));
    Router::new()
        .merge(machines)
        .merge(browser::assets())
        .merge(browsers)
        .method_not_allowed_fallback(errors::wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(errors::panicked))
        .layer(from_fn_with_state(state.config.server.request_timeout, errors::limit_time))
        .layer(from_fn_with_state(state.clone(), browser::finish))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(public_url, headers::secure_headers))
        .layer(from_fn_with_state(state.clone(), request::observe))
        .with_state(state)
}
