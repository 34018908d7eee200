//! Who may read the metrics, and where.

use std::net::SocketAddr;

use serde_json::json;

use super::exposition::Metrics;
use super::{METRICS_TOKEN, ROOMS, measured};
use crate::harness::{Client, Database, Server, on_both};
use crate::process::Installation;

on_both! {
    async fn without_a_token_there_is_nothing(server: Server) {
        let nothing = json!({ "code": "not_found", "detail": "Not found." });
        server.anonymous().get("/metrics").send().await.expect_refusal(404, "not_found", &nothing);
        let with_some_token = server.anonymous().with_token(METRICS_TOKEN);
        with_some_token.get("/metrics").send().await.expect_refusal(404, "not_found", &nothing);
        server.administrator().await.get("/metrics").header("accept", "text/html").expect(404).await;
    }

    async fn only_the_token_opens_it(database: Database) {
        let server = measured(&database).await;
        let missing = json!({ "code": "not_authenticated", "detail": "Authentication credentials were not provided." });
        let administrator = server.administrator().await;
        for client in [server.anonymous(), administrator] {
            let answer = client.get("/metrics").send().await.expect_refusal(401, "not_authenticated", &missing);
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{answer}");
            client.get("/metrics").header("authorization", "Basic YTpi").send().await.expect_refusal(401, "not_authenticated", &missing);
            client.get("/metrics?token=a-token-for-the-metrics-of-the-tests").expect(401).await;
        }
        server.account("ada@example.org").await;
        let delegated = server.application("rooms:list", &["*"]).await.token_for("ada@example.org").await;
        let wrong = json!({ "code": "invalid_token", "detail": "Invalid token." });
        for token in [&delegated, "x", &METRICS_TOKEN[1..], &METRICS_TOKEN.to_uppercase()] {
            let answer = server.anonymous().with_token(token).get("/metrics").send().await;
            let answer = answer.expect_refusal(401, "invalid_token", &wrong);
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{answer}");
        }
        for header in ["Bearer", &format!("Bearer {METRICS_TOKEN} more")] {
            let call = server.anonymous().get("/metrics").header("authorization", header);
            call.send().await.expect_refusal(401, "invalid_token", &wrong);
        }
        let reader = server.anonymous().with_token(METRICS_TOKEN);
        let answer = reader.get("/metrics").expect(200).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        reader.call("HEAD", "/metrics").expect(200).await;
        reader.post("/metrics").expect(405).await;
        // What reads metrics reads nothing else.
        reader.get(ROOMS).expect(401).await;
    }

    async fn an_own_listener_needs_no_token_unless_one_is_set(database: Database) {
        for token in [None, Some(METRICS_TOKEN)] {
            let mut parloir = Installation::on(database.url()).and("METRICS__LISTEN", "127.0.0.1:0");
            if let Some(token) = token {
                let file = parloir.folder().join("token");
                std::fs::write(&file, format!("{token}\n")).unwrap();
                parloir = parloir.and("METRICS__TOKEN_FILE", "token");
            }
            let running = parloir.serve(&[]);
            let log = parloir.log();
            let address = log.lines().find(|line| line.contains("metrics shown")).and_then(|line| line.split("address=").nth(1));
            let address: SocketAddr = address.unwrap().trim().parse().unwrap();
            let (main, own) = (Client::new(running.address), Client::new(address));
            let (without, with) = (own.clone(), own.with_token(METRICS_TOKEN));
            let read = if token.is_some() {
                without.get("/metrics").expect(401).await;
                main.get("/metrics").expect(401).await;
                main.with_token(METRICS_TOKEN).get("/metrics").expect(200).await;
                with
            } else {
                main.get("/metrics").expect(404).await;
                without
            };
            main.get("/health/live").expect(200).await;
            let metrics = Metrics::read(&read.get("/metrics").expect(200).await);
            let live = "parloir_http_requests_total{route=\"/health/live\",method=\"GET\",status=\"200\"}";
            assert_eq!(metrics.get(live), 1.0);
            // Nothing else is served there.
            for path in ["/", "/health/live", "/openapi.json", ROOMS] {
                read.get(path).expect(404).await;
            }
            read.post("/metrics").expect(405).await;
            assert!(running.terminate().0.success());
        }
    }
}

#[test]
fn an_own_listener_that_cannot_be_had_stops_the_start() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let parloir = Installation::with(&[("METRICS__LISTEN", &address), ("SERVER__LISTEN", "127.0.0.1:0")]);
    let ended = parloir.run(&["serve"]);
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(ended.stderr.contains(&format!("cannot listen on {address}")), "{ended:?}");
}

#[test]
fn a_token_has_enough_characters() {
    for token in ["short", &"t".repeat(31), &format!("{} {}", "t".repeat(20), "t".repeat(20))] {
        let ended = Installation::with(&[("METRICS__TOKEN", token)]).run(&["migrate"]);
        assert_eq!(ended.status.code(), Some(1), "{ended:?}");
        assert!(ended.stderr.contains("metrics.token = ***") && !ended.stderr.contains(token), "{ended:?}");
    }
}
