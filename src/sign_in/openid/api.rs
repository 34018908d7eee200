//! The addresses under `/auth/{provider}/`, which browsers and providers visit.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, FromRef, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;
use tower_sessions::Session;

use super::leaving::LogoutError;
use super::{BrowserId, Finished, OpenId, OpenIdError, Returned, Start, Unconfirmed};
use crate::accounts::{SessionId, Visitor};
use crate::base::answer::Problem;
use crate::base::wire::{Media, WireError, read_body};
use crate::base::{AlwaysHeaders, BothForms, ClientRequest, Code, Failure, Refusal};
use crate::sign_in::confirm::{confirm_path, refused_by};
use crate::sign_in::front_end::{Asked, FrontEndError};
use crate::sign_in::ways::{WAYS_IN, not_linked};
use crate::ui::{Flash, FlashSlot, safe_path};

/// The largest logout token that is read, as a form: 64 kB.
const BODY_LIMIT: usize = 64 * 1024;

/// How long a browser is remembered between a sign-in's two halves: a day, longer than any attempt.
const BROWSER_AGE: u32 = 86_400;

/// The routes of browsers: they read and set the session cookie.
pub fn routes<S>() -> Router<S>
where
    OpenId: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    Router::new()
        .both("/auth/{provider}/login/", get(login).always(header::CACHE_CONTROL, "no-store"))
        .both("/auth/{provider}/callback/", get(callback).always(header::CACHE_CONTROL, "no-store"))
        .both("/auth/logout/callback/", get(signed_out).always(header::CACHE_CONTROL, "no-store"))
}

/// The route of providers: it takes no cookie.
pub fn provider_routes<S>() -> Router<S>
where
    OpenId: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    let logout = post(back_channel_logout).always(header::CACHE_CONTROL, "no-store");
    Router::new().both("/auth/{provider}/backchannel-logout/", logout)
}

/// How a sign-in is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct LoginQuery {
    #[serde(default)]
    next: String,
    #[serde(default)]
    silent: String,
    login_hint: Option<String>,
    #[serde(default)]
    confirm: String,
    front_end: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    state: Option<String>,
    #[serde(default)]
    again: String,
}

/// Go to an identity provider to sign in.
#[utoipa::path(
    get,
    path = "/auth/{provider}/login/",
    operation_id = "sign_in_with_provider",
    tag = "Session",
    params(
        ("provider" = String, Path, description = "The provider's id in the settings"),
        ("next" = Option<String>, Query, description = "The path to go to afterwards; only paths of this server are followed"),
        ("silent" = Option<String>, Query, description = "`true` to ask nothing of the person: where she is not signed in at the provider, it leads to `next` quietly"),
        ("login_hint" = Option<String>, Query, description = "Whom the provider may take her for"),
        ("front_end" = Option<String>, Query, description = "The front end elsewhere that sends her, by its id in the settings: afterwards she goes back to it, with `code` and `state` in the address"),
        ("code_challenge" = Option<String>, Query, description = "RFC 7636 §4.3; a front end needs one"),
        ("code_challenge_method" = Option<String>, Query, description = "`S256`, also when it is missing"),
        ("state" = Option<String>, Query, description = "Given back to the front end as it is"),
        ("again" = Option<String>, Query, description = "`true` to have a person who is signed in prove again who she is"),
    ),
    responses(
        (status = 302, description = "To the provider"),
        (status = 400, description = "The front end is unknown, or asks without a challenge of S256 (`invalid_request`)", body = Problem),
        (status = 404, description = "There is no such provider (`not_found`)", body = Problem),
        (status = 503, description = "The provider does not answer (`provider_unavailable`)", body = Problem),
    )
)]
pub async fn login(
    State(openid): State<OpenId>,
    Path(provider): Path<String>,
    query: Result<Query<LoginQuery>, QueryRejection>,
    session: Session,
    visitor: Visitor,
    slot: Option<Extension<FlashSlot>>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let query = query.map(|Query(query)| query).unwrap_or_default();
    let front_end = front_end_of(&openid, &query)?;
    // Who sends somebody here wants her back signed in, or not at all.
    let silent = query.silent.eq_ignore_ascii_case("true") && front_end.is_none();
    let known = browser_of(&headers, &openid);
    let browser = known.unwrap_or_else(|| BrowserId::generate(&openid.0.random));
    let expected = if silent && query.confirm == "true" { subject_of(&openid, &session).await? } else { None };
    let next = safe_path(&query.next).to_owned();
    let again = visitor.account().filter(|_| !silent && query.again == "true").map(|account| account.id);
    let start =
        Start { next: query.next, silent, login_hint: query.login_hint, expected, again, front_end, link: None };
    let location = match openid.start(&provider, start, &browser).await {
        Ok(location) => location,
        // Nobody asked for this sign-in, so nobody is told that it came to nothing.
        Err(OpenIdError::Down(_) | OpenIdError::StillDown | OpenIdError::Misbehaves(_)) if silent => next,
        Err(error) if again.is_some() && !matches!(error, OpenIdError::UnknownProvider) => {
            return unconfirmed(&openid, Unconfirmed { next, cause: error }, slot);
        }
        Err(error) => return Err(turned_away(&openid, error)),
    };
    let mut response = found(&location)?;
    let cookie = browser_cookie(&browser, &openid);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// The front end that sends her, if one does. An unknown one, or one that asks wrongly, is not gone back to.
fn front_end_of(openid: &OpenId, query: &LoginQuery) -> Result<Option<Asked>, FrontEndError> {
    let Some(front_end) = &query.front_end else { return Ok(None) };
    let (challenge, method) = (query.code_challenge.as_deref(), query.code_challenge_method.as_deref());
    openid.0.front_ends.ask(front_end, challenge, method, query.state.clone()).map(Some)
}

/// Who the browser's session says that she is at its provider.
async fn subject_of(openid: &OpenId, session: &Session) -> Result<Option<String>, Failure> {
    let Some(id) = session.id() else { return Ok(None) };
    let side = openid.0.sessions.provider_side(&SessionId::of(&id)).await.map_err(OpenIdError::from)?;
    Ok(side.map(|side| side.subject))
}

/// What comes back from a provider.
#[derive(Default, Deserialize)]
pub struct CallbackQuery {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

impl std::fmt::Debug for CallbackQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CallbackQuery")
    }
}

