//! The layer before the API of delegated callers.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;

use crate::base::wire::{accepts_json, bearer};
use crate::base::{Answer, Code, Failure};
use crate::delegation::Delegation;

/// Lets requests with a delegated token pass, as the [`Caller`](crate::base::Caller) that it makes them. Looks at what is
/// accepted first, then at the token, and both before the method: so a stranger with a wrong method is a stranger.
pub async fn require_token(
    State(delegation): State<Delegation>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    accepts_json(request.headers())?;
    let Some(token) = bearer(request.headers())? else {
        let text = "Authentication credentials were not provided.";
        return Err(Failure(Answer::detail(StatusCode::UNAUTHORIZED, Code::NotAuthenticated, text).challenge()));
    };
    let caller = delegation.verify(token).await?;
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}
