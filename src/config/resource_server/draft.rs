//! The settings of the resource server while they are read, and the rules that several of them share.

use std::path::PathBuf;

use super::{AcceptedClient, AnswerSettings, ResourceServer};
use crate::base::{ContentEncryption, IntrospectionForm, KeyManagementAlgorithm, Secret, SignatureAlgorithm};
use crate::config::providers::{
    ClientAuthentication, Incomplete, Provider, ProviderId, ProviderKind, check_client_authentication,
    check_shared_secret,
};

/// What the settings of the resource server say, each checked by itself.
#[derive(Clone, Debug)]
pub struct ResourceServerDraft {
    pub(super) provider: Option<ProviderId>,
    pub(super) client_id: Option<String>,
    pub(super) client_secret: Option<Secret>,
    pub(super) authentication: ClientAuthentication,
    pub(super) client_key_file: Option<PathBuf>,
    pub(super) authentication_algorithm: SignatureAlgorithm,
    pub(super) response: IntrospectionForm,
    pub(super) signed: SignatureAlgorithm,
    pub(super) key_management: KeyManagementAlgorithm,
    pub(super) encryption: ContentEncryption,
    pub(super) decryption_key_files: Vec<PathBuf>,
    pub(super) accepted_clients: Vec<AcceptedClient>,
    pub(super) accept_unknown_clients: bool,
    pub(super) audience_claim: String,
    pub(super) required_scopes: Vec<String>,
    pub(super) scope_prefix: String,
}

/// What is wrong with the settings of the resource server as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResourceServerDefect {
    /// Keys that do not go together, or one that is missing.
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
    /// No sign-in provider has that id.
    #[error("no provider in sign_in.providers is called {0}")]
    UnknownProvider(ProviderId),
    /// The provider speaks something else.
    #[error("the provider {0} is no OpenID Connect provider, which alone can be asked about tokens")]
    OtherKind(ProviderId),
    /// Its addresses are listed, and the one that is needed is not among them.
    #[error("the provider {0} has endpoints, and introspection is not among them")]
    NoEndpoint(ProviderId),
}

impl Default for ResourceServerDraft {
    fn default() -> Self {
        Self {
            provider: None,
            client_id: None,
            client_secret: None,
            authentication: ClientAuthentication::SecretPost,
            client_key_file: None,
            authentication_algorithm: SignatureAlgorithm::Es256,
            response: IntrospectionForm::Json,
            signed: SignatureAlgorithm::Es256,
            key_management: KeyManagementAlgorithm::RsaOaep,
            encryption: ContentEncryption::A256Gcm,
            decryption_key_files: Vec::new(),
            accepted_clients: Vec::new(),
            accept_unknown_clients: false,
            audience_claim: "client_id".to_owned(),
            required_scopes: Vec::new(),
            scope_prefix: String::new(),
        }
    }
}

impl ResourceServerDraft {
    /// The resource server, when all that several keys say goes together; none without a provider.
    pub(in crate::config) fn finish(
        self,
        providers: &[Provider],
    ) -> Result<Option<ResourceServer>, ResourceServerDefect> {
        let Some(id) = self.provider.clone() else { return Ok(None) };
        let provider = providers.iter().find(|provider| provider.id == id);
        let provider = provider.ok_or_else(|| ResourceServerDefect::UnknownProvider(id.clone()))?;
        if provider.kind != ProviderKind::Oidc {
            return Err(ResourceServerDefect::OtherKind(id));
        }
        if provider.endpoints.as_ref().is_some_and(|endpoints| endpoints.introspection.is_none()) {
            return Err(ResourceServerDefect::NoEndpoint(id));
        }
        let client_id = self.client_id.clone().ok_or(Incomplete::Missing("client_id"))?;
        let (secret, key) = (self.client_secret.as_ref(), self.client_key_file.as_deref());
        check_client_authentication(self.authentication, secret, key)?;
        let answer = self.answer()?;
        let signs_for_itself = self.authentication == ClientAuthentication::PrivateKeyJwt;
        Ok(Some(ResourceServer {
            provider: id,
            client_id,
            client_secret: self.client_secret,
            token_endpoint_auth_method: self.authentication,
            client_key_file: self.client_key_file.filter(|_| signs_for_itself),
            token_endpoint_auth_signing_alg: signs_for_itself.then_some(self.authentication_algorithm),
            answer,
            decryption_key_files: self.decryption_key_files,
            accepted_clients: self.accepted_clients,
            accept_unknown_clients: self.accept_unknown_clients,
            audience_claim: self.audience_claim,
            required_scopes: self.required_scopes,
            scope_prefix: self.scope_prefix,
        }))
    }

    /// Keys that the form does not need are left out.
    fn answer(&self) -> Result<AnswerSettings, Incomplete> {
        let form = self.response;
        if form != IntrospectionForm::Json {
            check_shared_secret(self.signed, self.client_secret.as_ref(), "introspection_signed_response_alg")?;
        }
        let encrypted = form == IntrospectionForm::Encrypted;
        if encrypted && self.decryption_key_files.is_empty() {
            return Err(Incomplete::Needs("decryption_key_files", "response = \"encrypted\""));
        }
        let with = (self.key_management, self.encryption);
        Ok(AnswerSettings { form, signed: self.signed, encrypted: encrypted.then_some(with) })
    }
}
