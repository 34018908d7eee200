//! What can go wrong with an account.

use axum::http::StatusCode;

use super::PasswordError;
use crate::base::{Answer, Code, Refusal, StoreError};

/// A refusal of this room of the house.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// There is no such account.
    #[error("there is no such account")]
    NotFound,
    /// Another account has this address.
    #[error("another account has this e-mail address")]
    EmailTaken,
    /// The account waits for its person, who has not come yet.
    #[error("the person of this account has not come yet; `parloir user create` for her address makes it hers")]
    Pending,
    /// The server would be left without an administrator.
    #[error("this is the last active administrator: make another person administrator first")]
    LastAdministrator,
    /// A person would lock herself out.
    #[error("nobody disables her own account; another administrator can")]
    OwnAccount,
    /// The account has no such identity.
    #[error("the account has no such identity")]
    NoSuchIdentity,
    /// The account has no such session.
    #[error("the account has no such session")]
    NoSuchSession,
    /// The person could not sign in any more.
    #[error("this is the person's last way in: disable her account, or see that she has another")]
    LastWayIn,
    /// The account has no password.
    #[error("the account has no password")]
    NoPassword,
    /// The password is another one by now.
    #[error("the password was changed meanwhile")]
    PasswordMoved,
    /// Nobody vouches for the account's address, which a password would be asked for with.
    #[error("nobody vouches for the account's e-mail address")]
    EmailUnverified,
    /// The identity is another account's.
    #[error("this identity is another account's")]
    IdentityInUse,
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
            Self::LastAdministrator => Answer::own(
                StatusCode::CONFLICT,
                Code::LastAdministrator,
                "This is the last active administrator. Make another person administrator first.",
            ),
            Self::OwnAccount => Answer::own(
                StatusCode::CONFLICT,
                Code::OwnAccount,
                "Nobody disables her own account. Another administrator can.",
            ),
            Self::NoSuchIdentity | Self::NoSuchSession | Self::NoPassword => {
                Answer::own(StatusCode::NOT_FOUND, Code::NotFound, "Not found.")
            }
            Self::PasswordMoved => {
                Answer::own(StatusCode::CONFLICT, Code::Conflict, "The password was changed meanwhile.")
            }
            Self::EmailUnverified => Answer::own(
                StatusCode::CONFLICT,
                Code::EmailUntrusted,
                "Nobody vouches for the e-mail address of this account.",
            ),
            Self::IdentityInUse => {
                Answer::own(StatusCode::CONFLICT, Code::IdentityInUse, "This identity is another account's.")
            }
            Self::LastWayIn => Answer::own(
                StatusCode::CONFLICT,
                Code::LastWayIn,
                "This is the person's last way in. Disable her account, or see that she has another.",
            ),
            Self::Password(error) => error.answer(),
            Self::Store(error) => error.answer(),
        }
    }
}
