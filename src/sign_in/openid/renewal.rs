//! Whether somebody who signed in through a provider still is signed in there: asked again after `session.revalidate_hours`.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;

use super::attempt::Memo;
use super::exchange::Kept;
use super::{OpenId, OpenIdError};
use crate::accounts::{ProviderSession, SessionId, Visitor};
use crate::base::{ClientRequest, Failure, Timestamp};
use crate::providers::Provider;
use crate::sign_in::end;

/// A provider in trouble is asked again after so long; until then the person is believed to be signed in.
const POSTPONED: Duration = Duration::from_mins(5);

impl OpenId {
    /// The path to go to before the page, when a session has to be confirmed by the browser; none when all is well.
    async fn due(&self, session: &Session, request: &ClientRequest) -> Result<Due, OpenIdError> {
        let Some(span) = self.0.settings.revalidate else { return Ok(Due::Not) };
        let Some(id) = session.id().map(|id| SessionId::of(&id)) else { return Ok(Due::Not) };
        let Some(side) = self.0.sessions.provider_side(&id).await? else { return Ok(Due::Not) };
        let now = self.0.clock.now();
        if now < side.checked_at.after(span) {
            return Ok(Due::Not);
        }
        // Of several requests at once one asks.
        if !self.0.sessions.claim_check(&id, side.checked_at, self.postponed(span)).await? {
            return Ok(Due::Not);
        }
        let Ok(provider) = self.provider(&side.provider) else { return Ok(Due::Not) };
        let refresh_token = self.unseal(&side.sealed).and_then(|kept| kept.refresh_token);
        match refresh_token.filter(|_| provider.settings.refresh) {
            Some(token) => self.refresh(&provider, &id, &side, &token, request).await,
            None => Ok(Due::Ask(side.provider)),
        }
    }

    /// So that the session is due again after a while.
    fn postponed(&self, span: Duration) -> Timestamp {
        self.0.clock.now().before(span).after(POSTPONED)
    }

    /// Asks by the refresh token, without the browser. An answer may lack a new refresh token (RFC 6749 §6) and an ID token
    /// (Core §12.2): what was there stays.
    async fn refresh(
        &self,
        provider: &Provider,
        id: &SessionId,
        side: &ProviderSession,
        token: &str,
        request: &ClientRequest,
    ) -> Result<Due, OpenIdError> {
        let renewed = async {
            let tokens = provider.refresh(token, &self.redirect_uri(provider.id())).await?;
            if tokens.id.is_some() {
                provider.verify_id_token(&tokens, None, Some(&side.subject)).await?;
            }
            Ok::<_, OpenIdError>(tokens)
        };
        match renewed.await {
            Ok(tokens) => {
                let former = self.unseal(&side.sealed);
                let id_token = tokens.id.as_ref().and_then(|token| provider.hint(token));
                let refresh_token = tokens.refresh.as_ref().map_or(token, |token| token.expose());
                let kept = Kept {
                    id_token: id_token.or_else(|| former.and_then(|kept| kept.id_token)),
                    refresh_token: Some(refresh_token.to_owned()),
                };
                self.0.sessions.vouched(id, self.0.clock.now(), Some(self.seal(&kept))).await?;
                Ok(Due::Not)
            }
            Err(OpenIdError::Refused(word)) => {
                tracing::info!(provider = provider.id(), word, request_id = request.id, "the provider renews no more");
                Ok(Due::Over)
            }
            Err(error @ (OpenIdError::Token(_) | OpenIdError::WeakAuthentication)) => {
                tracing::warn!(provider = provider.id(), cause = %error, request_id = request.id, "a renewal was refused");
                Ok(Due::Over)
            }
            Err(error) => {
                tracing::warn!(provider = provider.id(), cause = %error, request_id = request.id, "a renewal is put off");
                Ok(Due::Not)
            }
        }
    }

    /// What a silent sign-in that came to nothing means for the session that it was to confirm.
    pub(super) async fn settle_silence(
        &self,
        memo: &Memo,
        error: &OpenIdError,
        session: &Session,
        request: &ClientRequest,
    ) -> Result<(), OpenIdError> {
        let gone = matches!(error, OpenIdError::Refused(word) if OpenIdError::NOT_SIGNED_IN.contains(&word.as_str()));
        if memo.expected.is_some() && gone {
            end(session, &self.0.sessions, request).await?;
        }
        // In any other trouble the session is due again after a while: that was written when the question was asked.
        Ok(())
    }
}

enum Due {
    /// Nothing is to be asked, or somebody else asks.
    Not,
    /// The browser has to go and ask.
    Ask(String),
    /// She is not signed in there any more.
    Over,
}

/// The layer before pages: a session that its provider has not confirmed for a while is confirmed first. A page that is not
/// navigated to, and everything but pages, waits for the next one.
pub async fn renew(
    State(openid): State<OpenId>,
    session: Session,
    visitor: Visitor,
    client: ClientRequest,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    if visitor.session().is_none() || !is_navigation(&request) {
        return Ok(next.run(request).await);
    }
    let here = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let see_other = |path: String| (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response();
    Ok(match openid.due(&session, &client).await? {
        Due::Not => next.run(request).await,
        Due::Ask(provider) => {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("silent", "true")
                .append_pair("confirm", "true")
                .append_pair("next", &here)
                .finish();
            see_other(format!("/auth/{provider}/login/?{query}"))
        }
        Due::Over => {
            end(&session, &openid.0.sessions, &client).await?;
            see_other(here)
        }
    })
}

fn is_navigation(request: &Request) -> bool {
    let wants_page = |headers: &HeaderMap| {
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        accept.contains("text/html")
    };
    let path = request.uri().path();
    *request.method() == Method::GET && wants_page(request.headers()) && !path.starts_with("/auth/")
}
