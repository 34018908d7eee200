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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::jose::foreign::testing::{Peer, key};
    use crate::jose::foreign::{TokenType, verify_claims};

    const ASSERTION: ClientAssertion<'_> = ClientAssertion {
        client_id: "parloir",
        audience: "https://provider.example.org/token",
        token_id: "j-1",
        now: Timestamp::from_seconds(1_800_000_000),
        lifetime: Duration::from_mins(1),
    };

    #[test]
    fn the_provider_can_verify_it() {
        for algorithm in SignatureAlgorithm::ALL.iter().filter(|algorithm| **algorithm != SignatureAlgorithm::Hs256) {
            let peer = Peer::new(*algorithm);
            let assertion = ASSERTION.sign(&peer.key, *algorithm).unwrap();
            let claims = verify_claims(&assertion, &peer.signer(), TokenType::Untyped).unwrap();
            let expected = json!({
                "iss": "parloir", "sub": "parloir", "aud": "https://provider.example.org/token", "jti": "j-1",
                "iat": 1_800_000_000, "exp": 1_800_000_060,
            });
            assert_eq!(Value::Object(claims), expected, "{algorithm:?}");
        }
    }

    #[test]
    fn a_key_of_another_type_does_not_sign() {
        let ec = key("p256-sec1");
        let error = PrivateKeyError::Unsuitable(ec.kid().to_owned());
        assert_eq!(ASSERTION.sign(&ec, SignatureAlgorithm::Rs256), Err(error.clone()));
        assert_eq!(ASSERTION.sign(&ec, SignatureAlgorithm::Hs256), Err(error));
    }
}
