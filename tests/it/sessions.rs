//! Sessions: how they begin, what their cookie says, when and how they end.

use std::time::Duration;

use parloir::accounts::SessionId;
use parloir::audit::Actor;
use parloir::base::{Clock, EmailAddress, Secret, Timestamp};
use serde_json::json;
use tower_sessions::SessionStore;
use tower_sessions::session::Id;

use crate::harness::{Answer, Client, Database, START, Server, on_both};

const ME: &str = "/auth/users/me/";
const LOGOUT: &str = "/auth/logout/";
const EMAIL: &str = "ada@example.org";
const HOUR: Duration = Duration::from_hours(1);
const INSTANT: Duration = Duration::from_micros(1);

async fn rows(server: &Server) -> i64 {
    server.database.number("SELECT COUNT(*) FROM session", []).await
}

async fn last_seen(server: &Server) -> Timestamp {
    Timestamp::from_micros(server.database.number("SELECT last_seen_at FROM session", []).await)
}

async fn sign_out(client: &Client) -> Answer {
    client.post(LOGOUT).json(&json!({})).expect(303).await
}

async fn signed_in(client: &Client) -> bool {
    let answer = client.get(ME).send().await;
    assert!(matches!(answer.status, 200 | 401), "{answer}");
    answer.status == 200
}

/// The id in a cookie, as the session library reads it.
fn id_of(cookie: &str) -> Id {
    cookie.split_once('=').unwrap().1.parse().unwrap()
}

fn email() -> EmailAddress {
    EMAIL.parse().unwrap()
}

