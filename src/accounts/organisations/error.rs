//! What can go wrong with an organisation.

use axum::http::StatusCode;

use crate::base::{Answer, Code, InvalidSiret, Refusal, StoreError};

/// A refusal about organisations.
#[derive(Debug, thiserror::Error)]
pub enum OrganisationError {
    /// There is no such organisation here, or it has no such alias.
    #[error("there is no such organisation")]
    NotFound,
    /// That number leads to an organisation already.
    #[error("this SIRET leads to an organisation already")]
    Taken,
    /// Its own number is no alias that could be taken away.
    #[error("this is the organisation's own SIRET")]
    OwnSiret,
    /// It has no name, or one that is too long.
    #[error("a name has 1 to 255 characters")]
    Name,
    /// The number is none.
    #[error(transparent)]
    Siret(#[from] InvalidSiret),
    /// The person does not belong to it, by what her provider said at this sign-in.
    #[error("the person does not belong to this organisation")]
    NotHers,
    /// As many people have asked as are kept.
    #[error("too many people have asked already")]
    TooManyRequests,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for OrganisationError {
    fn answer(&self) -> Answer {
        match self {
            Self::NotFound => Answer::own(StatusCode::NOT_FOUND, Code::OrganisationNotFound, "Organisation not found."),
            Self::Taken => {
                Answer::own(StatusCode::CONFLICT, Code::SiretTaken, "This SIRET leads to an organisation already.")
            }
            Self::OwnSiret => {
                Answer::own(StatusCode::CONFLICT, Code::Conflict, "This is the organisation's own SIRET.")
            }
            Self::Name => Answer::fields(serde_json::json!({ "name": ["Ensure this field has 1 to 255 characters."] })),
            Self::Siret(error) => Answer::fields(serde_json::json!({ "siret": [format!("{error}.")] })),
            Self::NotHers => Answer::own(
                StatusCode::FORBIDDEN,
                Code::PermissionDenied,
                "The person does not belong to this organisation.",
            ),
            Self::TooManyRequests => {
                Answer::own(StatusCode::TOO_MANY_REQUESTS, Code::TooManyRequests, "Too many people have asked already.")
            }
            Self::Store(error) => error.answer().into_own(),
        }
    }
}
