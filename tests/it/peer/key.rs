//! Keys that sign whatever they are told to.

use std::fmt;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaEncoding, RsaKeyPair,
};
use aws_lc_rs::{encoding, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::harness::forger::encode;

/// A private key, a shared secret, or nothing, under a name.
pub(crate) struct Key {
    /// The `kid` of its tokens and in its JWK.
    pub(crate) kid: String,
    material: Material,
}

enum Material {
    Rsa(RsaKeyPair),
    Ec { pair: EcdsaKeyPair, pkcs8: Vec<u8> },
    Okp(Ed25519KeyPair),
    Secret(Vec<u8>),
    Nothing,
}

impl Key {
    /// A new RSA key of 2048 bits, for RS256, PS256, RSA-OAEP and RSA-OAEP-256. Takes a tenth of a second and more to make.
    pub(crate) fn rsa(kid: &str) -> Self {
        Self::new(kid, Material::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap()))
    }

    /// A new key on P-256, for ES256, ECDH-ES and ECDH-ES+A256KW.
    pub(crate) fn ec(kid: &str) -> Self {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).unwrap().as_ref().to_vec();
        Self::new(kid, Material::Ec { pair: EcdsaKeyPair::from_pkcs8(algorithm, &pkcs8).unwrap(), pkcs8 })
    }

    /// A new key on Ed25519, for EdDSA.
    pub(crate) fn okp(kid: &str) -> Self {
        Self::new(kid, Material::Okp(Ed25519KeyPair::generate().unwrap()))
    }

    /// A shared secret, for HS256.
    pub(crate) fn secret(kid: &str, secret: &[u8]) -> Self {
        Self::new(kid, Material::Secret(secret.to_vec()))
    }

    /// What signs with `none`.
    pub(crate) fn nothing() -> Self {
        Self::new("", Material::Nothing)
    }

    fn new(kid: &str, material: Material) -> Self {
        Self { kid: kid.to_owned(), material }
    }

    /// The algorithm that it signs with when nobody says otherwise.
    pub(crate) fn algorithm(&self) -> &'static str {
        match self.material {
            Material::Rsa(_) => "RS256",
            Material::Ec { .. } => "ES256",
            Material::Okp(_) => "EdDSA",
            Material::Secret(_) => "HS256",
            Material::Nothing => "none",
        }
    }

    /// A signature (RFC 7518 §3). An RSA key signs with PS256 where `algorithm` says so; every other key has one way to sign.
    pub(crate) fn sign(&self, algorithm: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.material {
            Material::Rsa(pair) => {
                let padding: &'static dyn RsaEncoding =
                    if algorithm == "PS256" { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &random, message, &mut signature).unwrap();
                signature
            }
            Material::Ec { pair, .. } => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Material::Okp(pair) => pair.sign(message).as_ref().to_vec(),
            Material::Secret(secret) => {
                hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message).as_ref().to_vec()
            }
            Material::Nothing => Vec::new(),
        }
    }

    /// The public key as a JWK (RFC 7517); null where there is none.
    pub(crate) fn public(&self) -> Value {
        match &self.material {
            Material::Rsa(pair) => {
                let (n, e) = (pair.public_key().modulus(), pair.public_key().exponent());
                let number = |bytes: &[u8]| encode(bytes);
                json!({
                    "kty": "RSA",
                    "kid": self.kid,
                    "n": number(n.big_endian_without_leading_zero()),
                    "e": number(e.big_endian_without_leading_zero()),
                })
            }
            Material::Ec { pair, .. } => {
                let (x, y) = coordinates(pair.public_key().as_ref());
                json!({ "kty": "EC", "kid": self.kid, "crv": "P-256", "x": x, "y": y })
            }
            Material::Okp(pair) => {
                json!({ "kty": "OKP", "kid": self.kid, "crv": "Ed25519", "x": encode(pair.public_key().as_ref()) })
            }
            Material::Secret(_) | Material::Nothing => Value::Null,
        }
    }

    /// The private key as PKCS#8.
    pub(crate) fn pkcs8(&self) -> Vec<u8> {
        match &self.material {
            Material::Rsa(pair) => {
                let der: encoding::Pkcs8V1Der = pair.as_der().unwrap();
                der.as_ref().to_vec()
            }
            Material::Ec { pkcs8, .. } => pkcs8.clone(),
            _ => panic!("{self:?} is not kept in a file"),
        }
    }

    /// The private key as PEM with PKCS#8.
    pub(crate) fn private_pem(&self) -> String {
        pem("PRIVATE KEY", &self.pkcs8())
    }

    /// The public key as PEM: what a verifier mistakes for a secret when it believes the token's `alg`.
    pub(crate) fn public_pem(&self) -> String {
        let Material::Rsa(pair) = &self.material else { panic!("{self:?} is no RSA key") };
        let der: encoding::PublicKeyX509Der = pair.public_key().as_der().unwrap();
        pem("PUBLIC KEY", der.as_ref())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}, {})", self.algorithm(), self.kid)
    }
}

/// The coordinates of an uncompressed point of P-256 (SEC 1 §2.3.3), as a JWK has them.
pub(super) fn coordinates(point: &[u8]) -> (String, String) {
    (encode(&point[1..33]), encode(&point[33..65]))
}

/// RFC 7468.
fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
