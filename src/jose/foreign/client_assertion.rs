//! Proving to a provider who we are, by a signature (RFC 7523 §2.2, §3; `private_key_jwt` of OpenID Connect Core 1.0 §9).

use std::time::Duration;

use serde_json::json;

use super::{PrivateKey, PrivateKeyError};
use crate::base::{SignatureAlgorithm, Timestamp};
use crate::jose::encoding::encode;

/// The value of `client_assertion_type` that goes with an assertion (RFC 7523 §2.2).
pub const CLIENT_ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What one assertion says.
#[derive(Clone, Copy, Debug)]
pub struct ClientAssertion<'a> {
    /// Who we are: issuer and subject.
    pub client_id: &'a str,
    /// For whom: the provider's token endpoint or issuer.
    pub audience: &'a str,
    /// A value that was never used before (`jti`).
    pub token_id: &'a str,
    /// The present moment.
    pub now: Timestamp,
    /// How long it may be used, from now.
    pub lifetime: Duration,
}

impl ClientAssertion<'_> {
    /// Signs it; refused when `key` does not go with `algorithm`.
    pub fn sign(&self, key: &PrivateKey, algorithm: SignatureAlgorithm) -> Result<String, PrivateKeyError> {
        let header = json!({ "alg": algorithm.as_str(), "kid": key.kid(), "typ": "JWT" });
        let claims = json!({
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.audience,
            "jti": self.token_id,
            "iat": self.now.as_seconds(),
            "exp": self.now.after(self.lifetime).as_seconds(),
        });
        let message = format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
        let signature = key.sign(algorithm, message.as_bytes())?;
        Ok(format!("{message}.{}", encode(&signature)))
    }
}
