//! Who is behind a token: found by (issuer, subject), made by the provider's rules, and never taken for somebody else.

use serde_json::{Value, json};

use super::{INVALID, ROOMS, Stage};
use crate::harness::{Answer, Database, on_both};
use crate::peer::{Scene, person};

const UNKNOWN: &str = "Login failed: No user found for the given access token.";

#[track_caller]
fn assert_refused(answer: Answer, code: &str, text: &str) {
    assert_eq!(answer.header("www-authenticate"), INVALID, "{answer}");
    answer.expect_refusal(401, code, &json!({ "detail": text }));
}

async fn create(stage: &Stage, token: &str) -> Answer {
    stage.caller(token).post(ROOMS).send().await
}

on_both! {
    async fn an_account_is_made_once_and_is_that_of_the_sign_in(database: Database) {
        let stage = Stage::with(&database, &[]).await;
        let (token, other) = (stage.token(), stage.token());
        let room = create(&stage, &token).await.expect(201).json();
        assert_eq!((stage.count("account").await, stage.count("identity").await), (1, 1));
        let rooms = stage.list(&other).await.expect(200).json();
        assert_eq!((&rooms["count"], &rooms["results"][0]["id"]), (&json!(1), &room["id"]));
        assert_eq!((stage.count("account").await, stage.asked()), (1, 2));

        // She finds the room when she signs in.
        let Stage { peer, server, .. } = stage;
        peer.person(&json!({ "sub": "sub-xanthippe" }));
        let scene = Scene { peer, server };
        let browser = scene.signed_in().await;
        let page = browser.visit(scene.at("/rooms")).await;
        assert!(page.answer.text().contains(room["slug"].as_str().unwrap()), "{}", page.answer);
        assert_eq!(database.number("SELECT COUNT(*) FROM account", []).await, 1);

        // The trail has her as the one who did it, and the client beside.
        let made = database.events("room.created").await;
        assert_eq!((made.len(), made[0].actor_kind.as_str(), made[0].application_id), (1, "person", None));
        assert_eq!((made[0].actor_id, made[0].details()["client_id"].clone()), (made[0].on_behalf_of, json!("calendar")));
        assert_eq!(made[0].details()["access_level"], "trusted");
        let accounts = database.events("account.created").await;
        assert_eq!((accounts.len(), accounts[0].details()["provider"].clone()), (1, json!("test")));
    }

    async fn many_first_requests_make_one_account(database: Database) {
        let stage = Stage::on(&database, json!({}), &[]).await;
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..12 {
            let caller = stage.caller(&stage.token());
            waiting.spawn(async move { caller.post(ROOMS).send().await.status });
        }
        assert_eq!(waiting.join_all().await, vec![201; 12]);
        assert_eq!((stage.count("account").await, stage.count("identity").await, stage.count("room").await), (1, 1, 12));
    }

    async fn nobody_is_made_before_the_scope_of_the_call_was_checked(database: Database) {
        let stage = Stage::with(&database, &[]).await;
        stage.says(json!({ "scope": "openid rooms:list" }));
        let token = stage.token();
        let lacking = json!({ "detail": "Insufficient permissions. Required scope: rooms:create" });
        create(&stage, &token).await.expect_refusal(403, "insufficient_scope", &lacking);
        let none = json!({ "detail": "Insufficient permissions. Required scope: None" });
        let caller = stage.caller(&token);
        caller.call("OPTIONS", ROOMS).send().await.expect_refusal(403, "insufficient_scope", &none);
        caller.call("PUT", ROOMS).send().await.expect(405);
        stage.says(json!({ "scope": "openid" }));
        let none = json!({ "detail": "Insufficient permissions." });
        stage.list(&stage.token()).await.expect_refusal(403, "insufficient_scope", &none);
        assert_eq!(stage.count("account").await, 0);
        caller.get(ROOMS).expect(200).await;
        assert_eq!(stage.count("account").await, 1);
        create(&stage, &token).await.expect_refusal(403, "insufficient_scope", &lacking);
    }

    async fn nobody_is_made_where_the_provider_makes_nobody(database: Database) {
        let stage = Stage::on(&database, json!({ "create_users": false }), &[]).await;
        assert_refused(stage.list(&stage.token()).await, "user_not_found", UNKNOWN);
        assert_eq!(stage.count("account").await, 0);
        let stage = Stage::on(&database, json!({ "essential_claims": ["siret"] }), &[]).await;
        assert_refused(stage.list(&stage.token()).await, "user_not_found", UNKNOWN);
        assert_eq!(stage.count("account").await, 0);
        stage.says(json!({ "siret": "13002526500013" }));
        stage.list(&stage.token()).await.expect(200);
        // Whom it knows by now, it may say less of.
        stage.says(json!({}));
        stage.list(&stage.token()).await.expect(200);
        assert_eq!(stage.count("account").await, 1);
    }

    async fn a_disabled_person_is_refused_at_once(database: Database) {
        let stage = Stage::with(&database, &[]).await;
        stage.says(json!({ "email": "ada@example.org", "email_verified": true }));
        let token = stage.token();
        stage.list(&token).await.expect(200);
        let email = "ada@example.org".parse().unwrap();
        stage.server.accounts.set_enabled(&email, false, parloir::audit::Actor::Operator).await.unwrap();
        assert_refused(stage.list(&token).await, "account_disabled", "User account is disabled.");
        assert_eq!(stage.asked(), 1, "the answer is remembered, what follows from it is not");
        stage.server.accounts.set_enabled(&email, true, parloir::audit::Actor::Operator).await.unwrap();
        stage.list(&token).await.expect(200);
        assert_eq!(stage.asked(), 1);
    }

    async fn an_address_that_nobody_vouches_for_finds_nobody(database: Database) {
        let stage = Stage::with(&database, &[]).await;
        let ada = stage.server.account("ada@example.org").await;
        for said in [json!({}), json!({ "email_verified": false }), json!({ "email_verified": "true" })] {
            let subject = person(&format!("sub-{}", stage.asked()));
            stage.peer.person(&subject);
            let mut says = json!({ "email": "ada@example.org" });
            says.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
            stage.says(says);
            stage.list(&stage.token()).await.expect(200);
        }
        assert_eq!((stage.count("account").await, stage.count("identity").await), (4, 3));
        let found = stage.server.accounts.identities(ada.id).await.unwrap();
        assert!(found.is_empty(), "{found:?}");
    }

    async fn an_address_that_is_vouched_for_is_met_as_at_sign_in(database: Database) {
        let stage = Stage::with(&database, &[]).await;
        let ada = stage.server.account("ada@example.org").await;
        stage.says(json!({ "email": "Ada@example.org", "email_verified": true }));
        stage.list(&stage.token()).await.expect(200);
        assert_eq!((stage.count("account").await, stage.server.accounts.identities(ada.id).await.unwrap().len()), (1, 1));
        // An account that somebody signs in to already has to be proven, which no token can.
        stage.peer.person(&json!({ "sub": "eve" }));
        assert_refused(stage.list(&stage.token()).await, "user_not_found", UNKNOWN);
        assert_eq!((stage.count("account").await, stage.count("identity").await), (1, 1));
    }

    async fn a_token_makes_no_administrator(database: Database) {
        let admin: Value = json!({ "admin_claim": { "name": "groups", "value": "admins" } });
        let stage = Stage::on(&database, admin, &[]).await;
        stage.says(json!({ "groups": ["admins"] }));
        stage.list(&stage.token()).await.expect(200);
        assert_eq!(database.number("SELECT COUNT(*) FROM account WHERE role = 'ADMIN'", []).await, 0);
    }

    async fn the_same_subject_elsewhere_is_somebody_else(database: Database) {
        let one = Stage::with(&database, &[]).await;
        create(&one, &one.token()).await.expect(201);
        let two = Stage::with(&database, &[]).await;
        assert_eq!(two.list(&two.token()).await.expect(200).json()["count"], 0);
        assert_eq!(two.count("account").await, 2);
    }
}
