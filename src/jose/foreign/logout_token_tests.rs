//! Logout tokens: each rule of OpenID Connect Back-Channel Logout 1.0 §2.6.

use std::time::Duration;

use serde_json::{Value, json};

use super::testing::{Envelope, Peer, changed, decryption, key};
use super::{Defect, LogoutToken, LogoutTokenRules, RelyingParty, verify_logout_token};
use crate::base::{ContentEncryption, KeyManagementAlgorithm, SignatureAlgorithm, Timestamp};

const NOW: i64 = 1_800_000_000;
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn honest() -> Value {
    json!({
        "iss": "https://provider.example.org", "aud": "parloir", "iat": NOW - 1, "exp": NOW + 119, "jti": "j-1", "sub": "ada",
        "sid": "s-1", "events": { EVENT: {} },
    })
}

fn rules(peer: &Peer) -> LogoutTokenRules<'_> {
    let party = RelyingParty {
        issuer: "https://provider.example.org",
        client_id: "parloir",
        now: Timestamp::from_seconds(NOW),
        clock_tolerance: Duration::from_mins(1),
    };
    LogoutTokenRules { party, signer: peer.signer(), decryption: None, max_lifetime: Duration::from_mins(10) }
}

fn sign(peer: &Peer, header: &Value, claims: &Value) -> String {
    let header = changed(&changed(&peer.header(), &json!({ "typ": "logout+jwt" })), header);
    peer.sign_under(&header, changed(&honest(), claims).to_string().as_bytes())
}

fn verdict(changes: &Value) -> Result<LogoutToken, Defect> {
    let peer = Peer::new(SignatureAlgorithm::Es256);
    verify_logout_token(&sign(&peer, &json!({}), changes), &rules(&peer))
}

fn check(changes: &Value) -> Result<(), Defect> {
    verdict(changes).map(drop)
}

#[test]
fn an_honest_token_says_who_logged_out() {
    let expected = LogoutToken {
        issuer: "https://provider.example.org".to_owned(),
        subject: Some("ada".to_owned()),
        session_id: Some("s-1".to_owned()),
        token_id: "j-1".to_owned(),
        issued_at: Timestamp::from_seconds(NOW - 1),
        expires_at: Timestamp::from_seconds(NOW + 119),
    };
    assert_eq!(verdict(&json!({})), Ok(expected));
}

#[test]
fn rule_1_encryption() {
    let peer = Peer::new(SignatureAlgorithm::Es256);
    let (algorithm, encryption) = (KeyManagementAlgorithm::RsaOaep, ContentEncryption::A256Gcm);
    let receiver = decryption(algorithm, encryption, vec![key("rsa-pkcs1")]);
    let encrypted = LogoutTokenRules { decryption: Some(&receiver), ..rules(&peer) };
    let token = sign(&peer, &json!({}), &json!({}));
    let sealed = Envelope::new(algorithm, encryption, &key("rsa-pkcs1")).seal(token.as_bytes());
    assert!(verify_logout_token(&sealed, &encrypted).is_ok());
    assert_eq!(verify_logout_token(&token, &encrypted), Err(Defect::NotEncrypted));
    assert_eq!(verify_logout_token(&sealed, &rules(&peer)), Err(Defect::UnexpectedEncryption));
}

#[test]
fn rules_2_and_3_signature_and_algorithm() {
    let peer = Peer::new(SignatureAlgorithm::Rs256);
    let thief = Peer { key: key("rsa-other"), ..Peer::new(SignatureAlgorithm::Rs256) };
    let forged = sign(&thief, &json!({ "kid": peer.key.kid() }), &json!({}));
    assert_eq!(verify_logout_token(&forged, &rules(&peer)), Err(Defect::Signature));
    let unsigned = sign(&peer, &json!({ "alg": "none" }), &json!({}));
    assert_eq!(verify_logout_token(&unsigned, &rules(&peer)), Err(Defect::Algorithm));
    let other = sign(&Peer::new(SignatureAlgorithm::Hs256), &json!({}), &json!({}));
    assert_eq!(verify_logout_token(&other, &rules(&peer)), Err(Defect::Algorithm));
}

