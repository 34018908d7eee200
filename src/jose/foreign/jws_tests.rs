//! Signatures: the vectors of the RFCs, and what must not pass for one.

use serde_json::{Value, json};

use super::testing::{Peer, changed, flipped, key, set_of};
use super::{Defect, JwkSet, SharedSecret, Signer, TokenType, verify, verify_claims};
use crate::base::{Secret, SignatureAlgorithm};
use crate::jose::encoding::{decode, encode};

const CLAIMS: &str = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

fn set(keys: &Value) -> JwkSet {
    JwkSet::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn untyped(token: &str, peer: &Peer) -> Result<Vec<u8>, Defect> {
    verify(token, &peer.signer(), TokenType::Untyped)
}

#[test]
fn rfc_7515_a_1_hmac() {
    let secret =
        decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow").unwrap();
    let secret = SharedSecret::new(&secret).unwrap();
    let signer = Signer { algorithm: SignatureAlgorithm::Hs256, keys: &JwkSet::default(), secret: Some(&secret) };
    let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt\
                 cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    assert_eq!(verify(token, &signer, TokenType::Untyped).as_deref(), Ok(CLAIMS.as_bytes()));
}

#[test]
fn rfc_7515_a_2_rsa() {
    let n = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgN\
             MsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdV\
             MTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    let keys = set(&json!([{ "kty": "RSA", "n": n, "e": "AQAB" }]));
    let signer = Signer { algorithm: SignatureAlgorithm::Rs256, keys: &keys, secret: None };
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0c\
                 nVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CU\
                 Ar7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12\
                 jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe\
                 77Rw";
    assert_eq!(verify(token, &signer, TokenType::Untyped).as_deref(), Ok(CLAIMS.as_bytes()));
}

#[test]
fn rfc_7515_a_3_ecdsa() {
    let (x, y) = ("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    let keys = set(&json!([{ "kty": "EC", "crv": "P-256", "x": x, "y": y }]));
    let signer = Signer { algorithm: SignatureAlgorithm::Es256, keys: &keys, secret: None };
    let token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0c\
                 nVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    assert_eq!(verify(token, &signer, TokenType::Untyped).as_deref(), Ok(CLAIMS.as_bytes()));
}

#[test]
fn rfc_8037_a_4_ed25519() {
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let keys = set(&json!([{ "kty": "OKP", "crv": "Ed25519", "x": x }]));
    let signer = Signer { algorithm: SignatureAlgorithm::EdDsa, keys: &keys, secret: None };
    let token = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR\
                 4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let payload = b"Example of Ed25519 signing".as_slice();
    assert_eq!(verify(token, &signer, TokenType::Untyped).as_deref(), Ok(payload));
}

#[test]
fn each_algorithm_verifies_its_own_and_no_changed_token() {
    for algorithm in SignatureAlgorithm::ALL {
        let peer = Peer::new(*algorithm);
        let token = peer.sign(&json!({ "sub": "ada" }));
        assert_eq!(untyped(&token, &peer).as_deref(), Ok(br#"{"sub":"ada"}"#.as_slice()), "{algorithm:?}");
        for other in flipped(&token) {
            assert!(untyped(&other, &peer).is_err(), "{algorithm:?} {other}");
        }
    }
}

#[test]
fn the_settings_choose_the_algorithm_and_not_the_token() {
    for mine in SignatureAlgorithm::ALL {
        for theirs in SignatureAlgorithm::ALL.iter().filter(|theirs| *theirs != mine) {
            let (receiver, sender) = (Peer::new(*mine), Peer::new(*theirs));
            // Under the sender's own name, and under the one that is expected.
            let honest = sender.sign(&json!({}));
            assert_eq!(untyped(&honest, &receiver), Err(Defect::Algorithm), "{theirs:?} for {mine:?}");
            let renamed = changed(&sender.header(), &json!({ "alg": mine.as_str(), "kid": receiver.key.kid() }));
            let forged = sender.sign_under(&renamed, b"{}");
            assert_eq!(untyped(&forged, &receiver), Err(Defect::Signature), "{theirs:?} as {mine:?}");
        }
    }
}

#[test]
fn no_signature_is_no_signature() {
    let peer = Peer::new(SignatureAlgorithm::Es256);
    for alg in ["none", "None", "NONE", ""] {
        let header = encode(json!({ "alg": alg }).to_string().as_bytes());
        assert_eq!(untyped(&format!("{header}.e30."), &peer), Err(Defect::Algorithm));
    }
    let honest = peer.sign(&json!({}));
    let stripped = &honest[..=honest.rfind('.').unwrap()];
    assert_eq!(untyped(stripped, &peer), Err(Defect::Signature));
}

#[test]
fn a_public_key_is_no_shared_secret() {
    // RFC 8725 §2.1: the octets of the public key as HMAC key.
    let rsa = Peer::new(SignatureAlgorithm::Rs256);
    let published = rsa.key.published_for_signatures(SignatureAlgorithm::Rs256).unwrap();
    let octets = decode(published.n.as_deref().unwrap()).unwrap();
    let message = format!("{}.e30", encode(json!({ "alg": "HS256", "kid": published.kid }).to_string().as_bytes()));
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &octets);
    let forged = format!("{message}.{}", encode(aws_lc_rs::hmac::sign(&key, message.as_bytes()).as_ref()));
    assert_eq!(untyped(&forged, &rsa), Err(Defect::Algorithm));
    let without_secret = Signer { algorithm: SignatureAlgorithm::Hs256, keys: &rsa.keys, secret: None };
    assert_eq!(verify(&forged, &without_secret, TokenType::Untyped), Err(Defect::NoSharedSecret));
    assert!(SharedSecret::of_client(&Secret::new("x".repeat(31))).is_none());
    let secret = SharedSecret::of_client(&Secret::new("x".repeat(32))).unwrap();
    assert_eq!(format!("{secret:?}"), "SharedSecret");
}

#[test]
fn keys_in_the_header_are_not_looked_at() {
    let (peer, thief) = (Peer::new(SignatureAlgorithm::Rs256), key("rsa-other"));
    let embedded = thief.published_for_signatures(SignatureAlgorithm::Rs256).unwrap();
    let header = json!({
        "jku": "https://evil.example.org/jwks", "x5u": "https://evil.example.org/x5u", "jwk": embedded, "x5c": ["AAAA"],
    });
    let header = changed(&peer.header(), &header);
    assert_eq!(untyped(&peer.sign_under(&header, b"{}"), &peer).as_deref(), Ok(b"{}".as_slice()));
    let message = format!("{}.e30", encode(header.to_string().as_bytes()));
    let signature = thief.sign(SignatureAlgorithm::Rs256, message.as_bytes()).unwrap();
    assert_eq!(untyped(&format!("{message}.{}", encode(&signature)), &peer), Err(Defect::Signature));
}

#[test]
fn headers_that_are_refused() {
    let peer = Peer::new(SignatureAlgorithm::EdDsa);
    for (changes, defect) in [
        (json!({ "crit": ["exp"] }), Defect::CriticalExtension),
        (json!({ "crit": ["b64"], "b64": false }), Defect::CriticalExtension),
        (json!({ "crit": [] }), Defect::CriticalExtension),
        (json!({ "alg": null }), Defect::Algorithm),
        (json!({ "alg": "eddsa" }), Defect::Algorithm),
        (json!({ "alg": ["EdDSA"] }), Defect::Malformed),
        (json!({ "kid": 7 }), Defect::Malformed),
        (json!({ "typ": 7 }), Defect::Malformed),
        (json!({ "typ": "at+jwt" }), Defect::Type),
        (json!({ "typ": "logout+jwt" }), Defect::Type),
        (json!({ "kid": "another" }), Defect::UnknownKey),
        (json!({ "x": "x".repeat(8192) }), Defect::TooLong),
    ] {
        let token = peer.sign_under(&changed(&peer.header(), &changes), b"{}");
        assert_eq!(untyped(&token, &peer), Err(defect), "{changes}");
    }
    for text in ["[]", "null", "{\"alg\":\"EdDSA\",\"alg\":\"EdDSA\"}", "{\"alg\":\"EdDSA\"", "", " "] {
        let token = peer.sign_text(&encode(text.as_bytes()), "e30");
        assert_eq!(untyped(&token, &peer), Err(Defect::Malformed), "{text}");
    }
}

#[test]
fn types_are_compared_without_case_and_prefix() {
    let peer = Peer::new(SignatureAlgorithm::EdDsa);
    let check = |typ: Value, expected: TokenType| {
        let header = changed(&peer.header(), &json!({ "typ": typ }));
        verify(&peer.sign_under(&header, b"{}"), &peer.signer(), expected).map(drop)
    };
    let logout = TokenType::Explicit("logout+jwt");
    for typ in ["logout+jwt", "LOGOUT+JWT", "application/logout+jwt"] {
        assert_eq!(check(json!(typ), logout), Ok(()));
        assert_eq!(check(json!(typ), TokenType::Untyped), Err(Defect::Type));
    }
    for typ in [json!("JWT"), json!(""), json!("at+jwt"), Value::Null] {
        assert_eq!(check(typ, logout), Err(Defect::Type));
    }
    for typ in [json!("JWT"), json!("jwt"), json!("application/jwt"), Value::Null] {
        assert_eq!(check(typ, TokenType::Untyped), Ok(()));
    }
}

#[test]
fn forms_that_are_refused() {
    let peer = Peer::new(SignatureAlgorithm::EdDsa);
    let token = peer.sign(&json!({}));
    for wrong in [
        String::new(),
        "..".to_owned(),
        format!("{token}."),
        format!("{token}.AAAA"),
        format!(" {token}"),
        format!("{token}\n"),
        format!("{token}="),
        token.replace('.', ".."),
        token.replacen('.', "=.", 1),
        token.rsplit_once('.').unwrap().0.to_owned(),
    ] {
        assert_eq!(untyped(&wrong, &peer), Err(Defect::Malformed), "{wrong:?}");
    }
    let long = peer.sign_under(&peer.header(), &vec![b' '; 256 * 1024]);
    assert_eq!(untyped(&long, &peer), Err(Defect::TooLong));
}

#[test]
fn claims_are_an_object_that_says_nothing_twice() {
    let peer = Peer::new(SignatureAlgorithm::EdDsa);
    let claims =
        |payload: &[u8]| verify_claims(&peer.sign_under(&peer.header(), payload), &peer.signer(), TokenType::Untyped);
    assert_eq!(claims(b"{\"sub\":\"ada\"}").map(Value::Object), Ok(json!({ "sub": "ada" })));
    for wrong in ["", "[]", "\"ada\"", "{\"sub\":\"ada\",\"sub\":\"bob\"}", "{\"a\":{\"b\":1,\"b\":2}}", "{} {}"] {
        assert_eq!(claims(wrong.as_bytes()), Err(Defect::Claims), "{wrong}");
    }
}

#[test]
fn keys_are_chosen_by_name_and_tried_without_one() {
    let algorithm = SignatureAlgorithm::Rs256;
    let (old, new) = (key("rsa-pkcs8"), key("rsa-other"));
    let published = [&new, &old].map(|key| key.published_for_signatures(algorithm).unwrap());
    let peer = Peer { keys: set_of(&published), ..Peer::new(algorithm) };
    assert!(untyped(&peer.sign(&json!({})), &peer).is_ok());
    let unnamed = peer.sign_under(&json!({ "alg": "RS256" }), b"{}");
    assert!(untyped(&unnamed, &peer).is_ok());
    // The name of the other key: not tried with this one.
    let misnamed = peer.sign_under(&json!({ "alg": "RS256", "kid": new.kid() }), b"{}");
    assert_eq!(untyped(&misnamed, &peer), Err(Defect::Signature));
    // Without the key, a newer set may help, whether the token names it or not.
    let stale = Peer { keys: set_of(&published[..1]), ..Peer::new(algorithm) };
    for token in [peer.sign(&json!({})), unnamed] {
        let defect = untyped(&token, &stale).unwrap_err();
        assert_eq!(defect, Defect::UnknownKey);
        assert!(defect.asks_for_newer_keys());
    }
    assert!(!Defect::Signature.asks_for_newer_keys());
}
