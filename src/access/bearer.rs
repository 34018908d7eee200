//! The layer before the API of callers with a token.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use crate::accounts::{PersonalTokenSecret, PersonalTokens};
use crate::base::answer::refusal_code;
use crate::base::wire::{accepts_json, bearer};
use crate::base::{Answer, Caller, ClientRequest, Code, Failure};
use crate::delegation::Delegation;

/// Who verifies which token.
#[derive(Clone, Debug)]
pub struct Bearers {
    /// Delegated ones.
    pub delegation: Delegation,
    /// People's own.
    pub personal_tokens: PersonalTokens,
}

impl Bearers {
    /// Whose a token is. A personal one is known by its first letters, before anything else looks at it; each kind is its verifier's to
    /// accept or refuse.
    async fn verify(&self, token: &str, client: &ClientRequest) -> Result<Caller, Failure> {
        if PersonalTokenSecret::claims(token) {
            return Ok(self.personal_tokens.verify(token).await?);
        }
        Ok(self.delegation.verify(token, client).await?)
    }
}

/// Lets requests with a token pass, as the [`Caller`] that it makes them. Looks at what is accepted first, then at the token, and both
/// before the method: so a stranger with a wrong method is a stranger.
pub async fn require_token(
    State(bearers): State<Bearers>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    accepts_json(request.headers())?;
    let counts = &bearers.delegation.metrics().bearers;
    let client = request.extensions().get::<ClientRequest>().cloned().unwrap_or_else(|| ClientRequest::local(""));
    let caller = authenticate(&bearers, request.headers(), &client).await;
    let caller = caller.inspect_err(|Failure(refusal)| counts.refused(refusal.code))?;
    request.extensions_mut().insert(caller.clone());
    let response = next.run(request).await;
    // Whoever looks at what an application does wants to see where it meets a limit of its rights.
    let forbidden = response.status() == StatusCode::FORBIDDEN;
    bearers.delegation.count_use(&caller, refusal_code(&response).filter(|_| forbidden));
    // Which scope is needed, the route alone knows.
    match refusal_code(&response) {
        Some(code @ Code::InsufficientScope) => counts.refused(code),
        _ => counts.granted(),
    }
    Ok(response)
}

async fn authenticate(bearers: &Bearers, headers: &HeaderMap, client: &ClientRequest) -> Result<Caller, Failure> {
    let Some(token) = bearer(headers)? else {
        let text = "Authentication credentials were not provided.";
        return Err(Failure(Answer::detail(StatusCode::UNAUTHORIZED, Code::NotAuthenticated, text).challenge()));
    };
    bearers.verify(token, client).await
}
