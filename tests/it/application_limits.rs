//! How long an application's tokens work and from where it may be used, when a token is issued and when it is used.

use std::time::Duration;

use parloir::applications::ApplicationPatch;
use parloir::audit::Actor;
use parloir::base::wire::Nullable;
use serde_json::json;

use crate::harness::forger::claims;
use crate::harness::{Answer, Application, Client, Database, Server, TOKEN, on_both};

const ADA: &str = "ada@example.org";
const ROOMS: &str = "/external-api/v1.0/rooms/";
const MINUTE: Duration = Duration::from_mins(1);

async fn set(server: &Server, application: &Application, patch: ApplicationPatch) {
    server.applications.update(&application.client_id, patch, None, Actor::Operator).await.unwrap();
}

fn lifetime(minutes: Nullable<u32>) -> ApplicationPatch {
    ApplicationPatch { token_lifetime_minutes: minutes, ..Default::default() }
}

fn networks(text: &str) -> ApplicationPatch {
    ApplicationPatch { networks: Some(text.parse().unwrap()), ..Default::default() }
}

/// A server behind a proxy that names its clients, with a person and an application.
async fn behind_a_proxy(database: &Database) -> (Server, Application) {
    let server = database.serve_with(&[("server.trusted_proxies", "127.0.0.1/32")]).await;
    server.account(ADA).await;
    let application = server.application("rooms:list", &["example.org"]).await;
    (server, application)
}

async fn ask_from(server: &Server, application: &Application, address: &str) -> Answer {
    let call = server.anonymous().post(TOKEN).json(&application.body(ADA));
    call.header("x-forwarded-for", address).send().await
}

async fn use_from(acting: &Client, address: &str) -> Answer {
    acting.get(ROOMS).header("x-forwarded-for", address).send().await
}

fn refused(answer: Answer) {
    let body = json!({ "error": "This application is not authorized for this network address." });
    answer.expect_refusal(403, "address_not_allowed", &body);
}

on_both! {
    async fn a_token_works_as_long_as_was_set(server: Server) {
        server.account(ADA).await;
        let application = server.application("rooms:list", &["example.org"]).await;
        set(&server, &application, lifetime(Nullable::Value(5))).await;
        let answer = application.ask(ADA).await.expect(200).json();
        assert_eq!(answer["expires_in"], 300);
        let token = answer["access_token"].as_str().unwrap();
        let told = claims(token);
        assert_eq!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap(), 300);
        let acting = server.anonymous().with_token(token);
        // What is set later is for later tokens.
        set(&server, &application, lifetime(Nullable::Null)).await;
        assert_eq!(application.ask(ADA).await.expect(200).json()["expires_in"], 3600);
        server.clock.advance(5 * MINUTE - Duration::from_secs(1));
        acting.get(ROOMS).expect(200).await;
        server.clock.advance(Duration::from_secs(1));
        let expired = json!({ "detail": "Token expired." });
        acting.get(ROOMS).send().await.expect_refusal(401, "invalid_token", &expired);
    }

    async fn only_from_its_networks(database: Database) {
        let (server, application) = behind_a_proxy(&database).await;
        let acting = server.anonymous().with_token(&application.token_for(ADA).await);
        set(&server, &application, networks("192.0.2.0/24 2001:db8::/32")).await;
        for inside in ["192.0.2.0", "192.0.2.255", "::ffff:192.0.2.7", "2001:db8:ffff::1"] {
            ask_from(&server, &application, inside).await.expect(200);
            use_from(&acting, inside).await.expect(200);
        }
        for outside in ["192.0.3.0", "198.51.100.7", "2001:db9::1", "203.0.113.9, 198.51.100.7"] {
            refused(ask_from(&server, &application, outside).await);
            refused(use_from(&acting, outside).await);
        }
        // A stranger in front of the proxy's client invents an address: it is not believed.
        refused(ask_from(&server, &application, "192.0.2.7, 198.51.100.7").await);
        refused(use_from(&acting, "192.0.2.7, 198.51.100.7").await);
        // Taken back, it counts no more, for tokens that live already as well.
        set(&server, &application, networks("")).await;
        use_from(&acting, "198.51.100.7").await.expect(200);
        ask_from(&server, &application, "198.51.100.7").await.expect(200);
    }

    // The list is told to nobody but the application: a wrong secret is a wrong secret, wherever it comes from.
    async fn only_the_right_secret_learns_of_it(database: Database) {
        let (server, application) = behind_a_proxy(&database).await;
        set(&server, &application, networks("192.0.2.0/24")).await;
        let mut wrong = application.clone();
        wrong.client_secret = server.application("", &[]).await.client_secret;
        let answer = ask_from(&server, &wrong, "198.51.100.7").await;
        answer.expect_refusal(401, "invalid_client", &json!({ "detail": "Invalid credentials" }));
        // Disabled comes first, then the address, then the person.
        let inactive = json!({ "detail": "Application is inactive" });
        let switch = |active| ApplicationPatch { active: Some(active), ..Default::default() };
        set(&server, &application, switch(false)).await;
        ask_from(&server, &application, "198.51.100.7").await.expect_refusal(401, "application_inactive", &inactive);
        set(&server, &application, switch(true)).await;
        let body = application.body("no address");
        let call = server.anonymous().post(TOKEN).json(&body).header("x-forwarded-for", "198.51.100.7");
        refused(call.send().await);
    }

    async fn it_costs_no_query(database: Database) {
        let (server, application) = behind_a_proxy(&database).await;
        set(&server, &application, networks("127.0.0.0/8 192.0.2.0/24")).await;
        set(&server, &application, lifetime(Nullable::Value(5))).await;
        let acting = application.acting_for(ADA).await;
        let before = server.store.statements();
        application.ask(ADA).await.expect(200);
        assert_eq!(server.store.statements() - before, 2);
        acting.call("OPTIONS", ROOMS).expect(403).await;
        assert_eq!(server.store.statements() - before, 3);
        refused(use_from(&acting, "198.51.100.7").await);
        assert_eq!(server.store.statements() - before, 4);
        refused(ask_from(&server, &application, "198.51.100.7").await);
        assert_eq!(server.store.statements() - before, 6, "one SELECT, one line in the trail");
        assert_eq!(server.database.number("SELECT COUNT(*) FROM audit_event WHERE action = 'token.refused'", []).await, 1);
    }
}