/// Come back from an identity provider.
#[utoipa::path(
    get,
    path = "/auth/{provider}/callback/",
    operation_id = "finish_sign_in",
    tag = "Session",
    params(
        ("provider" = String, Path, description = "The provider's id in the settings"),
        ("code" = Option<String>, Query, description = "RFC 6749 §4.1.2"),
        ("state" = Option<String>, Query, description = "RFC 6749 §4.1.2"),
        ("error" = Option<String>, Query, description = "RFC 6749 §4.1.2.1"),
        ("iss" = Option<String>, Query, description = "RFC 9207 §2"),
    ),
    responses(
        (status = 303, description = "Signed in, and on to where she wanted to go, or back to the front end that sent her; or to the page that says whose her address is, or on which she chooses an organisation"),
        (status = 400, description = "No attempt of this browser has this state (`sign_in_expired`)", body = Problem),
        (status = 403, description = "She may not come in: `sign_in_denied`, `authentication_too_weak`, `claim_missing`, `email_missing`, `email_untrusted`, `account_disabled` or `user_not_found`", body = Problem),
        (status = 404, description = "There is no such provider (`not_found`)", body = Problem),
        (status = 502, description = "What the provider answers cannot be accepted (`provider_error`)", body = Problem),
        (status = 503, description = "The provider does not answer (`provider_unavailable`)", body = Problem),
    )
)]
pub async fn callback(
    State(openid): State<OpenId>,
    Path(provider): Path<String>,
    query: Result<Query<CallbackQuery>, QueryRejection>,
    session: Session,
    client: ClientRequest,
    slot: Option<Extension<FlashSlot>>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    // A query that cannot be read has no state that is known.
    let CallbackQuery { code, state, error, iss } = query.map(|Query(query)| query).unwrap_or_default();
    let browser = browser_of(&headers, &openid);
    let returned = Returned { code, state, error, iss };
    match openid.finish(&provider, returned, browser.as_ref(), &session, &client).await {
        Ok(Finished { next, done }) => {
            if let (Some(Extension(slot)), Some(done)) = (slot, done) {
                slot.leave(Flash::done(done));
            }
            see_other(&next)
        }
        Err(OpenIdError::Unconfirmed(refused)) => unconfirmed(&openid, *refused, slot),
        Err(OpenIdError::NotLinked(cause)) => {
            if let Some(Extension(slot)) = slot {
                slot.leave(not_linked(&cause));
            }
            turned_away(&openid, *cause);
            see_other(WAYS_IN)
        }
        Err(error @ OpenIdError::Conflict(_)) => {
            turned_away(&openid, error);
            see_other("/sign-in/conflict")
        }
        Err(error) => Err(turned_away(&openid, error)),
    }
}

/// Back to the page on which she was to prove again who she is: it says why that came to nothing. Her session stays as it was.
fn unconfirmed(
    openid: &OpenId,
    Unconfirmed { next, cause }: Unconfirmed,
    slot: Option<Extension<FlashSlot>>,
) -> Result<Response, Failure> {
    if let Some(Extension(slot)) = slot {
        slot.leave(refused_by(&cause));
    }
    turned_away(openid, cause);
    see_other(&confirm_path(&next))
}

/// What somebody is told who does not get in; counted by its code.
fn turned_away(openid: &OpenId, error: OpenIdError) -> Failure {
    openid.0.sign_in.metrics().sign_ins.refused(error.answer().code);
    error.into()
}

