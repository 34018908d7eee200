//! From the code to the person whom the provider vouches for.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
    BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, StandardRevocableToken,
    StandardTokenResponse, TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::OpenIdError;
use super::attempt::Memo;
use crate::accounts::Arrival;
use crate::base::{OutgoingError, Secret, TokenId};
use crate::config::ClientAuthentication;
use crate::jose::foreign::{
    CLIENT_ASSERTION_TYPE, ClientAssertion, Defect, IdTokenClaims, IdTokenRules, Signer, UserInfoRules,
    verify_id_token, verify_user_info,
};
use crate::providers::{Endpoints, Provider};

/// How long a client assertion may be used (RFC 7523 §3).
const ASSERTION_LIFETIME: Duration = Duration::from_mins(1);

/// What OpenID Connect adds to a token answer (Core §3.1.3.3). As text: an encrypted one is none that the library can read.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct WithIdToken {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

impl std::fmt::Debug for WithIdToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WithIdToken")
    }
}

impl ExtraTokenFields for WithIdToken {}

pub(super) type TokenAnswer = StandardTokenResponse<WithIdToken, BasicTokenType>;

pub(super) type OAuthClient = Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// What a provider gave for a code or a refresh token.
#[derive(Clone, Debug)]
pub(super) struct Tokens {
    /// The access token.
    pub(super) access: Secret,
    /// The ID token.
    pub(super) id: Option<Secret>,
    /// The refresh token.
    pub(super) refresh: Option<Secret>,
}

/// The provider's tokens that are needed after the sign-in.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    /// For `id_token_hint` at sign-out.
    pub(super) id_token: Option<String>,
    /// Where the settings use it.
    pub(super) refresh_token: Option<String>,
}

/// Somebody whom the provider vouches for.
#[derive(Debug)]
pub(super) struct Vouched {
    pub(super) claims: IdTokenClaims,
    pub(super) arrival: Arrival,
}

impl Provider {
    /// The OAuth client that the library works with.
    pub(super) fn oauth(&self, endpoints: &Endpoints, redirect_uri: &str) -> Result<OAuthClient, OpenIdError> {
        let wrong = |what| move |_| OpenIdError::Misbehaves(what);
        let token = TokenUrl::new(endpoints.token.clone()).map_err(wrong("its token endpoint is no URL"))?;
        let authorization =
            AuthUrl::new(endpoints.authorization.clone()).map_err(wrong("its authorization endpoint is no URL"))?;
        let redirect = RedirectUrl::new(redirect_uri.to_owned()).map_err(wrong("our own address is no URL"))?;
        let basic = self.settings.token_endpoint_auth_method == ClientAuthentication::SecretBasic;
        let client = Client::new(ClientId::new(self.settings.client_id.clone()))
            .set_auth_uri(authorization)
            .set_token_uri(token)
            .set_redirect_uri(redirect)
            .set_auth_type(if basic { AuthType::BasicAuth } else { AuthType::RequestBody });
        let secret = match self.settings.token_endpoint_auth_method {
            ClientAuthentication::PrivateKeyJwt => None,
            _ => self.settings.client_secret.as_ref(),
        };
        Ok(match secret {
            Some(secret) => client.set_client_secret(ClientSecret::new(secret.expose().to_owned())),
            None => client,
        })
    }

    /// The parameters that prove who we are, where that is not a secret (RFC 7523 §2.2).
    fn assertion(&self, endpoints: &Endpoints) -> Result<Vec<(&'static str, String)>, OpenIdError> {
        let (Some(key), Some(algorithm)) = (&self.client_key, self.settings.token_endpoint_auth_signing_alg) else {
            return Ok(Vec::new());
        };
        let now = self.clock.now();
        let id = TokenId::new(&self.random, now).to_string();
        let assertion = ClientAssertion {
            client_id: &self.settings.client_id,
            audience: &endpoints.token,
            token_id: &id,
            now,
            lifetime: ASSERTION_LIFETIME,
        };
        let signed = assertion.sign(key, algorithm).map_err(|_| OpenIdError::Assertion)?;
        Ok(vec![("client_assertion_type", CLIENT_ASSERTION_TYPE.to_owned()), ("client_assertion", signed)])
    }

