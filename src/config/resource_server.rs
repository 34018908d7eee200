//! `[resource_server]`: tokens that a sign-in provider made for its other clients, taken on the delegation API.
//!
//! [`RESOURCE_SERVER_SETTINGS`] lists the keys. Those that a sign-in provider has too are called and mean the same here. Key files
//! are only named: they are read, and checked, when the server starts.

mod draft;
mod settings;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use super::{ClientAuthentication, EncryptedWith, ProviderId};
use crate::base::{IntrospectionForm, ScopeList, Secret, SignatureAlgorithm};

pub use draft::{ResourceServerDefect, ResourceServerDraft};
pub use settings::RESOURCE_SERVER_SETTINGS;

/// The section's name, with the dot before its keys.
pub(super) const SECTION: &str = "resource_server.";

/// How tokens of a sign-in provider are taken.
#[derive(Clone, Debug)]
pub struct ResourceServer {
    /// Whose tokens: one of the sign-in providers.
    pub provider: ProviderId,
    /// Who we are to it when we ask about a token.
    pub client_id: String,
    /// The secret it shares with us. There is one when `token_endpoint_auth_method` or HS256 needs it.
    pub client_secret: Option<Secret>,
    /// How we prove to it who we are.
    pub token_endpoint_auth_method: ClientAuthentication,
    /// The file of the key that signs this proof; there is one for [`ClientAuthentication::PrivateKeyJwt`] and only then.
    pub client_key_file: Option<PathBuf>,
    /// What it is signed with, never HS256; there is one for [`ClientAuthentication::PrivateKeyJwt`] and only then.
    pub token_endpoint_auth_signing_alg: Option<SignatureAlgorithm>,
    /// How its answers are protected.
    pub answer: AnswerSettings,
    /// Files of the keys that decrypt them.
    pub decryption_key_files: Vec<PathBuf>,
    /// Clients of the provider whose tokens are taken.
    pub accepted_clients: Vec<AcceptedClient>,
    /// Whether those of all others are taken too.
    pub accept_unknown_clients: bool,
    /// The member of an answer that names the client.
    pub audience_claim: String,
    /// Scopes, in the provider's words, all of which a token must carry.
    pub required_scopes: Vec<String>,
    /// What stands, with a colon, before our scopes in the provider's words; empty when nothing does.
    pub scope_prefix: String,
}

/// How answers about tokens are protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerSettings {
    /// In which form they must come.
    pub form: IntrospectionForm,
    /// What they are signed with; not looked at where they are not.
    pub signed: SignatureAlgorithm,
    /// How they are encrypted; there is one for [`IntrospectionForm::Encrypted`] and only then.
    pub encrypted: Option<EncryptedWith>,
}

/// A client of the provider whose tokens are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedClient {
    /// Its id at the provider.
    pub client_id: String,
    /// Those of a token's scopes that count; none is all of them.
    pub scopes: Option<ScopeList>,
}

impl ResourceServer {
    /// The scopes of ours that count in a token of that client; none when the client's tokens are not taken.
    pub fn scopes_of(&self, client_id: &str) -> Option<ClientScopes<'_>> {
        match self.accepted_clients.iter().find(|client| client.client_id == client_id) {
            Some(AcceptedClient { scopes: Some(scopes), .. }) => Some(ClientScopes::Those(scopes)),
            Some(AcceptedClient { scopes: None, .. }) => Some(ClientScopes::All),
            None => self.accept_unknown_clients.then_some(ClientScopes::All),
        }
    }
}

/// Which of a token's scopes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientScopes<'a> {
    /// All of them.
    All,
    /// Those of this list.
    Those(&'a ScopeList),
}