on_both! {
    // Session fixation: whatever id the browser brought, it leaves with a new one.
    async fn signing_in_changes_the_id(server: Server) {
        let ada = server.person(EMAIL).await;
        let first = ada.cookie().unwrap();
        let planted = server.anonymous();
        for cookie in [first.as_str(), "parloir=AAAAAAAAAAAAAAAAAAAAAA", "parloir=nonsense", "parloir="] {
            planted.set_cookie(cookie);
            let credentials = json!({ "email": EMAIL, "password": "correct horse battery staple" });
            planted.post("/auth/login/").json(&credentials).expect(200).await;
            let id = planted.cookie().unwrap();
            assert!(id != cookie && id != first, "{cookie} stayed");
            assert!(signed_in(&planted).await);
            // What whoever planted it knows opens nothing.
            let thief = server.anonymous();
            thief.set_cookie(cookie);
            assert!(!signed_in(&thief).await, "{cookie}");
            sign_out(&planted).await;
        }
        assert_eq!(rows(&server).await, 0);
    }

    async fn the_cookie_over_http(database: Database) {
        // Max-Age is reckoned from the machine's clock.
        let mut database = database;
        database.clock = Clock::System;
        let server = database.serve().await;
        check_cookie(&server, "parloir", "").await;
    }

    async fn the_cookie_over_https(database: Database) {
        let mut database = database;
        database.clock = Clock::System;
        let server = database.serve_with(&[("server.public_url", "https://meet.example.org")]).await;
        check_cookie(&server, "__Host-parloir", "; Secure").await;
    }

    async fn a_session_without_requests_ends(server: Server) {
        let ada = server.person(EMAIL).await;
        server.clock.advance((12 * HOUR).saturating_sub(INSTANT));
        assert!(signed_in(&ada).await);
        // Each request begins the time anew.
        server.clock.advance((12 * HOUR).saturating_sub(INSTANT));
        assert!(signed_in(&ada).await);
        server.clock.advance(12 * HOUR);
        let answer = ada.get(ME).expect(401).await;
        // A cookie that means nothing any more is taken back.
        assert!(answer.header("set-cookie").starts_with("parloir=;"), "{answer}");
    }

    async fn a_session_ends_in_any_case(server: Server) {
        let ada = server.person(EMAIL).await;
        for _ in 0..16 {
            server.clock.advance(10 * HOUR);
            assert!(signed_in(&ada).await);
        }
        server.clock.advance((8 * HOUR).saturating_sub(INSTANT));
        assert!(signed_in(&ada).await);
        server.clock.advance(INSTANT);
        assert!(!signed_in(&ada).await);
    }

    async fn the_ends_are_settings(database: Database) {
        let server = database.serve_with(&[("session.idle_hours", "1"), ("session.absolute_hours", "2")]).await;
        let (idle, busy) = (server.person("idle@example.org").await, server.person("busy@example.org").await);
        for (minutes, of_idle, of_busy) in [(59, false, true), (1, false, true), (59, false, true), (1, false, false)] {
            server.clock.advance(Duration::from_mins(minutes));
            assert_eq!(signed_in(&busy).await, of_busy);
            assert!(of_idle || minutes == 59 || !signed_in(&idle).await);
        }
    }

    // A page view is a read; only one in a minute also writes.
    async fn last_seen_is_written_once_a_minute(server: Server) {
        let ada = server.person(EMAIL).await;
        assert_eq!(last_seen(&server).await, START);
        let statements = async || {
            let before = server.store.statements();
            assert!(signed_in(&ada).await);
            server.store.statements() - before
        };
        let usual = statements().await;
        server.clock.advance(Duration::from_secs(59));
        assert_eq!((statements().await, last_seen(&server).await), (usual, START));
        server.clock.advance(Duration::from_secs(1));
        let minute = START.after(Duration::from_mins(1));
        assert_eq!((statements().await, last_seen(&server).await), (usual + 1, minute));
        server.clock.advance(Duration::from_secs(59));
        assert_eq!((statements().await, last_seen(&server).await), (usual, minute));
    }

    async fn strangers_get_no_row_and_no_cookie(server: Server) {
        let stranger = server.anonymous();
        for cookie in ["", "parloir=AAAAAAAAAAAAAAAAAAAAAA", "parloir=nonsense", "parloir=%00%ff", "other=1"] {
            stranger.set_cookie(cookie);
            for call in [
                stranger.get(ME),
                stranger.post(LOGOUT).json(&json!({})),
                stranger.post("/auth/login/").json(&json!({ "email": EMAIL, "password": "a wrong long password" })),
            ] {
                let answer = call.send().await;
                assert!(matches!(answer.status, 303 | 401), "{answer}");
                let set = answer.header("set-cookie");
                assert!(set.is_empty() || set.starts_with("parloir=;"), "{answer}");
            }
        }
        assert_eq!(rows(&server).await, 0);
    }

    // The table would not help a thief: it holds digests.
    async fn the_id_is_kept_as_a_digest(server: Server) {
        let ada = server.person(EMAIL).await;
        let id = id_of(&ada.cookie().unwrap());
        let digest = SessionId::of(&id).as_bytes().to_vec();
        assert_eq!(digest.len(), 32);
        let sql = "SELECT COUNT(*) FROM session WHERE id = $1 AND data NOT LIKE $2";
        let text = format!("%{id}%");
        assert_eq!(server.database.number(sql, [digest.into(), text.into()]).await, 1);
    }

    async fn signing_out_ends_the_session_everywhere(server: Server) {
        let ada = server.person(EMAIL).await;
        let other = server.second_instance().await;
        let (thief, elsewhere) = (ada.at(server.address()), ada.at(other.address()));
        let second_browser = server.sign_in(EMAIL).await;
        assert!(signed_in(&elsewhere).await);
        sign_out(&ada).await;
        assert_eq!((signed_in(&thief).await, signed_in(&elsewhere).await, signed_in(&second_browser).await), (false, false, true));
        assert_eq!(rows(&server).await, 1);
    }

    // A request under way while another signs out cannot bring the session back by saving it.
    async fn a_late_save_does_not_bring_a_session_back(server: Server) {
        let ada = server.person(EMAIL).await;
        let id = id_of(&ada.cookie().unwrap());
        let record = server.sessions.load(&id).await.unwrap().unwrap();
        let thief = ada.at(server.address());
        sign_out(&ada).await;
        server.sessions.save(&record).await.unwrap();
        assert_eq!((rows(&server).await, signed_in(&thief).await), (0, false));
        assert!(server.sessions.load(&id).await.unwrap().is_none());
    }

    async fn requests_beside_a_sign_out(server: Server) {
        server.new_account(EMAIL, false, Some("correct horse battery staple")).await;
        for _ in 0..5 {
            let ada = server.sign_in(EMAIL).await;
            // Old enough for every request to write when it was last seen.
            server.clock.advance(Duration::from_secs(61));
            let mut crowd = tokio::task::JoinSet::new();
            for n in 0..8 {
                let copy = ada.at(server.address());
                crowd.spawn(async move {
                    if n == 3 {
                        sign_out(&copy).await;
                    } else {
                        signed_in(&copy).await;
                    }
                });
            }
            crowd.join_all().await;
            assert_eq!((rows(&server).await, signed_in(&ada).await), (0, false));
        }
    }

    async fn disabling_a_person_ends_her_sessions(server: Server) {
        let (ada, grace) = (server.person(EMAIL).await, server.person("grace@example.org").await);
        let other = server.second_instance().await;
        let elsewhere = ada.at(other.address());
        assert!(signed_in(&elsewhere).await);
        server.accounts.set_enabled(&email(), false, Actor::Operator).await.unwrap();
        assert_eq!((signed_in(&ada).await, signed_in(&elsewhere).await, signed_in(&grace).await), (false, false, true));
        assert_eq!(rows(&server).await, 1);
        server.accounts.set_enabled(&email(), true, Actor::Operator).await.unwrap();
        assert!(!signed_in(&elsewhere).await, "the session came back");
    }

    async fn a_new_password_ends_sessions(server: Server) {
        let ada = server.person(EMAIL).await;
        let new = Secret::new("another long password");
        server.accounts.set_password(&email(), &new, Actor::Operator).await.unwrap();
        assert!(!signed_in(&ada).await);
    }

    // A role is the account's, not the session's.
    async fn a_role_holds_from_the_next_request_on(server: Server) {
        server.administrator().await;
        let ada = server.person(EMAIL).await;
        for (grant, role) in [(true, "ADMIN"), (false, "USER")] {
            server.accounts.set_administrator(&email(), grant, Actor::Operator).await.unwrap();
            assert_eq!(ada.get(ME).expect(200).await.json()["role"], role);
        }
    }

    async fn ended_sessions_are_swept(server: Server) {
        server.person(EMAIL).await;
        server.clock.advance(6 * HOUR);
        server.sign_in(EMAIL).await;
        server.clock.advance(6 * HOUR);
        assert_eq!((server.sessions.forget_ended().await.unwrap(), rows(&server).await), (1, 1));
        assert_eq!((server.sessions.forget_ended().await.unwrap(), rows(&server).await), (0, 1));
    }
}

