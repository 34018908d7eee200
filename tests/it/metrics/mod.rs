//! `GET /metrics`: that it counts what was done, and shows nothing else.

#![expect(clippy::float_cmp, reason = "counts are whole numbers")]

mod access;
pub(crate) mod exposition;

use std::time::Duration;

use parloir::audit::Actor;
use parloir::base::StoreError;
use serde_json::json;

use crate::harness::{Client, Database, Kind, PASSWORD, Server, TOKEN, on_both, raw, run};
use crate::process::Installation;
use exposition::Metrics;

const METRICS_TOKEN: &str = "a-token-for-the-metrics-of-the-tests";
const ROOMS: &str = "/external-api/v1.0/rooms/";

/// A server whose metrics are read with a token.
async fn measured(database: &Database) -> Server {
    database.serve_with(&[("metrics.token", METRICS_TOKEN)]).await
}

async fn read(server: &Server) -> Metrics {
    Metrics::read(&server.anonymous().with_token(METRICS_TOKEN).get("/metrics").expect(200).await)
}

/// How often each reason was given since `before`.
fn reasons(now: &Metrics, before: &Metrics, name: &str) -> Vec<(String, f64)> {
    let grown = now.since(before, &format!("{name}_total{{"));
    let code = |series: String| series.split('"').nth(1).unwrap().to_owned();
    grown.into_iter().map(|(series, times)| (code(series), times)).collect()
}

fn expected(reasons: &[(&str, f64)]) -> Vec<(String, f64)> {
    reasons.iter().map(|(code, times)| ((*code).to_owned(), *times)).collect()
}

