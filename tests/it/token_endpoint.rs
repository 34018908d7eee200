//! `POST /external-api/v1.0/application/token/`: who gets a token, and what everybody else is told.

use std::time::Duration;

use parloir::audit::Actor;
use serde_json::{Value, json};

use crate::harness::{Answer, Application, Database, Server, TOKEN, on_both};

/// The same credentials with some fields replaced; `null` removes one.
fn changed(body: &Value, changes: &Value) -> Value {
    let mut body = body.as_object().unwrap().clone();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => body.remove(name),
            value => body.insert(name.clone(), value.clone()),
        };
    }
    Value::Object(body)
}

async fn ask(server: &Server, body: &Value) -> Answer {
    let answer = server.anonymous().post(TOKEN).json(body).send().await;
    assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
    assert_eq!(answer.header("allow"), "POST, OPTIONS", "{answer}");
    answer
}

fn assert_challenge(answer: &Answer) {
    assert_eq!(answer.header("www-authenticate"), "Bearer", "{answer}");
}

/// A secret in the right form that belongs to nobody here.
async fn foreign_secret(server: &Server) -> String {
    server.application("", &["*"]).await.client_secret
}

async fn disable(server: &Server, application: &Application) {
    server.applications.set_active(&application.client_id, false, Actor::Operator).await.unwrap();
}

