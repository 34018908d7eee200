//! UserInfo: which form is accepted when, and what a signed answer must say.

use std::time::Duration;

use serde_json::{Value, json};

use super::testing::{Envelope, Peer, changed, decryption, flipped, key};
use super::{Decryption, Defect, RelyingParty, UserInfoRules, verify_user_info};
use crate::base::{ContentEncryption, KeyManagementAlgorithm, SignatureAlgorithm, Timestamp, UserInfoForm};

const NOW: i64 = 1_800_000_000;
const JWT: Option<&str> = Some("application/jwt; charset=utf-8");
const JSON: Option<&str> = Some("application/json");

struct Scene {
    peer: Peer,
    decryption: Decryption,
}

impl Scene {
    fn new() -> Self {
        let (algorithm, encryption) = (KeyManagementAlgorithm::EcdhEsA256Kw, ContentEncryption::A256Gcm);
        let decryption = decryption(algorithm, encryption, vec![key("p256-sec1")]);
        Self { peer: Peer::new(SignatureAlgorithm::Rs256), decryption }
    }

    /// Everything is configured.
    fn rules(&self, form: UserInfoForm) -> UserInfoRules<'_> {
        let party = RelyingParty {
            issuer: "https://provider.example.org",
            client_id: "parloir",
            now: Timestamp::from_seconds(NOW),
            clock_tolerance: Duration::from_mins(1),
        };
        UserInfoRules {
            party,
            form,
            signer: Some(self.peer.signer()),
            decryption: Some(&self.decryption),
            subject: "ada",
        }
    }

    fn signed(&self, changes: &Value) -> String {
        self.peer.sign(&changed(&honest(), changes))
    }
}

fn honest() -> Value {
    json!({
        "iss": "https://provider.example.org", "aud": "parloir", "sub": "ada", "iat": NOW - 1, "exp": NOW + 60,
        "email": "ada@example.org",
    })
}

fn seal(content: &str) -> String {
    let (algorithm, encryption) = (KeyManagementAlgorithm::EcdhEsA256Kw, ContentEncryption::A256Gcm);
    Envelope::new(algorithm, encryption, &key("p256-sec1")).seal(content.as_bytes())
}

fn verdict(body: &str, content_type: Option<&str>, rules: &UserInfoRules<'_>) -> Result<(), Defect> {
    verify_user_info(body.as_bytes(), content_type, rules).map(|claims| assert_eq!(claims["email"], "ada@example.org"))
}

#[test]
fn each_form_accepts_its_own() {
    let scene = Scene::new();
    let (json, signed) = (honest().to_string(), scene.signed(&json!({})));
    let (around_signed, around_json) = (seal(&signed), seal(&json));
    let answers = [(json.as_str(), JSON), (&signed, JWT), (&around_signed, JWT), (&around_json, JWT)];
    for (form, expected) in [
        (UserInfoForm::Json, [Ok(()), Err(Defect::NotJson), Err(Defect::NotJson), Err(Defect::NotJson)]),
        (
            UserInfoForm::Signed,
            [Err(Defect::NotSigned), Ok(()), Err(Defect::UnexpectedEncryption), Err(Defect::UnexpectedEncryption)],
        ),
        (
            UserInfoForm::Encrypted,
            [Err(Defect::NotEncrypted), Err(Defect::NotEncrypted), Ok(()), Err(Defect::NotSigned)],
        ),
        (UserInfoForm::Any, [Ok(()), Ok(()), Ok(()), Ok(())]),
    ] {
        let found = answers.map(|(body, content_type)| verdict(body, content_type, &scene.rules(form)));
        assert_eq!(found, expected, "{form:?}");
    }
}

#[test]
fn encryption_alone_when_no_signature_is_configured() {
    let scene = Scene::new();
    let rules = UserInfoRules { signer: None, ..scene.rules(UserInfoForm::Encrypted) };
    assert_eq!(verdict(&seal(&honest().to_string()), JWT, &rules), Ok(()));
    assert_eq!(verdict(&seal(&scene.signed(&json!({}))), JWT, &rules), Err(Defect::UnexpectedSignature));
    assert_eq!(verdict(&seal("[]"), JWT, &rules), Err(Defect::UnexpectedSignature));
    assert_eq!(verdict(&seal("{} {}"), JWT, &rules), Err(Defect::Claims));
    assert_eq!(verdict(&honest().to_string(), JSON, &rules), Err(Defect::NotEncrypted));
}

#[test]
fn any_means_what_can_be_verified() {
    let scene = Scene::new();
    let rules = UserInfoRules { signer: None, decryption: None, ..scene.rules(UserInfoForm::Any) };
    assert_eq!(verdict(&honest().to_string(), JSON, &rules), Ok(()));
    assert_eq!(verdict(&scene.signed(&json!({})), JWT, &rules), Err(Defect::UnexpectedSignature));
    assert_eq!(verdict(&seal(&honest().to_string()), JWT, &rules), Err(Defect::UnexpectedEncryption));
}

