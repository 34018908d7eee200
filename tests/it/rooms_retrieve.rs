//! `GET /external-api/v1.0/rooms/{id}/`.

use serde_json::json;

use crate::harness::{Server, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";

on_both! {
    async fn who_has_a_role_sees_it(server: Server) {
        server.account("ada@example.org").await;
        let application = server.application("rooms:create rooms:retrieve", &["example.org"]).await;
        let ada = application.acting_for("ada@example.org").await;
        let room = ada.post(ROOMS).expect(201).await.json();
        let id = room["id"].as_str().unwrap();
        for path in [
            format!("{ROOMS}{id}/"),
            format!("{ROOMS}{id}"),
            format!("{ROOMS}{}/", id.to_uppercase()),
            format!("{ROOMS}{}/", id.replace('-', "")),
        ] {
            let answer = ada.get(&path).expect(200).await;
            assert_eq!((answer.json(), answer.header("allow")), (room.clone(), "GET, PATCH, DELETE, HEAD, OPTIONS"));
        }
        let answer = ada.call("HEAD", &format!("{ROOMS}{id}/")).expect(200).await;
        assert_eq!(answer.text(), "");

        server.account("grace@example.org").await;
        let grace = application.acting_for("grace@example.org").await;
        let told = json!({ "detail": "You do not have permission to perform this action." });
        grace.get(&format!("{ROOMS}{id}/")).send().await.expect_refusal(403, "permission_denied", &told);
        // Also a public one: who may enter is not who may see it here.
        server.database.execute("UPDATE room SET access_level = 'public'", []).await;
        grace.get(&format!("{ROOMS}{id}/")).send().await.expect_refusal(403, "permission_denied", &told);
        for role in ["member", "administrator"] {
            server.database.execute("DELETE FROM room_access WHERE role <> 'owner'", []).await;
            let sql = "INSERT INTO room_access (account_id, room_id, role, created_at) \
                       SELECT a.id, r.id, $1, 0 FROM account a, room r WHERE a.email_key = 'grace@example.org'";
            server.database.execute(sql, [role.into()]).await;
            let seen = grace.get(&format!("{ROOMS}{id}/")).expect(200).await.json();
            assert_eq!(seen["access_level"], "public");
        }
    }

    async fn what_is_not_there(server: Server) {
        server.account("ada@example.org").await;
        let application = server.application("rooms:create rooms:retrieve", &["example.org"]).await;
        let acting = application.acting_for("ada@example.org").await;
        let room = acting.post(ROOMS).expect(201).await.json();
        let told = json!({ "detail": "No Room matches the given query." });
        for id in ["0190b0de-0000-7000-8000-000000000000", "00000000-0000-0000-0000-000000000000"] {
            acting.get(&format!("{ROOMS}{id}/")).send().await.expect_refusal(404, "room_not_found", &told);
        }
        let told = json!({ "detail": "Not found." });
        let slug = room["slug"].as_str().unwrap();
        for id in
            [slug, "x", "1", "%20", "%2e%2e", "a%2Fb", "%FF", "0190b0de-0000-7000-8000", "%00", "'%20OR%201=1", "*"]
        {
            acting.get(&format!("{ROOMS}{id}/")).send().await.expect_refusal(404, "not_found", &told);
        }
        for path in
            [format!("{ROOMS}x/y/"), format!("{ROOMS}/"), "/external-api/v1.0/".to_owned(), "/external-api/".to_owned()]
        {
            acting.get(&path).send().await.expect_refusal(404, "not_found", &told);
        }
    }

    async fn the_scope(server: Server) {
        server.account("ada@example.org").await;
        let application = server.application("rooms:create rooms:list", &["example.org"]).await;
        let acting = application.acting_for("ada@example.org").await;
        let id = acting.post(ROOMS).expect(201).await.json()["id"].as_str().unwrap().to_owned();
        let told = json!({ "detail": "Insufficient permissions. Required scope: rooms:retrieve" });
        // Before it is looked whether there is such a room, or whether this can be one.
        for id in [&*id, "0190b0de-0000-7000-8000-000000000000", "x"] {
            acting.get(&format!("{ROOMS}{id}/")).send().await.expect_refusal(403, "insufficient_scope", &told);
        }
        acting.get(ROOMS).expect(200).await;
    }
}
