//! `[[sign_in.providers]]`: the identity providers that people sign in with.
//!
//! [`PROVIDER_SETTINGS`] lists the keys. Their names are those of OpenID Connect Dynamic Client Registration 1.0 §2, where it has
//! one. Key files are only named here: they are read, and checked, when the server starts.

mod address;
mod draft;
mod read;
mod settings;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::base::{
    ContentEncryption, HttpSettings, KeyManagementAlgorithm, Language, OutgoingClient, OutgoingSetupError, Secret,
    SignatureAlgorithm, UserInfoForm,
};

pub use address::ProviderUrl;
pub use draft::{Draft, Incomplete};
pub(super) use draft::{check_client_authentication, check_shared_secret};
pub use read::ProviderDefect;
pub(super) use read::{LIST, read};
pub use settings::PROVIDER_SETTINGS;
pub(super) use settings::{
    CLIENT_AUTHENTICATION, encryption, is_scope, key_management, path, signature, texts, visible, word,
};

/// An identity provider, and how this server is its client. Two may have the same issuer.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Its name in addresses of ours.
    pub id: ProviderId,
    /// What is spoken with it.
    pub kind: ProviderKind,
    /// What stands on its button.
    pub label: Label,
    /// Its issuer, as given: compared with what it says of itself character by character (OpenID Connect Core 1.0 §3.1.3.7).
    pub issuer: ProviderUrl,
    /// Where it is asked what; none is found out by discovery.
    pub endpoints: Option<Endpoints>,
    /// Who we are to it.
    pub client_id: String,
    /// The secret it shares with us. There is one when `token_endpoint_auth_method` or HS256 needs it.
    pub client_secret: Option<Secret>,
    /// How we prove to it who we are.
    pub token_endpoint_auth_method: ClientAuthentication,
    /// The file of the key that signs this proof; there is one for [`ClientAuthentication::PrivateKeyJwt`] and only then.
    pub client_key_file: Option<PathBuf>,
    /// What it is signed with, never HS256; there is one for [`ClientAuthentication::PrivateKeyJwt`] and only then.
    pub token_endpoint_auth_signing_alg: Option<SignatureAlgorithm>,
    /// What is asked for; `openid` is among it.
    pub scopes: Vec<String>,
    /// Whether the code is bound to us by PKCE, with S256 (RFC 7636).
    pub pkce: bool,
    /// What else the authorization request says. None of it is a parameter that this server sets itself.
    pub extra_parameters: BTreeMap<String, String>,
    /// How it is told to have a person prove again who she is.
    pub ask_again: AskAgain,
    /// How its ID tokens and logout tokens are protected.
    pub id_token: IdTokenSettings,
    /// How its UserInfo is protected.
    pub userinfo: UserInfoSettings,
    /// Files of the keys that decrypt what it encrypts for us. They may be of several types: each use takes those that go with
    /// its algorithm.
    pub decryption_key_files: Vec<PathBuf>,
    /// Whether its e-mail addresses are believed.
    pub email_trust: EmailTrust,
    /// Levels of authentication, one of which is required; empty when none is.
    pub acr_values: Vec<String>,
    /// Claims without which nobody is let in.
    pub essential_claims: Vec<String>,
    /// Claims that make up a person's name, in this order.
    pub name_claims: Vec<String>,
    /// Whether somebody whom we do not know gets an account.
    pub create_users: bool,
    /// How far its clock may be from ours.
    pub clock_tolerance: Duration,
    /// How long an answer of its may take.
    pub timeout: Duration,
    /// What makes a person an administrator.
    pub admin_claim: Option<AdminClaim>,
    /// Whether its refresh token is kept and used.
    pub refresh: bool,
    /// How it is reached, when not as `[http]` says.
    pub http: Option<HttpSettings>,
}

impl Provider {
    /// The client that calls it, with its time-out: `shared`, which is that of `[http]`, unless it is reached otherwise.
    pub fn client(&self, shared: &OutgoingClient) -> Result<OutgoingClient, OutgoingSetupError> {
        let client = match &self.http {
            Some(own) => OutgoingClient::new(own)?,
            None => shared.clone(),
        };
        Ok(client.with_timeout(self.timeout))
    }
}

