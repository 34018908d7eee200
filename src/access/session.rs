//! The layers before pages and everything else that a browser's session reaches.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use tower_sessions::cookie::SameSite;
use tower_sessions::service::PlaintextCookie;
use tower_sessions::{Session, SessionManagerLayer};

use crate::accounts::{
    Accounts, ActingFor, ORGANISATION, Organisations, SIGNED_IN, SessionId, Sessions, SignedIn, Status, Visitor,
};
use crate::base::{Answer, Failure, Siret, StoreError, Timestamp};
use crate::config::PublicUrl;

/// The session library's layer over our table.
pub type SessionLayer = SessionManagerLayer<Sessions, PlaintextCookie>;

/// The cookie's name: with `__Host-` (RFC 6265bis §4.1.3.2) wherever the address allows `Secure`.
const fn cookie_name(public_url: &PublicUrl) -> &'static str {
    if public_url.is_https() { "__Host-parloir" } else { "parloir" }
}

/// The layer that finds the session of a request and sets its cookie. `SameSite=Lax`: the redirect from an identity
/// provider must find it.
pub fn session_layer(sessions: Sessions, public_url: &PublicUrl) -> SessionLayer {
    SessionManagerLayer::new(sessions)
        .with_name(cookie_name(public_url))
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(public_url.is_https())
        .with_path("/")
}

/// Who knows of people, and of those for whom they act.
#[derive(Clone, Debug)]
pub struct People {
    /// Their accounts.
    pub accounts: Accounts,
    /// Their organisations.
    pub organisations: Organisations,
}

/// Tells handlers and pages who visits: session, then account. A session of a person who is disabled is nobody's.
pub async fn recognise_visitor(
    State(People { accounts, organisations }): State<People>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let signed_in: Option<SignedIn> = session.get(SIGNED_IN).await.map_err(|error| unreadable(&error))?;
    let visitor = match (signed_in, session.id()) {
        (Some(SignedIn { account, at, .. }), Some(id)) => {
            let found = accounts.find_with_entitlement(account).await;
            let found = found.map_err(|error: StoreError| Failure::from(error))?;
            let at = Timestamp::from_micros(at);
            match found.filter(|(account, _)| account.status == Status::Active) {
                Some((account, entitlement)) => Visitor::signed_in(account, entitlement, SessionId::of(&id), at),
                None => Visitor::default(),
            }
        }
        _ => Visitor::default(),
    };
    let visitor = match session.get::<Siret>(ORGANISATION).await.map_err(|error| unreadable(&error))? {
        Some(organisation) => acting_for(&organisations, visitor, organisation, request.method()).await?,
        None => visitor,
    };
    if let Some(caller) = visitor.caller() {
        request.extensions_mut().insert(caller);
    }
    request.extensions_mut().insert(visitor.clone());
    let mut response = next.run(request).await;
    // Whoever puts a page in place of a refusal wants to know for whom.
    response.extensions_mut().insert(visitor);
    Ok(response)
}

/// A page shows among which organisations she may choose; nothing else needs them.
async fn acting_for(
    organisations: &Organisations,
    visitor: Visitor,
    organisation: Siret,
    method: &Method,
) -> Result<Visitor, StoreError> {
    let choices = match visitor.session() {
        Some(session) if *method == Method::GET => organisations.of_session(session).await?,
        _ => Vec::new(),
    };
    Ok(visitor.acting_for_one(ActingFor { organisation, choices }))
}

fn unreadable(error: &tower_sessions::session::Error) -> Failure {
    tracing::error!(cause = %error, "the session could not be read");
    Failure(Answer::unavailable().into_own())
}

/// Browsers take a `__Host-` cookie, also one that removes it, only with `Secure`; the library's removal has none.
pub async fn secure_removal(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let prefix: &[u8] = b"__Host-parloir=;";
    let cookies: Vec<_> = response.headers().get_all(header::SET_COOKIE).iter().cloned().collect();
    if cookies.iter().any(|cookie| cookie.as_bytes().starts_with(prefix)) {
        response.headers_mut().remove(header::SET_COOKIE);
        for cookie in cookies {
            let secured = if cookie.as_bytes().starts_with(prefix) {
                HeaderValue::from_bytes(&[cookie.as_bytes(), b"; Secure"].concat()).unwrap_or(cookie)
            } else {
                cookie
            };
            response.headers_mut().append(header::SET_COOKIE, secured);
        }
    }
    response
}
