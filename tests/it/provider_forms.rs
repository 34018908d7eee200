//! The tests' own provider makes every kind of token that ours must understand, and asks clients for what it was told to ask for.

use axum::routing::get;
use axum::{Json, Router};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use parloir::base::Clock;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::harness::START;
use crate::peer::{Key, open};
use crate::provider::relying_party::{RelyingParty, verified};
use crate::provider::{Browser, Provider};

/// Runs a test that needs no database on a provider with this document and the account `ada`.
fn run<F: Future<Output = ()>>(mut document: Value, body: impl FnOnce(Provider) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let account = json!({ "claims": { "email": "ada@example.org" }, "acr": "eidas1", "amr": ["pwd"] });
        document["accounts"] = json!({ "ada": account });
        body(Provider::start(&Clock::manual(START), document).await).await;
    });
}

/// The tokens of a sign-in whose request has these parameters over the usual ones.
async fn tokens(party: &RelyingParty, over: &[(&str, &str)]) -> Value {
    party.redeem(&Browser::new().sign_in(party.start(over), "ada").await).await
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

#[test]
fn tokens_are_signed_with_every_algorithm() {
    run(json!({}), |provider| async move {
        let algorithms = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA, Algorithm::HS256];
        for algorithm in algorithms {
            let name = format!("{algorithm:?}");
            let metadata = json!({
                "id_token_signed_response_alg": name,
                "userinfo_signed_response_alg": name,
                "introspection_signed_response_alg": name,
            });
            let party = RelyingParty::at(&provider, &name, &metadata).await;
            let jwks = party.jwks().await;
            let tokens = tokens(&party, &[]).await;
            verified(text(&tokens, "id_token"), algorithm, &jwks).unwrap();
            let (content_type, info) = party.userinfo(text(&tokens, "access_token")).await;
            assert_eq!(content_type, "application/jwt; charset=utf-8");
            let claims = verified(&info, algorithm, &jwks).unwrap();
            assert_eq!((&claims["iss"], &claims["aud"]), (&json!(provider.issuer()), &json!(name)));
            assert_eq!((&claims["sub"], &claims["email"]), (&json!("ada"), &json!("ada@example.org")));
            let (_, answer) =
                party.introspect(text(&tokens, "access_token"), "application/token-introspection+jwt").await;
            let claims = verified(&answer, algorithm, &jwks).unwrap();
            assert_eq!(claims["token_introspection"]["active"], true);
        }
    });
}

#[test]
fn everything_is_encrypted_in_every_way() {
    run(json!({ "keys": ["EC"] }), |provider| async move {
        let keys = [Key::rsa("rsa"), Key::ec("ec")];
        let jwks = json!({ "keys": [keys[0].public(), keys[1].public()] });
        let algs = [("RSA-OAEP", 0), ("RSA-OAEP-256", 0), ("ECDH-ES", 1), ("ECDH-ES+A256KW", 1)];
        for ((alg, key), enc) in algs.into_iter().flat_map(|alg| [(alg, "A256GCM"), (alg, "A128CBC-HS256")]) {
            let mut metadata = json!({ "jwks": jwks, "userinfo_signed_response_alg": "ES256" });
            for what in ["id_token", "userinfo", "introspection"] {
                metadata[format!("{what}_encrypted_response_alg")] = json!(alg);
                metadata[format!("{what}_encrypted_response_enc")] = json!(enc);
            }
            let party = RelyingParty::at(&provider, &format!("{alg} {enc}"), &metadata).await;
            let tokens = tokens(&party, &[]).await;
            let access_token = text(&tokens, "access_token");
            let (_, info) = party.userinfo(access_token).await;
            let (_, answer) = party.introspect(access_token, "application/token-introspection+jwt").await;
            for sealed in [text(&tokens, "id_token"), &info, &answer] {
                let (header, token) = open(sealed, &keys[key]);
                assert_eq!((&header["alg"], &header["enc"], &header["cty"]), (&json!(alg), &json!(enc), &json!("JWT")));
                assert_eq!(header["kid"], keys[key].kid);
                verified(&token, Algorithm::ES256, &party.jwks().await).unwrap();
            }
        }
    });
}

