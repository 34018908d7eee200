//! One signing key: made, sealed, opened, used.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use serde::Serialize;

use crate::base::{SealError, StoreError};
use crate::config::SigningAlgorithm;

/// Why keys cannot be had or used.
#[derive(Debug, thiserror::Error)]
pub enum JoseError {
    /// The key material is not what it should be.
    #[error("a signing key cannot be used")]
    Key,
    /// The key was sealed under another secret.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// Signing failed.
    #[error("signing failed: {0}")]
    Sign(#[from] jsonwebtoken::errors::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A public key as JSON (RFC 7517 §4; RFC 8037 §2 for Ed25519).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublicJwk {
    /// Key type: `OKP` or `EC`.
    pub kty: &'static str,
    /// Curve: `Ed25519` or `P-256`.
    pub crv: &'static str,
    /// Public key, or its first coordinate, base64url.
    pub x: String,
    /// Second coordinate of an EC key, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// What it is for: `sig`.
    #[serde(rename = "use")]
    pub usage: &'static str,
    /// Algorithm: `EdDSA` or `ES256`.
    pub alg: &'static str,
    /// Its id: the RFC 7638 thumbprint.
    pub kid: String,
}

/// A key pair that is ready for use.
pub(super) struct SigningKey {
    pub(super) kid: String,
    pub(super) algorithm: SigningAlgorithm,
    pub(super) encoding: EncodingKey,
    pub(super) decoding: DecodingKey,
    pub(super) public: PublicJwk,
}

/// Makes a new private key, as PKCS#8.
pub(super) fn generate(algorithm: SigningAlgorithm) -> Result<Vec<u8>, JoseError> {
    match algorithm {
        SigningAlgorithm::EdDsa => {
            let seed = Ed25519KeyPair::generate().map_err(|_| JoseError::Key)?;
            Ok(seed.to_pkcs8v1().map_err(|_| JoseError::Key)?.as_ref().to_vec())
        }
        SigningAlgorithm::Es256 => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| JoseError::Key)?;
            Ok(pair.to_pkcs8v1().map_err(|_| JoseError::Key)?.as_ref().to_vec())
        }
    }
}

impl SigningKey {
    /// Reads a private key in PKCS#8.
    pub(super) fn from_pkcs8(algorithm: SigningAlgorithm, der: &[u8]) -> Result<Self, JoseError> {
        let public = public_jwk(algorithm, der)?;
        let (encoding, decoding) = match algorithm {
            SigningAlgorithm::EdDsa => (EncodingKey::from_ed_der(der), DecodingKey::from_ed_components(&public.x)?),
            SigningAlgorithm::Es256 => {
                let y = public.y.as_deref().ok_or(JoseError::Key)?;
                (EncodingKey::from_ec_der(der), DecodingKey::from_ec_components(&public.x, y)?)
            }
        };
        Ok(Self { kid: public.kid.clone(), algorithm, encoding, decoding, public })
    }

    /// The algorithm as the JWT library names it.
    pub(super) const fn jwt_algorithm(&self) -> Algorithm {
        match self.algorithm {
            SigningAlgorithm::EdDsa => Algorithm::EdDSA,
            SigningAlgorithm::Es256 => Algorithm::ES256,
        }
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.kid)
    }
}

fn public_jwk(algorithm: SigningAlgorithm, der: &[u8]) -> Result<PublicJwk, JoseError> {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    match algorithm {
        SigningAlgorithm::EdDsa => {
            let pair = Ed25519KeyPair::from_pkcs8(der).map_err(|_| JoseError::Key)?;
            let x = encode(pair.public_key().as_ref());
            let kid = thumbprint(&format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#));
            Ok(PublicJwk { kty: "OKP", crv: "Ed25519", x, y: None, usage: "sig", alg: "EdDSA", kid })
        }
        SigningAlgorithm::Es256 => {
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| JoseError::Key)?;
            // SEC 1 §2.3.3, uncompressed: 04, then both coordinates.
            let point = pair.public_key().as_ref().strip_prefix(&[4]).ok_or(JoseError::Key)?;
            let (x, y) = point.split_at_checked(32).ok_or(JoseError::Key)?;
            let (x, y) = (encode(x), encode(y));
            let kid = thumbprint(&format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
            Ok(PublicJwk { kty: "EC", crv: "P-256", x, y: Some(y), usage: "sig", alg: "ES256", kid })
        }
    }
}

/// RFC 7638 §3: SHA-256 of the required members in lexical order.
fn thumbprint(members: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, members.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbprints_follow_rfc_8037() {
        // RFC 8037, appendix A.3.
        let members = r#"{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        assert_eq!(thumbprint(members), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn a_generated_key_can_be_read_again() {
        for algorithm in [SigningAlgorithm::EdDsa, SigningAlgorithm::Es256] {
            let der = generate(algorithm).unwrap();
            let (one, two) =
                (SigningKey::from_pkcs8(algorithm, &der).unwrap(), SigningKey::from_pkcs8(algorithm, &der).unwrap());
            assert_eq!(one.public, two.public);
            assert_eq!(format!("{one:?}"), format!("SigningKey({})", one.kid));
        }
        assert!(SigningKey::from_pkcs8(SigningAlgorithm::EdDsa, b"not a key").is_err());
    }
}
