//! Who is calling, as every handler sees it.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::{
    AccountId, Answer, ApplicationId, Code, Failure, KeptEntitlement, PersonalTokenId, Scope, ScopeList, TokenId,
};

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
    /// What is kept of her entitlement, where the look-up of the credential brought it along; `entitlements` looks it up otherwise.
    pub entitlement: Option<KeptEntitlement>,
}

/// The kinds of credential that name a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// A session cookie.
    Session,
    /// A delegated token of ours, with its `jti`.
    DelegatedToken(TokenId),
    /// A token that the person made for herself.
    PersonalToken(PersonalTokenId),
    /// A token that a sign-in provider made for one of its clients, with that client's id there.
    ForeignToken(Arc<str>),
}

impl Caller {
    /// A person in her own browser, of whom no more was looked up.
    pub const fn herself(person: AccountId) -> Self {
        Self { person, application: None, scopes: None, via: Via::Session, entitlement: None }
    }

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

/// A right that a route asks for. Implemented by a marker type of the room that owns the route.
pub trait Right {
    /// The scope that the credential must carry.
    const SCOPE: Scope;
}

/// A caller whose credential carries the scope of `R`: a handler that takes it cannot forget to check.
#[derive(Clone, Debug)]
pub struct Holding<R> {
    /// The caller.
    pub caller: Caller,
    right: PhantomData<R>,
}

impl<R: Right, S: Send + Sync> FromRequestParts<S> for Holding<R> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let caller = Caller::from_request_parts(parts, state).await?;
        match &caller.scopes {
            Some(scopes) if !scopes.contains(R::SCOPE) => Err(Failure(scope_missing(scopes, R::SCOPE))),
            _ => Ok(Self { caller, right: PhantomData }),
        }
    }
}

/// What a caller is told whose credential carries `scopes` and not `needed`.
pub fn scope_missing(scopes: &ScopeList, needed: Scope) -> Answer {
    let text = if scopes.is_empty() {
        "Insufficient permissions.".to_owned()
    } else {
        format!("Insufficient permissions. Required scope: {needed}")
    };
    Answer::detail(StatusCode::FORBIDDEN, Code::InsufficientScope, text)
}
