//! The tests' own provider does what tests of sign-in rely on, seen by the smallest client there is.

use std::time::Duration;

use jsonwebtoken::Algorithm;
use parloir::base::Clock;
use serde_json::{Value, json};

use crate::harness::START;
use crate::provider::relying_party::{RelyingParty, verified};
use crate::provider::{Browser, Provider};

const JSON: &str = "application/json";
const JWT: &str = "application/token-introspection+jwt";

/// Runs a test that needs no database.
fn run(body: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(body);
}

/// A provider with one account, `ada`, and `more` in its document.
async fn provider(more: Value) -> Provider {
    let mut document = json!({
        "keys": ["EC"],
        "accounts": { "ada": { "claims": { "email": "ada@example.org", "email_verified": true } } },
    });
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Provider::start(&Clock::manual(START), document).await
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

#[test]
fn a_person_signs_in_and_silently_again() {
    run(async {
        let provider = provider(json!({})).await;
        let party = RelyingParty::at(&provider, "one", &json!({})).await;
        let browser = Browser::new();

        let page = browser.sign_in(party.start(&[("login_hint", "ada")]), "ada").await;
        assert_eq!(page.url.as_str().split('?').next().unwrap(), party.own("/callback"));
        assert_eq!((page.parameter("iss").as_str(), page.answer.status), (provider.issuer(), 200));
        let tokens = party.redeem(&page).await;
        let claims = verified(text(&tokens["id_token"]), Algorithm::ES256, &party.jwks().await).unwrap();
        let now = START.as_seconds();
        assert_eq!((&claims["sub"], &claims["nonce"]), (&json!("ada"), &json!("the nonce")));
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!(provider.issuer()), &json!("one")));
        assert_eq!((&claims["iat"], &claims["exp"]), (&json!(now), &json!(now + 3600)));
        assert!(claims["sid"].is_string(), "{claims}");

        let (_, info) = party.userinfo(text(&tokens["access_token"])).await;
        let info: Value = serde_json::from_str(&info).unwrap();
        assert_eq!(info, json!({ "sub": "ada", "email": "ada@example.org", "email_verified": true }));

        let silent = browser.visit(party.start(&[("prompt", "none")])).await;
        assert!(!silent.parameter("code").is_empty(), "{}", silent.answer);
        assert_eq!(silent.trail.len(), 1, "nothing was asked");
        let stopped = browser.stopping_at(&party.own("/callback")).visit(party.start(&[("prompt", "none")])).await;
        assert!(!stopped.parameter("code").is_empty(), "the code is there for a test that replays it");

        let stranger = Browser::new().visit(party.start(&[("prompt", "none")])).await;
        assert_eq!(stranger.parameter("error"), "login_required");
        assert_eq!(provider.requests("/token").await, 1);
    });
}

#[test]
fn a_person_gives_up_denies_and_mistypes() {
    run(async {
        let provider = provider(json!({})).await;
        let party = RelyingParty::at(&provider, "one", &json!({})).await;

        let aborted = Browser::new().abort(party.start(&[])).await;
        assert_eq!((aborted.parameter("error").as_str(), &*aborted.parameter("state")), ("access_denied", "the state"));
        let denied = Browser::new().deny(party.start(&[]), "ada").await;
        assert_eq!(denied.parameter("error"), "access_denied");

        let browser = Browser::new();
        let page = browser.sign_in(party.start(&[]), "nobody").await;
        assert!(page.answer.text().contains("Nobody has this account."), "{}", page.answer);
        let fields = [("account", "ada"), ("answer", "login")];
        assert!(browser.submit(&page, &fields).await.asks("answer", "allow"));
    });
}

