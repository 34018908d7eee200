//! What can go wrong with an account.

use axum::http::StatusCode;

use super::PasswordError;
use crate::base::{Answer, Code, Refusal, StoreError};

/// A refusal of this room of the house.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// No account has this address.
    #[error("no account has this e-mail address")]
    NotFound,
    /// Another account has this address.
    #[error("another account has this e-mail address")]
    EmailTaken,
    /// The password cannot be used.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for AccountError {
    fn answer(&self) -> Answer {
        match self {
            Self::NotFound => Answer::own(StatusCode::NOT_FOUND, Code::UserNotFound, "User not found."),
            Self::EmailTaken => {
                Answer::own(StatusCode::CONFLICT, Code::Conflict, "Another account has this e-mail address.")
            }
            Self::Password(error) => error.answer(),
            Self::Store(error) => error.answer(),
        }
    }
}
