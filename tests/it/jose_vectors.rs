//! The JOSE vectors of Project Wycheproof: what is invalid is refused, what is valid is accepted unless a reason stands here.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parloir::base::{ContentEncryption, KeyManagementAlgorithm, Random, Secret, SignatureAlgorithm};
use parloir::jose::foreign::{Decryption, JwkSet, PrivateKey, SharedSecret, Signer, TokenType, verify};
use serde_json::{Value, json};

const SIGNATURE: &str = "wycheproof_json_web_signature.json";
const ENCRYPTION: &str = "wycheproof_json_web_encryption.json";
const KEY: &str = "wycheproof_json_web_key.json";
const CRYPTO: &str = "wycheproof_json_web_crypto.json";

const KEY_WRAP: &str =
    "the content key comes by RSA-OAEP, RSA-OAEP-256, ECDH-ES or ECDH-ES+A256KW, and in no other way";
const CONTENT: &str = "the content comes under A256GCM or A128CBC-HS256, and under nothing else";
const PKCS1: &str = "RSA1_5: its padding answers questions (RFC 8725 §3.2)";
const SIGNATURES: &str = "signatures are RS256, PS256, ES256, EdDSA or HS256, and nothing else";
const SECRET_IN_A_SET: &str = "a shared secret is a client secret out of the settings, never a key of a set";
const NOT_BASE64URL: &str = "has a question mark, which base64url does not (RFC 7515 §2)";

/// The valid cases that are refused, with the reason.
const REFUSED: &[(&str, RangeInclusive<u64>, &str)] = &[
    (SIGNATURE, 264..=267, SIGNATURES),
    (SIGNATURE, 268..=271, SIGNATURES),
    (SIGNATURE, 320..=323, SIGNATURES),
    (SIGNATURE, 325..=328, SIGNATURES),
    (SIGNATURE, 346..=347, SIGNATURES),
    (SIGNATURE, 350..=351, SIGNATURES),
    (SIGNATURE, 372..=373, NOT_BASE64URL),
    (ENCRYPTION, 1..=1, KEY_WRAP),
    (ENCRYPTION, 23..=23, KEY_WRAP),
    (ENCRYPTION, 28..=32, KEY_WRAP),
    (ENCRYPTION, 33..=35, KEY_WRAP),
    (ENCRYPTION, 52..=61, KEY_WRAP),
    (ENCRYPTION, 62..=62, CONTENT),
    (ENCRYPTION, 68..=68, CONTENT),
    (ENCRYPTION, 69..=75, KEY_WRAP),
    (ENCRYPTION, 76..=77, CONTENT),
    (ENCRYPTION, 80..=81, CONTENT),
    (ENCRYPTION, 82..=83, CONTENT),
    (ENCRYPTION, 86..=87, CONTENT),
    (ENCRYPTION, 88..=89, CONTENT),
    (ENCRYPTION, 92..=93, CONTENT),
    (ENCRYPTION, 100..=105, PKCS1),
    (ENCRYPTION, 112..=112, PKCS1),
    (ENCRYPTION, 121..=121, CONTENT),
    (ENCRYPTION, 128..=128, PKCS1),
    (ENCRYPTION, 130..=130, KEY_WRAP),
    (ENCRYPTION, 132..=134, KEY_WRAP),
    (
        ENCRYPTION,
        135..=135,
        "compressed: what is said besides could be guessed from the length, and inflated it could be vast",
    ),
    (KEY, 2..=2, SECRET_IN_A_SET),
    (KEY, 14..=15, SIGNATURES),
    (CRYPTO, 48..=48, SECRET_IN_A_SET),
    (CRYPTO, 50..=50, KEY_WRAP),
    (CRYPTO, 67..=67, KEY_WRAP),
];

/// Cases that the file calls invalid for their padding, and whose tokens are letter by letter that of the valid case 357.
const MISLABELLED: [(&str, u64); 2] = [(SIGNATURE, 367), (SIGNATURE, 370)];

