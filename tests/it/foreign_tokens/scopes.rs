//! Whose tokens are taken, and what they allow: the token's scopes, of which the client's count, as far as they are ours.

use serde_json::json;

use super::{ROOMS, Stage};
use crate::harness::{Answer, Database, on_sqlite};

const CLIENTS: &str = r#"["calendar", {"client_id": "helpdesk", "scopes": ["rooms:list", "rooms:delete"]}]"#;

async fn list(stage: &Stage) -> u16 {
    stage.list(&stage.token()).await.status
}

async fn create(stage: &Stage) -> Answer {
    stage.caller(&stage.token()).post(ROOMS).send().await
}

#[test]
fn a_client_may_have_fewer_scopes_than_its_tokens() {
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[("resource_server.accepted_clients", CLIENTS)]).await;
        create(&stage).await.expect(201);
        stage.says(json!({ "client_id": "helpdesk" }));
        assert_eq!(list(&stage).await, 200);
        let lacking = json!({ "detail": "Insufficient permissions. Required scope: rooms:create" });
        create(&stage).await.expect_refusal(403, "insufficient_scope", &lacking);
        stage.says(json!({ "client_id": "helpdesk", "scope": "rooms:create" }));
        let none = json!({ "detail": "Insufficient permissions." });
        create(&stage).await.expect_refusal(403, "insufficient_scope", &none);
        stage.says(json!({ "client_id": "crm" }));
        assert_eq!(list(&stage).await, 401);
    });
}

#[test]
fn unknown_clients_are_taken_where_the_settings_say_so() {
    on_sqlite(async |database: Database| {
        let settings =
            [("resource_server.accepted_clients", CLIENTS), ("resource_server.accept_unknown_clients", "true")];
        let stage = Stage::with(&database, &settings).await;
        for client in ["crm", "calendar"] {
            stage.says(json!({ "client_id": client }));
            create(&stage).await.expect(201);
        }
        stage.says(json!({ "client_id": "helpdesk" }));
        create(&stage).await.expect(403);
        stage.says(json!({ "client_id": null }));
        assert_eq!(list(&stage).await, 401);
    });
}

#[test]
fn another_member_may_name_the_client() {
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[("resource_server.audience_claim", "aud")]).await;
        for (aud, status) in [
            (json!("calendar"), 200),
            (json!(["crm", "calendar"]), 200),
            (json!("crm"), 401),
            (json!(["crm"]), 401),
            (json!([]), 401),
            (json!(["calendar", 1]), 401),
            (json!({ "calendar": true }), 401),
            (json!(true), 401),
        ] {
            stage.says(json!({ "client_id": "crm", "aud": aud }));
            assert_eq!(list(&stage).await, status, "{aud}");
        }
    });
}

#[test]
fn all_required_scopes_must_be_there() {
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[("resource_server.required_scopes", "lasuite_meet, groups")]).await;
        for (scope, status) in [
            ("rooms:list lasuite_meet groups", 200),
            ("groups rooms:list openid lasuite_meet", 200),
            ("rooms:list lasuite_meet", 403),
            ("rooms:list groups", 403),
            ("rooms:list Lasuite_meet groups", 403),
            ("rooms:list lasuite_meet:groups", 403),
            ("rooms:list", 403),
            ("", 403),
        ] {
            stage.says(json!({ "scope": scope }));
            let (before, answer) = (stage.count("account").await, stage.list(&stage.token()).await);
            assert_eq!(answer.status, status, "{scope}: {answer}");
            if status == 403 {
                let challenge = "Bearer error=\"insufficient_scope\", scope=\"lasuite_meet groups\"";
                assert_eq!(answer.header("www-authenticate"), challenge);
                let told = json!({ "detail": "Insufficient permissions." });
                answer.expect_refusal(403, "insufficient_scope", &told);
                assert_eq!(stage.count("account").await, before);
            }
        }
        stage.says(json!({ "scope": null }));
        assert_eq!(list(&stage).await, 403);
    });
}

#[test]
fn a_prefix_is_taken_off() {
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[("resource_server.scope_prefix", "lasuite_meet")]).await;
        for (scope, status) in [
            ("lasuite_meet:rooms:list", 200),
            ("LaSuite_Meet:Rooms:List", 200),
            ("rooms:list", 200),
            ("lasuite_meet:lasuite_meet:rooms:list", 403),
            ("lasuite_meetrooms:list", 403),
            ("other:rooms:list", 403),
            ("lasuite_meet", 403),
        ] {
            stage.says(json!({ "scope": scope }));
            assert_eq!(list(&stage).await, status, "{scope}");
        }
    });
}

/// What goes by the application elsewhere has none here, and what goes by the caller is the client's own.
#[test]
fn a_client_is_no_application() {
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[("resource_server.accepted_clients", "calendar, crm")]).await;
        let all = "rooms:list rooms:create rooms:retrieve rooms:update rooms:delete";
        let says = |client: &str| stage.says(json!({ "client_id": client, "scope": all }));
        says("calendar");
        let (calendar, body) = (stage.caller(&stage.token()), json!({ "external_id": "event-1" }));
        let key = ("idempotency-key", "\"once\"");
        let room = calendar.post(ROOMS).header(key.0, key.1).json(&body).expect(201).await.json();
        assert_eq!(room.get("external_id"), None);
        let path = format!("{ROOMS}{}/", room["id"].as_str().unwrap());
        let changed = calendar
            .call("PATCH", &path)
            .json(&json!({ "external_id": "event-1", "name": "Standup" }))
            .expect(200)
            .await
            .json();
        assert_eq!((changed.get("external_id"), &changed["name"]), (None, &json!("Standup")));
        let again = calendar.post(ROOMS).header(key.0, key.1).json(&body).expect(201).await.json();
        assert_eq!(again["id"], room["id"]);
        says("crm");
        let crm = stage.caller(&stage.token());
        let other = crm.post(ROOMS).header(key.0, key.1).json(&body).expect(201).await.json();
        assert_ne!(other["id"], room["id"], "a key is the client's own");
        assert_eq!(stage.count("room_external_id").await, 0);
        crm.call("DELETE", &path).expect(204).await;
        let deleted = database.events("room.deleted").await;
        assert_eq!((deleted[0].actor_kind.as_str(), deleted[0].details()), ("person", json!({ "client_id": "crm" })));
        // The rules of rooms are those of every caller.
        stage.server.account("grace@example.org").await;
        let application = stage.server.application("rooms:create", &["*"]).await;
        let hers = application.acting_for("grace@example.org").await.post(ROOMS).expect(201).await.json();
        let path = format!("{ROOMS}{}/", hers["id"].as_str().unwrap());
        let told = json!({ "detail": "You do not have permission to perform this action." });
        calendar.get(&path).send().await.expect_refusal(403, "permission_denied", &told);
    });
}
