//! A peer's public key.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::{Map, Value};

use super::curve::{Curve, Point};
use super::key_metadata::{KeyMetadata, KeyUse};
use super::weak_rsa;
use crate::base::SignatureAlgorithm;
use crate::jose::encoding::decode;

/// A public key that verifies signatures (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2).
#[derive(Clone, Debug)]
pub struct Jwk {
    metadata: KeyMetadata,
    key: PublicKey,
}

#[derive(Clone, Debug)]
enum PublicKey {
    Rsa(RsaPublicKeyComponents<Vec<u8>>),
    /// On P-256.
    Ec(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl Jwk {
    /// Reads a key. `None` for one that is no use here: of another type or on another curve, symmetric, weak, malformed, not
    /// on its curve, or with its private part told to the world.
    pub fn read(jwk: &Map<String, Value>) -> Option<Self> {
        if jwk.contains_key("d") {
            return None;
        }
        let text = |name: &str| jwk.get(name)?.as_str();
        let key = match text("kty")? {
            "RSA" => PublicKey::Rsa(rsa(text("n")?, text("e")?)?),
            "EC" => PublicKey::Ec(p256(jwk)?),
            "OKP" if text("crv")? == "Ed25519" => PublicKey::Ed25519(ed25519(text("x")?)?),
            _ => return None,
        };
        Some(Self { metadata: KeyMetadata::read(jwk)?, key })
    }

    /// Its name.
    pub fn kid(&self) -> Option<&str> {
        self.metadata.kid.as_deref()
    }

    /// Whether it verifies signatures of that algorithm: by its type, and by what it says of itself.
    pub fn suits(&self, algorithm: SignatureAlgorithm) -> bool {
        let by_type = match self.key {
            PublicKey::Rsa(_) => matches!(algorithm, SignatureAlgorithm::Rs256 | SignatureAlgorithm::Ps256),
            PublicKey::Ec(_) => algorithm == SignatureAlgorithm::Es256,
            PublicKey::Ed25519(_) => algorithm == SignatureAlgorithm::EdDsa,
        };
        by_type && self.metadata.allows(KeyUse::Verify, algorithm.as_str())
    }

    /// Whether `signature` is this key's over `message`.
    pub(super) fn verifies(&self, algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> bool {
        if !self.suits(algorithm) {
            return false;
        }
        let verified = match &self.key {
            PublicKey::Rsa(key) if algorithm == SignatureAlgorithm::Ps256 => {
                key.verify(&RSA_PSS_2048_8192_SHA256, message, signature)
            }
            PublicKey::Rsa(key) => key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
            PublicKey::Ec(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature),
            PublicKey::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
        };
        verified.is_ok()
    }
}

fn rsa(n: &str, e: &str) -> Option<RsaPublicKeyComponents<Vec<u8>>> {
    let (n, e) = (unsigned(n)?, unsigned(e)?);
    weak_rsa::is_acceptable(&n, &e).then_some(RsaPublicKeyComponents { n, e })
}

/// A `Base64urlUInt` (RFC 7518 §2); the zero octets that some libraries put in front (§6.3.1.1) are taken off.
fn unsigned(text: &str) -> Option<Vec<u8>> {
    let octets = decode(text)?;
    let start = octets.iter().position(|&octet| octet != 0)?;
    Some(octets[start..].to_vec())
}

fn p256(jwk: &Map<String, Value>) -> Option<Vec<u8>> {
    let point = Point::read(jwk).filter(|point| point.curve == Curve::P256)?.uncompressed;
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point).ok()?;
    Some(point)
}

fn ed25519(x: &str) -> Option<Vec<u8>> {
    let key = decode(x).filter(|key| key.len() == 32)?;
    ParsedPublicKey::new(&ED25519, &key).ok()?;
    Some(key)
}
