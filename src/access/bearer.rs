//! The layer before the API of callers with a token.

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::foreign::{ForeignTokens, unwrapped};
use crate::accounts::{PersonalTokenSecret, PersonalTokens};
use crate::base::answer::refusal_code;
use crate::base::wire::{accepts_json, bearer};
use crate::base::{Answer, Caller, ClientRequest, Code, Failure, Scope};
use crate::delegation::Delegation;
use crate::rooms::api::needed_scope;

/// What every token and secret of ours begins with that is no JWT.
const OUR_PREFIX: &str = "prl_";

/// Whoever judges the bearer tokens of the API.
#[derive(Clone, Debug)]
pub struct Bearers {
    /// Those of this server that act for a person.
    pub delegation: Delegation,
    /// People's own.
    pub personal_tokens: PersonalTokens,
    /// Those that a sign-in provider made.
    pub foreign: ForeignTokens,
}

/// Lets requests with a good token pass, as the [`Caller`] that it makes them. Looks at what is accepted first, then at the token,
/// and both before the method: so a stranger with a wrong method is a stranger.
pub async fn require_token(
    State(bearers): State<Bearers>,
    client: ClientRequest,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    accepts_json(request.headers())?;
    let counted = &bearers.delegation.metrics().bearers;
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let needed = needed_scope(route, request.method());
    let caller = bearers.authenticate(request.headers(), needed, &client).await;
    let caller = caller.inspect_err(|Failure(refusal)| counted.refused(refusal.code))?;
    if let Some(caller) = &caller {
        request.extensions_mut().insert(caller.clone());
    }
    let response = next.run(request).await;
    // Whoever looks at what an application does wants to see where it meets a limit of its rights.
    let forbidden = response.status() == StatusCode::FORBIDDEN;
    if let Some(caller) = &caller {
        bearers.delegation.count_use(caller, refusal_code(&response).filter(|_| forbidden));
    }
    // Which scope is needed, the route alone knows.
    match refusal_code(&response) {
        Some(code @ Code::InsufficientScope) => counted.refused(code),
        _ => counted.granted(),
    }
    Ok(response)
}

impl Bearers {
    /// The caller; none when the token is good and belongs to nobody yet, for a request that no route of ours answers well anyway.
    /// A personal token is known by its first letters, before anything else looks at it.
    async fn authenticate(
        &self,
        headers: &HeaderMap,
        needed: Option<Scope>,
        client: &ClientRequest,
    ) -> Result<Option<Caller>, Failure> {
        let Some(token) = bearer(headers)? else {
            let text = "Authentication credentials were not provided.";
            return Err(Failure(Answer::detail(StatusCode::UNAUTHORIZED, Code::NotAuthenticated, text).challenge()));
        };
        if PersonalTokenSecret::claims(token) {
            return Ok(Some(self.personal_tokens.verify(token).await?));
        }
        if !self.foreign.are_taken() || self.is_ours(token) {
            return Ok(Some(self.delegation.verify(token, client).await?));
        }
        Ok(self.foreign.verify(token, needed, client).await?)
    }

    /// Whether a token claims to be of this server's making, be it expired, forged, damaged or in base64: nobody else gets to see
    /// it.
    fn is_ours(&self, token: &str) -> bool {
        let is_ours = |token: &str| token.starts_with(OUR_PREFIX) || self.delegation.recognises(token);
        is_ours(token) || unwrapped(token).is_some_and(|inside| is_ours(&inside))
    }
}