#[test]
fn the_content_type_tells_tokens_from_json() {
    let scene = Scene::new();
    let rules = scene.rules(UserInfoForm::Any);
    let (json, signed) = (honest().to_string(), scene.signed(&json!({})));
    for content_type in ["application/jwt", "Application/JWT", "application/jwt;charset=UTF-8", " application/jwt "] {
        assert_eq!(verdict(&signed, Some(content_type), &rules), Ok(()));
        assert_eq!(verdict(&json, Some(content_type), &rules), Err(Defect::Malformed));
    }
    for content_type in [JSON, None, Some("text/plain"), Some("application/json; charset=utf-8"), Some("")] {
        assert_eq!(verdict(&json, content_type, &rules), Ok(()));
        assert_eq!(verdict(&signed, content_type, &rules), Err(Defect::Claims));
    }
    assert_eq!(verdict(&format!("{signed}\n"), JWT, &rules), Ok(()));
}

#[test]
fn it_is_about_the_person_who_signed_in() {
    let scene = Scene::new();
    let rules = scene.rules(UserInfoForm::Any);
    for (changes, defect) in [
        (json!({ "sub": "bob" }), Defect::SubjectMismatch),
        (json!({ "sub": "Ada" }), Defect::SubjectMismatch),
        (json!({ "sub": "ada " }), Defect::SubjectMismatch),
        (json!({ "sub": null }), Defect::SubjectMissing),
        (json!({ "sub": ["ada"] }), Defect::SubjectMissing),
        (json!({ "sub": "" }), Defect::Subject),
    ] {
        let (json, signed) = (changed(&honest(), &changes).to_string(), scene.signed(&changes));
        for (body, content_type) in [(&json, JSON), (&signed, JWT), (&seal(&signed), JWT), (&seal(&json), JWT)] {
            assert_eq!(verdict(body, content_type, &rules), Err(defect), "{changes}");
        }
    }
}

#[test]
fn a_signed_answer_is_from_the_provider_and_for_us() {
    let scene = Scene::new();
    let rules = scene.rules(UserInfoForm::Signed);
    for (changes, expected) in [
        (json!({ "iss": "https://evil.example.org" }), Err(Defect::Issuer)),
        (json!({ "iss": null }), Err(Defect::IssuerMissing)),
        (json!({ "aud": "another" }), Err(Defect::Audience)),
        (json!({ "aud": null }), Err(Defect::AudienceMissing)),
        (json!({ "aud": ["another", "parloir"] }), Ok(())),
        (json!({ "exp": NOW - 60 }), Err(Defect::Expired)),
        (json!({ "exp": "never" }), Err(Defect::ExpiryMissing)),
        (json!({ "iat": NOW + 61 }), Err(Defect::IssuedInTheFuture)),
        (json!({ "nbf": NOW + 61 }), Err(Defect::NotYetValid)),
        (json!({ "exp": null, "iat": null }), Ok(())),
    ] {
        assert_eq!(verdict(&scene.signed(&changes), JWT, &rules), expected, "{changes}");
        let sealed = seal(&scene.signed(&changes));
        assert_eq!(verdict(&sealed, JWT, &scene.rules(UserInfoForm::Encrypted)), expected, "{changes}");
    }
    let typed = changed(&scene.peer.header(), &json!({ "typ": "logout+jwt" }));
    let logout = scene.peer.sign_under(&typed, honest().to_string().as_bytes());
    assert_eq!(verdict(&logout, JWT, &rules), Err(Defect::Type));
    let other_key = Peer { key: key("rsa-other"), ..Peer::new(SignatureAlgorithm::Rs256) };
    let forged = other_key.sign_under(&scene.peer.header(), honest().to_string().as_bytes());
    assert_eq!(verdict(&forged, JWT, &rules), Err(Defect::Signature));
}

#[test]
fn bodies_that_are_refused() {
    let scene = Scene::new();
    let rules = scene.rules(UserInfoForm::Any);
    for wrong in ["", "[]", "<html>", r#"{"sub":"ada","sub":"bob"}"#, r#"{"sub":"ada"} {}"#] {
        assert_eq!(verdict(wrong, JSON, &rules), Err(Defect::Claims), "{wrong}");
    }
    assert_eq!(verdict(&" ".repeat(256 * 1024 + 1), JSON, &rules), Err(Defect::TooLong));
    assert_eq!(verify_user_info(b"\xff.\xff.\xff", JWT, &rules), Err(Defect::Malformed));
    for token in flipped(&seal(&scene.signed(&json!({})))).step_by(5) {
        assert!(verify_user_info(token.as_bytes(), JWT, &rules).is_err(), "{token}");
    }
}
