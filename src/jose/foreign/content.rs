//! Decrypting the content of an encrypted token (RFC 7518 §5).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;

use super::key_management::ContentKey;
use crate::base::ContentEncryption;

/// The octets of an authentication tag; both encryptions have as many, and a shorter one is a weaker one.
const TAG_OCTETS: usize = 16;

/// What is decrypted and what is only authenticated.
pub(super) struct Sealed<'a> {
    /// The protected header as it stands in the token (RFC 7516 §5.2 step 14).
    pub(super) additional: &'a [u8],
    /// Initialization vector.
    pub(super) iv: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
    /// Authentication tag.
    pub(super) tag: Vec<u8>,
}

impl Sealed<'_> {
    /// The plaintext, when the tag is right.
    pub(super) fn open(&self, encryption: ContentEncryption, key: &ContentKey) -> Option<Vec<u8>> {
        if self.tag.len() != TAG_OCTETS {
            return None;
        }
        match encryption {
            ContentEncryption::A256Gcm => self.open_gcm(key),
            ContentEncryption::A128CbcHs256 => self.open_cbc_hmac(key),
        }
    }

    /// RFC 7518 §5.3.
    fn open_gcm(&self, key: &ContentKey) -> Option<Vec<u8>> {
        let nonce = Nonce::try_assume_unique_for_key(&self.iv).ok()?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &**key).ok()?);
        let mut content = [self.ciphertext.as_slice(), &self.tag].concat();
        let length = key.open_in_place(nonce, Aad::from(self.additional), &mut content).ok()?.len();
        content.truncate(length);
        Some(content)
    }

    /// RFC 7518 §5.2.2.2. The tag comes first: whoever has not made it learns nothing of the padding.
    fn open_cbc_hmac(&self, key: &ContentKey) -> Option<Vec<u8>> {
        let iv = FixedLength::<16>::try_from(self.iv.as_slice()).ok()?;
        let (authenticating, encrypting) = key.split_at(16);
        let bits = u64::try_from(self.additional.len()).ok()?.checked_mul(8)?;
        let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, authenticating));
        for part in [self.additional, &self.iv, &self.ciphertext, &bits.to_be_bytes()] {
            mac.update(part);
        }
        let expected = mac.sign();
        verify_slices_are_equal(expected.as_ref().get(..TAG_OCTETS)?, &self.tag).ok()?;

        let key = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_128, encrypting).ok()?).ok()?;
        let mut content = self.ciphertext.clone();
        let length = key.decrypt(&mut content, DecryptionContext::Iv128(iv)).ok()?.len();
        content.truncate(length);
        Some(content)
    }
}
