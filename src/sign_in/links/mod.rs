//! Following a link that lets somebody choose a password, and asking for one.
//!
//! The secret stands in the address, as it must; so these pages tell other sites nothing of where somebody comes from, are kept by no
//! cache, and the log has their routes alone. Opening one changes nothing: programs that look into letters open them, too.

pub mod actions;
pub mod pages;

use crate::accounts::{LinkPurpose, OneTimeToken};

/// The id of the form that takes a new password.
pub const PASSWORD_FORM: &str = "choose-password";

/// The id of the form that asks for a link.
pub const ASK_FORM: &str = "forgot-password";

/// Where a link is asked for.
pub const ASK: &str = "/reset-password";

/// The page of a link. What is no token leads to the page of one that is over.
fn page_of(purpose: LinkPurpose, token: &str) -> String {
    let token = OneTimeToken::parse(token).map_or_else(|| "over".to_owned(), |token| token.expose().to_owned());
    format!("{}/{token}", purpose.page())
}
