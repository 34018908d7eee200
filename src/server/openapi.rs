//! The document of the JSON surfaces (OpenAPI 3.1), made from the handlers.

use axum::Router;
use axum::routing::get;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{health, metrics};
use crate::access::foreign;
use crate::{administration, applications, delegation, rooms, sign_in};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Parloir",
        description = "Rooms for people, and for applications that act for them.\n\n\
            An application gets a token for a person (`POST /external-api/v1.0/application/token/`) and uses it as \
            `Authorization: Bearer …`. Every refusal carries a stable code in the header `Parloir-Error-Code`.",
        license(name = "MIT", identifier = "MIT"),
    ),
    paths(
        delegation::api::issue_token,
        delegation::api::list_keys,
        foreign::api::list_public_keys,
        foreign::api::describe_resource,
        rooms::api::list_rooms,
        rooms::api::create_room,
        rooms::api::retrieve_room,
        rooms::api::update_room,
        rooms::api::delete_room,
        applications::api::list_applications,
        applications::api::retrieve_application,
        applications::api::update_application,
        applications::api::retrieve_activity,
        applications::api::set_logo,
        applications::api::remove_logo,
        applications::api::show_logo,
        applications::api::list_managers,
        applications::api::add_manager,
        applications::api::remove_manager,
        sign_in::api::login,
        sign_in::api::logout,
        sign_in::api::me,
        sign_in::openid::api::login,
        sign_in::openid::api::callback,
        sign_in::openid::api::signed_out,
        sign_in::openid::api::back_channel_logout,
        sign_in::front_end::api::exchange,
        administration::api::list_events,
        administration::api::show_event,
        administration::api::export_events,
        administration::api::list_users,
        administration::api::show_user,
        administration::api::disable_user,
        administration::api::enable_user,
        administration::api::set_user_role,
        administration::api::end_user_sessions,
        administration::api::end_user_session,
        administration::api::unlink_user_identity,
        health::live,
        health::ready,
        metrics::show,
    ),
    tags(
        (name = "Delegation", description = "Tokens that let an application act for a person"),
        (name = "Rooms", description = "The person's rooms"),
        (name = "Session", description = "A person in her own browser"),
        (name = "Administration", description = "For administrators, in their own browser or with its session cookie"),
        (name = "Health", description = "For whoever operates the server"),
    ),
    modifiers(&Bearer)
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("A delegated token, as the token endpoint gives it, or where the settings name a provider a token of its"))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The token of the setting `metrics.token`"))
            .build();
        components.add_security_scheme("metrics_token", SecurityScheme::Http(scheme));
    }
}

/// The document.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// Its route.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/openapi.json", get(async || axum::Json(document())))
}