    /// Exchanges the code (RFC 6749 §4.1.3).
    pub(super) async fn exchange(&self, code: String, memo: &Memo, redirect_uri: &str) -> Result<Tokens, OpenIdError> {
        let endpoints = self.discovery.endpoints().await?;
        let client = self.oauth(&endpoints, redirect_uri)?;
        let mut request = client.exchange_code(AuthorizationCode::new(code));
        if let Some(verifier) = &memo.verifier {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.clone()));
        }
        for (name, value) in self.assertion(&endpoints)? {
            request = request.add_extra_param(name, value);
        }
        tokens(request.request_async(&self.http).await)
    }

    /// Exchanges a refresh token (RFC 6749 §6; Core §12).
    pub(super) async fn refresh(&self, refresh_token: &str, redirect_uri: &str) -> Result<Tokens, OpenIdError> {
        let endpoints = self.discovery.endpoints().await?;
        let client = self.oauth(&endpoints, redirect_uri)?;
        let refresh_token = RefreshToken::new(refresh_token.to_owned());
        let mut request = client.exchange_refresh_token(&refresh_token);
        for (name, value) in self.assertion(&endpoints)? {
            request = request.add_extra_param(name, value);
        }
        tokens(request.request_async(&self.http).await)
    }

    /// Verifies an ID token (Core §3.1.3.7). Without a nonce it is that of a refresh (§12.2).
    pub(super) async fn verify_id_token(
        &self,
        tokens: &Tokens,
        nonce: Option<&str>,
        subject: Option<&str>,
    ) -> Result<IdTokenClaims, OpenIdError> {
        let id_token = tokens.id.as_ref().ok_or(OpenIdError::Misbehaves("it gives no ID token"))?;
        let verify = |keys: &crate::jose::foreign::JwkSet| {
            let signer = Signer { algorithm: self.settings.id_token.signed, keys, secret: self.shared_secret.as_ref() };
            let rules = IdTokenRules {
                decryption: self.id_token_decryption.as_ref(),
                nonce,
                access_token: Some(tokens.access.expose()),
                acr_values: &self.settings.acr_values,
                subject,
                ..IdTokenRules::new(self.party(), signer)
            };
            verify_id_token(id_token.expose(), &rules)
        };
        let verified = self.with_keys(self.settings.id_token.signed, verify).await;
        verified.map_err(|error| match error.into() {
            OpenIdError::Token(Defect::AuthenticationContext | Defect::AuthenticationContextMissing) => {
                OpenIdError::WeakAuthentication
            }
            error => error,
        })
    }

    /// Asks UserInfo (Core §5.3), where there is one: its claims stand over those of the ID token.
    pub(super) async fn claims(
        &self,
        access_token: &Secret,
        id_token: &IdTokenClaims,
    ) -> Result<Map<String, Value>, OpenIdError> {
        let mut claims = id_token.other.clone();
        let endpoints = self.discovery.endpoints().await?;
        let Some(userinfo) = &endpoints.userinfo else { return Ok(claims) };
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", access_token.expose()))
            .map_err(|_| OpenIdError::Misbehaves("its access token cannot be sent"))?;
        bearer.set_sensitive(true);
        let headers = HeaderMap::from_iter([(header::AUTHORIZATION, bearer)]);
        let answer = self.http.get(userinfo, headers).await.map_err(OpenIdError::Down)?;
        if answer.status != StatusCode::OK {
            return Err(OpenIdError::Misbehaves("UserInfo is refused"));
        }
        let verify = |keys: &crate::jose::foreign::JwkSet| {
            let signer = self.settings.userinfo.signed.map(|algorithm| Signer {
                algorithm,
                keys,
                secret: self.shared_secret.as_ref(),
            });
            let rules = UserInfoRules {
                party: self.party(),
                form: self.settings.userinfo.form,
                signer,
                decryption: self.userinfo_decryption.as_ref(),
                subject: &id_token.subject,
            };
            verify_user_info(&answer.body, answer.content_type(), &rules)
        };
        let of_userinfo = match self.settings.userinfo.signed {
            Some(algorithm) => self.with_keys(algorithm, verify).await?,
            None => verify(&crate::jose::foreign::JwkSet::default())?,
        };
        claims.extend(of_userinfo);
        Ok(claims)
    }
}

type Asked =
    Result<TokenAnswer, RequestTokenError<OutgoingError, oauth2::StandardErrorResponse<BasicErrorResponseType>>>;

fn tokens(answer: Asked) -> Result<Tokens, OpenIdError> {
    let answer = answer.map_err(|error| match error {
        RequestTokenError::Request(error) => OpenIdError::Down(error),
        RequestTokenError::ServerResponse(refusal) => OpenIdError::Refused(error_word(refusal.error().as_ref())),
        RequestTokenError::Parse(..) => OpenIdError::Misbehaves("its token answer cannot be read"),
        RequestTokenError::Other(_) => OpenIdError::Misbehaves("its token answer is refused"),
    })?;
    if *answer.token_type() != BasicTokenType::Bearer {
        return Err(OpenIdError::Misbehaves("its access token is of another type"));
    }
    Ok(Tokens {
        access: Secret::new(answer.access_token().secret()),
        id: answer.extra_fields().id_token.as_deref().map(Secret::new),
        refresh: answer.refresh_token().map(|token| Secret::new(token.secret())),
    })
}

/// An error word of a provider as the log may have it: such words have this form (RFC 6749 §4.1.2.1), and no more is kept of
/// what a stranger may have written.
pub(super) fn error_word(word: &str) -> String {
    let form = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if !word.is_empty() && word.len() <= 64 && word.bytes().all(form) { word.to_owned() } else { "?".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_error_words_reach_the_log() {
        assert_eq!(error_word("invalid_grant"), "invalid_grant");
        for word in ["", "a b", "<script>", "person@example.org", &"a".repeat(65)] {
            assert_eq!(error_word(word), "?");
        }
    }
}
