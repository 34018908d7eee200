//! A JWT that a test may change in every place before it is written.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Key, Seal};
use crate::harness::forger::{encode, unsigned};

/// What is about to be sent as JSON, JWS, JWE(JWS) or JWE(JSON).
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// The header, when it is signed.
    pub(crate) header: Value,
    pub(crate) claims: Value,
    /// What signs it, whatever the header says. With an RSA key, an `alg` of PS256 changes the padding.
    pub(crate) key: Arc<Key>,
    /// Whether it is signed; if not, it is JSON.
    pub(crate) signed: bool,
    /// How it is encrypted after that.
    pub(crate) sealed: Option<Seal>,
}

impl Token {
    /// One that is signed and says so.
    pub(super) fn signed(key: &Arc<Key>, claims: Value) -> Self {
        let header = json!({ "alg": key.algorithm(), "kid": key.kid });
        Self { header, claims, key: Arc::clone(key), signed: true, sealed: None }
    }

    /// Takes a claim away.
    pub(crate) fn without(&mut self, claim: &str) {
        self.claims.as_object_mut().unwrap().shift_remove(claim);
    }

    /// Signs with another key, and says so.
    pub(crate) fn sign_with(&mut self, key: &Arc<Key>) {
        self.header["alg"] = json!(key.algorithm());
        self.header["kid"] = json!(key.kid);
        self.key = Arc::clone(key);
    }

    /// Whether it is sent as `application/json`.
    pub(super) fn is_json(&self) -> bool {
        !self.signed && self.sealed.is_none()
    }

    /// As it is sent.
    pub(crate) fn text(&self) -> String {
        let inner = if self.signed { self.jws() } else { self.claims.to_string() };
        match &self.sealed {
            Some(seal) => seal.close(inner.as_bytes(), self.signed),
            None => inner,
        }
    }

    fn jws(&self) -> String {
        let message = unsigned(&self.header, &self.claims);
        let algorithm = self.header["alg"].as_str().unwrap_or_default();
        let signature = self.key.sign(algorithm, message.as_bytes());
        format!("{message}.{}", encode(&signature))
    }
}
