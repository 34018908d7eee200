//! What holds for every answer of the server, whatever the surface: headers, ids, limits.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Answer, Client, Database, Kind, Server, TOKEN, on_both, raw, run};

/// One request of each kind: method, path, and the status of its answer.
const KINDS: &[(&str, &str, u16)] = &[
    ("GET", "/", 200),
    ("GET", "/sign-in", 200),
    ("GET", "/docs", 200),
    ("GET", "/rooms", 303),
    ("GET", "/admin/applications", 303),
    ("GET", "/rooms/abc-defg-hij", 404),
    ("GET", "/nothing/here", 404),
    ("GET", "/openapi.json", 200),
    ("GET", "/health/live", 200),
    ("GET", "/health/live/", 200),
    ("GET", "/health/ready", 200),
    ("GET", "/.well-known/jwks.json", 200),
    ("GET", "/.well-known/oauth-protected-resource", 200),
    ("GET", "/.well-known/oauth-protected-resource/external-api/v1.0", 200),
    ("GET", "/jwks", 200),
    ("GET", "/.well-known/nothing", 404),
    ("GET", "/auth/users/me/", 401),
    ("POST", "/auth/login/", 403),
    ("POST", "/auth/logout/", 403),
    ("POST", "/actions/rooms/create", 403),
    ("GET", "/no-access", 303),
    ("POST", "/actions/access/recheck", 403),
    ("GET", "/oauth2/token", 404),
    ("GET", "/v1/auth/app/user/", 404),
    ("GET", "/external-api/v1.0/rooms/", 401),
    ("PUT", "/external-api/v1.0/rooms/", 401),
    ("GET", "/external-api/v1.0/application/token/", 405),
    ("POST", "/external-api/v1.0/application/token/", 400),
    ("GET", "/external-api/", 404),
];

fn assert_secure(answer: &Answer) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{name} of {answer}");
    }
    let policy = answer.header("content-security-policy");
    for directive in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(directive), "{answer}");
    }
    assert!(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval ") && !policy.contains('*'), "{answer}");
    assert!(!answer.headers.contains_key("server") && !answer.headers.contains_key("x-powered-by"), "{answer}");
    assert_eq!(answer.header("set-cookie"), "", "{answer}");
    assert_eq!(answer.header("x-request-id").len(), 32, "{answer}");
}

/// The nonce of a content security policy.
fn nonce(answer: &Answer) -> String {
    let (_, rest) =
        answer.header("content-security-policy").split_once("'nonce-").unwrap_or_else(|| panic!("{answer}"));
    rest.split_once('\'').unwrap().0.to_owned()
}

/// A wrong authentication, by which the server tells where it thinks that a request came from.
async fn fail(client: &Client, forwarded: Option<&str>) -> Answer {
    let body = json!({ "client_id": "x", "client_secret": "x", "grant_type": "client_credentials", "scope": "x" });
    let call = client.post(TOKEN).json(&body);
    let call = if let Some(forwarded) = forwarded { call.header("x-forwarded-for", forwarded) } else { call };
    call.send().await.expect(401)
}