#[test]
fn another_person_takes_over_the_browser() {
    run(async {
        let provider = provider(json!({})).await;
        provider.set_claims("eve@example.org", &json!({ "email": "eve@example.org" })).await;
        let party = RelyingParty::at(&provider, "one", &json!({ "skip_consent": true })).await;
        let browser = Browser::new();
        let page = browser.sign_in(party.start(&[]), "ada").await;
        assert_eq!(page.trail.len(), 2, "no consent was asked: {:?}", page.trail);
        let page = browser.sign_in(party.start(&[("prompt", "login")]), "eve@example.org").await;
        let tokens = party.redeem(&page).await;
        let claims = verified(text(&tokens["id_token"]), Algorithm::ES256, &party.jwks().await).unwrap();
        assert_eq!(claims["sub"], "eve@example.org");

        provider.remove_account("eve@example.org").await;
        let page = browser.visit(party.start(&[])).await;
        assert!(page.asks("answer", "login"), "a session without its account is none: {}", page.answer);
    });
}

#[test]
fn signing_out_is_told_in_front_and_behind() {
    run(async {
        let provider = provider(json!({})).await;
        let (one, two) = (
            RelyingParty::at(&provider, "one", &json!({})).await,
            RelyingParty::at(&provider, "two", &json!({})).await,
        );
        let browser = Browser::new();
        let tokens = one.redeem(&browser.sign_in(one.start(&[]), "ada").await).await;
        browser.sign_in(two.start(&[]), "ada").await;

        let page = browser.visit(one.end(text(&tokens["id_token"]))).await;
        let page = browser.submit(&page, &[("logout", "yes")]).await;
        assert_eq!((page.answer.text(), &*page.parameter("state")), ("signed out", "the state"));
        for (party, id) in [(&one, "one"), (&two, "two")] {
            let [token] = party.logout_tokens().try_into().unwrap();
            let claims = verified(&token, Algorithm::ES256, &party.jwks().await).unwrap();
            assert_eq!((&claims["aud"], &claims["sub"]), (&json!(id), &json!("ada")));
            assert!(claims["sid"].is_string() && claims["events"].is_object(), "{claims}");
        }
        let stranger = browser.visit(one.start(&[("prompt", "none")])).await;
        assert_eq!(stranger.parameter("error"), "login_required");

        browser.sign_in(one.start(&[]), "ada").await;
        let told = provider.end_sessions("ada").await;
        assert_eq!(told, [json!({ "client_id": "one", "error": null })]);
        let sent = provider.logout_tokens().await;
        assert_eq!(sent.len(), 3);
        assert_eq!(sent[2]["logout_token"].as_str(), one.logout_tokens().last().map(String::as_str));
        assert_eq!((&sent[2]["uri"], &sent[2]["status"]), (&json!(one.own("/backchannel-logout")), &json!(204)));
        assert!(browser.visit(one.start(&[])).await.asks("answer", "login"));
    });
}

#[test]
fn staying_signed_in_is_possible() {
    run(async {
        let provider = provider(json!({})).await;
        let party = RelyingParty::at(&provider, "one", &json!({})).await;
        let browser = Browser::new();
        let tokens = party.redeem(&browser.sign_in(party.start(&[]), "ada").await).await;
        let page = browser.visit(party.end(text(&tokens["id_token"]))).await;
        let page = browser.submit(&page, &[]).await;
        assert_eq!((page.answer.text(), &*page.parameter("state")), ("signed out", "the state"));
        assert!(browser.visit(party.start(&[])).await.asks("answer", "allow"), "only consent is asked again");
    });
}

#[test]
fn keys_are_rotated() {
    run(async {
        let provider = provider(json!({})).await;
        let party = RelyingParty::at(&provider, "one", &json!({ "skip_consent": true })).await;
        let browser = Browser::new();
        let before = party.jwks().await;
        let first = party.redeem(&browser.sign_in(party.start(&[]), "ada").await).await;

        provider.rotate_keys(true).await;
        let both = party.jwks().await;
        assert_eq!((before.keys.len(), both.keys.len()), (1, 2));
        let second = party.redeem(&browser.visit(party.start(&[])).await).await;
        let known = |tokens: &Value, keys| verified(text(&tokens["id_token"]), Algorithm::ES256, keys);
        assert!(known(&first, &both).is_ok() && known(&second, &both).is_ok());
        assert_eq!(known(&second, &before), Err("unknown kid".to_owned()), "the new key signs");

        provider.rotate_keys(false).await;
        let last = party.jwks().await;
        assert_eq!(last.keys.len(), 1);
        assert_eq!(known(&second, &last), Err("unknown kid".to_owned()));
    });
}

