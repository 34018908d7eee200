//! Encryption as providers do it (RFC 7516, compact), and its reverse to prove it.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, UnparsedPublicKey};
use aws_lc_rs::cipher::{AES_128, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest};
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap as _};
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPublicEncryptingKey, PublicEncryptingKey,
    PublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::key::coordinates;
use crate::harness::forger::encode;

/// How something is encrypted to somebody.
#[derive(Clone, Debug)]
pub(crate) struct Seal {
    /// The key management that really happens: `RSA-OAEP`, `RSA-OAEP-256`, `ECDH-ES` or `ECDH-ES+A256KW`.
    pub(crate) alg: &'static str,
    /// The content encryption that really happens: `A256GCM` or `A128CBC-HS256`.
    pub(crate) enc: &'static str,
    /// The recipient's public key, a JWK.
    pub(crate) recipient: Value,
    /// Members of the header over the honest ones; null takes one away.
    pub(crate) header: Map<String, Value>,
}

impl Seal {
    /// Honest encryption to the owner of a public JWK.
    pub(crate) fn to(recipient: &Value, alg: &'static str, enc: &'static str) -> Self {
        Self { alg, enc, recipient: recipient.clone(), header: Map::new() }
    }

    /// The compact form of `content`; `nested` says that it is a JWT itself.
    ///
    /// The content key and the initialisation vector are the same each time: there is nothing to hide here.
    pub(crate) fn close(&self, content: &[u8], nested: bool) -> String {
        let mut header = json!({ "alg": self.alg, "enc": self.enc });
        if nested {
            header["cty"] = json!("JWT");
        }
        if let Some(kid) = self.recipient.get("kid") {
            header["kid"] = kid.clone();
        }
        let mut key: Vec<u8> = (0..32).collect();
        let wrapped = if self.alg.starts_with("RSA") {
            self.wrap_by_rsa(&key)
        } else {
            let mine = agreement::PrivateKey::generate(&ECDH_P256).unwrap();
            let (x, y) = coordinates(mine.compute_public_key().unwrap().as_ref());
            header["epk"] = json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y });
            let agreed = agree(&mine, &self.recipient, self.algorithm_id());
            if self.alg == "ECDH-ES" {
                key = agreed;
                Vec::new()
            } else {
                let mut wrapped = vec![0; key.len() + 8];
                AesKek::new(&AES_256, &agreed).unwrap().wrap(&key, &mut wrapped).unwrap();
                wrapped
            }
        };
        for (name, value) in &self.header {
            header[name] = value.clone();
        }
        header.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let header = encode(header.to_string().as_bytes());
        let (iv, ciphertext, tag) = encrypt(self.enc, &key, header.as_bytes(), content);
        [header, encode(&wrapped), encode(&iv), encode(&ciphertext), encode(&tag)].join(".")
    }

    /// RFC 7518 §4.6.2: what the derived key is for.
    fn algorithm_id(&self) -> &'static str {
        if self.alg == "ECDH-ES" { self.enc } else { self.alg }
    }

    fn wrap_by_rsa(&self, key: &[u8]) -> Vec<u8> {
        let number = |name: &str| decode(self.recipient[name].as_str().unwrap());
        let recipient: PublicEncryptingKey = PublicKeyComponents { n: number("n"), e: number("e") }.try_into().unwrap();
        let recipient = OaepPublicEncryptingKey::new(recipient).unwrap();
        let mut wrapped = vec![0; recipient.ciphertext_size()];
        recipient.encrypt(oaep(self.alg), key, &mut wrapped, None).unwrap();
        wrapped
    }
}

/// Base64url without padding.
pub(super) fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// RFC 7518 §4.3.
pub(super) fn oaep(alg: &str) -> &'static OaepAlgorithm {
    if alg == "RSA-OAEP" { &OAEP_SHA1_MGF1SHA1 } else { &OAEP_SHA256_MGF1SHA256 }
}

/// RFC 7518 §4.6: 32 bytes that both sides derive.
pub(super) fn agree(mine: &agreement::PrivateKey, theirs: &Value, algorithm_id: &str) -> Vec<u8> {
    let coordinate = |name: &str| decode(theirs[name].as_str().unwrap());
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    let length = |bytes: usize| u32::try_from(bytes).unwrap().to_be_bytes();
    // apu and apv are empty.
    let info =
        [&length(algorithm_id.len())[..], algorithm_id.as_bytes(), &length(0), &length(0), &length(256)].concat();
    let derive = |secret: &[u8]| {
        let mut key = vec![0; 32];
        let hash = get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256).unwrap();
        sskdf_digest(hash, secret, &info, &mut key).map(|()| key)
    };
    agreement::agree(mine, UnparsedPublicKey::new(&ECDH_P256, point), aws_lc_rs::error::Unspecified, derive).unwrap()
}

/// RFC 7518 §5: vector, ciphertext and tag.
fn encrypt(enc: &str, key: &[u8], header: &[u8], content: &[u8]) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let mut ciphertext = content.to_vec();
    if enc == "A256GCM" {
        let vector = [7; 12];
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).unwrap());
        let nonce = Nonce::assume_unique_for_key(vector);
        let tag = key.seal_in_place_separate_tag(nonce, Aad::from(header), &mut ciphertext).unwrap();
        return (vector.to_vec(), ciphertext, tag.as_ref().to_vec());
    }
    let vector = [7; 16];
    let (authentication, encryption) = key.split_at(16);
    let cipher = UnboundCipherKey::new(&AES_128, encryption).unwrap();
    let start = EncryptionContext::Iv128(FixedLength::from(vector));
    PaddedBlockEncryptingKey::cbc_pkcs7(cipher).unwrap().less_safe_encrypt(&mut ciphertext, start).unwrap();
    let tag = cbc_tag(authentication, header, &vector, &ciphertext);
    (vector.to_vec(), ciphertext, tag)
}

/// RFC 7518 §5.2.2.1.
pub(super) fn cbc_tag(key: &[u8], header: &[u8], vector: &[u8], ciphertext: &[u8]) -> Vec<u8> {
    let bits = u64::try_from(header.len() * 8).unwrap().to_be_bytes();
    let message = [header, vector, ciphertext, &bits].concat();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &message);
    tag.as_ref()[..16].to_vec()
}
