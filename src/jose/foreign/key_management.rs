//! Getting the content key out of an encrypted token (RFC 7518 §4).

use aws_lc_rs::agreement::{self, UnparsedPublicKey};
use aws_lc_rs::kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest};
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap};
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm};
use zeroize::Zeroizing;

use super::curve::Point;
use super::private_key::{EcMaterial, Material, PrivateKey, RsaMaterial};
use crate::base::{ContentEncryption, KeyManagementAlgorithm};

/// The octets of a content key: both content encryptions take as many, and so does AES-256 Key Wrap.
pub(super) const KEY_OCTETS: usize = 32;
/// A wrapped content key has a check of 8 octets besides (RFC 3394 §2.2.1).
const WRAPPED_OCTETS: usize = KEY_OCTETS + 8;

/// A key that is wiped when it is no longer needed.
pub(super) type ContentKey = Zeroizing<[u8; KEY_OCTETS]>;

/// What an ECDH-ES header says (RFC 7518 §4.6.1).
#[derive(Debug, Default)]
pub(super) struct Agreement {
    /// `epk`; `None` when it is missing or no point of a curve that we have.
    pub(super) ephemeral: Option<Point>,
    /// `apu`, decoded.
    pub(super) party_u: Vec<u8>,
    /// `apv`, decoded.
    pub(super) party_v: Vec<u8>,
}

/// The content key that `encrypted` holds for `key`, or that both agreed on.
pub(super) fn recover(
    (algorithm, encryption): (KeyManagementAlgorithm, ContentEncryption),
    key: &PrivateKey,
    agreement: &Agreement,
    encrypted: &[u8],
) -> Option<ContentKey> {
    match (algorithm, key.material()) {
        (KeyManagementAlgorithm::RsaOaep, Material::Rsa(key)) => oaep(key, &OAEP_SHA1_MGF1SHA1, encrypted),
        (KeyManagementAlgorithm::RsaOaep256, Material::Rsa(key)) => oaep(key, &OAEP_SHA256_MGF1SHA256, encrypted),
        (KeyManagementAlgorithm::EcdhEs, Material::Ec(key)) if encrypted.is_empty() => {
            agree(key, agreement, encryption.as_str())
        }
        (KeyManagementAlgorithm::EcdhEsA256Kw, Material::Ec(key)) if encrypted.len() == WRAPPED_OCTETS => {
            let wrapping = agree(key, agreement, algorithm.as_str())?;
            let mut content = ContentKey::default();
            AesKek::new(&AES_256, &*wrapping).ok()?.unwrap(encrypted, content.as_mut()).ok()?;
            Some(content)
        }
        _ => None,
    }
}

fn oaep(key: &RsaMaterial, algorithm: &'static OaepAlgorithm, encrypted: &[u8]) -> Option<ContentKey> {
    let mut plain = Zeroizing::new(vec![0; key.decrypting.min_output_size()]);
    let content = key.decrypting.decrypt(algorithm, encrypted, &mut plain, None).ok()?;
    <[u8; KEY_OCTETS]>::try_from(&*content).ok().map(Zeroizing::new)
}

/// Diffie-Hellman with the sender's ephemeral key, of which a key is derived. The library refuses a point that is not on the
/// curve.
fn agree(key: &EcMaterial, agreement: &Agreement, algorithm: &str) -> Option<ContentKey> {
    let ephemeral = agreement.ephemeral.as_ref().filter(|point| point.curve == key.point.curve)?;
    let peer = UnparsedPublicKey::new(ephemeral.curve.agreement(), &ephemeral.uncompressed);
    agreement::agree(&key.agreeing, peer, (), |secret| {
        let mut agreed = ContentKey::default();
        derive(secret, algorithm, agreement, agreed.as_mut()).map(|()| agreed).ok_or(())
    })
    .ok()
}

/// The Concat KDF with SHA-256 (RFC 7518 §4.6.2): `OtherInfo` is the algorithm and both parties, each behind its length in
/// octets, then the length wanted, in bits.
pub(super) fn derive(secret: &[u8], algorithm: &str, parties: &Agreement, key: &mut [u8]) -> Option<()> {
    let mut info = Vec::new();
    for part in [algorithm.as_bytes(), &parties.party_u, &parties.party_v] {
        info.extend(u32::try_from(part.len()).ok()?.to_be_bytes());
        info.extend(part);
    }
    info.extend(u32::try_from(key.len() * 8).ok()?.to_be_bytes());
    sskdf_digest(get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256)?, secret, &info, key).ok()
}