/// Come back from a provider's sign-out. The session ended before the visit, so there is nothing to do but to say so.
#[utoipa::path(
    get,
    path = "/auth/logout/callback/",
    operation_id = "finish_sign_out",
    tag = "Session",
    responses((status = 303, description = "On to the home page"))
)]
pub async fn signed_out(visitor: Visitor) -> Result<Response, Failure> {
    // Somebody who signed in again meanwhile, in another tab, goes where she belongs.
    see_other(if visitor.account().is_some() { "/rooms" } else { "/" })
}

/// End sessions that a provider says have ended (OpenID Connect Back-Channel Logout 1.0 §2.5).
#[utoipa::path(
    post,
    path = "/auth/{provider}/backchannel-logout/",
    operation_id = "back_channel_logout",
    tag = "Session",
    params(("provider" = String, Path, description = "The provider's id in the settings")),
    request_body(content = LogoutForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 204, description = "The sessions that the token means have ended, if there were any"),
        (status = 400, description = "The token is not obeyed (`invalid_request`)", body = LogoutRefused),
        (status = 404, description = "There is no such provider (`not_found`)", body = Problem),
        (status = 503, description = "The provider's keys cannot be had (`provider_unavailable`)", body = Problem),
    )
)]
pub async fn back_channel_logout(
    State(openid): State<OpenId>,
    Path(provider): Path<String>,
    client: ClientRequest,
    request: Request,
) -> Result<Response, Failure> {
    let outcome = async {
        let fields = match read_body(request, &[Media::Form], BODY_LIMIT).await {
            Ok(fields) => fields,
            Err(WireError::UnsupportedMediaType(_)) => return Err(LogoutError::Missing),
            Err(error) => return Ok(Err(Failure::from(error))),
        };
        let token = fields.get("logout_token").and_then(|token| token.as_str()).ok_or(LogoutError::Missing)?;
        openid.end_by_provider(&provider, token.trim(), &client).await?;
        Ok(Ok(()))
    };
    match outcome.await {
        Ok(Ok(())) => Ok(StatusCode::NO_CONTENT.into_response()),
        Ok(Err(failure)) => Err(failure),
        Err(LogoutError::Other(error)) => Err(error.into()),
        Err(error) => {
            tracing::warn!(provider, cause = %error, request_id = client.id, "a logout token was refused");
            Ok(refused(&error))
        }
    }
}

/// What a provider sends.
#[derive(Debug, utoipa::ToSchema)]
#[expect(dead_code, reason = "read field by field; this is its document")]
pub struct LogoutForm {
    /// A logout token (§2.4).
    logout_token: String,
}

/// Why a logout token is not obeyed (§2.8).
#[derive(Debug, utoipa::ToSchema)]
#[expect(dead_code, reason = "written where the refusal is made; this is its document")]
pub struct LogoutRefused {
    /// Always `invalid_request`.
    #[schema(example = "invalid_request")]
    error: String,
    /// Why.
    #[schema(example = "Invalid logout token")]
    error_description: String,
}

fn refused(error: &LogoutError) -> Response {
    let text = match error {
        LogoutError::Missing => "Missing logout_token parameter",
        LogoutError::Replayed => "Token already processed",
        LogoutError::Token(_) | LogoutError::Other(_) => "Invalid logout token",
    };
    let code = HeaderValue::from_static(Code::InvalidRequest.as_str());
    let body = axum::Json(json!({ "error": "invalid_request", "error_description": text }));
    (StatusCode::BAD_REQUEST, [(crate::base::answer::ERROR_CODE, code)], body).into_response()
}

/// The cookie that binds attempts to a browser. `SameSite=Lax`: it must come back with the redirect from the provider.
pub(super) const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-parloir-login" } else { "parloir-login" }
}

pub(super) fn browser_of(headers: &HeaderMap, openid: &OpenId) -> Option<BrowserId> {
    let name = cookie_name(openid.0.public_url.is_https());
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).and_then(|(_, value)| BrowserId::parse(value))
}

pub(super) fn browser_cookie(browser: &BrowserId, openid: &OpenId) -> HeaderValue {
    let https = openid.0.public_url.is_https();
    let (name, secure) = (cookie_name(https), if https { "; Secure" } else { "" });
    let cookie = format!("{name}={}; Path=/; Max-Age={BROWSER_AGE}; HttpOnly; SameSite=Lax{secure}", browser.expose());
    HeaderValue::try_from(cookie).unwrap_or(HeaderValue::from_static(""))
}

fn found(location: &str) -> Result<Response, Failure> {
    to(StatusCode::FOUND, location)
}

fn see_other(location: &str) -> Result<Response, Failure> {
    to(StatusCode::SEE_OTHER, location)
}

fn to(status: StatusCode, location: &str) -> Result<Response, Failure> {
    let location = HeaderValue::try_from(location)
        .map_err(|_| Failure(OpenIdError::Misbehaves("its address is none").answer()))?;
    Ok((status, [(header::LOCATION, location)]).into_response())
}
