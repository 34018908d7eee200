//! What is for administrators alone, and what asks for a sign-in of the last minutes.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use leptos::prelude::*;

use super::{Account, Visitor};
use crate::audit::Actor;
use crate::base::{AccountId, Answer, Caller, Clock, Code, Failure, Refusal};
use crate::ui::{ErrorKind, Moment, caller_or_sign_in, go_with_problem, here, refusal_page, see_other};

/// How long ago a person may have proved who she is to do what cannot be undone or gives power away.
const RECENT: Duration = Duration::from_mins(10);

/// Somebody who is no administrator asked for what is an administrator's.
#[derive(Debug, thiserror::Error)]
#[error("not an administrator")]
struct NotAdministrator;

impl Refusal for NotAdministrator {
    fn answer(&self) -> Answer {
        let text = "You do not have permission to perform this action.";
        Answer::own(StatusCode::FORBIDDEN, Code::PermissionDenied, text)
    }
}

/// An administrator in her own browser. A handler that takes one answers 401 to strangers and 403 to everybody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Administrator(pub AccountId);

impl Administrator {
    /// Who acts, for the trail.
    pub const fn actor(self) -> Actor {
        Actor::Person(self.0)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Administrator {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let visitor = parts.extensions.get::<Visitor>().cloned().unwrap_or_default();
        match visitor.account() {
            Some(account) if account.is_administrator() => Ok(Self(account.id)),
            Some(_) => Err(NotAdministrator.into()),
            None => {
                let text = "Authentication credentials were not provided.";
                Err(Failure(Answer::own(StatusCode::UNAUTHORIZED, Code::NotAuthenticated, text)))
            }
        }
    }
}

/// Whether whoever asks signed in within the last ten minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecentSignIn(bool);

impl RecentSignIn {
    /// Refuses with 403 `recent_sign_in_required` unless she did.
    pub fn require(self) -> Result<(), Failure> {
        if self.0 {
            return Ok(());
        }
        let text = "Sign in again to do this: your last sign-in is more than ten minutes ago.";
        Err(Failure(Answer::own(StatusCode::FORBIDDEN, Code::RecentSignInRequired, text)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RecentSignIn
where
    Clock: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let signed_in = parts.extensions.get::<Visitor>().and_then(Visitor::signed_in_at);
        Ok(Self(signed_in.is_some_and(|at| Clock::from_ref(state).now() < at.after(RECENT))))
    }
}

/// The administrator who sends a form of the page `next`; anybody else is on the way to a page that says why not.
pub fn administrator(next: &str) -> Option<Actor> {
    let caller = caller_or_sign_in(next)?;
    let visitor = use_context::<Visitor>().unwrap_or_default();
    if visitor.account().is_some_and(Account::is_administrator) {
        return Some(Actor::Person(caller.person));
    }
    go_with_problem("/", NotAdministrator);
    None
}

/// The same, and she signed in within the last ten minutes; else she is on the way to the page on which she proves again
/// who she is, and comes back to `next`.
pub fn recent_administrator(next: &str) -> Option<Actor> {
    let actor = administrator(next)?;
    recent_or_confirm(next).then_some(actor)
}

/// The person who sends a form of the page `next` and signed in within the last ten minutes; else she is on the way to the
/// page on which she proves again who she is, and comes back to `next`.
pub fn recent_caller(next: &str) -> Option<Caller> {
    let caller = caller_or_sign_in(next)?;
    recent_or_confirm(next).then_some(caller)
}

/// Whether the visitor signed in within the last ten minutes.
pub fn is_recent() -> bool {
    let (visitor, moment) = (use_context::<Visitor>().unwrap_or_default(), use_context::<Moment>());
    let (Some(at), Some(moment)) = (visitor.signed_in_at(), moment) else { return false };
    moment.now < at.after(RECENT)
}

fn recent_or_confirm(next: &str) -> bool {
    let recent = is_recent();
    if !recent {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        see_other(&format!("/sign-in/confirm?{query}"));
    }
    recent
}

/// Nothing for an administrator; for anybody else the page, or the way, that she gets instead.
pub fn unless_administrator() -> Option<AnyView> {
    if caller_or_sign_in(&here()).is_none() {
        return Some(().into_any());
    }
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let administrator = visitor.account().is_some_and(Account::is_administrator);
    (!administrator).then(|| refusal_page(ErrorKind::Forbidden, StatusCode::FORBIDDEN))
}
