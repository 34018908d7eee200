//! `POST /external-api/v1.0/rooms/`.

use serde_json::{Value, json};

use crate::harness::{Client, Database, Server, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";

async fn ready(server: &Server) -> Client {
    server.account("ada@example.org").await;
    let application = server.application("rooms:create rooms:list rooms:retrieve", &["example.org"]).await;
    application.acting_for("ada@example.org").await
}

async fn refused(acting: &Client, body: Value, told: Value) {
    acting.post(ROOMS).json(&body).send().await.expect_refusal(400, "invalid_request", &told);
}

async fn rooms(server: &Server) -> i64 {
    server.database.number("SELECT COUNT(*) FROM room", []).await
}

on_both! {
    async fn a_room(database: Database) {
        let server = database.serve_with(&[("server.public_url", "https://meet.example.org")]).await;
        let acting = ready(&server).await;
        let answer = acting.post(ROOMS).header("x-forwarded-host", "evil.example.net").expect(201).await;
        let room = answer.json();
        let slug = room["slug"].as_str().unwrap();
        let url = format!("https://meet.example.org/rooms/{slug}");
        assert_eq!(
            room,
            json!({
                "id": room["id"], "name": slug, "slug": slug, "access_level": "trusted", "configuration": {},
                "url": url,
            })
        );
        assert_eq!(answer.header("location"), url);
        assert_eq!(answer.header("allow"), "GET, POST, HEAD, OPTIONS");
        let parts: Vec<_> = slug.split('-').map(str::len).collect();
        assert_eq!(parts, [3, 4, 3]);
        assert!(slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{slug}");
        let id: uuid::Uuid = room["id"].as_str().unwrap().parse().unwrap();
        assert_eq!(id.get_version_num(), 7);
        // She owns it.
        let sql = "SELECT COUNT(*) FROM room_access m JOIN account a ON a.id = m.account_id \
                   WHERE m.room_id = $1 AND m.role = 'owner' AND a.email_key = 'ada@example.org'";
        assert_eq!(server.database.number(sql, [id.into()]).await, 1);
        assert_eq!(acting.get(ROOMS).expect(200).await.json()["results"], json!([room]));
    }

    async fn nothing_has_to_be_sent(server: Server) {
        let acting = ready(&server).await;
        for (content_type, body) in [
            ("application/json", "{}"),
            ("application/json", ""),
            ("text/plain", ""),
            (
                "application/json",
                r#"{"id": "x", "name": 5, "slug": ["taken"], "pin_code": null, "url": "x", "anything": {}}"#,
            ),
        ] {
            let room = acting.post(ROOMS).body(content_type, body).expect(201).await.json();
            assert_eq!(
                (&room["access_level"], &room["configuration"], &room["name"]),
                (&json!("trusted"), &json!({}), &room["slug"])
            );
        }
        acting.post("/external-api/v1.0/rooms").expect(201).await;
        acting.post(ROOMS).multipart(&[("name", "x")]).expect(201).await;
    }

    async fn access_levels(server: Server) {
        let acting = ready(&server).await;
        for level in ["trusted", "restricted"] {
            let room = acting.post(ROOMS).json(&json!({ "access_level": level })).expect(201).await.json();
            assert_eq!(room["access_level"], level);
        }
        let choice = |text: &str| json!({ "access_level": [format!("\"{text}\" is not a valid choice.")] });
        for (level, told) in [
            (json!("x"), choice("x")),
            (json!(""), choice("")),
            (json!("Trusted"), choice("Trusted")),
            (json!(" trusted"), choice(" trusted")),
            (json!(5), choice("5")),
            (json!(true), choice("True")),
            (json!(null), json!({ "access_level": ["This field may not be null."] })),
            (json!("public"), json!({ "access_level": ["Public rooms are disabled for the external API."] })),
        ] {
            refused(&acting, json!({ "access_level": level }), told).await;
        }
        assert_eq!(rooms(&server).await, 2);
    }

    async fn public_rooms_where_they_are_allowed(database: Database) {
        let allowed = database.serve_with(&[("rooms.api_allow_public", "true")]).await;
        let acting = ready(&allowed).await;
        let room = acting.post(ROOMS).json(&json!({ "access_level": "public" })).expect(201).await.json();
        assert_eq!(room["access_level"], "public");
        assert_eq!(acting.post(ROOMS).expect(201).await.json()["access_level"], "trusted");
        // The same address, so that the token counts there as well; public by default allows public.
        let settings = [("server.public_url", allowed.public_url()), ("rooms.api_default_access_level", "public")];
        let default = database.serve_with(&settings).await;
        let acting = acting.at(default.address());
        assert_eq!(acting.post(ROOMS).expect(201).await.json()["access_level"], "public");
        acting.post(ROOMS).json(&json!({ "access_level": "public" })).expect(201).await;
        let settings = [("server.public_url", allowed.public_url()), ("rooms.api_default_access_level", "restricted")];
        let closed = database.serve_with(&settings).await;
        let acting = acting.at(closed.address());
        assert_eq!(acting.post(ROOMS).expect(201).await.json()["access_level"], "restricted");
        refused(
            &acting,
            json!({ "access_level": "public" }),
            json!({ "access_level": ["Public rooms are disabled for the external API."] }),
        )
        .await;
    }

    async fn configurations(server: Server) {
        let acting = ready(&server).await;
        for (sent, stored) in [
            (json!({}), json!({})),
            (
                json!({ "can_publish_sources": ["camera", "microphone", "screen_share", "screen_share_audio"] }),
                Value::Null,
            ),
            (json!({ "everyone_can_mute": true, "can_publish_sources": [] }), Value::Null),
            (json!({ "everyone_can_mute": null, "can_publish_sources": null }), Value::Null),
            (json!({ "everyone_can_mute": "no" }), json!({ "everyone_can_mute": false })),
        ] {
            let stored = if stored.is_null() { sent.clone() } else { stored };
            let room = acting.post(ROOMS).json(&json!({ "configuration": sent })).expect(201).await.json();
            assert_eq!(room["configuration"], stored);
            let again = acting.get(&format!("{ROOMS}{}/", room["id"].as_str().unwrap())).expect(200).await.json();
            assert_eq!(again["configuration"], stored);
        }
        refused(&acting, json!({ "configuration": null }), json!({ "configuration": ["This field may not be null."] }))
            .await;
        let told = json!({ "configuration": [{
            "type": "extra_forbidden", "loc": ["unsupported_flag"], "msg": "Extra inputs are not permitted",
            "input": "True", "url": "https://errors.pydantic.dev/2.13/v/extra_forbidden",
        }] });
        refused(&acting, json!({ "configuration": { "unsupported_flag": true } }), told).await;
    }

    async fn all_errors_of_a_configuration(server: Server) {
        let acting = ready(&server).await;
        let body = json!({ "access_level": "nobody", "configuration": {
            "can_publish_sources": ["camera", "Camera", 5, null, { "a": 1.5 }],
            "everyone_can_mute": "maybe",
            "x": [1, null, { "y": false }],
        } });
        let answer = acting.post(ROOMS).json(&body).expect(400).await;
        assert_eq!(answer.code(), "invalid_request");
        insta::assert_json_snapshot!("configuration_errors", answer.json());
        for (configuration, kind) in [
            (json!([]), "model_type"),
            (json!("x"), "model_type"),
            (json!(5), "model_type"),
            (json!(false), "model_type"),
            (json!({ "can_publish_sources": "camera" }), "list_type"),
            (json!({ "can_publish_sources": {} }), "list_type"),
            (json!({ "everyone_can_mute": [] }), "bool_type"),
            (json!({ "everyone_can_mute": 2 }), "bool_parsing"),
            (json!({ "": 1 }), "extra_forbidden"),
        ] {
            let answer = acting.post(ROOMS).json(&json!({ "configuration": configuration })).expect(400).await;
            assert_eq!(answer.json()["configuration"][0]["type"], kind, "{answer}");
        }
        assert_eq!(rooms(&server).await, 0);
    }

    async fn multipart_forms(server: Server) {
        let acting = ready(&server).await;
        let room = acting
            .post(ROOMS)
            .multipart(&[("access_level", "restricted"), ("configuration", r#"{"everyone_can_mute": "yes"}"#)])
            .expect(201)
            .await
            .json();
        assert_eq!(
            (&room["access_level"], &room["configuration"]),
            (&json!("restricted"), &json!({ "everyone_can_mute": true }))
        );
        // An empty choice in a form is none.
        let room = acting.post(ROOMS).multipart(&[("access_level", "")]).expect(201).await.json();
        assert_eq!(room["access_level"], "trusted");
        let answer = acting.post(ROOMS).multipart(&[("configuration", "{"), ("access_level", "x")]).send().await;
        let told =
            json!({ "access_level": ["\"x\" is not a valid choice."], "configuration": ["Value must be valid JSON."] });
        answer.expect_refusal(400, "invalid_request", &told);
        for (content_type, body) in [
            ("multipart/form-data", "x"),
            ("multipart/form-data; boundary=x", "no such boundary"),
            ("multipart/form-data; boundary=x", "--x\r\n"),
        ] {
            let answer = acting.post(ROOMS).body(content_type, body).expect(400).await;
            assert!(answer.json()["detail"].as_str().unwrap().starts_with("Multipart form parse error - "), "{answer}");
            assert_eq!(answer.code(), "parse_error");
        }
    }

    async fn bodies_that_cannot_be_read(server: Server) {
        let acting = ready(&server).await;
        for content_type in ["application/x-www-form-urlencoded", "text/plain", "application/xml", ""] {
            let told = json!({ "detail": format!("Unsupported media type \"{content_type}\" in request.") });
            let answer = acting.post(ROOMS).body(content_type, "access_level=trusted").send().await;
            answer.expect_refusal(415, "unsupported_media_type", &told);
        }
        for body in ["{", "{\"access_level\": trusted}", "\"\u{0}", &"[".repeat(5000)] {
            let answer = acting.post(ROOMS).body("application/json", body.to_owned()).expect(400).await;
            assert!(answer.json()["detail"].as_str().unwrap().starts_with("JSON parse error - "), "{answer}");
            assert_eq!(answer.code(), "parse_error");
        }
        let list = json!({ "non_field_errors": ["Invalid data. Expected a dictionary, but got list."] });
        refused(&acting, json!([]), list).await;
        let large = acting.post(ROOMS).json(&json!({ "name": "x".repeat(64 * 1024) })).send().await;
        large.expect_refusal(413, "payload_too_large", &json!({ "detail": "Request body is too large." }));
        assert_eq!(rooms(&server).await, 0);
    }

    async fn the_scope_comes_before_the_body(server: Server) {
        server.account("ada@example.org").await;
        let application = server.application("rooms:list rooms:update rooms:delete", &["example.org"]).await;
        let acting = application.acting_for("ada@example.org").await;
        let told = json!({ "detail": "Insufficient permissions. Required scope: rooms:create" });
        for body in ["{}", "{", "[]"] {
            let answer = acting.post(ROOMS).body("text/plain", body).send().await;
            answer.expect_refusal(403, "insufficient_scope", &told);
        }
        // Scopes that open nothing yet do open nothing.
        acting.call("PATCH", ROOMS).expect(405).await;
        acting.call("PUT", &format!("{ROOMS}0190b0de-0000-7000-8000-000000000000/")).expect(405).await;
    }
}
