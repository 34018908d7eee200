//! Who is calling, as every handler sees it.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::{AccountId, Answer, ApplicationId, Code, Failure, Scope, ScopeList, TokenId};

/// An authenticated caller: a person, and the application that acts for her if there is one. Made by `access` alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The person.
    pub person: AccountId,
    /// The application that acts for her; none when she acts herself.
    pub application: Option<ApplicationId>,
    /// What the credential allows; `None` for a person in her own browser, who may do all that her roles allow.
    pub scopes: Option<ScopeList>,
    /// The kind of credential.
    pub via: Via,
}

/// The kinds of credential that name a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// A session cookie.
    Session,
    /// A delegated token of ours, with its `jti`.
    DelegatedToken(TokenId),
}

impl Caller {
    /// Whether the credential carries `scope`.
    pub fn holds(&self, scope: Scope) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| scopes.contains(scope))
    }
}

/// A handler that takes a `Caller` is reached by authenticated callers only: on a surface whose layer found none it
/// answers 401.
impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            Failure(
                Answer::detail(
                    StatusCode::UNAUTHORIZED,
                    Code::NotAuthenticated,
                    "Authentication credentials were not provided.",
                )
                .challenge(),
            )
        })
    }
}
