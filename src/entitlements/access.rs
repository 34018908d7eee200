//! Whether a person may use the service, and the proof that a gate asks for.

use std::fmt;
use std::time::Duration;

use axum::http::StatusCode;

use crate::base::{Answer, Caller, Code, Refusal, StoreError};

/// The page that says why somebody may not use the service.
pub const NO_ACCESS: &str = "/no-access";

/// Whether a person may use the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// She may.
    Granted,
    /// She may not.
    Denied(Reason),
    /// It cannot be found out; after so long it is worth another question.
    Unknown(Duration),
}

impl Access {
    /// The word in `access_status`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Denied(_) => "denied",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Where she goes who is on her way to `next`: whoever has no access learns so at once, unless she is on her way to something
    /// of her own, such as a room that she was invited to.
    pub fn way_to(&self, next: String) -> String {
        let path = next.split(['?', '#']).next().unwrap_or_default();
        let at_large = matches!(path, "/" | "/rooms" | "/rooms/" | "/rooms/new");
        if self.is_granted() || !at_large { next } else { NO_ACCESS.to_owned() }
    }

    /// Whether she is known to be allowed.
    pub const fn is_granted(&self) -> bool {
        matches!(self, Self::Granted)
    }
}

/// Why somebody may not use the service: a word of the provider, or one of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// Nothing was ever kept of her that could be asked by: she never signed in through a provider.
    pub const NOT_SIGNED_IN: &'static str = "not_signed_in";
    /// She has no e-mail address that could be asked by.
    pub const NO_EMAIL: &'static str = "no_email";
    /// The provider does not know her organisation.
    pub const NO_ORGANIZATION: &'static str = "no_organization";
    /// Her organisation has not activated the service.
    pub const NOT_ACTIVATED: &'static str = "not_activated";
    /// The provider gives no reason.
    pub const UNSPECIFIED: &'static str = "unspecified";

    /// A reason of the provider. What is no word of small letters, digits and `_`, or too long to be one, is kept out of logs and
    /// pages.
    pub fn parse(word: &str) -> Self {
        let form = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let usable = (1..=64).contains(&word.len()) && word.bytes().all(form);
        Self(if usable { word } else { Self::UNSPECIFIED }.to_owned())
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was ever kept of her that could be asked by.
    pub fn is_not_signed_in(&self) -> bool {
        self.0 == Self::NOT_SIGNED_IN
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A caller for whom a room may be made. [`Entitlements::may_create`](super::Entitlements::may_create) alone makes one, so that
/// nothing that makes rooms can forget to ask.
#[derive(Clone, Copy, Debug)]
pub struct MayCreate<'a>(&'a Caller);

impl<'a> MayCreate<'a> {
    pub(super) const fn new(caller: &'a Caller) -> Self {
        Self(caller)
    }

    /// The caller.
    pub const fn caller(self) -> &'a Caller {
        self.0
    }
}

/// Why a gate stays shut.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The person may not use the service.
    #[error("the person may not use the service: {0}")]
    Denied(Reason),
    /// Nobody says whether she may.
    #[error("it is not known whether the person may use the service")]
    Unknown(Duration),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for AccessError {
    fn answer(&self) -> Answer {
        match self {
            Self::Denied(reason) => {
                let text = format!("This person may not use the service: {reason}.");
                Answer::detail(StatusCode::FORBIDDEN, Code::NotEntitled, text)
            }
            Self::Unknown(wait) => Answer::detail(
                StatusCode::SERVICE_UNAVAILABLE,
                Code::EntitlementUnknown,
                "It cannot be found out now whether this person may use the service.",
            )
            .retry_after(*wait),
            Self::Store(error) => error.answer(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_no_access_learns_so_unless_she_goes_elsewhere() {
        let denied = Access::Denied(Reason::parse("not_activated"));
        for next in ["/", "/rooms", "/rooms/new", "/rooms?q=x"] {
            assert_eq!(denied.way_to(next.to_owned()), NO_ACCESS);
            assert_eq!(Access::Unknown(Duration::ZERO).way_to(next.to_owned()), NO_ACCESS);
            assert_eq!(Access::Granted.way_to(next.to_owned()), next);
        }
        for next in ["/rooms/abc-defg-hij", "/account", "/authorize/calendar"] {
            assert_eq!(denied.way_to(next.to_owned()), next);
        }
    }

    #[test]
    fn only_words_are_reasons() {
        assert_eq!(Reason::parse("not_activated").as_str(), Reason::NOT_ACTIVATED);
        for other in ["", "Not activated", "person@example.org", "<b>", &"x".repeat(65)] {
            assert_eq!(Reason::parse(other).as_str(), Reason::UNSPECIFIED, "{other}");
        }
    }
}
