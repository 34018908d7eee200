//! Bearer tokens in use: the header that carries them.

use serde_json::json;

use crate::harness::{Client, Server, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";

async fn ready(server: &Server) -> (Client, String) {
    server.account("ada@example.org").await;
    let application = server.application("rooms:list", &["example.org"]).await;
    (server.anonymous(), application.token_for("ada@example.org").await)
}

on_both! {
    async fn the_header(server: Server) {
        let (client, token) = ready(&server).await;
        for value in [format!("Bearer {token}"), format!("bearer {token}"), format!("BEARER   {token}  ")] {
            client.get(ROOMS).header("authorization", value).expect(200).await;
        }
        let missing = ("not_authenticated", "Authentication credentials were not provided.");
        let malformed = ("invalid_token", "Invalid token header.");
        for (value, (code, text)) in [
            (Some(""), missing),
            (Some("Basic YTpi"), missing),
            (Some("Token abc"), missing),
            (Some("BearerX abc"), missing),
            (Some("Bearer"), malformed),
            (Some("bearer "), malformed),
            (Some("Bearer a b"), malformed),
            (Some("Bearer a"), ("invalid_token", "Invalid token.")),
            (None, missing),
        ] {
            let call = client.get(ROOMS);
            let answer = if let Some(value) = value { call.header("authorization", value) } else { call }.send().await;
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{answer}");
            assert_eq!(answer.header("allow"), "GET, POST, HEAD, OPTIONS", "{answer}");
            answer.expect_refusal(401, code, &json!({ "detail": text }));
        }
        let answer = client.get(ROOMS).header("authorization", b"Bearer a\xff").send().await;
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        answer.expect_refusal(401, "invalid_token", &json!({ "detail": "Invalid token encoding." }));
        // Of two, none is believed.
        let both =
            client.get(ROOMS).header("authorization", format!("Bearer {token}")).header("authorization", "Bearer x");
        both.send().await.expect_refusal(401, "invalid_token", &json!({ "detail": "Invalid token header." }));
    }

    async fn nothing_else_is_a_credential(server: Server) {
        let (client, token) = ready(&server).await;
        let missing = json!({ "detail": "Authentication credentials were not provided." });
        let person = server.person("grace@example.org").await;
        person.get("/auth/users/me/").expect(200).await;
        person.get(ROOMS).send().await.expect_refusal(401, "not_authenticated", &missing);
        client.get(&format!("{ROOMS}?access_token={token}")).send().await.expect_refusal(
            401,
            "not_authenticated",
            &missing,
        );
        let form = client.post(ROOMS).form(&[("access_token", &token)]).send().await;
        form.expect_refusal(401, "not_authenticated", &missing);
        // And a token is no session.
        client.with_token(&token).get("/auth/users/me/").expect(401).await;
    }

    async fn a_token_is_looked_at_before_everything_but_accept(server: Server) {
        let (client, token) = ready(&server).await;
        let missing = json!({ "detail": "Authentication credentials were not provided." });
        for (method, path) in [
            ("PUT", ROOMS),
            ("DELETE", ROOMS),
            ("OPTIONS", ROOMS),
            ("POST", ROOMS),
            ("BREW", ROOMS),
            ("PATCH", "/external-api/v1.0/rooms/x/"),
            ("OPTIONS", "/external-api/v1.0/rooms/x/"),
            ("GET", "/external-api/v1.0/rooms/x/"),
            ("POST", "/external-api/v1.0/rooms/x"),
        ] {
            let answer = client.call(method, path).body("text/plain", "x").send().await;
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{answer}");
            answer.expect_refusal(401, "not_authenticated", &missing);
        }
        let client = client.with_token(&token);
        for (method, path, allow) in [
            ("PUT", ROOMS, "GET, POST, HEAD, OPTIONS"),
            ("PATCH", "/external-api/v1.0/rooms", "GET, POST, HEAD, OPTIONS"),
            ("DELETE", ROOMS, "GET, POST, HEAD, OPTIONS"),
            ("BREW", ROOMS, "GET, POST, HEAD, OPTIONS"),
            ("POST", "/external-api/v1.0/rooms/x/", "GET, PATCH, DELETE, HEAD, OPTIONS"),
            ("PUT", "/external-api/v1.0/rooms/x", "GET, PATCH, DELETE, HEAD, OPTIONS"),
        ] {
            let answer = client.call(method, path).send().await;
            assert_eq!(answer.header("allow"), allow, "{answer}");
            let told = json!({ "detail": format!("Method \"{method}\" not allowed.") });
            answer.expect_refusal(405, "method_not_allowed", &told);
        }
        for path in [ROOMS, "/external-api/v1.0/rooms/x/"] {
            let told = json!({ "detail": "Insufficient permissions. Required scope: None" });
            client.call("OPTIONS", path).send().await.expect_refusal(403, "insufficient_scope", &told);
        }
        let told = json!({ "detail": "Could not satisfy the request Accept header." });
        for client in [client, server.anonymous()] {
            let answer = client.get(ROOMS).header("accept", "text/html").send().await;
            answer.expect_refusal(406, "not_acceptable", &told);
        }
    }
}
