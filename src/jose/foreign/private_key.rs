//! Private keys of ours that the operator gives: to decrypt what providers encrypt for us, and to sign what proves to them who
//! we are.

mod jwk_text;
mod material;
mod pem_text;

use std::fmt;

use super::PublishedJwk;
use super::key_metadata::{KeyMetadata, KeyUse};
use crate::base::{KeyManagementAlgorithm, Secret, SignatureAlgorithm};
pub(super) use material::{EcMaterial, Material, RsaMaterial};

/// Why a private key cannot be had or used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrivateKeyError {
    /// Neither PEM nor a JWK, or damaged.
    #[error("not a private key in PEM or JWK")]
    Unreadable,
    /// Behind a passphrase.
    #[error("the key is encrypted; give it without a passphrase")]
    Encrypted,
    /// Several in one text.
    #[error("more than one private key; give each its own file")]
    Several,
    /// Neither RSA, nor EC on P-256, P-384 or P-521, nor Ed25519.
    #[error("keys of this type or curve are not supported")]
    Unsupported,
    /// Shorter than 2048 bits, longer than 8192, or known to be computable.
    #[error("the RSA key is too weak or too long")]
    Weak,
    /// Of a type, or with a `use`, `key_ops` or `alg`, that does not go with the algorithm.
    #[error("the key {0} does not go with the algorithm")]
    Unsuitable(String),
    /// Two keys with one name.
    #[error("two keys are named {0}")]
    Duplicate(String),
    /// None at all.
    #[error("no key")]
    None,
    /// The library could not sign.
    #[error("signing failed")]
    Sign,
}

/// A private key: RSA (2048 to 8192 bits), EC on P-256, P-384 or P-521, or Ed25519.
pub struct PrivateKey {
    metadata: KeyMetadata,
    thumbprint: String,
    material: Material,
}

impl PrivateKey {
    /// Reads one key out of a file's text: PEM with PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) or SEC 1 (RFC 5915), or a JWK (RFC
    /// 7517). PEM blocks that are no private key are passed over.
    pub fn read(text: &Secret) -> Result<Self, PrivateKeyError> {
        let text = text.expose().trim_start();
        let (metadata, material) =
            if text.starts_with('{') { jwk_text::read(text)? } else { (KeyMetadata::default(), pem_text::read(text)?) };
        Ok(Self { metadata, thumbprint: material.thumbprint(), material })
    }

    /// Its name: `kid` of the JWK; for any other key the thumbprint (RFC 7638).
    pub fn kid(&self) -> &str {
        self.metadata.kid.as_deref().unwrap_or(&self.thumbprint)
    }

    /// The name that stands in the key itself. Only a JWK has one.
    pub(super) fn own_kid(&self) -> Option<&str> {
        self.metadata.kid.as_deref()
    }

    pub(super) const fn material(&self) -> &Material {
        &self.material
    }

    /// Whether it decrypts tokens of that algorithm.
    pub fn decrypts(&self, algorithm: KeyManagementAlgorithm) -> bool {
        let by_type = match self.material {
            Material::Rsa(_) => {
                matches!(algorithm, KeyManagementAlgorithm::RsaOaep | KeyManagementAlgorithm::RsaOaep256)
            }
            Material::Ec(_) => {
                matches!(algorithm, KeyManagementAlgorithm::EcdhEs | KeyManagementAlgorithm::EcdhEsA256Kw)
            }
            Material::Ed25519(_) => false,
        };
        by_type && self.metadata.allows(KeyUse::Decrypt, algorithm.as_str())
    }

    /// Whether it signs with that algorithm.
    pub fn signs(&self, algorithm: SignatureAlgorithm) -> bool {
        self.material.signs(algorithm) && self.metadata.allows(KeyUse::Sign, algorithm.as_str())
    }

    /// Signs `message` (RFC 7518 §3, RFC 8037 §3.1).
    pub fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, PrivateKeyError> {
        if !self.signs(algorithm) {
            return Err(PrivateKeyError::Unsuitable(self.kid().to_owned()));
        }
        self.material.sign(algorithm, message).ok_or(PrivateKeyError::Sign)
    }

    /// The public key with which others encrypt for us; `None` when it does not go with the algorithm.
    pub fn published_for_encryption(&self, algorithm: KeyManagementAlgorithm) -> Option<PublishedJwk> {
        self.decrypts(algorithm).then(|| self.published(KeyUse::Decrypt, algorithm.as_str()))
    }

    /// The public key with which others verify our assertions; `None` when it does not go with the algorithm.
    pub fn published_for_signatures(&self, algorithm: SignatureAlgorithm) -> Option<PublishedJwk> {
        self.signs(algorithm).then(|| self.published(KeyUse::Sign, algorithm.as_str()))
    }

    fn published(&self, usage: KeyUse, algorithm: &'static str) -> PublishedJwk {
        PublishedJwk { usage: usage.name(), alg: algorithm, kid: self.kid().to_owned(), ..self.material.public() }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.kid())
    }
}
