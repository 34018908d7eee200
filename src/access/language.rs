//! In which language a visitor reads.

use axum::http::{HeaderMap, header};

use super::flash::cookie;
use crate::accounts::{Account, Visitor};
use crate::base::Language;
use crate::ui::LANGUAGE_COOKIE;

/// The language that the person chose, else the one that the browser remembers, else the one that it asks for
/// (`Accept-Language`, RFC 9110 §12.5.4).
pub fn language_of(visitor: &Visitor, headers: &HeaderMap) -> Language {
    let chosen = visitor.account().and_then(Account::chosen_language);
    let remembered = || cookie(headers, LANGUAGE_COOKIE).and_then(Language::parse);
    let asked = || {
        let wishes = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Language::from_accept_language(wishes.unwrap_or_default())
    };
    chosen.or_else(remembered).unwrap_or_else(asked)
}
