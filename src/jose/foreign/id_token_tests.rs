//! ID tokens: each rule of OpenID Connect Core 1.0 §3.1.3.7, each at its edge.

use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Value, json};

use super::testing::{Envelope, Peer, changed, decryption, flipped, key};
use super::{Defect, IdTokenClaims, IdTokenRules, RelyingParty, verify_id_token};
use crate::base::{ContentEncryption, KeyManagementAlgorithm, SignatureAlgorithm, Timestamp};

const NOW: i64 = 1_800_000_000;

fn party() -> RelyingParty<'static> {
    RelyingParty {
        issuer: "https://provider.example.org",
        client_id: "parloir",
        now: Timestamp::from_seconds(NOW),
        clock_tolerance: Duration::from_mins(1),
    }
}

fn honest() -> Value {
    json!({
        "iss": "https://provider.example.org", "sub": "ada", "aud": "parloir", "exp": NOW + 300, "iat": NOW - 1,
        "nonce": "n-1", "sid": "s-1", "auth_time": NOW - 100, "acr": "eidas1", "amr": ["pwd", "mfa"], "email": "ada@example.org",
    })
}

/// The verdict on the honest claims with `changes`, by rules that `set` has changed.
fn verdict(changes: &Value, set: impl FnOnce(&mut IdTokenRules<'_>)) -> Result<IdTokenClaims, Defect> {
    let peer = Peer::new(SignatureAlgorithm::Es256);
    let mut rules = IdTokenRules { nonce: Some("n-1"), ..IdTokenRules::new(party(), peer.signer()) };
    set(&mut rules);
    verify_id_token(&peer.sign(&changed(&honest(), changes)), &rules)
}

fn check(changes: &Value) -> Result<(), Defect> {
    verdict(changes, |_| ()).map(drop)
}

#[test]
fn an_honest_token_says_who_signed_in() {
    assert_eq!(
        verdict(&json!({}), |_| ()).unwrap(),
        IdTokenClaims {
            issuer: "https://provider.example.org".to_owned(),
            subject: "ada".to_owned(),
            audience: vec!["parloir".to_owned()],
            expires_at: Timestamp::from_seconds(NOW + 300),
            issued_at: Timestamp::from_seconds(NOW - 1),
            auth_time: Some(Timestamp::from_seconds(NOW - 100)),
            acr: Some("eidas1".to_owned()),
            amr: vec!["pwd".to_owned(), "mfa".to_owned()],
            session_id: Some("s-1".to_owned()),
            other: json!({ "email": "ada@example.org" }).as_object().unwrap().clone(),
        }
    );
    let bare =
        verdict(&json!({ "sid": null, "auth_time": null, "acr": null, "amr": null, "email": null }), |_| ()).unwrap();
    assert_eq!((bare.auth_time, bare.acr, bare.amr, bare.session_id), (None, None, vec![], None));
    assert!(bare.other.is_empty());
}

#[test]
fn all_algorithms() {
    for algorithm in SignatureAlgorithm::ALL {
        let peer = Peer::new(*algorithm);
        let rules = IdTokenRules::new(party(), peer.signer());
        let token = peer.sign(&honest());
        assert!(verify_id_token(&token, &rules).is_ok(), "{algorithm:?}");
        for other in flipped(&token).step_by(7) {
            assert!(verify_id_token(&other, &rules).is_err(), "{algorithm:?} {other}");
        }
    }
}

#[test]
fn issuer() {
    assert_eq!(check(&json!({ "iss": null })), Err(Defect::IssuerMissing));
    assert_eq!(check(&json!({ "iss": ["https://provider.example.org"] })), Err(Defect::IssuerMissing));
    for other in ["https://provider.example.org/", "https://Provider.example.org", "https://evil.example.org", ""] {
        assert_eq!(check(&json!({ "iss": other })), Err(Defect::Issuer), "{other}");
    }
}

#[test]
fn audience_and_authorized_party() {
    for (changes, expected) in [
        (json!({ "aud": null }), Err(Defect::AudienceMissing)),
        (json!({ "aud": [] }), Err(Defect::AudienceMissing)),
        (json!({ "aud": 7 }), Err(Defect::AudienceMissing)),
        (json!({ "aud": ["parloir", 7] }), Err(Defect::AudienceMissing)),
        (json!({ "aud": "another" }), Err(Defect::Audience)),
        (json!({ "aud": "parloir another" }), Err(Defect::Audience)),
        (json!({ "aud": "PARLOIR" }), Err(Defect::Audience)),
        (json!({ "aud": ["another"], "azp": "parloir" }), Err(Defect::Audience)),
        (json!({ "aud": ["parloir"] }), Ok(())),
        (json!({ "aud": ["parloir", "another"] }), Err(Defect::AuthorizedPartyMissing)),
        (json!({ "aud": ["another", "parloir"], "azp": "parloir" }), Ok(())),
        (json!({ "aud": ["another", "parloir"], "azp": "another" }), Err(Defect::AuthorizedParty)),
        (json!({ "azp": "parloir" }), Ok(())),
        (json!({ "azp": "another" }), Err(Defect::AuthorizedParty)),
        (json!({ "azp": ["parloir"] }), Err(Defect::AuthorizedParty)),
    ] {
        assert_eq!(check(&changes), expected, "{changes}");
    }
    let both = verdict(&json!({ "aud": ["another", "parloir"], "azp": "parloir" }), |_| ()).unwrap();
    assert_eq!(both.audience, ["another", "parloir"]);
}

#[test]
fn times_at_their_edges() {
    for (changes, expected) in [
        (json!({ "exp": null }), Err(Defect::ExpiryMissing)),
        (json!({ "exp": (NOW + 300).to_string() }), Err(Defect::ExpiryMissing)),
        (json!({ "exp": 1e300 }), Err(Defect::ExpiryMissing)),
        (json!({ "exp": u64::MAX }), Err(Defect::ExpiryMissing)),
        (json!({ "exp": i64::MIN }), Err(Defect::ExpiryMissing)),
        (json!({ "exp": NOW - 60 }), Err(Defect::Expired)),
        (json!({ "exp": NOW - 59 }), Ok(())),
        (json!({ "exp": -1 }), Err(Defect::Expired)),
        (json!({ "iat": null }), Err(Defect::IssuedAtMissing)),
        (json!({ "iat": true }), Err(Defect::IssuedAtMissing)),
        (json!({ "iat": NOW + 61 }), Err(Defect::IssuedInTheFuture)),
        (json!({ "iat": NOW + 60 }), Ok(())),
        (json!({ "nbf": NOW + 61 }), Err(Defect::NotYetValid)),
        (json!({ "nbf": NOW + 60 }), Ok(())),
        (json!({ "nbf": "soon" }), Err(Defect::NotYetValid)),
    ] {
        assert_eq!(check(&changes), expected, "{changes}");
    }
    // A fraction of a second is legal (RFC 7519 §2).
    let fraction = json!({ "exp": 1_800_000_300.75, "iat": 1_799_999_999.5 });
    assert_eq!(verdict(&fraction, |_| ()).unwrap().expires_at, Timestamp::from_seconds(NOW + 300));
}

#[test]
fn nonce() {
    assert_eq!(check(&json!({ "nonce": null })), Err(Defect::NonceMissing));
    assert_eq!(check(&json!({ "nonce": ["n-1"] })), Err(Defect::NonceMissing));
    assert_eq!(check(&json!({ "nonce": "n-2" })), Err(Defect::Nonce));
    assert_eq!(check(&json!({ "nonce": "" })), Err(Defect::Nonce));
    // A refreshed token need not have one.
    assert!(verdict(&json!({ "nonce": null }), |rules| rules.nonce = None).is_ok());
}

#[test]
fn subject() {
    for (changes, expected) in [
        (json!({ "sub": null }), Err(Defect::SubjectMissing)),
        (json!({ "sub": 7 }), Err(Defect::SubjectMissing)),
        (json!({ "sub": "" }), Err(Defect::Subject)),
        (json!({ "sub": "x".repeat(256) }), Err(Defect::Subject)),
        (json!({ "sub": "a\u{0}b" }), Err(Defect::Subject)),
        (json!({ "sub": "x".repeat(255) }), Ok(())),
        (json!({ "sub": "é".repeat(255) }), Ok(())),
        (json!({ "sub": " auth0|{7} ¿\"'<x>/\\%00 " }), Ok(())),
    ] {
        assert_eq!(check(&changes), expected, "{changes}");
    }
    assert!(verdict(&json!({}), |rules| rules.subject = Some("ada")).is_ok());
    assert_eq!(verdict(&json!({}), |rules| rules.subject = Some("Ada")), Err(Defect::SubjectMismatch));
}

#[test]
fn access_token_hash() {
    // OpenID Connect Core 1.0, appendix A.3: token and hash belong together under RS256.
    let (token, hash) = ("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "77QmUPtjPfzWtF2AnpK9RQ");
    let with = |hash: Value| verdict(&json!({ "at_hash": hash }), |rules| rules.access_token = Some(token)).map(drop);
    assert_eq!(with(json!(hash)), Ok(()));
    assert_eq!(with(Value::Null), Ok(()));
    for wrong in [json!(""), json!("77QmUPtjPfzWtF2AnpK9RA"), json!(7), json!(format!("{hash}=="))] {
        assert_eq!(with(wrong), Err(Defect::AccessTokenHash));
    }
    assert!(verdict(&json!({ "at_hash": "x" }), |_| ()).is_ok());

    // Under EdDSA with Ed25519 it is half of SHA-512.
    let peer = Peer::new(SignatureAlgorithm::EdDsa);
    let rules = IdTokenRules { access_token: Some(token), ..IdTokenRules::new(party(), peer.signer()) };
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA512, token.as_bytes());
    let half = crate::jose::encoding::encode(&digest.as_ref()[..32]);
    let sign = |hash: &str| peer.sign(&changed(&honest(), &json!({ "at_hash": hash })));
    assert!(verify_id_token(&sign(&half), &rules).is_ok());
    assert_eq!(verify_id_token(&sign(hash), &rules), Err(Defect::AccessTokenHash));
}

#[test]
fn authentication() {
    static ACCEPTED: LazyLock<[String; 2]> = LazyLock::new(|| ["eidas2".to_owned(), "eidas1".to_owned()]);
    let acr = |changes: Value| verdict(&changes, |rules| rules.acr_values = &*ACCEPTED).map(drop);
    assert_eq!(acr(json!({})), Ok(()));
    assert_eq!(acr(json!({ "acr": "eidas" })), Err(Defect::AuthenticationContext));
    assert_eq!(acr(json!({ "acr": null })), Err(Defect::AuthenticationContextMissing));
    assert_eq!(acr(json!({ "acr": ["eidas1"] })), Err(Defect::AuthenticationContextMissing));

    let age = |changes: Value| verdict(&changes, |rules| rules.max_age = Some(Duration::from_mins(10))).map(drop);
    assert_eq!(age(json!({})), Ok(()));
    assert_eq!(age(json!({ "auth_time": NOW - 660 })), Ok(()));
    assert_eq!(age(json!({ "auth_time": NOW - 661 })), Err(Defect::AuthenticatedTooLongAgo));
    assert_eq!(age(json!({ "auth_time": null })), Err(Defect::AuthenticationTimeMissing));
}

#[test]
fn session_id() {
    for (changes, expected) in [
        (json!({ "sid": "" }), Err(Defect::SessionId)),
        (json!({ "sid": 7 }), Err(Defect::SessionId)),
        (json!({ "sid": "x".repeat(513) }), Err(Defect::SessionId)),
        (json!({ "sid": "x".repeat(512) }), Ok(())),
    ] {
        assert_eq!(check(&changes), expected);
    }
}

#[test]
fn other_kinds_of_tokens() {
    let peer = Peer::new(SignatureAlgorithm::Es256);
    let rules = IdTokenRules::new(party(), peer.signer());
    for typ in ["at+jwt", "logout+jwt", "token-introspection+jwt"] {
        let token = peer.sign_under(&changed(&peer.header(), &json!({ "typ": typ })), honest().to_string().as_bytes());
        assert_eq!(verify_id_token(&token, &rules), Err(Defect::Type));
    }
}

#[test]
fn encrypted_tokens() {
    let peer = Peer::new(SignatureAlgorithm::Es256);
    let (algorithm, encryption) = (KeyManagementAlgorithm::RsaOaep256, ContentEncryption::A128CbcHs256);
    let receiver = decryption(algorithm, encryption, vec![key("rsa-pkcs1")]);
    let seal = |content: &str| Envelope::new(algorithm, encryption, &key("rsa-pkcs1")).seal(content.as_bytes());
    let plain = IdTokenRules::new(party(), peer.signer());
    let rules = IdTokenRules { decryption: Some(&receiver), ..plain };
    let signed = peer.sign(&honest());
    assert_eq!(verify_id_token(&seal(&signed), &rules).unwrap().subject, "ada");
    // Whoever can encrypt for us is not yet the provider.
    assert_eq!(verify_id_token(&seal(&honest().to_string()), &rules), Err(Defect::NotSigned));
    assert_eq!(verify_id_token(&seal(&seal(&signed)), &rules), Err(Defect::NotSigned));
    assert_eq!(verify_id_token(&signed, &rules), Err(Defect::NotEncrypted));
    assert_eq!(verify_id_token(&seal(&signed), &plain), Err(Defect::UnexpectedEncryption));
    assert_eq!(verify_id_token("", &rules), Err(Defect::Undecryptable));
    assert_eq!(verify_id_token("", &plain), Err(Defect::Malformed));
    let thief = Peer::new(SignatureAlgorithm::EdDsa);
    assert_eq!(verify_id_token(&seal(&thief.sign(&honest())), &rules), Err(Defect::Algorithm));
}
