//! Decrypting tokens that were encrypted for us (RFC 7516 §5.2), compact serialisation.

use serde_json::{Map, Value};

use super::content::Sealed;
use super::curve::Point;
use super::key_management::{Agreement, ContentKey, recover};
use super::{Defect, PrivateKey, PrivateKeyError, PublishedJwk, jws};
use crate::base::{ContentEncryption, KeyManagementAlgorithm, Random};
use crate::jose::encoding::{compact_parts, decode};
use crate::jose::strict_json;

/// A longer header, in octets of its JSON, is not read.
const MOST_HEADER_OCTETS: usize = 2 * 1024;

/// Compression lets the content be guessed from its length, and a short token become a long one; an extension that is critical
/// is one that is not understood; and keys come from the settings, not out of the token.
const REFUSED_MEMBERS: [&str; 5] = ["zip", "crit", "jku", "jwk", "x5u"];

/// How tokens are encrypted for us, and with which keys they are decrypted.
#[derive(Debug)]
pub struct Decryption {
    algorithm: KeyManagementAlgorithm,
    encryption: ContentEncryption,
    keys: Vec<PrivateKey>,
    random: Random,
}

impl Decryption {
    /// Takes the one algorithm and the one encryption that are accepted, and the keys: several during a rotation. Refuses keys
    /// that do not go with the algorithm, two of one name, and none at all.
    pub fn new(
        algorithm: KeyManagementAlgorithm,
        encryption: ContentEncryption,
        keys: Vec<PrivateKey>,
        random: Random,
    ) -> Result<Self, PrivateKeyError> {
        if keys.is_empty() {
            return Err(PrivateKeyError::None);
        }
        for (at, key) in keys.iter().enumerate() {
            let kid = key.kid();
            if !key.decrypts(algorithm) {
                return Err(PrivateKeyError::Unsuitable(kid.to_owned()));
            }
            if keys[..at].iter().any(|other| other.kid() == kid) {
                return Err(PrivateKeyError::Duplicate(kid.to_owned()));
            }
        }
        Ok(Self { algorithm, encryption, keys, random })
    }

    /// The public keys with which others encrypt for us, for `/jwks`.
    pub fn published(&self) -> Vec<PublishedJwk> {
        self.keys.iter().filter_map(|key| key.published_for_encryption(self.algorithm)).collect()
    }

    /// Decrypts `token`. There is one error, [`Defect::Undecryptable`], whatever the cause: a sender who learns the cause can
    /// decrypt what others have sent (RFC 7516 §11.5).
    pub fn decrypt(&self, token: &str) -> Result<Vec<u8>, Defect> {
        self.open(token).ok_or(Defect::Undecryptable)
    }

    fn open(&self, token: &str) -> Option<Vec<u8>> {
        if token.len() > jws::MOST_OCTETS {
            return None;
        }
        let [header, encrypted_key, iv, ciphertext, tag] = compact_parts(token)?;
        let sealed = Sealed {
            additional: header.as_bytes(),
            iv: decode(iv)?,
            ciphertext: decode(ciphertext)?,
            tag: decode(tag)?,
        };
        let (kid, agreement) = self.read_header(header)?;
        let encrypted_key = decode(encrypted_key)?;
        self.candidates(kid.as_deref())
            .into_iter()
            .find_map(|key| sealed.open(self.encryption, &self.content_key(key, &agreement, &encrypted_key)))
    }

    fn read_header(&self, header: &str) -> Option<(Option<String>, Agreement)> {
        let header = decode(header).filter(|header| header.len() <= MOST_HEADER_OCTETS)?;
        let header = strict_json::object(&header)?;
        let is = |name: &str, expected: &str| header.get(name).and_then(Value::as_str) == Some(expected);
        if !is("alg", self.algorithm.as_str())
            || !is("enc", self.encryption.as_str())
            || REFUSED_MEMBERS.iter().any(|name| header.contains_key(*name))
        {
            return None;
        }
        let kid = match header.get("kid") {
            None => None,
            Some(kid) => Some(kid.as_str()?.to_owned()),
        };
        Some((kid, read_agreement(&header)?))
    }

    /// The keys to try: the one named `kid` first. A key that names itself otherwise is left out; one without a name of its own
    /// never is, for nobody can know what the sender calls it.
    fn candidates(&self, kid: Option<&str>) -> Vec<&PrivateKey> {
        let possible = |key: &&PrivateKey| kid.is_none() || key.own_kid().is_none_or(|own| Some(own) == kid);
        let mut keys: Vec<_> = self.keys.iter().filter(possible).collect();
        keys.sort_by_key(|key| Some(key.kid()) != kid);
        keys
    }

    /// The content key; where there is none to be had, a random one, with which the tag is wrong like any other's: how far it
    /// came must not show (RFC 7516 §11.5).
    fn content_key(&self, key: &PrivateKey, agreement: &Agreement, encrypted: &[u8]) -> ContentKey {
        let random = ContentKey::new(self.random.bytes());
        recover((self.algorithm, self.encryption), key, agreement, encrypted).unwrap_or(random)
    }
}

/// `epk`, `apu` and `apv`; all may be absent, which is right for RSA and fails later for ECDH.
fn read_agreement(header: &Map<String, Value>) -> Option<Agreement> {
    let octets = |name: &str| match header.get(name) {
        None => Some(Vec::new()),
        Some(value) => decode(value.as_str()?),
    };
    let ephemeral = match header.get("epk") {
        None => None,
        Some(jwk) => Point::read(jwk.as_object()?),
    };
    Some(Agreement { ephemeral, party_u: octets("apu")?, party_v: octets("apv")? })
}
