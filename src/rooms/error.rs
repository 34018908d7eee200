//! What can go wrong with a room.

use axum::http::StatusCode;

use crate::base::{Answer, Code, IdempotencyError, Refusal, StoreError};
use crate::entitlements::AccessError;

/// What is said of a name that is blank or too long.
pub(super) const WRONG_NAME: &str = "A name has between 1 and 500 characters.";

/// A refusal of this room of the house.
#[derive(Debug, thiserror::Error)]
pub enum RoomError {
    /// There is no such room, or it was deleted.
    #[error("there is no such room")]
    NotFound,
    /// The person has no role, or too small a one.
    #[error("the person has no role that allows this")]
    Forbidden,
    /// The name is blank or too long.
    #[error("a name has between 1 and 500 characters")]
    Name,
    /// The application gave this key to another room.
    #[error("the application gave this external id to another room")]
    ExternalIdTaken,
    /// The person may not make rooms.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A request that came twice.
    #[error(transparent)]
    Repeated(#[from] IdempotencyError),
    /// No free address was found.
    #[error("no free room address was found")]
    NoAddress,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for RoomError {
    fn answer(&self) -> Answer {
        match self {
            Self::NotFound => {
                Answer::detail(StatusCode::NOT_FOUND, Code::RoomNotFound, "No Room matches the given query.")
            }
            Self::Forbidden => Answer::detail(
                StatusCode::FORBIDDEN,
                Code::PermissionDenied,
                "You do not have permission to perform this action.",
            ),
            Self::Name => Answer::fields(serde_json::json!({ "name": [WRONG_NAME] })),
            Self::ExternalIdTaken => Answer::detail(
                StatusCode::CONFLICT,
                Code::ExternalIdTaken,
                "Another room of this application has this external_id.",
            ),
            Self::Access(error) => error.answer(),
            Self::Repeated(error) => error.answer(),
            Self::NoAddress => Answer::internal(),
            Self::Store(error) => error.answer(),
        }
    }
}
