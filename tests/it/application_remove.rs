//! The end of an application: what goes with it and what stays.

use parloir::applications::{ApplicationError, NewApplication};
use parloir::audit::Actor;
use serde_json::{Value, json};

use crate::harness::{Kind, Server, domains, on_both, scopes};

const ADA: &str = "ada@example.org";
const ROOMS: &str = "/external-api/v1.0/rooms/";

/// Every column of the schema that refers to applications.
async fn references(server: &Server) -> Vec<(String, String)> {
    let sql = match server.database.kind {
        Kind::Sqlite => {
            "SELECT m.name, f.\"from\" FROM sqlite_master m, pragma_foreign_key_list(m.name) f \
             WHERE m.type = 'table' AND f.\"table\" = 'application'"
        }
        Kind::Postgres => {
            "SELECT c.conrelid::regclass::text, a.attname::text FROM pg_constraint c \
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
             WHERE c.contype = 'f' AND c.confrelid = 'application'::regclass"
        }
    };
    let rows = server.database.rows(sql, []).await;
    rows.iter().map(|row| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())).collect()
}

on_both! {
    async fn nothing_dangles_and_rooms_stay(server: Server) {
        let ada = server.account(ADA).await;
        let new = NewApplication {
            name: "Calendar".to_owned(),
            scopes: scopes("rooms:list rooms:create"),
            domains: domains(&["example.org"]),
            allow_user_creation: true,
            ..Default::default()
        };
        let application = server.new_application(new).await;
        let acting = application.acting_for(ADA).await;
        let room = json!({ "external_id": "event-1" });
        acting.post(ROOMS).header("idempotency-key", "k").json(&room).expect(201).await;
        application.acting_for("grace@example.org").await.post(ROOMS).expect(201).await;
        server.applications.add_manager(&application.client_id, ada.id, Actor::Operator).await.unwrap();
        server.applications.write_usage().await.unwrap();
        server.applications.write_activity().await.unwrap();
        let deleted = server.applications.delete(&application.client_id, Actor::Operator).await.unwrap();
        assert_eq!(deleted.id, application.id);
        // Its tokens stop at once, and so does it.
        let gone = json!({ "detail": "Application not found." });
        acting.get(ROOMS).send().await.expect_refusal(401, "application_not_found", &gone);
        application.ask(ADA).await.expect_refusal(401, "invalid_client", &json!({ "detail": "Invalid credentials" }));
        let references = references(&server).await;
        assert!(references.len() >= 10, "{references:?}");
        for (table, column) in references {
            let sql = format!("SELECT COUNT(*) FROM {table} WHERE {column} IS NOT NULL");
            assert_eq!(server.database.number(&sql, []).await, 0, "{table}.{column}");
        }
        // Rooms and people stay.
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room WHERE deleted_at IS NULL", []).await, 2);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room_access", []).await, 2);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM account", []).await, 2);
        // The trail keeps its id, and says once which client that was.
        let events = server.database.events("application.deleted").await;
        let details = json!({ "client_id": application.client_id, "slug": "calendar" });
        assert_eq!(events.iter().map(crate::harness::Event::details).collect::<Vec<Value>>(), [details]);
        assert_eq!(events[0].application_id, Some(application.id.as_uuid()));
        let issued = &server.database.events("token.issued").await[0];
        assert_eq!(issued.application_id, Some(application.id.as_uuid()));
        let known = server.applications.id_of(&application.client_id).await.unwrap();
        assert_eq!(known, Some(application.id));
        // Once is enough, and the slug is free again.
        let again = server.applications.delete(&application.client_id, Actor::Operator).await;
        assert!(matches!(again, Err(ApplicationError::NotFound)), "{again:?}");
        let new = NewApplication { name: "x".to_owned(), slug: Some("calendar".to_owned()), ..Default::default() };
        server.new_application(new).await;
    }

    async fn in_force_on_another_instance_at_once(server: Server) {
        server.account(ADA).await;
        let application = server.application("rooms:list", &["example.org"]).await;
        let elsewhere = server.second_instance().await;
        let acting = application.acting_for(ADA).await.at(elsewhere.address());
        acting.get(ROOMS).expect(200).await;
        server.applications.delete(&application.client_id, Actor::Operator).await.unwrap();
        assert_eq!(acting.get(ROOMS).expect(401).await.code(), "application_not_found");
    }
}
