//! The recipient's side of encryption, to prove what is sent and to read what the real provider sends.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::cipher::{AES_128, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap as _};
use aws_lc_rs::rsa::{OaepPrivateDecryptingKey, PrivateDecryptingKey};
use serde_json::Value;

use super::Key;
use super::jwe::{agree, cbc_tag, decode, oaep};

/// Header and content of a compact JWE that was encrypted to `key`. Panics when it was not.
pub(crate) fn open(compact: &str, key: &Key) -> (Value, String) {
    let parts: Vec<_> = compact.split('.').collect();
    let [protected, wrapped, vector, ciphertext, tag] = parts[..] else { panic!("not five parts: {compact}") };
    let header: Value = serde_json::from_slice(&decode(protected)).unwrap();
    let key = content_key(&header, &decode(wrapped), key);
    let content = decrypt(&header, &key, protected, &decode(vector), decode(ciphertext), &decode(tag));
    (header, String::from_utf8(content).unwrap())
}

fn content_key(header: &Value, wrapped: &[u8], key: &Key) -> Vec<u8> {
    let (alg, enc) = (header["alg"].as_str().unwrap(), header["enc"].as_str().unwrap());
    if alg.starts_with("RSA") {
        let private = OaepPrivateDecryptingKey::new(PrivateDecryptingKey::from_pkcs8(&key.pkcs8()).unwrap()).unwrap();
        let mut plain = vec![0; private.min_output_size()];
        return private.decrypt(oaep(alg), wrapped, &mut plain, None).unwrap().to_vec();
    }
    let private = PrivateKey::from_private_key_der(&ECDH_P256, &key.pkcs8()).unwrap();
    if alg == "ECDH-ES" {
        return agree(&private, &header["epk"], enc);
    }
    let mut plain = vec![0; wrapped.len()];
    AesKek::new(&AES_256, &agree(&private, &header["epk"], alg)).unwrap().unwrap(wrapped, &mut plain).unwrap().to_vec()
}

fn decrypt(header: &Value, key: &[u8], aad: &str, vector: &[u8], mut ciphertext: Vec<u8>, tag: &[u8]) -> Vec<u8> {
    if header["enc"] == "A256GCM" {
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).unwrap());
        let nonce = Nonce::try_assume_unique_for_key(vector).unwrap();
        ciphertext.extend_from_slice(tag);
        return key.open_in_place(nonce, Aad::from(aad.as_bytes()), &mut ciphertext).unwrap().to_vec();
    }
    let (authentication, encryption) = key.split_at(16);
    assert_eq!(cbc_tag(authentication, aad.as_bytes(), vector, &ciphertext), tag);
    let cipher = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_128, encryption).unwrap()).unwrap();
    let context = DecryptionContext::Iv128(FixedLength::try_from(vector).unwrap());
    cipher.decrypt(&mut ciphertext, context).unwrap().to_vec()
}
