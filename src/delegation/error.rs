//! Refusals of the token endpoint and of tokens in use, in the words of the compatible profile.

use std::time::Duration;

use axum::http::StatusCode;

use crate::base::{Answer, Code, Refusal, StoreError};
use crate::jose::JoseError;

/// Why no token is issued. The order is that of the checks.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The client is unknown or the secret is wrong: one answer for both.
    #[error("invalid client credentials")]
    InvalidClient,
    /// Too many wrong credentials from this address.
    #[error("too many failed authentications")]
    Throttled(Duration),
    /// The application is disabled; said only after the right secret.
    #[error("the application is inactive")]
    Inactive,
    /// The application may not be used from the client's address; said only after the right secret.
    #[error("the network address is not allowed to the application")]
    AddressNotAllowed,
    /// The person is not named by an e-mail address.
    #[error("the subject is not an e-mail address")]
    InvalidSubject,
    /// The application may not act for people of this domain.
    #[error("the e-mail domain is not allowed to the application")]
    DomainNotAllowed,
    /// Nobody has this address, or she is disabled.
    #[error("no such person")]
    UserNotFound,
    /// The application has made as many accounts today as it may.
    #[error("the application has made as many accounts today as it may")]
    TooManyPeople(Duration),
    /// Signing failed.
    #[error(transparent)]
    Jose(#[from] JoseError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What both the token endpoint and a token in use answer when the domain is not allowed.
const DOMAIN: &str = "This application is not authorized for this email domain.";

/// What both answer when the request comes from elsewhere than the application may be used.
const ADDRESS: &str = "This application is not authorized for this network address.";

impl Refusal for TokenError {
    fn answer(&self) -> Answer {
        match self {
            Self::InvalidClient => {
                Answer::detail(StatusCode::UNAUTHORIZED, Code::InvalidClient, "Invalid credentials").challenge()
            }
            Self::Throttled(wait) => Answer::throttled(*wait),
            Self::TooManyPeople(wait) => Answer { code: Code::UserCreationLimit, ..Answer::throttled(*wait) },
            Self::Inactive => {
                Answer::detail(StatusCode::UNAUTHORIZED, Code::ApplicationInactive, "Application is inactive")
                    .challenge()
            }
            Self::AddressNotAllowed => Answer::error(StatusCode::FORBIDDEN, Code::AddressNotAllowed, ADDRESS),
            Self::InvalidSubject => {
                Answer::error(StatusCode::BAD_REQUEST, Code::InvalidSubject, "Scope should be a valid email address.")
            }
            Self::DomainNotAllowed => Answer::error(StatusCode::FORBIDDEN, Code::DomainNotAllowed, DOMAIN),
            Self::UserNotFound => Answer::detail(StatusCode::NOT_FOUND, Code::UserNotFound, "User not found."),
            Self::Jose(JoseError::Store(error)) | Self::Store(error) => error.answer(),
            Self::Jose(_) => Answer::internal(),
        }
    }
}

/// Why a token does not work. The order is that of the checks.
#[derive(Debug, thiserror::Error)]
pub enum UseError {
    /// Not a token of ours, or made for somebody else.
    #[error("not a token for this server")]
    Invalid,
    /// Its time is over.
    #[error("the token is expired")]
    Expired,
    /// It names no client or no person.
    #[error("the token lacks a claim")]
    Claims,
    /// The application is gone.
    #[error("the application is gone")]
    ApplicationNotFound,
    /// The application is disabled.
    #[error("the application is disabled")]
    ApplicationDisabled,
    /// It is a token of another kind.
    #[error("not a delegated token")]
    Type,
    /// The person is gone.
    #[error("the person is gone")]
    UserNotFound,
    /// The person is disabled.
    #[error("the account is disabled")]
    UserDisabled,
    /// It was revoked, alone or with all others.
    #[error("the token is revoked")]
    Revoked,
    /// The application's tokens may not be used from the client's address.
    #[error("the network address is not allowed to the application")]
    AddressNotAllowed,
    /// The application may not act for people of this domain any more.
    #[error("the e-mail domain is not allowed to the application any more")]
    DomainNotAllowed,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for UseError {
    fn answer(&self) -> Answer {
        let refuse = |code, text: &'static str| Answer::detail(StatusCode::UNAUTHORIZED, code, text).challenge();
        match self {
            Self::Invalid => refuse(Code::InvalidToken, "Invalid token."),
            Self::Expired => refuse(Code::InvalidToken, "Token expired."),
            Self::Claims => refuse(Code::InvalidToken, "Invalid token claims."),
            Self::ApplicationNotFound => refuse(Code::ApplicationNotFound, "Application not found."),
            Self::ApplicationDisabled => refuse(Code::ApplicationInactive, "Application is disabled."),
            Self::Type => refuse(Code::InvalidToken, "Invalid token type."),
            Self::UserNotFound => refuse(Code::UserNotFound, "User not found."),
            Self::UserDisabled => refuse(Code::AccountDisabled, "User account is disabled."),
            Self::Revoked => refuse(Code::TokenRevoked, "Token has been revoked."),
            Self::AddressNotAllowed => Answer::error(StatusCode::FORBIDDEN, Code::AddressNotAllowed, ADDRESS),
            Self::DomainNotAllowed => Answer::error(StatusCode::FORBIDDEN, Code::DomainNotAllowed, DOMAIN),
            Self::Store(error) => error.answer(),
        }
    }
}

/// Why a token was not revoked, or a key not replaced.
#[derive(Debug, thiserror::Error)]
pub enum RevocationError {
    /// No such token was issued, or so long ago that the trail has forgotten it.
    #[error("no token with this id was issued")]
    Unknown,
    /// The new key cannot be had.
    #[error(transparent)]
    Jose(#[from] JoseError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
