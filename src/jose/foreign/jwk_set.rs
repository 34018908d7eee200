//! A peer's key set, as its `jwks_uri` answers (RFC 7517 §5).

use super::Defect;
use super::jwk::Jwk;
use crate::base::SignatureAlgorithm;
use crate::jose::strict_json;

/// A longer document, in octets, is not read.
const MOST_OCTETS: usize = 512 * 1024;
/// A set with more keys is not read.
const MOST_KEYS: usize = 128;
/// So many keys are tried for a token that names none: each costs a verification.
const MOST_TRIED: usize = 8;

/// Why a document is no key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkSetError {
    /// More than 512 KiB or 128 keys.
    #[error("the key set is too long")]
    TooLong,
    /// Not a JSON object with a list `keys`.
    #[error("not a key set")]
    Malformed,
}

/// Public keys that verify signatures.
#[derive(Clone, Debug, Default)]
pub struct JwkSet {
    keys: Vec<Jwk>,
    skipped: usize,
}

impl JwkSet {
    /// Reads a set. A key that is no use here is skipped (RFC 7517 §5): one key of tomorrow must not cost those of today.
    pub fn read(document: &[u8]) -> Result<Self, JwkSetError> {
        if document.len() > MOST_OCTETS {
            return Err(JwkSetError::TooLong);
        }
        let document = strict_json::object(document).ok_or(JwkSetError::Malformed)?;
        let keys = document.get("keys").and_then(|keys| keys.as_array()).ok_or(JwkSetError::Malformed)?;
        if keys.len() > MOST_KEYS {
            return Err(JwkSetError::TooLong);
        }
        let usable: Vec<_> = keys.iter().filter_map(|key| Jwk::read(key.as_object()?)).collect();
        Ok(Self { skipped: keys.len() - usable.len(), keys: usable })
    }

    /// The keys that can be used.
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }

    /// How many keys were left out because they are no use here.
    pub const fn skipped(&self) -> usize {
        self.skipped
    }

    /// The keys that may have made a signature of `algorithm`: the one named `kid`; without a name, the suitable ones.
    pub(super) fn candidates(&self, algorithm: SignatureAlgorithm, kid: Option<&str>) -> Result<Vec<&Jwk>, Defect> {
        let suitable = |key: &&Jwk| key.suits(algorithm);
        let Some(kid) = kid else {
            let tried: Vec<_> = self.keys.iter().filter(suitable).take(MOST_TRIED).collect();
            return if tried.is_empty() { Err(Defect::UnknownKey) } else { Ok(tried) };
        };
        let named: Vec<_> = self.keys.iter().filter(|key| key.kid() == Some(kid)).collect();
        if named.is_empty() {
            return Err(Defect::UnknownKey);
        }
        // Providers name keys of different use alike; two of one use cannot be told apart.
        let suited: Vec<_> = named.into_iter().filter(suitable).collect();
        match suited.len() {
            0 => Err(Defect::UnsuitableKey),
            1 => Ok(suited),
            _ => Err(Defect::AmbiguousKey),
        }
    }
}
