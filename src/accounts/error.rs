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
    /// The account waits for its person, who has not come yet.
    #[error("the person of this account has not come yet; `parloir user create` for her address makes it hers")]
    Pending,
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
            Self::Pending => {
                Answer::own(StatusCode::CONFLICT, Code::Conflict, "The person of this account has not come yet.")
            }
            Self::Password(error) => error.answer(),
            Self::Store(error) => error.answer(),
        }
    }
}
