//! The layer before the API of delegated callers.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use crate::base::answer::refusal_code;
use crate::base::wire::{accepts_json, bearer};
use crate::base::{Answer, Caller, ClientRequest, Code, Failure};
use crate::delegation::Delegation;

/// Lets requests with a delegated token pass, as the [`Caller`] that it makes them. Looks at what is
/// accepted first, then at the token, and both before the method: so a stranger with a wrong method is a stranger.
pub async fn require_token(
    State(delegation): State<Delegation>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    accepts_json(request.headers())?;
    let bearers = &delegation.metrics().bearers;
    let client = request.extensions().get::<ClientRequest>().cloned().unwrap_or_else(|| ClientRequest::local(""));
    let caller = authenticate(&delegation, request.headers(), &client).await;
    let caller = caller.inspect_err(|Failure(refusal)| bearers.refused(refusal.code))?;
    request.extensions_mut().insert(caller.clone());
    let response = next.run(request).await;
    // Whoever looks at what an application does wants to see where it meets a limit of its rights.
    let forbidden = response.status() == StatusCode::FORBIDDEN;
    delegation.count_use(&caller, refusal_code(&response).filter(|_| forbidden));
    // Which scope is needed, the route alone knows.
    match refusal_code(&response) {
        Some(code @ Code::InsufficientScope) => bearers.refused(code),
        _ => bearers.granted(),
    }
    Ok(response)
}

async fn authenticate(delegation: &Delegation, headers: &HeaderMap, client: &ClientRequest) -> Result<Caller, Failure> {
    let Some(token) = bearer(headers)? else {
        let text = "Authentication credentials were not provided.";
        return Err(Failure(Answer::detail(StatusCode::UNAUTHORIZED, Code::NotAuthenticated, text).challenge()));
    };
    Ok(delegation.verify(token, client).await?)
}