on_both! {
    async fn both_forms_are_sound(database: Database) {
        let server = measured(&database).await;
        server.account("ada@example.org").await;
        server.application("rooms:list", &["*"]).await.acting_for("ada@example.org").await.get(ROOMS).expect(200).await;
        let reader = server.anonymous().with_token(METRICS_TOKEN);
        let plain = reader.get("/metrics").expect(200).await;
        assert_eq!(plain.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
        let accept = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
        let open = reader.get("/metrics").header("accept", accept).expect(200).await;
        assert_eq!(open.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
        let (plain, open) = (Metrics::read(&plain), Metrics::read(&open));
        // The first look at /metrics is in the second alone.
        let series = |metrics: &Metrics| {
            metrics.series().filter(|series| !series.contains("/metrics")).map(ToOwned::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(series(&plain), series(&open));
        assert_eq!(plain.get(&format!("parloir_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"))), 1.0);
        assert!(plain.get("process_resident_memory_bytes") > 1e6);
        let (open_files, most) = (plain.get("process_open_fds"), plain.get("process_max_fds"));
        assert!(open_files > 3.0 && open_files < most, "{open_files} of {most}");
        assert_eq!(plain.get("process_start_time_seconds"), 1_768_478_400.0);
        assert_eq!(plain.get("parloir_http_requests_in_flight"), 1.0, "this one");
        for pool in if server.database.kind == Kind::Sqlite { &["read"][..] } else { &["read", "write"] } {
            assert_eq!(plain.get(&format!("parloir_database_pool_max_connections{{pool=\"{pool}\"}}")), 4.0);
            let open = ["idle", "used"].map(|state| {
                plain.get(&format!("parloir_database_pool_connections{{pool=\"{pool}\",state=\"{state}\"}}"))
            });
            assert!(open[0] >= 0.0 && (1.0..=4.0).contains(&(open[0] + open[1])), "{open:?}");
        }
    }

    async fn requests_are_counted_by_route(database: Database) {
        let server = measured(&database).await;
        let before = read(&server).await;
        let anonymous = server.anonymous();
        for path in ["/health/live", "/health/live", "/rooms/abc-defg-hij", "/no/such/page", "/external-api/v1.0/no/such"] {
            anonymous.get(path).send().await;
        }
        anonymous.post("/health/live").expect(405).await;
        anonymous.call("BREW", "/health/live").expect(405).await;
        let now = read(&server).await;
        let grown = now.since(&before, "parloir_http_requests_total{");
        let route = |route: &str, method: &str, status: u16| {
            format!("parloir_http_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}}")
        };
        let expected = [
            (route("/external-api/{*rest}", "GET", 404), 1.0),
            (route("/health/live", "GET", 200), 2.0),
            (route("/health/live", "POST", 405), 1.0),
            (route("/health/live", "other", 405), 1.0),
            (route("/metrics", "GET", 200), 1.0),
            (route("/rooms/{slug}", "GET", 404), 1.0),
            (route("none", "GET", 404), 1.0),
        ];
        assert_eq!(grown, expected);
        let live = "{route=\"/health/live\",method=\"GET\"}";
        assert_eq!(now.get(&format!("parloir_http_request_duration_seconds_count{live}")), 2.0);
        assert!(now.get(&format!("parloir_http_request_duration_seconds_sum{live}")) > 0.0);
    }

    async fn a_client_that_goes_away_is_counted_as_gone(database: Database) {
        let server = measured(&database).await;
        // The password's hash takes longer than this client stays.
        let body = json!({ "email": "nobody@example.org", "password": PASSWORD }).to_string();
        let request = format!(
            "POST /auth/login/ HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let series = "parloir_http_requests_total{route=\"/auth/login/\",method=\"POST\",status=\"gone\"}";
        for _ in 0..50 {
            raw::send(server.address(), request.as_bytes(), Duration::from_micros(200)).await;
            let now = read(&server).await;
            if now.get(series) > 0.0 {
                tokio::time::sleep(Duration::from_millis(500)).await;
                assert_eq!(read(&server).await.get("parloir_http_requests_in_flight"), 1.0, "only the look itself");
                return;
            }
        }
        panic!("no request was seen to be given up");
    }

    async fn tokens_are_counted_by_what_became_of_them(database: Database) {
        let server = measured(&database).await;
        server.account("ada@example.org").await;
        let application = server.application("rooms:list", &["example.org"]).await;
        let other = server.application("", &["*"]).await;
        let before = read(&server).await;
        for _ in 0..3 {
            application.token_for("ada@example.org").await;
        }
        for (email, status, times) in
            [("grace@example.org", 404, 2), ("ada@example.com", 403, 1), ("no address", 400, 1)]
        {
            for _ in 0..times {
                application.ask(email).await.expect(status);
            }
        }
        let mut wrong = application.body("ada@example.org");
        wrong["client_secret"] = json!(other.client_secret);
        let client = server.anonymous();
        client.post(TOKEN).json(&wrong).expect(401).await;
        client.post(TOKEN).json(&json!({})).expect(400).await;
        client.post(TOKEN).json(&json!([])).expect(400).await;
        client.post(TOKEN).body("text/plain", "x").expect(415).await;
        server.applications.set_active(&application.client_id, false, Actor::Operator).await.unwrap();
        application.ask("ada@example.org").await.expect(401);
        let now = read(&server).await;
        assert_eq!(now.since(&before, "parloir_tokens_issued"), [("parloir_tokens_issued_total".to_owned(), 3.0)]);
        let refused = expected(&[
            ("application_inactive", 1.0),
            ("domain_not_allowed", 1.0),
            ("invalid_client", 1.0),
            ("invalid_request", 2.0),
            ("invalid_subject", 1.0),
            ("unsupported_media_type", 1.0),
            ("user_not_found", 2.0),
        ]);
        assert_eq!(reasons(&now, &before, "parloir_token_refusals"), refused);
    }

    async fn bearers_are_counted_by_what_became_of_them(database: Database) {
        let server = measured(&database).await;
        server.account("ada@example.org").await;
        let application = server.application("rooms:list", &["*"]).await;
        let ada = application.acting_for("ada@example.org").await;
        let before = read(&server).await;
        for _ in 0..4 {
            ada.get(ROOMS).expect(200).await;
        }
        // A refusal of another kind: the token is good.
        ada.get(&format!("{ROOMS}?page=99")).expect(404).await;
        ada.post(ROOMS).json(&json!({})).expect(403).await;
        server.anonymous().get(ROOMS).expect(401).await;
        for token in ["x", "y"] {
            server.anonymous().with_token(token).get(ROOMS).expect(401).await;
        }
        server.applications.set_active(&application.client_id, false, Actor::Operator).await.unwrap();
        ada.get(ROOMS).expect(401).await;
        let now = read(&server).await;
        assert_eq!(now.since(&before, "parloir_bearers"), [("parloir_bearers_accepted_total".to_owned(), 5.0)]);
        let refused = expected(&[
            ("application_inactive", 1.0),
            ("insufficient_scope", 1.0),
            ("invalid_token", 2.0),
            ("not_authenticated", 1.0),
        ]);
        assert_eq!(reasons(&now, &before, "parloir_bearer_refusals"), refused);
    }

    async fn sign_ins_are_counted_by_what_became_of_them(database: Database) {
        let server = database.serve_with(&[("metrics.token", METRICS_TOKEN), ("sign_in.failures_per_account", "3")]).await;
        server.person("ada@example.org").await;
        let before = read(&server).await;
        server.sign_in("ada@example.org").await;
        let attempt = async |email: &str, password: &str| {
            let credentials = json!({ "email": email, "password": password });
            server.anonymous().post("/auth/login/").json(&credentials).send().await.status
        };
        for status in [401, 401, 401, 429] {
            assert_eq!(attempt("grace@example.org", "wrong").await, status);
        }
        // The page's form is the same sign-in.
        let form = [("email", "ada@example.org"), ("password", PASSWORD), ("next", "/")];
        let page = server.anonymous();
        page.post("/actions/sign-in").header("sec-fetch-site", "same-origin").form(&form).expect(303).await;
        let disabled = "ada@example.org".parse().unwrap();
        server.accounts.set_enabled(&disabled, false, Actor::Operator).await.unwrap();
        assert_eq!(attempt("ada@example.org", PASSWORD).await, 401);
        let now = read(&server).await;
        assert_eq!(now.since(&before, "parloir_sign_ins"), [("parloir_sign_ins_total".to_owned(), 2.0)]);
        let refused = expected(&[("account_disabled", 1.0), ("invalid_credentials", 3.0), ("too_many_requests", 1.0)]);
        assert_eq!(reasons(&now, &before, "parloir_sign_in_refusals"), refused);
    }

    async fn writes_are_counted_by_what_became_of_them(database: Database) {
        let server = measured(&database).await;
        let before = read(&server).await;
        for n in 0..5 {
            let written = server.store.write(async move |_tx| {
                match n {
                    0..3 => Ok(()),
                    3 => Err(StoreError::Busy),
                    _ => panic!("a write of the test panics, as it is told to"),
                }
            });
            assert_eq!(written.await.is_ok(), n < 3);
        }
        let between = read(&server).await;
        let fate = |fate: &str, times: f64| (format!("parloir_database_writes_total{{outcome=\"{fate}\"}}"), times);
        assert_eq!(between.since(&before, "parloir_database_writes"), [fate("kept", 3.0), fate("undone", 2.0)]);
        for (name, times) in [("write_wait_seconds", 5.0), ("commit_duration_seconds", 3.0), ("commit_writes", 5.0)] {
            let count = format!("parloir_database_{name}_count");
            assert_eq!(between.since(&before, &count), [(count, times)]);
        }
        // A token is one query, and one event in one write.
        server.account("ada@example.org").await;
        let application = server.application("", &["*"]).await;
        let before = read(&server).await;
        application.token_for("ada@example.org").await;
        let now = read(&server).await;
        let statements = |pool: &str| format!("parloir_database_statement_duration_seconds_count{{pool=\"{pool}\"}}");
        assert_eq!(
            now.since(&before, "parloir_database_statement_duration_seconds_count"),
            [(statements("read"), 1.0), (statements("write"), 1.0)]
        );
        assert_eq!(now.since(&before, "parloir_audit_write_events_sum"), [("parloir_audit_write_events_sum".to_owned(), 1.0)]);
        assert_eq!(now.get("parloir_audit_event_failures_total"), 0.0);
        assert_eq!((now.get("parloir_audit_queue_length"), now.get("parloir_database_write_queue_length")), (0.0, 0.0));
        assert_eq!(now.get("parloir_database_statement_failures_total"), before.get("parloir_database_statement_failures_total"));
    }

    // Whatever is asked for, by whomever: nothing of it can be read in the metrics.
    async fn no_personal_data_is_shown(database: Database) {
        let server = measured(&database).await;
        let ada = server.person("ada.quux@example.org").await;
        let account = server.account("grace.quux@example.org").await;
        let application = server.application("rooms:create rooms:list rooms:retrieve", &["*"]).await;
        let delegated = application.acting_for("ada.quux@example.org").await;
        let room = delegated.post(ROOMS).json(&json!({})).expect(201).await.json();
        let (id, slug) = (room["id"].as_str().unwrap(), room["slug"].as_str().unwrap());
        let paths = [
            format!("{ROOMS}{id}/"),
            format!("/rooms/{slug}"),
            format!("/{slug}"),
            "/quux@example.org".to_owned(),
            "/auth/quux/login/?email=ada.quux@example.org".to_owned(),
            "/pkg/quux.js".to_owned(),
            "/v1/auth/app/user/quux".to_owned(),
        ];
        for path in &paths {
            for client in [&ada, &delegated, &server.anonymous()] {
                client.get(path).header("host", "quux.example").header("user-agent", "quux").send().await;
                client.call("QUUX", path).send().await;
            }
        }
        application.ask("zenobia.quux@example.org").await.expect(404);
        let reader = server.anonymous().with_token(METRICS_TOKEN);
        let text = reader.get("/metrics").expect(200).await.text().to_owned();
        let secrets = [
            "quux", "QUUX", "example.org", "127.0.0.1", id, slug, METRICS_TOKEN,
            application.client_id.as_str(), &application.client_secret, &application.id.to_string(), &account.id.to_string(),
        ];
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} is shown in {text}");
        }
    }
}

#[test]
fn sign_ins_through_a_provider_are_counted_too() {
    run(Kind::Sqlite, async |database: Database| {
        let parloir = Installation::on(database.url()).and("METRICS__TOKEN", METRICS_TOKEN);
        let provider = "[[sign_in.providers]]\nid = \"gone\"\nissuer = \"http://127.0.0.1:1\"\nclient_id = \"parloir\"\n\
                        client_secret = \"a client secret of enough characters\"\n";
        std::fs::write(parloir.folder().join("parloir.toml"), provider).unwrap();
        let running = parloir.serve(&[]);
        let client = Client::new(running.address);
        client.get("/auth/gone/callback/?state=x&code=y").expect(400).await;
        client.get("/auth/gone/login/").expect(503).await;
        // Nobody asked for this one.
        client.get("/auth/gone/login/?silent=true").expect(302).await;
        let metrics = Metrics::read(&client.with_token(METRICS_TOKEN).get("/metrics").expect(200).await);
        let refusals = |code: &str| metrics.get(&format!("parloir_sign_in_refusals_total{{code=\"{code}\"}}"));
        assert_eq!((refusals("sign_in_expired"), refusals("provider_unavailable")), (1.0, 1.0));
        assert!(running.terminate().0.success());
    });
}

#[test]
fn a_write_without_a_database_is_lost() {
    run(Kind::Postgres, async |database: Database| {
        let server = measured(&database).await;
        let before = read(&server).await;
        database.cut_off().await;
        assert!(server.store.write(async |_tx| Ok::<_, StoreError>(())).await.is_err());
        let lost = "parloir_database_writes_total{outcome=\"lost\"}";
        let now = read(&server).await;
        database.let_in().await;
        assert_eq!(now.since(&before, "parloir_database_writes"), [(lost.to_owned(), 1.0)]);
    });
}
