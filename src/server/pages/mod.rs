//! How pages and their actions reach the browser: the contexts that they find, and the routes.

mod docs;
mod home;

pub use docs::DocsPage;
pub use home::HomePage;

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use leptos::prelude::{expect_context, provide_context};

use super::AppState;
use super::errors::{is_json_surface, nothing_here, wants_page};
use super::router::BODY_LIMIT;
use crate::access::language_of;
use crate::accounts::{Account, ActingFor, Visitor};
use crate::applications::Applications;
use crate::base::answer::ERROR_CODE;
use crate::base::{Answer, ClientRequest, Code};
use crate::ui::{
    Assets, ErrorKind, Flash, FormTargets, Moment, Notice, NoticeKind, Pages, SiteFile, Texts, Viewer,
    ViewerOrganisations, content_security_policy, error_document, shell,
};

/// The addresses of the pages that the app knows. Here as well, so that the log and the limits know them as routes.
const PAGES: &[&str] = &[
    "/",
    "/docs",
    "/sign-in",
    "/sign-in/confirm",
    "/sign-in/conflict",
    "/invitation/{token}",
    "/reset-password",
    "/reset-password/{token}",
    "/choose-organisation",
    "/no-access",
    "/account",
    "/account/sign-in",
    "/account/sessions",
    "/rooms",
    "/rooms/new",
    "/rooms/{slug}",
    "/account/organisations",
    "/account/tokens",
    "/account/data",
    "/admin/applications",
    "/admin/applications/{slug}",
    "/admin/organisations",
    "/admin/organisations/{siret}",
    "/admin/audit",
    "/admin/audit/{id}",
    "/admin/applications/{slug}/permissions",
    "/admin/applications/{slug}/credentials",
    "/admin/applications/{slug}/activity",
    "/admin/applications/{slug}/test",
    "/admin/applications/{slug}/danger",
    "/admin/sign-in-requests",
    "/admin/users",
    "/admin/users/{id}",
    "/admin/users/{id}/merge",
];

/// Pages, actions and what else a browser asks for.
pub(super) fn routes(state: &AppState, pages: Pages) -> Router<AppState> {
    let page = page_handler(state.clone(), pages);
    let mut router = Router::new();
    for path in PAGES {
        router = router.route(path, page.clone());
    }
    router
        .route("/admin/applications/new", page.clone())
        .route("/admin/organisations/new", page.clone())
        .route("/admin/users/new", page.clone())
        .route("/actions/{*action}", post(act))
        .route("/{address}", get(open_address))
        .fallback_service(page.with_state(state.clone()))
}

fn page_handler(state: AppState, pages: Pages) -> MethodRouter<AppState> {
    // The renderer spawns on tokio; a second router in the same process finds that settled.
    let _ = any_spawner::Executor::init_tokio();
    let (assets, applications) = (state.assets.clone(), state.applications.clone());
    let context = move || provide(&state);
    let render = leptos_axum::render_app_async_with_context(context, move || shell(&assets, pages));
    get(move |mut request: Request| {
        let (applications, render) = (applications.clone(), render.clone());
        let visitor = request.extensions().get::<Visitor>().cloned().unwrap_or_default();
        async move {
            if manages_some(&applications, &visitor).await {
                request.extensions_mut().insert(ManagesApplications);
            }
            render(request).await
        }
    })
}

/// Put into the request of somebody who is no administrator and manages an application: the section of applications is hers.
#[derive(Clone, Copy, Debug)]
struct ManagesApplications;

async fn manages_some(applications: &Applications, visitor: &Visitor) -> bool {
    let Some(person) = visitor.account().filter(|account| !account.is_administrator()) else { return false };
    applications.manages_any(person.id).await.unwrap_or_else(|error| {
        tracing::warn!(cause = %error, "who manages applications could not be read");
        false
    })
}

/// Runs the action that a form names. Whatever becomes of it, an action of ours answers with 303: any other answer is the
/// library's, to a form that it could not read.
async fn act(State(state): State<AppState>, request: Request) -> Response {
    let too_large = declared_length(request.headers()).is_some_and(|length| length > BODY_LIMIT);
    let answer = leptos_axum::handle_server_fns_with_context(move || provide(&state), request).await;
    let mut response = answer.into_response();
    if response.status() != StatusCode::SEE_OTHER {
        let (status, code, text) = if too_large {
            (StatusCode::PAYLOAD_TOO_LARGE, Code::PayloadTooLarge, "Request body is too large.")
        } else {
            (StatusCode::BAD_REQUEST, Code::InvalidRequest, "The form could not be read.")
        };
        return Answer::own(status, code, text).into_response();
    }
    // Everything that a form is answered with is for this person and this moment.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A room's bare address leads to the room.
async fn open_address(State(state): State<AppState>, Path(address): Path<String>, request: Request) -> Response {
    let parts: Vec<_> = address.split('-').map(str::len).collect();
    let room = parts == [3, 4, 3] && address.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    if room {
        return (StatusCode::SEE_OTHER, [(header::LOCATION, format!("/rooms/{address}"))]).into_response();
    }
    asset(&state.assets, &request)
}

/// A file of the site, compressed already when the browser takes that. Its name changes with its content, so that it can
/// be kept for ever.
fn asset(assets: &Assets, request: &Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let Some(SiteFile { content, media_type, gzip }) = assets.get(path, takes_gzip(request.headers())) else {
        return nothing_here(request);
    };
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
    ];
    let encoding = gzip.then_some([(header::CONTENT_ENCODING, "gzip")]);
    let body = match content {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    (headers, encoding, body).into_response()
}

/// Whether `Accept-Encoding` (RFC 9110 §12.5.3) names gzip and does not weigh it with nothing.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let refused = parts.any(|weight| {
            let weight = weight.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
            weight.is_some_and(|(_, weight)| weight.trim().parse() == Ok(0.0_f32))
        });
        gzip && !refused
    })
}

