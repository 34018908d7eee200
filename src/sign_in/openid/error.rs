//! Why somebody does not get in through a provider.

use std::time::Duration;

use axum::http::StatusCode;

use super::super::SignInError;
use super::super::front_end::FrontEndError;
use crate::base::{Answer, Code, ConflictId, OutgoingError, Refusal, StoreError};
use crate::jose::foreign::Defect;
use crate::providers::{ArrivalDefect, ProviderFault, Unverified};

/// A refusal of signing in through a provider. Its text goes to the log; what a person is told follows from the code.
#[derive(Debug, thiserror::Error)]
pub enum OpenIdError {
    /// There is no such provider in the settings.
    #[error("there is no such provider")]
    UnknownProvider,
    /// No attempt of this browser has that state: too old, used, or begun elsewhere.
    #[error("no attempt of this browser has this state")]
    UnknownAttempt,
    /// The provider cannot be reached, or does not answer in time.
    #[error("the provider does not answer: {0}")]
    Down(#[source] OutgoingError),
    /// The provider was down a moment ago and is not asked again yet.
    #[error("the provider did not answer a moment ago")]
    StillDown,
    /// Its keys cannot be had, so that no token of it can be verified now.
    #[error("the provider's keys cannot be had: {0}")]
    NoKeys(&'static str),
    /// The provider answers with something that it should not: the text says what, without anything of the answer.
    #[error("the provider answers wrongly: {0}")]
    Misbehaves(&'static str),
    /// The provider refused, with this error (RFC 6749 §4.1.2.1, §5.2; OpenID Connect Core 1.0 §3.1.2.6).
    #[error("the provider refuses: {0}")]
    Refused(String),
    /// The person, or the provider, said no (`access_denied`).
    #[error("consent was denied")]
    Denied,
    /// The answer names another issuer than the provider's (RFC 9207 §2.4).
    #[error("the answer comes from another issuer")]
    MixedUp,
    /// A token is not what it must be.
    #[error("a token of the provider is refused: {0}")]
    Token(#[from] Defect),
    /// She authenticated in a way that is not enough.
    #[error("the level of authentication is not enough")]
    WeakAuthentication,
    /// A claim is missing without which nobody gets in.
    #[error("the claim {0} is missing")]
    MissingClaim(String),
    /// There is no e-mail address, and one is required.
    #[error("there is no e-mail address")]
    MissingEmail,
    /// Nobody vouches for the e-mail address, and one is required that somebody vouches for.
    #[error("nobody vouches for the e-mail address")]
    UntrustedEmail,
    /// The account is disabled.
    #[error("the account is disabled")]
    Disabled,
    /// There is no account, and none is made.
    #[error("there is no account, and none is made")]
    NoAccount,
    /// The address is another account's: what to do stands on a page.
    #[error("the e-mail address is another account's")]
    Conflict(ConflictId),
    /// The organisation is none of hers, or is not let in.
    #[error("the organisation is not hers to choose")]
    NotHers,
    /// A front end elsewhere asks wrongly.
    #[error(transparent)]
    FrontEnd(#[from] FrontEndError),
    /// The identity is not one of the person who was to prove again who she is.
    #[error("the identity is not one of this account")]
    AnotherAccount,
    /// She was to prove again who she is, which came to nothing for this reason; then she was to go on to this path.
    #[error(transparent)]
    Unconfirmed(Box<Unconfirmed>),
    /// A person wanted one more way in, and the identity is another account's.
    #[error("the identity is another account's")]
    IdentityInUse,
    /// A person wanted one more way in, which came to nothing for this reason.
    #[error("not linked: {0}")]
    NotLinked(Box<OpenIdError>),
    /// Our own proof of who we are could not be made.
    #[error("the client assertion could not be signed")]
    Assertion,
    /// The session could not be begun.
    #[error(transparent)]
    Session(#[from] SignInError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a person did not prove again who she is.
#[derive(Debug, thiserror::Error)]
#[error("not confirmed: {cause}")]
pub struct Unconfirmed {
    /// Where she was going.
    pub next: String,
    /// Why.
    pub cause: OpenIdError,
}

impl OpenIdError {
    pub(super) fn unconfirmed(next: String, cause: Self) -> Self {
        Self::Unconfirmed(Box::new(Unconfirmed { next, cause }))
    }

    /// What a provider that was asked in silence answers when it would have to show something (Core §3.1.2.6).
    pub(super) const NOT_SIGNED_IN: [&'static str; 4] =
        ["login_required", "interaction_required", "consent_required", "account_selection_required"];
}

impl From<ProviderFault> for OpenIdError {
    fn from(fault: ProviderFault) -> Self {
        match fault {
            ProviderFault::Down(error) => Self::Down(error),
            ProviderFault::StillDown => Self::StillDown,
            ProviderFault::NoKeys(what) => Self::NoKeys(what),
            ProviderFault::Misbehaves(what) => Self::Misbehaves(what),
        }
    }
}

impl From<Unverified> for OpenIdError {
    fn from(error: Unverified) -> Self {
        match error {
            Unverified::Provider(fault) => fault.into(),
            Unverified::Defect(defect) => Self::Token(defect),
        }
    }
}

impl From<ArrivalDefect> for OpenIdError {
    fn from(defect: ArrivalDefect) -> Self {
        match defect {
            ArrivalDefect::Claim(name) => Self::MissingClaim(name),
            ArrivalDefect::Email => Self::MissingEmail,
            ArrivalDefect::TrustedEmail => Self::UntrustedEmail,
        }
    }
}

impl Refusal for OpenIdError {
    fn answer(&self) -> Answer {
        let refuse = |status, code, text: &'static str| Answer::own(status, code, text);
        match self {
            Self::UnknownProvider => refuse(StatusCode::NOT_FOUND, Code::NotFound, "Not found."),
            Self::UnknownAttempt => refuse(
                StatusCode::BAD_REQUEST,
                Code::SignInExpired,
                "This sign-in is not known in this browser, or has expired.",
            ),
            Self::Down(_) | Self::StillDown | Self::NoKeys(_) => refuse(
                StatusCode::SERVICE_UNAVAILABLE,
                Code::ProviderUnavailable,
                "The identity provider does not answer.",
            )
            .retry_after(Duration::from_secs(10)),
            Self::Misbehaves(_) | Self::Refused(_) | Self::MixedUp | Self::Token(_) | Self::Assertion => refuse(
                StatusCode::BAD_GATEWAY,
                Code::ProviderError,
                "The identity provider's answer cannot be accepted.",
            ),
            Self::Denied => refuse(StatusCode::FORBIDDEN, Code::SignInDenied, "The sign-in was cancelled."),
            Self::WeakAuthentication => refuse(
                StatusCode::FORBIDDEN,
                Code::AuthenticationTooWeak,
                "The identity provider did not authenticate the person strongly enough.",
            ),
            Self::MissingClaim(_) => refuse(
                StatusCode::FORBIDDEN,
                Code::ClaimMissing,
                "The identity provider does not say all that is needed of the person.",
            ),
            Self::MissingEmail => {
                refuse(StatusCode::FORBIDDEN, Code::EmailMissing, "The identity provider gives no e-mail address.")
            }
            Self::UntrustedEmail => refuse(
                StatusCode::FORBIDDEN,
                Code::EmailUntrusted,
                "The identity provider does not vouch for the e-mail address.",
            ),
            Self::Disabled => refuse(StatusCode::FORBIDDEN, Code::AccountDisabled, "User account is disabled."),
            Self::NoAccount => {
                refuse(StatusCode::FORBIDDEN, Code::UserNotFound, "There is no account for this person.")
            }
            Self::Conflict(_) => {
                refuse(StatusCode::CONFLICT, Code::Conflict, "The e-mail address belongs to another account.")
            }
            Self::NotHers => refuse(
                StatusCode::FORBIDDEN,
                Code::PermissionDenied,
                "The person does not belong to this organisation.",
            ),
            Self::FrontEnd(error) => error.answer(),
            Self::AnotherAccount => refuse(
                StatusCode::FORBIDDEN,
                Code::PermissionDenied,
                "The identity provider vouches for somebody else than the person who is signed in.",
            ),
            Self::IdentityInUse => {
                refuse(StatusCode::CONFLICT, Code::IdentityInUse, "This identity is another account's.")
            }
            Self::NotLinked(cause) => cause.answer(),
            Self::Unconfirmed(unconfirmed) => unconfirmed.cause.answer(),
            Self::Session(error) => error.answer(),
            Self::Store(error) => error.answer().into_own(),
        }
    }
}
