//! A private key as a JWK (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2).

use aws_lc_rs::agreement;
use aws_lc_rs::rsa::{KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::PrivateKeyError;
use super::material::{EcMaterial, Material};
use crate::jose::encoding::decode;
use crate::jose::foreign::curve::{Curve, Point};
use crate::jose::foreign::key_metadata::KeyMetadata;
use crate::jose::foreign::weak_rsa;
use crate::jose::strict_json;

/// Reads a JWK with its private part.
pub(super) fn read(text: &str) -> Result<(KeyMetadata, Material), PrivateKeyError> {
    let jwk = strict_json::object(text.as_bytes()).ok_or(PrivateKeyError::Unreadable)?;
    let metadata = KeyMetadata::read(&jwk).ok_or(PrivateKeyError::Unreadable)?;
    let kind = |name| jwk.get(name).and_then(Value::as_str);
    let material = match (kind("kty").ok_or(PrivateKeyError::Unreadable)?, kind("crv")) {
        ("RSA", _) => rsa(&jwk)?,
        ("EC", Some("P-256" | "P-384" | "P-521")) => ec(&jwk).ok_or(PrivateKeyError::Unreadable)?,
        ("OKP", Some("Ed25519")) => ed25519(&jwk).ok_or(PrivateKeyError::Unreadable)?,
        _ => return Err(PrivateKeyError::Unsupported),
    };
    Ok((metadata, material))
}

fn octets(jwk: &Map<String, Value>, name: &str) -> Option<Zeroizing<Vec<u8>>> {
    decode(jwk.get(name)?.as_str()?).map(Zeroizing::new)
}

/// All members of a two-prime key must stand there (RFC 7518 §6.3.2), and agree.
fn rsa(jwk: &Map<String, Value>) -> Result<Material, PrivateKeyError> {
    // A key of more than two primes.
    if jwk.contains_key("oth") {
        return Err(PrivateKeyError::Unsupported);
    }
    let member = |name| octets(jwk, name).ok_or(PrivateKeyError::Unreadable);
    let public_key = PublicKeyComponents { n: member("n")?, e: member("e")? };
    if !weak_rsa::is_acceptable(&public_key.n, &public_key.e) {
        return Err(PrivateKeyError::Weak);
    }
    let components = KeyPairComponents {
        public_key,
        d: member("d")?,
        p: member("p")?,
        q: member("q")?,
        dP: member("dp")?,
        dQ: member("dq")?,
        qInv: member("qi")?,
    };
    Material::rsa(RsaKeyPair::from_components(&components).map_err(|_| PrivateKeyError::Unreadable)?)
}

fn ec(jwk: &Map<String, Value>) -> Option<Material> {
    let point = Point::read(jwk)?;
    let secret = octets(jwk, "d").filter(|secret| secret.len() == point.curve.octets())?;
    let agreeing = agreement::PrivateKey::from_private_key(point.curve.agreement(), &secret).ok()?;
    // Somebody else's public key would be published, and nothing could be decrypted.
    if agreeing.compute_public_key().ok()?.as_ref() != point.uncompressed {
        return None;
    }
    let signing = match point.curve {
        Curve::P256 => Some(
            EcdsaKeyPair::from_private_key_and_public_key(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                &secret,
                &point.uncompressed,
            )
            .ok()?,
        ),
        Curve::P384 | Curve::P521 => None,
    };
    Some(Material::Ec(Box::new(EcMaterial { point, agreeing, signing })))
}

fn ed25519(jwk: &Map<String, Value>) -> Option<Material> {
    let (secret, public) = (octets(jwk, "d")?, octets(jwk, "x")?);
    if secret.len() != 32 {
        return None;
    }
    Ed25519KeyPair::from_seed_and_public_key(&secret, &public).ok().map(Material::Ed25519)
}