#[test]
fn tokens_are_introspected_expire_and_are_revoked() {
    run(async {
        let provider = provider(json!({ "lifetimes": { "AccessToken": 60 } })).await;
        let party = RelyingParty::at(&provider, "one", &json!({ "skip_consent": true })).await;
        let server = json!({ "redirect_uris": [], "response_types": [], "grant_types": [] });
        let service = RelyingParty::at(&provider, "service", &server).await;
        let mut signing = server;
        signing["introspection_signed_response_alg"] = json!("ES256");
        let signing = RelyingParty::at(&provider, "signing", &signing).await;
        let browser = Browser::new();
        let sign_in = async || {
            let tokens = party.redeem(&browser.sign_in(party.start(&[]), "ada").await).await;
            text(&tokens["access_token"]).to_owned()
        };

        let token = sign_in().await;
        let (content_type, body) = service.introspect(&token, JSON).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert!(content_type.starts_with(JSON), "{content_type}");
        assert_eq!((&body["active"], &body["sub"], &body["client_id"]), (&json!(true), &json!("ada"), &json!("one")));
        assert_eq!((&body["scope"], &body["exp"]), (&json!("openid email"), &json!(START.as_seconds() + 60)));
        let (content_type, body) = signing.introspect(&token, JWT).await;
        assert!(content_type.starts_with(JWT), "{content_type}");
        let claims = verified(&body, Algorithm::ES256, &party.jwks().await).unwrap();
        assert_eq!((&claims["aud"], &claims["token_introspection"]["sub"]), (&json!("signing"), &json!("ada")));

        let inactive = (JSON.to_owned() + "; charset=utf-8", r#"{"active":false}"#.to_owned());
        provider.advance(Duration::from_mins(1)).await;
        assert_eq!(service.introspect(&token, JSON).await, inactive);
        let token = sign_in().await;
        assert_eq!(party.post("revocation", &[("token", &token)]).await.0, 200);
        assert_eq!(service.introspect(&token, JSON).await, inactive);
        let token = sign_in().await;
        assert_eq!(provider.revoke_grants("ada").await, 1);
        assert_eq!(service.introspect(&token, JSON).await, inactive);
    });
}

#[test]
fn faults_come_and_go() {
    run(async {
        let provider = provider(json!({ "path": "/api/v2", "routes": { "userinfo": "/userinfo" } })).await;
        let party = RelyingParty::at(&provider, "one", &json!({})).await;
        assert_eq!(party.endpoint("userinfo"), format!("{}/userinfo", provider.issuer()));
        assert!(provider.issuer().ends_with("/api/v2"));
        let tokens = party.redeem(&Browser::new().sign_in(party.start(&[]), "ada").await).await;
        let token = text(&tokens["access_token"]);

        provider.fail("/userinfo", 503).await;
        assert_eq!(party.userinfo(token).await, (String::new(), String::new()));
        provider.slow("/userinfo", Duration::from_millis(200)).await;
        let started = std::time::Instant::now();
        assert!(party.userinfo(token).await.1.contains("ada@example.org"));
        assert!(started.elapsed() >= Duration::from_millis(200));
        provider.mend("/userinfo").await;
        assert!(party.userinfo(token).await.1.contains("ada@example.org"));
        assert_eq!(provider.requests("/userinfo").await, 3);
        assert_eq!(provider.requests("/token").await, 1);
    });
}

#[test]
fn clients_come_and_go() {
    run(async {
        let provider = provider(json!({})).await;
        let party = RelyingParty::at(&provider, "one", &json!({})).await;
        assert_eq!(provider.clients().await.len(), 1);
        provider.remove_client("one").await;
        assert!(provider.clients().await.is_empty());
        let page = Browser::new().visit(party.start(&[])).await;
        assert!(page.answer.text().contains("invalid_client"), "{}", page.answer);
    });
}
