//! Key sets: what is skipped, what is refused, which key is chosen.

use serde_json::{Value, json};

use super::testing::{changed, key};
use super::{Defect, Jwk, JwkSet, JwkSetError};
use crate::base::SignatureAlgorithm;

fn read(keys: &Value) -> JwkSet {
    JwkSet::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn published(file: &str, algorithm: SignatureAlgorithm) -> Value {
    json!(key(file).published_for_signatures(algorithm).unwrap())
}

fn rsa() -> Value {
    published("rsa-pkcs8", SignatureAlgorithm::Rs256)
}

fn ec() -> Value {
    published("p256-pkcs8", SignatureAlgorithm::Es256)
}

fn ed25519() -> Value {
    published("ed25519-pkcs8", SignatureAlgorithm::EdDsa)
}

fn usable(jwk: &Value) -> bool {
    jwk.as_object().is_some_and(|jwk| Jwk::read(jwk).is_some())
}

#[test]
fn a_key_of_no_use_costs_no_other() {
    let set = read(&json!([
        rsa(), ec(), ed25519(), 7, null, {}, { "kty": "oct", "k": "AAAA" }, { "kty": "PQC", "kid": "tomorrow" },
    ]));
    assert_eq!((set.keys().len(), set.skipped()), (3, 5));
    assert_eq!(read(&json!([])).keys().len(), 0);
}

#[test]
fn documents_that_are_no_set() {
    let refused = |document: &str| JwkSet::read(document.as_bytes()).unwrap_err();
    for document in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[],"keys":[]}"#, "<html>", r#"{"keys":[]} "x""#] {
        assert_eq!(refused(document), JwkSetError::Malformed, "{document}");
    }
    assert_eq!(refused(&json!({ "keys": vec![json!({}); 129] }).to_string()), JwkSetError::TooLong);
    assert_eq!(refused(&format!("{}{}", " ".repeat(512 * 1024), r#"{"keys":[]}"#)), JwkSetError::TooLong);
}

#[test]
fn rsa_keys() {
    assert!(usable(&rsa()));
    assert!(usable(&changed(&rsa(), &json!({ "kid": null, "use": null, "alg": null, "x5c": ["AAAA"], "x5t": 7 }))));
    // An octet of zeros in front, which some libraries write.
    let n = super::super::encoding::decode(rsa()["n"].as_str().unwrap()).unwrap();
    let padded = super::super::encoding::encode(&[&[0], n.as_slice()].concat());
    assert!(usable(&changed(&rsa(), &json!({ "n": padded }))));
    for changes in [
        json!({ "kty": "EC" }),
        json!({ "kty": null }),
        json!({ "n": null }),
        json!({ "n": "" }),
        json!({ "n": "AAAA" }),
        json!({ "n": format!("{}=", rsa()["n"].as_str().unwrap()) }),
        json!({ "n": 7 }),
        json!({ "e": "AQ" }),
        json!({ "e": "AA" }),
        json!({ "e": "" }),
        json!({ "kid": 7 }),
        json!({ "use": 7 }),
        json!({ "key_ops": "verify" }),
        // Whoever publishes this has given the key away.
        json!({ "d": "AAAA" }),
    ] {
        assert!(!usable(&changed(&rsa(), &changes)), "{changes}");
    }
}

#[test]
fn keys_on_curves() {
    assert!(usable(&ec()) && usable(&ed25519()));
    let other = ed25519()["x"].clone();
    for changes in [
        json!({ "crv": "P-384" }),
        json!({ "crv": "secp256k1" }),
        json!({ "crv": null }),
        json!({ "y": null }),
        json!({ "x": "AAAA" }),
        // Not on the curve.
        json!({ "x": other }),
        json!({ "x": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "y": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }),
    ] {
        assert!(!usable(&changed(&ec(), &changes)), "{changes}");
    }
    for changes in [json!({ "crv": "X25519" }), json!({ "crv": "Ed448" }), json!({ "x": "AAAA" })] {
        assert!(!usable(&changed(&ed25519(), &changes)), "{changes}");
    }
}

#[test]
fn what_a_key_says_of_itself_decides() {
    let chosen =
        |keys: Value, algorithm, kid: Option<&str>| read(&keys).candidates(algorithm, kid).map(|keys| keys.len());
    let named = |changes: Value| changed(&changed(&rsa(), &json!({ "kid": "k" })), &changes);
    let rs256 = SignatureAlgorithm::Rs256;
    assert_eq!(chosen(json!([named(json!({}))]), rs256, Some("k")), Ok(1));
    assert_eq!(chosen(json!([named(json!({ "alg": null }))]), SignatureAlgorithm::Ps256, Some("k")), Ok(1));
    for changes in [json!({ "use": "enc" }), json!({ "alg": "PS256" }), json!({ "key_ops": ["encrypt"] })] {
        assert_eq!(chosen(json!([named(changes)]), rs256, Some("k")), Err(Defect::UnsuitableKey));
    }
    assert_eq!(chosen(json!([named(json!({}))]), SignatureAlgorithm::Es256, Some("k")), Err(Defect::UnsuitableKey));
    assert_eq!(chosen(json!([named(json!({}))]), rs256, Some("K")), Err(Defect::UnknownKey));
    assert_eq!(chosen(json!([]), rs256, None), Err(Defect::UnknownKey));
    assert_eq!(chosen(json!([ec()]), rs256, None), Err(Defect::UnknownKey));
}

#[test]
fn keys_of_one_name() {
    let chosen = |keys: Value| read(&keys).candidates(SignatureAlgorithm::Rs256, Some("k")).map(|keys| keys.len());
    let rsa = changed(&rsa(), &json!({ "kid": "k" }));
    // Told apart by type or use.
    assert_eq!(chosen(json!([rsa, changed(&ec(), &json!({ "kid": "k" }))])), Ok(1));
    assert_eq!(chosen(json!([changed(&rsa, &json!({ "use": "enc" })), rsa])), Ok(1));
    // Not to be told apart.
    assert_eq!(chosen(json!([rsa, rsa])), Err(Defect::AmbiguousKey));
    // Without a name only so many are tried.
    let many = read(&json!(vec![rsa; 20]));
    assert_eq!(many.candidates(SignatureAlgorithm::Rs256, None).unwrap().len(), 8);
}
