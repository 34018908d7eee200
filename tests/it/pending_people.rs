//! People for whom an application acted before they came.

use std::collections::BTreeSet;

use parloir::accounts::NewAccount;
use parloir::applications::NewApplication;
use parloir::audit::Actor;
use parloir::base::Secret;
use serde_json::json;

use crate::harness::forger::claims;
use crate::harness::{Application, PASSWORD, Server, TOKEN, domains, on_both, scopes};

const ROOMS: &str = "/external-api/v1.0/rooms/";

/// An application that may make accounts for people of example.org.
async fn inviting(server: &Server) -> Application {
    let new = NewApplication {
        name: "Calendar".to_owned(),
        scopes: scopes("rooms:list rooms:create"),
        domains: domains(&["example.org"]),
        allow_user_creation: true,
        ..Default::default()
    };
    server.new_application(new).await
}

async fn accounts(server: &Server) -> i64 {
    server.database.number("SELECT COUNT(*) FROM account", []).await
}

async fn of_status(server: &Server, status: &str) -> i64 {
    let sql = "SELECT COUNT(*) FROM account WHERE status = $1";
    server.database.number(sql, [status.into()]).await
}

on_both! {
    async fn made_once_whatever_asks_at_once(server: Server) {
        let application = inviting(&server).await;
        let elsewhere = server.second_instance().await;
        let asking = (0..50).map(|n| {
            let email = match n % 4 {
                0 => "New.Person@example.org",
                1 => "new.person@EXAMPLE.ORG",
                2 => " NEW.PERSON@example.org ",
                _ => "new.person@example.org",
            };
            let call = server.anonymous().at(if n % 2 == 0 { server.address() } else { elsewhere.address() });
            let call = call.post(TOKEN).json(&application.body(email));
            tokio::spawn(async move { call.expect(200).await.json()["access_token"].as_str().unwrap().to_owned() })
        });
        let mut people = BTreeSet::new();
        for asked in asking.collect::<Vec<_>>() {
            people.insert(claims(&asked.await.unwrap())["user_id"].as_str().unwrap().to_owned());
        }
        assert_eq!(people.len(), 1);
        assert_eq!(accounts(&server).await, 1);
        let sql = "SELECT COUNT(*) FROM account WHERE status = 'pending' AND NOT email_verified AND role = 'USER' \
                   AND password_hash IS NULL AND email_key = 'new.person@example.org' AND created_by_application = $1";
        assert_eq!(server.database.number(sql, [application.id.into()]).await, 1);
        let sql = "SELECT COUNT(*) FROM audit_event \
                   WHERE action = 'account.created' AND actor_kind = 'application' AND application_id = $1";
        assert_eq!(server.database.number(sql, [application.id.into()]).await, 1);
        assert_eq!(
            server.database.number("SELECT COUNT(*) FROM audit_event WHERE action = 'token.issued'", []).await,
            50
        );
    }

    async fn only_where_it_is_allowed(server: Server) {
        let application = inviting(&server).await;
        for (email, status) in
            [("a@example.net", 403), ("a@sub.example.org", 403), ("no address", 400), ("a@example", 400)]
        {
            application.ask(email).await.expect(status);
        }
        let plain = server.application("rooms:list", &["*"]).await;
        let told = json!({ "detail": "User not found." });
        plain.ask("a@example.org").await.expect_refusal(404, "user_not_found", &told);
        server.applications.set_active(&application.client_id, false, Actor::Operator).await.unwrap();
        application.ask("a@example.org").await.expect(401);
        assert_eq!(accounts(&server).await, 0);
        // Once there, she is found by whoever may act for her domain.
        server.applications.set_active(&application.client_id, true, Actor::Operator).await.unwrap();
        application.ask("a@example.org").await.expect(200);
        plain.ask("A@example.org").await.expect(200);
        assert_eq!(accounts(&server).await, 1);
    }

    async fn she_keeps_her_rooms_when_she_comes(server: Server) {
        let application = inviting(&server).await;
        let acting = application.acting_for("Ada@example.org").await;
        let room = acting.post(ROOMS).expect(201).await.json();
        let new = NewAccount {
            email: "ada@Example.org".parse().unwrap(),
            name: Some("Ada".to_owned()),
            administrator: false,
            password: Some(Secret::new(PASSWORD)),
        };
        let account = server.accounts.create(new.clone(), Actor::Operator).await.unwrap();
        assert_eq!((accounts(&server).await, of_status(&server, "active").await), (1, 1));
        assert!(account.email_verified);
        // The token that was issued before still works, for the same person.
        let list = acting.get(ROOMS).expect(200).await.json();
        assert_eq!(list["results"], json!([room]));
        let token = application.token_for("ada@example.org").await;
        assert_eq!(claims(&token)["user_id"], json!(account.id));
        let me = server.sign_in("ada@example.org").await.get("/auth/users/me/").expect(200).await.json();
        assert_eq!(
            (&me["id"], &me["email"], &me["name"]),
            (&json!(account.id), &json!("ada@Example.org"), &json!("Ada"))
        );
        // She cannot be made twice.
        assert!(server.accounts.create(new, Actor::Operator).await.is_err());
    }

    async fn coming_and_being_invited_at_once(server: Server) {
        let application = inviting(&server).await;
        let new = |email: &str| NewAccount {
            email: email.parse().unwrap(),
            name: None,
            administrator: false,
            password: None,
        };
        for n in 0..10 {
            let email = format!("person{n}@example.org");
            let (made, asked) =
                tokio::join!(server.accounts.create(new(&email), Actor::Operator), application.ask(&email));
            let token = asked.expect(200).json()["access_token"].as_str().unwrap().to_owned();
            assert_eq!(claims(&token)["user_id"], json!(made.unwrap().id));
        }
        assert_eq!((accounts(&server).await, of_status(&server, "active").await), (10, 10));
    }

    async fn a_pending_person_can_be_disabled_and_has_no_way_in(server: Server) {
        let application = inviting(&server).await;
        let acting = application.acting_for("ada@example.org").await;
        let credentials = json!({ "email": "ada@example.org", "password": PASSWORD });
        server.anonymous().post("/auth/login/").json(&credentials).expect(401).await;
        server.accounts.set_enabled(&"ada@example.org".parse().unwrap(), false, Actor::Operator).await.unwrap();
        acting.get(ROOMS).expect(401).await;
        application.ask("ada@example.org").await.expect(404);
        assert_eq!(accounts(&server).await, 1);
    }
}