/// The files below `/pkg/`.
pub(super) fn assets() -> Router<AppState> {
    Router::new().route(
        "/pkg/{*file}",
        get(async |State(assets): State<Arc<Assets>>, request: Request| asset(&assets, &request)),
    )
}

/// What pages and actions find in their context.
fn provide(state: &AppState) {
    let parts = expect_context::<Parts>();
    let visitor = parts.extensions.get::<Visitor>().cloned().unwrap_or_default();
    let account = visitor.account();
    let zone = account.and_then(|account| account.time_zone.clone()).unwrap_or_else(|| state.config.time_zone.clone());
    provide_context(Moment { now: state.clock.now(), zone });
    let language = language_of(&visitor, &parts.headers);
    provide_context(language);
    if let Some(account) = account {
        let manages = parts.extensions.get::<ManagesApplications>().is_some();
        let applications = account.is_administrator() || manages;
        provide_context(Viewer { applications, ..viewer(account, visitor.acting_for()) });
    }
    if let Some(Flash { form, notice, done, .. }) = parts.extensions.get::<Flash>().cloned() {
        let done = done.map(|key| Notice::new(NoticeKind::Ok, language.t(&key)));
        provide_context::<Vec<Notice>>(notice.into_iter().chain(done).collect());
        if let Some(form) = form {
            provide_context(form);
        }
    }
    provide_context(visitor);
    provide_context(state.config.server.public_url.clone());
    provide_context(state.audit.clone());
    provide_context(state.accounts.clone());
    provide_context(state.organisations.clone());
    provide_context(state.personal_tokens.clone());
    provide_context(state.sessions.clone());
    provide_context(state.one_time_links.clone());
    provide_context(state.sign_in.clone());
    provide_context(FormTargets(state.openid.form_targets()));
    provide_context(state.openid.clone());
    provide_context(state.applications.clone());
    provide_context(state.delegation.clone());
    provide_context(state.entitlements.clone());
    provide_context(state.rooms.clone());
    provide_context(state.lifecycle.clone());
}

fn viewer(account: &Account, acting_for: Option<&ActingFor>) -> Viewer {
    Viewer {
        organisations: acting_for.and_then(viewer_organisations),
        name: account.display_name().to_owned(),
        email: account.email.as_ref().map(|email| email.as_str().to_owned()),
        administrator: account.is_administrator(),
        applications: account.is_administrator(),
    }
}

/// None where the choices are not known: what is no page shows none.
fn viewer_organisations(ActingFor { organisation, choices }: &ActingFor) -> Option<ViewerOrganisations> {
    let (chosen, others): (Vec<_>, Vec<_>) = choices.iter().partition(|choice| choice.siret == *organisation);
    let others = others.into_iter().map(|other| (other.siret.to_string(), other.name.clone()));
    Some(ViewerOrganisations { chosen: chosen.first()?.name.clone(), others: others.collect() })
}

/// Pages are for this person and this moment; a refusal becomes a page for a browser that wants one.
pub(super) async fn finish(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let page = wants_page(request.headers()) && !is_json_surface(request.uri().path());
    let headers = request.headers().clone();
    let path = request.uri().path().to_owned();
    let reference = request.extensions().get::<ClientRequest>().map(|client| client.id.clone());
    let mut response = next.run(request).await;
    let media_type = response.headers().get(header::CONTENT_TYPE);
    let html = media_type.is_some_and(|media_type| media_type.as_bytes().starts_with(b"text/html"));
    let refused = response.status().is_client_error() || response.status().is_server_error();
    if page && refused && !html {
        response = error_page(&state, &headers, &path, reference, response);
    }
    // Also for whoever did not say that it wants a page: what it got is as personal.
    if page || html {
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    }
    response
}

/// The page in place of a refusal, with the status and the headers of the refusal.
fn error_page(
    state: &AppState,
    headers: &HeaderMap,
    path: &str,
    reference: Option<String>,
    refusal: Response,
) -> Response {
    let visitor = refusal.extensions().get::<Visitor>().cloned().unwrap_or_default();
    let (language, viewer) =
        (language_of(&visitor, headers), visitor.account().map(|account| viewer(account, visitor.acting_for())));
    let kind = error_kind(&refusal);
    let document = error_document(&state.assets, language, kind, path, viewer, reference);
    let (mut parts, _) = refusal.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    if let Ok(policy) = HeaderValue::try_from(content_security_policy(None, &FormTargets(state.openid.form_targets())))
    {
        parts.headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Response::from_parts(parts, Body::from(document))
}

fn error_kind(response: &Response) -> ErrorKind {
    let code = response.headers().get(ERROR_CODE).and_then(|code| code.to_str().ok()).unwrap_or_default();
    ErrorKind::of_refusal(code, response.status().as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_whoever_takes_it() {
        let takes = |value: &'static str| {
            takes_gzip(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        for value in ["gzip", "br, GZIP", "gzip;q=0.5, identity", "deflate,gzip ; Q=1"] {
            assert!(takes(value), "{value:?}");
        }
        for value in ["", "identity", "br", "gzip;q=0", "gzip; q=0.000", "x-gzip-like", "*;q=0"] {
            assert!(!takes(value), "{value:?}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