#[test]
fn a_client_proves_itself_with_its_key() {
    run(json!({ "keys": ["EC"] }), |provider| async move {
        let key = Key::ec("ours");
        let metadata = json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": [key.public()] } });
        let party = RelyingParty::at(&provider, "one", &metadata).await;
        let page = Browser::new().sign_in(party.start(&[]), "ada").await;
        let redeem = async |audience: &str| {
            let now = START.as_seconds();
            let header = Header { kid: Some("ours".to_owned()), ..Header::new(Algorithm::ES256) };
            let claims =
                json!({ "iss": "one", "sub": "one", "aud": audience, "jti": audience, "iat": now, "exp": now + 60 });
            let signer = EncodingKey::from_ec_pem(key.private_pem().as_bytes()).unwrap();
            let assertion = jsonwebtoken::encode(&header, &claims, &signer).unwrap();
            party.redeem_asserting(&page, &assertion).await
        };
        assert_eq!(redeem("https://another.example.org").await["error"], "invalid_client");
        assert!(redeem(provider.issuer()).await["id_token"].is_string());
    });
}

#[test]
fn levels_are_asked_for_and_had_or_not() {
    let levels = json!({ "keys": ["EC"], "acr_values": ["eidas1", "eidas2"] });
    let claims = |level: &str| json!({ "id_token": { "acr": { "essential": true, "values": [level] }, "amr": null } });
    run(levels.clone(), |provider| async move {
        let party = RelyingParty::at(&provider, "one", &json!({})).await;
        let jwks = party.jwks().await;
        let got = tokens(&party, &[("claims", &claims("eidas1").to_string())]).await;
        let token = verified(text(&got, "id_token"), Algorithm::ES256, &jwks).unwrap();
        assert_eq!((&token["acr"], &token["amr"]), (&json!("eidas1"), &json!(["pwd"])));

        let asked = claims("eidas2").to_string();
        let start = party.start(&[("claims", &asked)]);
        let refused = Browser::new().sign_in(&start, "ada").await;
        assert_eq!(refused.parameter("error"), "unmet_authentication_requirements");
        provider.set_account("ada", &json!({ "claims": {}, "acr": "eidas2" })).await;
        let got = tokens(&party, &[("claims", &asked)]).await;
        assert_eq!(verified(text(&got, "id_token"), Algorithm::ES256, &jwks).unwrap()["acr"], "eidas2");
    });
    let mut careless = levels;
    careless["ignore_acr_request"] = json!(true);
    run(careless, |provider| async move {
        let party = RelyingParty::at(&provider, "one", &json!({})).await;
        let got = tokens(&party, &[("claims", &claims("eidas2").to_string())]).await;
        let token = verified(text(&got, "id_token"), Algorithm::ES256, &party.jwks().await).unwrap();
        assert_eq!(token["acr"], "eidas1", "less than was asked for");
    });
}

#[test]
fn a_code_challenge_is_required_where_it_was_said() {
    run(json!({ "keys": ["EC"] }), |provider| async move {
        let party = RelyingParty::at(&provider, "one", &json!({ "require_pkce": true })).await;
        let page = Browser::new().visit(party.start(&[])).await;
        assert_eq!(page.parameter("error"), "invalid_request");
        // RFC 7636, appendix B.
        let challenge =
            [("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256")];
        let page = Browser::new().sign_in(party.start(&challenge), "ada").await;
        let callback = party.own("/callback");
        let code = page.parameter("code");
        let grant = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &callback)];
        let verifier = ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(party.post("token", &[&grant[..], &[verifier]].concat()).await.0, 200);
    });
}

