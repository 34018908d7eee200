//! Keys derived from `security.secret_key`, and what is done with them: sealing what must be read again, digesting what
//! is only compared.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{hkdf, hmac};

use super::{Random, Secret};

/// What a derived key is for. Each purpose has a key of its own, so that a text sealed for one opens for no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Digests of client secrets.
    ClientSecret,
    /// Digests of personal tokens.
    PersonalToken,
    /// Digests of links that work once, and of what they fit.
    OneTimeLink,
    /// Private signing keys in the database.
    SigningKey,
    /// What a form leaves behind for the next page.
    Flash,
    /// The value by which an installation recognises its key.
    Sentinel,
    /// What a sign-in at a provider has to remember until it comes back.
    LoginAttempt,
    /// A provider's tokens.
    ProviderTokens,
    /// What is kept of people's claims to ask for their entitlements, and the digests of it.
    EntitlementClaims,
    /// Letters that wait to be sent.
    Letter,
    /// Digests of codes that prove an e-mail address.
    SignInCode,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::ClientSecret => b"parloir client secret v1",
            Self::PersonalToken => b"parloir personal token v1",
            Self::OneTimeLink => b"parloir one-time link v1",
            Self::SigningKey => b"parloir signing key v1",
            Self::Flash => b"parloir flash v1",
            Self::Sentinel => b"parloir sentinel v1",
            Self::LoginAttempt => b"parloir login attempt v1",
            Self::ProviderTokens => b"parloir provider tokens v1",
            Self::EntitlementClaims => b"parloir entitlement claims v1",
            Self::Letter => b"parloir letter v1",
            Self::SignInCode => b"parloir sign-in code v1",
        }
    }
}

/// The key from which all others come (HKDF-SHA-256, RFC 5869).
#[derive(Clone)]
pub struct MasterKey(hkdf::Prk);

impl MasterKey {
    /// Takes the operator's text. Its entropy is the operator's business; its length was checked with the settings.
    pub fn new(secret: &Secret) -> Self {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"parloir");
        Self(salt.extract(secret.expose().as_bytes()))
    }

    /// The 256-bit key for `purpose`.
    pub fn derive(&self, purpose: Purpose) -> [u8; 32] {
        let mut key = [0; 32];
        let info = [purpose.label()];
        let filled = self.0.expand(&info, hkdf::HKDF_SHA256).and_then(|output| output.fill(&mut key));
        debug_assert!(filled.is_ok(), "HKDF-SHA-256 gives up to 8160 bytes");
        key
    }

    /// A sealer for `purpose`.
    pub fn sealer(&self, purpose: Purpose) -> Sealer {
        Sealer { key: self.derive(purpose) }
    }

    /// A keyed digest (HMAC-SHA-256, RFC 2104) of `text` for `purpose`.
    pub fn digest(&self, purpose: Purpose, text: &[u8]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.derive(purpose));
        let mut digest = [0; 32];
        digest.copy_from_slice(hmac::sign(&key, text).as_ref());
        digest
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey")
    }
}

/// AES-256-GCM (NIST SP 800-38D) under one derived key. A sealed text is key id (4 bytes), nonce (12), ciphertext, tag (16);
/// the key id tells which of several keys opens it when the operator changes the secret.
#[derive(Clone)]
pub struct Sealer {
    key: [u8; 32],
}

/// A sealed text that this key does not open: made under another key, for another context, cut or altered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sealed text cannot be opened with this key")]
pub struct SealError;

const KEY_ID: usize = 4;
const NONCE: usize = 12;

impl Sealer {
    /// Seals `plain`; only [`Sealer::open`] with the same `context` gives it back.
    pub fn seal(&self, random: &Random, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE] = random.bytes();
        let mut sealed = plain.to_vec();
        self.cipher()?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut sealed)
            .map_err(|_| SealError)?;
        let mut text = Vec::with_capacity(KEY_ID + NONCE + sealed.len());
        text.extend_from_slice(&self.key_id());
        text.extend_from_slice(&nonce);
        text.append(&mut sealed);
        Ok(text)
    }

    /// Opens what [`Sealer::seal`] made with the same key and `context`.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let rest = sealed.strip_prefix(&self.key_id()).ok_or(SealError)?;
        let (nonce, text) = rest.split_first_chunk::<NONCE>().ok_or(SealError)?;
        let mut text = text.to_vec();
        let plain = self
            .cipher()?
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(context), &mut text)
            .map_err(|_| SealError)?;
        Ok(plain.to_vec())
    }

    fn cipher(&self) -> Result<LessSafeKey, SealError> {
        UnboundKey::new(&AES_256_GCM, &self.key).map(LessSafeKey::new).map_err(|_| SealError)
    }

    fn key_id(&self) -> [u8; KEY_ID] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.key);
        let mut id = [0; KEY_ID];
        id.copy_from_slice(&hmac::sign(&key, b"key id").as_ref()[..KEY_ID]);
        id
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master(text: &str) -> MasterKey {
        MasterKey::new(&Secret::new(text))
    }

    #[test]
    fn opens_what_it_sealed_and_nothing_else() {
        let random = Random::seeded(1);
        let sealer = master("one").sealer(Purpose::Flash);
        let text = sealer.seal(&random, b"context", b"plain").unwrap();
        assert_eq!(sealer.open(b"context", &text).unwrap(), b"plain");
        assert_eq!(sealer.open(b"other", &text), Err(SealError));
        assert_eq!(master("two").sealer(Purpose::Flash).open(b"context", &text), Err(SealError));
        assert_eq!(master("one").sealer(Purpose::SigningKey).open(b"context", &text), Err(SealError));
        for length in 0..text.len() {
            assert_eq!(sealer.open(b"context", &text[..length]), Err(SealError));
        }
    }

    #[test]
    fn digests_depend_on_key_and_purpose() {
        let digest = master("one").digest(Purpose::ClientSecret, b"text");
        assert_eq!(digest, master("one").digest(Purpose::ClientSecret, b"text"));
        assert_ne!(digest, master("two").digest(Purpose::ClientSecret, b"text"));
        assert_ne!(digest, master("one").digest(Purpose::Flash, b"text"));
    }
}
