//! What the sign-in page shows of a provider, and what it takes back at sign-out.

use serde::{Deserialize, Serialize};

use crate::base::{Language, Secret};
use crate::providers::Provider;

/// A button on the sign-in page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// The provider's id.
    pub id: String,
    /// What stands on it.
    pub label: String,
    /// Whether the provider did not answer when it was last asked.
    pub down: bool,
}

impl Provider {
    pub(super) fn button(&self, language: Language) -> Button {
        Button {
            id: self.id().to_owned(),
            label: self.settings.label.text(language).to_owned(),
            down: self.discovery.is_down(),
        }
    }

    /// A verified ID token as the provider takes it back: an encrypted one is decrypted first (Core §3.1.2.1, `id_token_hint`). None
    /// when that fails.
    pub(super) fn hint(&self, id_token: &Secret) -> Option<String> {
        match &self.id_token_decryption {
            None => Some(id_token.expose().to_owned()),
            Some(decryption) => String::from_utf8(decryption.decrypt(id_token.expose()).ok()?).ok(),
        }
    }
}
