//! What a form leaves behind for the page that follows it.
//!
//! An action puts a [`Flash`] into the request's [`FlashSlot`] and answers with 303; `access` keeps it until the next GET of
//! that page, which finds it in its context and nobody finds again.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use serde::{Deserialize, Serialize};

use super::{FormState, Notice};

/// What is kept for one page, for one reading.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// A form that was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<FormState>,
    /// What to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// The key of a message that says what is done, put into words when the page is rendered: for whoever does not know the
    /// reader's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<String>,
    /// A secret to show this once. Kept for signed-in people only, sealed, beside their session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<ShownSecret>,
}

/// A secret on its one way to the person who may see it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownSecret(pub String);

impl std::fmt::Debug for ShownSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShownSecret")
    }
}

impl Flash {
    /// A form that was refused.
    pub fn refused(form: FormState) -> Self {
        Self { form: Some(form), ..Self::default() }
    }

    /// Something to tell.
    pub fn notice(notice: Notice) -> Self {
        Self { notice: Some(notice), ..Self::default() }
    }

    /// What is done, by the key of a message.
    pub fn done(key: &str) -> Self {
        Self { done: Some(key.to_owned()), ..Self::default() }
    }

    /// Something to tell, with a secret to show.
    pub fn secret(secret: impl Into<String>) -> Self {
        Self { secret: Some(ShownSecret(secret.into())), ..Self::default() }
    }
}

/// The place in a request where an action leaves its flash. Put into the request's extensions by `access`.
#[derive(Clone, Debug, Default)]
pub struct FlashSlot(Arc<Mutex<Option<Flash>>>);

impl FlashSlot {
    /// Leaves `flash`.
    pub fn leave(&self, flash: Flash) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(flash);
    }

    /// Takes what was left.
    pub fn take(&self) -> Option<Flash> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Answers with 303 to `path` (RFC 9110 §15.4.4): from a server function or a page.
pub fn see_other(path: &str) {
    if let (Some(response), Ok(location)) = (use_context::<ResponseOptions>(), HeaderValue::try_from(path)) {
        response.set_status(StatusCode::SEE_OTHER);
        response.insert_header(header::LOCATION, location);
    }
}

/// Answers with 303 to `path`, whose page finds `flash`.
pub fn leave_and_see_other(path: &str, flash: Flash) {
    if let Some(slot) = use_context::<Parts>().and_then(|parts| parts.extensions.get::<FlashSlot>().cloned()) {
        slot.leave(flash);
    }
    see_other(path);
}
