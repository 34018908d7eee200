//! What the tests of this folder share: keys, and peers that sign and encrypt.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap};
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey, PublicKeyComponents,
};
use aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
use aws_lc_rs::{agreement, hmac};
use serde_json::{Value, json};

use super::curve::Point;
use super::key_management::{Agreement, ContentKey, derive};
use super::{Decryption, JwkSet, PrivateKey, PublishedJwk, SharedSecret, Signer};
use crate::base::{ContentEncryption, KeyManagementAlgorithm, Random, Secret, SignatureAlgorithm};
use crate::jose::encoding::{decode, encode};

/// The client secret of every peer.
pub(super) const CLIENT_SECRET: &str = "a client secret of more than thirty-two octets";

/// The text of a file of `tests/keys`.
pub(super) fn key_text(file: &str) -> Secret {
    let path = format!("{}/tests/keys/{file}.pem", env!("CARGO_MANIFEST_DIR"));
    Secret::new(std::fs::read_to_string(path).unwrap())
}

/// A key of `tests/keys`.
pub(super) fn key(file: &str) -> PrivateKey {
    PrivateKey::read(&key_text(file)).unwrap()
}

/// `object` with `changes`; a null removes.
pub(super) fn changed(object: &Value, changes: &Value) -> Value {
    let mut object = object.clone();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => object.as_object_mut().unwrap().shift_remove(name),
            value => object.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    object
}

/// Every token that differs from `token` in one character.
pub(super) fn flipped(token: &str) -> impl Iterator<Item = String> {
    token.char_indices().map(|(at, character)| {
        let other = if character == 'A' { "B" } else { "A" };
        format!("{}{other}{}", &token[..at], &token[at + 1..])
    })
}

/// A key set with `keys`.
pub(super) fn set_of(keys: &[PublishedJwk]) -> JwkSet {
    JwkSet::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

/// Somebody who signs tokens for us.
pub(super) struct Peer {
    pub(super) algorithm: SignatureAlgorithm,
    pub(super) key: PrivateKey,
    pub(super) keys: JwkSet,
    pub(super) secret: SharedSecret,
}

impl Peer {
    pub(super) fn new(algorithm: SignatureAlgorithm) -> Self {
        let key = key(match algorithm {
            SignatureAlgorithm::Rs256 | SignatureAlgorithm::Ps256 => "rsa-pkcs8",
            SignatureAlgorithm::Es256 => "p256-pkcs8",
            SignatureAlgorithm::EdDsa | SignatureAlgorithm::Hs256 => "ed25519-pkcs8",
        });
        let keys = set_of(&Vec::from_iter(key.published_for_signatures(algorithm)));
        Self { algorithm, key, keys, secret: SharedSecret::new(CLIENT_SECRET.as_bytes()).unwrap() }
    }

    pub(super) const fn signer(&self) -> Signer<'_> {
        Signer { algorithm: self.algorithm, keys: &self.keys, secret: Some(&self.secret) }
    }

    /// The header of an honest token.
    pub(super) fn header(&self) -> Value {
        json!({ "alg": self.algorithm.as_str(), "kid": self.key.kid() })
    }

    pub(super) fn sign(&self, claims: &Value) -> String {
        self.sign_under(&self.header(), claims.to_string().as_bytes())
    }

    /// Signs with the peer's own algorithm, whatever the header says.
    pub(super) fn sign_under(&self, header: &Value, payload: &[u8]) -> String {
        self.sign_text(&encode(header.to_string().as_bytes()), &encode(payload))
    }

    pub(super) fn sign_text(&self, header: &str, payload: &str) -> String {
        let message = format!("{header}.{payload}");
        let signature = if self.algorithm == SignatureAlgorithm::Hs256 {
            let key = hmac::Key::new(hmac::HMAC_SHA256, CLIENT_SECRET.as_bytes());
            hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
        } else {
            self.key.sign(self.algorithm, message.as_bytes()).unwrap()
        };
        format!("{message}.{}", encode(&signature))
    }
}

/// What decrypts tokens that [`Envelope::seal`] has made for `keys`.
pub(super) fn decryption(
    algorithm: KeyManagementAlgorithm,
    encryption: ContentEncryption,
    keys: Vec<PrivateKey>,
) -> Decryption {
    Decryption::new(algorithm, encryption, keys, Random::System).unwrap()
}

/// A token to be encrypted.
pub(super) struct Envelope {
    pub(super) algorithm: KeyManagementAlgorithm,
    pub(super) encryption: ContentEncryption,
    /// For whom.
    pub(super) to: PublishedJwk,
    /// Changes to an honest header.
    pub(super) header: Value,
}