on_both! {
    async fn gives_a_token(server: Server) {
        server.account("ada@example.org").await;
        let application = server.application("rooms:create rooms:list", &["example.org"]).await;
        let answer = ask(&server, &application.body("ada@example.org")).await.expect(200);
        let token = answer.json()["access_token"].clone();
        let expected = json!({
            "access_token": token, "token_type": "Bearer", "expires_in": 3600, "scope": "rooms:create rooms:list",
        });
        assert_eq!(answer.json(), expected);
        let keys: Vec<_> = answer.json().as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["access_token", "token_type", "expires_in", "scope"]);
        assert_eq!(answer.header("parloir-error-code"), "");
        assert_eq!(answer.header("set-cookie"), "");
    }

    async fn an_application_without_scopes_is_told_none(server: Server) {
        server.account("ada@example.org").await;
        let answer = server.application("", &["example.org"]).await.ask("ada@example.org").await.expect(200);
        let keys: Vec<_> = answer.json().as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["access_token", "token_type", "expires_in"]);
    }

    async fn wrong_fields_are_told_all_at_once_before_anything_is_looked_up(server: Server) {
        let application = server.application("", &["example.org"]).await;
        let right = application.body("ada@example.org");
        let required = || json!(["This field is required."]);
        let blank = || json!(["This field may not be blank."]);
        for (changes, told) in [
            (
                json!({ "client_id": null, "client_secret": null, "grant_type": null, "scope": null }),
                json!({
                    "client_id": required(), "client_secret": required(), "grant_type": required(), "scope": required(),
                }),
            ),
            (
                json!({ "client_id": "", "client_secret": "  " }),
                json!({ "client_id": blank(), "client_secret": blank() }),
            ),
            (json!({ "scope": "\u{a0}\n" }), json!({ "scope": blank() })),
            (
                json!({ "client_id": true, "client_secret": [], "scope": {} }),
                json!({
                    "client_id": ["Not a valid string."], "client_secret": ["Not a valid string."],
                    "scope": ["Not a valid string."],
                }),
            ),
            (
                json!({ "grant_type": "authorization_code" }),
                json!({ "grant_type": ["\"authorization_code\" is not a valid choice."] }),
            ),
            (
                json!({ "grant_type": " client_credentials" }),
                json!({ "grant_type": ["\" client_credentials\" is not a valid choice."] }),
            ),
            (
                json!({ "grant_type": "", "client_secret": "wrong" }),
                json!({ "grant_type": ["\"\" is not a valid choice."] }),
            ),
            (json!({ "client_id": "a\u{0}b" }), json!({ "client_id": ["Null characters are not allowed."] })),
        ] {
            ask(&server, &changed(&right, &changes)).await.expect_refusal(400, "invalid_request", &told);
        }
        // A null is not the same as nothing.
        let mut body = right.clone();
        body["scope"] = Value::Null;
        ask(&server, &body).await.expect_refusal(
            400,
            "invalid_request",
            &json!({ "scope": ["This field may not be null."] }),
        );
        // A wrong field comes before wrong credentials.
        let body = json!({ "client_id": "nobody", "client_secret": "wrong", "grant_type": "client_credentials" });
        ask(&server, &body).await.expect_refusal(400, "invalid_request", &json!({ "scope": required() }));
    }

    async fn unknown_clients_and_wrong_secrets_hear_the_same(server: Server) {
        server.account("ada@example.org").await;
        let application = server.application("", &["example.org"]).await;
        let right = application.body("ada@example.org");
        let other = foreign_secret(&server).await;
        let inactive = server.application("", &["example.org"]).await;
        disable(&server, &inactive).await;
        for changes in [
            json!({ "client_id": "nobody" }),
            json!({ "client_id": 42 }),
            json!({ "client_id": application.client_id.as_str().to_uppercase() }),
            json!({ "client_id": application.id }),
            json!({ "client_secret": "swordfish" }),
            json!({ "client_secret": 42 }),
            json!({ "client_secret": other }),
            json!({ "client_secret": application.client_secret.to_lowercase() }),
            // Neither that an application is inactive nor anything of the person is told to them.
            json!({ "client_id": inactive.client_id, "client_secret": other }),
            json!({ "client_secret": other, "scope": "no address" }),
            json!({ "client_secret": other, "scope": "ada@example.net" }),
            json!({ "client_secret": other, "scope": "nobody@example.org" }),
        ] {
            let answer = ask(&server, &changed(&right, &changes)).await;
            assert_challenge(&answer);
            answer.expect_refusal(401, "invalid_client", &json!({ "detail": "Invalid credentials" }));
        }
        ask(&server, &right).await.expect(200);
    }

    async fn an_inactive_application_learns_it_with_the_right_secret(server: Server) {
        server.account("ada@example.org").await;
        let application = server.application("", &["example.org"]).await;
        disable(&server, &application).await;
        for email in ["ada@example.org", "no address", "ada@example.net", "nobody@example.org"] {
            let answer = application.ask(email).await;
            assert_challenge(&answer);
            answer.expect_refusal(401, "application_inactive", &json!({ "detail": "Application is inactive" }));
        }
        server.applications.set_active(&application.client_id, true, Actor::Operator).await.unwrap();
        application.ask("ada@example.org").await.expect(200);
    }

    async fn address_then_domain_then_person(server: Server) {
        server.account("ada@example.org").await;
        server.account("ada@example.net").await;
        let application = server.application("", &["example.org"]).await;
        let invalid = json!({ "error": "Scope should be a valid email address." });
        for scope in [
            json!("ada"),
            json!("ada@"),
            json!("@example.org"),
            json!("ada@example"),
            json!("a b@example.org"),
            json!("ada@example.org."),
            json!("ada@@example.org"),
            json!("a@b@example.org"),
            json!("rooms:list"),
            json!("ada@example.org,eve@example.org"),
            json!("Ada <ada@example.org>"),
            json!(5),
            json!(format!("{}@example.org", "a".repeat(320))),
        ] {
            let body = changed(&application.body(""), &json!({ "scope": scope }));
            ask(&server, &body).await.expect_refusal(400, "invalid_subject", &invalid);
        }
        let closed = json!({ "error": "This application is not authorized for this email domain." });
        // No sub-domain, no parent, no suffix; and before it is looked whether there is such a person.
        for email in [
            "ada@example.net",
            "nobody@example.net",
            "ada@sub.example.org",
            "ada@badexample.org",
            "ada@example.org.evil.net",
        ] {
            application.ask(email).await.expect_refusal(403, "domain_not_allowed", &closed);
        }
        let unknown = json!({ "detail": "User not found." });
        application.ask("nobody@example.org").await.expect_refusal(404, "user_not_found", &unknown);
        let disabled = "ada@example.org".parse().unwrap();
        server.accounts.set_enabled(&disabled, false, Actor::Operator).await.unwrap();
        application.ask("ada@example.org").await.expect_refusal(404, "user_not_found", &unknown);
        server.accounts.set_enabled(&disabled, true, Actor::Operator).await.unwrap();
        application.ask("ada@example.org").await.expect(200);
    }

    async fn domains_are_closed_unless_opened(server: Server) {
        server.account("ada@example.org").await;
        let closed = server.application("rooms:list", &[]).await.ask("ada@example.org").await;
        closed.expect_refusal(
            403,
            "domain_not_allowed",
            &json!({ "error": "This application is not authorized for this email domain." }),
        );
        let open = server.application("rooms:list", &["*"]).await;
        open.ask("ada@example.org").await.expect(200);
        open.ask("nobody@example.net").await.expect_refusal(
            404,
            "user_not_found",
            &json!({ "detail": "User not found." }),
        );
    }

    async fn a_person_is_found_whatever_the_case_of_her_address(server: Server) {
        server.account("Ada.Lovelace+x@Example.org").await;
        server.account("eve@bücher.example").await;
        let application = server.application("", &["EXAMPLE.org", "xn--bcher-kva.example"]).await;
        for email in [
            "ada.lovelace+x@example.org",
            "ADA.LOVELACE+X@EXAMPLE.ORG",
            "  ada.lovelace+x@example.org\n",
            "EVE@BÜCHER.example",
            "eve@xn--bcher-kva.example",
        ] {
            application.ask(email).await.expect(200);
        }
        // No folding beyond that.
        for email in ["adalovelace+x@example.org", "ada.lovelace@example.org"] {
            application.ask(email).await.expect(404);
        }
    }

    async fn failed_authentications_are_limited_and_successful_ones_are_not(server: Server) {
        server.account("ada@example.org").await;
        let application = server.application("", &["example.org"]).await;
        let wrong = changed(&application.body("ada@example.org"), &json!({ "client_secret": "swordfish" }));
        for _ in 0..100 {
            ask(&server, &wrong).await.expect(401);
        }
        server.clock.advance(Duration::from_millis(14_500));
        let answer = ask(&server, &wrong).await;
        assert_eq!(answer.header("retry-after"), "46");
        let told = json!({ "detail": "Request was throttled. Expected available in 46 seconds." });
        answer.expect_refusal(429, "too_many_requests", &told);
        // Whoever knows the secret is not locked out by others behind the same address.
        for _ in 0..120 {
            ask(&server, &application.body("ada@example.org")).await.expect(200);
        }
        server.clock.advance(Duration::from_millis(45_500));
        ask(&server, &wrong).await.expect(401);
    }

    async fn a_setting_limits_successful_ones_too(database: Database) {
        let server = database.serve_with(&[("delegation.tokens_per_minute", "3")]).await;
        server.account("ada@example.org").await;
        let (busy, other) = (server.application("", &["*"]).await, server.application("", &["*"]).await);
        for _ in 0..3 {
            busy.ask("ada@example.org").await.expect(200);
        }
        let answer = busy.ask("ada@example.org").await;
        assert_eq!(answer.header("retry-after"), "60");
        let told = json!({ "detail": "Request was throttled. Expected available in 60 seconds." });
        answer.expect_refusal(429, "too_many_requests", &told);
        other.ask("ada@example.org").await.expect(200);
        server.clock.advance(Duration::from_mins(1));
        busy.ask("ada@example.org").await.expect(200);
    }
}
