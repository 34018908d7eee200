//! One provider while its settings are read, and the rules that several of them share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{
    AdminClaim, AskAgain, ClientAuthentication, EmailTrust, EncryptedWith, Endpoints, IdTokenSettings, Label, Provider,
    ProviderId, ProviderKind, ProviderUrl, UserInfoSettings,
};
use crate::base::{
    ContentEncryption, HttpSettings, KeyManagementAlgorithm, ProxyException, Secret, SignatureAlgorithm, UserInfoForm,
};

use crate::config::http::Route;

/// An HS256 key has at least so many octets (RFC 7518 §3.2).
const LEAST_SECRET_OCTETS: usize = 32;

/// What the settings of one provider say, each checked by itself.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(super) id: Option<ProviderId>,
    pub(super) kind: ProviderKind,
    pub(super) label: Option<Label>,
    pub(super) issuer: Option<ProviderUrl>,
    pub(super) endpoints: Option<Endpoints>,
    pub(super) client_id: Option<String>,
    pub(super) client_secret: Option<Secret>,
    pub(super) authentication: ClientAuthentication,
    pub(super) client_key_file: Option<PathBuf>,
    pub(super) authentication_algorithm: SignatureAlgorithm,
    /// None: those of the kind.
    pub(super) scopes: Option<Vec<String>>,
    pub(super) pkce: bool,
    pub(super) extra_parameters: BTreeMap<String, String>,
    pub(super) ask_again: AskAgain,
    pub(super) id_token_signed: SignatureAlgorithm,
    pub(super) id_token_key_management: Option<KeyManagementAlgorithm>,
    pub(super) id_token_encryption: Option<ContentEncryption>,
    pub(super) userinfo: UserInfoForm,
    pub(super) userinfo_signed: Option<SignatureAlgorithm>,
    pub(super) userinfo_key_management: KeyManagementAlgorithm,
    pub(super) userinfo_encryption: ContentEncryption,
    pub(super) decryption_key_files: Vec<PathBuf>,
    pub(super) email_trust: EmailTrust,
    pub(super) acr_values: Vec<String>,
    pub(super) essential_claims: Vec<String>,
    pub(super) name_claims: Vec<String>,
    pub(super) create_users: bool,
    pub(super) clock_tolerance: Duration,
    pub(super) timeout: Duration,
    pub(super) admin_claim: Option<AdminClaim>,
    pub(super) refresh: bool,
    pub(super) http: HttpOverrides,
}

/// Keys of `[http]` that the provider has for itself.
#[derive(Clone, Debug, Default)]
pub(super) struct HttpOverrides {
    pub(super) route: Option<Route>,
    pub(super) no_proxy: Option<Vec<ProxyException>>,
    pub(super) ca_files: Option<Vec<PathBuf>>,
}

/// Which rule over several keys is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Incomplete {
    /// Nothing can be done without that key.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// That key is needed because of another.
    #[error("{0} is missing, which {1} needs")]
    Needs(&'static str, &'static str),
    /// The secret is too short for a signature.
    #[error("client_secret must have at least {LEAST_SECRET_OCTETS} bytes, because {0} is HS256")]
    ShortSecret(&'static str),
    /// UserInfo is to be signed with nothing.
    #[error("userinfo_signed_response_alg = \"none\" does not go with userinfo = \"signed\"")]
    Unsigned,
    /// Two ways to say one thing.
    #[error("{0} and {1} cannot both stand")]
    Both(&'static str, &'static str),
}

impl Default for Draft {
    fn default() -> Self {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Self {
            id: None,
            kind: ProviderKind::Oidc,
            label: None,
            issuer: None,
            endpoints: None,
            client_id: None,
            client_secret: None,
            authentication: ClientAuthentication::SecretPost,
            client_key_file: None,
            authentication_algorithm: SignatureAlgorithm::Es256,
            scopes: None,
            pkce: true,
            extra_parameters: BTreeMap::new(),
            ask_again: AskAgain::Both,
            id_token_signed: SignatureAlgorithm::Es256,
            id_token_key_management: None,
            id_token_encryption: None,
            userinfo: UserInfoForm::Any,
            userinfo_signed: Some(SignatureAlgorithm::Es256),
            userinfo_key_management: KeyManagementAlgorithm::RsaOaep,
            userinfo_encryption: ContentEncryption::A256Gcm,
            decryption_key_files: Vec::new(),
            email_trust: EmailTrust::VerifiedClaim,
            acr_values: Vec::new(),
            essential_claims: Vec::new(),
            name_claims: texts(&["given_name", "usual_name"]),
            create_users: true,
            clock_tolerance: Duration::from_mins(1),
            timeout: Duration::from_secs(5),
            admin_claim: None,
            refresh: false,
            http: HttpOverrides::default(),
        }
    }
}