/// The name of a provider in addresses, `/auth/{id}/…`: 1 to 40 of `a-z`, `0-9` and `-`, and no word that stands there otherwise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderId(String);

impl ProviderId {
    /// Words that stand after `/auth/` for something else.
    const TAKEN: [&str; 3] = ["login", "logout", "users"];

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProviderId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
        let good = (1..=40).contains(&text.len()) && text.chars().all(known) && !Self::TAKEN.contains(&text);
        good.then(|| Self(text.to_owned())).ok_or(())
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is spoken with a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderKind {
    /// `oidc`: OpenID Connect Core 1.0.
    Oidc,
    /// `datapass`: the same, and the provider says for which organisations somebody comes; she acts for one of them.
    DataPass,
}

impl ProviderKind {
    /// What is asked for where the settings do not say.
    fn usual_scopes(self) -> Vec<String> {
        let last = match self {
            Self::Oidc => "profile",
            Self::DataPass => "organizations",
        };
        ["openid", "email", last].map(str::to_owned).to_vec()
    }
}

/// What stands on a button, in each language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// In English.
    pub en: String,
    /// In French.
    pub fr: String,
}

impl Label {
    /// The text in that language.
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Fr => &self.fr,
        }
    }
}

/// Where a provider is asked what (OpenID Connect Discovery 1.0 §3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// `authorization_endpoint`
    pub authorization: ProviderUrl,
    /// `token_endpoint`
    pub token: ProviderUrl,
    /// `userinfo_endpoint`; without it the ID token must say everything.
    pub userinfo: Option<ProviderUrl>,
    /// `jwks_uri`
    pub jwks: ProviderUrl,
    /// `end_session_endpoint` (OpenID Connect RP-Initiated Logout 1.0 §2.1); without it a sign-out ends here.
    pub end_session: Option<ProviderUrl>,
    /// `introspection_endpoint` (RFC 8414 §2); without it no token of its can be asked about.
    pub introspection: Option<ProviderUrl>,
}

/// How a client proves who it is (OpenID Connect Core 1.0 §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// `client_secret_post`
    SecretPost,
    /// `client_secret_basic`
    SecretBasic,
    /// `private_key_jwt`
    PrivateKeyJwt,
}

/// What tells a provider to have a person prove again who she is (OpenID Connect Core 1.0 §3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskAgain {
    /// `prompt=login` and `max_age=0`.
    Both,
    /// `prompt=login` alone: the ID token need not say when she did.
    Prompt,
    /// `max_age=0` alone.
    MaxAge,
}

impl AskAgain {
    /// Whether `prompt=login` is sent.
    pub const fn by_prompt(self) -> bool {
        matches!(self, Self::Both | Self::Prompt)
    }

    /// Whether `max_age=0` is sent; the ID token must have `auth_time` then.
    pub const fn by_age(self) -> bool {
        matches!(self, Self::Both | Self::MaxAge)
    }
}

/// How something is encrypted for us: how the content key reaches us, and what the content is encrypted with.
pub type EncryptedWith = (KeyManagementAlgorithm, ContentEncryption);

/// How ID tokens are protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdTokenSettings {
    /// What they are signed with.
    pub signed: SignatureAlgorithm,
    /// How they are encrypted; none when they are not.
    pub encrypted: Option<EncryptedWith>,
}

/// How UserInfo is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserInfoSettings {
    /// In which form it must come.
    pub form: UserInfoForm,
    /// What it is signed with, where the form may be signed: for [`UserInfoForm::Signed`] there is one always.
    pub signed: Option<SignatureAlgorithm>,
    /// How it is encrypted, where the form may be encrypted: for [`UserInfoForm::Encrypted`] there is one always, for
    /// [`UserInfoForm::Any`] when there are decryption keys. Should none of these go with the algorithm then, `Any` cannot be
    /// encrypted, which is no mistake.
    pub encrypted: Option<EncryptedWith>,
}

/// When an e-mail address of a provider counts as verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailTrust {
    /// `verified_claim`: when `email_verified` is true (OpenID Connect Core 1.0 §5.1).
    VerifiedClaim,
    /// `always`: the provider hands out no others.
    Always,
    /// `never`
    Never,
}

/// A claim that makes a person an administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminClaim {
    /// The claim.
    pub name: String,
    /// What it must be, or hold when it is a list.
    pub value: String,
}
