//! `/account/sign-in`: how a person comes in. She changes her password, and has her account joined to identities at providers or parted
//! from them.
//!
//! What she may lose is a rule of `accounts`: never the last way in. What is given or taken away needs a proof of the last minutes of who
//! she is; the current password is one.

pub mod actions;
pub mod pages;

use super::confirm::why;
use super::openid::OpenIdError;
use crate::ui::{Flash, FormState, key};

/// The page.
pub const WAYS_IN: &str = "/account/sign-in";

/// The name under which is kept what came to nothing at a provider.
const AT_PROVIDER: &str = "link-at-provider";

/// What the page says when an identity was not joined.
pub(super) fn not_linked(cause: &OpenIdError) -> Flash {
    let text = match cause {
        OpenIdError::IdentityInUse => key("ways-error-in-use"),
        OpenIdError::MissingClaim(_) | OpenIdError::MissingEmail | OpenIdError::UntrustedEmail => {
            key("ways-error-incomplete")
        }
        cause => why(cause),
    };
    Flash::refused(FormState::new(AT_PROVIDER).with_error("", text))
}
