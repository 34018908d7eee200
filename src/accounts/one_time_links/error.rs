//! Why a link is not made, or does not work.

use std::time::Duration;

use axum::http::StatusCode;

use crate::accounts::{AccountError, PasswordError};
use crate::base::{Answer, Code, Refusal, StoreError};

/// A refusal of this room of the house.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// It was used, replaced or is too old, never was, or does not fit its account any more: one answer to all of them.
    #[error("the link is over")]
    Over,
    /// Somebody who can sign in needs no invitation.
    #[error("this person has a way in already: `parloir user reset` gives her another password")]
    HasWayIn,
    /// A disabled person gets no link.
    #[error("this account is disabled: enable it first")]
    Disabled,
    /// Nobody vouches for an address of hers.
    #[error("this account has no e-mail address")]
    NoAddress,
    /// A name is too long, or holds what no name holds.
    #[error("a name has at most 200 characters, in one line")]
    Name,
    /// Too many asked for a link for this address, or from this one.
    #[error("too many links were asked for")]
    Throttled(Duration),
    /// The password cannot be used.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The account is not one for this.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for LinkError {
    fn answer(&self) -> Answer {
        let conflict = |code, text: &'static str| Answer::own(StatusCode::CONFLICT, code, text);
        match self {
            Self::Over => Answer::own(StatusCode::GONE, Code::LinkOver, "The link is over."),
            Self::HasWayIn => conflict(Code::HasWayIn, "The person has a way in already."),
            Self::Disabled => conflict(Code::AccountDisabled, "User account is disabled."),
            Self::NoAddress => conflict(Code::EmailMissing, "The account has no e-mail address."),
            Self::Name => Answer::own(
                StatusCode::BAD_REQUEST,
                Code::InvalidRequest,
                "A name has at most 200 characters, in one line.",
            ),
            Self::Throttled(wait) => Answer::throttled(*wait).into_own(),
            Self::Password(error) => error.answer(),
            Self::Account(error) => error.answer(),
            Self::Store(error) => error.answer().into_own(),
        }
    }
}