/// The attributes of the cookie, when it is set and when it is taken back.
async fn check_cookie(server: &Server, name: &str, secure: &str) {
    server.new_account(EMAIL, false, Some("correct horse battery staple")).await;
    let ada = server.anonymous();
    let credentials = json!({ "email": EMAIL, "password": "correct horse battery staple" });
    let answer = ada.post("/auth/login/").json(&credentials).expect(200).await;
    let cookie = answer.header("set-cookie").to_owned();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(pair.split_once('=').map(|(name, value)| (name, value.len())), Some((name, 22)), "{cookie}");
    let age = attributes.rsplit_once("Max-Age=").map(|(_, age)| age.parse::<u64>().unwrap()).unwrap();
    assert!((604_790..=604_800).contains(&age), "{cookie}");
    assert_eq!(attributes, format!("HttpOnly; SameSite=Lax{secure}; Path=/; Max-Age={age}"));
    assert!(signed_in(&ada).await);

    let answer = sign_out(&ada).await;
    let removal = answer.header("set-cookie");
    assert!(removal.starts_with(&format!("{name}=; ")), "{removal}");
    assert!(removal.contains("Max-Age=0") && removal.contains("Path=/") && !removal.contains("Domain"), "{removal}");
    assert_eq!(removal.contains("Secure"), !secure.is_empty(), "{removal}");
}
