//! Before what gives power away or cannot be undone, a person proves again who she is.
//!
//! `accounts` asks for it (`recent_caller`, `recent_administrator`) when her last proof is ten minutes old; here she gives it: by
//! her password, or at a provider that knows her. It ends in a new session in place of hers, as any sign-in does.

pub mod actions;
pub mod pages;

use super::openid::OpenIdError;
use crate::jose::foreign::Defect;
use crate::ui::{Flash, FormState, key, problem, safe_path};

/// The id of the form on this page.
pub const CONFIRM_FORM: &str = "confirm";

/// The name under which is kept what came to nothing at a provider.
const AT_PROVIDER: &str = "confirm-at-provider";

/// The page on which she proves it, and goes on to `next`.
pub fn confirm_path(next: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", safe_path(next)).finish();
    format!("/sign-in/confirm?{query}")
}

/// What that page says when a provider's word was not to be had, or not to be taken.
pub(super) fn refused_by(cause: &OpenIdError) -> Flash {
    Flash::refused(FormState::new(AT_PROVIDER).with_error("", why(cause)))
}

/// The key of the message about a visit to a provider that proved nothing.
pub(super) fn why(cause: &OpenIdError) -> &'static str {
    use crate::base::Refusal as _;
    match cause {
        OpenIdError::AnotherAccount => key("confirm-error-another"),
        OpenIdError::Denied => key("confirm-error-cancelled"),
        OpenIdError::UnknownAttempt => key("confirm-error-expired"),
        OpenIdError::Token(Defect::AuthenticatedTooLongAgo | Defect::AuthenticationTimeMissing) => {
            key("confirm-error-not-asked")
        }
        OpenIdError::Down(_) | OpenIdError::StillDown | OpenIdError::NoKeys(_) => key("confirm-error-down"),
        OpenIdError::WeakAuthentication => key("confirm-error-weak"),
        OpenIdError::Session(error) => problem(&error.answer()),
        OpenIdError::Store(error) => problem(&error.answer()),
        _ => key("confirm-error-provider"),
    }
}
