//! Private keys as tools like `openssl` write them.

use aws_lc_rs::agreement;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair};
use pem::Pem;
use zeroize::Zeroizing;

use super::PrivateKeyError;
use super::material::{EcMaterial, Material};
use crate::jose::foreign::curve::{Curve, Point};

/// Reads the one private key of a PEM text (RFC 7468); other blocks (`EC PARAMETERS`, certificates) are passed over.
pub(super) fn read(text: &str) -> Result<Material, PrivateKeyError> {
    let blocks = pem::parse_many(text).map_err(|_| PrivateKeyError::Unreadable)?;
    let mut keys = blocks.into_iter().filter(|block| block.tag().ends_with("PRIVATE KEY"));
    let key = keys.next().ok_or(PrivateKeyError::Unreadable)?;
    if keys.next().is_some() {
        return Err(PrivateKeyError::Several);
    }
    let encrypted = key.headers().get("Proc-Type").is_some_and(|value| value.contains("ENCRYPTED"));
    let kind = key.tag().to_owned();
    let der = Zeroizing::new(Pem::into_contents(key));
    match kind.as_str() {
        "ENCRYPTED PRIVATE KEY" => Err(PrivateKeyError::Encrypted),
        _ if encrypted => Err(PrivateKeyError::Encrypted),
        "RSA PRIVATE KEY" => Material::rsa(RsaKeyPair::from_der(&der).map_err(rejected)?),
        "EC PRIVATE KEY" => ec(&der).ok_or(PrivateKeyError::Unsupported),
        "PRIVATE KEY" => pkcs8(&der),
        _ => Err(PrivateKeyError::Unsupported),
    }
}

fn pkcs8(der: &[u8]) -> Result<Material, PrivateKeyError> {
    match RsaKeyPair::from_pkcs8(der).map_err(rejected) {
        Ok(pair) => return Material::rsa(pair),
        Err(PrivateKeyError::Weak) => return Err(PrivateKeyError::Weak),
        Err(_) => {}
    }
    let ed25519 = || Ed25519KeyPair::from_pkcs8(der).ok().map(Material::Ed25519);
    ec(der).or_else(ed25519).ok_or(PrivateKeyError::Unsupported)
}

/// PKCS#8 or SEC 1; the library looks which.
fn ec(der: &[u8]) -> Option<Material> {
    Curve::ALL.into_iter().find_map(|curve| {
        let agreeing = agreement::PrivateKey::from_private_key_der(curve.agreement(), der).ok()?;
        let signing = match curve {
            Curve::P256 => Some(EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, der).ok()?),
            Curve::P384 | Curve::P521 => None,
        };
        let uncompressed = agreeing.compute_public_key().ok()?.as_ref().to_vec();
        Some(Material::Ec(Box::new(EcMaterial { point: Point { curve, uncompressed }, agreeing, signing })))
    })
}

fn rejected(error: aws_lc_rs::error::KeyRejected) -> PrivateKeyError {
    match error.to_string().as_str() {
        "TooSmall" | "TooLarge" => PrivateKeyError::Weak,
        _ => PrivateKeyError::Unreadable,
    }
}
