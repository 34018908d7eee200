//! Refusals towards front ends elsewhere.

use axum::http::StatusCode;

use crate::accounts::PersonalTokenError;
use crate::base::{Answer, Code, Refusal, StoreError};

/// Why a front end's visitor is not signed in, or its code not exchanged.
#[derive(Debug, thiserror::Error)]
pub enum FrontEndError {
    /// There is no such front end in the settings.
    #[error("there is no such front end")]
    Unknown,
    /// The challenge is missing, or is none of S256 (RFC 7636 §4.2).
    #[error("the code challenge is missing or cannot be one")]
    Challenge,
    /// The challenge was made otherwise than by S256.
    #[error("the method of the code challenge is not S256")]
    Method,
    /// The state is too long to be kept.
    #[error("the state is too long")]
    State,
    /// The code is unknown, used, too old or made for somebody else, or the verifier does not fit: one answer for all of it.
    #[error("the code cannot be exchanged")]
    Grant,
    /// A page asks that is of no front end.
    #[error("the request comes from a page that is of no front end")]
    Origin,
    /// The token could not be made.
    #[error(transparent)]
    Token(#[from] PersonalTokenError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for FrontEndError {
    fn answer(&self) -> Answer {
        let refuse = |code, text: &'static str| Answer::own(StatusCode::BAD_REQUEST, code, text);
        match self {
            Self::Unknown => refuse(Code::InvalidRequest, "There is no such front end."),
            Self::Challenge => refuse(Code::InvalidRequest, "A code_challenge of S256 is needed."),
            Self::Method => refuse(Code::InvalidRequest, "The code_challenge_method must be S256."),
            Self::State => refuse(Code::InvalidRequest, "The state is too long."),
            Self::Grant => refuse(Code::InvalidGrant, "The code cannot be exchanged."),
            Self::Origin => {
                Answer::own(StatusCode::FORBIDDEN, Code::CrossSiteRequest, "The request comes from another site.")
            }
            Self::Token(error) => error.answer(),
            Self::Store(error) => error.answer().into_own(),
        }
    }
}
