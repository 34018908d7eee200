//! `/auth/login/`, `/auth/logout/`, `/auth/users/me/`: who gets in, what the others are told, and how often they may try.

use std::time::{Duration, Instant};

use parloir::audit::Actor;
use serde_json::{Value, json};

use crate::harness::{Answer, Client, Database, Server, TOKEN, on_both};

const LOGIN: &str = "/auth/login/";
const LOGOUT: &str = "/auth/logout/";
const ME: &str = "/auth/users/me/";
const PASSWORD: &str = "an honest long password";
const FIVE_MINUTES: Duration = Duration::from_mins(5);

fn credentials(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

async fn sign_in(client: &Client, email: &str, password: &str) -> Answer {
    client.post(LOGIN).json(&credentials(email, password)).send().await
}

/// The answer to whoever does not get in.
fn invalid() -> Value {
    json!({ "code": "invalid_credentials", "detail": "E-mail and password do not belong together." })
}

async fn sessions(server: &Server) -> i64 {
    server.database.number("SELECT COUNT(*) FROM session", []).await
}

on_both! {
    async fn in_and_out(server: Server) {
        let account = server.new_account("Ada.Lovelace@Example.org", true, Some(PASSWORD)).await;
        let ada = server.anonymous();
        let expected = json!({
            "id": account.id, "email": "Ada.Lovelace@Example.org", "name": null, "role": "ADMIN", "language": null,
            "organization_siret": null, "can_access": true, "access_status": "granted",
        });
        let not_signed_in = json!({ "code": "not_authenticated", "detail": "Authentication credentials were not provided." });
        let stranger = ada.get(ME).send().await.expect_refusal(401, "not_authenticated", &not_signed_in);
        assert!(!stranger.headers.contains_key("set-cookie"), "{stranger}");

        let welcome = sign_in(&ada, " ada.lovelace@EXAMPLE.ORG ", PASSWORD).await.expect(200);
        assert_eq!((welcome.json(), welcome.header("cache-control")), (expected.clone(), "no-store"));
        // Both slash forms are one address.
        for path in [ME, "/auth/users/me"] {
            let me = ada.get(path).expect(200).await;
            assert_eq!((me.json(), me.header("cache-control")), (expected.clone(), "no-store"));
            assert!(!me.headers.contains_key("set-cookie"), "{me}");
        }
        let bye = ada.post(LOGOUT).json(&json!({})).expect(303).await;
        assert_eq!((bye.header("location"), bye.header("cache-control"), ada.cookie()), ("/", "no-store", None));
        ada.get(ME).send().await.expect_refusal(401, "not_authenticated", &not_signed_in);
        // Signing out twice does no harm.
        ada.post("/auth/logout").json(&json!({})).expect(303).await;
    }

    // Byte for byte one answer, so that nobody learns who has an account.
    async fn one_answer_to_all_who_do_not_get_in(server: Server) {
        server.new_account("ada@example.org", false, Some(PASSWORD)).await;
        server.account("without.password@example.org").await;
        let disabled = server.new_account("disabled@example.org", false, Some(PASSWORD)).await.email.unwrap();
        server.accounts.set_enabled(&disabled, false, Actor::Operator).await.unwrap();
        let mut bodies = Vec::new();
        for (email, password) in [
            ("ada@example.org", "a wrong long password"),
            ("ada@example.org", ""),
            ("ada@example.org", "an honest long passwor"),
            ("nobody@example.org", PASSWORD),
            ("without.password@example.org", PASSWORD),
            ("without.password@example.org", ""),
            ("disabled@example.org", "a wrong long password"),
            ("no address", PASSWORD),
            ("", ""),
            ("ada@example.org\0", PASSWORD),
        ] {
            let stranger = server.anonymous();
            let answer = sign_in(&stranger, email, password).await.expect_refusal(401, "invalid_credentials", &invalid());
            assert_eq!((answer.header("set-cookie"), answer.header("cache-control")), ("", "no-store"));
            bodies.push(answer.text().to_owned());
        }
        bodies.dedup();
        assert_eq!(bodies.len(), 1, "{bodies:?}");
        // Only whoever knows the password learns that the account is disabled.
        let told = json!({ "code": "account_disabled", "detail": "User account is disabled." });
        sign_in(&server.anonymous(), "disabled@example.org", PASSWORD).await.expect_refusal(401, "account_disabled", &told);
        assert_eq!(sessions(&server).await, 0);
    }

    // An unknown account costs the same work: without it, the time would tell.
    async fn an_unknown_account_takes_as_long(server: Server) {
        server.new_account("ada@example.org", false, Some(PASSWORD)).await;
        // In turn, and the shortest of each: what else the machine does makes some slower, none faster.
        let mut shortest = [Duration::MAX; 2];
        for _ in 0..9 {
            for (shortest, email) in shortest.iter_mut().zip(["ada@example.org", "nobody@example.org"]) {
                let start = Instant::now();
                sign_in(&server.anonymous(), email, "a wrong long password").await.expect(401);
                *shortest = start.elapsed().min(*shortest);
            }
        }
        let [known, unknown] = shortest;
        assert!(unknown * 2 > known && known * 2 > unknown, "known {known:?}, unknown {unknown:?}");
    }

    async fn bodies_that_cannot_be_used(server: Server) {
        let client = server.anonymous();
        let json = "application/json";
        for (media_type, body, status, code) in [
            (json, "", 400, "parse_error"),
            (json, "{", 400, "parse_error"),
            (json, "\u{feff}{}", 400, "parse_error"),
            (json, "[]", 400, "invalid_request"),
            (json, "null", 400, "invalid_request"),
            (json, "{}", 400, "invalid_request"),
            (json, r#"{"email":"ada@example.org"}"#, 400, "invalid_request"),
            (json, r#"{"email":"ada@example.org","password":null}"#, 400, "invalid_request"),
            (json, r#"{"email":["ada@example.org"],"password":1}"#, 400, "invalid_request"),
            ("text/plain", r#"{"email":"a","password":"b"}"#, 415, "unsupported_media_type"),
            ("application/x-www-form-urlencoded", "email=a&password=b", 415, "unsupported_media_type"),
        ] {
            let call = client.post(LOGIN).header("sec-fetch-site", "same-origin").body(media_type, body);
            let answer = call.expect(status).await;
            assert_eq!((answer.code().as_str(), answer.header("cache-control")), (code, "no-store"), "{answer}");
            assert_eq!(answer.json()["code"], code, "our own profile has the code in the body");
        }
        let large = credentials("ada@example.org", &"x".repeat(65 * 1024));
        let answer = client.post(LOGIN).json(&large).expect(413).await;
        assert_eq!(answer.json()["code"], "payload_too_large");
        for (method, path, allow) in [("GET", LOGIN, "POST"), ("PUT", LOGOUT, "POST"), ("DELETE", ME, "GET")] {
            let answer = client.call(method, path).header("sec-fetch-site", "same-origin").expect(405).await;
            assert!(answer.header("allow").contains(allow), "{answer}");
        }
        assert_eq!(sessions(&server).await, 0);
    }

    async fn failures_of_an_account_are_limited(database: Database) {
        let server = database.serve_with(&[("sign_in.failures_per_account", "3")]).await;
        for email in ["ada@example.org", "grace@example.org"] {
            server.new_account(email, false, Some(PASSWORD)).await;
        }
        let fail = async |email: &str| sign_in(&server.anonymous(), email, "a wrong long password").await;
        // A success forgets the failures before it.
        fail("ada@example.org").await.expect(401);
        fail("ada@example.org").await.expect(401);
        sign_in(&server.anonymous(), "ada@example.org", PASSWORD).await.expect(200);
        // Spellings of one address are one account.
        for email in ["ada@example.org", "ADA@example.org", "Ada@EXAMPLE.org"] {
            fail(email).await.expect_refusal(401, "invalid_credentials", &invalid());
        }
        server.clock.advance(Duration::from_millis(500));
        let throttled = json!({
            "code": "too_many_requests",
            "detail": "Request was throttled. Expected available in 300 seconds.",
        });
        // From now on not even the right password is looked at, or guessing could go on.
        let answer = sign_in(&server.anonymous(), "ada@example.org", PASSWORD).await;
        let answer = answer.expect_refusal(429, "too_many_requests", &throttled);
        assert_eq!(answer.header("retry-after"), "300");
        // An account that there is not is treated alike, and another one is not touched.
        for _ in 0..3 {
            fail("nobody@example.org").await.expect(401);
        }
        fail("nobody@example.org").await.expect_refusal(429, "too_many_requests", &throttled);
        sign_in(&server.anonymous(), "grace@example.org", PASSWORD).await.expect(200);

        server.clock.advance(Duration::from_millis(299_499));
        assert_eq!(sign_in(&server.anonymous(), "ada@example.org", PASSWORD).await.expect(429).header("retry-after"), "1");
        server.clock.advance(Duration::from_millis(1));
        sign_in(&server.anonymous(), "ada@example.org", PASSWORD).await.expect(200);
    }

    async fn failures_of_an_address_are_limited(database: Database) {
        let settings = [("sign_in.failures_per_address", "4"), ("server.trusted_proxies", "127.0.0.0/8")];
        let server = database.serve_with(&settings).await;
        server.new_account("ada@example.org", false, Some(PASSWORD)).await;
        let from = async |address: &str, email: &str, password: &str| {
            let call = server.anonymous().post(LOGIN).header("x-forwarded-for", address);
            call.json(&credentials(email, password)).send().await
        };
        for n in 0..4 {
            from("198.51.100.7", &format!("nobody{n}@example.org"), PASSWORD).await.expect(401);
        }
        let answer = from("198.51.100.7", "ada@example.org", PASSWORD).await.expect(429);
        assert_eq!((answer.header("retry-after"), answer.code().as_str()), ("300", "too_many_requests"));
        // What stands before the address that the proxy saw is the client's to invent.
        from("203.0.113.1, 198.51.100.7", "ada@example.org", PASSWORD).await.expect(429);
        from("198.51.100.8", "ada@example.org", PASSWORD).await.expect(200);
        server.clock.advance(FIVE_MINUTES);
        from("198.51.100.7", "ada@example.org", PASSWORD).await.expect(200);
    }

    // Guesses made at once are not answered before they are counted.
    async fn guessing_at_once_does_not_pass_the_limit(database: Database) {
        let server = database.serve_with(&[("sign_in.failures_per_account", "3")]).await;
        server.new_account("ada@example.org", false, Some(PASSWORD)).await;
        let mut crowd = tokio::task::JoinSet::new();
        for n in 0..24 {
            let client = server.anonymous();
            crowd.spawn(async move { sign_in(&client, "ada@example.org", &format!("a wrong guess {n}")).await.status });
        }
        let statuses = crowd.join_all().await;
        let told = statuses.iter().filter(|status| **status == 401).count();
        assert!(told <= 3, "{told} guesses were answered: {statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 401 | 429)), "{statuses:?}");
    }

    // `Sec-Fetch-Site` decides, else `Origin`, else a JSON body, which no form of another site can send.
    async fn other_sites_cannot_sign_in_or_out(server: Server) {
        let ada = server.person("ada@example.org").await;
        let own = server.public_url().to_owned();
        let (json, form) = ("application/json", "application/x-www-form-urlencoded");
        let refused = json!({ "code": "cross_site_request", "detail": "The request comes from another site." });
        for (site, origin, media_type, passes) in [
            ("same-origin", "", form, true),
            ("same-origin", "https://evil.example.org", form, true),
            ("same-site", &own, json, false),
            ("cross-site", &own, json, false),
            ("none", "", json, false),
            ("", &own, form, true),
            ("", "https://evil.example.org", json, false),
            ("", "null", json, false),
            ("", "", json, true),
            ("", "", form, false),
            ("", "", "text/plain", false),
            ("", "", "", false),
        ] {
            for path in [LOGIN, LOGOUT] {
                let cookie = ada.cookie().unwrap();
                let mut call = ada.at(server.address()).post(path);
                for (name, value) in [("sec-fetch-site", site), ("origin", origin), ("content-type", media_type)] {
                    if !value.is_empty() {
                        call = call.header(name, value);
                    }
                }
                let answer = call.send().await;
                let what = format!("{site:?} {origin:?} {media_type:?} {path}: {answer}");
                assert_eq!(ada.cookie(), Some(cookie));
                if passes {
                    assert_ne!(answer.status, 403, "{what}");
                } else {
                    answer.expect_refusal(403, "cross_site_request", &refused);
                    assert_eq!(sessions(&server).await, 1, "{what}");
                }
                if passes && path == LOGOUT {
                    ada.set_cookie(&server.sign_in("ada@example.org").await.cookie().unwrap());
                }
            }
        }
    }

    // What applications call takes no cookie, so the rule is not for them.
    async fn the_rule_is_not_for_machines(server: Server) {
        server.new_account("ada@example.org", false, Some(PASSWORD)).await;
        let browser = server.anonymous();
        sign_in(&browser, "ada@example.org", PASSWORD).await.expect(200);
        let application = server.application("rooms:list", &["example.org"]).await;
        let call = browser.post(TOKEN).header("sec-fetch-site", "cross-site");
        let answer = call.json(&application.body("ada@example.org")).expect(200).await;
        assert!(!answer.headers.contains_key("set-cookie"), "{answer}");
        // And a session opens nothing there.
        browser.get("/external-api/v1.0/rooms/").expect(401).await;
        // Nor does a token open what is for browsers.
        let token = application.acting_for("ada@example.org").await;
        token.get(ME).expect(401).await;
    }
}