impl Envelope {
    pub(super) fn new(algorithm: KeyManagementAlgorithm, encryption: ContentEncryption, to: &PrivateKey) -> Self {
        Self { algorithm, encryption, to: to.published_for_encryption(algorithm).unwrap(), header: json!({}) }
    }

    pub(super) fn under(self, header: Value) -> Self {
        Self { header, ..self }
    }

    pub(super) fn seal(&self, content: &[u8]) -> String {
        let random = Random::System;
        let key = ContentKey::new(random.bytes());
        let mut header = json!({
            "alg": self.algorithm.as_str(), "enc": self.encryption.as_str(), "cty": "JWT", "kid": self.to.kid,
        });
        let (key, encrypted_key) = match self.algorithm {
            KeyManagementAlgorithm::RsaOaep | KeyManagementAlgorithm::RsaOaep256 => (key.clone(), self.oaep(&key)),
            KeyManagementAlgorithm::EcdhEs => (self.agree(&mut header, self.encryption.as_str()), Vec::new()),
            KeyManagementAlgorithm::EcdhEsA256Kw => {
                let wrapping = self.agree(&mut header, self.algorithm.as_str());
                let mut wrapped = vec![0; 40];
                AesKek::new(&AES_256, &*wrapping).unwrap().wrap(&*key, &mut wrapped).unwrap();
                (key, wrapped)
            }
        };
        let header = encode(changed(&header, &self.header).to_string().as_bytes());
        let (iv, sealed, tag) = match self.encryption {
            ContentEncryption::A256Gcm => gcm(&key, &random.bytes(), header.as_bytes(), content),
            ContentEncryption::A128CbcHs256 => cbc_hmac(&key, &random.bytes(), header.as_bytes(), content),
        };
        format!("{header}.{}.{}.{}.{}", encode(&encrypted_key), encode(&iv), encode(&sealed), encode(&tag))
    }

    fn oaep(&self, key: &ContentKey) -> Vec<u8> {
        let [n, e] = [&self.to.n, &self.to.e].map(|member| decode(member.as_deref().unwrap()).unwrap());
        let public = PublicKeyComponents { n, e }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).unwrap();
        let public: PublicKeyX509Der<'_> = public.as_der().unwrap();
        let public = OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(public.as_ref()).unwrap()).unwrap();
        let padding = match self.algorithm {
            KeyManagementAlgorithm::RsaOaep => &OAEP_SHA1_MGF1SHA1,
            _ => &OAEP_SHA256_MGF1SHA256,
        };
        let mut encrypted = vec![0; public.ciphertext_size()];
        public.encrypt(padding, &**key, &mut encrypted, None).unwrap();
        encrypted
    }

    /// Agrees on a key with the receiver; writes what she needs into the header.
    fn agree(&self, header: &mut Value, algorithm: &str) -> ContentKey {
        let point = Point::read(json!(self.to).as_object().unwrap()).unwrap();
        let mine = agreement::PrivateKey::generate(point.curve.agreement()).unwrap();
        let uncompressed = mine.compute_public_key().unwrap().as_ref().to_vec();
        let public = Point { curve: point.curve, uncompressed };
        let (x, y) = public.coordinates();
        header["epk"] = json!({ "kty": "EC", "crv": point.curve.name(), "x": encode(x), "y": encode(y) });
        header["apu"] = json!(encode(b"provider"));
        header["apv"] = json!(encode(b"client"));
        let parties = Agreement { party_u: b"provider".to_vec(), party_v: b"client".to_vec(), ..Agreement::default() };
        let peer = agreement::UnparsedPublicKey::new(point.curve.agreement(), &point.uncompressed);
        let mut key = ContentKey::default();
        agreement::agree(&mine, peer, (), |secret| derive(secret, algorithm, &parties, key.as_mut()).ok_or(()))
            .unwrap();
        key
    }
}

fn gcm(key: &ContentKey, iv: &[u8; 12], header: &[u8], content: &[u8]) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &**key).unwrap());
    let mut sealed = content.to_vec();
    let nonce = Nonce::assume_unique_for_key(*iv);
    let tag = key.seal_in_place_separate_tag(nonce, Aad::from(header), &mut sealed).unwrap();
    (iv.to_vec(), sealed, tag.as_ref().to_vec())
}

fn cbc_hmac(key: &ContentKey, iv: &[u8; 16], header: &[u8], content: &[u8]) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let encrypting = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_128, &key[16..]).unwrap()).unwrap();
    let mut sealed = content.to_vec();
    encrypting.less_safe_encrypt(&mut sealed, EncryptionContext::Iv128(FixedLength::from(iv))).unwrap();
    let bits = u64::try_from(header.len() * 8).unwrap().to_be_bytes();
    let authenticated = [header, iv, &sealed, &bits].concat();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key[..16]), &authenticated);
    (iv.to_vec(), sealed, tag.as_ref()[..16].to_vec())
}