#[test]
fn claims_of_any_shape_come_where_they_were_said() {
    let organizations = json!([
        { "id": 1, "siret": "13002526500013", "is_external": "true" },
        { "id": "2", "siret": "21920023500014", "is_external": false, "label": null },
    ]);
    let document = json!({ "keys": ["EC"], "claims_in_id_token": true, "lifetimes": { "IdToken": 120 } });
    run(document, |provider| async move {
        let subject = "https://example.org/people?n=1#154";
        provider.set_claims(subject, &json!({ "email": null, "organizations": organizations, "siret": "1" })).await;
        let party = RelyingParty::at(&provider, "one", &json!({})).await;
        let start = party.start(&[("scope", "openid email organizations")]);
        let tokens = party.redeem(&Browser::new().sign_in(start, subject).await).await;
        let claims = verified(text(&tokens, "id_token"), Algorithm::ES256, &party.jwks().await).unwrap();
        assert_eq!((&claims["sub"], &claims["organizations"]), (&json!(subject), &organizations));
        assert_eq!((&claims["email"], claims.get("siret")), (&Value::Null, None));
        assert_eq!(claims["exp"], START.as_seconds() + 120);
    });
    let own = json!({ "keys": ["EC"], "claims": { "openid": ["sub"], "office": ["desk"] } });
    run(own, |provider| async move {
        provider.set_claims("ada", &json!({ "desk": { "floor": 3 } })).await;
        let party = RelyingParty::at(&provider, "one", &json!({})).await;
        let tokens = tokens(&party, &[("scope", "openid office")]).await;
        let (_, info) = party.userinfo(text(&tokens, "access_token")).await;
        assert_eq!(serde_json::from_str::<Value>(&info).unwrap(), json!({ "sub": "ada", "desk": { "floor": 3 } }));
    });
}

#[test]
fn tokens_are_for_an_audience_and_are_renewed() {
    let api = json!({ "scope": "groups", "audience": "the api", "accessTokenFormat": "opaque" });
    let document = json!({
        "keys": ["EC"],
        "resources": { "https://api.example.org": api },
        "default_resource": "https://api.example.org",
        "rotate_refresh_tokens": true,
    });
    run(document, |provider| async move {
        let party = RelyingParty::at(&provider, "one", &json!({ "skip_consent": true })).await;
        let first = tokens(&party, &[("scope", "openid groups")]).await;
        let (_, answer) = party.introspect(text(&first, "access_token"), "application/json").await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!((&answer["aud"], &answer["scope"]), (&json!("the api"), &json!("groups")));

        let refresh = [("grant_type", "refresh_token"), ("refresh_token", text(&first, "refresh_token"))];
        let (status, second) = party.post("token", &refresh).await;
        assert_eq!(status, 200, "{second}");
        assert_ne!(text(&first, "refresh_token"), text(&second, "refresh_token"));
        assert_eq!(party.post("token", &refresh).await, (400, second_use()));
    });
}

fn second_use() -> Value {
    json!({ "error": "invalid_grant", "error_description": "grant request is invalid" })
}

#[test]
fn two_providers_share_a_browser() {
    run(json!({ "keys": ["EC"] }), |one| async move {
        let account = json!({ "eve": { "claims": {} } });
        let two = Provider::start(&Clock::manual(START), json!({ "keys": ["EC"], "accounts": account })).await;
        let first = RelyingParty::at(&one, "one", &json!({})).await;
        let second = RelyingParty::at(&two, "two", &json!({})).await;
        let browser = Browser::new();
        browser.sign_in(first.start(&[]), "ada").await;
        browser.sign_in(second.start(&[]), "eve").await;
        for (provider, party) in [(&one, &first), (&two, &second)] {
            let session = format!("op{}", provider.issuer().rsplit_once(':').unwrap().1);
            assert!(browser.cookie(provider.issuer(), &session).is_some());
            assert_eq!(browser.visit(party.start(&[("prompt", "none")])).await.parameter("error"), "");
        }
    });
}

#[test]
fn the_keys_of_a_client_are_fetched_from_it() {
    run(json!({ "keys": ["EC"] }), |provider| async move {
        let key = Key::ec("ours");
        let jwks = json!({ "keys": [key.public()] });
        let routes = Router::new().route("/jwks", get(async || Json(jwks)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let metadata = json!({
            "jwks_uri": format!("http://{}/jwks", listener.local_addr().unwrap()),
            "id_token_encrypted_response_alg": "ECDH-ES",
            "id_token_encrypted_response_enc": "A256GCM",
        });
        tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
        let party = RelyingParty::at(&provider, "one", &metadata).await;
        let (header, _) = open(text(&tokens(&party, &[]).await, "id_token"), &key);
        assert_eq!(header["kid"], "ours");
    });
}