#[test]
fn the_type_is_said() {
    let peer = Peer::new(SignatureAlgorithm::Es256);
    for typ in [Value::Null, json!("JWT"), json!("at+jwt")] {
        let token = sign(&peer, &json!({ "typ": typ }), &json!({}));
        assert_eq!(verify_logout_token(&token, &rules(&peer)), Err(Defect::Type), "{typ}");
    }
}

#[test]
fn rule_4_issuer_audience_and_times() {
    for (changes, expected) in [
        (json!({ "iss": null }), Err(Defect::IssuerMissing)),
        (json!({ "iss": "https://evil.example.org" }), Err(Defect::Issuer)),
        (json!({ "aud": null }), Err(Defect::AudienceMissing)),
        (json!({ "aud": "another" }), Err(Defect::Audience)),
        (json!({ "aud": ["parloir"] }), Ok(())),
        (json!({ "aud": ["parloir", "another"] }), Err(Defect::AuthorizedPartyMissing)),
        (json!({ "iat": null }), Err(Defect::IssuedAtMissing)),
        (json!({ "iat": NOW + 61, "exp": NOW + 100 }), Err(Defect::IssuedInTheFuture)),
        (json!({ "exp": null }), Err(Defect::ExpiryMissing)),
        (json!({ "exp": NOW - 60 }), Err(Defect::Expired)),
        (json!({ "exp": NOW - 59 }), Ok(())),
        (json!({ "nbf": NOW + 61 }), Err(Defect::NotYetValid)),
        (json!({ "exp": NOW + 599 }), Ok(())),
        (json!({ "exp": NOW + 600 }), Err(Defect::LifetimeTooLong)),
        (json!({ "exp": 999_999_999_999_i64 }), Err(Defect::LifetimeTooLong)),
    ] {
        assert_eq!(check(&changes), expected, "{changes}");
    }
}

#[test]
fn rule_5_subject_or_session() {
    let ids = |changes: Value| verdict(&changes).map(|token| (token.subject, token.session_id));
    assert_eq!(ids(json!({ "sid": null })), Ok((Some("ada".to_owned()), None)));
    assert_eq!(ids(json!({ "sub": null })), Ok((None, Some("s-1".to_owned()))));
    assert_eq!(ids(json!({ "sub": null, "sid": null })), Err(Defect::NeitherSubjectNorSession));
    assert_eq!(ids(json!({ "sub": "" })), Err(Defect::Subject));
    assert_eq!(ids(json!({ "sub": 7 })), Err(Defect::SubjectMissing));
    assert_eq!(ids(json!({ "sid": "" })), Err(Defect::SessionId));
    assert_eq!(ids(json!({ "sid": 7 })), Err(Defect::SessionId));
}

#[test]
fn rule_6_events() {
    for events in [
        Value::Null,
        json!({}),
        json!([EVENT]),
        json!(EVENT),
        json!({ EVENT: true }),
        json!({ EVENT: null }),
        json!({ EVENT: [] }),
        json!({ "http://schemas.openid.net/event/another": {} }),
    ] {
        assert_eq!(check(&json!({ "events": events })), Err(Defect::LogoutEventMissing), "{events}");
    }
    assert_eq!(check(&json!({ "events": { EVENT: { "why": "left" }, "another": {} } })), Ok(()));
}

#[test]
fn rule_7_no_nonce() {
    let peer = Peer::new(SignatureAlgorithm::Es256);
    for nonce in ["\"n-1\"", "\"\"", "null"] {
        let claims = honest().to_string().replacen('{', &format!("{{\"nonce\":{nonce},"), 1);
        let header = changed(&peer.header(), &json!({ "typ": "logout+jwt" }));
        let token = peer.sign_under(&header, claims.as_bytes());
        assert_eq!(verify_logout_token(&token, &rules(&peer)), Err(Defect::ForbiddenNonce), "{nonce}");
    }
}

#[test]
fn rule_8_token_id() {
    for jti in [Value::Null, json!(7), json!(""), json!("x".repeat(513)), json!("a\u{0}")] {
        assert_eq!(check(&json!({ "jti": jti })), Err(Defect::TokenIdMissing));
    }
    assert_eq!(verdict(&json!({ "jti": "x".repeat(512) })).unwrap().token_id.len(), 512);
}
