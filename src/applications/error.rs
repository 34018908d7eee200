//! What can go wrong with an application.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Flaw, LogoError};
use crate::base::{Answer, Code, Refusal, StoreError, Timestamp};

/// A refusal of this room of the house.
#[derive(Debug, thiserror::Error)]
pub enum ApplicationError {
    /// There is no such application, or it is none of the caller's.
    #[error("there is no such application")]
    NotFound,
    /// Fields have values that cannot be.
    #[error("{}", sentences(.0))]
    Invalid(Vec<Flaw>),
    /// The slug is not of the form that addresses take.
    #[error("a slug has between 1 and 50 characters out of a-z, 0-9 and -")]
    Slug,
    /// Another application has that slug.
    #[error("another application has this slug")]
    SlugTaken,
    /// Somebody else changed the application since the caller read it.
    #[error("the application was changed meanwhile; read it again")]
    Changed,
    /// The change is an administrator's alone.
    #[error("only administrators may change this")]
    Forbidden,
    /// Two secrets are in use already.
    #[error("two secrets are in use; the older one ends at {0}")]
    TwoSecrets(Timestamp),
    /// The application has no such secret, or it has ended.
    #[error("there is no such secret")]
    SecretNotFound,
    /// It is the only secret, and the caller did not say that this is meant.
    #[error("it is the application's only secret: without it, it gets no token any more")]
    LastSecret,
    /// No manager of the application has that account.
    #[error("this person does not manage the application")]
    ManagerNotFound,
    /// The picture cannot be its logo.
    #[error(transparent)]
    Logo(#[from] LogoError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn sentences(flaws: &[Flaw]) -> String {
    flaws.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Refusal for ApplicationError {
    fn answer(&self) -> Answer {
        let own = |status, code| Answer::own(status, code, capitalised(&self.to_string()));
        match self {
            Self::NotFound => Answer::own(StatusCode::NOT_FOUND, Code::NotFound, "Not found."),
            Self::Invalid(flaws) => {
                let fields =
                    flaws.iter().map(|flaw| (flaw.field().to_owned(), json!([capitalised(&flaw.to_string())])));
                Answer::fields(Value::Object(fields.collect::<Map<_, _>>()))
            }
            Self::Slug => own(StatusCode::BAD_REQUEST, Code::InvalidRequest),
            Self::SlugTaken | Self::TwoSecrets(_) | Self::LastSecret | Self::Changed => {
                own(StatusCode::CONFLICT, Code::Conflict)
            }
            Self::Forbidden => own(StatusCode::FORBIDDEN, Code::PermissionDenied),
            Self::SecretNotFound | Self::ManagerNotFound => own(StatusCode::NOT_FOUND, Code::NotFound),
            Self::Logo(error) => error.answer(),
            Self::Store(error) => error.answer().into_own(),
        }
    }
}

/// The sentence that a message is within another text.
pub(super) fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    first.chain(rest).chain(std::iter::once('.')).collect()
}
