//! Refusals of personal tokens: when they are made, and, in the words of the compatible profile, when they are used.

use axum::http::StatusCode;

use crate::base::{Answer, Code, Refusal, StoreError};

/// Why a personal token is not made or not ended.
#[derive(Debug, thiserror::Error)]
pub enum PersonalTokenError {
    /// It has no name, or one that is too long.
    #[error("a name has 1 to 100 characters")]
    Name,
    /// It could do nothing.
    #[error("a token needs at least one scope")]
    Scopes,
    /// It would end in the past, or too late.
    #[error("a token ends within a year")]
    End,
    /// The person has as many as one may have.
    #[error("a person may have 50 tokens at a time")]
    TooMany,
    /// The person has no such token.
    #[error("there is no such token")]
    NotFound,
    /// The account is gone or disabled, or the sign-in that it is for has ended.
    #[error("its person is not signed in any more")]
    Gone,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for PersonalTokenError {
    fn answer(&self) -> Answer {
        let invalid = |text: &'static str| Answer::own(StatusCode::BAD_REQUEST, Code::InvalidRequest, text);
        match self {
            Self::Name => invalid("A name has 1 to 100 characters."),
            Self::Scopes => invalid("A token needs at least one scope."),
            Self::End => invalid("A token ends within a year."),
            Self::TooMany => {
                Answer::own(StatusCode::CONFLICT, Code::Conflict, "A person may have 50 tokens at a time.")
            }
            Self::NotFound => Answer::own(StatusCode::NOT_FOUND, Code::NotFound, "Not found."),
            Self::Gone => {
                Answer::own(StatusCode::UNAUTHORIZED, Code::NotAuthenticated, "The person is not signed in any more.")
            }
            Self::Store(error) => error.answer().into_own(),
        }
    }
}

/// Why a personal token does not work. The order is that of the checks.
#[derive(Debug, thiserror::Error)]
pub enum PersonalTokenUseError {
    /// It was never ours, or is forgotten.
    #[error("not a token of this server")]
    Invalid,
    /// Its time is over.
    #[error("the token is expired")]
    Expired,
    /// The person is disabled.
    #[error("the account is disabled")]
    UserDisabled,
    /// It was revoked, alone or with all others, or the sign-in that it is for has ended.
    #[error("the token is revoked")]
    Revoked,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for PersonalTokenUseError {
    fn answer(&self) -> Answer {
        let refuse = |code, text: &'static str| Answer::detail(StatusCode::UNAUTHORIZED, code, text).challenge();
        match self {
            Self::Invalid => refuse(Code::InvalidToken, "Invalid token."),
            Self::Expired => refuse(Code::InvalidToken, "Token expired."),
            Self::UserDisabled => refuse(Code::AccountDisabled, "User account is disabled."),
            Self::Revoked => refuse(Code::TokenRevoked, "Token has been revoked."),
            Self::Store(error) => error.answer(),
        }
    }
}
