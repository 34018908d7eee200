//! How many statements a request costs: what makes the token path as quick as it is, kept from growing unseen.

use std::future::Future;

use serde_json::json;

use crate::harness::{Answer, Kind, Server, TOKEN, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";

/// The statements of one request on an otherwise idle server.
async fn cost(server: &Server, request: impl Future<Output = Answer>) -> u64 {
    let before = server.store.statements();
    request.await;
    server.store.statements() - before
}

async fn events(server: &Server, action: &str) -> i64 {
    let sql = "SELECT COUNT(*) FROM audit_event WHERE action = $1";
    server.database.number(sql, [action.into()]).await
}

on_both! {
    async fn issuing_is_one_select_and_one_insert(server: Server) {
        server.account("ada@example.org").await;
        let application = server.application("rooms:list", &["example.org"]).await;
        for issued in 1..=3 {
            assert_eq!(cost(&server, async { application.ask("ada@example.org").await.expect(200) }).await, 2);
            assert_eq!(events(&server, "token.issued").await, issued);
        }
        // Refused after the right secret: the same, with the refusal in the trail.
        assert_eq!(cost(&server, async { application.ask("nobody@example.org").await.expect(404) }).await, 2);
        assert_eq!(cost(&server, async { application.ask("no address").await.expect(400) }).await, 2);
        assert_eq!(events(&server, "token.refused").await, 1);
    }

    async fn unknown_and_wrong_cost_the_same(server: Server) {
        server.account("ada@example.org").await;
        let (application, other) = (server.application("", &["*"]).await, server.application("", &["*"]).await);
        let client = server.anonymous();
        let ask = async |id: &str, secret: &str| {
            let body = json!({
                "client_id": id, "client_secret": secret, "grant_type": "client_credentials", "scope": "ada@example.org",
            });
            cost(&server, async { client.post(TOKEN).json(&body).expect(401).await }).await
        };
        assert_eq!(ask(application.client_id.as_str(), &other.client_secret).await, 2);
        assert_eq!(ask("nobody", &other.client_secret).await, 2);
        // A secret that cannot be one of ours costs no look-up, only its line in the trail.
        assert_eq!(ask(application.client_id.as_str(), "swordfish").await, 1);
        for length in [1, 1024, 60_000] {
            assert_eq!(ask("nobody", &"x".repeat(length)).await, 1);
        }
        for _ in 6..100 {
            ask("nobody", "swordfish").await;
        }
        // Beyond the limit nothing is written any more.
        let body = json!({ "client_id": "x", "client_secret": "x", "grant_type": "client_credentials", "scope": "x" });
        assert_eq!(cost(&server, async { client.post(TOKEN).json(&body).expect(429).await }).await, 0);
        // Nor is anything asked of the database for wrong fields.
        assert_eq!(cost(&server, async { client.post(TOKEN).json(&json!({})).expect(400).await }).await, 0);
    }

    async fn events_of_many_tokens_are_written_together(server: Server) {
        server.account("ada@example.org").await;
        let application = server.application("", &["*"]).await;
        let before = server.store.statements();
        let asking = (0..40).map(|_| {
            let application = application.clone();
            tokio::spawn(async move { application.ask("ada@example.org").await.expect(200) })
        });
        for asked in asking.collect::<Vec<_>>() {
            asked.await.unwrap();
        }
        let statements = server.store.statements() - before;
        // And so is what is looked up for them.
        assert!((2..=80).contains(&statements), "{statements}");
        assert_eq!(events(&server, "token.issued").await, 40);
    }

    async fn using_is_one_select_before_the_action(server: Server) {
        server.account("ada@example.org").await;
        let application = server.application("rooms:list rooms:retrieve rooms:create", &["example.org"]).await;
        let acting = application.acting_for("ada@example.org").await;
        let room = acting.post(ROOMS).expect(201).await.json();
        let path = format!("{ROOMS}{}/", room["id"].as_str().unwrap());
        // The token alone.
        assert_eq!(cost(&server, async { acting.call("OPTIONS", ROOMS).expect(403).await }).await, 1);
        assert_eq!(cost(&server, async { acting.call("PUT", ROOMS).expect(405).await }).await, 1);
        assert_eq!(cost(&server, async { acting.post(ROOMS).json(&json!([])).expect(400).await }).await, 1);
        // And the action: one room; a count and a page; room, address, role and event, which SQLite takes together.
        assert_eq!(cost(&server, async { acting.get(&path).expect(200).await }).await, 2);
        assert_eq!(cost(&server, async { acting.get(ROOMS).expect(200).await }).await, 3);
        let making = if server.database.kind == Kind::Sqlite { 1 } else { 4 };
        assert_eq!(cost(&server, async { acting.post(ROOMS).expect(201).await }).await, 1 + making);
        // Without a token of ours, nothing.
        let anonymous = server.anonymous();
        assert_eq!(cost(&server, async { anonymous.get(ROOMS).expect(401).await }).await, 0);
        assert_eq!(cost(&server, async { anonymous.with_token("x").get(ROOMS).expect(401).await }).await, 0);
        server.clock.advance(std::time::Duration::from_hours(1));
        assert_eq!(cost(&server, async { acting.get(ROOMS).expect(401).await }).await, 0);
    }
}
