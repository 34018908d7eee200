//! What is for administrators alone.

use axum::http::StatusCode;
use leptos::prelude::*;

use super::{Account, Visitor};
use crate::audit::Actor;
use crate::base::{Answer, Code, Refusal};
use crate::ui::{ErrorKind, caller_or_sign_in, go_with_problem, here, refusal_page};

/// Somebody who is no administrator sent an administrator's form.
#[derive(Debug, thiserror::Error)]
#[error("not an administrator")]
struct NotAdministrator;

impl Refusal for NotAdministrator {
    fn answer(&self) -> Answer {
        let text = "You do not have permission to perform this action.";
        Answer::own(StatusCode::FORBIDDEN, Code::PermissionDenied, text)
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

/// Nothing for an administrator; for anybody else the page, or the way, that she gets instead.
pub fn unless_administrator() -> Option<AnyView> {
    if caller_or_sign_in(&here()).is_none() {
        return Some(().into_any());
    }
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let administrator = visitor.account().is_some_and(Account::is_administrator);
    (!administrator).then(|| refusal_page(ErrorKind::Forbidden, StatusCode::FORBIDDEN))
}
