use std::time::Duration;

use serde_json::{Value, json};

use super::testing::{Envelope, Peer, changed, decryption, flipped, key};
use super::{
    ActiveToken, Defect, Introspection, IntrospectionRules, JwkSet, RelyingParty, Signer, verify_introspection,
};
use crate::base::{ContentEncryption, IntrospectionForm, KeyManagementAlgorithm, SignatureAlgorithm, Timestamp};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const ISSUER: &str = "https://provider.example.org";
const JSON: &str = "application/json";
const JWT: &str = "application/token-introspection+jwt";

const PARTY: RelyingParty<'_> =
    RelyingParty { issuer: ISSUER, client_id: "parloir", now: NOW, clock_tolerance: Duration::from_mins(1) };

fn facts() -> Value {
    json!({
        "active": true, "sub": "ada", "client_id": "calendar", "iss": ISSUER, "scope": "openid rooms:list",
        "iat": NOW.as_seconds(), "exp": NOW.as_seconds() + 600, "token_type": "Bearer",
    })
}

/// What a peer answers: claims around the facts, under its header.
fn around(facts: &Value) -> Value {
    json!({ "iss": ISSUER, "aud": "parloir", "iat": NOW.as_seconds(), "token_introspection": facts })
}

fn read_json(body: &Value) -> Result<Introspection, Defect> {
    read(body.to_string().as_bytes(), JSON, IntrospectionForm::Json, &Peer::new(SignatureAlgorithm::Es256))
}

fn read(body: &[u8], content_type: &str, form: IntrospectionForm, peer: &Peer) -> Result<Introspection, Defect> {
    let rules = IntrospectionRules { party: PARTY, form, signer: peer.signer(), decryption: None };
    verify_introspection(body, Some(content_type), &rules)
}

fn signed(claims: &Value, header: &Value) -> Result<Introspection, Defect> {
    let peer = Peer::new(SignatureAlgorithm::Es256);
    let header = changed(&changed(&peer.header(), &json!({ "typ": "token-introspection+jwt" })), header);
    let token = peer.sign_under(&header, claims.to_string().as_bytes());
    read(token.as_bytes(), JWT, IntrospectionForm::Signed, &peer)
}

