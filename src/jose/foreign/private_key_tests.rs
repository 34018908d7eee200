//! Private keys out of files, and what is published of them.

use serde_json::{Value, json};

use super::testing::{changed, key, key_text};
use super::{JwkSet, PrivateKey, PrivateKeyError, Signer, TokenType, verify};
use crate::base::{KeyManagementAlgorithm, Secret, SignatureAlgorithm};
use crate::jose::encoding::encode;

/// The private key of RFC 8037, appendix A.1.
fn ed25519_jwk() -> Value {
    json!({
        "kty": "OKP", "crv": "Ed25519",
        "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    })
}

/// The private key of RFC 7517, appendix A.2.
fn ec_jwk() -> Value {
    json!({
        "kty": "EC", "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        "d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
        "use": "enc", "kid": "1",
    })
}

fn read(text: &Value) -> Result<PrivateKey, PrivateKeyError> {
    PrivateKey::read(&Secret::new(text.to_string()))
}

#[test]
fn the_encodings_of_one_key_are_one_key() {
    let (pkcs8, pkcs1) = (key("rsa-pkcs8"), key("rsa-pkcs1"));
    assert_eq!(pkcs8.kid(), pkcs1.kid());
    let (pkcs8, sec1) = (key("p256-pkcs8"), key("p256-sec1"));
    assert_eq!(pkcs8.kid(), sec1.kid());
}

#[test]
fn what_each_type_can_do() {
    let can = |key: &PrivateKey| {
        let decrypts = KeyManagementAlgorithm::ALL.iter().filter(|algorithm| key.decrypts(**algorithm));
        let signs = SignatureAlgorithm::ALL.iter().filter(|algorithm| key.signs(**algorithm));
        (decrypts.map(|a| a.as_str()).collect::<Vec<_>>(), signs.map(|a| a.as_str()).collect::<Vec<_>>())
    };
    let agreement = vec!["ECDH-ES", "ECDH-ES+A256KW"];
    assert_eq!(can(&key("rsa-pkcs1")), (vec!["RSA-OAEP", "RSA-OAEP-256"], vec!["RS256", "PS256"]));
    assert_eq!(can(&key("p256-sec1")), (agreement.clone(), vec!["ES256"]));
    assert_eq!(can(&key("p384-sec1")), (agreement.clone(), vec![]));
    assert_eq!(can(&key("p521-sec1")), (agreement.clone(), vec![]));
    assert_eq!(can(&key("ed25519-pkcs8")), (vec![], vec!["EdDSA"]));
    // What a JWK says of itself binds.
    assert_eq!(can(&read(&ec_jwk()).unwrap()), (agreement, vec![]));
    assert_eq!(can(&read(&changed(&ec_jwk(), &json!({ "use": "sig" }))).unwrap()), (vec![], vec!["ES256"]));
    assert_eq!(can(&read(&changed(&ec_jwk(), &json!({ "alg": "ECDH-ES" }))).unwrap()), (vec!["ECDH-ES"], vec![]));
    assert_eq!(can(&read(&changed(&ec_jwk(), &json!({ "key_ops": ["sign"] }))).unwrap()), (vec![], vec![]));
}

#[test]
fn keys_that_cannot_be_used() {
    for (file, error) in [
        ("rsa-pkcs8-passphrase", PrivateKeyError::Encrypted),
        ("rsa-pkcs1-passphrase", PrivateKeyError::Encrypted),
        ("rsa-1024", PrivateKeyError::Weak),
        ("rsa-1024-pkcs1", PrivateKeyError::Weak),
        ("secp256k1-sec1", PrivateKeyError::Unsupported),
        ("x25519-pkcs8", PrivateKeyError::Unsupported),
        ("p256-public", PrivateKeyError::Unreadable),
    ] {
        assert_eq!(PrivateKey::read(&key_text(file)).unwrap_err(), error, "{file}");
    }
    let one = key_text("p256-pkcs8");
    let two = Secret::new(format!("{}{}", one.expose(), one.expose()));
    assert_eq!(PrivateKey::read(&two).unwrap_err(), PrivateKeyError::Several);
    let damaged = Secret::new(one.expose().replacen("MIGH", "MIGI", 1));
    assert!(PrivateKey::read(&damaged).is_err());
    for text in ["", "swordfish", "{}", "{", "[]", "-----BEGIN PRIVATE KEY-----\n"] {
        assert_eq!(PrivateKey::read(&Secret::new(text)).unwrap_err(), PrivateKeyError::Unreadable, "{text}");
    }
}

#[test]
fn jwks_that_cannot_be_used() {
    assert!(read(&ed25519_jwk()).is_ok() && read(&ec_jwk()).is_ok());
    let rsa = json!(key("rsa-pkcs8").published_for_signatures(SignatureAlgorithm::Rs256).unwrap());
    let other = json!(key("rsa-other").published_for_signatures(SignatureAlgorithm::Rs256).unwrap())["n"].clone();
    let mixed = json!({ "d": other, "p": "AQAB", "q": "AQAB", "dp": "AQAB", "dq": "AQAB", "qi": "AQAB" });
    for (jwk, error) in [
        (changed(&ec_jwk(), &json!({ "d": null })), PrivateKeyError::Unreadable),
        (changed(&ec_jwk(), &json!({ "d": "AAAA" })), PrivateKeyError::Unreadable),
        // Another public key than the private one's: coordinates exchanged, or somebody else's.
        (changed(&ec_jwk(), &json!({ "x": ec_jwk()["y"], "y": ec_jwk()["x"] })), PrivateKeyError::Unreadable),
        (changed(&ec_jwk(), &json!({ "d": ed25519_jwk()["d"] })), PrivateKeyError::Unreadable),
        (changed(&ec_jwk(), &json!({ "crv": "secp256k1" })), PrivateKeyError::Unsupported),
        (changed(&ec_jwk(), &json!({ "kid": 1 })), PrivateKeyError::Unreadable),
        (changed(&ed25519_jwk(), &json!({ "x": ed25519_jwk()["d"] })), PrivateKeyError::Unreadable),
        (changed(&ed25519_jwk(), &json!({ "crv": "X25519" })), PrivateKeyError::Unsupported),
        (json!({ "kty": "oct", "k": "AAAA" }), PrivateKeyError::Unsupported),
        (json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB", "d": "AQAB" }), PrivateKeyError::Weak),
        // The public half alone, halves of different keys, and a key of three primes.
        (rsa.clone(), PrivateKeyError::Unreadable),
        (changed(&rsa, &mixed), PrivateKeyError::Unreadable),
        (changed(&rsa, &json!({ "oth": [{}] })), PrivateKeyError::Unsupported),
    ] {
        assert_eq!(read(&jwk).unwrap_err(), error, "{jwk}");
    }
}

#[test]
fn only_the_public_half_is_published() {
    let key = key("rsa-pkcs1");
    let published = json!(key.published_for_encryption(KeyManagementAlgorithm::RsaOaep256).unwrap());
    assert_eq!(published.as_object().unwrap().keys().collect::<Vec<_>>(), ["kty", "n", "e", "use", "alg", "kid"]);
    assert_eq!(published["use"], "enc");
    assert_eq!(published["alg"], "RSA-OAEP-256");
    assert_eq!(published["kid"], key.kid());
    assert!(key.published_for_encryption(KeyManagementAlgorithm::EcdhEs).is_none());
    assert!(key.published_for_signatures(SignatureAlgorithm::Es256).is_none());

    let published = json!(read(&ec_jwk()).unwrap().published_for_encryption(KeyManagementAlgorithm::EcdhEs).unwrap());
    let expected = changed(&ec_jwk(), &json!({ "d": null, "alg": "ECDH-ES" }));
    assert_eq!(published, expected);

    let ed25519 = read(&ed25519_jwk()).unwrap();
    // RFC 8037, appendix A.3.
    assert_eq!(ed25519.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    assert_eq!(ed25519.published_for_signatures(SignatureAlgorithm::EdDsa).unwrap().usage, "sig");
}

#[test]
fn debug_shows_the_name_alone() {
    for file in ["rsa-pkcs1", "p256-sec1", "ed25519-pkcs8"] {
        let key = key(file);
        assert_eq!(format!("{key:?}"), format!("PrivateKey({})", key.kid()));
    }
}

#[test]
fn rfc_8037_a_4_is_signed_again() {
    let key = read(&ed25519_jwk()).unwrap();
    let message = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature = key.sign(SignatureAlgorithm::EdDsa, message.as_bytes()).unwrap();
    assert_eq!(
        encode(&signature),
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    );
}

#[test]
fn a_key_signs_with_its_own_algorithms_only() {
    for file in ["rsa-pkcs1", "p256-sec1", "p384-sec1", "ed25519-pkcs8"] {
        let key = key(file);
        for algorithm in SignatureAlgorithm::ALL {
            match key.published_for_signatures(*algorithm) {
                None => {
                    let error = PrivateKeyError::Unsuitable(key.kid().to_owned());
                    assert_eq!(key.sign(*algorithm, b"message"), Err(error));
                }
                Some(public) => {
                    let header = encode(json!({ "alg": algorithm.as_str() }).to_string().as_bytes());
                    let message = format!("{header}.e30");
                    let signature = encode(&key.sign(*algorithm, message.as_bytes()).unwrap());
                    let keys = JwkSet::read(json!({ "keys": [public] }).to_string().as_bytes()).unwrap();
                    let signer = Signer { algorithm: *algorithm, keys: &keys, secret: None };
                    assert!(verify(&format!("{message}.{signature}"), &signer, TokenType::Untyped).is_ok());
                }
            }
        }
    }
}