async fn addresses(server: &Server) -> Vec<String> {
    let rows = server
        .database
        .rows("SELECT address FROM audit_event WHERE action = 'token.refused' ORDER BY address", [])
        .await;
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

on_both! {
    async fn security_headers(server: Server) {
        for (method, path, status) in KINDS {
            let answer = server.anonymous().call(method, path).send().await.expect(*status);
            assert_secure(&answer);
            assert!(!answer.headers.contains_key("strict-transport-security"), "{answer}");
            if answer.header("content-type").starts_with("application/json") {
                assert!(answer.header("content-security-policy").contains("form-action 'none'"), "{answer}");
            }
        }
    }

    async fn over_https_browsers_are_told_to_stay_there(database: Database) {
        let server = database.serve_with(&[("server.public_url", "https://meet.example.org")]).await;
        for (method, path, status) in KINDS {
            let answer = server.anonymous().call(method, path).send().await.expect(*status);
            assert_secure(&answer);
            assert_eq!(answer.header("strict-transport-security"), "max-age=63072000; includeSubDomains", "{answer}");
        }
    }

    async fn each_page_has_a_nonce_of_its_own(server: Server) {
        let client = server.anonymous();
        let mut nonces = std::collections::BTreeSet::new();
        for path in ["/", "/", "/sign-in", "/docs"] {
            let answer = client.get(path).header("accept", "text/html").send().await;
            assert!(answer.header("content-type").starts_with("text/html"), "{answer}");
            let nonce = nonce(&answer);
            assert!(nonce.len() >= 22, "{nonce}");
            // No script runs but those with the nonce, and nothing else in the page is code.
            let page = answer.text();
            for script in page.split("<script").skip(1) {
                let tag = script.split('>').next().unwrap();
                assert!(tag.contains("src=") || tag.contains(&nonce), "{tag}");
            }
            assert!(
                !page.contains("javascript:") && !page.contains(" onclick=") && !page.contains(" style="),
                "{page}"
            );
            assert!(nonces.insert(nonce), "a nonce came twice");
        }
        // A page that says why there is none needs no script.
        let answer = client.get("/nothing").header("accept", "text/html").send().await.expect(404);
        assert!(answer.header("content-type").starts_with("text/html"), "{answer}");
        assert!(
            !answer.text().contains("<script") && !answer.header("content-security-policy").contains("nonce"),
            "{answer}"
        );
    }

    async fn a_request_has_an_id_that_the_trail_repeats(server: Server) {
        let client = server.anonymous();
        let answer = fail(&client, None).await;
        let sql = "SELECT COUNT(*) FROM audit_event WHERE request_id = $1";
        assert_eq!(server.database.number(sql, [answer.header("x-request-id").into()]).await, 1);
        // A stranger does not choose it.
        let answer = client.get("/health/live").header("x-request-id", "chosen-by-a-stranger").expect(200).await;
        assert_eq!(answer.header("x-request-id").len(), 32);
        let again = client.get("/health/live").expect(200).await;
        assert_ne!(again.header("x-request-id"), answer.header("x-request-id"));
    }

    async fn strangers_do_not_choose_their_address(server: Server) {
        let client = server.anonymous();
        fail(&client, Some("203.0.113.9")).await;
        assert_eq!(addresses(&server).await, ["127.0.0.1"]);
    }

    async fn a_trusted_proxy_names_the_client(database: Database) {
        let server = database.serve_with(&[("server.trusted_proxies", "127.0.0.0/8, 10.0.0.0/8")]).await;
        let client = server.anonymous();
        for forwarded in
            ["203.0.113.9", "198.51.100.66, 203.0.113.10, 10.1.2.3", "[2001:db8::1]:4711", "nonsense", "203.0.113.9"]
        {
            fail(&client, Some(forwarded)).await;
        }
        assert_eq!(addresses(&server).await, ["127.0.0.1", "2001:db8::1", "203.0.113.10", "203.0.113.9"]);
        let answer = client.get("/health/live").header("x-request-id", "named-by-the-proxy").expect(200).await;
        assert_eq!(answer.header("x-request-id"), "named-by-the-proxy");
        for wrong in ["short", "with blanks in it", "é-is-not-ascii-at-all", &"x".repeat(200), "line\tbreak-or-tab"] {
            let answer = client.get("/health/live").header("x-request-id", wrong).expect(200).await;
            assert_eq!(answer.header("x-request-id").len(), 32);
        }
        // Limits are the client's, not the proxy's.
        for _ in 0..98 {
            fail(&client, Some("203.0.113.9")).await;
        }
        let body = json!({ "client_id": "x", "client_secret": "x", "grant_type": "client_credentials", "scope": "x" });
        client.post(TOKEN).header("x-forwarded-for", "203.0.113.9").json(&body).expect(429).await;
        fail(&client, Some("203.0.113.77")).await;
    }

    async fn a_request_that_does_not_end_is_ended(database: Database) {
        let server = database.serve_with(&[("server.request_timeout_seconds", "1")]).await;
        let request = format!(
            "POST {TOKEN} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{{"
        );
        let answer = raw::send(server.address(), request.as_bytes(), Duration::from_secs(5)).await;
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("parloir-error-code: timeout") && head.contains("retry-after: "), "{answer}");
        assert!(head.contains("x-content-type-options: nosniff") && head.contains("x-request-id: "), "{answer}");
        assert!(serde_json::from_str::<Value>(body).unwrap()["detail"].is_string(), "{answer}");
    }

    async fn health(server: Server) {
        let client = server.anonymous();
        assert_eq!(client.get("/health/live").expect(200).await.json(), json!({ "status": "live" }));
        assert_eq!(client.get("/health/ready").expect(200).await.json(), json!({ "status": "ready" }));
        let answer = client.post("/health/ready").send().await.expect(405);
        assert_eq!((answer.code().as_str(), answer.header("allow")), ("method_not_allowed", "GET,HEAD"));
    }
}

/// An outage is told as one, on every surface, and ends with it.
async fn without_its_database(server: Server) {
    let person = server.person("ada@example.org").await;
    let application = server.application("rooms:list rooms:create", &["*"]).await;
    let acting = application.acting_for("ada@example.org").await;
    server.database.cut_off().await;
    let told = json!({ "detail": "The service is temporarily unavailable." });
    let own = json!({ "code": "temporarily_unavailable", "detail": "The service is temporarily unavailable." });
    let rooms = "/external-api/v1.0/rooms/";
    for _ in 0..2 {
        for (call, body) in [
            (server.anonymous().get("/health/ready"), &own),
            (person.get("/auth/users/me/"), &own),
            (server.anonymous().post(TOKEN).json(&application.body("ada@example.org")), &told),
            (server.anonymous().post(TOKEN).json(&application.body("nobody@example.org")), &told),
            (acting.get(rooms), &told),
            (acting.post(rooms), &told),
        ] {
            let answer = call.send().await.expect(503);
            assert_eq!(answer.header("retry-after"), "2", "{answer}");
            assert_secure(&answer);
            answer.expect_refusal(503, "temporarily_unavailable", body);
        }
    }
    server.anonymous().get("/health/live").expect(200).await;
    server.database.let_in().await;
    server.anonymous().get("/health/ready").expect(200).await;
    // Each connection of the pool that died may say so once more.
    for _ in 0..8 {
        let answer = acting.post(rooms).send().await;
        if answer.status != 503 {
            answer.expect(201);
            return;
        }
    }
    panic!("rooms cannot be made after the outage");
}

#[test]
fn an_outage_of_the_database() {
    // A file cannot be cut off.
    run(Kind::Postgres, without_its_database);
}