impl Draft {
    /// The provider, when all that several keys say goes together. `shared` is `[http]`.
    pub(super) fn finish(self, shared: &HttpSettings) -> Result<Provider, Incomplete> {
        let id = self.id.clone().ok_or(Incomplete::Missing("id"))?;
        let issuer = self.issuer.clone().ok_or(Incomplete::Missing("issuer"))?;
        let client_id = self.client_id.clone().ok_or(Incomplete::Missing("client_id"))?;
        if !self.acr_values.is_empty() && self.extra_parameters.contains_key("claims") {
            return Err(Incomplete::Both("acr_values", "claims in extra_parameters"));
        }
        check_client_authentication(self.authentication, self.client_secret.as_ref(), self.client_key_file.as_deref())?;
        let (id_token, userinfo) = (self.id_token()?, self.userinfo()?);
        let signs_for_itself = self.authentication == ClientAuthentication::PrivateKeyJwt;
        let label =
            self.label.clone().unwrap_or_else(|| Label { en: id.as_str().to_owned(), fr: id.as_str().to_owned() });
        Ok(Provider {
            http: self.http.over(shared),
            id,
            kind: self.kind,
            label,
            issuer,
            endpoints: self.endpoints,
            client_id,
            client_secret: self.client_secret,
            token_endpoint_auth_method: self.authentication,
            client_key_file: self.client_key_file.filter(|_| signs_for_itself),
            token_endpoint_auth_signing_alg: signs_for_itself.then_some(self.authentication_algorithm),
            scopes: self.scopes.unwrap_or_else(|| self.kind.usual_scopes()),
            pkce: self.pkce,
            extra_parameters: self.extra_parameters,
            ask_again: self.ask_again,
            id_token,
            userinfo,
            decryption_key_files: self.decryption_key_files,
            email_trust: self.email_trust,
            acr_values: self.acr_values,
            essential_claims: self.essential_claims,
            name_claims: self.name_claims,
            create_users: self.create_users,
            clock_tolerance: self.clock_tolerance,
            timeout: self.timeout,
            admin_claim: self.admin_claim,
            refresh: self.refresh,
        })
    }

    fn id_token(&self) -> Result<IdTokenSettings, Incomplete> {
        check_shared_secret(self.id_token_signed, self.client_secret.as_ref(), "id_token_signed_response_alg")?;
        let encrypted = match (self.id_token_key_management, self.id_token_encryption) {
            (None, None) => None,
            (None, Some(_)) => {
                return Err(Incomplete::Needs("id_token_encrypted_response_alg", "id_token_encrypted_response_enc"));
            }
            (Some(_), _) if self.decryption_key_files.is_empty() => {
                return Err(Incomplete::Needs("decryption_key_files", "id_token_encrypted_response_alg"));
            }
            (Some(algorithm), encryption) => Some((algorithm, encryption.unwrap_or(ContentEncryption::A256Gcm))),
        };
        Ok(IdTokenSettings { signed: self.id_token_signed, encrypted })
    }

    /// Keys that the form does not need are left out.
    fn userinfo(&self) -> Result<UserInfoSettings, Incomplete> {
        let form = self.userinfo;
        let (may_be_signed, may_be_encrypted) = match form {
            UserInfoForm::Json => (false, false),
            UserInfoForm::Signed => (true, false),
            UserInfoForm::Encrypted | UserInfoForm::Any => (true, true),
        };
        let signed = self.userinfo_signed.filter(|_| may_be_signed);
        if form == UserInfoForm::Signed && signed.is_none() {
            return Err(Incomplete::Unsigned);
        }
        if let Some(algorithm) = signed {
            check_shared_secret(algorithm, self.client_secret.as_ref(), "userinfo_signed_response_alg")?;
        }
        let has_keys = !self.decryption_key_files.is_empty();
        if form == UserInfoForm::Encrypted && !has_keys {
            return Err(Incomplete::Needs("decryption_key_files", "userinfo = \"encrypted\""));
        }
        let with: EncryptedWith = (self.userinfo_key_management, self.userinfo_encryption);
        Ok(UserInfoSettings { form, signed, encrypted: (may_be_encrypted && has_keys).then_some(with) })
    }
}

impl HttpOverrides {
    /// What holds for the provider; none when it has nothing for itself.
    fn over(self, shared: &HttpSettings) -> Option<HttpSettings> {
        if self.route.is_none() && self.no_proxy.is_none() && self.ca_files.is_none() {
            return None;
        }
        Some(HttpSettings {
            proxy: self.route.map_or_else(|| shared.proxy.clone(), Route::proxy),
            no_proxy: self.no_proxy.unwrap_or_else(|| shared.no_proxy.clone()),
            ca_files: self.ca_files.unwrap_or_else(|| shared.ca_files.clone()),
        })
    }
}

/// What the way of proving who we are needs is there.
pub(in crate::config) fn check_client_authentication(
    method: ClientAuthentication,
    secret: Option<&Secret>,
    key_file: Option<&Path>,
) -> Result<(), Incomplete> {
    let shown = match method {
        ClientAuthentication::SecretPost => "token_endpoint_auth_method = \"client_secret_post\"",
        ClientAuthentication::SecretBasic => "token_endpoint_auth_method = \"client_secret_basic\"",
        ClientAuthentication::PrivateKeyJwt => "token_endpoint_auth_method = \"private_key_jwt\"",
    };
    match method {
        ClientAuthentication::PrivateKeyJwt if key_file.is_none() => Err(Incomplete::Needs("client_key_file", shown)),
        ClientAuthentication::SecretPost | ClientAuthentication::SecretBasic if secret.is_none() => {
            Err(Incomplete::Needs("client_secret", shown))
        }
        _ => Ok(()),
    }
}

/// The secret is long enough where it is what signs, as `key` says.
pub(in crate::config) fn check_shared_secret(
    algorithm: SignatureAlgorithm,
    secret: Option<&Secret>,
    key: &'static str,
) -> Result<(), Incomplete> {
    let long_enough = secret.is_some_and(|secret| secret.expose().len() >= LEAST_SECRET_OCTETS);
    match algorithm {
        SignatureAlgorithm::Hs256 if !long_enough => Err(Incomplete::ShortSecret(key)),
        _ => Ok(()),
    }
}