fn active(answer: Result<Introspection, Defect>) -> ActiveToken {
    match answer {
        Ok(Introspection::Active(token)) => token,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_active_token_says_whose_it_is_and_what_it_allows() {
    let token = active(read_json(&facts()));
    assert_eq!(
        (token.subject.as_deref(), token.scopes.as_slice()),
        (Some("ada"), ["openid", "rooms:list"].map(str::to_owned).as_slice())
    );
    assert_eq!(token.ends_at, Some(Timestamp::from_seconds(1_800_000_600)));
    assert_eq!(token.claims["client_id"], "calendar");
    let least = active(read_json(&json!({ "active": true })));
    assert_eq!((least.subject, least.scopes.len(), least.ends_at), (None, 0, None));
    assert_eq!(active(read_json(&changed(&facts(), &json!({ "scope": "  a   b " })))).scopes, ["a", "b"]);
    assert_eq!(active(signed(&around(&facts()), &json!({}))).subject.as_deref(), Some("ada"));
}

#[test]
fn inactive_is_all_that_need_be_said() {
    assert_eq!(read_json(&json!({ "active": false })), Ok(Introspection::Inactive));
    assert_eq!(read_json(&json!({ "active": false, "scope": 5, "iss": [] })), Ok(Introspection::Inactive));
    assert_eq!(signed(&around(&json!({ "active": false })), &json!({})), Ok(Introspection::Inactive));
}

#[test]
fn members_of_another_type_make_the_answer_unbelievable() {
    for (changes, defect) in [
        (json!({ "active": null }), Defect::ActiveMissing),
        (json!({ "active": "true" }), Defect::ActiveMissing),
        (json!({ "active": "false" }), Defect::ActiveMissing),
        (json!({ "active": 1 }), Defect::ActiveMissing),
        (json!({ "scope": ["rooms:list"] }), Defect::Scope),
        (json!({ "scope": 1 }), Defect::Scope),
        (json!({ "sub": 7 }), Defect::SubjectMissing),
        (json!({ "iss": [ISSUER] }), Defect::IssuerMissing),
        (json!({ "exp": "never" }), Defect::ExpiryMissing),
        (json!({ "iat": "now" }), Defect::IssuedAtMissing),
        (json!({ "nbf": {} }), Defect::NotYetValid),
        (json!({ "token_type": ["Bearer"] }), Defect::TokenKind),
    ] {
        assert_eq!(read_json(&changed(&facts(), &changes)), Err(defect), "{changes}");
        assert_eq!(signed(&around(&changed(&facts(), &changes)), &json!({})), Err(defect), "{changes}");
    }
    for body in ["", "true", "[]", "{", r#"{"active":true,"active":false}"#, "<html>"] {
        let answer = read(body.as_bytes(), JSON, IntrospectionForm::Json, &Peer::new(SignatureAlgorithm::Es256));
        assert_eq!(answer, Err(Defect::Claims), "{body}");
    }
}

#[test]
fn what_speaks_against_the_token_makes_it_unusable() {
    let now = NOW.as_seconds();
    for (changes, defect) in [
        (json!({ "iss": "https://provider.example.org/" }), Defect::Issuer),
        (json!({ "exp": now }), Defect::Expired),
        (json!({ "exp": now - 1 }), Defect::Expired),
        (json!({ "nbf": now + 61 }), Defect::NotYetValid),
        (json!({ "iat": now + 61 }), Defect::IssuedInTheFuture),
        (json!({ "token_type": "DPoP" }), Defect::TokenKind),
        (json!({ "cnf": { "jkt": "x" } }), Defect::TokenKind),
        (json!({ "sub": "" }), Defect::Subject),
        (json!({ "sub": "a".repeat(256) }), Defect::Subject),
    ] {
        let expected = Ok(Introspection::Unusable(defect));
        assert_eq!(read_json(&changed(&facts(), &changes)), expected, "{changes}");
        assert_eq!(signed(&around(&changed(&facts(), &changes)), &json!({})), expected, "{changes}");
    }
    for changes in [
        json!({ "nbf": now + 60 }),
        json!({ "iat": now + 60 }),
        json!({ "token_type": "bearer" }),
        json!({ "exp": now + 1 }),
    ] {
        active(read_json(&changed(&facts(), &changes)));
    }
}

#[test]
fn a_signed_answer_is_the_providers_and_for_us() {
    let now = NOW.as_seconds();
    for (changes, defect) in [
        (json!({ "iss": null }), Defect::IssuerMissing),
        (json!({ "iss": "https://other.example.org" }), Defect::Issuer),
        (json!({ "aud": null }), Defect::AudienceMissing),
        (json!({ "aud": "other" }), Defect::Audience),
        (json!({ "aud": ["other"] }), Defect::Audience),
        (json!({ "iat": null }), Defect::IssuedAtMissing),
        (json!({ "iat": now + 61 }), Defect::IssuedInTheFuture),
        (json!({ "exp": now - 60 }), Defect::Expired),
        (json!({ "exp": "x" }), Defect::ExpiryMissing),
        (json!({ "nbf": now + 61 }), Defect::NotYetValid),
        (json!({ "token_introspection": null }), Defect::IntrospectionMissing),
        (json!({ "token_introspection": "{}" }), Defect::IntrospectionMissing),
        (json!({ "token_introspection": [] }), Defect::IntrospectionMissing),
        (json!({ "token_introspection": {} }), Defect::ActiveMissing),
    ] {
        assert_eq!(signed(&changed(&around(&facts()), &changes), &json!({})), Err(defect), "{changes}");
    }
    active(signed(&changed(&around(&facts()), &json!({ "aud": ["other", "parloir"] })), &json!({})));
    let short = active(signed(&changed(&around(&facts()), &json!({ "exp": now + 5 })), &json!({})));
    assert_eq!(short.ends_at, Some(Timestamp::from_seconds(now + 5)), "the answer ends before the token");
    for (header, defect) in [
        (json!({ "typ": null }), Defect::Type),
        (json!({ "typ": "JWT" }), Defect::Type),
        (json!({ "typ": "at+jwt" }), Defect::Type),
        (json!({ "alg": "none" }), Defect::Algorithm),
        (json!({ "alg": "HS256" }), Defect::Algorithm),
        (json!({ "kid": "unknown" }), Defect::UnknownKey),
        (json!({ "crit": ["exp"] }), Defect::CriticalExtension),
    ] {
        assert_eq!(signed(&around(&facts()), &header), Err(defect), "{header}");
    }
    active(signed(&around(&facts()), &json!({ "typ": "application/token-introspection+jwt" })));
    // What the facts say does not stand for what the answer says.
    assert_eq!(signed(&facts(), &json!({})), Err(Defect::AudienceMissing));
}

#[test]
fn every_algorithm_signs_and_no_changed_answer_passes() {
    for algorithm in SignatureAlgorithm::ALL {
        let peer = Peer::new(*algorithm);
        let header = changed(&peer.header(), &json!({ "typ": "token-introspection+jwt" }));
        let token = peer.sign_under(&header, around(&facts()).to_string().as_bytes());
        active(read(token.as_bytes(), JWT, IntrospectionForm::Signed, &peer));
        for flipped in flipped(&token).step_by(7) {
            assert!(read(flipped.as_bytes(), JWT, IntrospectionForm::Signed, &peer).is_err(), "{flipped}");
        }
    }
}

#[test]
fn one_form_is_accepted_and_no_other() {
    let peer = Peer::new(SignatureAlgorithm::Es256);
    let header = changed(&peer.header(), &json!({ "typ": "token-introspection+jwt" }));
    let (plain, jws) = (facts().to_string(), peer.sign_under(&header, around(&facts()).to_string().as_bytes()));
    let (json, signed, encrypted) = (IntrospectionForm::Json, IntrospectionForm::Signed, IntrospectionForm::Encrypted);
    for (body, content_type, form, expected) in [
        (&plain, "application/json; charset=utf-8", json, None),
        (&plain, "Application/JSON", json, None),
        (&jws, "application/token-introspection+jwt; charset=utf-8", signed, None),
        (&plain, "", json, Some(Defect::ContentType)),
        (&plain, "text/html", json, Some(Defect::ContentType)),
        (&plain, JWT, json, Some(Defect::NotJson)),
        (&jws, JWT, json, Some(Defect::NotJson)),
        (&jws, JSON, json, Some(Defect::Claims)),
        (&plain, JSON, signed, Some(Defect::NotSigned)),
        (&plain, JWT, signed, Some(Defect::Malformed)),
        (&jws, "application/jwt", signed, Some(Defect::ContentType)),
        (&jws, JSON, signed, Some(Defect::NotSigned)),
        (&plain, JSON, encrypted, Some(Defect::NotEncrypted)),
        // Without a key nothing is read, whatever it is.
        (&jws, JWT, encrypted, Some(Defect::Undecryptable)),
    ] {
        let answer = read(body.as_bytes(), content_type, form, &peer);
        assert_eq!(answer.err(), expected, "{content_type} {form:?}");
    }
    let long = vec![b' '; 256 * 1024 + 1];
    assert_eq!(read(&long, JSON, json, &peer), Err(Defect::TooLong));
}

#[test]
fn an_encrypted_answer_has_a_signed_one_inside() {
    let peer = Peer::new(SignatureAlgorithm::Es256);
    let header = changed(&peer.header(), &json!({ "typ": "token-introspection+jwt" }));
    let inner = peer.sign_under(&header, around(&facts()).to_string().as_bytes());
    for (algorithm, file) in
        [(KeyManagementAlgorithm::RsaOaep, "rsa-pkcs8"), (KeyManagementAlgorithm::EcdhEs, "p256-pkcs8")]
    {
        let with = decryption(algorithm, ContentEncryption::A256Gcm, vec![key(file)]);
        let seal =
            |content: &str| Envelope::new(algorithm, ContentEncryption::A256Gcm, &key(file)).seal(content.as_bytes());
        let empty = JwkSet::default();
        let read = |token: &str, form, keys| {
            let signer = Signer { algorithm: SignatureAlgorithm::Es256, keys, secret: None };
            let rules = IntrospectionRules { party: PARTY, form, signer, decryption: Some(&with) };
            verify_introspection(token.as_bytes(), Some(JWT), &rules)
        };
        let sealed = seal(&inner);
        active(read(&sealed, IntrospectionForm::Encrypted, &peer.keys));
        assert_eq!(read(&sealed, IntrospectionForm::Encrypted, &empty), Err(Defect::UnknownKey));
        assert_eq!(read(&sealed, IntrospectionForm::Signed, &peer.keys), Err(Defect::UnexpectedEncryption));
        assert_eq!(read(&inner, IntrospectionForm::Encrypted, &peer.keys), Err(Defect::NotEncrypted));
        assert_eq!(read(&seal(r#"{"active":true}"#), IntrospectionForm::Encrypted, &peer.keys), Err(Defect::NotSigned));
        // The last character of some parts has bits that mean nothing, and must be refused all the same.
        for flipped in flipped(&sealed).step_by(11) {
            assert_eq!(read(&flipped, IntrospectionForm::Encrypted, &peer.keys), Err(Defect::Undecryptable));
        }
    }
}
