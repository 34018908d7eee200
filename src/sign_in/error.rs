//! Why somebody does not get in.

use std::time::Duration;

use axum::http::StatusCode;

use crate::accounts::PasswordError;
use crate::base::{Answer, Code, Refusal, StoreError};

/// A refusal of this room of the house.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// E-mail and password do not belong together: the same answer for an unknown address, a wrong password and an
    /// account without a password.
    #[error("e-mail and password do not belong together")]
    Invalid,
    /// The account is disabled; said only after the right password.
    #[error("the account is disabled")]
    Disabled,
    /// Too many failures of this account or address.
    #[error("too many failed attempts")]
    Throttled(Duration),
    /// The password could not be checked.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The session could not be stored.
    #[error("the session could not be stored: {0}")]
    Session(#[from] tower_sessions::session::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for SignInError {
    fn answer(&self) -> Answer {
        match self {
            Self::Invalid => Answer::own(
                StatusCode::UNAUTHORIZED,
                Code::InvalidCredentials,
                "E-mail and password do not belong together.",
            ),
            Self::Disabled => Answer::own(StatusCode::UNAUTHORIZED, Code::AccountDisabled, "User account is disabled."),
            Self::Throttled(wait) => Answer::throttled(*wait).into_own(),
            Self::Password(error) => error.answer(),
            Self::Session(_) => Answer::internal().into_own(),
            Self::Store(error) => error.answer().into_own(),
        }
    }
}
