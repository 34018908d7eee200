//! The key itself.

use aws_lc_rs::agreement;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{OaepPrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair};

use super::PrivateKeyError;
use crate::base::SignatureAlgorithm;
use crate::jose::encoding::{encode, thumbprint};
use crate::jose::foreign::PublishedJwk;
use crate::jose::foreign::curve::Point;
use crate::jose::foreign::weak_rsa;

/// What a private key can do, by its type.
pub(in crate::jose::foreign) enum Material {
    Rsa(Box<RsaMaterial>),
    Ec(Box<EcMaterial>),
    Ed25519(Ed25519KeyPair),
}

pub(in crate::jose::foreign) struct RsaMaterial {
    signing: RsaKeyPair,
    pub(in crate::jose::foreign) decrypting: OaepPrivateDecryptingKey,
    n: Vec<u8>,
    e: Vec<u8>,
}

pub(in crate::jose::foreign) struct EcMaterial {
    pub(in crate::jose::foreign) point: Point,
    pub(in crate::jose::foreign) agreeing: agreement::PrivateKey,
    /// Only on P-256, the curve of ES256.
    pub(super) signing: Option<EcdsaKeyPair>,
}

impl Material {
    /// Takes an RSA key into use.
    pub(super) fn rsa(pair: RsaKeyPair) -> Result<Self, PrivateKeyError> {
        let (n, e) = (pair.public_key().modulus(), pair.public_key().exponent());
        let (n, e) = (n.big_endian_without_leading_zero().to_vec(), e.big_endian_without_leading_zero().to_vec());
        if !weak_rsa::is_acceptable(&n, &e) {
            return Err(PrivateKeyError::Weak);
        }
        // The library decrypts with a key that it has read from PKCS#8, and with no other.
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| PrivateKeyError::Unreadable)?;
        let decrypting = PrivateDecryptingKey::from_pkcs8(der.as_ref()).map_err(|_| PrivateKeyError::Unreadable)?;
        let decrypting = OaepPrivateDecryptingKey::new(decrypting).map_err(|_| PrivateKeyError::Unreadable)?;
        Ok(Self::Rsa(Box::new(RsaMaterial { signing: pair, decrypting, n, e })))
    }

    pub(super) fn signs(&self, algorithm: SignatureAlgorithm) -> bool {
        match self {
            Self::Rsa(_) => matches!(algorithm, SignatureAlgorithm::Rs256 | SignatureAlgorithm::Ps256),
            Self::Ec(key) => algorithm == SignatureAlgorithm::Es256 && key.signing.is_some(),
            Self::Ed25519(_) => algorithm == SignatureAlgorithm::EdDsa,
        }
    }

    pub(super) fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(key) => {
                let padding = if algorithm == SignatureAlgorithm::Ps256 { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                let mut signature = vec![0; key.signing.public_modulus_len()];
                key.signing.sign(padding, &SystemRandom::new(), message, &mut signature).ok()?;
                Some(signature)
            }
            Self::Ec(key) => Some(key.signing.as_ref()?.sign(&SystemRandom::new(), message).ok()?.as_ref().to_vec()),
            Self::Ed25519(key) => Some(key.try_sign(message).ok()?.as_ref().to_vec()),
        }
    }

    /// The public key, without what it is for.
    pub(super) fn public(&self) -> PublishedJwk {
        let empty = PublishedJwk::default();
        match self {
            Self::Rsa(key) => PublishedJwk { kty: "RSA", n: Some(encode(&key.n)), e: Some(encode(&key.e)), ..empty },
            Self::Ec(key) => {
                let (x, y) = key.point.coordinates();
                let crv = Some(key.point.curve.name());
                PublishedJwk { kty: "EC", crv, x: Some(encode(x)), y: Some(encode(y)), ..empty }
            }
            Self::Ed25519(key) => {
                let x = Some(encode(key.public_key().as_ref()));
                PublishedJwk { kty: "OKP", crv: Some("Ed25519"), x, ..empty }
            }
        }
    }

    /// RFC 7638 §3.2, RFC 8037 §2.
    pub(super) fn thumbprint(&self) -> String {
        let public = self.public();
        let members = [
            ("crv", public.crv),
            ("e", public.e.as_deref()),
            ("kty", Some(public.kty)),
            ("n", public.n.as_deref()),
            ("x", public.x.as_deref()),
            ("y", public.y.as_deref()),
        ];
        thumbprint(&members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect::<Vec<_>>())
    }
}