/// A text beside the tests.
fn text(path: &str) -> String {
    std::fs::read_to_string(format!("{}/tests/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn groups(file: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(&text(&format!("vectors/{file}"))).unwrap();
    document["testGroups"].as_array().unwrap().clone()
}

/// What verifies the signatures of a group, as an operator would have configured it.
struct Peer {
    algorithm: Option<SignatureAlgorithm>,
    keys: JwkSet,
    secret: Option<SharedSecret>,
}

impl Peer {
    fn of(group: &Value) -> Self {
        let given = group.get("public").unwrap_or(&group["private"]);
        let set = if given.get("keys").is_some() { given.clone() } else { json!({ "keys": [given] }) };
        let keys = set["keys"].as_array().unwrap();
        let first = &keys[0];
        // A key that names no algorithm is tried with that of its type.
        let by_type = if first["kty"] == "RSA" { "RS256" } else { "ES256" };
        let algorithm = SignatureAlgorithm::parse(first["alg"].as_str().unwrap_or(by_type));
        // One symmetric key alone stands for a client secret.
        let secret = match keys.as_slice() {
            [key] if key["kty"] == "oct" && algorithm == Some(SignatureAlgorithm::Hs256) => {
                SharedSecret::new(&URL_SAFE_NO_PAD.decode(key["k"].as_str().unwrap()).unwrap())
            }
            _ => None,
        };
        Self { algorithm, keys: JwkSet::read(set.to_string().as_bytes()).unwrap(), secret }
    }

    fn accepts(&self, token: &str) -> bool {
        let Some(algorithm) = self.algorithm else { return false };
        let signer = Signer { algorithm, keys: &self.keys, secret: self.secret.as_ref() };
        verify(token, &signer, TokenType::Untyped).is_ok()
    }
}

/// What a token says when it is decrypted by the group's key under the encryption that the case names.
fn decrypted(group: &Value, case: &Value, token: &str) -> Option<Vec<u8>> {
    let key = PrivateKey::read(&Secret::new(group["private"].to_string())).ok()?;
    let algorithm = KeyManagementAlgorithm::parse(group["private"]["alg"].as_str()?)?;
    let encryption = ContentEncryption::parse(case["enc"].as_str().unwrap_or("A256GCM"))?;
    Decryption::new(algorithm, encryption, vec![key], Random::System).ok()?.decrypt(token).ok()
}

/// Runs a file; gives the cases that were accepted.
fn accepted(file: &str) -> BTreeSet<u64> {
    let mut accepted = BTreeSet::new();
    for group in groups(file) {
        let peer = Peer::of(&group);
        for case in group["tests"].as_array().unwrap() {
            let token = case.get("jws").or(case.get("jwe")).unwrap();
            // A few are JSON serialisations instead of texts.
            let token = token.as_str().map_or_else(|| token.to_string(), str::to_owned);
            let content = if case.get("jwe").is_some() { decrypted(&group, case, &token) } else { None };
            if let (Some(content), Some(expected)) = (&content, case["pt"].as_str()) {
                assert_eq!(hex(content), expected, "{file} {}", case["tcId"]);
            }
            if content.is_some() || (case.get("jws").is_some() && peer.accepts(&token)) {
                accepted.insert(case["tcId"].as_u64().unwrap());
            }
        }
    }
    accepted
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// Every case of a file with what it should be.
fn results(file: &str) -> BTreeMap<u64, bool> {
    let cases = groups(file).into_iter().flat_map(|group| group["tests"].as_array().unwrap().clone());
    cases.map(|case| (case["tcId"].as_u64().unwrap(), case["result"] == "valid")).collect()
}

fn check(file: &str) {
    let listed = |case: u64| REFUSED.iter().any(|(of, cases, _)| *of == file && cases.contains(&case));
    let results = results(file);
    for (_, cases, reason) in REFUSED.iter().filter(|(of, ..)| *of == file) {
        assert!(cases.clone().all(|case| results[&case]), "{cases:?} are not all valid: {reason}");
    }
    let expected: BTreeSet<u64> = results
        .iter()
        .filter(|(case, valid)| **valid && !listed(**case) || MISLABELLED.contains(&(file, **case)))
        .map(|(case, _)| *case)
        .collect();
    assert_eq!(accepted(file), expected, "{file}");
    assert!(expected.len() >= 2, "{file}: too few cases are accepted to mean anything");
}

#[test]
fn signatures() {
    check(SIGNATURE);
}

#[test]
fn encryptions() {
    check(ENCRYPTION);
}

#[test]
fn keys() {
    check(KEY);
}

#[test]
fn attacks_on_libraries() {
    check(CRYPTO);
}

#[test]
fn the_mislabelled_cases_are_the_valid_one() {
    let tokens: BTreeMap<u64, Value> = groups(SIGNATURE)
        .into_iter()
        .flat_map(|group| group["tests"].as_array().unwrap().clone())
        .map(|case| (case["tcId"].as_u64().unwrap(), case["jws"].clone()))
        .collect();
    for (_, case) in MISLABELLED {
        assert_eq!(tokens[&case], tokens[&357]);
    }
}

/// The private key that a case of `panva_jose.json` names.
fn key_of(case: &Value) -> PrivateKey {
    let file = format!("keys/{}.pem", case["key"].as_str().unwrap());
    PrivateKey::read(&Secret::new(text(&file))).unwrap()
}

#[test]
fn what_another_implementation_writes() {
    let document: Value = serde_json::from_str(&text("vectors/panva_jose.json")).unwrap();
    let content = br#"{"sub":"ada"}"#;
    let signed = document["signed"].as_array().unwrap();
    for case in signed {
        let algorithm = SignatureAlgorithm::parse(case["alg"].as_str().unwrap()).unwrap();
        let secret = case["secret"].as_str().map(|secret| SharedSecret::new(secret.as_bytes()).unwrap());
        let published = secret.is_none().then(|| key_of(case).published_for_signatures(algorithm).unwrap());
        let keys = json!({ "keys": Vec::from_iter(published) });
        let keys = JwkSet::read(keys.to_string().as_bytes()).unwrap();
        let peer = Signer { algorithm, keys: &keys, secret: secret.as_ref() };
        let verified = verify(case["token"].as_str().unwrap(), &peer, TokenType::Untyped);
        assert_eq!(verified.as_deref(), Ok(content.as_slice()), "{case}");
    }
    let encrypted = document["encrypted"].as_array().unwrap();
    for case in encrypted {
        let algorithm = KeyManagementAlgorithm::parse(case["alg"].as_str().unwrap()).unwrap();
        let encryption = ContentEncryption::parse(case["enc"].as_str().unwrap()).unwrap();
        let decryption = Decryption::new(algorithm, encryption, vec![key_of(case)], Random::System).unwrap();
        let decrypted = decryption.decrypt(case["token"].as_str().unwrap());
        assert_eq!(decrypted.as_deref(), Ok(content.as_slice()), "{case}");
    }
    assert_eq!((signed.len(), encrypted.len()), (5, 16));
}
