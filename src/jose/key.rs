//! One signing key: made, sealed, opened, used.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use serde::Serialize;

use crate::base::{Random, SealError, StoreError, Timestamp};
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

/// A public key as JSON (RFC 7517 §4; RFC 7518 §6.2 and §6.3; RFC 8037 §2 for Ed25519).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublicJwk {
    /// Key type: `OKP`, `EC` or `RSA`.
    pub kty: &'static str,
    /// Curve: `Ed25519` or `P-256`; RSA has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crv: Option<&'static str>,
    /// Public key, or its first coordinate, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// Second coordinate of an EC key, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// Modulus of an RSA key, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// Exponent of an RSA key, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// What it is for: `sig`.
    #[serde(rename = "use")]
    pub usage: &'static str,
    /// Algorithm: `EdDSA`, `ES256` or `RS256`.
    pub alg: &'static str,
    /// Its id: the RFC 7638 thumbprint.
    pub kid: String,
}

/// A key that is ready for use.
pub(super) struct SigningKey {
    pub(super) kid: String,
    pub(super) algorithm: SigningAlgorithm,
    pub(super) encoding: EncodingKey,
    pub(super) decoding: DecodingKey,
    /// What everybody may know of it; nothing of a symmetric key.
    pub(super) public: Option<PublicJwk>,
    pub(super) created_at: Timestamp,
    /// Until when it verifies, once another key has replaced it.
    pub(super) ends_at: Option<Timestamp>,
}

/// Makes new key material with its id: PKCS#8 (RFC 5208), or the 256 bits of a symmetric key.
pub(super) fn generate(algorithm: SigningAlgorithm, random: &Random) -> Result<(String, Vec<u8>), JoseError> {
    let material = match algorithm {
        SigningAlgorithm::EdDsa => {
            let seed = Ed25519KeyPair::generate().map_err(|_| JoseError::Key)?;
            seed.to_pkcs8v1().map_err(|_| JoseError::Key)?.as_ref().to_vec()
        }
        SigningAlgorithm::Es256 => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| JoseError::Key)?;
            pair.to_pkcs8v1().map_err(|_| JoseError::Key)?.as_ref().to_vec()
        }
        SigningAlgorithm::Rs256 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| JoseError::Key)?;
            pair.as_der().map_err(|_| JoseError::Key)?.as_ref().to_vec()
        }
        // A digest of the key would be one for guessing it: its id is chance.
        SigningAlgorithm::Hs256 => return Ok((random.base62(22), random.bytes::<32>().to_vec())),
    };
    let public = public_jwk(algorithm, &material)?.ok_or(JoseError::Key)?;
    Ok((public.kid, material))
}

impl SigningKey {
    /// Reads what [`generate`] made.
    pub(super) fn read(
        kid: String,
        algorithm: SigningAlgorithm,
        material: &[u8],
        created_at: Timestamp,
        ends_at: Option<Timestamp>,
    ) -> Result<Self, JoseError> {
        let public = public_jwk(algorithm, material)?;
        let part = |part: fn(&PublicJwk) -> &Option<String>| {
            public.as_ref().and_then(|public| part(public).as_deref()).ok_or(JoseError::Key)
        };
        let (encoding, decoding) = match algorithm {
            SigningAlgorithm::EdDsa => {
                (EncodingKey::from_ed_der(material), DecodingKey::from_ed_components(part(|key| &key.x)?)?)
            }
            SigningAlgorithm::Es256 => {
                let decoding = DecodingKey::from_ec_components(part(|key| &key.x)?, part(|key| &key.y)?)?;
                (EncodingKey::from_ec_der(material), decoding)
            }
            SigningAlgorithm::Rs256 => {
                let decoding = DecodingKey::from_rsa_components(part(|key| &key.n)?, part(|key| &key.e)?)?;
                (EncodingKey::from_rsa_pem(pem(material).as_bytes())?, decoding)
            }
            SigningAlgorithm::Hs256 if material.len() == 32 => {
                (EncodingKey::from_secret(material), DecodingKey::from_secret(material))
            }
            SigningAlgorithm::Hs256 => return Err(JoseError::Key),
        };
        Ok(Self { kid, algorithm, encoding, decoding, public, created_at, ends_at })
    }

    /// Whether the key still counts at `now`.
    pub(super) fn lives(&self, now: Timestamp) -> bool {
        self.ends_at.is_none_or(|end| now < end)
    }

    /// The algorithm as the JWT library names it.
    pub(super) const fn jwt_algorithm(&self) -> Algorithm {
        match self.algorithm {
            SigningAlgorithm::EdDsa => Algorithm::EdDSA,
            SigningAlgorithm::Es256 => Algorithm::ES256,
            SigningAlgorithm::Rs256 => Algorithm::RS256,
            SigningAlgorithm::Hs256 => Algorithm::HS256,
        }
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.kid)
    }
}

/// PKCS#8 as text (RFC 7468 §10), the form in which the JWT library takes RSA keys apart.
fn pem(der: &[u8]) -> String {
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<_> = body.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}

fn public_jwk(algorithm: SigningAlgorithm, der: &[u8]) -> Result<Option<PublicJwk>, JoseError> {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let common = PublicJwk { usage: "sig", alg: algorithm.as_str(), ..PublicJwk::default() };
    Ok(Some(match algorithm {
        SigningAlgorithm::EdDsa => {
            let pair = Ed25519KeyPair::from_pkcs8(der).map_err(|_| JoseError::Key)?;
            let x = encode(pair.public_key().as_ref());
            let kid = thumbprint(&format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#));
            PublicJwk { kty: "OKP", crv: Some("Ed25519"), x: Some(x), kid, ..common }
        }
        SigningAlgorithm::Es256 => {
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| JoseError::Key)?;
            // SEC 1 §2.3.3, uncompressed: 04, then both coordinates.
            let point = pair.public_key().as_ref().strip_prefix(&[4]).ok_or(JoseError::Key)?;
            let (x, y) = point.split_at_checked(32).ok_or(JoseError::Key)?;
            let (x, y) = (encode(x), encode(y));
            let kid = thumbprint(&format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
            PublicJwk { kty: "EC", crv: Some("P-256"), x: Some(x), y: Some(y), kid, ..common }
        }
        SigningAlgorithm::Rs256 => {
            let pair = RsaKeyPair::from_pkcs8(der).map_err(|_| JoseError::Key)?;
            let public = pair.public_key();
            let n = encode(public.modulus().big_endian_without_leading_zero());
            let e = encode(public.exponent().big_endian_without_leading_zero());
            let kid = thumbprint(&format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#));
            PublicJwk { kty: "RSA", n: Some(n), e: Some(e), kid, ..common }
        }
        SigningAlgorithm::Hs256 => return Ok(None),
    }))
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
        let now = Timestamp::from_seconds(1000);
        for algorithm in SigningAlgorithm::ALL {
            let (kid, material) = generate(algorithm, &Random::System).unwrap();
            let read = || SigningKey::read(kid.clone(), algorithm, &material, now, Some(now)).unwrap();
            let (one, two) = (read(), read());
            assert_eq!(one.public, two.public);
            assert_eq!(one.public.is_none(), algorithm == SigningAlgorithm::Hs256);
            assert!(one.public.as_ref().is_none_or(|public| public.kid == kid));
            assert_eq!(format!("{one:?}"), format!("SigningKey({kid})"));
            assert!(!one.lives(now) && one.lives(now.before(std::time::Duration::from_micros(1))));
            assert!(SigningKey::read(kid, algorithm, b"not a key", now, None).is_err());
        }
    }
}
