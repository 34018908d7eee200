//! What can go wrong with an application.

use axum::http::StatusCode;

use crate::base::{Answer, Code, Refusal, StoreError, Timestamp};

/// A refusal of this room of the house.
#[derive(Debug, thiserror::Error)]
pub enum ApplicationError {
    /// There is no such application.
    #[error("there is no such application")]
    NotFound,
    /// The name is blank or too long.
    #[error("a name has between 1 and 255 characters")]
    Name,
    /// The slug is not of the form that addresses take.
    #[error("a slug has between 1 and 50 characters out of a-z, 0-9 and -")]
    Slug,
    /// Another application has that slug.
    #[error("another application has this slug")]
    SlugTaken,
    /// Two secrets are in use already.
    #[error("two secrets are in use; the older one ends at {0}")]
    TwoSecrets(Timestamp),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for ApplicationError {
    fn answer(&self) -> Answer {
        let bad = || Answer::own(StatusCode::BAD_REQUEST, Code::InvalidRequest, self.to_string());
        match self {
            Self::NotFound => Answer::own(StatusCode::NOT_FOUND, Code::NotFound, "Not found."),
            Self::Name | Self::Slug => bad(),
            Self::SlugTaken | Self::TwoSecrets(_) => {
                Answer::own(StatusCode::CONFLICT, Code::Conflict, self.to_string())
            }
            Self::Store(error) => error.answer(),
        }
    }
}
