//! Out again: at the provider too when the person signs out here, and here when she signs out there.

use std::time::Duration;

use tower_sessions::Session;

use super::{OpenId, OpenIdError};
use crate::accounts::{Ended, SessionId};
use crate::base::ClientRequest;
use crate::jose::foreign::{Defect, LogoutTokenRules, Signer, verify_logout_token};

/// The longest that a logout token may live: its id is remembered as long.
const LONGEST_LIFETIME: Duration = Duration::from_mins(10);

impl OpenId {
    /// Where the browser goes after its session has ended here: to the provider that the session came from (RP-Initiated Logout
    /// 1.0 §2), if it has such an address. Asked before the session ends. Nothing here waits for the provider.
    pub async fn departure(&self, session: &Session) -> Result<Option<String>, OpenIdError> {
        let Some(id) = session.id() else { return Ok(None) };
        let Some(side) = self.0.sessions.provider_side(&SessionId::of(&id)).await? else { return Ok(None) };
        // A provider that was taken out of the settings is not visited any more.
        let Ok(provider) = self.provider(&side.provider) else { return Ok(None) };
        let end = provider.discovery.latest().and_then(|endpoints| endpoints.end_session.clone());
        let Some(Ok(mut url)) = end.map(|end| url::Url::parse(&end)) else { return Ok(None) };
        let id_token = self.unseal(&side.sealed).and_then(|kept| kept.id_token);
        {
            let mut parameters = url.query_pairs_mut();
            if let Some(id_token) = id_token {
                parameters.append_pair("id_token_hint", &id_token);
            }
            parameters.append_pair("client_id", &provider.settings.client_id);
            parameters.append_pair("post_logout_redirect_uri", &self.0.public_url.at("/auth/logout/callback/"));
            // Some providers ask for one. It is not compared: by then the session has ended, and coming back does nothing.
            parameters.append_pair("state", &self.0.attempts.unguessable());
        }
        Ok(Some(url.into()))
    }

    /// Obeys a logout token (Back-Channel Logout 1.0 §2.5, §2.6): the sessions that it means end on every instance. A token that
    /// came before is refused (step 8).
    pub async fn end_by_provider(&self, id: &str, token: &str, request: &ClientRequest) -> Result<(), LogoutError> {
        let provider = self.provider(id)?;
        let algorithm = provider.settings.id_token.signed;
        let verify = |keys: &crate::jose::foreign::JwkSet| {
            let rules = LogoutTokenRules {
                party: provider.party(),
                signer: Signer { algorithm, keys, secret: provider.shared_secret.as_ref() },
                decryption: provider.id_token_decryption.as_ref(),
                max_lifetime: LONGEST_LIFETIME,
            };
            verify_logout_token(token, &rules)
        };
        let told = provider.with_keys(algorithm, verify).await.map_err(OpenIdError::from)?;
        let ended = Ended {
            issuer: told.issuer,
            subject: told.subject,
            sid: told.session_id,
            jti: told.token_id,
            token_ends_at: told.expires_at.after(provider.settings.clock_tolerance),
        };
        match self.0.sessions.end_by_provider(ended, request).await.map_err(OpenIdError::from)? {
            Some(sessions) => {
                tracing::info!(provider = id, sessions, request_id = request.id, "the provider signed somebody out");
                Ok(())
            }
            None => Err(LogoutError::Replayed),
        }
    }
}

/// Why a logout token is not obeyed.
#[derive(Debug, thiserror::Error)]
pub enum LogoutError {
    /// There is none.
    #[error("there is no logout token")]
    Missing,
    /// It was obeyed before.
    #[error("the logout token was used before")]
    Replayed,
    /// It is not what it must be.
    #[error("the logout token is refused: {0}")]
    Token(Defect),
    /// The provider is unknown or its keys cannot be had, or the database failed.
    #[error(transparent)]
    Other(OpenIdError),
}

impl From<OpenIdError> for LogoutError {
    fn from(error: OpenIdError) -> Self {
        match error {
            OpenIdError::Token(defect) => Self::Token(defect),
            error => Self::Other(error),
        }
    }
}
