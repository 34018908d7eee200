//! Who may manage an application: for pages, for what their forms send, and for JSON.

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;
use leptos::prelude::*;

use super::{ApplicationError, Applications, ManagedApplication};
use crate::accounts::{Account, Administrator, Visitor, recent_caller};
use crate::base::{AccountId, Answer, ClientId, Code, Failure};
use crate::ui::{ErrorKind, caller_or_sign_in, failure_page, go_with_problem, here, refusal_page};

/// The application that the path names by its client id, as `{client_id}`. Answers 401 to strangers, and to whoever may not
/// manage it the same 404 as of one that there is not.
impl<S> FromRequestParts<S> for ManagedApplication
where
    Applications: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let account = signed_in(parts)?;
        let path: Result<Path<std::collections::HashMap<String, String>>, PathRejection> =
            Path::from_request_parts(parts, state).await;
        let client_id = path.ok().and_then(|Path(mut path)| path.remove("client_id")).unwrap_or_default();
        let applications = Applications::from_ref(state);
        let found = applications.find(&ClientId::from_wire(&client_id)).await?;
        Ok(applications.managed(&account, found).await?)
    }
}

/// Somebody who may look at the list of applications: an administrator at all, a manager at hers. Answers 401 to strangers and
/// 403 to everybody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListsApplications {
    /// None for an administrator, who sees all.
    pub manager: Option<AccountId>,
}

impl<S> FromRequestParts<S> for ListsApplications
where
    Applications: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let Err(refused) = Administrator::from_request_parts(parts, state).await else {
            return Ok(Self { manager: None });
        };
        let person = signed_in(parts)?.id;
        if Applications::from_ref(state).manages_any(person).await? {
            Ok(Self { manager: Some(person) })
        } else {
            Err(refused)
        }
    }
}

fn signed_in(parts: &Parts) -> Result<Account, Failure> {
    let account = parts.extensions.get::<Visitor>().and_then(Visitor::account).cloned();
    account.ok_or_else(|| {
        let text = "Authentication credentials were not provided.";
        Failure(Answer::own(StatusCode::UNAUTHORIZED, Code::NotAuthenticated, text))
    })
}

/// The application of that slug for whoever sends a form of the page `next` and may manage it; anybody else is on the way to a
/// page that says why not.
pub async fn managed_application(slug: &str, next: &str) -> Option<ManagedApplication> {
    caller_or_sign_in(next)?;
    of_visitor(slug).await.map_err(|error| go_with_problem("/", error)).ok()
}

/// The same, and she signed in within the last ten minutes; else she is on the way to the page on which she proves again who she
/// is, and comes back to `next`.
pub async fn recent_managed_application(slug: &str, next: &str) -> Option<ManagedApplication> {
    let managed = managed_application(slug, next).await?;
    recent_caller(next).map(|_| managed)
}

/// The application of that slug for a page; for whoever may not manage it the page, or the way, that she gets instead.
pub async fn managed_or_refusal(slug: &str) -> Result<ManagedApplication, AnyView> {
    if caller_or_sign_in(&here()).is_none() {
        return Err(().into_any());
    }
    of_visitor(slug).await.map_err(|error| match error {
        ApplicationError::NotFound => refusal_page(ErrorKind::NotFound, StatusCode::NOT_FOUND),
        error => failure_page(error),
    })
}

async fn of_visitor(slug: &str) -> Result<ManagedApplication, ApplicationError> {
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let account = visitor.account().ok_or(ApplicationError::NotFound)?.clone();
    expect_context::<Applications>().managed_by_slug(&account, slug).await
}
