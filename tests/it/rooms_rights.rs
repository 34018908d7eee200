//! Who may change and delete a room through the API, and in which order it is found out.

use serde_json::{Value, json};

use crate::harness::{Answer, Client, Server, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";
const ADA: &str = "ada@example.org";
const GRACE: &str = "grace@example.org";
const ALL: &str = "rooms:list rooms:retrieve rooms:create rooms:update rooms:delete";
const UNKNOWN: &str = "0190b0de-0000-7000-8000-000000000000";

/// Somebody with that scopes who acts for a person.
async fn acting(server: &Server, scopes: &str, email: &str) -> Client {
    server.application(scopes, &["example.org"]).await.acting_for(email).await
}

/// The id of a new room of Ada's; Grace has an account.
async fn room(server: &Server) -> String {
    server.account(ADA).await;
    server.account(GRACE).await;
    let made = acting(server, ALL, ADA).await.post(ROOMS).expect(201).await.json();
    made["id"].as_str().unwrap().to_owned()
}

fn at(id: &str) -> String {
    format!("{ROOMS}{id}/")
}

async fn change(client: &Client, id: &str, body: Value) -> Answer {
    client.call("PATCH", &at(id)).json(&body).send().await
}

async fn delete(client: &Client, id: &str) -> Answer {
    client.call("DELETE", &at(id)).send().await
}

fn forbidden(answer: Answer) {
    let told = json!({ "detail": "You do not have permission to perform this action." });
    answer.expect_refusal(403, "permission_denied", &told);
}

on_both! {
    async fn each_role(server: Server) {
        let id = room(&server).await;
        let grace = acting(&server, ALL, GRACE).await;
        let rename = json!({ "name": "Grace was here" });
        // Somebody without a role, also where the room is open to everybody.
        server.database.execute("UPDATE room SET access_level = 'public'", []).await;
        forbidden(change(&grace, &id, rename.clone()).await);
        forbidden(delete(&grace, &id).await);
        server.give_role(GRACE, &id, "member").await;
        forbidden(change(&grace, &id, rename.clone()).await);
        forbidden(delete(&grace, &id).await);
        assert_eq!(grace.get(&at(&id)).expect(200).await.json()["access_level"], "public");
        server.give_role(GRACE, &id, "administrator").await;
        assert_eq!(change(&grace, &id, rename.clone()).await.expect(200).json()["name"], "Grace was here");
        forbidden(delete(&grace, &id).await);
        // Any owner may, not only who made it.
        server.give_role(GRACE, &id, "owner").await;
        change(&grace, &id, json!({ "name": "Still here" })).await.expect(200);
        let answer = delete(&grace, &id).await.expect(204);
        assert!(answer.is_empty(), "{answer}");
        let (renamed, deleted) = (server.database.events("room.renamed").await, server.database.events("room.deleted").await);
        assert_eq!((renamed.len(), deleted.len()), (2, 1));
    }

    async fn a_role_that_was_taken_counts_at_once(server: Server) {
        let id = room(&server).await;
        let (ada, elsewhere) = (acting(&server, ALL, ADA).await, server.second_instance().await);
        change(&ada, &id, json!({ "name": "Mine" })).await.expect(200);
        server.give_role(ADA, &id, "member").await;
        for client in [&ada, &ada.at(elsewhere.address())] {
            forbidden(change(client, &id, json!({ "name": "Mine again" })).await);
            forbidden(delete(client, &id).await);
        }
        assert_eq!(ada.get(&at(&id)).expect(200).await.json()["name"], "Mine");
    }

    async fn the_scope_comes_before_everything_else(server: Server) {
        let id = room(&server).await;
        let without_update = acting(&server, "rooms:list rooms:retrieve rooms:create rooms:delete", ADA).await;
        let without_delete = acting(&server, "rooms:list rooms:retrieve rooms:create rooms:update", ADA).await;
        let none = acting(&server, "", ADA).await;
        let told = |scope: &str| json!({ "detail": format!("Insufficient permissions. Required scope: {scope}") });
        for id in [&*id, UNKNOWN, "x"] {
            for (content_type, body) in [("application/json", "{"), ("application/json", r#"{"name": ""}"#), ("text/plain", "x")] {
                let answer = without_update.call("PATCH", &at(id)).body(content_type, body).send().await;
                assert_eq!(answer.header("allow"), "GET, PATCH, DELETE, HEAD, OPTIONS");
                answer.expect_refusal(403, "insufficient_scope", &told("rooms:update"));
            }
            delete(&without_delete, id).await.expect_refusal(403, "insufficient_scope", &told("rooms:delete"));
            let nothing = json!({ "detail": "Insufficient permissions." });
            change(&none, id, json!({})).await.expect_refusal(403, "insufficient_scope", &nothing);
            delete(&none, id).await.expect_refusal(403, "insufficient_scope", &nothing);
        }
        // And before the role.
        let grace = acting(&server, "rooms:list", GRACE).await;
        change(&grace, &id, json!({})).await.expect_refusal(403, "insufficient_scope", &told("rooms:update"));
        // Each scope opens its own call alone.
        acting(&server, "rooms:update", ADA).await.get(&at(&id)).expect(403).await;
        change(&acting(&server, "rooms:update", ADA).await, &id, json!({ "name": "x" })).await.expect(200);
        delete(&acting(&server, "rooms:delete", ADA).await, &id).await.expect(204);
    }

    async fn whether_there_is_such_a_room_comes_before_its_fields(server: Server) {
        let id = room(&server).await;
        let (ada, grace) = (acting(&server, ALL, ADA).await, acting(&server, ALL, GRACE).await);
        let wrong = json!({ "name": "", "access_level": "x", "configuration": 5 });
        let (no_room, nothing) =
            (json!({ "detail": "No Room matches the given query." }), json!({ "detail": "Not found." }));
        for body in [wrong.clone(), json!({})] {
            change(&ada, UNKNOWN, body.clone()).await.expect_refusal(404, "room_not_found", &no_room);
            change(&ada, "x", body.clone()).await.expect_refusal(404, "not_found", &nothing);
            forbidden(change(&grace, &id, body).await);
        }
        delete(&ada, UNKNOWN).await.expect_refusal(404, "room_not_found", &no_room);
        for id in ["x", "1", "%00", "%2e%2e", "'%20OR%201=1", "0190b0de-0000-7000-8000"] {
            change(&ada, id, json!({})).await.expect_refusal(404, "not_found", &nothing);
            delete(&ada, id).await.expect_refusal(404, "not_found", &nothing);
        }
        change(&ada, &id, wrong).await.expect(400);
        // An id that can be none is told before the body is read.
        ada.call("PATCH", &at("x")).body("text/plain", "x").send().await.expect_refusal(404, "not_found", &nothing);
    }

    async fn bodies_that_cannot_be_read(server: Server) {
        let id = room(&server).await;
        let ada = acting(&server, ALL, ADA).await;
        for content_type in ["application/x-www-form-urlencoded", "text/plain", "application/merge-patch+json"] {
            let told = json!({ "detail": format!("Unsupported media type \"{content_type}\" in request.") });
            let answer = ada.call("PATCH", &at(&id)).body(content_type, "name=x").send().await;
            answer.expect_refusal(415, "unsupported_media_type", &told);
        }
        let answer = ada.call("PATCH", &at(&id)).body("application/json", "{").expect(400).await;
        assert_eq!(answer.code(), "parse_error");
        let told = json!({ "non_field_errors": ["Invalid data. Expected a dictionary, but got list."] });
        change(&ada, &id, json!([])).await.expect_refusal(400, "invalid_request", &told);
        let told = json!({ "detail": "Request body is too large." });
        change(&ada, &id, json!({ "name": "x".repeat(64 * 1024) })).await.expect_refusal(413, "payload_too_large", &told);
        // A deletion needs no body, and reads none.
        ada.call("DELETE", &at(&id)).body("text/plain", "{").expect(204).await;
    }

    async fn both_slash_forms_and_other_methods(server: Server) {
        let id = room(&server).await;
        let ada = acting(&server, ALL, ADA).await;
        let bare = format!("{ROOMS}{id}");
        ada.call("PATCH", &bare).json(&json!({ "name": "Without" })).expect(200).await;
        for id in [id.to_uppercase(), id.replace('-', "")] {
            change(&ada, &id, json!({ "name": id })).await.expect(200);
        }
        for (method, path) in [("PUT", &bare), ("PUT", &at(&id)), ("POST", &at(&id)), ("TRACE", &bare)] {
            let told = json!({ "detail": format!("Method \"{method}\" not allowed.") });
            let answer = ada.call(method, path).send().await;
            assert_eq!(answer.header("allow"), "GET, PATCH, DELETE, HEAD, OPTIONS", "{answer}");
            answer.expect_refusal(405, "method_not_allowed", &told);
        }
        for method in ["PATCH", "DELETE"] {
            let answer = ada.call(method, ROOMS).expect(405).await;
            assert_eq!(answer.header("allow"), "GET, POST, HEAD, OPTIONS");
        }
        let told = json!({ "detail": "Insufficient permissions. Required scope: None" });
        ada.call("OPTIONS", &bare).send().await.expect_refusal(403, "insufficient_scope", &told);
        // Nobody without a token.
        for method in ["PATCH", "DELETE", "PUT"] {
            server.anonymous().call(method, &bare).expect(401).await;
        }
        ada.call("DELETE", &bare).expect(204).await;
    }
}
