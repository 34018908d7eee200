//! Why a token of a provider does not work, and why nobody can tell.

use std::time::Duration;

use axum::http::StatusCode;

use crate::base::answer::Challenge;
use crate::base::{Answer, Code, Refusal, Scope, ScopeList, StoreError, scope_missing};
use crate::jose::foreign::Defect;
use crate::providers::{KeyFileError, ProviderFault, Unverified};

/// When to come again while the provider is no help.
const COME_AGAIN: Duration = Duration::from_secs(5);

/// Why the resource server of the settings cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum ResourceServerError {
    /// A key file is no use.
    #[error("resource_server: {0}")]
    Key(#[from] KeyFileError),
    /// Its provider is none that was opened.
    #[error("resource_server: there is no provider {0}")]
    Provider(String),
}

/// Why the provider does not tell what a token is worth. Nothing in it is of the token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntrospectionFault {
    /// The provider, its addresses or its keys cannot be had.
    #[error(transparent)]
    Provider(#[from] ProviderFault),
    /// It does not accept that we are who we say.
    #[error("the provider does not accept the resource server's credentials")]
    Credentials,
    /// It answers with another status than it should.
    #[error("the provider answers {0}")]
    Status(StatusCode),
    /// Its answer cannot be believed.
    #[error("the provider's answer is refused: {0}")]
    Answer(#[from] Defect),
    /// Our own proof of who we are could not be made.
    #[error("the client assertion could not be signed")]
    Assertion,
    /// As many questions are under way as there may be.
    #[error("too many questions to the provider at once")]
    Crowd,
    /// The question came to no end.
    #[error("the question to the provider broke off")]
    Lost,
}

impl IntrospectionFault {
    /// The word for it in the metrics.
    pub(super) const fn outcome(&self) -> &'static str {
        match self {
            Self::Provider(ProviderFault::Misbehaves(_)) | Self::Answer(_) => "unbelievable",
            Self::Provider(_) => "down",
            Self::Status(status) => {
                if is_trouble(*status) {
                    "down"
                } else {
                    "unbelievable"
                }
            }
            Self::Credentials => "credentials",
            Self::Assertion | Self::Crowd | Self::Lost => "not_asked",
        }
    }

    /// Whether the next question would fare alike, whatever the token: then the provider is left alone for a moment.
    pub(super) const fn is_lasting(&self) -> bool {
        match self {
            Self::Provider(ProviderFault::Down(_)) | Self::Credentials => true,
            Self::Status(status) => is_trouble(*status),
            _ => false,
        }
    }

    /// Whether it is about the answer for this one token, which is the same if asked again at once.
    pub(super) const fn is_about_the_token(&self) -> bool {
        match self {
            Self::Answer(_) => true,
            Self::Status(status) => !is_trouble(*status),
            _ => false,
        }
    }
}

const fn is_trouble(status: StatusCode) -> bool {
    status.as_u16() >= 500 || status.as_u16() == StatusCode::TOO_MANY_REQUESTS.as_u16()
}

impl From<Unverified> for IntrospectionFault {
    fn from(error: Unverified) -> Self {
        match error {
            Unverified::Provider(fault) => Self::Provider(fault),
            Unverified::Defect(defect) => Self::Answer(defect),
        }
    }
}

/// Why a token is not taken, whoever she is that shows it: what is remembered under its digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Longer than any token, or with characters that none has.
    #[error("not a token")]
    Malformed,
    /// The provider says that it is worth nothing.
    #[error("the provider does not know the token, or its time is over")]
    Inactive,
    /// The provider calls it active, and it is nothing here.
    #[error("the token is no use here: {0}")]
    Unusable(Defect),
    /// For which client it was made, nobody says.
    #[error("the token names no client")]
    NoClient,
    /// Made for a client whose tokens are not taken.
    #[error("the token was made for a client that is not accepted")]
    UnknownClient,
    /// Scopes are missing without which no token is taken: these are all of them.
    #[error("the token lacks a scope that is required")]
    RequiredScope(String),
    /// It is for no person.
    #[error("the token is for no person")]
    NoSubject,
    /// Nobody can tell.
    #[error(transparent)]
    Fault(#[from] IntrospectionFault),
}

/// Why a token of a provider does not work.
#[derive(Debug, thiserror::Error)]
pub enum ForeignError {
    /// It is not taken.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// It does not carry the scope, and nobody is known by it yet.
    #[error("the token lacks the scope of this call")]
    Scope {
        /// Those that it carries.
        held: ScopeList,
        /// The one that is needed.
        needed: Scope,
    },
    /// Nobody has this identity, and no account is made.
    #[error("nobody has this identity, and no account is made")]
    NoAccount,
    /// The account is disabled.
    #[error("the account is disabled")]
    Disabled,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The compatible profile has these words, and the scheme in the challenge; RFC 6750 §3.1 adds what is wrong.
fn invalid(code: Code, text: &'static str) -> Answer {
    Answer::detail(StatusCode::UNAUTHORIZED, code, text).challenged(Challenge::InvalidToken)
}

impl Refusal for Denied {
    fn answer(&self) -> Answer {
        match self {
            Self::Unusable(Defect::Expired) => invalid(Code::InvalidToken, "Token expired."),
            Self::Malformed | Self::Inactive | Self::Unusable(_) | Self::NoClient | Self::UnknownClient => {
                invalid(Code::InvalidToken, "Invalid token.")
            }
            Self::NoSubject => invalid(Code::InvalidToken, "Login failed"),
            Self::RequiredScope(scopes) => {
                Answer::detail(StatusCode::FORBIDDEN, Code::InsufficientScope, "Insufficient permissions.")
                    .challenged(Challenge::InsufficientScope(scopes.clone()))
            }
            Self::Fault(fault) => fault.answer(),
        }
    }
}

impl Refusal for IntrospectionFault {
    fn answer(&self) -> Answer {
        let (code, text) = if matches!(self.outcome(), "down" | "not_asked") {
            (Code::ProviderUnavailable, "The identity provider does not answer.")
        } else {
            (Code::ProviderError, "The identity provider's answer cannot be accepted.")
        };
        Answer::detail(StatusCode::SERVICE_UNAVAILABLE, code, text).retry_after(COME_AGAIN)
    }
}

impl Refusal for ForeignError {
    fn answer(&self) -> Answer {
        match self {
            Self::Denied(denied) => denied.answer(),
            Self::Scope { held, needed } => scope_missing(held, *needed),
            Self::NoAccount => invalid(Code::UserNotFound, "Login failed: No user found for the given access token."),
            Self::Disabled => invalid(Code::AccountDisabled, "User account is disabled."),
            Self::Store(error) => error.answer(),
        }
    }
}
