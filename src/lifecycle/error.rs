//! Refusals about a whole person.

use axum::http::StatusCode;

use crate::accounts::AccountError;
use crate::base::{Answer, Code, Refusal, StoreError};

/// A refusal of this room of the house.
#[derive(Debug, thiserror::Error)]
pub enum LifecycleError {
    /// About one account.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// She alone owns so many rooms of which nothing was said.
    #[error("{0} rooms are this person's alone: hand them over (--hand-over-to) or delete them (--delete-rooms)")]
    RoomsToHandOver(usize),
    /// A room would go to nobody.
    #[error("rooms go to somebody else who has an active account here")]
    HeirNotFound,
    /// The two accounts are one.
    #[error("an account cannot be merged into itself")]
    SameAccount,
    /// One of the two is disabled.
    #[error("a disabled account is not merged: enable it first")]
    Disabled,
    /// Nobody has come to the one that would stay.
    #[error("the person of the account that would stay has not come yet: merge it the other way round")]
    Pending,
}

impl From<StoreError> for LifecycleError {
    fn from(error: StoreError) -> Self {
        Self::Account(error.into())
    }
}

impl Refusal for LifecycleError {
    fn answer(&self) -> Answer {
        let conflict = |code, text: &'static str| Answer::own(StatusCode::CONFLICT, code, text);
        match self {
            Self::Account(error) => error.answer(),
            Self::RoomsToHandOver(_) => conflict(
                Code::RoomsToHandOver,
                "Some rooms are this person's alone. Say of each to whom it goes, or that it is deleted.",
            ),
            Self::HeirNotFound => {
                conflict(Code::HeirNotFound, "A room goes to somebody else who has an active account here.")
            }
            Self::SameAccount => conflict(Code::SameAccount, "An account cannot be merged into itself."),
            Self::Disabled => conflict(Code::NotMergeable, "A disabled account is not merged. Enable it first."),
            Self::Pending => conflict(
                Code::NotMergeable,
                "The person of the account that would stay has not come yet. Merge it the other way round.",
            ),
        }
    }
}
