//! What nobody would send: refused or read, and never a panic.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::testing::{Envelope, Peer, changed, decryption, key};
use super::{
    Decryption, IdTokenRules, JwkSet, LogoutTokenRules, PrivateKey, RelyingParty, UserInfoRules, verify_id_token,
    verify_logout_token, verify_user_info,
};
use crate::base::{ContentEncryption, KeyManagementAlgorithm, Secret, SignatureAlgorithm, Timestamp, UserInfoForm};

const NOW: i64 = 1_800_000_000;

fn party() -> RelyingParty<'static> {
    let (issuer, client_id) = ("https://provider.example.org", "parloir");
    RelyingParty { issuer, client_id, now: Timestamp::from_seconds(NOW), clock_tolerance: Duration::from_mins(1) }
}

fn receiver() -> Decryption {
    decryption(KeyManagementAlgorithm::EcdhEs, ContentEncryption::A256Gcm, vec![key("p256-sec1")])
}

/// Any JSON, with the numbers and texts at which checks break.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec![i64::MIN, i64::MAX, 0, NOW, NOW + 60]).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!("parloir")),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

/// A member that is looked at, and what might stand there.
fn changes() -> impl Strategy<Value = Value> {
    let names = vec![
        "iss",
        "sub",
        "aud",
        "azp",
        "exp",
        "iat",
        "nbf",
        "nonce",
        "at_hash",
        "auth_time",
        "acr",
        "amr",
        "sid",
        "jti",
        "events",
    ];
    prop::collection::hash_map(prop::sample::select(names), any_json(), 1..3).prop_map(|map| json!(map))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn claims(changes in changes()) {
        let peer = Peer::new(SignatureAlgorithm::EdDsa);
        let honest = json!({
            "iss": "https://provider.example.org", "sub": "ada", "aud": "parloir", "exp": NOW + 300, "iat": NOW, "jti": "j-1",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        let claims = changed(&honest, &changes);
        let rules = IdTokenRules {
            access_token: Some("token"), max_age: Some(Duration::from_mins(1)), ..IdTokenRules::new(party(), peer.signer())
        };
        if let Ok(found) = verify_id_token(&peer.sign(&claims), &rules) {
            prop_assert!(found.expires_at > found.issued_at.before(Duration::from_mins(2)));
            prop_assert!(found.audience.iter().any(|named| named == "parloir"));
            prop_assert!(!found.subject.is_empty());
        }
        let header = changed(&peer.header(), &json!({ "typ": "logout+jwt" }));
        let rules = LogoutTokenRules {
            party: party(), signer: peer.signer(), decryption: None, max_lifetime: Duration::from_mins(10),
        };
        let token = peer.sign_under(&header, claims.to_string().as_bytes());
        if let Ok(found) = verify_logout_token(&token, &rules) {
            prop_assert!(found.subject.is_some() || found.session_id.is_some());
        }
        let rules = UserInfoRules {
            party: party(), form: UserInfoForm::Any, signer: Some(peer.signer()), decryption: None, subject: "ada",
        };
        for (body, content_type) in [(claims.to_string(), None), (peer.sign(&claims), Some("application/jwt"))] {
            if let Ok(found) = verify_user_info(body.as_bytes(), content_type, &rules) {
                prop_assert_eq!(&found["sub"], "ada");
            }
        }
    }

    #[test]
    fn headers(name in "alg|enc|kid|typ|crit|epk|apu|apv|zip|cty|x", value in any_json()) {
        let header = json!({ (name): value });
        let peer = Peer::new(SignatureAlgorithm::EdDsa);
        let signed = peer.sign_under(&changed(&peer.header(), &header), b"{}");
        let _ = verify_id_token(&signed, &IdTokenRules::new(party(), peer.signer()));
        let envelope = Envelope::new(KeyManagementAlgorithm::EcdhEs, ContentEncryption::A256Gcm, &key("p256-sec1"));
        let _ = receiver().decrypt(&envelope.under(header).seal(b"{}"));
    }

    #[test]
    fn texts(text in "\\PC*|[{\"a-zA-Z0-9_\\-.:,\\[\\]}=-]{0,200}|[A-Za-z0-9_-]*(\\.[A-Za-z0-9_-]*){2,4}") {
        let (peer, receiver) = (Peer::new(SignatureAlgorithm::Hs256), receiver());
        prop_assert!(verify_id_token(&text, &IdTokenRules::new(party(), peer.signer())).is_err());
        prop_assert!(receiver.decrypt(&text).is_err());
        prop_assert!(PrivateKey::read(&Secret::new(text.clone())).is_err());
        let _ = JwkSet::read(text.as_bytes());
    }

    #[test]
    fn key_sets(kind in "RSA|EC|OKP|oct", curve in "P-256|P-384|Ed25519", member in "n|e|x|y|kid|use|alg|key_ops|d", value in any_json()) {
        let key = json!({ "kty": kind, "crv": curve, "n": "AQAB", "e": "AQAB", "x": "AQAB", "y": "AQAB" });
        let key = changed(&key, &json!({ (member): value }));
        if let Ok(set) = JwkSet::read(json!({ "keys": [key] }).to_string().as_bytes()) {
            prop_assert_eq!(set.keys().len() + set.skipped(), 1);
        }
        prop_assert!(PrivateKey::read(&Secret::new(key.to_string())).is_err());
    }
}
